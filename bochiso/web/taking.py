"""Taking items in: messages that wait are read together, written together, answered apart.

Reading a few items costs nearly as much as reading thousands (columns are made of them), so while
one group is read the next one gathers. A group's answers are given once it is on disk.
"""

import logging
import queue
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Lock, Thread

from msgspec.structs import replace

from bochiso.errors import BochisoError
from bochiso.store.dossiers import Receiver
from bochiso.store.journal import Position
from bochiso.web.answers import Answer, CallError, Code, fault, not_kept
from bochiso.web.bodies import Limits, busy
from bochiso.web.holders import Holders
from bochiso.web.live import Live, Origin
from bochiso.web.reader import Reader, ReaderError
from bochiso.web.reading import Group, Outcome, Told, unpacked

GROUP_BYTES = 16_000_000
"""A group takes no further message after so many bytes."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Waiting:
    told: Told
    message: bytes
    answer: "Future[Answer]" = field(default_factory=Future)


class Taking:
    """The one that takes items in for all callers."""

    def __init__(self, receiver: Receiver, live: Live, limits: Limits) -> None:
        self._receiver, self._live, self._limits = receiver, live, limits
        self.reader = Reader()
        self.holders = Holders(receiver)
        self._lock = Lock()
        self._waiting = 0  # bytes
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread = Thread(target=self._take_all, name="taking", daemon=True)
        self._thread.start()

    def take(self, told: Told, message: bytes) -> "Future[Answer]":
        """Take the items of one message (JSON); the answer comes once they are on disk.

        It fails with CallError where they can't be kept. Raises CallError where too much waits.
        """
        waiting = _Waiting(told, message)
        with self._lock:
            if self._waiting + len(message) > self._limits.held_bytes:
                raise busy()
            self._waiting += len(message)
        self._queue.put(waiting)
        return waiting.answer

    def close(self) -> None:
        """Take what waits, then stop; nobody may call `take` any more."""
        self._queue.put(None)
        self._thread.join()
        self.reader.close()

    def _take_all(self) -> None:
        stop = False
        while not stop and (first := self._queue.get()) is not None:
            groups = {first.told: [first]}
            size = len(first.message)
            while size < GROUP_BYTES:
                try:
                    more = self._queue.get_nowait()
                except queue.Empty:
                    break
                if more is None:
                    stop = True
                    break
                groups.setdefault(more.told, []).append(more)
                size += len(more.message)
            for told, group in groups.items():
                self._take_group(told, group)

    def _take_group(self, told: Told, group: list[_Waiting]) -> None:
        messages = [each.message for each in group]
        try:
            outcome = self._read(told, messages)
            answers = [Answer(body, Code(code)) for code, body in outcome.answers]
            written = self._receiver.submit(unpacked(outcome))
            if outcome.elsewhere and not told.steps:
                self.holders.note(outcome.elsewhere, told.sender, written)
        except Exception as error:  # those who wait must hear of it
            _log.error("fault: %s", error if isinstance(error, ReaderError) else type(error).__name__)
            self._fail(group, error)
            return
        finally:
            with self._lock:
                self._waiting -= sum(map(len, messages))
        origins = frozenset(outcome.origins)
        written.add_done_callback(lambda done: self._written(done, group, answers, origins))

    def _read(self, told: Told, messages: list[bytes]) -> Outcome:
        """What comes of messages; read again where they have dossiers that another unit holds."""
        group = Group(told, self._limits.items, messages)
        outcome = self.reader.read(group)
        if outcome.elsewhere:
            barred = self.holders.barred(told.unit, outcome.elsewhere, known=told.steps)
            if barred:
                outcome = self.reader.read(replace(group, barred=sorted(barred)))
        return outcome

    def _written(
        self,
        done: "Future[Position]",
        group: Sequence[_Waiting],
        answers: Sequence[Answer],
        origins: frozenset[Origin],
    ) -> None:
        if (error := done.exception()) is not None:
            self._fail(group, error)
            return
        for each, answered in zip(group, answers, strict=True):
            each.answer.set_result(answered)
        self._live.sent(done.result(), origins)

    def _fail(self, group: Sequence[_Waiting], error: BaseException) -> None:
        told = fault()
        if isinstance(error, BochisoError):
            told = error if isinstance(error, CallError) else not_kept(error)
        for each in group:
            each.answer.set_exception(told)
