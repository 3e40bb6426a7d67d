"""`bochiso petitions`: those late, due soon, disliked or sent again, and the points that each is worth."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import click

from bochiso.cli.options import LANG, PeriodType, data_option, format_options, lang_option, rules_option, t
from bochiso.cli.output import chosen_form, console, tell, working, write_csv, write_json
from bochiso.cli.terminal_tables import add_numbers, new_table, words
from bochiso.cli.told_dossiers import told_dossiers
from bochiso.cli.usage import Command
from bochiso.errors import ComputeError
from bochiso.office.backend import Backend
from bochiso.office.dossiers import record_petition_export
from bochiso.periods import Period, end_of_day, parse_day, parse_period
from bochiso.rules.loader import load_rules
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.folder import DataFolder
from bochiso.store.measuring.measurement import measured_units
from bochiso.store.people.audit import by_command_line
from bochiso.store.snapshots.snapshot_selection import which_unit
from bochiso.store.worklists.petition_worklist import (
    MARKS,
    PETITION_STATES,
    PETITION_STEPS,
    PetitionRow,
    PetitionState,
    PetitionTally,
    dossiers_lost,
    fields_of,
    marks_of,
    only,
    petition_worklist,
    tally_of,
)
from bochiso.text import VIETNAM, day, now, number, say
from bochiso.units.codes import find_unit


@click.command(
    cls=Command,
    help=t(
        "Phản ánh, kiến nghị: quá hạn, sắp đến hạn, không hài lòng, gửi lại; hạn từng bước và số điểm của "
        "từng phản ánh. Nạp bằng `bochiso import petitions`.",
        "Petitions late, due soon, disliked, sent again: the last day of each step and the points that each "
        "is worth. Bring them in with `bochiso import petitions`.",
    ),
)
@click.option(
    "--only",
    "marks",
    type=click.Choice([*(state.value for state in PetitionState), *MARKS]),
    multiple=True,
    help=t("Chỉ những phản ánh như thế; ghi được nhiều lần.", "Only such ones; may be given several times."),
)
@click.option(
    "--unit",
    metavar=t("ĐƠN_VỊ", "UNIT"),
    help=t(
        "Chỉ đơn vị này (mã hoặc tên) và các đơn vị bên dưới; điểm là điểm của đơn vị này. Bỏ trống: mọi đơn "
        "vị, điểm của từng đơn vị.",
        "This unit (its code or name) and those below it, in its points. Without it: every unit, each in its "
        "own points.",
    ),
)
@click.option(
    "--days",
    type=click.IntRange(1, 60),
    default=3,
    metavar=t("SỐ_NGÀY", "DAYS"),
    help=t("Sắp đến hạn là trong số ngày này; mặc định 3.", "Due within so many days is soon; 3 by default."),
)
@click.option(
    "--period",
    type=PeriodType(),
    metavar=t("KỲ", "PERIOD"),
    help=t("Kỳ gửi phản ánh; mặc định là cả năm.", "When they were sent; the year by default."),
)
@click.option(
    "--as-of",
    metavar=t("NGÀY", "DAY"),
    help=t(
        "Theo hiện trạng cuối ngày này, hôm nay thì đến lúc này; mặc định là lúc này.",
        "As of the end of this day, today as of this moment; now by default.",
    ),
)
@rules_option("qd766")
@format_options
@data_option
@lang_option
def command(
    marks: tuple[str, ...],
    unit: str | None,
    days: int,
    period: Period | None,
    as_of: str | None,
    rules: str,
    form: str,
    excel: bool,
    data: Path,
) -> None:
    """List petitions. Raises ComputeError where none came in, or the unit isn't one of theirs."""
    form, chosen = chosen_form(form, excel=excel), load_rules(rules)
    on = parse_day(as_of) if as_of else now().astimezone(VIETNAM).date()
    moment, span = end_of_day(on, now()), period or parse_period(str(on.year))
    with working(t("Đang tìm phản ánh", "Finding petitions")), told_dossiers(DataFolder(data)) as db:
        code = None
        if unit is not None:
            found = find_unit(unit, measured_units(db))
            if len(found) != 1:
                raise which_unit(unit, found, say("các đơn vị đã biết", "the units that are known"))
            code = found[0].code
        every = petition_worklist(db, chosen, calendar_of(db), span, moment, code, days)
        if not every and not db.execute("select 1 from petitions limit 1").fetchone():
            raise ComputeError(
                say("chưa có phản ánh, kiến nghị nào.", "there are no petitions yet."),
                do=say(
                    "Nạp bằng `bochiso import petitions`.", "Bring them in with `bochiso import petitions`."
                ),
            )
        off = dossiers_lost(db, chosen, span, moment) if code is not None else None
    shown = only(every, marks)
    if form == "table":
        _print(shown)
    else:
        record_petition_export(
            Backend(DataFolder(data)), by_command_line(now()), code, form, span.code, marks, len(shown)
        )
        rows = [fields_of(row) for row in shown]
        write_json(rows) if form == "json" else write_csv(rows, excel=excel)
    _tell(every, days)
    if code is not None and off is not None:
        _tell_loss(code, span, tally_of(every, chosen), off)


