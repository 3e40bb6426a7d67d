"""Rows of a table that are about no unit: sections, subtotals, means, notes, signatures, headings again.

Every official annex has some. They are passed over with one note that says so, never refused and
never ranked; a section ("I. Sở, ban, ngành") tells the level of the rows below it.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from bochiso.intake.formats.numbers import NONE_WORDS
from bochiso.intake.headings.heading_words import ORDINAL
from bochiso.intake.headings.headings import NOT_FIGURES, UNIT_NAMES, simplify
from bochiso.intake.tables.table_reader import RawTable, rows_where
from bochiso.text import Text, say
from bochiso.units.codes import fold, guess_level, is_code, parse_level
from bochiso.units.model import Level

SECTION_LEVEL = "section"
"""The name of the column that says under which section's level a row stands."""

_NUMBERED = re.compile(r"^(?:(?:[ivxlc]{1,5}|[a-z]|[0-9]{1,2})[.):/-]\s*(?=\w)|[ivx]{1,5}\s+)")
_AROUND = re.compile(r"\([^)]*\)|:\s*[0-9][0-9.,%/ ]*(?:điểm|đơn vị|hồ sơ|thủ tục|phiếu)?$|[:.…*]+$")
_KINDS_OF = r"sở|ban|ngành|xã|phường|thị trấn|đặc khu|huyện|quận|thị xã|thành phố|tỉnh"
_HEADS = r"khối|nhóm|các|cấp|danh sách|kết quả|phần|mục|bảng|đối với"
_OFFICES = r"cơ quan|đơn vị|địa phương|ubnd|ủy ban nhân dân|uỷ ban nhân dân"
_LEVEL_LIST = (
    rf"(?:(?:{_HEADS}) )*(?:(?:các )?(?:{_OFFICES}|{_KINDS_OF}|cấp|trực thuộc|thuộc|và|tương đương|"
    r"chuyên môn|hành chính|đoàn thể)(?: |$))+"
)
_SUMMED = (
    r"(?:tổng|cộng|lũy kế|luỹ kế)(?: (?:số|cộng|hợp|chung|điểm|dồn|toàn|các|cấp|khối|nhóm|mục|phần|bảng|của|"
    rf"trung|bình|{_OFFICES}|{_KINDS_OF}|[ivx]{{1,4}}|[0-9]+))*|total|sum"
)
_MEANT = (
    r"(?:(?:điểm|tỷ lệ|tỉ lệ|giá trị) )*(?:trung bình|bình quân|trung vị|tb|bq)(?: (?:chung|cộng|"
    rf"toàn|các|cấp|khối|nhóm|của|điểm|{_OFFICES}|{_KINDS_OF}))*|average|mean"
)
_EXTREME = (
    r"(?:(?:điểm|tỷ lệ|tỉ lệ|giá trị|đơn vị) )*(?:cao nhất|thấp nhất|lớn nhất|nhỏ nhất|max|min)(?: .*)?|"
    r"số (?:lượng )?(?:đơn vị|cơ quan|địa phương|xã|phường)(?: .*)?"
)
_WHOLE = r"toàn (?:tỉnh|thành phố|huyện|xã|quốc|ngành|bộ)|cả nước|toàn bộ"
_MOST = r"(?:mức |thang |điểm )*(?:điểm )?(?:tối đa|chuẩn)|thang điểm"
_NOTED = (
    r"(?:ghi chú|chú thích|lưu ý|nguồn|ký hiệu|giải thích|nơi nhận|kính gửi|số liệu|thời điểm)(?:[ :.].*)?"
    r"|[*].*"
)
_LEADERS = (
    r"(?:phó )?(?:giám đốc|chủ tịch|chánh văn phòng|thủ trưởng|trưởng phòng|chánh thanh tra|trưởng ban)"
)
_SIGNED = (
    r"(?:người )?(?:lập(?: biểu| bảng)?|tổng hợp biểu)|"
    r"người (?:lập|ký|duyệt|tổng hợp|kiểm tra|báo cáo)(?: .*)?|"
    rf"(?:kt|tm|tl|tuq)[. ]+(?:{_LEADERS}|ubnd|ủy ban|uỷ ban).*|{_LEADERS}(?: đơn vị)?|"
    r"\(?ký(?: tên|,| ghi).*|.*ngày .*tháng .*năm .*"
)
_NUMBERS = re.compile(r"\(?(?:[0-9]{1,2}|[a-h])\)?(?:\s*=.*)?", re.IGNORECASE)
_FIGURE = re.compile(r"[\s'+–−-]*[0-9][0-9.,'\s]*%?\s*|[#=].*")
_OWN_OFFICE = re.compile(rf"(?:ubnd|ủy ban nhân dân|uỷ ban nhân dân) (?:{_KINDS_OF})")
"""One office, which its code makes a unit: "UBND tỉnh", H15."""


