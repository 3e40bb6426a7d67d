"""`bochiso targets`: what decisions ask of units, how far each is, who has not reached it."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from bochiso.cli.options import (
    LANG,
    choice,
    choice_options,
    data_option,
    format_options,
    lang_option,
    measured_option,
    province_option,
    read_inputs,
    rules_option,
    t,
)
from bochiso.cli.output import chosen_form, console, tell, write_csv, write_json
from bochiso.cli.terminal_tables import add_numbers, counted, new_table, words
from bochiso.cli.usage import Command, CommandGroup
from bochiso.errors import ComputeError
from bochiso.followup.targets import TARGET_STATES, Target, name_of, value_in_words
from bochiso.intake.dossiers.target_rows import problem_of, read_targets, target_of
from bochiso.office.backend import Backend
from bochiso.office.target_decisions import give_targets, withdraw_target
from bochiso.periods import parse_day
from bochiso.report.xlsx.target_sheet import target_workbook
from bochiso.rules.loader import load_rules
from bochiso.rules.national_targets import national_targets
from bochiso.rules.rule_set import RuleSet
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.followup.target_register import known_targets
from bochiso.store.people.audit import by_command_line
from bochiso.store.people.ledger import open_ledger
from bochiso.store.snapshots.target_standings import TargetTable, target_tables
from bochiso.text import VIETNAM, now, number, say
from bochiso.text import day as show_day
from bochiso.units.model import Level

MANY, NAMED = 300, 30
"""Of more units than any province has, so many of those that fall short are named."""


@click.group(
    cls=CommandGroup,
    help=t(
        "Chỉ tiêu giao cho các đơn vị: đơn vị nào đạt, đơn vị nào đúng tiến độ, còn thiếu bao nhiêu.",
        "Targets given to units: which are reached, which are on course, how far the others are.",
    ),
)
def command() -> None:
    """Targets."""


@command.command(
    "import",
    cls=Command,
    help=t(
        "Nạp bảng chỉ tiêu: chỉ tiêu, mức giao, quyết định, cấp hoặc mã đơn vị, từ ngày, đến ngày.",
        "Bring a table in: indicator, value, decision, level or unit, from, to.",
    ),
)
@click.argument("files", nargs=-1, required=True, metavar=t("TỆP…", "FILE…"), type=click.Path(path_type=Path))
@choice_options
@rules_option("qd766")
@data_option
@lang_option
@click.pass_context
def bring_in(context: click.Context, files: tuple[Path, ...], rules: str, data: Path) -> None:
    """Bring targets in."""
    chosen, code = load_rules(rules), 0
    for name, body in read_inputs(files):
        read, found = read_targets(name, body, chosen, choice())
        fresh = give_targets(Backend(DataFolder(data)), by_command_line(now()), found, name) if found else []
        for refusal in read.refusals:
            tell(t("  Từ chối ", "  Refused ") + refusal.render(LANG))
        code |= bool(read.refusals)
        tell(
            say(
                "{file}: giao thêm {n} chỉ tiêu, {old} chỉ tiêu đã có, từ chối {refused} dòng.",
                "{file}: {n} {n:target|targets} given, {old} known before, {refused} {refused:row|rows} "
                "refused.",
                file=name,
                refused=len(read.refusals),
                n=len(fresh),
                old=len(found) - len(fresh),
            )
        )
    context.exit(code)


@command.command(
    cls=Command,
    help=t("Giao một chỉ tiêu cho một cấp hoặc một đơn vị.", "Give one target to a level or a unit."),
)
@click.argument("indicator", metavar=t("CHỈ_TIÊU", "INDICATOR"))
@click.argument("value", metavar=t("MỨC", "VALUE"))
@click.option("--decision", required=True, metavar=t("VĂN_BẢN", "DECISION"),
              help=t("Số, ngày của quyết định.", "The decision's number and day."))  # fmt: skip
@click.option("--level", type=click.Choice(["province", "department", "district", "commune", "ministry"]),
              help=t("Giao cho mọi đơn vị cấp này.", "For every unit of this level."))  # fmt: skip
@click.option("--unit", metavar=t("MÃ", "CODE"), help=t("Giao cho đơn vị này.", "For this unit."))
@click.option("--from", "first", required=True, metavar=t("NGÀY", "DAY"),
              help=t("Từ ngày.", "From this day."))  # fmt: skip
@click.option("--to", "last", required=True, metavar=t("NGÀY", "DAY"), help=t("Đến ngày.", "To this day."))
@rules_option("qd766")
@data_option
@lang_option
def give(rules: str, data: Path, **given: Any) -> None:
    """Give a target."""
    chosen = load_rules(rules)
    target = one_target(
        {**given, "first": parse_day(given["first"]), "last": parse_day(given["last"])}, chosen
    )
    fresh = give_targets(Backend(DataFolder(data)), by_command_line(now()), [target])
    what = name_of(target.what, chosen)
    value = value_in_words(target.what, target.value, chosen)
    if fresh:
        tell(say("Đã giao chỉ tiêu {what}: {value}.", "Given: {what}, {value}.", what=what, value=value))
    else:
        tell(say("Chỉ tiêu này đã có.", "This target was known before."))


def one_target(row: dict[str, Any], rules: RuleSet) -> Target:
    """A target of words that a person gave. Raises ComputeError for what can't be one."""
    problem = problem_of(row, rules)
    if problem is not None:
        raise ComputeError(problem)
    return target_of(row, rules)


