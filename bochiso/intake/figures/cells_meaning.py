"""What the cells of groups hold, rates in percent or points: told column by column, level by level.

By what the cells show (75%), what the heading says ("18 điểm", "Tỷ lệ"), whether they could be
points at all (75 of 18), and the columns beside. A total that only the other reading explains
decides against the one that was made: then that other one is taken, or named where the person
chose.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import product

from bochiso.errors import SourceError, Where
from bochiso.intake.formats.numbers import parse_decimal, tidy
from bochiso.intake.tables.parsed_table import Named, Rows
from bochiso.intake.tables.table_reader import RawTable
from bochiso.intake.tables.validation import RowFault
from bochiso.rules.rule_set import RuleSet
from bochiso.score.printed import printed_tolerance
from bochiso.text import Text, say
from bochiso.units.model import LEVEL_NAMES, Level


class Cells(StrEnum):
    """What the cells of the groups hold."""

    RATES = "rates"
    POINTS = "points"


OTHER = {Cells.RATES: Cells.POINTS, Cells.POINTS: Cells.RATES}
_NAMES = {
    Cells.RATES: Text("tỷ lệ phần trăm (rates)", "rates in percent (rates)"),
    Cells.POINTS: Text("điểm (points)", "points (points)"),
}
_MANY = 3
"""Columns from which on numbers that all fit another reading are no accident."""


@dataclass
class GroupCells:
    """The numbers of one group at one level, each with its row, and what they are read as.

    signed: rows whose cell shows a percent sign. firm: whether the signs decide; said: whether the heading
    does, which a total may contradict.
    """

    level: Level
    code: str
    numbers: dict[int, Decimal] = field(default_factory=dict)
    signed: set[int] = field(default_factory=set)
    cells: Cells | None = None
    firm: bool = False
    said: bool = False


@dataclass(frozen=True)
class Meaning:
    """What each group's cells hold at each level; `faults` are rows that may be meant in two ways."""

    cells: dict[tuple[Level, str], Cells]
    notes: tuple[Text, ...]
    faults: Mapping[int, RowFault] = field(default_factory=dict)

    def of(self, level: Level, code: str) -> Cells:
        """What a group's cells hold at a level."""
        return self.cells.get((level, code), Cells.POINTS)


def meaning_of(table: RawTable, rules: RuleSet, people: Rows, wanted: Cells | None) -> Meaning:
    """What the groups' cells of a table hold; `wanted` is what the person said of them.

    Raises SourceError where the person's reading is contradicted by the totals.
    """
    columns = _columns(table, rules, people)
    totals = _totals(table)
    cells: dict[tuple[Level, str], Cells] = {}
    notes: list[Text] = []
    faults: dict[int, RowFault] = {}
    for level in dict.fromkeys(column.level for column in columns):
        of_level = [column for column in columns if column.level is level]
        _decide(of_level, table, rules, wanted)
        against = _check_totals(of_level, rules, totals, table, wanted)
        notes += [_against_headings(table, level, against)] if against else []
        faults |= _unsigned(of_level, rules)
        faults |= dict.fromkeys(_fractions(of_level, totals), RowFault(_FRACTIONS))
        cells |= {(level, column.code): column.cells or Cells.POINTS for column in of_level}
        rates = [column.code for column in of_level if column.cells is Cells.RATES]
        if rates and wanted is not Cells.RATES:
            notes.append(_read_as_rates(table, level, rates if len(rates) < len(of_level) else []))
    return Meaning(cells, tuple(notes), faults)


def _columns(table: RawTable, rules: RuleSet, people: Rows) -> list[GroupCells]:
    found: dict[tuple[Level, str], GroupCells] = {}
    codes = [heading.name for heading in table.headings if heading.name in rules.group]
    levels = [one.unit.level if isinstance(one, Named) else None for one in people.who]
    of_row = [levels[place] for place in people.ids.to_pylist()]
    for code in codes:
        for at, cell in enumerate(table.column(code).to_pylist()):
            level = of_row[at]
            if cell is None or level is None:
                continue
            value = parse_decimal(cell, percent=True)
            if isinstance(value, Decimal):
                column = found.setdefault((level, code), GroupCells(level, code))
                column.numbers[at] = value
                column.signed |= {at} if "%" in cell else set()
    return list(found.values())


