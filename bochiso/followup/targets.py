"""Targets given to units by a decision: how far each unit is, whether it is on course, what still closes it.

A target of a unit stands in the place of one of its level for the same thing. On course is what at the pace
since the reading before reaches its value by the last day; one reading alone has no pace.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil

from msgspec import Struct

from bochiso.rules.rule_set import RuleSet
from bochiso.score.explanation import box_points
from bochiso.score.ranking import Standing
from bochiso.text import Lang, Text, hundredths, say
from bochiso.units.codes import fold
from bochiso.units.model import Level

TOTAL_POINTS, GRADE, RANK = "TOTAL", "GRADE", "RANK"
"""Targets of the whole: its points, its grade, its place among its peers."""

WHOLE = {
    TOTAL_POINTS: say("tổng điểm", "total"),
    GRADE: say("xếp loại", "grade"),
    RANK: say("xếp hạng", "rank"),
}


class Target(Struct, frozen=True):
    """What a decision asks of a level, or of one unit.

    what: the code of an indicator (value: its rate in percent), of a group (its points), or one of WHOLE
    (points; the least points of the grade; the place). unit, level: one of them is given. `number` is the
    register's.
    """

    decision: str
    what: str
    value: Decimal
    first: date
    last: date
    level: Level | None = None
    unit: str | None = None
    number: int = 0

    def concerns(self, unit: str, level: Level) -> bool:
        """Whether it is given to a unit."""
        return self.unit == unit if self.unit is not None else self.level is level.scored_as

    def contradicts(self, other: "Target") -> bool:
        """Whether both ask another value of the same on some day."""
        same = (self.what, self.unit, self.level) == (other.what, other.unit, other.level)
        return same and self.value != other.value and self.first <= other.last and other.first <= self.last


class TargetState(StrEnum):
    """How a unit stands to a target."""

    REACHED = "reached"
    ON_COURSE = "on_course"
    SHORT = "short"
    UNKNOWN = "unknown"


TARGET_STATES = {
    TargetState.REACHED: Text("đạt", "reached"),
    TargetState.ON_COURSE: Text("chưa đạt, đúng tiến độ", "not yet, on course"),
    TargetState.SHORT: Text("chưa đạt", "not reached"),
    TargetState.UNKNOWN: Text("chưa có số liệu", "no figures"),
}


class TargetProgress(Struct, frozen=True):
    """How far a unit is. now: its figure, in the target's own measure; None where it isn't known.

    short: by how much the figure misses the value, hundredths rounded up, never negative. closes: how many
    dossiers or procedures more, of the indicator's own, reach it; None where that can't be counted.
    """

    target: Target
    unit: str
    state: TargetState
    now: Decimal | None = None
    short: Decimal | None = None
    closes: int | None = None


def in_force(targets: Iterable[Target], day: date) -> list[Target]:
    """Those that hold on a day."""
    return [each for each in targets if each.first <= day <= each.last]


def targets_of(targets: Iterable[Target], unit: str, level: Level) -> list[Target]:
    """Those given to a unit: its own before its level's."""
    mine = [each for each in targets if each.concerns(unit, level)]
    own = {each.what for each in mine if each.unit is not None}
    return [each for each in mine if each.unit is not None or each.what not in own]


def progress(
    target: Target,
    now: tuple[date, Standing],
    before: tuple[date, Standing] | None,
    rules: RuleSet,
) -> TargetProgress:
    """How far a unit is by its standing of a day; `before`: an earlier one, by the same scale of points."""
    day, standing = now
    unit = standing.score.unit.code
    figure = _figure(target.what, standing, rules)
    if figure is None:
        return TargetProgress(target, unit, TargetState.UNKNOWN)
    sign = -1 if target.what == RANK else 1
    short = max((Fraction(target.value) - figure) * sign, Fraction(0))
    state = TargetState.REACHED if not short else TargetState.SHORT
    if short and before is not None and _arrives(target, (day, figure), before, rules):
        state = TargetState.ON_COURSE
    return TargetProgress(
        target,
        unit,
        state,
        hundredths(figure),
        Decimal(ceil(short * 100)).scaleb(-2),
        _closes(target, standing) if short else 0,
    )


def _figure(what: str, standing: Standing, rules: RuleSet) -> Fraction | None:
    """A unit's figure in the measure of a target, exactly."""
    score = standing.score
    if what in (TOTAL_POINTS, GRADE):
        return None if score.total is None else Fraction(score.total)
    if what == RANK:
        return None if standing.rank is None else Fraction(standing.rank)
    if what in rules.group:
        points = box_points(score, what, rules)
        return None if points is None else Fraction(points)
    rate = next((each.rate for each in score.indicators if each.rule.code == what), None)
    return None if rate is None else rate * 100


def _arrives(
    target: Target, now: tuple[date, Fraction], before: tuple[date, Standing], rules: RuleSet
) -> bool:
    """Whether the pace between two days, kept until the target's last day, reaches it."""
    (day, figure), (earlier, standing) = now, before
    was = _figure(target.what, standing, rules)
    if was is None or earlier >= day or day >= target.last:
        return False
    ahead = figure + (figure - was) / (day - earlier).days * (target.last - day).days
    return ahead <= target.value if target.what == RANK else ahead >= target.value


