"""How figures are worded in official documents: by rules, from rounded figures, in Vietnamese.

Counts and ranks below ten have a leading zero (02/17, 05 địa phương); points, percents and years
have none. Nothing here ends with a full stop.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from bochiso.periods import Period
from bochiso.text import VIETNAM, Lang, hundredths, number
from bochiso.text import count as grouped
from bochiso.text import points as two_decimals
from bochiso.units.model import Level, Unit
from bochiso.units.names import name_in_sentence, short_name

NONE = "–"
"""Stands in a table for what is not known."""


def count(value: int) -> str:
    """A number of things.

    >>> count(2), count(14), count(1209)
    ('02', '14', '1.209')
    """
    return f"{value:02d}" if 0 <= value < 10 else grouped(value, Lang.VI)


def share(part: int, whole: int) -> str:
    """So many of so many, or a rank among them.

    >>> share(2, 17), share(87, 102)
    ('02/17', '87/102')
    """
    return f"{count(part)}/{count(whole)}"


def counted(numerator: Decimal | int, denominator: Decimal | int | None) -> str:
    """What was counted of what was to be counted; nothing where that was nothing, or no whole numbers.

    >>> counted(45, 60), counted(Decimal(1200), Decimal(1500)), counted(0, 0)
    ('45/60', '1.200/1.500', '')
    """
    if not denominator or numerator % 1 or denominator % 1:
        return ""
    return f"{grouped(int(numerator), Lang.VI)}/{grouped(int(denominator), Lang.VI)}"


def plain(value: Decimal) -> str:
    """A number without decimals that say nothing: 18, 16,5.

    >>> plain(Decimal("18.00")), plain(Decimal("16.50"))
    ('18', '16,5')
    """
    return number(Decimal(int(value)) if value % 1 == 0 else value.normalize(), Lang.VI)


def percent(value: Decimal) -> str:
    """A rate in percent, two decimals at most, none that say nothing.

    >>> percent(Decimal("71.3")), percent(Decimal("65.5555")), percent(Decimal(100))
    ('71,3%', '65,56%', '100%')
    """
    return f"{plain(hundredths(value))}%"


def share_percent(value: Fraction) -> str:
    """A share of 1 in percent.

    >>> share_percent(Fraction(45, 60)), share_percent(Fraction(1, 3))
    ('75%', '33,33%')
    """
    return percent(hundredths(value * 100))


def points(value: Decimal | None) -> str:
    """Points with two decimals, a dash where there are none."""
    return two_decimals(value, Lang.VI)


def earned(value: Decimal | None, most: Decimal) -> str:
    """Points out of the most that can be earned.

    >>> earned(Decimal("88.72"), Decimal(100)), earned(None, Decimal(18))
    ('88,72/100 điểm', 'chưa có số liệu')
    """
    return "chưa có số liệu" if value is None else f"{points(value)}/{plain(most)} điểm"


def moved(change: Decimal | None) -> str:
    """A change of points; nothing where it is not known.

    >>> moved(Decimal("0.27")), moved(Decimal("-3")), moved(Decimal(0)), moved(None)
    ('tăng 0,27 điểm', 'giảm 3,00 điểm', 'không thay đổi', '')
    """
    if change is None:
        return ""
    if not change:
        return "không thay đổi"
    return f"{'tăng' if change > 0 else 'giảm'} {points(abs(change))} điểm"


def places(change: int | None) -> str:
    """A change of rank, places gained; nothing where ranks can't be subtracted.

    >>> places(-9), places(2), places(0), places(None)
    ('giảm 09 bậc', 'tăng 02 bậc', 'giữ nguyên thứ hạng', '')
    """
    if change is None:
        return ""
    if not change:
        return "giữ nguyên thứ hạng"
    return f"{'tăng' if change > 0 else 'giảm'} {count(abs(change))} bậc"


def units_more(change: int, noun: str) -> str:
    """A change of a number of units, nothing where there is none.

    >>> units_more(-5, "địa phương"), units_more(0, "cơ quan")
    ('giảm 05 địa phương', '')
    """
    return f"{'tăng' if change > 0 else 'giảm'} {count(abs(change))} {noun}" if change else ""


def since(change: str, before: str) -> str:
    """A change with what it is compared with; nothing where either lacks.

    >>> since("tăng 0,27 điểm", "tuần 01 tháng 11"), since("tăng 0,27 điểm", "")
    ('tăng 0,27 điểm so với tuần 01 tháng 11', '')
    """
    return f"{change} so với {before}" if change and before else ""


_OWN = re.compile(r"\s*\(([^()]*)\)")


def flat(text: str) -> str:
    """Text that may stand in brackets: what it has in brackets of its own comes after a comma.

    >>> flat("số liệu tháng 10/2026 (từ 15/9/2026 đến 14/10/2026)")
    'số liệu tháng 10/2026, từ 15/9/2026 đến 14/10/2026'
    """
    return _OWN.sub(r", \1", text)


def aside(text: str) -> str:
    """Text in brackets after a space, or nothing.

    >>> aside("tuần 01 (từ 05/10)"), aside("")
    (' (tuần 01, từ 05/10)', '')
    """
    return f" ({flat(text)})" if text else ""


def grade_line(have: int, of: int, noun: str, grade: str, change: str = "") -> str:
    """How many units have a grade.

    >>> grade_line(10, 14, "cơ quan", "Xuất sắc")
    'Có 10/14 cơ quan xếp loại Xuất sắc'
    >>> grade_line(0, 14, "cơ quan", "Khá", "giảm 01 cơ quan so với tuần 01 tháng 11")
    'Không có cơ quan xếp loại Khá (giảm 01 cơ quan so với tuần 01 tháng 11)'
    """
    subject = f"Có {share(have, of)} {noun}" if have else f"Không có {noun}"
    return f"{subject} xếp loại {grade}{aside(change)}"


def listed(items: Sequence[str], more: int = 0, others: str = "đơn vị") -> str:
    """Names in one line; `more`: how many were left out, `others`: what they are.

    Where a name has a comma or an `và` of its own, semicolons part the names.

    >>> listed(["Sở Y tế", "Sở Xây dựng", "Sở Nội vụ"])
    'Sở Y tế, Sở Xây dựng và Sở Nội vụ'
    >>> listed(["Sở Y tế", "Sở Xây dựng"], 3)
    'Sở Y tế, Sở Xây dựng và 03 đơn vị khác'
    >>> listed(["Sở Dân tộc và Tôn giáo", "Sở Y tế"])
    'Sở Dân tộc và Tôn giáo; Sở Y tế'
    >>> listed(["Sở Văn hóa, Thể thao và Du lịch", "Sở Y tế"], 7)
    'Sở Văn hóa, Thể thao và Du lịch; Sở Y tế và 07 đơn vị khác'
    """
    rest = f"{count(more)} {others} khác" if more else ""
    if len(items) > 1 and any("," in item or " và " in item for item in items):
        return " và ".join(filter(None, ("; ".join(items), rest)))
    known = [*items, rest] if rest else list(items)
    return " và ".join(filter(None, (", ".join(known[:-1]), *known[-1:])))


def first_of(items: Sequence[str], most: int, others: str = "đơn vị") -> str:
    """The first of some names and how many others there are.

    >>> first_of(["Sở A", "Sở B", "Sở C"], 2)
    'Sở A, Sở B và 01 đơn vị khác'
    """
    return listed(items[:most], max(0, len(items) - most), others)


def together(*parts: str) -> str:
    """Groups of offices in one line, the last with `và`; a part may have commas of its own.

    >>> together("các sở, ban, ngành", "UBND các xã, phường")
    'các sở, ban, ngành và UBND các xã, phường'
    """
    known = [part for part in parts if part]
    return " và ".join(filter(None, (", ".join(known[:-1]), *known[-1:])))


def capital(text: str) -> str:
    """A sentence's first letter, the others as they are."""
    return text[:1].upper() + text[1:]


