"""Petitions (phản ánh, kiến nghị): when each was sent and handled, about what, and how it ended.

Who sent it, how to reach them and what they wrote are not read.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bochiso.intake.dossiers.records import (
    FLAG,
    TEXT,
    UNREAD,
    RecordColumn,
    Records,
    RowRule,
    Wrong,
    accepted,
    day_in_vietnam,
    flag,
    moment,
    one_of,
    read_items,
    read_table,
    still_to_come,
    words,
)
from bochiso.intake.headings.column_choice import NO_CHOICE, Choice
from bochiso.intake.messages.dossier_numbers import dossier_number, sender_code
from bochiso.intake.messages.message_columns import MOMENT
from bochiso.text import Text, say

_GROUP = r"(?:[A-Za-z]{1,6}|[A-Za-z]{0,4}[0-9]{1,9})"
_PETITION = re.compile(
    rf"(?=.*\d)(?=.{{1,40}}$){_GROUP}(?:[./_-]{_GROUP})*"
    r"|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{24}|[0-9]{15,20}"
)
"""A petition's code: no group has room for a name or a telephone's number; or an identifier."""

_ABOUT: dict[str, str | None] = {
    "rules": "procedure", "other": None, "khác": None,
    "procedure": "procedure", "quy định": "procedure", "quy định hành chính": "procedure",
    "thủ tục hành chính": "procedure", "TTHC": "procedure", "về quy định hành chính": "procedure",
    "phản ánh về quy định hành chính": "procedure",
    "staff": "staff", "hành vi hành chính": "staff", "cán bộ": "staff", "hành vi": "staff",
    "cán bộ, công chức": "staff", "thái độ cán bộ": "staff", "thái độ phục vụ": "staff",
    "phản ánh, kiến nghị về quy định hành chính": "procedure", "quy định, thủ tục hành chính": "procedure",
    "phản ánh, kiến nghị về hành vi hành chính": "staff",
    "về hành vi hành chính": "staff", "phản ánh về hành vi hành chính": "staff",
}  # fmt: skip


_IN_PIECES = re.compile(r"(?!.*\b20[0-9]{2}\b)[0-9]{2,4}(?:[./_-][0-9]{2,4}){2,3}")
_TELEPHONE_OR_CARD = re.compile(r"0[35789][0-9]{8}|(?!000)0(?:[0-8][0-9]|9[0-6])[0-3][0-9]{8}")
_NAME_IN_PIECES = re.compile(
    r"(?:nguyen|tran|pham|hoang|huynh|phan|dang|bui|duong|trinh|truong|dinh|luong|doan|cao)[./_-][a-z]",
    re.IGNORECASE,
)


def _of_a_person(code: str) -> bool:
    """Whether it is a telephone's number, an identity card's or a name, written in groups."""
    if _IN_PIECES.fullmatch(code):
        return _TELEPHONE_OR_CARD.fullmatch(re.sub("[^0-9]", "", code)) is not None
    return _NAME_IN_PIECES.match(code) is not None


def _petition(cell: Any) -> Any:
    text = str(cell).strip()
    return text if _PETITION.fullmatch(text) and not _of_a_person(text) else UNREAD


def _unit(cell: Any) -> Any:
    return sender_code(str(cell)) or UNREAD


def _dossier(cell: Any) -> Any:
    return dossier_number(str(cell)) or UNREAD


_RATING = {
    "satisfied": False, "hài lòng": False, "rất hài lòng": False, "bình thường": False,
    "dissatisfied": True, "không hài lòng": True, "rất không hài lòng": True,
}  # fmt: skip
_rating = one_of(_RATING)


def _disliked(cell: Any) -> Any:
    """A rating, or whether it was bad."""
    known = _rating(cell)
    return flag(cell) if known is UNREAD else known


_STATUSES = {
    "waiting": "waiting", "chờ tiếp nhận": "waiting", "mới": "waiting", "mới gửi": "waiting",
    "chưa xử lý": "waiting", "chờ xử lý": "waiting", "đã tiếp nhận": "waiting",
    "handling": "handling", "đang xử lý": "handling", "đã chuyển xử lý": "handling",
    "đã chuyển": "handling", "đang giải quyết": "handling", "chuyển xử lý": "handling",
    "supplement": "supplement", "yêu cầu bổ sung": "supplement", "chờ bổ sung": "supplement",
    "yêu cầu bổ sung thông tin": "supplement",
    "refused": "refused", "từ chối": "refused", "đã từ chối": "refused", "từ chối tiếp nhận": "refused",
    "không tiếp nhận": "refused",
    "resolved": "resolved", "đã xử lý": "resolved", "đã giải quyết": "resolved", "đã trả lời": "resolved",
    "hoàn thành": "resolved", "đã có kết quả": "resolved", "đã xử lý xong": "resolved",
    "published": "published", "đã công khai": "published", "đã công khai kết quả": "published",
}  # fmt: skip

PETITION_COLUMNS = {
    "petition": RecordColumn(
        TEXT,
        _petition,
        ("mã phản ánh", "mã PAKN", "mã phản ánh, kiến nghị", "mã", "mã số", "số PAKN", "mã số PAKN"),
    ),
    "unit": RecordColumn(TEXT, _unit, ("mã đơn vị", "mã cơ quan", "mã đơn vị xử lý", "mã định danh")),
    "unit_name": RecordColumn(
        TEXT,
        words,
        (
            "đơn vị xử lý",
            "cơ quan xử lý",
            "tên đơn vị",
            "đơn vị",
            "cơ quan giải quyết",
            "đơn vị giải quyết",
            "tên đơn vị xử lý",
            "cơ quan, đơn vị xử lý",
        ),
    ),
    "status": RecordColumn(
        TEXT,
        one_of(_STATUSES),
        ("trạng thái", "tình trạng", "trạng thái xử lý", "tình trạng xử lý"),
        accepted(_STATUSES),
    ),
    "dossier": RecordColumn(TEXT, _dossier, ("mã hồ sơ", "số hồ sơ", "MaHoSo")),
    "about": RecordColumn(
        TEXT,
        one_of(_ABOUT),
        (
            "classification",
            "loại",
            "loại phản ánh",
            "nội dung về",
            "phân loại",
            "loại PAKN",
            "phân loại phản ánh",
            "loại phản ánh, kiến nghị",
            "phân loại PAKN",
        ),
        accepted(_ABOUT),
    ),
    "sent_at": RecordColumn(
        MOMENT,
        moment,
        ("sent", "ngày gửi", "thời điểm gửi", "ngày phản ánh", "thời gian gửi"),
        unless="forwarded_at",
    ),
    "forwarded_at": RecordColumn(
        MOMENT, moment, ("forwarded", "ngày chuyển", "thời điểm chuyển", "ngày chuyển xử lý")
    ),
    "refused_at": RecordColumn(MOMENT, moment, ("refused", "ngày từ chối", "thời điểm từ chối")),
    "supplement_asked_at": RecordColumn(
        MOMENT, moment, ("ngày yêu cầu bổ sung", "thời điểm yêu cầu bổ sung")
    ),
    "resolved_at": RecordColumn(
        MOMENT,
        moment,
        (
            "resolved",
            "ngày xử lý",
            "ngày giải quyết",
            "ngày trả lời",
            "ngày có kết quả xử lý",
            "ngày có kết quả",
            "ngày hoàn thành",
            "ngày xử lý xong",
            "thời điểm xử lý",
            "thời điểm trả lời",
            "ngày kết thúc xử lý",
            "ngày trả kết quả",
        ),
    ),
    "published_at": RecordColumn(MOMENT, moment, ("published", "ngày công khai", "thời điểm công khai")),
    "disliked": RecordColumn(
        FLAG,
        _disliked,
        (
            "rating",
            "đánh giá",
            "không hài lòng",
            "đánh giá không hài lòng",
            "mức độ hài lòng",
            "đánh giá hài lòng",
        ),
        accepted(_RATING),
    ),
    "repeated": RecordColumn(FLAG, flag, ("phản ánh lại", "gửi lại", "lặp lại")),
}
"""A table of petitions: names as in measure/schema.py, and the headings that clerks use.

