"""The register of publications: one row a ministry's decision and procedure, from decision to entry."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa

from bochiso.intake.dossiers.records import (
    DAY,
    FLAG,
    TEXT,
    UNREAD,
    RecordColumn,
    Records,
    RowRule,
    Wrong,
    day,
    flag,
    one_of,
    read_items,
    read_table,
    words,
)
from bochiso.intake.headings.column_choice import NO_CHOICE, Choice
from bochiso.intake.messages.dossier_numbers import procedure_code
from bochiso.text import say

PARTS = {
    "part_name": ("tên thủ tục đủ", "tên"),
    "part_steps": ("trình tự thực hiện", "trình tự"),
    "part_way": ("cách thức thực hiện", "cách thức"),
    "part_dossier": ("thành phần, số lượng hồ sơ", "thành phần hồ sơ", "hồ sơ"),
    "part_time": ("thời hạn giải quyết", "thời hạn"),
    "part_subject": ("đối tượng thực hiện", "đối tượng"),
    "part_agency": ("cơ quan thực hiện",),
    "part_result": ("kết quả thực hiện", "kết quả"),
}
"""The parts that a procedure must have (Decree 63/2010/NĐ-CP, Article 8, clause 2), and their headings."""

KINDS = {
    "new": ("mới", "mới ban hành", "new"),
    "changed": ("sửa đổi", "sửa đổi, bổ sung", "thay thế", "changed"),
    "abolished": ("bãi bỏ", "bị bãi bỏ", "hủy bỏ", "abolished"),
}
"""What a decision does to a procedure, and the words for it."""

_KIND = one_of({word: kind for kind, listed in KINDS.items() for word in listed})


def _code(cell: Any) -> Any:
    return procedure_code(str(cell)) or UNREAD


PUBLICATION_COLUMNS = {
    "procedure": RecordColumn(TEXT, _code, ("mã thủ tục", "mã TTHC", "mã thủ tục hành chính", "mã")),
    "name": RecordColumn(
        TEXT, words, ("procedure_name", "tên thủ tục", "tên TTHC", "tên thủ tục hành chính")
    ),
    "kind": RecordColumn(TEXT, _KIND, ("loại", "nội dung công bố", "mới/sửa đổi/bãi bỏ", "loại công bố")),
    "ministry_number": RecordColumn(
        TEXT, words, ("số quyết định của bộ", "quyết định của bộ", "số QĐ của bộ")
    ),
    "ministry_on": RecordColumn(DAY, day, ("ngày quyết định của bộ", "ngày QĐ của bộ")),
    "issuer": RecordColumn(TEXT, words, ("cơ quan ban hành", "bộ, ngành", "bộ ban hành")),
    "field": RecordColumn(TEXT, words, ("lĩnh vực",)),
    "department": RecordColumn(TEXT, words, ("đơn vị tham mưu", "đơn vị tham mưu trình", "cơ quan tham mưu")),
    "submission": RecordColumn(TEXT, words, ("số tờ trình", "tờ trình")),
    "submitted_on": RecordColumn(DAY, day, ("ngày tờ trình", "ngày trình")),
    "number": RecordColumn(TEXT, words, ("số quyết định của tỉnh", "quyết định của tỉnh", "số QĐ của tỉnh")),
    "decided_on": RecordColumn(DAY, day, ("ngày quyết định của tỉnh", "ngày QĐ của tỉnh", "ngày công bố")),
    "effective_on": RecordColumn(DAY, day, ("effective", "ngày có hiệu lực", "hiệu lực", "ngày hiệu lực")),
    "entered_on": RecordColumn(
        DAY, day, ("entered", "ngày cập nhật", "ngày cập nhật CSDL", "ngày nhập CSDLQG", "ngày công khai")
    ),
    **{part: RecordColumn(FLAG, flag, headings) for part, headings in PARTS.items()},
    "note": RecordColumn(TEXT, words, ("ghi chú",)),
}


class _Checks:
    """What is wrong with a row by itself and beside those before it: the column, and why."""

    def __init__(self) -> None:
        self._days: dict[tuple[str, str, int], date] = {}

    def __call__(self, row: Mapping[str, Any]) -> Wrong:
        return self._decision(row) or self._order(row) or self._same_number(row)

    @staticmethod
    def _decision(row: Mapping[str, Any]) -> Wrong:
        """A decision that is named must have its number, its day and, of a ministry, its issuer."""
        ministry, own = ("ministry_number", "ministry_on", "issuer"), ("number", "decided_on")
        if not any(row[field] for field in (*ministry, *own)):
            return "ministry_number", say("dòng không nêu quyết định nào.", "no decision is named.")
        for whose, fields in ((_OF_MINISTRY, ministry), (_OF_PROVINCE, own)):
            lacking = [field for field in fields if not row[field]]
            if 0 < len(lacking) < len(fields):
                return lacking[0], say(
                    "{whose} thiếu số, ngày ký hoặc cơ quan ban hành.",
                    "{whose} lacks its number, day or issuer.",
                    whose=whose,
                )
        return None

    @staticmethod
    def _order(row: Mapping[str, Any]) -> Wrong:
        for early, late, why in _ORDER:
            if row[early] and row[late] and row[early] > row[late]:
                return early if early == "submitted_on" else late, why
        return None

    def _same_number(self, row: Mapping[str, Any]) -> Wrong:
        for number, on in (("ministry_number", "ministry_on"), ("number", "decided_on")):
            if not row[number]:
                continue
            same = number, row[number], row[on].year  # numbers begin anew each year
            if self._days.setdefault(same, row[on]) != row[on]:
                return on, say(
                    "quyết định {number} đã ghi một ngày khác ở dòng trước.",
                    "another day stands for decision {number} in a row before.",
                    number=row[number],
                )
        return None


_OF_MINISTRY = say("quyết định của bộ", "the ministry's decision")
_OF_PROVINCE = say("quyết định của tỉnh", "the province's decision")
_ORDER = (
    ("submitted_on", "decided_on", say("tờ trình sau ngày ký quyết định của tỉnh.",
                                       "submitted after the province's decision was signed.")),
    ("decided_on", "entered_on", say("cập nhật vào Cơ sở dữ liệu trước ngày ký quyết định của tỉnh.",
                                     "entered in the database before the province's decision was signed.")),
)  # fmt: skip


def read_publications(name: str, data: bytes, choice: Choice = NO_CHOICE) -> Records:
    """The register's rows of a file. Raises SourceError where it is no such table.

    A row is known by its decision (the ministry's, else the province's) and its procedure.
    """
    return _checked(read_table(name, data, PUBLICATION_COLUMNS, choice, rule=RowRule(_entry, _Checks())))


def read_publication_items(items: Sequence[object]) -> Records:
    """The register's rows of decoded JSON."""
    return _checked(read_items(items, PUBLICATION_COLUMNS, RowRule(_entry, _Checks())))


def _checked(found: Records) -> Records:
    rows = found.batch.to_pylist()
    entries = pa.array([_entry(row) for row in rows], TEXT)
    fullness = pa.array([_full(row) for row in rows], FLAG)
    batch = found.batch.append_column("entry", entries).append_column("content_full", fullness)
    return replace(found, batch=batch)


def _entry(row: Mapping[str, Any]) -> str:
    """A decision, by its number of its year, and a procedure: the ministry's, else the province's."""
    number, on = ("ministry_number", "ministry_on") if row["ministry_number"] else ("number", "decided_on")
    return f"{row[number]} {row[on].year} {row['procedure']}"


def _full(row: Mapping[str, Any]) -> bool | None:
    """Whether every part is there; None where none was checked."""
    checked = [row[part] for part in PARTS]
    return None if all(each is None for each in checked) else all(checked)
