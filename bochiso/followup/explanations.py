"""Explanations asked of units (báo cáo giải trình): what is asked, who answered when, in what state it is.

A unit stands by its last answer. What came in time is judged by its first: an answer that the office sent
back for more was an answer.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from bochiso.errors import ComputeError
from bochiso.followup.duties import Duty
from bochiso.rules.verdict import day_of
from bochiso.text import Text, say
from bochiso.units.names import name_in_sentence


class Origin(StrEnum):
    """What an explanation is asked for: a list of work, or a fall of points."""

    LIST = "list"
    FALL = "fall"


class ExplanationState(StrEnum):
    """How the office took an answer."""

    SENT = "sent"
    ACCEPTED = "accepted"
    RETURNED = "returned"


class AskedState(StrEnum):
    """Where a unit stands."""

    OVERDUE = "overdue"
    WAITING = "waiting"
    RETURNED = "returned"
    SENT = "sent"
    ACCEPTED = "accepted"


ASKED_STATES = {
    AskedState.OVERDUE: Text("quá hạn, chưa báo cáo", "overdue"),
    AskedState.WAITING: Text("chưa báo cáo", "not answered yet"),
    AskedState.RETURNED: Text("phải báo cáo lại", "sent back"),
    AskedState.SENT: Text("chờ Văn phòng xem", "waits for the office"),
    AskedState.ACCEPTED: Text("đã chấp nhận", "accepted"),
}
"""States in words, what is to be done first."""

CAUSES = (
    "Chưa cập nhật trạng thái, kết quả xử lý trên hệ thống kịp thời",
    "Chậm phối hợp, lấy ý kiến giữa các cơ quan",
    "Thiếu nhân lực, thay đổi công chức phụ trách",
    "Hồ sơ phức tạp, phải xác minh, thẩm định thực địa",
    "Chờ công dân, doanh nghiệp bổ sung hồ sơ hoặc thực hiện nghĩa vụ tài chính",
    "Lỗi hệ thống, kết nối, đồng bộ dữ liệu",
    "Số liệu chưa đúng thực tế, đề nghị đối soát",
    "Nguyên nhân khác",
)
"""The causes to choose from where an office has no catalogue of its own."""

LONGEST = 4000
"""Letters of one answer's text."""


class Explanation(Struct, frozen=True):
    """One answer of a unit. `until`: the day by which its remedy is done; `because`: why it was sent back."""

    round: int
    cause: str
    words: str
    remedy: str
    until: date
    who: str
    at: datetime
    state: ExplanationState = ExplanationState.SENT
    decided_by: str | None = None
    decided_at: datetime | None = None
    because: str | None = None


class AskedUnit(Struct, frozen=True):
    """A unit that is asked. `items`: how many its frozen list has, of this SHA-256; `answers`: oldest first.

    `heir`: who answers for it since it was merged; None for itself.
    """

    unit: str
    name: str
    items: int
    sha256: str
    answers: tuple[Explanation, ...] = ()
    heir: str | None = None

    @property
    def answering(self) -> str:
        """The unit whose officers answer."""
        return self.heir or self.unit

    @property
    def last(self) -> Explanation | None:
        """The answer that stands."""
        return self.answers[-1] if self.answers else None

    def state(self, last_day: date, today: date) -> AskedState:
        """Where it stands on a day."""
        if self.last is None:
            return AskedState.OVERDUE if today > last_day else AskedState.WAITING
        return AskedState(self.last.state.value)

    def days_late(self, last_day: date) -> int:
        """How many days after the last day its first answer came; 0 where it came in time or didn't come."""
        return max((day_of(self.answers[0].at) - last_day).days, 0) if self.answers else 0


class ExplanationRequest(Struct, frozen=True):
    """One request to some units. `document`: number and day of the letter that asks, where there is one.

    `slug`, `period`: the list of work and its period, as it stood at `as_of`; a fall has no list. `sha256`:
    of the frozen lists of all its units. `ended_because`: why it was withdrawn.
    """

    number: int
    title: str
    origin: Origin
    slug: str | None
    period: str
    as_of: datetime
    asked_on: date
    last_day: date
    document: str
    sha256: str
    who: str
    units: tuple[AskedUnit, ...]
    ended_by: str | None = None
    ended_at: datetime | None = None
    ended_because: str | None = None

    @property
    def items(self) -> int:
        """How many items all frozen lists have."""
        return sum(each.items for each in self.units)

    @property
    def province(self) -> str:
        """The code of the province whose units are asked."""
        return self.units[0].unit.partition(".")[0]

    def unit(self, code: str) -> AskedUnit | None:
        """One of its units."""
        return next((each for each in self.units if each.unit == code), None)

    def of(self, today: date, *states: AskedState) -> list[AskedUnit]:
        """The units in some states, as they are listed."""
        return [each for each in self.units if each.state(self.last_day, today) in states]


class RequestOutcome(Struct, frozen=True):
    """What came of a request: the names of who answered, who of them late, who didn't."""

    title: str
    asked_on: date
    last_day: date
    answered: tuple[str, ...]
    late: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def asked(self) -> int:
        """How many were asked."""
        return len(self.answered) + len(self.missing)