`unit_name` is what exports have instead of a code: it stands for one and isn't kept. One that was neither
sent nor forwarded on any day is of no period, and is refused.
"""

_STEPS = ("refused_at", "supplement_asked_at", "resolved_at", "published_at")
_CLOSED = {"refused": "refused_at", "resolved": "resolved_at", "published": "resolved_at"}
_OPEN = ("waiting", "handling", "supplement")


def _wrong(row: Mapping[str, Any]) -> Wrong:
    """What can't be of a petition: the column, and why."""
    started: datetime = row["sent_at"] or row["forwarded_at"]
    for name in ("sent_at", "forwarded_at", *_STEPS):
        if row[name] is None:
            continue
        if still_to_come(row[name]):
            return name, say("ngày này chưa đến.", "this day is still to come.")
        # A cell may have the day alone: days are what can be told apart.
        if day_in_vietnam(row[name]) < day_in_vietnam(started):
            return name, _BEFORE_IT_CAME
    return _unpublished(row) or _at_odds(row)


_BEFORE_IT_CAME = say("trước ngày gửi phản ánh, kiến nghị.", "before the petition was sent.")


def _unpublished(row: Mapping[str, Any]) -> Wrong:
    ended: datetime | None = row["resolved_at"] or row["refused_at"]
    if row["published_at"] is None:
        return None
    if ended is None:
        return "published_at", say(
            "có ngày công khai mà không có ngày xử lý xong.", "published, but on no day resolved."
        )
    if day_in_vietnam(row["published_at"]) < day_in_vietnam(ended):
        return "published_at", say("công khai trước ngày xử lý xong.", "published before it was resolved.")
    return None


