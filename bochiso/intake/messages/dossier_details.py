"""What a dossier and a step say besides what indicators read: kept as it was said, but for people.

Codes, small numbers and amounts are kept where they have the form of one, in which no name, telephone
or citizen's number fits; names of fields, rooms and roles as office_words.py reads them. What hasn't
that form is left out, and counted.
"""

import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from bochiso.intake.messages.gathered_fields import Gathered, Nested, Parts
from bochiso.intake.messages.message_columns import MOMENT, moments, present
from bochiso.intake.messages.office_words import field_name, role_name, room_name

WORDS = pa.dictionary(pa.int32(), pa.string())
"""Texts of which few differ."""

COMPONENTS = pa.list_(
    pa.struct(
        [
            ("code", WORDS),
            ("deleted", pa.bool_()),
            ("digitised", pa.bool_()),
            ("reused", pa.bool_()),
            ("from_store", pa.bool_()),
            ("file", pa.bool_()),
            ("replaced_by", WORDS),
        ]
    )
)
"""TaiLieuNop: the code of each component and what is said of it; `file`: whether there is one."""

FEES = pa.list_(
    pa.struct([("kind", pa.int8()), ("code", WORDS), ("amount", pa.int64()), ("taken", pa.int8())])
)
"""DanhSachLePhi: LoaiPhiLePhi, MaPhiLePhi, Gia in đồng, HinhThucThu (when it is collected)."""

RESULTS = pa.list_(pa.struct([("kind", WORDS), ("component", WORDS), ("file", pa.bool_())]))
"""DanhSachGiayToKetQua: MaGiayToKetQua, MaThanhPhanHoSo, and whether there is a file."""

OTHERS = pa.list_(pa.struct([("kind", WORDS), ("count", pa.int16())]))
"""DanhSachTepDinhKemKhac: LoaiGiayTo, SoLuong."""

REQUESTS = pa.list_(pa.struct([("id", pa.string()), ("state", pa.int8()), ("asked", MOMENT)]))
"""DanhSachHoSoBoSung: HoSoBoSungId, TrangThaiBoSung and, to know each by, NgayBoSung."""

DETAILS = pa.schema(
    [
        ("field", WORDS),
        ("field_name", WORDS),
        ("applicant", pa.int8()),
        ("filed_with", pa.int8()),
        ("return_way", pa.int8()),
        ("payment", pa.int8()),
        ("digitised", pa.bool_()),
        ("verified", pa.bool_()),
        ("components", COMPONENTS),
        ("fees", FEES),
        ("requests", REQUESTS),
        ("results", RESULTS),
        ("databases", pa.list_(WORDS)),
        ("others", OTHERS),
    ]
)
"""Besides MESSAGES. `applicant` is LoaiDoiTuong as its sender numbers it: senders' tables differ.
`filed_with`: NoiNopHoSo. `return_way`: HinhThuc. `payment`: DuocThanhToanTrucTuyen. `digitised`:
HoSoCoThanhPhanSoHoa. `verified`: TaiKhoanDuocXacThucVoiVNeID."""

STEP_DETAILS = pa.schema(
    [("sender", WORDS), ("room", WORDS), ("role", WORDS), ("started_at", MOMENT), ("step_due_at", MOMENT)]
)
"""Besides STEPS: PhongBanXuLy, ChucDanh, NgayBatDau, NgayKetThucTheoQuyDinh."""

ALIKE = (
    ("KenhThucHien", "LoaiDoiTuong", "NoiNopHoSo", "HinhThuc", "DuocThanhToanTrucTuyen",
     "HoSoCoThanhPhanSoHoa", "TaiKhoanDuocXacThucVoiVNeID"),
    ("MaLinhVuc", "TenLinhVuc"),
)  # fmt: skip
"""Fields of a dossier of which few combinations occur."""

STEP_ALIKE = (("PhongBanXuLy", "ChucDanh", "TrangThai"),)
"""Fields of a step of which few combinations occur."""

LIST_PARTS = {
    "TaiLieuNop": Parts(
        ("TepDinhKemId", "TenTepDinhKem", "DuongDanTaiTepTin"),
        ("MaThanhPhanHoSo", "IsDeleted", "DuocSoHoa", "DuocTaiSuDung", "DuocLayTuKhoDMQG",
         "MaKetQuaThayThe"),
    ),
    "DanhSachLePhi": Parts((), ("LoaiPhiLePhi", "MaPhiLePhi", "Gia", "HinhThucThu")),
    "DanhSachHoSoBoSung": Parts(
        ("HoSoBoSungId", "TrangThaiBoSung", "NgayBoSung", "NgayTiepNhanBoSung", "NgayHenTraTruoc",
         "NgayHenTraMoi"),
    ),
    "DanhSachGiayToKetQua": Parts(("DuongDanTepTinKetQua",), ("MaGiayToKetQua", "MaThanhPhanHoSo")),
    "DSKetNoiCSDL": Parts(("MaCSDL",)),
    "DanhSachTepDinhKemKhac": Parts(("LoaiGiayTo", "SoLuong")),
}  # fmt: skip
"""The lists of a dossier, and what is read of their parts."""