def _tell_loss(unit: str, period: Period, told: PetitionTally, off: tuple[int, int, Decimal]) -> None:
    """What a unit lost in the box: in 5.2 and 5.3 by petitions, in 5.4 by `off`."""
    dossiers, received, lost = off
    tell(
        say(
            "{unit}, kỳ {vi}: mất {on_time} điểm ở chỉ số 5.2 ({late}/{n} phản ánh quá hạn), {pleased} "
            "điểm ở 5.3 ({missed}/{n} quá hạn, không hài lòng hoặc gửi lại), {lost} điểm ở 5.4 "
            "({dossiers}/{received} hồ sơ quá hạn, có phản ánh hoặc không hài lòng).",
            "{unit}, {en}: {on_time} points lost in 5.2 ({late} of {n} late), {pleased} in 5.3 ({missed} "
            "of {n} late, disliked or sent again), {lost} in 5.4 ({dossiers} of {received} "
            "{received:dossier|dossiers} late, petitioned about or disliked).",
            unit=unit,
            vi=period.show(LANG),
            en=period.show(LANG),
            on_time=told.lost_on_time,
            pleased=told.lost_pleased,
            late=told.late,
            missed=told.missed,
            n=told.petitions,
            dossiers=dossiers,
            received=received,
            lost=lost,
        )
    )


def _tell(rows: Sequence[PetitionRow], days: int) -> None:
    counted = Counter(row.state for row in rows)
    marked = Counter(mark for row in rows for mark in marks_of(row))
    parts = [say("{n} quá hạn", "{n} late", n=counted[PetitionState.LATE])]
    parts.append(
        say(
            "{n} đến hạn trong {days} ngày",
            "{n} due within {days} {days:day|days}",
            n=counted[PetitionState.DUE_SOON],
            days=days,
        )
    )
    parts += [
        say("{n} {what}", "{n} {what}", n=marked[name], what=what)
        for name, what in MARKS.items()
        if marked[name]
    ]
    tell(
        say(
            "{n} phản ánh, kiến nghị: {parts}.",
            "{n} {n:petition|petitions}: {parts}.",
            n=len(rows),
            parts=", ".join(part.render(LANG) for part in parts),
        )
    )
    if older := sum(not row.in_period for row in rows):
        tell(
            say(
                "{n} phản ánh gửi trước kỳ này chưa xử lý xong; kỳ này không tính điểm.",
                "{n} {n:was|were} sent before the period and still {n:waits|wait}: no points of this period.",
                n=older,
            )
        )


def _print(rows: Sequence[PetitionRow]) -> None:
    table = new_table()
    table.add_column(t("Phản ánh", "Petition"), overflow="fold")
    table.add_column(t("Đơn vị", "Unit"))
    table.add_column(t("Gửi", "Sent"))
    table.add_column(t("Tình trạng", "State"), overflow="fold")
    table.add_column(t("Hạn", "Last day"))
    add_numbers(
        table,
        t("Số ngày", "Days"),
        t("Điểm đã mất", "Points lost"),
        t("Mất nếu quá hạn", "Lost if late"),
    )
    for row in rows:
        table.add_row(
            words(row.petition),
            row.unit,
            day(row.sent_at.date(), LANG),
            words(", ".join((_state(row), *(MARKS[mark].render(LANG) for mark in marks_of(row))))),
            "–" if row.due_on is None else day(row.due_on, LANG),
            _days(row.days_left),
            "–" if not row.lost else number(row.lost, LANG),
            "–" if row.at_risk is None else number(row.at_risk, LANG),
        )
    console().print(table)


def _days(left: int | None) -> str:
    if left is None:
        return "–"
    return t(f"chậm {-left}", f"{-left} late") if left < 0 else t(f"còn {left}", f"{left} left")


def _state(row: PetitionRow) -> str:
    said = PETITION_STATES[row.state].render(LANG)
    return said if row.own_step is None else f"{said} ({PETITION_STEPS[row.own_step].render(LANG)})"
