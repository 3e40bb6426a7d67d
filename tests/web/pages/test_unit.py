"""The page of one unit: its points and losses, its peers, its past."""

from decimal import Decimal
from pathlib import Path

import pytest
from public_pages import (
    METRICS,
    PROVINCES,
    UNITS,
    Pages,
    bring_in,
    keep_table,
    pages_of,
    rows_of,
    site_on,
    words,
)

from bochiso.score.explanation import explain
from bochiso.score.marginal_gain import next_hundredth
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.snapshots.queries import explained
from bochiso.text import Lang, points


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    return bring_in(DataFolder(tmp_path_factory.mktemp("unit") / "data"), *PROVINCES, *UNITS, *METRICS)


@pytest.fixture(scope="module")
def pages(folder: DataFolder) -> Pages:
    return pages_of(site_on(folder, home="H21"))


def test_total_rank_grade_and_change_are_told(pages: Pages) -> None:
    text = words(pages.page("/don-vi/H21.19"))
    assert "Sở Y tế" in text
    assert "Hạng 4 /14, 70,37 /100 điểm ( ▲ +12,26 , ▲ tăng 6 bậc so với ngày 02/10/2026)" in text
    assert "Còn 9,63 điểm nữa đạt loại Tốt" in text
    assert "Kém đơn vị xếp ngay trên 1,00 điểm." in text


def test_the_source_is_told_and_nothing_of_dossiers(pages: Pages) -> None:
    for path in ("/don-vi/H21.19", "/tinh/H21"):
        text = words(pages.page(path))
        assert "Nguồn số liệu: bảng số liệu do cán bộ nạp." in text
        assert "Hồ sơ cần xử lý" not in text


def test_the_first_is_in_the_lead(pages: Pages) -> None:
    assert "Đang đứng đầu." in words(pages.page("/don-vi/H21.17"))


def test_what_moved_the_total_adds_up_to_its_change(pages: Pages) -> None:
    html = pages.page("/don-vi/H21.19")
    moved = [row for row in rows_of(html) if len(row) == 8 and row[7].startswith(("▲", "▼"))]
    gained = [Decimal(row[7].split()[1].replace(",", ".").replace("−", "-")) for row in moved]
    assert sum(gained) == Decimal("12.26")
    assert moved[0][0] == "Mức độ hài lòngKhông có số đếm của cả hai ngày"
    assert moved[0][5:7] == ["5,80", "17,81"]


def test_two_peers_above_and_below_are_shown_with_their_distance(pages: Pages) -> None:
    rows = [row for row in rows_of(pages.page("/don-vi/H21.19")) if len(row) == 4 and row[0].isdigit()]
    assert [row[0] for row in rows] == ["2", "3", "4", "5", "6"]
    assert rows[1] == ["3", "Ban Quản lý Khu kinh tế", "71,37", "+1,00"]
    assert rows[2] == ["4", "Sở Y tế", "70,37", ""]


@pytest.mark.parametrize(("code", "ranks"), [("H21.17", ["1", "2", "3"]), ("H21.20", ["12", "13", "14"])])
def test_at_the_ends_there_are_fewer_peers(pages: Pages, code: str, ranks: list[str]) -> None:
    html = pages.page(f"/don-vi/{code}")
    assert [row[0] for row in rows_of(html) if len(row) == 4 and row[0].isdigit()] == ranks


def test_every_indicator_stands_with_what_one_more_hundredth_costs(folder: DataFolder, pages: Pages) -> None:
    with open_store(folder) as store:
        found = explained(store, "H20", as_of="2026-10-10", period=None, against=None, rules=None)
    html = pages.page("/so-lieu/2026/2026-10-10/don-vi/H20")
    shown = [row for row in rows_of(html) if len(row) == 7 and row[4].count("/") == 1]
    lines = [line for line in explain(found.standing.score, found.after.rules) if line.max_points]
    assert len(shown) == len(lines)
    for cells, line in zip(shown, lines, strict=True):
        assert cells[4].startswith(points(line.points, Lang.VI))
        assert cells[5] == points(line.lost, Lang.VI)
        if line.indicator and (more := next_hundredth(line.indicator.rule, line.indicator.count)):
            assert cells[6] == f"{more:,}".replace(",", ".")


