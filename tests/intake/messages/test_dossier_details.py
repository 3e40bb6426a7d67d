"""What a message says besides what indicators read: kept as it was said, where it has its form."""

from datetime import datetime

import pytest
from sync_message_builders import dossier, read, receive, row, step

from bochiso.intake.messages.dossier_details import amount, code, identifier

at = datetime.fromisoformat

FULL = {
    "MaLinhVuc": "G15-TN01", "TenLinhVuc": "Đất đai", "LoaiDoiTuong": "2", "NoiNopHoSo": "1", "HinhThuc": "0",
    "DuocThanhToanTrucTuyen": "2", "HoSoCoThanhPhanSoHoa": "1", "TaiKhoanDuocXacThucVoiVNeID": "0",
    "TaiLieuNop": [
        {"TepDinhKemId": "a1", "MaThanhPhanHoSo": "TP01", "IsDeleted": "0", "DuocSoHoa": "1",
         "DuocTaiSuDung": "1", "DuocLayTuKhoDMQG": "0", "MaKetQuaThayThe": "KQ.G15.000008"},
        {"MaThanhPhanHoSo": "TP02"},
    ],
    "DanhSachLePhi": [{"LoaiPhiLePhi": "1", "MaPhiLePhi": "LP", "Gia": "50.000", "HinhThucThu": "2"}],
    "DanhSachHoSoBoSung": [
        {"HoSoBoSungId": "6F9619FF-8B86-D011-B42D-00C04FC964FF", "TrangThaiBoSung": "1",
         "NgayBoSung": "20261009080000", "NgayTiepNhanBoSung": "20261010080000",
         "NgayHenTraTruoc": "20261015170000", "NgayHenTraMoi": "20261016170000"},
    ],
    "DanhSachGiayToKetQua": [{"MaGiayToKetQua": "KQ01", "MaThanhPhanHoSo": "TP03",
                              "DuongDanTepTinKetQua": "/1"}],
    "DSKetNoiCSDL": [{"MaCSDL": "1"}, {"MaCSDL": "2"}],
    "DanhSachTepDinhKemKhac": [{"TenGiayTo": "Giấy ủy quyền", "LoaiGiayTo": "GT01", "SoLuong": "2"}],
}  # fmt: skip


def test_every_field_that_is_not_personal_is_kept() -> None:
    found = row(dossier(**FULL))
    names = ("field", "field_name", "applicant", "filed_with", "return_way")
    assert {name: found[name] for name in names} == {
        "field": "G15-TN01", "field_name": "Đất đai", "applicant": 2, "filed_with": 1, "return_way": 0
    }  # fmt: skip
    assert (found["payment"], found["digitised"], found["verified"]) == (2, True, False)
    first, second = found["components"]
    assert first == {
        "code": "TP01", "deleted": False, "digitised": True, "reused": True, "from_store": False,
        "file": True, "replaced_by": "KQ.G15.000008",
    }  # fmt: skip
    assert second == dict.fromkeys(first) | {"code": "TP02", "file": False}
    assert found["fees"] == [{"kind": 1, "code": "LP", "amount": 50_000, "taken": 2}]
    assert found["requests"] == [
        {"id": "6f9619ff-8b86-d011-b42d-00c04fc964ff", "state": 1, "asked": at("2026-10-09T01")}
    ]
    assert found["supplements"][0]["due_after"] == at("2026-10-16T10")
    assert found["results"] == [{"kind": "KQ01", "component": "TP03", "file": True}]
    assert found["databases"] == ["1", "2"]
    assert found["others"] == [{"kind": "GT01", "count": 2}]


def test_what_a_message_has_not_is_null_not_no() -> None:
    found = row(dossier(DuocThanhToanTrucTuyen=..., TaiLieuNop=..., DanhSachLePhi=[]))
    names = ("field", "field_name", "applicant", "payment", "digitised", "components", "fees", "databases")
    assert {name: found[name] for name in names} == dict.fromkeys(names)


