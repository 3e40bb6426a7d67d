"""What a day's messages say: one screen for leaders, for each unit what waits for it and what fell.

Plain text, for a telephone. Nothing of a citizen is in it; whoever wants more follows its links and signs in.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct

from bochiso.followup.delivery_settings import AlertSettings
from bochiso.followup.duties import Duty
from bochiso.followup.signals import Signal, SignalKind, UnitReadings
from bochiso.rules.rule_set import RuleSet
from bochiso.score.ranking import Standing
from bochiso.text import Lang, Text, change, points
from bochiso.text import day as show_day
from bochiso.units.model import LEVEL_NAMES, Level

MATTERS = 3
"""So many matters stand in a digest, the gravest first; whoever reads more reads none."""

NAMED = {Level.DEPARTMENT: 3, Level.DISTRICT: 5, Level.COMMUNE: 10}
"""So many units of a level are named that fell; of the others their number is told."""


class DigestLevel(Struct, frozen=True):
    """The units of a level and what stands out among them."""

    level: Level
    units: Sequence[UnitReadings]
    signals: Sequence[Signal]


class DigestFacts(Struct, frozen=True):
    """What a day's digest is made of. `link`: the address of the server, None where it isn't known."""

    province: UnitReadings | None
    name: str
    day: date
    levels: Sequence[DigestLevel]
    of_province: Sequence[Signal]
    empty: Sequence[Text]
    duties: Sequence[Duty]
    unknown: Sequence[Text]
    link: str | None
    rules: RuleSet
    settings: AlertSettings


def leader_digest(of: DigestFacts, today: date) -> tuple[str, str]:
    """The subject and the text of the digest of a province."""
    lines = [*_result(of.province, of.rules)] if of.province else []
    lines += _matters(of)
    for each in of.levels:
        lines += _fallen(each)
    lines += _waiting(of.duties, today)
    lines += [f"{_plain(each)}." for each in of.unknown]
    if of.link:
        lines.append(f"Chi tiết (cần đăng nhập): {of.link}/hom-nay")
    subject = f"Bộ chỉ số 766, {of.name}: số liệu ngày {show_day(of.day, Lang.VI)}"
    if of.province is not None and of.province.now.score.total is not None:
        subject += f", {points(of.province.now.score.total, Lang.VI)} điểm"
    return subject, "\n".join(lines)


class UnitFacts(Struct, frozen=True):
    """What a unit's message is made of. `readings`, `facts`: None where figures may not go out: what waits is
    told all the same."""

    name: str
    duties: Sequence[Duty]
    signals: Sequence[Signal] = ()
    readings: UnitReadings | None = None
    facts: DigestFacts | None = None
    link: str | None = None


def unit_digest(unit: UnitFacts, today: date) -> tuple[str, str] | None:
    """The subject and the text of a unit's message; None where nothing waits for it and nothing fell."""
    duties, of, facts, link = unit.duties, unit.readings, unit.facts, unit.link
    found, name = unit.signals, unit.name
    told = [each for each in found if each.kind in (SignalKind.FALL, SignalKind.RUNNING)]
    if not duties and not told:
        return None
    lines = [f"- {_duty(each, today)}" for each in duties]
    if lines:
        lines.insert(0, "Việc đang chờ đơn vị:")
    if told and facts is not None:
        lines.append(f"Điểm số (số liệu ngày {show_day(facts.day, Lang.VI)}):")
        lines += [f"- {_plain(each.sentence(facts.rules))}." for each in told]
        if of is not None:
            lines.append(f"- {_place(of.now)}.")
    if link:
        lines.append(f"Xem và xử lý (cần đăng nhập): {link}/hom-nay")
    return f"Bộ chỉ số 766, {name}: {_in_short(duties, told)}", "\n".join(lines)


def withheld_message(name: str, why: Text, link: str | None) -> tuple[str, str]:
    """What is said, once, where figures may not go out."""
    lines = [
        f"Chưa gửi bản tin Bộ chỉ số 766 của {name} vì {_plain(why, capital=False)}.",
        "Bản tin được gửi lại khi có số liệu đầy đủ. Văn phòng kiểm tra lần thu thập gần nhất.",
    ]
    if link:
        lines.append(f"{link}/du-lieu")
    return f"Bộ chỉ số 766, {name}: chưa có bản tin", "\n".join(lines)


