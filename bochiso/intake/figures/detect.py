"""Files of tables to one intake: what kind each table is, and all of them together."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from bochiso.errors import SourceError, Where
from bochiso.intake.figures.combine import combine
from bochiso.intake.figures.groups_table import GroupCells, draft_groups
from bochiso.intake.figures.measures_table import draft_measures
from bochiso.intake.figures.payment_table import draft_payment
from bochiso.intake.result import Intake
from bochiso.intake.tables.delimited import decode, read_delimited
from bochiso.intake.tables.headings import PAYMENT_COUNTS, Headings
from bochiso.intake.tables.json_table import read_json
from bochiso.intake.tables.numbers import parse_decimal
from bochiso.intake.tables.parsed_table import Named, ParsedTable, identify
from bochiso.intake.tables.spreadsheet import read_workbook
from bochiso.intake.tables.table_reader import RawTable, check_size
from bochiso.intake.tables.zip_guard import is_workbook
from bochiso.rules.rule_set import RuleSet
from bochiso.text import Text, say
from bochiso.units.model import LEVEL_NAMES, Level

TableKind = Literal["measures", "rates", "points"]


def read_files(kind: TableKind | None, files: Sequence[tuple[str, bytes]], rules: RuleSet) -> Intake:
    """The figures of several files (name, bytes) as one; without a kind, each table shows its own.

    Raises SourceError for a file that is no table at all, or not of the kind.
    """
    drafts = []
    for name, data in files:
        tables = read_tables(name, data, rules)
        drafts += [_draft(table, rules, None if len(tables) > 1 else kind) for table in tables]
    return combine(drafts)


def read_tables(name: str, data: bytes, rules: RuleSet) -> tuple[RawTable, ...]:
    """The tables of one file, its format told by its content: one, or two for printed scores in JSON.

    Raises SourceError where it is empty, too large, no table, or has no known heading.
    """
    check_size(name, len(data))
    tables = _tables(name, data, Headings(rules))
    if not any(len(table.rows) or table.refusals for table in tables):
        raise SourceError(
            say("dưới dòng tiêu đề không có dòng số liệu nào.", "there are no rows below the heading."),
            where=Where(name),
            do=say("Hãy kiểm tra lại tệp đã xuất.", "Check the file that was exported."),
        )
    return tables


def _tables(name: str, data: bytes, headings: Headings) -> tuple[RawTable, ...]:
    if is_workbook(data):
        return (read_workbook(name, data, headings),)
    text = decode(name, data)
    if not text.strip():
        raise SourceError(
            say("tệp rỗng.", "the file is empty."),
            where=Where(name),
            do=say("Hãy xuất lại bảng từ nguồn.", "Export the table again from its source."),
        )
    if text.lstrip()[:1] in (b"[", b"{"):
        return read_json(name, text, headings)
    return (read_delimited(name, text, headings),)


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
    if kind is not None:
        return draft_groups(table, rules, lambda _: GroupCells(kind))
    shown = _cells_by_level(table, rules)
    draft = draft_groups(table, rules, lambda level: shown.get(level, GroupCells.POINTS))
    rated = [level for level, cells in shown.items() if cells is GroupCells.RATES]
    return replace(draft, notes=(*draft.notes, *(_read_as_rates(table, level) for level in rated)))


def _cells_by_level(table: RawTable, rules: RuleSet) -> dict[Level, GroupCells]:
    """What the groups' cells hold at each level that has any.

    The headings may say so. Else cells with a percent sign are rates, and so are the cells of a
    level where most are above their group's maximum: as points they couldn't be.
    """
    codes = [heading.name for heading in table.headings if heading.name in rules.group]
    said = {heading.cells for heading in table.headings if heading.name in rules.group}
    columns = [table.column(code).to_pylist() for code in codes]
    above: dict[Level, list[bool]] = {}
    people = identify(table)
    for at, place in enumerate(people.ids.to_pylist()):
        who = people.who[place]
        if not isinstance(who, Named):
            continue
        for code, column in zip(codes, columns, strict=True):
            value = parse_decimal(column[at], percent=True)
            if isinstance(value, Decimal):
                rate = "%" in (column[at] or "") or value > rules.group[code].points
                above.setdefault(who.unit.level, []).append(rate)
    if said in ({"percent"}, {"points"}):
        cells = GroupCells.RATES if said == {"percent"} else GroupCells.POINTS
        return dict.fromkeys(above, cells)
    return {
        level: GroupCells.RATES if 2 * sum(found) > len(found) else GroupCells.POINTS
        for level, found in above.items()
    }


def _read_as_rates(table: RawTable, level: Level) -> Text:
    return say(
        "{file}: số liệu các nhóm của {level} được hiểu là tỷ lệ phần trăm.",
        "{file}: the groups' figures of {level} are read as rates in percent.",
        file=table.file,
        level=LEVEL_NAMES[level],
    )


def _other_kind(table: RawTable, kind: TableKind) -> SourceError:
    needed = {
        "measures": "unit, indicator, numerator, denominator",
        "rates": "unit, CKMB, TDGQ, …",
        "points": "unit, CKMB, TDGQ, …, total",
    }
    return SourceError(
        say(
            "bảng không thuộc loại {kind}; loại này cần các cột {needed}.",
            "the table isn't of the kind {kind}, which needs the columns {needed}.",
            kind=kind,
            needed=needed[kind],
        ),
        where=Where(table.file),
        do=say("Hãy chọn lại loại bảng hoặc tệp.", "Choose another kind or another file."),
    )
