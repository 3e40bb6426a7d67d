"""`bochiso report 07a`, `import forms`, `forms`, `reconcile`: from dossiers to forms, and forms back in."""

import json
from datetime import date
from pathlib import Path

import pytest
from command_runner import run
from form_workbooks import NEW_HEADS, sent_workbook

from bochiso.rules.periodic_forms import report_forms
from bochiso.simulate.rhythm import Rhythm
from bochiso.simulate.writing import write_province
from bochiso.store.dossiers.file_import import import_dossiers, import_records
from bochiso.store.folder import DataFolder

PERIOD = ("--period", "2026-05@15")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("province")
    write_province(made, "H15", 2_000, 9, Rhythm(date(2026, 1, 1), date(2026, 6, 30)))
    folder = DataFolder(tmp_path_factory.mktemp("data") / "own")
    for kind in ("units", "procedures", "petitions"):
        table = made / f"{kind}.csv"
        import_records(folder, kind, [(table.name, table.read_bytes())])
    import_dossiers(folder, [made / "dossiers.jsonl", made / "steps.jsonl"])
    return folder.root


@pytest.mark.landing
def test_what_a_unit_sends_as_it_was_made_here_differs_nowhere(data: Path, tmp_path: Path) -> None:
    made = run("report", "07a", "--unit", "H15.24", *PERIOD, "--data", data, "-o", tmp_path)
    assert made.code == 0, made.err
    names = [Path(line).name for line in made.out.splitlines()]
    assert names == ["bieu-07a-H15.24-2026-05@15.xlsx", "bieu-07a-H15.24-2026-05@15.docx"]
    sent = run("import", "forms", tmp_path / names[0], "--as-of", "2026-05-19", "--data", data)
    assert sent.code == 0, sent.err
    assert "đã nhận biểu kỳ tháng 5/2026 (từ 15/04/2026 đến 14/05/2026) của H15.24" in sent.err
    listed = json.loads(run("forms", *PERIOD, "--format", "json", "--data", data).out)
    (one,) = [each for each in listed if each["unit"] == "H15.24"]
    assert (one["sent_on"], one["late"], one["differences"]) == ("2026-05-19", False, 0)
    assert sum(each["sent_on"] is None for each in listed) == len(listed) - 1 > 100
    whole, merged = tmp_path / "whole", tmp_path / "merged"
    assert run("report", "07b", *PERIOD, "--data", data, "-o", whole).code == 0
    assert run("report", "07b", "--sent", *PERIOD, "--data", data, "-o", merged).code == 0
    counted = json.loads(run("reconcile", *PERIOD, "--format", "json", "--data", data).out)
    assert [row["form"] for row in counted if row["line"] == "received" and row["cause"] is None] != [0]


def test_a_form_that_contradicts_the_one_before_is_refused_and_nothing_is_kept(
    data: Path, tmp_path: Path
) -> None:
    good = ("Hộ tịch", 5, 3, 0, 0, 1, 1, 4, 2, 1, 1, 1, 1, 0)
    path = tmp_path / "bieu.xlsx"
    path.write_bytes(sent_workbook(NEW_HEADS, [good]))
    asked = ("import", "forms", path, "--unit", "H15.105", "--data", data)
    assert run(*asked, "--period", "2026-01@15").code == 0
    path.write_bytes(sent_workbook(NEW_HEADS, [("Hộ tịch", 7, 3, 0, 0, 1, 3, 4, 2, 1, 1, 3, 3, 0)]))
    done = run(*asked, "--period", "2026-02@15")
    assert done.code == 2
    assert (
        "từ kỳ trước chuyển qua ghi 3 hồ sơ, nhưng biểu kỳ tháng 01/2026 (từ 15/12/2025 đến 14/01/2026)"
        in done.err
    )
    listed = json.loads(run("forms", "--period", "2026-02@15", "--format", "json", "--data", data).out)
    assert {each["sent_on"] for each in listed} == {None}


