"""`bochiso explain UNIT`: why a unit has its points, what it lost where, what moved it."""

from pathlib import Path

import click
from rich.console import Console

from bochiso.cli.options import (
    LANG,
    data_option,
    format_options,
    lang_option,
    measured_option,
    rules_option,
    snapshot_options,
    t,
)
from bochiso.cli.output import chosen_form, console, working, write_csv, write_json
from bochiso.cli.terminal_tables import causes, losses, printable
from bochiso.cli.usage import Command
from bochiso.periods import Period
from bochiso.rules.loader import load_rules
from bochiso.score.explanation import explain
from bochiso.score.export import cause_object, change_object, loss_object, standing_object
from bochiso.score.ranking import Standing
from bochiso.score.remarks import notes
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.snapshots.queries import ExplainedUnit, explained
from bochiso.text import change, points


@click.command(
    cls=Command,
    help=t(
        "Vì sao một đơn vị được số điểm ấy: từng chỉ số, điểm mất nhiều nhất đứng trước. "
        "ĐƠN_VỊ là mã (H21.17) hoặc tên, không cần dấu.",
        "Why a unit has its points, greatest loss first. "
        "UNIT is a code (H21.17) or a name, accents not needed.",
    ),
)
@click.argument("unit", metavar=t("ĐƠN_VỊ", "UNIT"))
@snapshot_options(against=True)
@rules_option(None)
@format_options
@measured_option
@data_option
@lang_option
def command(
    unit: str,
    as_of: str | None,
    against: str | None,
    period: Period | None,
    rules: str | None,
    form: str,
    excel: bool,
    measured: bool | None,
    data: Path,
) -> None:
    """Explain one unit."""
    form = chosen_form(form, excel=excel)
    with working(t("Đang tính điểm", "Scoring")), open_store(DataFolder(data), measured) as store:
        found = explained(
            store,
            unit,
            as_of=as_of,
            period=period,
            against=against,
            rules=load_rules(rules) if rules else None,
        )
    rules_used, standing = found.after.rules, found.standing
    lines = explain(standing.score, rules_used)
    if form == "json":
        parts = found.change.causes(rules_used) if found.change else []
        write_json(
            standing_object(standing, rules_used, LANG)
            | {
                "as_of": found.after.snapshot.as_of.isoformat(),
                "period": found.after.snapshot.period.code,
                "read_at": found.after.snapshot.read_at.isoformat(),
                "changed_at": found.after.changed_at.isoformat(),
                "lines": [loss_object(line, rules_used, LANG) for line in lines],
                "change": change_object(found.change),
                "causes": [cause_object(part) for part in parts],
            }
        )
    elif form == "csv":
        write_csv([loss_object(line, rules_used, LANG) for line in lines], excel=excel)
    else:
        print_explanation(console(), found)


def print_explanation(out: Console, found: ExplainedUnit) -> None:
    """One unit's explanation on the terminal."""
    standing, rules = found.standing, found.after.rules
    score = standing.score
    out.print(
        f"{printable(score.unit.name)} ({score.unit.code}) – {found.after.title.render(LANG)}",
        style="bold",
        markup=False,
    )
    if standing.rank:
        grade = standing.grade.names.render(LANG) if standing.grade else t("chưa xếp loại", "not graded")
        out.print(
            t("Tổng điểm ", "Total ")
            + f"{points(score.total, LANG)}/{int(score.most)}, {grade}"
            + (t(", xếp hạng ", ", rank ") + f"{standing.rank}/{standing.of}." if standing.of > 1 else "."),
            markup=False,
        )
    lines = explain(score, rules)
    out.print(losses(out, lines, rules))
    if any(line.indicator and line.indicator.inherited_from for line in lines):
        out.print(t("↑ lấy theo số liệu của tỉnh", "↑ inherited from the province"), style="dim")
    if any(line.small for line in lines):
        few = rules.small_denominator
        out.print(t(f"* mẫu số từ {few} trở xuống", f"* a denominator of {few} or less"), style="dim")
    for note in notes(score, rules):
        out.print(note.render(LANG), style="dim", markup=False)
    if found.before_title is not None:
        _print_change(out, found)
    for remark in found.remarks:
        out.print(remark.render(LANG), markup=False)
    out.print(found.after.moments.render(LANG), style="dim", markup=False)


def _print_change(out: Console, found: ExplainedUnit) -> None:
    title = "" if found.before_title is None else found.before_title.render(LANG)
    if found.before is None:
        out.print(t(f"\nChưa có đơn vị này trong {title}.", f"\nThis unit is not in {title}."), markup=False)
    else:
        rules = found.after.rules
        total = found.change.total if found.change else None
        rank = found.change.rank if found.change else None
        words = f": {change(total, LANG)}" + t(" điểm", " points") if total is not None else ""
        out.print(t("\nThay đổi so với ", "\nChange since ") + title + words, style="bold", markup=False)
        if found.change and found.change.one_scale:
            out.print(causes(found.change.causes(rules), rules, total))
        elif rank is not None:
            out.print(_places(found.before, found.standing, rank), markup=False)


def _places(before: Standing, after: Standing, rank: int) -> str:
    """How the rank moved, where points can't be compared."""
    moved = (
        t(f"tăng {rank} bậc", f"{rank} places up") if rank > 0
        else t(f"giảm {-rank} bậc", f"{-rank} places down") if rank < 0
        else t("giữ nguyên", "unchanged")
    )  # fmt: skip
    ranks = f"{before.rank}/{before.of} → {after.rank}/{after.of}"
    return t(f"Thứ hạng {ranks}: {moved}.", f"Rank {ranks}: {moved}.")
