"""Messages as they arrive: DongBoHoSoMC and CapNhatTienDoHoSoMC, both forms of the envelope.

With the sender and isUpdating in the address and the list (alone or under "data") as the body; or
all of it in one object: {"session", "madonvi", "service", "isUpdating", "data": […]}.
"""

import re
from collections.abc import Iterator

import msgspec
from msgspec import Raw, Struct

from bochiso.errors import SourceError
from bochiso.intake.dossier_columns import as_text
from bochiso.intake.dossier_items import Item, Scalar, decode_item
from bochiso.intake.dossiers import Received, read_items
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
_ITEMS = msgspec.json.Decoder(list[Item])
_RAWS = msgspec.json.Decoder(list[Raw])


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


def read_message(
    message: Message, *, sender: str | None = None, updating: bool | None = None, steps: bool | None = None
) -> Received:
    """The items of a message, each taken or refused on its own.

    `sender`, `updating` and `steps` are what the address says; the envelope is asked where it
    says nothing. Raises SourceError where `data` is no list.
    """
    told = message.updating if updating is None else updating
    return read_items(
        decode_items(message.data),
        sender=sender or message.sender,
        updating=bool(told),
        steps=message.steps if steps is None else steps,
    )


def decode_items(data: bytes) -> list[Item | None]:
    """Items from JSON, a list or one alone; None for each that is no object."""
    try:
        return list(_ITEMS.decode(data))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    if data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return [decode_item(data)]
    try:
        parts: list[Raw] | list[bytes] = _RAWS.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        parts = list(split_list(data))
    return [decode_item(part) for part in parts]


_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{},]', re.DOTALL)


def split_list(data: bytes) -> Iterator[bytes]:
    """The items of a JSON list of which one is broken or nested beyond measure.

    Only brackets and texts are looked at, so one bad item doesn't take its neighbours along.
    Raises SourceError where it is no list at all.
    """
    depth, start = 0, -1
    for token in _TOKEN.finditer(data):
        sign = token[0]
        if sign in b"[{":
            depth += 1
            if depth == 1:
                if sign != b"[":
                    break
                start = token.end()
        elif sign in b"]}":
            depth -= 1
            if depth == 0:
                if data[start : token.start()].strip():
                    yield data[start : token.start()]
                return
        elif sign == b"," and depth == 1:
            yield data[start : token.start()]
            start = token.end()
    if start < 0:
        raise _no_message()
    yield data[start:]  # cut off: what is left of the last item is refused


_SENDER = re.compile(rb'"(?:madonvi|MaDinhDanhDV)"\s*:\s*"([^"]{1,60})"')
_SERVICE = re.compile(rb'"service"\s*:\s*"([A-Za-z]{1,40})"')
_UPDATING = re.compile(rb'"isUpdating"\s*:\s*"?(\w{1,5})')
_SESSION = re.compile(rb'"session"\s*:\s*"([^"\\]{1,500})"')
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
        body[found.end() :], text(_SESSION), text(_SENDER), text(_SERVICE), is_updating(text(_UPDATING))
    )


def _no_message() -> SourceError:
    return SourceError(
        say("không phải bản tin JSON đồng bộ hồ sơ.", "it is no JSON message of dossiers."),
        do=say(
            "Gửi một mảng hồ sơ, hoặc đối tượng có trường “data” là mảng hồ sơ.",
            "Send a list of dossiers, or an object whose field “data” is one.",
        ),
    )
