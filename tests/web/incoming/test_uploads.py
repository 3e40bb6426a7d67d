"""Files brought in on the page: what is wrong with one is said on the page, and never breaks it."""

import http.client
import io
import re
import socket
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import bombs
import httpx
import pytest
from loopback_server import serving
from officer_clients import Officer, officer
from public_pages import words
from waiting import PATIENCE

from bochiso.store.figures.evidence import Evidence
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.web.core import page_services

GOOD = "unit,unit_name,level,total\nH21.17,Sở Y tế,department,70.37\n"


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        file.writestr("xl/workbook.xml", b" " * 200_000_000)
    return out.getvalue()


BAD = {
    **{f"xa, {how}.xlsx": data for how, data in bombs.FAR_CELLS.items()},
    **{f"mũ {number}.json": data for number, data in bombs.EXPONENTS.items()},
    **{f"nửa chữ, {where}.json": data for where, data in bombs.HALF_SIGNS.items()},
    "trống.csv": b"",
    "rác.xlsx": b"\x00\xff" * 500,
    "bom.xlsx": bomb(),
    "không-cột.csv": b"a,b\n1,2\n",
    "chữ.csv": "unit,total\nH21.17,bảy mươi\n".encode(),
    "latin.csv": "unit,total\nSở Y tế,70".encode("utf-16"),
    "sâu.json": b"[" * 100_000,
    "ảnh.png": b"\x89PNG\r\n\x1a\n",
    "../../thoát.csv": b"x",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    return DataFolder(tmp_path_factory.mktemp("uploads") / "data")


@pytest.fixture(scope="module")
def office(folder: DataFolder) -> Iterator[Officer]:
    with serving(folder) as served, officer(served) as found:
        yield found


def upload(office: Officer, name: str, content: bytes, **fields: str) -> httpx.Response:
    plain = {"loai": "points", "ngay": "2026-10-07", "ky": "", "nhan": ""}
    return office.post("/du-lieu", plain | fields, files={"tep": (name, content)})


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_told_on_the_page_and_nothing_is_kept(
    office: Officer, folder: DataFolder, name: str
) -> None:
    before = Evidence(folder.evidence).seqs()
    answer = upload(office, name, BAD[name])
    assert answer.status_code == 422
    told = words(answer.text.partition('role="alert"')[2])
    assert told.lstrip("> ").startswith(Path(name).name)  # as the file is called
    assert Evidence(folder.evidence).seqs() == before


@pytest.mark.parametrize(
    "fields",
    [{"loai": "measured"}, {"loai": "../x"}, {"ngay": "31/02/2026"}, {"ngay": ""}, {"ky": "2026-Q9"}],
)
def test_a_wrong_field_is_told_on_the_page(office: Officer, fields: dict[str, str]) -> None:
    assert upload(office, "điểm.csv", GOOD.encode(), **fields).status_code == 422


def test_a_form_without_its_token_is_refused(office: Officer) -> None:
    assert upload(office, "điểm.csv", GOOD.encode(), csrf="").status_code == 403


def test_what_is_too_large_is_refused_before_it_is_read(office: Officer) -> None:
    client = office.client
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    caller = http.client.HTTPConnection(client.base_url.host, client.base_url.port or 80, timeout=PATIENCE)
    caller.putrequest("POST", "/du-lieu")
    for name, value in (
        ("Cookie", cookies),
        ("Content-Length", "99999999999"),
        ("Content-Type", "text/plain"),
    ):
        caller.putheader(name, value)
    caller.endheaders()
    assert caller.getresponse().status == 413
    caller.close()


def test_an_upload_that_stops_is_told_so_and_let_go(office: Officer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_services, "STALL_SECONDS", 0.2)
    client = office.client
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    head = (
        f"POST /du-lieu HTTP/1.1\r\nHost: x\r\nCookie: {cookies}\r\nContent-Length: 500000\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n"
    )
    place = (client.base_url.host, client.base_url.port or 80)
    with socket.create_connection(place, timeout=PATIENCE) as caller:
        caller.sendall(head.encode())
        answer = b""
        while part := caller.recv(65536):
            answer += part
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert "quá chậm hoặc bị ngắt giữa chừng" in answer.decode()


def test_a_good_file_is_kept_and_its_reading_shown(office: Officer, folder: DataFolder) -> None:
    answer = upload(office, "điểm.csv", GOOD.encode(), nhan="tuần 01 tháng 10/2026")
    assert answer.status_code == 200
    assert "nhận 1, từ chối 0" in re.sub(r"\s+", " ", answer.text)
    with open_store(folder) as store:
        (snapshot,) = store.snapshots()
        assert snapshot.label == "tuần 01 tháng 10/2026"


def test_names_of_files_never_leave_the_folder(folder: DataFolder) -> None:
    assert not list(Path(folder.root).parent.glob("*thoát*"))


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on processes")
def test_a_file_that_takes_all_memory_ends_only_the_process_that_reads_it(
    office: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bochiso.intake.formats.isolated_reading.MEMORY_BYTES", 2 * 2**30)
    told = upload(office, "chữ chung.xlsx", bombs.shared_string())
    assert told.status_code == 422
    assert "quá nhiều bộ nhớ hoặc thời gian" in told.text
    assert upload(office, "tốt.csv", GOOD.encode()).status_code == 200
