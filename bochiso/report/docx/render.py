"""A template and its context become a Word document; whatever the template says, nothing else happens.

The template's language is names, loops, conditions and a few filters (`names`). Values are text:
a `<` or a `{{` in a unit's name stays one. Loops, size and what is read are bounded.
"""

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from io import BytesIO
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateRuntimeError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bochiso.errors import ReportError, Where
from bochiso.report.annex_parts import Picture
from bochiso.report.context import Context
from bochiso.report.docx.line_breaks import justified_styles, keep_together
from bochiso.report.docx.ooxml_guard import Element, check_package, parse_pieces, parse_xml, part_text
from bochiso.report.docx.pictures import Pictures
from bochiso.report.docx.properties import Properties, set_properties
from bochiso.report.docx.table_layout import drop_empty_section, fit_columns
from bochiso.report.docx.template_names import FILTERS, TESTS, TemplateMistake, check_names
from bochiso.report.docx.template_tags import Spot, Tag, find_tags, one_line_each, template_error
from bochiso.text import say

MAX_STEPS = 2_000_000
MAX_TEXT = 40_000_000
"""Rounds of all loops together, and letters of a filled part: several times the whole country's annex."""

BODY = "body"
_NOTES = ("/word/footnotes.xml", "/word/endnotes.xml")


@dataclass(frozen=True)
class Template:
    """A Word file with tags, and its name in messages."""

    name: str
    data: bytes


def render(template: Template, context: Context, properties: Properties) -> bytes:
    """The document. Raises ReportError where the template is unsafe or has a mistake."""
    check_package(template.name, template.data)
    document = DocxTemplate(BytesIO(template.data))
    document.render_init()
    filling = _Filling(template.name, document, context)
    body = filling.fill(BODY, document.docx._element.body)
    filling.pictures.place(body, document.docx.part)
    keep_together(body, justified_styles(document.docx.styles.element))
    fit_columns(body)
    drop_empty_section(body)
    document.fix_docpr_ids(body)
    document.map_tree(body)
    for uri in (document.HEADER_URI, document.FOOTER_URI):
        for key, part in list(document.get_headers_footers(uri)):
            root = filling.fill(str(part.partname), parse_xml(part.blob, Where(template.name)))
            document.map_headers_footers_xml(key, document.xml_to_string(root).encode())
    for part in document.docx.part.package.iter_parts():
        if part.partname in _NOTES:
            root = filling.fill(str(part.partname), parse_xml(part.blob, Where(template.name)))
            part._blob = document.xml_to_string(root).encode()
    set_properties(document.docx, properties)
    output = BytesIO()
    document.docx.save(output)
    # What python-docx keeps in circles would hold the whole text until the collector comes round.
    document.docx._element = document.docx.part._element = None
    return _without_clock(output.getvalue())


_NO_TIME = (1980, 1, 1, 0, 0, 0)


def _without_clock(package: bytes) -> bytes:
    """The same package without the moment at which each part was packed: equal documents are equal bytes."""
    output = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(package)) as packed,
        zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as whole,
    ):
        for part in packed.infolist():
            whole.writestr(zipfile.ZipInfo(part.filename, _NO_TIME), packed.read(part), zipfile.ZIP_DEFLATED)
    return output.getvalue()


