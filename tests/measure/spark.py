"""The expressions of measuring, run by Spark in local mode on the same facts."""

import os
from datetime import datetime
from pathlib import Path

from pyspark.sql import SparkSession

from bochiso.measure.measures import Measure, measures
from bochiso.periods import Period
from bochiso.rules.calendar import builtin_calendar
from bochiso.rules.loader import load_rules
from bochiso.store.dossiers import open_dossiers
from bochiso.store.folder import DataFolder
from bochiso.store.measuring import measured_units, prepare, queries

FACTS = ("asked", "dossiers", "procedures", "petitions", "units_measured", "due_days")


def measure_on_spark(folder: DataFolder, period: Period, as_of: datetime, scratch: Path) -> list[Measure]:
    """The same measures, by Spark."""
    rules = load_rules("qd766")
    with open_dossiers(folder) as db:
        prepare(db, measured_units(db), period, as_of, rules, builtin_calendar())
        for name in FACTS:
            db.execute(f"copy (from {name}) to '{scratch / name}.parquet' (format parquet)")
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.session.timeZone", "UTC").config("spark.sql.shuffle.partitions", "2")
    spark = builder.config("spark.sql.timestampType", "TIMESTAMP_NTZ").getOrCreate()
    try:
        for name in FACTS:
            spark.read.parquet(str(scratch / f"{name}.parquet")).createOrReplaceTempView(name)
        *tables, wide = queries(rules, "pyspark")
        for name, query in zip(("cube", "petition_cube"), tables, strict=True):
            spark.sql(query).cache().createOrReplaceTempView(name)
        rows = [row.asDict() for row in spark.sql(wide).collect()]
    finally:
        spark.stop()
    return list(measures(rows))
