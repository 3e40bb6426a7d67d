"""Files from outside that name, in one of the many ways there are, something that isn't in them."""

from pathlib import Path

import pytest
from template_samples import filled, part_of, template, with_parts

from bochiso.errors import ReportError
from bochiso.report.docx.ooxml_guard import check_package
from bochiso.report.docx.render import Template
from bochiso.text import Lang

BODY, TYPES, SETTINGS = "word/document.xml", "[Content_Types].xml", "word/settings.xml"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
HEADER = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"
SVG = "http://www.w3.org/2000/svg"


def refused(source: Template) -> str:
    with pytest.raises(ReportError) as error:
        check_package(source.name, source.data)
    return error.value.render(Lang.VI)


def with_run(xml: str) -> Template:
    """A document of one run that holds this."""
    source = template("mốc")
    body = part_of(source, BODY).replace("<w:t>mốc</w:t>", xml)
    assert xml in body
    return with_parts(source, {BODY: body})


def field(text: str) -> str:
    """A field as it stands in runs."""
    told = text.replace("&", "&amp;").replace("<", "&lt;")
    return (
        f'<w:fldChar w:fldCharType="begin"/><w:instrText>{told}</w:instrText><w:fldChar w:fldCharType="end"/>'
    )


def as_header(content: bytes, kind: str = HEADER) -> Template:
    """A document with a part that its list of types calls a header, whatever its name."""
    source = template("a")
    told = f'<Override PartName="/word/header1.dat" ContentType="{kind}"/></Types>'
    types = part_of(source, TYPES).replace("</Types>", told)
    return with_parts(source, {TYPES: types, "word/header1.dat": content})


@pytest.mark.parametrize(
    "text",
    [
        'HYPERLINK "file://evil/share/x.exe"', "hyperlink file:///etc/passwd", 'HYPERLINK "\\\\evil\\share"',
        'HYPERLINK "javascript:alert(1)"', 'HYPERLINK \\o "https://a.vn" "file:///x"', "HYPERLINK",
        'HYPERLINK "https://a.vn" "x.exe"',
    ],
)  # fmt: skip
def test_a_field_leads_to_pages_and_letters_alone(text: str) -> None:
    assert "bên ngoài" in refused(with_run(field(text)))


@pytest.mark.parametrize(
    "text",
    [
        'HYPERLINK "https://dichvucong.gov.vn/x?a=1" \\o "Cổng dịch vụ công"', "HYPERLINK mailto:a@b.vn",
        'HYPERLINK \\l "_Toc1"', "PAGE \\* MERGEFORMAT",
    ],
)  # fmt: skip
def test_a_field_that_a_reader_may_follow_is_kept(text: str) -> None:
    source = with_run(f"{field(text)}<w:t>a</w:t>")
    check_package(source.name, source.data)
    assert filled(source) == ["a"]


@pytest.mark.parametrize("namespace", [WORD, STRICT])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_a_part_is_what_the_list_of_types_says_in_whatever_letters(namespace: str, encoding: str) -> None:
    xml = f'<?xml version="1.0" encoding="{encoding}"?><w:hdr xmlns:w="{namespace}">'
    xml += '<w:p><w:fldSimple w:instr="INCLUDETEXT x"/></w:p></w:hdr>'
    assert "bên ngoài" in refused(as_header(xml.encode(encoding)))
    assert "bên ngoài" in refused(as_header(xml.encode(encoding), f"{HEADER.upper()}; charset=x"))


@pytest.mark.parametrize("namespace", [WORD, STRICT])
def test_a_mail_merge_is_refused(namespace: str) -> None:
    merge = (
        f'<m:mailMerge xmlns:m="{namespace}"><m:connectString m:val="Provider=x;Data Source=\\\\evil\\x"/>'
        "</m:mailMerge></w:settings>"
    )
    source = template("a")
    settings = part_of(source, SETTINGS).replace("</w:settings>", merge)
    assert "trộn thư" in refused(with_parts(source, {SETTINGS: settings}))


VML = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'


@pytest.mark.parametrize(
    "shape",
    [
        '<v:imagedata src="http://evil/x.png"/>', '<v:imagedata o:href="file:///etc/passwd"/>',
        '<v:shape href="file://evil/x"/>', '<v:fill o:althref="\\\\evil\\x"/>',
        '<v:imagedata src=" \\\\e\\x"/>',
        '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>',
    ],
)  # fmt: skip
def test_a_drawing_names_no_file_by_itself(shape: str) -> None:
    assert "bên ngoài" in refused(with_run(f"<w:pict><v:group {VML}>{shape}</v:group></w:pict>"))


def test_a_drawing_may_lead_to_a_page() -> None:
    source = with_run(f'<w:pict><v:shape {VML} href="https://daklak.gov.vn"/></w:pict><w:t>a</w:t>')
    check_package(source.name, source.data)


@pytest.mark.parametrize(
    "picture",
    [
        f'<svg xmlns="{SVG}"><image href="http://evil/x.png"/></svg>',
        f'<svg xmlns="{SVG}" xmlns:l="http://www.w3.org/1999/xlink"><use l:href="file:///etc/passwd"/></svg>',
        f'<svg xmlns="{SVG}"><rect style="fill:url( \'http://evil/x\')"/></svg>',
        f'<svg xmlns="{SVG}"><style>@import "http://evil/x.css";</style></svg>',
        f'<?xml-stylesheet href="http://evil/x.css"?><svg xmlns="{SVG}"/>',
    ],
)
def test_a_picture_fetches_nothing(picture: str) -> None:
    assert "bên ngoài" in refused(with_parts(template("a"), {"word/media/image1.svg": picture}))


def test_a_picture_of_its_own_parts_is_kept() -> None:
    picture = f'<svg xmlns="{SVG}"><rect id="a" fill="url(#b)"/><use href="#a"/></svg>'
    source = with_parts(template("a"), {"word/media/image1.svg": picture})
    check_package(source.name, source.data)


TEMPLATES = sorted((Path(__file__).parents[3] / "bochiso" / "report" / "templates").glob("*.docx"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_our_own_templates_are_taken(path: Path) -> None:
    check_package(path.name, path.read_bytes())
