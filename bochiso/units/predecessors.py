"""Which units became which: 63 provinces 34, the communes of before those since 1 July 2025, by a table.

Provinces come along (provinces.yaml); communes, districts and departments by a file, which an office makes
from the resolutions on its own arrangement. An old unit ends in one new one, or is split by stated shares.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from msgspec import Struct

from bochiso.errors import SourceError, Where
from bochiso.text import Lang, Text, say
from bochiso.units.codes import fold, is_code, normalise_code, of_ministry
from bochiso.units.provinces import every_province, legal_source

_ONE = Decimal(1)


class Predecessor(Struct, frozen=True):
    """One line: `old` ended on `last` and its `share` went to `new`; the same code where it kept its own."""

    old: str
    new: str
    last: date
    source: str
    share: Decimal = _ONE


class PredecessorPart(Struct, frozen=True):
    """A unit that stood where another stands now, or the share of it that does."""

    code: str
    share: Decimal


class Predecessors:
    """The lines of a table, to be asked what stood where."""

    def __init__(self, lines: Iterable[Predecessor]) -> None:
        self.lines = tuple(lines)
        self._into: dict[str, list[Predecessor]] = defaultdict(list)
        self._from: dict[str, list[Predecessor]] = defaultdict(list)
        for each in self.lines:
            self._into[each.new].append(each)
            self._from[each.old].append(each)

    def merged(self, code: str) -> bool:
        """Whether others than the unit itself stood where it stands."""
        return any(each.old != code for each in self._into.get(code, ()))

    def parts(self, code: str, day: date) -> tuple[PredecessorPart, ...]:
        """What stood on a day where a unit stands now; the unit itself where nothing else did."""
        shares: dict[str, Decimal] = defaultdict(Decimal)
        for part, share in self._parts(code, day, date.max):
            shares[part] += share
        return tuple(PredecessorPart(part, share) for part, share in sorted(shares.items()))

    def _parts(self, code: str, day: date, before: date) -> Iterator[tuple[str, Decimal]]:
        """Back in time, change by change; what a unit was made of stood until then."""
        into = [each for each in self._into.get(code, ()) if each.last < before]
        latest = max((each.last for each in into), default=date.min)
        if latest < day:
            yield code, _ONE
            return
        lines = [each for each in into if each.last == latest]
        # It stood before, for others had gone into it.
        stood = [(code, _ONE)] if len(lines) < len(into) and code not in {each.old for each in lines} else []
        for old, whole in (*((each.old, each.share) for each in lines), *stood):
            for part, share in self._parts(old, day, latest):
                yield part, share * whole

    def heirs(self, code: str, day: date) -> tuple[str, ...]:
        """What stands on a day where a unit stood once, several where it was split; the unit where it stands.

        One that kept its code stands, whatever it grew or lost.
        """
        return tuple(sorted(set(self._heirs(code, day, date.min))))

    def _heirs(self, code: str, day: date, after: date) -> Iterator[str]:
        changes = sorted({each.last for each in self._from.get(code, ()) if after < each.last < day})
        if not changes:
            yield code
            return
        became = {each.new for each in self._from[code] if each.last == changes[0]}
        for each in [code] if code in became else sorted(became):
            yield from self._heirs(each, day, changes[0])

    def taken_over(self, day: date) -> dict[str, str]:
        """The units that ended before a day and that one unit alone came after, by code: that unit."""
        found = {each.old: self.heirs(each.old, day) for each in self.lines if each.last < day}
        return {old: heirs[0] for old, heirs in found.items() if len(heirs) == 1 and heirs[0] != old}


def builtin_predecessors() -> tuple[Predecessor, ...]:
    """The provinces: those that were merged, and those that they were merged into, which kept their code."""
    ended = [each for each in every_province() if each.became and each.last]
    lines = [
        Predecessor(each.code, each.became, each.last, legal_source(each))
        for each in ended
        if each.became and each.last
    ]
    grew = {each.new: each for each in lines}
    own = [Predecessor(code, code, each.last, each.source) for code, each in grew.items()]
    return (*lines, *own)


COLUMNS: Mapping[str, tuple[str, ...]] = {
    "old": ("old", "mã cũ", "mã đơn vị cũ", "đơn vị cũ"),
    "new": ("new", "mã mới", "mã đơn vị mới", "đơn vị mới"),
    "last": ("last", "ngày cuối", "đến hết ngày", "hết hiệu lực", "ngày kết thúc"),
    "share": ("share", "tỷ lệ", "tỷ trọng", "phần"),
    "source": ("source", "căn cứ", "nghị quyết", "văn bản", "nguồn"),
}
"""Columns of the file and their headings; `share` may be left out, and names may stand beside."""


_HEADING_WITHIN = 20
"""Rows from the top among which the headings stand, below a title."""


def read_predecessors(text: str, name: str) -> Predecessors:
    """The table of a file (CSV), with the provinces that come along.

    Raises SourceError with every row that is wrong, and where in it.
    """
    rows = list(csv.reader(text.splitlines(), delimiter=_delimiter(text)))
    found = [_places(row) for row in rows[:_HEADING_WITHIN]]
    top = next((n for n, places in enumerate(found) if None not in (places["old"], places["new"])), 0)
    places = found[top] if found else _places([])
    if lacking := [column for column, place in places.items() if place is None and column != "share"]:
        raise SourceError(
            say(
                "thiếu cột: {list}.",
                "columns are missing: {list}.",
                list=", ".join(COLUMNS[column][1] for column in lacking),
            ),
            where=Where(name, row=top + 1),
            do=say(
                "Ghi các cột: mã cũ, mã mới, ngày cuối, căn cứ; tỷ lệ khi một đơn vị cũ được chia.",
                "Write the columns old, new, last, source; share where an old unit was split.",
            ),
        )
    below = enumerate(rows[top + 1 :], top + 2)
    lines: list[tuple[int, Predecessor]] = []
    wrong: list[SourceError] = []
    for n, row in below:
        if any(cell.strip() for cell in row):
            try:
                lines.append((n, _line(row, places, name, n)))
            except SourceError as error:
                wrong.append(error)
    if wrong := wrong or list(_wrong(lines, name)):
        raise wrong[0] if len(wrong) == 1 else _all_of(wrong, name)
    return Predecessors((*builtin_predecessors(), *(line for _, line in lines)))


def _places(row: Sequence[str]) -> dict[str, int | None]:
    """Where the columns stand by a row of headings."""
    heads = [fold(cell) for cell in row]
    return {
        column: next((n for n, head in enumerate(heads) if head in map(fold, words)), None)
        for column, words in COLUMNS.items()
    }


def _delimiter(text: str) -> str:
    head = "\n".join(text.splitlines()[:_HEADING_WITHIN])
    return max(";\t,", key=head.count)


def _line(row: Sequence[str], places: Mapping[str, int | None], name: str, n: int) -> Predecessor:
    def cell(column: str) -> str:
        place = places[column]
        return row[place].strip() if place is not None and place < len(row) else ""

    def wrong(column: str, what: Text) -> SourceError:
        return SourceError(what, where=Where(name, row=n, column=COLUMNS[column][1]), do=_CORRECT)

    for column in ("old", "new", "last", "source"):
        if not cell(column):
            raise wrong(column, say("ô này còn trống.", "this cell is empty."))
    old, new = normalise_code(cell("old")), normalise_code(cell("new"))
    provinces = {each.code for each in every_province()}
    for column, code in (("old", old), ("new", new)):
        if code in provinces:
            raise wrong(
                column,
                say(
                    "{code} là tỉnh, thành phố; bảng này dành cho xã, huyện, sở, ngành, việc sáp nhập cấp "
                    "tỉnh đã có sẵn.",
                    "{code} is a province; this table is for communes, districts and departments, and the "
                    "mergers of provinces come along.",
                    code=code,
                ),
            )
        if not is_code(code) or (code[:3] not in provinces and not of_ministry(code)):
            raise wrong(
                column,
                say(
                    "“{cell}” không phải mã đơn vị của tỉnh, bộ nào; ghi như H15.50.",
                    "“{cell}” is the code of no province's or ministry's unit; write it as H15.50.",
                    cell=cell(column),
                ),
            )
    last = _day(cell("last"))
    if last is None:
        raise wrong(
            "last",
            say(
                "không đọc được ngày “{cell}”; ghi như 30/06/2025.",
                "“{cell}” is no day; write it as 2025-06-30.",
                cell=cell("last"),
            ),
        )
    share = _share(cell("share"))
    if share is None:
        raise wrong(
            "share",
            say(
                "“{cell}” không phải tỷ lệ; ghi số lớn hơn 0, không quá 1, như 0,25 hoặc 25%.",
                "“{cell}” is no share; write a number above 0 and up to 1, as 0.25 or 25%.",
                cell=cell("share"),
            ),
        )
    return Predecessor(old, new, last, cell("source"), share)


def _share(text: str) -> Decimal | None:
    """0,25 or 25%; 1 where nothing is said, None where it is none."""
    number = (text or "1").replace(",", ".")
    try:
        share = Decimal(number.removesuffix("%").strip()) / (100 if number.endswith("%") else 1)
    except InvalidOperation:
        return None
    return share if share.is_finite() and 0 < share <= 1 else None


def _day(text: str) -> date | None:
    parts = text.replace("/", "-").split("-")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        return None
    year, month, day = map(int, parts if len(parts[0]) == 4 else reversed(parts))
    try:
        return date(year, month, day)
    except ValueError:
        return None


_CORRECT = say("Sửa tệp rồi nạp lại.", "Correct the file and bring it in again.")


MOST_TOLD = 20
"""So many rows that are wrong are told of at once."""


def _all_of(wrong: Sequence[SourceError], name: str) -> SourceError:
    """Every place that is wrong, in the order of the file."""

    def told(lang: Lang) -> str:
        shown = ((Where(row=one.where.row, column=one.where.column), one.what) for one in wrong[:MOST_TOLD])
        lines = [f"{where.render(lang)}: {what.render(lang)}" for where, what in shown]
        return "\n".join([*lines, *(["…"] if len(wrong) > MOST_TOLD else [])])

    what = say(
        "có {n} chỗ cần sửa rồi nạp lại:\n{list}",
        "{n} {n:row is|rows are} to be corrected, then bring it in again:\n{list}",
        n=len(wrong),
        list=Text(told(Lang.VI), told(Lang.EN)),
    )
    return SourceError(what, where=Where(name))


def _wrong(lines: Sequence[tuple[int, Predecessor]], name: str) -> Iterator[SourceError]:
    """What is wrong where a unit doesn't end in one new one, or in several with all its shares."""
    changes: dict[tuple[str, date], list[tuple[int, Predecessor]]] = defaultdict(list)
    for n, line in lines:
        changes[line.old, line.last].append((n, line))
    ended: dict[str, date] = {}
    for (old, last), own in changes.items():
        if what := _wrong_change(old, own):
            yield SourceError(what, where=Where(name, row=own[-1][0]), do=_CORRECT)
        if old not in {line.new for _, line in own}:
            ended[old] = min(last, ended.get(old, last))
    for n, line in lines:
        if line.last > ended.get(line.old, date.max):
            what = say(
                "{old} đã hết từ ngày {day} theo một dòng khác; đơn vị giữ mã thì thêm dòng {old} vào chính "
                "nó cùng ngày ấy.",
                "{old} ended on {day} by another line; for one that kept its code add a line of {old} into "
                "itself on that day.",
                old=line.old,
                day=ended[line.old],
            )
            yield SourceError(what, where=Where(name, row=n), do=_CORRECT)
        elif line.new != line.old and ended.get(line.new, date.max) <= line.last:
            what = say(
                "{new} đã hết trước hoặc cùng ngày với {old}.",
                "{new} ended before {old} or with it.",
                new=line.new,
                old=line.old,
            )
            yield SourceError(what, where=Where(name, row=n), do=_CORRECT)


def _wrong_change(old: str, own: Sequence[tuple[int, Predecessor]]) -> Text | None:
    """What is wrong where what became of a unit on a day isn't the whole of it, each part once."""
    if len({line.new for _, line in own}) < len(own):
        return say("{old} có hai dòng cho cùng một mã mới.", "{old} has two lines for one new code.", old=old)
    whole, day = sum((line.share for _, line in own), Decimal(0)), own[0][1].last
    if whole == 1:
        return None
    if all(line.share == 1 for _, line in own):
        return say(
            "{old} vào {n} đơn vị mới cùng ngày {day} mà chưa ghi tỷ lệ của từng phần.",
            "{old} went into {n} {n:unit|units} on {day}, and the share of each isn't stated.",
            old=old,
            n=len(own),
            day=day,
        )
    return say(
        "các phần của {old} cùng ngày {day} cộng lại bằng {sum}, phải bằng 1.",
        "the shares of {old} on {day} add up to {sum}, not to 1.",
        old=old,
        day=day,
        sum=whole,
    )
