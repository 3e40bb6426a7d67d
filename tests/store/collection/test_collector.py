"""Collecting a snapshot: complete or not, whole or torn, stopped and gone on with, and what is kept."""

import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from types import FrameType

import pytest
from collection_runs import RULES, Office, why
from thoroughness import spread
from waiting import PATIENCE, until

from bochiso.errors import ComputeError, SourceError, StoreError
from bochiso.intake.portal.client import PortalStopError
from bochiso.intake.portal.decode import decode
from bochiso.periods import parse_period
from bochiso.score.figures import UnitFigures
from bochiso.simulate.fault_injection import FaultKind, InjectedFault
from bochiso.simulate.portal import StandIn
from bochiso.simulate.portal_figures import PortalFigures, simulate_portal
from bochiso.store.collection.run_folder import collecting_alone
from bochiso.store.collection.run_log import collection_runs, is_collected
from bochiso.store.collection.run_summary import findings
from bochiso.store.figures.collection_record import ReadingState
from bochiso.store.figures.evidence import Evidence, NewReading
from bochiso.store.figures.snapshot_store import add_reading, open_store, rebuild
from bochiso.store.folder import DataFolder
from bochiso.store.snapshots.queries import rankings
from bochiso.text import Lang, now
from bochiso.units.model import Level

DAY = date(2026, 10, 6)
GROUPS = [
    "transparency",
    "dvc-progress-tree",
    "provide-online-tree",
    "formality-online-payment-tree",
    "dossier-digitized",
    "handling-satisfaction",
]


@pytest.fixture(scope="module")
def whole() -> PortalFigures:
    """A whole province: 116 units, on two pages of every service."""
    return simulate_portal("H15", 1, DAY)


@pytest.fixture(scope="module")
def figures(whole: PortalFigures) -> PortalFigures:
    """A few units of it, on one page: what is made of pages doesn't depend on how many units they have."""
    some = [UnitFigures(each.unit) for each in (*whole.units[:3], *whole.units[-7:])]
    return simulate_portal("H15", 1, DAY, recorded=some)


@pytest.fixture
def office(figures: PortalFigures, tmp_path: Path) -> Iterator[Office]:
    with StandIn(figures) as portal:
        yield Office(DataFolder(tmp_path / "data"), portal)


@pytest.fixture
def province(whole: PortalFigures, tmp_path: Path) -> Iterator[Office]:
    """An office that collects the whole province."""
    with StandIn(whole) as portal:
        yield Office(DataFolder(tmp_path / "data"), portal)


