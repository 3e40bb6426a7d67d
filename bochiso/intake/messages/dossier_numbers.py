"""Numbers of dossiers, codes of procedures and units: by their shape, in which nothing of a person fits.

A telephone's or an identity card's number written in groups isn't one either: docs/decisions/0068-codes.md.
"""

import re
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from bochiso.intake.messages.message_columns import FALSE
from bochiso.units.codes import normalise_code

_TAIL = r"-[A-Z]{0,3}[0-9]{1,9}(-[0-9]{1,4})?"
_NUMBER = rf"^([0-9]{{2,3}}\.){{0,4}}[A-Z][0-9]{{2}}(\.[A-Z]{{0,3}}[0-9]{{1,6}}){{0,6}}-[0-9]{{2,8}}{_TAIL}$"
"""Unit, day, number of that day: no group has room for a name, a telephone's number or an identity card's."""

_USUAL_NUMBER = (
    r"^(000\.([0-9]{2,3}\.){0,3})?[A-Z][0-9]{2}(\.[A-Z]{0,3}[0-9]{1,3}){0,6}-[1-79][0-9]{1,7}" + _TAIL + "$"
)
"""Those of nearly all dossiers, whose groups together can't be a number of a person's either."""

_LONGEST_NUMBER = 60
_OF_A_PERSON = re.compile(r"(?:0|84)[35789][0-9]{8}|(?!000)0(?:[0-8][0-9]|9[0-6])[0-3][0-9]{8}")
"""A mobile telephone's number, with its country too, or an identity card's: province, century, sex, year."""

_YEARS = range(2018, 2040)
"""Since when dossiers are numbered so (Circular 01/2018/TT-VPCP, article 19), and for long enough."""

_PROCEDURE = re.compile(r"[0-9A-Z]{1,12}(?:[._-][0-9A-Z]{1,12}){1,6}")
_MOST_DIGITS = 9
_NATIONAL_PROCEDURE = re.compile(r"(\d\.\d{6})(?:\.\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2})?")
_UNIT = re.compile(r"[A-Z][0-9]{2}(?:\.[0-9]{1,6}){0,6}")


def sender_code(text: str | None) -> str | None:
    """The unit's code that a sender gives (MaDinhDanhDV, madonvi); None for what is no code.

    >>> sender_code("000.00.05.H15"), sender_code("H15.0912.345678")
    ('H15.05', None)
    """
    code = normalise_code(text or "")
    return code if _UNIT.fullmatch(code) and not _names_a_person(code.split(".")[1:]) else None


def dossier_number(text: str) -> str | None:
    """A dossier's number, tidied; None for what is none.

    >>> dossier_number(" h15.50.05.13-261008-0975 "), dossier_number("0912345678")
    ('H15.50.05.13-261008-0975', None)
    >>> dossier_number("H15-091256-5678"), dossier_number("H15.05-05102026-12")
    (None, 'H15.05-05102026-12')
    """
    number = text.strip().upper()
    good = len(number) <= _LONGEST_NUMBER and re.fullmatch(_NUMBER, number) and not _holds_a_person(number)
    return number if good else None


def dossier_numbers(column: pa.Array) -> pa.Array:
    """Dossier numbers; null where a text isn't one."""
    good = pc.match_substring_regex(column, _USUAL_NUMBER)
    if good.true_count == len(good) and _short(column):
        return column
    tidy = pc.utf8_upper(pc.utf8_trim_whitespace(column))
    good = pc.and_(
        pc.match_substring_regex(tidy, _NUMBER), pc.less_equal(pc.utf8_length(tidy), _LONGEST_NUMBER)
    )
    good = pc.fill_null(good, FALSE)
    unusual = pc.and_not(good, pc.fill_null(pc.match_substring_regex(tidy, _USUAL_NUMBER), FALSE))
    if unusual.true_count:
        held = [bool(odd) and _holds_a_person(number)
                for odd, number in zip(unusual.to_pylist(), tidy.to_pylist(), strict=True)]  # fmt: skip
        good = pc.and_not(good, pa.array(held, pa.bool_()))
    return pc.if_else(good, tidy, None)


def procedure_code(word: str) -> str | None:
    """A procedure's code; the national one without the office that it was printed for."""
    code = word.strip().upper()
    if national := _NATIONAL_PROCEDURE.fullmatch(code):
        return national[1]
    # Some digits, but fewer than a telephone number has.
    digits = sum(sign.isdigit() for sign in code)
    return code if 0 < digits <= _MOST_DIGITS and _PROCEDURE.fullmatch(code) else None


def _holds_a_person(number: str) -> bool:
    """Whether groups of a number are a person's together: those of the unit, or its day with what follows."""
    place, day, *rest = number.split("-")
    before, _, below = re.split(r"([A-Z][0-9]{2}(?=\.|$))", place, maxsplit=1)
    if _is_of_a_person(before.split(".")) or _names_a_person(below.split(".")):
        return True
    return not _is_day(day) and _is_of_a_person([day, *rest])


def _is_day(group: str) -> bool:
    """Whether digits are a day with its year last: days of another order don't begin as those numbers do."""
    if len(group) not in (6, 8):
        return False
    year = int(group[4:]) + (2000 if len(group) == 6 else 0)
    try:
        return date(year, int(group[2:4]), int(group[:2])).year in _YEARS
    except ValueError:
        return False


def _names_a_person(groups: list[str]) -> bool:
    """Whether groups of a unit's code are a person's number; real ones have three digits at most."""
    return max(map(len, groups), default=0) > 3 and _is_of_a_person(groups)


def _is_of_a_person(groups: list[str]) -> bool:
    return _OF_A_PERSON.fullmatch("".join(groups)) is not None


def _short(column: pa.Array) -> bool:
    longest = pc.max(pc.binary_length(column)).as_py()
    return longest is None or bool(longest <= _LONGEST_NUMBER)
