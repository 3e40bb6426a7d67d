"""Pictures of a document: a word of our own stands for each while a template is filled, then it is placed.

The word is new each time, so nothing that a template or a unit's name says can be one.
"""

import re
import secrets
from collections.abc import Iterator
from io import BytesIO

from docx.parts.document import DocumentPart
from docx.shared import Cm, Inches, Length

from bochiso.errors import ReportError, Where
from bochiso.report.annex_parts import Picture
from bochiso.report.docx.ooxml_guard import Element
from bochiso.text import say

MAX_PICTURES = 100
WIDEST = Cm(16.5)
"""The width of an upright page's text; a wider picture is made smaller."""

_DPI = 96
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


class Pictures:
    """The pictures of one document. `allowed`: whether the part being filled can hold any."""

    def __init__(self, template: str) -> None:
        self._template = template
        self._word = f"picture-{secrets.token_hex(16)}-"
        self._found: list[Picture] = []
        self.allowed = True

    def stand_in(self, picture: Picture) -> str:
        """The word that stands for a picture until it is placed.

        Raises ReportError for too many, or outside of the body.
        """
        if not self.allowed:
            raise ReportError(
                say(
                    "hình chỉ đặt được trong phần thân, không đặt ở đầu trang, chân trang, chú thích.",
                    "a picture stands in the body, not in a header, a footer or a note.",
                ),
                where=Where(self._template),
            )
        if len(self._found) == MAX_PICTURES:
            raise ReportError(
                say("có hơn {most} hình.", "has more than {most} pictures.", most=MAX_PICTURES),
                where=Where(self._template),
                do=say("Bỏ bớt vòng lặp lồng nhau.", "Take loops out of loops."),
            )
        self._found.append(picture)
        return f"{self._word}{len(self._found) - 1};"

    def place(self, body: Element, part: DocumentPart) -> None:
        """Put each picture where its word stands."""
        pattern = re.compile(rf"{self._word}(\d+);")
        for text in list(body.iter(f"{_W}t")) if self._found else []:
            if self._word in (text.text or ""):
                run = text.getparent()
                for each in self._split(text, pattern, part):
                    run.insert(run.index(text), each)
                run.remove(text)

    def _split(self, text: Element, pattern: re.Pattern[str], part: DocumentPart) -> Iterator[Element]:
        """What stands in place of a text: its words and the pictures between them."""
        for place, piece in enumerate(pattern.split(text.text)):
            if place % 2:
                yield self._drawing(text, self._found[int(piece)], part)
            elif piece:
                words = text.makeelement(f"{_W}t", {_SPACE: "preserve"})
                words.text = piece
                yield words

    def _drawing(self, near: Element, picture: Picture, part: DocumentPart) -> Element:
        """A picture in its line, as large as it is on a screen, its words for who can't see it."""
        width = min(Inches(picture.width / _DPI), WIDEST)
        height = Length(int(width * picture.height / picture.width))
        inline = part.new_pic_inline(BytesIO(picture.png), width, height)
        inline.docPr.set("descr", picture.words)
        drawing = near.makeelement(f"{_W}drawing", {})
        drawing.append(inline)
        return drawing
