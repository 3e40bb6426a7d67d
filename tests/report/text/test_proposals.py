"""What is proposed follows from figures, and goes to those whom the figures concern."""

from pathlib import Path

import pytest
from report_folders import COMMUNE, GOOD, POOR, at_work, department, keep, real, rows, written

from bochiso.report.context import Context, DocumentKind
from bochiso.store.folder import DataFolder

DUE = "gửi về Văn phòng UBND tỉnh trước ngày 15/10/2026"
"""Five working days after the documents are written."""

EVEN = (18, 20, 12, 10, 18, 22)
"""All points."""


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


def asked(found: Context) -> dict[str, list[str]]:
    """Texts of the proposals by whom they go to."""
    return {each.to: [item.text for item in each.items] for each in found.proposals}


def test_where_nothing_is_wrong_nothing_is_proposed(folder: DataFolder) -> None:
    keep(folder, rows(department(1, EVEN), department(2, EVEN)), "2026-10-07")
    for kind in DocumentKind:
        assert written(folder, kind).proposals == []


def test_the_groups_that_earn_least_are_worked_on_by_everyone() -> None:
    found = asked(written(real()))["Các sở, ban, ngành và UBND các xã, phường"]
    assert len(found) == 3
    assert found[2] == f"Báo cáo kết quả thực hiện, {DUE}"
    assert found[0].startswith("Số hóa đầy đủ thành phần hồ sơ")
    assert found[0].endswith("(nhóm Số hóa hồ sơ của tỉnh mới đạt 9,45/22 điểm)")
    assert found[1].endswith("(nhóm Mức độ hài lòng của tỉnh mới đạt 11,04/18 điểm)")


def test_publication_goes_to_departments_and_systems_to_the_digital_office() -> None:
    found = asked(written(real()))
    assert "công bố danh mục TTHC" in found["Các sở, ban, ngành có TTHC thuộc phạm vi quản lý"][0]
    assert "số hóa hồ sơ và đồng bộ hồ sơ" in found["Sở Khoa học và Công nghệ"][0]


def test_without_the_provinces_figures_the_units_own_decide(folder: DataFolder) -> None:
    paying = (18, 20, 12, 1, 18, 22)
    found = asked(written(keep(folder, rows(department(1, paying), department(2, EVEN)), "2026-10-07")))
    assert list(found) == ["Các sở, ban, ngành", "Sở Khoa học và Công nghệ"]
    assert found["Các sở, ban, ngành"] == [
        "Hướng dẫn người dân, doanh nghiệp nộp phí, lệ phí trực tuyến; rà soát các TTHC có thu phí, lệ phí "
        "nhưng chưa phát sinh giao dịch thanh toán trực tuyến (nhóm Thanh toán trực tuyến đạt thấp so với "
        f"điểm tối đa); báo cáo kết quả thực hiện, {DUE}"
    ]


def test_units_with_the_last_two_grades_are_addressed_and_a_few_by_name() -> None:
    found = asked(written(real()))
    graded = {to: items for to, items in found.items() if "xếp loại" in to and "giảm" not in to}
    # Thanh tra tỉnh had no points for dossiers at all: nobody knows yet whether it had any.
    assert list(graded) == [
        "02 cơ quan xếp loại Yếu (Sở Ngoại vụ và Sở Tài chính)",
        "51 cơ quan, địa phương khác xếp loại Trung bình (tại phụ lục kèm theo)",
    ]
    assert all(items[-1].endswith(DUE) for items in graded.values())


def test_a_unit_with_a_low_grade_that_fell_is_asked_once_for_both() -> None:
    found = asked(written(real()))
    (to,) = (each for each in found if "đồng thời" in each)
    assert to == (
        "06 địa phương xếp loại Trung bình, đồng thời giảm từ 01 điểm trở lên hoặc giảm xếp loại so với ngày "
        "02/10/2026 (UBND xã Đức Cơ, UBND xã Phù Mỹ Bắc, UBND phường Quy Nhơn, UBND xã Ia Hrú, UBND xã Bình "
        "Hiệp và UBND xã Đak Sơmei)"
    )
    assert found[to] == [
        "Làm rõ nguyên nhân giảm điểm, khắc phục ngay các chỉ số suy giảm; có giải pháp nâng xếp loại ở kỳ "
        f"đánh giá tiếp theo; báo cáo giải trình, giải pháp, {DUE}"
    ]
    assert sum("UBND xã Đức Cơ" in each for each in found) == 1


