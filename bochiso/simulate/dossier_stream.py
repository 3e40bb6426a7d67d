"""The dossiers of a synthetic province as its system would send them: a list, or a stream of events.

    for message in simulate_dossiers("H15", 440_000, 1, date(2026, 1, 1), date(2026, 9, 30)):
        ...

The same province, number, seed and days give the same messages on every machine. All is as of the
end of the last day: what would happen later hasn't happened. `bochiso.simulate.truth` tells what
the messages must count.
"""

import heapq
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from bochiso.simulate.life_messages import Message, dossier_message, step_message, steps
from bochiso.simulate.lives import FILED, Life, lives
from bochiso.simulate.offices import SimulatedProvince, build_province
from bochiso.simulate.petition_events import petition_about
from bochiso.simulate.portal_export import portal_rows
from bochiso.simulate.rhythm import Rhythm


class PushKind(StrEnum):
    """What a system pushes: a new dossier, a changed one, a step."""

    INSERT = "insert"
    UPDATE = "update"
    STEP = "step"


class Event(NamedTuple):
    """One push: when (yyyyMMddHHmmss), what, and the item of the message."""

    at: str
    kind: PushKind
    item: Message


class Everything(NamedTuple):
    """All that one dossier gives: its message, its steps, a petition if any, its rows on the portal."""

    dossier: Message
    steps: list[Message]
    petition: Message | None
    listed: list[dict[str, str]]


def simulate_dossiers(province: str, n: int, seed: int, first_day: date, last_day: date) -> Iterator[Message]:
    """`n` dossiers of a province (a code as H15), in the order of their receipt. Raises ComputeError."""
    rhythm = Rhythm(first_day, last_day)
    for life in lives(build_province(province, seed, rhythm), n):
        yield dossier_message(life, rhythm, rhythm.end)


def simulate_everything(province: SimulatedProvince, n: int) -> Iterator[Everything]:
    """The same dossiers with their steps and petitions."""
    rhythm = province.rhythm
    for life in lives(province, n):
        yield Everything(
            dossier_message(life, rhythm, rhythm.end),
            list(steps(life, rhythm, rhythm.end)),
            _petition(life, province),
            portal_rows(life, province)[0],
        )


def simulate_events(province: str, n: int, seed: int, first_day: date, last_day: date) -> Iterator[Event]:
    """The pushes by which the same dossiers reach the state of `simulate_dossiers`, in order of time.

    A dossier is inserted when it comes in and updated at each change of its status; a step follows
    each. Raises ComputeError.
    """
    rhythm = Rhythm(first_day, last_day)
    coming: list[tuple[int, int, int, Life]] = []  # moment, order, place in the timeline, whose
    for life in lives(build_province(province, seed, rhythm), n):
        while coming and coming[0][0] <= life.start:
            yield from _next_push(coming, rhythm)
        heapq.heappush(coming, (life.start, life.key, 0, life))
    while coming and coming[0][0] <= rhythm.end:
        yield from _next_push(coming, rhythm)


def _next_push(coming: list[tuple[int, int, int, Life]], rhythm: Rhythm) -> Iterator[Event]:
    """What is pushed at the earliest coming moment; the dossier's next one takes its place."""
    at, key, place, life = coming[0]
    timeline = life.course.timeline
    if place + 1 < len(timeline):
        heapq.heapreplace(coming, (timeline[place + 1][0], key, place + 1, life))
    else:
        heapq.heappop(coming)
    text = rhythm.text(at)
    yield Event(text, PushKind.UPDATE if place else PushKind.INSERT, dossier_message(life, rhythm, at))
    status = timeline[place][1]
    if status != FILED:
        before = timeline[place - 1][0] if place else 0
        yield Event(text, PushKind.STEP, step_message(life, rhythm, at, status, before))


_MOMENTS = ("sent", "forwarded", "accepted", "refused", "resolved", "published")
PETITION_COLUMNS = ("petition", "unit", "dossier", "classification", *_MOMENTS, "rating", "repeated")
"""Columns of a table of petitions. classification: rules, staff or other. Moments: yyyyMMddHHmmss, or
nothing. rating: satisfied, dissatisfied or nothing. repeated: 1 where it was sent again."""

_RATINGS = {None: "", True: "satisfied", False: "dissatisfied"}


def _petition(life: Life, province: SimulatedProvince) -> Message | None:
    """The petition that a dossier gave rise to, as a row of that table."""
    petition = petition_about(life, province.rhythm, province.seed)
    if petition is None:
        return None
    text = province.rhythm.text
    moments = [getattr(petition, name) for name in _MOMENTS]
    values = [
        *(petition.number, petition.unit, petition.dossier, petition.kind),
        *(text(moment) if moment else "" for moment in moments),
        *(_RATINGS[petition.liked], "1" if petition.repeated else "0"),
    ]
    return dict(zip(PETITION_COLUMNS, values, strict=True))
