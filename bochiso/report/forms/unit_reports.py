"""The reports of units on one round of a task, merged into one report of the office, in Word.

By Decree 30/2020/NĐ-CP: head, number, place and day, type and subject, the text, recipients, signature.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO

from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_BREAK
from docx.shared import Cm, Pt
from msgspec import Struct

from bochiso.followup.steering_tasks import (
    OBSTACLE_KINDS,
    TASK_STANDINGS,
    Obstacle,
    TaskAnswer,
    TaskRound,
    TaskStanding,
    by_owner,
    progress_phrase,
)
from bochiso.report.forms.form_document import blank_document, fix_columns, say_in
from bochiso.report.office_settings import OfficeSettings
from bochiso.rules.verdict import day_of
from bochiso.text import Lang, points
from bochiso.text import day as show_day

_ROOM = "\u00a0" * 6
"""Room for a number or a day that is filled in when the report is issued."""

_WIDTH = 16.5
"""Centimetres between the margins of an A4 page: 3 left, 1.5 right."""


class GatheredReports(Struct, frozen=True):
    """What is merged: the round, the units in order with how they stand, what stands in their way; names by
    code. `until`: the day up to which it was gathered."""

    of: TaskRound
    standings: dict[str, TaskStanding]
    answers: dict[str, TaskAnswer]
    obstacles: Sequence[Obstacle]
    names: dict[str, str]
    until: date

    def name(self, unit: str) -> str:
        """A unit's name."""
        return self.names.get(unit, unit)

    @property
    def month(self) -> str:
        """ " tháng 10/2026", nothing for what is done once."""
        year, _, month = self.of.period.partition("-")
        return f" tháng {month}/{year}" if month else ""


def merged_report(of: GatheredReports, settings: OfficeSettings, moment: datetime) -> bytes:
    """The office's report, as a Word document."""
    title = f"Tổng hợp báo cáo của các đơn vị{of.month}"
    document = blank_document(title, settings.name, moment)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin, section.right_margin = Cm(3), Cm(1.5)
    section.top_margin = section.bottom_margin = Cm(2)
    _head(document, settings, moment)
    _line(document, "BÁO CÁO", ALIGN.CENTER, size=14, bold=True)
    source = of.of.task.source.replace("số ", "số\u00a0")
    _line(document, f"{title} thực hiện {source}", ALIGN.CENTER, size=14, bold=True)
    document.add_paragraph()
    parts = [_reported, *([_figures] if of.of.task.report else []), _texts, _obstacles]
    for number, part in zip(("I", "II", "III", "IV"), parts, strict=False):
        part(document, of, number)
    _foot(document, settings)
    _ministries(document, of)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def _head(document: Docx, settings: OfficeSettings, moment: datetime) -> None:
    day = day_of(moment)
    names = settings.names(day, "UBND các xã, phường", "UBND các xã, phường")

    def fill(text: str) -> str:
        return text.format_map(names)

    table = document.add_table(1, 2)
    fix_columns(table, (0.42 * _WIDTH, 0.58 * _WIDTH))
    left, right = table.rows[0].cells
    say_in(left, [fill(settings.parent).upper()], ALIGN.CENTER, 12)
    agency = left.add_paragraph()
    agency.alignment = ALIGN.CENTER
    run = agency.add_run(fill(settings.agency).upper())
    run.bold, run.font.size = True, Pt(12)
    number = left.add_paragraph(f"Số:{_ROOM}/BC-VP")
    number.alignment = ALIGN.CENTER
    say_in(
        right,
        ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"],
        ALIGN.CENTER,
        12,
        bold=True,
    )
    dated = right.add_paragraph()
    dated.alignment = ALIGN.CENTER
    dated.add_run(f"{fill(settings.place)}, ngày{_ROOM}tháng {day.month:02d} năm {day.year}").italic = True
    document.add_paragraph()


def _line(
    document: Docx, text: str, align: ALIGN = ALIGN.JUSTIFY, *, size: float = 13, bold: bool = False
) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = align
    if align is ALIGN.JUSTIFY:
        paragraph.paragraph_format.first_line_indent = Cm(1.27)
        paragraph.paragraph_format.space_after = Pt(6)
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(size)


def _table(
    document: Docx, heads: Sequence[str], shares: Sequence[float], rows: Iterable[Sequence[str]]
) -> None:
    body = list(rows)
    grid = document.add_table(1 + len(body), len(heads))
    grid.style = "Table Grid"
    cells = [list(row.cells) for row in grid.rows]
    fix_columns(grid, [share * _WIDTH for share in shares], cells)
    for cell, head in zip(cells[0], heads, strict=True):
        say_in(cell, [head], ALIGN.CENTER, 11, bold=True)
    for line, values in zip(cells[1:], body, strict=True):
        for n, (cell, value) in enumerate(zip(line, values, strict=True)):
            right = n and value[:1].isdigit() and len(value) < 12
            say_in(cell, [value], ALIGN.RIGHT if right else ALIGN.LEFT, 11)
    document.add_paragraph()


def _reported(document: Docx, of: GatheredReports, number: str) -> None:
    _line(document, f"{number}. TÌNH HÌNH BÁO CÁO", bold=True)
    asked = f"Thực hiện {of.of.task.source}: {of.of.task.text.rstrip('.')}."
    _line(document, asked)
    phrase = progress_phrase(of.standings, of.names).render(Lang.VI)
    until = show_day(of.until, Lang.VI)
    last = show_day(of.of.last, Lang.VI)
    _line(document, f"Hạn báo cáo là ngày {last}. Tính đến ngày {until}, {phrase}")
    late = [of.name(u) for u, state in of.standings.items() if state is TaskStanding.DONE_LATE]
    if late:
        _line(document, f"Báo cáo sau thời hạn: {', '.join(late)}.")


