"""The numbers and days of a rule file, read from their text: exact decimals, never floats."""

import re
from datetime import date
from decimal import Decimal

from bochiso.periods import parse_day

# Twelve digits each side: the law needs three, and an exponent could stand for a gigabyte of zeros.
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?")


def number(text: str) -> Decimal:
    """A decimal number such as 6 or 2.5. Raises ValueError where `text` is none.

    >>> number("2.5")
    Decimal('2.5')
    """
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return Decimal(text) or Decimal(0)  # no −0, no 0.00


def share(text: str) -> Decimal:
    """A share of 1, written in percent or as a number; ValueError where `text` is neither.

    >>> share("80%") == share("0.8")
    True
    """
    if text.endswith("%"):
        return number(text[:-1].rstrip()).scaleb(-2)
    return number(text)


def whole(text: str) -> int:
    """A whole number. Raises ValueError where `text` is none."""
    value = number(text)
    if value != value.to_integral_value():
        raise ValueError(text)
    return int(value)


def day(text: str) -> date:
    """A day such as 2022-06-23 or 23/06/2022; ComputeError or ValueError where `text` is none."""
    return parse_day(text)
