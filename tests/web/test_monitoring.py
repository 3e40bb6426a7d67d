"""What whoever runs the server asks it, and what its log says of calls."""

import json
import logging
import re
from pathlib import Path
from unittest import mock

import httpx
import loaded_python
import pytest
import sqlalchemy as sa
from command_runner import BOCHISO, environment, run
from loopback_server import dossier, send, serving
from officer_clients import officer
from waiting import until

from bochiso.store.folder import DataFolder
from bochiso.store.people.permissions import Role
from bochiso.web import monitoring
from bochiso.web.core.request_log import JsonLines, new_request_id


def test_health_tells_how_far_all_is(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data")) as served:
        send(served, [dossier(1)], served.login())
        served.settle()
        answer = served.client.get("/health")
        found = answer.json()
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        assert (found["live"], found["ready"], found["why"]) == (True, True, [])
        assert found["facts_behind"] == {
            "items": 0, "seconds": 0.0, "failed": False, "set_aside": 0,
        }  # fmt: skip
        assert found["last_collection"] is None
        assert found["disk"]["free_bytes"] > 0
        assert served.client.get("/health/live").json() == {"live": True}
        assert served.client.get("/health/ready").json() == {"ready": True}


def test_a_full_disk_and_a_lost_ledger_make_it_unready(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data")) as served:
        with mock.patch.object(monitoring, "LEAST_BYTES", 2**62):
            answer = served.client.get("/health")
        assert (answer.status_code, answer.json()["why"]) == (503, ["disk"])
        served.application.sync.ledger.close()
        served.folder.ledger.unlink()
        served.folder.ledger.mkdir()
        until(lambda: served.client.get("/health").json()["why"] == ["ledger"])  # it asks once a second
        answer = served.client.get("/health")
        assert (answer.status_code, answer.json()["why"]) == (503, ["ledger"])
        assert served.client.get("/health/live").status_code == 200
        served.folder.ledger.rmdir()


def test_others_learn_no_more_than_that_it_lives(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data")) as served:
        for headers in ({"X-Forwarded-For": "113.160.5.9"}, {"Host": "chiso.example.vn"}):
            assert served.client.get("/health", headers=headers).json() == {"live": True, "ready": True}
            assert served.client.get("/metrics", headers=headers).status_code == 404


def test_metrics_are_as_prometheus_reads_them(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data")) as served:
        send(served, [dossier(1), dossier(2)], served.login())
        served.settle()
        served.client.get("/khong-co")
        answer = served.client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    line = re.compile(r'(# (HELP|TYPE) \S+ .+|[a-z_]+(\{([a-z]+="[^"]*",?)+\})? -?[0-9.e+]+)')
    lines = answer.text.splitlines()
    assert [each for each in lines if not line.fullmatch(each)] == []
    assert "bochiso_journal_items 2" in lines
    said = 'bochiso_http_requests_total{method="POST",route="/dong-bo/DongBoHoSoMC",status="200"} 1'
    assert said in lines
    count = next(
        int(each.split()[1]) for each in lines if each.startswith("bochiso_http_request_seconds_count")
    )
    assert f'bochiso_http_request_seconds_bucket{{le="+Inf"}} {count}' in lines
    assert "khong-co" not in answer.text


@pytest.mark.parametrize("path", ["/", "/don-vi", "/health", "/static/bochiso.css", "/khong-co"])
def test_head_is_answered_as_get_without_a_body(tmp_path: Path, path: str) -> None:
    with serving(DataFolder(tmp_path / "data")) as served:
        got, head = served.client.get(path), served.client.head(path)
        assert head.status_code == got.status_code
        assert head.headers["content-type"] == got.headers["content-type"]
        assert head.content == b""


def test_every_call_has_a_number_that_its_lines_carry(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data")) as served:
        found = {served.client.get("/").headers["x-request-id"] for _ in range(3)}
    assert len(found) == 3
    assert all(re.fullmatch("[0-9a-f]{16}", each) for each in found)


def test_a_json_line_has_the_call_in_fields() -> None:
    number = new_request_id()
    record = logging.LogRecord("bochiso.web", logging.INFO, "", 0, "GET %s", ("/",), None)
    record.__dict__ |= {"method": "GET", "route": "/", "status": 200, "error_code": "-", "ms": 3}
    found = json.loads(JsonLines().format(record))
    assert found | {"at": ""} == {
        "at": "", "level": "info", "from": "bochiso.web", "said": "GET /", "request": number,
        "method": "GET", "route": "/", "status": 200, "error_code": "-", "ms": 3,
    }  # fmt: skip


def test_a_locked_ledger_stops_nobody_but_who_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program holds the ledger while an administrator posts a form over a minute after their last
    call; static files and pushes are answered meanwhile."""
    import threading

    from bochiso.store.people import user_sessions

    monkeypatch.setattr(user_sessions, "SEEN", user_sessions.timedelta(0))
    with serving(DataFolder(tmp_path / "data")) as served, officer(served, "quan", Role.ADMINISTRATOR) as one:
        token = served.login()
        csrf = re.search(r'name="csrf" value="([0-9a-f]+)"', one.get("/quan-tri").text)
        assert csrf is not None
        engine = sa.create_engine(f"sqlite:///{served.folder.ledger}", isolation_level=None)
        answers: list[httpx.Response] = []
        fields = {"csrf": csrf[1], "viec": "kiem-tra"}

        def post() -> None:
            answers.append(one.client.post("/quan-tri", data=fields))

        with engine.connect() as other:
            other.exec_driver_sql("begin immediate")
            posted = threading.Thread(target=post)
            posted.start()
            assert served.client.get("/static/bochiso.css").status_code == 200
            assert send(served, [dossier(1)], token)["error_code"] == 0
            assert one.get("/don-vi").status_code == 200  # seen_at is not waited for
            assert not answers
            other.exec_driver_sql("rollback")
        posted.join()
        engine.dispose()
        assert answers[0].status_code == 200


def test_the_servers_log_is_json_where_asked(tmp_path: Path) -> None:
    import signal
    import subprocess

    assert run("account", "key", "add", "h15", "--unit", "H15", "--data", tmp_path / "data").code == 0
    words = [*BOCHISO, "serve", "--port", "0", "--log", "json", "--data", str(tmp_path / "data")]
    env = environment({"BOCHISO_AUDIT_HEADS": str(tmp_path / "heads")})
    with loaded_python.start(words, stderr=subprocess.PIPE, text=True, env=env) as server:
        assert server.stderr is not None
        lines = []
        for line in server.stderr:
            lines.append(json.loads(line))
            if found := re.search(r"http://\S+[0-9]", line):
                httpx.get(found[0] + "/health")
                server.send_signal(signal.SIGTERM)
    assert {"bochiso.serve", "bochiso.web", "bochiso.audit"} <= {each["from"] for each in lines}
    (call,) = [each for each in lines if each.get("route") == "/health"]
    assert len(call["request"]) == 16
    assert len((tmp_path / "heads").read_text().splitlines()) == 2
    assert (tmp_path / "heads").stat().st_mode & 0o077 == 0


def test_the_doctor_knows_a_server_that_runs(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data")) as served:
        words = ("doctor", "--port", str(served.port), "--format", "json", "--data", served.folder.root)
        (found,) = [each for each in run(*words).json if each["name"] == "port"]
    assert found["health"] == "fine"
    assert "đang chạy" in found["what"]
