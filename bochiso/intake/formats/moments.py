"""Moments and days as tables have them, to the 14 digits of the protocol, in Việt Nam's time."""

import re
from datetime import UTC, date, datetime, timedelta, timezone

from bochiso.text import VIETNAM

_CLOCK = (
    r"(\d{1,2})(?:\s*[:hg]\s*(\d{1,2})?(?:\s*[:p]\s*(\d{1,2})(?:[.,]\d+)?)?)?\s*(?:phút|p)?\s*(SA|CH|AM|PM)?"
)
_ISO = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
    r"(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?\s*(Z|[+-]\d{2}:?\d{2})?)?",
    re.IGNORECASE,
)
_DAY = r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4}|\d{2})"
_DAY_FIRST = re.compile(rf"{_DAY}(?:,?\s*(?:lúc)?\s+{_CLOCK})?", re.IGNORECASE)
_CLOCK_FIRST = re.compile(rf"{_CLOCK},?\s+(?:ngày\s+)?{_DAY}", re.IGNORECASE)
_DIGITS = re.compile(r"\d{8}|\d{12}|\d{14}")
_SERIAL = re.compile(r"[2-7]\d{4}(?:[.,]\d+)?")
"""A day as spreadsheets count them, 1954 to 2118."""

_FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001 (a calendar, no moment)
_CENTURY = 2000
END_OF_DAY = "235959"


def tidy_moment(value: object, *, ends: bool = False) -> str:
    """A cell's moment as yyyyMMddHHmmss, Việt Nam's time; what can't be read stays as it is.

    `ends`: whether a day without a time means its end (Civil Code 2015, Article 148), as of what is due;
    else it means its beginning. Workbooks keep such a day as its midnight.

    >>> tidy_moment("06/10/2026 08:30"), tidy_moment("2026-10-06"), tidy_moment(20261006083000)
    ('20261006083000', '20261006000000', '20261006083000')
    >>> tidy_moment("5:00 CH 13/10/26"), tidy_moment("2026-10-06T01:30:00Z")
    ('20261013170000', '20261006083000')
    >>> tidy_moment("08/09/2026", ends=True)
    '20260908235959'
    """
    if ends and isinstance(value, datetime) and value.time() == datetime.min.time():
        value = value.date()
    text = " ".join(_text(value).split())
    found = _parts(text)
    if found is None:
        return text
    (year, month, day), clock = found
    if clock is None:
        return f"{year:04}{month:02}{day:02}{END_OF_DAY if ends else '000000'}"
    if clock == (24, 0, 0):
        return f"{year:04}{month:02}{day:02}{END_OF_DAY}"
    return f"{year:04}{month:02}{day:02}" + "".join(f"{part:02}" for part in clock)


_Day = tuple[int, int, int]
_Clock = tuple[int, int, int] | None


def _text(value: object) -> str:
    if isinstance(value, datetime):
        local = value.astimezone(VIETNAM) if value.tzinfo else value
        return local.strftime("%Y%m%d%H%M%S")
    if isinstance(value, date):
        return value.strftime("%Y%m%d")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _parts(text: str) -> tuple[_Day, _Clock] | None:
    """The day and the time of a moment, None for a time that isn't there."""
    if _DIGITS.fullmatch(text):
        clock = None if len(text) == 8 else (int(text[8:10]), int(text[10:12]), int(text[12:] or 0))
        return (int(text[:4]), int(text[4:6]), int(text[6:8])), clock
    if match := _ISO.fullmatch(text):
        return _of_iso(match)
    if match := _DAY_FIRST.fullmatch(text):
        day, month, year, *time = match.groups()
    elif match := _CLOCK_FIRST.fullmatch(text):
        *time, day, month, year = match.groups()
    elif _SERIAL.fullmatch(text):
        return _of_serial(float(text.replace(",", ".")))
    else:
        return None
    return (_year(year), int(month), int(day)), _clock(*time)


def _of_iso(match: re.Match[str]) -> tuple[_Day, _Clock]:
    year, month, day, hour, minute, second, zone = match.groups()
    when = int(year), int(month), int(day)
    if hour is None:
        return when, None
    clock = int(hour), int(minute), int(second or 0)
    if zone is None:
        return when, clock
    try:
        local = datetime(*when, *clock, tzinfo=_zone(zone)).astimezone(VIETNAM)
    except ValueError:
        return when, clock
    return (local.year, local.month, local.day), (local.hour, local.minute, local.second)


def _zone(text: str) -> timezone:
    if text.upper() == "Z":
        return UTC
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


def _of_serial(number: float) -> tuple[_Day, _Clock]:
    moment = _FIRST_DAY + timedelta(seconds=round(number * 86_400))
    clock = None if number.is_integer() else (moment.hour, moment.minute, moment.second)
    return (moment.year, moment.month, moment.day), clock


def _year(text: str) -> int:
    return int(text) + (_CENTURY if len(text) == 2 else 0)


def _clock(hour: str | None, minute: str | None, second: str | None, half: str | None) -> _Clock:
    if hour is None:
        return None
    at = int(hour)
    if half is not None and half.upper() in ("CH", "PM") and at < 12:
        at += 12
    elif half is not None and half.upper() in ("SA", "AM") and at == 12:
        at = 0
    return at, int(minute or 0), int(second or 0)
