"""The promises of pushing: 8 clients send batches of 200 over HTTP, each answered once it is on disk."""

import http.client
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Thread
from typing import Any

from bench.timing import Line

CLIENTS, ITEMS, BATCHES, WARM = 8, 200, 200, 3
PEER_BATCHES = 20
BESIDE = "beside a program that computes all the while"
WHAT = f"a thousand dossiers pushed by {CLIENTS} clients in batches of {ITEMS}, durable"


@dataclass(frozen=True)
class Pushed:
    """Seconds of the whole push, and of each answer."""

    seconds: float
    answers: list[float]

    @property
    def thousand(self) -> float:
        """Milliseconds that a thousand dossiers took."""
        return self.seconds * 1e6 / (len(self.answers) * ITEMS)

    @property
    def p99(self) -> float:
        """Milliseconds within which 99% were answered."""
        return statistics.quantiles(self.answers, n=100)[98] * 1000


def lines() -> Iterator[Line]:
    """Every promise, measured."""
    with tempfile.TemporaryDirectory(prefix="bochiso-push-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        bodies = messages()
        flush = fsync_seconds(folder)
        ours, lag = _pushed(folder / "quiet", bodies)
        with _busy_loop():
            beside, lag_beside = _pushed(folder / "beside", bodies)
        missing = _missing()
        peer, peer_beside = (None, None) if missing else _pushed_to_peer(folder, bodies)
        whom = f"PostgreSQL: skipped, {missing}" if missing else "pydantic, PostgreSQL"
        fifth = float("inf") if missing else 1 / 5
        yield Line(f"{WHAT} | {whom}", ours.thousand, peer.thousand if peer else None, fifth)
        for what, pushed in (("99% of pushes answered within", ours), (f"the same {BESIDE}", beside)):
            limit = flush * 10_000 + 50
            yield Line(f"{what} | 10 fsync ({flush * 1000:.2f} ms) + 50 ms", pushed.p99, limit, 1)
        yield Line(f"the same {BESIDE} | {whom}", beside.p99, peer_beside.p99 if peer_beside else None, fifth)
        yield Line("the worst message of 20 MB read and refused | –", worst(), None, 1000)
        yield Line("facts behind the journal while pushed to, at most | –", lag * 1000, None, 1000)
        yield Line(f"the same {BESIDE} | –", lag_beside * 1000, None, 1000)


def _pushed(folder: Path, bodies: list[list[bytes]]) -> tuple[Pushed, float]:
    """What became of the messages in a folder of their own, and for how long facts were behind at most."""
    folder.mkdir()
    with _ours(folder) as (port, headers):
        pushed = push(port, "/dong-bo/DongBoHoSoMC?MaDinhDanhDV=H15", headers, bodies)
    return pushed, float((folder / "lag").read_text())


def _pushed_to_peer(folder: Path, bodies: list[list[bytes]]) -> tuple[Pushed, Pushed]:
    """What became of the first messages at the peer, quiet and beside another program."""
    some = [each[: WARM + PEER_BATCHES] for each in bodies]
    with _peer(folder) as port:
        quiet = push(port, "/DongBoHoSoMC", {}, some)
        with _busy_loop():
            return quiet, push(port, "/DongBoHoSoMC", {}, some)


@contextmanager
def _busy_loop() -> Iterator[None]:
    """Another program that computes all the while."""
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as other:
        try:
            yield
        finally:
            other.kill()


def worst() -> float:
    """Milliseconds for a message that is made to take long: empty lists in place of a dossier."""
    from bochiso.intake.messages.sync_messages import decode_items, open_message

    body = b'[{"MaHoSo":"H15.1-261008-0001"},{"x":[' + b"[]," * 6_600_000 + b"[]]},5]"
    began = time.thread_time()
    assert len(decode_items(open_message(body).data, 100_000)) == 2
    return (time.thread_time() - began) * 1000


def messages() -> list[list[bytes]]:
    """The messages of every client."""
    from bochiso.simulate.dossier_stream import simulate_dossiers

    many = simulate_dossiers(
        "H15", CLIENTS * (BATCHES + WARM) * ITEMS, 1, date(2026, 1, 1), date(2026, 9, 30)
    )
    batches = [[next(many) for _ in range(ITEMS)] for _ in range(CLIENTS * (BATCHES + WARM))]
    bodies = [json.dumps(batch, ensure_ascii=False).encode() for batch in batches]
    return [bodies[client::CLIENTS] for client in range(CLIENTS)]


def push(port: int, path: str, headers: Mapping[str, str], bodies: list[list[bytes]]) -> Pushed:
    """Push them: every client its own messages, one after the other."""
    for timed in (False, True):
        answers: list[float] = []
        mine = [each[WARM:] if timed else each[:WARM] for each in bodies]
        clients = [Thread(target=_client, args=(port, path, headers, each, answers)) for each in mine]
        began = time.perf_counter()
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        seconds = time.perf_counter() - began
        assert len(answers) == sum(map(len, mine)), "a client was refused"
    return Pushed(seconds, answers)


def _client(
    port: int, path: str, headers: Mapping[str, str], bodies: list[bytes], answers: list[float]
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for body in bodies:
        began = time.perf_counter()
        connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
        response = connection.getresponse()
        answer = response.read()
        answers.append(time.perf_counter() - began)
        # Counting takes next to nothing from the two cores, which decoding would.
        assert (response.status, answer.count(b'"error_code":0')) == (200, ITEMS + 1)
    connection.close()


def fsync_seconds(folder: Path) -> float:
    """The time of one fsync of a block as the journal writes it; the median of 100."""
    block, took = os.urandom(40_000), []
    with (folder / "fsync").open("ab", buffering=0) as file:
        for _ in range(100):
            file.write(block)
            began = time.perf_counter()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - began)
    return statistics.median(took)


@contextmanager
def _ours(folder: Path) -> Iterator[tuple[int, dict[str, str]]]:
    bochiso = [sys.executable, "-m", "bochiso.cli"]
    data = ["--data", str(folder / "data")]
    made = subprocess.run(
        [*bochiso, "account", "key", "add", "h15", "--unit", "H15", *data],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    key = dict(line.split(": ", 1) for line in made.stdout.splitlines())
    port = _free_port()
    server = [sys.executable, "-m", "bench.push_server", str(folder / "data"), str(port), str(folder / "lag")]
    with _server(server, port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("POST", "/dong-bo/login", json.dumps(key))
        session = json.loads(connection.getresponse().read())["session"]
        yield port, {"Authorization": f"Bearer {session}"}


def _missing() -> str | None:
    """Why the peer can't run; None where it can."""
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return "psycopg isn't installed"
    return None if _program("initdb") else "initdb isn't here"


def _program(name: str) -> str | None:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name)


@contextmanager
def _peer(folder: Path) -> Iterator[int]:
    import psycopg

    from bench.push_peer import TABLE

    home = folder / "postgres"
    home.mkdir()
    # PostgreSQL doesn't run as root.
    become = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if become:
        shutil.chown(home, "postgres")
    database, port = _free_port(), _free_port()
    at: dict[str, Any] = {"cwd": home, "stdout": subprocess.DEVNULL}
    initdb, postgres = _program("initdb"), _program("postgres")
    subprocess.run(
        [*become, str(initdb), "-D", str(home / "db"), "-U", "bench", "-A", "trust"], check=True, **at
    )
    command = [str(postgres), "-D", str(home / "db"), "-p", str(database), "-k", str(home)]
    options = [
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        "synchronous_commit=on",
        "-c",
        "log_min_messages=fatal",
    ]
    address = f"host=127.0.0.1 port={database} user=bench dbname=postgres"
    with _server([*become, *command, *options], database, cwd=home, errors=subprocess.DEVNULL):
        for _ in range(100):
            try:
                with psycopg.connect(address) as connection:
                    connection.execute(TABLE)
                break
            except psycopg.OperationalError:  # it listens a moment before it is ready
                time.sleep(0.1)
        peer = [
            sys.executable,
            "-m",
            "uvicorn",
            "--factory",
            "bench.push_peer:create_app",
            "--port",
            str(port),
        ]
        with _server(
            [*peer, "--no-access-log", "--log-level", "error"], port, env=os.environ | {"PEER": address}
        ):
            yield port


@contextmanager
def _server(
    command: list[str],
    port: int,
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    errors: int | None = None,
) -> Iterator["subprocess.Popen[bytes]"]:
    """A server from when it listens; what it says of errors is seen unless `errors` says where it goes."""
    server = subprocess.Popen(command, env=env, cwd=cwd, stderr=errors)
    try:
        until = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert server.poll() is None, f"{command[0]} ended"
                assert time.monotonic() < until, f"{command[0]} doesn't listen"
                time.sleep(0.05)
        yield server
    finally:
        server.terminate()
        server.wait(60)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port
