"""A province's emblem from the file that an office has: checked, then drawn as a small PNG.

What is kept and shown is always our own drawing: whatever else a file holds stays behind.
"""

import re
import zlib
from base64 import b64encode
from collections.abc import Iterator

import vl_convert
from lxml import etree

from bochiso.errors import SourceError, Where
from bochiso.text import Text, say

MOST_BYTES = 1_000_000
SIDE = 128
"""Pixels of the longer side: a header's emblem is a third of that, on the sharpest screens."""

SLIMMEST = 5.0
"""The longer side is at most so many times the shorter one."""

MOST_SHAPES = 5_000
LARGEST = 4_096
PNG = b"\x89PNG\r\n\x1a\n"
_SVG = "{http://www.w3.org/2000/svg}"
_SHAPES = frozenset({
    "svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "title",
    "desc", "defs", "clipPath", "linearGradient", "radialGradient", "stop", "style",
})  # fmt: skip
_DATA = ("metadata",)
_ACTIVE = re.compile(r"url\s*\((?!\s*['\"]?#)|@import|expression\s*\(|javascript:", re.IGNORECASE)
_ELSEWHERE = say("tệp SVG gọi đến nội dung bên ngoài.", "the SVG file names what lies elsewhere.")
_UNIT = {"": 1.0, "px": 1.0, "pt": 4 / 3, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}


def emblem_picture(file: str, data: bytes) -> bytes:
    """A PNG of SIDE pixels from a PNG or SVG file. Raises SourceError, which says what stands against it."""
    if len(data) > MOST_BYTES:
        raise _refused(file, say("tệp lớn hơn 1 MB.", "the file is larger than 1 MB."))
    drawn = _from_png(file, data) if data.startswith(PNG) else _from_svg(file, data)
    width, height, inner = drawn
    if not max(width, height) <= SLIMMEST * min(width, height):
        raise _refused(
            file,
            say("hình quá dài so với chiều còn lại.", "the picture is much longer than it is wide."),
        )
    scale = SIDE / max(width, height)
    across, down = max(round(width * scale), 1), max(round(height * scale), 1)
    picture, blank = (_drawn(across, down, each) for each in (inner, ""))
    if picture == blank:
        raise _refused(file, say("hình vẽ ra không có gì.", "nothing is to be seen in the picture."))
    return picture


def _drawn(width: int, height: int, inner: str) -> bytes:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">{inner}</svg>'
    try:
        made: bytes = vl_convert.svg_to_png(svg, scale=1, ppi=72)
    except ValueError:
        return b""
    return made


def _from_png(file: str, data: bytes) -> tuple[float, float, str]:
    """A PNG's size, and itself as the content of a drawing."""
    try:
        head = next(_chunks(data))
        names = [name for name, _ in _chunks(data)]
    except (ValueError, StopIteration):
        raise _refused(file, say("tệp PNG bị hỏng.", "the PNG file is damaged.")) from None
    width, height = (int.from_bytes(head[1][n : n + 4], "big") for n in (0, 4))
    if head[0] != b"IHDR" or b"IDAT" not in names or names[-1] != b"IEND" or not (width and height):
        raise _refused(file, say("tệp PNG bị hỏng.", "the PNG file is damaged."))
    if max(width, height) > LARGEST:
        raise _refused(
            file, say("hình lớn hơn {n} điểm ảnh.", "the picture is larger than {n} pixels.", n=LARGEST)
        )
    source = b64encode(data).decode()
    return (
        width,
        height,
        '<image width="100%" height="100%" preserveAspectRatio="none" '
        f'href="data:image/png;base64,{source}"/>',
    )


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """A PNG's chunks, each whole. Raises ValueError for one that isn't."""
    at = len(PNG)
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        name, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        if zlib.crc32(name + body) != int.from_bytes(data[at + 8 + size : at + 12 + size], "big"):
            raise ValueError
        yield name, body
        at += 12 + size
        if name == b"IEND":
            return
    raise ValueError


def _from_svg(file: str, data: bytes) -> tuple[float, float, str]:
    """An SVG's size, and its shapes as the content of a drawing."""
    if b"<!ENTITY" in data or b"<?xml-stylesheet" in data:
        raise _refused(file, _ELSEWHERE)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None or root.tag != f"{_SVG}svg":
        raise _refused(file, say("đây không phải tệp PNG hay SVG.", "it is neither PNG nor SVG."))
    _keep_shapes(file, root)
    width, height, box = _size_of(file, root)
    for name in ("width", "height"):
        root.set(name, "100%")
    root.set("viewBox", box)
    return width, height, etree.tostring(root, encoding="unicode")


def _keep_shapes(file: str, root: etree._Element) -> None:
    """Drop what drawing programs note for themselves. Raises SourceError for what could run or fetch."""
    if sum(1 for _ in root.iter()) > MOST_SHAPES:
        words = say("hình có quá nhiều nét (hơn {n}).", "it has too many shapes (over {n}).", n=MOST_SHAPES)
        raise _refused(file, words)
    for each in list(root.iter()):
        name = str(each.tag).removeprefix(_SVG)
        if name in _DATA or name.startswith("{"):
            if (parent := each.getparent()) is not None:
                parent.remove(each)
            continue
        if name not in _SHAPES:
            raise _refused(
                file, say("tệp SVG có phần tử “{name}”.", "the SVG file has the element “{name}”.", name=name)
            )
        if name == "style" and _ACTIVE.search(each.text or ""):
            raise _refused(file, _ELSEWHERE)
        _keep_attributes(file, each)


def _keep_attributes(file: str, shape: etree._Element) -> None:
    for key, value in list(shape.attrib.items()):
        plain = str(key).rpartition("}")[2].lower()
        if plain.startswith("on"):
            words = say(
                "tệp SVG có thuộc tính “{name}”.", "the SVG file has the attribute “{name}”.", name=plain
            )
            raise _refused(file, words)
        if _ACTIVE.search(str(value)) or (plain == "href" and not str(value).startswith("#")):
            raise _refused(file, _ELSEWHERE)
        if str(key).startswith("{") and plain != "href":
            del shape.attrib[key]


def _size_of(file: str, root: etree._Element) -> tuple[float, float, str]:
    """Width, height and view box."""
    box = (root.get("viewBox") or "").replace(",", " ").split()
    try:
        found = [float(each) for each in box]
        if len(found) != 4:
            width, height = (_length(root.get(name) or "") for name in ("width", "height"))
            found = [0.0, 0.0, width, height]
    except ValueError:
        found = []
    if not found or not min(found[2:]) > 0 or not max(map(abs, found)) < 1e6:
        raise _refused(
            file, say("tệp SVG không cho biết kích thước.", "the SVG file doesn't say how large it is.")
        )
    return found[2], found[3], " ".join(f"{each:g}" for each in found)


def _length(text: str) -> float:
    match = re.fullmatch(r"\s*([0-9.]+)\s*([a-z]*)\s*", text)
    if match is None or match[2] not in _UNIT:
        raise ValueError
    return float(match[1]) * _UNIT[match[2]]


def _refused(file: str, why: Text) -> SourceError:
    return SourceError(
        why,
        where=Where(file),
        do=say(
            "Dùng tệp PNG, hoặc SVG chỉ có nét vẽ (trong phần mềm vẽ: lưu dạng “SVG thuần”).",
            "Use a PNG, or an SVG of shapes alone (in a drawing program: save as “plain SVG”).",
        ),
    )
