"""Headings of columns, as bochiso, the portal and clerks write them, to the one name of each column.

Compared without accents, capitals and punctuation. A group's heading may carry its maximum or
what its cells are: "1. Công khai, minh bạch (18 điểm)", "Tỷ lệ số hóa hồ sơ (%)". A heading of two or
three rows is read part by part: "Tổng điểm" over "Tuần 02", "Tiến độ" over "Tử số".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache
from typing import Literal, Protocol

from bochiso.intake.headings import heading_words as known
from bochiso.intake.headings.heading_words import (
    GROUP_WORDS,
    IGNORED,
    LABELS,
    ORDINAL,
    PLACE,
    RATE,
    SUM,
    WORDS,
)
from bochiso.rules.rule_set import RuleSet
from bochiso.text import Text, say
from bochiso.units.codes import fold

UNIT_NAMES = frozenset({"unit", "unit_name"})
MOST_OF = "most of "
"""Before a group's code: the name of the column that says its maximum, row by row."""

NOT_FIGURES = frozenset({*UNIT_NAMES, "level", "parent", ORDINAL, SUM, RATE, PLACE, "max_score"})

_KEPT = 100
"""Signs of a text whose simple form is remembered: words are asked for again with every table."""

Parts = tuple[str, ...]
"""What the rows of a heading say above one column, the topmost first."""


def simplify(text: str) -> str:
    """A heading for comparison: letters without accents, figures, single spaces.

    >>> simplify("Công khai,\\nminh bạch (18 điểm)"), simplify("unit_name")
    ('cong khai minh bach 18 diem', 'unit name')
    """
    return _simplified(text) if len(text) <= _KEPT else _simplified.__wrapped__(text)


