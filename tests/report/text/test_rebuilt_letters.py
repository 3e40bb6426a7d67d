"""Letters as offices wrote them from 2024 to 2026, made again from tables: figure, rank, deadline and name.

Counts are those that were published; which unit had how many points was not, so units are made up to them.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from prose_text import prose_text
from report_folders import keep

from bochiso.report.context import DocumentKind
from bochiso.report.office_settings import OfficeSettings, read_settings
from bochiso.report.report_data import ReportRequest, dossiers_if_any, gather
from bochiso.report.text.compose import context
from bochiso.report.text.document_builder import IssueDetails
from bochiso.store.dossiers.file_import import import_dossiers
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder

FIVE = "qd766-five-groups"
OLD_CODES = [f"H{n:02d}" for n in range(1, 64)]
"""The 63 provinces of before 1 July 2025; Đắk Lắk is H15, Bình Phước H10, Đồng Nai H19."""


def told(
    folder: DataFolder,
    kind: DocumentKind,
    asked: ReportRequest,
    now: datetime,
    issue: IssueDetails | None = None,
    settings: str = "{}",
) -> tuple[str, Any]:
    """The prose of a document and its context."""
    own: OfficeSettings = read_settings(settings, "office.yaml", asked.province)
    with open_store(folder) as store, dossiers_if_any(folder) as db:
        facts = gather(store, asked, now, db)
    found = context(kind, facts, own, now, (), issue)
    return prose_text(kind, found), found


def says(text: str, *parts: str) -> None:
    assert [part for part in parts if part not in text] == []


def totals(prefix: str, level: str, names: Sequence[str], bands: Sequence[tuple[int, float]]) -> str:
    """A table of totals: so many units at about these points, one band after another."""
    points = [most - n / 100 for count, most in bands for n in range(count)]
    lines = [
        f"{prefix}{n:03d};{name};{level};{total:.2f}"
        for n, (name, total) in enumerate(zip(names, points, strict=True))
    ]
    return "\n".join(["Mã đơn vị;Tên đơn vị;Cấp;Tổng điểm", *lines])


def rates(prefix: str, names: Sequence[str], bands: Sequence[tuple[int, float]]) -> str:
    """A table of rates of five groups: so many departments at about these percents of each."""
    values = [most - n / 10 for count, most in bands for n in range(count)]
    head = (
        "Mã đơn vị;Tên đơn vị;Cấp;Công khai, minh bạch;Tiến độ, kết quả giải quyết;Số hóa hồ sơ;"
        "Cung cấp dịch vụ trực tuyến;Mức độ hài lòng"
    )
    lines = [
        f"{prefix}.{n:02d};{name};Sở, ban, ngành" + f";{value:.1f}".replace(".", ",") * 5
        for n, (name, value) in enumerate(zip(names, values, strict=True), start=1)
    ]
    return "\n".join([head, *lines])


def provinces(own: str, totals: Sequence[tuple[str, str]]) -> str:
    return "\n".join(
        ["Mã đơn vị;Tên tỉnh;Tổng điểm", own, *(f"{code};Tỉnh {code};{t}" for code, t in totals)]
    )


def test_a_letter_of_a_month_for_a_province_alone(tmp_path: Path) -> None:
    """Đắk Lắk, July 2024: points rounded by the source, the rank as published."""
    table = (
        "Mã;Tên đơn vị;CKMB;TDGQ;CLGQ;TTTT;MDHL;MDSH;Tổng điểm;Xếp hạng\n"
        "H15;Tỉnh Đắk Lắk;11,4;19,3;5,8;2,7;18,0;15,5;72,78;42/63\n"
    )
    folder = keep(DataFolder(tmp_path / "data"), table, "2024-08-05", period="2024", label="tháng 7/2024")
    settings = (
        "signer: [KT. CHÁNH VĂN PHÒNG, PHÓ CHÁNH VĂN PHÒNG]\nkinds:\n  month:\n    to: ['{committee}', "
        "'Các sở, ban, ngành', '{local}']\n    bases:\n    - {document: Công văn số "
        "1541/UBND-KSTTHC, day: 27/02/2024, "
        "issuer: UBND tỉnh, title: về việc triển khai các nhiệm vụ năm 2024}\n"
    )
    text, found = told(
        folder, DocumentKind.MONTH, ReportRequest("H15"), datetime(2024, 8, 6, 2, tzinfo=UTC), None, settings
    )
    says(
        text,
        "tỉnh Đắk Lắk đạt 72,78/100 điểm, xếp hạng 42/63 tỉnh, thành phố", "số liệu ngày 05/8/2024",
        "còn được cập nhật theo thời gian", "Công khai, minh bạch: 11,40/18 điểm",
        "Tiến độ, kết quả giải quyết: 19,30/20 điểm", "5,80/12 điểm", "2,70/10 điểm",
        "Mức độ hài lòng: 18,00/18 điểm", "Số hóa hồ sơ: 15,50/22 điểm",
        "Công văn số 1541/UBND-KSTTHC ngày 27/02/2024", "Kết quả chi tiết tại Phụ lục",
    )  # fmt: skip
    assert found.paper.to == ["UBND tỉnh", "Các sở, ban, ngành", "UBND các huyện, thị xã, thành phố"]
    assert found.paper.subject.endswith("người dân, doanh nghiệp tháng 7/2024")
    assert found.paper.place_day.endswith("tháng 8 năm 2024")
    assert found.paper.signer == ["KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG"]


@pytest.fixture(scope="module")
def november(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """Đắk Lắk in two weeks of November 2025: the province, 14 departments, 102 communes, 34 provinces."""
    folder = DataFolder(tmp_path_factory.mktemp("november") / "data")
    others = [code for code in (f"H{n:02d}" for n in range(1, 64)) if code != "H15"]
    known = [c for c in others if c in NOW_PROVINCES]
    above, below = known[:15], known[15:]
    for day, own, communes in (("2025-11-07", "88,45", 92), ("2025-11-14", "88,72", 87)):
        label = f"tuần {'01' if day.endswith('07') else '02'} tháng 11/2025"
        groups = "14,53;18,62;20,10;17,94;17,53" if own == "88,72" else "14,26;18,62;20,10;17,94;17,53"
        head = "Mã đơn vị;Tên đơn vị;Công khai, minh bạch;Tiến độ, kết quả giải quyết;Số hóa hồ sơ;"
        head += "Cung cấp dịch vụ trực tuyến;Mức độ hài lòng;Tổng điểm"
        tables = (
            ("points", provinces(f"H15;UBND tỉnh Đắk Lắk;{own}",
                                 [(c, "92,10") for c in above] + [(c, "80,20") for c in below])),
            ("points", f"{head}\nH15;UBND tỉnh Đắk Lắk;{groups};{own}"),
            ("rates", rates("H15", [f"Sở {n}" for n in range(1, 15)], ((10, 96), (3, 85), (1, 66)))),
            ("points", totals("H15.1", "Cấp xã", [f"UBND xã Số {n}" for n in range(102)],
                              ((communes, 95), (102 - communes, 88)))),
        )  # fmt: skip
        for kind, table in tables:
            keep(folder, table, day, label=label, period="2025", kind=kind, rules=FIVE)
    return folder


NOW_PROVINCES = {
    "H01", "H05", "H12", "H13", "H14", "H15", "H17", "H18", "H19", "H20", "H21", "H24", "H26", "H27", "H29",
    "H31", "H32", "H35", "H36", "H37", "H38", "H41", "H42", "H44", "H48", "H49", "H50", "H52", "H53", "H55",
    "H56", "H57", "H60", "H61",
}  # fmt: skip


def test_a_weekly_report_with_departments_and_communes(november: DataFolder) -> None:
    settings = (
        "target_rank: 10\ntarget_basis: theo chỉ đạo của đồng chí Bí thư Tỉnh ủy\nearlier:\n- {document: "
        "Công văn số 04972/UBND-PVHCC, day: 29/9/2025}\n- {document: Công văn số 07406/UBND-PVHCC, "
        "day: 06/11/2025}\n"
        "standing:\n- {to: Sở Khoa học và Công nghệ, tasks: ['tiếp tục hoàn thiện kết nối, chia sẻ "
        "dữ liệu']}\n"
        "kinds:\n  week:\n    recipients: ['CVP, PCVP UBND tỉnh (đ/c Khánh)', 'Lưu: VT, PVHCC (B_02b)']\n"
        "    signer_name: Cao Như Khánh\n"
    )
    text, found = told(
        november,
        DocumentKind.WEEK,
        ReportRequest("H15"),
        datetime(2025, 11, 17, 2, tzinfo=UTC),
        None,
        settings,
    )
    says(
        text,
        "05 nhóm chỉ số", "Công khai, minh bạch: 18 điểm", "Tiến độ, kết quả giải quyết: 20 điểm",
        "Số hóa hồ sơ: 22 điểm", "Cung cấp dịch vụ trực tuyến: 22 điểm", "Mức độ hài lòng: 18 điểm",
        "75 × 22/100 = 16,5", "Từ 90 điểm trở lên: Xuất sắc", "Dưới 50 điểm: Yếu",
        "tỉnh Đắk Lắk đạt 88,72/100 điểm (tăng 0,27 điểm so với tuần 01 tháng 11), xếp hạng 16/34 tỉnh",
        "Công khai, minh bạch: 14,53/18 điểm", "Tiến độ, kết quả giải quyết: 18,62/20 điểm",
        "Số hóa hồ sơ: 20,10/22 điểm", "Cung cấp dịch vụ trực tuyến: 17,94/22 điểm",
        "Mức độ hài lòng: 17,53/18 điểm",
        "Có 10/14 cơ quan xếp loại Xuất sắc", "Có 03/14 cơ quan xếp loại Tốt",
        "Không có cơ quan xếp loại Khá", "Có 01/14 cơ quan xếp loại Trung bình",
        "Không có cơ quan xếp loại Yếu",
        "Có 87/102 UBND cấp xã xếp loại Xuất sắc (giảm 05 địa phương so với tuần 01 tháng 11)",
        "Có 15/102 UBND cấp xã xếp loại Tốt", "Không có UBND cấp xã xếp loại Khá",
        "Phụ lục I", "Phụ lục II",
        "Công văn số 04972/UBND-PVHCC ngày 29/9/2025; Công văn số 07406/UBND-PVHCC ngày 06/11/2025",
        "- Tiếp tục hoàn thiện kết nối, chia sẻ dữ liệu.",
        "nhóm 10 tỉnh, thành phố dẫn đầu cả nước trong năm 2025 theo chỉ đạo của đồng chí Bí thư Tỉnh ủy",
    )  # fmt: skip
    assert found.paper.subject.endswith("tỉnh Đắk Lắk tuần 02 tháng 11/2025")
    assert found.paper.recipients[-1] == "Lưu: VT, PVHCC (B_02b)"
    assert found.paper.signer_name == "Cao Như Khánh"


def test_a_letter_of_a_quarter_with_three_levels(tmp_path: Path) -> None:
    """Đồng Nai, the second quarter of 2024, read at 11:00 on 8 July."""
    folder = DataFolder(tmp_path / "data")
    tables = (
        ("rates", rates("H19", [f"Sở {n}" for n in range(1, 18)], ((2, 85), (4, 74), (11, 62)))),
        ("points", totals("H19.3", "Cấp huyện", [f"UBND huyện Số {n}" for n in range(11)], ((2, 75),
        (9, 62)))),
        ("points", totals("H19.30.", "Cấp xã", [f"UBND xã Số {n}" for n in range(170)],
                          ((18, 75), (150, 62), (2, 45)))),
    )  # fmt: skip
    for kind, table in tables:
        keep(folder, table, "2024-07-08", label="quý II/2024", period="2024-Q2", kind=kind, rules=FIVE)
    text, found = told(
        folder, DocumentKind.QUARTER, ReportRequest("H19"), datetime(2024, 7, 9, 2, tzinfo=UTC)
    )
    says(
        text,
        "05 nhóm chỉ số", "75 × 22/100 = 16,5", "ngày 09/7/2024",
        "Không có cơ quan xếp loại Xuất sắc", "Có 02/17 cơ quan xếp loại Tốt",
        "Có 04/17 cơ quan xếp loại Khá",
        "Có 11/17 cơ quan xếp loại Trung bình", "Không có cơ quan xếp loại Yếu",
        "Không có UBND cấp huyện xếp loại Tốt", "Có 02/11 UBND cấp huyện xếp loại Khá",
        "Có 09/11 UBND cấp huyện xếp loại Trung bình", "Không có UBND cấp huyện xếp loại Yếu",
        "Không có UBND cấp xã xếp loại Tốt", "Có 18/170 UBND cấp xã xếp loại Khá",
        "Có 150/170 UBND cấp xã xếp loại Trung bình", "Có 02/170 UBND cấp xã xếp loại Yếu",
        "Phụ lục I, Phụ lục II và Phụ lục III",
    )  # fmt: skip
    assert "quý II/2024" in found.paper.subject


def test_a_notice_with_the_rank_by_a_group_dossiers_and_a_deadline(tmp_path: Path) -> None:
    """Bình Phước, April 2024: 03/63 by one group, 17/63 in all; those with late dossiers explain by a day."""
    folder = DataFolder(tmp_path / "data")
    head = (
        "Mã đơn vị;Tên đơn vị;Cấp;Công khai, minh bạch;Tiến độ, kết quả giải quyết;Số hóa hồ sơ;"
        "Cung cấp dịch vụ trực tuyến;Mức độ hài lòng"
    )
    others = [code for code in OLD_CODES if code != "H10"]
    lines = []
    for n, code in enumerate(others):
        public, digital = ("72,0" if n < 2 else "60,0"), ("99,0" if n < 16 else "50,0")
        lines.append(f"{code};Tỉnh {code};Cấp tỉnh;{public};95,0;{digital};80,0;85,0")
    own = "H10;UBND tỉnh Bình Phước;Cấp tỉnh;71,3;89,7;78,0;70,0;80,0"
    keep(folder, "\n".join([head, own, *lines]), "2024-05-06", period="2024", label="tháng 4/2024",
         kind="rates", rules=FIVE)  # fmt: skip
    keep(folder, rates("H10", ["Sở Thông tin và Truyền thông", "Sở Tư pháp"], ((2, 80),)), "2024-05-06",
         period="2024", label="tháng 4/2024", kind="rates", rules=FIVE)  # fmt: skip
    late = tmp_path / "hs.jsonl"
    late.write_text(
        '{"MaHoSo":"H10.02-240401-0001","MaTTHC":"1.000656","NgayTiepNhan":"20240401080000",'
        '"NgayHenTra":"20240415170000","TrangThaiHoSo":"4","KenhThucHien":"2"}\n',
        "utf-8",
    )
    import_dossiers(folder, [late])
    text, found = told(
        folder, DocumentKind.NOTICE, ReportRequest("H10"), datetime(2024, 5, 7, 2, tzinfo=UTC),
        IssueDetails(deadline=date(2024, 5, 17)),
    )  # fmt: skip
    says(
        text,
        "I. KẾT QUẢ THEO BỘ CHỈ SỐ", "đạt 71,3%, hạng 03/63",
        "đạt 77,73/100 điểm, xếp hạng 17/63 tỉnh, thành phố",
        "II. TÌNH HÌNH GIẢI QUYẾT HỒ SƠ VÀ CÔNG BỐ, CÔNG KHAI TTHC", "chi tiết tại Phụ lục II",
        "Sở Tư pháp: Rà soát từng hồ sơ quá hạn", "báo cáo giải trình",
        "gửi về Văn phòng UBND tỉnh trước ngày 17/5/2024",
    )  # fmt: skip
    assert [row.unit for row in found.handling.rows] == ["Sở Tư pháp", "Tổng cộng"]


def test_a_steering_letter_against_the_year_before(tmp_path: Path) -> None:
    """Đắk Lắk, April 2026: 94,70, 23/34, nine places below 2025; who has overdue dossiers."""
    folder = DataFolder(tmp_path / "data")
    others = sorted(NOW_PROVINCES - {"H15"})
    for day, own, above, period in (("2025-12-31", "90,10", 13, "2025"), ("2026-04-10", "94,70", 22, "2026")):
        ranks = [(c, "97,50" if n < above else "88,10") for n, c in enumerate(others)]
        keep(folder, provinces(f"H15;UBND tỉnh Đắk Lắk;{own}", ranks), day, period=period, rules=FIVE)
    units = ["Sở Nông nghiệp và Môi trường"]
    keep(folder, rates("H15", units, ((1, 80),)), "2026-04-10", period="2026", kind="rates", rules=FIVE)
    late = tmp_path / "hs.jsonl"
    late.write_text(
        "".join(
            f'{{"MaHoSo":"H15.01-260301-{n:04d}","MaTTHC":"1.000656","NgayTiepNhan":"20260301080000",'
            '"NgayHenTra":"20260315170000","TrangThaiHoSo":"4","KenhThucHien":"2"}\n'
            for n in range(12)
        ),
        "utf-8",
    )
    import_dossiers(folder, [late])
    settings = "target_rank: 10\ntarget_basis: theo Thông báo số 04-TB/BCĐ ngày 30/3/2026\n"
    asked = ReportRequest("H15", "2026-04-10", province_against="2025-12-31")
    text, _ = told(
        folder, DocumentKind.DIRECTIVE, asked, datetime(2026, 4, 11, 2, tzinfo=UTC), None, settings
    )
    says(
        text,
        "đạt 94,70/100 điểm", "xếp hạng 23/34 tỉnh, thành phố", "giảm 09 bậc",
        "có 12 hồ sơ đang giải quyết đã quá hạn tại Sở Nông nghiệp và Môi trường",
        "Giải quyết dứt điểm 12 hồ sơ quá hạn", "xin lỗi người dân, doanh nghiệp",
        "phấn đấu đưa tỉnh Đắk Lắk vào nhóm 10 tỉnh, thành phố dẫn đầu cả nước trong năm 2026 theo "
        "Thông báo số 04-TB/BCĐ",
        "Giao Văn phòng UBND tỉnh theo dõi, đôn đốc, kiểm tra",
        "định kỳ công khai kết quả của từng cơ quan, địa phương",
    )  # fmt: skip
