"""The properties of office files: what they say of themselves, and of the figures that they hold."""

import re
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from xml.sax.saxutils import escape

from docx.document import Document as Docx
from docx.opc.packuri import PackURI
from docx.opc.part import Part

from bochiso.errors import ReportError, Where
from bochiso.report.docx.ooxml_guard import parse_xml
from bochiso.report.provenance import Provenance, from_keywords, from_properties

CUSTOM_PART = "docProps/custom.xml"
_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_FMTID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_MAX_PART = 1_000_000


@dataclass(frozen=True)
class Properties:
    """What a document says of itself; `created` is a moment with its zone."""

    title: str
    subject: str
    author: str
    created: datetime
    provenance: Provenance


def set_properties(document: Docx, properties: Properties) -> None:
    """Write the properties of a Word document, in place of all that its template had."""
    core = document.core_properties
    core.title, core.subject, core.author = (
        text[:255] for text in (properties.title, properties.subject, properties.author)
    )
    core.keywords, core.comments, core.category = properties.provenance.keywords(), "", ""
    core.last_modified_by, core.language, core.revision = properties.author[:255], "vi-VN", 1
    core.created = core.modified = properties.created.astimezone(UTC).replace(tzinfo=None)
    package = document.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype == _RELATION:
            del package.rels[key]
    blob = _custom_xml(properties.provenance.properties()).encode()
    package.relate_to(Part(PackURI(f"/{CUSTOM_PART}"), _TYPE, blob, package), _RELATION)


def _custom_xml(texts: dict[str, str]) -> str:
    entries = "".join(
        f'<property fmtid="{_FMTID}" pid="{number}" name="{escape(name)}">'
        f"<vt:lpwstr>{escape(text)}</vt:lpwstr></property>"
        for number, (name, text) in enumerate(texts.items(), start=2)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        f"{entries}</Properties>"
    )


def identity_of(data: bytes) -> Provenance | None:
    """The identity in a .docx, .xlsx or .pdf; None where there is none."""
    if data.startswith(b"%PDF-"):
        return _of_pdf(data)
    try:
        with zipfile.ZipFile(BytesIO(data)) as parts:
            if parts.getinfo(CUSTOM_PART).file_size > _MAX_PART:
                return None
            root = parse_xml(parts.read(CUSTOM_PART), Where())
    except (zipfile.BadZipFile, zipfile.LargeZipFile, KeyError, ValueError, OSError, ReportError):
        return None
    return from_properties({each.get("name", ""): "".join(each.itertext()) for each in root})


def _of_pdf(data: bytes) -> Provenance | None:
    """LibreOffice writes the keywords of a PDF as they are, or as UTF-16 in hexadecimal."""
    for match in re.finditer(rb"/Keywords\s*(?:\(([^()]{1,4000})\)|<FEFF([0-9A-Fa-f]{1,16000})>)", data):
        plain, hexadecimal = match.groups()
        line = plain.decode("latin-1") if plain else _utf16(hexadecimal)
        if found := from_keywords(line):
            return found
    return None


def _utf16(hexadecimal: bytes) -> str:
    return bytes.fromhex(hexadecimal.decode()[: len(hexadecimal) // 4 * 4]).decode("utf-16-be", "replace")