def test_a_figure_of_the_province_and_a_small_denominator_are_marked(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    table = (
        "unit,unit_name,level,parent,indicator,numerator,denominator\n"
        "H21,UBND tỉnh Gia Lai,province,,PUBLISH_ON_TIME,45,52\n"
        "H21.1,Sở A,department,H21,RESOLVED_ON_TIME,1,2\n"
        "H21.1,Sở A,department,H21,DOSSIER_SYNC,0,0\n"
    )
    keep_table(folder, "a.csv", table.encode(), "measures", "2026-10-07")
    rows = rows_of(pages_of(site_on(folder)).page("/don-vi/H21.1"))
    published = next(row for row in rows if row[0].startswith("1.1"))
    assert "Lấy theo số liệu chung của tỉnh" in published[0]
    assert published[1] == "45 / 52"
    few = next(row for row in rows if row[0].startswith("2.1"))
    assert "Mẫu số nhỏ" in few[0]
    assert few[2:] == ["50,00%", "100%", "10,00/20", "10,00", "1"]
    empty = next(row for row in rows if row[0].startswith("1.4"))
    assert empty[6] == "chưa phát sinh"


def test_the_provinces_own_indicators_never_lead_what_a_commune_is_to_do(tmp_path: Path) -> None:
    """The portal writes copies of them into every unit: they are the province's all the same."""
    folder = DataFolder(tmp_path / "data")
    given = [("PUBLISH_ON_TIME", 0, 52), ("PUBLISH_COMPLETE", 0, 52), ("RESOLVED_ON_TIME", 9, 10)]
    table = "unit,unit_name,level,parent,indicator,numerator,denominator\n" + "".join(
        f"{whose},{code},{up},{down}\n"
        for whose in ("H21,UBND tỉnh Gia Lai,province,", "H21.1,Xã A,commune,H21")
        for code, up, down in given
    )
    keep_table(folder, "a.csv", table.encode(), "measures", "2026-10-07")
    pages = pages_of(site_on(folder))
    rows = [row for row in rows_of(pages.page("/don-vi/H21.1")) if row[0][:3] in ("1.1", "1.2", "2.1")]
    assert [row[0][:3] for row in rows] == ["2.1", "1.1", "1.2"]
    for row in rows[1:]:
        assert "Lấy theo số liệu chung của tỉnh" in row[0]
    goal = words(pages.page("/muc-tieu/H21.1"))
    assert "Chỉ tỉnh làm được" in goal
    assert "cần thêm 1" not in " ".join(rows[1])


def test_groups_without_indicators_are_one_line_each(pages: Pages) -> None:
    html = pages.page("/don-vi/H21.212")
    lines = [row for row in rows_of(html) if len(row) == 3 and "/" in row[1] and "," in row[1]]
    assert len(lines) == 6
    assert "Nguồn chỉ công bố điểm của từng nhóm" in words(html)


def test_a_unit_that_newer_figures_lack_is_shown_as_it_was(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    head = "unit,unit_name,level,parent,total\n"
    keep_table(folder, "a.csv", f"{head}H21.1,Sở A,department,H21,70\n".encode(), "points", "2026-10-01")
    keep_table(folder, "b.csv", f"{head}H21.2,Sở B,department,H21,60\n".encode(), "points", "2026-10-02")
    text = words(pages_of(site_on(folder)).page("/don-vi/H21.1"))
    assert "số liệu ngày 01/10/2026" in text
    assert "70,00 /100" in text


def test_the_past_is_shown_as_it_was(pages: Pages) -> None:
    text = words(pages.page("/so-lieu/2026/2026-10-02/don-vi/H21.19"))
    assert "58,11 /100" in text
    assert "Mới có một kỳ số liệu" in text


def test_ranks_are_among_the_units_of_one_province(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    table = (
        "unit,unit_name,level,parent,total\n"
        "H15.1,UBND xã A,commune,H15,60\nH15.2,UBND xã B,commune,H15,50\nH21.1,UBND xã C,commune,H21,70\n"
    )
    keep_table(folder, "a.csv", table.encode(), "points", "2026-10-07")
    text = words(pages_of(site_on(folder)).page("/don-vi/H15.1"))
    assert "1 /2" in text
    assert "tỉnh Đắk Lắk" in text


def test_a_name_is_text_never_markup(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    table = "unit,unit_name,level,parent,total\nH15.1,<script>alert(1)</script> & bạn,commune,H15,60\n"
    keep_table(folder, "a.csv", table.encode(), "points", "2026-10-07")
    pages = pages_of(site_on(folder))
    for path in ("/don-vi/H15.1", "/don-vi", "/don-vi?tim=<script>"):
        assert "<script>alert" not in pages.page(path)


@pytest.mark.parametrize(
    "path", ["/don-vi/H21.999", "/don-vi/%20", "/don-vi/so y te", "/so-lieu/2026/2026-09-17/don-vi/H21.19"]
)
def test_a_unit_that_is_not_there_is_not_found(pages: Pages, path: str) -> None:
    answer = pages.get(path)
    assert answer.status_code == 404
    assert "Không có trang này" in words(answer.text)


def test_english_says_it_in_english(pages: Pages) -> None:
    text = words(pages.page("/en/don-vi/H21.19"))
    assert "It is 9.63 points short of the grade Good" in text
    for word in ("Tổng điểm", "Xếp hạng", "Chỉ số", "Hạng", "điểm "):
        assert word not in text


def test_a_fall_that_one_petition_made_says_so(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    head = "unit,unit_name,level,parent,indicator,numerator,denominator"
    others = ("CKMB", "TDGQ", "CLGQ", "TTTT", "MDSH")
    for day, counts in (("2026-10-02", "0,0"), ("2026-10-09", "0,1")):
        rows = [f"H21.1,UBND xã Một,commune,H21,{code},{n}" for code, n in (
            ("PETITION_PROCESSING_ON_TIME", counts), ("PETITION_HANDLING_SATISFACTION", counts),
            ("DOSSIER_RECEIVING_SATISFACTION", "9,10"))]  # fmt: skip
        keep_table(folder, f"so-{day}.csv", "\n".join([head, *rows]).encode(), "measures", day)
        boxes = f"unit,unit_name,level,parent,{','.join(others)}\nH21.1,UBND xã Một,commune,H21,9,9,9,9,9\n"
        keep_table(folder, f"nhom-{day}.csv", boxes.encode(), "points", day)
    text = words(pages_of(site_on(folder, home="H21")).page("/don-vi/H21.1"))
    assert "Tổng điểm giảm 12,00 điểm, trong đó 12,00 điểm chỉ do 01 phản ánh, kiến nghị." in text