def test_a_form_of_a_calendar_month_is_of_no_report(data: Path, tmp_path: Path) -> None:
    """It would be kept where nobody gathers it, and its unit would think that it has sent."""
    path = tmp_path / "bieu.xlsx"
    path.write_bytes(
        sent_workbook(
            NEW_HEADS,
            [("Hộ tịch", 5, 3, 0, 0, 1, 1, 4, 2, 1, 1, 1, 1, 0)],
            above=("(Từ ngày 01/4/2026 đến ngày 30/4/2026)",),
        )
    )
    done = run("import", "forms", path, "--unit", "H15.106", "--data", data)
    assert done.code == 2
    assert "biểu tính tháng 4 năm 2026, không phải kỳ báo cáo" in done.err


def test_a_unit_that_stands_in_two_rows_is_refused_whatever_each_calls_it(data: Path, tmp_path: Path) -> None:
    """By its code and by its name: its dossiers would count twice."""
    row = (5, 3, 0, 0, 1, 1, 4, 2, 1, 1, 1, 1, 0)
    known = json.loads(run("units", "list", "--province", "H15", "--format", "json", "--data", data).out)
    name = next(each["unit_name"] for each in known if each["unit"] == "H15.107")
    path = tmp_path / "bieu.xlsx"
    path.write_bytes(sent_workbook(NEW_HEADS, [("H15.107", *row), (name, *row)], label="Tên đơn vị"))
    done = run("import", "forms", path, *PERIOD, "--data", data)
    assert done.code == 2
    assert "bieu.xlsx › Biểu, dòng 5: " in done.err
    assert "đã có ở dòng trên của biểu" in done.err
    table = tmp_path / "bang.csv"
    table.write_text(f"Đơn vị;Số hồ sơ quá hạn\nH15.107;3\n{name};4\n", "utf-8")
    asked = ("office", "handling", table, "--province", "H15", "--as-of", "2026-05-14", "--data", data)
    done = run(*asked)
    assert done.code == 2
    assert "bảng ghi hai dòng cho một đơn vị" in done.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("report", "07a"), "--period 2026-11@15"),
        (("report", "07b", "--unit", "H15.24", *PERIOD), "là biểu của UBND cấp tỉnh"),
        (("report", "07a", "--unit", "H15.999", *PERIOD), "không có đơn vị “H15.999”"),
        (("report", "07a", "--period", "2090-01@15"), "chưa bắt đầu"),
        (("report", "03b", *PERIOD), "chưa nạp sổ công bố thủ tục"),
    ],
)
def test_what_cannot_be_made_is_refused_with_what_to_do(
    data: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    done = run(*words, "--data", data, "-o", tmp_path / "out")
    assert done.code == 2
    assert said in done.err
    assert not (tmp_path / "out").exists()


def test_without_any_dossier_no_form_says_nought(tmp_path: Path) -> None:
    units = tmp_path / "units.csv"
    units.write_text("mã,tên,cấp\nH15,UBND tỉnh Đắk Lắk,tỉnh\n", "utf-8")
    assert run("import", "units", units, "--data", tmp_path / "data").code == 0
    done = run("report", "07b", *PERIOD, "--data", tmp_path / "data", "-o", tmp_path / "out")
    assert done.code == 2
    assert "chưa nạp hồ sơ nào" in done.err


def test_a_difference_opens_to_its_dossiers(data: Path, tmp_path: Path) -> None:
    rows = json.loads(run("reconcile", *PERIOD, "--format", "json", "--data", data).out)
    (carried,) = [row for row in rows if (row["line"], row["cause"]) == ("received", "carry_over")]
    asked = ("--line", "received", "--cause", "carry_over")
    listed = json.loads(run("reconcile", *PERIOD, *asked, "--format", "json", "--data", data).out)
    assert len(listed) == carried["form"] > 0
    assert all(each["received_on"] < "2026-04-15" for each in listed)
    files = run("reconcile", *PERIOD, "-o", tmp_path / "out", "--data", data)
    assert files.code == 0, files.err
    assert sorted(each.suffix for each in (tmp_path / "out").iterdir()) == [".docx", ".xlsx"]


@pytest.mark.parametrize("code", sorted(report_forms().forms))
def test_every_form_can_be_asked_for(data: Path, tmp_path: Path, code: str) -> None:
    done = run("report", code, "--period", "2026-Q2@15", "--data", data, "-o", tmp_path)
    assert done.code == (2 if code == "03b" else 0), done.err
