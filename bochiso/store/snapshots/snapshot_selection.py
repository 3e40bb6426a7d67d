"""Which snapshot a person means."""

import re
from collections.abc import Callable, Sequence
from datetime import date

from bochiso.errors import ComputeError
from bochiso.periods import Period, parse_day, parse_period
from bochiso.store.figures.collection_record import ReadingState
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.text import Lang, Text, say
from bochiso.units.model import LEVEL_NAMES, Level, Unit

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
    """The snapshot of a day, a label, a period (its newest) or a period and day, as 2026-09/2026-09-30;
    where nothing was asked for, the newest that suits.

    `predicates` are tried in this order; where none is met, the newest of all is it. One that was
    collected only in part is chosen where there is no other. Raises
    ComputeError that lists what there is where none, or more than one, is meant.
    """
    found = [s for s in store.snapshots() if period is None or s.period == period]
    if wanted is not None:
        found = [s for s in found if s.label == wanted] or _of_day(found, wanted) or _of_period(found, wanted)
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


def _of_period(found: list[Snapshot], wanted: str) -> list[Snapshot]:
    """The newest of a period, or the one of its day that stands behind a slash."""
    code, slash, day = wanted.partition("/")
    try:
        of = parse_period(code)
    except ComputeError:
        return []
    same = [s for s in found if s.period == of]
    return _of_day(same, day) if slash else _best_first(same)[:1]


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
            "Ghi rõ cả kỳ và ngày: {list}.",
            "Write the period and the day: {list}.",
            list=", ".join(f"{s.period.code}/{s.as_of.isoformat()}" for s in found),
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

    `previous` is the first of those before it (`_before`) that meets the first of `predicates` that any
    meets. Raises NothingToCompareError where none has units of the level that meet the last of
    `predicates`, else as `choose`.
    """
    tests = predicates or (lambda s: level in store.levels(s),)
    if wanted == PREVIOUS:
        earlier = _before(store.snapshots(), after)
        before = next((s for test in tests for s in earlier if test(s)), None)
        if before is None:
            raise NothingToCompareError(
                say(
                    "chưa có kỳ cùng loại nào trước {title} để so sánh.",
                    "there is nothing of its kind before {title} to compare with.",
                    title=snapshot_title(after),
                ),
                do=say(
                    "Muốn so với kỳ khác loại, ghi rõ kỳ ấy, như 2026-08 hoặc 2026-08/2026-08-31.",
                    "Name a period of another kind to compare with it, as 2026-08 or 2026-08/2026-08-31.",
                ),
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


_WHOLE_DAYS = 100
"""Periods up to a quarter are compared whole with whole; half years and years add up week by week."""


def _before(snapshots: list[Snapshot], after: Snapshot) -> list[Snapshot]:
    """What came before it and is of its kind, the nearest first: months with months, years with years.

    A month or quarter that is over stands beside the one before it, then beside earlier days of its
    own; one under way, and a longer period, beside earlier days of its own first.
    """
    own = [s for s in snapshots if s.period == after.period and s.as_of < after.as_of]
    others = [
        s
        for s in snapshots
        if s.as_of <= after.as_of and s.period.last < after.period.last and same_kind(s.period, after.period)
    ]
    others.sort(key=lambda s: (s.period.last, s.as_of))
    days = (after.period.last - after.period.first).days
    whole = days < _WHOLE_DAYS and after.as_of >= after.period.last
    first, then = (others, own) if whole else (own, others)
    return [*_best_first(first), *_best_first(then)]


def same_kind(a: Period, b: Period) -> bool:
    """Whether two periods are as long by their kind: both months, both years, both of two dates and alike.

    >>> [same_kind(parse_period("2026-Q3"), parse_period(p)) for p in ("2026-Q2", "2026-08", "2026")]
    [True, False, False]
    """
    if re.sub(r"\d", "0", a.code) != re.sub(r"\d", "0", b.code):
        return False
    lengths = sorted((each.last - each.first).days for each in (a, b))
    return a.first == b.first or lengths[0] * 10 >= lengths[1] * 8


def comparable_spans(before: Snapshot, after: Snapshot) -> bool:
    """Whether the figures of two snapshots are of the same period, or of two of a kind that are both over."""
    if before.period == after.period:
        return True
    return same_kind(before.period, after.period) and all(s.as_of >= s.period.last for s in (before, after))


def which_unit(unit: str, found: Sequence[Unit], title: Text) -> ComputeError:
    """What is said where a person's words for a unit of `title` mean none, or several."""
    names = [f"{each.name} ({each.code})" for each in found]
    if names:
        return ComputeError(
            say(
                "“{unit}” có thể là {n} đơn vị.",
                "“{unit}” may be {n} {n:unit|units}.",
                unit=unit,
                n=len(names),
            ),
            do=say(
                "Chọn một mã: {list}.",
                "Choose one code: {list}.",
                list="; ".join([*names[:10], "…"][: len(names)]),
            ),
        )
    return ComputeError(
        say(
            "không có đơn vị “{unit}” trong {title}.",
            "there is no unit “{unit}” in {title}.",
            unit=unit,
            title=title,
        ),
        do=say("Xem tên và mã bằng `bochiso rank`.", "See names and codes with `bochiso rank`."),
    )
