"""`bochiso dossiers`: the open ones to act on, worst first; codes that no list has, and giving them."""

from pathlib import Path
from typing import Any

import click
from duckdb import DuckDBPyConnection
from msgspec import to_builtins

from bochiso.cli.options import LANG, F, PeriodType, data_option, format_options, lang_option, t
from bochiso.cli.output import chosen_form, console, tell, working, write_csv, write_json
from bochiso.cli.terminal_dossiers import (
    BY_CLOCK,
    fields_table,
    held_words,
    late_table,
    mapped_table,
    open_dossiers_table,
    unmapped_table,
)
from bochiso.cli.told_dossiers import told_dossiers
from bochiso.cli.unsynced_list import messages, unsynced
from bochiso.cli.usage import Command, CommandGroup
from bochiso.office.backend import Backend
from bochiso.office.dossiers import DossierExport, map_code, record_export
from bochiso.periods import Period, end_of_day, parse_day, parse_period
from bochiso.store.dossiers.code_mapping import UNIT, mapped, unmapped
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.folder import DataFolder
from bochiso.store.journal.kept_fields import known_fields
from bochiso.store.measuring.measurement import measured_units, unit_tree
from bochiso.store.people.audit import by_command_line
from bochiso.store.snapshots.snapshot_selection import which_unit
from bochiso.store.worklists.late_list import late_list
from bochiso.store.worklists.worklist import LatenessClock, open_list, require_dossiers_of
from bochiso.text import VIETNAM, now, say
from bochiso.units.codes import find_unit


@click.group(
    cls=CommandGroup,
    help=t(
        "Hồ sơ quá hạn, sắp đến hạn, chưa đồng bộ; mã đơn vị và thủ tục chưa có trong danh sách.",
        "Dossiers overdue, due soon, not synchronised; codes of units and procedures that no list has.",
    ),
)
def command() -> None:
    """Lists of dossiers."""


command.add_command(unsynced)
command.add_command(messages)

_UNIT = click.option(
    "--unit",
    metavar=t("ĐƠN_VỊ", "UNIT"),
    help=t(
        "Chỉ đơn vị này (mã hoặc tên) và các đơn vị bên dưới.",
        "This unit (its code or name) and those below it only.",
    ),
)
_PROVINCE = click.option(
    "--province",
    metavar=t("MÃ_TỈNH", "CODE"),
    help=t(
        "Tỉnh có mã thủ tục này; chỉ cần khi nhiều tỉnh cùng có.",
        "The province whose procedure's code it is; needed only where several have it.",
    ),
)
_AS_OF = click.option(
    "--as-of",
    metavar=t("NGÀY", "DAY"),
    help=t(
        "Theo hiện trạng cuối ngày này, hôm nay thì đến lúc này; mặc định là lúc này.",
        "As of the end of this day, today as of this moment; now by default.",
    ),
)
_CLOCK = click.option(
    "--clock",
    type=click.Choice([each.value for each in LatenessClock]),
    default=LatenessClock.INDEX.value,
    help=t(
        "index: như Bộ chỉ số, trừ thời gian chờ bổ sung (mặc định); law: theo Nghị định 118/2025/NĐ-CP, "
        "tính lại từ đầu khi hồ sơ đã bổ sung đủ.",
        "index: as the index does, less the time of supplements (the default); law: by Decree "
        "118/2025/NĐ-CP, counted again once the dossier is complete.",
    ),
)


def _list_options(command: F) -> F:
    """The options that both lists have."""
    for option in reversed((_UNIT, _AS_OF, _CLOCK, format_options, data_option, lang_option)):
        command = option(command)
    return command


@command.command(
    cls=Command,
    help=t("Hồ sơ đang giải quyết đã quá hạn, lâu nhất trước.", "Open dossiers past their date."),
)
@_list_options
def overdue(**asked: Any) -> None:
    """List overdue dossiers."""
    _list(None, **asked)


@command.command(
    "due-soon",
    cls=Command,
    help=t("Hồ sơ đang giải quyết sắp đến hạn, gấp nhất trước.", "Open dossiers that are due soon."),
)
@click.option(
    "--days",
    type=click.IntRange(1, 60),
    default=3,
    metavar=t("SỐ_NGÀY", "DAYS"),
    help=t("Đến hạn trong số ngày này; mặc định 3.", "Due within so many days; 3 by default."),
)
@_list_options
def due_soon(days: int, **asked: Any) -> None:
    """List dossiers due soon."""
    _list(days, **asked)


