"""The portal's list by command: kept, compared, measured from, and what every surface says without it."""

import csv
import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from command_runner import run

YEAR = ("--as-of", "2026-09-30", "--period", "2026-01-01..2026-09-30")
NOT_MEASURED = "trên 94 điểm"


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated province's files, its dossiers taken in."""
    root = tmp_path_factory.mktemp("province")
    done = run(
        "simulate", "--province", "H15", "--dossiers", "3000", "--seed", "2",
        "--period", "2026-01-01..2026-09-30", "-o", root / "files",
    )  # fmt: skip
    assert done.code == 0
    for kind in ("units", "procedures", "petitions"):
        assert run("import", kind, root / "files" / f"{kind}.csv", "--data", root / "data").code == 0
    files = (root / "files" / "dossiers.jsonl", root / "files" / "steps.jsonl")
    assert run("import", "dossiers", *files, "--data", root / "data").code == 0
    return root


@pytest.fixture
def own(province: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(province / "data", tmp_path / "data"))


@pytest.fixture(scope="module")
def listed(province: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same folder with the portal's list; only to be copied."""
    own = tmp_path_factory.mktemp("listed") / "data"
    shutil.copytree(province / "data", own)
    done = run(
        "import", "portal-list", province / "files" / "portal-list.csv", "--province", "H15",
        "--as-of", "2026-09-30", "--data", own,
    )  # fmt: skip
    assert done.code == 0
    assert "không giữ các cột có thông tin cá nhân" in done.err
    return own


@pytest.fixture
def with_list(listed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(listed, tmp_path / "data"))


def sync(data: Path) -> list[dict[str, object]]:
    done = run("measure", *YEAR, "--data", data, "--format", "json")
    return [row for row in done.json if row["indicator"] == "DOSSIER_SYNC"]


def test_without_a_list_1_4_is_not_measured_and_every_surface_says_94(own: Path, tmp_path: Path) -> None:
    assert {(row["numerator"], row["denominator"]) for row in sync(own)} == {(None, None)}
    ranked = run("rank", "--measured", "--level", "department", "--data", own)
    assert "/94" in ranked.out
    assert "/12" in ranked.out
    assert NOT_MEASURED in ranked.out + ranked.err
    rows = json.loads(run("rank", "--measured", "--level", "commune", "--data", own, "--format", "json").out)
    assert {(row["out_of"], row["rank"] is None) for row in rows} == {(94, False)}
    explained = run("explain", "H15.24", "--measured", "--data", own)
    assert "/94, " in explained.out
    assert NOT_MEASURED in " ".join(explained.out.split())
    made = run("report", "month", "--measured", "--province", "H15", "--data", own, "-o", tmp_path / "o")
    assert made.code == 0
    assert NOT_MEASURED in " ".join(made.err.split())


def test_with_a_list_1_4_is_measured_and_totals_are_out_of_100(with_list: Path) -> None:
    rows = sync(with_list)
    top = next(row for row in rows if row["unit"] == "H15")
    assert 0 < int(str(top["numerator"])) < int(str(top["denominator"]))
    ranked = run("rank", "--measured", "--level", "department", "--data", with_list)
    assert "/100" in ranked.out
    assert "theo danh sách hồ sơ của Cổng" in ranked.out + ranked.err


def test_points_of_a_day_with_a_list_and_of_one_without_are_not_subtracted(
    province: Path, with_list: Path
) -> None:
    run("measure", "--as-of", "2026-09-15", "--period", "2026-01-01..2026-09-30", "--data", with_list)
    run("measure", *YEAR, "--data", with_list)
    words = ("--measured", "--level", "department", "--as-of", "2026-09-30", "--against", "2026-09-15")
    said = " ".join((run("rank", *words, "--data", with_list).out).split())
    assert "Không so sánh điểm giữa ngày 15/09/2026 (trên 94 điểm) và ngày 30/09/2026 (trên 100 điểm)" in said


def published(path: Path, *units: str) -> Path:
    table = path / "published.csv"
    lines = [
        f"{unit},{unit},{level},DOSSIER_SYNC,9,10,5.4" for unit, level in (each.split() for each in units)
    ]
    table.write_text(
        "unit,unit_name,level,indicator,numerator,denominator,score\n" + "\n".join(lines), "utf-8"
    )
    return table


def test_without_a_list_the_published_figure_stands_and_is_named_so(own: Path, tmp_path: Path) -> None:
    with (own.parent / "units.json").open("w") as file:
        file.write(run("measure", *YEAR, "--data", own, "--format", "json").out)
    rows = json.loads((own.parent / "units.json").read_text("utf-8"))
    every = sorted({f"{row['unit']} {row['level']}" for row in rows if row["level"] == "department"})
    table = published(tmp_path, *every)
    period = ("--as-of", "2026-09-29", "--period", "2026-01-01..2026-09-30")
    assert run("import", "measures", table, *period, "--data", own).code == 0
    found = {row["unit"]: (row["numerator"], row["denominator"]) for row in sync(own)}
    assert {found[each.split()[0]] for each in every} == {(9, 10)}
    assert found["H15"] == (None, None)
    said = run("rank", "--measured", "--level", "department", "--data", own)
    assert "công bố ngày 29/09/2026" in " ".join((said.out + said.err).split())
    assert "/100" in said.out
    communes = run("rank", "--measured", "--level", "commune", "--data", own)
    assert "/94" in communes.out
    ranked = run("rank", "--measured", "--level", "department", "--data", own, "--format", "json").json
    first = ranked[0]
    work = run("work", "lists", "--unit", first["unit"], *YEAR, "--data", own)
    lost = f"{100 - Decimal(str(first['total'])):.2f}".replace(".", ",")
    assert f"mất {lost} điểm" in " ".join((work.out + work.err).split())


def test_a_publication_that_lacks_a_unit_stands_for_none_of_its_level(own: Path, tmp_path: Path) -> None:
    table = published(tmp_path, "H15.24 department", "H15.05 department")
    run("import", "measures", table, *YEAR, "--data", own)
    assert {row["numerator"] for row in sync(own)} == {None}


def test_the_differences_are_listed_with_their_price(with_list: Path) -> None:
    done = run("dossiers", "unsynced", *YEAR, "--data", with_list, "--format", "csv")
    rows = list(csv.DictReader(done.out.splitlines()))
    assert {row["kind"] for row in rows} == {"missing_there", "missing_here", "differs"}
    gone = next(row for row in rows if row["kind"] == "missing_there")
    assert "1.4" in gone["indicators"].split(", ")
    assert Decimal(gone["lost"]) > 0
    assert all(row["resend"] for row in rows)
    assert "thiếu trên Cổng" in done.err
    shown = run("dossiers", "unsynced", *YEAR, "--unit", "H15.24", "--data", with_list)
    assert shown.code == 0


def test_without_a_list_there_is_nothing_to_compare_with(own: Path) -> None:
    done = run("dossiers", "unsynced", *YEAR, "--data", own)
    assert done.code == 2
    assert "chưa có danh sách hồ sơ của Cổng" in done.err


def test_a_list_of_another_province_keeps_nothing(province: Path, own: Path) -> None:
    words = ("import", "portal-list", province / "files" / "portal-list.csv", "--province", "H19")
    done = run(*words, "--as-of", "2026-09-30", "--data", own)
    assert done.code == 2
    assert "H15, không phải của H19" in done.err
    assert run("dossiers", "unsynced", *YEAR, "--data", own).code == 2


def test_a_list_that_is_cut_off_keeps_nothing(province: Path, own: Path, tmp_path: Path) -> None:
    text = (province / "files" / "portal-list.csv").read_text("utf-8-sig").splitlines(keepends=True)
    torn = tmp_path / "torn.csv"
    torn.write_text("".join([*text[:1000], text[-1]]), "utf-8")
    done = run("import", "portal-list", torn, "--province", "H15", "--as-of", "2026-09-30", "--data", own)
    assert done.code == 2
    assert "danh sách bị cắt" in done.err


def test_a_list_brought_in_again_takes_the_place_of_the_first(province: Path, with_list: Path) -> None:
    words = ("import", "portal-list", province / "files" / "portal-list.csv", "--as-of", "2026-09-30")
    done = run(*words, "--data", with_list)
    assert done.code == 0
    assert "Thay cho danh sách ngày 30/09/2026" in done.err


def test_rebuilt_facts_have_the_list(with_list: Path) -> None:
    before = sync(with_list)
    assert run("rebuild", "--data", with_list).code == 0
    assert sync(with_list) == before


def test_a_period_without_messages_is_warned_of_wherever_it_shows(own: Path, tmp_path: Path) -> None:
    asked = ("--as-of", "2026-10-31", "--period", "2026-10")
    warning = "CẢNH BÁO: kỳ này không có hồ sơ nào được gửi về"
    assert warning in run("measure", *asked, "--data", own).err
    for words in (("rank", "--level", "commune"), ("explain", "H15.24")):
        shown = run(*words, "--measured", *asked, "--data", own)
        assert warning in " ".join((shown.out + shown.err).split())
    made = run(
        "report", "month", "--measured", *asked, "--province", "H15", "--data", own, "-o", tmp_path / "o"
    )
    assert made.code == 2
    assert "không có hồ sơ nào của tỉnh Đắk Lắk từ đầu kỳ" in " ".join(made.err.split())


def test_how_old_the_last_messages_are_is_listed(own: Path) -> None:
    rows = json.loads(run("dossiers", "messages", "--data", own, "--format", "json").out)
    assert rows[0]["last_at"] is None or rows[0]["age_days"] >= rows[-1]["age_days"]
    assert sum(row["file"] for row in rows) == 3000


def test_a_list_of_a_period_that_has_not_begun_is_not_kept(tmp_path: Path) -> None:
    listed = tmp_path / "list.csv"
    listed.write_text(
        "Mã hồ sơ,Ngày tiếp nhận,Hình thức nộp\nH15.10-261105-0001,05/11/2026 08:00,Trực tuyến\n", "utf-8"
    )
    data = tmp_path / "data"
    done = run("import", "portal-list", listed, "--province", "H15", "--period", "2027", "--data", data)
    assert (done.code, "kỳ năm 2027 chưa bắt đầu" in done.err) == (2, True)
    assert not data.exists()
