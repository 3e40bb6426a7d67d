"""What waits for people today: every subject of follow-up adds its own, and one list is made of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

from duckdb import DuckDBPyConnection

from bochiso.errors import ComputeError, SourceError
from bochiso.followup.apologies import apology_duties
from bochiso.followup.duties import Duty
from bochiso.followup.explanations import Origin, explanation_duties, heir_duties
from bochiso.followup.objections import objection_duties
from bochiso.office.backend import Backend
from bochiso.office.task_work import obstacle_duties, task_duties, task_standings, working_days
from bochiso.report.report_data import provinces_in
from bochiso.rules.loader import load_rules
from bochiso.rules.verdict import day_of
from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.dossiers.publication_list import Entry, State, publication_list
from bochiso.store.figures.kept_predecessors import predecessors_of
from bochiso.store.figures.snapshot_store import Store, open_store
from bochiso.store.folder import DataFolder
from bochiso.store.followup.apology_cases import to_apologise
from bochiso.store.followup.apology_register import standing_apologies
from bochiso.store.followup.explanation_register import requests
from bochiso.store.followup.heir_choices import chosen_heirs
from bochiso.store.followup.objection_register import find_preview, objections, previews
from bochiso.store.journal.journal import end_of
from bochiso.store.measuring.measurement import unit_tree
from bochiso.store.people.ledger import Ledger
from bochiso.store.steering.obstacle_register import known_obstacles
from bochiso.store.worklists.open_counts import open_counts
from bochiso.store.worklists.worklist import dossiers_known
from bochiso.text import Lang, Text, say
from bochiso.units.model import BELOW_PROVINCE, Unit
from bochiso.units.names import short_name
from bochiso.units.predecessors import Predecessors
from bochiso.units.tree import UnitTree


@dataclass(frozen=True)
class WaitingSources:
    """What duties are found in. `dossiers`: the facts of dossiers, for reading."""

    folder: DataFolder
    ledger: Ledger
    moment: datetime
    dossiers: Callable[[], AbstractContextManager[DuckDBPyConnection]]

    @classmethod
    def of(cls, folder: DataFolder, ledger: Ledger, moment: datetime) -> "WaitingSources":
        """The sources of a command."""
        return cls(folder, ledger, moment, lambda: open_dossiers(folder))

    @contextmanager
    def facts(self) -> Iterator[DuckDBPyConnection | None]:
        """The facts of dossiers; None where no system has sent anything and no file was brought in."""
        if not end_of(self.folder.journal).items:
            yield None
            return
        with self.dossiers() as db:
            yield db

    @property
    def day(self) -> date:
        """The day in Việt Nam."""
        return day_of(self.moment)


DutyProvider = Callable[[WaitingSources], Iterable[Duty | Text]]
"""Everything of one subject that waits now, of every unit and of the office, once; a Text where that can't be
known: what lacks."""

SOON_DAYS = 3
"""Dossiers due within so many days are told of."""

REGISTER_DAYS = 7
"""A last day of the register of publications is told of so many days before."""


def dossiers_waiting(sources: WaitingSources) -> Iterator[Duty | Text]:
    """Dossiers that are overdue, due soon, or filed online and not accepted in time, unit by unit."""
    with sources.facts() as db:
        if db is None or not dossiers_known(db):
            yield say(
                "Chưa có hồ sơ nào được đồng bộ về đây nên chưa biết hồ sơ nào quá hạn, sắp đến hạn.",
                "No dossier has been received, so it isn't known which are overdue or due soon.",
            )
            return
        counts = open_counts(db, sources.moment, SOON_DAYS)
    for each in counts:
        at, lists = each.unit, f"/ho-so?don-vi={quote(each.unit)}"
        if each.overdue:
            text = say("{n} hồ sơ đang quá hạn", "{n} {n:dossier is|dossiers are} overdue", n=each.overdue)
            yield Duty(f"dossiers-overdue:{at}", text, lists, at, daily=True)
        if each.soon:
            text = say("{n} hồ sơ sắp đến hạn", "{n} {n:dossier is|dossiers are} due soon", n=each.soon)
            yield Duty(
                f"dossiers-soon:{at}", text, f"{lists}&loai=sap-den-han", at, each.first_due, daily=True
            )
        if each.waiting:
            text = say(
                "{n} hồ sơ trực tuyến chờ tiếp nhận quá thời hạn",
                "{n} online {n:dossier waits|dossiers wait} too long to be accepted",
                n=each.waiting,
            )
            yield Duty(
                f"dossiers-waiting:{at}", text, f"/viec/cho-tiep-nhan?don-vi={quote(at)}", at, daily=True
            )


def register_waiting(sources: WaitingSources) -> Iterator[Duty | Text]:
    """Decisions of ministries that have to be published, and what has to be entered, near the last day."""
    with sources.facts() as db:
        rows = [] if db is None else _register(db, sources.day)
    done: set[tuple[str, date]] = set()
    for each in rows:
        last = each.publish_by if each.decided_on is None else each.enter_by
        if each.state not in (State.PENDING, State.PENDING_LATE) or last is None:
            continue
        named = each.decision.render(Lang.VI)
        if (last - sources.day).days > REGISTER_DAYS or (named, last) in done:
            continue
        done.add((named, last))
        text = say(
            "công bố thủ tục theo {decision}" if each.decided_on is None else "nhập cơ sở dữ liệu {decision}",
            "publish by {decision}" if each.decided_on is None else "enter into the database: {decision}",
            decision=each.decision,
        )
        yield Duty(f"register:{named}:{last.isoformat()}", text, "/cong-bo-thu-tuc", None, last)


def tasks_waiting(sources: WaitingSources) -> Iterator[Duty | Text]:
    """Tasks that units have not answered, answers that the office has not seen, what stands in units' way."""
    with sources.facts() as db:
        calendar = working_days(db)
    yield from task_duties(task_standings(sources.ledger, sources.moment, calendar))
    yield from obstacle_duties(known_obstacles(sources.ledger))


