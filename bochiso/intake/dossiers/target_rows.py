"""Targets that a decision gives to units: one row a target, for a level or for one unit."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from bochiso.followup.targets import GRADE, Target, value_is_wrong, what_is_meant
from bochiso.intake.dossiers.records import (
    DAY,
    TEXT,
    UNREAD,
    RecordColumn,
    Records,
    RowRule,
    day,
    one_of,
    read_table,
    words,
)
from bochiso.intake.headings.column_choice import NO_CHOICE, Choice
from bochiso.intake.messages.dossier_numbers import sender_code
from bochiso.rules.rule_set import RuleSet
from bochiso.text import Text, say
from bochiso.units.codes import fold
from bochiso.units.model import Level

_LEVELS = {
    Level.PROVINCE: ("tỉnh", "cấp tỉnh", "province"),
    Level.DEPARTMENT: ("sở", "sở, ban, ngành", "các sở", "department"),
    Level.DISTRICT: ("huyện", "cấp huyện", "district"),
    Level.COMMUNE: ("xã", "cấp xã", "xã, phường", "xã, phường, đặc khu", "commune"),
    Level.MINISTRY: ("bộ", "các bộ", "bộ, ngành", "bộ, cơ quan ngang bộ", "ministry"),
}
"""The levels that a target may be given to, and the words for them."""


def _unit(cell: Any) -> Any:
    return sender_code(str(cell)) or UNREAD


TARGET_COLUMNS = {
    "indicator": RecordColumn(TEXT, words, ("chỉ tiêu", "chỉ số", "nội dung", "tên chỉ tiêu")),
    "value": RecordColumn(TEXT, words, ("mức giao", "giá trị", "chỉ tiêu giao", "mức", "kế hoạch")),
    "decision": RecordColumn(TEXT, words, ("quyết định", "văn bản giao", "văn bản", "căn cứ")),
    "level": RecordColumn(
        TEXT, one_of({word: level.value for level, listed in _LEVELS.items() for word in listed}),
        ("cấp", "cấp đơn vị", "giao cho cấp"), unless="unit",
    ),
    "unit": RecordColumn(TEXT, _unit, ("mã đơn vị", "đơn vị", "mã cơ quan"), unless="level"),
    "first": RecordColumn(DAY, day, ("từ ngày", "ngày bắt đầu", "from")),
    "last": RecordColumn(DAY, day, ("đến ngày", "ngày kết thúc", "hoàn thành trước ngày", "to")),
}  # fmt: skip


def read_targets(
    name: str, data: bytes, rules: RuleSet, choice: Choice = NO_CHOICE
) -> tuple[Records, list[Target]]:
    """The targets of a file, and its rows with what was refused. Raises SourceError for no such table."""
    found = read_table(name, data, TARGET_COLUMNS, choice, rule=RowRule(_identity, _checks(rules)))
    return found, [target_of(row, rules) for row in found.batch.to_pylist()]


def target_of(row: Mapping[str, Any], rules: RuleSet) -> Target:
    """The target of a row that was taken."""
    what = what_is_meant(row["indicator"], rules) or row["indicator"]
    value = _value(what, row["value"], rules)
    level = None if row["unit"] else Level(row["level"])
    return Target(
        row["decision"], what, value or Decimal(0), row["first"], row["last"], level, row["unit"] or None
    )


def _identity(row: Mapping[str, Any]) -> str:
    return f"{row['indicator']} {row['unit'] or row['level']} {row['first']}"


def problem_of(row: Mapping[str, Any], rules: RuleSet) -> Text | None:
    """What is wrong with a target that a person gave in words; None where nothing is."""
    found = _checks(rules)(row)
    return found[1] if found else None


def _checks(rules: RuleSet) -> Callable[[Mapping[str, Any]], tuple[str, Text] | None]:
    def wrong(row: Mapping[str, Any]) -> tuple[str, Text] | None:
        for field in ("value", "decision", "first", "last"):
            if not row[field]:
                return field, say("ô này còn trống.", "this cell is empty.")
        if not (row["unit"] or row["level"]):
            return "level", say("chưa ghi giao cho cấp nào, đơn vị nào.", "it isn't said whose it is.")
        if row["first"] > row["last"]:
            return "last", say("ngày kết thúc trước ngày bắt đầu.", "it ends before it begins.")
        what = what_is_meant(row["indicator"], rules)
        if what is None:
            return "indicator", say(
                "không có chỉ số, nhóm chỉ số nào tên như vậy; ghi số (3.6), mã, tên, hoặc tổng điểm, xếp "
                "loại, xếp hạng.",
                "nothing is called so; write a number (3.6), a code, a name, or total, grade, rank.",
            )
        value = _value(what, row["value"], rules)
        if value is None:
            return "value", say(
                "không đọc được mức giao; ghi số như 80 hoặc 80%, xếp loại thì ghi tên loại.",
                "it can't be read; write a number as 80 or 80%, of a grade its name.",
            )
        problem = value_is_wrong(what, value, rules)
        return ("value", problem) if problem is not None else None

    return wrong


def _value(what: str, text: str, rules: RuleSet) -> Decimal | None:
    """A value as a number; of a grade the least points that earn it."""
    if what == GRADE:
        named = {
            fold(name): g.least for g in rules.grades.bounds for name in (g.names.vi, g.names.en, g.code)
        }
        return named.get(fold(text))
    try:
        value = Decimal(str(text).strip().removesuffix("%").strip().replace(",", "."))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
