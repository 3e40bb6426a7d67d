"""Objections of units before a publication: what a unit says a figure should be, and what that would change.

The points that a source published stand as published, so a claim moves them by what the formula makes of the
difference; those worked out from counts are worked out again. What units inherit is their province's.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from bochiso.errors import ComputeError
from bochiso.followup.duties import Duty
from bochiso.rules.rule_set import Indicator, RuleSet
from bochiso.score.figures import Count, UnitFigures
from bochiso.score.formula import formula
from bochiso.score.ranking import Standings, rank_units
from bochiso.score.scoring import score_units
from bochiso.text import Text, say
from bochiso.units.tops import province_of


class ObjectionState(StrEnum):
    """What the office said."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


OBJECTION_STATES = {
    ObjectionState.OPEN: Text("chờ Văn phòng trả lời", "waits for the office"),
    ObjectionState.ACCEPTED: Text("chấp nhận", "accepted"),
    ObjectionState.REJECTED: Text("không chấp nhận", "rejected"),
}


class ObjectionRemedy(StrEnum):
    """How an accepted one is put right: at the source, or by a corrected version here."""

    UPSTREAM = "upstream"
    CORRECTION = "correction"


REMEDY_NAMES = {
    ObjectionRemedy.UPSTREAM: Text("đề nghị sửa tại nguồn", "to be put right at the source"),
    ObjectionRemedy.CORRECTION: Text("đính chính số liệu ở đây", "corrected here"),
}


class FigureClaim(Struct, frozen=True):
    """What a unit says: an indicator's right count, or a group's right points where it has no counts.

    what: code of the indicator or group.
    """

    unit: str
    what: str
    numerator: int | None = None
    denominator: int | None = None
    points: Decimal | None = None


class Moved(Struct, frozen=True):
    """One unit before and after: total and rank among `of`."""

    unit: str
    name: str
    before: Decimal | None
    after: Decimal | None
    rank_before: int | None
    rank_after: int | None
    of: int

    @property
    def change(self) -> Decimal | None:
        """Points gained, negative where lost."""
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def places(self) -> int:
        """Places gained, negative where lost."""
        return (self.rank_before or 0) - (self.rank_after or 0) if self.rank_before and self.rank_after else 0


class ClaimEffect(Struct, frozen=True):
    """What claims would change: the units that move, who claimed first, then by places."""

    moved: tuple[Moved, ...]

    def of(self, unit: str) -> Moved | None:
        """One unit's move; None where it doesn't."""
        return next((each for each in self.moved if each.unit == unit), None)


def checked_claim(claim: FigureClaim, figures: Sequence[UnitFigures], rules: RuleSet) -> FigureClaim:
    """A claim that can be. Raises ComputeError with what is wrong."""
    own = next((each for each in figures if each.unit.code == claim.unit), None)
    if own is None:
        raise ComputeError(
            say("số liệu này không có đơn vị {unit}.", "these figures don't have {unit}.", unit=claim.unit)
        )
    if claim.what in rules.group:
        most, now = rules.group[claim.what].points, own.points.get(claim.what)
        if now is None or claim.points is None or not 0 <= claim.points <= most:
            raise ComputeError(
                say("điểm đúng của nhóm phải từ 0 đến {most}.", "a group's points are from 0 to {most}.",
                    most=most)
            )  # fmt: skip
        if now == claim.points:
            raise _same()
        return claim
    rule = rules.indicator.get(claim.what)
    if rule is None or own.unit.level.scored_as not in rule.levels or not rule.scored:
        raise ComputeError(
            say("chưa chọn chỉ số hoặc nhóm chỉ số.", "no indicator or group of the unit was chosen.")
        )
    if claim.numerator is None or claim.denominator is None:
        raise ComputeError(
            say("chưa ghi tử số, mẫu số đúng.", "the right numerator and denominator lack."),
            do=say("Ghi cả hai, là số nguyên.", "Write both, as whole numbers."),
        )
    if not 0 <= claim.numerator <= claim.denominator:
        raise ComputeError(say("tử số phải từ 0 đến mẫu số.", "a numerator is from 0 to its denominator."))
    count = _count_of(own, figures, rule)
    if count is None or not count.counted:
        raise ComputeError(
            say("chỉ số này không có tử số, mẫu số trong số liệu.", "the figures have no count of it."),
            do=say("Kiến nghị theo điểm của nhóm chỉ số.", "Object to the points of its group."),
        )
    if (count.numerator, count.denominator) == (claim.numerator, claim.denominator):
        raise _same()
    return claim


def _same() -> ComputeError:
    return ComputeError(
        say("số liệu đề nghị giống số liệu đang có.", "the claim is what the figures say already.")
    )


def effect_of(figures: Sequence[UnitFigures], claims: Sequence[FigureClaim], rules: RuleSet) -> ClaimEffect:
    """What some claims together would change of totals and ranks, for all units."""
    before = _ranked(figures, rules)
    after = _ranked(corrected(figures, claims, rules), rules)
    claimed = [each.unit for each in claims]
    moved = []
    for row in before.rows:
        unit = row.score.unit
        now = after.find(unit.code)
        if now is not None and (row.score.total, row.rank) != (now.score.total, now.rank):
            moved.append(
                Moved(unit.code, unit.name, row.score.total, now.score.total, row.rank, now.rank, row.of)
            )
    moved.sort(key=lambda each: (each.unit not in claimed, -abs(each.places), each.unit))
    return ClaimEffect(tuple(moved))


