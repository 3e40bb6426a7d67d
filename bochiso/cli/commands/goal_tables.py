"""`bochiso goal`: what a goal asks of a unit, the fewest cases that reach it, what is to be expected."""

from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bochiso.cli.options import (
    LANG,
    data_option,
    format_options,
    lang_option,
    measured_option,
    snapshot_options,
    t,
)
from bochiso.cli.output import chosen_form, console, working, write_csv, write_json
from bochiso.cli.terminal_tables import add_numbers, counted, new_table, printable, words
from bochiso.cli.told_dossiers import told_dossiers
from bochiso.cli.usage import Command
from bochiso.errors import ComputeError
from bochiso.followup.goals.aims import parse_goal
from bochiso.followup.goals.goal_words import (
    error_sentence,
    expected_sentence,
    outcome_sentence,
    risk_sentence,
    standing_sentence,
    unexpected_sentence,
    way_sentence,
)
from bochiso.followup.goals.levers import REMEDY_NAMES, Lever, Remedy
from bochiso.followup.goals.way import what_if
from bochiso.followup.work_kinds import ITEM_NAMES
from bochiso.periods import Period
from bochiso.rules.rule_set import RuleSet
from bochiso.score.export import plain
from bochiso.store.figures.snapshot_store import Store, open_store
from bochiso.store.folder import DataFolder
from bochiso.store.measuring.sync_source import published_sync
from bochiso.store.snapshots.goal_view import GoalAsked, GoalView, goal_answer, goal_view, lever_row
from bochiso.store.snapshots.queries import explained
from bochiso.store.worklists.open_and_due import DAYS, OpenAndDue, open_and_due
from bochiso.store.worklists.work_lists import WorkAsked
from bochiso.text import VIETNAM, change, now, points, say
from bochiso.units.names import short_name

Cases = tuple[tuple[str, int], ...]


@click.command(
    cls=Command,
    help=t(
        "Đường tới mục tiêu của một đơn vị: còn thiếu bao nhiêu, thiếu ở nhóm nào, cách ít việc nhất, dự "
        "kiến cuối kỳ. ĐƠN_VỊ là mã hoặc tên, không cần dấu.",
        "A unit's way to a goal: what lacks and where, the fewest cases that reach it, what to expect. "
        "UNIT is a code or a name.",
    ),
)
@click.argument("unit", metavar=t("ĐƠN_VỊ", "UNIT"))
@click.option(
    "--goal",
    "goal",
    default="top 10",
    metavar=t("MỤC_TIÊU", "GOAL"),
    help=t(
        "“top 10” (mặc định), một mức xếp loại như “tốt”, hoặc một số điểm.",
        "“top 10” (the default), a grade as “good”, or a total.",
    ),
)
@snapshot_options(against=False)
@click.option(
    "--cost",
    multiple=True,
    metavar=t("CHỈ_SỐ=CÔNG", "INDICATOR=COST"),
    help=t(
        "Một việc của chỉ số này tốn bao nhiêu công, số nguyên từ 1; mặc định 1. Lặp lại được.",
        "What one case of this indicator costs, a whole number from 1; 1 by default. May be repeated.",
    ),
)
@click.option(
    "--try",
    "tried",
    multiple=True,
    metavar=t("CHỈ_SỐ=SỐ", "INDICATOR=N"),
    help=t(
        "Thử: làm thêm bấy nhiêu việc của chỉ số này thì được gì. Lặp lại được.",
        "Try: what so many cases more of this indicator come to. May be repeated.",
    ),
)
@click.option(
    "--dossiers",
    is_flag=True,
    help=t(
        "Tính cả hồ sơ đang giải quyết ở đây còn khắc phục được; điểm có thể mất trong {n} ngày tới.",
        "With open dossiers kept here that can still be mended; the points at risk within {n} days.",
    ).format(n=DAYS),
)
@format_options
@measured_option
@data_option
@lang_option
def command(
    unit: str,
    goal: str,
    as_of: str | None,
    period: Period | None,
    form: str,
    excel: bool,
    measured: bool | None,
    data: Path,
    **more: object,
) -> None:
    """Print the way of a unit to a goal."""
    form, folder = chosen_form(form, excel=excel), DataFolder(data)
    with working(t("Đang tính", "Working it out")), open_store(folder, measured) as store:
        found, at_hand = _found(store, folder, (unit, goal, as_of, period), more)
    if form == "json":
        write_json(plain(goal_answer(found, LANG)))
    elif form == "csv":
        write_csv(_rows(found), excel=excel)
    else:
        print_goal(console(), found, _cases(more["tried"], found.rules), at_hand)


