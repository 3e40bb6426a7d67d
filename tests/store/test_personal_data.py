"""Personal data stops at the door: it reaches neither the data folder nor what is printed."""

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from command_runner import BOCHISO, Done, run
from waiting import until

from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.folder import DataFolder
from bochiso.store.journal.journal import read_journal

MARKS = ("Dấu-Vết", "dauvet", "0766000766", "066000000766", "dau.vet@example.com")
NAME, FILE, PHONE, PERSON, MAIL = MARKS
FREE = f"{NAME} {PHONE} {MAIL} {PERSON}"

PEOPLE = {
    "TenTTHC": FREE, "TenLinhVuc": FREE, "MaLinhVuc": FREE, "ChuHoSo": NAME, "MaDoiTuong": PERSON,
    "ThongTinKhac": FREE, "Email": MAIL, "Fax": PHONE, "SoDienThoai": PHONE, "TrichYeuHoSo": FREE,
    "ThongTinTra": FREE, "DonViXuLy": NAME,
    "HinhThuc": FREE, "NoiNopHoSo": FREE, "LoaiDoiTuong": FREE, "GhiChu": FREE, "KhongCo": FREE,
    "DinhDanhCHS": [{"LoaiDinhDanh": "1", "SoDinhDanh": PERSON}],
    "DSKetNoiCSDL": [{"MaCSDL": NAME}],
    "TaiLieuNop": [
        {"TepDinhKemId": FILE, "TenTepDinhKem": f"{FILE}.pdf", "DuongDanTaiTepTin": f"https://x/{FILE}.pdf",
         "MaThanhPhanHoSo": FILE, "MaKetQuaThayThe": FILE, "IsDeleted": NAME, "DuocTaiSuDung": NAME}
    ],
    "DanhSachLePhi": [{"TenPhiLePhi": FREE, "MaPhiLePhi": FREE, "HinhThucThu": FREE, "Gia": FREE}],
    "DanhSachHoSoBoSung": [
        {"HoSoBoSungId": FREE, "NguoiYeuCauBoSung": NAME, "NoiDungBoSung": FREE, "NgayBoSung": FREE,
         "NgayTiepNhanBoSung": NAME, "TrangThaiBoSung": FREE}
    ],
    "DanhSachGiayToKetQua": [
        {"TenGiayTo": FREE, "GiayToId": FILE, "DuongDanTepTinKetQua": f"/{FILE}.pdf", "MaGiayToKetQua": FILE}
    ],
    "DanhSachTepDinhKemKhac": [{"TenGiayTo": FILE, "LoaiGiayTo": FREE, "SoLuong": PHONE}],
    "NguoiXuLy": NAME, "ChucDanh": NAME, "PhongBanXuLy": FREE, "NoiDungXuLy": FREE, "NgayBatDau": FREE,
    "NgayKetThucTheoQuyDinh": FREE,
}  # fmt: skip


def dossier(n: int, **changes: Any) -> dict[str, Any]:
    known = {"MaHoSo": f"H15.1-261008-{n:05d}", "NgayTiepNhan": "20261008083000", "TrangThaiHoSo": "4"}
    return PEOPLE | known | changes


def items() -> list[Any]:
    """Good and bad ones, a mark wherever anything may stand."""
    read = ("MaHoSo", "NgayTiepNhan", "NgayHenTra", "NgayTra", "TrangThaiHoSo", "NgayNopHoSo", "NgayTuChoi")
    odd = (
        "MaTTHC",
        "KenhThucHien",
        "HoSoCoThanhPhanSoHoa",
        "DuocThanhToanTrucTuyen",
        "TaiKhoanDuocXacThucVoiVNeID",
    )
    coded = ("MaLinhVuc", "TenLinhVuc", "LoaiDoiTuong", "NoiNopHoSo", "HinhThuc", "DuocThanhToanTrucTuyen")
    step = {"MaHoSo": "H15.1-261008-00001", "ThoiDiemXuLy": "20261009100000", "TrangThai": "9"} | {
        name: PEOPLE[name] for name in ("NguoiXuLy", "ChucDanh", "PhongBanXuLy", "NoiDungXuLy", "NgayBatDau")
    }
    marks = (FREE, *MARKS, f"Phòng {NAME}", f"Chuyên viên {NAME} {PHONE}", f"Đất đai {NAME}")
    return [
        *(dossier(n) for n in range(20)),
        *(
            dossier(50, **{name: value})
            for name in (*read, *odd)
            for value in (FREE, NAME, PHONE, [FREE], {NAME: 1})
        ),
        *(dossier(70, **{name: mark}) for name in coded for mark in marks),
        *(
            dossier(80, **{name: [dict.fromkeys(part, mark)]})
            for name, parts in PEOPLE.items()
            if isinstance(parts, list)
            for part in parts
            for mark in marks
        ),
        *(dossier(90, **{mark: mark}) for mark in marks),
        *(step | {field: mark} for field in ("ChucDanh", "PhongBanXuLy", "NgayBatDau") for mark in marks),
        *(dossier(60, **{name: FREE}) for name in PEOPLE),
        step,
        step | {"ThoiDiemXuLy": FREE},
        step | {"TrangThai": NAME},
        FREE,
        [FREE],
        {NAME: FREE},
    ]


