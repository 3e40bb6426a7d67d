"""The register of publications against a reference written from the words of the rule alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from thoroughness import tries

from bochiso.errors import SourceError
from bochiso.intake.dossiers.publication_rows import PARTS, read_publications
from bochiso.periods import parse_period
from bochiso.rules.calendar import builtin_calendar
from bochiso.rules.loader import load_rules
from bochiso.score.scoring import score_units
from bochiso.store.dossiers.file_import import import_records
from bochiso.store.dossiers.ingest import open_dossiers, rebuild_dossiers
from bochiso.store.dossiers.publication_list import Entry, State, publication_list
from bochiso.store.folder import DataFolder
from bochiso.store.measuring.live_scores import figures_of
from bochiso.store.measuring.measurement import measure
from bochiso.text import Lang
from bochiso.units.model import Level, Unit

HEAD = (
    "procedure,name,kind,ministry_number,ministry_on,issuer,field,department,submission,submitted_on,number,"
    "decided_on,effective_on,entered_on,note," + ",".join(PARTS)
)
RULES, CALENDAR = load_rules("qd766"), builtin_calendar()
INHERITED = ("PUBLISH_ON_TIME", "PUBLIC_UPDATE_ON_TIME", "PUBLIC_CONTENT_FULL")
PERIOD = parse_period("2024")
TODAY = date(2024, 12, 31)
H15 = [Unit("H15", "UBND tỉnh Đắk Lắk", Level.PROVINCE)]


def row(procedure: str = "1.003725", **given: str) -> dict[str, str]:
    """A row of the register, in time in everything unless said otherwise."""
    usual = {
        "kind": "mới", "ministry_number": "503/QĐ-BTTTT", "ministry_on": "2024-04-09",
        "issuer": "Bộ trưởng Bộ Thông tin và Truyền thông", "department": "Sở TT&TT", "number": "800/QĐ-UBND",
        "decided_on": "2024-04-25", "effective_on": "2024-06-03", "entered_on": "2024-04-26",
    }  # fmt: skip
    return {"procedure": procedure} | usual | given


def table(*rows: dict[str, str]) -> bytes:
    names = HEAD.split(",")
    return "\n".join([HEAD, *(",".join(each.get(name, "") for name in names) for each in rows)]).encode()


@contextmanager
def kept(folder: DataFolder, *rows: dict[str, str]) -> Iterator[Any]:
    import_records(folder, "publications", [("sổ.csv", table(*rows))], province="H15")
    with open_dossiers(folder) as db:
        yield db


def counts(db: Any, today: date = TODAY) -> dict[str, tuple[Any, Any]]:
    moment = datetime(today.year, today.month, today.day, 16, 59, tzinfo=UTC)
    rows = measure(db, H15, PERIOD, moment, RULES, CALENDAR)
    return {each.indicator: (each.numerator, each.denominator) for each in rows}


PUBLISH, UPDATE, CONTENT = "PUBLISH_ON_TIME", "PUBLIC_UPDATE_ON_TIME", "PUBLIC_CONTENT_FULL"


def entries(db: Any, today: date = TODAY) -> list[Entry]:
    return publication_list(db, RULES, CALENDAR, today)


# History.


def test_late_once_in_the_period_is_late_and_a_later_decision_launders_nothing(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "own")
    late = row(effective_on="2024-04-09")
    again = row(ministry_number="600/QĐ-BTTTT", number="900/QĐ-UBND", decided_on="2024-05-13",
                ministry_on="2024-05-02", effective_on="2024-07-01", entered_on="2024-05-14")  # fmt: skip
    with kept(folder, late) as db:
        assert counts(db)[PUBLISH] == (0, 1)
    with kept(folder, again) as db:
        assert counts(db)[PUBLISH] == (0, 1)
        assert counts(db)[UPDATE] == (1, 1)
        assert [each.state for each in entries(db)] == [State.LATE, State.DONE]
    rebuild_dossiers(folder)
    with open_dossiers(folder) as db:
        assert counts(db)[PUBLISH] == (0, 1)


def test_a_row_brought_in_again_is_the_row_as_it_is_now(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "own")
    with kept(folder, row(number="", decided_on="", entered_on="")) as db:
        assert counts(db)[PUBLISH] == (0, 0)
    with kept(folder, row()) as db:
        assert counts(db)[PUBLISH] == (1, 1)
        assert len(entries(db)) == 1


def test_an_abolished_procedure_leaves_the_standing_denominators_from_its_day(tmp_path: Path) -> None:
    gone = row(kind="bãi bỏ", ministry_number="9/QĐ-BTTTT", number="950/QĐ-UBND", ministry_on="2024-06-03",
               decided_on="2024-06-10", effective_on="2024-07-01", entered_on="2024-06-11")  # fmt: skip
    with kept(DataFolder(tmp_path / "own"), row(part_name="có"), gone) as db:
        assert counts(db, date(2024, 6, 30))[CONTENT][1] == 1
        assert counts(db, date(2024, 7, 1))[CONTENT][1] == 0
        assert counts(db)[PUBLISH][1] == 1


def test_an_abolished_procedure_is_no_longer_within_anyones_authority(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "own")
    listed = (
        b"procedure,name,authority,online,fee\n1.003725,A,province,full,yes\n1.003726,B,province,full,yes\n"
    )
    import_records(folder, "procedures", [("thu-tuc.csv", listed)], province="H15")
    gone = row(kind="bãi bỏ", effective_on="2024-07-01")
    with kept(folder, gone) as db:
        assert counts(db, date(2024, 6, 30))["ONLINE_PROVISION"] == (2, 2)
        assert counts(db, date(2024, 7, 1))["ONLINE_PROVISION"] == (1, 1)
        assert counts(db, date(2024, 7, 1))["PAYMENT_INTEGRATED"] == (0, 1)


def test_the_list_of_procedures_goes_on_for_what_the_register_has_not(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "own")
    listed = (
        b"procedure,name,authority,decided,effective,entered,content_full\n"
        b"1.003725,A,province,2024-05-01,2024-05-02,2024-05-02,yes\n"
        b"1.003726,B,province,2024-05-02,2024-07-01,2024-05-03,yes\n"
    )
    import_records(folder, "procedures", [("thu-tuc.csv", listed)], province="H15")
    with open_dossiers(folder) as db:
        assert (counts(db)[PUBLISH], counts(db)[CONTENT]) == ((1, 2), (2, 2))
    with kept(folder, row()) as db:
        assert (counts(db)[PUBLISH], counts(db)[CONTENT]) == ((2, 2), (2, 2))


def test_parts_are_checked_one_by_one(tmp_path: Path) -> None:
    every = dict.fromkeys(PARTS, "có")
    with kept(
        DataFolder(tmp_path / "own"), row(**every), row("1.003726", **every | {"part_time": "không"})
    ) as db:
        assert counts(db)[CONTENT] == (1, 2)
        assert [each.missing for each in entries(db)] == [(), ("part_time",)]


# What is not done, and what can't be said.


@pytest.mark.parametrize(
    ("today", "state", "days"),
    [
        (date(2024, 5, 2), State.PENDING, 0),
        (date(2024, 6, 24), State.PENDING, 0),
        (date(2024, 6, 25), State.PENDING_LATE, 1),
    ],
)
def test_what_is_not_yet_published_is_listed_with_its_last_day(
    tmp_path: Path, today: date, state: State, days: int
) -> None:
    pending = row(number="", decided_on="", entered_on="", effective_on="2024-07-01")
    with kept(DataFolder(tmp_path / "own"), pending) as db:
        (found,) = entries(db, today)
    assert (found.publish_by, found.state, found.publish_days) == (date(2024, 6, 24), state, days)


def test_a_ministry_has_its_own_last_days_and_its_units_have_its_figures(tmp_path: Path) -> None:
    """Twenty working days before the day of effect, and ten after it signed."""
    folder = DataFolder(tmp_path / "data")
    import_records(folder, "publications", [("sổ.csv", table(row(entered_on="2024-05-13")))], province="G03")
    ministry = Unit("G03", "Bộ Tư pháp", Level.MINISTRY)
    silent = Unit("G05", "Bộ Xây dựng", Level.MINISTRY)
    office = Unit("G03.05", "Cục Con nuôi", Level.SUBUNIT, "G03")
    with open_dossiers(folder) as db:
        (entry,) = publication_list(db, RULES, CALENDAR, TODAY, PERIOD)
        assert (entry.publish_by, entry.publish_days) == (date(2024, 5, 6), 0)
        assert (entry.enter_by, entry.enter_days) == (date(2024, 5, 13), 0)
        moment = datetime(2024, 12, 31, 16, 59, tzinfo=UTC)
        rows = measure(db, [ministry, office, silent], PERIOD, moment, RULES, CALENDAR)
    found = {(each.unit, each.indicator): (each.numerator, each.denominator) for each in rows}
    assert [found["G03", code] for code in INHERITED] == [(1, 1), (1, 1), (0, 1)]
    assert [found["G05", code] for code in INHERITED] == [(None, None)] * 3
    assert not any(("G03.05", code) in found for code in INHERITED)
    own, below, other = score_units(figures_of([ministry, office, silent], rows), RULES)
    shown = {each.rule.code: each for each in below.indicators if each.inherited_from == "G03"}
    assert shown.keys() == set(INHERITED)
    assert shown["PUBLISH_ON_TIME"].points == 6
    assert "CKMB" in other.missing
    assert "CKMB" not in own.missing


def test_without_a_day_of_effect_nothing_is_judged_and_it_is_said(tmp_path: Path) -> None:
    with kept(DataFolder(tmp_path / "own"), row(effective_on="")) as db:
        assert [each.state for each in entries(db)] == [State.UNKNOWN]
        assert counts(db)[PUBLISH] == (0, 0)
        assert counts(db)[UPDATE] == (1, 1)


@pytest.mark.parametrize(
    ("wrong", "column", "reason"),
    [
        ({"ministry_number": ""}, "ministry_number", "thiếu số, ngày ký hoặc cơ quan ban hành"),
        ({"ministry_on": ""}, "ministry_on", "thiếu số, ngày ký hoặc cơ quan ban hành"),
        ({"issuer": ""}, "issuer", "thiếu số, ngày ký hoặc cơ quan ban hành"),
        ({"number": ""}, "number", "quyết định của tỉnh thiếu số"),
        ({"submitted_on": "2024-04-26"}, "submitted_on", "tờ trình sau ngày ký"),
        ({"entered_on": "2024-04-24"}, "entered_on", "trước ngày ký quyết định"),
        ({"procedure": "không có"}, "procedure", "không hiểu giá trị"),
        ({"decided_on": "hôm qua"}, "decided_on", "không hiểu giá trị"),
        ({"kind": "gì đó"}, "kind", "không hiểu giá trị"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_row_and_column(
    wrong: dict[str, str], column: str, reason: str
) -> None:
    found = read_publications("sổ.csv", table(row("1.003727", ministry_number="1/QĐ-BTP"), row() | wrong))
    (refusal,) = found.refusals
    told = refusal.render(Lang.VI)
    assert told.startswith(f"sổ.csv, dòng 3, cột {column}: ")
    assert reason in told
    assert found.batch.num_rows == 1


def test_two_days_of_one_decision_are_refused() -> None:
    found = read_publications("sổ.csv", table(row(), row("1.003726", ministry_on="2024-04-10")))
    (refusal,) = found.refusals
    assert "503/QĐ-BTTTT đã ghi một ngày khác ở dòng trước" in refusal.render(Lang.VI)


def test_a_number_begins_anew_each_year(tmp_path: Path) -> None:
    again = row(ministry_on="2025-04-09", number="801/QĐ-UBND", decided_on="2025-04-25",
                effective_on="2025-04-28", entered_on="2025-04-26")  # fmt: skip
    folder = DataFolder(tmp_path / "own")
    assert read_publications("sổ.csv", table(row(), again)).refusals == ()
    with kept(folder, row(), again) as db:
        decided = [each.decided_on for each in entries(db, date(2026, 1, 1))]
    assert decided == [date(2024, 4, 25), date(2025, 4, 25)]


def test_a_decision_that_the_register_has_on_another_day_is_refused_and_a_correction_is_taken(
    tmp_path: Path,
) -> None:
    folder = DataFolder(tmp_path / "own")
    with kept(folder, row()):
        pass
    other = table(row("1.003726", ministry_on="2024-04-10"), row("1.003727", ministry_number="9/QĐ-BTP"))
    (found,), _ = import_records(folder, "publications", [("sổ.csv", other)], province="H15")
    (refusal,) = found.refusals
    assert refusal.render(Lang.VI).startswith(
        "sổ.csv, dòng 2, cột ngày quyết định của bộ: sổ đã ghi quyết định"
    )
    both = [row(ministry_on="2024-04-10"), row("1.003728", ministry_on="2024-04-10")]
    with kept(folder, *both) as db:
        said = {each.procedure: each.ministry_on for each in entries(db)}
    day = date(2024, 4, 10)
    assert said == {"1.003725": day, "1.003727": date(2024, 4, 9), "1.003728": day}
    with pytest.raises(SourceError, match="no row can be used"):
        import_records(folder, "publications", [("sổ.csv", table(row("1.003729")))], province="H15")


# Against the words of the rule: signed at the latest 5 working days before it takes effect, entered at the
# latest 5 working days after it was signed.


def working_days_later(day: date, count: int) -> date:
    step = 1 if count > 0 else -1
    while count:
        day += timedelta(days=step)
        count -= step if CALENDAR.is_working(day) else 0
    return day


days_of_2024 = st.dates(date(2024, 1, 1), date(2024, 12, 31))


@st.composite
def decisions(draw: st.DrawFn) -> list[dict[str, Any]]:
    found = []
    for n in range(draw(st.integers(1, 12))):
        decided = draw(days_of_2024)
        found.append(
            {
                "procedure": f"1.00000{draw(st.integers(1, 4))}",
                "ministry_number": f"{n}/QĐ-BTP",
                "decided_on": decided,
                "effective_on": draw(st.none() | days_of_2024),
                "entered_on": draw(st.none() | st.dates(decided, date(2025, 1, 31))),
            }
        )
    return found


@settings(max_examples=tries(15, 6))
@given(decisions())
def test_a_year_of_decisions_is_counted_as_the_rule_says(
    tmp_path_factory: pytest.TempPathFactory, made: list[dict[str, Any]]
) -> None:
    rows = [
        row(**{key: "" if value is None else str(value) for key, value in each.items()})
        | {"number": f"{n}/QĐ-UBND"}
        for n, each in enumerate(made)
    ]
    judged: dict[str, list[bool]] = {}
    entered: dict[str, list[bool]] = {}
    for each in made:
        if each["effective_on"]:
            last = working_days_later(each["effective_on"], -5)
            judged.setdefault(each["procedure"], []).append(each["decided_on"] <= last)
        done = min(each["entered_on"] or TODAY, TODAY)  # what comes later hasn't come yet
        last = working_days_later(each["decided_on"], 5)
        entered.setdefault(each["procedure"], []).append(done <= last)
    with kept(DataFolder(tmp_path_factory.mktemp("year") / "own"), *rows) as db:
        found = counts(db)
    assert found[PUBLISH] == (sum(map(all, judged.values())), len(judged))
    assert found[UPDATE] == (sum(map(all, entered.values())), len(entered))
