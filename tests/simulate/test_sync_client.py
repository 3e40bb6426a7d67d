"""The client of the sync protocol against a small server that keeps what it is sent."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from waiting import PATIENCE

from bochiso.errors import SourceError
from bochiso.simulate.dossier_stream import Event, PushKind, simulate_events
from bochiso.simulate.sync_client import EnvelopeForm, SyncClient, batches

DAYS = ("H15", 300, 1, date(2026, 6, 1), date(2026, 6, 30))


class Receiver(BaseHTTPRequestHandler):
    """Accepts every batch of a session, refuses a wrong password."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    calls: ClassVar[list[tuple[str, dict[str, list[str]], object]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        url = urlsplit(self.path)
        if url.path == "/login":
            good = body == {"username": "h15", "password": "đúng"}
            answer = {"session": "s-1", "error_code": 0} if good else {"error_code": 401, "message": "sai"}
        else:
            session = body["session"] if isinstance(body, dict) else self.headers["Authorization"][7:]
            assert session == "s-1"
            self.calls.append((url.path, parse_qs(url.query), body))
            items = body["data"] if isinstance(body, dict) else body
            answer = {"error_code": "00", "result": len(items)}
        sent = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing to say."""


@contextmanager
def receiver() -> Iterator[str]:
    Receiver.calls = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_direct_calls_name_the_sender_in_the_query_and_carry_a_bare_list():
    with receiver() as url, SyncClient(url, "H15", "h15", "đúng") as client:
        assert client.login() == "s-1"
        pushed = list(client.push(simulate_events(*DAYS), batch=50))
    assert {each.code for each in pushed} == {0}
    assert [each.result for each in pushed] == [len(each.items) for each in pushed]
    by_path = {}
    for path, query, body in Receiver.calls:
        by_path.setdefault((path, *query.get("isUpdating", [])), []).extend(body)
        assert query["MaDinhDanhDV"] == ["H15"]
    assert set(by_path) == {("/DongBoHoSoMC", "False"), ("/DongBoHoSoMC", "True"), ("/CapNhatTienDoHoSoMC",)}
    assert len(by_path["/DongBoHoSoMC", "False"]) == 300


def test_gateway_calls_are_one_object():
    with receiver() as url, SyncClient(url, "H15", "h15", "đúng", form=EnvelopeForm.GATEWAY) as client:
        client.login()
        list(client.push(simulate_events(*DAYS)))
    assert {path for path, _, _ in Receiver.calls} == {"/gateway"}
    for _, query, body in Receiver.calls:
        step = body["service"] == "CapNhatTienDoHoSoMC"
        keys = {"session", "madonvi", "service", "data"} | (set() if step else {"isUpdating"})
        assert set(body) == keys
        assert not query


def test_a_refused_login_says_why():
    with (
        receiver() as url,
        SyncClient(url, "H15", "h15", "nhầm") as client,
        pytest.raises(SourceError, match="can't log in: sai"),
    ):
        client.login()


def test_a_server_that_is_not_there_gives_no_code():
    with receiver() as url:
        pass
    with SyncClient(url, "H15", "h15", "đúng") as client:
        assert client.send(PushKind.INSERT, [{}]).code is None
        with pytest.raises(SourceError):
            client.login()


def test_the_rate_is_kept():
    events = [Event("20260601080000", PushKind.INSERT, {"MaHoSo": str(n)}) for n in range(60)]
    with receiver() as url, SyncClient(url, "H15", "h15", "đúng") as client:
        client.login()
        rests: list[float] = []
        pushed = client.push(events, rate=0.01, batch=20, rest=rests.append)
        assert sum(len(each.items) for each in pushed) == 60
    # The second batch goes out 2,000 seconds after the first, less what the first took.
    for planned, rest in zip((0, 2000, 4000), rests, strict=True):
        assert max(0, planned - PATIENCE) <= rest <= planned


def test_batches_are_full_and_keep_each_dossiers_order():
    events = list(simulate_events(*DAYS))
    inserted, updated, steps = set(), set(), 0
    sizes = []
    for kind, items in batches(events, 40):
        sizes.append(len(items))
        for item in items:
            number = item["MaHoSo"]
            if kind is PushKind.INSERT:
                inserted.add(number)
            elif kind is PushKind.UPDATE:
                assert number in inserted
                updated.add((number, item["TrangThaiHoSo"]))
            else:
                steps += 1
                assert item["TrangThai"] == "2" or (number, item["TrangThai"]) in updated
    assert sum(sizes) == len(events)
    assert max(sizes) == 40
    assert steps == sum(event.kind is PushKind.STEP for event in events)
