"""A webhook on loopback that answers as it is told."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import sleep
from typing import Any, Literal


@dataclass
class Hook:
    """What a webhook got, and how it answers.

    die: it reads a call and cuts the connection. dribble: it sends heads without end, or a body.
    """

    url: str = ""
    calls: list[tuple[str, dict[str, Any], dict[str, str]]] = field(default_factory=list)
    status: int = 200
    die: bool = False
    dribble: Literal["", "head", "body"] = ""


class _Answer(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        hook: Hook = self.server.hook  # type: ignore[attr-defined]
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        hook.calls.append((self.path, body, {k.lower(): v for k, v in self.headers.items()}))
        if hook.die:
            self.connection.close()
            return
        self.send_response(hook.status)
        if hook.dribble:
            self._dribble(hook.dribble)
            return
        if 300 <= hook.status < 400:
            self.send_header("Location", f"{hook.url}/nơi-khác".replace("ơ", "o"))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _dribble(self, part: str) -> None:
        if part == "body":
            self.send_header("Content-Length", "1000000")
            self.end_headers()
        self.flush_headers()
        try:
            while True:
                self.wfile.write(b"X-Wait: 1\r\n")
                sleep(0.01)
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed."""


@contextmanager
def hook_server(hook: Hook | None = None) -> Iterator[Hook]:
    """A webhook that runs."""
    hook = hook or Hook()
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answer) as server:
        server.daemon_threads = True
        server.hook = hook  # type: ignore[attr-defined]
        hook.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield hook
        finally:
            server.shutdown()
            thread.join()
