"""What procedures cost a unit: told only where most of the dossiers that were scored are kept here."""

from decimal import Decimal
from typing import Any

import pytest

from bochiso.measure.indicators import INDICATORS
from bochiso.measure.losses import ADDITIVE, procedure_losses
from bochiso.rules.loader import load_rules
from bochiso.score.figures import Count, UnitFigures
from bochiso.score.scoring import score_units
from bochiso.units.model import Level, Unit


def row(procedure: str, met: int, counted: int) -> dict[str, Any]:
    columns = {name: 0 for code in ADDITIVE for name in INDICATORS[code]}
    top, bottom = INDICATORS["RESOLVED_ON_TIME"]
    return columns | {"procedure": procedure, "received": counted, top: met, bottom: counted}


@pytest.mark.parametrize(("scored", "told"), [(100, True), (125, True), (126, False), (15149, False)])
def test_a_loss_is_shared_only_where_most_of_its_dossiers_are_here(scored: int, told: bool) -> None:
    figures = UnitFigures(Unit("H15.05", "Sở Y tế", Level.DEPARTMENT, "H15"))
    figures.counts["RESOLVED_ON_TIME"] = Count(scored // 2, scored)
    (score,) = score_units([figures], load_rules("qd766"))
    one, other = procedure_losses([row("1.1", 20, 60), row("1.2", 40, 40)], {}, score)
    assert (one.procedure, other.lost) == ("1.1", Decimal(0))
    assert (one.lost > 0) is told
