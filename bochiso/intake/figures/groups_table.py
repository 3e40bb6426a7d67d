"""Tables with a column for each group of indicators: rates in percent, published points, totals.

One row a unit. A row is torn when its total isn't the sum of its groups: the portal was
recalculating while it was read. Groups printed rounded may miss the total by that much.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import pyarrow as pa

from bochiso.errors import Where
from bochiso.intake.figures.cells_meaning import Cells, Meaning, meaning_of, worth_of
from bochiso.intake.figures.combine import Claim, repeats
from bochiso.intake.figures.published_ranks import published_rank
from bochiso.intake.formats.numbers import DECIMALS, parse_decimal, tidy, without_maximum
from bochiso.intake.headings.heading_words import PLACE
from bochiso.intake.tables.parsed_table import Named, ParsedTable, figures_table, identify, refuse
from bochiso.intake.tables.table_reader import RawTable
from bochiso.intake.tables.validation import RowFault, negative, points_fault
from bochiso.rules.rule_set import RuleSet
from bochiso.score.figures import RANK, TOTAL
from bochiso.score.printed import NOISE, printed_tolerance
from bochiso.score.shifts import Empty
from bochiso.text import Text, hundredths, say


@dataclass
class GroupsRow:
    """One row's figures: the groups' points, or rates where `rates` has their code, the total, remarks."""

    at: int
    who: Named
    rates: set[str] = field(default_factory=set)
    groups: dict[str, Decimal] = field(default_factory=dict)
    signed: bool = False
    total: Decimal | None = None
    rounding: Decimal | None = None
    rank: tuple[int, int] | None = None


def draft_groups(table: RawTable, rules: RuleSet, wanted: Cells | None = None) -> ParsedTable:
    """The figures of one table; `wanted` is what the person said that the groups' cells hold.

    Raises SourceError where the totals contradict that.
    """
    people = identify(table)
    meaning = meaning_of(table, rules, people, wanted)
    reader = _Reader(table, rules, meaning)
    rows: list[GroupsRow] = []
    faults: dict[int, RowFault] = {}
    for at, place in enumerate(people.ids.to_pylist()):
        who = people.who[place]
        if isinstance(who, RowFault):
            faults[at] = who
            continue
        row = reader.row(at, who)
        if isinstance(row, RowFault):
            faults[at] = row
        else:
            rows.append(row)
    faults = {**meaning.faults, **faults, **_small_totals(rows, reader.total)}
    rows = [row for row in rows if row.at not in faults]
    faults |= _doubles(table, rows)
    rows = [row for row in rows if row.at not in faults]
    refusals = [refuse(table, at, fault) for at, fault in sorted(faults.items())]
    return ParsedTable(
        [row.who for row in rows],
        _figures(table, rows),
        len(table.rows) + len(table.refusals),
        (*table.refusals, *refusals),
        (*table.notes, *_notes(table, rows), *meaning.notes, *_zeros(rows, rules)),
    )


class _Reader:
    """Reads the rows of one table."""

    def __init__(self, table: RawTable, rules: RuleSet, meaning: Meaning) -> None:
        self.rules = rules
        self.meaning = meaning
        self.codes = [heading.name for heading in table.headings if heading.name in rules.group]
        self.cells: dict[str, list[str | None]] = {
            code: table.column(code).to_pylist() for code in self.codes
        }
        # "Điểm" alone is the total of a table that has no other.
        self.total = next((name for name in ("total", "score") if name in table.names), None)
        self.places: list[str | None] = table.column(PLACE).to_pylist()
        self.totals: list[str | None] = table.column(self.total or "total").to_pylist()

    def row(self, at: int, who: Named) -> GroupsRow | RowFault:
        """One row, or why it can't be used."""
        row = GroupsRow(at, who)
        for code in self.codes:
            kind = self.meaning.of(who.unit.level, code)
            value = self._cell(self.cells[code][at], code, kind)
            if isinstance(value, RowFault):
                return value
            if value is not None:
                row.groups[code] = value
                row.rates |= {code} if kind is Cells.RATES else set()
                row.signed |= "%" in (self.cells[code][at] or "")
        total = parse_decimal(without_maximum(self.totals[at], self.rules.total_points), percent=True)
        if isinstance(total, Text):
            return RowFault(total, self.total)
        if fault := points_fault(total, self.rules.total_points, self.total or "total"):
            return fault
        row.total = total
        row.rank = published_rank(self.places[at])
        if not row.groups and total is None and not who.given:
            return RowFault(say("dòng không có số liệu nào.", "the row holds no figures."))
        return self._both_forms(row) or self._torn(row) or row

    def _cell(self, cell: str | None, code: str, kind: Cells) -> Decimal | RowFault | None:
        value = parse_decimal(
            without_maximum(cell, self.rules.group[code].points), percent=kind is Cells.RATES
        )
        if isinstance(value, Text):
            return RowFault(value, code)
        if value is None:
            return None
        if kind is Cells.POINTS:
            return points_fault(value, self.rules.group[code].points, code) or value
        if value < 0:
            return RowFault(negative(value), code)
        if value > 100:
            reason = say(
                "tỷ lệ {value}% vượt quá 100%.", "a rate of {value}% is above 100%.", value=tidy(value)
            )
            return RowFault(reason, code)
        return value

    def _both_forms(self, row: GroupsRow) -> RowFault | None:
        """A group given beside its parts must agree with them; the parts are kept."""
        for group in self.rules.groups:
            given = [row.groups[part] for part in group.parts if part in row.groups]
            if group.code not in row.groups or not given:
                continue
            whole = row.groups[group.code]
            kinds = {code in row.rates for code in (group.code, *group.parts) if code in row.groups}
            if len(kinds) > 1:
                continue  # points beside rates: each stands for itself
            rated = kinds == {True}
            if len(given) < len(group.parts):
                if any(part > whole for part in given) and not rated:
                    return _disagreeing(group.code, whole, group.parts, max(given))
                continue
            summed = sum(given, Decimal(0))
            if rated:
                weights = [self.rules.group[part].points for part in group.parts]
                weighed = sum((r * w for r, w in zip(given, weights, strict=True)), Decimal(0))
                summed = weighed / sum(weights)
            if abs(whole - summed) > printed_tolerance([(value, Decimal(1)) for value in given], whole):
                return _disagreeing(group.code, whole, group.parts, summed)
            del row.groups[group.code]
        return None

    def _torn(self, row: GroupsRow) -> RowFault | None:
        """A total that isn't the sum of its groups, where all are given; rounding is remembered."""
        groups, missing = self._groups(row)
        if row.total is None:
            return None
        if missing:
            return self._beyond(row.total, groups, missing)
        summed = sum((value * worth for value, worth in groups), Decimal(0))
        off = abs(summed - row.total)
        if off <= NOISE * (len(groups) + 1):
            return None
        if off <= printed_tolerance(groups, row.total):
            row.rounding = row.total - summed
            return None
        if row.rates:
            reason = say(
                "tổng điểm {total} khác tổng tính từ các tỷ lệ {summed}; kiểm tra lại tỷ lệ và tổng điểm.",
                "the total {total} isn't what the rates give, {summed}; check the rates and the total.",
                total=tidy(row.total),
                summed=hundredths(summed),
            )
            return RowFault(reason, self.total)
        reason = say(
            "tổng điểm {total} khác tổng các nhóm {summed}; nhiều khả năng Cổng đang tính lại lúc đọc "
            "số liệu, hãy lấy lại số liệu của đơn vị này.",
            "the total {total} isn't the sum of its groups, {summed}; the portal was probably recalculating "
            "when it was read, read this unit again.",
            total=row.total,
            summed=summed,
        )
        return RowFault(reason, self.total)

    def _beyond(
        self, total: Decimal, groups: Sequence[tuple[Decimal, Decimal]], missing: set[str]
    ) -> RowFault | None:
        """A total that the groups which are given can't come to, whatever the others are."""
        least = sum((value * worth for value, worth in groups), Decimal(0))
        most = least + sum((self.rules.group[leaf].points for leaf in missing), Decimal(0))
        off = printed_tolerance([*groups, *((Decimal(0), Decimal(1)) for _ in missing)], total)
        if least - off <= total <= most + off:
            return None
        reason = say(
            "tổng điểm {total} không thể có được từ các nhóm: các nhóm đã ghi cộng lại được {least}, "
            "thêm điểm tối đa của các nhóm chưa ghi thì được {most}.",
            "the total {total} can't come of the groups: those that are given add up to {least}, "
            "with the others {most} at most.",
            total=tidy(total),
            least=hundredths(least),
            most=hundredths(most),
        )
        return RowFault(reason, self.total)

    def _groups(self, row: GroupsRow) -> tuple[list[tuple[Decimal, Decimal]], set[str]]:
        """Figures that make up the total, each leaf once, with what one is worth; the leaves not given."""
        needed = {leaf for box in self.rules.boxes for leaf in self.rules.leaves[box]}
        found = []
        for code in sorted(row.groups, key=lambda code: len(self.rules.leaves[code])):
            leaves = set(self.rules.leaves[code])
            if leaves <= needed:
                kind = Cells.RATES if code in row.rates else Cells.POINTS
                found.append((row.groups[code], worth_of(self.rules, code, kind)))
                needed -= leaves
        return found, needed


