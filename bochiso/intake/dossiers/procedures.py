"""Procedures as a province lists them, and lists of units: one row each."""

import re
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from bochiso.intake.dossiers.records import (
    DAY,
    FLAG,
    NUMBER,
    TEXT,
    UNREAD,
    RecordColumn,
    Records,
    accepted,
    day,
    flag,
    one_of,
    read_table,
    whole_number,
    words,
)
from bochiso.intake.headings.column_choice import NO_CHOICE, Choice
from bochiso.intake.messages.dossier_numbers import procedure_code, sender_code
from bochiso.intake.tables.named_rows import Must
from bochiso.rules.lateness import HOURS_OF_A_DAY
from bochiso.units.codes import fold, guess_level, parse_level
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
    if fold(str(cell)).strip(" .") in _FREE:
        return False
    digits = re.sub(r"[., ]|đồng|đ$", "", str(cell).strip())
    return int(digits) > 0 if digits.isascii() and digits.isdecimal() else UNREAD


_FREE = frozenset({
    "khong thu", "khong thu phi", "khong thu phi le phi", "khong thu phi, le phi", "khong co", "khong co phi",
    "khong phi", "mien phi", "free",
})  # fmt: skip
"""How lists write that nothing is to be paid."""


def _days(cell: Any) -> Any:
    days = whole_number(cell)
    return days if days is UNREAD or days <= _LONGEST_DAYS else UNREAD


def _unit(cell: Any) -> Any:
    return sender_code(str(cell)) or UNREAD


def _level(cell: Any) -> Any:
    level = parse_level(str(cell))
    if level is None:
        return _OF_PROVINCE if fold(str(cell)) in ("cap tinh", "cap thanh pho") else UNREAD
    return Level(level).value


_OF_PROVINCE = "cấp tỉnh"
"""A province or an office of one: the unit's code and name say which."""


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
    "procedure": RecordColumn(
        TEXT, _code, ("mã thủ tục", "mã TTHC", "mã thủ tục hành chính", "MaTTHC", "mã")
    ),
    "province": RecordColumn(
        TEXT,
        _province,
        ("mã tỉnh", "tỉnh", "mã tỉnh, thành phố"),
        beside=("procedure", _printed_for),
        identity=True,
    ),
    "name": RecordColumn(
        TEXT, words, ("procedure_name", "tên thủ tục", "tên TTHC", "tên thủ tục hành chính", "TenTTHC")
    ),
    "field_name": RecordColumn(TEXT, words, ("lĩnh vực", "tên lĩnh vực", "ngành, lĩnh vực", "TenLinhVuc")),
    "authority": RecordColumn(
        TEXT,
        one_of(_AUTHORITY),
        ("cấp thực hiện", "cấp giải quyết", "thẩm quyền", "thẩm quyền giải quyết", "cấp thẩm quyền"),
        accepted(_AUTHORITY),
    ),
    "office": RecordColumn(TEXT, _unit, ("cơ quan giải quyết", "đơn vị giải quyết", "mã cơ quan giải quyết")),
    "fee": RecordColumn(
        FLAG,
        _fee,
        ("có phí", "có phí, lệ phí", "phí, lệ phí", "có thu phí, lệ phí"),
        "“có”, “không”, “50.000 đồng”",
    ),
    "payment_integrated": RecordColumn(
        FLAG,
        flag,
        ("portal_payment", "tích hợp thanh toán", "tích hợp thanh toán trực tuyến", "đã tích hợp thanh toán"),
    ),
    "returns_document": RecordColumn(
        FLAG, flag, ("trả kết quả", "có kết quả", "có trả kết quả", "có giấy tờ kết quả")
    ),
    "online_level": RecordColumn(
        TEXT,
        one_of(_ONLINE),
        (
            "online",
            "mức độ trực tuyến",
            "mức độ",
            "mức độ cung cấp",
            "mức độ DVC trực tuyến",
            "mức độ DVC",
            "mức độ dịch vụ công",
            "mức độ dịch vụ công trực tuyến",
            "mức độ cung cấp DVC",
            "mức độ cung cấp dịch vụ công trực tuyến",
            "loại DVC",
        ),
        accepted(_ONLINE),
    ),
    "open_to_citizens": RecordColumn(
        FLAG, flag, ("citizens", "đối tượng là công dân", "công dân", "dành cho công dân")
    ),
    "population_connected": RecordColumn(
        FLAG, flag, ("kết nối CSDL dân cư", "kết nối dữ liệu dân cư", "kết nối CSDLQG về dân cư")
    ),
    "content_full": RecordColumn(FLAG, flag, ("đủ nội dung", "công khai đầy đủ", "đầy đủ nội dung")),
    "maximum_hours": RecordColumn(NUMBER, whole_number, ("thời hạn (giờ)", "thời hạn giải quyết (giờ)")),
    "working_days": RecordColumn(
        NUMBER,
        _days,
        ("thời hạn (ngày làm việc)", "thời hạn giải quyết (ngày làm việc)", "số ngày làm việc"),
    ),
    "max_days": RecordColumn(NUMBER, _days, ("thời hạn (ngày)", "thời hạn giải quyết (ngày)")),
    "time_limit": RecordColumn(
        _WORDED, _time_limit, ("thời hạn", "thời hạn giải quyết", "thời gian giải quyết")
    ),
    "decided_on": RecordColumn(
        DAY,
        day,
        (
            "decided",
            "ngày quyết định",
            "ngày ký quyết định công bố",
            "ngày ký",
            "ngày quyết định công bố",
            "ngày QĐ công bố",
            "ngày QĐ",
            "ngày ký QĐ công bố",
            "ngày ký quyết định",
            "ngày ban hành",
            "ngày ban hành quyết định công bố",
            "ngày công bố",
            "ngày ban hành quyết định",
        ),
        identity=True,
    ),
    "effective_on": RecordColumn(
        DAY,
        day,
        (
            "effective",
            "ngày hiệu lực",
            "ngày có hiệu lực",
            "ngày hiệu lực thi hành",
            "hiệu lực từ ngày",
        ),
    ),
    "entered_on": RecordColumn(
        DAY,
        day,
        (
            "entered",
            "ngày nhập CSDL",
            "ngày công khai",
            "ngày cập nhật CSDL quốc gia",
            "ngày công khai trên CSDLQG",
            "ngày công khai trên CSDL quốc gia",
            "ngày nhập CSDLQG",
            "ngày cập nhật CSDLQG",
            "ngày công khai trên Cổng",
            "ngày đăng tải",
            "ngày công khai trên CSDLQG về TTHC",
            "ngày công khai trên cơ sở dữ liệu quốc gia",
        ),
    ),
    "mistaken": RecordColumn(FLAG, flag, ("ghi nhầm", "quyết định ghi nhầm")),
}
"""A table of procedures: names as in measure/schema.py, and the headings that clerks use.

The longest time: `maximum_hours`, `max_days` (days of the calendar), `working_days`, or `time_limit`
as the publication words it ("05 ngày làm việc", "24 giờ"; hours of work count as the working days
that they reach into). Where a table gives several, working days hold.

Each decision that published a procedure has a row of its own, known by its day; `mistaken` takes back
one that was never signed.
"""

