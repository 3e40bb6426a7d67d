"""Differences with the portal's list as rows that a table, a file or a page shows; their words."""

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from bochiso.rules.rule_set import RuleSet
from bochiso.store.worklists.sync_differences import DossierDifference, FieldDifference, SyncDifferences
from bochiso.text import Lang, Text, day, say

KINDS = {
    "missing_there": say("thiếu trên Cổng", "missing on the portal"),
    "missing_here": say("thiếu tại tỉnh", "missing here"),
    "differs": say("khác nội dung", "differs"),
}

FIELD_NAMES = {
    "status": say("trạng thái", "status"),
    "received_at": say("ngày tiếp nhận", "received"),
    "due_at": say("ngày hẹn trả", "due"),
    "done_at": say("ngày kết thúc xử lý", "ended"),
    "returned_at": say("ngày trả kết quả", "returned"),
    "channel": say("hình thức nộp", "channel"),
    "paid_online": say("thanh toán trực tuyến", "paid online"),
    "result_file": say("kết quả điện tử", "electronic result"),
    "procedure": say("mã thủ tục", "procedure"),
    "unit": say("đơn vị", "unit"),
}

_STATUSES = {
    1: say("mới đăng ký", "newly filed"),
    2: say("đã tiếp nhận", "received"),
    3: say("không tiếp nhận", "not accepted"),
    4: say("đang xử lý", "in progress"),
    5: say("chờ bổ sung", "supplements asked for"),
    6: say("chờ nộp phí, lệ phí", "payment asked for"),
    7: say("đã rút", "withdrawn"),
    8: say("dừng xử lý", "stopped"),
    9: say("đã xử lý xong", "done"),
    10: say("đã trả kết quả", "returned"),
}
_CHANNELS = {
    1: say("trực tiếp", "in person"),
    2: say("trực tuyến", "online"),
    3: say("bưu chính", "by post"),
}
_YES, _NO, _NOTHING = say("có", "yes"), say("không", "no"), say("trống", "nothing")


def value_words(field: str, value: Any, lang: Lang) -> str:
    """A value of a field in words."""
    if field in ("paid_online", "result_file"):
        return (_YES if value else _NO).render(lang)
    if value is None:
        return _NOTHING.render(lang)
    if field == "status":
        return _STATUSES[value].render(lang) if value in _STATUSES else str(value)
    if field == "channel":
        return _CHANNELS[value].render(lang) if value in _CHANNELS else str(value)
    return f"{day(value.date(), lang)} {value:%H:%M}" if isinstance(value, datetime) else str(value)


def field_words(each: FieldDifference, lang: Lang) -> str:
    """`trạng thái: đã trả kết quả → đang xử lý`: what is here, then what the portal has."""
    here, there = (value_words(each.field, value, lang) for value in (each.here, each.there))
    return f"{FIELD_NAMES[each.field].render(lang)}: {here} → {there}"


def numbers_of(each: DossierDifference, rules: RuleSet) -> str:
    """The numbers of the indicators that a difference changes: `1.4, 2.1`."""
    return ", ".join(rules.indicator[code].number for code in each.indicators if code in rules.indicator)


def price(lost: Fraction) -> Decimal:
    """Points to four decimals, half up: one dossier is often worth less than a hundredth."""
    exact = Decimal(lost.numerator) / Decimal(lost.denominator)
    return exact.quantize(Decimal("0.0001"), ROUND_HALF_UP)


def difference_row(each: DossierDifference, rules: RuleSet, lang: Lang) -> dict[str, Any]:
    """A difference as one row of a file. `resend`: whose message is to be sent again; `lost`: points of
    `unit`."""
    return {
        "dossier": each.dossier,
        "kind": each.kind,
        "unit": each.unit,
        "own_unit": each.own_unit,
        "resend": each.sender,
        "procedure": each.procedure,
        "received": None if each.received_at is None else each.received_at.date(),
        "differs": "; ".join(field_words(one, lang) for one in each.fields) or None,
        "indicators": numbers_of(each, rules),
        "lost": price(each.lost),
    }


def totals(found: Sequence[SyncDifferences]) -> Text:
    """How many dossiers differ in which way, and what that costs the units."""
    rows = [row for each in found for row in each.rows]
    counts = {kind: len({row.dossier for row in rows if row.kind == kind}) for kind in KINDS}
    lost = sum((each for one in found for each in one.points.values()), Fraction(0))
    return say(
        "{there} hồ sơ thiếu trên Cổng, {here} thiếu tại tỉnh, {differs} khác nội dung, trong {compared} hồ "
        "sơ đã tiếp nhận đến lúc lập danh sách. Điểm các đơn vị mất vì vậy, cộng lại: {lost}.",
        "{there} {there:dossier is|dossiers are} missing on the portal, {here} here, {differs} differ, of "
        "{compared} received until the list was read. Points that the units lose by them, added up: {lost}.",
        there=counts["missing_there"],
        here=counts["missing_here"],
        differs=counts["differs"],
        compared=sum(each.compared for each in found),
        lost=price(lost).quantize(Decimal("0.01"), ROUND_HALF_UP),
    )
