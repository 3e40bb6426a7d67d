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
from bochiso.intake.messages.items import ItemReader, ReceivedItems
from bochiso.intake.messages.refusal_reasons import RefusalReason, RefusedItem, oddities
from bochiso.intake.messages.sync_messages import TooManyError, decode_items
from bochiso.intake.messages.sync_schema import SyncItem
from bochiso.store.journal.journal_kinds import REFUSALS
from bochiso.store.journal.kept_batches import batches_of
from bochiso.text import Lang, Text, say
from bochiso.units.codes import is_at_or_below, normalise_code
from bochiso.web.auth.api_sessions import code_prefix, may_send
from bochiso.web.sync.request_limits import too_many
from bochiso.web.sync.sync_responses import CallError, Code, SyncResponse, refusal, result_answer

Entry = dict[str, Any]


class MessageContext(Struct, frozen=True):
    """What holds for all items of a message: the key's unit, the sending unit, isUpdating, whether steps."""

    unit: str
    sender: str
    updating: bool
    steps: bool


class MessageBatch(Struct, frozen=True):
    """Messages of which the same is told. `most`: how many items one of them may have; `barred`: numbers of
    dossiers that another unit holds.
    """

    context: MessageContext
    most: int
    messages: list[bytes]
    barred: list[str] = []


class BatchOutcome(Struct, frozen=True):
    """What came of a group: answers in its order, the batches for the journal, where dossiers came from.

    `elsewhere`: the numbers that were taken of dossiers that a ministry's system numbered.
    """

    answers: list[tuple[int, bytes]]
    batches: list[tuple[str, bytes]]
    origins: list[tuple[str, str | None]]
    elsewhere: list[str] = []


def decode_batch(group: MessageBatch) -> BatchOutcome:
    """Decode, check and answer the messages of a group."""
    context = group.context
    reader = ItemReader(context.steps)
    sizes: list[int] = []
    refused: dict[int, SyncResponse] = {}
    for n, message in enumerate(group.messages):
        found: list[SyncItem | None] = []
        try:
            found = decode_items(message, group.most)
        except SourceError as error:
            refused[n] = refusal(CallError(Code.UNREADABLE, error.what, error.do))
        except TooManyError:
            refused[n] = refusal(too_many(group.most))
        reader.add(found)
        sizes.append(len(found))
    received = reader.received(context.sender, context.updating)
    read = _Read(received, context, sizes, frozenset(group.barred))
    answers = [refused.get(n, each) for n, each in enumerate(read.answers())]
    return BatchOutcome(
        [(int(each.code), bytes(each.body)) for each in answers],
        [(kind, _packed(batch)) for kind, batch in read.batches() if batch.num_rows],
        sorted(read.origins),
        read.elsewhere,
    )


def unpacked(outcome: BatchOutcome) -> list[tuple[str, pa.RecordBatch]]:
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

    def __init__(
        self, received: ReceivedItems, context: MessageContext, sizes: Sequence[int], barred: frozenset[str]
    ) -> None:
        self._context, self._sizes, self._barred = context, sizes, barred
        self._received = received
        self._refused_places = {each.item - 1 for each in received.refused}
        batch = received.steps if context.steps else received.dossiers
        self._numbers: list[str] = batch.column("dossier").to_pylist()
        prefixes = [code_prefix(number) for number in self._numbers]
        distinct = set(prefixes)
        allowed = {prefix for prefix in distinct if _may_send(context.unit, prefix)}
        elsewhere = {prefix for prefix in allowed if not _is_below(context.unit, prefix)}
        self._other = []
        if len(allowed) < len(distinct):
            self._other = [at for at, prefix in enumerate(prefixes) if prefix not in allowed]
        self.elsewhere: list[str] = []
        if elsewhere:
            pairs = zip(self._numbers, prefixes, strict=True)
            self.elsewhere = [
                number for number, prefix in pairs if prefix in elsewhere and number not in barred
            ]
        if barred:
            self._other += [at for at, number in enumerate(self._numbers) if number in barred]
            self._other.sort()
        self.origins = frozenset((prefix, context.sender) for prefix in allowed)

    def batches(self) -> list[tuple[str, pa.RecordBatch]]:
        """What the journal keeps. Refused items are numbered within their messages."""
        received = self._received
        dossiers, steps, places = received.dossiers, received.steps, received.places
        if self._other:
            away = set(self._other)
            keep = pa.array([at not in away for at in range(len(self._numbers))], pa.bool_())
            if self._context.steps:
                steps = steps.filter(keep)
            else:
                dossiers, places = dossiers.filter(keep), places.filter(keep)
        kept = replace(
            received, dossiers=dossiers, steps=steps, refused=tuple(self._refused()), places=places
        )
        others = [("refusals", self._other_refusals())] if self._other else []
        return [*batches_of(kept, sender=self._context.sender), *others]

    def _refused(self) -> Iterator[RefusedItem]:
        ends = list(_ends(self._sizes))
        message = 0
        for each in self._received.refused:
            while each.item > ends[message]:
                message += 1
            yield replace(each, item=each.item - (ends[message - 1] if message else 0))

    def _other_refusals(self) -> pa.RecordBatch:
        """For the clerk: which dossiers of other units were sent."""
        rows = [
            {
                "sender": self._context.sender,
                "dossier": self._numbers[at],
                "why": RefusalReason.OTHER_UNIT.value,
            }
            for at in self._other
        ]
        return pa.RecordBatch.from_pylist(rows, schema=REFUSALS)

    def answers(self) -> Iterator[SyncResponse]:
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
        unit = self._context.unit
        other = say("mã hồ sơ thuộc đơn vị ngoài {unit}.", "a unit outside {unit}.", unit=unit)
        found = {
            item - 1: _entry(number, Code.DONE, " ".join(note.render(Lang.VI) for note in oddities(bits)))
            for item, number, bits in self._received.remarks()
        }
        if self._other:
            texts = other.render(Lang.VI), _held(self._context).render(Lang.VI)
            taken = [at for at in range(self._received.items) if at not in self._refused_places]
            found |= {
                taken[n]: _entry(number, Code.OTHER_UNIT, texts[number in self._barred])
                for n, number in ((n, self._numbers[n]) for n in self._other)
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
"""The same few units ask for it again and again."""


@lru_cache(50_000)
def _is_below(unit: str, prefix: str) -> bool:
    return is_at_or_below(unit, normalise_code(prefix))


def _held(context: MessageContext) -> Text:
    """What is said of a dossier that a ministry's system numbered and another unit sent."""
    if context.steps:
        return say(
            "{unit} và các đơn vị trực thuộc chưa gửi hồ sơ này; hãy gửi hồ sơ trước, rồi gửi bước xử lý.",
            "{unit} and the units below it haven't sent this dossier; send it before its steps.",
            unit=context.unit,
        )
    return say(
        "hồ sơ này do đơn vị ngoài {unit} gửi trước; chỉ đơn vị đó hoặc đơn vị cấp trên gửi lại được.",
        "a unit outside {unit} sent this dossier first; only that one, or one above it, sends it again.",
        unit=context.unit,
    )


def _ends(sizes: Sequence[int]) -> Iterator[int]:
    end = 0
    for size in sizes:
        end += size
        yield end


def _answer(entries: Sequence[str], refused: int) -> SyncResponse:
    result = msgspec.Raw(f"[{','.join(entries)}]".encode())
    return result_answer(result, len(entries), refused)


def _entry(dossier: str | None, code: Code, message: str) -> Entry:
    return {"MaHoSo": dossier, "error_code": int(code), "message": message}
