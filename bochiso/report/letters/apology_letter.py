"""The letter that apologises and asks for more time (form 04 of Circular 03/2025/TT-VPCP).

The form's number and title stand in the office's settings, since the ministry that owns the forms now may
replace them. Nothing of the applicant is known here: their system, or a pen, fills the blanks.
"""

from datetime import datetime

from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.shared import Cm

from bochiso.followup.apologies import Apology
from bochiso.report import phrases
from bochiso.report.letters.letter_parts import LetterFrame, begun, finished, line, signed
from bochiso.report.office_settings import OfficeSettings
from bochiso.rules.verdict import day_of
from bochiso.units.codes import guess_level
from bochiso.units.model import Level

BLANK = "…………………………………………………"


def apology_letter(apology: Apology, settings: OfficeSettings, moment: datetime) -> bytes:
    """The letter of the dossier's unit as a Word document, A4."""
    frame = _frame(apology, settings, moment)
    document = begun(frame, moment)
    form = settings.apology_form
    if form:
        note = line(document, form, ALIGN.RIGHT, italic=True, size=11)
        document.element.body.insert(0, note._p)
    for name in ("Kính gửi", "Địa chỉ", "Số điện thoại, thư điện tử (nếu có)"):
        found = line(document, f"{name}: {BLANK[len(name) - len('Kính gửi') :]}", ALIGN.LEFT)
        found.paragraph_format.left_indent = Cm(1.27)
    for text in letter_lines(apology):
        line(document, text)
    signed(document, frame)
    return finished(document)


def letter_lines(apology: Apology) -> list[str]:
    """What the letter says."""
    who, day = apology.unit_name, phrases.day
    procedure = apology.procedure_name or apology.procedure or "…"
    received = f"Ngày {day(apology.received_on)}, " if apology.received_on else ""
    over = day_of(apology.at) > apology.due
    late = "đến nay chưa trả được" if over else "dự kiến chưa trả được"
    return [
        f"{received}{who} tiếp nhận hồ sơ của ông (bà), tổ chức; mã hồ sơ: {apology.dossier}; thủ tục: "
        f"{procedure}.",
        f"Thời hạn trả kết quả giải quyết hồ sơ theo giấy hẹn: ngày {day(apology.due)}.",
        f"{who} {late} kết quả đúng thời hạn đã hẹn. Lý do: {apology.reason.rstrip('.')}.",
        f"{who} xin lỗi ông (bà), tổ chức vì sự chậm trễ này và đề nghị gia hạn thời gian giải quyết hồ sơ; "
        f"hẹn trả kết quả vào ngày {day(apology.new_due)}.",
        f"{who} rất mong nhận được sự thông cảm của ông (bà), tổ chức./.",
    ]


def _frame(apology: Apology, settings: OfficeSettings, moment: datetime) -> LetterFrame:
    today = day_of(moment)
    places = settings.names(today, "UBND các xã, phường")
    commune = guess_level(apology.unit, apology.unit_name) is Level.COMMUNE
    kind = apology.unit_name.removeprefix("UBND ")
    agency = f"ỦY BAN NHÂN DÂN {kind}" if commune else apology.unit_name
    place = kind.partition(" ")[2] if commune else settings.place.format_map(places)
    signer: tuple[str, ...]
    if commune:
        signer = ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")
    else:
        signer = ("GIÁM ĐỐC",) if kind.startswith("Sở ") else ("THỦ TRƯỞNG CƠ QUAN",)
    return LetterFrame(
        parent="" if commune else f"UBND {places['PROVINCE']}",
        agency=agency.upper(),
        symbol=settings.apology_symbol,
        place=place,
        day=today,
        kind="",
        subject=settings.apology_title.upper(),
        to=(),
        recipients=("Như trên", "Bộ phận Một cửa", "Lưu: VT, hồ sơ"),
        signer=signer,
    )