def test_the_only_unit_with_the_last_grade_that_fell_is_told_both_reasons(folder: DataFolder) -> None:
    keep(folder, rows(department(1, GOOD), department(2, GOOD)), "2026-10-02")
    bad = (5, 5, 5, 5, 5, 5)
    found = asked(written(keep(folder, rows(department(1, GOOD), department(2, bad)), "2026-10-07")))
    assert found["Sở 02 (xếp loại Yếu, đồng thời giảm từ 01 điểm trở lên hoặc giảm xếp loại so với ngày "
                 "02/10/2026)"] == [
        "Rà soát từng chỉ số, xác định rõ nguyên nhân xếp loại Yếu và giảm điểm; phân công người chịu trách "
        f"nhiệm, thời hạn khắc phục; báo cáo giải trình, {DUE}"
    ]  # fmt: skip
    assert found[""] == [
        "Cơ quan, đơn vị, địa phương phải báo cáo từ hai nội dung nêu trên trở lên thì lập chung một báo cáo"
    ]


def test_only_a_fall_that_matters_is_to_be_explained(folder: DataFolder) -> None:
    before = rows(
        department(1, GOOD), department(2, GOOD), ("H21.30", "UBND xã A", COMMUNE, 16, 18, 10, 8, 16, 12.05)
    )
    after = rows(
        department(1, (17, 19, 11, 9, 17, 19.5)),
        department(2, (15, 19, 11, 9, 17, 20)),
        ("H21.30", "UBND xã A", COMMUNE, 16, 18, 10, 8, 16, 11.95),
    )
    keep(folder, before, "2026-10-02")
    found = asked(written(keep(folder, after, "2026-10-07")))
    told = next(to for to, items in found.items() if "nguyên nhân giảm điểm" in items[0])
    assert told == ("Sở 02 và UBND xã A (giảm từ 01 điểm trở lên hoặc giảm xếp loại so với ngày 02/10/2026)")


def test_units_without_all_figures_are_to_be_looked_into(folder: DataFolder) -> None:
    lacking = department(2, (18, None, 12, 10, 18, 22))
    found = asked(written(keep(folder, rows(department(1, EVEN), lacking), "2026-10-07")))
    assert found == {
        "Sở Khoa học và Công nghệ": [
            f"Kiểm tra nguyên nhân chưa có đủ số liệu của 01 đơn vị: Sở 02; báo cáo kết quả thực hiện, {DUE}"
        ]
    }


def test_overdue_dossiers_and_late_publications_call_for_work(tmp_path: Path) -> None:
    found = asked(written(at_work(tmp_path), DocumentKind.NOTICE))
    everyone, departments = (
        found["Các sở, ban, ngành"],
        found["Các sở, ban, ngành có TTHC thuộc phạm vi quản lý"],
    )
    assert everyone[0].startswith("Giải quyết dứt điểm 02 hồ sơ quá hạn trước ngày 15/10/2026 tại Sở 01;")
    assert departments[1].startswith("Làm rõ trách nhiệm đối với 03 TTHC")
    assert departments[1].endswith("chậm trong kỳ: Sở 02")


def test_a_directive_is_numbered_lettered_and_followed_up_by_the_office() -> None:
    found = written(real(), DocumentKind.DIRECTIVE)
    assert [each.mark for each in found.proposals] == [f"{n}." for n in range(1, len(found.proposals) + 1)]
    assert [item.mark for item in found.proposals[0].items] == ["a)", "b)", "c)"]
    assert found.proposals[-1].to == "Giao Văn phòng UBND tỉnh"
    assert [item.mark for item in found.proposals[-1].items] == [""]
    assert [each.mark for each in written(real()).proposals][:5] == ["a)", "b)", "c)", "d)", "đ)"]


def test_a_poor_level_of_many_units_is_addressed_by_its_number(folder: DataFolder) -> None:
    table = rows(*((f"H21.{n}", f"UBND xã X{n}", COMMUNE, *POOR) for n in range(1, 8)))
    assert "07 địa phương xếp loại Trung bình (tại phụ lục kèm theo)" in asked(
        written(keep(folder, table, "2026-10-07"))
    )


def test_the_only_poor_unit_is_addressed_by_its_name(folder: DataFolder) -> None:
    found = asked(written(keep(folder, rows(department(1, GOOD), department(2, POOR)), "2026-10-07")))
    assert "Sở 02 (xếp loại Trung bình)" in found


@pytest.mark.parametrize(("fell", "said"), [(12, "Sở 11 và Sở 12"), (14, "Sở 12 và 02 đơn vị khác")])
def test_who_fell_is_addressed_by_name_and_those_beyond_a_dozen_by_what_they_share(
    folder: DataFolder, fell: int, said: str
) -> None:
    keep(folder, rows(*(department(n, GOOD) for n in range(1, fell + 1))), "2026-10-02")
    worse = (15, *GOOD[1:])
    found = asked(
        written(keep(folder, rows(*(department(n, worse) for n in range(1, fell + 1))), "2026-10-07"))
    )
    to = next(each for each, items in found.items() if "nguyên nhân giảm điểm" in items[0])
    assert to.startswith("Sở 01, Sở 02, Sở 03")
    assert said in to
    assert to.endswith("(giảm từ 01 điểm trở lên hoặc giảm xếp loại so với ngày 02/10/2026)")
