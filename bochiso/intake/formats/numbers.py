"""Numbers as people write them: decimal comma or point, thousands apart, a percent sign, a dash for nothing.

Nothing is guessed beyond two rules. A count (số hồ sơ, số thủ tục) is whole, so one separator
before exactly three digits parts the thousands: 1.209 is one thousand two hundred and nine.
Points and rates are small, so one separator is the decimal mark: 1.209 is a little over one.
"""

import re
from decimal import ROUND_HALF_UP, Decimal

from bochiso.text import Text, say

MOST_ZEROS = 30
"""A number with an exponent beyond it, either way, is no figure; it stays as it is, and is refused."""

DECIMALS = Decimal("0.000001")
"""What is kept of a decimal number: six decimals, half up; further ones can't move a hundredth of a point."""

_NOTHING = {"", "-", "–", "—", "−", "null", "none", "n/a"}
NONE_WORDS = frozenset({
    "x", "kps", "k.p.s", "không phát sinh", "ko phát sinh", "k phát sinh", "không ps", "…", "...", "..", "/",
    "-/-", "không có", "chưa có", "chưa có số liệu", "không có số liệu", "không", "--", "---",
})  # fmt: skip
"""What people write where there is nothing to count; a table that has any is remarked on."""

_ERROR = re.compile(
    r"#(?:REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|N/A|ERROR!|SPILL!|CALC!|GETTING_DATA)|Err:[0-9]+", re.I
)
_SPACES = dict.fromkeys(map(ord, " \t\u00a0\u2007\u2009\u200a\u202f"), " ") | {ord("％"): "%"}
_SIGNS = str.maketrans("−–", "--")
_DIGITS = re.compile(r"[0-9]+")
_MARKED = re.compile(r"(?<=[0-9%])\s*(?:[*†‡¹²³⁴-⁹⁰]+|\((?:[*]+|[0-9]{1,2})\))$")
"""A footnote's mark behind a number: 70,37* or 70,37 (1)."""

