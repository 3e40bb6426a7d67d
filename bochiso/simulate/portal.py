"""A stand-in for the national portal: a real HTTP server on loopback that answers its eight services.

    with StandIn(simulate_portal("H15", 1, date(2026, 10, 6))) as portal:
        fetch_from(portal.url)

`python -m bochiso.simulate.portal --port 8799 --province H15 --seed 1` runs one until Ctrl+C.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any, Self

from bochiso.errors import BochisoError
from bochiso.periods import Period, parse_day
from bochiso.simulate.fault_injection import (
    REJECTED,
    FaultKind,
    FaultPlan,
    InjectedFault,
    rename_one,
    spoil,
    tear,
)
from bochiso.simulate.portal_bodies import answer, encode, envelope, formalities
from bochiso.simulate.portal_figures import PortalFigures, simulate_portal
from bochiso.simulate.query import FORMALITIES, GROUPS, PATHS, RESULTS, BadQuery, department_id, parse_query
from bochiso.text import VIETNAM, Lang, now, say

_IDLE = 10  # seconds after which a connection that says nothing is closed
_JSON = "application/json; charset=utf-8"


@dataclass(frozen=True)
class ReceivedRequest:
    """A request that came in; `time` in UTC, `body` as JSON, None where it was none."""

    time: datetime
    path: str
    body: Any
    user_agent: str


@dataclass(frozen=True)
class _Reply:
    """What goes out, after `wait` seconds."""

    status: int
    body: bytes
    kind: str = _JSON
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0


class StandIn:
    """The server, from `with` to its end. `requests` are those that came in, in order."""

    def __init__(
        self, figures: PortalFigures, *, faults: Iterable[InjectedFault] = (), port: int = 0
    ) -> None:
        self.requests: list[ReceivedRequest] = []
        self._figures = figures
        self._plan = FaultPlan(faults)
        self._made: dict[tuple[date, Period], PortalFigures] = {}
        self._lock = Lock()
        self._server = _Server(("127.0.0.1", port), self)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Where it listens: http://127.0.0.1:…, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def figures(self) -> PortalFigures:
        """What it publishes today for the year."""
        return self._figures

    @property
    def day(self) -> date:
        """Its today; set it to another day and the figures are that day's."""
        return self._figures.day

    @day.setter
    def day(self, day: date) -> None:
        with self._lock:
            self._figures = self._figures.on(day)

    def fail(self, fault: InjectedFault) -> None:
        """Misbehave from now on."""
        with self._lock:
            self._plan.add(fault)

    def _respond(self, path: str, raw: bytes, user_agent: str) -> _Reply | None:
        """The reply to a POST; None where the connection is to be dropped."""
        body = _decoded(raw)
        with self._lock:
            self.requests.append(ReceivedRequest(datetime.now(UTC), path, body, user_agent))
            service = PATHS.get(path)
            faults = self._plan.due(service) if service is not None else []
            figures = self._figures
        wait = sum(fault.seconds for fault in faults if fault.kind is FaultKind.SLOW)
        for fault in faults:
            if fault.kind is FaultKind.DROPPED:
                return None
            if (refusal := _refusal(fault, wait)) is not None:
                return refusal
        if service is None:
            return _Reply(404, encode(envelope(None, "NOT_FOUND", f"Cannot POST {path}")))
        kinds = {fault.kind for fault in faults}
        try:
            made = self._answer(figures, service, body, kinds)
        except BadQuery as error:
            return _Reply(400, encode(envelope(None, "BAD_REQUEST", str(error))), wait=wait)
        data = encode(made)
        if FaultKind.TRUNCATED in kinds:
            data = data[: len(data) * 2 // 3]
        return _Reply(200 if service == FORMALITIES else 201, data, wait=wait)

    def _answer(
        self, figures: PortalFigures, service: str, body: Any, kinds: set[FaultKind]
    ) -> dict[str, Any]:
        if service == FORMALITIES:
            return formalities(figures, body)
        query = parse_query(service, body)
        if FaultKind.OTHER_PROVINCE in kinds:
            other = next(each.unit.code for each in figures.provinces if each.unit.code != figures.root)
            query = replace(query, root=department_id(other))
        if FaultKind.OTHER_SERVICE in kinds:
            service = next(each for each in GROUPS if each != service)
        figures = self._over(figures, query.period)
        if FaultKind.RENAMED_UNIT in kinds:
            figures = rename_one(figures)
        if FaultKind.TORN in kinds and service == RESULTS:
            before = self._over(figures.on(figures.day - timedelta(days=1)), query.period)
            figures = tear(figures, before)
        made = answer(figures, service, query)
        spoil(made, kinds)
        return made

    def _over(self, figures: PortalFigures, period: Period) -> PortalFigures:
        """The figures of a period, made once a day."""
        key = figures.day, period
        with self._lock:
            if key not in self._made:
                self._made[key] = figures.over(period)
            return self._made[key]


def _decoded(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return None


def _refusal(fault: InjectedFault, wait: float) -> _Reply | None:
    """The reply of a fault that leaves no answer."""
    match fault.kind:
        case FaultKind.ERROR:
            body = encode(envelope(None, "INTERNAL_SERVER_ERROR", "Internal server error"))
            return _Reply(fault.status, body, wait=wait)
        case FaultKind.FORBIDDEN:
            return _Reply(403, encode(envelope(None, "FORBIDDEN", "Forbidden")), wait=wait)
        case FaultKind.TOO_MANY:
            after = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
            body = encode(envelope(None, "TOO_MANY_REQUESTS", "Too many requests"))
            return _Reply(429, body, headers=after, wait=wait)
        case FaultKind.HTML:
            return _Reply(200, REJECTED, "text/html; charset=utf-8", wait=wait)
    return None


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # the end waits for answers on their way
    request_queue_size = 16

    def __init__(self, address: tuple[str, int], portal: StandIn) -> None:
        self.portal = portal
        self.closing = Event()
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no error; anything else is told."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = _IDLE

    def do_POST(self) -> None:
        """Answer one request of a service."""
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        reply = self.server.portal._respond(self.path, raw, self.headers.get("User-Agent", ""))
        if reply is None or (reply.wait and self.server.closing.wait(reply.wait)):
            return
        self.send_response(reply.status)
        for name, value in {"Content-Type": reply.kind, **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: what came in is in StandIn.requests."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a stand-in until Ctrl+C; 2 where there is no such province or day, or the port is taken."""
    parser = argparse.ArgumentParser(
        prog="python -m bochiso.simulate.portal",
        description="Cổng Dịch vụ công quốc gia mô phỏng, chỉ nghe trên máy này.",
    )
    parser.add_argument("--port", type=int, default=8799, help="cổng mạng (mặc định 8799)")
    parser.add_argument("--province", default="H15", help="mã tỉnh, thành phố (mặc định H15)")
    parser.add_argument("--seed", type=int, default=1, help="số khởi tạo: cùng số thì cùng số liệu")
    parser.add_argument("--day", help="ngày của số liệu (mặc định hôm nay)")
    given = parser.parse_args(arguments)
    try:
        day = parse_day(given.day) if given.day else now().astimezone(VIETNAM).date()
        figures = simulate_portal(given.province, given.seed, day)
        portal = StandIn(figures, port=given.port)
    except BochisoError as error:
        print(error.render(Lang.VI), file=sys.stderr)
        return 2
    except OSError:
        taken = say("không mở được cổng mạng {port:d}.", "port {port:d} can't be opened.", port=given.port)
        print(taken.render(Lang.VI), file=sys.stderr)
        return 2
    ready = say(
        "Cổng mô phỏng của {name} ({code}), số liệu ngày {day}, đang chạy tại {url}. Nhấn Ctrl+C để dừng.",
        "The simulated portal of {name} ({code}), figures of {day}, runs at {url}. Press Ctrl+C to stop.",
        name=figures.province.unit.name,
        code=given.province,
        day=figures.day,
        url=portal.url,
    )
    with portal, suppress(KeyboardInterrupt):
        print(ready.render(Lang.VI), flush=True)
        Event().wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