def _figures(document: Docx, of: GatheredReports, number: str) -> None:
    _line(document, f"{number}. KẾT QUẢ BỘ CHỈ SỐ CỦA CÁC ĐƠN VỊ", bold=True)
    heads = ("Stt", "Đơn vị", "Số liệu ngày", "Tổng điểm", "Xếp hạng", "Hồ sơ quá hạn", "Tình trạng")
    _table(document, heads, (0.07, 0.31, 0.14, 0.11, 0.12, 0.1, 0.15), _figure_rows(of))


def _figure_rows(of: GatheredReports) -> Iterable[Sequence[str]]:
    for n, (unit, state) in enumerate(of.standings.items(), start=1):
        answer = of.answers.get(unit)
        known = answer.figures if answer else None
        yield (
            str(n), of.name(unit),
            show_day(known.day, Lang.VI) if known and known.day else "–",
            points(known.total if known else None, Lang.VI),
            f"{known.rank}/{known.of}" if known and known.rank else "–",
            "–" if known is None or known.overdue is None else str(known.overdue),
            TASK_STANDINGS[state].vi,
        )  # fmt: skip


def _texts(document: Docx, of: GatheredReports, number: str) -> None:
    _line(document, f"{number}. NỘI DUNG BÁO CÁO CỦA CÁC ĐƠN VỊ", bold=True)
    if not of.answers:
        _line(document, "Chưa có đơn vị nào báo cáo.")
    for n, unit in enumerate((each for each in of.standings if each in of.answers), start=1):
        _line(document, f"{n}. {of.name(unit)}", bold=True)
        for paragraph in of.answers[unit].text.splitlines():
            if paragraph.strip():
                _line(document, paragraph.strip())


_HEADS = ("Stt", "Đơn vị", "Khó khăn, vướng mắc", "Từ ngày", "Cơ quan giải quyết", "Trả lời")
_SHARES = (0.06, 0.17, 0.32, 0.15, 0.15, 0.15)


def _obstacles(document: Docx, of: GatheredReports, number: str) -> None:
    _line(document, f"{number}. KHÓ KHĂN, VƯỚNG MẮC", bold=True)
    if not of.obstacles:
        _line(document, "Các đơn vị chưa nêu khó khăn, vướng mắc.")
        return
    solved = sum(each.solved for each in of.obstacles)
    answered = sum(each.answer is not None for each in of.obstacles)
    _line(document, f"Có {len(of.obstacles):02d} khó khăn, vướng mắc được nêu; đã trả lời {answered:02d}, "
                    f"giải quyết xong {solved:02d}.")  # fmt: skip
    ordered = [each for part in by_owner(of.obstacles).values() for each in part]
    _table(document, _HEADS, _SHARES, (_row(of, n, each) for n, each in enumerate(ordered, start=1)))


def _row(of: GatheredReports, n: int, each: Obstacle) -> Sequence[str]:
    what = OBSTACLE_KINDS[each.kind].vi
    system = f" ({each.system})" if each.system else ""
    owner = each.ministry or (of.name(each.owner) if each.owner else "Văn phòng UBND tỉnh")
    answer = each.answer or "chưa trả lời"
    return (
        str(n), of.name(each.unit), f"{what[:1].upper()}{what[1:]}{system}: {each.text}",
        show_day(each.since, Lang.VI), owner, f"{answer} (đã giải quyết xong)" if each.solved else answer,
    )  # fmt: skip


def _foot(document: Docx, settings: OfficeSettings) -> None:
    table = document.add_table(1, 2)
    fix_columns(table, (0.5 * _WIDTH, 0.5 * _WIDTH))
    left, right = table.rows[0].cells
    say_in(left, ["Nơi nhận:"], ALIGN.LEFT, 12, bold=True, italic=True)
    for line in ("- UBND tỉnh (b/c);", "- Các đơn vị;", "- Lưu: VT."):
        left.add_paragraph().add_run(line).font.size = Pt(11)
    say_in(right, [each.upper() for each in settings.signer], ALIGN.CENTER, 13, bold=True)


def _ministries(document: Docx, of: GatheredReports) -> None:
    """The annex of what is asked of ministries, on a page of its own; none where there is nothing."""
    asked = [each for each in of.obstacles if each.ministry and not each.solved]
    if not asked:
        return
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    _line(document, "Phụ lục", ALIGN.CENTER, bold=True)
    _line(document, "KIẾN NGHỊ CÁC BỘ, NGÀNH TRUNG ƯƠNG", ALIGN.CENTER, bold=True)
    document.add_paragraph()
    for ministry, theirs in by_owner(asked).items():
        _line(document, f"Kiến nghị {ministry}:", bold=True)
        heads = ("Stt", "Đơn vị nêu", "Nội dung", "Từ ngày")
        rows = [
            (str(n), of.name(e.unit), _row(of, n, e)[2], show_day(e.since, Lang.VI))
            for n, e in enumerate(theirs, start=1)
        ]
        _table(document, heads, (0.08, 0.27, 0.5, 0.15), rows)