def small(text: str) -> str:
    """The same text within a sentence: its first letter small where it begins a word that isn't all capitals.

    >>> small("Theo dõi, đôn đốc"), small("UBND tỉnh")
    ('theo dõi, đôn đốc', 'UBND tỉnh')
    """
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


# Days and periods.

_YEAR = re.compile(r"/\d{4}$")


def day(value: date) -> str:
    """A day as the decree writes it: a zero before months 1 and 2 only (Decree 30/2020, Annex I, II.4b).

    >>> day(date(2026, 10, 7)), day(date(2024, 8, 5)), day(date(2026, 2, 1))
    ('07/10/2026', '05/8/2024', '01/02/2026')
    """
    return f"{value.day:02d}/{month(value.month)}/{value.year}"


def month(value: int) -> str:
    """A month as the decree writes it."""
    return f"{value:02d}" if value < 3 else str(value)


def moment(value: datetime) -> str:
    """A moment in Việt Nam's time.

    >>> from datetime import UTC
    >>> moment(datetime(2026, 10, 7, 1, 5, tzinfo=UTC))
    '08 giờ 05 phút ngày 07/10/2026'
    """
    local = value.astimezone(VIETNAM)
    return f"{local.hour:02d} giờ {local.minute:02d} phút ngày {day(local.date())}"


