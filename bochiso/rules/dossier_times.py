"""The moments of a dossier that lateness depends on, and which of them ended it."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from bochiso.text import Text, say

DRAFT = 1
REFUSED = 3
IN_PROGRESS = 4
WITHDRAWN = 7
CLOSED = frozenset({REFUSED, WITHDRAWN, 8, 9, 10})
"""Statuses (TrangThaiHoSo) of a dossier that is not worked on any more."""


STATUS_NAMES = {
    1: Text("mới đăng ký", "newly filed"),
    2: Text("được tiếp nhận", "accepted"),
    3: Text("không được tiếp nhận", "refused"),
    4: Text("đang xử lý", "in progress"),
    5: Text("yêu cầu bổ sung giấy tờ", "supplement asked for"),
    6: Text("yêu cầu thực hiện nghĩa vụ tài chính", "payment asked for"),
    7: Text("công dân yêu cầu rút hồ sơ", "withdrawn"),
    8: Text("dừng xử lý", "stopped"),
    9: Text("đã xử lý xong", "done"),
    10: Text("đã trả kết quả", "returned"),
}
"""The names of TrangThaiHoSo."""


class DossierTimes(Struct, frozen=True, kw_only=True):
    """What lateness depends on, of one dossier as it stood at a moment; moments in UTC, None for none.

    status: TrangThaiHoSo, 1 to 10. filed_at: NgayNopHoSo. received_at: NgayTiepNhan. due_at:
    NgayHenTra. done_at: status 9 or NgayKetThucXuLy. returned_at: status 10 or NgayTra.
    stopped_at: status 8. refused_at: status 3 or NgayTuChoi. withdrawn_at: status 7.
    open_requests: supplement requests that were not answered; first_open_request_at: the
    moment of the first of them. supplement_seconds: from request to completed supplement, all
    answered ones, as `answered_seconds` sums them. last_known_at: the latest moment known of a
    step or a request, where nothing else tells when a closed dossier ended.
    """

    status: int
    filed_at: datetime | None = None
    received_at: datetime | None = None
    due_at: datetime | None = None
    done_at: datetime | None = None
    returned_at: datetime | None = None
    stopped_at: datetime | None = None
    refused_at: datetime | None = None
    withdrawn_at: datetime | None = None
    open_requests: int = 0
    first_open_request_at: datetime | None = None
    supplement_seconds: int = 0
    last_known_at: datetime | None = None


class DossierRule(StrEnum):
    """Which rule decided: why a dossier does not count, or which moment stands for its end."""

    DRAFT = "draft"
    NO_START = "no_start"
    NOT_RECEIVED = "not_received"
    WITHDRAWN_UNRECEIVED = "withdrawn_unreceived"
    NO_LIMIT = "no_limit"
    DONE = "done"
    RETURNED = "returned"
    STOPPED = "stopped"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    END_UNKNOWN = "end_unknown"
    WAITING = "waiting"
    OPEN_REQUESTS = "open_requests"
    LAPSED = "lapsed"
    STILL_OPEN = "still_open"


def belongs_at(times: DossierTimes) -> datetime | None:
    """The moment that puts a dossier in a period: its receipt, else its filing; None if neither is known."""
    return times.filed_at if times.received_at is None else times.received_at


def answered_seconds(intervals: Iterable[tuple[datetime, datetime]]) -> int:
    """The seconds that answered requests took, each from request to completed supplement.

    Time that several requests share counts once; an answer before its request counts nothing.
    """
    total, reached = timedelta(), datetime.min.replace(tzinfo=UTC)
    for asked, answered in sorted(intervals):
        total += max(answered - max(asked, reached), timedelta())
        reached = max(reached, answered)
    return total // timedelta(seconds=1)


def closing(times: DossierTimes) -> tuple[DossierRule, datetime] | None:
    """The step that ended the dossier and its moment, None where no such moment is known.

    Done, else returned, else stopped or refused (the earlier, where it was both), else
    withdrawn. The moments decide, not the present status, since messages come out of order; the
    order above holds even where a dossier was returned before it was done.
    """
    if times.done_at is not None:
        return DossierRule.DONE, times.done_at
    if times.returned_at is not None:
        return DossierRule.RETURNED, times.returned_at
    stopped, refused = times.stopped_at, times.refused_at
    if stopped is not None and (refused is None or stopped <= refused):
        return DossierRule.STOPPED, stopped
    if refused is not None:
        return DossierRule.REFUSED, refused
    if times.withdrawn_at is not None:
        return DossierRule.WITHDRAWN, times.withdrawn_at
    return None


def step_words(rule: DossierRule, moment: datetime) -> Text:
    """The step that stands for the end, in words, with its moment."""
    words = _STEPS[rule]
    return say(words.vi, words.en, at=moment)


LEFT_OUT: dict[DossierRule, Text] = {
    DossierRule.DRAFT: say(
        "Hồ sơ mới nộp, chưa được tiếp nhận nên không tính.",
        "Newly filed and not yet received, so it does not count.",
    ),
    DossierRule.NO_START: say(
        "Hồ sơ không có ngày tiếp nhận và ngày nộp nên không xác định được kỳ để tính.",
        "Neither received nor filed on a known day, so it belongs to no period.",
    ),
    DossierRule.NOT_RECEIVED: say(
        "Hồ sơ chưa có ngày tiếp nhận nên thời hạn chưa được tính.",
        "Without a day of receipt, so the time limit has not begun.",
    ),
    DossierRule.WITHDRAWN_UNRECEIVED: say(
        "Người nộp rút hồ sơ khi hồ sơ chưa được tiếp nhận nên không tính.",
        "Withdrawn before it was received, so it does not count.",
    ),
    DossierRule.NO_LIMIT: say(
        "Hồ sơ không có ngày hẹn trả và chưa biết thời hạn giải quyết của thủ tục nên chưa đánh giá được.",
        "Without a due date or a known time limit of its procedure, so it can't be judged.",
    ),
}
"""Why a dossier does not count."""

_STEPS: dict[DossierRule, Text] = {
    DossierRule.DONE: say("Giải quyết xong lúc {at}", "Done at {at}"),
    DossierRule.RETURNED: say("Trả kết quả lúc {at}", "Result returned at {at}"),
    DossierRule.STOPPED: say("Dừng giải quyết lúc {at}", "Stopped at {at}"),
    DossierRule.REFUSED: say("Từ chối tiếp nhận lúc {at}", "Refused at {at}"),
    DossierRule.WITHDRAWN: say("Người nộp rút hồ sơ lúc {at}", "Withdrawn at {at}"),
    DossierRule.END_UNKNOWN: say(
        "Hồ sơ đã kết thúc nhưng không ghi thời điểm kết thúc nên tính đến {at}",
        "Closed at an unknown moment, so counted up to {at}",
    ),
    DossierRule.WAITING: say(
        "Đã yêu cầu bổ sung lúc {at}, người nộp chưa bổ sung nên dừng tính thời gian từ lúc đó",
        "Supplements asked for at {at} and not yet given, so the clock stopped there",
    ),
    DossierRule.LAPSED: say(
        "Đã yêu cầu bổ sung lúc {at}, người nộp không bổ sung trong thời hạn nên hồ sơ được đóng",
        "Supplements asked for at {at} and not given in time, so the dossier is closed",
    ),
    DossierRule.STILL_OPEN: say("Đang giải quyết, tính đến {at}", "Still open, counted up to {at}"),
}
