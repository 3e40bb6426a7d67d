"""What a dossier and a step say besides what indicators read: kept as it was said, but for people.

Codes, small numbers and amounts are kept where they have the form of one, in which no name, telephone
or citizen's number fits; names of fields, rooms and roles as office_words.py reads them. What hasn't
that form is left out, and counted.
"""

import re

import pyarrow as pa
import pyarrow.compute as pc

from bochiso.intake.messages.dossier_numbers import procedure_code
from bochiso.intake.messages.gathered_fields import Alike, Gathered, Nested, Parts, Word
from bochiso.intake.messages.message_columns import (
    MOMENT,
    channel_code,
    is_free,
    is_one,
    present,
    status_code,
)
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

_CODE = re.compile(
    r"(?:000\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}[.-])?([0-9A-Z]{1,12}(?:[._-][0-9A-Z]{1,8}){0,5})"
)
_DIGITS, _BARE_LETTERS, _LETTERS = 8, 3, 5
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{24}|[0-9]{15,20}")
_AMOUNT = re.compile(
    r"([0-9]{1,3}(?:([.,])[0-9]{3})(?:\2[0-9]{3})*|[0-9]{1,10})(?:[.,]0{1,2})?(?: ?(?:đồng|đ|VNĐ|VND))?"
)
_ANY_AMOUNT = 99_999_999

SUPPLEMENT_FIELDS = ("NgayBoSung", "NgayTiepNhanBoSung", "NgayHenTraTruoc", "NgayHenTraMoi")
"""Moments of a request for supplements, in the order of INTERVALS."""


def details(items: Gathered) -> dict[str, pa.Array]:
    """The columns of DETAILS."""
    said = (
        "field",
        "field_name",
        "applicant",
        "filed_with",
        "return_way",
        "payment",
        "digitised",
        "verified",
    )
    return {
        **{name: items.fields.words(name) for name in said},
        "components": _components(items.nested("TaiLieuNop")),
        "fees": _listed(items.nested("DanhSachLePhi"), FEES),
        "requests": _requests(items.nested("DanhSachHoSoBoSung")),
        "results": _results(items.nested("DanhSachGiayToKetQua")),
        "databases": _databases(items.nested("DSKetNoiCSDL")),
        "others": _listed(items.nested("DanhSachTepDinhKemKhac"), OTHERS),
    }


def step_details(items: Gathered) -> dict[str, pa.Array]:
    """The columns of STEP_DETAILS that steps themselves give."""
    fields = items.fields
    return {
        "room": fields.words("room"),
        "role": fields.words("role"),
        "started_at": fields.moment("NgayBatDau"),
        "step_due_at": fields.moment("NgayKetThucTheoQuyDinh"),
    }


def _components(parts: Nested) -> pa.Array:
    if not parts.parts:
        return _listed(parts, COMPONENTS)
    named = present(parts.fields.column("TepDinhKemId"))
    if named.true_count < len(named):
        named = pc.or_(named, present(parts.fields.column("DuongDanTaiTepTin")))
    return _listed(parts, COMPONENTS, file=named)


def _requests(parts: Nested) -> pa.Array:
    ((asked, _),) = parts.fields.moments("NgayBoSung")  # said by Odd.SUPPLEMENT where it can't be read
    return _listed(parts, REQUESTS, asked=asked)


def _results(parts: Nested) -> pa.Array:
    return _listed(parts, RESULTS, file=present(parts.fields.column("DuongDanTepTinKetQua")))


def _databases(parts: Nested) -> pa.Array:
    return pa.ListArray.from_arrays(
        parts.offsets, parts.fields.words("database"), mask=pc.invert(parts.given)
    )


def _listed(parts: Nested, kind: pa.ListType, **columns: pa.Array) -> pa.Array:
    """The parts as lists of structs, null where an item has none; columns that aren't given are words."""
    if not parts.parts:
        return pa.nulls(parts.items, kind)
    fields = list(kind.value_type)
    found = [columns[each.name] if each.name in columns else parts.fields.words(each.name) for each in fields]
    structs = pa.StructArray.from_arrays(found, fields=fields)
    return pa.ListArray.from_arrays(parts.offsets, structs, type=kind, mask=pc.invert(parts.given))


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


ONLINE_PAYMENT = {"1", "2"}
"""DuocThanhToanTrucTuyen: on the national portal, on the ministry's or province's gateway."""

