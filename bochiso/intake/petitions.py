"""Petitions (phản ánh, kiến nghị): when each was sent and handled, about what, and how it ended.

Who sent it, how to reach them and what they wrote are not read.
"""

import re
from typing import Any

from bochiso.intake.dossier_columns import MOMENT
from bochiso.intake.dossiers import dossier_number, sender_code
from bochiso.intake.records import FLAG, TEXT, UNREAD, Column, Records, flag, moment, one_of, read_table

_PETITION = re.compile(r"(?!0\d{9}$|\d{12}$)(?=.*\d)[0-9A-Za-z][0-9A-Za-z./_-]{0,39}")

_ABOUT: dict[str, str | None] = {
    "rules": "procedure", "other": None, "khác": None,
    "procedure": "procedure", "quy định": "procedure", "quy định hành chính": "procedure",
    "thủ tục hành chính": "procedure", "TTHC": "procedure",
    "staff": "staff", "cán bộ": "staff", "hành vi hành chính": "staff", "cán bộ, công chức": "staff",
    "thái độ cán bộ": "staff", "thái độ phục vụ": "staff",
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
    "petition": Column(TEXT, _petition, ("mã phản ánh", "mã PAKN", "mã phản ánh, kiến nghị", "mã")),
    "unit": Column(TEXT, _unit, ("mã đơn vị", "mã cơ quan", "mã đơn vị xử lý", "mã định danh")),
    "dossier": Column(TEXT, _dossier, ("mã hồ sơ", "số hồ sơ", "MaHoSo")),
    "about": Column(
        TEXT, one_of(_ABOUT), ("classification", "loại", "loại phản ánh", "nội dung về", "phân loại")
    ),
    "sent_at": Column(MOMENT, moment, ("sent", "ngày gửi", "thời điểm gửi"), unless="forwarded_at"),
    "forwarded_at": Column(
        MOMENT, moment, ("forwarded", "ngày chuyển", "thời điểm chuyển", "ngày chuyển xử lý")
    ),
    "refused_at": Column(MOMENT, moment, ("refused", "ngày từ chối", "thời điểm từ chối")),
    "supplement_asked_at": Column(MOMENT, moment, ("ngày yêu cầu bổ sung", "thời điểm yêu cầu bổ sung")),
    "resolved_at": Column(MOMENT, moment, ("resolved", "ngày xử lý", "ngày giải quyết", "ngày trả lời")),
    "published_at": Column(MOMENT, moment, ("published", "ngày công khai", "thời điểm công khai")),
    "disliked": Column(FLAG, _disliked, ("rating", "đánh giá", "không hài lòng", "đánh giá không hài lòng")),
    "repeated": Column(FLAG, flag, ("phản ánh lại", "gửi lại", "lặp lại")),
}
"""A table of petitions: names as in measure/schema.py, and the headings that clerks use.

One that was neither sent nor forwarded on any day is of no period, and is refused.
"""


def read_petitions(name: str, data: bytes) -> Records:
    """The petitions of a file. Raises SourceError where it is no such table."""
    return read_table(name, data, PETITION_COLUMNS)
