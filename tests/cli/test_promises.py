"""What other programs may rely on: JSON and CSV on standard output alone, in the shapes that are promised."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from command_runner import EXAMPLES, process, run
from hypothesis import given
from hypothesis import strategies as st

from bochiso.cli.output import _cell
from bochiso.intake.figures.detect import read_files
from bochiso.rules.loader import load_rules
from bochiso.store.folder import DataFolder
from bochiso.text import VIETNAM

METRICS = EXAMPLES / "metrics-2026.csv"
UNITS = EXAMPLES / "units-H21-2026-10-07.csv"
GROUPS = ["CKMB", "TDGQ", "CLGQ", "TTTT", "MDHL", "MDSH"]

UNIT_KEYS = [
    "unit", "unit_name", "level", "parent", "total", "grade", "rank", "of", "out_of", "basis", "complete",
    "groups", "indicators", "notes",
]  # fmt: skip
INDICATOR_KEYS = [
    "code", "group", "numerator", "denominator", "rate", "target", "points", "max_points",
    "published", "inherited_from",
]  # fmt: skip


def points_in(unit: dict[str, Any]) -> Iterator[Any]:
    yield unit["total"]
    yield from unit["groups"].values()
    for each in unit["indicators"]:
        yield from (each["points"], each["max_points"], each["published"])


def test_a_unit_in_json_has_the_promised_keys_in_their_order() -> None:
    for unit in run("score", METRICS, "--format", "json").json:
        assert list(unit) == UNIT_KEYS
        assert list(unit["groups"]) == GROUPS
        for indicator in unit["indicators"]:
            assert list(indicator) == INDICATOR_KEYS


def test_points_in_json_are_numbers_of_at_most_two_decimals_or_null() -> None:
    text = run("score", METRICS, "--format", "json").out
    for unit in json.loads(text, parse_float=Decimal, parse_int=Decimal):
        for points in points_in(unit):
            assert points is None or (isinstance(points, Decimal) and points == round(points, 2))


def test_what_was_not_measured_is_null_in_json() -> None:
    units = {unit["unit"]: unit for unit in run("score", METRICS, "--format", "json").json}
    found = units["H20"]
    assert (found["total"], found["grade"], found["rank"], found["basis"]) == (None, None, None, None)
    assert found["complete"] is False
    assert found["groups"]["CLGQ"] is None
    assert found["groups"]["CKMB"] == 11.46
    assert found["notes"]
    one = next(each for each in found["indicators"] if each["code"] == "PUBLISH_ON_TIME")
    assert one == {
        "code": "PUBLISH_ON_TIME", "group": "CKMB", "numerator": 0, "denominator": 52, "rate": 0,
        "target": 1, "points": 0, "max_points": 6, "published": 0, "inherited_from": None,
    }  # fmt: skip


def test_a_ranked_unit_in_json() -> None:
    units = run("score", UNITS, "--format", "json").json
    best = units[0]
    assert best == {
        "unit": "H21.17", "unit_name": "Sở Văn hóa, Thể thao và Du lịch - tỉnh Gia Lai",
        "level": "department", "parent": "H21", "total": 79.09, "grade": "Khá", "rank": 1, "of": 14,
        "out_of": 100, "basis": "points", "complete": True,
        "groups": {"CKMB": 11.79, "TDGQ": 19.97, "CLGQ": 6.72, "TTTT": 8.51, "MDHL": 18, "MDSH": 14.1},
        "indicators": [], "notes": [],
    }  # fmt: skip
    assert [unit["level"] for unit in units] == ["department"] * 14 + ["commune"] * 135
    for level in ("department", "commune"):
        ranks = [unit["rank"] for unit in units if unit["level"] == level]
        assert ranks == sorted(ranks)


def test_csv_has_the_promised_heading_and_plain_numbers() -> None:
    done = run("score", UNITS, "--format", "csv")
    lines = done.out.split("\n")
    assert lines[0] == "rank,of,unit,unit_name,level,total,grade,CKMB,TDGQ,CLGQ,TTTT,MDHL,MDSH"
    assert lines[1] == (
        '1,14,H21.17,"Sở Văn hóa, Thể thao và Du lịch - tỉnh Gia Lai",department,79.09,Khá,'
        "11.79,19.97,6.72,8.51,18.00,14.10"
    )
    assert len(lines) == 1 + 149 + 1


def test_messages_go_to_standard_error_and_data_alone_to_standard_output() -> None:
    for form in ("json", "csv"):
        done = process("score", UNITS, "--format", form)
        assert done.code == 0
        assert "Đọc 149 dòng: nhận 149, từ chối 0." in done.err
        assert "Đọc" not in done.out
        assert "\x1b" not in done.out


@pytest.mark.parametrize(
    "words",
    [("rank",), ("rank", "--against", "previous"), ("explain", "H21.17"), ("check",), ("snapshots",)],
    ids=" ".join,
)
def test_every_table_is_also_json_and_csv_alone(data: Path, words: tuple[str, ...]) -> None:
    as_json = run(*words, "--data", data, "--format", "json")
    as_csv = run(*words, "--data", data, "--format", "csv")
    assert (as_json.err, as_csv.err) == ("", "")
    assert as_json.json
    rows = list(csv.reader(io.StringIO(as_csv.out)))
    assert len({len(row) for row in rows}) <= 1


def test_a_ranking_says_of_which_day_and_period_each_row_is_and_when_it_was_read(data: Path) -> None:
    rows = run("rank", "--data", data, "--format", "json").json
    days = {(row["level"], row["as_of"], row["period"]) for row in rows}
    assert days == {
        ("province", "2026-10-08", "2026"),
        ("department", "2026-10-10", "2026"),
        ("commune", "2026-10-10", "2026"),
    }
    assert all(row["read_at"].endswith("+00:00") and row["changed_at"] for row in rows)
    heading = run("rank", "--data", data, "--format", "csv").out.split("\n", 1)[0]
    assert heading.startswith("rank,of,unit,unit_name,level,total,grade,CKMB,")
    assert heading.endswith(",as_of,period")


def test_excel_gets_a_mark_semicolons_and_decimal_commas() -> None:
    done = process("score", UNITS, "--excel")
    assert done.out.startswith("\ufeffrank;of;unit;unit_name;level;total;grade;CKMB;")
    first = done.out.split("\r\n")[1]
    assert first.endswith(";department;79,09;Khá;11,79;19,97;6,72;8,51;18,00;14,10")


def test_what_excel_gets_is_read_back_to_the_same_figures() -> None:
    rules = load_rules("qd766")
    excel = run("score", UNITS, "--excel").out.encode()
    ours = read_files("points", [("ra.csv", excel)], rules)
    theirs = read_files("points", [("vào.csv", UNITS.read_bytes())], rules)
    columns = ["unit", "code", "points"]
    assert ours.refusals == ()
    assert sorted(map(str, ours.figures.select(columns).to_pylist())) == sorted(
        map(str, theirs.figures.select(columns).to_pylist())
    )


def test_what_was_imported_is_exported_by_csv_as_it_was(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert run("import", "points", UNITS, "--as-of", "2026-10-07", "--data", data).code == 0
    (tmp_path / "ra.csv").write_text(run("rank", "--data", data, "--format", "csv").out, "utf-8")
    again = run("score", tmp_path / "ra.csv", "--format", "csv")
    assert again.code == 0
    assert again.out == run("score", UNITS, "--format", "csv").out


@given(st.text(min_size=1, max_size=20))
def test_no_cell_starts_what_a_spreadsheet_would_run(text: str) -> None:
    for excel in (True, False):
        assert not re.match(r"[=+\-@\t\r]", _cell(text, excel=excel))
    assert _cell(text, excel=True).removeprefix("'").endswith(text.removeprefix("'"))


def test_negative_numbers_stay_numbers_in_excel() -> None:
    assert _cell(Decimal("-11.80"), excel=True) == "-11,80"
    assert (_cell(-118.3, excel=True), _cell(-118.3, excel=False)) == ("-118,3", "-118.3")


def test_days_and_moments_are_days_to_a_vietnamese_excel_and_iso_to_programs() -> None:
    at = datetime(2026, 9, 30, 8, 5, tzinfo=VIETNAM)
    assert (_cell(at, excel=True), _cell(at.date(), excel=True)) == ("30/09/2026 08:05", "30/09/2026")
    assert (_cell(at, excel=False), _cell(at.date(), excel=False)) == (
        "2026-09-30 08:05:00+07:00", "2026-09-30",
    )  # fmt: skip
    assert _cell(Decimal("1234567.5"), excel=True) == "1234567,5"
    assert _cell(None, excel=True) == ""


def test_json_and_excel_together_are_a_contradiction(data: Path) -> None:
    done = run("rank", "--data", data, "--format", "json", "--excel")
    assert (done.code, done.out) == (2, "")
    assert "--excel là một dạng CSV" in done.err


def test_the_same_store_always_gives_the_same_bytes(own_data: Path) -> None:
    commands = [("rank", "--against", "previous"), ("explain", "H20"), ("check",), ("snapshots",)]
    before = [run(*words, "--data", own_data, "--format", "json").out for words in commands]
    DataFolder(own_data).facts.write_bytes(b"garbage")
    assert run("rank", "--data", own_data).code == 2
    done = run("rebuild", "--data", own_data)
    assert (done.code, done.out, done.err) == (0, "", "Đã dựng lại từ 9 lần đọc.\n")
    assert [run(*words, "--data", own_data, "--format", "json").out for words in commands] == before
