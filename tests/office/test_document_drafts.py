"""Documents made again: what was written on a day stays what it was, whatever came or was corrected since."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from command_runner import EXAMPLES, run
from report_folders import GOOD, POOR, at_work, department, keep, rows

from bochiso.errors import ComputeError, ReportError
from bochiso.followup.explanations import Origin
from bochiso.office.backend import Backend
from bochiso.office.document_drafts import Sources, draft_again, kept_drafts, make_draft, since_then
from bochiso.office.document_files import DocumentPlan
from bochiso.office.figures import withdraw_readings
from bochiso.office.followup.apology_deeds import record_apology
from bochiso.report.context import DocumentKind
from bochiso.report.office_settings import default_settings
from bochiso.report.report_data import ReportRequest
from bochiso.store.backup.past_folder import known_until
from bochiso.store.dossiers.file_import import import_dossiers
from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.folder import DataFolder
from bochiso.store.followup.apology_cases import apology_case
from bochiso.store.followup.explanation_register import AskedList, RequestDraft, open_request
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import open_ledger
from bochiso.text import Lang, now

BY = By("lan", datetime(2026, 10, 8, 2, tzinfo=UTC))


def plan(kind: DocumentKind = DocumentKind.WEEK, moment: datetime = BY.at) -> DocumentPlan:
    return DocumentPlan(kind, ReportRequest("H21"), default_settings("H21"), None, moment, lambda _: [])


def test_a_document_is_made_again_byte_for_byte_after_corrections(tmp_path: Path) -> None:
    folder = at_work(tmp_path)
    sources = Sources(Backend(folder))
    first = make_draft(sources, BY, plan())
    keep(folder, rows(department(1, POOR), department(2, GOOD), department(3, GOOD)), "2026-10-07")
    late = tmp_path / "muon.jsonl"
    late.write_text(
        '{"MaHoSo":"H21.02-260901-0009","MaTTHC":"1.000656","NgayTiepNhan":"20260901080000",'
        '"NgayHenTra":"20260902170000","TrangThaiHoSo":"4","KenhThucHien":"2"}\n',
        "utf-8",
    )
    import_dossiers(folder, [late])
    again = draft_again(sources, first.kept.id, drawn=lambda _: [])
    assert again.same
    assert again.document.word == first.document.word
    assert again.document.file("xlsx") == first.document.file("xlsx")
    assert not again.notes
    told = {
        each.what.render(Lang.VI): (each.then.render(Lang.VI), each.now.render(Lang.VI))
        for each in since_then(sources, again, now())
        if each.then and each.now
    }
    assert told == {
        "Sở 01": ("93,00 điểm, hạng 1", "50,00 điểm, hạng 3"),
        "Sở 03": ("không có", "93,00 điểm, hạng 1"),
        "hồ sơ đang giải quyết đã quá hạn": ("2", "3"),
    }
    fresh = make_draft(sources, BY, plan())
    assert fresh.kept.id == 2
    assert fresh.document.word != first.document.word


def test_the_same_document_of_the_day_is_one_draft(tmp_path: Path) -> None:
    folder = keep(DataFolder(tmp_path / "data"), rows(department(1, GOOD), department(2, POOR)), "2026-10-07")
    sources = Sources(Backend(folder))
    first = make_draft(sources, BY, plan())
    later = make_draft(sources, BY, plan(moment=BY.at + timedelta(hours=2)))
    assert later.kept.id == first.kept.id
    assert later.document.word == first.document.word
    assert make_draft(sources, BY, plan(DocumentKind.NOTICE)).kept.id == 2
    found = kept_drafts(sources.backend, "H21")
    assert [kept.id for kept, _ in found] == [2, 1]
    # Asked for as the newest, they say which figures these were.
    assert {each.figures and each.figures.words.render(Lang.VI) for _, each in found} == {
        "năm 2026, ngày 07/10/2026"
    }


def test_what_was_taken_back_stands_in_the_documents_of_before(tmp_path: Path) -> None:
    folder = keep(DataFolder(tmp_path / "data"), rows(department(1, GOOD), department(2, POOR)), "2026-10-07")
    sources, by = Sources(Backend(folder)), By("lan", now() + timedelta(seconds=2))
    first = make_draft(sources, BY, plan(moment=now()))
    withdraw_readings(sources.backend, by, [1], "nhầm tỉnh")
    again = draft_again(sources, first.kept.id, drawn=lambda _: [])
    assert again.same
    (told,) = since_then(sources, again, by.at)
    assert "không có" in told.what.render(Lang.VI)


def test_nothing_was_known_before_the_first_reading(tmp_path: Path) -> None:
    folder = keep(DataFolder(tmp_path / "data"), rows(department(1, GOOD)), "2026-10-07")
    with pytest.raises(ComputeError):
        known_until(folder, datetime(2020, 1, 1, tzinfo=UTC))


def test_a_command_makes_a_document_as_it_was_and_says_what_is_known_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")  # without LibreOffice, which takes seconds
    data, out = tmp_path / "data", tmp_path / "out"
    table = EXAMPLES / "units-H21-2026-10-07.csv"
    as_of = ("--as-of", "2026-10-07", "--data", data)
    assert run("import", "points", table, *as_of).code == 0
    assert run("report", "week", *as_of, "-o", out).code == 0
    made = (out / "bao-cao-tuan-2026-10-07.docx").read_bytes()
    corrected = tmp_path / table.name
    lines = table.read_text("utf-8").splitlines()
    lines[1] = lines[1].replace("18.0,14.1,79.09", "17.0,14.1,78.09")
    corrected.write_text("\n".join(lines) + "\n", "utf-8")
    assert run("import", "points", corrected, *as_of).code == 0
    assert run("report", "week", "--data", data, "-o", out).code == 0
    listed = run("office", "drafts", "--data", data).out
    assert (listed.count("báo cáo tuần"), listed.count("năm 2026, ngày 07/10/2026")) == (2, 2)
    again = run("office", "again", "1", "--data", data, "-o", tmp_path / "again")
    assert again.code == 0, again.err
    assert "giống từng byte" in again.err
    assert (tmp_path / "again" / "bao-cao-tuan-2026-10-07.docx").read_bytes() == made
    past = run("report", "week", *as_of, "--reading", "1", "-o", tmp_path / "past")
    assert past.code == 0, past.err
    assert "Nay biết khác" in past.err
    assert "Nay" in past.out
    wrong = run("report", "week", *as_of, "--reading", "9", "-o", tmp_path / "past")
    assert wrong.code == 2
    assert "không có lần đọc số 9" in wrong.err
    assert run("report", "week", *as_of, "--known-at", "01/01/2020", "-o", tmp_path / "past").code == 2
    both = run(
        "report", "week", *as_of, "--known-at", "01/01/2020", "--reading", "1", "-o", tmp_path / "past"
    )
    assert both.code == 2


def test_what_came_of_last_times_requests_stands_in_the_provinces_next_document(
    tmp_path: Path,
) -> None:
    folder = keep(DataFolder(tmp_path / "data"), rows(department(1, GOOD), department(2, POOR)), "2026-10-07")
    sources = Sources(Backend(folder))
    asked = AskedList("H21.02", "Sở 02", ({"item": "1"},))
    request = RequestDraft(
        "hồ sơ quá hạn quý III", Origin.LIST, "2.1", "2026-Q3", BY.at, date(2026, 10, 15), (asked,)
    )
    with open_ledger(folder) as ledger:
        open_request(ledger, request, BY)
    found = make_draft(sources, BY, plan(DocumentKind.NOTICE))
    (said,) = found.document.facts.outcomes
    assert "hồ sơ quá hạn quý III" in said
    assert "chưa báo cáo: Sở 02" in said
    again = draft_again(sources, found.kept.id, drawn=lambda _: [])
    assert again.same
    other = DocumentPlan(DocumentKind.NOTICE, ReportRequest("H15"), default_settings("H15"), None, BY.at)
    with pytest.raises(ReportError):
        make_draft(sources, BY, other)


def test_a_letter_says_how_late_dossiers_were_apologised_for_once_units_record_it(tmp_path: Path) -> None:
    folder = at_work(tmp_path)
    sources = Sources(Backend(folder))
    assert make_draft(sources, BY, plan(DocumentKind.NOTICE)).document.facts.outcomes == ()
    moment = BY.at - timedelta(days=6)
    with open_dossiers(folder) as db:
        case = apology_case(db, "H21.01.05-260901-0002", moment)
        calendar = calendar_of(db)
    by = By("lan", moment)
    record_apology(sources.backend, by, case, ("Thiếu cán bộ", date(2026, 10, 20)), calendar)
    found = make_draft(sources, BY, plan(DocumentKind.NOTICE))
    (said,) = found.document.facts.outcomes
    assert said.startswith("Trong 02 hồ sơ quá hạn của kỳ, đã kết thúc hoặc đang giải quyết: ")
    assert said.endswith("01 hồ sơ chưa ghi nhận xin lỗi")
    assert draft_again(sources, found.kept.id, drawn=lambda _: []).same
