"""Messages as they arrive: DongBoHoSoMC and CapNhatTienDoHoSoMC, both forms of the envelope.

With the sender and isUpdating in the address and the list (alone or under "data") as the body; or
all of it in one object: {"session", "madonvi", "service", "isUpdating", "data": […]}.
"""

import re
from collections.abc import Iterator
from itertools import islice

import msgspec
from msgspec import Raw, Struct

from bochiso.errors import SourceError
from bochiso.intake.messages.message_columns import as_text
from bochiso.intake.messages.sync_schema import STRICT_ITEM, Scalar, SyncItem, decode_item, with_unknown
from bochiso.text import say

DOSSIERS_SERVICE = "DongBoHoSoMC"
STEPS_SERVICE = "CapNhatTienDoHoSoMC"


class _Envelope(Struct):
    session: Scalar = None
    madonvi: Scalar = None
    MaDinhDanhDV: Scalar = None
    service: Scalar = None
    isUpdating: Scalar = None  # noqa: N815 (the protocol's own name)
    data: Raw = Raw()


class Message(Struct, frozen=True):
    """A message, its items not yet looked at. `data` is JSON: the list of items, or one item."""

    data: bytes
    session: str | None = None
    sender: str | None = None
    service: str | None = None
    updating: bool | None = None

    @property
    def steps(self) -> bool | None:
        """Whether the items are steps; None where the service isn't named."""
        return {DOSSIERS_SERVICE: False, STEPS_SERVICE: True}.get(self.service or "")


_ENVELOPE = msgspec.json.Decoder(_Envelope)
_ITEMS = msgspec.json.Decoder(list[SyncItem])
_STRICT_ITEMS = msgspec.json.Decoder(list[STRICT_ITEM])  # type: ignore[valid-type] # made by us
_RAW_ITEMS = msgspec.json.Decoder(list[Raw])

_SMALL = 1_000_000
"""Bytes of a message that hold so few items that nobody need count them."""

_OBJECTS = 10
"""Objects that a dossier has at the most, over a message: itself, its files, its fees."""

_BRACKETS = 1_000_000
"""Runs of brackets in a message that is taken apart."""


def open_message(body: bytes) -> Message:
    """The envelope of a message. Raises SourceError for what is no JSON list or object."""
    start = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"[":
        return Message(body)
    if start != b"{":
        raise _no_message()
    try:
        envelope = _ENVELOPE.decode(body)
    except msgspec.ValidationError:
        raise _no_message() from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _torn_message(body)
    data = bytes(envelope.data) or body  # no envelope: the object is an item
    return Message(
        b"[]" if data == b"null" else data,
        as_text(envelope.session),
        as_text(envelope.madonvi) or as_text(envelope.MaDinhDanhDV),
        as_text(envelope.service),
        is_updating(as_text(envelope.isUpdating)),
    )


def is_updating(text: str | None) -> bool | None:
    """What isUpdating says; None where it says nothing."""
    return {"true": True, "1": True, "false": False, "0": False}.get((text or "").strip().lower())


def decode_items(data: bytes, most: int | None = None) -> list[SyncItem | None]:
    """Items from JSON, a list or one alone; None for each that is no object.

    Raises SourceError for what is no list, and TooManyError for more than `most` items. What can't
    be a message of so many is refused before it takes long or much memory.
    """
    if most is not None and len(data) > _SMALL and data.count(b"{") > most * _OBJECTS:
        raise TooManyError()
    try:
        items: list[SyncItem | None] = _known_items(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        if data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
            return [decode_item(data)]
        parts = split_list(data)
        items = [decode_item(part) for part in (parts if most is None else islice(parts, most + 1))]
    if most is not None and len(items) > most:
        raise TooManyError()
    return items


def _known_items(data: bytes) -> list[SyncItem | None]:
    """Items of the protocol's types; the names of fields that it hasn't are noted on them."""
    try:
        return list(_STRICT_ITEMS.decode(data))
    except msgspec.ValidationError:
        items: list[SyncItem | None] = list(_ITEMS.decode(data))
        with_unknown(items, _RAW_ITEMS.decode(data))
        return items


class TooManyError(Exception):
    """A message has more items than it may."""


_TEXT = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)'  # one that never ends takes all: no second try
_AROUND = re.compile(_TEXT + rb"|[\[\]{},]", re.DOTALL)
"""What there is between items: texts, brackets, commas."""
_WITHIN = re.compile(rb"(?:[^\"\[\]{}]++|" + _TEXT + rb")*+([\[{]++|[\]}]++)", re.DOTALL)
"""Within an item: all up to the next brackets, of which some may stand together."""


def split_list(data: bytes) -> Iterator[bytes]:
    """The items of a JSON list of which one is broken or nested beyond measure.

    Only brackets and texts are looked at, so one bad item doesn't take its neighbours along; where
    there are more brackets than dossiers can have, the rest is one bad item. Raises SourceError
    where it is no list at all.
    """
    opening = _AROUND.search(data)
    if opening is None or opening[0] != b"[":
        raise _no_message()
    start = at = opening.end()
    brackets = 0
    while (token := _AROUND.search(data, at)) is not None and brackets < _BRACKETS:
        at = token.end()
        brackets += token[0] != b","
        if token[0] == b",":
            yield data[start : token.start()]
            start = at
        elif token[0] in (b"]", b"}"):
            if data[start : token.start()].strip():
                yield data[start : token.start()]
            return
        elif token[0] in (b"[", b"{"):
            depth = 1
            while depth and brackets < _BRACKETS and (found := _WITHIN.match(data, at)) is not None:
                brackets += 1
                run = found[1]
                if run[0] in b"[{":
                    depth, at = depth + len(run), found.end()
                else:
                    closed = min(depth, len(run))
                    depth, at = depth - closed, found.start(1) + closed
            if depth:
                break
    yield data[start:]  # cut off: what is left of the last item is refused


_SENDER = re.compile(rb'"(?:madonvi|MaDinhDanhDV)"\s*:\s*"([^"]{1,60})"')
_SERVICE = re.compile(rb'"service"\s*:\s*"([A-Za-z]{1,40})"')
_UPDATING = re.compile(rb'"isUpdating"\s*:\s*"?(\w{1,5})')
SESSION_FIELD = re.compile(rb'"session"\s*:\s*"([^"\\]{1,500})"')
_DATA = re.compile(rb'"data"\s*:\s*(?=\[)')


def _torn_message(body: bytes) -> Message:
    """A message whose object is broken somewhere: what stands around its list, read by its names."""
    found = _DATA.search(body)
    if found is None:
        raise _no_message()
    around = body[: found.start()] + (body[body.rfind(b"]") :] if b"]" in body else b"")

    def text(pattern: re.Pattern[bytes]) -> str | None:
        match = pattern.search(around)
        return match[1].decode("utf-8", "replace") if match else None

    return Message(
        body[found.end() :], text(SESSION_FIELD), text(_SENDER), text(_SERVICE), is_updating(text(_UPDATING))
    )


def _no_message() -> SourceError:
    return SourceError(
        say("không phải bản tin JSON đồng bộ hồ sơ.", "it is no JSON message of dossiers."),
        do=say(
            "Gửi một mảng hồ sơ, hoặc đối tượng có trường “data” là mảng hồ sơ.",
            "Send a list of dossiers, or an object whose field “data” is one.",
        ),
    )
