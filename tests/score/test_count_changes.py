"""Why points changed, in counts."""

from decimal import Decimal

from figure_builders import commune, counts, figures
from hypothesis import given

from bochiso.rules.loader import load_rules
from bochiso.score.count_changes import count_changes
from bochiso.score.figures import Count
from bochiso.score.formula import formula
from bochiso.score.scoring import ScoredUnit, score_units

QD766 = load_rules("qd766")
ON_TIME, FILING, DAYS = "RESOLVED_ON_TIME", "ONLINE_FILING", "AVERAGE_PROCESSING_DAYS"


def scored(**known: Count) -> ScoredUnit:
    return score_units([figures(commune(), known)], QD766)[0]


def test_of_52_more_dossiers_8_more_were_late_and_that_cost_eight_hundredths() -> None:
    before, after = scored(**{ON_TIME: Count(2068, 2186)}), scored(**{ON_TIME: Count(2112, 2238)})
    (found,) = count_changes(before, after, QD766)
    assert (found.added, found.met, found.missed) == (52, 44, 8)
    assert (found.missed_before, found.missed_after) == (118, 126)
    assert (found.points_before, found.points_after) == (Decimal("18.92"), Decimal("18.87"))
    assert found.points == Decimal("-0.05")
    assert found.kept == Decimal("18.95")
    assert found.cost == Decimal("0.08")


def test_the_greatest_loss_comes_first_gains_follow_what_earns_nothing_is_last() -> None:
    before = scored(**{ON_TIME: Count(90, 100), FILING: Count(10, 100), DAYS: Count(5, None)})
    after = scored(**{ON_TIME: Count(80, 100), FILING: Count(20, 100), DAYS: Count(6, None)})
    assert [each.rule.code for each in count_changes(before, after, QD766)] == [ON_TIME, FILING, DAYS]


def test_what_is_as_it_was_is_not_told() -> None:
    before = scored(**{ON_TIME: Count(90, 100), FILING: Count(10, 100)})
    after = scored(**{ON_TIME: Count(90, 100), FILING: Count(11, 100)})
    assert [each.rule.code for each in count_changes(before, after, QD766)] == [FILING]


def test_where_counts_lack_nothing_is_said_of_cases() -> None:
    before = scored(**{ON_TIME: Count(published=Decimal("18.00"))})
    after = scored(**{ON_TIME: Count(90, 100)})
    (found,) = count_changes(before, after, QD766)
    assert (found.added, found.missed, found.kept, found.cost) == (None, None, None, None)
    assert found.points == Decimal("0.00")


def test_no_cost_is_told_where_the_published_points_do_not_follow_from_the_counts() -> None:
    before = scored(**{ON_TIME: Count(90, 100)})
    after = scored(**{ON_TIME: Count(80, 100, Decimal("17.00"))})
    (found,) = count_changes(before, after, QD766)
    assert found.points_after == Decimal("17.00")
    assert found.cost is None


@given(counts(), counts())
def test_added_is_what_was_met_and_what_was_missed_and_the_cost_bridges_the_points(
    one: Count, two: Count
) -> None:
    changes = count_changes(scored(**{ON_TIME: one}), scored(**{ON_TIME: two}), QD766)
    if one == two:
        assert changes == []
        return
    (found,) = changes
    assert found.met is not None
    assert found.missed is not None
    assert found.added == found.met + found.missed
    assert found.kept is not None
    assert found.cost is not None
    assert found.kept - found.cost == formula(QD766.indicator[ON_TIME])(two)
    assert (found.cost >= 0) or found.missed <= 0
