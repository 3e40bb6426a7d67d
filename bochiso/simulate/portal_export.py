"""The portal's own list of a simulated province's dossiers: faults of synchronisation, and their truth."""

import re
from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from bochiso.simulate.dice import Dice
from bochiso.simulate.lives import DONE, FILED, RETURNED, Life, due_at, lives, status_at
from bochiso.simulate.offices import SimulatedProvince, build_province
from bochiso.simulate.people import FIRMS, NAMES
from bochiso.simulate.rhythm import DAY, Rhythm

MISSING_THERE, MISSING_HERE, DIFFERS = "missing_there", "missing_here", "differs"

COLUMNS = (
    "STT", "Mã hồ sơ", "Mã TTHC", "Tên tổ chức, cá nhân", "Mã đơn vị", "Trạng thái", "Ngày nộp",
    "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày kết thúc xử lý", "Ngày trả kết quả", "Hình thức nộp",
    "Thanh toán trực tuyến", "Kết quả điện tử",
)  # fmt: skip
"""Headings of the list, as exports have them."""

_STATUSES = (
    "", "Mới đăng ký", "Được tiếp nhận", "Không được tiếp nhận", "Đang xử lý", "Yêu cầu bổ sung giấy tờ",
    "Yêu cầu thực hiện nghĩa vụ tài chính", "Công dân yêu cầu rút hồ sơ", "Dừng xử lý", "Đã xử lý xong",
    "Đã trả kết quả",
)  # fmt: skip
_CHANNELS = ("", "Trực tiếp", "Trực tuyến", "Bưu chính công ích")

# Of 1,000 dossiers: where each fault begins; the rest are as their systems sent them.
_MISSING, _STALE, _LATE, _DUE, _CHANNEL, _UNPAID, _NO_RESULT, _PROCEDURE, _UNIT, _EXTRA = (
    8, 14, 18, 21, 24, 28, 32, 34, 36, 39
)  # fmt: skip
_OLD_FORM = 500  # from here on up to _OLD_FORM_END the list has the number in the form of before
_OLD_FORM_END = 530
_TWO_PARTS = re.compile(r"([A-Z][0-9]{2})\.([0-9]{2})")

Row = dict[str, str]


class SyncFault(Struct, frozen=True):
    """A planted fault: which dossier, in what way, and in which fields it differs."""

    dossier: str
    unit: str
    kind: str
    fields: frozenset[str] = frozenset()


def portal_rows(life: Life, province: SimulatedProvince) -> tuple[list[Row], SyncFault | None]:
    """The rows that the portal has of a dossier at the end of the simulated days, and what is wrong there.

    None of it follows from chance: the same province and seed give the same faults.
    """
    rhythm = province.rhythm
    drawn = Dice("portal list", province.seed, life.number).between(0, 999)
    row = _row(life, rhythm)
    unit, number = life.office.unit.code, life.number
    if drawn < _MISSING:
        counted = status_at(life, rhythm.end) != FILED
        return [], SyncFault(number, unit, MISSING_THERE) if counted else None
    if drawn < _UNIT and status_at(life, rhythm.end) != FILED:
        fields = _spoil(row, life, province, drawn)
        return [row], SyncFault(number, unit, DIFFERS, frozenset(fields)) if fields else None
    if drawn < _EXTRA and status_at(life, rhythm.end) != FILED:
        desk, day, _ = number.split("-")
        other = row | {"Mã hồ sơ": f"{desk}-{day}-9{life.key:06d}"}
        return [row, other], SyncFault(other["Mã hồ sơ"], unit, MISSING_HERE)
    if _OLD_FORM <= drawn < _OLD_FORM_END:
        row["Mã hồ sơ"] = _old_form(number)
    return [row], None


def portal_truth(province: str, n: int, seed: int, first_day: date, last_day: date) -> list[SyncFault]:
    """The faults of the list that `write_province` writes. Raises ComputeError."""
    made = build_province(province, seed, Rhythm(first_day, last_day))
    return [fault for life in lives(made, n) if (fault := portal_rows(life, made)[1]) is not None]