def outcome_of(request: ExplanationRequest, names: dict[str, str] | None = None) -> RequestOutcome:
    """Who answered a request. `names`: short names by code; as they were frozen where it has none."""
    named = [(name_in_sentence((names or {}).get(each.unit, each.name)), each) for each in request.units]
    return RequestOutcome(
        request.title, request.asked_on, request.last_day,
        tuple(name for name, each in named if each.answers),
        tuple(name for name, each in named if each.days_late(request.last_day)),
        tuple(name for name, each in named if not each.answers),
    )  # fmt: skip


def outcome_sentence(found: RequestOutcome) -> Text:
    """What came of a request, as the next document says it."""
    late, missing = Text("", ""), Text("", "")
    if found.late:
        late = say(
            ", trong đó {n} đơn vị báo cáo muộn ({who})", ", {n} of them late ({who})",
            n=_padded(len(found.late)), who=_listed(found.late),
        )  # fmt: skip
    if found.missing:
        missing = say("; chưa báo cáo: {who}", "; not yet: {who}", who=_listed(found.missing))
    return say(
        "Kết quả giải trình về {title}, hạn báo cáo ngày {last}: {have}/{asked} đơn vị đã báo cáo"
        "{late}{missing}.",
        "Explanations of {title}, asked for by {last}: {have} of {asked} answered{late}{missing}.",
        title=found.title, last=found.last_day, have=_padded(len(found.answered)),
        asked=_padded(found.asked), late=late, missing=missing,
    )  # fmt: skip


def _listed(names: Sequence[str]) -> str:
    return ("; " if any("," in each for each in names) else ", ").join(names)


def _padded(value: int) -> str:
    return f"{value:02d}"


def cause_counts(units: Iterable[AskedUnit]) -> list[tuple[str, int]]:
    """How many units name each cause in their last answer, the commonest first."""
    found: dict[str, int] = {}
    for each in units:
        if each.last is not None:
            found[each.last.cause] = found.get(each.last.cause, 0) + 1
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def explanation_duties(request: ExplanationRequest, today: date) -> Iterator[Duty]:
    """What of a request waits for its units and, where answers came, for the office."""
    if request.ended_at is not None:
        return
    page = f"/giai-trinh/{request.number}"
    awaited = request.of(today, AskedState.OVERDUE, AskedState.WAITING, AskedState.RETURNED)
    for each in awaited:
        key = f"explanation:{request.number}:{each.unit}:{len(each.answers)}"
        what = say(
            "Giải trình về {title}: {n} mục", "Explain: {title}: {n} {n:item|items}",
            title=request.title, n=each.items,
        )  # fmt: skip
        yield Duty(key, what, f"{page}/{each.unit}", each.answering, request.last_day)
    if sent := request.of(today, AskedState.SENT):
        rounds = sum(len(each.answers) for each in sent)
        what = say(
            "Xem giải trình của {n} đơn vị về {title}", "Look at {n} {n:answer|answers}: {title}",
            n=len(sent), title=request.title,
        )  # fmt: skip
        yield Duty(f"explanation:{request.number}:office:{rounds}", what, page)


class AnswerGiven(Struct, frozen=True):
    """What a unit answers, as its officer typed it."""

    cause: str
    words: str
    remedy: str
    until: date | None


def checked_answer(given: AnswerGiven, causes: Sequence[str], today: date) -> AnswerGiven:
    """An answer that is whole. Raises ComputeError with what lacks."""
    tidy = AnswerGiven(" ".join(given.cause.split()), given.words.strip(), given.remedy.strip(), given.until)
    if tidy.cause not in causes:
        raise ComputeError(
            say("chưa chọn nguyên nhân trong danh mục.", "no cause of the catalogue was chosen."),
            do=say("Chọn một nguyên nhân.", "Choose one."),
        )
    if not tidy.words or not tidy.remedy:
        raise ComputeError(
            say("chưa giải trình hoặc chưa nêu biện pháp khắc phục.", "the explanation or the remedy lacks."),
            do=say("Ghi đủ hai nội dung.", "Write both."),
        )
    if len(tidy.words) > LONGEST or len(tidy.remedy) > LONGEST:
        raise ComputeError(
            say("nội dung dài quá {most} chữ cái.", "a text has more than {most} letters.", most=LONGEST)
        )
    if tidy.until is None or not 0 <= (tidy.until - today).days <= _LONGEST_DAYS:
        raise ComputeError(
            say(
                "ngày hoàn thành khắc phục phải từ hôm nay ({today}) và trong vòng một năm.",
                "the remedy's day must be from today ({today}) on, and within a year.", today=today,
            )
        )  # fmt: skip
    return tidy


_LONGEST_DAYS = 366


def heir_duties(
    request: ExplanationRequest, came_after: Mapping[str, Sequence[str]], today: date
) -> Iterator[Duty]:
    """What the office has to say of a request: who answers for a unit that ended.

    came_after: what stands where each unit stood; the unit itself, or nothing where that isn't known.
    """
    if request.ended_at is not None:
        return
    for each in request.of(today, AskedState.OVERDUE, AskedState.WAITING, AskedState.RETURNED):
        if each.heir is None and len(came_after[each.unit]) != 1:
            what = say(
                "Chọn đơn vị trả lời thay {name} (không còn trong danh sách đơn vị) về {title}",
                "Choose who answers for {name}, which is no more: {title}",
                name=each.name, title=request.title,
            )  # fmt: skip
            key = f"explanation:{request.number}:{each.unit}:heir"
            yield Duty(key, what, f"/giai-trinh/{request.number}/{each.unit}", last=request.last_day)
