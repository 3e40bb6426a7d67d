"""What the model's refusals mean to the person who writes a set of rules."""

from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from bochiso.errors import RuleError
from bochiso.rules.file.yaml_tree import Node, Path, place
from bochiso.rules.rule_set import Deadline, Grade, Grades, Group, Indicator, Names, Rounding, RuleSet
from bochiso.text import Text, say

_LIST = say(
    "Cần một danh sách, ví dụ [CKMB, TDGQ].",
    "A list is expected, such as [CKMB, TDGQ].",
)
_BOTH = say(
    "Cần hai mục con “vi: …” và “en: …”.",
    "Two keys are expected in it, “vi: …” and “en: …”.",
)
_CODE = say(
    "Cần một mã viết hoa không dấu, ví dụ TDGQ hoặc DOSSIER_SYNC.",
    "A code in capital letters is expected, such as TDGQ or DOSSIER_SYNC.",
)
_POINTS = say(
    "Cần số điểm từ 0 đến 100, phần lẻ sau dấu chấm, ví dụ 6 hoặc 2.5.",
    "Points from 0 to 100 are expected, such as 6 or 2.5.",
)
_DAY = say(
    "Cần một ngày, ví dụ 2022-06-23 hoặc 23/06/2022.",
    "A day is expected, such as 2022-06-23.",
)
_LEVELS = say(
    "Cần danh sách các cấp trong số province, department, district, commune.",
    "A list of levels is expected, of province, department, district, commune.",
)
_TEXT = say("Cần ghi bằng chữ.", "Text is expected.")

FORMS: dict[str, Text] = {
    "id": say(
        "Cần mã của bộ chỉ số, chữ thường không dấu, chữ số và dấu gạch nối, ví dụ dak-lak-2026.",
        "The id of the set is expected, in small letters, digits and hyphens, such as dak-lak-2026.",
    ),
    "names": _BOTH,
    "counts": _BOTH,
    "note": _BOTH,
    "vi": say("Cần ghi bằng tiếng Việt.", "Vietnamese text is expected."),
    "en": say("Cần ghi bằng tiếng Anh.", "English text is expected."),
    "effective_from": _DAY,
    "effective_to": _DAY,
    "source": say(
        "Cần ghi căn cứ, ví dụ “Quyết định số 766/QĐ-TTg, chỉ số 1.1”.",
        "The legal source is expected, such as “Quyết định số 766/QĐ-TTg, chỉ số 1.1”.",
    ),
    "rounding": say(
        "Cần ba mục con “decimals: 2”, “mode: half_up” và “source: …”.",
        "Three keys are expected in it, “decimals: 2”, “mode: half_up” and “source: …”.",
    ),
    "decimals": say("Điểm làm tròn đến 2 chữ số: ghi 2.", "Points have two decimals: write 2."),
    "mode": say("Điểm làm tròn nửa lên: ghi half_up.", "Points are rounded half up: write half_up."),
    "shown": say(
        "Ghi published (lấy nguyên điểm nguồn đã công bố) hoặc computed (luôn tính lại).",
        "Write published (points as their source published them) or computed (always ours).",
    ),
    "arithmetic": say(
        "Ghi exact (phân số chính xác) hoặc portal (cách Cổng tính thanh toán).",
        "Write exact (exact fractions) or portal (as the portal computes payment).",
    ),
    "small_denominator": say(
        "Cần số hồ sơ từ 0 trở lên, ví dụ 3.", "A number of dossiers is expected, 0 or more, such as 3."
    ),
    "boxes": _LIST,
    "groups": say(
        "Cần danh sách các nhóm chỉ số, mỗi nhóm bắt đầu bằng “- code: …”.",
        "A list of groups is expected, each starting with “- code: …”.",
    ),
    "indicators": say(
        "Cần danh sách các chỉ số, mỗi chỉ số bắt đầu bằng “- code: …”.",
        "A list of indicators is expected, each starting with “- code: …”.",
    ),
    "deadlines": say(
        "Cần danh sách các thời hạn, mỗi thời hạn bắt đầu bằng “- code: …”.",
        "A list of deadlines is expected, each starting with “- code: …”.",
    ),
    "grades": say(
        "Cần hai mục con “source: …” và “bounds: …”.",
        "Two keys are expected in it, “source: …” and “bounds: …”.",
    ),
    "bounds": say(
        "Cần danh sách các mức xếp loại từ cao xuống thấp, mỗi mức bắt đầu bằng “- code: …”.",
        "A list of grades is expected, best first, each starting with “- code: …”.",
    ),
    "least": _POINTS,
    "code": _CODE,
    "aliases": _LIST,
    "parts": _LIST,
    "number": say("Cần số thứ tự của chỉ số, ví dụ 1.1.", "The indicator's number is expected, such as 1.1."),
    "group": _CODE,
    "indicator": _CODE,
    "points": _POINTS,
    "target": say(
        "Cần tỷ lệ lớn hơn 0 và không quá 100%, ví dụ 80% hoặc 0.8.",
        "A rate above 0 and not above 100% is expected, such as 80% or 0.8.",
    ),
    "empty": say(
        "Cần số điểm được hưởng khi mẫu số bằng 0, ví dụ 0.",
        "The points for a denominator of 0 are expected, such as 0.",
    ),
    "kind": say(
        "Ghi share (tỷ lệ) hoặc mean (số trung bình).", "Write share (a rate), or mean (an average)."
    ),
    "null": say(
        "Ghi unmeasured (chưa đo) hoặc empty (như mẫu số bằng 0).",
        "Write unmeasured, or empty (as a denominator of 0).",
    ),
    "levels": _LEVELS,
    "inherits": _LEVELS,
    "period": say(
        "Ghi period (số liệu của kỳ) hoặc today (hiện trạng tại ngày đọc).",
        "Write period (counts the period) or today (always today's state).",
    ),
    "body": say("Ghi ministry (bộ) hoặc province (tỉnh).", "Write ministry or province."),
    "days": say(
        "Cần số ngày làm việc từ 0 đến 366, ví dụ 5.", "Working days from 0 to 366 are expected, such as 5."
    ),
    "side": say("Ghi before (trước mốc) hoặc after (sau mốc).", "Write before or after."),
    "event": say(
        "Ghi effective (ngày có hiệu lực), decision (ngày ký quyết định), sent_or_forwarded"
        " (ngày gửi hoặc chuyển gần nhất) hoặc resolved (ngày có kết quả xử lý).",
        "Write effective, decision, sent_or_forwarded or resolved.",
    ),
}
"""What each key of a set of rules must hold."""

