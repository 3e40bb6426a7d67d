"""What people read: messages in Vietnamese and English, and the one format of numbers and dates.

Vietnamese writes a decimal comma and a dot between thousands (88,72; 443.565) and days as
14/11/2025; English output uses 88.72, 443,565 and 2025-11-14.
"""

import string
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


class Lang(StrEnum):
    """A language of the reader."""

    VI = "vi"
    EN = "en"


@dataclass(frozen=True)
class Text:
    """One message in both languages. As `say` makes it, `{name}` is replaced by the value of that name.

    `{n:unit|units}` is the word before the bar where the value is 1, else the one behind it; what
    Vietnamese says doesn't change with the number. One that isn't made by `say` stands as it is: it may be
    put together of what others wrote, braces too.
    """

    vi: str
    en: str
    values: Mapping[str, Any] = field(default_factory=dict)
    said: bool = field(default=False, compare=False, repr=False)

    def render(self, lang: Lang) -> str:
        """The message in one language, its numbers and dates as that language writes them."""
        if not (self.said or self.values):
            return self.vi if lang is Lang.VI else self.en
        return _Formatter(lang).vformat(self.vi if lang is Lang.VI else self.en, (), self.values)


def say(vi: str, en: str, /, **values: Any) -> Text:
    """A message with its values.

    >>> say("thiếu cột {name}", "column {name} is missing", name="total").render(Lang.EN)
    'column total is missing'
    >>> [say("{n} hồ sơ", "{n} {n:dossier|dossiers}", n=n).render(Lang.EN) for n in (0, 1, 1200)]
    ['0 dossiers', '1 dossier', '1,200 dossiers']
    >>> say("cột {one}", "column {one}", one=Text("“{{x”", "“{{x”")).render(Lang.EN)
    'column “{{x”'
    """
    return Text(vi, en, values, said=True)


class _Formatter(string.Formatter):
    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def format_field(self, value: Any, format_spec: str) -> str:
        one, bar, many = format_spec.partition("|")
        if bar:
            return one if value == 1 else many
        if format_spec:
            return str(format(value, format_spec))
        return show(value, self.lang)


def show(value: Any, lang: Lang) -> str:
    """Any value as the reader's language writes it; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, Text):
        return value.render(lang)
    if isinstance(value, bool | str):
        return str(value)
    if isinstance(value, int):
        return count(value, lang)
    if isinstance(value, Decimal):
        return number(value, lang)
    if isinstance(value, datetime):
        return moment(value, lang)
    if isinstance(value, date):
        return day(value, lang)
    return str(value)


def count(value: int, lang: Lang) -> str:
    """A whole number with its thousands apart.

    >>> count(443565, Lang.VI), count(443565, Lang.EN)
    ('443.565', '443,565')
    """
    grouped = f"{value:,}"
    return grouped.replace(",", ".") if lang is Lang.VI else grouped


def number(value: Decimal, lang: Lang) -> str:
    """A decimal number with the decimals it has.

    >>> number(Decimal("1209.50"), Lang.VI), number(Decimal("1209.50"), Lang.EN)
    ('1.209,50', '1,209.50')
    """
    grouped = f"{value:,f}"
    return grouped.translate(_SWAP) if lang is Lang.VI else grouped


_SWAP = str.maketrans(",.", ".,")


def points(value: Decimal | None, lang: Lang) -> str:
    """Points with two decimals, a dash where there are none.

    >>> points(Decimal("88.7"), Lang.VI), points(None, Lang.VI)
    ('88,70', '–')
    """
    return "–" if value is None else number(hundredths(value), lang)


def change(value: Decimal | None, lang: Lang) -> str:
    """A change of points with its sign.

    >>> change(Decimal("0.27"), Lang.VI), change(Decimal("-3"), Lang.EN), change(Decimal(0), Lang.VI)
    ('+0,27', '−3.00', '0,00')
    """
    if value is None:
        return "–"
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return sign + number(hundredths(abs(value)), lang)


def percent(value: Fraction | Decimal | None, lang: Lang) -> str:
    """A share of 1 in percent, two decimals.

    >>> percent(Fraction(1, 3), Lang.VI)
    '33,33%'
    """
    if value is None:
        return "–"
    share = Fraction(value) * 100
    return number(hundredths(share), lang) + "%"


def hundredths(value: Fraction | Decimal) -> Decimal:
    """The one rounding: two decimals, half away from zero ("làm tròn nửa lên").

    >>> hundredths(Decimal("2.345")), hundredths(Fraction(-1, 200)), hundredths(Fraction(2, 3))
    (Decimal('2.35'), Decimal('-0.01'), Decimal('0.67'))
    """
    if isinstance(value, Fraction):
        sign = -1 if value < 0 else 1
        top, bottom = abs(value.numerator), value.denominator
        return Decimal(sign * ((200 * top + bottom) // (2 * bottom))).scaleb(-2)
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def day(value: date, lang: Lang) -> str:
    """A day.

    >>> day(date(2025, 11, 4), Lang.VI), day(date(2025, 11, 4), Lang.EN)
    ('04/11/2025', '2025-11-04')
    """
    return value.strftime("%d/%m/%Y") if lang is Lang.VI else value.isoformat()


def moment(value: datetime, lang: Lang) -> str:
    """A moment in Việt Nam's time.

    >>> moment(datetime(2026, 10, 6, 23, 5, tzinfo=UTC), Lang.VI)
    '06:05 ngày 07/10/2026'
    """
    local = value.astimezone(VIETNAM)
    clock = local.strftime("%H:%M")
    if lang is Lang.VI:
        return f"{clock} ngày {day(local.date(), lang)}"
    return f"{day(local.date(), lang)} {clock}"


def now() -> datetime:
    """This moment, in UTC, to the second: the only clock that the stages are given."""
    return datetime.fromtimestamp(int(time.time()), UTC)


FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What a spreadsheet takes a formula by; some take the wide signs of East Asian keyboards, too."""


def spreadsheet_text(text: str) -> str:
    """A text for a cell of a CSV file that no spreadsheet runs as a formula.

    >>> spreadsheet_text("=1+1"), spreadsheet_text("Sở Y tế"), spreadsheet_text(""), spreadsheet_text("＝1")
    ("'=1+1", 'Sở Y tế', '', "'＝1")
    """
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text
