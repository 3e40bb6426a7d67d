"""Short ways to build sync messages and to look at what came of them."""

import json
from typing import Any

from bochiso.intake.messages.items import ReceivedItems, read_items
from bochiso.intake.messages.sync_messages import decode_items, open_message
from bochiso.text import Lang

NUMBER = "H15.50.05.13-261008-0975"


def dossier(**changes: Any) -> dict[str, Any]:
    """A dossier as a provincial system sends it: received, in progress, due."""
    item = {
        "MaHoSo": NUMBER, "MaTTHC": "1.000656.000.00.00.H15", "TenTTHC": "Đăng ký khai tử",
        "KenhThucHien": "2", "NgayNopHoSo": "20261008080000", "NgayTiepNhan": "20261008083000",
        "NgayHenTra": "20261015170000", "TrangThaiHoSo": "4", "NgayTra": "", "NgayKetThucXuLy": None,
        "DuocThanhToanTrucTuyen": "0", "TaiLieuNop": [], "DanhSachLePhi": [],
    }  # fmt: skip
    return {name: value for name, value in (item | changes).items() if value is not ...}


def step(status: object = "9", moment: object = "20261012100000", **changes: Any) -> dict[str, Any]:
    """A processing step."""
    return {"MaHoSo": NUMBER, "ThoiDiemXuLy": moment, "TrangThai": status} | changes


def receive(*items: object, **envelope: Any) -> ReceivedItems:
    """What came of items sent in one message."""
    body = {"session": "s", "madonvi": "H15", "service": "DongBoHoSoMC", "isUpdating": "False"}
    return read(json.dumps(body | envelope | {"data": list(items)}).encode())


def read(body: bytes) -> ReceivedItems:
    """What came of a message."""
    told = open_message(body)
    return read_items(
        decode_items(told.data), sender=told.sender, updating=bool(told.updating), steps=told.steps
    )


def row(*items: object, **envelope: Any) -> dict[str, Any]:
    """The one dossier that was taken."""
    received = receive(*items, **envelope)
    assert reasons(received) == []
    (only,) = received.dossiers.to_pylist()
    return dict(only)


def reasons(received: ReceivedItems) -> list[str]:
    """What the sender reads, a line a refused item."""
    return [refused.render(Lang.EN) for refused in received.refused]