def _list(
    days: int | None, unit: str | None, as_of: str | None, clock: str, form: str, excel: bool, data: Path
) -> None:
    form = chosen_form(form, excel=excel)
    moment = end_of_day(parse_day(as_of), now()) if as_of else now()
    with working(t("Đang tìm hồ sơ", "Finding dossiers")), told_dossiers(DataFolder(data)) as db:
        own = _unit(db, unit) if unit else None
        require_dossiers_of(db, own, moment)
        rows = open_list(db, moment, own, days, LatenessClock(clock))
    if form == "table":
        console().print(open_dossiers_table(rows, LatenessClock(clock), ahead=days is not None))
    else:
        kind = "overdue" if days is None else "due-soon"
        wanted = DossierExport(kind, own, clock, form, days, moment.date().isoformat() if as_of else None)
        record_export(Backend(DataFolder(data)), by_command_line(now()), wanted, len(rows))
        _write(rows, form, excel)
    what = say("{n} hồ sơ quá hạn", "{n} {n:dossier is|dossiers are} overdue", n=len(rows))
    if days is not None:
        what = say(
            "{n} hồ sơ đến hạn trong {days} ngày",
            "{n} {n:dossier is|dossiers are} due within {days} {days:day|days}",
            n=len(rows),
            days=days,
        )
    by = BY_CLOCK[LatenessClock(clock)]
    tell(
        say(
            "{what}, tính đến {moment}, {by}.",
            "{what} as of {moment}, {by}.",
            what=what,
            moment=moment,
            by=by,
        )
    )
    if uncertain := sum(row.get("confirmed") is False for row in rows):
        tell(
            say(
                "{n} hồ sơ có hạn đánh dấu * tính qua những ngày chưa có thông báo chính thức về lịch nghỉ.",
                "{n} {n:dossier has|dossiers have} a date, marked *, counted over days off that are not "
                "yet announced.",
                n=uncertain,
            )
        )


@command.command(
    cls=Command,
    help=t(
        "Mọi hồ sơ quá hạn của một kỳ theo chỉ số 2.1, đã kết thúc hay đang giải quyết: đúng bằng mẫu số trừ "
        "tử số.",
        "Every late dossier of a period by indicator 2.1, finished or open: its denominator less its "
        "numerator.",
    ),
)
@click.option(
    "--period",
    type=PeriodType(),
    metavar=t("KỲ", "PERIOD"),
    help=t("Kỳ tiếp nhận hồ sơ; mặc định là cả năm.", "When dossiers were received; the year by default."),
)
@_UNIT
@_AS_OF
@format_options
@data_option
@lang_option
def late(
    period: Period | None, unit: str | None, as_of: str | None, form: str, excel: bool, data: Path
) -> None:
    """List the late dossiers of a period."""
    form = chosen_form(form, excel=excel)
    day = parse_day(as_of) if as_of else now().astimezone(VIETNAM).date()
    moment, span = end_of_day(day, now()), period or parse_period(str(day.year))
    with working(t("Đang tìm hồ sơ", "Finding dossiers")), told_dossiers(DataFolder(data)) as db:
        tree = unit_tree(db, day)
        units = tree.within(_unit(db, unit)) if unit else list(tree.units)
        found = late_list(db, units, span, moment, calendar_of(db))
    if form == "table":
        console().print(late_table(found.rows))
    else:
        _write(list(found.rows), form, excel)
    still_open = sum(row["ended_at"] is None for row in found.rows)
    tell(
        say(
            "{n} hồ sơ quá hạn trong {judged} hồ sơ được tính của kỳ {vi}, tính đến {moment}: {closed} đã "
            "kết thúc, {open} đang giải quyết.",
            "{n} of {judged} {judged:dossier|dossiers} that count, {en}, are late as of {moment}: {closed} "
            "finished, {open} open.",
            n=len(found.rows),
            judged=found.judged,
            vi=span.show(LANG),
            en=span.show(LANG),
            moment=moment,
            closed=len(found.rows) - still_open,
            open=still_open,
        )
    )
    if found.unlimited:
        tell(
            say(
                "Ngoài ra có {n} hồ sơ không tính được vì không có ngày hẹn trả, chưa biết thời hạn.",
                "Besides, {n} {n:dossier has|dossiers have} no due date and no known limit: not judged.",
                n=found.unlimited,
            )
        )


def _unit(db: DuckDBPyConnection, words: str) -> str:
    """The code of the unit that a person means, by its code or name."""
    found = find_unit(words, measured_units(db))
    if len(found) != 1:
        raise which_unit(words, found, say("các hồ sơ đã nhận", "the dossiers received"))
    return found[0].code


def _write(rows: list[dict[str, Any]], form: str, excel: bool) -> None:
    if form == "json":
        write_json(rows)
    else:
        write_csv(rows, excel=excel)


