"""Procedures as a province lists them, and lists of units: one row each."""

import re
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from bochiso.intake.dossiers import procedure_code, sender_code
from bochiso.intake.records import (
    DAY,
    FLAG,
    NUMBER,
    TEXT,
    UNREAD,
    Column,
    Records,
    day,
    flag,
    one_of,
    read_table,
    whole_number,
    words,
)  # fmt: skip
from bochiso.rules.lateness import HOURS_OF_A_DAY
from bochiso.units.codes import parse_level
from bochiso.units.model import Level
from bochiso.units.tops import province_of

_AUTHORITY = {
    "province": "province", "tỉnh": "province", "cấp tỉnh": "province", "UBND tỉnh": "province",
    "department": "department", "sở": "department", "sở, ban, ngành": "department", "sở, ngành": "department",
    "district": "district", "huyện": "district", "cấp huyện": "district", "UBND cấp huyện": "district",
    "commune": "commune", "xã": "commune", "cấp xã": "commune", "UBND cấp xã": "commune",
    "xã, phường": "commune", "xã, phường, đặc khu": "commune",
}  # fmt: skip

_ONLINE = {
    "none": "none", "không": "none", "cung cấp thông tin": "none", "2": "none",
    "partial": "partial", "một phần": "partial", "DVC trực tuyến một phần": "partial", "3": "partial",
    "dịch vụ công trực tuyến một phần": "partial",
    "full": "full", "toàn trình": "full", "DVC trực tuyến toàn trình": "full", "4": "full",
    "dịch vụ công trực tuyến toàn trình": "full",
}  # fmt: skip


def _code(cell: Any) -> Any:
    return procedure_code(str(cell)) or UNREAD


def _province(cell: Any) -> Any:
    code = sender_code(str(cell))
    return code if code is not None and province_of(code) == code else UNREAD


_PRINTED_FOR = re.compile(r"[0-9]\.[0-9]{6}\.[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.(H[0-9]{2})")


def _printed_for(cell: Any) -> str | None:
    """The province that a procedure's code was printed for: 1.000656.000.00.00.H15."""
    found = _PRINTED_FOR.fullmatch(str(cell).strip().upper())
    return found[1] if found else None


def _fee(cell: Any) -> Any:
    """Yes or no, or the fee in đồng: "50.000"."""
    known = flag(cell)
    if known is not UNREAD:
        return known
    digits = re.sub(r"[., ]|đồng|đ$", "", str(cell).strip())
    return int(digits) > 0 if digits.isascii() and digits.isdecimal() else UNREAD


def _days(cell: Any) -> Any:
    days = whole_number(cell)
    return days if days is UNREAD or days <= _LONGEST_DAYS else UNREAD


def _unit(cell: Any) -> Any:
    return sender_code(str(cell)) or UNREAD


def _level(cell: Any) -> Any:
    level = parse_level(str(cell))
    return UNREAD if level is None else Level(level).value


_LIMIT = re.compile(
    r"(?:không quá |tối đa |trong )*(\d{1,3})(?: \([^)]*\))? (ngày làm việc|ngày|giờ làm việc|giờ)"
)
_OFFICE_HOURS = 8  # a working day
_LONGEST_DAYS = 999


