"""The page of documents: what it says before a document is signed is what the command says."""

import re
from io import BytesIO
from pathlib import Path

import docx
import pytest
from command_runner import EXAMPLES, run
from loopback_server import serving
from officer_clients import officer
from report_folders import GOOD, POOR, department, keep, rows
from waiting import until

from bochiso.report.docx.page_pictures import find_printer
from bochiso.store.folder import DataFolder


def test_the_page_says_all_that_the_reader_must_know(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    table = EXAMPLES / "units-H21-2026-10-07.csv"
    asked = ("--as-of", "2026-10-07", "--data", folder.root)
    assert run("import", "points", table, *asked).code == 0
    told = run("report", "week", *asked, "-o", tmp_path / "out").err
    with serving(folder) as served, officer(served) as lan:
        page = lan.get("/van-ban?loai=week&ky=2026/2026-10-07").text
    for note in (
        "Chưa có kỳ trước để so sánh nên văn bản không có phần tăng, giảm.",
        "Không có số liệu xếp hạng tỉnh của kỳ này nên văn bản không nêu kết quả chung của tỉnh.",
    ):
        assert note in told
        assert note in page
    assert "Số liệu chưa công bố, người ngoài chưa xem được." in page


def test_the_newest_figures_are_chosen_where_nothing_was(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    table = EXAMPLES / "units-H21-2026-10-07.csv"
    for day in ("2026-10-07", "2026-09-30"):
        assert run("import", "points", table, "--as-of", day, "--sure", "--data", folder.root).code == 0
    with serving(folder) as served, officer(served) as lan:
        page = lan.get("/van-ban").text
    chosen = re.search(r'<select id="ky".*?<option value="([^"]*)" selected', page, re.DOTALL)
    assert chosen is not None
    assert chosen[1] == "2026/2026-10-07"


def test_a_document_is_compared_with_the_period_that_was_chosen_where_two_have_one_day(
    tmp_path: Path,
) -> None:
    """2026 and 2026-Q3, both of 2 October, with 20 points between them."""
    folder = DataFolder(tmp_path / "data")
    keep(folder, rows(department(1, GOOD), department(2, POOR)), "2026-10-02")
    keep(folder, rows(department(1, POOR), department(2, POOR)), "2026-10-02", period="2026-Q3")
    keep(folder, rows(department(1, GOOD), department(2, POOR)), "2026-10-07")
    papers = {}
    with serving(folder) as served, officer(served) as lan:
        for number, period in enumerate(("2026", "2026-Q3"), 1):
            page = lan.get(f"/van-ban?loai=week&ky=2026/2026-10-07&so={period}/2026-10-02").text
            against = page.partition('<select id="so"')[2].partition("</select>")[0]
            assert re.findall(r'<option value="([^"]*)" selected', against) == [f"{period}/2026-10-02"]
            papers[period] = lan.get(f"/van-ban/ban/{number}/tep.docx").content
    words = {period: _text(paper) for period, paper in papers.items()}
    assert words["2026"] != words["2026-Q3"]


def _text(word: bytes) -> str:
    return "\n".join(each.text for each in docx.Document(BytesIO(word)).paragraphs)


def test_what_is_set_on_the_page_stands_in_the_document_of_both_doors(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    table = EXAMPLES / "units-H21-2026-10-07.csv"
    asked = ("--as-of", "2026-10-07", "--data", folder.root)
    assert run("import", "points", table, *asked).code == 0
    fields = {
        "loai": "week", "signer": "CHÁNH VĂN PHÒNG", "signer_name": "Nguyễn Văn A", "to": "",
        "recipients": "Như trên\nLưu: VT, PVHCC (B_02b)", "explain_within": "3",
        "bases": "Công văn số 12/UBND-KSTT | 05/01/2026 | UBND tỉnh | về việc xếp loại",
        "standing": "Hỗ trợ chuyên môn cho các xã\n* Sở Khoa học và Công nghệ\nHoàn thiện kết nối",
    }  # fmt: skip
    at = "loai=week&ky=2026/2026-10-07&nhan=tuần 01 tháng 10/2026&so-hieu=7&ngay-ky=08/10/2026"
    with serving(folder) as served, officer(served) as lan:
        assert lan.post("/van-ban/thong-tin", fields, page="/van-ban").status_code == 200
        page = lan.get(f"/van-ban?{at}").text
        kept = lan.post("/van-ban/thong-tin", fields | {"ban": "1", "signer_name": "Trần B"}, page="/van-ban")
        assert kept.url.path == "/van-ban/ban/2"
        assert "Trần B" in kept.text.partition('class="paper"')[2]
        assert lan.post("/van-ban/thong-tin", fields, page="/van-ban").status_code == 200
        no_issuer = lan.post("/van-ban/thong-tin", fields | {"bases": "Công văn số 1"}, page="/van-ban")
        wrong = lan.post("/van-ban/thong-tin", fields | {"explain_within": "ngay"}, page="/van-ban")
        bad = lan.get(f"/van-ban?{at.replace('so-hieu=7', 'so-hieu=a/b')}")
    for told in (
        "CHÁNH VĂN PHÒNG", "Nguyễn Văn A", "Lưu: VT, PVHCC (B_02b)", "Số: 07/BC-VPUBND",
        "ngày 08 tháng 10 năm 2026", "tuần 01 tháng 10/2026", "Hỗ trợ chuyên môn cho các xã",
        "Hoàn thiện kết nối",
        "trước ngày 13/10/2026",
        "Thực hiện Công văn số 12/UBND-KSTT ngày 05/01/2026 của UBND tỉnh về việc xếp loại,",
    ):  # fmt: skip
        assert told in page.replace("\u00a0", " ")
    assert no_issuer.status_code == wrong.status_code == bad.status_code == 422
    assert "từ 1 đến 90" in wrong.text
    assert "không phải là số văn bản" in bad.text
    run("report", "week", *asked, "-o", tmp_path / "out")
    word = docx.Document(str(tmp_path / "out" / "bao-cao-tuan-2026-10-07.docx"))
    assert any("Nguyễn Văn A" in cell.text for table in word.tables for cell in table.rows[0].cells)


def test_settings_of_another_province_are_refused(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "office.yaml"
    assert (
        run(
            "import", "points", EXAMPLES / "units-H21-2026-10-07.csv", "--as-of", "2026-10-07", "--data", data
        ).code
        == 0
    )
    file.write_text("province: H15\nsigner_name: A\n", "utf-8")
    made = run("report", "week", "--office", file, "--data", data, "-o", tmp_path / "out")
    assert made.code == 2
    assert "là của tỉnh H15" in made.err
    assert run("office", "import", file, "--province", "H21", "--data", data).code == 2
    assert run("office", "import", file, "--data", data).code == 0
    assert run("office", "export", "--province", "H15", "--data", data).out == file.read_text("utf-8")
    assert run("office", "export", "--province", "H21", "--data", data).code == 2


def test_a_signed_document_is_kept_and_given_back_byte_for_byte(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    asked = ("--as-of", "2026-10-07", "--data", folder.root)
    assert run("import", "points", EXAMPLES / "units-H21-2026-10-07.csv", *asked).code == 0
    assert run("report", "week", *asked, "-o", tmp_path).code == 0
    signed = (tmp_path / "bao-cao-tuan-2026-10-07.docx").read_bytes()
    fields = {"loai": "week", "so": "7", "ngay": "08/10/2026", "nguoi-ky": "Nguyễn Văn A"}
    with serving(folder) as served, officer(served) as lan:
        sent = {"tep": ("ký.docx", signed)}
        page = lan.post("/van-ban/phat-hanh", fields, page="/van-ban", files=sent).text
        assert "Nguyễn Văn A" in page
        assert "units=2026-10-07/2026/" in page
        again = lan.post("/van-ban/phat-hanh", fields, page="/van-ban", files=sent)
        assert again.status_code == 422
        assert "đã lưu văn bản số 07" in again.text.lower()
        other = lan.post(
            "/van-ban/phat-hanh", fields | {"so": "8"}, page="/van-ban", files={"tep": ("a.docx", b"a")}
        )
        assert other.status_code == 422
        assert lan.get("/van-ban/phat-hanh/1").content == signed
        assert lan.get("/van-ban/phat-hanh/2").status_code == 404
        assert (
            "đã công bố" in lan.post("/van-ban/phat-hanh/1/cong-bo", {"cong-bo": "co"}, page="/van-ban").text
        )
    listed = run("office", "issued", "--data", folder.root).out
    assert "07" in listed
    assert "có" in listed
    assert run("office", "file", "1", "--data", folder.root, "-o", tmp_path / "lay").code == 0
    assert (tmp_path / "lay" / "ký.docx").read_bytes() == signed


def test_what_is_asked_is_edited_before_the_file_is_made_and_made_once(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    asked = ("--as-of", "2026-10-07", "--data", folder.root)
    assert run("import", "points", EXAMPLES / "units-H21-2026-10-07.csv", *asked).code == 0
    with serving(folder) as served, officer(served) as lan:
        assert "/van-ban/ban/1/tep.docx" in lan.get("/van-ban?loai=month&ky=2026/2026-10-07").text
        page = "/van-ban/ban/1"
        fields = {
            "noi-nhan-0": "Các sở, ban, ngành:", "noi-dung-0": "Rà soát chỉ số.\n\n Số hóa <100%> hồ sơ ;",
            "noi-nhan-1": "Sở Nội vụ", "noi-dung-1": "Tham mưu khen thưởng", "noi-nhan-2": "Sở Y tế",
            "noi-dung-2": " ", "so-hieu": "12", "ngay-ky": "08/10/2026",
        }  # fmt: skip
        empty = {"khong": ("", b"")}
        made = lan.post(page, fields, files=empty)
        assert made.status_code == 200
        text = made.text.replace("\u00a0", " ")
        for told in ("Số hóa &lt;100%&gt; hồ sơ.", "b) Sở Nội vụ: Tham mưu khen thưởng.", "Số: 12/"):
            assert told in text
        paper = text.partition('class="paper"')[2]
        assert "Rà soát chỉ số.." not in text
        assert "Sở Y tế: " not in paper
        word = lan.get("/van-ban/ban/2/tep.docx").content
        assert lan.get("/van-ban/ban/2/tep.docx").content == word
        wrong = lan.post(page, fields | {"so-hieu": "a/b"}, files=empty)
        assert wrong.status_code == 422
        assert "không phải là số văn bản" in wrong.text
        back = lan.post("/van-ban/ban/2", fields | {"viec": "bo"}, files=empty)
        assert "Tham mưu khen thưởng" not in back.text
        assert 'value="12"' in lan.get("/van-ban").text
        assert lan.get("/van-ban/ban/9").status_code == 404
        assert "không đổi" in lan.get("/van-ban/ban/2/nay-khac").text
    again = run("office", "again", "2", "--data", folder.root, "-o", tmp_path / "again")
    assert "giống từng byte" in again.err
    assert (tmp_path / "again" / "cong-van-thang-2026-10-07.docx").read_bytes() == word


@pytest.mark.skipif(find_printer() is None, reason="needs pdftoppm")
@pytest.mark.usefixtures("libreoffice")
def test_the_pages_are_drawn_one_after_another_of_the_pdf_that_is_given_out(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    table = tmp_path / "so.csv"
    table.write_text(rows(department(1, GOOD), department(2, POOR)), "utf-8")
    assert run("import", "points", table, "--as-of", "2026-10-07", "--data", folder.root).code == 0
    with serving(folder) as served, officer(served) as lan:
        lan.get("/van-ban?loai=directive&ky=2026/2026-10-07")
        assert lan.get("/van-ban/ban/1/trang/1.png").status_code == 404
        until(lambda: lan.get("/van-ban/ban/1/tien-do").json()["done"])
        state = lan.get("/van-ban/ban/1/tien-do").json()
        assert state["failed"] is None
        assert state["made"] == state["pages"] > 1
        assert lan.get(f"/van-ban/ban/1/trang/{state['pages']}.png").content.startswith(b"\x89PNG")
        assert lan.get(f"/van-ban/ban/1/trang/{state['pages'] + 1}.png").status_code == 404
        pdf = lan.get("/van-ban/ban/1/tep.pdf").content
        assert lan.get("/van-ban/ban/1/tep.pdf").content == pdf