def test_a_step_keeps_its_sender_room_role_start_and_own_deadline() -> None:
    full = step(
        PhongBanXuLy="Phòng Kinh tế, Hạ tầng và Đô thị", ChucDanh="Phó Trưởng phòng",
        NgayBatDau="20261009080000", NgayKetThucTheoQuyDinh="20261013170000", NguoiXuLy="Nguyễn Văn Ví Dụ",
    )  # fmt: skip
    (found,) = receive(full, service="CapNhatTienDoHoSoMC").steps.to_pylist()
    assert {name: found[name] for name in ("sender", "room", "role", "started_at", "step_due_at")} == {
        "sender": "H15", "room": "Phòng Kinh tế, Hạ tầng và Đô thị", "role": "Phó Trưởng phòng",
        "started_at": at("2026-10-09T01"), "step_due_at": at("2026-10-13T10"),
    }  # fmt: skip


def test_what_has_not_its_form_is_left_out_and_counted_and_stops_no_dossier() -> None:
    received = receive(
        dossier(MaLinhVuc="Nguyễn Văn A", LoaiDoiTuong="0912345678", DanhSachLePhi=[{"Gia": "0912345678"}]),
        dossier(TenLinhVuc="Nguyễn Văn A"),
        step(NgayBatDau="sáng nay"),
        service=None,
    )
    assert (received.dossiers.num_rows, received.steps.num_rows, received.refused) == (2, 1, ())
    assert received.unread == {
        "MaLinhVuc": 1, "LoaiDoiTuong": 1, "DanhSachLePhi.Gia": 1, "TenLinhVuc": 1, "NgayBatDau": 1
    }  # fmt: skip


def test_fields_that_the_protocol_has_not_are_counted_by_name_and_their_values_are_not_kept() -> None:
    files = [{"TepDinhKemId": "1", "MaVach": "0912345678"}]
    received = receive(
        dossier(MaXa="Nguyễn Văn A", TaiLieuNop=files), dossier(MaXa={"x": 1}),
        dossier(**{"0912345678": "1"}), dossier(MaHoSo=["x"], MaXa="1"),
    )  # fmt: skip
    assert received.unknown == {"MaXa": 3, "TaiLieuNop.MaVach": 1, "?": 1}
    assert "0912345678" not in str(received.dossiers.to_pylist())
    assert receive(dossier(), step()).unknown == {}


@pytest.mark.parametrize("key", [" ", "  "])
def test_no_message_can_name_what_the_program_notes_itself(key: str) -> None:
    received = read(f'[{{"MaHoSo": "H15-261008-1", "{key}": ["Nguyễn Văn A", true]}}]'.encode())
    assert "Nguyễn" not in str(received.unknown)


@pytest.mark.parametrize(
    ("word", "kept"),
    [
        ("G15-TN01", "G15-TN01"), ("lv.x00", "LV.X00"),
        ("000.00.00.G19-KQ0001", "000.00.00.G19-KQ0001"), ("12", "12"), ("LP", "LP"), ("Nguyễn", None),
        ("nguyenvana", None), ("NGUYEN.VAN.A1", None),
        ("0912345678", None), ("0912.345.678", None), ("066000000766", None), ("a@b.vn", None),
        ("LINH", None),
        ("1" * 40, None),
    ],
)  # fmt: skip
def test_a_code_holds_no_name_and_no_number_of_a_person(word: str, kept: str | None) -> None:
    assert code(word) == kept


@pytest.mark.parametrize(
    ("word", "kept"),
    [
        ("12345-1", "12345-1"), ("507f1f77bcf86cd799439011", "507f1f77bcf86cd799439011"),
        ("1234567890123456789", "1234567890123456789"), ("0912345678", None), ("066000000766", None),
    ],
)  # fmt: skip
def test_a_request_is_known_by_what_a_machine_numbers_it_with(word: str, kept: str | None) -> None:
    assert identifier(word) == kept


@pytest.mark.parametrize(
    ("word", "kept"),
    [
        ("0", 0), ("50.000", 50_000), ("50,000 đồng", 50_000), ("1500000.0", 1_500_000),
        ("1.234.567", 1_234_567), ("2500000000", 2_500_000_000), ("miễn", None), ("0912345678", None),
        ("912345678", None),
        ("066000000766", None), ("-5", None), ("5.00.0", None),
    ],
)  # fmt: skip
def test_an_amount_is_no_number_of_a_person(word: str, kept: int | None) -> None:
    assert amount(word) == kept
