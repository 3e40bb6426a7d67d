"""Every dossier, petition and procedure counts where it belongs, once, and is told of where it doesn't."""

import json
import shutil
from pathlib import Path

import pytest
from command_runner import run
from small_province import UNITS, Figures, Row, bring, dossier, measured, petition, procedure

DECIDED = {"decided": "2026-03-20", "effective": "2026-03-16", "entered": "2026-03-21"}


def ranked(data: Path) -> set[str]:
    return {row["unit"] for row in run("rank", "--measured", "--format", "json", "--data", data).json}


def unmapped(data: Path) -> list[Row]:
    rows = run("dossiers", "unmapped", "--format", "json", "--data", data).json
    return [{name: value for name, value in row.items() if value} for row in rows]


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A province with its units, procedures and one dossier; only to be copied."""
    made = tmp_path_factory.mktemp("province") / "data"
    bring(made, "units", UNITS)
    bring(made, "procedures", [procedure(), procedure("1.000002", authority="commune", office="", fee=0)])
    bring(made, "dossiers", [dossier()])
    return made


@pytest.fixture
def data(province: Path, tmp_path: Path) -> Path:
    """The same, of its own."""
    return Path(shutil.copytree(province, tmp_path / "data"))


def test_a_later_measurement_of_a_day_replaces_the_earlier_one_whole(tmp_path: Path) -> None:
    data = tmp_path / "data"
    bring(data, "dossiers", [dossier(), dossier("H15.02.07-260301-0001")])
    measured(data)
    assert "H15.02.07" in ranked(data)
    bring(data, "units", UNITS)
    figures = measured(data)
    assert ranked(data) == {unit for unit, _ in figures} == {row["unit"] for row in UNITS}
    taken = run("rank", "--level", "department", "--measured", "--format", "json", "--data", data).json
    assert {row["of"] for row in taken} == {2}


def test_another_provinces_list_of_the_same_procedures_changes_no_figure(data: Path) -> None:
    before = measured(data)
    others = [
        procedure(office="H19.01", online="none", fee=0, **DECIDED),
        procedure("1.000002", authority="commune", office="", fee=1, **DECIDED),
    ]
    bring(data, "procedures", others)
    assert measured(data) == before
    assert unmapped(data) == [{"kind": "unit", "code": "H19.01", "procedures": 1}]


def test_a_list_that_may_be_any_of_several_provinces_is_asked_about(data: Path) -> None:
    bring(
        data, "units", [{"unit": "H19", "unit_name": "UBND tỉnh Đồng Nai", "level": "province", "parent": ""}]
    )
    for_all = [procedure("1.000003", authority="commune", office="")]
    done = bring(data, "procedures", for_all, code=2)
    assert "thư mục này có số liệu của nhiều tỉnh" in done.err
    bring(data, "procedures", for_all, "--province", "H19")
    figures = measured(data)
    assert figures["H19", "ONLINE_PROVISION"] == (1, 1)
    assert figures["H15", "ONLINE_PROVISION"] == (2, 2)
    printed_for = [procedure("1.000004.000.00.00.H19", authority="commune", office="")]
    bring(data, "procedures", printed_for)
    assert measured(data)["H19", "ONLINE_PROVISION"] == (2, 2)
    assert bring(data, "procedures", for_all, "--province", "H19.01", code=2).out == ""


def publications(data: Path) -> dict[str, tuple[int | None, int | None]]:
    figures = measured(data)
    return {
        name: figures["H15", f"PUBLI{name}"] for name in ("SH_ON_TIME", "C_UPDATE_ON_TIME", "C_CONTENT_FULL")
    }


@pytest.mark.parametrize("together", [True, False], ids=["in one file", "in two"])
def test_a_publication_that_was_late_stays_late_when_the_procedure_is_published_again(
    data: Path, together: bool
) -> None:
    late = procedure(decided="2026-03-20", effective="2026-03-20", entered="2026-06-01")
    again = procedure(decided="2026-07-01", effective="2026-08-01", entered="2026-07-02")
    for rows in [[late, again]] if together else [[late], [again]]:
        bring(data, "procedures", rows)
    assert publications(data) == {
        "SH_ON_TIME": (0, 1), "C_UPDATE_ON_TIME": (0, 1), "C_CONTENT_FULL": (0, 1)
    }  # fmt: skip
    assert measured(data, period="2026-Q3")["H15", "PUBLISH_ON_TIME"] == (1, 1)


def test_a_decision_that_was_entered_by_mistake_is_taken_back_and_one_corrected_is_one(data: Path) -> None:
    slip = procedure(**DECIDED)
    bring(data, "procedures", [slip])
    assert publications(data)["SH_ON_TIME"] == (0, 1)
    bring(data, "procedures", [slip | {"effective": "2026-05-16"}])
    assert publications(data)["SH_ON_TIME"] == (1, 1)
    bring(data, "procedures", [slip | {"ghi nhầm": "có"}])
    assert publications(data) == {
        "SH_ON_TIME": (0, 0), "C_UPDATE_ON_TIME": (0, 0), "C_CONTENT_FULL": (0, 0)
    }  # fmt: skip
    assert measured(data)["H15", "ONLINE_PROVISION"] == (2, 2)


@pytest.mark.parametrize(
    ("effective", "expected"),
    [("2024-06-01", (0, 1)), ("2024-12-01", (0, 1)), ("2028-01-01", (1, 1)), ("", (0, 0))],
)
def test_a_publication_is_judged_however_far_its_day_of_effect_is(
    data: Path, effective: str, expected: tuple[int, int]
) -> None:
    bring(data, "procedures", [procedure(decided="2026-03-02", effective=effective, entered="2026-03-03")])
    assert publications(data)["SH_ON_TIME"] == expected


def test_what_was_entered_later_was_not_yet_late_before_its_last_day(data: Path) -> None:
    bring(data, "procedures", [procedure(decided="2026-03-30", effective="2026-05-30", entered="2026-04-20")])
    assert measured(data, "2026-03-31", "2026-Q1")["H15", "PUBLIC_UPDATE_ON_TIME"] == (1, 1)
    assert measured(data, "2026-09-30", "2026-Q1")["H15", "PUBLIC_UPDATE_ON_TIME"] == (1, 1)


def petitions_of(figures: Figures, *units: str) -> list[tuple[int | None, int | None]]:
    return [figures[unit, "PETITION_PROCESSING_ON_TIME"] for unit in units]


@pytest.mark.parametrize(
    "changes",
    [
        {"unit": "H15.01.03"},
        {"unit": "", "dossier": "H15.01-260301-0001"},
        {"unit": "", "dossier": "H15.01.07-260301-0009"},
        {"unit": "000.00.01.H15"},
        {"sent": "", "forwarded": "20260301080000"},
    ],
)
def test_a_petition_counts_for_the_longest_known_unit(data: Path, changes: Row) -> None:
    done = bring(data, "petitions", [petition(**changes)])
    assert petitions_of(measured(data), "H15", "H15.01", "H15.02") == [(1, 1), (1, 1), (0, 0)]
    assert unmapped(data) == []
    assert "chưa rõ" not in done.err


def test_a_petition_of_no_known_unit_is_told_of_listed_and_given_to_one(data: Path) -> None:
    done = bring(
        data, "petitions", [petition(unit="H99.01"), petition("P2", unit=""), petition("P3", unit="H15.77")]
    )
    assert "2 phản ánh, kiến nghị chưa rõ thuộc đơn vị nào; xem `bochiso dossiers unmapped`." in done.err
    assert petitions_of(measured(data), "H15", "H15.01") == [(1, 1), (0, 0)]
    assert unmapped(data) == [
        {"kind": "unit", "petitions": 1},
        {"kind": "unit", "code": "H15.77", "counted_to": "H15", "petitions": 1},
        {"kind": "unit", "code": "H99.01", "petitions": 1},
    ]
    given = run("dossiers", "map", "H99.01", "H15.01", "--data", data)
    assert given.err == ("Đã ghép mã H99.01 vào đơn vị H15.01: 0 hồ sơ, 1 phản ánh, kiến nghị mang mã này.\n")
    assert petitions_of(measured(data), "H15", "H15.01") == [(2, 2), (1, 1)]
    bring(data, "petitions", [petition("P2")])
    assert petitions_of(measured(data), "H15", "H15.01") == [(3, 3), (2, 2)]
    assert [row["code"] for row in unmapped(data)] == ["H15.77"]


def test_map_moves_petitions_and_procedures_of_a_deeper_code(data: Path) -> None:
    bring(data, "petitions", [petition(unit="H15.01.03")])
    bring(data, "procedures", [procedure("1.000009", office="H15.01.03")])
    before = measured(data)
    assert before["H15.01", "ONLINE_PROVISION"] == (2, 2)
    given = run("dossiers", "map", "H15.01.03", "H15.02", "--data", data)
    assert given.err == (
        "Đã ghép mã H15.01.03 vào đơn vị H15.02: 0 hồ sơ, 1 phản ánh, kiến nghị, 1 thủ tục mang mã này.\n"
    )
    after = measured(data)
    assert petitions_of(after, "H15", "H15.01", "H15.02") == [(1, 1), (0, 0), (1, 1)]
    assert [after[unit, "ONLINE_PROVISION"] for unit in ("H15.01", "H15.02")] == [(1, 1), (1, 1)]
    assert run("dossiers", "unmap", "H15.01.03", "--data", data).code == 0
    assert measured(data) == before


def test_a_petition_of_no_day_is_refused_with_its_row_and_column(data: Path) -> None:
    done = bring(data, "petitions", [petition(sent=""), petition("P2")], code=1)
    assert "petitions.csv, dòng 2, cột sent: thiếu giá trị ở cột này." in done.err


def test_a_procedure_of_an_unlisted_office_counts_for_the_province_and_is_listed(data: Path) -> None:
    done = bring(data, "procedures", [procedure("1.000009", office="H99.01") | {"tỉnh": "H15"}])
    assert "1 thủ tục có cơ quan giải quyết chưa có trong danh sách đơn vị" in done.err
    bring(data, "procedures", [procedure("1.000010", office="H15.77")])
    assert unmapped(data) == [
        {"kind": "unit", "code": "H15.77", "counted_to": "H15", "procedures": 1},
        {"kind": "unit", "code": "H99.01", "procedures": 1},
    ]
    figures = measured(data)
    assert [figures[unit, "ONLINE_PROVISION"] for unit in ("H15", "H15.01")] == [(4, 4), (1, 1)]
    assert run("dossiers", "map", "H99.01", "H15.02", "--data", data).code == 0
    assert measured(data)["H15.02", "ONLINE_PROVISION"] == (1, 1)


def test_a_dossier_of_a_sender_that_is_not_listed_counts_for_the_longest_known_unit_above_it(
    data: Path, tmp_path: Path
) -> None:
    senders = {
        "H15.77": "H16.01-260301-0001", "H15.01": "H16.01-260301-0002", "H15.01.09": "H14.01-260301-0009",
        "G05": "G05.11-260301-012345",
    }  # fmt: skip
    for sender, number in senders.items():
        envelope = {
            "madonvi": sender,
            "service": "DongBoHoSoMC",
            "isUpdating": "False",
            "data": [dossier(number)],
        }
        path = tmp_path / "ban-tin.json"
        path.write_text(json.dumps(envelope), "utf-8")
        done = run("import", "dossiers", path, "--data", data)
    assert "1 hồ sơ chưa rõ thuộc đơn vị nào" in done.err
    figures = measured(data)
    assert [figures[unit, "ONLINE_FILING"][1] for unit in ("H15", "H15.01", "H15.02")] == [4, 3, 0]
    assert [row for row in unmapped(data) if row["kind"] == "unit"] == [
        {"kind": "unit", "code": "G05.11", "dossiers": 1},
        {"kind": "unit", "code": "H16.01", "counted_to": "H15", "dossiers": 1},
    ]
