"""Taking items in: those of all messages that wait are read together, written together, answered apart.

Reading a few items costs nearly as much as reading thousands (columns are made of them), so while
one group is read the next one gathers. A group's answers are given once it is on disk.
"""

import queue
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from threading import Thread
from typing import Any

import pyarrow as pa

from bochiso.errors import BochisoError
from bochiso.intake.dossier_items import Item
from bochiso.intake.dossier_words import Refused, oddities
from bochiso.intake.dossiers import Received, read_items
from bochiso.store.dossiers import REFUSALS, Receiver, batches_of
from bochiso.store.journal import Position
from bochiso.text import Lang, say
from bochiso.units.codes import normalise_code
from bochiso.web.answers import Answer, Code, answer, fault, not_kept
from bochiso.web.live import Live, Origin

GROUP_ITEMS = 20_000
"""A group takes no further message after so many items."""

GATHER_SECONDS = 0.01
"""How long a group waits at most for messages that are on their way."""

OTHER_UNIT = "other-unit"
"""Why an item is refused whose number belongs to a unit that its sender may not send for."""

Entry = dict[str, Any]


@dataclass(frozen=True)
class Told:
    """What holds for all items of a message: the key's unit, the sending unit, isUpdating, whether steps."""

    unit: str
    sender: str
    updating: bool
    steps: bool


@dataclass(frozen=True)
class _Waiting:
    told: Told
    items: Sequence[Item | None]
    answer: "Future[Answer]" = field(default_factory=Future)


class Taking:
    """The one that takes items in for all callers."""

    def __init__(self, receiver: Receiver, live: Live) -> None:
        self._receiver, self._live = receiver, live
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self.coming = 0
        """How many messages are being read and decoded; whoever does that counts them."""
        self._thread = Thread(target=self._take_all, name="taking", daemon=True)
        self._thread.start()

    def take(self, told: Told, items: Sequence[Item | None]) -> "Future[Answer]":
        """Take the items of one message; the answer comes once they are on disk.

        It fails with CallError where they can't be kept.
        """
        waiting = _Waiting(told, items)
        self._queue.put(waiting)
        return waiting.answer

    def close(self) -> None:
        """Take what waits, then stop; nobody may call `take` any more."""
        self._queue.put(None)
        self._thread.join()

    def _take_all(self) -> None:
        while (first := self._queue.get()) is not None:
            groups = {first.told: [first]}
            size, stop = len(first.items), False
            until = time.monotonic() + GATHER_SECONDS
            while size < GROUP_ITEMS and not stop:
                try:
                    more = self._queue.get(timeout=self._patience(until))
                except queue.Empty:
                    break
                if more is None:
                    stop = True
                else:
                    groups.setdefault(more.told, []).append(more)
                    size += len(more.items)
            for told, group in groups.items():
                self._take_group(told, group)
            if stop:
                return

    def _patience(self, until: float) -> float:
        return max(0.0, until - time.monotonic()) if self.coming > self._queue.qsize() else 0.0

    def _take_group(self, told: Told, group: list[_Waiting]) -> None:
        items = [item for each in group for item in each.items]
        try:
            received = read_items(items, sender=told.sender, updating=told.updating, steps=told.steps)
            read = _Read(received, told, [len(each.items) for each in group])
            written = self._receiver.submit(read.batches())
            answers = list(read.answers())
        except Exception as error:  # those who wait must hear of it
            self._fail(group, error)
            return
        written.add_done_callback(lambda done: self._written(done, group, answers, read.origins))

    def _written(
        self,
        done: "Future[Position]",
        group: list[_Waiting],
        answers: list[Answer],
        origins: frozenset[Origin],
    ) -> None:
        if (error := done.exception()) is not None:
            self._fail(group, error)
            return
        for each, answered in zip(group, answers, strict=True):
            each.answer.set_result(answered)
        self._live.sent(done.result(), origins)

    def _fail(self, group: list[_Waiting], error: BaseException) -> None:
        told = not_kept(error) if isinstance(error, BochisoError) else fault()
        for each in group:
            each.answer.set_exception(told)


