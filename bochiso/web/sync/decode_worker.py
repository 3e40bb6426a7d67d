"""Reading messages in a process of their own, so that other calls are answered meanwhile.

Decoding and checking keeps Python to itself: within the server's process pages would stand still
and answers would wait for each other. The process takes groups and gives what came of them;
nothing of a message reaches a disk. It ends when the server does, however that ends; where it ends
by itself, the next group gets another one.
"""

import gc

import msgspec

from bochiso.child import Child, ChildError
from bochiso.web.sync.decode_batch import BatchOutcome, MessageBatch, MessageContext, decode_batch

_GROUP = msgspec.msgpack.Decoder(MessageBatch)
_OUTCOME = msgspec.msgpack.Decoder(BatchOutcome)
_FIRST = msgspec.msgpack.encode(
    MessageBatch(MessageContext("H00", "H00", False, False), 1, [b'[{"MaHoSo":"H00-000000-0"}]'])
)
"""Read for nobody when the process begins: what is made once is made before anyone waits for it."""


class DecodeWorkerError(Exception):
    """A group could not be read: where it failed, never what it held."""


class DecodeWorker:
    """The process, for one caller at a time."""

    def __init__(self) -> None:
        self._child = _start()

    @property
    def pid(self) -> int | None:
        """The process."""
        return self._child.pid

    def read(self, group: MessageBatch) -> BatchOutcome:
        """What comes of a group. Raises ReaderError where the program fails over it."""
        try:
            return _OUTCOME.decode(self._child.ask(msgspec.msgpack.encode(group)))
        except ChildError as error:
            raise DecodeWorkerError(str(error)) from None
        except (OSError, EOFError):
            self._child.kill()
            self._child = _start()
            raise DecodeWorkerError("the reader ended") from None

    def close(self) -> None:
        """End it."""
        self._child.close()


def _start() -> Child:
    return Child(_read, prepare=_prepare, name="reader")


def _prepare() -> None:
    # Messages hold no cycles, yet each makes thousands of objects: by itself the collector would look at
    # those that are being read again and again.
    _read(_FIRST)
    gc.freeze()
    gc.disable()


def _read(group: bytes | bytearray) -> bytes:
    outcome = msgspec.msgpack.encode(decode_batch(_GROUP.decode(group)))
    gc.collect()  # what is left of a group is little
    return outcome
