"""Tables of measures: one row an indicator of a unit, its numerator, denominator and published points.

Columns at a time: what is wrong with a row is asked only of rows where something is.
"""

import re
from collections.abc import Mapping
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from bochiso.intake.headings.headings import simplify
from bochiso.intake.tables.columns import NUMBER, Parsed, counts, decimals
from bochiso.intake.tables.parsed_table import Named, ParsedTable, figures_table, identify, refuse
from bochiso.intake.tables.table_reader import RawTable
from bochiso.intake.tables.validation import RowFault, count_fault, mean_fault, points_fault
from bochiso.rules.rule_set import Indicator, RuleSet
from bochiso.text import Text, say


def draft_measures(table: RawTable, rules: RuleSet) -> ParsedTable:
    """The figures of one table of measures, duplicates still in it."""
    rows = identify(table)
    written = table.column("indicator")
    written = pc.coalesce(written, table.column("indicator_name"))
    indicators = _Indicators(written, rules)
    top, bottom = counts(table.column("numerator")), counts(table.column("denominator"))
    score = decimals(table.column("score"))
    named = pc.take(pa.array([isinstance(one, Named) for one in rows.who], pa.bool_()), rows.ids)
    if pc.any(indicators.means).as_py():
        top = _with_means(top, decimals(table.column("numerator")), indicators.means)
    suspects = _suspects(top, bottom, score, indicators)
    suspects = pc.or_(suspects, pc.or_(pc.invert(named), pc.is_null(indicators.codes)))
    refusals = []
    bad: set[int] = set()
    for at in pc.indices_nonzero(suspects).to_pylist():
        who = rows.who[rows.ids[at].as_py()]
        fault = (
            who
            if isinstance(who, RowFault)
            else indicators.fault(at) or _fault(at, top, bottom, score, indicators)
        )
        if fault is not None:
            refusals.append(refuse(table, at, fault))
            bad.add(at)
    units = pa.array([one.unit.code if isinstance(one, Named) else None for one in rows.who], pa.string())
    figures = figures_table(
        {
            "unit": pc.take(units, rows.ids),
            "code": indicators.codes,
            "numerator": _number(top),
            "denominator": _number(bottom),
            "points": score.values,
            "file": pa.repeat(pa.scalar(table.file), len(table.rows)),
            "row": pc.cast(table.rows, pa.int32()),
        },
        len(table.rows),
    )
    ids = rows.ids
    if bad:
        keep = pa.array([at not in bad for at in range(len(table.rows))])
        figures, ids = figures.filter(keep), ids.filter(keep)
    kept = [one for place in pc.unique(ids).to_pylist() if isinstance(one := rows.who[place], Named)]
    read = len(table.rows) + len(table.refusals)
    notes = (*table.notes, *indicators.notes(table), *_unread_groups(table, rules))
    return ParsedTable(kept, figures, read, (*table.refusals, *refusals), notes)


def find_indicator(rules: RuleSet) -> Mapping[str, str]:
    """Codes by what a table may write for them, simplified: the code, the number (4.5a), the name."""
    found: dict[str, str] = {}
    for one in reversed(rules.indicators):
        words = (one.names.vi, one.names.en, one.number, f"{one.number} {one.names.vi}", one.code)
        found |= {simplify(word): one.code for word in words}
        found |= {simplify(word).removeprefix("ty le "): one.code for word in (one.names.vi,)}
        found |= {plain_name(word): one.code for word in (one.names.vi, *_PORTAL_NAMES.get(one.code, ()))}
    return found


