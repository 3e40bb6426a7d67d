"""Rows of the portal as it was before 2026: totals and points per group, every value as text.

An array of {"ROW_STT", "ID", "TEN", "MA_COQUAN", "CAPDONVIID", "CKMB", …, "TONG_SCORE"}, bare or
inside an object. CAPDONVIID is 1 for a department and 2 for what is below the province.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from bochiso.errors import SourceError, Where
from bochiso.intake.portal.decode import (
    FieldError,
    Row,
    changed_type,
    decode,
    exact,
    excerpt,
    label,
    number_of,
    text_of,
)
from bochiso.intake.portal.rows import Figure, PortalRows, open_each
from bochiso.intake.portal.services import group_codes
from bochiso.intake.result import Intake
from bochiso.rules.rule_set import RuleSet
from bochiso.score.figures import TOTAL
from bochiso.text import say
from bochiso.units.codes import guess_level, normalise_code, parent_code
from bochiso.units.model import Level, Unit

_NUMBER = re.compile(r"-?[0-9]{1,12}(?:[.,][0-9]{1,20})?")
_TOTAL = "TONG_SCORE"
_LEVELS = {Decimal(1): Level.DEPARTMENT, Decimal(2): Level.COMMUNE}


def read_archives(files: Sequence[tuple[str, bytes]], rules: RuleSet) -> Intake:
    """The figures of several files (name, bytes) of old rows; one that holds none is refused.

    Raises SourceError where none of the files holds any.
    """
    reading = PortalRows(rules)
    for name, rows in open_each(files, _open, reading):
        _read(name, rows, reading)
    return reading.intake()


def _open(name: str, data: bytes) -> tuple[str, list[Any]]:
    """The file's name and its rows: a bare list, or the first such value of an object."""
    document = decode(name, data)
    values = document.values() if isinstance(document, dict) else [document]
    for value in values:
        if isinstance(value, list) and any(isinstance(row, dict) and "MA_COQUAN" in row for row in value):
            return name, value
    raise SourceError(
        say(
            "tệp JSON này không có dòng số liệu nào của Cổng trước năm 2026 (MA_COQUAN, …, TONG_SCORE).",
            "this JSON has no rows of the portal before 2026 (MA_COQUAN, …, TONG_SCORE).",
        ),
        where=Where(file=name),
        do=say(
            "Kiểm tra lại tệp; số liệu của Cổng từ năm 2026 thì nạp theo loại portal.",
            "Check the file; figures of the portal since 2026 are imported as portal.",
        ),
    )


def _read(name: str, rows: list[Any], reading: PortalRows) -> None:
    for number, row in enumerate(rows, start=1):
        reading.rows += 1
        try:
            _read_row(name, number, row, reading)
        except FieldError as error:
            reading.refuse(Where(name, number, error.column), error.reason, label(row, "MA_COQUAN", "TEN"))


def _read_row(name: str, number: int, row: Any, reading: PortalRows) -> None:
    if not isinstance(row, dict):
        raise changed_type("data", row)
    written = text_of(row, "MA_COQUAN")
    if written is None:
        raise FieldError("MA_COQUAN", say("đơn vị không có mã.", "the unit has no code."))
    code = normalise_code(written)
    title = text_of(row, "TEN") or code
    unit = Unit(code, title, _level_of(row, code, title), parent_code(code))
    names = {*reading.rules.group, *(alias for group in reading.rules.groups for alias in group.aliases)}
    boxes = group_codes({key: row[key] for key in row if key in names}, reading.rules)
    figures = [
        Figure(code=of, unit=code, file=name, row=number, points=points)
        for key, of in [(_TOTAL, TOTAL), *boxes.items()]
        if (points := _points(row, key)) is not None
    ]
    reading.keep(unit, figures, label(row, "MA_COQUAN", "TEN"))


def _points(row: Row, key: str) -> Decimal | None:
    """Points written as text, with point or comma; None where absent, null or blank."""
    if not isinstance(row.get(key), str):
        return number_of(row, key)
    written = text_of(row, key)
    if written is None:
        return None
    if not _NUMBER.fullmatch(written):
        raise FieldError(
            key,
            say(
                "không đọc được “{value}” là số.",
                "“{value}” can't be read as a number.",
                value=excerpt(written),
            ),
        )
    return exact(key, Decimal(written.replace(",", ".")))


def _level_of(row: Row, code: str, name: str) -> Level:
    """A province by its code, a district (until 30 June 2025) by its name, the others by CAPDONVIID."""
    guess = guess_level(code, name)
    if guess in (Level.PROVINCE, Level.DISTRICT):
        return guess
    number = _points(row, "CAPDONVIID")
    level = guess if number is None else _LEVELS.get(number)
    if level is None:
        raise FieldError(
            "CAPDONVIID",
            say("không rõ đơn vị thuộc cấp nào.", "the unit's level can't be told."),
        )
    return level
