"""Sessions of systems that logged in, and what they may send for.

Sessions are in memory: a restart ends them, and the systems log in again.
"""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock

from bochiso.units.codes import is_at_or_below, normalise_code, of_ministry

SESSION_SECONDS = 3600.0
"""How long a session lasts after its login."""

SESSIONS_OF_A_KEY = 100
"""A system that logs in before every message leaves sessions behind; its oldest end first."""


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


def may_send(unit: str, prefix: str) -> bool:
    """Whether a unit's system may send a dossier whose number starts like that.

    Its own and those of units below it; a province's units also what a ministry's own system numbered.

    >>> [may_send("H15", prefix) for prefix in ("H15.50.05", "000.00.16.H15", "H21", "G01.899", "X15")]
    [True, True, False, True, False]
    """
    code = normalise_code(prefix)
    return is_at_or_below(unit, code) or (unit[:1] == "H" and of_ministry(code))


def code_prefix(dossier: str) -> str:
    """What stands before the first dash of a dossier's number: the code of who numbered it.

    >>> code_prefix("H15.50-261005-00001")
    'H15.50'
    """
    return dossier.partition("-")[0]


def _hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
