"""Which snapshot a person means."""

from collections.abc import Callable

from bochiso.errors import ComputeError
from bochiso.periods import Period, parse_day
from bochiso.store.store import Snapshot, Store
from bochiso.text import Lang, Text, say
from bochiso.units.model import LEVEL_NAMES, Level

PREVIOUS = "previous"


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


def choose(
    store: Store,
    wanted: str | None,
    period: Period | None,
    suits: Callable[[Snapshot], bool] = lambda _: True,
) -> Snapshot:
    """The snapshot of a day or a label; the newest that suits where nothing was asked for.

    Raises ComputeError that lists what there is where none, or more than one, is meant.
    """
    found = [s for s in store.snapshots() if period is None or s.period == period]
    if wanted is not None:
        found = [s for s in found if s.label == wanted] or _of_day(found, wanted)
        if len(found) > 1:
            same = [s for s in found if suits(s)]
            found = same if len(same) == 1 else found
        if len(found) > 1:
            raise ComputeError(
                say(
                    "có {n} kỳ số liệu của {wanted}.",
                    "{wanted} has {n} snapshots.",
                    n=len(found),
                    wanted=wanted,
                ),
                do=say(
                    "Chọn một kỳ bằng --period: {list}.",
                    "Choose one with --period: {list}.",
                    list=", ".join(s.period.code for s in found),
                ),
            )
    else:
        found = [s for s in found if suits(s)][-1:] or found[-1:]
    if not found:
        raise _none(store, wanted or (period.code if period else ""))
    return found[0]


def _of_day(found: list[Snapshot], wanted: str) -> list[Snapshot]:
    try:
        day = parse_day(wanted)
    except ComputeError:
        return []
    return [s for s in found if s.as_of == day]


def _none(store: Store, wanted: str) -> ComputeError:
    days = [f"{s.as_of.isoformat()} ({s.label or s.period.code})" for s in store.snapshots()[-8:]]
    return ComputeError(
        say("không có số liệu của “{wanted}”.", "there are no figures of “{wanted}”.", wanted=wanted),
        do=say("Đang có: {list}.", "There are: {list}.", list=", ".join(days)),
    )


def choose_against(store: Store, wanted: str, after: Snapshot, level: Level) -> Snapshot:
    """The snapshot to compare `after` with: a day, a label, or `previous`.

    Raises ComputeError where there is none, or it has no units of the level.
    """
    if wanted == PREVIOUS:
        earlier = [
            s
            for s in store.snapshots()
            if (s.as_of, s.period) < (after.as_of, after.period) and level in store.levels(s)
        ]
        if not earlier:
            raise ComputeError(
                say(
                    "chưa có kỳ nào trước {title} để so sánh.",
                    "there is nothing before {title} to compare with.",
                    title=snapshot_title(after),
                )
            )
        same = [s for s in earlier if s.period == after.period]
        return (same or earlier)[-1]
    before = choose(store, wanted, None, lambda s: s.period == after.period)
    if level not in store.levels(before):
        raise ComputeError(
            say(
                "{title} không có {level} nào để so sánh.",
                "{title} has no {level} to compare with.",
                title=snapshot_title(before),
                level=LEVEL_NAMES[level],
            )
        )
    return before
