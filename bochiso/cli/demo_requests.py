"""What is asked of units in the simulated province, each flow left half-way so that a newcomer can go on."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from bochiso.followup.alarms import AlarmFinding
from bochiso.followup.explanations import CAUSES, AnswerGiven
from bochiso.followup.objections import FigureClaim
from bochiso.followup.targets import TOTAL_POINTS, Target
from bochiso.followup.work_kinds import KIND_BY_SLUG
from bochiso.office.alarm_verdicts import current_alarms, judge_alarm
from bochiso.office.backend import Backend
from bochiso.office.digests import make_digest
from bochiso.office.followup.apology_deeds import record_apology
from bochiso.office.followup.explanation_deeds import accept, answer, ask, send_back
from bochiso.office.followup.objection_deeds import file_objection, open_preview
from bochiso.office.messages import set_contact
from bochiso.office.target_decisions import give_targets
from bochiso.periods import parse_period
from bochiso.rules.loader import load_rules
from bochiso.rules.national_targets import national_targets
from bochiso.rules.verdict import day_of
from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.figures.snapshot_store import Snapshot, Store, open_store
from bochiso.store.followup.apology_cases import apology_case, to_apologise
from bochiso.store.followup.asked_lists import list_draft
from bochiso.store.followup.explanation_register import AskedList, RequestDraft
from bochiso.store.followup.objection_register import Filing
from bochiso.store.people.audit import By
from bochiso.store.people.settings import read_settings
from bochiso.store.worklists.work_lists import WorkAsked
from bochiso.text import Lang
from bochiso.units.model import Level

ASKED = 9
"""Units that are asked to explain; three of them have answered."""

ANSWERS = (
    AnswerGiven(
        CAUSES[0], "Công chức phụ trách chậm cập nhật bước trả kết quả; kết quả đã trao đúng hẹn.",
        "Phân công lại người cập nhật, kiểm tra cuối mỗi ngày.", None,
    ),
    AnswerGiven(
        CAUSES[1], "Phải lấy ý kiến của các cơ quan liên quan, một số văn bản trả lời chậm.",
        "Ký quy chế phối hợp; quá thời hạn không trả lời thì xem như đồng ý.", None,
    ),
    AnswerGiven(CAUSES[3], "Hồ sơ phức tạp.", "Sẽ rút kinh nghiệm.", None),
)  # fmt: skip


def leave_half_way(backend: Backend, by: By, province: str, unit: str) -> None:
    """Explanations asked for and partly answered, figures opened and objected to, an apology recorded.

    Targets are given, and one alarm is looked at.

    `unit`: whose officer can be tried: it is asked and has not answered.
    """
    _explanations(backend, by, province, unit)
    _objections(backend, by, unit)
    _apologies(backend, by, unit)
    _targets(backend, by, province)
    _alarm(backend, by, province)


def queue_digest(backend: Backend, by: By, accounts: Iterable[str]) -> None:
    """Addresses of some accounts, and the day's digest in the queue: no mail server is set yet."""
    for name in accounts:
        set_contact(backend, by, name, f"{name}@example.vn", wanted=True)
    make_digest(backend, by.at)


def _explanations(backend: Backend, by: By, province: str, unit: str) -> None:
    period = parse_period(str(day_of(by.at).year))
    with open_dossiers(backend.folder) as db:
        asked = WorkAsked(province, period, by.at)
        found, draft = list_draft(db, asked, KIND_BY_SLUG["2.1"], load_rules("qd766"))
        last = calendar_of(db).of(province).add_working_days(day_of(by.at), 5)
    whom = _with(unit, found.units)
    if not whom:
        return
    title = f"hồ sơ quá hạn {period.show(Lang.VI)}"
    sent = RequestDraft(title, draft.origin, draft.slug, draft.period, draft.as_of, last, whom)
    made = ask(backend, by, sent)
    others = [each.unit for each in made.units if each.unit != unit]
    for each, given in zip(others, ANSWERS, strict=False):
        answer(backend, by, made.number, each, AnswerGiven(given.cause, given.words, given.remedy, last))
    if len(others) >= len(ANSWERS):
        accept(backend, by, made.number, others[0])
        send_back(backend, by, made.number, others[2], "Nêu rõ nguyên nhân và biện pháp với từng hồ sơ.")


