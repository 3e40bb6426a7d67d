"""Whatever is sent is answered in the protocol's form; nothing is a fault of the server."""

import gzip
import json
import select
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loopback_server import Served, answered, call, codes, dossier, raw, send, serving
from waiting import PATIENCE

from bochiso.intake.messages.sync_schema import LISTS, SyncItem
from bochiso.store.folder import DataFolder
from bochiso.web.sync.request_limits import Limits

FIELDS = [name for name in SyncItem.__struct_fields__ if name != "wrong"]
PLAIN = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
ANYTHING = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
ODD = ANYTHING | st.sampled_from(["", "0", "1", "2026103108000", "20260230000000", "20261005080000"])
ITEMS = st.dictionaries(st.sampled_from(FIELDS), ODD | st.lists(st.dictionaries(st.text(), ODD)), max_size=8)
NUMBERED = ITEMS.map(lambda item: item | {"MaHoSo": "H15.50-261007-00001"})
ENVELOPES = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("madonvi", "service", "isUpdating"), ODD)
    | {"data": ANYTHING | st.lists(NUMBERED)},
)


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with little patience and small limits."""
    limits = Limits(body_bytes=1_000_000, held_bytes=3_000_000, stall_seconds=1, body_seconds=4)
    with serving(DataFolder(tmp_path_factory.mktemp("strict") / "data"), limits) as each:
        yield each


@pytest.fixture(scope="module")
def token(strict: Served) -> str:
    return strict.login()


@given(
    body=ANYTHING | st.lists(NUMBERED | ITEMS) | ENVELOPES, path=st.sampled_from(["DongBoHoSoMC", "gateway"])
)
def test_any_json_is_answered_and_is_no_fault(served: Served, session: str, body: object, path: str) -> None:
    if path == "gateway" and isinstance(body, dict):
        body |= {"session": session}
        answer = call(served, path, body)
    else:
        answer = call(served, path, body, session)
    assert answer["error_code"] in (0, 400, 403, 404)
    assert all(code in (0, 403, 422) for code in ([] if answer["error_code"] else codes(answer)))


@given(
    body=ANYTHING, path=st.sampled_from(["login", "logout", "DongBoHoSoMC", "CapNhatTienDoHoSoMC", "gateway"])
)
def test_any_json_without_a_session_is_refused(served: Served, body: object, path: str) -> None:
    assert call(served, path, body)["error_code"] in (400, 401)


@given(body=st.binary(max_size=300))
def test_any_bytes_are_answered(served: Served, session: str, body: bytes) -> None:
    assert call(served, "DongBoHoSoMC", body, session)["error_code"] in (0, 400)


@pytest.mark.parametrize("field", LISTS)
@pytest.mark.parametrize("value", [None, "", "[]", 5, {"a": 1}, [None, 5, "x", []], [{"MaCSDL": {"a": []}}]])
def test_a_list_of_another_kind_does_not_refuse_a_dossier(
    served: Served, session: str, field: str, value: object
) -> None:
    assert codes(send(served, [dossier(1, **{field: value})], session)) == [0]


def test_broken_json_costs_only_the_items_that_it_breaks(served: Served, session: str) -> None:
    first, last = (json.dumps(dossier(n)).encode() for n in (1, 2))
    answer = call(served, "DongBoHoSoMC", b"[" + first + b', {"MaHoSo": nope}, ' + last + b"]", session)
    assert codes(answer) == [0, 422, 0]
    answer = call(served, "DongBoHoSoMC", b"[" + first + b"," + last[:40], session)
    assert codes(answer) == [0, 422]


@pytest.mark.parametrize("deep", [b"[" * 100_000, b'[{"a":' * 100_000, b'{"data":' * 100_000])
def test_nesting_without_end_is_refused(served: Served, session: str, deep: bytes) -> None:
    answer = call(served, "DongBoHoSoMC", deep, session)
    assert answer["error_code"] in (0, 400)
    assert all(code == 422 for code in ([] if answer["error_code"] else codes(answer)))


def test_an_item_nested_without_end_leaves_its_neighbours_alone(served: Served, session: str) -> None:
    deep = b'{"MaHoSo": "H15.50-261005-00009", "x": ' + b"[" * 5000 + b"]" * 5000 + b"}"
    answer = call(
        served, "DongBoHoSoMC", b"[" + deep + b"," + json.dumps(dossier(1)).encode() + b"]", session
    )
    assert codes(answer)[-1] == 0


@pytest.mark.parametrize("part", [b"[", b'{"a":', b"1,", b"[],"], ids=["[[", "{a:{", "1,1", "[],[]"])
def test_a_huge_item_is_refused_and_the_one_before_it_is_taken(
    served: Served, session: str, part: bytes
) -> None:
    first = json.dumps(dossier(1)).encode()
    body = b"[" + first + b', {"MaHoSo": [' + part * (3_000_000 // len(part)) + b"1]}]"
    assert codes(call(served, "DongBoHoSoMC", body, session)) == [0, 422]


def test_a_message_of_more_than_50_mb_is_refused_and_the_connection_lives_on(
    served: Served, session: str
) -> None:
    headers = {"Authorization": f"Bearer {session}"}
    with httpx.Client(base_url=f"{served.url}/dong-bo", headers=headers, timeout=PATIENCE) as client:
        refused = client.post("DongBoHoSoMC", content=b"[" + b" " * 50_000_000 + b"]").json()
        assert refused == {
            "error_code": 413,
            "message": "bản tin lớn hơn 50 MB. Chia thành nhiều bản tin nhỏ hơn.",
        }
        assert client.post("DongBoHoSoMC", json=[dossier(1)]).json()["error_code"] == 0


def test_a_message_of_more_items_than_anyone_has_is_refused(served: Served, session: str) -> None:
    answer = call(served, "DongBoHoSoMC", b"[" + b"1," * 100_000 + b"1]", session)
    assert answer == {
        "error_code": 413,
        "message": "bản tin có hơn 100.000 mục. Chia thành nhiều bản tin nhỏ hơn.",
    }


def test_a_body_whose_size_is_not_told_is_counted_too(strict: Served, token: str) -> None:
    parts = (b"[" + b" " * 999 for _ in range(1100))
    response = httpx.post(
        f"{strict.url}/dong-bo/DongBoHoSoMC", content=parts, headers={"Authorization": f"Bearer {token}"}
    )
    assert response.json()["error_code"] == 413


def test_what_is_far_too_large_is_refused_before_it_is_sent(strict: Served, token: str) -> None:
    head = (
        f"POST /dong-bo/DongBoHoSoMC?session={token} HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n"
    )
    assert b'"error_code":413' in raw(strict, head.encode())


def packed(served: Served, data: bytes, token: str, encoding: str = "gzip") -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}", "Content-Encoding": encoding}
    response = httpx.post(
        f"{served.url}/dong-bo/DongBoHoSoMC", content=data, headers=headers, timeout=PATIENCE
    )
    assert response.status_code == 200
    found: dict[str, Any] = response.json()
    return found


def test_gzip_is_unpacked_and_a_bomb_is_not(strict: Served, token: str) -> None:
    plain = json.dumps([dossier(1), dossier(2)]).encode()
    assert codes(packed(strict, gzip.compress(plain), token)) == [0, 0]
    assert codes(packed(strict, gzip.compress(plain[:50]) + gzip.compress(plain[50:]), token, "x-gzip")) == [
        0,
        0,
    ]
    assert codes(packed(strict, plain, token, "identity")) == [0, 0]
    bomb = gzip.compress(b"[" + b" " * 100_000_000 + b"]")
    assert len(bomb) < 1_000_000
    assert packed(strict, bomb, token)["error_code"] == 413
    assert packed(strict, gzip.compress(plain)[:-9], token)["error_code"] == 400
    assert packed(strict, plain, token)["error_code"] == 400
    assert packed(strict, plain, token, "br")["error_code"] == 415
    assert packed(strict, plain, token, "gzip, gzip")["error_code"] == 415


@pytest.mark.parametrize("drip", [b" ", b""], ids=["a byte now and then", "nothing"])
def test_a_client_that_stalls_is_answered_and_let_go_while_others_are_served(
    strict: Served, token: str, drip: bytes
) -> None:
    head = f"POST /dong-bo/DongBoHoSoMC?session={token} HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n["
    with socket.create_connection(("127.0.0.1", strict.port), timeout=PATIENCE) as stalled:
        stalled.sendall(head.encode())
        assert codes(send(strict, [dossier(1)], token)) == [0]
        last = time.monotonic() + PATIENCE
        while time.monotonic() < last and not select.select([stalled], [], [], 0.1)[0]:
            stalled.sendall(drip)
        assert b'"error_code":408' in answered(stalled)
        with suppress(ConnectionResetError):  # what came after the answer was not read
            assert stalled.recv(1) == b""


def test_too_much_at_once_is_put_off(strict: Served, token: str) -> None:
    head = (
        f"POST /dong-bo/DongBoHoSoMC?session={token} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n["
    )
    opened = [socket.create_connection(("127.0.0.1", strict.port), timeout=PATIENCE) for _ in range(5)]
    for each in opened:
        each.sendall(head.encode() + b" " * 900_000)
    answers = [answered(each) for each in opened]
    for each in opened:
        each.close()
    assert any(b'"error_code":429' in answer for answer in answers)
    assert codes(send(strict, [dossier(1)], token)) == [0]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/dong-bo", 404), ("GET", "/dong-bo/DongBoHoSoMC", 405), ("POST", "/dong-bo/dongbohosomc", 404)],
)
def test_another_address_is_told_in_the_same_form(
    served: Served, method: str, path: str, status: int
) -> None:
    response = httpx.request(method, served.url + path, timeout=PATIENCE)
    assert response.status_code == status
    assert response.json()["error_code"] == 404


def test_what_is_no_http_is_refused(served: Served) -> None:
    assert raw(served, b"\x16\x03\x01 no\r\n\r\n").startswith(b"HTTP/1.1 400")


def test_a_full_disk_is_told_and_nothing_is_acknowledged(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data")) as served:
        session = served.login()
        served.application.sync.ingest.journal._file.close()
        answer = send(served, [dossier(1)], session)
        assert answer["error_code"] in (500, 503)
