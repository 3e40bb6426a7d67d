"""The page of documents: what it says before a document is signed is what the command says."""

from pathlib import Path

import docx
from command_runner import EXAMPLES, run
from loopback_server import serving
from officer_clients import officer

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


def test_what_is_set_on_the_page_stands_in_the_document_of_both_doors(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    table = EXAMPLES / "units-H21-2026-10-07.csv"
    asked = ("--as-of", "2026-10-07", "--data", folder.root)
    assert run("import", "points", table, *asked).code == 0
    fields = {
        "loai": "week", "signer": "CHÁNH VĂN PHÒNG", "signer_name": "Nguyễn Văn A", "to": "",
        "recipients": "Như trên\nLưu: VT, PVHCC (B_02b)", "explain_within": "3",
        "standing": "Hỗ trợ chuyên môn cho các xã\n* Sở Khoa học và Công nghệ\nHoàn thiện kết nối",
    }  # fmt: skip
    at = "loai=week&ky=2026/2026-10-07&nhan=tuần 01 tháng 10/2026&so-hieu=7&ngay-ky=08/10/2026"
    with serving(folder) as served, officer(served) as lan:
        assert lan.post("/van-ban/thong-tin", fields, page="/van-ban").status_code == 200
        page = lan.get(f"/van-ban?{at}").text
        wrong = lan.post("/van-ban/thong-tin", fields | {"explain_within": "ngay"}, page="/van-ban")
        bad = lan.get(f"/van-ban?{at.replace('so-hieu=7', 'so-hieu=a/b')}")
    for told in (
        "CHÁNH VĂN PHÒNG", "Nguyễn Văn A", "Lưu: VT, PVHCC (B_02b)", "Số: 07/BC-VPUBND",
        "ngày 08 tháng 10 năm 2026", "tuần 01 tháng 10/2026", "Hỗ trợ chuyên môn cho các xã",
        "Hoàn thiện kết nối",
        "trước ngày 13/10/2026",
    ):  # fmt: skip
        assert told in page.replace("\u00a0", " ")
    assert wrong.status_code == bad.status_code == 422
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