_UNIT = re.compile(r"(?<=[0-9])\s*(?:điểm|đ|hồ sơ|hs|thủ tục|tthc|phiếu|pakn)$", re.IGNORECASE)
"""What is counted, written behind the number."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?)?")
_BELOW_MOST = re.compile(r"(.+?)\s*/\s*([0-9]{1,3})(?:\s*điểm)?")
_GROUPED = {mark: re.compile(rf"[1-9][0-9]{{0,2}}(?:{re.escape(mark)}[0-9]{{3}})+") for mark in ".,' "}
_LONGEST = 40


def is_nothing(cell: str | None) -> bool:
    """Whether a cell gives no figure: empty, a dash, n/a or a word for nothing. It never means 0.

    >>> is_nothing(" – "), is_nothing("N/A"), is_nothing("0"), is_nothing("KPS")
    (True, True, False, True)
    """
    return cell is None or (words := cell.strip().lower()) in _NOTHING or words in NONE_WORDS


def parse_count(cell: str | None) -> int | Text | None:
    """A count of dossiers, procedures or petitions; None where nothing is given; a Text says why it is wrong.

    >>> parse_count("349,383"), parse_count("1.209"), parse_count("1 209 400"), parse_count("–")
    (349383, 1209, 1209400, None)
    >>> parse_count("12,5").en
    '“{content}” is not a whole number; counts have no decimals.'
    """
    if cell is None or is_nothing(cell):
        return None
    parts = _split(cell)
    if parts is None or parts[2]:
        return _unreadable(cell)
    negative, body, _ = parts
    if _grouped(body) or _DIGITS.fullmatch(body):
        whole, fraction = re.sub(r"[^0-9]", "", body), ""
    else:
        digits = _decimal(body)
        if digits is None:
            return _unreadable(cell)
        whole, fraction = digits
    if fraction.strip("0"):
        return say(
            "“{content}” không phải số nguyên; số lượng không có phần thập phân.",
            "“{content}” is not a whole number; counts have no decimals.",
            content=cell.strip(),
        )
    return -int(whole) if negative else int(whole)


def parse_decimal(cell: str | None, *, percent: bool = False) -> Decimal | Text | None:
    """Points, or with `percent` a rate in percent, to six decimals; None where nothing is given.

    A Text says why the cell is wrong.

    >>> parse_decimal("88,72"), parse_decimal("1.209,50"), parse_decimal("1.209"), parse_decimal("n/a")
    (Decimal('88.72'), Decimal('1209.50'), Decimal('1.209'), None)
    >>> parse_decimal("75,5 %", percent=True)
    Decimal('75.5')
    """
    if cell is None or is_nothing(cell):
        return None
    parts = _split(cell)
    if parts is None:
        return _unreadable(cell)
    negative, body, sign = parts
    if sign and not percent:
        return say(
            "“{content}” là tỷ lệ phần trăm, ở đây cần số điểm.",
            "“{content}” is a percentage where points are expected.",
            content=cell.strip(),
        )
    digits = _decimal(body)
    if digits is None:
        return _unreadable(cell)
    value = Decimal(f"{digits[0]}.{digits[1]}" if digits[1] else digits[0])
    if len(digits[1]) > 6:
        value = value.quantize(DECIMALS, ROUND_HALF_UP)
    return -value if negative else value


def tidy(value: Decimal) -> Decimal:
    """The number without trailing zeros.

    >>> tidy(Decimal("7.500000")), tidy(Decimal("20.00"))
    (Decimal('7.5'), Decimal('20'))
    """
    return value.to_integral_value() if value == value.to_integral_value() else value.normalize()


def without_maximum(cell: str | None, most: Decimal) -> str | None:
    """Points without the maximum behind them, where it is the right one: 70,37/100.

    >>> without_maximum("70,37/100", Decimal(100)), without_maximum("12/20", Decimal(18))
    ('70,37', '12/20')
    """
    if cell is None or "/" not in cell:
        return cell
    found = _BELOW_MOST.fullmatch(cell.strip())
    return found[1] if found and Decimal(found[2]) == most else cell


def _unreadable(cell: str) -> Text:
    shown = cell.strip()
    if _ERROR.fullmatch(shown):
        return say(
            "ô báo lỗi {content} của bảng tính; hãy sửa công thức trong Excel rồi nạp lại.",
            "the cell shows the spreadsheet's error {content}; mend its formula and import it again.",
            content=shown,
        )
    if _DAY.fullmatch(shown):
        return say(
            "ô là ngày tháng ({content}), không phải số; Excel hay tự đổi 12/10 thành ngày, hãy ghi lại số.",
            "the cell is a date ({content}), no number; Excel makes dates of 12/10, write the number again.",
            content=shown[:10],
        )
    shown = shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…"
    return say(
        "không đọc được “{content}” là số; hãy ghi như 1.209 hoặc 88,72.",
        "“{content}” can't be read as a number; write it like 1209 or 88.72.",
        content=shown,
    )


def _split(cell: str) -> tuple[bool, str, bool] | None:
    """Whether it is negative, its digits and separators, whether it ends in a percent sign."""
    text = cell.strip().removeprefix("'").translate(_SPACES)  # Excel's mark of a number kept as text
    if len(text) > _LONGEST:
        return None
    text = _UNIT.sub("", _MARKED.sub("", text)).strip()
    percent = text.endswith("%")
    text = text.rstrip("%").strip() if percent and not text.endswith("%%") else text
    sign = text[:1].translate(_SIGNS)
    if sign in ("-", "+"):
        return sign == "-", text[1:].strip(), percent
    return False, text, percent


def _grouped(body: str) -> bool:
    """Whether one kind of separator parts the digits in thousands."""
    return any(pattern.fullmatch(body) for pattern in _GROUPED.values())


def _decimal(body: str) -> tuple[str, str] | None:
    """The digits before and after the decimal mark; None if this is no number."""
    mark = max(body.rfind("."), body.rfind(","))
    if mark < 0 or body.count(body[mark]) > 1:
        whole, fraction = body, ""
    else:
        whole, fraction = body[:mark], body[mark + 1 :]
        if not _DIGITS.fullmatch(fraction) or body[mark] in whole:
            return None
    if not _DIGITS.fullmatch(whole):
        if not _grouped(whole):
            return None
        whole = re.sub(r"[^0-9]", "", whole)
    return whole, fraction


def exact_text(value: Decimal) -> str:
    """A number that a source holds as a number, as a cell that reads back to it whatever it counts.

    1.209 is written 1.2090, for three decimals alone would read as thousands.

    >>> exact_text(Decimal("1.209")), exact_text(Decimal("12.0")), exact_text(Decimal("1E+3"))
    ('1.2090', '12', '1000')
    """
    if not value.is_finite() or abs(value.adjusted()) > MOST_ZEROS:
        return str(value)  # not written out: 1E+999999999 would take a gigabyte, and nobody counts so
    if value == value.to_integral_value():
        return f"{value.to_integral_value():f}"
    text = f"{value:f}"
    return text + "0" if value.as_tuple().exponent == -3 else text