def _register(db: DuckDBPyConnection, day: date) -> list[Entry]:
    return publication_list(db, load_rules("qd766"), calendar_of(db), day)


def explanations_waiting(sources: WaitingSources) -> Iterator[Duty | Text]:
    """Explanations that units have not given, answers that the office has not looked at, units that ended."""
    found = requests(sources.ledger)
    for each in found:
        yield from explanation_duties(each, sources.day)
    if not found:
        return
    with sources.facts() as db:
        listed = {} if db is None else unit_tree(db, sources.day).units
    try:
        table = predecessors_of(sources.folder)
    except SourceError as error:
        yield error.what
        return
    chosen = chosen_heirs(sources.ledger)
    for each in found:
        known = listed if each.origin is Origin.LIST else {}
        after = {
            one.unit: (chosen[one.unit],)
            if one.unit in chosen
            else _came_after(one.unit, table, known, sources.day)
            for one in each.units
        }
        yield from heir_duties(each, after, sources.day)


def _came_after(unit: str, table: Predecessors, listed: Mapping[str, Unit], day: date) -> tuple[str, ...]:
    """What stands where a unit stood; nothing for one that lists had and have no more."""
    found = table.heirs(unit, day)
    return () if found == (unit,) and listed and unit not in listed else found


def objections_waiting(sources: WaitingSources) -> Iterator[Duty | Text]:
    """Figures that units may look at before they are published, objections that nobody decided on."""
    every = objections(sources.ledger)
    for each in previews(sources.ledger):
        mine = [one for one in every if one.preview == each.number]
        told = _shown(sources, each.number) if each.takes(sources.day) else []
        yield from objection_duties(each, mine, told, sources.day)


