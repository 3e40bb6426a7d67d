"""The handling of dossiers by unit as an office has it in a table: for those that keep no dossiers here."""

from collections.abc import Mapping
from typing import Any

from bochiso.intake.dossiers.records import (
    NUMBER,
    TEXT,
    RecordColumn,
    Records,
    RowRule,
    read_table,
    whole_number,
    words,
)
from bochiso.intake.headings.column_choice import NO_CHOICE, Choice
from bochiso.text import Text, say

ENDED = ("before", "on_day", "after")
WHOLE = ("carried", "received", *ENDED, "open", "overdue")
"""What a table has that tells all of the handling; one of overdue dossiers has the last alone."""


def _count(*names: str) -> RecordColumn:
    return RecordColumn(NUMBER, whole_number, names)


HANDLING_COLUMNS = {
    "unit": RecordColumn(
        TEXT, words, ("đơn vị", "cơ quan, đơn vị, địa phương", "cơ quan, đơn vị", "địa phương", "tên đơn vị",
                      "mã đơn vị", "cơ quan"),
    ),
    "carried": _count("kỳ trước chuyển qua", "tồn kỳ trước", "từ kỳ trước", "số kỳ trước chuyển qua"),
    "received": _count("tiếp nhận trong kỳ", "tiếp nhận mới", "tiếp nhận", "đã tiếp nhận", "mới tiếp nhận"),
    "before": _count("trước hạn", "đã giải quyết trước hạn", "giải quyết trước hạn"),
    "on_day": _count("đúng hạn", "đã giải quyết đúng hạn", "giải quyết đúng hạn"),
    "after": _count("đã giải quyết quá hạn", "giải quyết quá hạn", "đã giải quyết trễ hạn",
                    "giải quyết trễ hạn", "giải quyết chậm hạn"),
    "open": _count("đang giải quyết", "chưa giải quyết", "tổng số đang giải quyết", "đang xử lý"),
    "overdue": _count("quá hạn", "hồ sơ quá hạn", "số hồ sơ quá hạn", "trong đó đã quá hạn", "trễ hạn",
                      "đang giải quyết quá hạn", "hồ sơ trễ hạn", "số hồ sơ trễ hạn", "đã quá hạn"),
}  # fmt: skip


def read_handling(name: str, data: bytes, choice: Choice = NO_CHOICE) -> Records:
    """The rows of a table: a unit by code or name, and its counts; null where a column lacks.

    A row without overdue dossiers told, or whose counts don't add up, is refused. Raises SourceError for
    no such table.
    """
    return read_table(name, data, HANDLING_COLUMNS, choice, rule=RowRule(lambda row: row["unit"], _wrong))


def _wrong(row: Mapping[str, Any]) -> tuple[str, Text] | None:
    if row["overdue"] is None:
        return "overdue", say("chưa ghi số hồ sơ quá hạn.", "the overdue dossiers aren't told.")
    if row["open"] is not None and row["overdue"] > row["open"]:
        return "overdue", say(
            "số quá hạn ({n}) lớn hơn số đang giải quyết ({of}).",
            "more are overdue ({n}) than open ({of}).",
            n=row["overdue"],
            of=row["open"],
        )
    if all(row[name] is not None for name in WHOLE):
        came = row["carried"] + row["received"]
        went = sum(row[name] for name in ENDED) + row["open"]
        if came != went:
            return "open", say(
                "kỳ trước chuyển qua và tiếp nhận là {came}, đã và đang giải quyết là {went}; hai số phải "
                "bằng nhau.",
                "carried over and received are {came}, done and open {went}; both must be the same.",
                came=came,
                went=went,
            )
    return None
