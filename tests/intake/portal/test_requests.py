"""What one snapshot is made of, how each part is asked for, and when a part has all its pages."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from portal_answer_bodies import COUNTRY, envelope, province_rows, service_results

from bochiso.errors import ComputeError, SourceError
from bochiso.intake.portal.requests import (
    PROVINCES,
    PortalPage,
    body_of,
    find_root,
    is_last,
    open_page,
    parts_of,
    period_of,
)
from bochiso.periods import parse_period
from bochiso.text import Lang


def test_a_province_is_the_list_of_provinces_and_seven_services_of_its_units() -> None:
    assert parts_of(None) == (PROVINCES,)
    assert [part.key for part in parts_of("H15")] == [
        "service-results.provinces",
        "service-results.H15",
        "transparency.H15",
        "dvc-progress-tree.H15",
        "provide-online-tree.H15",
        "formality-online-payment-tree.H15",
        "dossier-digitized.H15",
        "handling-satisfaction.H15",
    ]


def test_requests_are_written_as_the_portal_wants_them() -> None:
    results, satisfaction = parts_of("H15")[1], parts_of("H15")[-1]
    assert body_of(PROVINCES, period_of(2026), 1, None) == {
        "timeType": "year",
        "year": 2026,
        "departmentType": "ADMINISTRATIVE_UNIT",
        "currentPage": 1,
        "pageSize": 100,
    }
    assert body_of(results, period_of(2026, quarter=3), 2, "r") == {
        "timeType": "quarter",
        "year": 2026,
        "quarter": 3,
        "rootDepartmentId": "r",
        "currentPage": 2,
        "pageSize": 100,
    }
    assert body_of(results, period_of(2026, month=8), 1, "r")["month"] == 8
    assert body_of(satisfaction, period_of(2026, quarter=3), 1, "r") == {
        "fromDate": "2026-07-01",
        "toDate": "2026-09-30",
        "rootDepartmentId": "r",
        "currentPage": 1,
        "pageSize": 200,
    }


def test_the_portal_is_not_asked_for_a_week() -> None:
    with pytest.raises(ComputeError, match="years, quarters and months"):
        body_of(PROVINCES, parse_period("2026-W46"), 1, None)


def page_of(units: Sequence[str], pages: int | None = None) -> PortalPage:
    """An answer of these units."""
    rows = [{"departmentId": unit} for unit in units]
    return PortalPage("a.json", {"evaluation": rows}, rows, tuple(units), pages)


@given(total=st.integers(0, 700), size=st.sampled_from([100, 200]))
def test_pages_are_read_until_all_units_are_there(total: int, size: int) -> None:
    pages: list[PortalPage] = []
    while not is_last(pages, size):
        first = len(pages) * size
        units = tuple(str(n) for n in range(first, min(first + size, total)))
        pages.append(page_of(units))
    assert sum(len(page.rows) for page in pages) == total
    assert len(pages) <= total // size + 1


def test_the_portals_own_count_of_pages_is_believed() -> None:
    full = page_of([str(n) for n in range(100)], pages=1)
    assert is_last([full], 100)
    counted = envelope({"overview": COUNTRY, "evaluation": [{}] * 100, "pagination": {"totalItems": 149}})
    page = open_page("a.json", counted, 100)
    assert page.pages == 2
    assert not is_last([page], 100)


def test_a_service_that_does_not_page_is_not_asked_for_ever() -> None:
    same = page_of([str(n) for n in range(100)])
    assert not is_last([same], 100)
    assert is_last([same, same], 100)


def test_a_provinces_id_comes_from_the_list() -> None:
    answer = open_page("service-results.provinces.1.json", service_results(province_rows("2026-10-06")), 100)
    ids = {row["departmentCode"]: row["departmentId"] for row in province_rows("2026-10-06")}
    assert find_root([answer], "H15") == ids["H15"]
    with pytest.raises(SourceError) as error:
        find_root([answer], "H99")
    assert error.value.render(Lang.VI) == (
        "service-results.provinces.1.json: danh sách của Cổng có 34 tỉnh, thành phố, không có mã H99. "
        "Kiểm tra lại mã, như H15."
    )
