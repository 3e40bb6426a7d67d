"""A dossier's life as the messages that provincial systems send: DongBoHoSoMC and CapNhatTienDoHoSoMC."""

from collections.abc import Iterator
from typing import Any

from bochiso.simulate.lives import ASKED, FILED, REFUSED, RETURNED, Life, due_at, status_at
from bochiso.simulate.people import FIRMS, NAMES, citizen_number, mail, phone
from bochiso.simulate.rhythm import Rhythm

Message = dict[str, Any]

POPULATION, BUSINESS = "1", "2"
"""MaCSDL of the population and of the business database."""

_STATUS = tuple(str(status) for status in range(11))
_UNPAID = ("0", "", "3", None)

_GONE = object()
_UNCOUNTED = (
    *("Email", "Fax", "SoDienThoai", "TenLinhVuc", "ThongTinKhac", "GhiChu", "DonViXuLy", "ThongTinTra"),
    *("MaDoiTuong", "ChuHoSo", "TrichYeuHoSo", "DinhDanhCHS", "HinhThuc", "NoiNopHoSo", "MaLinhVuc"),
)
_FRAYS = tuple((field, value) for field in _UNCOUNTED for value in (_GONE, None, ""))

_STEPS = (
    ("", "", ""),
    ("", "", ""),
    ("Bộ phận Một cửa", "Công chức tiếp nhận", "Tiếp nhận hồ sơ"),
    ("Bộ phận Một cửa", "Công chức tiếp nhận", "Từ chối tiếp nhận hồ sơ"),
    ("Phòng chuyên môn", "Chuyên viên", "Thụ lý, giải quyết hồ sơ"),
    ("Phòng chuyên môn", "Chuyên viên", "Yêu cầu bổ sung, hoàn thiện hồ sơ"),
    ("Phòng chuyên môn", "Chuyên viên", "Yêu cầu thực hiện nghĩa vụ tài chính"),
    ("Bộ phận Một cửa", "Công chức tiếp nhận", "Trả lại hồ sơ theo đề nghị rút của người nộp"),
    ("Lãnh đạo đơn vị", "Lãnh đạo", "Dừng giải quyết hồ sơ do không đủ điều kiện"),
    ("Lãnh đạo đơn vị", "Lãnh đạo", "Ký duyệt, hoàn thành giải quyết hồ sơ"),
    ("Bộ phận Một cửa", "Công chức trả kết quả", "Trả kết quả cho người nộp"),
)
"""Department, title and text of a step, by status."""


def dossier_message(life: Life, rhythm: Rhythm, moment: int) -> Message:
    """The dossier as its system sends it at a moment not before its first one."""
    course, procedure, key, text = life.course, life.procedure, life.key, rhythm.text
    status, due = status_at(life, moment), due_at(life, moment)
    closed = 0 < course.closed <= moment
    returned = 0 < course.returned <= moment
    number = citizen_number(key)
    name = NAMES[key % len(NAMES)] if life.citizen else FIRMS[key % len(FIRMS)]
    paid = life.payment and course.paid_at <= moment
    message: Message = {
        "MaHoSo": life.number,
        "MaTTHC": procedure.code,
        "TenTTHC": procedure.name,
        "MaLinhVuc": procedure.field_code,
        "TenLinhVuc": procedure.field,
        "KenhThucHien": _STATUS[life.channel],
        "ChuHoSo": name,
        "LoaiDoiTuong": "1" if life.citizen else "2",
        "MaDoiTuong": number,
        "ThongTinKhac": "",
        "Email": mail(key),
        "Fax": "",
        "SoDienThoai": phone(key),
        "TrichYeuHoSo": f"{name} đề nghị giải quyết",
        "NgayNopHoSo": text(life.filed),
        "NgayTiepNhan": text(life.received) if life.received else "",
        "NgayHenTra": text(due) if life.due_named else "",
        "TrangThaiHoSo": _STATUS[status],
        "NgayTra": text(course.returned) if returned else "",
        "ThongTinTra": "",
        "HinhThuc": "1" if life.channel == 3 else "0",
        "NgayKetThucXuLy": "",
        "NgayTuChoi": "",
        "DonViXuLy": life.office.title,
        "NoiNopHoSo": "1" if life.channel == 2 and key & 3 else "2",
        "HoSoCoThanhPhanSoHoa": "1" if life.flagged else "0",
        "TaiKhoanDuocXacThucVoiVNeID": "1" if life.vneid else "0",
        "DuocThanhToanTrucTuyen": _STATUS[life.payment] if paid else _UNPAID[key & 3],
        "DinhDanhCHS": [{"LoaiDinhDanh": "1" if life.citizen else "2", "SoDinhDanh": number}],
        "DSKetNoiCSDL": [{"MaCSDL": POPULATION}]
        if life.joined
        else []
        if key & 7
        else [{"MaCSDL": BUSINESS}],
        "GhiChu": "",
    }
    if closed and (life.end_named or not returned):
        message["NgayTuChoi" if status == REFUSED else "NgayKetThucXuLy"] = text(course.closed)
    _add_lists(message, life, rhythm, moment, closed)
    if life.fray < len(_FRAYS) or life.channel == 1:
        _fray(message, life)
    return message


