"""What stands above figures of a day: which day, which others, whether it is public, what was corrected."""

from collections.abc import Sequence
from dataclasses import dataclass

from bochiso.store.decisions.publications import Publication
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.snapshots.snapshot_selection import snapshot_title
from bochiso.text import Text, say
from bochiso.units.model import Level

OFFERED = 60
"""So many days are offered at most; the page of open data lists all."""


@dataclass(frozen=True)
class DayBand:
    """The day that a page shows.

    `shown`: its snapshots, the leading one first; `known`: those that it can be read for, newest first;
    `chosen`: whether the reader asked for that day; `inside`: whether the reader sees more than the public;
    `public`: the versions in force.
    """

    shown: tuple[Snapshot, ...]
    known: tuple[Snapshot, ...]
    chosen: bool
    inside: bool
    public: tuple[Publication, ...]

    @property
    def snapshot(self) -> Snapshot:
        """The leading snapshot."""
        return self.shown[0]

    @property
    def title(self) -> Text:
        """The day in words."""
        return snapshot_title(self.snapshot)

    @property
    def offered(self) -> tuple[Snapshot, ...]:
        """The days to choose from."""
        return self.known[:OFFERED]

    @property
    def newer(self) -> Snapshot | None:
        """The newest snapshot where the page was asked for an older one."""
        return self.known[0] if self.chosen and self.known and self.known[0] != self.snapshot else None

    @property
    def hidden(self) -> Snapshot | None:
        """The first snapshot on the page that the public doesn't see; None where it sees them all."""
        if not self.inside:
            return None
        return next((each for each in self.shown if _in_force(self.public, each) is None), None)

    @property
    def instead(self) -> Publication | None:
        """What the public reads instead: the version of the same day, else the newest one."""
        if (hidden := self.hidden) is None:
            return None
        same = [each for each in self.public if _day(each.snapshot) == _day(hidden)]
        return next(iter(same), None) or max(
            self.public, key=lambda each: _day(each.snapshot)[::-1], default=None
        )

    @property
    def unpublished(self) -> Text | None:
        """That the public doesn't see these figures, and what it sees."""
        if (hidden := self.hidden) is None:
            return None
        if (public := self.instead) is None:
            return Text(
                "Số liệu chưa công bố, người ngoài chưa xem được. Hiện chưa công bố kỳ số liệu nào.",
                "Not published: the public doesn't see these figures. Nothing is published yet.",
            )
        if _day(public.snapshot) == _day(hidden):
            return say(
                "Số liệu ngày {day} dưới đây khác bản {n:d} đang công bố; người ngoài chưa xem được.",
                "These figures of {day} differ from version {n:d}, which the public reads.",
                day=hidden.as_of, n=public.version,
            )  # fmt: skip
        return say(
            "Số liệu ngày {day} chưa công bố, người ngoài chưa xem được. "
            "Đang công bố: số liệu ngày {public}.",
            "The figures of {day} are not published: the public reads those of {public}.",
            day=hidden.as_of, public=public.snapshot.as_of,
        )  # fmt: skip

    @property
    def version(self) -> Text | None:
        """When the shown figures were published, which version it is, and why it replaced the one before."""
        found = _in_force(self.public, self.snapshot)
        if found is None or found.decided is None:
            return None
        if found.version == 1:
            return say("Công bố {at}.", "Published {at}.", at=found.decided.at)
        return say(
            "Bản {n:d} (đính chính), công bố {at}. Lý do: {why}.",
            "Version {n:d} (a correction), published {at}. Reason: {why}.",
            n=found.version, at=found.decided.at, why=(found.reason or "–").rstrip("."),
        )  # fmt: skip


def snapshots_of(store: Store, levels: tuple[Level, ...]) -> tuple[Snapshot, ...]:
    """The snapshots that have units of one of these levels, newest first."""
    return tuple(s for s in reversed(store.snapshots()) if store.levels(s).intersection(levels))


def _in_force(public: Sequence[Publication], snapshot: Snapshot) -> Publication | None:
    return next((each for each in public if each.snapshot == snapshot), None)


def _day(snapshot: Snapshot) -> tuple[str, object]:
    return snapshot.period.code, snapshot.as_of
