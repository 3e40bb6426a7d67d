"""What a unit's own dossiers say of its goal: missed ones that are still open, and those due soon."""

import duckdb
from msgspec import Struct

from bochiso.followup.goals.points_at_risk import PointsAtRisk, points_at_risk
from bochiso.measure.missed.why_missed import Mend
from bochiso.rules.rule_set import RuleSet
from bochiso.score.scoring import ScoredUnit
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.worklists.petition_worklist import PetitionState, petition_worklist
from bochiso.store.worklists.work_lists import WorkAsked, work_overview
from bochiso.store.worklists.worklist import open_list

DAYS = 3
"""Due within so many days is soon."""


class OpenAndDue(Struct, frozen=True):
    """open_items: by indicator, missed dossiers that can be mended because they are still open. days: due
    within so many is soon. risk: the points that those due soon are worth."""

    open_items: tuple[tuple[str, int], ...]
    days: int
    risk: PointsAtRisk


def open_and_due(
    db: duckdb.DuckDBPyConnection, asked: WorkAsked, score: ScoredUnit, rules: RuleSet, days: int = DAYS
) -> OpenAndDue | None:
    """What the dossiers that are kept here say of a unit; None where there are none of it.

    Raises ComputeError for a unit that isn't measured.
    """
    if db.execute("select 1 from dossiers limit 1").fetchone() is None:
        return None
    overview = work_overview(db, asked, rules)
    items = tuple(
        (line.kind.code, line.mendable) for line in overview.lines if line.kind.mend is Mend.WHILE_OPEN
    )
    due = len(open_list(db, asked.as_of, asked.unit, days))
    rows = petition_worklist(db, rules, calendar_of(db), asked.period, asked.as_of, asked.unit, days)
    petitions = sum(row.state is PetitionState.DUE_SOON for row in rows)
    return OpenAndDue(items, days, points_at_risk(score, due, petitions))
