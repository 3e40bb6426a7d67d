"""Templates as offices edit them: what they may say, and how a mistake is told."""

from dataclasses import replace
from io import BytesIO

import pytest
from build_templates import build
from docx import Document
from docx.document import Document as Docx
from template_samples import PROPERTIES, annex, filled, part_of, sample, template, with_parts

from bochiso.errors import ReportError
from bochiso.report.context import DocumentKind
from bochiso.report.docx.render import Template, render, shows
from bochiso.text import Lang

RELS = "word/_rels/document.xml.rels"
BODY = "word/document.xml"


def refused(source: Template, context: object = None) -> str:
    with pytest.raises(ReportError) as caught:
        render(source, context or sample(), PROPERTIES)  # type: ignore[arg-type]
    return caught.value.render(Lang.VI)


def test_names_loops_and_conditions_are_filled_in() -> None:
    source = template(
        "{{ paper.subject }}",
        "{%p for level in levels %}",
        "{{ level.mark }} {{ level.name }}{% if loop.last %}.{% else %};{% endif %}",
        "{%p endfor %}",
        "{%p if province.known %}",
        "{{ province.rank }}",
        "{%p endif %}",
    )
    assert filled(source) == ["subject", "mark name;", "mark name.", "rank"]


@pytest.mark.parametrize(
    "name",
    [
        "Sở <b>Y tế</b> & Dân số",
        "UBND xã \"Ia Krái\" 'mới'",
        "UBND xã {{ paper.subject }} {% for x in levels %}",
        "]]> <!-- & &amp; &lt;",
        "Ủy ban " * 40 + "…",
        "đặc khu 🏝 Lý Sơn",
    ],
)
def test_a_value_stays_the_text_that_it_is(name: str) -> None:
    paper = replace(sample().paper, subject=name)
    assert filled(template("{{ paper.subject }}"), sample(paper=paper)) == [name]


def test_what_xml_can_not_hold_becomes_a_space() -> None:
    paper = replace(sample().paper, subject="a\x00\x07b\nc\td\ud800e")
    assert filled(template("{{ paper.subject }}"), sample(paper=paper)) == ["a b c d e"]


def test_a_value_in_a_footnote_or_header_is_never_read_as_a_tag() -> None:
    source = template("{{ paper.agency }}")
    document = Document(BytesIO(source.data))
    document.sections[0].header.paragraphs[0].text = "{{ paper.subject }}"
    output = BytesIO()
    document.save(output)
    paper = replace(sample().paper, subject="{{ paper.agency }}")
    done = render(Template("week.docx", output.getvalue()), sample(paper=paper), PROPERTIES)
    assert Document(BytesIO(done)).sections[0].header.paragraphs[0].text == "{{ paper.agency }}"


def test_tags_that_word_split_over_runs_are_read_whole() -> None:
    document = Document()
    paragraph = document.add_paragraph("Số: ")
    for piece in ("{", "{ pap", "er.num", "ber }", "}"):
        paragraph.add_run(piece)
    output = BytesIO()
    document.save(output)
    assert filled(Template("week.docx", output.getvalue())) == ["Số: number"]


def test_an_unknown_name_is_told_with_file_paragraph_and_names_that_exist() -> None:
    said = refused(template("Dòng đầu", "Kính gửi: {{ paper.tos }}", "Dòng cuối"))
    assert said.startswith("week.docx: phần thân, đoạn 2 “Kính gửi: {{ paper.tos }}”: không có tên “tos”.")
    assert "agency, bases, number" in said
    assert "recipients" in said


def test_a_mistake_after_rows_and_loops_is_told_with_its_own_paragraph() -> None:
    document = Document()
    table = document.add_table(3, 1)
    for row, text in zip(
        table.rows, ("{%tr for a in annexes %}", "{{ a.title }}", "{%tr endfor %}"), strict=True
    ):
        row.cells[0].text = text
    document.add_paragraph("{%p if province.known %}")
    document.add_paragraph("{{ province.nam }}")
    document.add_paragraph("{%p endif %}")
    output = BytesIO()
    document.save(output)
    said = refused(Template("week.docx", output.getvalue()))
    assert "đoạn 5 “{{ province.nam }}”" in said


