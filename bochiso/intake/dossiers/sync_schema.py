"""One item of a sync message as it is decoded: the fields that an indicator reads, and no others.

What isn't named here (who filed it, their number, telephone, e-mail, free text) is skipped by the
decoder and never becomes a value. Of names and addresses of files only the presence is used.
"""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta, Struct

Scalar = str | int | float | bool | None
"""A field as the systems write it: text for the most part, at times a number or a flag."""

UNREADABLE = "?"
"""Stands for a list or an object where a text should be: given, and of no use."""

LONGEST_LIST = 1_000
"""Parts of a list of one item; a longer one is no list that an office made."""

LARGEST_ODD = 1_000_000
"""Bytes of an item whose types are others than the protocol's, which take long to sort out."""

T = TypeVar("T")
Parts = Annotated[list[T], Meta(max_length=LONGEST_LIST)]


class FileItem(Struct, gc=False):
    """A file that was handed in (TaiLieuNop)."""

    TepDinhKemId: Scalar = None
    TenTepDinhKem: Scalar = None
    DuongDanTaiTepTin: Scalar = None
    IsDeleted: Scalar = None
    DuocTaiSuDung: Scalar = None
    DuocLayTuKhoDMQG: Scalar = None


class FeeItem(Struct, gc=False):
    """A fee (DanhSachLePhi)."""

    Gia: Scalar = None


class SupplementItem(Struct, gc=False):
    """A request for supplements (DanhSachHoSoBoSung): made, answered, the due date before and after it."""

    NgayBoSung: Scalar = None
    NgayTiepNhanBoSung: Scalar = None
    NgayHenTraTruoc: Scalar = None
    NgayHenTraMoi: Scalar = None


class ResultItem(Struct, gc=False):
    """A paper of the result (DanhSachGiayToKetQua)."""

    DuongDanTepTinKetQua: Scalar = None


class DatabaseItem(Struct, gc=False):
    """A database that was asked (DSKetNoiCSDL)."""

    MaCSDL: Scalar = None


class SyncItem(Struct, gc=False):
    """A dossier of DongBoHoSoMC, or a step of CapNhatTienDoHoSoMC (the last two fields)."""

    MaHoSo: Scalar = None
    MaTTHC: Scalar = None
    KenhThucHien: Scalar = None
    TrangThaiHoSo: Scalar = None
    NgayNopHoSo: Scalar = None
    NgayTiepNhan: Scalar = None
    NgayHenTra: Scalar = None
    NgayKetThucXuLy: Scalar = None
    NgayTra: Scalar = None
    NgayTuChoi: Scalar = None
    HoSoCoThanhPhanSoHoa: Scalar = None
    TaiKhoanDuocXacThucVoiVNeID: Scalar = None
    DuocThanhToanTrucTuyen: Scalar = None
    TaiLieuNop: Parts[FileItem] | None = None
    DanhSachLePhi: Parts[FeeItem] | None = None
    DanhSachHoSoBoSung: Parts[SupplementItem] | None = None
    DanhSachGiayToKetQua: Parts[ResultItem] | None = None
    DSKetNoiCSDL: Parts[DatabaseItem] | None = None
    ThoiDiemXuLy: Scalar = None
    TrangThai: Scalar = None
    wrong: bool = msgspec.field(default=False, name=" ")
    """Whether a list was something else, and is taken as missing."""


LISTS: dict[str, type[Struct]] = {
    "TaiLieuNop": FileItem,
    "DanhSachLePhi": FeeItem,
    "DanhSachHoSoBoSung": SupplementItem,
    "DanhSachGiayToKetQua": ResultItem,
    "DSKetNoiCSDL": DatabaseItem,
}
"""The fields that hold lists, and what of."""

_SCALARS = tuple(name for name in SyncItem.__struct_fields__ if name not in LISTS and name != "wrong")

_ITEM = msgspec.json.Decoder(SyncItem)
_ANYTHING = msgspec.json.Decoder()


def decode_item(data: bytes | memoryview | msgspec.Raw) -> SyncItem | None:
    """One item from JSON, whatever the types of its fields.

    None where it is no JSON object, or a huge one whose types are others than the protocol's.
    """
    try:
        return _ITEM.decode(data)
    except (msgspec.ValidationError, RecursionError):
        pass
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if memoryview(data).nbytes > LARGEST_ODD:
        return None
    try:
        return lenient_item(_ANYTHING.decode(data))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def lenient_item(value: object) -> SyncItem | None:
    """An item from decoded JSON or a row of a table; None where it is no object.

    A list may be JSON in a text (a cell of a table); what else stands for a list, or is longer than
    any list, counts as missing.
    """
    if not isinstance(value, Mapping):
        return None
    item = SyncItem()
    for name in _SCALARS:
        if (given := value.get(name)) is not None:
            setattr(item, name, _scalar(given))
    for name, kind in LISTS.items():
        given = value.get(name)
        if given is None or given == "":
            continue
        found = _list(given, kind)
        item.wrong |= found is None
        setattr(item, name, found)
    return item


def _scalar(value: Any) -> Scalar:
    return value if isinstance(value, str | int | float) else UNREADABLE


def _list(value: Any, kind: type[Struct]) -> list[Struct] | None:
    if isinstance(value, str):
        try:
            value = _ANYTHING.decode(value)
        except (msgspec.DecodeError, RecursionError):
            return None
    if isinstance(value, Mapping):
        value = [value]  # some systems write a list of one as the one
    if not isinstance(value, list) or len(value) > LONGEST_LIST:
        return None
    return [_part(each, kind) for each in value if isinstance(each, Mapping)]


def _part(value: Mapping[str, Any], kind: type[Struct]) -> Struct:
    given = {name: value.get(name) for name in kind.__struct_fields__}
    return kind(**{name: _scalar(each) for name, each in given.items() if each is not None})
