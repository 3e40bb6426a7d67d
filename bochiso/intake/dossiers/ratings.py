"""Ratings of dossiers (đánh giá mức độ hài lòng): which one, when, and how; never by whom."""

from collections.abc import Mapping, Sequence
from typing import Any

from bochiso.intake.dossiers.records import (
    TEXT,
    UNREAD,
    RecordColumn,
    Records,
    RowRule,
    Wrong,
    accepted,
    moment,
    one_of,
    read_items,
    read_table,
    still_to_come,
)
from bochiso.intake.headings.column_choice import NO_CHOICE, Choice
from bochiso.intake.messages.dossier_numbers import dossier_number
from bochiso.intake.messages.message_columns import MOMENT
from bochiso.intake.tables.named_rows import Must
from bochiso.measure.schema import DISSATISFIED, NEUTRAL, SATISFIED
from bochiso.text import say

_RATINGS = {
    "satisfied": SATISFIED, "hài lòng": SATISFIED, "rất hài lòng": SATISFIED,
    "neutral": NEUTRAL, "bình thường": NEUTRAL,
    "dissatisfied": DISSATISFIED, "không hài lòng": DISSATISFIED, "rất không hài lòng": DISSATISFIED,
    "chưa hài lòng": DISSATISFIED,
}  # fmt: skip
"""Words for a rating; numbers of stars or points mean one thing here and another there, and aren't taken."""


def _dossier(cell: Any) -> Any:
    return dossier_number(str(cell)) or UNREAD


RATING_COLUMNS = {
    "dossier": RecordColumn(TEXT, _dossier, ("mã hồ sơ", "số hồ sơ", "MaHoSo", "mã số hồ sơ")),
    "rated_at": RecordColumn(
        MOMENT,
        moment,
        ("ngày đánh giá", "thời điểm đánh giá", "thời gian đánh giá", "ngày giờ đánh giá"),
    ),
    "rating": RecordColumn(
        TEXT,
        one_of(_RATINGS),
        (
            "đánh giá",
            "mức độ hài lòng",
            "kết quả đánh giá",
            "mức đánh giá",
            "mức độ đánh giá",
            "đánh giá mức độ hài lòng",
        ),
        accepted(_RATINGS),
    ),
}
"""A table of ratings: names as in measure/schema.py, and the headings that clerks use."""

_MUST = (Must(("rated_at",)), Must(("rating",)))
_MISSING = say("thiếu giá trị ở cột này.", "there is nothing in this column.")


def _wrong(row: Mapping[str, Any]) -> Wrong:
    for name in ("rated_at", "rating"):
        if row[name] is None:
            return name, _MISSING
    if still_to_come(row["rated_at"]):
        return "rated_at", say("ngày này chưa đến.", "this day is still to come.")
    return None


def _identity(row: Mapping[str, Any]) -> str:
    return f"{row['dossier']} {row['rated_at']}"


_RULE = RowRule(_identity, _wrong)


def read_ratings(name: str, data: bytes, choice: Choice = NO_CHOICE) -> Records:
    """The ratings of a file. Raises SourceError where it is no such table."""
    return read_table(name, data, RATING_COLUMNS, choice, _MUST, _RULE)


def read_rating_items(items: Sequence[object]) -> Records:
    """The ratings of decoded JSON."""
    return read_items(items, RATING_COLUMNS, _RULE)