_UNFIT = say("“{given}” không dùng được ở đây.", "“{given}” can't be used here.")
_NOTHING = say("chưa ghi gì.", "nothing is written.")
_NOT_PLAIN = say(
    "chỉ ghi một giá trị, không ghi danh sách hay các mục con.",
    "one value is expected, not a list or keys.",
)

KINDS: dict[str, Text] = {
    "missing": say("thiếu mục này.", "this key is missing."),
    "not_a_number": say("“{given}” không phải là số.", "“{given}” is not a number."),
    "not_a_share": say("“{given}” không phải là tỷ lệ.", "“{given}” is not a rate."),
    "not_whole": say("“{given}” không phải là số nguyên.", "“{given}” is not a whole number."),
    "not_a_day": say("“{given}” không phải là ngày.", "“{given}” is not a day."),
    "greater_than": say("{given} phải lớn hơn {gt}.", "{given} must be above {gt}."),
    "greater_than_equal": say("{given} phải từ {ge} trở lên.", "{given} must be {ge} or more."),
    "less_than_equal": say("{given} phải không quá {le}.", "{given} must not be above {le}."),
    "literal_error": _UNFIT,
    "string_pattern_mismatch": _UNFIT,
    "too_short": say("danh sách trống.", "the list is empty."),
    "tuple_type": say("không phải là danh sách.", "this is not a list."),
    "model_type": say("không có các mục con.", "this has no keys in it."),
}
"""What each kind of the model's refusals says of text; a test holds that none is missing."""

_OF_LISTS = frozenset({"missing", "too_short", "tuple_type", "model_type"})

_MODELS: dict[str, type[BaseModel]] = {
    "": RuleSet,
    "groups": Group,
    "indicators": Indicator,
    "deadlines": Deadline,
    "grades": Grades,
    "bounds": Grade,
    "rounding": Rounding,
    "names": Names,
    "counts": Names,
    "note": Names,
}


def translate(root: Node, details: ErrorDetails) -> RuleError:
    """One refusal of the model, at its place in the file."""
    path: Path = details["loc"]
    keys = [step for step in path if isinstance(step, str)]
    if details["type"] == "extra_forbidden":
        return _unknown(keys, root, path)
    what = _what(details["type"], details["input"])
    values = {**details.get("ctx", {}), "given": _given(details["input"])}
    form = FORMS.get(keys[-1] if keys else "", _TEXT)
    return RuleError(say(what.vi, what.en, **values), where=place(root, path), do=form)


def _what(kind: str, given: Any) -> Text:
    if given is None or given == "":
        return _NOTHING
    if isinstance(given, list | dict) and kind not in _OF_LISTS:
        return _NOT_PLAIN
    return KINDS.get(kind, _UNFIT)


def _given(value: Any) -> str:
    """What was written, cut where long."""
    text = str(value)
    return text if len(text) <= 40 else text[:40] + "…"


def _unknown(keys: list[str], root: Node, path: Path) -> RuleError:
    key = keys[-1]
    parent = keys[-2] if len(keys) > 1 else ""
    known = list(_MODELS[parent].model_fields)
    near = get_close_matches(key, known, n=1)
    if near:
        do = say("Có phải là “{near}”?", "Is it “{near}”?", near=near[0])
    else:
        do = say("Các mục dùng được: {known}.", "Known keys: {known}.", known=", ".join(known))
    return RuleError(
        say("không có mục nào tên “{key}”.", "no key is named “{key}”.", key=_given(key)),
        where=place(root, path),
        do=do,
    )
