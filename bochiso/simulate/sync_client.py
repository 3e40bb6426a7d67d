"""A provincial system's side of the sync protocol: it logs in and pushes dossiers and steps in batches.

    with SyncClient("http://127.0.0.1:8766/dong-bo", "H15", "h15", "secret") as client:
        client.login()
        for pushed in client.push(simulate_events("H15", 1000, 1, first, last), rate=500):
            print(pushed.code, len(pushed.items))

Written from the protocol alone, so that it stands for any system that speaks it.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from types import TracebackType
from typing import Any, NamedTuple, Self

import httpx
import msgspec

from bochiso.errors import SourceError, Where
from bochiso.simulate.dossier_stream import Event, PushKind
from bochiso.text import say

_SERVICES = {
    PushKind.INSERT: "DongBoHoSoMC",
    PushKind.UPDATE: "DongBoHoSoMC",
    PushKind.STEP: "CapNhatTienDoHoSoMC",
}
_UPDATING = {PushKind.INSERT: "False", PushKind.UPDATE: "True"}
_JSON = {"Content-Type": "application/json; charset=utf-8"}


class EnvelopeForm(StrEnum):
    """The two envelopes: DIRECT posts the bare list to a path per service, what describes it in the
    query and the session as a bearer token; GATEWAY posts all of it as one object to one path."""

    DIRECT = "direct"
    GATEWAY = "gateway"


class Pushed(NamedTuple):
    """One batch and its answer.

    code: the protocol's error_code as a number, 0 accepted; None where no readable answer came.
    result: what the answer says besides. seconds: from sending to the answer.
    """

    kind: PushKind
    items: list[dict[str, Any]]
    code: int | None
    result: Any
    seconds: float


LOGIN_PATH, GATEWAY_PATH = "login", "gateway"
"""The calls below the base address that are not a service's own."""

TIMEOUT_SECONDS = 60


class SyncClient:
    """A client for one sender `unit` (MaDinhDanhDV, madonvi). Paths are below `base_url`."""

    def __init__(
        self,
        base_url: str,
        unit: str,
        username: str,
        password: str,
        form: EnvelopeForm = EnvelopeForm.DIRECT,
    ) -> None:
        self._base = base_url.rstrip("/")
        self._unit, self._form = unit, form
        self._login = {"username": username, "password": password}
        self._http = httpx.Client(timeout=TIMEOUT_SECONDS)
        self._session = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    @property
    def address(self) -> str:
        """Where it sends to."""
        return self._base

    def login(self) -> str:
        """Open a session and return it. Raises SourceError where the server refuses or can't be reached."""
        url = f"{self._base}/{LOGIN_PATH}"
        try:
            answer = _read(self._http.post(url, content=msgspec.json.encode(self._login), headers=_JSON))
        except httpx.HTTPError as error:
            reason: Any = error
        else:
            if _code(answer) == 0 and isinstance(answer.get("session"), str):
                self._session = answer["session"]
                return self._session
            reason = answer.get("message") or answer.get("error_code")
        raise SourceError(
            say("không đăng nhập được: {reason}.", "can't log in: {reason}.", reason=str(reason)),
            where=Where(url),
            do=say(
                "Kiểm tra địa chỉ, tài khoản và mật khẩu.", "Check the address, the account and the password."
            ),
        )

    def send(self, kind: PushKind, items: list[dict[str, Any]]) -> Pushed:
        """One call with these items; a lost connection gives no code instead of an error."""
        began = time.monotonic()
        try:
            answer = _read(self._post(kind, items))
        except httpx.HTTPError as error:
            return Pushed(kind, items, None, str(error), time.monotonic() - began)
        result = answer.get("result", answer.get("message"))
        return Pushed(kind, items, _code(answer), result, time.monotonic() - began)

    def push(
        self,
        events: Iterable[Event],
        *,
        rate: float | None = None,
        batch: int = 200,
        rest: Callable[[float], None] = time.sleep,
    ) -> Iterator[Pushed]:
        """Send events in batches, at most `rate` items a second (None: as fast as answers come)."""
        began, sent = time.monotonic(), 0
        for kind, items in batches(events, batch):
            if rate is not None:
                rest(max(0.0, began + sent / rate - time.monotonic()))
            yield self.send(kind, items)
            sent += len(items)

    def _post(self, kind: PushKind, items: list[dict[str, Any]]) -> httpx.Response:
        service = _SERVICES[kind]
        updating = {"isUpdating": _UPDATING[kind]} if kind in _UPDATING else {}
        if self._form is EnvelopeForm.GATEWAY:
            sender = {"session": self._session, "madonvi": self._unit, "service": service}
            body = msgspec.json.encode(sender | updating | {"data": items})
            return self._http.post(f"{self._base}/{GATEWAY_PATH}", content=body, headers=_JSON)
        return self._http.post(
            f"{self._base}/{service}",
            params={"MaDinhDanhDV": self._unit} | updating,
            content=msgspec.json.encode(items),
            headers=_JSON | {"Authorization": f"Bearer {self._session}"},
        )


def batches(events: Iterable[Event], size: int) -> Iterator[tuple[PushKind, list[dict[str, Any]]]]:
    """Events as calls of up to `size` items of one kind.

    A dossier's insert never comes after its updates, nor they after their steps.
    """
    waiting: dict[PushKind, list[dict[str, Any]]] = {kind: [] for kind in PushKind}
    for event in events:
        waiting[event.kind].append(event.item)
        if len(waiting[event.kind]) == size:
            for kind in PushKind:
                if waiting[kind]:
                    yield kind, waiting[kind]
                    waiting[kind] = []
                if kind is event.kind:
                    break
    for kind in PushKind:
        if waiting[kind]:
            yield kind, waiting[kind]


def _read(response: httpx.Response) -> dict[str, Any]:
    """The answer's object; an empty one where it is none."""
    try:
        answer = msgspec.json.decode(response.content)
    except msgspec.DecodeError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _code(answer: dict[str, Any]) -> int | None:
    """error_code as a number: systems write 0, "0" and "00"."""
    try:
        return int(answer["error_code"])
    except (KeyError, TypeError, ValueError):
        return None
