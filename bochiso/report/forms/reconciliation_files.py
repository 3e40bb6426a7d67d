"""Form against index as a workbook, with every dossier behind each difference, and as an annex in Word."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.shared import Cm, Pt
from msgspec import Struct
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from bochiso.measure.forms.reconciliation import ReconciledLine
from bochiso.report.forms.form_document import blank_document, fix_columns, number, say_in
from bochiso.report.forms.reconciled_data import ReconciledUnit
from bochiso.report.forms.reconciliation_words import (
    CAUSE_WORDS,
    FORM_WORDS,
    INDEX_WORDS,
    NO_PORTAL_LIST,
    NOT_PUBLISHED,
)
from bochiso.report.xlsx.sheets import A4, FILL, FONT
from bochiso.store.worklists.form_reconciliation import DifferingItem
from bochiso.text import Lang

MOST_ITEMS = 200_000
"""How many dossiers the workbook lists; beyond it the sheet says how many more there are."""

_NO_DATA = "chưa có số liệu"


class ReconciledRow(Struct, frozen=True):
    """A row of the summary: what it is, and how much it puts to the form's side and the index's."""

    label: str
    value: int | str | None
    cause: bool = False


def summary_rows(found: ReconciledUnit, lang: Lang) -> Iterator[ReconciledRow]:
    """The comparison line by line: both figures, their difference, its causes, what the portal published."""
    for pair in found.found.pairs:
        if pair.line is ReconciledLine.PORTAL and pair.form is None:
            continue  # the note below says so
        yield ReconciledRow(FORM_WORDS[pair.line].render(lang), _NO_DATA if pair.form is None else pair.form)
        yield ReconciledRow(
            INDEX_WORDS[pair.line].render(lang), _NO_DATA if pair.index is None else pair.index
        )
        if pair.form is None or pair.index is None:
            continue
        yield ReconciledRow("Chênh lệch", pair.form - pair.index)
        for each in pair.differences:
            words = CAUSE_WORDS[each.cause].render(lang)
            only = "" if pair.line is ReconciledLine.PORTAL else " (chỉ biểu mẫu tính)"
            if each.form:
                yield ReconciledRow(f"{words}{only}", each.form, cause=True)
            if each.index:
                yield ReconciledRow(f"{words} (chỉ Bộ chỉ số tính)", -each.index, cause=True)
        yield ReconciledRow("Chưa giải thích được", pair.unexplained)
        published = found.published.get(pair.line)
        yield ReconciledRow(
            "Cổng Dịch vụ công quốc gia công bố cùng kỳ",
            NOT_PUBLISHED.render(lang) if published is None else published,
        )


def lacks_list(found: ReconciledUnit) -> bool:
    """Whether there is no list of the portal's to compare with."""
    return any(pair.line is ReconciledLine.PORTAL and pair.form is None for pair in found.found.pairs)


def heading(found: ReconciledUnit, lang: Lang) -> tuple[str, str]:
    """What the comparison is called, and of which periods."""
    whole = found.found
    return (
        f"ĐỐI CHIẾU SỐ LIỆU BÁO CÁO VỚI BỘ CHỈ SỐ: {found.name}",
        f"Biểu mẫu: {whole.form_period.show(lang)}; Bộ chỉ số: {whole.index_period.show(lang)}",
    )


def reconciliation_workbook(
    found: ReconciledUnit, items: Sequence[DifferingItem], moment: datetime, lang: Lang = Lang.VI
) -> bytes:
    """Two sheets: the comparison, and the dossiers and petitions behind it."""
    target = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(target, options) as book:
        title, _ = heading(found, lang)
        book.set_properties({"title": title, "created": moment.astimezone(UTC).replace(tzinfo=None)})
        looks = _looks(book)
        for sheet in (_summary_sheet(book, looks, found, lang), _items_sheet(book, looks, items, lang)):
            sheet.set_landscape()
            sheet.set_paper(A4)
            sheet.fit_to_pages(1, 0)
    return target.getvalue()


def _looks(book: Workbook) -> dict[str, Format]:
    """The formats of cells, by what they show."""
    base = {"font_name": FONT, "font_size": 11, "valign": "vcenter"}
    cell = base | {"border": 1}
    number = {"num_format": "#,##0;−#,##0;0", "align": "right", "text_wrap": True}
    return {
        "text": book.add_format(base),
        "note": book.add_format(base | {"italic": True, "text_wrap": True}),
        "title": book.add_format(base | {"bold": True}),
        "head": book.add_format(cell | {"bold": True, "bg_color": FILL, "align": "center"}),
        "plain": book.add_format(cell | {"text_wrap": True}),
        "indented": book.add_format(cell | {"text_wrap": True, "indent": 2}),
        "count": book.add_format(cell | number),
        "day": book.add_format(cell | {"num_format": "dd/mm/yyyy", "align": "center"}),
    }


