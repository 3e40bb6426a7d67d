"""Bodies of calls: read with a limit of bytes and of time, unpacked with a limit too."""

import asyncio
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from starlette.requests import ClientDisconnect, Request

from bochiso.text import say
from bochiso.web.sync.sync_responses import CallError, Code

DOOR_BYTES = 65_536
"""How much is read, and unpacked, of a message that doesn't say yet whose it is."""

Door = Callable[[bytes], str]


@dataclass(frozen=True)
class Limits:
    """What a caller may ask of the server.

    body_bytes: of one body, packed or not. held_bytes: of all bodies that are being received, and of
    all messages that wait to be read. items: of one message.
    stall_seconds: without a single byte. body_seconds: for a whole body.
    """

    body_bytes: int = 50_000_000
    held_bytes: int = 400_000_000
    items: int = 100_000
    stall_seconds: float = 30
    body_seconds: float = 300


class BodyReader:
    """Reads bodies, and knows how much of them is held at this moment."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._held = 0
        self._held_by: Counter[str] = Counter()
        self.share = max(limits.body_bytes, limits.held_bytes // 4)

    async def read(
        self, request: Request, most: int | None = None, *, door: Door | None = None, who: str = ""
    ) -> bytes:
        """The body as it was sent. Raises CallError for one too large, too slow or one too many.

        `door`: told how a body begins that is longer than DOOR_BYTES, before the rest is read; whose it
        is, or CallError. `who`: whose it is where that is known already. Of all that is held nobody has
        more than a share.

        What is too large is read on and thrown away up to four times the limit, since many a
        client hears no answer while it sends.
        """
        most = most or self.limits.body_bytes
        if int(request.headers.get("content-length", "0")) > 4 * most:
            raise too_large(most)
        body, size, more, counted = bytearray(), 0, True, 0
        try:
            async with asyncio.timeout(self.limits.body_seconds):
                while more and size <= 4 * most:
                    chunk, more = await self._chunk(request)
                    size += len(chunk)
                    self._held += len(chunk) if size <= most else 0
                    body += chunk if size <= most else b""
                    if door is not None and more and len(body) >= DOOR_BYTES:
                        who, door = door(bytes(body[:DOOR_BYTES])), None
                    if who:
                        self._held_by[who] += len(body) - counted
                        counted = len(body)
                    if self._held > self.limits.held_bytes or self._held_by[who] > self.share:
                        raise busy()
        except TimeoutError:
            raise _too_slow() from None
        finally:
            self._held -= len(body)
            self._held_by[who] -= counted
            if not self._held_by[who]:
                del self._held_by[who]
        if size > most:
            raise too_large(most)
        return bytes(body)

    @contextmanager
    def held(self, size: int) -> Iterator[None]:
        """Count a body on while it waits for its turn after it was read."""
        self._held += size
        try:
            yield
        finally:
            self._held -= size

    async def _chunk(self, request: Request) -> tuple[bytes, bool]:
        """The next part of a body, and whether more will come."""
        async with asyncio.timeout(self.limits.stall_seconds):
            message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        return message.get("body", b""), message.get("more_body", False)


def start_of(body: bytes, encoding: str) -> bytes:
    """How a message begins: the first DOOR_BYTES at most of what is in a body, as far as it can be unpacked.

    >>> start_of(zlib.compress(b"[]", wbits=31)[:-8], "gzip")
    b'[]'
    """
    if "gzip" not in encoding.lower():
        return body[:DOOR_BYTES]
    try:
        return zlib.decompressobj(wbits=31).decompress(body, DOOR_BYTES)
    except zlib.error:
        return b""


def unpack(body: bytes, encoding: str, most: int) -> bytes:
    """A body without its Content-Encoding. Raises CallError for one that holds more than it may.

    >>> unpack(zlib.compress(b"[]", wbits=31), "gzip", 10)
    b'[]'
    """
    names = [name for each in encoding.lower().split(",") if (name := each.strip()) not in ("", "identity")]
    if not names:
        return body
    if names not in (["gzip"], ["x-gzip"]):
        raise CallError(
            Code.ENCODING,
            say("kiểu nén này không nhận được.", "this Content-Encoding isn't known."),
            say("Gửi dạng gzip hoặc không nén.", "Send gzip, or nothing packed."),
        )
    parts, size = [], 0
    while body:
        member = zlib.decompressobj(wbits=31)
        try:
            part = member.decompress(body, most + 1 - size)
        except zlib.error:
            raise _torn() from None
        size += len(part)
        if size > most:
            raise too_large(most)
        if not member.eof:
            raise _torn()
        parts.append(part)
        body = member.unused_data
    return b"".join(parts)


def too_large(most: int) -> CallError:
    """What is said of a body that is too large."""
    return CallError(
        Code.TOO_LARGE,
        say("bản tin lớn hơn {most} MB.", "the message is larger than {most} MB.", most=most // 1_000_000),
        say("Chia thành nhiều bản tin nhỏ hơn.", "Send it in several smaller ones."),
    )


def too_many(most: int) -> CallError:
    """What is said of a message of too many items."""
    return CallError(
        Code.TOO_LARGE,
        say("bản tin có hơn {most} mục.", "the message has more than {most} {most:item|items}.", most=most),
        say("Chia thành nhiều bản tin nhỏ hơn.", "Send it in several smaller ones."),
    )


def _too_slow() -> CallError:
    return CallError(
        Code.TOO_SLOW,
        say(
            "bản tin đến quá chậm hoặc bị ngắt giữa chừng.", "the message came too slowly or stopped midway."
        ),
        say("Kiểm tra đường truyền rồi gửi lại.", "Check the line and send it again."),
    )


def busy() -> CallError:
    """What is said where more is being sent than can be held."""
    return CallError(
        Code.TOO_OFTEN,
        say("máy chủ đang nhận quá nhiều dữ liệu cùng lúc.", "too much is being sent at once."),
        say("Gửi lại sau ít giây.", "Send it again in a few seconds."),
    )


def _torn() -> CallError:
    return CallError(
        Code.UNREADABLE,
        say("phần nén gzip bị hỏng hoặc thiếu.", "the gzip data is broken or cut off."),
        say("Gửi lại.", "Send it again."),
    )