_DECIDED = Must(("decided_on",), frozenset({"effective_on", "entered_on"}))
"""What tells of publications is of no use without the day of the decision."""

_LEVELS = "“tỉnh”, “sở, ban, ngành”, “huyện”, “xã, phường, đặc khu” (province, department, district, commune)"

UNIT_COLUMNS = {
    "unit": RecordColumn(
        TEXT,
        _unit,
        (
            "mã",
            "mã đơn vị",
            "mã định danh",
            "mã cơ quan",
            "code",
            "unit code",
            "mã định danh đơn vị",
            "mã định danh điện tử",
            "mã cơ quan, đơn vị",
        ),
    ),
    "name": RecordColumn(
        TEXT,
        words,
        (
            "tên",
            "tên đơn vị",
            "tên cơ quan",
            "unit_name",
            "đơn vị",
            "cơ quan",
            "tên cơ quan, đơn vị",
            "cơ quan, đơn vị",
            "tên cơ quan, đơn vị, địa phương",
            "cơ quan, đơn vị, địa phương",
        ),
    ),
    "level": RecordColumn(
        TEXT, _level, ("cấp", "cấp đơn vị", "cấp hành chính", "loại đơn vị", "loại cơ quan"), _LEVELS
    ),
    "parent": RecordColumn(
        TEXT, _unit, ("mã cấp trên", "mã tỉnh", "mã đơn vị cấp trên", "đơn vị cấp trên", "parent code")
    ),
}
"""A list of units."""


def read_procedures(name: str, data: bytes, choice: Choice = NO_CHOICE) -> Records:
    """The procedures of a file. Raises SourceError where it is no such table."""
    return with_limits(read_table(name, data, PROCEDURE_COLUMNS, choice, must=[_DECIDED]))


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


def read_units(name: str, data: bytes, choice: Choice = NO_CHOICE) -> Records:
    """The units of a file. Raises SourceError where it is no such table."""
    found = read_table(name, data, UNIT_COLUMNS, choice)
    rows = found.batch.to_pylist()
    for row in rows:
        if row["level"] == _OF_PROVINCE:
            row["level"] = (guess_level(row["unit"], row["name"] or "") or Level.DEPARTMENT).value
    return replace(found, batch=pa.RecordBatch.from_pylist(rows, schema=found.batch.schema))
