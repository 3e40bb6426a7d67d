"""Sessions of systems that logged in, and what they may send for.

Sessions are in memory: a restart ends them, and the systems log in again.
"""

import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock

from bochiso.units.codes import normalise_code

SESSION_SECONDS = 3600.0
"""How long a session lasts after its login."""

SESSIONS_OF_A_KEY = 100
"""A system that logs in before every message leaves sessions behind; its oldest end first."""

TRIES = 5
"""Wrong passwords in a row after which a name isn't let in from that address for a while."""

LOCK_SECONDS = 300.0
"""How long that while is, from the last try."""

_REMEMBERED = 10_000

_TOP = re.compile(r"[A-Z][0-9]{2}")
_MINISTRY = re.compile(r"G[0-9]{2}(?:\.[0-9A-Z]+)*")

Clock = Callable[[], float]


@dataclass(frozen=True)
class ApiSession:
    """A session: the name of its key, the unit that it may send for, when it ends (the clock's seconds)."""

    key: str
    unit: str
    until: float


class ApiSessions:
    """The sessions that are open. What is kept is a hash, so that a token is never compared sign by sign."""

    def __init__(self, seconds: float = SESSION_SECONDS, clock: Clock = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._open: OrderedDict[bytes, ApiSession] = OrderedDict()  # those that end first come first
        self._lock = Lock()

    def begin(self, key: str, unit: str) -> str:
        """Open a session and return its token."""
        token = secrets.token_urlsafe(32)
        now = self._clock()
        with self._lock:
            while self._open and next(iter(self._open.values())).until <= now:
                self._open.popitem(last=False)
            own = [each for each, session in self._open.items() if session.key == key]
            for each in own[: max(0, len(own) + 1 - SESSIONS_OF_A_KEY)]:
                del self._open[each]
            self._open[_hash(token)] = ApiSession(key, unit, now + self._seconds)
        return token

    def find(self, token: str) -> ApiSession | None:
        """The session of a token; None where there is none or it has ended."""
        with self._lock:
            session = self._open.get(_hash(token))
        return session if session is not None and session.until > self._clock() else None

    def end(self, token: str) -> None:
        """Close a session."""
        with self._lock:
            self._open.pop(_hash(token), None)


class LoginAttempts:
    """Wrong passwords by name and address, so that nobody can go on guessing."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._tries: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()

    def begin(self, name: str, address: str) -> float:
        """Count a try before it is made; seconds to wait where there were too many, else 0."""
        who, now = (name, address), self._clock()
        count, last = self._tries.pop(who, (0, now))
        if now - last >= LOCK_SECONDS:
            count = 0
        locked = count >= TRIES
        self._tries[who] = (count, last) if locked else (count + 1, now)
        while len(self._tries) > _REMEMBERED:
            self._tries.popitem(last=False)
        return last + LOCK_SECONDS - now if locked else 0.0

    def succeeded(self, name: str, address: str) -> None:
        """The right password forgives the wrong ones."""
        self._tries.pop((name, address), None)


def may_send(unit: str, front: str) -> bool:
    """Whether a unit's system may send a dossier whose number starts like that.

    Its own and those of units below it; a province's units also what a ministry's own system numbered.

    >>> [may_send("H15", front) for front in ("H15.50.05", "000.00.16.H15", "H21", "G01.899", "X15")]
    [True, True, False, True, False]
    """
    code = normalise_code(front)
    return is_at_or_below(unit, code) or (unit[:1] == "H" and of_ministry(code))


def front_of(dossier: str) -> str:
    """What stands before the first dash of a dossier's number: the code of who numbered it.

    >>> front_of("H15.50-261005-00001")
    'H15.50'
    """
    return dossier.partition("-")[0]


def of_ministry(code: str) -> bool:
    """Whether a code is a ministry's or that of a unit below one.

    >>> of_ministry("G01"), of_ministry("G01.899"), of_ministry("H15"), of_ministry("G1")
    (True, True, False, False)
    """
    return _MINISTRY.fullmatch(code) is not None


def is_at_or_below(unit: str, code: str) -> bool:
    """Whether a code is the unit's or that of one below it.

    >>> within("H15", "H15.50"), within("H1", "H15")
    (True, False)
    """
    return f"{code}.".startswith(f"{unit}.")


def is_top(unit: str) -> bool:
    """Whether there is nobody above a unit: a province or a ministry itself.

    >>> is_top("H15"), is_top("H15.50"), is_top("G05.10"), is_top("15.06")
    (True, False, False, False)
    """
    return _TOP.fullmatch(unit) is not None


def _hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
