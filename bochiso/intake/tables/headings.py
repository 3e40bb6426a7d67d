"""Headings of columns, as bochiso, the portal and clerks write them, to the one name of each column.

Compared without accents, capitals and punctuation. A group's heading may carry its maximum or
what its cells are: "1. Công khai, minh bạch (18 điểm)", "Tỷ lệ số hóa hồ sơ (%)".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Literal

from bochiso.rules.rule_set import RuleSet
from bochiso.units.codes import fold

IGNORED = "ignored"
"""The name of columns that are known and not needed."""

PAYMENT_GROUP = "TTTT"
PAYMENT_COUNTS = {
    "PAYMENT_DOSSIERS": ("dossiers_paid_online", "dossiers_with_fee"),
    "PAYMENT_PROCEDURES": ("procedures_paid_online", "procedures_with_fee"),
    "PAYMENT_INTEGRATED": ("procedures_integrated", "procedures_with_fee"),
}
"""The payment table's columns of numerators and denominators, by indicator."""

_WORDS: dict[str, tuple[str, ...]] = {
    "unit": (
        "unit", "code", "unit code", "mã", "mã đơn vị", "mã cơ quan", "mã định danh", "mã định danh đơn vị",
        "mã định danh điện tử", "mã cơ quan, đơn vị", "mã địa phương",
    ),
    "unit_name": (
        "unit name", "name", "tên", "tên đơn vị", "tên cơ quan", "tên cơ quan, đơn vị", "tên địa phương",
        "tên cơ quan, đơn vị, địa phương", "cơ quan", "đơn vị", "địa phương", "cơ quan, đơn vị",
        "cơ quan, đơn vị, địa phương", "đơn vị, địa phương", "tỉnh, thành phố", "tên tỉnh", "sở, ban, ngành",
        "tên tỉnh, thành phố", "tên sở, ban, ngành", "xã, phường", "xã, phường, đặc khu", "UBND cấp xã",
        "tên xã, phường", "tên xã, phường, đặc khu",
    ),
    "level": ("level", "cấp", "cấp đơn vị", "cấp hành chính", "loại đơn vị", "loại cơ quan", "nhóm đơn vị"),
    "parent": (
        "parent", "parent code", "đơn vị cấp trên", "cơ quan cấp trên", "mã đơn vị cấp trên", "cấp trên",
        "mã cấp trên", "mã tỉnh", "cơ quan chủ quản", "đơn vị chủ quản",
    ),
    "indicator": (
        "indicator", "indicator code", "mã chỉ số", "mã chỉ tiêu", "mã tiêu chí", "mã chỉ số thành phần",
    ),
    "indicator_name": (
        "indicator name", "chỉ số", "chỉ tiêu", "tiêu chí", "tên chỉ số", "tên chỉ tiêu", "chỉ số thành phần",
        "tên tiêu chí",
    ),
    "numerator": ("numerator", "tử số", "tử"),
    "denominator": ("denominator", "mẫu số", "mẫu"),
    "score": (
        "score", "published", "điểm", "điểm số", "điểm công bố", "điểm đạt", "điểm đạt được", "số điểm",
        "điểm trên Cổng",
    ),
    "max_score": ("max score", "max points", "điểm tối đa", "điểm chuẩn", "mức điểm tối đa"),
    "total": (
        "total", "tổng", "tổng điểm", "tổng số điểm", "tổng cộng", "điểm tổng", "điểm tổng hợp", "tổng số",
        "tổng điểm đạt", "tổng điểm đạt được", "total score", "total points",
    ),
    "dossiers_paid_online": (
        "dossiers paid online", "hồ sơ thanh toán trực tuyến", "hồ sơ đã thanh toán trực tuyến",
        "số hồ sơ thanh toán trực tuyến", "số hồ sơ đã thanh toán trực tuyến",
    ),
    "dossiers_with_fee": (
        "dossiers with fee", "hồ sơ có phí", "hồ sơ có phí, lệ phí", "hồ sơ phải nộp phí, lệ phí",
        "hồ sơ có nghĩa vụ tài chính", "hồ sơ phải thanh toán", "hồ sơ phát sinh phí, lệ phí",
    ),
    "procedures_paid_online": (
        "procedures paid online", "thủ tục có giao dịch thanh toán trực tuyến",
        "thủ tục hành chính có giao dịch thanh toán trực tuyến", "TTHC có giao dịch thanh toán trực tuyến",
        "thủ tục thanh toán trực tuyến",
    ),
    "procedures_integrated": (
        "procedures integrated", "thủ tục tích hợp thanh toán", "thủ tục tích hợp thanh toán trực tuyến",
        "thủ tục hành chính tích hợp thanh toán trực tuyến", "TTHC tích hợp thanh toán trực tuyến",
        "thủ tục đã tích hợp thanh toán trực tuyến",
    ),
    "procedures_with_fee": (
        "procedures with fee", "thủ tục có phí", "thủ tục có phí, lệ phí", "thủ tục có thu phí, lệ phí",
        "thủ tục hành chính có phí, lệ phí", "TTHC có phí, lệ phí", "TTHC có phí",
        "thủ tục hành chính có yêu cầu nghĩa vụ tài chính",
    ),
    IGNORED: (
        "stt", "tt", "số tt", "số thứ tự", "no", "date", "ngày", "ngày lấy số liệu", "rank", "of", "grade",
        "basis", "complete", "notes", "note", "rate", "target", "group", "xếp hạng", "thứ hạng", "hạng",
        "xếp loại", "xếp thứ", "ghi chú", "tỷ lệ", "tỉ lệ", "mục tiêu", "thay đổi", "tăng giảm",
    ),
}  # fmt: skip