@command.command(
    cls=Command, help=t("Rút một chỉ tiêu, theo số trong danh sách.", "Take a target back, by its number.")
)
@click.argument("n", metavar=t("SỐ", "NUMBER"), type=int)
@data_option
@lang_option
def withdraw(n: int, data: Path) -> None:
    """Take a target back."""
    found = withdraw_target(Backend(DataFolder(data)), by_command_line(now()), n)
    tell(say("Đã rút chỉ tiêu số {n} ({decision}).", "Target {n} ({decision}) is taken back.",
             n=n, decision=found.decision))  # fmt: skip


@command.command("list", cls=Command, help=t("Các chỉ tiêu đã giao.", "The targets that were given."))
@rules_option("qd766")
@format_options
@data_option
@lang_option
def list_targets(rules: str, form: str, excel: bool, data: Path) -> None:
    """List the targets."""
    form, chosen = chosen_form(form, excel=excel), load_rules(rules)
    with open_ledger(DataFolder(data), look=True) as ledger:
        found = known_targets(ledger)
    if form == "table":
        table = new_table()
        for head in (t("Số", "No."), t("Chỉ tiêu", "Target"), t("Mức giao", "Value"), t("Giao cho", "For"),
                     t("Từ", "From"), t("Đến", "To"), t("Văn bản", "Decision")):  # fmt: skip
            table.add_column(head, overflow="fold")
        for each in found:
            table.add_row(
                str(each.number), words(name_of(each.what, chosen).render(LANG)),
                value_in_words(each.what, each.value, chosen).render(LANG),
                each.unit or (each.level.value if each.level else ""), show_day(each.first, LANG),
                show_day(each.last, LANG), words(each.decision),
            )  # fmt: skip
        console().print(table)
        return
    rows = [
        {
            "number": each.number,
            "indicator": each.what,
            "value": each.value,
            "level": each.level and each.level.value,
            "unit": each.unit,
            "first": each.first,
            "last": each.last,
            "decision": each.decision,
        }
        for each in found
    ]
    write_json(rows) if form == "json" else write_csv(rows, excel=excel)


@command.command(
    cls=Command,
    help=t(
        "Kết quả thực hiện chỉ tiêu: đạt, đúng tiến độ, chưa đạt, còn thiếu; kèm câu để đưa vào văn bản.",
        "How units stand to their targets, and the sentence for letters.",
    ),
)
@click.option("--as-of", metavar=t("NGÀY", "DAY"),
              help=t("Chỉ tiêu áp dụng ngày này; mặc định hôm nay.", "Targets of this day."))  # fmt: skip
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar=t("TỆP.xlsx", "FILE.xlsx"),
    help=t("Ghi phụ lục Excel kèm văn bản.", "Write the annex of a letter."),
)
@province_option
@measured_option
@format_options
@data_option
@lang_option
def show(
    as_of: str | None,
    output: Path | None,
    province: str | None,
    measured: bool | None,
    form: str,
    excel: bool,
    data: Path,
) -> None:
    """Show how units stand."""
    form = chosen_form(form, excel=excel)
    day = parse_day(as_of) if as_of else now().astimezone(VIETNAM).date()
    with open_ledger(DataFolder(data), look=True) as ledger:
        targets = known_targets(ledger)
    with open_store(DataFolder(data), measured) as store:
        found = target_tables(store, targets, day, province)
    rows = [row for each in found for row in progress_rows(each)]
    if output is not None:
        output.write_bytes(target_workbook(found, LANG))
    elif form == "table":
        for each in found:
            console().print(progress_table(each))
    else:
        write_json(rows) if form == "json" else write_csv(rows, excel=excel)
    for each in found:
        tell(each.phrase_of(NAMED if len(each.names) > MANY else None))
    if not found:
        tell(say("Ngày {day} không có chỉ tiêu nào đang áp dụng, hoặc chưa có số liệu.",
                 "No target holds on {day}, or there are no figures.", day=day))  # fmt: skip


