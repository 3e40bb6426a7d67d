"""Taking items in: messages that wait are read together, written together, answered apart.

Reading a few items costs nearly as much as reading thousands (columns are made of them), so while
one group is read the next one gathers. A group's answers are given once it is on disk.
"""

import asyncio
import logging
import queue
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock, Thread

from msgspec.structs import replace

from bochiso.errors import BochisoError
from bochiso.office.pushes import take_push
from bochiso.store.dossiers.ingest import DossierIngest
from bochiso.store.journal.journal import Position
from bochiso.web.sync.decode_batch import BatchOutcome, MessageBatch, MessageContext, unpacked
from bochiso.web.sync.decode_worker import DecodeWorker, DecodeWorkerError
from bochiso.web.sync.dossier_owners import Holders
from bochiso.web.sync.live_events import Live, Origin
from bochiso.web.sync.request_limits import Limits, busy
from bochiso.web.sync.sync_responses import CallError, Code, SyncResponse, fault, unavailable

GROUP_BYTES = 16_000_000
"""A group takes no further message after so many bytes."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Waiting:
    context: MessageContext
    message: bytes
    answer: "asyncio.Future[SyncResponse]"


class IngestBatcher:
    """The one that takes items in for all callers."""

    def __init__(self, ingest: DossierIngest, live: Live, limits: Limits) -> None:
        self._receiver, self._live, self._limits = ingest, live, limits
        self.decode_worker = DecodeWorker()
        self.holders = Holders(ingest)
        self._lock = Lock()
        self._waiting = 0  # bytes
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread = Thread(target=self._take_all, name="taking", daemon=True)
        self._thread.start()

    def take(self, context: MessageContext, message: bytes) -> "asyncio.Future[SyncResponse]":
        """Take the items of one message (JSON); the answer comes once they are on disk.

        It fails with CallError where they can't be kept. Raises CallError where too much waits. Called where
        an event loop runs, to which the answer is given.
        """
        with self._lock:
            if self._waiting + len(message) > self._limits.held_bytes:
                raise busy()
            self._waiting += len(message)
        waiting = _Waiting(context, message, asyncio.get_running_loop().create_future())
        self._queue.put(waiting)
        return waiting.answer

    def close(self) -> None:
        """Take what waits, then stop; nobody may call `take` any more."""
        self._queue.put(None)
        self._thread.join()
        self.decode_worker.close()

    def _take_all(self) -> None:
        stop = False
        while not stop and (first := self._queue.get()) is not None:
            groups = {first.context: [first]}
            size = len(first.message)
            while size < GROUP_BYTES:
                try:
                    more = self._queue.get_nowait()
                except queue.Empty:
                    break
                if more is None:
                    stop = True
                    break
                groups.setdefault(more.context, []).append(more)
                size += len(more.message)
            for context, group in groups.items():
                self._take_group(context, group)

    def _take_group(self, context: MessageContext, group: list[_Waiting]) -> None:
        messages = [each.message for each in group]
        try:
            outcome = self._read(context, messages)
            answers = [SyncResponse(body, Code(code)) for code, body in outcome.answers]
            written = take_push(self._receiver, unpacked(outcome))
            if outcome.elsewhere and not context.steps:
                self.holders.note(outcome.elsewhere, context.sender, written)
        except Exception as error:  # those who wait must hear of it
            _log.error("fault: %s", error if isinstance(error, DecodeWorkerError) else type(error).__name__)
            self._fail(group, error)
            return
        finally:
            with self._lock:
                self._waiting -= sum(map(len, messages))
        origins = frozenset(outcome.origins)
        written.add_done_callback(lambda done: self._written(done, group, answers, origins))

    def _read(self, context: MessageContext, messages: list[bytes]) -> BatchOutcome:
        """What comes of messages; read again where they have dossiers that another unit holds."""
        group = MessageBatch(context, self._limits.items, messages)
        outcome = self.decode_worker.read(group)
        if outcome.elsewhere:
            barred = self.holders.barred(context.unit, outcome.elsewhere, known=context.steps)
            if barred:
                outcome = self.decode_worker.read(replace(group, barred=sorted(barred)))
        return outcome

    def _written(
        self,
        done: "Future[Position]",
        group: Sequence[_Waiting],
        answers: Sequence[SyncResponse],
        origins: frozenset[Origin],
    ) -> None:
        if (error := done.exception()) is not None:
            self._fail(group, error)
            return
        _tell(zip(group, answers, strict=True))
        self._live.sent(done.result(), origins)

    def _fail(self, group: Sequence[_Waiting], error: BaseException) -> None:
        told = fault()
        if isinstance(error, BochisoError):
            told = error if isinstance(error, CallError) else unavailable(error)
        _tell((each, told) for each in group)


def _tell(answers: Iterable[tuple[_Waiting, SyncResponse | CallError]]) -> None:
    """Give answers to those who wait, all of a loop at once: each waking of it costs both sides."""
    found: defaultdict[asyncio.AbstractEventLoop, list[tuple[_Waiting, SyncResponse | CallError]]]
    found = defaultdict(list)
    for each, answer in answers:
        found[each.answer.get_loop()].append((each, answer))
    for loop, those in found.items():
        with suppress(RuntimeError):  # it has ended, and with it whoever waited
            loop.call_soon_threadsafe(_give, those)


def _give(answers: Iterable[tuple[_Waiting, SyncResponse | CallError]]) -> None:
    for each, answer in answers:
        if each.answer.done():  # whoever waited has gone
            continue
        if isinstance(answer, CallError):
            each.answer.set_exception(answer)
        else:
            each.answer.set_result(answer)