class _Filling:
    """Fills the parts of one template."""

    def __init__(self, name: str, document: DocxTemplate, context: Context) -> None:
        self._name = name
        self._document = document
        self._context = context
        self._values = {each.name: getattr(context, each.name) for each in fields(context)}
        self._steps = 0
        self.pictures = Pictures(name)
        self._jinja = _sandbox(self._counted, self.pictures.stand_in)

    def _counted(self, items: Iterable[Any]) -> Iterator[Any]:
        """What a loop goes through, until all loops together went through too much."""
        for item in items:
            self._steps += 1
            if self._steps > MAX_STEPS:
                raise ReportError(
                    say(
                        "các vòng lặp trong mẫu chạy quá {most} lượt.",
                        "the template's loops go round more than {most} {most:time|times}.",
                        most=MAX_STEPS,
                    ),
                    where=Where(self._name),
                    do=say("Bỏ bớt vòng lặp lồng nhau.", "Take loops out of loops."),
                )
            yield item

    def fill(self, part: str, root: Element) -> Element:
        """A part with every tag replaced by what it stands for.

        Raises ReportError for a tag that can't be filled.
        """
        tags = find_tags(self._name, part_text(part), root)
        self.pictures.allowed = part == BODY
        source, found = one_line_each(self._document.patch_xml(self._document.xml_to_string(root)))
        if found != len(tags):
            raise template_error(
                self._name,
                None,
                say(
                    "có thẻ đặt ngoài chữ của đoạn văn, hoặc thẻ gộp ô (vm, hm, colspan, cellbg).",
                    "has tags outside of a paragraph's text, or tags that join cells "
                    "(vm, hm, colspan, cellbg).",
                ),
                say("Bỏ các thẻ ấy.", "Take those tags out."),
            )
        try:
            return parse_pieces(self._pieces(source, tags))
        except SyntaxError as error:
            raise template_error(
                self._name,
                tags[0].spot if tags else None,
                say(
                    "thẻ for, if mở và đóng ở hai chỗ không ngang nhau (một trong bảng, một ngoài bảng).",
                    "a for or if opens and closes at places that don't match (one in a table, one outside).",
                ),
                say(
                    "Đặt cặp thẻ cùng trong đoạn ({{%p), cùng trong hàng ({{%tr) hoặc cùng trong ô ({{%tc).",
                    "Put both tags among paragraphs ({{%p), rows ({{%tr) or cells ({{%tc).",
                ),
            ) from error

    def _pieces(self, source: str, tags: list[Tag]) -> Iterator[str]:
        """The filled source, piece by piece."""
        try:
            tree = self._jinja.parse(source)
            check_names(tree, type(self._context))
            for loop in list(tree.find_all(nodes.For)):
                loop.iter = nodes.Filter(loop.iter, "counted", [], [], None, None, lineno=loop.lineno)
            yield from self._bounded(self._jinja.from_string(tree).generate(self._values))
        except TemplateMistake as error:
            raise template_error(self._name, _spot(tags, error.line), error.what, error.do) from error
        except TemplateSyntaxError as error:
            raise self._unreadable(_spot(tags, error.lineno), str(error.message)) from error
        except TemplateRuntimeError as error:
            raise self._unreadable(None, str(error)) from error
        except (RecursionError, MemoryError) as error:
            raise self._unreadable(None, type(error).__name__) from error

    def _unreadable(self, spot: Spot | None, reason: str) -> ReportError:
        return template_error(
            self._name,
            spot,
            say("thẻ viết chưa đúng ({reason}).", "a tag is written wrongly ({reason}).", reason=reason),
            say(
                "Viết như {{{{ paper.subject }}}}, {{% for x in levels %}} … {{% endfor %}}.",
                "Write them as {{{{ paper.subject }}}}, {{% for x in levels %}} … {{% endfor %}}.",
            ),
        )

    def _bounded(self, pieces: Iterable[str]) -> Iterator[str]:
        """The pieces, as long as they are together no more than a document can have."""
        size = 0
        for piece in pieces:
            size += len(piece)
            if size > MAX_TEXT:
                raise ReportError(
                    say(
                        "văn bản điền ra lớn hơn {most} MB.",
                        "the filled document is larger than {most} MB.",
                        most=MAX_TEXT // 1_000_000,
                    ),
                    where=Where(self._name),
                    do=say("Bỏ bớt vòng lặp lồng nhau.", "Take loops out of loops."),
                )
            yield piece


def _spot(tags: list[Tag], line: int) -> Spot | None:
    """Where the tag of a line is: the k-th reaches into line k + 1."""
    return tags[line - 2].spot if 0 <= line - 2 < len(tags) else None


def shows(template: Template, name: str) -> bool:
    """Whether any tag in the text of a template has this name, such as `charts`.

    Raises ReportError where the template is unsafe or has a mistake in its tags.
    """
    check_package(template.name, template.data)
    document = DocxTemplate(BytesIO(template.data))
    document.render_init()
    tags = find_tags(template.name, part_text(BODY), document.docx._element.body)
    return any(re.search(rf"\b{name}\b", tag.text) for tag in tags)


def _sandbox(
    counted: Callable[[Iterable[Any]], Iterator[Any]], stand_in: Callable[[Picture], str]
) -> ImmutableSandboxedEnvironment:
    """Jinja with nothing but what `names` allows; every value is text, escaped, or a picture's stand-in."""

    def printed(value: object) -> object:
        return stand_in(value) if isinstance(value, Picture) else _printable(value)

    jinja = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined, finalize=printed)
    jinja.globals.clear()
    jinja.filters = {name: jinja.filters[name] for name in FILTERS} | {"counted": counted}
    jinja.tests = {name: jinja.tests[name] for name in TESTS}
    return jinja


_UNPRINTABLE = re.compile(r"[^\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+")


def _printable(value: object) -> object:
    """Text without what XML can't hold; breaks of lines and tabs become spaces."""
    return _UNPRINTABLE.sub(" ", value) if isinstance(value, str) else value
