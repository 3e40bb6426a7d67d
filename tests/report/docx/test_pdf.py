"""PDFs by LibreOffice, which may be absent, slow or broken."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from threading import BoundedSemaphore

import pytest
from pypdf import PdfReader
from template_samples import PROPERTIES, sample, template
from waiting import until

from bochiso.errors import ReportError
from bochiso.report.docx import pdf
from bochiso.report.docx.pdf import find_office, to_pdf
from bochiso.report.docx.properties import identity_of
from bochiso.report.docx.render import render
from bochiso.report.provenance import from_keywords
from bochiso.text import Lang

OFFICE = find_office()


def stand_in(folder: Path, program: str) -> str:
    """A program in the place of LibreOffice."""
    path = folder / "soffice"
    path.write_text(f"#!{sys.executable}\n{program}", "utf-8")
    path.chmod(0o755)
    return str(path)


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not on this machine")
def test_several_documents_become_pdfs_that_carry_their_identity() -> None:
    names = {"một.docx": "Số hóa hồ sơ: 14,10/22 điểm", "hai.docx": "Tiến độ, kết quả giải quyết"}
    documents = {name: render(template(text), sample(), PROPERTIES) for name, text in names.items()}
    made = to_pdf(documents, OFFICE or "")
    assert list(made) == list(names)
    for name, text in names.items():
        reader = PdfReader(BytesIO(made[name]))
        assert text in reader.pages[0].extract_text()
        assert reader.metadata is not None
        assert reader.metadata.title == "Báo cáo"
        assert identity_of(made[name]) == from_keywords(PROPERTIES.provenance.keywords())


def test_a_program_that_makes_nothing_is_told_with_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(ReportError) as caught:
        to_pdf({"một.docx": b"x"}, stand_in(tmp_path, "print('source file could not be loaded')"))
    said = caught.value.render(Lang.VI)
    assert said.startswith("một.docx: LibreOffice không tạo được PDF (source file could not be loaded).")


def test_a_program_that_never_ends_is_stopped_with_all_that_it_started(tmp_path: Path) -> None:
    mark = tmp_path / "alive"
    write = f"import time\nwhile True:\n    open({str(mark)!r}, 'a').write('.')\n    time.sleep(0.05)"
    endless = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {write!r}])\n"
    for seconds in (2, 8, 32, 128):  # a busy machine needs a while to start two programs
        with pytest.raises(ReportError, match=f"{seconds} s"):
            to_pdf({"một.docx": b"x"}, stand_in(tmp_path, endless), seconds=seconds)
        if mark.exists():
            break
    time.sleep(0.3)
    size = mark.stat().st_size
    time.sleep(0.3)
    assert mark.stat().st_size == size


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    said = tmp_path / "where"
    program = f"import os\nopen({str(said)!r}, 'w').write(os.getcwd())"
    with pytest.raises(ReportError):
        to_pdf({"một.docx": b"x"}, stand_in(tmp_path, program))
    assert not Path(said.read_text("utf-8")).exists()


def test_one_program_runs_at_a_time_and_no_crowd_waits_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "_room", BoundedSemaphore(2))
    marks, go = tmp_path / "marks", tmp_path / "go"
    program = stand_in(
        tmp_path,
        f"import os, time\nopen({str(marks)!r}, 'a').write('in ')\n"
        f"while not os.path.exists({str(go)!r}): time.sleep(0.01)\n"
        f"open({str(marks)!r}, 'a').write('out ')\n",
    )

    def make() -> str:
        with pytest.raises(ReportError) as caught:
            to_pdf({"một.docx": b"x"}, program)
        return caught.value.render(Lang.VI)

    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(make) for _ in range(2)]
        until(marks.exists)
        until(lambda: not pdf._room.acquire(blocking=False) or bool(pdf._room.release()))
        assert "nhiều người đang lập PDF cùng lúc" in make()
        go.touch()
        assert all("không tạo được PDF" in each.result() for each in waiting)
    assert marks.read_text() == "in out in out "
