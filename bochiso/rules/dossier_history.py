"""All that is known to have happened to a dossier, and how it stood at a moment.

Every figure and every list of dossiers looks at one moment; what happened later, or was not yet
there, changes nothing of it.
"""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct
from msgspec.structs import asdict, replace

from bochiso.rules.dossier_times import (
    CLOSED,
    IN_PROGRESS,
    DossierTimes,
    answered_seconds,
    belongs_at,
    closing,
)


class Request(Struct, frozen=True, kw_only=True):
    """A request for supplements. answered_at: when the supplement was complete, None where it never was.

    due_before: the due date that the request found, where its answer moved it.
    """

    asked_at: datetime
    answered_at: datetime | None = None
    due_before: datetime | None = None


class Closings(Struct, frozen=True, kw_only=True):
    """The steps that ended a dossier, until it was re-opened (None: it was not)."""

    done_at: datetime | None = None
    returned_at: datetime | None = None
    stopped_at: datetime | None = None
    refused_at: datetime | None = None
    withdrawn_at: datetime | None = None
    reopened_at: datetime | None = None


class DossierHistory(Struct, frozen=True, kw_only=True):
    """A dossier as messages and steps tell it; fields as in DossierTimes.

    closings: the last ones; earlier: those before it was re-opened, oldest first.
    """

    status: int
    filed_at: datetime | None = None
    received_at: datetime | None = None
    due_at: datetime | None = None
    closings: Closings = Closings()
    earlier: tuple[Closings, ...] = ()
    requests: tuple[Request, ...] = ()
    last_known_at: datetime | None = None


def judged_at(history: DossierHistory, as_of: datetime, end: datetime) -> datetime:
    """The moment that a dossier is judged at.

    Closed by `as_of`, it is judged by its closing, whenever in the meantime that was; still open,
    as it stood at `end`, the last moment of the period that is counted: what was asked for, given or
    re-opened after it is not the period's.
    """
    return as_of if _closed_at(history, as_of) else end


def stood_at(history: DossierHistory, as_of: datetime, end: datetime) -> DossierTimes:
    """The dossier as it stood at the moment that `judged_at` names.

    Answered requests count for the time between the start and the end alone. Whether it had been
    received at all by then is the caller's to look at.
    """
    moment = judged_at(history, as_of, end)
    closings = _closings_at(history, moment)
    known = DossierTimes(
        status=history.status if _of_status(history, moment) else IN_PROGRESS,
        filed_at=history.filed_at,
        received_at=history.received_at,
        due_at=due_found(history, moment) or history.due_at,
        done_at=closings.get("done_at"),
        returned_at=closings.get("returned_at"),
        stopped_at=closings.get("stopped_at"),
        refused_at=closings.get("refused_at"),
        withdrawn_at=closings.get("withdrawn_at"),
        last_known_at=history.last_known_at,
    )
    waiting = [each.asked_at for each in history.requests if _is_open(each, moment)]
    ended = closing(known)
    if ended is not None:
        last = ended[1]
    elif known.status in CLOSED:
        last = history.last_known_at or end
    else:
        last = waiting[0] if len(waiting) == 1 else end
    start = belongs_at(known) or last
    return replace(
        known,
        open_requests=len(waiting),
        first_open_request_at=min(waiting, default=None),
        supplement_seconds=answered_seconds(_clipped(history, moment, start, last)),
    )


def due_found(history: DossierHistory, moment: datetime) -> datetime | None:
    """The due date that an answer moved which came after that moment: it still stood then."""
    later = [
        (each.answered_at, each.due_before)
        for each in history.requests
        if each.due_before is not None and each.answered_at is not None and each.answered_at > moment
    ]
    return min(later)[1] if later else None


def completed_by(history: DossierHistory, moment: datetime) -> datetime | None:
    """The latest supplement that was complete by then."""
    given = (each.answered_at for each in history.requests if each.answered_at is not None)
    return max((each for each in given if each <= moment), default=None)


def _closings_at(history: DossierHistory, moment: datetime) -> dict[str, datetime]:
    """The closing steps by then, of the time since it was last re-opened."""
    spans = (*history.earlier, history.closings)
    span = next(each for each in spans if each is history.closings or moment < _reopened(each))
    found = asdict(span) | {"reopened_at": None}
    return {name: at for name, at in found.items() if at is not None and at <= moment}


def _reopened(span: Closings) -> datetime:
    assert span.reopened_at is not None  # noqa: S101 (earlier closings were undone)
    return span.reopened_at


def _of_status(history: DossierHistory, moment: datetime) -> bool:
    """Whether its present status says how it stood: not of one that was closed later, or re-opened."""
    if history.status not in CLOSED:
        return True
    if history.earlier and moment < _reopened(history.earlier[-1]):
        return False
    last = asdict(history.closings)
    if any(at is not None for at in last.values()):
        return any(at is not None and at <= moment for at in last.values())
    return history.last_known_at is None or history.last_known_at <= moment


def _closed_at(history: DossierHistory, moment: datetime) -> bool:
    if _closings_at(history, moment):
        return True
    return history.status in CLOSED and _of_status(history, moment)


def _is_open(request: Request, moment: datetime) -> bool:
    answered = request.answered_at
    return request.asked_at <= moment and (answered is None or answered > moment)


def _clipped(
    history: DossierHistory, moment: datetime, start: datetime, last: datetime
) -> Iterator[tuple[datetime, datetime]]:
    for each in history.requests:
        if each.answered_at is not None and each.answered_at <= moment:
            yield max(each.asked_at, start), min(each.answered_at, last)