_GROUP_WORDS = {
    "CKMB": ("công khai",),
    "TDGQ": ("tiến độ", "tiến độ giải quyết", "tiến độ và kết quả giải quyết", "kết quả giải quyết"),
    "CLGQ": (
        "dịch vụ công trực tuyến",
        "dịch vụ trực tuyến",
        "cung cấp dịch vụ công trực tuyến",
        "dvc trực tuyến",
    ),
    "MDHL": ("hài lòng", "mức độ hài lòng của người dân, doanh nghiệp"),
    "MDSH": ("số hóa", "mức độ số hóa", "mức độ số hóa hồ sơ"),
}
"""What clerks call groups beside the names in the rules."""


def simplify(text: str) -> str:
    """A heading for comparison: letters without accents, figures, single spaces.

    >>> simplify("Công khai,\\nminh bạch (18 điểm)"), simplify("unit_name")
    ('cong khai minh bach 18 diem', 'unit name')
    """
    return " ".join(re.findall(r"[a-z0-9.%/]+", fold(text).replace("_", " ")))


@dataclass(frozen=True)
class Heading:
    """One column's heading: what the person wrote, the column's name ("" if unknown) and its hints.

    `name` is a key of this module or a group's code. `cells` are points or percent where the
    heading says so; `maximum` the points it names; `by_code` whether a code, not a name, was written.
    """

    text: str
    name: str
    cells: Literal["points", "percent"] | None = None
    maximum: Decimal | None = None
    by_code: bool = False

    @property
    def used(self) -> bool:
        """Whether the column's cells are read."""
        return self.name not in ("", IGNORED)


_NUMBERED = re.compile(r"(?:(?:[0-9]{1,2}|[ivx]{1,4})[.] ?)+(?=[a-z])")
_MAXIMUM = re.compile(r" ?/? ?([0-9]+(?:[.,][0-9]+)?)(?: ?/ ?100)? ?(?:diem|d|points)?$")
_PERCENT = re.compile(r"^(?:ty le|ti le|rate) | ?%$| (?:ty le|ti le)$")
_POINTS = re.compile(r"^(?:so diem|diem so|diem) | (?:diem|points|score)$")
_PREFIX = re.compile(r"^(?:nhom chi so|nhom|chi so|tieu chi|chi tieu|muc|so)(?: ve)? ")

_LONGEST = 120


class Headings:
    """The headings that tables may have under one rule set."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self._names = {simplify(word): name for name, words in _WORDS.items() for word in words}
        for code, words in _GROUP_WORDS.items():
            if code in rules.group:
                self._names |= {simplify(word): code for word in words}
        self._codes: dict[str, str] = {}
        self._known = cache(self._read)
        for group in reversed(rules.groups):
            self._names |= {simplify(name): group.code for name in (group.names.vi, group.names.en)}
            self._codes |= {simplify(code): group.code for code in (group.code, *group.aliases)}

    def row(self, cells: Sequence[str]) -> tuple[Heading, ...]:
        """The headings of a whole row; a name that two groups share is settled by its neighbours."""
        found = [self._known(cell) for cell in cells]
        names = {heading.name for heading in found}
        return tuple(self._settled(heading, names) for heading in found)

    def _read(self, text: str) -> Heading:
        """One heading on its own."""
        if len(text) > _LONGEST or not any(map(str.isalpha, text)):
            return Heading(text, "")
        heading = Heading(text, "")
        key = _NUMBERED.sub("", simplify(text), count=1)
        while key:
            known = self._codes.get(key) or self._names.get(key)
            if known:
                return replace(heading, name=known, by_code=key in self._codes)
            key, heading = _stripped(key, heading)
        return Heading(text, "")

    def leaves(self, code: str) -> tuple[str, ...]:
        """The groups of indicators that a group is made of."""
        return self.rules.leaves.get(code, (code,))

    def scored(self, group: str, level: str) -> set[str]:
        """The indicators that earn a group's points at a level."""
        members = self.rules.in_group.get(group, ())
        return {one.code for one in members if one.scored and level in one.levels}

    def _settled(self, heading: Heading, names: set[str]) -> Heading:
        """CLGQ or the whole of CLGQ + TTTT: both are called "Cung cấp dịch vụ trực tuyến"."""
        for whole in self.rules.groups:
            if heading.name not in whole.parts or heading.by_code or whole.code in names:
                continue
            others = [code for code in self.rules.leaves if code not in (whole.code, *whole.parts)]
            alone = not (set(whole.parts) - {heading.name}) & names and names.issuperset(others)
            if heading.maximum == whole.points or (heading.maximum is None and alone):
                return replace(heading, name=whole.code)
        return heading


def _stripped(key: str, heading: Heading) -> tuple[str, Heading]:
    """A heading without one of the things that may stand around a group's name; "" if none is left."""
    if match := _PERCENT.search(key):
        return _without(key, match), replace(heading, cells="percent")
    if match := _MAXIMUM.search(key):
        maximum = Decimal(match[1].replace(",", "."))
        return _without(key, match), replace(heading, cells="points", maximum=maximum)
    if match := _POINTS.search(key):
        return _without(key, match), replace(heading, cells="points")
    if match := _PREFIX.search(key):
        return _without(key, match), heading
    return "", heading


def _without(key: str, match: re.Match[str]) -> str:
    return (key[: match.start()] + key[match.end() :]).strip(" /")
