"""The Word templates that come along: `python tools/templates/build_templates.py` makes them.

They are made of `prose.yaml` and `layout`, and committed. An office copies them, edits them in
Word and names its folder with `--templates`.
"""

import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import layout
import yaml
from docx.document import Document as Docx
from docx.shared import Cm, Length, Pt
from docx.table import Table, _Cell
from layout import add, fill, rule

from bochiso.report.context import KIND_NAMES, DocumentKind

HOME = Path(__file__).parents[2] / "bochiso" / "report" / "templates"
PROSE = Path(__file__).with_name("prose.yaml")
NAMED = (DocumentKind.WEEK, DocumentKind.NOTICE)
"""Kinds with a named type above their subject; the others are letters (công văn)."""

CHARTED = (DocumentKind.WEEK, DocumentKind.MONTH, DocumentKind.QUARTER)
"""Kinds with an annex of charts: reports to be read. Notices and steering letters say who does what."""

WORKED = {"indicators": "indicators.known", "handling": "handling.number", "late": "publications.late"}
"""Annexes of one table, and where they are there."""

PUBLISHING = (DocumentKind.MONTH, DocumentKind.NOTICE)
"""Kinds that tell of publications."""

_MADE = (2026, 1, 1, 0, 0, 0)
_ALIGNED = {"left": layout.CELL_LEFT, "center": layout.CELL, "right": layout.CELL_RIGHT}

Block = Mapping[str, Any]


def build(kind: DocumentKind) -> bytes:
    """The template of a kind; always the same bytes."""
    prose = yaml.safe_load(PROSE.read_text("utf-8"))
    document = layout.new_document()
    _letterhead(document, kind)
    _blocks(document, prose[kind.value])
    _keep_to_signature(document)
    _signature(document)
    layout.end_upright(document)
    _annexes(document, prose["annex"])
    for name, there in WORKED.items():
        if name != "late" or kind in PUBLISHING:
            _worked(document, prose[name], there)
    if kind in CHARTED:
        _charts(document, prose["charts"])
    return _saved(document, kind)


def _letterhead(document: Docx, kind: DocumentKind) -> None:
    """The agency beside the nation's name, number beside place and day; then what it is about."""
    agency = layout.AGENCY_WIDTH
    nation = Length(layout.TEXT_WIDTH - agency)
    head = layout.frame(document, (agency, nation), rows=2)
    left, right = head.rows[0].cells
    fill(
        left,
        (layout.PARENT, "{%p if paper.parent %}"),
        (layout.PARENT, "{{ paper.parent }}"),
        (layout.PARENT, "{%p endif %}"),
        (layout.AGENCY, "{{ paper.agency }}"),
    )
    rule(left, Cm(2.2) if kind is DocumentKind.DIRECTIVE else Cm(1.2), agency)
    fill(right, (layout.NATION, layout.NATION_NAME), (layout.MOTTO, layout.MOTTO_TEXT))
    rule(right, layout.MOTTO_WIDTH, nation)
    left, right = head.rows[1].cells
    about = () if kind in NAMED else ((layout.ABOUT, "{{ paper.subject }}"),)
    fill(left, (layout.NUMBER, "{{ paper.number }}"), *about)
    fill(right, (layout.PLACE, "{{ paper.place_day }}"))
    if kind in NAMED:
        add(document, layout.KIND, "{{ paper.type }}")
        add(document, layout.SUBJECT, "{{ paper.subject }}")
        rule(document, Cm(5), layout.TEXT_WIDTH).paragraph_format.space_after = Pt(8)
    _addressees(document)


def _addressees(document: Docx) -> None:
    """`Kính gửi`: one on the same line, several each on a line of its own (II.9a)."""
    add(document, layout.TO, "{%p if paper.to %}")
    add(document, layout.TO, "{%p if paper.to | length == 1 %}")
    add(document, layout.TO_ONE, "Kính gửi: {{ paper.to | first }}.")
    add(document, layout.TO, "{%p else %}")
    add(document, layout.TO, "Kính gửi:")
    add(document, layout.TO, "{%p for each in paper.to %}")
    add(document, layout.TO_EACH, "- {{ each }}{% if loop.last %}.{% else %};{% endif %}")
    add(document, layout.TO, "{%p endfor %}")
    add(document, layout.AFTER_TABLE, "")
    add(document, layout.TO, "{%p endif %}")
    add(document, layout.TO, "{%p endif %}")


