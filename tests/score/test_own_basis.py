"""What was measured without the portal's word: out of 94, ranked, and graded only where that is sure."""

from datetime import date
from decimal import Decimal

import pytest

from bochiso.rules.loader import load_rules
from bochiso.score.changes import compare_levels
from bochiso.score.explanation import explain
from bochiso.score.export import unit_row
from bochiso.score.figures import Count, UnitFigures
from bochiso.score.own_basis import MeasuredBasis, MessageFlow, SyncBasis, SyncKnown, forget_outside
from bochiso.score.ranking import rank_units, sure_grade
from bochiso.score.scoring import ScoredUnit, score_units
from bochiso.text import Lang
from bochiso.units.model import Level, Unit

RULES = load_rules("qd766")
SCORED = [i for i in RULES.indicators if i.scored]


def unit(code: str = "H15.01", **counts: Count) -> UnitFigures:
    """A unit that earns everything but what is given otherwise."""
    full = {i.code: Count(10, 10) for i in SCORED}
    return UnitFigures(Unit(code, code, Level.DEPARTMENT, "H15"), counts=full | counts, own=True)


def score(**counts: Count) -> ScoredUnit:
    return score_units([unit(**counts)], RULES)[0]


UNKNOWN = {"DOSSIER_SYNC": Count()}


def test_without_1_4_a_total_is_out_of_94() -> None:
    found = score(**UNKNOWN)
    assert (found.total, found.most) == (Decimal("94.00"), Decimal(94))
    assert {box.code: box.max_points for box in found.boxes}["CKMB"] == 12


def test_1_4_stands_among_what_was_not_measured() -> None:
    line = next(each for each in explain(score(**UNKNOWN), RULES) if each.code == "DOSSIER_SYNC")
    assert (line.points, line.lost, line.max_points) == (None, None, Decimal(6))


def test_with_1_4_a_total_is_out_of_100() -> None:
    assert score().most == score(DOSSIER_SYNC=Count(None, None, Decimal("5.5"))).most == 100
    assert score(DOSSIER_SYNC=Count(9, 10)).total == Decimal("99.40")


def test_what_a_source_published_lacks_nothing_for_want_of_1_4() -> None:
    published = unit(**UNKNOWN)
    published.own = False
    (found,) = score_units([published], RULES)
    assert (found.total, found.most) == (None, Decimal(100))


def test_units_are_ranked_out_of_94_and_every_surface_has_the_94() -> None:
    worse = {"RESOLVED_ON_TIME": Count(5, 10)}
    units = [unit("H15.01", **UNKNOWN), unit("H15.02", **UNKNOWN, **worse)]
    standings = rank_units(score_units(units, RULES), RULES)
    (table,) = standings.tables
    assert [(row.rank, row.of) for row in table.rows] == [(1, 2), (2, 2)]
    assert (table.most, table.within_reach(RULES), table.within_reach(RULES, "CKMB")) == (94, 94, 12)
    assert unit_row(table.rows[0], Lang.VI).out_of == 94


@pytest.mark.parametrize(
    ("total", "grade"),
    [
        ("94", "excellent"), ("90", "excellent"), ("89.99", None), ("84", None), ("83.99", "good"),
        ("43.99", "poor"), ("44", None),
    ],
)  # fmt: skip
def test_a_grade_is_given_where_six_more_points_would_not_change_it(total: str, grade: str | None) -> None:
    found = sure_grade(Decimal(total), Decimal(94), RULES)
    bounds = {"excellent": 90, "good": 80, "poor": 0}
    assert (found.least if found else None) == (None if grade is None else bounds[grade])


def test_a_unit_without_a_sure_grade_is_ranked_and_counted_in_none() -> None:
    units = [unit("H15.01", **UNKNOWN, RESOLVED_ON_TIME=Count(7, 10))]
    (table,) = rank_units(score_units(units, RULES), RULES).tables
    assert (table.rows[0].score.total, table.rows[0].grade, table.rows[0].rank) == (Decimal("88.00"), None, 1)
    assert sum(table.grade_counts.values()) == 0


