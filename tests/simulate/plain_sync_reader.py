"""What the index reads in sync messages, in the plainest words: for the tests of the simulator."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from bochiso.simulate.procedure_catalogue import SimulatedProcedure

Message = dict[str, Any]


def at(text: str | None) -> datetime | None:
    """A moment of a message."""
    return datetime.strptime(text, "%Y%m%d%H%M%S") if text else None  # noqa: DTZ007


def unit_of(message: Message) -> str:
    """The unit of a dossier of a simulated province: the first two parts of its number."""
    return ".".join(message["MaHoSo"].split("-")[0].split(".")[:2])


def is_on_time(message: Message, procedure: SimulatedProcedure, end_of_period: datetime) -> bool:
    """Indicator 2.1 for one dossier that has been received."""
    asked = [
        (at(s["NgayBoSung"]), at(s["NgayTiepNhanBoSung"])) for s in message.get("DanhSachHoSoBoSung") or ()
    ]
    waited = sum((b - a for a, b in asked if a and b), timedelta())
    open_requests = [a for a, b in asked if a and b is None]
    end = at(message["NgayKetThucXuLy"]) or at(message["NgayTra"]) or at(message["NgayTuChoi"])
    if end is None and len(open_requests) > 1:
        return False
    end = end or (open_requests[0] if open_requests else end_of_period)
    due = at(message["NgayHenTra"])
    if due is None:
        start = at(message["NgayTiepNhan"]) or at(message["NgayNopHoSo"])
        assert start is not None
        return end - start - waited <= timedelta(days=procedure.days)
    return end - waited <= due


def count(
    messages: Iterable[Message], procedures: dict[str, SimulatedProcedure], end: datetime
) -> dict[Any, Any]:
    """Numerators and denominators by unit and indicator, of dossiers alone."""
    over: dict[str, Counter[str]] = defaultdict(Counter)
    under: dict[str, Counter[str]] = defaultdict(Counter)
    for message in messages:
        if message["TrangThaiHoSo"] == "1":
            continue
        procedure, unit = procedures[message["MaTTHC"]], unit_of(message)
        files = [f for f in message.get("TaiLieuNop") or () if f["IsDeleted"] != "1"]
        result = any(g["DuongDanTepTinKetQua"] for g in message.get("DanhSachGiayToKetQua") or ())
        amounts = [int(fee["Gia"]) for fee in message.get("DanhSachLePhi") or ()]
        owes = procedure.fee > 0 and any(amounts)
        store = any(f["DuocLayTuKhoDMQG"] == "1" for f in files)
        joined = any(c["MaCSDL"] == "1" for c in message["DSKetNoiCSDL"])
        reused = any(f["DuocTaiSuDung"] == "1" for f in files)
        facts: dict[str, tuple[bool, bool]] = {
            "RESOLVED_ON_TIME": (is_on_time(message, procedure, end), True),
            "ONLINE_FILING": (message.get("KenhThucHien") == "2", True),
            "PAYMENT_DOSSIERS": (owes and message["DuocThanhToanTrucTuyen"] in ("1", "2"), owes),
            "ORIGINAL_RESULT_AVAILABLE": (procedure.document and result, procedure.document),
            "SO_HOA_GIAY_TO_GIAI_QUYET": (bool(files) and (result or not procedure.document), True),
            "REUSED_DIGITIZED_DATA": (reused or message["HoSoCoThanhPhanSoHoa"] == "1", True),
            "SYNCED_WITH_DVCQG_PERSONAL_STORAGE": (store, True),
            "CITIZEN_DATA_CONNECTED_DOSSIER": (
                store or joined or message["TaiKhoanDuocXacThucVoiVNeID"] == "1",
                True,
            ),
        }
        for indicator, (numerator, denominator) in facts.items():
            over[unit][indicator] += numerator
            under[unit][indicator] += denominator
    return {(u, i): (over[u][i], under[u][i]) for u in under for i in under[u]}
