"""The process that reads messages: it comes again where it ends, and ends with its server."""

import asyncio
import os
import signal
import subprocess
import sys

import loaded_python
import pytest
from loopback_server import Served, codes, dossier, send
from waiting import until

from bochiso.web.sync.decode_batch import BatchOutcome, MessageBatch, MessageContext, decode_batch
from bochiso.web.sync.decode_worker import DecodeWorker, DecodeWorkerError
from bochiso.web.sync.sync_responses import CallError, Code, SyncResponse

TOLD = MessageContext("H15", "H15", False, False)


def group(*messages: bytes, most: int = 10) -> MessageBatch:
    return MessageBatch(TOLD, most, list(messages))


def told(outcome: BatchOutcome) -> list[int]:
    """error_code of every answer."""
    return [code for code, _ in outcome.answers]


def test_messages_that_are_read_together_are_answered_apart() -> None:
    item = b'{"MaHoSo":"H15.50-261005-0000%d","TrangThaiHoSo":"4"}'
    many = b"[" + b",".join(item % n for n in range(3)) + b"]"
    outcome = decode_batch(group(many, b"nope", b"[5]", b"[" + item % 7 + b"]", b"[]", most=2))
    assert told(outcome) == [413, 400, 0, 0, 0]
    assert b"H15.50-261005-00007" in outcome.answers[3][1]
    assert outcome.origins == [("H15.50", "H15")]


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_reader_that_was_killed_fails_one_message_and_the_next_is_taken(
    served: Served, session: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert codes(send(served, [dossier(1)], session)) == [0]
    os.kill(served.application.sync.batcher.decode_worker.pid, signal.SIGKILL)
    assert send(served, [dossier(2)], session)["error_code"] == 500
    assert "the reader ended" in caplog.text
    assert codes(send(served, [dossier(2)], session)) == [0]


def test_what_fails_in_the_reader_is_said_without_what_was_sent() -> None:
    reader = DecodeWorker()
    try:
        with pytest.raises(DecodeWorkerError, match=r"^ValidationError .*decode_worker\.py:\d+") as error:
            reader.read(MessageBatch(TOLD, "Nguyễn Văn A", []))  # type: ignore[arg-type]
        assert "Nguyễn" not in str(error.value)
        assert told(reader.read(group(b"[]"))) == [0]
    finally:
        reader.close()


def test_more_than_can_be_held_waits_for_nobody(served: Served) -> None:
    batcher = served.application.sync.batcher
    with pytest.raises(CallError) as error:
        batcher.take(TOLD, bytes(served.application.sync.limits.held_bytes + 1))
    assert error.value.code is Code.TOO_OFTEN


def test_who_goes_before_the_answer_takes_nobody_elses_along(served: Served) -> None:
    batcher = served.application.sync.batcher

    def taken(n: int) -> "asyncio.Future[SyncResponse]":
        return batcher.take(TOLD, b'[{"MaHoSo":"H15.50-261005-0000%d","TrangThaiHoSo":"4"}]' % n)

    async def all_go() -> None:
        taken(1)

    async def one_goes() -> SyncResponse:
        gone, stays = taken(2), taken(3)
        gone.cancel()
        return await stays

    asyncio.run(all_go())  # nobody of its loop can be told any more
    assert asyncio.run(one_goes()).code is Code.DONE
    served.settle()
    with served.application.sync.ingest.facts.open(write=True) as db:
        assert db.execute("select count(*) from dossiers").fetchone() == (3,)


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_the_reader_ends_with_a_server_that_is_killed() -> None:
    script = "from bochiso.web.sync.decode_worker import *; print(DecodeWorker().pid, flush=True); input()"
    with loaded_python.start(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        reader = int(server.stdout.readline())
        server.send_signal(signal.SIGKILL)
    until(lambda: not alive(reader))


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
