"""Contexts filled with the names of their own fields, and templates as an office may write them."""

import zipfile
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any, get_args, get_origin, get_type_hints

from docx import Document

from bochiso.report.annex_parts import Annex, AnnexRow, Picture, PointsColumn
from bochiso.report.context import CONTEXTS, Context, DocumentKind
from bochiso.report.docx.properties import Properties
from bochiso.report.docx.render import Template, render
from bochiso.report.provenance import Provenance, Source

FIGURES, OTHERS = Source(date(2026, 10, 7), "2026", "a1" * 32, "qd766", "b2" * 32, False), "c3" * 32
IDENTITY = Provenance(FIGURES, replace(FIGURES, as_of=date(2026, 10, 2), figures=OTHERS))
PROPERTIES = Properties(
    "Báo cáo", "Kết quả tuần", "Văn phòng UBND tỉnh", datetime(2026, 10, 7, 2, 0, tzinfo=UTC), IDENTITY
)


def sample(kind: DocumentKind = DocumentKind.WEEK, **given: Any) -> Any:
    """A context whose every text is the name of its field; lists have two of each."""
    return replace(_made(CONTEXTS[kind], kind.value), **given)


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c63f80f00010101001bb6ee560000000049454e44ae426082"
)
"""A single white dot."""


def _made(kind: Any, name: str) -> Any:
    if kind is Picture:
        return Picture(PNG, "lời của hình", 960, 480)
    if get_origin(kind) is list:
        return [_made(get_args(kind)[0], f"{name}{number}") for number in (1, 2)]
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{each.name: _made(hints[each.name], each.name) for each in fields(kind)})  # type: ignore[operator]
    return True if kind is bool else name


def annex(units: list[str], **given: Any) -> Annex:
    """An annex of these units, each a rank below the one before."""
    rows = [
        AnnexRow(str(rank), unit, ["11,79", "19,97"], "88,72", "Tốt", "+0,27", "+5")
        for rank, unit in enumerate(units, start=1)
    ]
    columns = [PointsColumn("Công khai, minh bạch", "18"), PointsColumn("Tiến độ", "20")]
    return replace(_made(Annex, "annex"), rows=rows, columns=columns, **given)


def template(*paragraphs: str, name: str = "week.docx") -> Template:
    """A Word file with these paragraphs."""
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    output = BytesIO()
    document.save(output)
    return Template(name, output.getvalue())


def filled(source: Template, context: Context | None = None) -> list[str]:
    """The paragraphs of a filled template."""
    done = render(source, context or sample(), PROPERTIES)
    return [paragraph.text for paragraph in Document(BytesIO(done)).paragraphs]


def with_parts(source: Template, parts: Mapping[str, bytes | str]) -> Template:
    """The same file with parts added or replaced."""
    output = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(source.data)) as old,
        zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return Template(source.name, output.getvalue())


def part_of(source: Template, name: str) -> str:
    """A part of a Word file as text."""
    with zipfile.ZipFile(BytesIO(source.data)) as parts:
        return parts.read(name).decode()
