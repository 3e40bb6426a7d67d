"""What a document is about: the figures asked for, those compared with, the province's own ranking.

Everything that is printed comes from these views, so that a sentence and an annex can't disagree.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import cache

import duckdb
from msgspec import Struct

from bochiso.errors import ReportError
from bochiso.followup.targets import Target
from bochiso.followup.work_value import MissedProcedure
from bochiso.periods import Period
from bochiso.report.dossier_figures import DossierFigures, LatePublications
from bochiso.report.provenance import Provenance, from_store
from bochiso.report.province_figures import ProvinceFigures, province_figures
from bochiso.rules.calendar import Calendar, builtin_calendar
from bochiso.rules.rule_set import RuleSet
from bochiso.score.changes import LevelComparison
from bochiso.score.ranking import LevelStandings
from bochiso.score.shifts import find_empty
from bochiso.store.decisions.handed_units import HandlingTable
from bochiso.store.figures.collection_record import ReadingState
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.folder import DataFolder
from bochiso.store.journal.journal import end_of
from bochiso.store.snapshots.queries import View, compare_views, partial, view, warnings
from bochiso.store.snapshots.snapshot_selection import (
    PREVIOUS,
    NothingToCompareError,
    SnapshotPredicate,
    choose,
    choose_against,
    snapshot_title,
)
from bochiso.store.snapshots.target_standings import TargetTable, target_tables
from bochiso.text import VIETNAM, Lang, Text, say
from bochiso.units.model import BELOW_PROVINCE, Level, Unit
from bochiso.units.names import province_title
from bochiso.units.tree import tops


@dataclass(frozen=True)
class LevelFigures:
    """The standings of one level of the province's units, and what changed."""

    level: Level
    standings: LevelStandings
    comparison: LevelComparison | None


@dataclass(frozen=True)
class ReportData:
    """All figures of a document. `units` holds the province's units ranked among themselves.

    `dossiers` is None where none of the period is known, `dossiers_until` then the last day of which
    any is; `publications` where the data folder has no procedures. `remarks`: what to bear in mind about
    figures and comparisons. `provenance`: what it all rests on. `calendar`: the province's working days.
    `missed`: by unit and indicator, the procedures at which measured figures that fell missed most.
    `targets`: how units stood to them; `outcomes`: what came of last time's requests, a sentence each.
    """

    code: str
    provenance: Provenance
    units: View
    before: View | None
    province: ProvinceFigures | None
    levels: tuple[LevelFigures, ...]
    dossiers: DossierFigures | None
    dossiers_until: date | None
    publications: LatePublications | None
    remarks: tuple[Text, ...]
    calendar: Calendar
    missed: Mapping[tuple[str, str], tuple[MissedProcedure, ...]] = field(default_factory=dict)
    targets: tuple[TargetTable, ...] = ()
    outcomes: tuple[str, ...] = ()

    @property
    def rules(self) -> RuleSet:
        """The rules that scored the units."""
        return self.units.rules

    @property
    def every_unit(self) -> list[Unit]:
        """Every unit that may be named."""
        found = [row.score.unit for row in self.units.standings.rows]
        return found + [
            change.before.score.unit
            for each in self.levels
            if each.comparison
            for change in each.comparison.changes
            if change.after is None and change.before is not None
        ]


class Followed(Struct, frozen=True):
    """What was asked of units before: targets given to them, and what came of last time's requests, in words.

    `outcomes`: a sentence each without its full stop. `handed`: tables of the handling of dossiers, by day.
    """

    targets: tuple[Target, ...] = ()
    outcomes: tuple[str, ...] = ()
    handed: tuple[HandlingTable, ...] = ()


NOTHING_FOLLOWED = Followed()


@dataclass(frozen=True)
class ReportRequest:
    """What is asked for. `against`: a day, a label, `previous`, or None for the previous if there is one.

    `province_against`: the same for the province itself, where that is another.
    `followed`: what the ledger holds of targets and requests.
    """

    province: str
    as_of: str | None = None
    period: Period | None = None
    against: str | None = None
    rules: RuleSet | None = None
    province_against: str | None = None
    followed: Followed = NOTHING_FOLLOWED


def provinces_in(store: Store) -> tuple[str, ...]:
    """The provinces whose units the store has, those of the newest snapshot first."""
    found: dict[str, None] = {}
    for snapshot in reversed(store.snapshots()):
        units = store.units(snapshot)
        above = tops(units)
        for unit in units:
            if unit.parent is not None:
                found.setdefault(above[unit.code])
    return tuple(found)