class _Read:
    """A group that was read: what is kept of it, and what each message is answered."""

    def __init__(self, received: Received, told: Told, sizes: Sequence[int]) -> None:
        self._told, self._sizes = told, sizes
        self._received = received
        batch = received.steps if told.steps else received.dossiers
        self._numbers: list[str] = batch.column("dossier").to_pylist()
        fronts = [_front(number) for number in self._numbers]
        allowed = {front: may_send(told.unit, front) for front in set(fronts)}
        self._other = [at for at, front in enumerate(fronts) if not allowed[front]]
        self.origins = frozenset((front, told.sender) for front, may in allowed.items() if may)

    def batches(self) -> list[tuple[str, pa.RecordBatch]]:
        """What the journal keeps. Refused items are numbered within their messages."""
        received = self._received
        dossiers, steps, places = received.dossiers, received.steps, received.places
        if self._other:
            away = set(self._other)
            keep = pa.array([at not in away for at in range(len(self._numbers))], pa.bool_())
            if self._told.steps:
                steps = steps.filter(keep)
            else:
                dossiers, places = dossiers.filter(keep), places.filter(keep)
        kept = Received(received.items, dossiers, steps, tuple(self._refused()), places)
        return [*batches_of(kept, sender=self._told.sender), ("refusals", self._other_refusals())]

    def _refused(self) -> Iterator[Refused]:
        ends = list(_ends(self._sizes))
        message = 0
        for each in self._received.refused:
            while each.item > ends[message]:
                message += 1
            yield replace(each, item=each.item - (ends[message - 1] if message else 0))

    def _other_refusals(self) -> pa.RecordBatch:
        """For the clerk: which dossiers of other units were sent."""
        rows = [
            {"sender": self._told.sender, "dossier": self._numbers[at], "why": OTHER_UNIT}
            for at in self._other
        ]
        return pa.RecordBatch.from_pylist(rows, schema=REFUSALS)

    def answers(self) -> Iterator[Answer]:
        """The answer to each message: an entry for every item, accepted (0) or refused with the reason."""
        entries = self._entries()
        start = 0
        for end in _ends(self._sizes):
            yield _answer(entries[start:end])
            start = end

    def _entries(self) -> list[Entry]:
        entries: list[Entry | None] = [None] * self._received.items
        for refused in self._received.refused:
            entries[refused.item - 1] = _entry(
                refused.dossier, Code.REFUSED_ITEM, refused.reason.render(Lang.VI)
            )
        notes = {
            item: " ".join(note.render(Lang.VI) for note in oddities(bits))
            for item, _, bits in self._received.remarks()
        }
        text = say("mã hồ sơ thuộc đơn vị ngoài {unit}.", "a unit outside {unit}.", unit=self._told.unit)
        why, other = text.render(Lang.VI), set(self._other)
        taken = (at for at, entry in enumerate(entries) if entry is None)
        for n, (at, number) in enumerate(zip(taken, self._numbers, strict=True)):
            if n in other:
                entries[at] = _entry(number, Code.OTHER_UNIT, why)
            else:
                entries[at] = _entry(number, Code.DONE, notes.get(at + 1, ""))
        return [entry for entry in entries if entry is not None]


def may_send(unit: str, front: str) -> bool:
    """Whether a unit's system may send a dossier whose number starts like that.

    Not another unit's of the same kind; a number that a ministry's own system gave is the sender's.

    >>> [may_send("H15", front) for front in ("H15.50.05", "000.00.16.H15", "H21", "G01.899")]
    [True, True, False, True]
    """
    code = normalise_code(front)
    return within(unit, code) or code[:1] != unit[:1]


def within(unit: str, code: str) -> bool:
    """Whether a code is the unit's or that of one below it.

    >>> within("H15", "H15.50"), within("H1", "H15")
    (True, False)
    """
    return f"{code}.".startswith(f"{unit}.")


def _front(dossier: str) -> str:
    return dossier.partition("-")[0]


def _ends(sizes: Sequence[int]) -> Iterator[int]:
    end = 0
    for size in sizes:
        end += size
        yield end


def _answer(entries: list[Entry]) -> Answer:
    refused = sum(entry["error_code"] != Code.DONE for entry in entries)
    if not refused:
        return answer(result=entries)
    text = say(
        "Nhận {taken} mục, từ chối {refused} mục.",
        "{taken} items taken, {refused} refused.",
        taken=len(entries) - refused,
        refused=refused,
    )
    return answer(message=text.render(Lang.VI), result=entries)


def _entry(dossier: str | None, code: Code, message: str) -> Entry:
    entry: Entry = {"MaHoSo": dossier, "error_code": int(code)}
    return entry | {"message": message} if message else entry
