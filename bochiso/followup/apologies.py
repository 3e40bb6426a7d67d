"""Apologies for results that will be late, and the one new date (Decree 118/2025/NĐ-CP, Article 19.6).

An apology is in time until the last working day before the due date; a dossier has one new date at most.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from bochiso.errors import ComputeError
from bochiso.followup.duties import Duty
from bochiso.rules.calendar import Calendar
from bochiso.rules.verdict import day_of
from bochiso.text import Text, say

LONGEST_REASON = 1000


class ApologyStage(StrEnum):
    """What an open dossier needs, those first to whom an apology can still come in time."""

    TODAY = "today"
    NEXT = "next"
    PASSED = "passed"
    OVERDUE = "overdue"


STAGE_NAMES = {
    ApologyStage.OVERDUE: Text("đã quá hẹn", "overdue"),
    ApologyStage.PASSED: Text("đã qua ngày phải xin lỗi", "the day to apologise is over"),
    ApologyStage.TODAY: Text("hôm nay là ngày cuối phải xin lỗi", "today is the last day to apologise"),
    ApologyStage.NEXT: Text(
        "ngày làm việc tới là ngày cuối phải xin lỗi", "the next working day is the last"
    ),
}


def stage_of(due: date, notify_by: date, today: date, calendar: Calendar) -> ApologyStage | None:
    """What a dossier needs on a day; None where there is time."""
    if due < today:
        return ApologyStage.OVERDUE
    if notify_by < today:
        return ApologyStage.PASSED
    if notify_by == today:
        return ApologyStage.TODAY
    return ApologyStage.NEXT if notify_by <= calendar.add_working_days(today, 1) else None


class ApologyCase(Struct, frozen=True):
    """A dossier as an apology sees it.

    `due`: the date first appointed; `again`: new dates that its system has given, `system_due`: the date that
    it has now. `unit_name`, `procedure_name`: empty where no list has them.
    """

    dossier: str
    unit: str
    unit_name: str
    procedure: str
    procedure_name: str
    received_on: date | None
    due: date
    notify_by: date
    system_due: date
    again: int
    open: bool


class Apology(Struct, frozen=True):
    """An apology as it was recorded, with the new date. `ended_because`: why it was taken back."""

    number: int
    dossier: str
    unit: str
    unit_name: str
    procedure: str
    procedure_name: str
    received_on: date | None
    due: date
    notify_by: date
    new_due: date
    reason: str
    who: str
    at: datetime
    ended_by: str | None = None
    ended_at: datetime | None = None
    ended_because: str | None = None

    @property
    def in_time(self) -> bool:
        """Whether it came by the last day to apologise."""
        return day_of(self.at) <= self.notify_by


def check_apology(
    case: ApologyCase, before: Apology | None, given: tuple[str, date | None], calendar: Calendar
) -> tuple[str, date]:
    """The reason and the new date of an apology that can be; `before`: the one that the dossier has.

    Raises ComputeError for a second new date, an ended dossier, a reason or a date that can't be.
    """
    reason, new_due = given[0].strip(), given[1]
    if before is not None:
        raise _once(before.new_due)
    if not case.open:
        raise ComputeError(
            say("hồ sơ {number} đã kết thúc.", "the dossier {number} has ended.", number=case.dossier)
        )
    if case.again and case.system_due != new_due:
        raise _once(case.system_due)
    if not reason or len(reason) > LONGEST_REASON:
        raise ComputeError(
            say("chưa ghi lý do chậm, hoặc lý do dài quá {most} chữ cái.",
                "the reason lacks, or has more than {most} letters.", most=LONGEST_REASON)
        )  # fmt: skip
    if new_due is None or new_due <= case.due or (new_due - case.due).days > 366:
        raise ComputeError(
            say("ngày hẹn lại phải sau ngày hẹn trả {due}, trong vòng một năm.",
                "the new date is after {due}, within a year.", due=case.due)
        )  # fmt: skip
    if not calendar.is_working(new_due):
        raise ComputeError(
            say("ngày hẹn lại {day} là ngày nghỉ.", "the new date {day} is a day off.", day=new_due),
            do=say("Chọn một ngày làm việc.", "Choose a working day."),
        )
    return reason, new_due


def _once(day: date) -> ComputeError:
    return ComputeError(
        say("hồ sơ đã được hẹn lại đến ngày {day}; chỉ được hẹn lại một lần.",
            "the dossier has its new date already, {day}; there is one at most.", day=day),
        do=say("Khoản 6 Điều 19 Nghị định số 118/2025/NĐ-CP; cần trả kết quả đúng ngày đã hẹn lại.",
               "Article 19.6 of Decree 118/2025/NĐ-CP; the result is due on that day."),
    )  # fmt: skip


class ApologyCounts(Struct, frozen=True):
    """Of late dossiers how many were apologised for in time, late, not. `unit`: None for all together."""

    unit: str | None
    name: str
    late: int
    in_time: int
    too_late: int

    @property
    def none(self) -> int:
        """How many have no apology."""
        return self.late - self.in_time - self.too_late


def counts_of(
    late: Sequence[tuple[str, str]], apologies: Mapping[str, Apology], names: Mapping[str, str]
) -> list[ApologyCounts]:
    """All together, then unit by unit, those with most unapologised first.

    late: dossier and unit of each late one. apologies: by dossier.
    """
    units: dict[str | None, list[str]] = {None: [dossier for dossier, _ in late]}
    for dossier, unit in late:
        units.setdefault(unit, []).append(dossier)
    found = []
    for key, dossiers in units.items():
        known = [apologies[each] for each in dossiers if each in apologies]
        timely = sum(each.in_time for each in known)
        name = names.get(key or "", key or "")
        found.append(ApologyCounts(key, name, len(dossiers), timely, len(known) - timely))
    return [found[0], *sorted(found[1:], key=lambda each: (-each.none, -each.late, each.name))]


def apology_sentence(found: ApologyCounts) -> Text:
    """How late dossiers were apologised for, as letters say it.

    >>> from bochiso.text import Lang
    >>> apology_sentence(ApologyCounts(None, "", 88, 61, 9)).render(Lang.VI).partition(": ")[2]
    '61 hồ sơ đã xin lỗi đúng hạn, 09 hồ sơ xin lỗi muộn, 18 hồ sơ chưa ghi nhận xin lỗi.'
    """
    return say(
        "Trong {late} hồ sơ quá hạn của kỳ, đã kết thúc hoặc đang giải quyết: {in_time} hồ sơ đã xin lỗi "
        "đúng hạn, {too_late} hồ sơ xin lỗi muộn, {none} hồ sơ chưa ghi nhận xin lỗi.",
        "Of {late} late dossiers of the period, finished or open, {in_time} were apologised for in time, "
        "{too_late} late; for {none} no apology is recorded.",
        late=_padded(found.late), in_time=_padded(found.in_time), too_late=_padded(found.too_late),
        none=_padded(found.none),
    )  # fmt: skip


def _padded(value: int) -> str:
    return f"{value:02d}"


def apology_duties(waiting: Iterable[tuple[str, ApologyStage]], today: date) -> Iterator[Duty]:
    """What each unit has to apologise for today. waiting: unit and stage of each without an apology."""
    units: dict[str, int] = {}
    for unit, stage in waiting:
        if stage is ApologyStage.TODAY:
            units[unit] = units.get(unit, 0) + 1
    for unit, n in units.items():
        what = say(
            "Hôm nay là ngày cuối xin lỗi, hẹn lại {n} hồ sơ sắp quá hẹn",
            "Today is the last day to apologise for {n} {n:dossier|dossiers}", n=n,
        )  # fmt: skip
        yield Duty(f"apology:{today}:{unit}", what, "/xin-loi", unit, today)
