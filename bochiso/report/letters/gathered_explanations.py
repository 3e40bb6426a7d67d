"""One report to the committee that gathers what units explained: who answered, why, what they do about it."""

from collections.abc import Sequence
from datetime import date, datetime

from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN

from bochiso.followup.explanations import (
    ASKED_STATES,
    AskedState,
    AskedUnit,
    ExplanationRequest,
    cause_counts,
    outcome_of,
)
from bochiso.report import phrases
from bochiso.report.letters.letter_parts import (
    BROAD,
    attached_to,
    begun,
    broad_section,
    finished,
    frame_of,
    line,
    signed,
    table,
)
from bochiso.report.office_settings import OfficeSettings
from bochiso.rules.verdict import day_of

_ALL_NAMED = 30
"""Up to so many units are named in the text; the annex has them all."""


def gathered_explanations(request: ExplanationRequest, settings: OfficeSettings, moment: datetime) -> bytes:
    """The report as a Word document, with an annex of every unit's answer."""
    today = day_of(moment)
    places = settings.names(today, "UBND các xã, phường")
    subject = f"Tổng hợp giải trình của các cơ quan, đơn vị, địa phương về {request.title}"
    frame = frame_of(settings, today, places, subject, ["{committee}"])
    document = begun(frame, moment)
    office = settings.name.format_map(places)
    for text, bold in report_lines(request, office, places["committee"], today):
        line(document, text, bold=bold)
    signed(document, frame)
    _annex(document, request, today, attached_to(frame, office))
    return finished(document)


def report_lines(
    request: ExplanationRequest, office: str, committee: str, today: date
) -> list[tuple[str, bool]]:
    """What the report says, paragraph by paragraph, and whether each is a heading."""
    found, count = outcome_of(request), phrases.count
    have = phrases.share(len(found.answered), found.asked)
    by_letter = f"Tại {request.document}, {office}" if request.document else phrases.capital(office)
    lines = [
        (
            f"{by_letter} đã yêu cầu {count(len(request.units))} cơ quan, đơn vị, địa phương báo cáo giải "
            f"trình về {request.title}, danh sách chốt lúc {phrases.moment(request.as_of)}, gồm "
            f"{count(request.items)} mục, hạn báo cáo ngày {phrases.day(request.last_day)}. Đến ngày "
            f"{phrases.day(today)}, {office} tổng hợp kết quả như sau:", False,
        ),
        ("1. Tình hình báo cáo", True),
        (f"- Đã báo cáo: {have} đơn vị{_late(found.late)}.", False),
    ]  # fmt: skip
    if found.missing:
        lines.append((f"- Chưa báo cáo: {count(len(found.missing))} đơn vị: {_named(found.missing)}.", False))
    states = [
        f"{ASKED_STATES[state].vi}: {count(len(units))} đơn vị"
        for state in (AskedState.ACCEPTED, AskedState.SENT, AskedState.RETURNED)
        if (units := request.of(today, state))
    ]
    if states:
        lines.append((f"- Kết quả xem xét: {'; '.join(states)}.", False))
    if found.answered:
        lines.append(("2. Nguyên nhân", True))
        lines += [
            (f"- {cause}: {count(n)} đơn vị, với {count(_items(request, cause))} mục.", False)
            for cause, n in cause_counts(request.units)
        ]
        lines.append(("Giải trình và biện pháp khắc phục của từng đơn vị tại Phụ lục kèm theo.", False))
    lines.append((f"{3 if found.answered else 2}. Kiến nghị", True))
    asks = "tiếp tục chỉ đạo các đơn vị thực hiện biện pháp khắc phục đúng thời hạn đã cam kết"
    if found.missing:
        asks = f"yêu cầu người đứng đầu các đơn vị chưa báo cáo thực hiện nghiêm việc giải trình; {asks}"
    lines.append((f"{phrases.capital(office)} kính báo cáo và đề nghị {committee} xem xét, {asks}./.", False))
    return lines


def _late(late: Sequence[str]) -> str:
    return f", trong đó {phrases.count(len(late))} đơn vị báo cáo muộn ({_named(late)})" if late else ""


def _named(names: Sequence[str]) -> str:
    return phrases.listed(names[:_ALL_NAMED], len(names) - len(names[:_ALL_NAMED]))


def _items(request: ExplanationRequest, cause: str) -> int:
    return sum(each.items for each in request.units if each.last is not None and each.last.cause == cause)


def _annex(document: Docx, request: ExplanationRequest, today: date, attached: str) -> None:
    broad_section(document)
    line(document, "Phụ lục", ALIGN.CENTER, bold=True)
    title = f"GIẢI TRÌNH CỦA CÁC ĐƠN VỊ VỀ {request.title.upper()}"
    line(document, title, ALIGN.CENTER, bold=True).paragraph_format.space_before = None
    line(document, attached, ALIGN.CENTER, italic=True, size=13).paragraph_format.space_before = None
    rows = [_row(at, each, request, today) for at, each in enumerate(request.units, start=1)]
    heads = ("Stt", "Đơn vị", "Số mục", "Ngày báo cáo", "Nguyên nhân", "Nội dung giải trình",
             "Biện pháp khắc phục; thời hạn", "Kết quả xem xét")  # fmt: skip
    shares = (0.04, 0.13, 0.06, 0.09, 0.14, 0.24, 0.19, 0.11)
    line(document, "", ALIGN.CENTER)
    table(document, heads, [each * BROAD for each in shares], rows)
    line(
        document, f"Danh sách đã chốt được lưu nguyên vẹn; mã kiểm tra (SHA-256): {request.sha256}.",
        ALIGN.LEFT, italic=True, size=11,
    )  # fmt: skip


def _row(at: int, each: AskedUnit, request: ExplanationRequest, today: date) -> list[str]:
    last, state = each.last, ASKED_STATES[each.state(request.last_day, today)].vi
    if last is None:
        return [str(at), each.name, phrases.count(each.items), "", "", "", "", phrases.capital(state)]
    first = day_of(each.answers[0].at)
    late = each.days_late(request.last_day)
    day = f"{phrases.day(first)}\n(muộn {phrases.count(late)} ngày)" if late else phrases.day(first)
    because = f": {last.because}" if last.because else ""
    return [
        str(at), each.name, phrases.count(each.items), day, last.cause, last.words,
        f"{last.remedy}\nXong trước ngày {phrases.day(last.until)}", phrases.capital(state) + because,
    ]  # fmt: skip