@contextmanager
def dossiers_if_any(folder: DataFolder) -> Iterator[duckdb.DuckDBPyConnection | None]:
    """The facts of dossiers, None where the data folder has none."""
    if not end_of(folder.journal).items:
        yield None
        return
    from bochiso.store.dossiers.ingest import (
        open_dossiers,  # measuring's parts: only where there are dossiers
    )

    with open_dossiers(folder) as db:
        yield db


def gather(
    store: Store, asked: ReportRequest, now: datetime, dossiers: duckdb.DuckDBPyConnection | None
) -> ReportData:
    """The figures of a document. `now`: this moment, for what is still open.

    Raises ComputeError where there are no such figures, or nothing to compare with where asked.
    """
    code = asked.province
    scored = cache(lambda snapshot: view(store, snapshot, asked.rules, code))

    def has_units(snapshot: Snapshot) -> bool:
        return bool(store.levels(snapshot) & set(BELOW_PROVINCE)) and bool(scored(snapshot).standings.levels)

    def ranks_units(snapshot: Snapshot) -> bool:
        return has_units(snapshot) and any(each.ranked for each in scored(snapshot).standings.levels.values())

    def has_any(snapshot: Snapshot) -> bool:
        return any(unit.code == code for unit in store.units(snapshot))

    after = scored(choose(store, asked.as_of, asked.period, ranks_units, has_units, has_any))
    if not (has_units(after.snapshot) or has_any(after.snapshot)):
        raise _nobody(code, after.snapshot)
    before = _before(store, asked, after.snapshot, ranks_units, has_units)
    compared = scored(before) if before else None
    other = asked.province_against
    province = province_figures(
        store, code, other or asked.against, asked.rules, after.snapshot, None if other else before
    )
    levels = tuple(_levels(after, compared))
    provenance = _identity(store, after.snapshot, before, province)
    work = _work(dossiers, after, now, code, provenance.units.measured)
    if work.dossiers is None and asked.followed.handed:
        from bochiso.report import backlog  # as below

        work = replace(work, dossiers=backlog.handed_figures(asked.followed.handed, after))
    return ReportData(
        code,
        provenance,
        after,
        compared,
        province,
        levels,
        work.dossiers,
        work.dossiers_until,
        work.publications,
        (
            *_remarks(store, after, compared, levels, province),
            *(work.dossiers.remarks if work.dossiers else ()),
        ),
        _calendar(dossiers, code),
        _missed(dossiers if provenance.units.measured else None, code, after, (*levels, province), now),
        _targets(store, asked.followed.targets, after.snapshot, code),
        asked.followed.outcomes,
    )


def _targets(store: Store, targets: tuple[Target, ...], at: Snapshot, code: str) -> tuple[TargetTable, ...]:
    """How units stood by the figures of the document's period, those of its day at the latest."""
    if not targets:
        return ()
    known = [each for each in store.snapshots() if each.period == at.period and each.as_of <= at.as_of]
    return tuple(target_tables(store.restricted_to(known), targets, at.as_of, code))


def _missed(
    dossiers: duckdb.DuckDBPyConnection | None,
    code: str,
    after: View,
    parts: Sequence[LevelFigures | ProvinceFigures | None],
    now: datetime,
) -> Mapping[tuple[str, str], tuple[MissedProcedure, ...]]:
    """The procedures behind what those who fell lost most at; of what was measured here."""
    if dossiers is None:
        return {}
    from bochiso.report import backlog  # as above

    changes = [c for each in parts if isinstance(each, LevelFigures) and each.comparison
               for c in each.comparison.changes]  # fmt: skip
    changes += [each.change for each in parts if isinstance(each, ProvinceFigures) and each.change]
    return backlog.missed_behind(dossiers, code, after, changes, min(now, _end_of(after.snapshot.as_of)))


def _calendar(dossiers: duckdb.DuckDBPyConnection | None, code: str) -> Calendar:
    if dossiers is None:
        return builtin_calendar()
    from bochiso.store.dossiers.province_calendar import calendar_of  # as above

    return calendar_of(dossiers).of(code)


def _nobody(code: str, snapshot: Snapshot) -> ReportError:
    return ReportError(
        say(
            "không có đơn vị nào của {province} ({code}) trong {title}.",
            "no unit of {province} ({code}) is in {title}.",
            province=province_title(code, snapshot.as_of),
            code=code,
            title=snapshot_title(snapshot),
        ),
        do=say(
            "Nếu bảng không có mã đơn vị, nạp lại với --province {code} hoặc ghép tên bằng "
            "`bochiso units match`; nếu là tỉnh khác, chọn bằng --province.",
            "Where the table has no codes bring it in again with --province {code}, or give the names to "
            "units with `bochiso units match`; for another province choose it with --province.",
            code=code,
        ),
    )