def progress_rows(found: TargetTable) -> Iterator[dict[str, Any]]:
    """One row a unit and target."""
    for level in found.levels:
        for each in level.rows:
            yield {
                "decision": found.decision, "indicator": found.what, "level": level.level.value,
                "unit": each.unit, "unit_name": found.names.get(each.unit), "target": each.target.value,
                "value": each.now, "short": each.short, "state": each.state.value, "closes": each.closes,
                "as_of": level.day,
            }  # fmt: skip


def progress_table(found: TargetTable) -> Table:
    """How every unit stands to one target."""
    title = f"{found.decision}: {name_of(found.what, found.rules).render(LANG)}"
    table = new_table(title)
    table.add_column(t("Đơn vị", "Unit"), overflow="fold")
    add_numbers(table, t("Mức giao", "Target"), t("Đạt được", "Now"), t("Còn thiếu", "Short"),
                t("Số mục cần thêm", "Items to close it"))  # fmt: skip
    table.add_column(t("Tình trạng", "State"))
    for level in found.levels:
        for each in level.rows:
            table.add_row(
                words(found.names.get(each.unit, each.unit)),
                value_in_words(found.what, each.target.value, found.rules).render(LANG),
                value_in_words(found.what, each.now, found.rules).render(LANG),
                "–" if each.short is None else number(each.short, LANG),
                "–" if each.closes is None else counted(each.closes),
                TARGET_STATES[each.state].render(LANG),
            )
    return table


@command.command(
    cls=Command,
    help=t(
        "Chỉ tiêu của Chính phủ (Nghị quyết số 01/NQ-CP năm 2026) và chỉ số đo chỉ tiêu ấy; --give để giao "
        "cho tỉnh.",
        "The Government's targets (Resolution 01/NQ-CP of 2026), what measures them; --give keeps them.",
    ),
)
@click.option("--give", "keep", is_flag=True, help=t("Giao cho tỉnh.", "Give them to the province."))
@rules_option("qd766")
@data_option
@lang_option
def national(keep: bool, rules: str, data: Path) -> None:
    """The Government's targets."""
    chosen, known = load_rules(rules), national_targets()
    table = new_table(known.decision)
    for head in (t("Dòng", "Row"), t("Chỉ tiêu", "Target"), t("Mức", "Value"), t("Đo bằng", "Measured by"),
                 t("Ghi chú", "Note")):  # fmt: skip
        table.add_column(head, overflow="fold")
    for each in known.targets:
        measured = name_of(each.indicator, chosen).render(LANG) if each.indicator else "–"
        remark = each.remark.render(LANG) if each.remark else ""
        table.add_row(str(each.row), each.names.render(LANG), f"{each.percent}%", measured, remark)
    console().print(table)
    if keep:
        fresh = give_targets(
            Backend(DataFolder(data)), by_command_line(now()),
            [_national(each.indicator, each.percent, known.first, known.last, known.decision)
             for each in known.targets if each.indicator],
        )  # fmt: skip
        tell(say("Đã giao {n} chỉ tiêu cho cấp tỉnh.", "{n} {n:target|targets} given to the province.",
                 n=len(fresh)))  # fmt: skip


def _national(what: str, percent: int, first: date, last: date, decision: str) -> Target:
    return Target(decision, what, Decimal(percent), first, last, Level.PROVINCE)
