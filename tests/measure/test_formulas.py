"""What each indicator counts over what, counted by hand on a few dossiers, procedures and petitions.

Every case is a commune of its own, measured for March 2026 as of its last moment.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from dossier_sending import Item, message, settle

from bochiso.intake.dossiers.petitions import read_petitions
from bochiso.intake.dossiers.procedures import read_procedures, read_units
from bochiso.periods import parse_period
from bochiso.rules.calendar import builtin_calendar
from bochiso.rules.loader import load_rules
from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.folder import DataFolder
from bochiso.store.measuring.measurement import measure, measured_units

END = datetime(2026, 3, 31, 16, 59, 59, tzinfo=UTC)

PROCEDURES = """\
procedure,authority,fee,payment_integrated,returns_document,online_level,open_to_citizens,\
population_connected,content_full,decided_on,effective_on,entered_on
1.000001,xã,có,có,có,toàn trình,có,có,có,02/03/2026,10/03/2026,05/03/2026
1.000002,xã,có,không,không,một phần,có,không,có,02/03/2026,06/03/2026,12/03/2026
1.000003,xã,không,không,có,không,không,không,không,02/03/2025,10/03/2025,05/03/2025
"""

NO_DOCUMENT, NO_FEE = {"MaTTHC": "1.000002"}, {"MaTTHC": "1.000003"}
LATE = {"NgayKetThucXuLy": "20260311080000"}
OPEN = {"TrangThaiHoSo": "4", "NgayKetThucXuLy": None}
ONLINE, PAID = {"KenhThucHien": "2"}, {"DuocThanhToanTrucTuyen": "1"}
FILE = {"TaiLieuNop": [{"TepDinhKemId": "1"}]}
RESULT = {"DanhSachGiayToKetQua": [{"DuongDanTepTinKetQua": "/1"}]}


def requests(*pairs: tuple[int, int | None]) -> dict[str, Any]:
    """Requests for supplements: the days of March on which they were made and answered."""
    days = [(f"202603{asked:02d}080000", done and f"202603{done:02d}080000") for asked, done in pairs]
    return {"DanhSachHoSoBoSung": [{"NgayBoSung": a, "NgayTiepNhanBoSung": b} for a, b in days]}


def fees(*prices: str) -> dict[str, Any]:
    return {"DanhSachLePhi": [{"Gia": price} for price in prices]}


def files(**flags: str) -> dict[str, Any]:
    return {"TaiLieuNop": [{"TepDinhKemId": "1", **flags}]}


LIVES: dict[str, dict[str, Any]] = {
    "done in time": {},
    "done late": LATE,
    "returned late, never said to be done": {
        "TrangThaiHoSo": "10", "NgayKetThucXuLy": None, "NgayTra": "20260311080000",
    },
    "done in time and returned late": {"TrangThaiHoSo": "10", "NgayTra": "20260320080000"},
    "stopped in time": {"TrangThaiHoSo": "8"},
    "refused late": {"TrangThaiHoSo": "3", "NgayKetThucXuLy": None, "NgayTuChoi": "20260311080000"},
    "withdrawn in time": {"TrangThaiHoSo": "7"},
    "withdrawn, never received": {
        "TrangThaiHoSo": "7", "NgayTiepNhan": None, "NgayNopHoSo": "20260302080000",
    },
    "not yet received": OPEN | {
        "TrangThaiHoSo": "1", "NgayTiepNhan": None, "NgayNopHoSo": "20260302080000",
    },
    "open, due later": OPEN | {"NgayHenTra": "20260402170000"},
    "open, overdue": OPEN,
    "one request unanswered": OPEN | requests((9, None)),
    "two requests unanswered": OPEN | {"NgayHenTra": "20260402170000"} | requests((5, None), (9, None)),
    "one request unanswered, made too late": OPEN | requests((11, None)),
    "finished late, less an answered supplement": {"NgayKetThucXuLy": "20260312080000"} | requests((4, 6)),
    "finished later than that": {"NgayKetThucXuLy": "20260313080000"} | requests((4, 6)),
    "no due date and no limit known": {"NgayHenTra": None},
    "received in another month": {"NgayTiepNhan": "20260401080000"},
}  # fmt: skip

CASES: dict[str, tuple[list[dict[str, Any]], dict[str, tuple[int | Decimal | None, int | None]]]] = {
    "1.4": ([{}], {"DOSSIER_SYNC": (None, None)}),  # nothing says what the portal has
    "2.2": (
        [{"NgayKetThucXuLy": "20260304080000"}, {"NgayKetThucXuLy": "20260305200000"}, OPEN],
        {"AVERAGE_PROCESSING_DAYS": (Decimal("2.75"), None)},
    ),
    "3.2": ([ONLINE, ONLINE, ONLINE | NO_FEE, NO_DOCUMENT], {"ONLINE_WITH_DOSSIERS": (1, 2)}),
    "3.3": ([ONLINE, ONLINE, {"KenhThucHien": "1"}, {"KenhThucHien": "3"}, {}], {"ONLINE_FILING": (2, 5)}),
    "3.4": ([PAID, PAID, PAID | NO_FEE, NO_DOCUMENT], {"PAYMENT_PROCEDURES": (1, 2)}),
    "3.6": (
        [
            PAID, {"DuocThanhToanTrucTuyen": "2"}, {"DuocThanhToanTrucTuyen": "3"}, {},
            fees("0", "50000"), PAID | fees("0", "0"), PAID | NO_FEE,
        ],
        {"PAYMENT_DOSSIERS": (2, 5)},
    ),
    "4.1": ([RESULT, {}, RESULT | NO_DOCUMENT], {"ORIGINAL_RESULT_AVAILABLE": (1, 2)}),
    "4.2": (
        [FILE | RESULT, FILE, RESULT, FILE | NO_DOCUMENT, NO_DOCUMENT, files(IsDeleted="1") | RESULT],
        {"SO_HOA_GIAY_TO_GIAI_QUYET": (2, 6)},
    ),
    "4.3": (
        [{"HoSoCoThanhPhanSoHoa": "1"}, files(DuocTaiSuDung="1"), files(DuocTaiSuDung="0"), {}],
        {"REUSED_DIGITIZED_DATA": (2, 4)},
    ),
    "4.4": ([files(DuocLayTuKhoDMQG="1"), FILE], {"SYNCED_WITH_DVCQG_PERSONAL_STORAGE": (1, 2)}),
    "4.5": (
        [
            {"TaiKhoanDuocXacThucVoiVNeID": "1"} | NO_DOCUMENT, files(DuocLayTuKhoDMQG="1"),
            {"DSKetNoiCSDL": [{"MaCSDL": "1"}]}, {"DSKetNoiCSDL": [{"MaCSDL": "7"}]}, {},
        ],
        {"CITIZEN_DATA_CONNECTED_DOSSIER": (3, 5), "CITIZEN_DATA_CONNECTED_FORMALITY": (2, 2)},
    ),
    "5.4": ([{}, {}, LATE], {"DOSSIER_RECEIVING_SATISFACTION": (1, 3)}),
    "none": (
        [],
        {
            "ONLINE_PROVISION": (2, 3), "PAYMENT_INTEGRATED": (1, 2), "ONLINE_WITH_DOSSIERS": (0, 2),
            "CITIZEN_DATA_CONNECTED_FORMALITY": (1, 2), "RESOLVED_ON_TIME": (0, 0),
            "ELECTRONIC_CERTIFIED_COPY": (None, None),
        },
    ),
}  # fmt: skip

ON_TIME = {
    "done in time", "done in time and returned late", "stopped in time", "withdrawn in time",
    "open, due later", "one request unanswered", "finished late, less an answered supplement",
}  # fmt: skip
NOT_COUNTED = {
    "withdrawn, never received", "not yet received", "no due date and no limit known",
    "received in another month",
}  # fmt: skip

UNITS = {name: f"H15.{n}" for n, name in enumerate([*CASES, *LIVES, "petitions"], 100)}

PETITIONS = """\
petition,unit,about,sent_at,forwarded_at,refused_at,resolved_at,published_at,disliked,repeated
solved-in-time-1,UNIT,quy định,02/03/2026,,,20/03/2026,24/03/2026,,
solved-late-2,UNIT,cán bộ,02/03/2026,,,24/03/2026,,,
public-late-3,UNIT,cán bộ,02/03/2026,,,20/03/2026,25/03/2026,,
denied-in-time-4,UNIT,,02/03/2026,,04/03/2026,,,,
denied-late-5,UNIT,,02/03/2026,,05/03/2026,,,,
open-too-long-6,UNIT,,02/03/2026,,,,,,
open-in-time-7,UNIT,,20/03/2026,,,,,,
passed-on-not-liked-8,UNIT,,02/03/2026,10/03/2026,,31/03/2026,,có,
sent-again-9,UNIT,,02/03/2026,,,20/03/2026,,,có
"""


def items(name: str) -> list[Item]:
    """The dossiers of a case: received on 2 March, due on the 10th, done on the 9th, but for its changes."""
    changes = CASES[name][0] if name in CASES else [LIVES[name]]
    whole = {
        "MaTTHC": "1.000001", "NgayTiepNhan": "20260302080000", "NgayHenTra": "20260310170000",
        "TrangThaiHoSo": "9", "NgayKetThucXuLy": "20260309080000",
    }  # fmt: skip
    return [{"MaHoSo": f"{UNITS[name]}-260302-{n:04d}"} | whole | each for n, each in enumerate(changes, 1)]


Counts = dict[tuple[str, str], tuple[Any, Any]]


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory) -> Counts:
    folder = DataFolder(tmp_path_factory.mktemp("formulas") / "data")
    units = "".join(f"{code},Xã {code},xã\n" for code in UNITS.values())
    petitions = PETITIONS.replace("UNIT", UNITS["petitions"])
    about = f"petition,unit,dossier,sent_at\nabout-1,H15,{UNITS['5.4']}-260302-0001,05/03/2026\n"
    lists = [
        ("units", read_units("a.csv", f"unit,name,level\nH15,Đắk Lắk,tỉnh\n{units}".encode()).batch),
        ("procedures", read_procedures("a.csv", PROCEDURES.encode()).batch),
        ("petitions", read_petitions("a.csv", petitions.encode()).batch),
        ("petitions", read_petitions("a.csv", about.encode()).batch),
    ]
    settle(folder, [lists, message([item for name in [*CASES, *LIVES] for item in items(name)])])
    with open_dossiers(folder) as db:
        rows = measure(
            db, measured_units(db), parse_period("2026-03"), END, load_rules("qd766"), builtin_calendar()
        )
    return {(row.unit, row.indicator): (row.numerator, row.denominator) for row in rows}


@pytest.mark.parametrize("name", CASES)
def test_an_indicator_counts_what_the_decision_says(counts: Counts, name: str) -> None:
    expected = CASES[name][1]
    assert {code: counts[UNITS[name], code] for code in expected} == expected


@pytest.mark.parametrize("name", LIVES)
def test_a_dossier_is_on_time_late_or_not_counted(counts: Counts, name: str) -> None:
    expected = (0, 0) if name in NOT_COUNTED else (int(name in ON_TIME), 1)
    assert counts[UNITS[name], "RESOLVED_ON_TIME"] == expected


def test_procedures_are_published_and_entered_in_working_days_and_public_ones_complete(
    counts: Counts,
) -> None:
    assert counts["H15", "PUBLISH_ON_TIME"] == (1, 2)
    assert counts["H15", "PUBLIC_UPDATE_ON_TIME"] == (1, 2)
    assert counts["H15", "PUBLIC_CONTENT_FULL"] == (2, 3)


def test_petitions_are_in_time_step_by_step_and_satisfy_unless_late_disliked_or_repeated(
    counts: Counts,
) -> None:
    of = {code: counts[UNITS["petitions"], f"PETITION_{code}"] for code in (
        "CLASSIFICATION_TTHC", "CLASSIFICATION_STAFF", "PROCESSING_ON_TIME", "HANDLING_SATISFACTION",
    )}  # fmt: skip
    assert of == {
        "CLASSIFICATION_TTHC": (1, 9),
        "CLASSIFICATION_STAFF": (2, 9),
        "PROCESSING_ON_TIME": (5, 9),
        "HANDLING_SATISFACTION": (3, 9),
    }
