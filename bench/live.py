"""Promises of live scores: a change reaches every listener soon, and a listener costs little."""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from bench.pages import PUSHERS, _bochiso, _pushing
from bench.pages import SECONDS as PUSHING
from bench.push import _free_port, _server
from bench.timing import Line

LISTENERS, OF_ONE, AT_ONCE, FIRST = 1000, 20, 50, 100
SETTLING = 5.0
"""Seconds from when pushing begins, and before its end, whose changes aren't judged."""

STILL = 3.0
"""Seconds without anything before memory is read."""

Heard = list[tuple[float, float]]
"""Of one listener: moments of measuring, and by when it had been told all that was measured then."""


def lines() -> Iterator[Line]:
    """Every promise, measured."""
    with tempfile.TemporaryDirectory(prefix="bochiso-live-") as name:
        folder = Path(name)
        _bochiso("demo", "--web", "-o", str(folder))
        ours = _ours(folder, folder / "web")
        bare = _bare(folder)
        heard = [[(at, by) for at, by in each] for each in json.loads((folder / "heard").read_text())]
        settled = json.loads((folder / "settled").read_text())
    begin, end = settled[0] + SETTLING, settled[-1] - SETTLING
    late = [_delay(moment, heard) for moment in settled if begin <= moment <= end]
    what = f"{len(late)} changes told to {len(heard):,} listeners beside {PUSHERS} pushers"
    yield Line(f"{what}: lost | –", LISTENERS - len(heard), None, 0, "listeners")
    yield Line(f"{what}: facts to the last of them, at most | –", max(late) * 1000, None, 1000)
    yield Line("memory of one who listens | the least of uvicorn", ours, bare, 3, "kB")


def _delay(settled: float, heard: list[Heard]) -> float:
    """Seconds from when facts had a change until the last listener had been told.

    What is measured after that moment has the change in it.
    """
    told = (next((by for at, by in each if at >= settled), float("inf")) for each in heard)
    return max(told) - settled


def _ours(folder: Path, data: Path) -> float:
    """Push while a thousand listen; how many kB one of them takes."""
    made = _bochiso("account", "key", "add", "tai", "--unit", "H15", "--data", str(data))
    key = dict(line.split(": ", 1) for line in made.splitlines())
    port, sessions = _free_port(), LISTENERS // OF_ONE
    words = ["-m", "bench.live_server", str(data), str(port), str(folder), str(sessions)]
    with _server([sys.executable, *words], port) as server, _listening(folder, port) as (told, process):
        memory = _memory_of_listeners(server.pid, told, process)
        with _pushing(port, key) as refused:
            time.sleep(PUSHING)
        assert not refused, "pushers were refused"
        print("end", file=told, flush=True)
        process.wait(60)
    return memory


def _bare(folder: Path) -> float:
    """The same listeners of the peer; how many kB one of them takes."""
    port = _free_port()
    words = ["-m", "uvicorn", "bench.live_peer:app", "--port", str(port), "--log-level", "error"]
    (folder / "tokens").write_text('[""]')
    with _server([sys.executable, *words], port) as server, _listening(folder, port) as (told, process):
        return _memory_of_listeners(server.pid, told, process)


@contextmanager
def _listening(folder: Path, port: int) -> Iterator[tuple[IO[str], "subprocess.Popen[str]"]]:
    """Those who listen, in a process of their own; each line that it is told lets it go on."""
    program = "import sys; from bench.live import hear; hear(*sys.argv[1:])"
    words = [sys.executable, "-c", program, str(folder), str(port)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        try:
            yield process.stdin, process
        finally:
            process.terminate()


def _memory_of_listeners(server: int, told: IO[str], process: "subprocess.Popen[str]") -> float:
    """kB that each listener takes of a server's memory, behind the first hundred, who meet it cold."""
    assert process.stdout is not None
    assert process.stdout.readline() == "first\n"
    time.sleep(STILL)
    before = _resident(server)
    print("more", file=told, flush=True)
    assert process.stdout.readline() == "all\n"
    time.sleep(STILL)
    return (_resident(server) - before) / (LISTENERS - FIRST)


def _resident(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return float(status.split("VmRSS:")[1].split()[0])


class _Ear(asyncio.Protocol):
    """One who listens, at next to no cost: only the last moment in what came is looked at."""

    def __init__(self, port: int, token: str) -> None:
        self._head = f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n\r\n"
        self.begun = asyncio.get_running_loop().create_future()
        self.open = True
        self.told: dict[bytes, float] = {}
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._head.encode())

    def data_received(self, data: bytes) -> None:
        if not self.begun.done():
            assert data.startswith(b"HTTP/1.1 200"), data
            self.begun.set_result(None)
        data = self._rest + data
        found = data.rfind(b'"at":"')
        if found >= 0 and (end := data.find(b'"', found + 6)) > 0:
            self.told[data[found + 6 : end]] = time.time()
        self._rest = data[-60:]

    def connection_lost(self, exc: Exception | None) -> None:
        self.open = False


def hear(folder: str, port: str) -> None:
    """Listen; a line of input lets it go on, from the first hundred to all of them to the end."""
    asyncio.run(_hear(Path(folder), int(port)))


async def _hear(folder: Path, port: int) -> None:
    loop = asyncio.get_running_loop()
    while not (folder / "tokens").exists():  # the server listens a while before it answers
        await asyncio.sleep(0.1)
    tokens = json.loads((folder / "tokens").read_text())
    given = [tokens[number % len(tokens)] for number in range(LISTENERS)]

    async def begin(token: str) -> _Ear:
        _, ear = await loop.create_connection(lambda: _Ear(port, token), "127.0.0.1", port)
        await ear.begun
        return ear

    ears: list[_Ear] = []
    for at in range(0, LISTENERS, AT_ONCE):
        if at == FIRST:
            print("first", flush=True)
            await loop.run_in_executor(None, sys.stdin.readline)
        ears += await asyncio.gather(*(begin(token) for token in given[at : at + AT_ONCE]))
    print("all", flush=True)
    await loop.run_in_executor(None, sys.stdin.readline)
    heard = [
        sorted((datetime.fromisoformat(at.decode()).timestamp(), by) for at, by in ear.told.items())
        for ear in ears
        if ear.open
    ]
    (folder / "heard").write_text(json.dumps(heard))