def _result(of: UnitReadings, rules: RuleSet) -> Iterable[str]:
    score = of.now.score
    before = of.rows[-2][1] if len(of.rows) > 1 else None
    yield f"{_place(of.now)}{_moved(of, before)}."
    was = {} if before is None else {box.code: box.points for box in before.score.boxes}
    groups = [
        f"{rules.label(box.code).render(Lang.VI)} {points(box.points, Lang.VI)}/{box.max_points:f}"
        + _by(box.points, was.get(box.code))
        for box in score.boxes
        if box.points is not None
    ]
    if groups:
        yield f"Các nhóm: {'; '.join(groups)}."


def _place(of: Standing) -> str:
    total = points(of.score.total, Lang.VI)
    rank = f", xếp hạng {of.rank:02d}/{of.of}" if of.rank else ""
    grade = f", loại {of.grade.names.vi}" if of.grade else ""
    if of.score.total is None:
        return "Chưa đủ số liệu để tính tổng điểm"
    return f"Tổng điểm {total}{grade}{rank}"


def _moved(of: UnitReadings, before: Standing | None) -> str:
    if before is None or of.change is None:
        return ""
    places = (before.rank or 0) - (of.now.rank or 0) if before.rank and of.now.rank else 0
    ranks = f", {'tăng' if places > 0 else 'giảm'} {abs(places):02d} bậc" if places else ""
    return f" ({change(of.change, Lang.VI)} điểm so với ngày {show_day(of.rows[-2][0], Lang.VI)}{ranks})"


def _by(now: Decimal | None, before: Decimal | None) -> str:
    moved = None if now is None or before is None else now - before
    return f" ({change(moved, Lang.VI)})" if moved else ""


def _matters(of: DigestFacts) -> list[str]:
    """The gravest matters, numbered."""
    below = [each for level in of.levels for each in level.signals]
    few = [
        each
        for each in below
        if each.kind is SignalKind.JUMP and each.cases and abs(each.by) >= of.settings.few_points
    ]
    order = (
        [each for each in of.of_province if each.kind in (SignalKind.RUNNING, SignalKind.JUMP)],
        sorted(few, key=lambda each: -abs(each.by)),
        [each for each in of.of_province if each.kind is SignalKind.LOW_GROUP],
        sorted((e for e in below if e.kind is SignalKind.RUNNING), key=lambda each: each.by),
    )
    found = [*of.empty, *(each.sentence(of.rules) for part in order for each in part)][:MATTERS]
    if not found:
        return []
    return ["Cần chú ý:", *(f"{n}. {_plain(each)}." for n, each in enumerate(found, start=1))]


def _fallen(of: DigestLevel) -> list[str]:
    """The units of a level that fell, the most first."""
    fell = sorted((e for e in of.signals if e.kind is SignalKind.FALL), key=lambda each: each.by)
    if not fell:
        return []
    most = NAMED.get(of.level, NAMED[Level.COMMUNE])
    named = "; ".join(f"{each.name} {change(each.by, Lang.VI)}" for each in fell[:most])
    rest = f"; và {len(fell) - most} đơn vị khác" if len(fell) > most else ""
    level = LEVEL_NAMES[of.level].vi.lower()
    return [f"{len(fell):02d}/{len(of.units)} {level} giảm điểm: {named}{rest}."]


def _waiting(duties: Sequence[Duty], today: date) -> list[str]:
    """How much waits in the whole province: what is over its last day, and the office's own."""
    over = [each for each in duties if each.last is not None and each.last < today]
    own = [each for each in duties if each.unit is None]
    theirs = [each for each in over if each.unit is not None]
    lines = [f"Việc đã quá hạn ở các đơn vị: {len(theirs):02d}."] if theirs else []
    if own:
        lines.append("Việc của Văn phòng:")
        lines += [f"- {_duty(each, today)}" for each in own[:MATTERS]]
        if len(own) > MATTERS:
            lines.append(f"- và {len(own) - MATTERS} việc khác.")
    return lines


def _duty(duty: Duty, today: date) -> str:
    left, what = duty.left(today), _plain(duty.what)
    if left is None or duty.last is None:
        return what
    if left < 0:
        return f"{what} (quá hạn {-left} ngày)"
    if not left:
        return f"{what} (hạn hôm nay)"
    return f"{what} (còn {left} ngày, hạn {show_day(duty.last, Lang.VI)})"


def _in_short(duties: Sequence[Duty], told: Sequence[Signal]) -> str:
    parts = [f"{len(duties):02d} việc đang chờ"] if duties else []
    if told:
        parts.append("giảm điểm")
    return ", ".join(parts)


def _plain(text: Text, *, capital: bool = True) -> str:
    found = text.render(Lang.VI).rstrip(".")
    return f"{found[:1].upper()}{found[1:]}" if capital else found
