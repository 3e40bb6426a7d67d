"""What a filled document still needs: widths of tables that gained columns, no empty page at its end."""

from bochiso.report.docx.ooxml_guard import Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def fit_columns(body: Element) -> None:
    """Give every table whose columns are no longer its grid's one of the cells' widths, as wide as before.

    Word lays a table out by its cells, LibreOffice by its grid: both then say the same.
    """
    for table in body.iter(f"{_W}tbl"):
        grid = table.find(f"{_W}tblGrid")
        rows = [row.findall(f"{_W}tc") for row in table.findall(f"{_W}tr")]
        if grid is None or not rows:
            continue
        longest = max(rows, key=len)
        joined = next(table.iter(f"{_W}gridSpan"), None) is not None
        widths = [_width(cell) for cell in longest]
        # As many columns as before may be others: the tags' own are gone, some of a loop have come.
        if joined or widths == [_number(column.get(f"{_W}w")) for column in grid]:
            continue
        _fit(table, grid, widths, rows)


def drop_empty_section(body: Element) -> None:
    """Let the document end with its last section that says something: no annexes, no page for them."""
    end = body.find(f"{_W}sectPr")
    breaks = [each for each in body.findall(f"{_W}p") if each.find(f"{_W}pPr/{_W}sectPr") is not None]
    if end is None or not breaks:
        return
    last = breaks[-1]
    after = [each for each in last.itersiblings() if each is not end]
    if any(next(each.iter(f"{_W}t", f"{_W}drawing", f"{_W}pict"), None) is not None for each in after):
        return
    for each in [*after, end, last]:
        body.remove(each)
    body.append(last.find(f"{_W}pPr/{_W}sectPr"))


def _fit(table: Element, grid: Element, widths: list[int], rows: list[list[Element]]) -> None:
    room = _room(table)
    if room and sum(widths):
        widths = [width * room // sum(widths) for width in widths]
    for column in list(grid):
        grid.remove(column)
    for width in widths:
        grid.append(grid.makeelement(f"{_W}gridCol", {f"{_W}w": str(width)}))
    for cells in rows:
        if len(cells) == len(widths):
            for cell, width in zip(cells, widths, strict=True):
                if (held := cell.find(f"{_W}tcPr/{_W}tcW")) is not None:
                    held.set(f"{_W}w", str(width))


def _room(table: Element) -> int:
    """The table's own width in twentieths of a point, 0 where it has none."""
    width = table.find(f"{_W}tblPr/{_W}tblW")
    if width is None or width.get(f"{_W}type") != "dxa":
        return 0
    return _number(width.get(f"{_W}w"))


def _width(cell: Element) -> int:
    held = cell.find(f"{_W}tcPr/{_W}tcW")
    return 0 if held is None else _number(held.get(f"{_W}w"))


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0