def corrected(
    figures: Iterable[UnitFigures], claims: Iterable[FigureClaim], rules: RuleSet
) -> list[UnitFigures]:
    """The figures as claims would have them; those given are not touched."""
    found = {each.unit.code: _copied(each) for each in figures}
    above = {code: each.unit.parent for code, each in found.items()}
    for claim in claims:
        own = found[claim.unit]
        if claim.what in rules.group:
            _add(own, claim.what, (claim.points or Decimal(0)) - own.points[claim.what], rules)
            continue
        rule = rules.indicator[claim.what]
        top = found.get(province_of(claim.unit, above) or "")
        old = _count_of(own, list(found.values()), rule) or Count()
        _correct(own, rule, old, (claim.numerator or 0, claim.denominator or 0), rules)
        if top is None or top is own or rule.code not in top.counts:
            continue
        whole = top.counts[rule.code]
        if _inherits(own, rule):
            _correct(top, rule, whole, (claim.numerator or 0, claim.denominator or 0), rules)
            for each in found.values():
                if each not in (top, own) and _inherits(each, rule) and province_of(
                    each.unit.code, above
                ) == top.unit.code:  # fmt: skip
                    gained = _points(rule, top.counts[rule.code]) - _points(rule, whole)
                    _add(each, rule.group, gained, rules)
        elif whole.counted:
            both = (
                int((whole.numerator or 0) + (claim.numerator or 0) - (old.numerator or 0)),
                int((whole.denominator or 0) + (claim.denominator or 0) - (old.denominator or 0)),
            )
            _correct(top, rule, whole, both, rules)
    return list(found.values())


def _ranked(figures: Sequence[UnitFigures], rules: RuleSet) -> Standings:
    return rank_units(score_units(figures, rules), rules)


def _copied(each: UnitFigures) -> UnitFigures:
    return replace(each, counts=dict(each.counts), rates=dict(each.rates), points=dict(each.points))


def _inherits(own: UnitFigures, rule: Indicator) -> bool:
    return own.unit.level.scored_as in rule.inherits


def _count_of(own: UnitFigures, figures: Sequence[UnitFigures], rule: Indicator) -> Count | None:
    """A unit's count of an indicator, its province's where it inherits that."""
    if rule.code in own.counts or not _inherits(own, rule):
        return own.counts.get(rule.code)
    above = {each.unit.code: each.unit.parent for each in figures}
    top = province_of(own.unit.code, above)
    return next((each.counts.get(rule.code) for each in figures if each.unit.code == top), None)


def _correct(own: UnitFigures, rule: Indicator, old: Count, right: tuple[int, int], rules: RuleSet) -> None:
    count = Count(*right)
    if not _inherits(own, rule) or rule.code in own.counts:
        own.counts[rule.code] = count
    _add(own, rule.group, _points(rule, count) - _points(rule, old), rules)


def _points(rule: Indicator, count: Count) -> Decimal:
    return formula(rule)(count) or Decimal(0)


def _add(own: UnitFigures, group: str, gained: Decimal, rules: RuleSet) -> None:
    """Move published points of a group, of the box that has it, and the published total; within bounds."""
    for code in own.points:
        if code == group or group in rules.group[code].parts:
            own.points[code] = min(max(own.points[code] + gained, Decimal(0)), rules.group[code].points)
    if own.total is not None:
        own.total = min(max(own.total + gained, Decimal(0)), rules.total_points)
    own.rates.pop(group, None)


class UnitPreview(Struct, frozen=True):
    """Figures that units may look at before they are published, until a day."""

    number: int
    period: str
    as_of: date
    measured: bool
    last_day: date
    note: str
    who: str
    at: datetime
    closed_by: str | None = None
    closed_at: datetime | None = None

    def takes(self, today: date) -> bool:
        """Whether objections may be made on a day."""
        return self.closed_at is None and today <= self.last_day


class Objection(Struct, frozen=True):
    """One objection.

    `items`: numbers of the dossiers or procedures that it is about; `file_name`: of what was sent along,
    empty where nothing was; `because`: why the office decided as it did.
    """

    number: int
    preview: int
    claim: FigureClaim
    reason: str
    items: tuple[str, ...]
    file_name: str
    who: str
    at: datetime
    state: ObjectionState = ObjectionState.OPEN
    remedy: ObjectionRemedy | None = None
    because: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None


def objection_duties(
    preview: UnitPreview, objections: Sequence[Objection], units: Iterable[str], today: date
) -> Iterator[Duty]:
    """A preview is told to each of some units once; objections that wait are the office's."""
    page = f"/kien-nghi/{preview.number}"
    if preview.takes(today):
        what = say(
            "Xem trước số liệu ngày {day} trước khi công bố; kiến nghị nếu có sai sót",
            "Look at the figures of {day} before they are published; object where they are wrong",
            day=preview.as_of,
        )  # fmt: skip
        for unit in units:
            own = f"{page}?don-vi={unit}"
            yield Duty(f"preview:{preview.number}:{unit}", what, own, unit, preview.last_day, preview.at)
    waiting = [each for each in objections if each.state is ObjectionState.OPEN]
    if waiting:
        what = say("Trả lời {n} kiến nghị về số liệu", "Decide on {n} {n:objection|objections}",
                   n=len(waiting))  # fmt: skip
        yield Duty(f"objection:{preview.number}:{max(each.number for each in waiting)}", what, page)
