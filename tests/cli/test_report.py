"""`bochiso report` and `bochiso verify`: what they leave, what they say, what they refuse."""

from pathlib import Path

import pytest
from command_runner import EXAMPLES, run, tree
from docx import Document
from thoroughness import spread

from bochiso.report.context import DocumentKind

TABLE = EXAMPLES / "units-H21-2026-10-07.csv"
WEEK = "bao-cao-tuan-2026-10-07"
ASKED = ("--province", "H21", "--as-of", "2026-10-07", "--against", "2026-10-02")


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The units of one day; only to be read."""
    folder = tmp_path_factory.mktemp("units") / "data"
    assert (
        run("import", "points", TABLE, "--as-of", "2026-10-07", "--period", "2026", "--data", folder).code
        == 0
    )
    return folder


@pytest.mark.parametrize(
    ("kind", "stem"),
    spread(
        [
            ("week", WEEK),
            ("month", "cong-van-thang-2026-10-07"),
            ("quarter", "cong-van-quy-2026-10-07"),
            ("notice", "thong-bao-thang-2026-10-07"),
            ("directive", "cong-van-chi-dao-2026-10-07"),
        ],
        2,
    ),
)
def test_a_kind_leaves_a_document_and_a_workbook(data: Path, tmp_path: Path, kind: str, stem: str) -> None:
    out = tmp_path / "mới" / "kết quả"
    done = run("report", kind, *ASKED, "--data", data, "-o", out)
    assert done.code == 0, done.err
    names = [f"{stem}.docx", f"{stem}.xlsx"]
    assert sorted(path.name for path in out.iterdir()) == names
    assert done.out.splitlines() == [str(out / name) for name in names]
    assert "Máy này chưa có LibreOffice" in done.err
    assert run("verify", *(out / name for name in names), "--data", data).code == 0


@pytest.mark.landing  # quicker: the PDF of tests/report/docx/test_pdf.py, and that of the page of documents
@pytest.mark.usefixtures("libreoffice")
def test_a_pdf_stands_beside_them_and_carries_their_identity(data: Path, tmp_path: Path) -> None:
    done = run("report", "week", *ASKED, "--data", data, "-o", tmp_path)
    assert (done.code, len(done.out.splitlines())) == (0, 3), done.err
    checked = run("verify", tmp_path / f"{WEEK}.pdf", "--data", data)
    assert (checked.code, "Không kiểm tra nội dung" in checked.err) == (0, True)
    assert "số liệu ngày 07/10/2026, kỳ 2026" in checked.out
    assert checked.out.count("đúng như đang lưu") == 4


def test_what_the_reader_must_know_is_said(units: Path, tmp_path: Path) -> None:
    done = run("report", "week", "--data", units, "-o", tmp_path)
    assert done.code == 0
    assert "Chưa có kỳ trước để so sánh" in done.err
    assert "Không có số liệu xếp hạng tỉnh" in done.err
    lacking = tmp_path / "thieu.csv"
    lacking.write_text(
        "unit,unit_name,level,parent,CKMB,TDGQ\nH21.1,UBND xã Một,commune,H21,11.79,\n", "utf-8"
    )
    folder = tmp_path / "lacking"
    run("import", "points", lacking, "--as-of", "2026-10-07", "--period", "2026", "--data", folder)
    done = run("report", "week", "--data", folder, "-o", tmp_path / "out")
    assert "1 đơn vị chưa đủ số liệu, không xếp hạng" in done.err


def test_what_can_not_be_told_apart_is_asked_for(data: Path, tmp_path: Path) -> None:
    done = run("report", "week", "--data", data, "-o", tmp_path / "out")
    assert done.code == 2
    assert "--province H21" in done.err
    assert "--province H44" in done.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("--as-of", "2020-01-01"),
        ("--period", "2020"),
        ("--against", "2020-01-01"),
        ("--office", "khong-co.yaml"),
        ("--templates", "khong-co"),
        ("--province", "H99"),
    ],
)
def test_what_is_not_there_is_said_and_nothing_is_written(
    units: Path, tmp_path: Path, words: tuple[str, str]
) -> None:
    done = run("report", "week", *words, "--data", units, "-o", tmp_path / "out")
    assert done.code == 2
    assert done.err.startswith("Lỗi: ")
    assert not (tmp_path / "out").exists()


def test_an_office_edits_its_own_templates_and_settings(units: Path, tmp_path: Path) -> None:
    own = tmp_path / "mau"
    copied = run("report", "templates", "-o", own)
    assert copied.code == 0
    names = sorted([*(f"{kind}.docx" for kind in DocumentKind), "office.yaml"])
    assert sorted(path.name for path in own.iterdir()) == names
    again = run("report", "templates", "-o", own)
    assert (again.code, "đã có tệp này" in again.err) == (2, True)

    document = Document(own / "week.docx")
    document.add_paragraph("Nơi lập: {{ office.name }}, dòng của cơ quan")
    document.save(own / "week.docx")
    settings = own / "office.yaml"
    settings.write_text("province: H21\nsigner_name: Trần Văn Một\n", "utf-8")
    words = ("--templates", own, "--office", settings, "--data", units, "-o", tmp_path / "out")
    assert run("report", "week", *words).code == 0
    text = "\n".join(
        node.text or "" for node in Document(tmp_path / "out" / f"{WEEK}.docx").element.body.iter("{*}t")
    )
    assert "Nơi lập: Văn phòng UBND tỉnh, dòng của cơ quan" in text
    assert "Trần Văn Một" in text

    (own / "week.docx").unlink()
    assert "Không có week.docx trong" in run("report", "week", *words).err


def test_a_mistake_in_a_template_leaves_what_was_there(units: Path, tmp_path: Path) -> None:
    out, own = tmp_path / "out", tmp_path / "mau"
    run("report", "templates", "-o", own)
    assert run("report", "week", "--data", units, "-o", out).code == 0
    before = tree(out)
    document = Document(own / "week.docx")
    document.add_paragraph("{{ paper.nguoi_ky }}")
    document.save(own / "week.docx")
    done = run("report", "week", "--templates", own, "--data", units, "-o", out)
    assert done.code == 2
    assert f"{own / 'week.docx'}: phần thân, đoạn " in done.err
    assert "không có tên “nguoi_ky”. Các tên có ở đây: agency" in done.err
    assert tree(out) == before


def test_verify_tells_what_changed_and_what_is_gone(units: Path, tmp_path: Path) -> None:
    out, folder = tmp_path / "out", tmp_path / "data"
    asked = ("--as-of", "2026-10-07", "--period", "2026", "--data", folder)
    run("import", "points", TABLE, *asked)
    run("report", "week", "--data", folder, "-o", out)
    changed = tmp_path / "sua.csv"
    lines = TABLE.read_text("utf-8").splitlines()
    changed.write_text("\n".join([lines[0], lines[1].replace("14.1,79.09", "14.2,79.19")]), "utf-8")
    assert run("import", "points", changed, *asked).code == 0
    for name in (f"{WEEK}.docx", f"{WEEK}.xlsx"):
        done = run("verify", out / name, "--data", folder)
        assert done.code == 1
        assert "đã thay đổi: số liệu của 1 đơn vị đã thay đổi (Sở Văn hóa" in done.out

    other = tmp_path / "other"
    kept = run("import", "points", TABLE, "--as-of", "2026-10-09", "--sure", "--data", other)
    assert kept.code == 0, kept.err
    done = run("verify", out / f"{WEEK}.docx", "--data", other)
    assert (done.code, "không còn trong thư mục số liệu" in done.out) == (2, True), done.err


def test_verify_refuses_what_carries_no_mark(units: Path, tmp_path: Path) -> None:
    for name, content in (("a.docx", b"PK"), ("b.pdf", b"%PDF-1.7"), ("c.xlsx", b"")):
        (tmp_path / name).write_bytes(content)
        done = run("verify", tmp_path / name, "--data", units)
        assert (done.code, "không mang dấu nhận biết" in done.err) == (2, True)


def test_a_folder_that_can_not_be_written_is_told(units: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("tệp", "utf-8")
    done = run("report", "week", "--data", units, "-o", tmp_path / "out")
    assert done.code == 2
    assert str(tmp_path / "out") in done.err