POPULATION_DATABASES = {"1"}
"""MaCSDL of the national population database.

The protocol names no catalogue of these codes; "1" is what is taken for it until one is published.
A wrong guess only leaves out of 4.5a what neither VNeID nor the citizen's store shows.
"""

_NUMBER, _FLAG = pa.int8(), pa.bool_()

ALIKE = (
    Alike(
        {
            "channel": Word("KenhThucHien", channel_code, _NUMBER, told=False),
            "paid_online": Word("DuocThanhToanTrucTuyen", ONLINE_PAYMENT.__contains__, _FLAG, told=False),
            "data_digitised": Word("HoSoCoThanhPhanSoHoa", is_one, _FLAG, told=False),
            "person_verified": Word("TaiKhoanDuocXacThucVoiVNeID", is_one, _FLAG, told=False),
            "applicant": Word("LoaiDoiTuong", small_number, _NUMBER),
            "filed_with": Word("NoiNopHoSo", small_number, _NUMBER),
            "return_way": Word("HinhThuc", small_number, _NUMBER),
            "payment": Word("DuocThanhToanTrucTuyen", small_number, _NUMBER),
            "digitised": Word("HoSoCoThanhPhanSoHoa", yes_or_no, _FLAG),
            "verified": Word("TaiKhoanDuocXacThucVoiVNeID", yes_or_no, _FLAG),
        }
    ),
    Alike(
        {
            "procedure": Word("MaTTHC", procedure_code, pa.string(), told=False),
            "procedure_odd": Word("MaTTHC", lambda word: procedure_code(word) is None, _FLAG),
            "field": Word("MaLinhVuc", code, WORDS),
            "field_name": Word("TenLinhVuc", field_name, WORDS),
        }
    ),
    Alike({"status": Word("TrangThaiHoSo", status_code, _NUMBER)}),
)
"""What is read of fields of a dossier of which few combinations occur."""

STEP_ALIKE = (
    Alike(
        {
            "room": Word("PhongBanXuLy", room_name, WORDS),
            "role": Word("ChucDanh", role_name, WORDS),
            "status": Word("TrangThai", status_code, _NUMBER),
        }
    ),
)
"""What is read of fields of a step of which few combinations occur."""

LIST_PARTS = {
    "TaiLieuNop": Parts(
        ("TepDinhKemId", "TenTepDinhKem", "DuongDanTaiTepTin"),
        Alike(
            {
                "code": Word("MaThanhPhanHoSo", code, WORDS),
                "deleted": Word("IsDeleted", yes_or_no, _FLAG),
                "digitised": Word("DuocSoHoa", yes_or_no, _FLAG),
                "reused": Word("DuocTaiSuDung", yes_or_no, _FLAG),
                "from_store": Word("DuocLayTuKhoDMQG", yes_or_no, _FLAG),
                "replaced_by": Word("MaKetQuaThayThe", code, WORDS),
            }
        ),
    ),
    "DanhSachLePhi": Parts(
        (),
        Alike(
            {
                "kind": Word("LoaiPhiLePhi", small_number, _NUMBER),
                "code": Word("MaPhiLePhi", code, WORDS),
                "amount": Word("Gia", amount, pa.int64()),
                "taken": Word("HinhThucThu", small_number, _NUMBER),
                "free": Word("Gia", is_free, _FLAG, told=False),
            }
        ),
    ),
    "DanhSachHoSoBoSung": Parts(
        SUPPLEMENT_FIELDS,
        Alike(
            {
                "id": Word("HoSoBoSungId", identifier, pa.string()),
                "state": Word("TrangThaiBoSung", small_number, _NUMBER),
            }
        ),
    ),
    "DanhSachGiayToKetQua": Parts(
        ("DuongDanTepTinKetQua",),
        Alike(
            {
                "kind": Word("MaGiayToKetQua", code, WORDS),
                "component": Word("MaThanhPhanHoSo", code, WORDS),
            }
        ),
    ),
    "DSKetNoiCSDL": Parts(
        (),
        Alike(
            {
                "database": Word("MaCSDL", code, WORDS),
                "population": Word("MaCSDL", POPULATION_DATABASES.__contains__, _FLAG, told=False),
            }
        ),
    ),
    "DanhSachTepDinhKemKhac": Parts(
        (),
        Alike(
            {
                "kind": Word("LoaiGiayTo", code, WORDS),
                "count": Word("SoLuong", small_number, pa.int16()),
            }
        ),
    ),
}
"""The lists of a dossier, and what is read of their parts."""
