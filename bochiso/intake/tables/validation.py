"""Figures that can't be true, whatever table they stand in."""

from dataclasses import dataclass
from decimal import Decimal

from bochiso.intake.formats.numbers import tidy
from bochiso.text import Text, say

MAX_COUNT = 10**9
"""No office counts so many: the whole country had 11,722,823 dossiers in the first nine months of 2026."""


@dataclass(frozen=True)
class RowFault:
    """Why a row can't be used, and the name of the column where it shows."""

    reason: Text
    column: str | None = None


def absurd_count(value: int) -> Text:
    """Why a count can't be true."""
    return say(
        "{value} lớn bất thường (vượt {most}); kiểm tra lại dấu phân cách hàng nghìn.",
        "{value} is beyond all measure (above {most}); look at the thousands separators.",
        value=value,
        most=MAX_COUNT,
    )


def count_fault(
    top: int | None, bottom: int | None, names: tuple[str, str] = ("numerator", "denominator")
) -> RowFault | None:
    """Why a numerator and a denominator can't both be true, under the columns that hold them."""
    for value, name in zip((top, bottom), names, strict=True):
        if value is not None and value < 0:
            return RowFault(negative(value), name)
    if top is None and bottom is None:
        return None
    if bottom is None:
        reason = say("có tử số mà không có mẫu số.", "there is a numerator and no denominator.")
        return RowFault(reason, names[1])
    if top is None:
        reason = say("có mẫu số mà không có tử số.", "there is a denominator and no numerator.")
        return RowFault(reason, names[0])
    if top > bottom:
        reason = say(
            "tử số {top} lớn hơn mẫu số {bottom}; kiểm tra lại hai số.",
            "the numerator {top} is above the denominator {bottom}; check both.",
            top=top,
            bottom=bottom,
        )
        return RowFault(reason, names[0])
    return RowFault(absurd_count(bottom), names[1]) if bottom > MAX_COUNT else None


def mean_fault(top: Decimal | int | None, bottom: int | None) -> RowFault | None:
    """Why a mean, alone in the numerator or over the number of dossiers, can't be true."""
    for value, name in ((top, "numerator"), (bottom, "denominator")):
        if value is not None and value < 0:
            return RowFault(negative(value), name)
    if top is None and bottom is not None:
        return RowFault(say("thiếu số trung bình.", "the mean is missing."), "numerator")
    return None


def points_fault(value: Decimal | None, most: Decimal, name: str) -> RowFault | None:
    """Why points can't be true: below 0 or above their maximum."""
    if value is None:
        return None
    if value < 0:
        return RowFault(negative(value), name)
    if value > most and name == "total":
        reason = say(
            "tổng điểm {value} vượt mức tối đa {most} điểm.",
            "a total of {value} points is above the maximum of {most}.",
            value=tidy(value),
            most=tidy(most),
        )
        return RowFault(reason, name)
    if value > most:
        reason = say(
            "{value} điểm vượt mức tối đa {most} điểm; nếu là tỷ lệ %, hãy nạp theo loại “Tỷ lệ theo nhóm "
            "chỉ số” (rates).",
            "{value} points are above the maximum of {most}; if it is a rate, import it as rates.",
            value=tidy(value),
            most=tidy(most),
        )
        return RowFault(reason, name)
    return None


def negative(value: Decimal | int) -> Text:
    """Why a number below 0 can't be true."""
    shown = tidy(value) if isinstance(value, Decimal) else value
    return say("{value} là số âm.", "{value} is negative.", value=shown)
