"""One document as files: the Word document, its PDF where that can be made, the workbook of its figures."""

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path

from bochiso.errors import ReportError, Where
from bochiso.report.charts.process import ChartPicture, Draw, draw_apart
from bochiso.report.context import KIND_NAMES, Context, DocumentKind
from bochiso.report.docx.ooxml_guard import MAX_FILE
from bochiso.report.docx.properties import Properties
from bochiso.report.docx.render import Template, render, shows
from bochiso.report.office_settings import DEFAULT
from bochiso.report.report_data import ReportData
from bochiso.report.text.charts_annex import wanted
from bochiso.report.xlsx.workbook import WorkbookContents, write_workbook
from bochiso.store.folder import disk_errors
from bochiso.text import say

HOME = Path(__file__).parent / "templates"
LETTERHEAD = 22
"""Letters of an agency's name that stand on one line of the letterhead."""

STEMS = {
    DocumentKind.WEEK: "bao-cao-tuan",
    DocumentKind.MONTH: "cong-van-thang",
    DocumentKind.QUARTER: "cong-van-quy",
    DocumentKind.NOTICE: "thong-bao-thang",
    DocumentKind.DIRECTIVE: "cong-van-chi-dao",
}
"""What the files of a kind are called, before the day of their figures."""


def stem(kind: DocumentKind, facts: ReportData) -> str:
    """`bao-cao-tuan-2026-10-07`."""
    return f"{STEMS[kind]}-{facts.units.snapshot.as_of.isoformat()}"


def find_template(kind: DocumentKind, folder: Path | None) -> Template:
    """The office's own template where its folder has one, else ours.

    Raises ReportError where the folder or its file can't be read.
    """
    own = folder / f"{kind}.docx" if folder else None
    try:
        if folder and not folder.is_dir():
            raise NotADirectoryError
        path = own if own and own.exists() else HOME / f"{kind}.docx"
        with path.open("rb") as file:
            return Template(str(path) if path == own else path.name, file.read(MAX_FILE + 1))
    except OSError as error:
        raise ReportError(
            say("không đọc được mẫu văn bản.", "the template can't be read."),
            where=Where(str(folder)),
            do=say(
                "Chỉ tới thư mục có tệp {kind}.docx và có quyền đọc.",
                "Name a folder with {kind}.docx that you may read.",
                kind=kind.value,
            ),
        ) from error


def drawings(template: Template, facts: ReportData, drawn: Draw = draw_apart) -> list[ChartPicture]:
    """The charts of a document, where its template shows any."""
    return drawn(wanted(facts)) if shows(template, "charts") else []


def document(
    kind: DocumentKind, found: Context, facts: ReportData, template: Template, now: datetime
) -> bytes:
    """The Word document of a context and its figures. Raises ReportError where the template can't be used."""
    title = f"{KIND_NAMES[kind].capitalize()} – {found.moment.label}"
    properties = Properties(title, found.paper.subject, found.office.name, now, facts.provenance)
    return render(template, _unbroken(found), properties)


def _unbroken(found: Context) -> Context:
    """The same context, the province's name never torn apart at the end of a line of the letterhead."""
    name = found.office.province.upper()
    # A long name ends the first line with its kind: UBND THÀNH PHỐ, then HỒ CHÍ MINH.
    kept = (
        name if len(found.paper.parent) <= LETTERHEAD else name.removeprefix(f"{found.office.kind.upper()} ")
    )
    name, whole = kept, kept.replace(" ", "\u00a0")
    parent, agency = (text.replace(name, whole) for text in (found.paper.parent, found.paper.agency))
    return replace(found, paper=replace(found.paper, parent=parent, agency=agency))


def workbook(facts: ReportData, office: str, now: datetime) -> bytes:
    """The workbook of the same figures."""
    province = facts.province
    views = [facts.units, *([province.after] if province and province.after is not facts.units else [])]
    output = BytesIO()
    write_workbook(
        output,
        WorkbookContents(
            facts.rules,
            facts.units.standings,
            facts.units.title,
            sources=[say("{a}: {b}", "{a}: {b}", a=view.title, b=view.moments) for view in views],
            remarks=facts.remarks,
            comparisons={each.level: each.comparison for each in facts.levels if each.comparison},
            province=province.standing if province else None,
            province_change=province.change if province else None,
            national=province.peers if province and province.all_known else None,
            overdue=facts.dossiers.dossiers if facts.dossiers else (),
            office=office,
            provenance=facts.provenance,
            made_at=now,
            targets=facts.targets,
            late=facts.publications.late if facts.publications else (),
        ),
    )
    return output.getvalue()


def copy_templates(folder: Path) -> list[Path]:
    """Put our templates and the settings into a folder, to be edited.

    Raises ReportError where one of them is there already: an office's own work is never replaced.
    """
    ours = [*(HOME / f"{kind}.docx" for kind in DocumentKind), HOME.parent / DEFAULT]
    for path in ours:
        if (folder / path.name).exists():
            raise ReportError(
                say("đã có tệp này.", "this file is there already."),
                where=Where(str(folder / path.name)),
                do=say("Chọn thư mục khác bằng -o.", "Choose another folder with -o."),
            )
    return write_files(folder, {path.name: path.read_bytes() for path in ours})


def write_beside(folder: Path, files: Mapping[str, bytes]) -> tuple[list[Path], list[Path]]:
    """Write the files of a document beside those of an earlier one, which someone may have worked on.

    Where one of the names is taken by another content, all of them get the next free number. Returns
    what was written and what was there and stays. Raises StoreError where they can't be written.
    """
    with disk_errors(folder):
        for number in range(1, len(list(folder.glob("*"))) + 2 if folder.is_dir() else 2):
            named = {_numbered(name, number): data for name, data in files.items()}
            stems = {Path(name).stem for name in named}
            # A PDF of before would pass for that of the new Word file where none can be made now.
            there = [path for stem in sorted(stems) for path in sorted(folder.glob(f"{stem}.*"))]
            if all(path.name in named and path.read_bytes() == named[path.name] for path in there):
                break
    stays = sorted(path for name in files for path in folder.glob(f"{Path(name).stem}.*"))
    return write_files(folder, named), [] if number == 1 else list(dict.fromkeys(stays))


def _numbered(name: str, number: int) -> str:
    path = Path(name)
    return name if number == 1 else f"{path.stem}-{number}{path.suffix}"


def write_files(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write files, each whole or not at all; what was there before is replaced.

    Raises StoreError where they can't be written.
    """
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for name, data in files.items():
            path, fresh = folder / name, folder / f".{name}.{os.getpid()}"
            try:
                fresh.write_bytes(data)
                fresh.replace(path)
            finally:
                fresh.unlink(missing_ok=True)
            written.append(path)
        return written