_PORTAL_NAMES = {
    "PUBLISH_ON_TIME": ("Tỷ lệ TTHC công bố đúng hạn",),
    "PUBLIC_UPDATE_ON_TIME": ("Tỷ lệ TTHC cập nhật, công khai đúng hạn", "Tỷ lệ TTHC công khai đúng hạn"),
    "PUBLIC_CONTENT_FULL": ("Tỷ lệ TTHC công khai đầy đủ nội dung",),
    "DOSSIER_SYNC": ("Tỷ lệ hồ sơ đồng bộ", "Tỷ lệ hồ sơ đồng bộ lên Cổng DVCQG"),
    "RESOLVED_ON_TIME": (
        "Tỷ lệ hồ sơ xử lý đúng hạn", "Tỷ lệ hồ sơ giải quyết đúng hạn", "Tỷ lệ giải quyết hồ sơ đúng hạn",
        "Tỷ lệ hồ sơ xử lý trước hạn, đúng hạn", "Tỷ lệ hồ sơ giải quyết đúng hạn, trước hạn",
    ),
    "ONLINE_PROVISION": ("Tỷ lệ TTHC cung cấp DVCTT", "Tỷ lệ cung cấp DVCTT"),
    "ONLINE_WITH_DOSSIERS": ("Tỷ lệ DVCTT phát sinh hồ sơ",),
    "ONLINE_FILING": ("Tỷ lệ hồ sơ trực tuyến", "Tỷ lệ nộp hồ sơ trực tuyến"),
    "PAYMENT_PROCEDURES": ("Tỷ lệ TTHC thanh toán trực tuyến",),
    "PAYMENT_INTEGRATED": ("Tỷ lệ TTHC tích hợp thanh toán trực tuyến",),
    "PAYMENT_DOSSIERS": ("Tỷ lệ thanh toán trực tuyến", "Tỷ lệ thanh toán hồ sơ trực tuyến"),
    "ORIGINAL_RESULT_AVAILABLE": ("Tỷ lệ cấp kết quả điện tử", "Tỷ lệ hồ sơ cấp kết quả điện tử"),
    "SO_HOA_GIAY_TO_GIAI_QUYET": ("Tỷ lệ số hóa hồ sơ, kết quả giải quyết", "Tỷ lệ hồ sơ số hóa"),
    "REUSED_DIGITIZED_DATA": (
        "Tỷ lệ hồ sơ khai thác, sử dụng lại thông tin, dữ liệu số hóa",
        "Tỷ lệ khai thác, sử dụng lại thông tin, dữ liệu số hóa",
    ),
    "PETITION_CLASSIFICATION_TTHC": ("Tỷ lệ PAKN về quy định, thủ tục hành chính",),
    "PETITION_CLASSIFICATION_STAFF": (
        "Tỷ lệ PAKN về hành vi cán bộ, công chức, viên chức",
        "Tỷ lệ PAKN về hành vi, thái độ của cán bộ, công chức, viên chức",
    ),
    "PETITION_PROCESSING_ON_TIME": ("Tỷ lệ PAKN xử lý đúng hạn", "Tỷ lệ xử lý PAKN đúng hạn"),
    "PETITION_HANDLING_SATISFACTION": (
        "Tỷ lệ hài lòng trong xử lý PAKN", "Mức độ hài lòng trong xử lý phản ánh, kiến nghị",
    ),
    "DOSSIER_RECEIVING_SATISFACTION": (
        "Tỷ lệ hài lòng trong tiếp nhận, giải quyết TTHC",
        "Mức độ hài lòng trong tiếp nhận, giải quyết TTHC",
    ),
}  # fmt: skip
"""Names of indicators as the portal's answers have them, and near ones that clerks copy."""

_SHORT = {
    "tthc": "thu tuc hanh chinh", "pakn": "phan anh kien nghi", "dvctt": "dich vu cong truc tuyen",
    "dvc": "dich vu cong", "dvcqg": "dich vu cong quoc gia", "hs": "ho so", "tt": "truc tuyen",
}  # fmt: skip
_FILLERS = re.compile(r"^(?:[0-9][.][0-9][ab]?[.)]? )?(?:ty le|ti le|chi so|chi tieu) |\b(?:duoc|co|da) ")


def plain_name(text: str) -> str:
    """An indicator's name without what writers leave out or shorten.

    >>> plain_name("Tỷ lệ TTHC được công bố đúng hạn") == plain_name("thủ tục hành chính công bố đúng hạn")
    True
    """
    words = simplify(text.partition("(")[0]).replace("/", " ").split()
    whole = " ".join(_SHORT.get(word, word) for word in words)
    return _FILLERS.sub("", f"{whole} ").strip()


