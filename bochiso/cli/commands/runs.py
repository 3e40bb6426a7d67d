"""`bochiso runs`: the collections that were made."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.markup import escape
from rich.table import Table

from bochiso.cli.options import LANG, data_option, format_options, lang_option, t
from bochiso.cli.output import chosen_form, console, write_csv, write_json
from bochiso.cli.terminal_tables import new_table
from bochiso.cli.usage import Command
from bochiso.store.collection.run_log import CollectionRun, collection_runs
from bochiso.store.figures.collection_record import STATE_NAMES
from bochiso.store.folder import DataFolder
from bochiso.text import day, moment


@click.command(
    cls=Command,
    help=t(
        "Liệt kê các lần thu thập: lúc nào, trong bao lâu, số liệu nào, có đầy đủ không và vì sao.",
        "List the collections: when, how long, of what, complete or why not.",
    ),
)
@format_options
@data_option
@lang_option
def command(form: str, excel: bool, data: Path) -> None:
    """List the runs."""
    form = chosen_form(form, excel=excel)
    found = collection_runs(DataFolder(data))
    if form == "json":
        write_json([_object(run) for run in found])
    elif form == "csv":
        write_csv([_object(run) for run in found], excel=excel)
    elif not found:
        click.echo(t("Chưa có lần thu thập nào.", "There are no collections yet."))
    else:
        console().print(_table(found))


def _object(run: CollectionRun) -> dict[str, Any]:
    """A run for other programs; moments are UTC."""
    return {
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "as_of": run.as_of.isoformat(),
        "period": run.period,
        "scope": run.scope,
        "source": run.source,
        "answers": run.answers,
        "state": run.state.value if run.state else "interrupted",
        "why": run.why.text.render(LANG) if run.why else None,
        "reading": run.seq,
    }


def _table(found: list[CollectionRun]) -> Table:
    table = new_table()
    table.add_column(t("Bắt đầu lúc", "Started at"))
    table.add_column(t("Trong", "Took"), justify="right")
    table.add_column(t("Ngày", "Day"))
    table.add_column(t("Kỳ", "Period"))
    table.add_column(t("Phạm vi", "Scope"))
    table.add_column(t("Trả lời", "Answers"), justify="right")
    table.add_column(t("Kết quả", "Result"), overflow="fold", min_width=30)
    for run in found:
        state = STATE_NAMES[run.state].render(LANG) if run.state else t("dở dang", "unfinished")
        why = f": {run.why.text.render(LANG)}" if run.why else ""
        table.add_row(
            moment(run.started_at, LANG),
            took(run.started_at, run.finished_at),
            day(run.as_of, LANG),
            run.period,
            run.scope,
            str(run.answers),
            escape(state + why),
        )
    return table


def took(started: datetime, finished: datetime | None) -> str:
    """How long it took.

    >>> from datetime import UTC
    >>> took(datetime(2026, 10, 6, 23, 0, 0, tzinfo=UTC), datetime(2026, 10, 6, 23, 1, 5, tzinfo=UTC))
    '1:05'
    """
    if finished is None:
        return "–"
    minutes, seconds = divmod(int((finished - started).total_seconds()), 60)
    return f"{minutes}:{seconds:02d}"
