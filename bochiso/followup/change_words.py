"""Why an indicator changed, in words: how many cases were added, how many more of them were missed."""

from decimal import Decimal

from bochiso.followup.work_kinds import ITEM_NAMES, KIND_OF, ItemKind
from bochiso.score.count_changes import CountChange, Number
from bochiso.text import Text, say

_NOT_MET = Text("chưa đạt", "missed")

MISSED = {
    "PUBLISH_ON_TIME": Text("công bố chậm", "published late"),
    "PUBLIC_UPDATE_ON_TIME": Text("cập nhật chậm", "entered late"),
    "PUBLIC_CONTENT_FULL": Text("thiếu nội dung", "incomplete"),
    "DOSSIER_SYNC": Text("chưa đồng bộ", "not synchronised"),
    "RESOLVED_ON_TIME": Text("quá hạn", "late"),
    "ONLINE_PROVISION": Text("chưa cung cấp trực tuyến", "not online"),
    "ONLINE_WITH_DOSSIERS": Text("chưa phát sinh hồ sơ", "without a dossier"),
    "ONLINE_FILING": Text("không nộp trực tuyến", "not filed online"),
    "PAYMENT_DOSSIERS": Text("chưa thanh toán trực tuyến", "not paid online"),
    "ORIGINAL_RESULT_AVAILABLE": Text("chưa có kết quả điện tử", "without an electronic result"),
    "SO_HOA_GIAY_TO_GIAI_QUYET": Text("chưa số hóa đủ", "not digitised"),
    "PETITION_PROCESSING_ON_TIME": Text("xử lý quá hạn", "handled late"),
    "PETITION_HANDLING_SATISFACTION": Text("chưa hài lòng", "not satisfied"),
    "DOSSIER_RECEIVING_SATISFACTION": Text("chưa hài lòng", "not satisfied"),
}
"""What a case is that an indicator counts below and not above, in few words."""


def cases(code: str) -> Text:
    """What the cases of an indicator are called."""
    kind = KIND_OF.get(code)
    return ITEM_NAMES[kind.of if kind else ItemKind.DOSSIER]


def missed_name(code: str) -> Text:
    """What those are called that an indicator missed."""
    return MISSED.get(code, _NOT_MET)


def change_sentence(change: CountChange) -> Text | None:
    """What happened, in counts; None where counts lack, or it is a mean.

    Only two states are known: how many more are missed is the net of new cases and of old ones.
    """
    added, missed = change.added, change.missed
    before, after = change.missed_before, change.missed_after
    if change.rule.kind == "mean" or added is None or missed is None or before is None or after is None:
        return None
    code = change.rule.code
    return say(
        "{grown}, {misses}",
        "{grown}; {misses}",
        grown=_grown(added, cases(code)),
        misses=_misses(missed, before, after, missed_name(code)),
    )


def _grown(added: Number, noun: Text) -> Text:
    if added > 0:
        return say("thêm {n} {noun}", "{n} more {noun}", n=_plain(added), noun=noun)
    if added < 0:
        return say("bớt {n} {noun}", "{n} fewer {noun}", n=_plain(-added), noun=noun)
    return say("không thêm {noun} nào", "no more {noun}", noun=noun)


def _misses(missed: Number, before: Number, after: Number, name: Text) -> Text:
    if missed > 0:
        return say(
            "số {name} tăng {n} (từ {a} lên {b})",
            "{n} more {name} ({a} to {b})",
            name=name, n=_plain(missed), a=_plain(before), b=_plain(after),
        )  # fmt: skip
    if missed < 0:
        return say(
            "số {name} giảm {n} (từ {a} xuống {b})",
            "{n} fewer {name} ({a} to {b})",
            name=name, n=_plain(-missed), a=_plain(before), b=_plain(after),
        )  # fmt: skip
    if after == 0:
        return say("không có trường hợp nào {name}", "none {name}", name=name)
    return say("số {name} giữ nguyên {b}", "{name}: {b} as before", name=name, b=_plain(after))


def _plain(value: Number) -> Number:
    return int(value) if isinstance(value, Decimal) and value % 1 == 0 else value
