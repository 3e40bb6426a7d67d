"""The parts of one import put together: nothing counted twice, nobody called by two names unsaid."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import pyarrow as pa
import pyarrow.compute as pc

from bochiso.errors import Where
from bochiso.intake.result import UNIT_COLUMNS, Intake, Refusal
from bochiso.intake.tables.parsed_table import FIGURES, Named, ParsedTable
from bochiso.text import Text, say
from bochiso.units.codes import same_name
from bochiso.units.model import LEVEL_NAMES, Unit
from bochiso.units.tree import placed

_UNITS = pa.schema([(column, pa.string()) for column in UNIT_COLUMNS])
_VALUES = ("numerator", "denominator", "rate", "points")


@dataclass(frozen=True)
class Claim:
    """One row's claim: `key` is what it is about, `says` what it says of it, `row` which row makes it."""

    key: Hashable
    says: Hashable
    row: Hashable
    where: Where
    about: Text | str


def combine(drafts: Sequence[ParsedTable]) -> Intake:
    """One intake of all the tables; a figure that stands in several of them is settled here."""
    figures = pa.concat_tables([draft.figures for draft in drafts]) if drafts else FIGURES.empty_table()
    figures, refusals, lost = _settled(figures, [len(draft.figures) for draft in drafts])
    units, notes = _units(one for draft in drafts for one in draft.units)
    gone = lost - set(pc.unique(figures["unit"]).to_pylist()) if lost else set()
    rows = [(u.code, u.name, u.level.value, u.parent) for u in units if u.code not in gone]
    columns = zip(*rows, strict=True) if rows else ((),) * len(UNIT_COLUMNS)
    return Intake(
        units=pa.table([pa.array(column, pa.string()) for column in columns], schema=_UNITS),
        figures=figures,
        rows=sum(draft.rows for draft in drafts),
        refusals=_in_order([*(one for draft in drafts for one in draft.refusals), *refusals]),
        notes=(*(one for draft in drafts for one in draft.notes), *notes),
    )


def _in_order(refusals: Sequence[Refusal]) -> tuple[Refusal, ...]:
    """Refusals as a person goes through the files, first to last."""
    files = list(dict.fromkeys(one.where.file for one in refusals))
    return tuple(sorted(refusals, key=lambda one: (files.index(one.where.file), one.where.row or 0)))


def repeats(entries: Iterable[Claim]) -> tuple[dict[Hashable, Text], dict[Hashable, Text]]:
    """Rows whose claims contradict another row's, and rows that only repeat one, each with its reason.

    Of identical rows the first stays; of contradicting ones none does.
    """
    claims: dict[Hashable, list[Claim]] = defaultdict(list)
    for entry in entries:
        claims[entry.key].append(entry)
    contradicting: dict[Hashable, Text] = {}
    repeating: dict[Hashable, Text] = {}
    for same in claims.values():
        first = same[0]
        if all(entry.says == first.says for entry in same):
            for entry in same[1:]:
                repeating.setdefault(entry.row, _repeated(entry, first))
            continue
        for entry in same:
            other = next(another for another in same if another.says != entry.says)
            contradicting.setdefault(entry.row, _contradicted(entry, other))
    return contradicting, repeating


def _repeated(entry: Claim, first: Claim) -> Text:
    return say(
        "trùng hoàn toàn với {other} ({about}); chỉ tính một lần.",
        "repeats {other} word for word ({about}); it counts once.",
        other=_place(entry.where, first.where),
        about=entry.about,
    )


def _contradicted(entry: Claim, other: Claim) -> Text:
    return say(
        "cùng là {about} như {other} nhưng số liệu khác nhau; "
        "cả hai đều không được dùng, hãy giữ lại dòng đúng.",
        "is about {about}, as {other} is, with other figures; neither is used, keep the right one.",
        about=entry.about,
        other=_place(entry.where, other.where),
    )


def _place(here: Where, there: Where) -> Text:
    if here.file == there.file:
        return say("dòng {row:d}", "row {row:d}", row=there.row)
    return say("{file}, dòng {row:d}", "{file}, row {row:d}", file=there.file, row=there.row)