@command.command(
    "unmapped",
    cls=Command,
    help=t(
        "Mã đơn vị, mã thủ tục có trong hồ sơ, phản ánh, thủ tục mà chưa có trong danh sách, nhiều hồ sơ "
        "nhất trước.",
        "Codes of units and procedures that dossiers, petitions or procedures have and no list has, the "
        "most dossiers first.",
    ),
)
@format_options
@data_option
@lang_option
def list_unmapped(form: str, excel: bool, data: Path) -> None:
    """List what no list has."""
    form = chosen_form(form, excel=excel)
    with told_dossiers(DataFolder(data)) as db:
        found = unmapped(db)
    if form == "table":
        console().print(unmapped_table(found))
    else:
        _write([to_builtins(each) for each in found], form, excel)
    if not found:
        tell(
            say(
                "Mọi mã đơn vị, mã thủ tục của hồ sơ, phản ánh và thủ tục đều có trong danh sách.",
                "Every unit and procedure of dossiers, petitions and procedures is in the lists.",
            )
        )
        return
    units = sum(each.kind == UNIT for each in found)
    tell(
        say(
            "{units} mã đơn vị và {procedures} mã thủ tục chưa có trong danh sách. Bổ sung bằng "
            "`bochiso import units`, `bochiso import procedures`, hoặc ghép mã vào một đơn vị, một thủ tục "
            "đã có bằng `bochiso dossiers map MÃ MÃ_NHẬN`.",
            "{units} {units:code of a unit|codes of units} and {procedures} of "
            "{procedures:a procedure|procedures} are in no list. Bring them in with "
            "`bochiso import units` and `bochiso import procedures`, or give a code to a listed unit or "
            "procedure with `bochiso dossiers map CODE TARGET`.",
            units=units,
            procedures=len(found) - units,
        )
    )


@command.command(
    "fields",
    cls=Command,
    help=t(
        "Các trường của bản tin hồ sơ đã nhận: trường nào có, trường nào nhận trước đây nên thiếu, giá trị "
        "nào không đúng dạng nên không giữ, trường lạ nào bên gửi thêm vào.",
        "The fields of the messages received: which were given, which older messages lack, which values were "
        "left out since they had not the field's form, which fields senders added.",
    ),
)
@format_options
@data_option
@lang_option
def list_fields(form: str, excel: bool, data: Path) -> None:
    """List the fields of messages."""
    form = chosen_form(form, excel=excel)
    with told_dossiers(DataFolder(data)) as db:
        found = known_fields(db)
    if form == "table":
        console().print(fields_table(found))
    else:
        _write([to_builtins(each) for each in found], form, excel)


@command.command(
    "mapped",
    cls=Command,
    help=t(
        "Các mã đã ghép vào đơn vị, thủ tục và số hồ sơ, phản ánh, thủ tục mang mã đó.",
        "Codes that were given to a unit or a procedure, and how much has them.",
    ),
)
@format_options
@data_option
@lang_option
def list_mapped(form: str, excel: bool, data: Path) -> None:
    """List what was given."""
    form = chosen_form(form, excel=excel)
    with told_dossiers(DataFolder(data)) as db:
        found = mapped(db)
    if form == "table":
        console().print(mapped_table(found))
    else:
        _write([to_builtins(each) | to_builtins(held) for each, held in found], form, excel)
    tell(say("{n} mã đã ghép.", "{n} {n:code was|codes were} given.", n=len(found)))


@command.command(
    "map",
    cls=Command,
    help=t(
        "Ghép một mã đơn vị (và các mã bên dưới) vào một đơn vị, hoặc một mã thủ tục vào một thủ tục của "
        "danh sách; hồ sơ, phản ánh, thủ tục mang mã đó tính cho đơn vị, thủ tục ấy.",
        "Give a unit's code, and those below it, to a listed unit, or a procedure's code to a listed "
        "procedure, which what has it then counts to.",
    ),
)
@click.argument("code", metavar=t("MÃ", "CODE"))
@click.argument("target", metavar=t("MÃ_NHẬN", "TARGET"))
@_PROVINCE
@data_option
@lang_option
def give(code: str, target: str, province: str | None, data: Path) -> None:
    """Give a code to a unit or a procedure."""
    made, held = map_code(Backend(DataFolder(data)), by_command_line(now()), code, target, province)
    values = {"code": made.code, "target": made.target, "held": held_words(held)}
    if made.kind == UNIT:
        done = say(
            "Đã ghép mã {code} vào đơn vị {target}: {held} mang mã này.",
            "The code {code} is the unit {target}'s now, with {held}.",
            **values,
        )
    else:
        done = say(
            "Đã ghép mã thủ tục {code} vào thủ tục {target}: {held} mang mã này.",
            "The code {code} is the procedure {target}'s now, with {held}.",
            **values,
        )
    tell(done)


@command.command(
    "unmap",
    cls=Command,
    help=t("Bỏ ghép một mã: mã đó lại đứng riêng.", "Take a code back: it stands for itself again."),
)
@click.argument("code", metavar=t("MÃ", "CODE"))
@_PROVINCE
@data_option
@lang_option
def take_back(code: str, province: str | None, data: Path) -> None:
    """Take a code back."""
    made, held = map_code(Backend(DataFolder(data)), by_command_line(now()), code, None, province)
    text = (
        "Đã bỏ ghép mã {code}: {held} mang mã này.",
        "The code {code} stands for itself again, with {held}.",
    )
    tell(say(*text, code=made.code, held=held_words(held)))
