"""Who has no session is told so before a long message is read; nobody takes all the room there is."""

import gzip
import json
import select
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback_server import Served, answered, call, dossier, send, serving
from waiting import PATIENCE

from bochiso.store.folder import DataFolder
from bochiso.web.sync.request_limits import DOOR_BYTES, Limits

LONG = b'{"data": ' + b"[" * 4 * DOOR_BYTES


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    limits = Limits(body_bytes=2_000_000, held_bytes=8_000_000)
    with serving(DataFolder(tmp_path / "data"), limits) as found:
        yield found


def begun(served: Served, start: bytes, length: int, headers: str = "") -> socket.socket:
    """A call whose body begins and doesn't go on."""
    connection = socket.create_connection(("127.0.0.1", served.port), timeout=PATIENCE)
    head = f"POST /dong-bo/gateway HTTP/1.1\r\nHost: x\r\n{headers}Content-Length: {length}\r\n\r\n"
    connection.sendall(head.encode() + start)
    return connection


@pytest.mark.parametrize("token", ["", '"session": "khong-co", '])
def test_a_stranger_is_refused_before_the_whole_message_is_sent(served: Served, token: str) -> None:
    start = b"{" + token.encode() + LONG[1:]
    with begun(served, start, 1_900_000) as connection:
        assert b'"error_code":401' in answered(connection).replace(b" ", b"")


def test_what_a_stranger_packed_is_not_unpacked(served: Served) -> None:
    packed = gzip.compress(b'{"data":' + b"[" * 1_900_000)
    assert len(packed) < DOOR_BYTES
    response = served.client.post("/dong-bo/gateway", content=packed, headers={"Content-Encoding": "gzip"})
    assert response.json()["error_code"] == 401


def test_long_messages_that_begin_with_their_session_are_taken(served: Served) -> None:
    items = [dossier(n) for n in range(1000)]
    envelope = {"session": served.login(), "madonvi": "H15", "service": "DongBoHoSoMC", "isUpdating": "False"}
    body = json.dumps({**envelope, "data": items}).encode()
    assert len(body) > DOOR_BYTES
    assert call(served, "gateway", body)["error_code"] == 0
    packed = {"Content-Encoding": "gzip"}
    again = served.client.post("/dong-bo/gateway", content=gzip.compress(body), headers=packed)
    assert again.json()["error_code"] == 0


def test_one_key_holds_a_share_and_others_are_taken(served: Served) -> None:
    token = served.login()
    start = b'{"session": "' + token.encode() + b'", "data": [' + b" " * 1_500_000
    held = [begun(served, start, 1_900_000) for _ in range(2)]
    try:
        refused, _, _ = select.select(held, [], [], PATIENCE)
        assert b"429" in answered(refused[0])  # whichever came second is beyond the share
        assert send(served, [dossier(1)], token)["error_code"] == 0
    finally:
        for each in held:
            each.close()
    assert send(served, [dossier(2)], token)["error_code"] == 0
