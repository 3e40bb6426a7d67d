"""Files that were sent to be looked at, kept for the one who sent them until they are brought in.

In memory alone: they may hold personal data, and what isn't evidence yet is written nowhere. Each
session has the files of its last look, for half an hour; the oldest go where all of them are too much.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_urlsafe
from threading import Lock

KEPT_SECONDS = 30 * 60
KEPT_BYTES = 256 * 2**20

Files = list[tuple[str, bytes]]


@dataclass(frozen=True)
class KeptUpload:
    """What was sent: its fields, its files, and the name that the next form knows them by."""

    token: str
    fields: dict[str, str]
    files: Files
    until: float

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(len(data) for _, data in self.files)


class KeptUploads:
    """The uploads of all sessions, each known by its session and its token."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = KEPT_BYTES) -> None:
        self._clock = clock
        self._most = most
        self._kept: OrderedDict[str, KeptUpload] = OrderedDict()
        self._lock = Lock()

    def keep(self, session: str, fields: dict[str, str], files: Files) -> KeptUpload:
        """Keep what a session sent, in place of what it sent before."""
        found = KeptUpload(token_urlsafe(16), fields, files, self._clock() + KEPT_SECONDS)
        with self._lock:
            self._kept.pop(session, None)
            self._kept[session] = found
            self._clear()
        return found

    def get(self, session: str, token: str) -> KeptUpload | None:
        """What a session sent last, if it is that and still kept."""
        with self._lock:
            self._clear()
            found = self._kept.get(session)
        return found if found is not None and found.token == token else None

    def forget(self, session: str) -> None:
        """It was brought in."""
        with self._lock:
            self._kept.pop(session, None)

    def _clear(self) -> None:
        now = self._clock()
        for session in [one for one, each in self._kept.items() if each.until < now]:
            del self._kept[session]
        while len(self._kept) > 1 and sum(each.size for each in self._kept.values()) > self._most:
            self._kept.popitem(last=False)