def _disagreeing(code: str, whole: Decimal, parts: Sequence[str], summed: Decimal) -> RowFault:
    reason = say(
        "{code} ghi {whole} nhưng {parts} cho ra {summed}; hãy giữ lại một cách ghi.",
        "{code} says {whole} and {parts} give {summed}; keep one of the two forms.",
        code=code,
        whole=tidy(whole),
        parts=" + ".join(parts),
        summed=tidy(summed),
    )
    return RowFault(reason, code)


def _small_totals(rows: Sequence[GroupsRow], column: str | None) -> dict[int, RowFault]:
    """Rows of bare totals, if none of the whole table is above 1: they look like shares of 1."""
    bare = [row for row in rows if row.total and not row.groups]
    if not bare or any(row.total and row.total > 1 for row in rows):
        return {}
    reason = say(
        "tổng điểm của cả bảng đều không quá 1, có vẻ là phân số (0,7573) chứ không phải điểm (75,73); "
        "hãy ghi bằng điểm hoặc bằng phần trăm.",
        "no total of the whole table is above 1: they look like fractions (0.7573), not points (75.73); "
        "write points or percent.",
    )
    return {row.at: RowFault(reason, column) for row in bare}


def _doubles(table: RawTable, rows: Sequence[GroupsRow]) -> dict[int, RowFault]:
    """Rows about a unit that another row is about, too."""
    entries = [
        Claim(
            key=row.who.unit.code,
            says=(tuple(sorted(row.rates)), tuple(sorted(row.groups.items())), row.total),
            row=row.at,
            where=Where(table.file, table.rows[row.at].as_py()),
            about=row.who.unit.code,
        )
        for row in rows
    ]
    contradicting, repeating = repeats(entries)
    return {row.at: RowFault(why) for row in rows if (why := (repeating | contradicting).get(row.at))}


