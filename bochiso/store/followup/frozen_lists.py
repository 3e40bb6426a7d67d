"""A frozen list as the list of work that it was, for its file."""

from datetime import datetime
from typing import Any

from bochiso.errors import ComputeError
from bochiso.followup.explanations import ExplanationRequest
from bochiso.followup.work_kinds import KIND_BY_SLUG
from bochiso.periods import parse_period
from bochiso.store.followup.explanation_register import frozen_rows
from bochiso.store.people.ledger import Ledger
from bochiso.store.worklists.work_lists import WorkAsked, WorkList
from bochiso.text import say

_MOMENTS = ("began", "due_at", "ended_at")


def frozen_list(ledger: Ledger, request: ExplanationRequest, unit: str) -> tuple[WorkAsked, WorkList]:
    """What was asked of a unit, and its items as they were.

    Raises ComputeError for a fall, which has no list, StoreError where they are not as they were.
    """
    if request.slug not in KIND_BY_SLUG:
        raise ComputeError(say("yêu cầu này không có danh sách.", "this request has no list."))
    rows = tuple(thawed(row) for row in frozen_rows(ledger, request.number, unit))
    asked = WorkAsked(unit, parse_period(request.period), request.as_of)
    return asked, WorkList(KIND_BY_SLUG[request.slug], len(rows), len(rows), {}, rows)


def thawed(row: dict[str, Any]) -> dict[str, Any]:
    """An item with its moments, which JSON has as text."""
    return {
        name: datetime.fromisoformat(value) if name in _MOMENTS and value else value
        for name, value in row.items()
    }