def _settled(figures: pa.Table, lengths: Sequence[int]) -> tuple[pa.Table, list[Refusal], set[str]]:
    """The figures without those that stand twice, the refusals, the units that lost any."""
    places = _twice(figures)
    if not places:
        return figures, [], set()
    ends = list(accumulate(lengths))
    numbers = figures["row"].to_pylist()
    rows = [(bisect_right(ends, at), number) for at, number in enumerate(numbers)]
    entries = [
        Claim(
            key=(one["unit"], one["code"]),
            says=tuple(one[value] for value in _VALUES),
            row=rows[at],
            where=Where(one["file"], one["row"]),
            about=f"{one['unit']} {one['code']}",
        )
        for at, one in zip(places, figures.take(places).to_pylist(), strict=True)
    ]
    contradicting, repeating = repeats(entries)
    removed = {at for at, row in enumerate(rows) if row in contradicting}
    seen: set[Hashable] = set()
    for at, entry in zip(places, entries, strict=True):
        if at not in removed and entry.key in seen:
            removed.add(at)
        seen |= set() if at in removed else {entry.key}
    # A row that repeats one figure and adds others isn't refused: it only counts once.
    useful = {row for at, row in enumerate(rows) if at not in removed}
    refused = {row: why for row, why in repeating.items() if row not in useful} | contradicting
    claims = {entry.row: entry for entry in entries}
    refusals = [Refusal(claims[row].where, why, str(claims[row].about)) for row, why in refused.items()]
    kept = figures.filter(pa.array([at not in removed for at in range(len(figures))]))
    return kept, refusals, set(figures["unit"].take(sorted(removed)).to_pylist())


def _twice(figures: pa.Table) -> list[int]:
    """The places of figures whose unit and code stand more than once."""
    units, codes = (pc.dictionary_encode(figures[name]).combine_chunks() for name in ("unit", "code"))
    if not len(figures):
        return []
    keys = pc.add(
        pc.multiply(pc.cast(units.indices, pa.int64()), len(codes.dictionary)),
        pc.cast(codes.indices, pa.int64()),
    )
    if len(pc.unique(keys)) == len(keys):
        return []
    number = pc.value_counts(keys)
    often = number.field("values").filter(pc.greater(number.field("counts"), 1))
    places: list[int] = pc.indices_nonzero(pc.is_in(keys, often)).to_pylist()
    return places


def _units(written: Iterable[Named]) -> tuple[list[Unit], list[Text]]:
    """Each unit once, as first named, and a note on those that go by two names or two levels."""
    units: dict[str, Named] = {}
    names: dict[str, Text] = {}
    levels: dict[str, Text] = {}
    for one in written:
        code = one.unit.code
        known = units.setdefault(code, one)
        if one is known:
            continue
        if one.named and not known.named:
            units[code] = known = one
        if one.named and not same_name(one.unit.name, known.unit.name):
            names.setdefault(code, _two(code, known.unit.name, one.unit.name))
        if one.unit.level != known.unit.level:
            first, second = LEVEL_NAMES[known.unit.level], LEVEL_NAMES[one.unit.level]
            levels.setdefault(code, _two(code, first, second))
    notes = []
    if names:
        notes.append(
            say(
                "{count} đơn vị mang hai tên khác nhau, lấy tên gặp trước: {some}.",
                "{count} {count:unit goes|units go} by two names, the first is taken: {some}.",
                count=len(names),
                some=_some(list(names.values())),
            )
        )
    if levels:
        notes.append(
            say(
                "{count} đơn vị được ghi ở hai cấp khác nhau, lấy cấp gặp trước: {some}.",
                "{count} {count:unit stands|units stand} at two levels, the first is taken: {some}.",
                count=len(levels),
                some=_some(list(levels.values())),
            )
        )
    return placed([one.unit for one in units.values()]), notes


def _two(code: str, first: Text | str, second: Text | str) -> Text:
    return say(
        "{code} ({first} / {second})", "{code} ({first} / {second})", code=code, first=first, second=second
    )


def _some(texts: Sequence[Text], most: int = 3) -> Text:
    """The first of some texts, one after the other."""
    shown = list(texts[:most])
    form = "; ".join(f"{{t{n}}}" for n in range(len(shown))) + ("; …" if len(texts) > most else "")
    return say(form, form, **{f"t{n}": text for n, text in enumerate(shown)})