def _totals(table: RawTable) -> dict[int, Decimal]:
    name = "total" if "total" in table.names else "score"
    found = {at: parse_decimal(cell, percent=True) for at, cell in enumerate(table.column(name).to_pylist())}
    return {at: value for at, value in found.items() if isinstance(value, Decimal)}


def _decide(columns: Sequence[GroupCells], table: RawTable, rules: RuleSet, wanted: Cells | None) -> None:
    """Read each column by itself, then those that could be either like their neighbours."""
    said = {heading.name: heading.cells for heading in table.headings}
    for column in columns:
        above = sum(value > rules.group[column.code].points for value in column.numbers.values())
        many = 2 * len(column.signed)
        if many > len(column.numbers) or (many == len(column.numbers) and wanted is not Cells.POINTS):
            column.cells, column.firm = Cells.RATES, True
        elif wanted is None and said[column.code] is not None:
            column.cells = Cells.RATES if said[column.code] == "percent" else Cells.POINTS
            column.said = True
        elif wanted is None and 2 * above > len(column.numbers):
            column.cells = Cells.RATES
    rates = any(column.cells is Cells.RATES for column in columns)
    points = any(column.cells is Cells.POINTS for column in columns)
    for column in columns:
        if column.cells is None:
            column.cells = wanted or (Cells.RATES if rates and not points else Cells.POINTS)


def _check_totals(
    columns: Sequence[GroupCells],
    rules: RuleSet,
    totals: dict[int, Decimal],
    table: RawTable,
    wanted: Cells | None,
) -> Cells | None:
    """Take the other reading where the totals contradict this one, or say so where the person chose it.

    Returns what is read against what headings say.
    """
    rows = [at for at in totals if all(at in column.numbers for column in columns)]
    if not rows or not _is_whole([column.code for column in columns], rules):
        return None
    chosen = {column.code: column.cells or Cells.POINTS for column in columns}
    if any(_fits(columns, chosen, at, totals[at], rules) for at in rows):
        return None
    for cells, heeded in product((Cells.POINTS, Cells.RATES), (True, False)):
        other = {
            column.code: column.cells or cells if column.firm or (heeded and column.said) else cells
            for column in columns
        }
        if other == chosen:
            continue
        fitting = sum(_fits(columns, other, at, totals[at], rules) for at in rows)
        if 2 * fitting <= len(rows):
            continue
        if wanted is not None:
            raise _contradicted(table, columns[0].level, wanted, cells, fitting, len(rows))
        for column in columns:
            column.cells = other[column.code]
        return cells if any(column.said and chosen[column.code] is not cells for column in columns) else None
    return None


def _is_whole(codes: Sequence[str], rules: RuleSet) -> bool:
    """Whether groups make up the whole total, each part once."""
    leaves = [leaf for code in codes for leaf in rules.leaves[code]]
    needed = {leaf for box in rules.boxes for leaf in rules.leaves[box]}
    return len(leaves) == len(set(leaves)) and set(leaves) == needed


def _fits(
    columns: Sequence[GroupCells], cells: dict[str, Cells], at: int, total: Decimal, rules: RuleSet
) -> bool:
    parts = [(column.numbers[at], worth_of(rules, column.code, cells[column.code])) for column in columns]
    whole = sum((value * worth for value, worth in parts), Decimal(0))
    return abs(whole - total) <= printed_tolerance(parts, total)


def worth_of(rules: RuleSet, code: str, cells: Cells) -> Decimal:
    """The points that one of a group's cell is worth: a point, or a percent of its maximum."""
    return Decimal(1) if cells is Cells.POINTS else rules.group[code].points / 100


_FRACTIONS = say(
    "các tỷ lệ đều không quá 1, có vẻ là phân số (0,75) chứ không phải phần trăm (75); "
    "hãy ghi bằng phần trăm, hoặc ghi kèm dấu % nếu đúng là dưới 1%.",
    "no rate is above 1: they look like fractions (0.75), not percent (75); write percent, "
    "with a % sign if they really are below 1%.",
)


