"""Points at risk: what dossiers and petitions that are due soon cost if they fall late."""

from decimal import Decimal

from figure_builders import commune, figures

from bochiso.followup.goals.points_at_risk import points_at_risk
from bochiso.rules.loader import load_rules
from bochiso.score.figures import Count
from bochiso.score.scoring import score_units

RULES = load_rules("qd766")


def test_late_dossiers_cost_in_progress_and_satisfaction_a_petition_in_both_of_its_own() -> None:
    counts = {
        "RESOLVED_ON_TIME": Count(190, 200), "DOSSIER_RECEIVING_SATISFACTION": Count(180, 200),
        "PETITION_PROCESSING_ON_TIME": Count(1, 1), "PETITION_HANDLING_SATISFACTION": Count(1, 1),
    }  # fmt: skip
    (score,) = score_units([figures(commune(), counts)], RULES)
    found = points_at_risk(score, 10, 1)
    assert found.points == {
        "RESOLVED_ON_TIME": Decimal("1.00"), "DOSSIER_RECEIVING_SATISFACTION": Decimal("0.33"),
        "PETITION_PROCESSING_ON_TIME": Decimal(6), "PETITION_HANDLING_SATISFACTION": Decimal(6),
    }  # fmt: skip
    assert found.total == Decimal("13.33")
    assert points_at_risk(score, 0).points == {}


def test_no_more_is_lost_than_was_earned_and_nothing_without_counts() -> None:
    (score,) = score_units([figures(commune(), {"RESOLVED_ON_TIME": Count(3, 4)})], RULES)
    assert points_at_risk(score, 50).points == {"RESOLVED_ON_TIME": Decimal(15)}
    (bare,) = score_units([figures(commune(), points={"TDGQ": "15"})], RULES)
    assert points_at_risk(bare, 50).total == 0