def _before(
    store: Store, asked: ReportRequest, after: Snapshot, *predicates: SnapshotPredicate
) -> Snapshot | None:
    """The snapshot that the units are compared with; None where there is none and none was asked for."""
    if not predicates[-1](after):
        return None
    level = next(level for level in BELOW_PROVINCE if level in store.levels(after))
    try:
        found = choose_against(store, asked.against or PREVIOUS, after, level, *predicates)
    except NothingToCompareError:
        if asked.against not in (None, PREVIOUS) and not _ranks_province(store, asked):
            raise
        return None
    if found == after:
        raise ReportError(
            say(
                "kỳ so sánh trùng với kỳ của văn bản: {title}.",
                "the document would be compared with itself: {title}.",
                title=snapshot_title(after),
            ),
            do=say("Chọn một kỳ trước bằng --against.", "Choose an earlier one with --against."),
        )
    return found


def _ranks_province(store: Store, asked: ReportRequest) -> bool:
    """Whether what a document is to be compared with has the province itself, though none of its units."""
    found = choose(store, asked.against, None)
    return any(unit.code == asked.province for unit in store.units(found))


def _levels(after: View, before: View | None) -> Iterator[LevelFigures]:
    for level in BELOW_PROVINCE:
        if level in after.standings.levels:
            comparable = before is not None and level in before.standings.levels
            mine = after.standings.levels[level].province
            comparison = compare_views(before, after, level, mine) if before and comparable else None
            yield LevelFigures(level, after.standings.levels[level], comparison)


@dataclass(frozen=True)
class _Work:
    """What dossiers and the register of publications tell."""

    dossiers: DossierFigures | None = None
    dossiers_until: date | None = None
    publications: LatePublications | None = None


def _work(
    dossiers: duckdb.DuckDBPyConnection | None, after: View, now: datetime, code: str, measured: bool
) -> _Work:
    if dossiers is None:
        return _Work()
    from bochiso.report import backlog  # as above

    moment = min(now, _end_of(after.snapshot.as_of))
    units = [row.score.unit for row in after.standings.rows]
    period, today = after.snapshot.period, moment.astimezone(VIETNAM).date()
    found = backlog.dossier_figures(dossiers, code, units, period.first, moment)
    until = found.known_until if found else backlog.last_known_day(dossiers, code, moment)
    if measured and found is None:
        raise backlog.no_dossiers(code, after.snapshot, until)
    published = backlog.late_publications(dossiers, after.rules, period, today, units, code)
    return _Work(found, until, published)


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), VIETNAM)


def _identity(
    store: Store, units: Snapshot, before: Snapshot | None, province: ProvinceFigures | None
) -> Provenance:
    own = province.after.snapshot if province else None
    compared = province.before.snapshot if province and province.before else None
    return from_store(store, units, before, own, compared)


def _remarks(
    store: Store,
    after: View,
    before: View | None,
    levels: tuple[LevelFigures, ...],
    province: ProvinceFigures | None,
) -> Iterator[Text]:
    """Each remark once, those of figures that are incomplete first."""
    found = list(_incomplete(after))
    for each in levels:
        if before and each.comparison:
            found += _compared(store, before, after, each.comparison)
        else:
            found += (empty.sentence(after.rules) for empty in find_empty(each.standings))
    if province:
        found += _incomplete(province.after)
        if province.before:
            comparison = compare_views(province.before, province.after, Level.PROVINCE)
            found += _compared(store, province.before, province.after, comparison)
    seen: set[str] = set()
    for text in found:
        words = text.render(Lang.VI)
        if words not in seen:
            seen.add(words)
            yield text


def _compared(store: Store, before: View, after: View, comparison: LevelComparison) -> list[Text]:
    """What a reader must know of a comparison, without the hints for who runs the program."""
    hints = len(partial(before))
    return [*_incomplete(before), *warnings(store, before, after, comparison)[hints:]]


def _incomplete(known: View) -> Iterator[Text]:
    yield from () if known.basis is None else known.basis.sentences(known.rules)
    if known.snapshot.state is not ReadingState.COMPLETE:
        yield say(
            "số liệu ngày {day} thu thập chưa đầy đủ, chỉ để tham khảo",
            "the figures of {day} were collected in part, to be read with care",
            day=known.snapshot.as_of,
        )
