"""Promises of pages: drawn in less than twice the time of their queries; small; quick under load."""

import asyncio
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from bench.push import _free_port, _server
from bench.timing import Line, race

READERS, PUSHERS, SECONDS = 200, 20, 60
THINK_SECONDS = 5.0
"""How long a reader reads a page, on average, before the next."""

PUSH_EVERY, PUSH_ITEMS = 1.0, 20
PATHS = ("/", "/don-vi", "/tinh", "/don-vi/H15.05", "/quy-tac", "/open")


def lines() -> Iterator[Line]:
    """Every promise, measured."""
    with tempfile.TemporaryDirectory(prefix="bochiso-pages-") as name:
        folder = Path(name)
        _bochiso("demo", "--web", "-o", str(folder))
        data = folder / "web"
        yield from _drawing(data)
        yield from _under_load(data)


def _drawing(data: Path) -> Iterator[Line]:
    """A page whose figures are asked for afresh, and its questions alone."""
    import httpx

    from bochiso.store.folder import DataFolder
    from bochiso.store.people.ledger import open_ledger
    from bochiso.web.app import public_site
    from bochiso.web.core.page_services import PageServices
    from bochiso.web.core.template_context import Addresses
    from bochiso.web.site_app import create_pages

    asked: list[Callable[[], object]] = []

    class Counting:
        """A shelf that notes its questions and forgets its answers."""

        def __init__(self, site: PageServices) -> None:
            self.services, self.seconds = site, 0.0

        def forget(self) -> None:
            self.services.query_cache._answers.clear()

    with open_ledger(DataFolder(data)) as ledger:
        site = public_site(DataFolder(data), ledger)
        counting, query_cache = Counting(site), site.query_cache
        app = Addresses(create_pages(site))
        plain = query_cache.ask

        def noted(shown: Any, question: Any, *args: Any, **kwargs: Any) -> object:
            asked.append(partial(plain, shown, question, *args, **kwargs))
            return asked[-1]()

        with asyncio.Runner() as runner:
            client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://pages")
            for path in PATHS[:4]:
                query_cache.ask = noted  # type: ignore[method-assign, assignment]
                asked.clear()
                counting.forget()
                assert runner.run(client.get(path)).status_code == 200
                query_cache.ask = plain  # type: ignore[method-assign]
                questions = list(asked)

                def page(path: str = path) -> None:
                    counting.forget()
                    runner.run(client.get(path))

                def queries(questions: Sequence[Callable[[], object]] = questions) -> None:
                    counting.forget()
                    for ask in questions:
                        ask()

                whole, alone = race(page, queries, 5)
                yield Line(f"draw {path} | its queries alone", whole, alone, 2)


def _under_load(data: Path) -> Iterator[Line]:
    key = dict(
        line.split(": ", 1)
        for line in _bochiso(
            "account", "key", "add", "tai", "--unit", "H15", "--data", str(data)
        ).splitlines()
    )
    port = _free_port()
    command = [sys.executable, "-m", "bochiso.cli", "serve", "--port", str(port), "--data", str(data)]
    with _server(command, port):
        for path in PATHS:
            asyncio.run(_once(port, path))  # what the first reader pays, nobody else does
        alone = asyncio.run(_alone(port))
        with _pushing(port, key) as refused:
            took, failed = asyncio.run(_read(port))
        p99 = statistics.quantiles(took, n=100)[98]
    yield Line(f"{len(took):,} pages for {READERS} readers beside {PUSHERS} pushers: failed | –",
               failed + len(refused), None, 0, "calls")  # fmt: skip
    yield Line("99% of pages under that load | 10 times their median alone", p99 * 1000, alone * 10_000, 1)


def _bochiso(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "bochiso.cli", *words], check=True, capture_output=True, text=True
    )
    return done.stdout


class _Reader:
    """One connection that asks for pages as a browser does: one after the other, compressed."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> int:
        """The status of one page, read to its end."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        size = next(int(row[15:]) for row in head.split("\r\n") if row.startswith("content-length:"))
        await reader.readexactly(size)
        return int(head[9:12])

    def close(self) -> None:
        if self._streams:
            self._streams[1].close()


async def _once(port: int, path: str) -> float:
    reader = _Reader(port)
    began = time.perf_counter()
    assert await reader.get(path) == 200
    took = time.perf_counter() - began
    reader.close()
    return took


async def _alone(port: int) -> float:
    """The median of pages where nobody else asks."""
    return statistics.median([await _once(port, path) for _ in range(20) for path in PATHS])


async def _read(port: int) -> tuple[list[float], int]:
    took: list[float] = []
    failed = 0
    until = time.monotonic() + SECONDS
    dice = random.Random(766)

    async def reads() -> None:
        nonlocal failed
        reader = _Reader(port)
        await asyncio.sleep(dice.uniform(0, THINK_SECONDS))
        while time.monotonic() < until:
            began = time.perf_counter()
            try:
                failed += await reader.get(dice.choice(PATHS)) != 200
            except (OSError, asyncio.IncompleteReadError):
                failed += 1
                reader = _Reader(port)
            took.append(time.perf_counter() - began)
            await asyncio.sleep(dice.expovariate(1 / THINK_SECONDS))
        reader.close()

    await asyncio.gather(*(reads() for _ in range(READERS)))
    return took, failed


@contextmanager
def _pushing(port: int, key: dict[str, str]) -> Iterator[list[object]]:
    """Pushers in a process of their own, so that they don't slow the readers' clock."""
    program = "import sys; from bench.pages import push; push(*sys.argv[1:])"
    words = [sys.executable, "-c", program, str(port), key["username"], key["password"]]
    refused: list[object] = []
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(2)
        try:
            yield refused
        finally:
            output, _ = process.communicate(timeout=SECONDS)
    refused += json.loads(output)


def push(port: str, username: str, password: str) -> None:
    """Push from PUSHERS clients for as long as readers read; prints what was refused."""
    from datetime import date

    from bochiso.simulate.dossier_stream import simulate_events
    from bochiso.simulate.sync_client import SyncClient

    most = round((SECONDS + 10) * PUSH_ITEMS / PUSH_EVERY)
    clients = [
        SyncClient(f"http://127.0.0.1:{port}/dong-bo", "H15", username, password) for _ in range(PUSHERS)
    ]
    for each in clients:
        each.login()  # one after the other: many at once look like guessing

    # Made before: what makes dossiers in truth is other machines, it would take from the server here.
    made = [
        list(islice(simulate_events("H15", 3000, n, date(2026, 1, 1), date(2026, 9, 30)), most))
        for n in range(PUSHERS)
    ]
    print("ready", flush=True)
    until = time.monotonic() + SECONDS + 4

    # Systems of twenty offices don't send at the same moment of each second.
    dice = random.Random(766)
    phases = [dice.uniform(0, PUSH_EVERY) for _ in range(PUSHERS)]

    def one(number: int) -> list[object]:
        refused: list[object] = []
        time.sleep(phases[number])
        with clients[number] as client:
            pushed = client.push(made[number], rate=PUSH_ITEMS / PUSH_EVERY, batch=PUSH_ITEMS)
            while time.monotonic() < until and (each := next(pushed, None)) is not None:
                refused += [each.code] if each.code != 0 else []
        return refused

    with ThreadPoolExecutor(PUSHERS) as pool:
        found = [each for part in pool.map(one, range(PUSHERS)) for each in part]
    print(json.dumps(found))
