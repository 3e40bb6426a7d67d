"""Nothing personal in the data folder or the log, wherever it stands in what is sent."""

import gzip
import json
import logging
from datetime import date
from pathlib import Path

import httpx
import msgspec
import pyarrow as pa
import pytest
from loopback_server import call, send, serving
from waiting import PATIENCE

from bochiso.simulate.dossier_stream import simulate_events
from bochiso.simulate.people import DIGIT_MARK, MAIL_MARK, NAME_MARK
from bochiso.simulate.sync_client import EnvelopeForm, SyncClient
from bochiso.store.folder import DataFolder
from bochiso.store.journal.journal import read_journal

SECRET = "Ví Dụ 000012345678 vidu7@example.com"
MARKS = [
    NAME_MARK,
    "V\\u00ed D\\u1ee5",
    "V%C3%AD",
    DIGIT_MARK + "12345678",
    MAIL_MARK,
    "vidu.signed",
    "vidu7",
]
PERSONAL = ("ChuHoSo", "MaDoiTuong", "Email", "Fax", "SoDienThoai", "TrichYeuHoSo", "GhiChu", "ThongTinKhac",
            "ThongTinTra", "TenTTHC", "TenLinhVuc", "DonViXuLy", "NguoiXuLy", "NoiDungXuLy",
            "ChucDanh")  # fmt: skip
READ = ("MaHoSo", "MaTTHC", "KenhThucHien", "TrangThaiHoSo", "NgayNopHoSo", "NgayHenTra", "NgayTra",
        "HoSoCoThanhPhanSoHoa", "DuocThanhToanTrucTuyen", "TaiLieuNop", "DSKetNoiCSDL",
        "TrangThai")  # fmt: skip


def everything_on_disk(folder: DataFolder) -> str:
    """The bytes of every file, and what the compressed journal holds."""
    texts = [
        path.read_bytes().decode("utf-8", "replace") for path in folder.root.rglob("*") if path.is_file()
    ]
    for _, entries in read_journal(folder.journal):
        for entry in entries:
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, entry.batch.schema) as writer:
                writer.write_batch(entry.batch)
            texts.append(sink.getvalue().to_pybytes().decode("utf-8", "replace"))
    return "\n".join(texts)


def test_nothing_personal_reaches_the_disk_or_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore"):  # the client's own log isn't the server's
        logging.getLogger(name).setLevel(logging.WARNING)
    folder = DataFolder(tmp_path / "data")
    with serving(folder) as served:
        for form in EnvelopeForm:
            with SyncClient(f"{served.url}/dong-bo", "H15", served.name, served.secret, form=form) as client:
                session = client.login()
                days = (date(2026, 6, 1), date(2026, 6, 30))
                assert {each.code for each in client.push(simulate_events("H15", 150, 1, *days))} == {0}
        number = "H15.50-261005-00001"
        full = {"MaHoSo": number, "TrangThaiHoSo": "4"} | dict.fromkeys(PERSONAL, SECRET)
        files = [{"TenTepDinhKem": SECRET, "DuongDanTaiTepTin": SECRET, "TepDinhKemId": SECRET}]
        items = [full | {"TaiLieuNop": files, "DinhDanhCHS": [{"SoDinhDanh": SECRET}]}]
        items += [full | {field: SECRET} for field in READ]
        items += [full | {field: [{SECRET: SECRET}]} for field in READ]
        answers = [send(served, [*items, SECRET, [SECRET]], session)]
        answers.append(call(served, "CapNhatTienDoHoSoMC", items, session))
        answers += bad_calls(served.url, session, items)
        served.settle()
    said = json.dumps(answers, ensure_ascii=False) + caplog.text
    kept = everything_on_disk(folder)
    assert number in kept
    assert "POST /dong-bo/DongBoHoSoMC 200 0 " in caplog.text
    for mark in MARKS:
        assert mark not in kept
        assert mark not in said
    for mark in (session, served.secret):
        assert mark not in kept
        assert mark not in caplog.text


def bad_calls(url: str, session: str, items: list[dict[str, object]]) -> list[object]:
    """Calls that go wrong, with something personal in every corner of them."""
    body = msgspec.json.encode(items)
    with httpx.Client(
        base_url=f"{url}/dong-bo", headers={"Authorization": f"Bearer {session}"}, timeout=PATIENCE
    ) as client:
        calls = [
            client.post("DongBoHoSoMC", content=body[:-30]),
            client.post("DongBoHoSoMC", content=b"{" + body),
            client.post("DongBoHoSoMC", content=body, params={"MaDinhDanhDV": SECRET, "isUpdating": SECRET}),
            client.post(
                "DongBoHoSoMC", content=gzip.compress(body)[:-20], headers={"Content-Encoding": "gzip"}
            ),
            client.post("DongBoHoSoMC", content=body, headers={"Content-Encoding": "vidu7"}),
            client.post(
                "gateway", json={"session": SECRET, "madonvi": SECRET, "service": SECRET, "data": items}
            ),
            client.post("gateway", json={"madonvi": "H15", "service": SECRET, "data": items}),
            client.post("login", json={"username": SECRET, "password": SECRET}),
            client.post("login", content=SECRET.encode()),
            client.post(f"{SECRET}/{SECRET}", content=body, params={"q": SECRET}),
            client.get("DongBoHoSoMC", params={"session": SECRET}),
        ]
    return [each.json() for each in calls]