def _shown(sources: WaitingSources, preview: int) -> list[str]:
    """The units whose figures a preview shows, by code: those that stand, and those that ended since."""
    _, snapshot = find_preview(sources.ledger, preview)
    with open_store(sources.folder) as store:
        return [each.code for each in store.units(snapshot) if each.level in BELOW_PROVINCE]


def apologies_waiting(sources: WaitingSources) -> Iterator[Duty | Text]:
    """Dossiers whose last day to apologise is today; that none are known is told with the dossiers."""
    standing = standing_apologies(sources.ledger)
    with sources.facts() as db:
        found = [] if db is None else to_apologise(db, None, sources.moment, standing)
    yield from apology_duties(((each.unit, each.stage) for each in found), sources.day)


PROVIDERS: tuple[DutyProvider, ...] = (
    dossiers_waiting,
    register_waiting,
    tasks_waiting,
    explanations_waiting,
    objections_waiting,
    apologies_waiting,
)
"""What has duties: a subject joins by its line here."""


def what_waits(sources: WaitingSources) -> tuple[list[Duty], list[Text]]:
    """All that waits now, of every unit and of the office; and what isn't known."""
    found = [each for provider in PROVIDERS for each in provider(sources)]
    duties = [each for each in found if isinstance(each, Duty)]
    unknown = [each for each in found if isinstance(each, Text)]
    return [*duties, *_left_alone(sources, duties)], unknown


def _left_alone(sources: WaitingSources, duties: Iterable[Duty]) -> Iterator[Duty]:
    """The office's: to choose who does what waits for units that were split, or that no list has any more.

    Explanations ask it for themselves.
    """
    waiting: dict[str, list[Duty]] = {}
    for each in duties:
        if each.unit is not None and not each.key.startswith("explanation:"):
            waiting.setdefault(each.unit, []).append(each)
    if not waiting:
        return
    try:
        table = predecessors_of(sources.folder)
    except SourceError:
        return  # said where explanations are asked for
    with sources.facts() as db:
        listed = {} if db is None else unit_tree(db, sources.day).units
    chosen = chosen_heirs(sources.ledger)
    names: dict[str, str] = {}
    for unit, left in waiting.items():
        given = listed if any(each.key.startswith("task:") for each in left) else {}
        after = _came_after(unit, table, given, sources.day)
        if unit in chosen or len(after) == 1:
            continue
        names = names or _names_of_before(sources)
        what = say(
            "Chọn đơn vị thay {name} (đã chia tách hoặc không còn trong danh sách) làm {n} việc đang chờ",
            "Choose who does {n} {n:thing|things} that {n:waits|wait} for {name}, which is no more",
            name=names.get(unit, unit), n=len(left),
        )  # fmt: skip
        last = min((each.last for each in left if each.last), default=None)
        yield Duty(f"heir:{unit}", what, f"/ke-thua/{unit}", None, last)


def _names_of_before(sources: WaitingSources) -> dict[str, str]:
    """Units' names by code, as any figures had them."""
    with open_store(sources.folder, empty=True) as store:
        return {unit.code: short_name(unit.name) for each in store.snapshots() for unit in store.units(each)}


def only_province(store: Store) -> str:
    """The one province whose figures there are. Raises ComputeError where there are several, or none."""
    found = provinces_in(store)
    if len(found) != 1:
        raise ComputeError(
            say("chưa rõ là của tỉnh nào.", "it isn't clear of which province."),
            do=say("Chọn tỉnh trong phần Thiết lập.", "Choose the province in the settings."),
        )
    return found[0]


def unit_names(backend: Backend, tree: UnitTree) -> dict[str, str]:
    """Units' short names by code: of the list of units, else of the newest figures that have them."""
    found: dict[str, str] = {}
    if not tree.units:
        with open_store(backend.folder, empty=True) as store:
            for snapshot in store.snapshots():
                found |= {unit.code: short_name(unit.name) for unit in store.units(snapshot)}
    return found | {code: short_name(unit.name) for code, unit in tree.units.items()}