def _found(
    store: Store,
    folder: DataFolder,
    what: tuple[str, str, str | None, Period | None],
    more: dict[str, object],
) -> tuple[GoalView, OpenAndDue | None]:
    unit, goal, as_of, period = what
    known = explained(store, unit, as_of=as_of, period=period, against=None, rules=None)
    rules, code = known.after.rules, known.standing.score.unit.code
    costs = _cases(more["cost"], rules)
    asked = GoalAsked(code, parse_goal(goal, rules), as_of, period, None, costs)
    found = goal_view(store, asked)
    if not more["dossiers"]:
        return found, None
    span, today = found.own.snapshot.period, now().astimezone(VIETNAM).date()
    with told_dossiers(folder) as db:
        work = WorkAsked(code, span, now(), published_sync(folder, span, today))
        at_hand = open_and_due(db, work, found.score, rules)
    if at_hand is None:
        raise ComputeError(say("chưa có hồ sơ nào ở đây.", "there are no dossiers here."))
    return goal_view(store, GoalAsked(code, asked.goal, as_of, period, at_hand.open_items, costs)), at_hand


def _cases(given: object, rules: RuleSet) -> Cases:
    """`3.5=20` by the indicator's code. Raises UsageError for what isn't one, or no whole number."""
    numbers = {each.number: each.code for each in rules.indicators} | {code: code for code in rules.indicator}
    found = {}
    for text in given if isinstance(given, tuple) else ():
        name, _, value = text.partition("=")
        if name.strip() not in numbers or not value.strip().isdecimal() or not int(value):
            raise click.UsageError(
                t(f"“{text}” phải là CHỈ_SỐ=SỐ, như 3.5=20, số nguyên từ 1.",
                  f"“{text}” must be INDICATOR=NUMBER, as 3.5=20, a whole number from 1."),
                click.get_current_context(),
            )  # fmt: skip
        found[numbers[name.strip()]] = int(value)
    return tuple(sorted(found.items()))


def _rows(found: GoalView) -> list[dict[str, object]]:
    """A row an indicator: what it lost, what can still be mended, what the way takes of it."""
    steps = {each.lever.code: each for each in found.way.steps} if found.way else {}
    return [
        {"unit": found.score.unit.code, **plain(lever_row(each)),
         "way_cases": steps[each.code].cases if each.code in steps else None,
         "way_points": steps[each.code].gain if each.code in steps else None}
        for each in found.levers
    ]  # fmt: skip


def print_goal(out: Console, found: GoalView, tried: Cases, at_hand: OpenAndDue | None) -> None:
    """A unit's way to a goal on the terminal."""

    def line(text: str, style: str = "") -> None:
        out.print(text, style=style, markup=False)

    name, rules = printable(short_name(found.score.unit.name)), found.rules
    line(f"{name} ({found.score.unit.code}) – {found.own.title.render(LANG)}", "bold")
    if found.other_day is not None:
        line(_other_day(found))
    if found.problem is not None:
        line(found.problem.render(LANG))
    if found.aim is not None:
        line(standing_sentence(found.aim, found.place, found.of).render(LANG))
    out.print(gap_table(found))
    if found.way is not None and (told := way_sentence(found.way, found.levers)):
        line(told.render(LANG))
        out.print(step_table(found, rules))
    out.print(lever_table(found.levers, rules))
    if tried:
        outcome = what_if(found.score, found.level, found.levers, dict(tried), rules)
        if outcome is not None:
            line(t("Thử: ", "Tried: ") + outcome_sentence(outcome, found.of).render(LANG))
    if at_hand is not None:
        line(risk_sentence(at_hand.risk, at_hand.days).render(LANG))
    if found.aim and (expected := expected_sentence(found.own_end, found.needed_end, found.aim)):
        line(expected.render(LANG))
        line(error_sentence(found.needed_end or found.own_end).render(LANG), "dim")  # type: ignore[arg-type]
    elif found.aim and found.own.snapshot.period.last > found.own.snapshot.as_of:
        line(unexpected_sentence(found.own.snapshot.period.last).render(LANG), "dim")
    line(found.own.moments.render(LANG), "dim")


