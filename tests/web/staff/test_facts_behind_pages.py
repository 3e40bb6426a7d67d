"""Facts of dossiers that can't follow what is taken in: officers see so, and see when it is over."""

from pathlib import Path

import pytest
from command_runner import run
from dossier_sending import BEYOND, closing_steps
from loopback_server import codes, dossier, send, serving
from officer_clients import officer
from waiting import until

from bochiso.store.folder import DataFolder
from bochiso.store.people.permissions import Role


def test_pages_of_dossiers_say_that_what_was_taken_is_not_shown_yet_until_it_is(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = DataFolder(tmp_path / "data")
    with serving(folder) as served, officer(served) as lan:
        ingest, session = served.application.sync.ingest, served.login()
        send(served, [dossier(1)], session)
        served.settle()
        with ingest.facts.open(write=True):
            pass
        until(lambda: not ingest.facts.path.with_suffix(".duckdb.wal").exists())
        for page in ("/ho-so", "/truc-tiep"):
            assert "chưa đủ" not in lan.get(page).text
        with ingest.facts.open(write=True):
            # A disk that writes nothing more for facts, while the journal's does.
            ingest.facts.path.with_suffix(".duckdb.wal").mkdir()
            assert codes(send(served, [dossier(2), dossier(3)], session)) == [0, 0]
            until(lambda: ingest.lag().failed)
            for page in ("/ho-so", "/truc-tiep"):
                assert "2 mục đã nhận nhưng chưa cập nhật được" in lan.get(page).text
            ingest.facts.path.with_suffix(".duckdb.wal").rmdir()
        until(lambda: not ingest.lag().items)
        for page in ("/ho-so", "/truc-tiep"):
            assert "chưa đủ" not in lan.get(page).text
    assert "2 items behind the journal" in caplog.text


def test_what_facts_lack_is_told_wherever_figures_are_and_named_to_who_runs_the_server(
    tmp_path: Path,
) -> None:
    folder = DataFolder(tmp_path / "data")
    with serving(folder) as served, officer(served, "quan", Role.ADMINISTRATOR) as quan:
        send(served, [dossier(1), dossier(2)], served.login())
        served.application.sync.ingest.submit(closing_steps({f"H15.50-261005-{2:05d}": BEYOND})).result()
        served.settle()
        with officer(served) as lan:
            for page in ("/ho-so", "/truc-tiep"):
                assert "còn 1 mục đã nhận" in lan.get(page).text
        page = quan.get("/quan-tri").text
        assert "H15.50-261005-00002" in page
        assert "giá trị lớn quá mức tính được" in page
        assert served.client.get("/health").json()["facts_behind"]["set_aside"] == 1
        assert "\nbochiso_facts_set_aside_items 1\n" in served.client.get("/metrics").text
        looked = run("doctor", "--port", str(served.port), "--format", "json", "--data", folder.root).json
        (facts,) = [each for each in looked if each["name"] == "facts"]
        assert facts["health"] == "warning"
        assert "1 mục đã nhận nhưng chưa tính được" in facts["what"]
    (facts,) = [
        each
        for each in run("doctor", "--format", "json", "--data", folder.root).json
        if each["name"] == "facts"
    ]
    assert "bước xử lý H15.50-261005-00002 (H15)" in facts["what"]
    lake = str(tmp_path / "lake")
    assert run("facts", "export", "--to", lake, "--data", folder.root).code == 0
    for command in (("measure",), ("measure", "--facts", lake), ("dossiers", "overdue")):
        done = run(*command, "--data", folder.root)
        assert done.code == 0
        assert "còn 1 mục đã nhận" in done.err


def test_the_page_of_dossiers_says_there_are_none_only_where_none_came(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data")) as served, officer(served) as lan:
        assert "Chưa có hồ sơ nào được đồng bộ" in lan.get("/ho-so").text
        path = served.application.sync.ingest.facts.path
        until(lambda: not path.with_suffix(".duckdb.wal").exists())
        path.write_bytes(b"not a database")
        failed = lan.get("/ho-so")
        assert failed.status_code == 503
        assert "Chưa có hồ sơ nào" not in failed.text
        path.unlink()
