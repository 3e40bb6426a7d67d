"""Which units' figures changed, told to whoever listens once facts have them (server-sent events)."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import msgspec

from bochiso.store.dossier_facts import DossierFacts
from bochiso.store.journal import START, Position
from bochiso.text import now
from bochiso.units.codes import parent_code

LISTENERS = 1000
"""How many may listen at once."""

BEAT_SECONDS = 15.0
"""After which silence is broken, so that nothing between takes the connection for dead."""

Origin = tuple[str, str | None]
"""What stands before the first dash of a dossier's number, and the sender's unit."""

_log = logging.getLogger(__name__)


class _Listener:
    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.waiting: dict[str, str] = {}  # units and when; one that changes twice waits once
        self.woken = asyncio.Event()

    def hear(self, units: Iterable[str], at: str) -> None:
        self.waiting |= dict.fromkeys(units, at)
        self.woken.set()


class Live:
    """What was sent, until facts have it; then its units, to everyone who listens."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._settled = START
        self._sent: list[tuple[Position, frozenset[Origin]]] = []
        self._listeners: set[_Listener] = set()
        self._closed = False
        self._teller = ThreadPoolExecutor(1, "live")  # neither the journal nor the facts wait for it
        self.facts: DossierFacts | None = None

    def sent(self, position: Position, origins: frozenset[Origin]) -> None:
        """A message stands in the journal before this position."""
        with self._lock:
            if position > self._settled:
                self._sent.append((position, origins))
                return
        self._tell_soon(origins)

    def settled(self, position: Position) -> None:
        """Facts are up to this position."""
        with self._lock:
            self._settled = position
            ready = [origins for at, origins in self._sent if at <= position]
            self._sent = [each for each in self._sent if each[0] > position]
        self._tell_soon(frozenset().union(*ready))

    def _tell_soon(self, origins: frozenset[Origin]) -> None:
        if origins and self._listeners and self.facts is not None and not self._closed:
            self._teller.submit(self._tell, self.facts, origins)

    def _tell(self, facts: DossierFacts, origins: frozenset[Origin]) -> None:
        try:
            units, at = units_of(facts, origins), now().isoformat()
            for each in list(self._listeners):
                each.loop.call_soon_threadsafe(each.hear, units, at)
        except Exception as error:  # nobody waits for what this thread raises
            _log.warning("live: %s", type(error).__name__)

    @property
    def full(self) -> bool:
        """Whether nobody else may listen."""
        return len(self._listeners) >= LISTENERS

    async def listen(self) -> AsyncIterator[bytes]:
        """Events for one listener until it goes or the server stops."""
        listener = _Listener()
        self._listeners.add(listener)
        try:
            yield b": bochiso\n\n"
            while not self._closed:
                try:
                    async with asyncio.timeout(BEAT_SECONDS):
                        await listener.woken.wait()
                except TimeoutError:
                    yield b":\n\n"
                    continue
                listener.woken.clear()
                found, listener.waiting = listener.waiting, {}
                for unit in sorted(found):
                    event = msgspec.json.encode({"unit": unit, "at": found[unit]})
                    yield b"event: unit\ndata: " + event + b"\n\n"
        finally:
            self._listeners.discard(listener)

    def close(self) -> None:
        """Let everyone go."""
        self._closed = True
        for each in list(self._listeners):
            each.loop.call_soon_threadsafe(each.woken.set)


def units_of(facts: DossierFacts, origins: Iterable[Origin]) -> set[str]:
    """The units whose figures messages from there change, and their provinces."""
    pairs = list(origins)
    with facts.open(write=True) as db:
        known = dict(
            db.execute(
                "select front, unit from fronts where front in (select unnest(?))", [[f for f, _ in pairs]]
            ).fetchall()
        )
    units = {unit for front, sender in pairs if (unit := known.get(front) or sender)}
    return units | {parent for unit in units if (parent := parent_code(unit))}
