"""`bochiso rules show` and `bochiso rules check FILE`: the rule sets."""

import click

from bochiso.cli.draw import new_table, words
from bochiso.cli.options import LANG, lang_option, rules_option, t
from bochiso.cli.output import console, tell
from bochiso.cli.usage import Command, Group
from bochiso.rules.loader import load_rules
from bochiso.rules.table import deadline_rows, grade_rows, group_rows, indicator_rows
from bochiso.text import say


@click.group(cls=Group, help=t("Xem và kiểm tra bộ quy tắc tính điểm.", "Show and check rule sets."))
@lang_option
def command() -> None:
    """Rule sets."""


@command.command(
    cls=Command,
    help=t("In bộ quy tắc cùng căn cứ pháp lý từng dòng.", "Print a rule set with the source of each line."),
)
@rules_option("qd766")
@lang_option
def show(rules: str) -> None:
    """Print a rule set."""
    chosen = load_rules(rules)
    out = console()
    out.print(chosen.names.render(LANG), style="bold", markup=False)
    out.print(chosen.source, style="dim", markup=False)
    _print(
        t("Nhóm chỉ số", "Groups"),
        [
            t("Mã", "Code"),
            t("Nhóm", "Group"),
            t("Điểm", "Points"),
            t("Gồm", "Made of"),
            t("Căn cứ", "Source"),
        ],
        [(r.code, r.name, r.points, r.made_of, r.source) for r in group_rows(chosen, LANG)],
    )
    _print(
        t("Chỉ số thành phần", "Indicators"),
        [t("Số", "No."), t("Chỉ số", "Indicator"), t("Cách tính", "Counts"), t("Điểm", "Points"),
         t("Mức đạt", "Target"), t("Mẫu số 0", "Empty"), t("Áp dụng", "Levels"), t("Căn cứ", "Source")],
        [(r.number, f"{r.name}\n{r.code}", r.counts, r.points, r.target, r.empty,
          f"{r.levels}\n{r.note}".strip(), r.source) for r in indicator_rows(chosen, LANG)],
    )  # fmt: skip
    _print(
        t("Thời hạn", "Deadlines"),
        [t("Số", "No."), t("Việc", "What"), t("Thời hạn", "Deadline"), t("Căn cứ", "Source")],
        [(r.number, r.name, r.deadline, r.source) for r in deadline_rows(chosen, LANG)],
    )
    _print(
        t("Xếp loại", "Grades"),
        [t("Xếp loại", "Grade"), t("Tổng điểm", "Total")],
        [(r.name, r.totals) for r in grade_rows(chosen, LANG)],
    )
    out.print(chosen.grades.source, style="dim", markup=False)


def _print(title: str, headings: list[str], rows: list[tuple[str, ...]]) -> None:
    out = console()
    out.print()
    table = new_table(title)
    table.show_lines = True
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(words(cell) for cell in row))
    out.print(table)


@command.command(
    cls=Command,
    help=t(
        "Kiểm tra một tệp quy tắc: điểm cộng đủ, mã không trùng, không có mục lạ.",
        "Check a rule file: points add up, codes are unique, no unknown key.",
    ),
)
@click.argument("file", metavar=t("TỆP", "FILE"))
@lang_option
def check(file: str) -> None:
    """Check a rule file."""
    rules = load_rules(file)
    tell(
        say(
            "{file}: dùng được. {id}: {groups} nhóm, {indicators} chỉ số, tổng {total} điểm.",
            "{file}: can be used. {id}: {groups} groups, {indicators} indicators, {total} points in all.",
            file=file,
            id=rules.id,
            groups=len(rules.boxes),
            indicators=len(rules.indicators),
            total=rules.total_points,
        )
    )
