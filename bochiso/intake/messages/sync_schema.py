"""One item of a sync message as it is decoded: the fields that are kept, and the names of the others.

What is personal (who filed it, their number, telephone, e-mail, free text, names of files) is left as
the bytes that it came in, and never becomes a value. Of addresses of files only the presence is used.
A field that the protocol doesn't have is skipped; its name alone is told.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta, Raw, Struct

Scalar = str | int | float | bool | None
"""A field as the systems write it: text for the most part, at times a number or a flag."""

UNREADABLE = "?"
"""Stands for a list or an object where a text should be: given, and of no use."""

LONGEST_LIST = 1_000
"""Parts of a list of one item; a longer one is no list that an office made."""

LARGEST_ODD = 1_000_000
"""Bytes of an item whose types are others than the protocol's, which take long to sort out."""

_LEFT = Raw()

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
    MaThanhPhanHoSo: Scalar = None
    DuocSoHoa: Scalar = None
    MaKetQuaThayThe: Scalar = None


class FeeItem(Struct, gc=False):
    """A fee (DanhSachLePhi): its kind, its amount, when it is collected."""

    Gia: Scalar = None
    LoaiPhiLePhi: Scalar = None
    MaPhiLePhi: Scalar = None
    HinhThucThu: Scalar = None
    TenPhiLePhi: Raw = _LEFT


class SupplementItem(Struct, gc=False):
    """A request for supplements (DanhSachHoSoBoSung): made, answered, the due date before and after it."""

    HoSoBoSungId: Scalar = None
    TrangThaiBoSung: Scalar = None
    NguoiYeuCauBoSung: Raw = _LEFT
    NoiDungBoSung: Raw = _LEFT
    NgayBoSung: Scalar = None
    NgayTiepNhanBoSung: Scalar = None
    NgayHenTraTruoc: Scalar = None
    NgayHenTraMoi: Scalar = None


class ResultItem(Struct, gc=False):
    """A paper of the result (DanhSachGiayToKetQua)."""

    DuongDanTepTinKetQua: Scalar = None
    MaGiayToKetQua: Scalar = None
    MaThanhPhanHoSo: Scalar = None
    TenGiayTo: Raw = _LEFT
    GiayToId: Raw = _LEFT


class DatabaseItem(Struct, gc=False):
    """A database that was asked (DSKetNoiCSDL)."""

    MaCSDL: Scalar = None


class FieldNames:
    """Names that this program noted; of a kind of its own, so that no message can hold any."""

    __slots__ = ("names",)

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names


class OtherItem(Struct, gc=False):
    """Other papers that were handed in (DanhSachTepDinhKemKhac)."""

    LoaiGiayTo: Scalar = None
    SoLuong: Scalar = None
    TenGiayTo: Raw = _LEFT


class SyncItem(Struct, gc=False):
    """A dossier of DongBoHoSoMC, or a step of CapNhatTienDoHoSoMC."""

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
    DanhSachTepDinhKemKhac: Parts[OtherItem] | None = None
    MaLinhVuc: Scalar = None
    TenLinhVuc: Scalar = None
    LoaiDoiTuong: Scalar = None
    NoiNopHoSo: Scalar = None
    HinhThuc: Scalar = None
    ThoiDiemXuLy: Scalar = None
    TrangThai: Scalar = None
    PhongBanXuLy: Scalar = None
    ChucDanh: Scalar = None
    NgayBatDau: Scalar = None
    NgayKetThucTheoQuyDinh: Scalar = None
    TenTTHC: Raw = _LEFT
    ChuHoSo: Raw = _LEFT
    MaDoiTuong: Raw = _LEFT
    ThongTinKhac: Raw = _LEFT
    Email: Raw = _LEFT
    Fax: Raw = _LEFT
    SoDienThoai: Raw = _LEFT
    TrichYeuHoSo: Raw = _LEFT
    ThongTinTra: Raw = _LEFT
    DonViXuLy: Raw = _LEFT
    DinhDanhCHS: Raw = _LEFT
    GhiChu: Raw = _LEFT
    NguoiXuLy: Raw = _LEFT
    NoiDungXuLy: Raw = _LEFT
    wrong: bool = msgspec.field(default=False, name=" ")
    """Whether a list was something else, and is taken as missing."""
    unknown: FieldNames | None = msgspec.field(default=None, name="  ")
    """Names of fields that the protocol doesn't have, as far as they are names of fields."""


