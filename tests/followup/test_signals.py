"""What stands out: falls, declines, jumps that few cases make, outliers; and what never does."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from figure_builders import commune, every_count, figures
from hypothesis import given
from hypothesis import strategies as st

from bochiso.followup.alarms import LOOKED_BACK, alarms_of
from bochiso.followup.delivery_settings import AlertSettings
from bochiso.followup.signals import LEAST_PEERS, SignalKind, UnitReadings, made_by, modified_z, signals
from bochiso.followup.work_kinds import ItemKind
from bochiso.rules.loader import load_rules
from bochiso.score.figures import Count
from bochiso.score.ranking import Standing
from bochiso.score.scoring import score_units
from bochiso.text import Lang
from bochiso.units.model import Unit

RULES, SETTINGS = load_rules("qd766"), AlertSettings()
FIRST = date(2026, 10, 1)


def readings(unit: Unit, *totals: str) -> UnitReadings:
    rows = []
    for n, total in enumerate(totals):
        (score,) = score_units([figures(unit, total=total)], RULES)
        rows.append((FIRST + timedelta(days=n), Standing(score, None, 1, 1)))
    return UnitReadings(unit, tuple(rows))


def counted(unit: Unit, *petitions: Count, dossiers: int = 400) -> UnitReadings:
    rows = []
    for n, petition in enumerate(petitions):
        counts = every_count(RULES) | {
            "PETITION_PROCESSING_ON_TIME": petition, "RESOLVED_ON_TIME": Count(dossiers * 3 // 4, dossiers),
        }  # fmt: skip
        (score,) = score_units([figures(unit, counts)], RULES)
        rows.append((FIRST + timedelta(days=n), Standing(score, None, 1, 1)))
    return UnitReadings(unit, tuple(rows))


def kinds(found: UnitReadings, *others: UnitReadings) -> set[SignalKind]:
    return {e.kind for e in signals([found, *others], SETTINGS, RULES) if e.unit == found.unit.code}


@pytest.mark.parametrize(
    ("totals", "found"),
    [
        (("70", "69.51"), set()),
        (("70", "69.5"), {SignalKind.FALL}),
        (("70", "64"), {SignalKind.FALL, SignalKind.JUMP}),
        (("64", "70"), {SignalKind.JUMP}),
        (("70", "69.8", "69.7", "69.4"), {SignalKind.RUNNING}),
        (("70", "69.9", "69.8", "69.7"), set()),
        (("70", "69.8", "69.8", "69.4"), set()),
        (("70.0", "70.1", "70.0", "70.1", "70.0", "70.1", "70.0", "73.0"), {SignalKind.OWN_OUTLIER}),
        (("70",), set()),
    ],
)
def test_what_a_unit_did_stands_out_beyond_the_offices_thresholds(
    totals: tuple[str, ...], found: set[SignalKind]
) -> None:
    assert kinds(readings(commune(), *totals)) == found


def test_a_change_that_one_petition_makes_says_so() -> None:
    unit = commune()
    fell = counted(unit, Count(1, 1), Count(0, 1))
    assert made_by(fell, RULES) == (1, ItemKind.PETITION)
    said = [e.sentence(RULES).render(Lang.VI) for e in signals([fell], SETTINGS, RULES)]
    assert any(each.endswith(", do 01 phản ánh, kiến nghị") for each in said), said
    many = counted(unit, Count(90, 100), Count(40, 100))
    assert made_by(many, RULES) == (None, None)
    assert made_by(readings(unit, "70", "60"), RULES) == (None, None)


def test_a_group_below_its_share_stands_out() -> None:
    unit = commune()
    (score,) = score_units([figures(unit, points={"MDSH": "10.99", "CKMB": "9", "TDGQ": "10"})], RULES)
    found = signals([UnitReadings(unit, ((FIRST, Standing(score, None, None, 1)),))], SETTINGS, RULES)
    assert [(each.kind, each.what) for each in found] == [(SignalKind.LOW_GROUP, "MDSH")]
    assert "10,99/22 điểm" in found[0].sentence(RULES).render(Lang.VI)


def test_peers_are_of_like_size_and_enough() -> None:
    good, bad = Count(20, 20), Count(0, 20)
    peers = [counted(commune(f"H15.{n}"), good, dossiers=400 + n) for n in range(LEAST_PEERS)]
    odd = counted(commune("H15.90"), bad, dossiers=410)
    assert SignalKind.PEER_OUTLIER in kinds(odd, *peers)
    assert SignalKind.PEER_OUTLIER not in kinds(odd, *peers[1:])
    large = counted(commune("H15.91"), bad, dossiers=4_000)
    assert SignalKind.PEER_OUTLIER not in kinds(large, *peers)
    assert all(SignalKind.PEER_OUTLIER not in kinds(each, *peers[:0], odd) for each in peers)


@given(st.lists(st.decimals(0, 100, places=2), min_size=1, max_size=30), st.decimals(0, 100, places=2))
def test_a_score_beside_others_does_not_depend_on_their_order(others: list[Decimal], value: Decimal) -> None:
    assert modified_z(value, others) == modified_z(value, sorted(others, reverse=True))
    if all(each == value for each in others):
        assert modified_z(value, others) == 0


def test_an_alarm_waits_for_five_readings_and_is_told_once() -> None:
    jump = readings(commune(), "60", "70", "70.1", "70.2", "70.3", "70.4")
    (found,) = alarms_of([jump], SETTINGS, RULES)
    assert (found.day, found.unit) == (FIRST + timedelta(days=1), "H15.101")
    later = readings(commune(), "60", *(["70"] * (LOOKED_BACK + 1)))
    assert alarms_of([later], SETTINGS, RULES) == []
    again = readings(commune(), "60", "70", "60")
    assert len({each.key for each in alarms_of([again], SETTINGS, RULES)}) == 2
