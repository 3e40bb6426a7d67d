"""Files of tables to one intake: what kind each table is, and all of them together."""

from collections.abc import Sequence
from itertools import combinations
from typing import Literal

from bochiso.errors import SourceError, Where
from bochiso.intake.figures.cells_meaning import Cells
from bochiso.intake.figures.combine import combine
from bochiso.intake.figures.groups_table import draft_groups
from bochiso.intake.figures.measures_table import draft_measures
from bochiso.intake.figures.payment_table import draft_payment
from bochiso.intake.figures.published_ranks import with_ranks
from bochiso.intake.figures.stated_maxima import held_to_maxima
from bochiso.intake.headings.column_choice import NO_CHOICE, Choice
from bochiso.intake.headings.heading_words import PAYMENT_COUNTS
from bochiso.intake.headings.headings import Headings
from bochiso.intake.result import Intake
from bochiso.intake.tables.parsed_table import ParsedTable
from bochiso.intake.tables.passed_over import with_none_noted, without_others
from bochiso.intake.tables.reader import tables_of
from bochiso.intake.tables.table_reader import RawTable, check_size
from bochiso.rules.rule_set import RuleSet
from bochiso.text import Text, say

TableKind = Literal["measures", "rates", "points"]


def read_files(
    kind: TableKind | None, files: Sequence[tuple[str, bytes]], rules: RuleSet, choice: Choice = NO_CHOICE
) -> Intake:
    """The figures of several files (name, bytes) as one; without a kind, each table shows its own.

    Raises SourceError for a file that is no table at all, or not of the kind.
    """
    drafts = []
    for name, data in files:
        tables = read_tables(name, data, rules, choice)
        # The scores that are printed as JSON are of two kinds at once, and say so themselves.
        own = len(tables) > 1 and data.lstrip()[:1] in (b"[", b"{")
        found = [_draft(table, rules, None if own else kind) for table in tables]
        _check_sheets(name, tables, found)
        drafts += found
    return with_ranks(combine(drafts), choice.ranks, files[0][0] if files else "")


def _check_sheets(name: str, tables: Sequence[RawTable], drafts: Sequence[ParsedTable]) -> None:
    """Raise SourceError where two sheets say other figures of the same units, as two weeks' sheets do."""
    known: list[dict[tuple[object, ...], tuple[object, ...]]] = []
    for draft in drafts if len(drafts) > 1 else ():
        figures = zip(*(draft.figures[column].to_pylist() for column in _FIGURE), strict=True)
        known.append({(unit, code): tuple(values) for unit, code, *values in figures})
    for (first, one), (second, other) in combinations(zip(tables, known, strict=False), 2):
        same = one.keys() & other.keys()
        differing = sum(one[key] != other[key] for key in same)
        if len(same) > 1 and 2 * differing > min(len(one), len(other)):
            if first.file == second.file:
                raise _two_tables(name, first, second)
            raise SourceError(
                say(
                    "hai trang {first} và {second} ghi số liệu khác nhau của cùng các đơn vị.",
                    "the sheets {first} and {second} say other figures of the same units.",
                    first=f"“{first.file.split(' › ')[-1]}”",
                    second=f"“{second.file.split(' › ')[-1]}”",
                ),
                where=Where(name),
                do=say(
                    'Hãy chọn một trang bằng --sheet "tên trang".',
                    'Choose one with --sheet "its name".',
                ),
            )


def _two_tables(name: str, first: RawTable, second: RawTable) -> SourceError:
    return SourceError(
        say(
            "hai bảng trên cùng một trang (từ dòng {first:d} và từ dòng {second:d}) ghi số liệu khác nhau "
            "của cùng các đơn vị.",
            "two tables of one sheet (from row {first:d} and from row {second:d}) say other figures of the "
            "same units.",
            first=first.rows[0].as_py(),
            second=second.rows[0].as_py(),
        ),
        where=Where(name),
        do=say(
            "Hãy chép bảng cần nạp sang một trang riêng rồi nạp lại.",
            "Copy the table that you need to a sheet of its own and try again.",
        ),
    )


_FIGURE = ("unit", "code", "numerator", "denominator", "rate", "points")


def read_tables(name: str, data: bytes, rules: RuleSet, choice: Choice = NO_CHOICE) -> tuple[RawTable, ...]:
    """The tables of one file, its format told by its content.

    Raises SourceError where it is empty, too large, no table, or has no known heading.
    """
    check_size(name, len(data))
    tables = tuple(
        without_others(with_none_noted(held_to_maxima(table, rules)))
        for table in tables_of(name, data, Headings(rules), choice)
    )
    if not any(len(table.rows) or table.refusals for table in tables):
        raise SourceError(
            say("dưới dòng tiêu đề không có dòng số liệu nào.", "there are no rows below the heading."),
            where=Where(name),
            do=say("Hãy kiểm tra lại tệp đã xuất.", "Check the file that was exported."),
        )
    return tables


def _is_payment(table: RawTable) -> bool:
    return any(set(pair) <= table.names for pair in PAYMENT_COUNTS.values())


def _is_measures(table: RawTable) -> bool:
    return bool(table.names & {"indicator", "indicator_name"})


def _draft(table: RawTable, rules: RuleSet, kind: TableKind | None) -> ParsedTable:
    if kind in (None, "measures"):
        if _is_payment(table):
            return draft_payment(table, rules)
        if _is_measures(table):
            return draft_measures(table, rules)
    if kind == "measures" or _is_payment(table) or _is_measures(table):
        raise _other_kind(table, kind or "measures")
    return draft_groups(table, rules, None if kind is None else Cells(kind))


_KINDS: dict[TableKind, tuple[Text, Text]] = {
    "measures": (
        say("Tử số, mẫu số từng chỉ số", "Numerators and denominators"),
        say("mã đơn vị, chỉ số, tử số, mẫu số", "unit, indicator, numerator, denominator"),
    ),
    "rates": (
        say("Tỷ lệ theo nhóm chỉ số", "Rates by group"),
        say("mã đơn vị, mỗi nhóm chỉ số một cột (CKMB, TDGQ…)", "unit, one for each group (CKMB, TDGQ…)"),
    ),
    "points": (
        say("Điểm theo nhóm chỉ số", "Points by group"),
        say("mã đơn vị, mỗi nhóm chỉ số một cột (CKMB, TDGQ…) và tổng điểm",
            "unit, one for each group (CKMB, TDGQ…), total"),
    ),
}  # fmt: skip
"""What each kind of tables is called, and what it needs."""


def _other_kind(table: RawTable, kind: TableKind) -> SourceError:
    named, needed = _KINDS[kind]
    return SourceError(
        say(
            "bảng không thuộc loại “{named}” ({kind}); loại này cần các cột {needed}.",
            "the table isn't of the kind “{named}” ({kind}), which needs the columns {needed}.",
            named=named,
            kind=kind,
            needed=needed,
        ),
        where=Where(table.file),
        do=say("Hãy chọn lại loại bảng hoặc tệp.", "Choose another kind or another file."),
    )