@pytest.fixture(scope="module")
def complete(figures: PortalFigures, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that has the whole day; only to be copied."""
    folder = DataFolder(tmp_path_factory.mktemp("complete") / "data")
    with StandIn(figures) as portal:
        assert Office(folder, portal).collect().state is ReadingState.COMPLETE
    return folder.root


@pytest.fixture
def collected(office: Office, complete: Path) -> Office:
    """The office a minute after its first run of the day, which was complete."""
    shutil.copytree(complete, office.folder.root)
    office.at += timedelta(minutes=1)
    return office


# A whole run.


def test_a_province_is_fetched_with_every_page_of_every_service(province: Office) -> None:
    outcome = province.collect()
    assert (outcome.state, outcome.asked) == (ReadingState.COMPLETE, 11)
    asked = province.asked()
    assert list(dict.fromkeys(asked)) == ["service-results", *GROUPS]
    assert asked.count("service-results") == 3  # the provinces; 116 units on two pages
    (snapshot,) = province.snapshots()
    assert (snapshot.as_of, snapshot.period.code, snapshot.state) == (DAY, "2026", ReadingState.COMPLETE)
    with open_store(province.folder) as store:
        levels = [unit.level for unit in store.units(snapshot)]
    assert [levels.count(level) for level in (Level.PROVINCE, Level.DEPARTMENT, Level.COMMUNE)] == [
        34,
        14,
        102,
    ]
    assert not province.folder.collecting.exists()
    assert [step.number for step in province.steps] == list(range(1, 9))


def test_every_answer_is_decoded_once(office: Office) -> None:
    decoded = []

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code is decode.__code__:
            decoded.append(frame.f_locals["name"])

    sys.setprofile(note)
    try:
        outcome = office.collect()
    finally:
        sys.setprofile(None)
    assert outcome.state is ReadingState.COMPLETE
    assert len(decoded) == len(set(decoded)) == outcome.asked > 7


def test_without_a_province_only_the_list_of_provinces_is_fetched(office: Office) -> None:
    assert office.collect(province=None).state is ReadingState.COMPLETE
    assert office.asked() == ["service-results"]
    with open_store(office.folder) as store:
        assert len(store.units(store.snapshots()[0])) == 34


def test_the_published_figures_come_out_as_published(collected: Office, figures: PortalFigures) -> None:
    with open_store(collected.folder) as store:
        snapshot = store.snapshots()[0]
        kept = {each.unit.code: each for each in store.figures(snapshot, store.rules(snapshot))}
    for published in figures.units:
        assert kept[published.unit.code].total == published.total


def test_answers_are_evidence_with_request_time_status_and_hash(office: Office) -> None:
    office.collect()
    evidence = Evidence(office.folder.evidence)
    (reading,) = evidence.readings()
    how = reading.manifest.collected
    assert how is not None
    assert (how.source, how.scope, how.why) == (office.portal.url, "H15", None)
    files = dict(evidence.files(reading))
    assert [request.file for request in how.requests] == list(files)
    for request in how.requests:
        assert request.status == 201
        assert request.sha256 == sha256(files[request.file]).hexdigest()
        assert request.asked_at <= request.received_at
    assert how.requests[-1].body["fromDate"] == "2026-01-01"


def test_at_six_in_the_morning_the_day_is_viet_nams(office: Office) -> None:
    office.at = datetime(2026, 10, 6, 23, 0, tzinfo=UTC)
    assert office.collect(province=None).request.day == date(2026, 10, 7)
    office.at = datetime(2026, 10, 6, 16, 59, tzinfo=UTC)
    assert office.collect(province=None).request.day == date(2026, 10, 6)


def test_quarters_and_months_are_snapshots_of_their_own(office: Office) -> None:
    office.collect(period="2026-Q3")
    office.collect(period="2026-09")
    assert [s.period.code for s in office.snapshots()] == ["2026-Q3", "2026-09"]
    with pytest.raises(ComputeError, match="years, quarters and months"):
        office.collect(period="2026-W40")


def test_units_absent_from_a_service_are_a_remark(office: Office) -> None:
    remarks = [note.render(Lang.VI) for note in office.collect().judged.notes]
    assert len(remarks) == 1
    assert remarks[0].startswith("3 đơn vị không có trong dịch vụ thanh toán trực tuyến (TTTT) của H15: UBND")


def test_an_unknown_province_leaves_nothing_behind(office: Office) -> None:
    with pytest.raises(SourceError, match="none with the code H99"):
        office.collect(province="H99")
    assert not office.folder.root.exists()


def test_two_collections_at_once_are_refused(office: Office) -> None:
    with collecting_alone(office.folder), pytest.raises(StoreError) as error:
        office.collect()
    assert "một lần thu thập khác đang chạy" in error.value.render(Lang.VI)
    assert office.asked() == []


# Stopped, and gone on with.


def test_a_killed_run_goes_on_with_what_is_missing(office: Office) -> None:
    office.portal.fail(InjectedFault(FaultKind.FORBIDDEN, service="dossier-digitized", times=1))
    outcome = office.collect()
    assert (outcome.state, len(office.snapshots())) == (ReadingState.PARTIAL, 1)
    assert len(office.under_way()) == 1
    office.asked()
    assert office.collect().state is ReadingState.COMPLETE
    assert office.asked() == ["dossier-digitized", "handling-satisfaction"]
    assert not office.folder.collecting.exists()


def test_an_interrupted_run_leaves_its_answers_and_no_reading(office: Office) -> None:
    office.portal.fail(InjectedFault(FaultKind.TOO_MANY, service="transparency", times=1, retry_after=5))
    office.interrupted = True
    with pytest.raises(KeyboardInterrupt):
        office.collect()
    office.interrupted = False
    (run,) = collection_runs(office.folder)
    assert (run.state, run.answers) == (None, 2)
    assert run.why is not None
    assert run.why.vi == "bị ngắt giữa chừng."
    office.asked()
    assert office.collect().state is ReadingState.COMPLETE
    assert office.asked().count("service-results") == 0


@pytest.mark.parametrize("cut", spread(range(0, 400, 45), 4))
def test_a_run_killed_while_it_writes_asks_again_for_what_is_not_whole(office: Office, cut: int) -> None:
    office.portal.fail(InjectedFault(FaultKind.FORBIDDEN, service="transparency", times=1))
    office.collect()
    (folder,) = office.under_way()
    (folder / "stop.json").unlink()
    log = folder / "answers.jsonl"
    log.write_bytes(log.read_bytes()[: -cut or None])
    (folder / "0004.json").write_bytes(b'{"code"')
    assert office.collect().state is ReadingState.COMPLETE
    assert not office.folder.collecting.exists()


def test_what_an_earlier_day_left_becomes_that_days_partial_reading(office: Office) -> None:
    office.portal.fail(InjectedFault(FaultKind.FORBIDDEN, service="transparency", times=1))
    office.collect()
    (folder,) = office.under_way()
    (folder / "stop.json").unlink()  # as if it had been killed
    office.next_day()
    assert office.collect().state is ReadingState.COMPLETE
    assert [(s.as_of.day, s.state) for s in office.snapshots()] == [
        (6, ReadingState.PARTIAL),
        (7, ReadingState.COMPLETE),
    ]
    assert not office.folder.collecting.exists()


def test_another_address_does_not_go_on_with_this_ones_run(office: Office, figures: PortalFigures) -> None:
    office.portal.fail(InjectedFault(FaultKind.FORBIDDEN, service="transparency", times=1))
    office.collect()
    with StandIn(figures) as other:
        elsewhere = Office(office.folder, other, office.at)
        assert elsewhere.collect().asked == 8


def test_a_portal_that_asked_to_wait_is_not_asked_before(office: Office) -> None:
    office.at = now()
    office.portal.fail(InjectedFault(FaultKind.TOO_MANY, service="transparency", times=1, retry_after=3600))
    assert "Cổng yêu cầu chờ đến" in why(office.collect())
    office.asked()
    with pytest.raises(PortalStopError, match="wait until"):
        office.collect()
    assert office.asked() == []


# Incomplete.


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (InjectedFault(FaultKind.FORBIDDEN, "transparency"), "CKMB) của H15: Cổng từ chối trả lời (mã 403)."),
        (InjectedFault(FaultKind.TOO_MANY, "transparency"), "CKMB) của H15: Cổng từ chối trả lời (mã 429)."),
        (InjectedFault(FaultKind.HTML, "transparency"), "Cổng trả về một trang web thay cho số liệu"),
        (
            InjectedFault(FaultKind.ERROR, "transparency"),
            "đã gửi yêu cầu 2 lần mà không đọc được: máy chủ của Cổng lỗi",
        ),
        (InjectedFault(FaultKind.DROPPED, "transparency"), "không kết nối được hoặc đứt kết nối."),
        (InjectedFault(FaultKind.TRUNCATED, "transparency"), "câu trả lời hỏng: tệp JSON bị cắt cụt"),
        (
            InjectedFault(FaultKind.MISSING_GROUP, "transparency"),
            "CKMB) của H15: Cổng không trả về đơn vị nào.",
        ),
    ],
    ids=lambda value: value.kind.value if isinstance(value, InjectedFault) else None,
)
def test_five_of_six_groups_never_replace_a_complete_day(
    collected: Office, fault: InjectedFault, reason: str
) -> None:
    before = collected.fingerprint(DAY)
    collected.portal.fail(fault)
    later = collected.collect()  # the same day: the complete reading stays the day's
    assert later.state is ReadingState.PARTIAL
    assert reason in why(later)
    (snapshot,) = collected.snapshots()
    assert snapshot.state is ReadingState.COMPLETE
    assert collected.fingerprint(DAY) == before
    collected.next_day()
    assert collected.collect().state is ReadingState.PARTIAL
    assert [s.state for s in collected.snapshots()] == [ReadingState.COMPLETE, ReadingState.PARTIAL]
    assert collected.fingerprint(DAY) == before
    assert [run.state for run in collection_runs(collected.folder)] == [
        ReadingState.COMPLETE,
        ReadingState.PARTIAL,
        ReadingState.PARTIAL,
    ]


def test_two_parts_that_fail_end_the_run(office: Office) -> None:
    for service in GROUPS:
        office.portal.fail(InjectedFault(FaultKind.ERROR, service))
    office.collect()
    assert office.asked()[2:] == ["transparency"] * 2 + ["dvc-progress-tree"] * 2


def test_a_portal_that_refuses_from_the_start_leaves_the_store_as_it_was(collected: Office) -> None:
    before = sorted(collected.folder.root.rglob("*"))
    collected.next_day()
    collected.portal.fail(InjectedFault(FaultKind.HTML))
    outcome = collected.collect()
    assert (outcome.seq, outcome.state) == (None, None)
    assert isinstance(outcome.errors[0], PortalStopError)
    assert sorted(collected.folder.root.rglob("*")) == before


def test_a_refused_first_run_leaves_no_data_folder(office: Office) -> None:
    office.portal.fail(InjectedFault(FaultKind.FORBIDDEN))
    assert office.collect().seq is None
    assert not office.folder.root.exists()


def test_a_run_that_gets_nothing_new_keeps_no_second_reading(office: Office) -> None:
    office.portal.fail(InjectedFault(FaultKind.FORBIDDEN, service="transparency"))
    office.collect()
    outcome = office.collect()
    assert (outcome.seq, outcome.asked) == (None, 0)
    assert len(collection_runs(office.folder)) == 1


def test_a_partial_snapshot_is_shown_with_a_warning_and_not_by_default(collected: Office) -> None:
    collected.next_day()
    collected.portal.fail(InjectedFault(FaultKind.FORBIDDEN, service="handling-satisfaction"))
    collected.collect()
    with open_store(collected.folder) as store:

        def first(as_of: str | None) -> tuple[date, list[str]]:
            (ranked,) = rankings(
                store, level=Level.COMMUNE, as_of=as_of, period=None, against=None, rules=None, within=None
            )
            return ranked.after.snapshot.as_of, [remark.render(Lang.VI) for remark in ranked.remarks]

        assert first(None) == (DAY, [])
        day, remarks = first("2026-10-07")
    assert day == date(2026, 10, 7)
    assert remarks[0] == (
        "Chú ý: số liệu ngày 07/10/2026 thu thập chưa đầy đủ, chỉ để tham khảo; lý do: xem `bochiso runs`."
    )


# Changed answers.


@pytest.mark.parametrize("kind", [FaultKind.SCORE_AS_TEXT, FaultKind.NUMERATOR_AS_OBJECT])
def test_a_changed_type_refuses_its_row_and_says_so(office: Office, kind: FaultKind) -> None:
    office.portal.fail(InjectedFault(kind, service="transparency"))
    outcome = office.collect()
    assert outcome.state is ReadingState.COMPLETE
    assert outcome.judged.intake is not None
    (refusal,) = outcome.judged.intake.refusals
    assert "đổi kiểu dữ liệu" in refusal.render(Lang.VI)
    assert refusal.where.file == "transparency.H15.1.json"


def test_a_new_field_changes_nothing(collected: Office) -> None:
    before = collected.fingerprint(DAY)
    collected.portal.fail(InjectedFault(FaultKind.NEW_FIELD))
    assert collected.collect().state is ReadingState.COMPLETE
    assert collected.fingerprint(DAY) == before


def test_a_renamed_unit_is_told(collected: Office) -> None:
    collected.portal.fail(InjectedFault(FaultKind.RENAMED_UNIT))
    outcome = collected.collect()
    with open_store(collected.folder) as store:
        changes = findings(store, outcome.seq or 0).changes
    assert changes is not None
    ((old, new),) = changes.renamed
    assert old.code == new.code
    assert (old.name.split()[1], new.name.split()[1]) == ("xã", "phường")
    assert changes.figures == 0


# Torn.


def test_a_torn_reading_is_kept_as_such_and_read_again_after_a_pause(province: Office) -> None:
    province.portal.fail(InjectedFault(FaultKind.TORN, service="service-results", times=3))
    outcome = province.collect()
    assert outcome.state is ReadingState.COMPLETE
    assert province.waited == [120]
    assert [run.state for run in collection_runs(province.folder)] == [
        ReadingState.TORN,
        ReadingState.COMPLETE,
    ]
    (snapshot,) = province.snapshots()
    assert snapshot.state is ReadingState.COMPLETE
    assert snapshot.seqs == (2,)


def test_what_stays_torn_is_read_again_later_the_same_day(province: Office) -> None:
    province.portal.fail(InjectedFault(FaultKind.TORN, service="service-results", times=5))
    outcome = province.collect()
    assert outcome.state is ReadingState.TORN
    assert why(outcome).startswith("Số liệu chưa khớp nhau (tổng điểm của H15; công khai, minh bạch (CKMB)")
    assert "tổng điểm" in why(outcome)
    assert "khác tổng các nhóm" in why(outcome)
    assert [s.state for s in province.snapshots()] == [ReadingState.TORN]
    assert province.asked().count("service-results") == 5
    assert province.collect().state is ReadingState.COMPLETE
    assert province.asked().count("service-results") == 2  # not the list of provinces
    assert [s.state for s in province.snapshots()] == [ReadingState.COMPLETE]


def test_a_torn_day_never_replaces_a_complete_one(collected: Office) -> None:
    before = collected.fingerprint(DAY)
    collected.portal.fail(InjectedFault(FaultKind.TORN, service="service-results"))
    assert collected.collect().state is ReadingState.TORN
    assert collected.fingerprint(DAY) == before


# Changes, and the store.


def test_a_mere_re_reading_is_told_from_a_change(collected: Office) -> None:
    def changed() -> tuple[bool, int, int]:
        outcome = collected.collect()
        with open_store(collected.folder) as store:
            changes = findings(store, outcome.seq or 0).changes
        assert changes is not None
        return changes.none, changes.figures, changes.units

    assert changed() == (True, 0, 0)
    collected.next_day()
    none, figures, units = changed()
    assert not none
    assert figures > units > 20


def test_published_points_are_recomputed_and_agree(province: Office) -> None:
    outcome = province.collect()
    with open_store(province.folder) as store:
        found = findings(store, outcome.seq or 0)
    assert len(found.verdict.compared) > 1000
    assert found.verdict.differences == []
    assert found.breaks == ()
    assert {remark.split(":")[0] for remark, _ in found.quality} == {
        "TEMP_NATIONAL_REPORT_DENOMINATOR",
        "NO_NATIONAL_REPORT_DATA",
    }


def test_rebuild_gives_the_same_snapshots(office: Office) -> None:
    office.portal.fail(InjectedFault(FaultKind.FORBIDDEN, service="transparency", times=1))
    office.collect()
    office.collect()
    office.next_day()
    office.portal.fail(InjectedFault(FaultKind.FORBIDDEN, service="transparency"))
    office.collect()
    before = office.snapshots(), office.fingerprint(DAY)
    assert [s.state for s in before[0]] == [ReadingState.COMPLETE, ReadingState.PARTIAL]
    rebuild(office.folder)
    assert (office.snapshots(), office.fingerprint(DAY)) == before


def test_the_days_run_is_known_to_be_made(office: Office) -> None:
    def made(day: date) -> bool:
        return is_collected(office.folder, day, "2026", "H15", office.portal.url)

    assert not made(DAY)
    office.collect(province=None)
    assert not made(DAY)
    office.collect()
    assert made(DAY)
    assert not made(DAY + timedelta(days=1))


def test_readers_are_not_kept_waiting_by_a_collection(figures: PortalFigures, collected: Office) -> None:
    def collect() -> None:
        with suppress(SourceError):  # the portal ends before it has answered
            collected.collect()

    with StandIn(figures, faults=[InjectedFault(FaultKind.SLOW, seconds=1000)]) as collected.portal:
        run = threading.Thread(target=collect)
        run.start()
        until(lambda: bool(collected.portal.requests))
        assert len(collected.snapshots()) == 1
        assert run.is_alive()
    run.join(PATIENCE)
    assert not run.is_alive()


def test_figures_imported_by_hand_are_complete(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    add_reading(
        folder,
        NewReading(
            "points",
            [("diem.csv", b"unit,unit_name,level,total\nH15,UBND t\xe1\xbb\x89nh,province,63.98\n")],
            as_of=DAY,
            period=parse_period("2026"),
            rules_text=RULES,
            read_at=datetime(2026, 10, 6, tzinfo=UTC),
        ),
    )
    with open_store(folder) as store:
        assert store.snapshots()[0].state is ReadingState.COMPLETE
    assert collection_runs(folder) == []


# Answers to another request.


@pytest.mark.parametrize(
    ("kind", "service", "reason"),
    [
        (FaultKind.OTHER_PROVINCE, "transparency", "hỏi số liệu của H15, nhận được số liệu của “UBND"),
        (FaultKind.OTHER_SERVICE, "dvc-progress-tree", "nhận được Công khai, minh bạch."),
        (FaultKind.OTHER_PERIOD, "dossier-digitized", "hỏi kỳ year = 2026, nhận được kỳ year = 2025."),
        (FaultKind.LOST_ROWS, "handling-satisfaction", "chưa đầy đủ: Cổng đếm"),
    ],
)
def test_an_answer_to_another_request_is_not_used_and_said(
    office: Office, kind: FaultKind, service: str, reason: str
) -> None:
    office.portal.fail(InjectedFault(kind, service))
    outcome = office.collect()
    assert outcome.state is ReadingState.PARTIAL
    assert reason in why(outcome)
    (snapshot,) = office.snapshots()
    assert snapshot.state is ReadingState.PARTIAL


def test_the_list_of_another_province_in_place_of_the_country_ends_the_run(office: Office) -> None:
    office.portal.fail(InjectedFault(FaultKind.OTHER_PROVINCE, "service-results", times=1))
    outcome = office.collect()
    assert (outcome.seq, outcome.state) == (None, None)
    assert "hỏi số liệu của cả nước" in why(outcome)