def said(folder: DataFolder) -> str:
    """All that a data folder holds, unpacked."""
    texts = [
        path.read_bytes().decode("utf-8", "replace") for path in folder.root.rglob("*") if path.is_file()
    ]
    texts += [path.name for path in folder.root.rglob("*")]
    for _, entries in read_journal(folder.journal):
        for entry in entries:
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, entry.batch.schema) as writer:
                writer.write_batch(entry.batch)
            texts += [sink.getvalue().to_pybytes().decode("utf-8", "replace"), str(entry.batch.to_pylist())]
    with open_dossiers(folder) as db:
        for (table,) in db.execute("select table_name from duckdb_tables()").fetchall():
            texts.append(str(db.execute(f"from {table}").fetchall()))
    return "\n".join(texts)


def bochiso(folder: DataFolder, *words: str) -> Done:
    return run("--data", folder.root, *words)


def assert_clean(text: str) -> None:
    assert [mark for mark in MARKS if mark.lower() in text.lower()] == []


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


def test_no_mark_is_kept_or_printed(folder: DataFolder, tmp_path: Path) -> None:
    texts = {
        "a.jsonl": "\n".join(map(json.dumps, items())) + f'\n{{"MaHoSo": "{FREE}',
        "b.json": json.dumps({"session": FREE, "madonvi": FREE, "service": FREE, "data": items()}),
        "c.json": json.dumps(items(), ensure_ascii=False)[:-30],
        "d.csv": "Mã hồ sơ,Chủ hồ sơ,Ngày tiếp nhận\n"
        f"H15.1-261008-00001,{NAME},{NAME}\n{NAME},{NAME},{NAME}\nH15.1-261008-00002,{NAME},08/10/2026\n",
        "e.json": FREE,
    }
    petitions = (
        "Mã phản ánh,Người gửi,Nội dung,Mã đơn vị,Ngày gửi\n"
        f"P1,{NAME},{FREE},H15,08/10/2026\nP2,{NAME},{FREE},{NAME},{PHONE}\n{MAIL},,,,\n"
    )
    (tmp_path / "petitions.csv").write_text(petitions, "utf-8")
    printed = ""
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8")
        done = bochiso(folder, "import", "dossiers", str(tmp_path / name))
        printed += done.out + done.err
        assert done.code in (1, 2)
        assert "Traceback" not in done.err
    others = {
        "petitions": (
            "Mã PAKN,Đơn vị xử lý,Trạng thái,Đánh giá,Ngày gửi\n"
            f"P3,{NAME},,,08/10/2026\nP4,,{NAME},,08/10/2026\nP5,,,{FREE},08/10/2026\nP6,,,,08/10/2026\n"
        ),
        "ratings": (
            "Mã hồ sơ,Họ tên,Ý kiến,Ngày đánh giá,Đánh giá\n"
            f"H15.1-261008-00001,{NAME},{FREE},09/10/2026,Hài lòng\n{FREE},,,09/10/2026,Hài lòng\n"
            f"H15.1-261008-00002,,,{PHONE},Hài lòng\nH15.1-261008-00003,,,09/10/2026,{FREE}\n"
        ),
    }
    for kind, text in others.items():
        (tmp_path / f"{kind}-2.csv").write_text(text, "utf-8")
        done = bochiso(folder, "import", kind, str(tmp_path / f"{kind}-2.csv"))
        assert done.code == 1, done.err
        printed += done.out + done.err
    done = bochiso(folder, "import", "petitions", str(tmp_path / "petitions.csv"))
    assert done.code == 1
    assert_clean(printed + done.out + done.err)
    assert_clean(said(folder))
    with open_dossiers(folder) as db:
        assert db.execute("select count(*) from dossiers").fetchone() == (25,)
        found = db.execute("select result_file, component_file from dossiers limit 1").fetchone()
        assert found == (True, True)


@pytest.mark.landing
@pytest.mark.skipif(os.name == "nt", reason="kill -9")
def test_killed_in_the_middle_it_leaves_no_mark_either(folder: DataFolder, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for n in range(40_000):
            file.write(json.dumps(dossier(n)) + "\n")
    command = [*BOCHISO, "--data", str(folder.root), "import", "dossiers", str(path)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        journal = folder.journal / "000001.log"
        until(lambda: journal.exists() and journal.stat().st_size >= 1000)
        child.send_signal(signal.SIGKILL)
    assert_clean(said(folder))
    again = bochiso(folder, "import", "dossiers", str(path))
    assert again.code == 0, again.err
    with open_dossiers(folder) as db:
        assert db.execute("select count(*), count(distinct dossier) from dossiers").fetchone() == (
            40_000,
            40_000,
        )
