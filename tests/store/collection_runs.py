"""Collections from a stand-in portal, on days and at hours of the test's choosing."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bochiso.intake.portal.client import Pace, Portal
from bochiso.periods import parse_period
from bochiso.rules.loader import rules_text
from bochiso.simulate.portal import StandIn
from bochiso.store.collection.collector import CollectionTarget, FetchStep, RunOutcome, collect
from bochiso.store.figures.snapshot_store import Snapshot, open_store
from bochiso.store.folder import DataFolder
from bochiso.text import Lang

RULES = rules_text("qd766")


@dataclass
class Office:
    """A data folder that collects from a stand-in; `at` is its clock (UTC).

    `interrupted`: the next wait is ended by Ctrl+C.
    """

    folder: DataFolder
    portal: StandIn
    at: datetime = datetime(2026, 10, 5, 23, 0, tzinfo=UTC)  # 06:00 of 6 October in Việt Nam
    waited: list[float] = field(default_factory=list)
    steps: list[FetchStep] = field(default_factory=list)
    interrupted: bool = False

    def collect(self, province: str | None = "H15", period: str = "2026") -> RunOutcome:
        """One run; the clock goes on by a minute."""
        pace = Pace(seconds=0, jitter=0, retries=1, backoff=0, settle=120, rest=self._rest)
        with Portal(self.portal.url, pace=pace) as portal:
            try:
                return collect(
                    self.folder,
                    portal,
                    CollectionTarget(province, parse_period(period), RULES),
                    clock=lambda: self.at,
                    tell=self.steps.append,
                )
            finally:
                self.at += timedelta(minutes=1)

    def _rest(self, seconds: float) -> None:
        if self.interrupted:
            raise KeyboardInterrupt
        if seconds:
            self.waited.append(seconds)

    def next_day(self) -> None:
        """Go on to 06:00 of the next day, and the portal with it."""
        self.at = self.at.replace(hour=23, minute=0) + timedelta(days=1)
        self.portal.day = self.today

    @property
    def today(self) -> date:
        """Việt Nam's day."""
        return (self.at + timedelta(hours=7)).date()

    def asked(self) -> list[str]:
        """The services asked since the last call, in order."""
        asked = [each.path.rpartition("/")[2] for each in self.portal.requests]
        self.portal.requests.clear()
        return asked

    def snapshots(self) -> list[Snapshot]:
        """What the store holds."""
        with open_store(self.folder) as store:
            return store.snapshots()

    def fingerprint(self, day: date) -> str:
        """Of the snapshot of a day."""
        with open_store(self.folder) as store:
            return store.fingerprint(next(s for s in store.snapshots() if s.as_of == day))

    def under_way(self) -> list[Path]:
        """The folders of runs that are not over."""
        return sorted(path.parent for path in self.folder.collecting.glob("*/run.json"))


def why(outcome: RunOutcome) -> str:
    """Why it isn't complete, in Vietnamese."""
    assert outcome.why is not None
    return outcome.why.text.render(Lang.VI)
