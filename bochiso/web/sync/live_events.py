"""Scores that changed, told to whoever listens once facts have what changed them (server-sent events)."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from threading import Condition, Lock, Thread

import msgspec
from starlette.concurrency import run_in_threadpool

from bochiso.rules.rule_set import RuleSet
from bochiso.store.dossiers.projection import DossierFacts
from bochiso.store.journal.journal import START, Position
from bochiso.store.measuring.live_scores import RECOUNT_SECONDS, LiveScore, LiveScores
from bochiso.store.measuring.sync_source import PublishedFor
from bochiso.text import now
from bochiso.units.codes import is_at_or_below, parent_code

LISTENERS = 1000
"""How many may listen at once,"""

LISTENERS_OF_ONE = 20
"""and how many of them by one account or one key."""

BEAT_SECONDS = 15.0
"""After which silence is broken, so that nothing between takes the connection for dead."""

ASK_SECONDS = 2.0
"""Whether a listener still may is asked at most so often: a revoked right hears no more for longer."""

PACE_SECONDS = 0.2
"""Scores are measured at most so often,"""

LEISURE = 1
"""and after a rest of so many times what it took;"""

RETRY_SECONDS = 5.0
"""where it failed, after so long."""

Origin = tuple[str, str | None]
"""What stands before the first dash of a dossier's number, and the sender's unit."""

_log = logging.getLogger(__name__)


_encode = msgspec.json.Encoder(decimal_format="number").encode


_Scores = tuple[LiveScore, ...]

WAKE_AT_ONCE = 20
"""Listeners that are sent to before the server looks again at who else asks: a page waits for no thousand."""

ROUNDS = 16
"""Who lacks more of what was measured, one after the other, is told everything as it is."""


class HearingRight:
    """Whether listeners with the same session may still hear; asked for all of them at once, in a worker."""

    def __init__(self, ask: Callable[[], bool] = lambda: True) -> None:
        self._ask, self._asked = ask, time.monotonic()
        self._asking: asyncio.Task[bool] | None = None

    async def holds(self) -> bool:
        """What was true at most ASK_SECONDS ago."""
        if time.monotonic() - self._asked < ASK_SECONDS:
            return True
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._again())
        return await asyncio.shield(self._asking)  # one who goes doesn't end it for the others

    async def _again(self) -> bool:
        began = time.monotonic()
        if holds := await run_in_threadpool(self._ask):
            self._asked = began
        return holds


class _Listener:
    def __init__(self, unit: str, who: str) -> None:
        self.unit, self.who = unit, who
        self.loop = asyncio.get_running_loop()
        self.seen: int | None = None  # the round that was told last
        self.woken = asyncio.Event()


class _Rounds:
    """What was measured, round by round; written once for all who hear the same units and lack the same."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._last = 0
        self._present: _Scores = ()
        self._changed: deque[Sequence[LiveScore]] = deque(maxlen=ROUNDS)
        self._written: dict[tuple[str, int | None], bytes] = {}

    def add(self, changed: Sequence[LiveScore], present: _Scores) -> None:
        """A round more."""
        with self._lock:
            self._last, self._present, self._written = self._last + 1, present, {}
            self._changed.append(changed)

    @property
    def any(self) -> bool:
        """Whether anything was measured."""
        return self._last > 0

    def since(self, unit: str, seen: int | None) -> tuple[int, bytes]:
        """The last round, and the events for who was told last of round `seen`, None for nothing yet."""
        with self._lock:
            if seen is not None and self._last - seen > len(self._changed):
                seen = None
            known = self._written.get((unit, seen))
            if known is None:
                known = self._written[unit, seen] = self._events(unit, seen)
            return self._last, known

    def _events(self, unit: str, seen: int | None) -> bytes:
        if seen is None:
            return b"event: present\ndata: " + _encode(_heard(unit, self._present)) + b"\n\n"
        lacks = list(self._changed)[len(self._changed) - (self._last - seen) :]
        found = {each.unit: each for scores in lacks for each in _heard(unit, scores)}  # the newest of each
        return b"".join(b"event: unit\ndata: " + _encode(found[code]) + b"\n\n" for code in sorted(found))


def _heard(unit: str, scores: Iterable[LiveScore]) -> list[LiveScore]:
    return [each for each in scores if not unit or is_at_or_below(unit, each.unit)]


