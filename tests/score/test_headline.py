"""The few numbers that say where a unit stands."""

from decimal import Decimal

from figure_builders import published_provinces

from bochiso.rules.loader import load_rules
from bochiso.score.headline import LEADERS, headline
from bochiso.score.ranking import LevelStandings, rank_units
from bochiso.score.scoring import score_units
from bochiso.units.model import Level

QD766 = load_rules("qd766")


def provinces(day: str, most: int | None = None) -> LevelStandings:
    units = published_provinces(day)[:most]
    return rank_units(score_units(units, QD766), QD766).level(Level.PROVINCE)


def test_the_gap_is_to_the_tenth_and_the_greatest_losses_come_first() -> None:
    level = provinces("2026-10-06")
    tenth = next(row for row in level.rows if row.rank == LEADERS)
    for row in level.rows:
        found = headline(row, level, None)
        lost = [each.lost for each in found.losses]
        assert lost == sorted(lost, reverse=True, key=lambda each: each or 0)
        assert sum((each for each in lost if each), Decimal(0)) == 100 - (row.score.total or 0)
        assert found.leading is ((row.rank or 99) <= LEADERS)
        if found.leading:
            assert found.short_of is None
        else:
            assert found.short_of == (tenth.score.total or 0) - (row.score.total or 0)
            assert found.short_of >= 0


def test_the_best_of_each_group_is_somebody_s_and_nobody_has_more() -> None:
    level = provinces("2026-10-06")
    for loss in headline(level.rows[-1], level, None).losses:
        points = [box.points for row in level.rows for box in row.score.boxes if box.code == loss.code]
        assert loss.best == max(each for each in points if each is not None)


def test_there_are_no_leaders_among_ten() -> None:
    level = provinces("2026-10-06", most=10)
    found = headline(level.rows[-1], level, None)
    assert (found.short_of, found.leading) == (None, False)
