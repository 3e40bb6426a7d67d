"""The collections that were made: those kept as readings, and those that were stopped before."""

from datetime import date, datetime

from msgspec import Struct

from bochiso.store.collection.run_folder import RunFolder, runs_under_way
from bochiso.store.figures.collection_record import CollectionRecord, ReadingState, SavedText
from bochiso.store.figures.evidence import Evidence, Reading
from bochiso.store.folder import DataFolder

_CUT = SavedText("đang chạy, hoặc đã bị ngắt đột ngột.", "it is running, or was cut off.")


class CollectionRun(Struct, frozen=True):
    """One run: when (UTC), of which day and period, what, from where, and what came of it.

    `state` and `seq` are None where it was stopped before it became a reading.
    """

    started_at: datetime
    finished_at: datetime | None
    as_of: date
    period: str
    scope: str
    source: str
    answers: int
    state: ReadingState | None
    why: SavedText | None
    seq: int | None


def collection_runs(folder: DataFolder) -> list[CollectionRun]:
    """Every run, oldest first. Raises StoreError where there is no data folder."""
    folder.check()
    found = []
    for reading in Evidence(folder.evidence).readings():
        if (how := reading.manifest.collected) is not None:
            found.append(_as_run(reading, how))
    stopped = [_under_way(run) for run in runs_under_way(folder) if not _is_reading(run)]
    return sorted([*found, *stopped], key=lambda run: run.finished_at or run.started_at)


def last_collection(folder: DataFolder) -> CollectionRun | None:
    """The newest collection that became a reading; None where none did. Raises StoreError."""
    evidence = Evidence(folder.evidence)
    for seq in reversed(evidence.seqs()):
        reading = evidence.reading(seq)
        if reading.manifest.collected is not None:
            return _as_run(reading, reading.manifest.collected)
    return None


def _is_reading(run: RunFolder) -> bool:
    stop = run.stopped()
    return stop is not None and stop.reading is not None


def _as_run(reading: Reading, how: CollectionRecord) -> CollectionRun:
    manifest = reading.manifest
    return CollectionRun(
        how.started_at, how.finished_at, manifest.as_of, manifest.period, how.scope, how.source,
        len(how.requests), manifest.state, how.why, reading.seq,
    )  # fmt: skip


def _under_way(run: RunFolder) -> CollectionRun:
    request, stop, answered = run.run_request, run.stopped(), run.requests()
    return CollectionRun(
        request.started_at, stop.at if stop else None, request.day, request.period, request.scope,
        request.source, len(answered), None, stop.why if stop else _CUT, None,
    )  # fmt: skip


def is_collected(folder: DataFolder, day: date, period: str, scope: str, source: str) -> bool:
    """Whether a complete reading of this day, period and scope came from this source."""
    if not folder.evidence.is_dir():
        return False
    wanted = (ReadingState.COMPLETE, day, period, scope, source)
    return any((r.state, r.as_of, r.period, r.scope, r.source) == wanted for r in collection_runs(folder))