def test_a_mistake_in_a_branch_that_is_not_taken_is_told_too() -> None:
    context = sample(province=replace(sample().province, known=False))
    said = refused(template("{% if province.known %}{{ provnce.name }}{% endif %}"), context)
    assert "không có tên “provnce”" in said
    assert "annexes" in said


@pytest.mark.parametrize(
    ("paragraphs", "said"),
    [
        (["a", "{{ paper.agency"], "đoạn 2 “{{ paper.agency”: có “{{” lẻ"),
        (["{%p if x %}"], "đoạn 1 “{%p if x %}”: “{%p if x %}” chưa được đóng lại"),
        (["b", "{%p endif %}"], "đoạn 2 “{%p endif %}”: “{%p endif %}” không đóng phần nào"),
        (["{{ paper. }}"], "đoạn 1 “{{ paper. }}”: thẻ viết chưa đúng"),
        (["a", "b", "{{ paper.to | upp }}"], "đoạn 3 “{{ paper.to | upp }}”: không có tên “upp”"),
        (["{{ paper }}"], "đây là một nhóm tên, chưa phải một tên. Các tên có ở đây: agency"),
        (["{{ levels }}"], "chỗ này là một danh sách"),
        (["{{ paper.agency.upper }}"], "không có tên “upper”"),
        (["{% for x in paper.agency %}{{ x }}{% endfor %}"], "sau “in” phải là một danh sách"),
        (["{% for x in levels %}{{ x.nam }}{% endfor %}"], "không có tên “nam”"),
        (["{% for x in levels %}{% endfor %}{{ x.name }}"], "không có tên “x”"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_paragraph(paragraphs: list[str], said: str) -> None:
    assert said in refused(template(*paragraphs))


@pytest.mark.parametrize(
    "tag",
    [
        "{{ paper.__class__ }}",
        "{{ paper.agency.__class__.__mro__ }}",
        "{{ ''.join(['a']) }}",
        "{{ range(10) }}",
        "{{ 'a' * 1000000000 }}",
        "{{ 9 ** 999999999 }}",
        "{{ '%9999999999d' % 1 }}",
        "{{ paper.agency | center(999999999) }}",
        "{{ lipsum(1000) }}",
        "{{ self }}",
        "{{ cycler('a') }}",
        "{{ paper['agency'] }}",
        "{{ levels | map(attribute='__class__') | join }}",
        "{{ levels | join(attribute='name') }}",
        "{% include '/etc/passwd' %}",
        "{% import '/etc/passwd' as x %}",
        "{% extends '/etc/passwd' %}",
        "{% macro a() %}{% endmacro %}",
        "{% set a = paper.agency %}",
        "{% set a %}{% endset %}",
        "{% block a %}{% endblock %}",
        "{% filter upper %}a{% endfilter %}",
        "{% with %}{% endwith %}",
        "{% call paper.agency() %}{% endcall %}",
        "{% for x in levels recursive %}{{ loop(levels) }}{% endfor %}",
        "{% for a, b in levels %}{% endfor %}",
    ],
)
def test_a_template_can_not_run_read_or_grow_anything(tag: str) -> None:
    assert refused(template("a", tag)).startswith("week.docx")


MANY = annex([f"xã {number}" for number in range(300)])


def test_loops_that_would_never_end_are_stopped() -> None:
    loops = "{% for a in annexes %}{% for b in a.rows %}{% for c in a.rows %}{% for d in a.rows %}"
    said = refused(template(loops + "{% endfor %}" * 4), sample(annexes=[MANY] * 5))
    assert "các vòng lặp trong mẫu chạy quá 2.000.000 lượt" in said


def test_a_document_that_would_fill_the_memory_is_stopped() -> None:
    loops = ["{%p for a in annexes %}", "{%p for b in a.rows %}", "{%p for c in a.rows %}"]
    source = template(*loops, "x" * 10_000, *["{%p endfor %}"] * 3)
    assert "văn bản điền ra lớn hơn 40 MB" in refused(source, sample(annexes=[MANY]))


def test_five_loops_within_each_other_are_too_many() -> None:
    start = "".join(f"{{% for x{n} in levels %}}" for n in range(5))
    assert "vòng lặp lồng quá 4 lớp" in refused(template(start + "{% endfor %}" * 5))


def test_tags_that_cross_a_table_are_told() -> None:
    document = Document()
    document.add_paragraph("{% for x in levels %}")
    document.add_table(1, 1).rows[0].cells[0].text = "{% endfor %}"
    output = BytesIO()
    document.save(output)
    assert "không ngang nhau" in refused(Template("week.docx", output.getvalue()))


def test_a_file_that_is_no_word_document_is_refused() -> None:
    for data in (b"", b"PK\x03\x04", b"%PDF-1.7", "Kính gửi".encode(), b"\xd0\xcf\x11\xe0" * 200):
        assert refused(Template("week.docx", data)) == (
            "week.docx: không phải là tệp Word (.docx). Mở bằng Word, lưu lại dạng .docx rồi chạy lại."
        )


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = with_parts(template("a"), {"word/media/image1.png": b"\0" * 60_000_000})
    assert len(bomb.data) < 1_000_000
    assert "lớn hơn 40 MB" in refused(bomb)


def test_macros_and_embedded_objects_are_refused() -> None:
    types = part_of(template("a"), "[Content_Types].xml")
    macros = types.replace("wordprocessingml.document.main+xml", "x").replace(
        "application/vnd.openxmlformats-officedocument.x",
        "application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    for parts in (
        {"[Content_Types].xml": macros},
        {"word/vbaProject.bin": b"macro"},
        {"word/embeddings/oleObject1.xlsx": b"object"},
        {"word/activeX/activeX1.xml": "<a/>"},
    ):
        assert "macro" in refused(with_parts(template("a"), parts))


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("image", "http://example.org/logo.png"),
        ("image", "file:///etc/passwd"),
        ("attachedTemplate", "file:///C:/Mau/Normal.dotm"),
        ("oleObject", "\\\\server\\share\\x.xlsx"),
        ("hyperlink", "file:///etc/passwd"),
    ],
)
def test_links_that_would_be_fetched_are_refused(kind: str, target: str) -> None:
    link = (
        '<Relationship Id="rId99" TargetMode="External" Target="' + target + '" '
        f'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"/></Relationships>'
    )
    source = template("a")
    said = refused(with_parts(source, {RELS: part_of(source, RELS).replace("</Relationships>", link)}))
    assert "có liên kết tới tệp hoặc địa chỉ bên ngoài" in said
    assert target in said


@pytest.mark.parametrize("mode", ["external", "EXTERNAL"])
def test_how_a_link_says_that_it_leads_outside_does_not_matter(mode: str) -> None:
    link = (
        f'<Relationship Id="rId99" TargetMode="{mode}" Target="http://example.org/x.png" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"/></Relationships>'
    )
    source = template("a")
    changed = with_parts(source, {RELS: part_of(source, RELS).replace("</Relationships>", link)})
    assert "có liên kết tới tệp hoặc địa chỉ bên ngoài" in refused(changed)


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"


@pytest.mark.parametrize("name", ["word/header9.dat", "word/HEADER9.XML", "word/header9"])
@pytest.mark.parametrize("namespace", [WORD, STRICT])
def test_a_part_is_looked_at_whatever_its_name(name: str, namespace: str) -> None:
    field = f'<w:hdr xmlns:w="{namespace}"><w:p><w:fldSimple w:instr="INCLUDETEXT x"/></w:p></w:hdr>'
    assert "bên ngoài" in refused(with_parts(template("a"), {name: field}))
    bomb = (
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><w:hdr xmlns:w="' + namespace + '">&b;</w:hdr>'
    )
    assert "không phải là tệp Word" in refused(with_parts(template("a"), {name: bomb}))
    assert "lớn hơn 5 MB" in refused(with_parts(template("a"), {name: f"<a>{' ' * 6_000_000}</a>"}))


def test_a_link_to_a_page_that_a_reader_may_follow_is_kept() -> None:
    link = (
        '<Relationship Id="rId99" TargetMode="External" Target="https://dichvucong.gov.vn" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"/></Relationships>'
    )
    source = template("a")
    assert filled(with_parts(source, {RELS: part_of(source, RELS).replace("</Relationships>", link)})) == [
        "a"
    ]


@pytest.mark.parametrize(
    "field", ["INCLUDETEXT /etc/passwd", "INCLUDEPICTURE x", "DDEAUTO c:\\x", "LINK a b"]
)
def test_fields_that_read_files_are_refused(field: str) -> None:
    middle = len(field) // 2
    runs = "".join(
        f"<w:r>{run}</w:r>"
        for run in (
            '<w:fldChar w:fldCharType="begin"/>',
            f"<w:instrText>{field[:middle]}</w:instrText>",
            f"<w:instrText>{field[middle:]}</w:instrText>",
            '<w:fldChar w:fldCharType="end"/>',
        )
    )
    simple = f'<w:fldSimple w:instr="{field}"/>'
    source = template("mốc")
    for xml in (runs, simple):
        body = part_of(source, BODY).replace("<w:r><w:t>mốc</w:t></w:r>", xml)
        assert xml in body
        assert "bên ngoài" in refused(with_parts(source, {BODY: body}))


def test_entities_are_refused() -> None:
    laughs = '<!DOCTYPE w:document [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    source = template("mốc")
    body = part_of(source, BODY).replace("<w:document", laughs + "<w:document", 1).replace("mốc", "&b;")
    assert "không phải là tệp Word" in refused(with_parts(source, {BODY: body}))


def test_tags_outside_of_text_are_refused() -> None:
    source = template("mốc")
    body = part_of(source, BODY).replace("<w:body>", '<w:body><w:bookmarkStart w:id="1" w:name="{{ x }}"/>')
    assert "ngoài chữ của đoạn văn" in refused(with_parts(source, {BODY: body}))


def sections(source: Template, context: object) -> list[tuple[int, int]]:
    done = render(source, context, PROPERTIES)  # type: ignore[arg-type]
    pages = Document(BytesIO(done)).sections
    return [(round(page.page_width.cm), round(page.page_height.cm)) for page in pages]


def test_without_annexes_there_is_no_page_for_them() -> None:
    source, charts = Template("week.docx", build(DocumentKind.WEEK)), replace(sample().charts, known=False)
    upright, across = (21, 30), (30, 21)
    indicators = replace(sample().indicators, known=False)
    bare = {"indicators": indicators, "handling": replace(sample().handling, number="")}
    assert sections(source, sample()) == [upright, *[across] * 4, upright]
    assert sections(source, sample(**bare)) == [upright, across, across, upright]
    assert sections(source, sample(charts=charts, **bare)) == [upright, across, across]
    assert sections(source, sample(annexes=[], **bare)) == [upright, upright]
    assert sections(source, sample(annexes=[], charts=charts, **bare)) == [upright]


# Pictures.

CELL = "{% for f in charts.shown %}{{ f.picture }}{% endfor %}"
EACH = "{%p for chart in charts.shown %}"


def pictured(*paragraphs: str, context: object = None) -> Docx:
    done = render(template(*paragraphs), context or sample(), PROPERTIES)  # type: ignore[arg-type]
    return Document(BytesIO(done))


def test_a_picture_stands_where_its_name_does_with_its_words() -> None:
    found = pictured("a", EACH, "trước {{ chart.picture }} sau", "{%p endfor %}", "b")
    assert [each.text for each in found.paragraphs] == ["a", "trước  sau", "trước  sau", "b"]
    assert len(found.inline_shapes) == 2
    assert {each._inline.docPr.get("descr") for each in found.inline_shapes} == {"lời của hình"}
    ids = [each._inline.docPr.get("id") for each in found.inline_shapes]
    assert len(set(ids)) == 2
    order = [
        each.tag.rpartition("}")[2]
        for each in found.paragraphs[1]._p.iter()
        if each.tag.endswith(("}t", "}drawing"))
    ]
    assert order == ["t", "drawing", "t"]


def test_an_office_may_choose_a_chart_by_its_name_and_numbers_go_by_what_is_shown() -> None:
    first, second = sample().charts.shown
    charts = replace(sample().charts, shown=[first, replace(second, name="xep-loai", title="Xếp loại")])
    found = pictured(
        "{%p for chart in charts.shown if chart.name == 'xep-loai' %}",
        "{{ chart.picture }}",
        "Hình {{ loop.index }}. {{ chart.title }}",
        "{%p endfor %}",
        context=sample(charts=charts),
    )
    assert [each.text for each in found.paragraphs] == ["", "Hình 1. Xếp loại"]
    assert len(found.inline_shapes) == 1


def test_a_picture_in_a_table_or_in_a_part_of_a_sentence_is_placed_too() -> None:
    document = Document()
    document.add_table(1, 1).rows[0].cells[0].text = CELL
    output = BytesIO()
    document.save(output)
    done = render(Template("week.docx", output.getvalue()), sample(), PROPERTIES)
    assert len(Document(BytesIO(done)).inline_shapes) == 2


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("{{ chart.picture | upper }}", "hình không dùng được với bộ lọc"),
        ("{{ chart.picture.png }}", "không có tên “png”"),
        ("{{ chart.pictures }}", "Các tên có ở đây: name, picture, title, words"),
        ("{{ chart }}", "đây là một nhóm tên"),
        ("{{ charts.shown | join }}", "đây là một nhóm tên"),
        ("{{ paper.agency if province.known else chart }}", "đây là một nhóm tên"),
        ("{{ chart | upper }}", "đây là một nhóm tên"),
    ],
)
def test_a_mistake_with_a_picture_is_told(tag: str, said: str) -> None:
    assert said in refused(template("{% for chart in charts.shown %}" + tag + "{% endfor %}"))


def test_a_picture_in_a_header_is_refused() -> None:
    document = Document()
    document.sections[0].header.paragraphs[0].text = CELL
    output = BytesIO()
    document.save(output)
    assert "hình chỉ đặt được trong phần thân" in refused(Template("week.docx", output.getvalue()))


def test_a_picture_in_an_endless_loop_is_stopped() -> None:
    loops = "{% for a in annexes %}{% for row in a.rows %}{% for f in charts.shown %}{{ f.picture }}"
    said = refused(template(loops + "{% endfor %}" * 3), sample(annexes=[MANY]))
    assert "có hơn 100 hình" in said


@pytest.mark.parametrize(("text", "shown"), [("{{ charts.number }}", True), ("{{ paper.agency }}", False)])
def test_whether_a_template_shows_charts_is_known_before_any_is_drawn(text: str, shown: bool) -> None:
    assert shows(template("a", text), "charts") is shown


def test_a_template_with_tracked_changes_is_refused() -> None:
    source = template("a")
    body = part_of(source, BODY).replace("<w:body>", '<w:body><w:p><w:del w:id="1" w:author="A"/></w:p>')
    assert "dấu vết sửa đổi" in refused(with_parts(source, {BODY: body}))