LISTS: dict[str, type[Struct]] = {
    "TaiLieuNop": FileItem,
    "DanhSachLePhi": FeeItem,
    "DanhSachHoSoBoSung": SupplementItem,
    "DanhSachGiayToKetQua": ResultItem,
    "DSKetNoiCSDL": DatabaseItem,
    "DanhSachTepDinhKemKhac": OtherItem,
}
"""The fields that hold lists, and what of."""


def _scalars(kind: type[Struct]) -> tuple[str, ...]:
    return tuple(each.name for each in msgspec.structs.fields(kind) if each.type == Scalar)


_KINDS: tuple[type[Struct], ...] = (SyncItem, *LISTS.values())
_SCALARS = {kind: _scalars(kind) for kind in _KINDS}
_KNOWN = frozenset(SyncItem.__struct_encode_fields__)
_KNOWN_PARTS = {name: frozenset(kind.__struct_encode_fields__) for name, kind in LISTS.items()}


def _strict(kind: type[Struct], **lists: Any) -> type[Struct]:
    """The same, but a field that it doesn't have is an error."""
    fields = [(name, parts, None) for name, parts in lists.items()]
    return msgspec.defstruct(
        kind.__name__, fields, bases=(kind,), forbid_unknown_fields=True, gc=False
    )  # fmt: skip


_LISTS = {name: Parts[_strict(kind)] | None for name, kind in LISTS.items()}  # type: ignore[misc]
STRICT_ITEM: type[SyncItem] = _strict(SyncItem, **_LISTS)  # type: ignore[assignment]
"""An item whose fields are all known: what nearly every message holds, so that names cost nothing."""

_ITEM = msgspec.json.Decoder(SyncItem)
_STRICT = msgspec.json.Decoder(STRICT_ITEM)
_NAMES = msgspec.json.Decoder(dict[str, Raw])
_PARTS = msgspec.json.Decoder(list[dict[str, Raw]])
_FIELD_NAME = re.compile(r"(?!(?:.*[0-9]){5})(?=.*(?:[a-z][A-Z]|[A-Z]{2}|_))[A-Za-z][A-Za-z0-9_]{0,39}")
OTHER_NAME = "?"
"""Stands for a name that isn't one as programs write them: anything may stand there."""


def with_unknown(items: Sequence[SyncItem | None], texts: Iterable[bytes | memoryview | Raw]) -> None:
    """Note on items the names that they have and the protocol hasn't; `texts`: the JSON of each."""
    for item, text in zip(items, texts, strict=True):
        if item is not None:
            with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                item.unknown = unknown_names(_NAMES.decode(text))


def unknown_names(fields: Mapping[str, Any]) -> FieldNames | None:
    """The names of an item's fields, and of those of its lists, that the protocol doesn't have."""
    found = [field_name(name) for name in fields.keys() - _KNOWN]
    for name, known in _KNOWN_PARTS.items():
        parts = fields.get(name)
        if isinstance(parts, Raw):
            try:
                parts = _PARTS.decode(parts)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                continue
        for part in parts if isinstance(parts, list) else ():
            if isinstance(part, Mapping):
                found += [f"{name}.{field_name(each)}" for each in part.keys() - known]
    return FieldNames(tuple(sorted(set(found)))[:UNKNOWN_AT_MOST]) if found else None


UNKNOWN_AT_MOST = 50
"""Unknown names of one item that are told."""


def field_name(name: object) -> str:
    """A field's name, OTHER_NAME for what isn't one as programs write them."""
    return name if isinstance(name, str) and _FIELD_NAME.fullmatch(name) else OTHER_NAME


_ANYTHING = msgspec.json.Decoder()


def decode_item(data: bytes | memoryview | msgspec.Raw) -> SyncItem | None:
    """One item from JSON, whatever the types of its fields.

    None where it is no JSON object, or a huge one whose types are others than the protocol's.
    """
    try:
        return _STRICT.decode(data)
    except (msgspec.ValidationError, RecursionError):
        pass
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    try:
        item = _ITEM.decode(data)
        with_unknown([item], [data])
        return item
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
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
    item = SyncItem(unknown=unknown_names(value))
    for name in _SCALARS[SyncItem]:
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
    given = {name: value.get(name) for name in _SCALARS[kind]}
    return kind(**{name: _scalar(each) for name, each in given.items() if each is not None})