def _summary_sheet(book: Workbook, looks: dict[str, Format], found: ReconciledUnit, lang: Lang) -> Worksheet:
    title, subtitle = heading(found, lang)
    sheet = book.add_worksheet("Đối chiếu")
    sheet.set_column(0, 0, 95)
    sheet.set_column(1, 1, 26)
    sheet.write_string(0, 0, title, looks["title"])
    sheet.write_string(1, 0, subtitle, looks["text"])
    sheet.write_row(3, 0, ("Nội dung", "Số lượng"), looks["head"])
    row = 4
    for row, each in enumerate(summary_rows(found, lang), start=4):
        sheet.write_string(row, 0, each.label, looks["indented" if each.cause else "plain"])
        write = sheet.write_string if isinstance(each.value, str) else sheet.write
        write(row, 1, each.value, looks["count"])
    sheet.write_string(row + 2, 0, NO_PORTAL_LIST.render(lang) if lacks_list(found) else "", looks["note"])
    return sheet


def _items_sheet(
    book: Workbook, looks: dict[str, Format], items: Sequence[DifferingItem], lang: Lang
) -> Worksheet:
    sheet = book.add_worksheet("Hồ sơ, PAKN")
    names = ("Số hồ sơ, mã PAKN", "Đơn vị", "Số liệu", "Chỉ tính ở", "Nguyên nhân", "Ngày tiếp nhận",
             "Ngày kết thúc")  # fmt: skip
    sheet.write_row(0, 0, names, looks["head"])
    for at, width in enumerate((28, 14, 44, 14, 80, 15, 15)):
        sheet.set_column(at, at, width)
    words = {cause: text.render(lang) for cause, text in CAUSE_WORDS.items()}
    for at, item in enumerate(items[:MOST_ITEMS], start=1):
        side = "biểu mẫu" if item.side > 0 else "Bộ chỉ số"
        texts = (item.number, item.unit, FORM_WORDS[item.line].render(lang), side, words[item.cause])
        for column, text in enumerate(texts):
            sheet.write_string(at, column, text, looks["plain"])
        for column, value in ((5, item.received_on), (6, item.ended_on)):
            if value is None:
                sheet.write_blank(at, column, None, looks["day"])
            else:
                sheet.write_datetime(at, column, datetime(value.year, value.month, value.day), looks["day"])  # noqa: DTZ001
    if len(items) > MOST_ITEMS:
        more = f"và {len(items) - MOST_ITEMS} dòng khác"
        sheet.write_string(MOST_ITEMS + 1, 0, more, looks["plain"])
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(1, min(len(items), MOST_ITEMS)), len(names) - 1)
    sheet.repeat_rows(0)
    return sheet


def reconciliation_annex(found: ReconciledUnit, moment: datetime, lang: Lang = Lang.VI) -> bytes:
    """The comparison as an annex in Word."""
    title, subtitle = heading(found, lang)
    document = blank_document(title, found.name, moment)
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21.0), Cm(29.7)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Cm(2), Cm(2), Cm(3), Cm(1.5)
    for text, bold in (("Phụ lục", True), (title, True), (f"({subtitle})", False)):
        paragraph = document.add_paragraph()
        paragraph.alignment = ALIGN.CENTER
        run = paragraph.add_run(text)
        run.bold, run.italic, run.font.size = bold, not bold, Pt(14 if bold else 13)
    document.add_paragraph()
    rows = list(summary_rows(found, lang))
    table = document.add_table(len(rows) + 1, 2)
    table.style, table.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
    fix_columns(table, (12.3, 4.2))
    cells = [row.cells for row in table.rows]
    say_in(cells[0][0], ["Nội dung"], ALIGN.CENTER, 12, bold=True)
    say_in(cells[0][1], ["Số lượng"], ALIGN.CENTER, 12, bold=True)
    for (left, right), each in zip(cells[1:], rows, strict=True):
        strong = each.label in _FIGURES
        say_in(left, [f"- {each.label}" if each.cause else each.label], ALIGN.LEFT, 12, bold=strong)
        text = each.value if isinstance(each.value, str) else signed(each.value or 0)
        say_in(right, [text], ALIGN.RIGHT, 12, bold=strong)
    document.add_paragraph()
    if lacks_list(found):
        run = document.add_paragraph().add_run(f"Lưu ý: {NO_PORTAL_LIST.render(lang)}")
        run.italic, run.font.size = True, Pt(12)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


_FIGURES = {words.render(lang) for lang in Lang for words in (*FORM_WORDS.values(), *INDEX_WORDS.values())}


def signed(value: int) -> str:
    """A number with its sign where it is below zero."""
    return number(value) if value >= 0 else f"−{number(-value)}"