def _time_limit(cell: Any) -> Any:
    """A limit as publications word it: how much, and of what.

    >>> _time_limit("05 ngày làm việc"), _time_limit("Không quá 24 giờ")
    ({'working_days': 5}, {'maximum_hours': 24})
    """
    found = _LIMIT.fullmatch(" ".join(str(cell).lower().split()).rstrip("."))
    if found is None:
        return UNREAD
    amount, unit = int(found[1]), found[2]
    if unit == "giờ làm việc":
        return {"working_days": -(-amount // _OFFICE_HOURS)}
    if unit == "ngày làm việc":
        return {"working_days": amount}
    return {"maximum_hours": amount * (HOURS_OF_A_DAY if unit == "ngày" else 1)}


_WORDED = pa.struct([("working_days", NUMBER), ("maximum_hours", NUMBER)])

PROCEDURE_COLUMNS = {
    "procedure": Column(TEXT, _code, ("mã thủ tục", "mã TTHC", "mã thủ tục hành chính", "MaTTHC", "mã")),
    "province": Column(
        TEXT,
        _province,
        ("mã tỉnh", "tỉnh", "mã tỉnh, thành phố"),
        beside=("procedure", _printed_for),
        identity=True,
    ),
    "name": Column(
        TEXT, words, ("procedure_name", "tên thủ tục", "tên TTHC", "tên thủ tục hành chính", "TenTTHC")
    ),
    "authority": Column(TEXT, one_of(_AUTHORITY), ("cấp thực hiện", "cấp giải quyết", "thẩm quyền")),
    "office": Column(TEXT, _unit, ("cơ quan giải quyết", "đơn vị giải quyết", "mã cơ quan giải quyết")),
    "fee": Column(FLAG, _fee, ("có phí", "có phí, lệ phí", "phí, lệ phí", "có thu phí, lệ phí")),
    "payment_integrated": Column(
        FLAG,
        flag,
        ("portal_payment", "tích hợp thanh toán", "tích hợp thanh toán trực tuyến", "đã tích hợp thanh toán"),
    ),
    "returns_document": Column(
        FLAG, flag, ("trả kết quả", "có kết quả", "có trả kết quả", "có giấy tờ kết quả")
    ),
    "online_level": Column(
        TEXT,
        one_of(_ONLINE),
        ("online", "mức độ trực tuyến", "mức độ", "mức độ cung cấp", "mức độ DVC trực tuyến"),
    ),
    "open_to_citizens": Column(
        FLAG, flag, ("citizens", "đối tượng là công dân", "công dân", "dành cho công dân")
    ),
    "population_connected": Column(
        FLAG, flag, ("kết nối CSDL dân cư", "kết nối dữ liệu dân cư", "kết nối CSDLQG về dân cư")
    ),
    "content_full": Column(FLAG, flag, ("đủ nội dung", "công khai đầy đủ", "đầy đủ nội dung")),
    "maximum_hours": Column(NUMBER, whole_number, ("thời hạn (giờ)", "thời hạn giải quyết (giờ)")),
    "working_days": Column(
        NUMBER,
        _days,
        ("thời hạn (ngày làm việc)", "thời hạn giải quyết (ngày làm việc)", "số ngày làm việc"),
    ),
    "max_days": Column(NUMBER, _days, ("thời hạn (ngày)", "thời hạn giải quyết (ngày)")),
    "time_limit": Column(_WORDED, _time_limit, ("thời hạn", "thời hạn giải quyết", "thời gian giải quyết")),
    "decided_on": Column(
        DAY, day, ("decided", "ngày quyết định", "ngày ký quyết định công bố", "ngày ký"), identity=True
    ),
    "effective_on": Column(DAY, day, ("effective", "ngày hiệu lực", "ngày có hiệu lực")),
    "entered_on": Column(
        DAY, day, ("entered", "ngày nhập CSDL", "ngày công khai", "ngày cập nhật CSDL quốc gia")
    ),
    "mistaken": Column(FLAG, flag, ("ghi nhầm", "quyết định ghi nhầm")),
}
"""A table of procedures: names as in measure/schema.py, and the headings that clerks use.

The longest time: `maximum_hours`, `max_days` (days of the calendar), `working_days`, or `time_limit`
as the publication words it ("05 ngày làm việc", "24 giờ"; hours of work count as the working days
that they reach into). Where a table gives several, working days hold.

Each decision that published a procedure has a row of its own, known by its day; `mistaken` takes back
one that was never signed.
"""

UNIT_COLUMNS = {
    "unit": Column(TEXT, _unit, ("mã", "mã đơn vị", "mã định danh", "mã cơ quan", "code", "unit code")),
    "name": Column(TEXT, words, ("tên", "tên đơn vị", "tên cơ quan", "unit_name", "đơn vị", "cơ quan")),
    "level": Column(TEXT, _level, ("cấp", "cấp đơn vị", "cấp hành chính")),
    "parent": Column(TEXT, _unit, ("mã cấp trên", "mã đơn vị cấp trên", "đơn vị cấp trên", "parent code")),
}
"""A list of units."""


def read_procedures(name: str, data: bytes) -> Records:
    """The procedures of a file. Raises SourceError where it is no such table."""
    return with_limits(read_table(name, data, PROCEDURE_COLUMNS))


def with_limits(found: Records) -> Records:
    """Procedures as facts have them: the longest time in one of two columns."""
    worded = found.batch.column("time_limit")
    days = pc.coalesce(found.batch.column("working_days"), pc.struct_field(worded, "working_days"))
    hours = pc.coalesce(
        found.batch.column("maximum_hours"),
        pc.multiply(found.batch.column("max_days"), HOURS_OF_A_DAY),
        pc.struct_field(worded, "maximum_hours"),
    )
    batch = found.batch.drop_columns(["max_days", "time_limit"])
    for name, values in (("working_days", days), ("maximum_hours", hours)):
        batch = batch.set_column(batch.schema.get_field_index(name), name, values)
    return replace(found, batch=batch)


def read_units(name: str, data: bytes) -> Records:
    """The units of a file. Raises SourceError where it is no such table."""
    return read_table(name, data, UNIT_COLUMNS)
