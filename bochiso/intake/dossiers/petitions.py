"""Petitions (phản ánh, kiến nghị): when each was sent and handled, about what, and how it ended.

Who sent it, how to reach them and what they wrote are not read.
"""

import re
from typing import Any

from bochiso.intake.dossiers.records import (
    FLAG,
    TEXT,
    UNREAD,
    RecordColumn,
    Records,
    accepted,
    flag,
    moment,
    one_of,
    read_table,
)
from bochiso.intake.messages.items import dossier_number, sender_code
from bochiso.intake.messages.message_columns import MOMENT
from bochiso.intake.tables.column_choice import NO_CHOICE, Choice

_PETITION = re.compile(r"(?!0\d{9}$|\d{12}$)(?=.*\d)[0-9A-Za-z][0-9A-Za-z./_-]{0,39}")

_ABOUT: dict[str, str | None] = {
    "rules": "procedure", "other": None, "khác": None,
    "procedure": "procedure", "quy định": "procedure", "quy định hành chính": "procedure",
    "thủ tục hành chính": "procedure", "TTHC": "procedure", "về quy định hành chính": "procedure",
    "phản ánh về quy định hành chính": "procedure",
    "staff": "staff", "hành vi hành chính": "staff", "cán bộ": "staff", "hành vi": "staff",
    "cán bộ, công chức": "staff", "thái độ cán bộ": "staff", "thái độ phục vụ": "staff",
    "về hành vi hành chính": "staff", "phản ánh về hành vi hành chính": "staff",
}  # fmt: skip


def _petition(cell: Any) -> Any:
    text = str(cell).strip()
    return text if _PETITION.fullmatch(text) else UNREAD


def _unit(cell: Any) -> Any:
    return sender_code(str(cell)) or UNREAD


def _dossier(cell: Any) -> Any:
    return dossier_number(str(cell)) or UNREAD


_RATING = {
    "satisfied": False, "hài lòng": False, "rất hài lòng": False, "bình thường": False,
    "dissatisfied": True, "không hài lòng": True,
}  # fmt: skip
_rating = one_of(_RATING)


def _disliked(cell: Any) -> Any:
    """A rating, or whether it was bad."""
    known = _rating(cell)
    return flag(cell) if known is UNREAD else known


PETITION_COLUMNS = {
    "petition": RecordColumn(TEXT, _petition, ("mã phản ánh", "mã PAKN", "mã phản ánh, kiến nghị", "mã")),
    "unit": RecordColumn(TEXT, _unit, ("mã đơn vị", "mã cơ quan", "mã đơn vị xử lý", "mã định danh")),
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
        MOMENT, moment, ("sent", "ngày gửi", "thời điểm gửi", "ngày phản ánh"), unless="forwarded_at"
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

One that was neither sent nor forwarded on any day is of no period, and is refused.
"""


def read_petitions(name: str, data: bytes, choice: Choice = NO_CHOICE) -> Records:
    """The petitions of a file. Raises SourceError where it is no such table."""
    return read_table(name, data, PETITION_COLUMNS, choice)