def test_figures_that_kept_no_basis_lose_what_was_taken_for_granted() -> None:
    (found,) = forget_outside([unit(DOSSIER_SYNC=Count(10, 10))])
    assert "DOSSIER_SYNC" not in found.counts


def test_points_out_of_94_and_out_of_100_are_not_subtracted_but_ranks_are() -> None:
    before, after = (
        rank_units(score_units([unit(**counts), unit("H15.02", **counts)], RULES), RULES).tables[0]
        for counts in ({}, UNKNOWN)
    )
    days = date(2026, 1, 1), date(2026, 2, 1)
    change = compare_levels(before, after, RULES, *days, one_scale=before.most == after.most).changes[0]
    assert (change.total, change.rank) == (None, 0)


def said(basis: SyncBasis) -> str:
    return " ".join(each.render(Lang.VI) for each in MeasuredBasis((basis,)).sentences(RULES))


def test_it_is_said_where_1_4_is_from() -> None:
    day = date(2026, 9, 30)
    told = said(SyncBasis("H15", SyncKnown.LIST, day, later=12))
    assert "đo theo danh sách" in told
    assert "30/09/2026. 12 hồ sơ tiếp nhận sau đó chưa đối chiếu" in told
    assert "công bố ngày 30/09/2026" in said(SyncBasis("H15", SyncKnown.PUBLISHED, day))
    assert "trên 94 điểm" in said(SyncBasis("H15", SyncKnown.NOTHING))
    assert "ngày 30/09/2026 không gồm đủ" in said(SyncBasis("H15", SyncKnown.NOTHING, uncovered=day))


LAST = date(2026, 9, 30)


@pytest.mark.parametrize(
    ("flow", "words"),
    [
        (MessageFlow("H15", None), "không có hồ sơ nào"),
        (MessageFlow("H15", LAST, 22, received=0), "gần nhất: ngày 30/09/2026"),
        (MessageFlow("H15", LAST, 3, received=50, recent=50, usual=50), "từ sau ngày 30/09/2026"),
        (MessageFlow("H15", LAST, 0, received=50, recent=24, usual=50), "chỉ có 24 hồ sơ"),
    ],
)
def test_figures_without_or_with_few_messages_are_warned_of(flow: MessageFlow, words: str) -> None:
    (warning,) = MeasuredBasis(flow=(flow,)).warnings()
    assert warning.render(Lang.VI).startswith("CẢNH BÁO")
    assert words in warning.render(Lang.VI)


@pytest.mark.parametrize(
    "flow",
    [
        MessageFlow("H15", LAST, 2, received=50, recent=25, usual=50),
        MessageFlow("H15", LAST, 0, received=5, recent=0, usual=9),
    ],
)
def test_as_usual_nothing_is_said(flow: MessageFlow) -> None:
    assert list(MeasuredBasis(flow=(flow,)).warnings()) == []


def test_what_is_so_of_all_provinces_is_said_once_and_of_some_with_their_names() -> None:
    nothing, listed = SyncKnown.NOTHING, SyncKnown.LIST
    alike = MeasuredBasis(tuple(SyncBasis(each, nothing) for each in ("H15", "H21", "G09")))
    (said,) = alike.sentences(RULES)
    assert said.render(Lang.VI).startswith("Chỉ số 1.4 (hồ sơ")
    day = date(2026, 9, 30)
    flow = (MessageFlow("H15", day, 4, 100), MessageFlow("H21", day, 4, 90), MessageFlow("G09", day, 0, 8))
    mixed = MeasuredBasis((SyncBasis("H15", listed, day), *alike.sync[1:]), flow)
    warning, first, rest = (each.render(Lang.VI) for each in mixed.sentences(RULES))
    assert warning.startswith("Đắk Lắk, Gia Lai: CẢNH BÁO: từ sau ngày 30/09/2026")
    assert first.startswith("Đắk Lắk: Chỉ số 1.4 đo theo danh sách")
    assert rest.startswith("Gia Lai, G09: Chỉ số 1.4")