def _figures(table: RawTable, rows: Sequence[GroupsRow]) -> pa.Table:
    columns: Mapping[str, list[object]] = {
        name: [] for name in ("unit", "code", "numerator", "denominator", "rate", "points", "file", "row")
    }
    for row in rows:
        number = table.rows[row.at].as_py()
        figures = [
            (code, value, None) if code in row.rates else (code, None, value)
            for code, value in row.groups.items()
        ]
        figures += [(TOTAL, None, row.total)] if row.total is not None else []
        whole: list[tuple[object, ...]] = [(code, None, None, rate, points) for code, rate, points in figures]
        whole += [(RANK, *row.rank, None, None)] if row.rank else []
        for code, top, bottom, rate, points in whole:
            found = (row.who.unit.code, code, top, bottom, rate, points, table.file, number)
            for column, value in zip(columns.values(), found, strict=True):
                column.append(value)
    return figures_table(columns, len(columns["unit"]))


def _notes(table: RawTable, rows: Sequence[GroupsRow]) -> list[Text]:
    notes = _rounded(table, [row for row in rows if row.rounding is not None])
    rated = [row for row in rows if row.rates and not row.signed]
    codes = dict.fromkeys(code for row in rated for code in row.groups if code in row.rates)
    small: set[str] = set()
    for code in codes:
        values = [row.groups[code] for row in rated if code in row.rates and row.groups.get(code)]
        if values and max(values) <= 1:
            notes.append(
                say(
                    "{file}: mọi tỷ lệ ở cột {code} đều không quá 1; nếu là phân số, "
                    "hãy ghi lại bằng phần trăm.",
                    "{file}: no rate in column {code} is above 1; if they are fractions, "
                    "write them as percent.",
                    file=table.file,
                    code=code,
                )
            )
            small.add(code)
    return notes + _tiny(table, rated, small)