@lru_cache(4096)
def _simplified(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9.%/#]+", fold(text).replace("_", " ")))


@dataclass(frozen=True)
class Heading:
    """One column's heading: what the person wrote, the column's name ("" if unknown) and its hints.

    `name` is a key of `heading_words` or a group's code. `cells` are points or percent where the
    heading says so; `maximum` the points it names; `by_code` whether a code, not a name, was written;
    `variant` what it says beside its name: "Tuần 02", "kỳ trước".
    """

    text: str
    name: str
    cells: Literal["points", "percent"] | None = None
    maximum: Decimal | None = None
    by_code: bool = False
    variant: str = ""

    @property
    def used(self) -> bool:
        """Whether the column's cells are read."""
        return self.name not in ("", IGNORED)


class Vocabulary(Protocol):
    """The headings that one kind of table may have."""

    keys: frozenset[str]
    """The names of columns that tell what a row is about."""

    def stacked(self, columns: Sequence[Parts]) -> tuple[Heading, ...]:
        """The headings of a table's columns, each from its parts."""
        ...

    def complete(self, headings: Sequence[Heading]) -> bool:
        """Whether these make a table of this kind."""
        ...

    def label(self, name: str) -> Text | str:
        """What a column is called to the person."""
        ...

    @property
    def needed(self) -> Text:
        """What a table of this kind needs, for the person whose table hasn't it."""
        ...


class Headings:
    """The headings that tables of figures may have under one rule set."""

    keys = UNIT_NAMES

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self._names = {simplify(word): name for name, words in WORDS.items() for word in words}
        for code, words in GROUP_WORDS.items():
            if code in rules.group:
                self._names |= {simplify(word): code for word in words}
        self._codes: dict[str, str] = {}
        self._known = cache(self._read)
        for group in reversed(rules.groups):
            self._names |= {simplify(name): group.code for name in (group.names.vi, group.names.en)}
            self._codes |= {simplify(code): group.code for code in (group.code, *group.aliases)}

    @property
    def needed(self) -> Text:
        """The columns of a table of figures."""
        return say(
            "Cần cột “unit” (mã đơn vị) hoặc “unit_name” (tên đơn vị), và các cột “indicator, numerator, "
            "denominator” hoặc cột của từng nhóm chỉ số (CKMB, TDGQ, …) hoặc “total” (tổng điểm).",
            "It needs a column unit or unit_name, and the columns indicator, numerator, denominator, "
            "or a column for each group (CKMB, TDGQ, …), or total.",
        )

    def complete(self, headings: Sequence[Heading]) -> bool:
        """Whether units and figures are among them."""
        names = {heading.name for heading in headings if heading.used}
        figures = {name for name in names - NOT_FIGURES if not name.startswith(MOST_OF)}
        return bool(names & UNIT_NAMES) and bool(figures)

    def label(self, name: str) -> Text | str:
        """A group by its name, other columns by the first words for them."""
        return self.rules.label(name) if name in self.rules.group else LABELS.get(name, name)

    def row(self, cells: Sequence[str]) -> tuple[Heading, ...]:
        """The headings of a single row."""
        return self.stacked([(cell,) for cell in cells])

    def stacked(self, columns: Sequence[Parts]) -> tuple[Heading, ...]:
        """The headings of a table; a name that two groups share is settled by its neighbours."""
        found = [self._joined(parts) for parts in columns]
        names = {heading.name for heading in found}
        return tuple(self._settled(heading, names) for heading in found)

    def _joined(self, parts: Parts) -> Heading:
        """The heading of one column from the rows above it."""
        parts = tuple(part for part in parts if part.strip())
        text = " – ".join(" ".join(part.split()) for part in parts) if len(parts) > 1 else "".join(parts)
        whole: Heading | None = None
        for part in parts:
            whole = _below(whole, self._known(part))
        if whole is None:
            return Heading(text, "")
        return whole if whole.text == text else replace(whole, text=text)

    def _read(self, text: str) -> Heading:
        """One heading on its own."""
        if len(text) > _LONGEST or not any(sign.isalpha() or sign in "#%" for sign in text):
            return Heading(text, "", variant=" ".join(text.split()))
        heading = Heading(text, "")
        key = known.NUMBERED.sub("", simplify(text), count=1)
        if key.startswith(("tinh lai ", "recomputed ")):
            return Heading(text, IGNORED)
        while key:
            words = " ".join(key.replace("/", " ").split())
            name = self._codes.get(words) or self._names.get(words)
            if name is None and known.UNIT_NAME.fullmatch(words):
                name = "unit_name"
            if name:
                return replace(heading, name=name, by_code=words in self._codes)
            key, heading = _stripped(key, heading)
        return Heading(text, "", variant=" ".join(text.split()))

    def leaves(self, code: str) -> tuple[str, ...]:
        """The groups of indicators that a group is made of."""
        return self.rules.leaves.get(code, (code,))

    def scored(self, group: str, level: str) -> set[str]:
        """The indicators that earn a group's points at a level."""
        members = self.rules.in_group.get(group, ())
        return {one.code for one in members if one.scored and level in one.levels}

    def _settled(self, heading: Heading, names: set[str]) -> Heading:
        """What only the neighbours of a heading settle.

        CLGQ or the whole of CLGQ + TTTT: both are called "Cung cấp dịch vụ trực tuyến". A bare
        "Tổng số" counts who knows what, but beside groups it is the total. A bare "Tỷ lệ" is none
        that is read. "Unit" beside "Code" is the name.
        """
        if heading.name == SUM:
            beside = len(names & self.rules.group.keys()) > 1 and "total" not in names
            return replace(heading, name="total" if beside else "")
        if heading.name == RATE:
            return replace(heading, name=IGNORED)
        for whole in self.rules.groups:
            if heading.name not in whole.parts or heading.by_code or whole.code in names:
                continue
            others = [code for code in self.rules.leaves if code not in (whole.code, *whole.parts)]
            alone = not (set(whole.parts) - {heading.name}) & names and names.issuperset(others)
            if heading.maximum == whole.points or (heading.maximum is None and alone):
                return replace(heading, name=whole.code)
        return heading


_LONGEST = 120


def _below(above: Heading | None, part: Heading) -> Heading:
    """The heading of two parts, one under the other."""
    if above is None:
        return part
    variant = " ".join(filter(None, (above.variant, part.variant)))
    if not above.name or above.name in (IGNORED, ORDINAL, "indicator_name", "max_score", SUM):
        return replace(part, variant=variant) if part.name else replace(above, variant=variant)
    if not part.name:
        maximum = _number_alone(part.text)
        return replace(above, variant=variant if maximum is None else above.variant, maximum=maximum)
    if above.name == RATE:
        return replace(part, cells="percent", variant=variant)
    if above.name == "score" and part.name not in ("score", "total", RATE, IGNORED):
        return replace(part, cells=part.cells or "points", variant=variant)
    if part.name == RATE:
        return replace(above, cells="percent", variant=variant)
    if part.name == "score":
        return replace(above, cells="points", variant=variant)
    if part.name == "max_score" and above.name not in UNIT_NAMES:
        return replace(part, name=MOST_OF + above.name, variant=variant)
    if part.name in (IGNORED, ORDINAL, "max_score"):
        return replace(part, variant=variant)
    if part.name in ("numerator", "denominator") and above.name not in ("total",):
        return Heading("", "", variant=variant)
    if above.name in UNIT_NAMES or part.name != "total":
        return replace(part, variant=variant)
    return replace(above, variant=variant)


def _number_alone(text: str) -> Decimal | None:
    """The maximum that a part of a heading is: "18", "(18)"."""
    match = re.fullmatch(r"\(?\s*([0-9]{1,3}(?:[.,][0-9]+)?)\s*\)?", text.strip())
    return Decimal(match[1].replace(",", ".")) if match else None


def _stripped(key: str, heading: Heading) -> tuple[str, Heading]:
    """A heading without one of the things that may stand around a group's name; "" if none is left."""
    if match := known.WHEN.search(key):
        return _without(key, match), replace(heading, variant=match[1])
    if match := known.PERCENT.search(key):
        return _without(key, match), replace(heading, cells="percent")
    if match := known.MAXIMUM.search(key):
        maximum = Decimal(match[1].replace(",", "."))
        return _without(key, match), replace(heading, cells="points", maximum=maximum)
    if match := known.POINTS.search(key):
        return _without(key, match), replace(heading, cells="points")
    if match := known.PREFIX.search(key):
        return _without(key, match), heading
    return "", heading


def _without(key: str, match: re.Match[str]) -> str:
    return (key[: match.start()] + key[match.end() :]).strip(" /")
