"""An answer is held against the request that it answers, wherever it says what it is."""

from typing import Any

import pytest
from portal_answer_bodies import COUNTRY, encode, identity, province_rows, unit_rows

from bochiso.errors import SourceError
from bochiso.intake.portal.asked_for import check_asked
from bochiso.intake.portal.requests import (
    GROUP_SERVICES,
    PROVINCES,
    RESULTS,
    PortalPart,
    body_of,
    open_page,
)
from bochiso.periods import parse_period
from bochiso.rules.loader import load_rules
from bochiso.text import Lang

RULES = load_rules("qd766")
UNITS = PortalPart(RESULTS, "H21")
ROOT = identity("H21", "UBND tỉnh Gia Lai")["departmentId"]
GIA_LAI = identity("H21", "UBND tỉnh Gia Lai") | {"totalScore": 66}


def check(
    part: PortalPart,
    body: dict[str, Any],
    *,
    page: int = 1,
    period: str = "2026",
    before: tuple[Any, ...] = (),
) -> str | None:
    """Why an answer isn't the one that was asked for; None where nothing says so."""
    root = None if part.province is None else ROOT
    asked = body_of(part, parse_period(period), page, root)
    pages = [
        open_page(part.file(n), encode({"data": each}), 100) for n, each in enumerate((*before, body), 1)
    ]
    try:
        check_asked(part, asked, pages[-1], pages[:-1], RULES)
    except SourceError as error:
        return error.what.render(Lang.VI)
    return None


def units(**more: Any) -> dict[str, Any]:
    return {"overview": GIA_LAI, "evaluation": unit_rows("2026-10-07"), **more}


def test_the_answer_that_was_asked_for_is_it() -> None:
    assert check(UNITS, units()) is None
    assert check(PROVINCES, {"overview": COUNTRY, "evaluation": province_rows("2026-10-06")}) is None


def test_what_an_answer_leaves_out_contradicts_nothing() -> None:
    assert check(UNITS, {"overview": None, "evaluation": unit_rows("2026-10-07")}) is None
    assert check(UNITS, {"overview": GIA_LAI, "evaluation": []}) is None


@pytest.mark.parametrize(
    "head",
    [
        identity("H15", "UBND tỉnh Đắk Lắk") | {"totalScore": 63},
        {"departmentId": "019d2be3", "departmentName": "UBND tỉnh Đắk Lắk", "totalScore": 63},
        COUNTRY | {"totalScore": 56},
    ],
)
def test_the_row_above_names_another_place(head: dict[str, Any]) -> None:
    said = check(UNITS, {"overview": head, "evaluation": unit_rows("2026-10-07")})
    assert said is not None
    assert "hỏi số liệu của H21, nhận được số liệu của" in said


def test_units_of_another_level_or_province() -> None:
    provinces = check(UNITS, {"overview": GIA_LAI, "evaluation": province_rows("2026-10-06")})
    assert provinces is not None
    assert "hỏi các đơn vị của H21" in provinces
    below = check(PROVINCES, {"overview": COUNTRY, "evaluation": unit_rows("2026-10-07")})
    assert below is not None
    assert "hỏi các đơn vị của cả nước" in below


def test_totals_in_place_of_a_group_and_the_other_way_round() -> None:
    transparency = PortalPart(GROUP_SERVICES[0], "H21")
    assert "nhận được tổng điểm" in str(check(transparency, units()))
    metrics = [{"code": "DOSSIER_SYNC", "numerator": 1, "denominator": 2, "score": 3}]
    answer = {"overview": GIA_LAI | {"metrics": metrics}, "evaluation": [GIA_LAI | {"metrics": metrics}]}
    assert "nhận được Công khai, minh bạch" in str(check(UNITS, answer))


@pytest.mark.parametrize(
    "echo",
    [
        {"year": 2025},
        {"timeType": "month"},
        {"query": {"timeType": "year", "year": 2025}},
        {"period": {"year": "2025"}},
    ],
)
def test_another_period(echo: dict[str, Any]) -> None:
    assert "Cổng trả lời không đúng yêu cầu: hỏi kỳ" in str(check(UNITS, units(**echo)))


def test_the_same_period_said_again_is_no_other() -> None:
    assert check(UNITS, units(timeType="YEAR", year="2026", quarter=None)) is None


def test_days_are_periods_too() -> None:
    part = PortalPart(GROUP_SERVICES[5], "H21")
    body = {"overview": GIA_LAI, "evaluation": [], "fromDate": "2026-01-01T00:00:00", "toDate": "2026-12-31"}
    assert check(part, body) is None
    assert "fromDate = 2026-01-01" in str(check(part, body | {"fromDate": "2025-01-01"}))


def paged(number: int) -> dict[str, Any]:
    return units(pagination={"currentPage": number, "totalPages": 9})


def test_pages_counted_from_one_or_from_zero() -> None:
    assert check(UNITS, paged(2), page=2, before=(paged(1),)) is None
    assert check(UNITS, paged(1), page=2, before=(paged(0),)) is None
    assert "hỏi trang 2, nhận được trang 1" in str(check(UNITS, paged(1), page=2, before=(paged(1),)))
    assert "hỏi trang 1, nhận được trang 3" in str(check(UNITS, paged(3)))
