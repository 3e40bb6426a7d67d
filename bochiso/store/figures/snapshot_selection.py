"""Which snapshot a person means."""

from collections.abc import Callable
from datetime import date

from bochiso.errors import ComputeError
from bochiso.periods import Period, parse_day, parse_period
from bochiso.store.figures.collection_record import ReadingState
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.text import Lang, Text, say
from bochiso.units.model import LEVEL_NAMES, Level

PREVIOUS = "previous"

SnapshotPredicate = Callable[[Snapshot], bool]


class NothingToCompareError(ComputeError):
    """There is no snapshot to compare with, or not of this level."""


def snapshot_title(snapshot: Snapshot) -> Text:
    """A snapshot in words."""
    label = f"{snapshot.label}, " if snapshot.label else ""
    return say(
        "{label}kỳ {vi}, số liệu ngày {day}",
        "{label}{en}, figures of {day}",
        label=label,
        vi=snapshot.period.show(Lang.VI),
        en=snapshot.period.show(Lang.EN),
        day=snapshot.as_of,
    )


def find_snapshot(store: Store, period: str, day: str) -> Snapshot:
    """The snapshot of a day and period as addresses write them. Raises ComputeError where there is none."""
    wanted: tuple[Period, date] = parse_period(period), parse_day(day)
    for snapshot in store.snapshots():
        if (snapshot.period, snapshot.as_of) == wanted:
            return snapshot
    raise ComputeError(say("không có kỳ số liệu này.", "there is no such snapshot."))


def choose(
    store: Store, wanted: str | None, period: Period | None, *predicates: SnapshotPredicate
) -> Snapshot:
    """The snapshot of a day or a label; where nothing was asked for, the newest that suits.

    `predicates` are tried in this order; where none is met, the newest of all is it. One that was
    collected only in part is chosen where there is no other. Raises
    ComputeError that lists what there is where none, or more than one, is meant.
    """
    found = [s for s in store.snapshots() if period is None or s.period == period]
    if wanted is not None:
        found = [s for s in found if s.label == wanted] or _of_day(found, wanted)
    if not found:
        raise _none(store, wanted, period)
    if wanted is None:
        newest = _best_first(found)
        return next((s for test in predicates for s in newest if test(s)), newest[0])
    if len(found) > 1:
        found = next((same for test in predicates if len(same := [s for s in found if test(s)]) == 1), found)
    if len(found) > 1:
        raise _several(wanted, found)
    return found[0]


def _of_day(found: list[Snapshot], wanted: str) -> list[Snapshot]:
    try:
        day = parse_day(wanted)
    except ComputeError:
        return []
    return [s for s in found if s.as_of == day]


def _best_first(found: list[Snapshot]) -> list[Snapshot]:
    """The newest first, those that aren't complete after all others."""
    newest = found[::-1]
    whole = [s for s in newest if s.state is ReadingState.COMPLETE]
    return whole + [s for s in newest if s.state is not ReadingState.COMPLETE]


def _several(wanted: str, found: list[Snapshot]) -> ComputeError:
    what = say(
        "có {n} kỳ số liệu của “{wanted}”.", "“{wanted}” has {n} snapshots.", n=len(found), wanted=wanted
    )
    days = list(dict.fromkeys(s.as_of.isoformat() for s in found))
    if len(days) > 1:
        do = say(
            "Chọn một ngày thay cho nhãn: {list}.",
            "Choose a day instead of the label: {list}.",
            list=", ".join(days),
        )
    else:
        do = say(
            "Chọn một kỳ bằng --period: {list}.",
            "Choose one with --period: {list}.",
            list=", ".join(s.period.code for s in found),
        )
    return ComputeError(what, do=do)


def _none(store: Store, wanted: str | None, period: Period | None) -> ComputeError:
    asked = [wanted] if wanted else []
    asked += [period.code] if period else []
    newest = store.snapshots()[:-9:-1]
    days = [f"{s.as_of.isoformat()} ({', '.join(filter(None, (s.label, s.period.code)))})" for s in newest]
    return ComputeError(
        say("không có số liệu của “{asked}”.", "there are no figures of “{asked}”.", asked=", ".join(asked)),
        do=say("Gần đây có: {list}.", "The latest are: {list}.", list="; ".join(days)),
    )


def choose_against(
    store: Store, wanted: str, after: Snapshot, level: Level, *predicates: SnapshotPredicate
) -> Snapshot:
    """The snapshot to compare `after` with: a day, a label, or `previous`.

    `previous` is the last before it that meets the first of `predicates` that any meets, of the same
    period if possible. Raises NothingToCompareError where none has units of the level that meet
    the last of `predicates`, else as `choose`.
    """
    tests = predicates or (lambda s: level in store.levels(s),)
    if wanted == PREVIOUS:
        earlier = [s for s in store.snapshots() if (s.as_of, s.period) < (after.as_of, after.period)]
        earlier.sort(key=lambda s: s.period == after.period)
        before = next((s for test in tests for s in _best_first(earlier) if test(s)), None)
        if before is None:
            raise NothingToCompareError(
                say(
                    "chưa có kỳ nào trước {title} để so sánh.",
                    "there is nothing before {title} to compare with.",
                    title=snapshot_title(after),
                )
            )
        return before
    before = choose(store, wanted, None, lambda s: s.period == after.period)
    if not tests[-1](before):
        raise NothingToCompareError(
            say(
                "{title} không có {level} nào để so sánh.",
                "{title} has no {level} to compare with.",
                title=snapshot_title(before),
                level=LEVEL_NAMES[level],
            )
        )
    return before
