"""Small files that ask whoever reads them for far more memory or time than there is."""

import io
import json
import zipfile

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"

HEADING = '<row r="1"><c r="A1" t="inlineStr"><is><t>unit</t></is></c></row>'


def xlsx(rows: str, *, sheet: str = "worksheets/sheet1.xml", strings: str | None = None) -> bytes:
    """A workbook of one sheet, as little as readers take."""
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override '
        f'PartName="/xl/workbook.xml" ContentType="{_SHEET}.sheet.main+xml"/><Override '
        f'PartName="/xl/{sheet}" ContentType="{_SHEET}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><sheets>'
        '<sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship '
        f'Id="rId1" Type="{_LINKS}/worksheet" Target="{sheet}"/><Relationship Id="rId2" '
        f'Type="{_LINKS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        f"xl/{sheet}": f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>',
    }
    if strings is not None:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{_MAIN}">{strings}</sst>'
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, f'<?xml version="1.0"?>{text}')
    return found.getvalue()


def last_cell(reference: str) -> str:
    """A heading, and one cell at the far end."""
    return f'{HEADING}<row r="1048576"><c {reference}><v>1</v></c></row>'


FAR_CELLS = {
    "small letters": xlsx(last_cell('r="xfd1048576"')),
    "blanks": xlsx(last_cell('r = "XFD1048576"')),
    "quotation marks": xlsx(last_cell("r='XFD1048576'")),
    "another folder": xlsx(last_cell('r="XFD1048576"'), sheet="foo/sheet1.xml"),
    "another name": xlsx(last_cell('r="XFD1048576"'), sheet="Worksheets/SHEET1.XML"),
    "a namespace": xlsx(last_cell('r="XFD1048576"').replace("<c ", "<x:c ").replace("</c>", "</x:c>")),
}
"""Workbooks of a cell or two that reach to the last one there can be: 17 thousand million cells."""


def shared_string(times: int = 200_000, letters: int = 32_000) -> bytes:
    """A long text that is written once and shown by so many cells, each of which then holds it."""
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(2, times + 2))
    return xlsx(HEADING + cells, strings=f"<si><t>{'x' * letters}</t></si>")


def figure(**values: object) -> bytes:
    """A table of one figure in JSON; raw: numbers as they are to be written."""
    row = {"unit": "H15.05", "unit_name": "Sở Y tế", "level": "department", "parent": "H15",
           "indicator": "3.3", "numerator": 1, "denominator": 2, **values}  # fmt: skip
    return json.dumps([row]).encode()


def raw(number: str) -> bytes:
    """A figure whose counts are written like that."""
    return figure(numerator="#", denominator="#").replace(b'"#"', number.encode())


EXPONENTS = {
    number: raw(number) for number in ("1e999999999", "1e100000000", "-1e-999999999", "0e999999999", "1e31")
}
HALF_SIGNS = {
    "a name": figure(unit_name="\ud800x"),
    "a code": figure(unit="\udc00"),
    "a key": figure(**{"kh\udfffác": "x"}),
    "a value below": figure(khac=[{"a": "\ud800"}]),
}