def _at_odds(row: Mapping[str, Any]) -> Wrong:
    """A status that its moments contradict: which of the two holds, only the sender knows."""
    status = row["status"]
    if (ended := _CLOSED.get(status)) is not None and row[ended] is None:
        return ended, say(
            "trạng thái là đã kết thúc mà không có ngày; ghi ngày xử lý xong hoặc ngày từ chối.",
            "the status says that it ended, but no day does; write the day.",
        )
    if status in _OPEN and (closed := next((n for n in ("resolved_at", "refused_at") if row[n]), None)):
        return "status", say(
            "trạng thái là chưa xử lý xong mà cột “{column}” đã có ngày.",
            "the status says that it is open, but {column} has a day.",
            column=Text(PETITION_COLUMNS[closed].words[1], closed),
        )
    return None


_RULE = RowRule(lambda row: str(row["petition"]), _wrong)


def read_petitions(name: str, data: bytes, choice: Choice = NO_CHOICE) -> Records:
    """The petitions of a file. Raises SourceError where it is no such table."""
    return _with_names(read_table(name, data, PETITION_COLUMNS, choice, rule=_RULE))


def read_petition_items(items: Sequence[object]) -> Records:
    """The petitions of decoded JSON."""
    return _with_names(read_items(items, PETITION_COLUMNS, _RULE))


def _with_names(found: Records) -> Records:
    """The names of units beside the records: what is kept has codes alone."""
    batch = found.batch
    columns = (batch.column(name).to_pylist() for name in ("petition", "unit", "unit_name"))
    named = tuple((key, name) for key, unit, name in zip(*columns, strict=True) if name and unit is None)
    kept = [name for name in batch.schema.names if name != "unit_name"]
    return replace(found, batch=batch.select(kept), named=named)
