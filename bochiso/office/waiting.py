"""What waits for people today: every subject of follow-up adds its own, and one list is made of them."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime

from duckdb import DuckDBPyConnection

from bochiso.followup.apologies import apology_duties
from bochiso.followup.duties import Duty
from bochiso.followup.explanations import explanation_duties
from bochiso.followup.objections import objection_duties
from bochiso.rules.verdict import day_of
from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.folder import DataFolder
from bochiso.store.followup.apology_cases import to_apologise
from bochiso.store.followup.apology_register import standing_apologies
from bochiso.store.followup.explanation_register import requests
from bochiso.store.followup.objection_register import objections, previews
from bochiso.store.measuring.measurement import unit_tree
from bochiso.store.people.ledger import Ledger


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

    @property
    def day(self) -> date:
        """The day in Việt Nam."""
        return day_of(self.moment)


DutyProvider = Callable[[WaitingSources], Iterable[Duty]]
"""Everything of one subject that waits now, of every unit and of the office, once."""


def _explanations(sources: WaitingSources) -> Iterator[Duty]:
    for each in requests(sources.ledger):
        yield from explanation_duties(each, sources.day)


def _objections(sources: WaitingSources) -> Iterator[Duty]:
    every = objections(sources.ledger)
    with sources.dossiers() as db:
        units = [each.code for each in unit_tree(db, sources.day).units.values() if each.parent]
    for each in previews(sources.ledger):
        mine = [one for one in every if one.preview == each.number]
        yield from objection_duties(each, mine, units, sources.day)


def _apologies(sources: WaitingSources) -> Iterator[Duty]:
    standing = standing_apologies(sources.ledger)
    with sources.dossiers() as db:
        found = to_apologise(db, None, sources.moment, standing)
    yield from apology_duties(((each.unit, each.stage) for each in found), sources.day)


PROVIDERS: tuple[DutyProvider, ...] = (_explanations, _objections, _apologies)
"""What has duties: a subject joins by its line here."""


def what_waits(sources: WaitingSources) -> list[Duty]:
    """All that waits now, of every unit and of the office."""
    return [duty for provider in PROVIDERS for duty in provider(sources)]
