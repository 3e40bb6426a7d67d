"""The expressions of measuring, run by Spark in local mode on the same facts."""

import os
from datetime import datetime
from pathlib import Path

from pyspark.sql import SparkSession

from bochiso.measure.cube import cube
from bochiso.measure.measures import Measure, by_unit, measures
from bochiso.measure.petitions import petition_counts
from bochiso.periods import Period
from bochiso.rules.calendar import builtin_calendar
from bochiso.rules.loader import load_rules
from bochiso.store.dossiers import open_dossiers
from bochiso.store.folder import DataFolder
from bochiso.store.measuring import measured_units, prepare, sql

FACTS = ("dossiers", "procedures", "petitions", "units_measured", "due_days")


def measure_on_spark(folder: DataFolder, period: Period, as_of: datetime, scratch: Path) -> list[Measure]:
    """The same measures, by Spark."""
    rules = load_rules("qd766")
    with open_dossiers(folder) as db:
        prepare(db, measured_units(db), period, rules, builtin_calendar())
        for name in FACTS:
            db.execute(f"copy (from {name}) to '{scratch / name}.parquet' (format parquet)")
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.session.timeZone", "UTC").config("spark.sql.shuffle.partitions", "2")
    spark = builder.config("spark.sql.timestampType", "TIMESTAMP_NTZ").getOrCreate()
    try:
        for name in FACTS:
            spark.read.parquet(str(scratch / f"{name}.parquet")).createOrReplaceTempView(name)
        for name, expression in (
            ("cube", cube(period, as_of)),
            ("petition_cube", petition_counts(period, as_of, rules)),
        ):
            spark.sql(sql(expression, "pyspark")).cache().createOrReplaceTempView(name)
        rows = [row.asDict() for row in spark.sql(sql(by_unit(period, as_of, rules), "pyspark")).collect()]
    finally:
        spark.stop()
    return list(measures(rows))
