"""Which engine counts: `--engine`, `--master` and `--spark`, as every command that measures has them."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from bochiso.cli.options import t
from bochiso.office.facts_lake import EngineAsked
from bochiso.store.lake.lake_spark import HERE

F = TypeVar("F", bound=Callable[..., Any])


def engine_options(command: F) -> F:
    """The three options, in the order of help."""
    command = click.option(
        "--spark",
        "settings",
        multiple=True,
        metavar=t("TÊN=GIÁ_TRỊ", "NAME=VALUE"),
        help=t(
            "Một thiết lập của Spark, như spark.executor.memory=4g; dùng được nhiều lần.",
            "A setting of Spark, as spark.executor.memory=4g; may be given several times.",
        ),
    )(command)
    command = click.option(
        "--master",
        default=HERE,
        metavar=t("ĐỊA_CHỈ", "URL"),
        help=t(
            "Với --engine spark: master của cụm (spark://máy:7077, yarn, k8s://…); mặc định là máy này.",
            "With --engine spark: the cluster's master (spark://host:7077, yarn, k8s://…); by default this "
            "machine.",
        ),
    )(command)
    return click.option(
        "--engine",
        type=click.Choice(("duckdb", "spark")),
        default="duckdb",
        help=t(
            "Công cụ tính: duckdb (mặc định), hoặc spark cho hồ sơ của cả nước.",
            "What counts: duckdb (the default), or spark for the dossiers of a whole country.",
        ),
    )(command)


def engine_asked(engine: str, master: str, settings: Sequence[str]) -> EngineAsked:
    """What was asked for. Raises UsageError for a setting without a value."""
    for each in settings:
        if "=" not in each:
            raise click.UsageError(t(f"--spark {each}: thiếu dấu =.", f"--spark {each}: the = is missing."))
    return EngineAsked(engine, master, dict(each.split("=", 1) for each in settings))