def _tiny(table: RawTable, rated: Sequence[GroupsRow], told: set[str]) -> list[Text]:
    """A note on rates of at most 1 among others of the same row that are above it: 0.8% or 80%?"""
    found = [
        say(
            "dòng {row:d} cột {code}: {value}",
            "row {row:d} column {code}: {value}",
            row=table.rows[row.at].as_py(),
            code=code,
            value=tidy(row.groups[code]),
        )
        for row in rated
        for code in sorted(row.rates - told)
        if 0 < row.groups.get(code, 0) <= 1
        and max(row.groups[each] for each in row.rates & row.groups.keys()) > 1
    ]
    if not found:
        return []
    form = "; ".join(f"{{t{n}}}" for n in range(len(found[:_FEW]))) + ("; …" if len(found) > _FEW else "")
    return [
        say(
            "{file}: {count} tỷ lệ không quá 1 được hiểu là phần trăm, không phải phân số ({some}); "
            "hãy kiểm tra lại.",
            "{file}: {count} {count:rate|rates} of at most 1 read as percent, not as fractions ({some}); "
            "look at them.",
            file=table.file,
            count=len(found),
            some=say(form, form, **{f"t{n}": one for n, one in enumerate(found[:_FEW])}),
        )
    ]


def _zeros(rows: Sequence[GroupsRow], rules: RuleSet) -> list[Text]:
    """A note on each group in which every unit of a level has nothing: its source may not have counted."""
    found = []
    for level in dict.fromkeys(row.who.unit.level for row in rows):
        mine = [row for row in rows if row.who.unit.level is level]
        for code in dict.fromkeys(code for row in mine for code in row.groups):
            given = [row.groups[code] for row in mine if code in row.groups]
            if len(given) >= _MANY_ZEROS and not any(given):
                found.append(Empty(code, level, len(given)).sentence(rules))
    return found


_MANY_ZEROS = 5
"""Fewer units may all have earned nothing."""

_FEW = 3
"""So many rows are told one by one, more of them together."""


def _rounded(table: RawTable, rows: Sequence[GroupsRow]) -> list[Text]:
    numbers = table.rows.to_pylist()
    if len(rows) <= _FEW:
        return [
            say(
                "{file}, dòng {row:d}: tổng điểm {total} lệch {rounding} so với tổng các nhóm do các nhóm "
                "ghi số đã làm tròn; lấy tổng điểm ghi trong bảng.",
                "{file}, row {row:d}: the total {total} is {rounding} off the sum of its groups, which are "
                "printed rounded; the table's total is taken.",
                file=table.file,
                row=numbers[row.at],
                total=row.total,
                rounding=tidy((row.rounding or Decimal(0)).quantize(DECIMALS)),
            )
            for row in rows
        ]
    most = max(abs(row.rounding or Decimal(0)) for row in rows)
    return [
        say(
            "{file}: tổng điểm của {count} dòng lệch nhiều nhất {most} so với tổng các nhóm do các nhóm "
            "ghi số đã làm tròn; lấy tổng điểm ghi trong bảng.",
            "{file}: the totals of {count} {count:row|rows} are at most {most} off the sums "
            "of their groups, which are "
            "printed rounded; the table's totals are taken.",
            file=table.file,
            count=len(rows),
            most=tidy(most.quantize(DECIMALS)),
        )
    ]
