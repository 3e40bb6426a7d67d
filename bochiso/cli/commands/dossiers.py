"""`bochiso dossiers overdue` and `due-soon`: the open dossiers to act on, worst first."""

from datetime import datetime, time
from pathlib import Path

import click

from bochiso.cli.draw_dossiers import open_dossiers_table
from bochiso.cli.options import data_option, format_options, lang_option, t
from bochiso.cli.output import chosen_form, console, tell, working, write_csv, write_json
from bochiso.cli.usage import Command, Group
from bochiso.periods import parse_day
from bochiso.store.dossiers import open_dossiers
from bochiso.store.folder import DataFolder
from bochiso.store.measuring import open_list
from bochiso.text import VIETNAM, now, say


@click.group(
    cls=Group,
    help=t("Hồ sơ quá hạn và sắp đến hạn.", "Dossiers that are overdue or due soon."),
)
def command() -> None:
    """Lists of dossiers."""


_UNIT = click.option(
    "--unit",
    metavar=t("MÃ", "CODE"),
    help=t("Chỉ đơn vị này và các đơn vị bên dưới.", "This unit and those below it only."),
)
_AS_OF = click.option(
    "--as-of",
    metavar=t("NGÀY", "DAY"),
    help=t(
        "Theo hiện trạng cuối ngày này; mặc định là lúc này.", "As of the end of this day; now by default."
    ),
)


@command.command(
    cls=Command,
    help=t("Hồ sơ đang giải quyết đã quá hạn, lâu nhất trước.", "Open dossiers past their date."),
)
@_UNIT
@_AS_OF
@format_options
@data_option
@lang_option
def overdue(unit: str | None, as_of: str | None, form: str, excel: bool, data: Path) -> None:
    """List overdue dossiers."""
    _list(unit, as_of, None, form, excel, data)


@command.command(
    "due-soon",
    cls=Command,
    help=t("Hồ sơ đang giải quyết sắp đến hạn, gấp nhất trước.", "Open dossiers that are due soon."),
)
@_UNIT
@_AS_OF
@click.option(
    "--days",
    type=click.IntRange(1, 60),
    default=3,
    metavar=t("SỐ_NGÀY", "DAYS"),
    help=t("Đến hạn trong số ngày này; mặc định 3.", "Due within so many days; 3 by default."),
)
@format_options
@data_option
@lang_option
def due_soon(unit: str | None, as_of: str | None, days: int, form: str, excel: bool, data: Path) -> None:
    """List dossiers due soon."""
    _list(unit, as_of, days, form, excel, data)


def _list(unit: str | None, as_of: str | None, days: int | None, form: str, excel: bool, data: Path) -> None:
    form = chosen_form(form, excel=excel)
    moment = datetime.combine(parse_day(as_of), time(23, 59, 59), VIETNAM) if as_of else now()
    with working(t("Đang tìm hồ sơ", "Finding dossiers")), open_dossiers(DataFolder(data)) as db:
        rows = open_list(db, moment, unit, days)
    written = [{key: str(v) if isinstance(v, datetime) else v for key, v in row.items()} for row in rows]
    if form == "json":
        write_json(written)
    elif form == "csv":
        write_csv(written, excel=excel)
    else:
        console().print(open_dossiers_table(rows))
    what = say("{n} hồ sơ quá hạn", "{n} dossiers are overdue", n=len(rows))
    if days is not None:
        what = say("{n} hồ sơ đến hạn trong {days} ngày", "{n} dossiers are due within {days} days",
                   n=len(rows), days=days)  # fmt: skip
    tell(
        say(
            "{what}, tính đến {moment}, theo cách tính của Bộ chỉ số (đã trừ thời gian chờ bổ sung).",
            "{what} as of {moment}, by the index's clock (time waiting for supplements subtracted).",
            what=what,
            moment=moment,
        )
    )
