"""What is to be known of a form's figures before it is signed, in sentences."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from bochiso.measure.forms.filling import summed
from bochiso.measure.forms.handling import AGAIN, CARRIED, WAYS
from bochiso.measure.indicators import Row
from bochiso.periods import Period
from bochiso.report.forms.gathered_forms import OLD_FORM
from bochiso.rules.periodic_forms import report_forms
from bochiso.store.decisions.forms_received import ReceivedForm
from bochiso.text import VIETNAM, Text, say


def of_period(code: str, period: Period, moment: datetime) -> Iterator[Text]:
    """What is to be known of a form's period before it is signed."""
    if code.startswith("07"):
        yield say(
            "Hạn giải quyết tính theo Nghị định số 118/2025/NĐ-CP, khác phụ lục tình hình giải quyết hồ sơ "
            "của báo cáo Bộ chỉ số (trừ thời gian chờ bổ sung).",
            "Dossiers are in time by Decree 118/2025/NĐ-CP; the annex of handling of a report on the index "
            "goes by the index's clock.",
        )
    today = moment.astimezone(VIETNAM).date()
    now_in_force = report_forms().sets[0]
    if today <= period.last:
        yield say(
            "Kỳ chưa kết thúc: số liệu tính đến {moment}.",
            "The period isn't over: figures as of {moment}.",
            moment=moment,
        )
    if not period.of_report:
        yield say(
            "Kỳ này tính theo lịch; kỳ báo cáo định kỳ tính từ ngày 15 đến ngày 14 (thêm @15 vào sau kỳ).",
            "This period is the calendar's; a periodic report's runs from the 15th to the 14th (add @15).",
        )
    if code in now_in_force.forms and period.last < now_in_force.since:
        yield say(
            "{name} có hiệu lực từ ngày {day}; kỳ này kết thúc trước ngày đó.",
            "{name} is in force from {day}; this period ended before.",
            name=now_in_force.name,
            day=now_in_force.since,
        )
    if code not in now_in_force.forms and period.last >= now_in_force.since:
        yield say(
            "Từ ngày {day} dùng biểu của {name}.",
            "From {day} the forms of {name} are used.",
            day=now_in_force.since,
            name=now_in_force.name,
        )


def of_sent(sent: Sequence[ReceivedForm]) -> Iterator[Text]:
    """What is to be known of a form that stands on what units sent."""
    yield say(
        "Số liệu của {n} đơn vị lấy từ biểu đơn vị gửi; của đơn vị chưa gửi là số đếm từ hồ sơ.",
        "The figures of {n} {n:unit are|units are} those of the forms that they sent; the rest is counted.",
        n=len(sent),
    )
    if old := sum(each.form == OLD_FORM for each in sent):
        yield say(
            "{n} đơn vị gửi biểu cũ, không tách toàn trình với một phần, trực tiếp với bưu chính; "
            "các hồ sơ này tính "
            "vào cột Trực tuyến một phần và cột Trực tiếp.",
            "{n} {n:unit|units} sent the form of before, whose online dossiers count as partial and "
            "others as handed in.",
            n=old,
        )


def of_counts(rows: Iterable[Row]) -> Iterator[Text]:
    """What a form has no column for."""
    rows = list(rows)
    sums = summed(rows)
    nameless = summed(row for row in rows if not row["field"])
    petitions, dossiers = nameless.get("new", 0) + nameless.get("carried", 0), 0
    if "new" not in nameless:
        petitions, dossiers = 0, sum(nameless.get(name, 0) for name in _RECEIVED)
    sentences = {
        AGAIN: say(
            "{n} hồ sơ được mở lại trong kỳ sau khi đã giải quyết, tính như tiếp nhận trong kỳ.",
            "{n} {n:dossier was|dossiers were} re-opened in the period and {n:counts|count} as "
            "received in it.",
            n=sums.get(AGAIN, 0),
        ),
        "unlimited": say(
            "{n} hồ sơ không xác định được thời hạn giải quyết, tính vào cột Đúng hạn hoặc Trong hạn.",
            "{n} {n:dossier has|dossiers have} no known limit and {n:counts|count} as in time.",
            n=sums.get("unlimited", 0),
        ),
        "level_unknown": say(
            "{n} hồ sơ nộp trực tuyến của TTHC chưa rõ mức độ, tính vào cột Trực tuyến một phần.",
            "{n} {n:dossier was|dossiers were} filed online for procedures of unknown level, counted "
            "as partial.",
            n=sums.get("level_unknown", 0),
        ),
        "unclassified": say(
            "{n} PAKN chưa phân loại về quy định hành chính hay hành vi hành chính nên chưa có trong biểu.",
            "{n} {n:petition is|petitions are} of neither kind and not in the form.",
            n=sums.get("unclassified", 0),
        ),
        "refused": say(
            "{n} PAKN gửi trong kỳ bị từ chối tiếp nhận, không tính vào biểu.",
            "{n} {n:petition|petitions} sent in the period {n:was|were} not taken up and "
            "{n:isn't|aren't} counted.",
            n=sums.get("refused", 0),
        ),
    }
    yield from (words for name, words in sentences.items() if sums.get(name))
    if dossiers:
        yield say(
            "{n} hồ sơ chưa rõ lĩnh vực; bổ sung cột lĩnh vực trong danh mục thủ tục hành chính.",
            "{n} {n:dossier is|dossiers are} of no known field of work; give it in the list of procedures.",
            n=dossiers,
        )
    if petitions:
        yield say(
            "{n} PAKN không gắn với hồ sơ nào nên chưa rõ ngành, lĩnh vực.",
            "{n} {n:petition is|petitions are} about no dossier, so the field of work isn't known.",
            n=petitions,
        )


_RECEIVED = frozenset({*WAYS, CARRIED})