def _add_lists(message: Message, life: Life, rhythm: Rhythm, moment: int, closed: bool) -> None:
    """The lists that aren't empty."""
    if life.files:
        message["TaiLieuNop"] = _files(life)
    if fee := life.procedure.fee:
        # Collected with the dossier, or when the office asks for it.
        when = "2" if life.course.paid_at else "1"
        message["DanhSachLePhi"] = [_fee("Lệ phí", "LP", "0" if life.exempt else str(fee), when, "2")]
        if life.key & 3 == 0:
            message["DanhSachLePhi"].append(_fee("Phí bản sao", "PBS", "0", "1", "1"))
    if life.key & 15 == 0:
        message["DanhSachTepDinhKemKhac"] = [
            {"TenGiayTo": "Giấy ủy quyền", "SoLuong": "1", "LoaiGiayTo": "GT01"}
        ]
    if life.course.supplements and (asked := _supplements(life, rhythm, moment)):
        message["DanhSachHoSoBoSung"] = asked
    if closed and life.procedure.document:
        path = f"/ket-qua/{life.number}/vidu.signed.pdf" if life.result else ""
        message["DanhSachGiayToKetQua"] = [
            {
                "TenGiayTo": life.procedure.name,
                "MaThanhPhanHoSo": "KQ01",
                "GiayToId": f"KQ{life.key}",
                "DuongDanTepTinKetQua": path,
                "MaGiayToKetQua": "KQ01",
            }
        ]


def _fee(name: str, code: str, amount: str, when: str, kind: str) -> Message:
    return {"TenPhiLePhi": name, "MaPhiLePhi": code, "HinhThucThu": when, "Gia": amount, "LoaiPhiLePhi": kind}


def _files(life: Life) -> list[Message]:
    """The files of components; the first one shows what was reused or taken from the citizen's store."""
    number = life.key
    files: list[Message] = [
        {
            "TepDinhKemId": f"{number}-{part}",
            "TenTepDinhKem": f"vidu-{number}-{part}.pdf",
            "IsDeleted": "0",
            "MaThanhPhanHoSo": f"TP{part:02d}",
            "DuongDanTaiTepTin": f"/tep/{number}/vidu-{part}.pdf",
            "DuocSoHoa": "1",
            "DuocTaiSuDung": "0",
            "DuocLayTuKhoDMQG": "0",
            "MaKetQuaThayThe": "",
        }
        for part in range(1, life.files + 1)
    ]
    if life.reused:
        files[0] |= {"DuocTaiSuDung": "1", "MaKetQuaThayThe": "KQ01"}
    if life.stored:
        files[-1]["DuocLayTuKhoDMQG"] = "1"
    if number & 31 == 0:
        files.append(files[0] | {"TepDinhKemId": f"{number}-0", "IsDeleted": "1", "DuocTaiSuDung": "0",
                                 "MaKetQuaThayThe": "",
                                 "DuocLayTuKhoDMQG": "0"})  # fmt: skip
    return files


def _supplements(life: Life, rhythm: Rhythm, moment: int) -> list[Message]:
    """The requests for supplements made so far."""
    made: list[Message] = []
    before = life.course.due
    for part, supplement in enumerate(life.course.supplements, start=1):
        if supplement.asked > moment:
            break
        answered = 0 < supplement.answered <= moment
        moved = answered and supplement.due != before
        made.append(
            {
                "HoSoBoSungId": f"{life.key}-{part}",
                "NguoiYeuCauBoSung": life.office.staff[0],
                "NoiDungBoSung": "Bổ sung bản sao giấy tờ còn thiếu",
                "NgayBoSung": rhythm.text(supplement.asked),
                "NgayTiepNhanBoSung": rhythm.text(supplement.answered) if answered else "",
                "TrangThaiBoSung": "1" if answered else "0",
                "NgayHenTraTruoc": rhythm.text(before) if moved else "",
                "NgayHenTraMoi": rhythm.text(supplement.due) if moved else "",
            }
        )
        before = supplement.due
    return made


def _fray(message: Message, life: Life) -> None:
    """Fields missing, null or empty as in real messages, never one that changes a count."""
    if life.channel == 1 and life.key % 10 == 0:
        del message["KenhThucHien"]  # missing means in person
    if life.fray < len(_FRAYS):
        field, value = _FRAYS[life.fray]
        if value is _GONE:
            del message[field]
        else:
            message[field] = value


def steps(life: Life, rhythm: Rhythm, moment: int) -> Iterator[Message]:
    """The steps taken up to a moment, in order."""
    before = 0
    for at, status in life.course.timeline:
        if at > moment:
            return
        if status != FILED:
            yield step_message(life, rhythm, at, status, before)
        before = at


def step_message(life: Life, rhythm: Rhythm, at: int, status: int, before: int) -> Message:
    """One step: the status that was reached at a moment, begun at the moment before (0 for the first)."""
    room, title, done = _STEPS[status]
    staff = life.office.staff
    return {
        "MaHoSo": life.number,
        "NguoiXuLy": staff[(life.key + status) % len(staff)],
        "ChucDanh": title,
        "ThoiDiemXuLy": rhythm.text(at),
        "PhongBanXuLy": room,
        "NoiDungXuLy": done,
        "TrangThai": _STATUS[status],
        "NgayBatDau": rhythm.text(before) if before else "",
        "NgayKetThucTheoQuyDinh": rhythm.text(life.course.due) if status not in (ASKED, RETURNED) else "",
    }
