"""What comes of messages that are read together: what is kept of them, and what each is answered."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import msgspec
import pyarrow as pa
from msgspec import Struct

from bochiso.errors import SourceError
from bochiso.intake.dossier_items import Item
from bochiso.intake.dossier_messages import TooManyError, decode_items
from bochiso.intake.dossier_words import Refused, Why, oddities
from bochiso.intake.dossiers import Received, read_items
from bochiso.store.dossiers import REFUSALS, batches_of
from bochiso.text import Lang, say
from bochiso.web.answers import Answer, CallError, Code, answer, refusal
from bochiso.web.bodies import too_many
from bochiso.web.sessions import may_send

Entry = dict[str, Any]


class Told(Struct, frozen=True):
    """What holds for all items of a message: the key's unit, the sending unit, isUpdating, whether steps."""

    unit: str
    sender: str
    updating: bool
    steps: bool


class Group(Struct, frozen=True):
    """Messages of which the same is told. `most`: how many items one of them may have."""

    told: Told
    most: int
    messages: list[bytes]


class Outcome(Struct, frozen=True):
    """What came of a group: answers in its order, the batches for the journal, where dossiers came from."""

    answers: list[tuple[int, bytes]]
    batches: list[tuple[str, bytes]]
    origins: list[tuple[str, str | None]]


def read_group(group: Group) -> Outcome:
    """Decode, check and answer the messages of a group."""
    items: list[Item | None] = []
    sizes: list[int] = []
    refused: dict[int, Answer] = {}
    for n, message in enumerate(group.messages):
        found: list[Item | None] = []
        try:
            found = decode_items(message, group.most)
        except SourceError as error:
            refused[n] = refusal(CallError(Code.UNREADABLE, error.what, error.do))
        except TooManyError:
            refused[n] = refusal(too_many(group.most))
        items += found
        sizes.append(len(found))
    told = group.told
    read = _Read(read_items(items, sender=told.sender, updating=told.updating, steps=told.steps), told, sizes)
    answers = [refused.get(n, each) for n, each in enumerate(read.answers())]
    return Outcome(
        [(int(each.code), bytes(each.body)) for each in answers],
        [(kind, _packed(batch)) for kind, batch in read.batches() if batch.num_rows],
        sorted(read.origins),
    )


def unpacked(outcome: Outcome) -> list[tuple[str, pa.RecordBatch]]:
    """The batches for the journal."""
    return [(kind, pa.ipc.open_stream(data).read_next_batch()) for kind, data in outcome.batches]


def _packed(batch: pa.RecordBatch) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    packed: bytes = sink.getvalue().to_pybytes()
    return packed


class _Read:
    """A group that was read: what is kept of it, and what each message is answered."""

    def __init__(self, received: Received, told: Told, sizes: Sequence[int]) -> None:
        self._told, self._sizes = told, sizes
        self._received = received
        self._refused_places = {each.item - 1 for each in received.refused}
        batch = received.steps if told.steps else received.dossiers
        self._numbers: list[str] = batch.column("dossier").to_pylist()
        fronts = [_front(number) for number in self._numbers]
        allowed = {front for front in set(fronts) if _may_send(told.unit, front)}
        self._other = [at for at, front in enumerate(fronts) if front not in allowed]
        self.origins = frozenset((front, told.sender) for front in allowed)

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
        kept = replace(
            received, dossiers=dossiers, steps=steps, refused=tuple(self._refused()), places=places
        )
        others = [("refusals", self._other_refusals())] if self._other else []
        return [*batches_of(kept, sender=self._told.sender), *others]

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
            {"sender": self._told.sender, "dossier": self._numbers[at], "why": Why.OTHER_UNIT.value}
            for at in self._other
        ]
        return pa.RecordBatch.from_pylist(rows, schema=REFUSALS)

    def answers(self) -> Iterator[Answer]:
        """The answer to each message: an entry for every item, accepted (0) or refused with the reason."""
        special = self._special()
        refused = sorted(at for at, entry in special.items() if entry["error_code"] != Code.DONE)
        entries = self._entries(special)
        start = 0
        for end in _ends(self._sizes):
            bad = bisect_left(refused, end) - bisect_left(refused, start)
            yield _answer(entries[start:end], bad)
            start = end

    def _special(self) -> dict[int, Entry]:
        """The entries of items that there is more to say of than that they were taken, by place."""
        unit = self._told.unit
        other = say("mã hồ sơ thuộc đơn vị ngoài {unit}.", "a unit outside {unit}.", unit=unit)
        found = {
            item - 1: _entry(number, Code.DONE, " ".join(note.render(Lang.VI) for note in oddities(bits)))
            for item, number, bits in self._received.remarks()
        }
        if self._other:
            taken = [at for at in range(self._received.items) if at not in self._refused_places]
            found |= {
                taken[n]: _entry(self._numbers[n], Code.OTHER_UNIT, other.render(Lang.VI))
                for n in self._other
            }
        for each in self._received.refused:
            found[each.item - 1] = _entry(each.dossier, Code.REFUSED_ITEM, each.reason.render(Lang.VI))
        return found

    def _entries(self, special: Mapping[int, Entry]) -> list[str]:
        """An entry for every item, in JSON."""
        # A number that was taken has letters, digits, dots and dashes: nothing to escape.
        taken = [f'{{"MaHoSo":"{number}","error_code":0}}' for number in self._numbers]
        if not special:
            return taken
        numbers = iter(taken)
        places = range(self._received.items)
        entries = ["" if at in self._refused_places else next(numbers) for at in places]
        for at, entry in special.items():
            entries[at] = msgspec.json.encode(entry).decode()
        return entries


_may_send = lru_cache(50_000)(may_send)
"""Asked of the same few units for ever."""


def _front(dossier: str) -> str:
    return dossier.partition("-")[0]


def _ends(sizes: Sequence[int]) -> Iterator[int]:
    end = 0
    for size in sizes:
        end += size
        yield end


def _answer(entries: Sequence[str], refused: int) -> Answer:
    result = msgspec.Raw(f"[{','.join(entries)}]".encode())
    if not refused:
        return answer(result=result)
    text = say(
        "Nhận {taken} mục, từ chối {refused} mục.",
        "{taken} items taken, {refused} refused.",
        taken=len(entries) - refused,
        refused=refused,
    )
    return answer(message=text.render(Lang.VI), result=result)


def _entry(dossier: str | None, code: Code, message: str) -> Entry:
    return {"MaHoSo": dossier, "error_code": int(code), "message": message}
