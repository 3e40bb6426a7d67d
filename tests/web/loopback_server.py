"""A server on loopback for tests, and senders that speak to it in the plainest way."""

import json
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any
from unittest import mock

import httpx
from waiting import PATIENCE

from bochiso.office.collection_desk import OpenPortal
from bochiso.rules.rule_set import RuleSet
from bochiso.store.folder import DataFolder
from bochiso.store.people.ledger import open_ledger
from bochiso.text import now
from bochiso.web.app import Application, open_application
from bochiso.web.server import Server, address, listen
from bochiso.web.sync import ingest_batcher
from bochiso.web.sync.decode_worker import DecodeWorker
from bochiso.web.sync.request_limits import Limits

Json = dict[str, Any]


@dataclass(frozen=True)
class Served:
    """A server that runs: its address, its parts, a key's name and secret, a client of it."""

    url: str
    port: int
    application: Application
    folder: DataFolder
    name: str
    secret: str
    client: httpx.Client

    def login(self) -> str:
        return str(call(self, "login", {"username": self.name, "password": self.secret})["session"])

    def settle(self) -> None:
        """Wait until facts have everything."""
        ingest = self.application.sync.ingest
        assert ingest.wait(ingest.journal.end, PATIENCE)


_idle: list[DecodeWorker] = []
"""Processes that read messages, of servers that ended: the next server takes one over, not a new one."""


def _reader() -> DecodeWorker:
    if not _idle:
        return DecodeWorker()
    found = _idle.pop()
    del found.close
    return found


def _hand_on(reader: DecodeWorker) -> None:
    """Keep a reader, for the next server, when its own server closes it."""
    reader.close = lambda: _idle.append(reader)  # type: ignore[method-assign]


def close_readers() -> None:
    """End the readers that no server has."""
    while _idle:
        _reader().close()


def make_key(folder: DataFolder, name: str = "h15", unit: str = "H15") -> str:
    with open_ledger(folder, make=True) as ledger:
        return ledger.add_key(name, unit, now())


@contextmanager
def serving(
    folder: DataFolder,
    limits: Limits | None = None,
    unit: str = "H15",
    rules: RuleSet | None = None,
    name: str = "h15",
    portal: OpenPortal | None = None,
) -> Iterator[Served]:
    secret = make_key(folder, name, unit)
    up = Event()
    with (
        mock.patch.object(ingest_batcher, "DecodeWorker", _reader),
        listen("127.0.0.1", 0) as listening,
        open_application(folder, limits, rules, portal) as application,
    ):
        server = Server(application.app, application.live, up.set)
        thread = Thread(target=server.run, args=([listening],))
        port = listening.getsockname()[1]
        thread.start()
        try:
            assert up.wait(PATIENCE)
            url = address("127.0.0.1", port)
            with httpx.Client(base_url=url, timeout=PATIENCE) as client:
                yield Served(url, port, application, folder, name, secret, client)
        finally:
            server.should_exit = True
            thread.join()
            _hand_on(application.sync.batcher.decode_worker)


def call(served: Served, path: str, body: object, token: str | None = None, **query: str) -> Json:
    """One call's answer, which always comes with status 200."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    response = served.client.post(f"dong-bo/{path}", content=data, params=query, headers=headers)
    assert response.status_code == 200
    answer: Json = response.json()
    assert isinstance(answer["error_code"], int)
    return answer


def send(served: Served, items: Sequence[object], session: str, **query: str) -> Json:
    """New dossiers of H15."""
    return call(
        served, "DongBoHoSoMC", list(items), session, **{"MaDinhDanhDV": "H15", "isUpdating": "False"} | query
    )


def dossier(n: int, **more: Any) -> Json:
    """A dossier that is in progress."""
    plain = {"MaTTHC": "1.000001", "TrangThaiHoSo": "4", "NgayTiepNhan": "20261005080000"}
    return {"MaHoSo": f"H15.50-261005-{n:05d}", **plain, **more}


def codes(answer: Json) -> list[int]:
    """error_code of every item."""
    return [entry["error_code"] for entry in answer["result"]]


def raw(served: Served, data: bytes) -> bytes:
    """What is answered to bytes as they are."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=PATIENCE) as connection:
        connection.sendall(data)
        return answered(connection)


def answered(connection: socket.socket) -> bytes:
    """An answer's head and body."""
    received = b""
    while b"}" not in received and (part := connection.recv(65536)):
        received += part
    return received