def span(period: Period) -> str:
    """A period as a sentence names it.

    >>> from bochiso.periods import parse_period
    >>> span(parse_period("2026-Q3")), span(parse_period("2026-01-01..2026-08-31"))
    ('quý III năm 2026', 'kỳ từ ngày 01/01/2026 đến ngày 31/8/2026')
    >>> span(parse_period("2026-09@15"))
    'tháng 9/2026 (từ 15/8/2026 đến 14/9/2026)'
    """
    if ".." in period.code:
        return f"kỳ từ ngày {day(period.first)} đến ngày {day(period.last)}"
    return decreed(period.show(Lang.VI))


_PADDED = re.compile(r"(?<=\d\d/)0(?=[3-9]/\d{4}\b)")


def decreed(text: str) -> str:
    """A text with its days as the decree writes them.

    >>> decreed("từ 15/08/2026 đến 14/02/2027")
    'từ 15/8/2026 đến 14/02/2027'
    """
    return _PADDED.sub("", text)


def so_far(period: Period, as_of: date) -> str:
    """Which figures these are: of a whole period, or of one up to a day, summed up since a year began.

    >>> from bochiso.periods import parse_period
    >>> so_far(parse_period("2026"), date(2026, 10, 7))
    'lũy kế từ đầu năm 2026 đến ngày 07/10/2026'
    >>> so_far(parse_period("2026-Q3"), date(2026, 9, 30)), so_far(parse_period("2026-Q3"), date(2026, 9, 15))
    ('quý III năm 2026', 'quý III năm 2026, tính đến ngày 15/9/2026')
    """
    if (period.last - period.first).days > 300 and period.first.month == period.first.day == 1:
        return f"lũy kế từ đầu năm {period.first.year} đến ngày {day(as_of)}"
    return span(period) if as_of == period.last else f"{span(period)}, tính đến ngày {day(as_of)}"


def days(value: Decimal) -> str:
    """Days that something is late, whole ones.

    >>> days(Decimal("251.4")), days(Decimal("17.3")), days(Decimal("0.7"))
    ('251', '17', 'dưới 01')
    """
    return grouped(int(value), Lang.VI) if value >= 1 else "dưới 01"


def title(label: str | None, period: Period) -> str:
    """What a document says it is of: the label of the figures, else their period."""
    return label or span(period)


def before(label: str | None, period: Period, of: date, now: tuple[str | None, Period]) -> str:
    """What figures are compared with: their label, else their period, else, where the same, their day.

    `now`: label and period of the document. The year of a label goes without saying where it is
    the same.
    """
    now_label, now_period = now
    if label and label != now_label:
        year = _YEAR.search(label)
        return flat(label[: year.start()] if year and (now_label or "").endswith(year[0]) else label)
    if period.of_report and now_period.of_report and period != now_period:
        return span(period).partition(" (")[0]  # from the 15th to the 14th, as the document's own
    if period != now_period:
        return flat(span(period))
    return f"ngày {day(of)}"


# Names of units.


def short_names(units: Iterable[Unit]) -> dict[str, str]:
    """The name to print of each unit, by code, without brackets.

    Those that would be the same say in which district they are, or where that doesn't part them, their code.
    """
    known = {unit.code: unit for unit in units}
    short = {code: name_in_sentence(short_name(unit.name)) for code, unit in known.items()}
    twice = _repeated(short.values())
    placed = {
        code: f"{name} – {_district(known, code) or f'mã {code}'}" if name in twice else name
        for code, name in short.items()
    }
    again = _repeated(placed.values())
    return {code: f"{short[code]} – mã {code}" if name in again else name for code, name in placed.items()}


def _district(known: Mapping[str, Unit], code: str) -> str:
    """`huyện Krông Năng`: the district that a commune is in; nothing where it is in none that is known."""
    above = known.get(known[code].parent or "")
    return short_name(above.name).removeprefix("UBND ") if above and above.level is Level.DISTRICT else ""


def _repeated(names: Collection[str]) -> set[str]:
    seen: set[str] = set()
    return {name for name in names if name in seen or seen.add(name)}  # type: ignore[func-returns-value]


_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_LETTERS = "abcdđeghiklmnopqrstuvxy"


def roman(place: int) -> str:
    """The number of an annex or part, from 1."""
    return _ROMAN[place - 1]


def letter(place: int) -> str:
    """The letter of a point, from 1, in the Vietnamese alphabet: a, b, c, d, đ, e (Annex I, II.6đ).

    >>> letter(5), letter(23), letter(24), letter(46)
    ('đ', 'y', 'aa', 'ay')
    """
    turn, at = divmod(place - 1, len(_LETTERS))
    return (letter(turn) if turn else "") + _LETTERS[at]
