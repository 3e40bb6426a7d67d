"""Which snapshot a person means, and what is said of two that are compared."""

from pathlib import Path

import pytest
from reading_samples import COMMUNES, DEPARTMENTS, LATER, QD766, keep

from bochiso.errors import ComputeError
from bochiso.periods import Period, parse_period
from bochiso.rules.loader import rules_text
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.snapshots.queries import Ranked, checked, explained, rankings
from bochiso.store.snapshots.snapshot_selection import choose
from bochiso.text import Lang
from bochiso.units.model import Level

INCOMPLETE = "unit,unit_name,level,CKMB\nH21.09,Sở Y tế - tỉnh Gia Lai,department,11.79\n"


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


def chosen(folder: DataFolder, wanted: str | None, period: str | None = None) -> tuple[str, str]:
    with open_store(folder) as store:
        found = choose(store, wanted, parse_period(period) if period else None)
    return found.as_of.isoformat(), found.period.code


def ranked(
    folder: DataFolder,
    level: Level | None = None,
    *,
    as_of: str | None = None,
    period: Period | None = None,
    against: str | None = None,
    within: str | None = None,
) -> list[Ranked]:
    with open_store(folder) as store:
        return list(
            rankings(
                store, level=level, as_of=as_of, period=period, against=against, rules=None, within=within
            )
        )


def days(found: list[Ranked]) -> dict[str, str]:
    return {one.level.value: one.after.snapshot.as_of.isoformat() for one in found}


def said(error: pytest.ExceptionInfo[ComputeError]) -> str:
    return error.value.render(Lang.VI)


def test_the_newest_where_nothing_was_asked_for(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS, day="2026-10-08")
    keep(folder, DEPARTMENTS, day="2026-10-02")
    assert chosen(folder, None) == ("2026-10-08", "2026")


@pytest.mark.parametrize("wanted", ["2026-10-02", "02/10/2026", "tuần 01 tháng 10/2026"])
def test_a_day_in_either_form_or_a_label(folder: DataFolder, wanted: str) -> None:
    keep(folder, DEPARTMENTS, day="2026-10-02", label="tuần 01 tháng 10/2026")
    keep(folder, DEPARTMENTS, day="2026-10-08", label="tuần 02 tháng 10/2026")
    assert chosen(folder, wanted) == ("2026-10-02", "2026")


def test_a_day_of_two_periods_lists_them(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS)
    keep(folder, DEPARTMENTS, period="2026-10")
    with pytest.raises(ComputeError) as error:
        chosen(folder, "2026-10-07")
    assert said(error).endswith("Ghi rõ cả kỳ và ngày: 2026/2026-10-07, 2026-10/2026-10-07.")
    assert chosen(folder, "2026-10-07", "2026-10") == ("2026-10-07", "2026-10")


def test_a_label_of_two_days_lists_them(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS, day="2026-10-02", label="tuần 01")
    keep(folder, DEPARTMENTS, day="2026-11-02", label="tuần 01")
    with pytest.raises(ComputeError) as error:
        chosen(folder, "tuần 01")
    assert "2026-10-02, 2026-11-02" in said(error)


@pytest.mark.parametrize(("wanted", "period"), [("2026-10-09", None), ("hôm qua", None), (None, "2025")])
def test_what_is_not_there_lists_what_is(folder: DataFolder, wanted: str | None, period: str | None) -> None:
    keep(folder, DEPARTMENTS, label="tuần 01")
    with pytest.raises(ComputeError) as error:
        chosen(folder, wanted, period)
    assert str(wanted or period) in said(error)
    assert "2026-10-07 (tuần 01, 2026)" in said(error)


def test_each_level_is_ranked_from_its_own_newest_snapshot(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS, day="2026-10-02")
    keep(folder, COMMUNES, day="2026-10-07")
    assert days(ranked(folder)) == {"department": "2026-10-02", "commune": "2026-10-07"}
    assert days(ranked(folder, as_of="2026-10-02")) == {"department": "2026-10-02"}


def test_a_snapshot_in_which_no_unit_is_complete_gives_way_to_one_that_ranks(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS, day="2026-10-02")
    keep(folder, INCOMPLETE, day="2026-10-07")
    assert days(ranked(folder)) == {"department": "2026-10-02"}


