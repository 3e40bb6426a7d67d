"""A goal in words, the same everywhere: where a unit stands, what the way comes to, what to expect."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from bochiso.followup.goals.aims import Aim
from bochiso.followup.goals.closing_forecast import ClosingForecast
from bochiso.followup.goals.levers import Lever, Remedy
from bochiso.followup.goals.points_at_risk import PointsAtRisk
from bochiso.followup.goals.way import Tried, WayToGoal
from bochiso.text import Text, say
from bochiso.units.names import short_name


def standing_sentence(aim: Aim, place: int | None, of: int) -> Text:
    """Where a unit stands to its goal."""
    now = say("{total} điểm", "{total} {total:point|points}", total=aim.total)
    if place is not None:
        now = say(
            "hạng {place}/{of} với {total} điểm", "rank {place} of {of} with {total} {total:point|points}",
            place=place, of=of, total=aim.total,
        )  # fmt: skip
    if aim.reached:
        return say(
            "Hiện ở {now}, đã đạt mục tiêu {goal}; mức phải có là {needed} điểm, đang hơn {margin} điểm.",
            "Now at {now}: the goal {goal} is reached. It asks for {needed} {needed:point|points}; {margin} "
            "to spare.",
            now=now, goal=aim.goal.name, needed=aim.needed, margin=aim.margin,
        )  # fmt: skip
    if aim.holder is None:
        return say(
            "Hiện ở {now}, còn thiếu {short} điểm để đạt mục tiêu {goal}.",
            "Now at {now}: {short} {short:point|points} short of the goal {goal}.",
            now=now, short=aim.short, goal=aim.goal.name,
        )  # fmt: skip
    return say(
        "Hiện ở {now}, còn thiếu {short} điểm để đạt mục tiêu {goal} ({name} ở hạng {n} có {needed} điểm).",
        "Now at {now}: {short} {short:point|points} short of the goal {goal} ({name} at rank {n} has "
        "{needed} {needed:point|points}).",
        now=now, short=aim.short, goal=aim.goal.name, name=short_name(aim.holder.score.unit.name),
        n=int(aim.goal.value), needed=aim.needed,
    )  # fmt: skip


def way_sentence(way: WayToGoal, levers: Sequence[Lever]) -> Text | None:
    """What the way comes to; None where the goal is reached."""
    if way.aim.reached:
        return None
    if not way.lacks:
        return say(
            "Cách ít việc nhất: {n} việc, được thêm {gain} điểm, thành {total} điểm khi các đơn vị khác giữ "
            "nguyên.",
            "The fewest cases: {n}, which earn {gain} {gain:point|points} and make {total} while the others "
            "stay as they "
            "are.",
            n=way.cases, gain=way.gain, total=way.total,
        )  # fmt: skip
    return say(
        "Làm hết những việc còn khắc phục được chỉ thêm {within} điểm, vẫn thiếu {lacks} điểm. Phần còn lại "
        "tùy hồ sơ, phản ánh phát sinh từ nay đến hết kỳ{above}{unknown}.",
        "All that can still be mended earns {within} {within:point|points}: {lacks} lack even then. The rest "
        "depends on "
        "dossiers and petitions yet to come in the period{above}{unknown}.",
        within=way.within_reach,
        lacks=way.lacks,
        above=_part(
            levers,
            Remedy.PROVINCE,
            "; {n} điểm thuộc phần việc của tỉnh",
            "; {n} {n:point|points} are the province's to change",
        ),
        unknown=_part(
            levers,
            Remedy.UNKNOWN,
            "; {n} điểm chưa tính được vì thiếu tử số, mẫu số",
            "; {n} {n:point|points} can't be told for lack of counts",
        ),
    )


def _part(levers: Sequence[Lever], remedy: Remedy, vi: str, en: str) -> Text:
    """How many points lost are of one kind; nothing where there are none."""
    lost = sum((each.lost for each in levers if each.remedy is remedy), Decimal(0))
    return say(vi, en, n=lost) if lost else Text("", "")


def expected_sentence(own: ClosingForecast | None, needed: ClosingForecast | None, aim: Aim) -> Text | None:
    """What is to be expected at the end of the period; None where too few days are known."""
    if own is None:
        return None
    if needed is None:
        return say(
            "Giữ tốc độ của {n} ngày có số liệu trong kỳ, đến {day} đơn vị dự kiến có {total} điểm.",
            "At the pace of the {n} {n:day|days} that there are figures of, the unit will have {total} "
            "{total:point|points} on "
            "{day}.",
            n=own.readings, day=own.day, total=own.total,
        )  # fmt: skip
    return say(
        "Giữ tốc độ của {n} ngày có số liệu trong kỳ, đến {day} hạng {place} dự kiến cần {needed} điểm, "
        "đơn vị có {total} điểm: {verdict}.",
        "At the pace of the {n} {n:day|days} that there are figures of, on {day} rank {place} will take "
        "{needed} "
        "points and the unit will have {total}: {verdict}.",
        n=min(own.readings, needed.readings), day=own.day, place=int(aim.goal.value),
        needed=needed.total, total=own.total,
        verdict=say("đạt mục tiêu", "the goal is reached") if own.total >= needed.total
        else say("còn thiếu {n} điểm", "{n} {n:point|points} short", n=needed.total - own.total),
    )  # fmt: skip


def unexpected_sentence(day: date) -> Text:
    """That nothing can be said of the end of the period."""
    return say(
        "Số liệu trong kỳ mới có của quá ít ngày, chưa đủ để dự kiến đến {day}.",
        "Figures of too few days are known to say what to expect by {day}.",
        day=day,
    )


def error_sentence(found: ClosingForecast) -> Text:
    """How far such forecasts were off before."""
    if found.error is None:
        return say(
            "Chưa đủ ngày có số liệu để thử dự báo này trên những ngày đã qua.",
            "Too few days are known to try this forecast on days that have passed.",
        )
    told = say(
        "Dự báo như vậy cho những ngày đã qua lệch trung bình {mean} điểm, nhiều nhất {worst} điểm (thử "
        "{n} lần, xa nhất {longest} ngày)",
        "Such forecasts of days that have passed were off by {mean} {mean:point|points} on average, {worst} "
        "at most ({n} "
        "{n:trial|trials}, {longest} {longest:day|days} ahead at most)",
        mean=found.error.mean, worst=found.error.worst, n=found.error.tests, longest=found.error.longest,
    )  # fmt: skip
    if not found.beyond:
        return say("{told}.", "{told}.", told=told)
    return say(
        "{told}; lần này xa {ahead} ngày, hơn mọi lần thử, nên có thể lệch nhiều hơn.",
        "{told}; this one looks {ahead} {ahead:day|days} ahead, further than any of them, and may be off by "
        "more.",
        told=told, ahead=found.ahead,
    )  # fmt: skip


def risk_sentence(risk: PointsAtRisk, days: int) -> Text:
    """The points that are at risk within so many days."""
    if not risk.due and not risk.petitions:
        return say(
            "Không có hồ sơ, phản ánh nào đến hạn trong {n} ngày tới.",
            "No dossier or petition is due within {n} {n:day|days}.", n=days,
        )  # fmt: skip
    return say(
        "{due} hồ sơ và {petitions} phản ánh, kiến nghị đến hạn trong {n} ngày tới; nếu tất cả bị trễ thì "
        "mất {lost}.",
        "{due} {due:dossier|dossiers} and {petitions} {petitions:petition|petitions} are due within {n} "
        "{n:day|days}; "
        "should all fall late, that costs {lost}.",
        due=risk.due, petitions=risk.petitions, n=days,
        lost=say("{n} điểm", "{n} {n:point|points}", n=risk.total) if risk.total
        else say("chưa đến 0,01 điểm", "less than 0.01 point"),
    )  # fmt: skip


def outcome_sentence(found: Tried, of: int) -> Text:
    """What a unit would be with the cases that were tried."""
    gain = sum(found.gains.values(), Decimal("0.00"))
    place = (
        Text("", "")
        if found.place is None
        else say(", hạng {n}/{of}", ", rank {n} of {of}", n=found.place, of=of)
    )
    grade = (
        Text("", "")
        if found.grade is None
        else say(", xếp loại {vi}", ", grade {en}", vi=found.grade.names.vi, en=found.grade.names.en)
    )
    return say(
        "Được thêm {gain} điểm, thành {total} điểm{place}{grade}, khi các đơn vị khác giữ nguyên.",
        "That earns {gain} {gain:point|points}: {total} in all{place}{grade}, while the others stay as they "
        "are.",
        gain=gain, total=found.total, place=place, grade=grade,
    )  # fmt: skip