def _with(unit: str, units: tuple[AskedList, ...]) -> tuple[AskedList, ...]:
    """The units with most items, one of them in any case."""
    own = tuple(each for each in units if each.unit == unit)
    return (*own, *(each for each in units if each.unit != unit))[:ASKED]


def _objections(backend: Backend, by: By, unit: str) -> None:
    with open_store(backend.folder) as store, open_dossiers(backend.folder) as db:
        snapshot = store.snapshots()[-1]
        last = calendar_of(db).add_working_days(day_of(by.at), 3)
        made = open_preview(
            backend, by, store, snapshot, last, "Đề nghị các đơn vị rà soát trước khi công bố."
        )
        claim = _claim(store, snapshot, unit)
        if claim is not None:
            words = "Hồ sơ đã đính kèm kết quả điện tử trước thời điểm thu thập số liệu."
            file_objection(backend, by, store, made.number, Filing(claim, words))


def _claim(store: Store, snapshot: Snapshot, unit: str) -> FigureClaim | None:
    """A third of the results that the figures lack; None where the unit lacks none."""
    found = (each for each in store.figures(snapshot, store.rules(snapshot)) if each.unit.code == unit)
    own = next(found, None)
    count = own.counts.get("ORIGINAL_RESULT_AVAILABLE") if own else None
    if count is None or count.numerator is None or not count.denominator:
        return None
    lacking = int(count.denominator - count.numerator)
    if not lacking:
        return None
    more = int(count.numerator) + -(-lacking // 3)
    return FigureClaim(unit, "ORIGINAL_RESULT_AVAILABLE", more, int(count.denominator))


def _apologies(backend: Backend, by: By, unit: str) -> None:
    with open_dossiers(backend.folder) as db:
        waiting = to_apologise(db, unit, by.at, {}) or to_apologise(db, None, by.at, {})
        if not waiting:
            return
        case = apology_case(db, waiting[0].dossier, by.at)
        calendar = calendar_of(db)
        again = calendar.add_working_days(max(case.due, day_of(by.at)), 7)
    if not case.again:
        record_apology(backend, by, case, ("Phải lấy ý kiến của cơ quan liên quan", again), calendar)


def _targets(backend: Backend, by: By, province: str) -> None:
    """Some for every unit, by a decision made up; those of the Government for the province."""
    year, national = day_of(by.at).year, national_targets()
    decision = f"Quyết định số 127/QĐ-UBND ngày 15/01/{year} (mô phỏng)"
    first, last = date(year, 1, 1), date(year, 12, 31)
    given = [
        Target(decision, what, Decimal(value), first, last, level)
        for what, value in (("ONLINE_FILING", 80), ("PAYMENT_DOSSIERS", 60), (TOTAL_POINTS, 75))
        for level in (Level.DEPARTMENT, Level.COMMUNE)
    ]
    given += [
        Target(
            national.decision, each.indicator, Decimal(each.percent), national.first, national.last,
            unit=province,
        )
        for each in national.targets if each.indicator is not None
    ]  # fmt: skip
    give_targets(backend, by, given)


def _alarm(backend: Backend, by: By, province: str) -> None:
    with backend.open_ledger() as ledger, open_store(backend.folder) as store:
        found = current_alarms(store, province, read_settings(ledger).alerts)
    if found:
        real = AlarmFinding.REAL, "Số hồ sơ trong kỳ ít; đã đối chiếu với danh sách của đơn vị."
        judge_alarm(backend, by, found, found[-1].key, real)
