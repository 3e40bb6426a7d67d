"""The way to a goal and rank bands, on the real figures of Đắk Lắk among the 34 provinces."""

import re
from decimal import Decimal

import pytest
from public_pages import UNITS, Pages, bring_in, pages_of, rows_of, site_on, words

from bochiso.followup.goals.aims import TOP_TEN
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.snapshots.goal_view import GoalAsked, GoalView, goal_view
from bochiso.text import Lang, points

DAK_LAK = (
    ("provinces-2026-10-06", "points", "2026-10-06"), ("provinces-2026-10-08", "points", "2026-10-08"),
    ("daklak-measures-2026-10-10", "measures", "2026-10-10"),
    ("daklak-points-2026-10-10", "points", "2026-10-10"),
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    return bring_in(DataFolder(tmp_path_factory.mktemp("goal") / "data"), *DAK_LAK)


@pytest.fixture(scope="module")
def pages(folder: DataFolder) -> Pages:
    return pages_of(site_on(folder, home="H15"))


def seen(folder: DataFolder, unit: str) -> GoalView:
    with open_store(folder) as store:
        return goal_view(store, GoalAsked(unit, TOP_TEN))


def test_the_province_is_measured_against_the_others_of_their_newest_day(
    pages: Pages, folder: DataFolder
) -> None:
    """Its own counts are of 10 October, the totals of the others of 8 October."""
    found = seen(folder, "H15")
    assert found.aim is not None
    assert (found.score.total, found.place, found.of) == (Decimal("65.49"), 7, 34)
    assert found.aim.needed == Decimal("63.86")  # Huế, eleventh
    text = words(pages.page("/muc-tieu"))
    assert "Đường tới mục tiêu: Tỉnh Đắk Lắk" in text
    assert (
        "Hiện ở hạng 7/34 với 65,49 điểm, đã đạt mục tiêu Top 10; mức phải có là 63,86 điểm, "
        "đang hơn 1,63 điểm." in text
    )
    assert "Các đơn vị cùng cấp: số liệu ngày 08/10/2026." in text
    assert "chưa đủ để dự kiến đến 31/12/2026" in text


def test_a_commune_reads_what_lacks_and_the_fewest_cases(pages: Pages, folder: DataFolder) -> None:
    found = seen(folder, "H15.133")
    assert found.aim is not None
    assert found.way is not None
    page = pages.page("/muc-tieu/H15.133")
    text = words(page)
    assert f"còn thiếu {points(found.aim.short, Lang.VI)} điểm để đạt mục tiêu Top 10" in text
    assert (
        f"Cách ít việc nhất: {found.way.cases} việc, được thêm {points(found.way.gain, Lang.VI)} điểm" in text
    )
    band = r"Hạng chính thức 21 ; chỉ riêng may rủi có thể đưa đơn vị vào khoảng từ hạng \d+ đến hạng \d+"
    assert re.search(band, text)
    ahead = [each.ahead for each in found.gaps if each.ahead is not None]
    assert sum(ahead) == found.aim.short
    told = [row for row in rows_of(page) if row[0].startswith("1.1")]
    assert [row[1:] for row in told] == [["6,00", "0", "–"]]
    assert "Chỉ tỉnh làm được" in text


def test_every_point_lost_stands_once_under_what_can_be_done(pages: Pages, folder: DataFolder) -> None:
    page = pages.page("/muc-tieu/H15.133")
    heads = re.findall(r'<th scope="rowgroup">.*?</th><td class="n">([\d,]+)</td>', page)
    lost = sum(Decimal(each.replace(",", ".")) for each in heads)
    assert lost == 100 - (seen(folder, "H15.133").score.total or 0)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("4.1=100", "Được thêm 0,33 điểm, thành 72,35 điểm"),
        ("4.1=100&3.5=5", "Được thêm 0,69 điểm, thành 72,71 điểm"),
        ("4.1=99999999", "Được thêm 0,89 điểm"),
        ("4.1=nhi%E1%BB%81u&3.5=-2", "Được thêm 0,00 điểm, thành 72,02 điểm"),
        ("1.1=82", "Được thêm 0,00 điểm"),
    ],
)
def test_a_form_tries_cases_as_a_slider_does(pages: Pages, query: str, told: str) -> None:
    assert told in words(pages.page(f"/muc-tieu/H15.133?{query}"))


def test_other_goals_are_chosen_by_name_or_points(pages: Pages) -> None:
    assert "mục tiêu xếp loại Tốt (từ 80 điểm)" in words(pages.page("/muc-tieu/H15.133?dich=good"))
    assert "mục tiêu 72,5 điểm" in words(pages.page("/muc-tieu/H15.133?dich=good&diem=72,5"))
    assert "goal Top 3" in words(pages.page("/en/muc-tieu/H15.133?dich=top-3"))


def test_what_is_no_goal_is_said_on_the_page_which_shows_the_usual_one(pages: Pages) -> None:
    answer = pages.get("/muc-tieu/H15.133?diem=nhiều")
    assert answer.status_code == 400
    assert "Không có mục tiêu “nhiều”" in words(answer.text)
    assert "mục tiêu Top 10" in words(answer.text)
    assert pages.get("/muc-tieu/H99.1").status_code == 404


def test_where_groups_alone_are_known_the_page_says_that_cases_are_not(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = bring_in(DataFolder(tmp_path_factory.mktemp("boxes") / "data"), *UNITS)
    pages = pages_of(site_on(folder, home="H21"))
    text = words(pages.page("/muc-tieu/H21.212"))
    assert "điểm chưa tính được vì thiếu tử số, mẫu số" in text
    assert "Thử: làm thêm thì được gì" not in text
    assert "nên chưa tính được khoảng thứ hạng" in words(pages.page("/khoang-hang"))
    # The province itself has no figures here.
    assert pages.get("/muc-tieu").status_code == 404


def test_bands_stand_beside_the_official_rank(pages: Pages) -> None:
    page = pages.page("/khoang-hang")
    text = words(page)
    assert "Chắc trong Top 10: 0 ; có thể:" in text
    assert "90 trong 100 lần" in text
    first = next(
        row for row in rows_of(page) if row[1].startswith("UBND xã") or row[1].startswith("UBND phường")
    )
    assert first[0] == "1"
    assert re.fullmatch(r"1–\d\d", first[3])
    assert first[5] == "có thể"


def test_a_site_of_files_has_no_form(folder: DataFolder) -> None:
    page = pages_of(site_on(folder, home="H15", static=True)).page("/muc-tieu")
    assert "<form" not in page
    assert "Mọi điểm bị mất" in words(page)
