"""`bochiso work`: which dossiers and procedures lose a unit its points, what each is worth, what to do."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from duckdb import DuckDBPyConnection

from bochiso.cli.options import LANG, F, PeriodType, data_option, format_options, lang_option, rules_option, t
from bochiso.cli.output import chosen_form, console, tell, working, write_csv, write_json
from bochiso.cli.terminal_work import dossier_table, item_table, overview_table
from bochiso.cli.told_dossiers import told_dossiers
from bochiso.cli.usage import Command, CommandGroup
from bochiso.errors import ComputeError
from bochiso.followup.work_kinds import KIND_BY_SLUG
from bochiso.measure.missed.why_missed import Why
from bochiso.office.backend import Backend
from bochiso.office.dossiers import DossierExport, record_export
from bochiso.periods import Period, end_of_day, parse_day, parse_period
from bochiso.report.xlsx.work_sheet import WorkSheet, work_heading, work_rows, work_workbook
from bochiso.rules.loader import load_rules
from bochiso.store.folder import DataFolder
from bochiso.store.measuring.measurement import unit_tree
from bochiso.store.measuring.sync_source import published_sync
from bochiso.store.people.audit import by_command_line
from bochiso.store.snapshots.snapshot_selection import which_unit
from bochiso.store.worklists.dossier_record import dossier_record
from bochiso.store.worklists.work_lists import (
    WorkAsked,
    WorkFilter,
    unit_score,
    value_of,
    work_list,
    work_overview,
)
from bochiso.text import VIETNAM, now, say
from bochiso.units.codes import find_unit
from bochiso.units.model import Unit
from bochiso.units.tree import tops


@click.group(
    cls=CommandGroup,
    help=t(
        "Hồ sơ, thủ tục làm mất điểm của một đơn vị: mỗi mục đáng giá bao nhiêu, còn khắc phục được không.",
        "The dossiers and procedures that lose a unit its points: what each is worth, what can be mended.",
    ),
)
def command() -> None:
    """Lists of work."""


def _options(command: F) -> F:
    """The options that every list has."""
    options: tuple[Callable[[F], F], ...] = (
        click.option(
            "--unit",
            metavar=t("ĐƠN_VỊ", "UNIT"),
            help=t(
                "Đơn vị (mã hoặc tên) và các đơn vị bên dưới; mặc định là cả tỉnh.",
                "The unit (its code or name) and those below it; the province by default.",
            ),
        ),
        click.option(
            "--period",
            type=PeriodType(),
            metavar=t("KỲ", "PERIOD"),
            help=t("Kỳ tiếp nhận; mặc định là cả năm.", "When dossiers were received; the year by default."),
        ),
        click.option(
            "--as-of",
            metavar=t("NGÀY", "DAY"),
            help=t(
                "Theo hiện trạng cuối ngày này; mặc định là lúc này.",
                "As of the end of this day; now by default.",
            ),
        ),
        rules_option("qd766"),
        format_options,
        data_option,
        lang_option,
    )
    for option in reversed(options):
        command = option(command)
    return command


def asked_work(
    db: DuckDBPyConnection, folder: DataFolder, unit: str | None, period: Period | None, as_of: str | None
) -> tuple[WorkAsked, Unit]:
    """What is asked for, and the unit. Raises ComputeError where no one unit is meant."""
    day = parse_day(as_of) if as_of else now().astimezone(VIETNAM).date()
    moment: datetime = end_of_day(day, now())
    known = list(unit_tree(db, day).units.values())
    if unit is None:
        codes = set(tops(known).values())
        found = [each for each in known if each.code in codes]
        if len(found) != 1:
            raise ComputeError(
                say("chưa rõ danh sách của đơn vị nào.", "it isn't said whose lists."),
                do=say("Chọn đơn vị bằng --unit.", "Choose a unit with --unit."),
            )
    else:
        found = find_unit(unit, known)
        if len(found) != 1:
            raise which_unit(unit, found, say("các hồ sơ đã nhận", "the dossiers received"))
    span = period or parse_period(str(day.year))
    return WorkAsked(found[0].code, span, moment, published_sync(folder, span, day)), found[0]


@command.command(
    cls=Command,
    help=t(
        "Mọi danh sách của một đơn vị: số mục, số còn khắc phục được, số điểm bị mất.",
        "All lists of a unit: how many items, how many can be mended, the points lost.",
    ),
)
@_options
def lists(
    unit: str | None, period: Period | None, as_of: str | None, rules: str, form: str, excel: bool, data: Path
) -> None:
    """List the lists."""
    form, chosen = chosen_form(form, excel=excel), load_rules(rules)
    with working(t("Đang lập danh sách", "Making the lists")), told_dossiers(DataFolder(data)) as db:
        asked, _ = asked_work(db, DataFolder(data), unit, period, as_of)
        found = work_overview(db, asked, chosen)
    if form == "table":
        console().print(overview_table(found))
    else:
        rows = [
            {
                "list": line.kind.slug,
                "indicator": line.kind.code,
                "items": line.items,
                "mendable": line.mendable,
                "lost": line.value.lost if line.value else None,
                "needed": line.value.needed if line.value else None,
            }
            for line in found.lines
        ]
        rows += [
            {"list": None, "indicator": each.rule.code, "items": None, "mendable": None, "lost": each.lost,
             "needed": None}
            for each in found.unlisted
        ]  # fmt: skip
        write_json(rows) if form == "json" else write_csv(rows, excel=excel)
    tell(
        say(
            "{unit}, kỳ {period}, tính đến {moment}: mất {lost} điểm.",
            "{unit}, {period}, as of {moment}: {lost} points lost.",
            unit=found.unit.name,
            period=asked.period.show(LANG),
            moment=asked.as_of,
            lost=found.lost,
        )
    )


@command.command(
    "list",
    cls=Command,
    help=t(
        "Một danh sách, theo số của chỉ số (2.1, 4.1…), cho-tiep-nhan hoặc tu-choi; -o ghi ra tệp Excel.",
        "One list, by the indicator's number (2.1, 4.1…), cho-tiep-nhan or tu-choi; -o writes a workbook.",
    ),
)
@click.argument("name", metavar=t("DANH_SÁCH", "LIST"), type=click.Choice(list(KIND_BY_SLUG)))
@click.option("--procedure", metavar=t("MÃ", "CODE"), help=t("Chỉ thủ tục này.", "This procedure only."))
@click.option(
    "--field", metavar=t("LĨNH_VỰC", "FIELD"), help=t("Chỉ lĩnh vực này.", "This field of work only.")
)
@click.option("--room", metavar=t("PHÒNG", "ROOM"), help=t("Chỉ phòng, bộ phận này.", "This room only."))
@click.option(
    "--why",
    type=click.Choice([each.value for each in Why]),
    help=t("Chỉ những mục vì lý do này.", "Only those for this reason."),
)
@click.option(
    "--mendable", is_flag=True, help=t("Chỉ những mục còn khắc phục được.", "Only what can be mended.")
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar=t("TỆP.xlsx", "FILE.xlsx"),
    help=t("Ghi ra tệp Excel để gửi kèm văn bản.", "Write a workbook that goes with a letter."),
)
@_options
def one(name: str, output: Path | None, form: str, excel: bool, data: Path, rules: str, **asked: Any) -> None:
    """One list."""
    form, chosen, kind = chosen_form(form, excel=excel), load_rules(rules), KIND_BY_SLUG[name]
    wanted = WorkFilter(
        procedure=asked["procedure"],
        field_name=asked["field"],
        room=asked["room"],
        why=asked["why"],
        mendable=asked["mendable"],
    )
    with working(t("Đang lập danh sách", "Making the list")), told_dossiers(DataFolder(data)) as db:
        what, unit = asked_work(db, DataFolder(data), asked["unit"], asked["period"], asked["as_of"])
        value = value_of(unit_score(db, what, chosen), kind.code)
        found = work_list(db, what, kind, chosen, wanted)
    sheet = WorkSheet(what, unit.name, found, value, LANG)
    if form != "table" or output is not None:
        day = what.as_of.date().isoformat() if asked["as_of"] else None
        export = DossierExport(f"work:{name}", what.unit, "index", "xlsx" if output else form, as_of=day,
                               procedure=asked["procedure"])  # fmt: skip
        record_export(Backend(DataFolder(data)), by_command_line(now()), export, found.chosen)
    if output is not None:
        output.write_bytes(work_workbook(sheet))
    elif form == "table":
        console().print(item_table(sheet))
    elif form == "csv":
        write_csv(work_rows(sheet), excel=excel)
    else:
        write_json(list(found.rows))
    for sentence in (*work_heading(sheet), kind.do):
        tell(sentence)
    if output is not None:
        tell(say("Đã ghi {file}.", "Wrote {file}.", file=str(output)))


@command.command(
    cls=Command,
    help=t(
        "Một hồ sơ: các bước, phòng xử lý, hạn theo hai cách tính, điểm làm mất của đơn vị.",
        "One dossier: its steps, rooms, both clocks, and what it costs its unit.",
    ),
)
@click.argument("number", metavar=t("SỐ_HỒ_SƠ", "NUMBER"))
@click.option(
    "--period",
    type=PeriodType(),
    metavar=t("KỲ", "PERIOD"),
    help=t("Kỳ tính điểm; mặc định là cả năm.", "The period whose points are told; the year by default."),
)
@click.option(
    "--as-of",
    metavar=t("NGÀY", "DAY"),
    help=t(
        "Theo hiện trạng cuối ngày này; mặc định là lúc này.", "As of the end of this day; now by default."
    ),
)
@rules_option("qd766")
@data_option
@lang_option
def dossier(number: str, period: Period | None, as_of: str | None, rules: str, data: Path) -> None:
    """One dossier."""
    day = parse_day(as_of) if as_of else now().astimezone(VIETNAM).date()
    moment = end_of_day(day, now())
    span = period or parse_period(str(day.year))
    with told_dossiers(DataFolder(data)) as db:
        found = dossier_record(db, number.strip(), span, moment, load_rules(rules))
    for table in dossier_table(found):
        console().print(table)
    if found.costs is None:
        tell(
            say(
                "Hồ sơ không được tính trong kỳ {period}.",
                "The dossier isn't counted in {period}.",
                period=span.show(LANG),
            )
        )