def _blocks(document: Docx, blocks: Sequence[Block]) -> None:
    for block in blocks:
        match block:
            case {"ground": str(text)}:
                add(document, layout.GROUND, text)
            case {"heading": str(text)}:
                add(document, layout.HEADING, text)
            case {"left": str(text)}:
                add(document, layout.BODY_LEFT, text)
            case {"body": str(text)}:
                # What introduces a list is not left behind at the foot of a page.
                add(document, layout.BODY, text).paragraph_format.keep_with_next = text.endswith(":") or None
            case {"for": str(loop), "do": list(inner)}:
                _within(document, f"for {loop}", "endfor", inner)
            case {"if": str(condition), "do": list(inner)}:
                _within(document, f"if {condition}", "endif", inner)
            case {"do": list(inner)}:
                _blocks(document, inner)
            case _:
                raise ValueError(f"{PROSE.name}: {block}")


def _within(document: Docx, start: str, end: str, blocks: Sequence[Block]) -> None:
    add(document, layout.BODY, f"{{%p {start} %}}")
    _blocks(document, blocks)
    add(document, layout.BODY, f"{{%p {end} %}}")


def _table(document: Docx, loop: str, columns: Sequence[Mapping[str, Any]]) -> Table:
    """A heading row, repeated on every page, and a row for each thing of a list."""
    table = layout.grid(document, [Cm(column["width"]) for column in columns], rows=4)
    heading, start, line, end = table.rows
    layout.heading_row(heading._tr)
    for place, column in enumerate(columns):
        fill(heading.cells[place], (layout.HEAD_CELL, column["heading"]))
        fill(line.cells[place], (_ALIGNED[column["align"]], column["cell"]))
    fill(start.cells[0], (layout.CELL_LEFT, f"{{%tr for {loop} %}}"))
    fill(end.cells[0], (layout.CELL_LEFT, "{%tr endfor %}"))
    return table


def _keep_to_signature(document: Docx) -> None:
    """The signature is never alone on a page: the last paragraph goes with it, whole."""
    last = document.paragraphs[-1]
    last.paragraph_format.keep_with_next = last.paragraph_format.keep_together = True


def _signature(document: Docx) -> None:
    """`Nơi nhận` beside who signs, with room for the signature; never torn apart."""
    add(document, layout.AFTER_TABLE, "").paragraph_format.keep_with_next = True
    left, right = layout.frame(document, (Cm(7.5), Length(layout.TEXT_WIDTH - Cm(7.5)))).rows[0].cells
    fill(
        left,
        (layout.RECIPIENTS, "Nơi nhận:"),
        (layout.RECIPIENT, "{%p for each in paper.recipients %}"),
        (layout.RECIPIENT, "- {{ each }}{% if loop.last %}.{% else %};{% endif %}"),
        (layout.RECIPIENT, "{%p endfor %}"),
    )
    fill(
        right,
        (layout.SIGNER, "{%p for line in paper.signer %}"),
        (layout.SIGNER, "{{ line }}"),
        (layout.SIGNER, "{%p endfor %}"),
        (layout.SIGNED, "{{ paper.signer_name }}"),
    )


def _annexes(document: Docx, prose: Mapping[str, Any]) -> None:
    """Every annex from page 1: across the page, upright where it has no more than totals."""
    add(document, layout.BODY, "{%p for annex in annexes %}")
    for columns, width in (("annex.columns", layout.ANNEX_WIDTH), ("not annex.columns", layout.TEXT_WIDTH)):
        add(document, layout.BODY, f"{{%p if {columns} %}}")
        _annex_head(document, prose, width)
        _annex_table(document, prose["columns"], width)
        add(document, layout.NOTE, "{%p for note in annex.notes %}")
        add(document, layout.NOTE, prose["note"])
        add(document, layout.NOTE, "{%p endfor %}")
        add(document, layout.SMALL, prose["foot"])
        layout.end_part(document, across=width == layout.ANNEX_WIDTH)
        add(document, layout.BODY, "{%p endif %}")
    add(document, layout.BODY, "{%p endfor %}")


