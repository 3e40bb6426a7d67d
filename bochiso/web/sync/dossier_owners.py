"""Whose the dossiers are that a ministry's own system numbered: their numbers don't tell the unit.

They are the unit's that sent them first. Another unit, unless it is above that one, can't send them again,
nor steps of them. What was taken and isn't in the facts yet is remembered here until it is.
"""

from collections.abc import Iterable
from concurrent.futures import Future
from threading import Lock

from msgspec import Struct

from bochiso.store.dossiers.ingest import DossierIngest
from bochiso.store.journal.journal import Position
from bochiso.text import say
from bochiso.units.codes import is_at_or_below, is_top
from bochiso.web.sync.sync_responses import CallError, Code

WAIT_SECONDS = 10.0
"""How long is waited for facts that are behind."""


class _Taken(Struct, frozen=True):
    written: "Future[Position]"
    sender: str
    numbers: frozenset[str]


class Holders:
    """Who sent ministries' dossiers first, by the facts and what isn't in them yet."""

    def __init__(self, ingest: DossierIngest) -> None:
        self._receiver = ingest
        self._before = ingest.journal.end  # what stands there isn't remembered here
        self._taken: list[_Taken] = []
        self._lock = Lock()

    def note(self, numbers: Iterable[str], sender: str, written: "Future[Position]") -> None:
        """Dossiers with these numbers are being written."""
        with self._lock:
            self._taken.append(_Taken(written, sender, frozenset(numbers)))

    def barred(self, unit: str, numbers: Iterable[str], *, known: bool) -> set[str]:
        """Those of the numbers whose dossiers aren't the unit's or those of one below it.

        `known`: whether the unit must have sent them before; a province or a ministry itself needn't.
        Raises StoreError or CallError where the facts can't tell.
        """
        asked = set(numbers)
        held = self._held(asked)
        barred = {number for number, sender in held.items() if not is_at_or_below(unit, sender)}
        return barred | (asked - held.keys()) if known and not is_top(unit) else barred

    def _held(self, numbers: set[str]) -> dict[str, str]:
        if not self._receiver.wait(self._before, WAIT_SECONDS):
            text = say("máy chủ đang cập nhật số liệu hồ sơ.", "the server is still settling dossiers.")
            raise CallError(
                Code.NOT_KEPT, text, say("Gửi lại sau ít phút.", "Send it again in some minutes.")
            )
        waiting = self._waiting()  # before the facts are asked, which may have it a moment later
        with self._receiver.facts.open(write=True) as db:
            found: dict[str, str] = dict(
                db.execute(
                    "select dossier, sender from dossiers where sender is not null and dossier in "
                    "(select unnest(?::varchar[]))",
                    [sorted(numbers)],
                ).fetchall()
            )
        for each in waiting:
            for number in each.numbers & numbers:
                found.setdefault(number, each.sender)
        return found

    def _waiting(self) -> list[_Taken]:
        """What isn't in the facts yet; what is, or was never written, is forgotten."""
        settled = self._receiver.settled
        with self._lock:
            self._taken = [each for each in self._taken if not _over(each.written, settled)]
            return list(self._taken)


def wait_for_facts(ingest: DossierIngest, position: Position) -> None:
    """Wait until facts are up to a position. Raises CallError where that takes too long."""
    if not ingest.wait(position, WAIT_SECONDS):
        raise CallError(
            Code.NOT_KEPT,
            say("máy chủ đang cập nhật số liệu hồ sơ.", "the server is still settling dossiers."),
            say("Gửi lại sau ít phút.", "Send it again in some minutes."),
        )


def _over(written: "Future[Position]", settled: Position) -> bool:
    if not written.done():
        return False
    return written.exception() is not None or written.result() <= settled