def _other_day(found: GoalView) -> str:
    told = say(
        "So với các đơn vị cùng cấp theo số liệu ngày {day}.", "Its peers are of {day}.", day=found.other_day
    )
    return told.render(LANG)


def gap_table(found: GoalView) -> Table:
    """Group by group: own points, the holder's of the place that is aimed at, the mean, the best."""
    table = new_table(t("Từng nhóm chỉ số", "Group by group"))
    table.add_column(t("Nhóm", "Group"), overflow="fold")
    add_numbers(table, t("Tối đa", "Of"), t("Đơn vị", "Unit"))
    holder = found.aim.holder if found.aim else None
    if holder is not None and found.aim is not None:
        place = int(found.aim.goal.value) + found.aim.reached
        add_numbers(table, t(f"Hạng {place}", f"Rank {place}"), t(f"Hạng {place} hơn", "Ahead by"))
    add_numbers(table, t("Trung bình", "Mean"), t("Cao nhất", "Best"))
    for each in found.gaps:
        ours = [points(each.holder, LANG), change(each.ahead, LANG)] if holder else []
        table.add_row(
            words(each.name.render(LANG)), counted(each.most), points(each.own, LANG), *ours,
            points(each.mean, LANG), points(each.best, LANG),
        )  # fmt: skip
    return table


def step_table(found: GoalView, rules: RuleSet) -> Table:
    """The steps of the way, most points a case first."""
    table = new_table()
    table.add_column(t("Chỉ số", "Indicator"), overflow="fold")
    table.add_column(t("Việc", "Cases"), overflow="fold")
    add_numbers(table, t("Số việc", "How many"), t("Thêm điểm", "Points"))
    for each in found.way.steps if found.way else ():
        table.add_row(
            _named(each.lever, rules), words(each.lever.what.render(LANG)), counted(each.cases),
            points(each.gain, LANG),
        )  # fmt: skip
    return table


def lever_table(levers: Sequence[Lever], rules: RuleSet) -> Table:
    """Every point that was lost, by what can still be done about it."""
    table = new_table(t("Điểm bị mất và việc còn làm được", "What was lost, and what can still be done"))
    table.add_column(t("Chỉ số", "Indicator"), overflow="fold")
    add_numbers(table, t("Mất", "Lost"), t("Còn làm được", "Cases"), t("Được thêm", "Earn"),
                t("0,01 điểm cần", "For 0.01"))  # fmt: skip
    for remedy in Remedy:
        some = [each for each in levers if each.remedy is remedy]
        if not some:
            continue
        lost = points(sum(each.lost for each in some), LANG)  # type: ignore[arg-type]
        table.add_row(f"[bold]{REMEDY_NAMES[remedy].render(LANG)}[/bold]", lost, "", "", "")
        for each in some:
            item = ITEM_NAMES[each.of].render(LANG) if each.of and each.for_hundredth else ""
            cases = "–" if each.most is None or remedy is Remedy.UNKNOWN else counted(each.most)
            each_hundredth = "–" if remedy not in (Remedy.NOW, Remedy.OPEN) else counted(each.for_hundredth)
            table.add_row(
                f"  {_named(each, rules)}" + (f" ({item})" if item else ""), points(each.lost, LANG), cases,
                points(each.best, LANG) if each.most else "–", each_hundredth,
            )  # fmt: skip
    return table


def _named(lever: Lever, rules: RuleSet) -> str:
    number = f"{lever.rule.number} " if lever.rule else ""
    return words(f"{number}{rules.label(lever.code).render(LANG)}")
