"""What the pages with tables of units share: the rankings that they show."""

from bochiso.store.figures.snapshot_store import Store
from bochiso.store.snapshots.queries import Ranked, rankings
from bochiso.store.snapshots.snapshot_selection import PREVIOUS, NothingToCompareError
from bochiso.units.model import Level, levels_on
from bochiso.web.core.day_choice import as_of
from bochiso.web.core.template_context import SnapshotRef


def ranked_levels(store: Store, within: str | None, at: SnapshotRef | None) -> tuple[Ranked, ...]:
    """The ranking of each level of a province, with what changed; of the provinces where it is None.

    Of the snapshot asked for where that has the level, else of the newest known by then; districts only
    while there are any. Raises ComputeError where there is no such snapshot.
    """
    known = as_of(store, at)
    if not known.snapshots():
        return ()
    levels = (Level.PROVINCE,) if within is None else levels_on(known.snapshots()[-1].as_of)
    found = (
        ranked_level(known, level, within, at) or (ranked_level(known, level, within) if at else None)
        for level in levels
    )
    return tuple(each for each in found if each)


def ranked_level(
    store: Store,
    level: Level,
    within: str | None,
    at: SnapshotRef | None = None,
    kind: str | None = None,
) -> Ranked | None:
    """The ranking of one level, compared where there is something before it; None where there is none.

    `kind`: only of units of a kind, of the whole country.
    """
    day, period = (at.day.isoformat(), at.period) if at else (None, None)
    for against in (PREVIOUS, None):
        asked = rankings(
            store,
            level=level,
            as_of=day,
            period=period,
            against=against,
            rules=None,
            within=within,
            kind=kind,
        )
        try:
            return next(asked, None)
        except NothingToCompareError:
            continue
    return None