class Live:
    """What was sent, until facts have it; then the scores that it changed, to everyone who listens.

    A thread of its own measures, and only while somebody listens: neither the journal nor the
    facts wait for it.
    """

    def __init__(self) -> None:
        self._wake = Condition()
        self._settled = START
        self._sent: list[tuple[Position, frozenset[Origin]]] = []
        self._changed: set[Origin] = set()
        self._missed = True
        self._listeners: set[_Listener] = set()
        self._rounds = _Rounds()
        self._closed = False
        self._thread: Thread | None = None

    def start(self, facts: DossierFacts, rules: RuleSet, published: PublishedFor) -> None:
        """Tell from now on what these facts come to; `published`: 1.4 where no list tells it."""
        scores = LiveScores(facts, rules, published)
        self._thread = Thread(target=self._tell_all, args=(facts, scores), name="live")
        self._thread.start()

    def sent(self, position: Position, origins: frozenset[Origin]) -> None:
        """A message stands in the journal before this position."""
        with self._wake:
            if position > self._settled:
                self._sent.append((position, origins))
            else:
                self._note(origins)

    def settled(self, position: Position) -> None:
        """Facts are up to this position."""
        with self._wake:
            self._settled = position
            for at, origins in self._sent:
                if at <= position:
                    self._note(origins)
            self._sent = [each for each in self._sent if each[0] > position]

    def _note(self, origins: frozenset[Origin]) -> None:
        if self._listeners:
            self._changed |= origins
        else:
            self._missed = True
        self._wake.notify()

    def _tell_all(self, facts: DossierFacts, scores: LiveScores) -> None:
        rest = 0.0
        while (changed := self._next(rest, scores)) is not None:
            began, least = time.monotonic(), PACE_SECONDS
            try:
                found = scores.follow(units_of(facts, changed), now())
                self._tell(found, scores.present)
            except Exception as error:  # nobody waits for what this thread raises
                _log.warning("live: %s", type(error).__name__)
                with self._wake:
                    self._changed, self._missed = self._changed | changed, True
                least = RETRY_SECONDS
            rest = max(least, LEISURE * (time.monotonic() - began))

    def _next(self, rest: float, scores: LiveScores) -> set[Origin] | None:
        """What changed, after a rest and once somebody listens; None at the end.

        Nothing where only time has passed, or where nobody noted what changed: then all is counted.
        """
        with self._wake:
            self._wake.wait_for(lambda: self._closed, rest)
            self._wake.wait_for(
                lambda: self._closed or (self._listeners and (self._changed or self._missed)), RECOUNT_SECONDS
            )
            self._wake.wait_for(lambda: self._closed or self._listeners)
            if self._missed:
                scores.forget()
            changed, self._changed, self._missed = self._changed, set(), False
            return None if self._closed else changed

    def _tell(self, scores: Sequence[LiveScore], present: _Scores) -> None:
        with self._wake:  # whoever comes from now on begins with these
            self._rounds.add(scores, present)
            listeners = list(self._listeners)
        for loop in {each.loop for each in listeners}:
            loop.call_soon_threadsafe(_waken, loop, [each for each in listeners if each.loop is loop])

    @property
    def listeners(self) -> int:
        """How many listen."""
        return len(self._listeners)

    def full(self, who: str = "") -> bool:
        """Whether who comes now is turned away: too many listen, or too many of theirs."""
        theirs = sum(each.who == who for each in list(self._listeners)) if who else 0
        return len(self._listeners) >= LISTENERS or theirs >= LISTENERS_OF_ONE

    async def listen(
        self,
        unit: str = "",
        who: str = "",
        right: HearingRight | None = None,
        gone: "asyncio.Future[None] | None" = None,
    ) -> AsyncGenerator[bytes]:
        """Events of a unit and those below it, or of all, until the listener goes or the server stops.

        First everything as it is (`present`), so that who was cut off misses nothing; then each score that
        changed (`unit`); a `beat` breaks the silence.

        `right`: asked at every beat, and before anything is told. `gone`: done once the listener has gone.
        """
        listener, right = _Listener(unit, who), right or HearingRight()
        gone = gone or listener.loop.create_future()
        gone.add_done_callback(lambda _: listener.woken.set())
        with self._wake:
            self._missed = self._missed or not self._listeners  # nobody noted what changed meanwhile
            self._listeners.add(listener)
            if not self._missed and self._rounds.any:
                listener.woken.set()
            self._wake.notify()
        try:
            yield b": bochiso\n\n"
            while not self._closed and not gone.done():
                try:
                    async with asyncio.timeout(BEAT_SECONDS):
                        await listener.woken.wait()
                except TimeoutError:
                    pass
                if gone.done() or not await right.holds():
                    return
                if not listener.woken.is_set():
                    yield b"event: beat\ndata: {}\n\n"
                    continue
                listener.woken.clear()
                listener.seen, events = self._rounds.since(unit, listener.seen)
                if events:
                    yield events
        finally:
            with self._wake:
                self._listeners.discard(listener)
                self._wake.notify()

    def close(self) -> None:
        """Let everyone go."""
        with self._wake:
            self._closed = True
            self._wake.notify()
        for each in list(self._listeners):
            each.loop.call_soon_threadsafe(each.woken.set)

    def stop(self) -> None:
        """Let everyone go, and wait until nothing is measured any more."""
        self.close()
        if self._thread is not None:
            self._thread.join()


def _waken(loop: asyncio.AbstractEventLoop, listeners: Sequence[_Listener]) -> None:
    for each in listeners[:WAKE_AT_ONCE]:
        each.woken.set()
    if rest := listeners[WAKE_AT_ONCE:]:
        loop.call_soon(_waken, loop, rest)


def units_of(facts: DossierFacts, origins: Iterable[Origin]) -> set[str]:
    """The units whose figures messages from there change, and their provinces."""
    pairs = list(origins)
    with facts.open(write=True) as db:
        codes = [code for pair in pairs for code in pair]
        rows = db.execute(
            "select kind, code, unit from unit_codes where code in (select unnest(?))", [codes]
        ).fetchall()
    known = {(kind, code): unit for kind, code, unit in rows}
    placed = (known.get(("prefix", prefix)) or known.get(("sender", sender)) for prefix, sender in pairs)
    units = {unit for unit in placed if unit}
    return units | {parent for unit in units if (parent := parent_code(unit))}