def _closes(target: Target, standing: Standing) -> int | None:
    """How much the numerator of an indicator must grow; None for what isn't one, or where it can't."""
    found = next((e for e in standing.score.indicators if e.rule.code == target.what), None)
    if found is None or found.count.numerator is None or not found.count.denominator:
        return None
    wanted = Fraction(target.value) / 100 * Fraction(found.count.denominator)
    more = ceil(wanted - Fraction(found.count.numerator))
    return more if 0 < more <= found.count.denominator - found.count.numerator else None


def what_is_meant(words: str, rules: RuleSet) -> str | None:
    """The code of what a target is of, by its code, number or name; None where nothing has that name."""
    known = {fold(code): code for code in (*rules.indicator, *rules.group, *WHOLE)}
    known |= {fold(each.number): each.code for each in rules.indicators}
    codes = (*(each.code for each in rules.groups), *(each.code for each in rules.indicators))
    for code in codes:
        label = rules.label(code)
        known |= {fold(label.render(lang)): code for lang in Lang}
    known |= {fold(text): code for code, name in WHOLE.items() for text in (name.vi, name.en)}
    return known.get(fold(words))


def value_is_wrong(what: str, value: Decimal, rules: RuleSet) -> Text | None:
    """Why a value can't be a target of this; None where it can."""
    most = Decimal(100)
    if what in rules.group:
        most = rules.group[what].points
    if what == RANK:
        if value < 1 or value % 1:
            return say("thứ hạng phải là số nguyên từ 1.", "a rank is a whole number from 1.")
        return None
    if not 0 < value <= most:
        return say(
            "mức giao phải lớn hơn 0 và không quá {most}.",
            "the value must be above 0 and not above {most}.",
            most=most,
        )
    return None


def name_of(what: str, rules: RuleSet) -> Text:
    """What a target is of, in words."""
    if what in WHOLE:
        return WHOLE[what]
    if what in rules.indicator:
        number = rules.indicator[what].number
        return say("{name} ({number})", "{name} ({number})", name=rules.label(what), number=number)
    return rules.label(what) if what in rules.group else say("{what}", "{what}", what=what)


def value_in_words(what: str, value: Decimal | None, rules: RuleSet) -> Text:
    """A target's value, or a unit's figure, in its own measure."""
    if value is None:
        return say("–", "–")
    plain = value if value % 1 else value.quantize(Decimal(1))
    if what in rules.indicator:
        return say("{value}%", "{value}%", value=plain)
    if what == RANK:
        return say("hạng {value}", "rank {value}", value=plain)
    if what == GRADE:
        return say("{value} điểm ({grade})", "{value} points ({grade})", value=plain,
                   grade=_named(rules, value))  # fmt: skip
    return say("{value} điểm", "{value} points", value=plain)


def _named(rules: RuleSet, points: Decimal) -> Text:
    names = rules.grade(points).names
    return Text(names.vi, names.en)


_LEVEL_WORDS = {
    Level.PROVINCE: say("tỉnh, thành phố", "provinces"),
    Level.DEPARTMENT: say("sở, ban, ngành", "departments"),
    Level.DISTRICT: say("huyện", "districts"),
    Level.COMMUNE: say("xã, phường", "communes"),
    Level.MINISTRY: say("bộ, cơ quan ngang bộ", "ministries"),
}


def _two_digits(count: int) -> str | int:
    """A count as letters write it, at least two digits; thousands as each language has them."""
    return count if count > 999 else f"{count:02d}"


def target_phrase(
    what: str,
    levels: Sequence[tuple[Level, Sequence[TargetProgress]]],
    names: dict[str, str],
    rules: RuleSet,
    most: int | None = None,
) -> Text:
    """One target as letters say it: "12/14 sở, ban, ngành, 71/102 xã, phường đạt chỉ tiêu …; chưa đạt: …".

    `most`: how many who didn't are named; the others are counted.
    """
    reached, short = say("", ""), []
    together: dict[Level, list[TargetProgress]] = {}
    for level, some in levels:  # of several provinces each has its own
        together.setdefault(level, []).extend(some)
    for level, found in together.items():
        known = [each for each in found if each.state is not TargetState.UNKNOWN]
        part = say(
            "{n}/{of} {level}", "{n}/{of} {level}",
            n=_two_digits(sum(each.state is TargetState.REACHED for each in known)),
            of=_two_digits(len(known)), level=_LEVEL_WORDS.get(level) or _LEVEL_WORDS[level.scored_as],
        )  # fmt: skip
        reached = (
            say("{before}, {part}", "{before}, {part}", before=reached, part=part) if reached.vi else part
        )
        short += [names.get(each.unit, each.unit) for each in known if each.state is not TargetState.REACHED]
    values = {each.target.value for _, found in levels for each in found}
    asked = say("", "")
    if len(values) == 1:
        asked = say(" {value}", " {value}", value=value_in_words(what, values.pop(), rules))
    done = say(
        "{reached} đạt chỉ tiêu {what}{value}", "{reached} reached the target {what}{value}",
        reached=reached, what=name_of(what, rules), value=asked,
    )  # fmt: skip
    if not short:
        return say("{done}.", "{done}.", done=done)
    named = short if most is None or len(short) <= most + 1 else short[:most]
    others = Text("", "")
    if left := len(short) - len(named):
        others = say(" và {n} đơn vị khác", " and {n} more", n=f"{left:02d}")
    # Names such as Sở Văn hóa, Thể thao và Du lịch have commas of their own.
    who = ("; " if any("," in name for name in named) else ", ").join(named)
    return say(
        "{done}; chưa đạt: {who}{others}.",
        "{done}; not yet: {who}{others}.",
        done=done,
        who=who,
        others=others,
    )
