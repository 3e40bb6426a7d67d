"""A Word file from outside: what is refused before anything else reads it.

A template is edited by many hands. It may hold text, tables and pictures; nothing that runs, that
fetches another file, or that fills the memory of whoever opens it.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

from lxml import etree

from bochiso.errors import ReportError, Where
from bochiso.intake.formats.zip_guard import BROKEN_ZIP
from bochiso.text import Text, say

Element = Any
"""An element of XML, as lxml has it."""

MAX_FILE = 10_000_000
MAX_UNPACKED = 40_000_000
MAX_XML = 5_000_000
MAX_PARTS = 300
"""Bytes of the file, of all its parts, of one part of text; and the number of parts."""

MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
FIELDS = {"PAGE", "NUMPAGES", "SECTIONPAGES", "DATE", "HYPERLINK", "REF", "PAGEREF", "SEQ", "STYLEREF", "TOC"}
"""Fields that read nothing but the document itself."""

_BATCH = 1000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_VML = "{urn:schemas-microsoft-com:vml}"
_STYLE_SHEETS = etree.XPath("//processing-instruction('xml-stylesheet')")
_NAMES = etree.XPath("//@*[local-name() = 'src' or local-name() = 'href' or local-name() = 'althref']")
"""Attributes that name what is to be fetched."""
_DRAWN = etree.XPath("//s:*", namespaces={"s": "http://www.w3.org/2000/svg"})
_WEB = re.compile(r"(https?|mailto):", re.IGNORECASE)
_STYLED = re.compile(r"""url\(\s*["']?\s*(?!#|data:)[^)]*|@import[^;]*""", re.IGNORECASE)
"""What a style of SVG fetches."""
_FIELD_WORDS = re.compile(r""""[^"]*"?|[^\s"]+""")
_RUNS = re.compile(
    r"vbaProject|vbaData|activeX|/embeddings/|\.bin$|\.exe$|\.dll$|attachedToolbars", re.IGNORECASE
)

NOT_WORD = say("không phải là tệp Word (.docx).", "is not a Word file (.docx).")
SAVE_AGAIN = say(
    "Mở bằng Word, lưu lại dạng .docx rồi chạy lại.", "Open it in Word, save it as .docx and run this again."
)


def check_package(name: str, data: bytes) -> None:
    """Refuse a file that isn't a plain Word document.

    Raises ReportError: not a .docx, far too large, with macros or embedded programs, with links
    that would be fetched, with fields that read other files.
    """
    where = Where(name)
    if len(data) > MAX_FILE:
        raise _too_large(where, MAX_FILE)
    try:
        with zipfile.ZipFile(BytesIO(data)) as parts:
            _check_sizes(parts, where)
            declared = _check_types(parts, where)
            for part in parts.namelist():
                data = parts.read(part)
                if declared.is_xml(part) or _looks_like_xml(data):
                    if len(data) > MAX_XML:
                        raise _too_large(where, MAX_XML)
                    _check_xml(part, data, where)
    except (*BROKEN_ZIP, KeyError) as error:
        raise ReportError(NOT_WORD, where=where, do=SAVE_AGAIN) from error


def _too_large(where: Where, most: int) -> ReportError:
    return ReportError(
        say(
            "lớn hơn {most} MB khi mở ra, quá mức của một mẫu văn bản.",
            "is larger than the {most} MB that a template can have.",
            most=most // 1_000_000,
        ),
        where=where,
        do=say("Bỏ bớt hình ảnh trong mẫu.", "Take pictures out of the template."),
    )


def _check_sizes(parts: zipfile.ZipFile, where: Where) -> None:
    members = parts.infolist()
    if len(members) > MAX_PARTS or len({each.filename for each in members}) < len(members):
        raise ReportError(NOT_WORD, where=where, do=SAVE_AGAIN)
    if sum(each.file_size for each in members) > MAX_UNPACKED:
        raise _too_large(where, MAX_UNPACKED)


class _Types:
    """What the file says that its parts are."""

    def __init__(self, types: Element) -> None:
        self.all = [str(each.get("ContentType", "")) for each in types if isinstance(each.tag, str)]
        self._of = {
            str(each.get("PartName") or f".{each.get('Extension')}").lower(): str(each.get("ContentType", ""))
            for each in types
            if isinstance(each.tag, str)
        }

    def is_xml(self, part: str) -> bool:
        """Whether whoever opens the file may read a part as XML: by its name, or by what it is said to be."""
        name = part.lower()
        if name.endswith((".xml", ".rels")):
            return True
        said = self._of.get(f"/{name}") or self._of.get(f".{name.rpartition('.')[2]}", "")
        return said.lower().partition(";")[0].rstrip().endswith(("+xml", "/xml"))


def _check_types(parts: zipfile.ZipFile, where: Where) -> _Types:
    types = _Types(parse_xml(parts.read("[Content_Types].xml"), where))
    declared = types.all
    if any("macroEnabled" in each for each in declared) or any(map(_RUNS.search, parts.namelist())):
        raise ReportError(
            say("có macro hoặc đối tượng nhúng.", "has macros or embedded objects."),
            where=where,
            do=say(
                "Bỏ macro và đối tượng nhúng, lưu lại dạng .docx.",
                "Take macros and embedded objects out and save it as .docx.",
            ),
        )
    if MAIN_TYPE not in declared:
        raise ReportError(NOT_WORD, where=where, do=SAVE_AGAIN)
    return types


def _looks_like_xml(data: bytes) -> bool:
    """Whether a part is XML whatever its name: what it is its declared type says, and its links."""
    start = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n\x00")
    return start.startswith((b"<", b"\xff\xfe", b"\xfe\xff"))


_TRACKED = tuple(
    f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{name}"
    for name in ("ins", "del", "moveFrom", "moveTo")
)
"""What Word keeps of a change until it is accepted: it would be printed, the deleted text too."""


def _check_xml(part: str, data: bytes, where: Where) -> None:
    root = parse_xml(data, where)
    if part.lower().endswith(".rels"):
        for link in root:
            _check_link(link.get("Type", ""), link.get("Target", ""), link.get("TargetMode", ""), where)
    if next(root.iter(*_TRACKED), None) is not None:
        raise ReportError(
            say("còn dấu vết sửa đổi chưa chấp nhận.", "has tracked changes that nobody accepted."),
            where=where,
            do=say(
                "Trong Word chọn Review, Accept All Changes rồi lưu lại.",
                "Choose Review, Accept All Changes in Word and save it again.",
            ),
        )
    for field in _fields(root):
        if not _is_plain_field(field):
            raise _fetches(where, field.strip())
    for target in _named_outside(root):
        raise _fetches(where, target)
    if next(root.iter(*(f"{w}mailMerge" for w in (_W, _STRICT))), None) is not None:
        raise ReportError(
            say("còn nối với danh sách để trộn thư (mail merge).", "is joined to a list for a mail merge."),
            where=where,
            do=say(
                "Trong Word chọn Mailings, Start Mail Merge, Normal Word Document rồi lưu lại.",
                "Choose Mailings, Start Mail Merge, Normal Word Document in Word and save it again.",
            ),
        )


def _is_plain_field(field: str) -> bool:
    """Whether a field reads the document alone, or leads to a page that a reader opens by hand."""
    words = _FIELD_WORDS.findall(field)
    if not words or words[0].upper() not in FIELDS:
        return False
    if words[0].upper() != "HYPERLINK":
        return True
    targets, inside, rest = [], False, iter(words[1:])
    for word in rest:
        if word.lower() in ("\\l", "\\o", "\\t"):
            inside |= bool(next(rest, "").strip('"')) and word.lower() == "\\l"
        elif not word.startswith("\\"):
            targets.append(word.strip('"'))
    return all(map(_WEB.match, targets)) and bool(targets or inside)


def _named_outside(root: Element) -> Iterator[str]:
    """What elements name themselves, without a link of the package: files and addresses in VML and SVG."""
    yield from (each.text or each.target for each in _STYLE_SHEETS(root))
    for value in _NAMES(root):
        said, element = value.strip(), value.getparent()
        followed = element.tag.startswith(_VML) and value.attrname == "href" and _WEB.match(said)
        if said and not said.startswith(("#", "data:image/")) and not followed:
            yield said
    for each in _DRAWN(root):
        if found := _STYLED.search(f"{each.text or ''} {' '.join(each.attrib.values())}"):
            yield found[0]


def _check_link(kind: str, target: str, mode: str, where: Where) -> None:
    """Only links that a reader follows by hand lead outside."""
    leads_out = mode.lower() == "external" and not (kind.endswith("/hyperlink") and _WEB.match(target))
    if leads_out or kind.endswith(("/aFChunk", "/subDocument", "/oleObject", "/frame")):
        raise _fetches(where, target)


def _fetches(where: Where, target: str) -> ReportError:
    return ReportError(
        say(
            "có liên kết tới tệp hoặc địa chỉ bên ngoài (“{target}”).",
            "has a link to a file or an address outside (“{target}”).",
            target=target[:100],
        ),
        where=where,
        do=say(
            "Bỏ liên kết, chèn hẳn nội dung vào mẫu.",
            "Put what is linked into the template.",
        ),
    )


def parse_xml(data: bytes, where: Where) -> Element:
    """The XML of a part, without entities and without anything fetched.

    Raises ReportError where it is none.
    """
    try:
        root = etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as error:
        raise ReportError(NOT_WORD, where=where, do=SAVE_AGAIN) from error
    if root.getroottree().docinfo.doctype:
        raise ReportError(NOT_WORD, where=where, do=SAVE_AGAIN)
    return root


def parse_pieces(pieces: Iterable[str]) -> Element:
    """The XML that pieces make together, never held as one text. Raises SyntaxError."""
    parser = _parser()
    for batch in _batches(pieces):
        parser.feed(batch)
    return parser.close()


def _batches(pieces: Iterable[str]) -> Iterator[str]:
    kept: list[str] = []
    for piece in pieces:
        kept.append(piece)
        if len(kept) >= _BATCH:
            yield "".join(kept)
            kept.clear()
    yield "".join(kept)


def _parser() -> Any:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def _fields(root: Element) -> Iterator[str]:
    """What the fields of a part say, however they were split."""
    for w in (_W, _STRICT):
        yield from (str(each.get(f"{w}instr", "")) for each in root.iter(f"{w}fldSimple"))
        yield from _run_fields(root, w)


def _run_fields(root: Element, w: str) -> Iterator[str]:
    """The fields that stand in runs, in one of the two namespaces of Word."""
    open_fields: list[list[str]] = []
    for each in root.iter(f"{w}fldChar", f"{w}instrText"):
        if each.tag == f"{w}instrText":
            if not open_fields:
                open_fields.append([])
            open_fields[-1].append(each.text or "")
        elif each.get(f"{w}fldCharType") == "begin":
            open_fields.append([])
        elif each.get(f"{w}fldCharType") == "end" and open_fields:
            yield "".join(open_fields.pop())
    yield from ("".join(each) for each in open_fields)


def part_text(name: str) -> Text:
    """What a part of the file is to a person who edits it."""
    if "header" in name:
        return say("phần đầu trang", "the header")
    if "footer" in name:
        return say("phần chân trang", "the footer")
    if "notes" in name:
        return say("chú thích cuối trang", "the footnotes")
    return say("phần thân", "the body")