def _worked(document: Docx, prose: Mapping[str, Any], there: str) -> None:
    """An annex of one table across the page, from page 1."""
    add(document, layout.BODY, f"{{%p if {there} %}}")
    _annex_head(document, prose, layout.ANNEX_WIDTH)
    table = _table(document, prose["table"], prose["columns"])
    layout.set_room(table, layout.ANNEX_WIDTH)
    if "note" in prose:
        add(document, layout.NOTE, "{%p for note in handling.notes %}")
        add(document, layout.NOTE, prose["note"])
        add(document, layout.NOTE, "{%p endfor %}")
    add(document, layout.SMALL, prose["foot"])
    layout.end_part(document, across=True)
    add(document, layout.BODY, "{%p endif %}")


def _annex_head(document: Docx, prose: Mapping[str, Any], width: Length) -> None:
    add(document, layout.ANNEX, prose["number"])
    add(document, layout.ANNEX_NAME, prose["title"])
    add(document, layout.ANNEX_OF, prose["with_paper"])
    line = rule(document, Cm(4), width).paragraph_format
    line.space_after, line.keep_with_next = Pt(6), True


def _charts(document: Docx, prose: Mapping[str, Any]) -> None:
    """The annex of charts, upright: each picture with its caption beneath."""
    add(document, layout.BODY, "{%p if charts.known %}")
    _annex_head(document, prose, layout.TEXT_WIDTH)
    add(document, layout.BODY, "{%p for chart in charts.shown %}")
    add(document, layout.PICTURE, "{{ chart.picture }}")
    add(document, layout.CAPTION, prose["caption"])
    add(document, layout.BODY, "{%p endfor %}")
    add(document, layout.SMALL, prose["foot"])
    add(document, layout.BODY, "{%p endif %}")


def _annex_table(document: Docx, headings: Mapping[str, str], room: Length) -> None:
    """Rank, unit, the points of each group, total, grade, changes: a row for every unit."""
    center, left = layout.CELL, layout.CELL_LEFT
    columns = (
        (1.2, headings["rank"], "{{ row.rank }}", center),
        (5.8, headings["unit"], "{{ row.unit }}", left),
        (0.4, "{%tc for column in annex.columns %}", "{%tc for points in row.points %}", center),
        (1.95, headings["points"], "{{ points }}", center),
        (0.4, "{%tc endfor %}", "{%tc endfor %}", center),
        (1.8, headings["total"], "{{ row.total }}", layout.CELL_BOLD),
        (2.5, headings["grade"], "{{ row.grade }}", center),
        (0.4, "{%tc if annex.compared %}", "{%tc if annex.compared %}", center),
        (1.8, headings["change"], "{{ row.change }}", center),
        (1.4, headings["rank_change"], "{{ row.rank_change }}", center),
        (0.4, "{%tc endif %}", "{%tc endif %}", center),
    )
    table = layout.grid(document, [Cm(width) for width, *_ in columns], rows=4)
    layout.set_room(table, room)
    heading, start, line, end = table.rows
    layout.heading_row(heading._tr)
    cells: list[tuple[_Cell, _Cell]] = list(zip(heading.cells, line.cells, strict=True))
    for (top, below), (_, title, text, look) in zip(cells, columns, strict=True):
        fill(top, (layout.HEAD_CELL, title))
        fill(below, (look, text))
    fill(start.cells[0], (left, "{%tr for row in annex.rows %}"))
    fill(end.cells[0], (left, "{%tr endfor %}"))


def _saved(document: Docx, kind: DocumentKind) -> bytes:
    """The file without the hour of its making, nor the picture of python-docx's own document."""
    core = document.core_properties
    core.title, core.author, core.comments = f"Mẫu {KIND_NAMES[kind]}", "bochiso", ""
    core.last_modified_by, core.language, core.revision = "bochiso", "vi-VN", 1
    core.created = core.modified = datetime(*_MADE)  # noqa: DTZ001 (the property has no zone)
    package = document.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):
            del package.rels[key]
    written, output = BytesIO(), BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as made, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in made.namelist():
            kept.writestr(zipfile.ZipInfo(name, _MADE), made.read(name), zipfile.ZIP_DEFLATED)
    return output.getvalue()


def main() -> None:
    """Write all templates into the package."""
    HOME.mkdir(exist_ok=True)
    for kind in DocumentKind:
        (HOME / f"{kind}.docx").write_bytes(build(kind))


if __name__ == "__main__":
    main()
