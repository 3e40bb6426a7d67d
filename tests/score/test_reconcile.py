"""Our own counts beside published ones."""

from bochiso.score.figures import Count, UnitFigures
from bochiso.score.reconcile import reconcile
from bochiso.units.model import Level, Unit


def unit(code: str, **counts: Count) -> UnitFigures:
    return UnitFigures(Unit(code, code, Level.COMMUNE, "H15"), counts)


def test_counts_that_differ_are_listed_greatest_difference_first() -> None:
    own = [
        unit("H15.101", ONLINE_FILING=Count(90, 100), DOSSIER_SYNC=Count(100, 100)),
        unit("H15.102", ONLINE_FILING=Count(5, 9)),
    ]
    published = [
        unit("H15.101", ONLINE_FILING=Count(90, 101), DOSSIER_SYNC=Count(100, 100)),
        unit("H15.102", ONLINE_FILING=Count(1, 19)),
    ]
    found = reconcile(own, published)
    assert found.compared == 3
    assert [(each.unit.code, each.numerator, each.denominator) for each in found.differing] == [
        ("H15.102", 4, -10),
        ("H15.101", 0, -1),
    ]


def test_what_only_one_side_has_is_told_and_not_compared() -> None:
    found = reconcile(
        [unit("H15.101", DOSSIER_SYNC=Count(1, 1))], [unit("H15.102", DOSSIER_SYNC=Count(1, 1))]
    )
    assert (found.compared, found.differing) == (0, ())
    assert [u.code for u in found.only_own] == ["H15.101"]
    assert [u.code for u in found.only_published] == ["H15.102"]


def test_null_is_not_compared_with_zero() -> None:
    found = reconcile(
        [unit("H15.101", DOSSIER_SYNC=Count(0, 5))], [unit("H15.101", DOSSIER_SYNC=Count(None, None))]
    )
    assert found.compared == 0