_CODE = re.compile(
    r"(?:000\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}[.-])?([0-9A-Z]{1,12}(?:[._-][0-9A-Z]{1,8}){0,5})"
)
_DIGITS, _BARE_LETTERS, _LETTERS = 8, 3, 5
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{24}|[0-9]{15,20}")
_AMOUNT = re.compile(
    r"([0-9]{1,3}(?:([.,])[0-9]{3})(?:\2[0-9]{3})*|[0-9]{1,10})(?:[.,]0{1,2})?(?: ?(?:đồng|đ|VNĐ|VND))?"
)
_ANY_AMOUNT = 99_999_999


class FieldReading:
    """Reads columns and counts what of each field had not its form: `unread`."""

    def __init__(self) -> None:
        self.unread: Counter[str] = Counter()

    def values(self, name: str, column: pa.Array, read: Callable[[str], Any], kind: pa.DataType) -> pa.Array:
        """A column in which each distinct text was read once; blanks and what can't be read are null."""
        codes = pc.dictionary_encode(column)
        given = [word.strip() for word in codes.dictionary.to_pylist()]
        words = [read(word) if word else None for word in given]
        odd = [at for at, word in enumerate(words) if word is None and given[at]]
        if odd:
            hits = pc.is_in(codes.indices, value_set=pa.array(odd, codes.indices.type))
            self.unread[name] += hits.true_count
        if kind != WORDS:
            return pa.array(words, kind).take(codes.indices)
        kept = {word: at for at, word in enumerate(dict.fromkeys(word for word in words if word is not None))}
        places = pa.array([kept.get(word) for word in words], pa.int32()).take(codes.indices)
        return pa.DictionaryArray.from_arrays(places, pa.array(list(kept), pa.string()))

    def moment(self, name: str, column: pa.Array) -> pa.Array:
        """Moments that no indicator needs: one that can't be read is left out."""
        values, bad = moments(column)
        if bad.true_count:
            self.unread[name] += bad.true_count
        return values


def details(items: Gathered, reading: FieldReading) -> dict[str, pa.Array]:
    """The columns of DETAILS."""
    number, flag = pa.int8(), pa.bool_()

    def of(name: str, read: Callable[[str], Any], kind: pa.DataType) -> pa.Array:
        return reading.values(name, items.text(name), read, kind)

    return {
        "field": of("MaLinhVuc", code, WORDS),
        "field_name": of("TenLinhVuc", field_name, WORDS),
        "applicant": of("LoaiDoiTuong", small_number, number),
        "filed_with": of("NoiNopHoSo", small_number, number),
        "return_way": of("HinhThuc", small_number, number),
        "payment": of("DuocThanhToanTrucTuyen", small_number, number),
        "digitised": of("HoSoCoThanhPhanSoHoa", yes_or_no, flag),
        "verified": of("TaiKhoanDuocXacThucVoiVNeID", yes_or_no, flag),
        "components": _components(items.nested("TaiLieuNop"), reading),
        "fees": _fees(items.nested("DanhSachLePhi"), reading),
        "requests": _requests(items.nested("DanhSachHoSoBoSung"), reading),
        "results": _results(items.nested("DanhSachGiayToKetQua"), reading),
        "databases": _databases(items.nested("DSKetNoiCSDL"), reading),
        "others": _others(items.nested("DanhSachTepDinhKemKhac"), reading),
    }


def step_details(items: Gathered, reading: FieldReading) -> dict[str, pa.Array]:
    """The columns of STEP_DETAILS that steps themselves give."""
    return {
        "room": reading.values("PhongBanXuLy", items.text("PhongBanXuLy"), room_name, WORDS),
        "role": reading.values("ChucDanh", items.text("ChucDanh"), role_name, WORDS),
        "started_at": reading.moment("NgayBatDau", items.text("NgayBatDau")),
        "step_due_at": reading.moment("NgayKetThucTheoQuyDinh", items.text("NgayKetThucTheoQuyDinh")),
    }


def _components(parts: Nested, reading: FieldReading) -> pa.Array:
    def of(name: str, read: Callable[[str], Any], kind: pa.DataType) -> pa.Array:
        return reading.values(f"TaiLieuNop.{name}", parts.column(name), read, kind)

    if not parts.parts:
        return _listed(parts, [], COMPONENTS)
    named = present(parts.column("TepDinhKemId"))
    if named.true_count < len(named):
        named = pc.or_(named, present(parts.column("DuongDanTaiTepTin")))
    columns = [
        of("MaThanhPhanHoSo", code, WORDS),
        *(
            of(name, yes_or_no, pa.bool_())
            for name in ("IsDeleted", "DuocSoHoa", "DuocTaiSuDung", "DuocLayTuKhoDMQG")
        ),
        named,
        of("MaKetQuaThayThe", code, WORDS),
    ]
    return _listed(parts, columns, COMPONENTS)