def _unsigned(columns: Sequence[GroupCells], rules: RuleSet) -> dict[int, RowFault]:
    """Rows with a bare number among rates that show their sign, which may be points, or 0.8 for 80%."""
    signed = {at for column in columns for at in column.signed}
    found: dict[int, RowFault] = {}
    for column in columns:
        for at, value in column.numbers.items() if column.cells is Cells.RATES else ():
            bare = at not in column.signed and value > 0
            points = column.signed and value <= rules.group[column.code].points
            if bare and (points or (at in signed and value <= 1)):
                reason = say(
                    "{value} không ghi dấu %, trong khi các ô khác ghi tỷ lệ có dấu %; "
                    "hãy ghi rõ là tỷ lệ (kèm dấu %) hay điểm.",
                    "{value} has no percent sign and other cells have; say whether it is a rate, with its "
                    "sign, or points.",
                    value=tidy(value),
                )
                found.setdefault(at, RowFault(reason, column.code))
    return found


def _fractions(columns: Sequence[GroupCells], totals: dict[int, Decimal]) -> set[int]:
    """Rows whose numbers look like shares of 1 (0.75), read as rates or as points.

    Points of a whole table may be small, but not all of them in every group; a total that is their
    sum shows that they are points.
    """
    plain = {(column.code, at) for column in columns for at in column.numbers if at not in column.signed}
    values = [column.numbers[at] for column in columns for at in column.numbers if (column.code, at) in plain]
    if not any(values):
        return set()
    rows = sorted({at for _, at in plain})
    whole_table = max(values) <= 1
    found = set()
    for at in rows:
        of_row = [column for column in columns if (column.code, at) in plain]
        given = [column.numbers[at] for column in of_row]
        if not any(given) or max(given) > 1:
            continue
        rates = all(column.cells is Cells.RATES for column in of_row)
        if sum(given) == totals.get(at) and not rates:
            continue
        if (rates and (whole_table or len(given) >= _MANY)) or (
            not rates and whole_table and len(of_row) >= _MANY
        ):
            found.add(at)
    return found


def _read_as_rates(table: RawTable, level: Level, codes: Sequence[str]) -> Text:
    if codes:
        return say(
            "{file}: cột {codes} của {level} được hiểu là tỷ lệ phần trăm, các cột nhóm khác là điểm.",
            "{file}: the columns {codes} of {level} are read as rates in percent, other groups as points.",
            file=table.file,
            codes=", ".join(codes),
            level=LEVEL_NAMES[level],
        )
    return say(
        "{file}: số liệu các nhóm của {level} được hiểu là tỷ lệ phần trăm.",
        "{file}: the groups' figures of {level} are read as rates in percent.",
        file=table.file,
        level=LEVEL_NAMES[level],
    )


def _against_headings(table: RawTable, level: Level, cells: Cells) -> Text:
    return say(
        "{file}: tiêu đề các cột nhóm của {level} ghi khác, nhưng chỉ đọc là {cells} mới khớp tổng điểm; "
        "đã đọc như vậy.",
        "{file}: the headings of the groups of {level} say otherwise, but only as {cells} do they agree with "
        "the totals, and so they are read.",
        file=table.file,
        level=LEVEL_NAMES[level],
        cells=_NAMES[cells],
    )


def _contradicted(
    table: RawTable, level: Level, wanted: Cells, fits: Cells, fitting: int, rows: int
) -> SourceError:
    return SourceError(
        say(
            "đọc số liệu các nhóm của {level} là {wanted} thì không khớp tổng điểm của dòng nào; "
            "đọc là {fits} thì khớp {fitting}/{rows} dòng.",
            "the groups' figures of {level} read as {wanted} agree with no total; "
            "read as {fits} they agree with {fitting} of {rows}.",
            level=LEVEL_NAMES[level],
            wanted=_NAMES[wanted],
            fits=_NAMES[fits],
            fitting=fitting,
            rows=rows,
        ),
        where=Where(table.file),
        do=say("Hãy nạp lại với loại {kind}.", "Import it as {kind}.", kind=str(fits)),
    )
