"""A server under the layer of files that fails, systems that push to it, readers of its public pages.

Everything that the server answers is noted: what it acknowledged, and what nobody may be answered.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any

import httpx
from faulty_files import FaultyFiles
from loopback_server import dossier
from waiting import PATIENCE, until

from bochiso.store.folder import DataFolder

PAGES = ("/", "/don-vi", "/don-vi?sap=ten", "/don-vi/H21.17", "/open", "/quy-tac", "/en/", "/health/live")
"""Pages that are kept ready, pages that are drawn at each call, and one for machines."""

ITEMS = 20
PAUSE = 0.05
PUSHERS, READERS = 3, 2


class Load:
    """A server that can be killed and begun again at the same port, and all that callers were told."""

    def __init__(self, folder: DataFolder, files: FaultyFiles, key: tuple[str, str]) -> None:
        self.folder, self.files, self.key = folder, files, key
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.down = self.stop = False
        self.acknowledged: dict[str, int] = {}
        self.refused: list[dict[str, Any]] = []
        self.read = 0
        self.wrong: list[str] = []
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Start the server, and wait until it answers."""
        log = (self.files.log.with_name("server.log")).open("ab")
        command = [sys.executable, "-m", "bochiso.cli", "serve", "--port", str(self.port),
                   "--data", str(self.folder.root)]  # fmt: skip
        self._process = subprocess.Popen(command, env=self.files.environment, stdout=log, stderr=log)
        log.close()
        until(self._answers)
        self.down = False

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, "the server ended by itself"
        with suppress(httpx.HTTPError):
            return httpx.get(f"{self.url}/health/live").status_code == 200
        return False

    def end(self) -> int:
        """Ask the server to end; its exit status."""
        assert self._process is not None
        assert self._process.poll() is None, "the server ended by itself"
        self.down = True
        self._process.terminate()
        return self._process.wait(PATIENCE)

    def kill(self) -> None:
        """End the server at once, if it runs."""
        self.down = True
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Everyone calls, for as long as this lasts."""
        callers = [Thread(target=self._push, args=(n,)) for n in range(PUSHERS)]
        callers += [Thread(target=self._reads, args=(n,)) for n in range(READERS)]
        for each in callers:
            each.start()
        try:
            yield
        finally:
            self.stop = True
            for each in callers:
                each.join()

    def until_more(self, *which: str, by: int = 1) -> None:
        """Wait until so many more were `acknowledged`, `refused` or `read`, each of those."""
        before = {each: self._many(each) + by for each in which}
        until(lambda: bool(self.wrong) or all(self._many(each) >= many for each, many in before.items()))

    def _many(self, which: str) -> int:
        return {"acknowledged": len(self.acknowledged), "refused": len(self.refused), "read": self.read}[
            which
        ]

    def _push(self, number: int) -> None:
        batch = 0
        while not self.stop:
            with suppress(httpx.TransportError), httpx.Client(base_url=self.url, timeout=PATIENCE) as client:
                login = dict(zip(("username", "password"), self.key, strict=True))
                session = self._told(client, "login", {}, login)
                while session is not None and not self.stop:
                    query = {"session": session["session"], "MaDinhDanhDV": "H15", "isUpdating": "True"}
                    items = [dossier((number * 10_000 + batch) * ITEMS + n) for n in range(ITEMS)]
                    done = self._told(client, "DongBoHoSoMC", query, items)
                    if done is not None and all(each["error_code"] == 0 for each in done["result"]):
                        self.acknowledged |= {each["MaHoSo"]: int(each["TrangThaiHoSo"]) for each in items}
                        batch += 1
                    elif done is None and self.refused[-1]["error_code"] == 401:
                        break
                    time.sleep(PAUSE)
            time.sleep(PAUSE)

    def _told(self, client: httpx.Client, path: str, query: dict[str, str], body: object) -> Any:
        """What a call came to; None where it was refused, which has to say what to do."""
        try:
            response = client.post(f"/dong-bo/{path}", params=query, json=body)
        except httpx.TransportError as error:
            if not self.down:
                self.wrong.append(f"{path}: {error!r}")
            raise
        said = response.json()
        if response.status_code != 200 or said["error_code"] not in (0, 401, 429, 503):
            self.wrong.append(f"{path}: {response.status_code} {said}")
        if said["error_code"] == 0:
            return said
        if "lại" not in said["message"]:
            self.wrong.append(f"{path}: {said} tells nobody to try again")
        self.refused.append(said)
        return None

    def _reads(self, number: int) -> None:
        at = number
        while not self.stop:
            with suppress(httpx.TransportError), httpx.Client(base_url=self.url, timeout=PATIENCE) as client:
                while not self.stop:
                    page = PAGES[at % len(PAGES)]
                    try:
                        response = client.get(page)
                    except httpx.TransportError as error:
                        if not self.down:
                            self.wrong.append(f"{page}: {error!r}")
                        raise
                    if response.status_code != 200:
                        self.wrong.append(f"{page}: {response.status_code} {response.text[:2000]}")
                    at, self.read = at + 1, self.read + 1
                    time.sleep(PAUSE)
            time.sleep(PAUSE)