def _fees(parts: Nested, reading: FieldReading) -> pa.Array:
    def of(name: str, read: Callable[[str], Any], kind: pa.DataType) -> pa.Array:
        return reading.values(f"DanhSachLePhi.{name}", parts.column(name), read, kind)

    columns = [
        of("LoaiPhiLePhi", small_number, pa.int8()),
        of("MaPhiLePhi", code, WORDS),
        of("Gia", amount, pa.int64()),
        of("HinhThucThu", small_number, pa.int8()),
    ]
    return _listed(parts, columns, FEES)


def _requests(parts: Nested, reading: FieldReading) -> pa.Array:
    if not parts.parts:
        return _listed(parts, [], REQUESTS)
    asked, _ = moments(parts.column("NgayBoSung"))  # said by Odd.SUPPLEMENT where it can't be read
    columns = [
        reading.values(
            "DanhSachHoSoBoSung.HoSoBoSungId", parts.column("HoSoBoSungId"), identifier, pa.string()
        ),
        reading.values(
            "DanhSachHoSoBoSung.TrangThaiBoSung", parts.column("TrangThaiBoSung"), small_number, pa.int8()
        ),
        asked,
    ]
    return _listed(parts, columns, REQUESTS)


def _results(parts: Nested, reading: FieldReading) -> pa.Array:
    columns = [
        reading.values(f"DanhSachGiayToKetQua.{name}", parts.column(name), code, WORDS)
        for name in ("MaGiayToKetQua", "MaThanhPhanHoSo")
    ]
    return _listed(parts, [*columns, present(parts.column("DuongDanTepTinKetQua"))], RESULTS)


def _databases(parts: Nested, reading: FieldReading) -> pa.Array:
    codes = reading.values("DSKetNoiCSDL.MaCSDL", parts.column("MaCSDL"), code, WORDS)
    return pa.ListArray.from_arrays(parts.offsets, codes, mask=pc.invert(parts.given))


def _others(parts: Nested, reading: FieldReading) -> pa.Array:
    if not parts.parts:
        return _listed(parts, [], OTHERS)
    columns = [
        reading.values("DanhSachTepDinhKemKhac.LoaiGiayTo", parts.column("LoaiGiayTo"), code, WORDS),
        reading.values("DanhSachTepDinhKemKhac.SoLuong", parts.column("SoLuong"), small_number, pa.int16()),
    ]
    return _listed(parts, columns, OTHERS)


def _listed(parts: Nested, columns: list[pa.Array], kind: pa.DataType) -> pa.Array:
    """The parts as lists of structs, null where an item has none."""
    if not parts.parts:
        return pa.nulls(parts.items, kind)
    structs = pa.StructArray.from_arrays(columns, fields=list(kind.value_type))
    return pa.ListArray.from_arrays(parts.offsets, structs, type=kind, mask=pc.invert(parts.given))


@cache
def code(word: str) -> str | None:
    """A code of a catalogue, in which no name and no number of a person fits.

    >>> code("G15-TN01"), code("KQ.G09.000015"), code("LP"), code("nguyenvana"), code("0912.345.678")
    ('G15-TN01', 'KQ.G09.000015', 'LP', None, None)
    """
    text = word.upper()
    found = _CODE.fullmatch(text)
    if found is None:
        return None
    own = found[1]
    digits = sum(sign.isdigit() for sign in own)
    letters = max(map(len, re.split(r"[^A-Z]+", own)))
    return text if digits <= _DIGITS and letters <= (_LETTERS if digits else _BARE_LETTERS) else None


def identifier(word: str) -> str | None:
    """What a system knows a request by: a code, or a number made by a machine."""
    return word.lower() if _ID.fullmatch(word.lower()) else code(word)


def small_number(word: str) -> int | None:
    """A code of one or two digits.

    >>> small_number("02"), small_number("12"), small_number("0912345678")
    (2, 12, None)
    """
    return int(word) if len(word) <= 2 and word.isascii() and word.isdecimal() else None


def yes_or_no(word: str) -> bool | None:
    """A flag as the protocol writes it."""
    return {"1": True, "0": False}.get(word)


def amount(word: str) -> int | None:
    """An amount in đồng. No telephone and no citizen's number: those begin with 0, or are longer.

    Above a hundred million only whole thousands.

    >>> amount("50.000"), amount("0"), amount("1500000.0"), amount("0912345678"), amount("240123457")
    (50000, 0, 1500000, None, None)
    """
    found = _AMOUNT.fullmatch(word)
    if found is None:
        return None
    digits = re.sub(r"[.,]", "", found[1])
    whole = int(digits)
    odd = len(digits) > 10 or (len(digits) > 1 and digits[0] == "0") or (whole > _ANY_AMOUNT and whole % 1000)
    return None if odd else whole
