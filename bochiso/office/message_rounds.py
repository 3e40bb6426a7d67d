"""A server's messages, minute by minute: made when their hour has come and figures are new, then sent."""

from collections.abc import Callable
from datetime import date, datetime

from bochiso.followup.delivery_settings import AlertSettings
from bochiso.office.backend import Backend
from bochiso.office.digests import OpenDossiers, make_digest
from bochiso.office.messages import SentRound, send_queue, ways_out
from bochiso.rules.verdict import day_of
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.people.settings import read_settings
from bochiso.store.steering.outbox import MESSAGE_STATES, MessageState
from bochiso.text import VIETNAM, Lang, Text, now, say

Mark = tuple[date, date | None, tuple[int, ...]]
"""The day, and the newest figures: their day, and the readings that they stand on."""


class MessageRounds:
    """What a server does about messages; one round at a time. `stopped`: whether the server ends."""

    def __init__(
        self,
        backend: Backend,
        who: str,
        dossiers: OpenDossiers,
        stopped: Callable[[], bool] = lambda: False,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._backend, self._who, self._dossiers = backend, who, dossiers
        self._stopped, self._clock = stopped, clock
        self._made: Mark | None = None
        self._said = ""

    def once(self) -> list[Text]:
        """One round; what is to be logged of it, the same trouble once."""
        with self._backend.open_ledger() as ledger:
            settings = read_settings(ledger)
        said = []
        if (mark := self._due(settings.alerts)) is not None:
            made = make_digest(self._backend, self._clock(), dossiers=self._dossiers)
            self._made = mark
            if made.new:
                said.append(say("Lập {n} tin.", "{n} {n:message|messages} made.", n=made.new))
            if made.withheld is not None:
                said.append(
                    say("Chưa gửi số liệu vì {why}.", "No figures are sent: {why}.", why=made.withheld)
                )
        with ways_out(settings) as channels:
            if channels:
                done = send_queue(self._backend, self._who, channels, self._clock, self._stopped)
                said += self._told(done)
        return said

    def _due(self, alerts: AlertSettings) -> Mark | None:
        """What a round has to make messages of; None where it is too early, or they were made."""
        at = self._clock()
        if not alerts.enabled or at.astimezone(VIETNAM).time() < alerts.time:
            return None
        with open_store(self._backend.folder) as store:
            newest = store.snapshots()[-1:]
        figures = (newest[0].as_of, newest[0].seqs) if newest else (None, ())
        mark = day_of(at), *figures
        return None if mark == self._made else mark

    def _told(self, done: SentRound) -> list[Text]:
        """Each outcome in words; trouble that lasts is said when it begins."""
        counts = {state: n for state, n in done.counts.items() if state is not MessageState.WAITING}
        said = [
            say("{n} tin {state}.", "{n} {n:message|messages} {state}.", n=n, state=MESSAGE_STATES[state])
            for state, n in counts.items()
        ]
        trouble = [error.what for error in done.down.values()]
        words = " ".join(each.render(Lang.VI) for each in trouble)
        said += trouble if words != self._said else []
        self._said = words
        return said