def _both(pattern: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A pattern for text with accents, and for text that has none: Công an isn't Cộng."""
    return re.compile(pattern), re.compile(fold(pattern))


_PATTERNS: tuple[tuple[str, tuple[re.Pattern[str], re.Pattern[str]]], ...] = (
    ("sum", _both(f"(?:{_SUMMED}|{_WHOLE})")),
    ("mean", _both(_MEANT)),
    ("extreme", _both(_EXTREME)),
    ("most", _both(_MOST)),
    ("section", _both(_LEVEL_LIST)),
    ("signed", _both(_SIGNED)),
    ("note", _both(_NOTED)),
)


@dataclass(frozen=True)
class NoUnit:
    """Why a row is passed over, and the level that it gives to the rows below it."""

    what: Text
    level: Level | None = None


_KINDS = {
    "section": say("dòng mục", "a section"),
    "sum": say("dòng tổng", "a total"),
    "mean": say("dòng trung bình", "a mean"),
    "extreme": say("dòng số liệu chung", "a figure of all"),
    "most": say("dòng điểm tối đa", "maxima"),
    "note": say("dòng ghi chú", "a note"),
    "signed": say("dòng ký", "a signature"),
    "heading": say("dòng tiêu đề", "a heading"),
}


@lru_cache(4096)
def kind_of_row(name: str, *, coded: bool = False) -> NoUnit | None:
    """Why a row of this name is about no unit; None for a unit. `coded`: whether it has a unit's code.

    >>> kind_of_row("I. Sở, ban, ngành").level, kind_of_row("Sở Y tế"), kind_of_row("Tổng cộng").what.en
    (<Level.DEPARTMENT: 'department'>, None, 'a total')
    """
    text = " ".join(unicodedata.normalize("NFC", name).lower().split())
    bare = _NUMBERED.sub("", text, count=1)
    words = " ".join(re.findall(r"\w+", _AROUND.sub(" ", bare)))
    plain = int(text.isascii())
    for kind, patterns in _PATTERNS:
        pattern = patterns[plain]
        if not pattern.fullmatch(words) and not (kind in ("signed", "note") and pattern.fullmatch(bare)):
            continue
        if kind != "section":
            return None if coded else NoUnit(_KINDS[kind])
        if _OWN_OFFICE.fullmatch(words) and (coded or words.endswith(("tỉnh", "thành phố"))):
            return None
        return NoUnit(_KINDS[kind], _level(words))
    return None


def is_row_of_maxima(name: str) -> bool:
    """Whether a row of this name says how many points there are at most.

    >>> is_row_of_maxima("Điểm tối đa"), is_row_of_maxima("Sở Y tế")
    (True, False)
    """
    found = kind_of_row(name)
    return found is not None and found.what is _KINDS["most"]


def _level(words: str) -> Level | None:
    """The level that a section's words name: the provinces' own annexes mean departments by "cấp tỉnh"."""
    plain = re.sub(r"\b(?:ủy|uỷ) ban nhân dân\b", "ubnd", words)
    plain = re.sub(r"^(?:(?:khối|nhóm|danh sách|đối với|các cơ quan|các đơn vị|cơ quan|đơn vị) )+", "", plain)
    plain = re.sub(r"^cấp (?=sở\b)", "", plain)
    found = parse_level(plain)
    return None if found is Level.PROVINCE and words != plain else found


def without_others(table: RawTable) -> RawTable:
    """The table without the rows that are about no unit, a note that names them, levels of sections told."""
    table = _named(table)
    names = _names(table)
    if not len(names):
        return table
    codes = pc.dictionary_encode(names)
    words = codes.dictionary.to_pylist()
    headings = {
        simplify(part) for one in table.headings if one.name in UNIT_NAMES for part in one.text.split(" – ")
    }
    kinds: list[NoUnit | None] = [
        NoUnit(_KINDS["heading"]) if simplify(word) in headings else kind_of_row(word) for word in words
    ]
    numbering, below = _numbering(table, codes, words), _below_the_table(table, codes, words)
    marked = numbering | below | _only_words(table, names)
    headed = _headed(table)
    if not any(kinds) and not marked and headed is None:
        return table
    coded = _coded(table, [at for at, kind in enumerate(kinds) if kind is not None], codes)
    places = codes.indices.to_pylist()
    passed: list[tuple[int, NoUnit]] = []
    levels: list[str | None] = []
    level = headed
    for at, place in enumerate(places):
        kind = None if place is None else kinds[place]
        if kind is not None and at in coded:
            kind = kind_of_row(words[place], coded=True)
        if kind is not None or at in marked:
            kind = kind or NoUnit(_KINDS["heading" if at in numbering else "note"])
            passed.append((at, kind))
            level = kind.level if kind.what is _KINDS["section"] else level
        levels.append(None if level is None else level.value)
    if not passed and headed is None:
        return table
    gone = {at for at, _ in passed}
    keep = pa.array([at not in gone for at in range(len(places))])
    whole = table.with_column(SECTION_LEVEL, pa.array(levels, pa.string()))
    if not passed:
        return whole
    kept = rows_where(whole, keep)
    return replace(kept, notes=(*table.notes, _said(table, passed)))


def _headed(table: RawTable) -> Level | None:
    """The level that the heading of the names tells: "Xã, phường", "Sở, ban, ngành"."""
    text = table.heading("unit_name") if "unit_name" in table.names else ""
    for part in reversed(text.lower().split(" – ")):
        words = re.sub(r"^(?:tên|danh sách|các|kết quả) ", "", " ".join(part.replace("/", ", ").split()))
        found = kind_of_row(words) if words else None
        if found and found.level:
            return found.level
    return None


def _names(table: RawTable) -> pa.Array:
    """What each row calls its unit."""
    return pc.coalesce(table.column("unit_name"), table.column("unit"))


def _named(table: RawTable) -> RawTable:
    """Rows whose only name stands where others have a number: "I. Sở, ban, ngành", "Tổng cộng".

    Rows that hold nothing but their number fall away.
    """
    if ORDINAL not in table.names:
        return table
    ordinal, names = table.column(ORDINAL), _names(table)
    lettered = pc.fill_null(pc.match_substring_regex(ordinal, r"\p{L}{2}"), False)
    moved = pc.and_(pc.is_null(names), lettered)
    table = table.without(ORDINAL)
    if pc.any(moved).as_py():
        name = pc.if_else(moved, ordinal, table.column("unit_name"))
        table = table.without("unit_name").with_column("unit_name", name, table.heading("unit_name"))
    blank = pa.array([True] * len(table.rows), pa.bool_())
    for column in table.columns:
        blank = pc.and_(blank, pc.is_null(column))
    return rows_where(table, pc.invert(blank)) if pc.any(blank).as_py() else table


def _only_words(table: RawTable, names: pa.Array) -> set[int]:
    """Rows without a unit and without any figure: what stands below a table, beside the signature."""
    blank = pc.is_null(names)
    for name in ("indicator", "indicator_name"):
        blank = pc.and_(blank, pc.is_null(table.column(name)))
    without = pc.indices_nonzero(blank).to_pylist()
    return {
        at for at in without
        if not any(_FIGURE.fullmatch(cell) for column in table.columns if (cell := column[at].as_py()))
    }  # fmt: skip


def _below_the_table(table: RawTable, codes: pa.Array, words: Sequence[str]) -> set[int]:
    """Rows behind the last one with a figure that name nothing of a known level, and rows without a letter.

    Notes, recipients and signatures stand there, in words that no list has.
    """
    figures = [
        column for heading, column in zip(table.headings, table.columns, strict=True)
        if heading.name not in NOT_FIGURES
    ]  # fmt: skip
    empty = {at for at, word in enumerate(words) if not any(map(str.isalnum, word))}
    found = set()
    ended = False
    places = codes.indices.to_pylist()
    for at in reversed(range(len(places))):
        place = places[at]
        ended = ended or any(
            column[at].is_valid and _FIGURE.fullmatch(column[at].as_py()) for column in figures
        )
        if place in empty:
            found.add(at)
        if place is None or ended:
            if ended and not empty:
                break
            continue
        word = words[place]
        if not is_code(word) and guess_level("", word) is None:
            found.add(at)
    return found


def _coded(table: RawTable, odd: Sequence[int], names: pa.Array) -> set[int]:
    """Rows with an odd name and a unit's code."""
    wanted = set(odd)
    units = table.column("unit")
    return {
        at
        for at, place in enumerate(names.indices.to_pylist())
        if place in wanted and (code := units[at].as_py()) and is_code(code)
    }


def _numbering(table: RawTable, codes: pa.Array, words: Sequence[str]) -> set[int]:
    """Rows that number the columns: (1) | (2) | (3) = (1) + (2)."""
    odd = {at for at, word in enumerate(words) if _NUMBERS.fullmatch(word.strip())}
    if not odd:
        return set()
    places = [at for at, place in enumerate(codes.indices.to_pylist()) if place in odd]
    return {
        at for at in places
        if all(_NUMBERS.fullmatch(cell) for column in table.columns if (cell := column[at].as_py()))
    }  # fmt: skip


def _said(table: RawTable, passed: Sequence[tuple[int, NoUnit]]) -> Text:
    numbers = table.rows.to_pylist()
    names = _names(table)
    shown = [
        say(
            "dòng {row:d} “{name}” ({what})",
            "row {row:d} “{name}” ({what})",
            row=numbers[at],
            name=" ".join((names[at].as_py() or table.content(at)).split())[:40],
            what=kind.what,
        )
        for at, kind in passed[:_SHOWN]
    ]
    form = ", ".join(f"{{t{n}}}" for n in range(len(shown))) + (", …" if len(passed) > _SHOWN else "")
    return say(
        "{file}: bỏ qua {count} dòng không phải đơn vị: {some}.",
        "{file}: {count} {count:row that is|rows that are} about no unit passed over: {some}.",
        file=table.file,
        count=len(passed),
        some=say(form, form, **{f"t{n}": one for n, one in enumerate(shown)}),
    )


_SHOWN = 8


_NONE_FORMS = sorted({form for word in NONE_WORDS for form in (word, word.upper(), word.capitalize())})


def with_none_noted(table: RawTable) -> RawTable:
    """The table, with a note where its figures' cells hold words that stand for nothing."""
    counted: dict[str, int] = {}
    forms = pa.array(_NONE_FORMS)
    for heading, column in zip(table.headings, table.columns, strict=True):
        if heading.name in NOT_FIGURES or heading.name in ("indicator", "indicator_name"):
            continue
        said = pc.is_in(column, forms)
        if pc.any(said).as_py():
            for word in column.filter(said).to_pylist():
                counted[word] = counted.get(word, 0) + 1
    if not counted:
        return table
    note = say(
        "{file}: {count} ô ghi {words} được hiểu là không có số liệu.",
        "{file}: {count} {count:cell|cells} with {words} read as nothing.",
        file=table.file,
        count=sum(counted.values()),
        words=", ".join(f"“{word}”" for word in sorted(counted)[:5]) + (", …" if len(counted) > 5 else ""),
    )
    return replace(table, notes=(*table.notes, note))
