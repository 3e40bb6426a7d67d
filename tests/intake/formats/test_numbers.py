"""Numbers as clerks, portals and spreadsheets write them."""

import doctest
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bochiso.intake.formats import numbers
from bochiso.intake.formats.numbers import exact_text, is_nothing, parse_count, parse_decimal
from bochiso.intake.headings import headings
from bochiso.text import Lang, Text, count, number

COUNTS = st.integers(0, 10**9)
DECIMALS = st.decimals(0, 10**6, allow_nan=False, places=2)


@pytest.mark.parametrize("module", [numbers, headings])
def test_the_examples_in_the_docstrings_hold(module):
    assert doctest.testmod(module).failed == 0


@given(COUNTS, st.sampled_from(Lang))
def test_every_count_that_we_print_reads_back(value, lang):
    assert parse_count(count(value, lang)) == value


@given(DECIMALS, st.sampled_from(Lang))
def test_every_number_that_we_print_reads_back(value, lang):
    assert parse_decimal(number(value, lang)) == value


@given(st.decimals(-(10**6), 10**6, allow_nan=False, places=4))
def test_a_number_that_a_source_holds_as_a_number_is_never_taken_for_thousands(value):
    read = parse_count(exact_text(value))
    assert parse_decimal(exact_text(value)) == value
    assert read == value if value == value.to_integral_value() else isinstance(read, Text)


@given(st.text(max_size=60))
def test_any_text_is_a_number_nothing_or_a_reason(cell):
    assert isinstance(parse_count(cell), int | Text | None)
    assert isinstance(parse_decimal(cell, percent=True), Decimal | Text | None)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("405424", 405424),
        ("405.424", 405424),
        ("405,424", 405424),
        ("1.209.400", 1209400),
        ("1 209 400", 1209400),
        ("1\u00a0209\u202f400", 1209400),
        ("1.209,00", 1209),
        ("12.0", 12),
        ("+5", 5),
        ("-5", -5),
        ("−1.209", -1209),
        ("0", 0),
    ],
)
def test_counts(cell, value):
    assert parse_count(cell) == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("88,72", "88.72"),
        ("88.72", "88.72"),
        ("1.209", "1.209"),
        ("1.209,5", "1209.5"),
        ("1,209.5", "1209.5"),
        ("1 209,5", "1209.5"),
        ("66.6666666666667", "66.666667"),
        ("−3,5", "-3.5"),
    ],
)
def test_points(cell, value):
    assert parse_decimal(cell) == Decimal(value)


@pytest.mark.parametrize("cell", ["", " ", "-", "–", "—", "null", "NULL", "n/a", "N/A"])
def test_dashes_and_null_are_nothing_not_zero(cell):
    assert is_nothing(cell)
    assert parse_count(cell) is None
    assert parse_decimal(cell) is None


@pytest.mark.parametrize(
    "cell", ["12,5", "0.125", "abc", "1.2.3", "12.34.567", "1e5", "75%", "١٢", "9" * 5000]
)
def test_what_is_no_count_has_a_reason(cell):
    assert isinstance(parse_count(cell), Text)


@pytest.mark.parametrize("cell", ["abc", "1,2,3", "1e5", "1.2.3,4", "--5", "5-", "NaN", "Infinity", "5%%"])
def test_what_is_no_number_has_a_reason(cell):
    assert isinstance(parse_decimal(cell, percent=True), Text)


def test_a_percentage_is_a_rate_and_never_points():
    assert parse_decimal("75 %", percent=True) == 75
    reason = parse_decimal("75%")
    assert isinstance(reason, Text)
    assert reason.render(Lang.VI) == "“75%” là tỷ lệ phần trăm, ở đây cần số điểm."