def test_units_that_are_nowhere_complete_are_shown_all_the_same(folder: DataFolder) -> None:
    keep(folder, INCOMPLETE, day="2026-10-02")
    keep(folder, COMMUNES, day="2026-10-07")
    (one,) = ranked(folder, Level.DEPARTMENT)
    assert [row.rank for row in one.standings.rows] == [None]


def test_previous_is_the_last_of_the_same_period_with_the_level(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS, day="2026-10-01")
    keep(folder, DEPARTMENTS, day="2026-10-02", period="2026-Q3")
    keep(folder, COMMUNES, day="2026-10-03")
    keep(folder, LATER, day="2026-10-07")
    (one,) = ranked(folder, Level.DEPARTMENT, against="previous")
    assert one.remarks[0].render(Lang.VI) == "So với kỳ năm 2026, số liệu ngày 01/10/2026."
    assert one.comparison is not None
    assert [str(change.total) for change in one.comparison.changes] == ["0.02", "0.00"]


MIXED = (
    ("2026-06-30", "2026-Q2"), ("2026-08-31", "2026-08"), ("2026-09-15", "2026-09"),
    ("2026-09-24", "2026"), ("2026-09-30", "2026-09"), ("2026-09-30", "2026-Q3"), ("2026-09-30", "2026"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("period", "day", "before"),
    [
        ("2026-09", "2026-09-30", "2026-08-31"),
        ("2026-09", "2026-09-15", "2026-08-31"),
        ("2026-Q3", "2026-09-30", "2026-06-30"),
        ("2026", "2026-09-30", "2026-09-24"),
    ],
)
def test_previous_is_of_the_same_kind_of_period(
    folder: DataFolder, period: str, day: str, before: str
) -> None:
    for on, of in MIXED:
        keep(folder, DEPARTMENTS, day=on, period=of)
    (found,) = ranked(folder, Level.DEPARTMENT, as_of=f"{period}/{day}", against="previous")
    assert "/".join(reversed(before.split("-"))) in found.remarks[0].render(Lang.VI)
    under_way = day == "2026-09-15"
    assert any("độ dài" in text.render(Lang.VI) for text in found.remarks) is under_way


def test_a_month_has_nothing_before_it_where_only_longer_periods_are_kept(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS, day="2026-06-30", period="2026-Q2")
    keep(folder, DEPARTMENTS, day="2026-07-31", period="2026-07")
    with pytest.raises(ComputeError, match="of its kind"):
        ranked(folder, Level.DEPARTMENT, as_of="2026-07", against="previous")
    (found,) = ranked(folder, Level.DEPARTMENT, as_of="2026-07", against="2026-Q2")
    assert any("không cùng độ dài kỳ" in text.render(Lang.VI) for text in found.remarks)


@pytest.mark.parametrize("wanted", ["2026-09", "2026-09/2026-09-30", "2026-09/30/09/2026"])
def test_a_period_and_a_period_with_its_day(folder: DataFolder, wanted: str) -> None:
    for on, of in MIXED:
        keep(folder, DEPARTMENTS, day=on, period=of)
    assert chosen(folder, wanted) == ("2026-09-30", "2026-09")


def test_previous_passes_over_a_snapshot_that_ranks_no_unit(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS, day="2026-10-01")
    keep(folder, INCOMPLETE, day="2026-10-05")
    keep(folder, LATER, day="2026-10-07")
    (one,) = ranked(folder, against="previous")
    assert "01/10/2026" in one.remarks[0].render(Lang.VI)
    with open_store(folder) as store:
        found = explained(store, "H21.09", as_of=None, period=None, against="previous", rules=None)
    assert found.before is not None
    assert str(found.before.score.total) == "73.01"


def test_a_level_with_nothing_to_compare_says_so_beside_the_others(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS, day="2026-10-01")
    keep(folder, LATER + COMMUNES.split("\n", 1)[1], day="2026-10-07")
    department, commune = ranked(folder, against="2026-10-01")
    assert department.comparison is not None
    assert commune.comparison is None
    assert "không có Xã, phường, đặc khu nào để so sánh" in commune.remarks[0].render(Lang.VI)
    with pytest.raises(ComputeError):
        ranked(folder, Level.COMMUNE, against="2026-10-01")


def test_comparing_with_a_day_that_is_not_there_is_an_error(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS)
    with pytest.raises(ComputeError, match="2020-01-01"):
        ranked(folder, against="2020-01-01")


def test_only_the_units_of_one_province_are_ranked_among_themselves(folder: DataFolder) -> None:
    others = DEPARTMENTS.replace("H21", "H15").replace("14.08,79.07", "15.08,80.07")
    keep(folder, DEPARTMENTS, day="2026-10-01")
    keep(folder, DEPARTMENTS + others.split("\n", 1)[1])
    (one,) = ranked(folder, within="H21")
    assert [(row.score.unit.code, row.rank, row.of) for row in one.standings.rows] == [
        ("H21.17", 1, 2),
        ("H21.09", 2, 2),
    ]
    with pytest.raises(ComputeError):
        ranked(folder, Level.DEPARTMENT, within="H15", against="2026-10-01")


def test_a_snapshot_remembers_the_rules_that_its_province_had_then(
    folder: DataFolder, tmp_path: Path
) -> None:
    mine = tmp_path / "gia-lai.yaml"
    mine.write_text(
        "id: gia-lai\nextends: qd766\nnames: {vi: Bộ chỉ số Gia Lai, en: Index of Gia Lai}\n", "utf-8"
    )
    keep(folder, DEPARTMENTS, day="2026-10-02", rules=rules_text(mine))
    mine.unlink()
    with open_store(folder) as store:
        rules = store.rules(store.snapshots()[0])
    assert (rules.id, rules.names.vi) == ("gia-lai", "Bộ chỉ số Gia Lai")


def test_comparing_across_different_rules_warns(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS, day="2026-10-02", rules=QD766)
    keep(folder, LATER, day="2026-10-07", rules=rules_text("qd766-target80"))
    (one,) = ranked(folder, against="previous")
    assert "hai bộ quy tắc khác nhau (qd766, qd766-target80)" in one.remarks[1].render(Lang.VI)


def test_comparing_across_an_edit_of_one_set_warns_too(folder: DataFolder) -> None:
    edited = QD766.replace("small_denominator: 3", "small_denominator: 5")
    assert edited != QD766
    keep(folder, DEPARTMENTS, day="2026-10-02")
    keep(folder, LATER, day="2026-10-07", rules=edited)
    (one,) = ranked(folder, against="previous")
    assert "qd766 đã được sửa giữa hai kỳ" in one.remarks[1].render(Lang.VI)


def test_a_unit_is_explained_from_the_newest_snapshot_that_has_it(folder: DataFolder) -> None:
    keep(folder, COMMUNES, day="2026-10-02")
    keep(folder, DEPARTMENTS, day="2026-10-07")
    with open_store(folder) as store:
        found = explained(store, "phu my bac", as_of=None, period=None, against=None, rules=None)
    assert (found.standing.score.unit.code, found.after.snapshot.as_of.day) == ("H21.212", 2)


def test_a_name_of_several_units_lists_them_and_an_unknown_one_says_where_to_look(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS)
    with open_store(folder) as store:
        with pytest.raises(ComputeError) as several:
            explained(store, "sở", as_of=None, period=None, against=None, rules=None)
        with pytest.raises(ComputeError) as none:
            explained(store, "H99.99", as_of=None, period=None, against=None, rules=None)
    assert "có thể là 2 đơn vị" in said(several)
    assert "H21.09" in said(several)
    assert "không có đơn vị “H99.99”" in said(none)


def test_a_unit_that_was_not_there_before_has_no_change_but_says_against_what(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS.rsplit("H21.09", 1)[0], day="2026-10-02")
    keep(folder, DEPARTMENTS, day="2026-10-07")
    with open_store(folder) as store:
        found = explained(store, "H21.09", as_of=None, period=None, against="2026-10-02", rules=None)
    assert found.before is None
    assert found.before_title is not None


def test_every_snapshot_is_checked_unless_one_is_asked_for(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS, day="2026-10-02")
    keep(folder, COMMUNES, day="2026-10-07")
    with open_store(folder) as store:
        every = checked(store, as_of=None, period=None, rules=None)
        one = checked(store, as_of="2026-10-02", period=None, rules=None)
    assert [view.snapshot.as_of.day for view, _ in every] == [2, 7]
    assert [view.snapshot.as_of.day for view, _ in one] == [2]