class _Indicators:
    """The indicator of each row."""

    def __init__(self, written: pa.Array, rules: RuleSet) -> None:
        self.rules = rules
        self._known = find_indicator(rules)
        self._written = pc.dictionary_encode(written)
        words = self._written.dictionary.to_pylist()
        found = [self._known.get(simplify(word)) or self._known.get(plain_name(word)) for word in words]
        self.codes = pc.take(pa.array(found, pa.string()), self._written.indices)
        most = [None if code is None else rules.indicator[code].points for code in found]
        self.most = pc.take(pa.array(most, NUMBER), self._written.indices)
        means = [code is not None and rules.indicator[code].kind == "mean" for code in found]
        self.means = pc.fill_null(pc.take(pa.array(means, pa.bool_()), self._written.indices), False)

    def rule(self, at: int) -> Indicator:
        """The indicator of one row, known to be one."""
        return self.rules.indicator[self.codes[at].as_py()]

    def fault(self, at: int) -> RowFault | None:
        """Why a row's indicator isn't one."""
        if self.codes[at].is_valid:
            return None
        place = self._written.indices[at].as_py()
        if place is None:
            return RowFault(say("dòng không ghi chỉ số.", "the row names no indicator."), "indicator")
        reason = say(
            "bộ chỉ số {rules} không có chỉ số “{word}”; ghi mã (như ONLINE_FILING) hoặc số (như 3.3).",
            "rule set {rules} has no indicator “{word}”; write its code (ONLINE_FILING) or number (3.3).",
            rules=self.rules.id,
            word=self._written.dictionary[place].as_py()[:60],
        )
        return RowFault(reason, "indicator")

    def notes(self, table: RawTable) -> tuple[Text, ...]:
        """A note where the table's maxima aren't the rule set's."""
        stated = table.column("max_score")
        if stated.null_count == len(stated):
            return ()
        values = decimals(stated).values
        other = pc.fill_null(pc.not_equal(values, self.most), False)
        codes = sorted(pc.unique(self.codes.filter(other)).to_pylist())
        return (_other_maximum(table, codes, self.rules),) if codes else ()


def _unread_groups(table: RawTable, rules: RuleSet) -> tuple[Text, ...]:
    """A note where a table of indicators also has columns of groups, which can't be told apart by row."""
    codes = [heading.name for heading in table.headings if heading.name in rules.group]
    if not codes:
        return ()
    return (
        say(
            "{file}: bảng chỉ số nên không đọc các cột nhóm {codes}; hãy nạp các cột ấy bằng một bảng riêng.",
            "{file}: a table of indicators; its group columns {codes} were not read, bring them separately.",
            file=table.file,
            codes=", ".join(codes),
        ),
    )


def _other_maximum(table: RawTable, codes: list[str], rules: RuleSet) -> Text:
    return say(
        "{file}: điểm tối đa ghi trong bảng khác bộ chỉ số {rules} ở: {codes}. Tính theo bộ chỉ số.",
        "{file}: the table's maximum points aren't those of {rules} for: {codes}. The rule set's are used.",
        file=table.file,
        rules=rules.id,
        codes=", ".join(codes),
    )


def _with_means(top: Parsed, exact: Parsed, means: pa.Array) -> Parsed:
    """Numerators with the decimals that a mean may have and a count may not."""
    reasons = {at: why for at, why in top.reasons.items() if not means[at].as_py()}
    reasons |= {at: why for at, why in exact.reasons.items() if means[at].as_py()}
    return Parsed(pc.if_else(means, exact.values, pc.cast(_number(top), NUMBER)), reasons)


def _suspects(top: Parsed, bottom: Parsed, score: Parsed, indicators: _Indicators) -> pa.Array:
    """Rows where something may be wrong with the numbers."""
    shares = pc.invert(indicators.means)
    odd = pc.and_(shares, pc.xor(pc.is_null(top.values), pc.is_null(bottom.values)))
    checks = (
        pc.and_(shares, pc.greater(top.values, bottom.values)),
        pc.less(top.values, 0),
        pc.less(bottom.values, 0),
        pc.less(score.values, pa.scalar(Decimal(0), NUMBER)),
        pc.greater(score.values, indicators.most),
    )
    for check in checks:
        odd = pc.or_(odd, pc.fill_null(check, False))
    unread = {*top.reasons, *bottom.reasons, *score.reasons}
    return pc.or_(odd, pa.array([at in unread for at in range(len(odd))])) if unread else odd


def _fault(at: int, top: Parsed, bottom: Parsed, score: Parsed, indicators: _Indicators) -> RowFault | None:
    for parsed, name in ((top, "numerator"), (bottom, "denominator"), (score, "score")):
        if at in parsed.reasons:
            return RowFault(parsed.reasons[at], name)
    values = top.values[at].as_py(), bottom.values[at].as_py()
    fault = mean_fault(*values) if indicators.means[at].as_py() else count_fault(*values)
    return fault or points_fault(score.values[at].as_py(), indicators.rule(at).points, "score")


def _number(parsed: Parsed) -> pa.Array:
    """Counts, at most MAX_COUNT, as the decimals of `Intake.figures`."""
    if pa.types.is_decimal(parsed.values.type):
        return parsed.values
    return pc.cast(pc.cast(parsed.values, pa.int32()), NUMBER)
