"""A changed number in a signed file is found; what isn't looked at is said."""

from io import BytesIO
from pathlib import Path

import docx
import pytest
from command_runner import EXAMPLES, run
from docx.table import Table

DAYS = ("2026-10-02", "2026-10-07")


def made(root: Path) -> Path:
    """A weekly report of Gia Lai, and the folder of its figures."""
    for day in DAYS:
        asked = ("--as-of", day, "--data", root / "data")
        assert run("import", "points", EXAMPLES / f"units-H21-{day}.csv", *asked).code == 0
    # The ranking of provinces is of a day of its own, and has none before it.
    ranked = ("--as-of", "2026-10-06", "--data", root / "data")
    assert run("import", "points", EXAMPLES / "provinces-2026-10-06.csv", *ranked).code == 0
    done = run("report", "week", "--province", "H21", "--data", root / "data", "-o", root / "out")
    assert done.code == 0, done.err
    return root / "out" / f"bao-cao-tuan-{DAYS[-1]}.docx"


def graded(document: docx.document.Document) -> Table:
    return next(table for table in document.tables if table.cell(0, 0).text == "Xếp hạng")


def saved(document: docx.document.Document, to: Path) -> Path:
    output = BytesIO()
    document.save(output)
    to.write_bytes(output.getvalue())
    return to


def test_what_is_printed_is_held_against_the_figures(tmp_path: Path) -> None:
    path = made(tmp_path)
    whole = run("verify", path, "--data", tmp_path / "data")
    assert whole.code == 0
    assert "Mọi điểm số in trong văn bản đều có trong số liệu" in whole.err
    assert "Không kiểm tra: câu chữ" in whole.err

    changed = docx.Document(str(path))
    for paragraph in changed.paragraphs:
        for piece in paragraph.runs:
            piece.text = piece.text.replace("12,26", "2,27")
    told = run("verify", saved(changed, tmp_path / "sửa.docx"), "--data", tmp_path / "data")
    assert told.code == 1
    assert "Số 2,27 in trong văn bản không có trong số liệu" in told.err

    swapped = docx.Document(str(path))
    table = graded(swapped)
    first, second = (table.cell(row, 1).paragraphs[0].runs[0] for row in (1, 2))
    first.text, second.text = second.text, first.text
    told = run("verify", saved(swapped, tmp_path / "tráo.docx"), "--data", tmp_path / "data")
    assert told.code == 1
    assert told.err.count("Dòng không khớp với số liệu") == 2


@pytest.mark.landing
def test_a_file_that_a_clerk_worked_on_stays(tmp_path: Path) -> None:
    path = made(tmp_path)
    path.write_bytes(b"sua")
    again = run("report", "week", "--province", "H21", "--data", tmp_path / "data", "-o", tmp_path / "out")
    assert again.code == 0
    assert path.read_bytes() == b"sua"
    assert (tmp_path / "out" / f"bao-cao-tuan-{DAYS[-1]}-2.docx").exists()
    assert "Giữ nguyên văn bản đã có ở đó" in again.err