def titles(rhythm: Rhythm) -> Iterator[str]:
    """What stands above the headings."""
    yield "DANH SÁCH HỒ SƠ TRÊN CỔNG DỊCH VỤ CÔNG QUỐC GIA"
    yield f"Từ ngày {rhythm.first:%d/%m/%Y} đến ngày {rhythm.last:%d/%m/%Y}"


def _row(life: Life, rhythm: Rhythm) -> Row:
    """A dossier as the portal has it where all is well."""
    course, end = life.course, rhythm.end
    closed, returned = 0 < course.closed <= end, 0 < course.returned <= end
    name = NAMES[life.key % len(NAMES)] if life.citizen else FIRMS[life.key % len(FIRMS)]
    paid = life.payment and course.paid_at <= end
    values = (
        "", life.number, life.procedure.code, name, life.number.partition("-")[0],
        _STATUSES[status_at(life, end)], _shown(life.filed, rhythm), _shown(life.received, rhythm),
        _shown(due_at(life, end) if life.due_named else 0, rhythm),
        _shown(course.closed if closed else 0, rhythm), _shown(course.returned if returned else 0, rhythm),
        _CHANNELS[life.channel], "Đã thanh toán trực tuyến" if paid else "",
        "Có" if closed and life.procedure.document and life.result else "",
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _shown(moment: int, rhythm: Rhythm) -> str:
    if not moment:
        return ""
    text = rhythm.text(moment)
    return f"{text[6:8]}/{text[4:6]}/{text[:4]} {text[8:10]}:{text[10:12]}:{text[12:]}"


def _spoil(row: Row, life: Life, province: SimulatedProvince, drawn: int) -> list[str]:
    """Have the portal differ in one way; the fields in which it does, none where that can't be."""
    course, end = life.course, province.rhythm.end
    if drawn < _STALE:
        if status_at(life, end) not in (DONE, RETURNED):
            return []
        fields = ["status", "done_at"] + ["returned_at"] * bool(row["Ngày trả kết quả"])
        row |= {"Trạng thái": _STATUSES[4], "Ngày kết thúc xử lý": "", "Ngày trả kết quả": ""}
        return fields
    if drawn < _LATE:
        later = course.closed + DAY
        return _change(row, "Ngày kết thúc xử lý", "done_at", _shown(later, province.rhythm), later <= end)
    if drawn < _DUE:
        earlier = _shown(due_at(life, end) - DAY, province.rhythm)
        return _change(row, "Ngày hẹn trả", "due_at", earlier)
    if drawn < _CHANNEL:
        other = _CHANNELS[1 if life.channel == 2 else 2]
        return _change(row, "Hình thức nộp", "channel", other)
    if drawn < _UNPAID:
        return _change(row, "Thanh toán trực tuyến", "paid_online", "")
    if drawn < _NO_RESULT:
        return _change(row, "Kết quả điện tử", "result_file", "")
    if drawn < _PROCEDURE:
        others = [each.code for each in life.office.procedures if each.code != life.procedure.code]
        return _change(row, "Mã TTHC", "procedure", others[0] if others else "", bool(others))
    office = next(each for each in province.offices if each.unit.code != life.office.unit.code)
    return _change(row, "Mã đơn vị", "unit", office.unit.code)


def _change(row: Row, column: str, name: str, value: str, possible: bool = True) -> list[str]:
    """Put another value where there is one."""
    if not (possible and row[column]):
        return []
    row[column] = value
    return [name]


def _old_form(number: str) -> str:
    """A number as it was written before 2025, where its unit's code has such a form."""
    front, _, rest = number.partition("-")
    found = _TWO_PARTS.fullmatch(front)
    return f"000.00.{found[2]}.{found[1]}-{rest}" if found else number
