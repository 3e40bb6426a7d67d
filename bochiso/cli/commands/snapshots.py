"""`bochiso snapshots`: what the data folder holds."""

from pathlib import Path

import click

from bochiso.cli.options import data_option, format_options, lang_option, measured_option, t
from bochiso.cli.output import chosen_form, console, write_csv, write_json
from bochiso.cli.terminal_tables import snapshots
from bochiso.cli.usage import Command
from bochiso.score.export import plain
from bochiso.store.figures.snapshot_row import snapshot_row
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder


@click.command(
    cls=Command,
    help=t(
        "Liệt kê các kỳ số liệu: số liệu của ngày nào, kỳ nào, nguồn đọc lúc nào, thay đổi lần cuối lúc nào.",
        "List the snapshots: of which day and period, when the source was read, when figures last changed.",
    ),
)
@format_options
@measured_option
@data_option
@lang_option
def command(form: str, excel: bool, measured: bool | None, data: Path) -> None:
    """List the snapshots."""
    form = chosen_form(form, excel=excel)
    with open_store(DataFolder(data), measured) as store:
        found = [plain(snapshot_row(store, snapshot)) for snapshot in store.snapshots()]
    if form == "json":
        write_json(found)
    elif form == "csv":
        write_csv(found, excel=excel)
    else:
        console().print(snapshots(found))
