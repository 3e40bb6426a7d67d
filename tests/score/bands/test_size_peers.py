"""Peers of like size: as many dossiers within a fifth, and of one kind."""

from figure_builders import commune, figures, published_dak_lak, published_units

from bochiso.rules.loader import load_rules
from bochiso.score.bands.size_peers import dossiers_of, size_peers
from bochiso.score.figures import Count
from bochiso.score.ranking import LevelStandings, rank_units
from bochiso.score.scoring import score_units
from bochiso.units.kinds import commune_kind
from bochiso.units.model import Level

RULES = load_rules("qd766")


def level_of(*dossiers: int, names: str = "UBND xã {}") -> LevelStandings:
    units = [
        figures(
            commune(f"H15.{100 + n}", names.format(n)),
            {"RESOLVED_ON_TIME": Count(of - n, of)},
            total=str(80 - n),
        )
        for n, of in enumerate(dossiers)
    ]
    return rank_units(score_units(units, RULES), RULES).level(Level.COMMUNE, "H15")


def test_a_fifth_more_or_less_is_like() -> None:
    found = size_peers(level_of(800, 1000, 1200, 799, 1201), "H15.101")
    assert found is not None
    assert [row.score.unit.code for row in found.rows] == ["H15.100", "H15.101", "H15.102"]
    assert (found.place, found.dossiers, found.mean) == (2, 1000, 79)
    assert size_peers(level_of(100, 1000), "H15.101") is None


def test_real_communes_are_compared_with_their_like() -> None:
    level = rank_units(score_units(published_dak_lak(), RULES), RULES).level(Level.COMMUNE, "H15")
    for row in level.rows:
        found, own = size_peers(level, row.score.unit.code), dossiers_of(row)
        if found is None:
            continue
        assert row in found.rows
        assert len({commune_kind(each.score.unit) for each in found.rows}) == 1
        assert all(0.8 * own <= dossiers_of(each) <= 1.2 * own for each in found.rows)
        assert 1 <= found.place <= len(found.rows)


def test_without_counts_nobody_is_known_to_be_like() -> None:
    level = rank_units(score_units(published_units("2026-10-07"), RULES), RULES).level(Level.COMMUNE, "H21")
    assert size_peers(level, level.rows[0].score.unit.code) is None
