"""Callers that open connections and never ask: they cost a line of the log and nobody's page for long."""

import logging
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from waiting import until

from bochiso.web.bounded_socket import BUSY, BoundedSocket, most_connections
from bochiso.web.server import listen


def called(listening: socket.socket) -> socket.socket:
    return socket.create_connection(listening.getsockname(), timeout=30)


def test_who_is_one_too_many_is_told_to_come_again_and_takes_no_place(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with (
        BoundedSocket(listen("127.0.0.1", 0), 2) as listening,
        caplog.at_level(logging.WARNING),
        ExitStack() as open_,
    ):
        taken = []
        for _ in range(2):
            open_.enter_context(called(listening))
            taken.append(open_.enter_context(listening.accept()[0]))
        for _ in range(3):
            with called(listening) as refused:
                with pytest.raises(BlockingIOError):
                    listening.accept()
                assert refused.recv(1000) == BUSY
        taken.pop().close()
        open_.enter_context(called(listening))
        assert listening.accept()[0].close() is None
        assert listening.open == 1
    assert [each.getMessage() for each in caplog.records] == [
        "connections: 2, no more can be (LimitNOFILE); new ones are let go"
    ]


FULL = """
import logging, os, resource, socket, sys
from bochiso.web.bounded_socket import BoundedSocket
from bochiso.web.server import listen
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
with BoundedSocket(listen("127.0.0.1", 0), 1000) as listening:
    callers = [socket.create_connection(listening.getsockname()) for _ in range(3)]
    files = []
    try:
        while True:
            files.append(os.open(os.devnull, os.O_RDONLY))
    except OSError:
        pass
    for caller in callers:
        try:
            listening.accept()
            print("taken")
        except BlockingIOError:
            print(caller.recv(12).decode())
    os.close(files.pop())
    again = socket.create_connection(listening.getsockname()) if files and not os.close(files.pop()) else None
    print(listening.accept()[0].fileno() > 0)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on processes")
def test_where_no_file_can_be_opened_callers_are_let_go_all_the_same() -> None:
    done = subprocess.run([sys.executable, "-c", FULL], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["HTTP/1.1 503"] * 3 + ["True"], done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on processes")
def test_as_many_files_are_opened_as_may_be_and_some_are_the_servers_own() -> None:
    asked = (
        "import resource; from bochiso.web.bounded_socket import most_connections; print(most_connections())"
    )
    limited = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, ({}, {})); "
    found = [
        subprocess.run(
            [sys.executable, "-c", limited.format(*limits) + asked],
            capture_output=True,
            text=True,
            check=True,
        )
        for limits in ((128, 128), (128, 256), (40, 40))
    ]
    assert [int(each.stdout) for each in found] == [64, 192, 10]
    assert most_connections() > 0


@pytest.mark.landing
@pytest.mark.skipif(sys.platform == "win32", reason="no limits on processes")
def test_a_hundred_half_open_connections_fill_no_log(tmp_path: Path) -> None:
    """With few files; those that never ask are let go, and the server answers again."""
    with listen("127.0.0.1", 0) as free:
        port, log = free.getsockname()[1], tmp_path / "log"
    command = (
        f"ulimit -n 128; exec {sys.executable} -m bochiso.cli serve --port {port} --data {tmp_path / 'data'}"
    )
    with log.open("wb") as said, subprocess.Popen(["sh", "-c", command], stdout=said, stderr=said) as server:

        def answers() -> bool:
            try:
                return httpx.get(f"http://127.0.0.1:{port}/health/live", timeout=30).status_code == 200
            except httpx.HTTPError:
                return False

        try:
            until(answers)
            with ExitStack() as callers:
                for _ in range(125):
                    caller = callers.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
                    caller.sendall(b"GET / HTTP/1.1\r\n")
                assert httpx.get(f"http://127.0.0.1:{port}/", timeout=30).status_code == 503
            until(answers)
        finally:
            server.terminate()
            server.wait()
    text = log.read_text("utf-8")
    assert "Traceback" not in text
    assert text.count("no more can be") == 1
