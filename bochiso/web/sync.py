"""The calls of the sync protocol: login, DongBoHoSoMC, CapNhatTienDoHoSoMC, both envelopes.

Everything that takes long (unpacking, decoding, the ledger) runs in worker threads; the answer is
sent once the journal has the message on disk.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
import pyarrow as pa
from fastapi import APIRouter, Request

from bochiso.errors import BochisoError, SourceError
from bochiso.intake.dossier_messages import (
    DOSSIERS_SERVICE,
    STEPS_SERVICE,
    Message,
    is_updating,
    open_message,
    read_message,
)
from bochiso.intake.dossier_words import oddities
from bochiso.intake.dossiers import Received, sender_code
from bochiso.store.dossiers import REFUSALS, Receiver, batches_of
from bochiso.store.journal import Position
from bochiso.store.ledger import ClientKey, Ledger
from bochiso.text import Lang, say
from bochiso.units.codes import normalise_code
from bochiso.web.answers import Answer, CallError, Code, answer, not_kept
from bochiso.web.bodies import Bodies, Limits, unpack
from bochiso.web.live import Live, Origin
from bochiso.web.sessions import Session, Sessions, Tries

PREFIX = "/dong-bo"
"""What a sender puts before the protocol's own paths."""

OTHER_UNIT = "other-unit"
"""Why an item is refused whose number belongs to a unit that its sender may not send for."""

LOGIN_BYTES = 10_000
LOGINS_WAITING = 32

T = TypeVar("T")


@dataclass(frozen=True)
class Call:
    """What a call says besides its body: in the address and the headers."""

    token: str | None
    sender: str | None
    service: str | None
    updating: bool | None
    encoding: str


@dataclass(frozen=True)
class Taken:
    """A message that was decoded and given to the journal."""

    written: "Future[Position]"
    answer: Answer


class Login(msgspec.Struct):
    """The body of the login call."""

    username: str
    password: str


class Sync:
    """The protocol's side of the server."""

    def __init__(self, receiver: Receiver, ledger: Ledger, live: Live, limits: Limits) -> None:
        self.receiver, self.ledger, self.live = receiver, ledger, live
        self.limits, self.bodies = limits, Bodies(limits)
        self.sessions, self.tries = Sessions(), Tries()
        self._workers = ThreadPoolExecutor(4, "decode")
        self._hashers = ThreadPoolExecutor(1, "login")  # a hash takes 64 MB and a while
        self._logins = 0

    def close(self) -> None:
        """Let what is under way end."""
        self._hashers.shutdown()
        self._workers.shutdown()

    async def login(self, request: Request) -> Answer:
        """Open a session: {"username", "password"} → {"session", "error_code": 0}."""
        body = await self.bodies.read(request, LOGIN_BYTES)
        try:
            given = msgspec.json.decode(body, type=Login)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise _no_login() from None
        address = request.client.host if request.client else ""
        if wait := self.tries.begin(given.username, address):
            raise _locked(wait)
        key = await self._check(given)
        if key is None:
            raise _wrong_key()
        self.tries.succeeded(given.username, address)
        return answer(session=self.sessions.begin(key.name, key.unit))

    async def _check(self, given: Login) -> ClientKey | None:
        if self._logins >= LOGINS_WAITING:
            raise _locked(1)
        self._logins += 1
        try:
            return await _run(self._hashers, lambda: self.ledger.check_key(given.username, given.password))
        finally:
            self._logins -= 1

    async def logout(self, request: Request) -> Answer:
        """Close a session."""
        token = call_of(request, None).token
        if token is None:
            body = await self.bodies.read(request, LOGIN_BYTES)
            with suppress(SourceError):
                token = open_message(body).session
        self._session(token)
        self.sessions.end(token or "")
        return answer()

    async def receive(self, request: Request, service: str | None) -> Answer:
        """Take a message in; the answer says item by item what came of it."""
        call = call_of(request, service)
        if call.token is not None:
            self._session(call.token)  # before a body is read for nothing
        body = await self.bodies.read(request)
        taken = await _run(self._workers, lambda: self._take(call, body))
        try:
            await asyncio.wrap_future(taken.written)
        except BochisoError as error:
            raise not_kept(error) from None
        return taken.answer

    def _session(self, token: str | None) -> Session:
        session = self.sessions.find(token) if token else None
        if session is None:
            raise CallError(
                Code.NO_SESSION,
                say("phiên làm việc không có hoặc đã hết hạn.", "there is no such session, or it has ended."),
                say("Đăng nhập lại rồi gửi lại.", "Log in again, then send it again."),
            )
        return session

    def _take(self, call: Call, body: bytes) -> Taken:
        try:
            message = open_message(unpack(body, call.encoding, self.limits.body_bytes))
            session = self._session(call.token or message.session)
            sender = self._sender(session, call.sender or message.sender)
            received = _read(call, message, sender)
        except SourceError as error:
            raise CallError(Code.UNREADABLE, error.what, error.do) from None
        numbers = _numbers(received)
        other = [at for at, number in enumerate(numbers) if not may_send(session.unit, number)]
        kept = _without(received, other)
        batches = [*batches_of(kept, sender=sender), ("refusals", _other_refusals(sender, numbers, other))]
        origins = frozenset((_front(number), sender) for number in _numbers(kept))
        answered = _answer(received, numbers, dict.fromkeys(other, session.unit))
        try:
            written = self.receiver.submit(batches)
        except RuntimeError:  # the journal is closed: the server is stopping
            raise not_kept(SourceError(say("máy chủ đang dừng.", "the server is stopping."))) from None
        written.add_done_callback(lambda done: self._written(done, origins))
        return Taken(written, answered)

    def _written(self, done: "Future[Position]", origins: frozenset[Origin]) -> None:
        if done.exception() is None:
            self.live.sent(done.result(), origins)

    def _sender(self, session: Session, said: str | None) -> str:
        """The sending unit's code: what the message says, where the session's key may send for it."""
        key = self.ledger.key(session.key)
        if key is None:
            raise CallError(
                Code.NO_SESSION,
                say("khóa này đã bị thu hồi.", "this key was revoked."),
                say("Liên hệ người quản trị máy chủ.", "Ask who runs the server."),
            )
        if not (said or "").strip():
            return key.unit
        code = sender_code(said)
        if code is None or not _within(key.unit, code):
            raise CallError(
                Code.OTHER_UNIT,
                say(
                    "khóa này chỉ gửi được hồ sơ của đơn vị {unit} và các đơn vị trực thuộc.",
                    "this key sends dossiers of {unit} and the units below it only.",
                    unit=key.unit,
                ),
                say("Kiểm tra mã định danh đơn vị.", "Check the unit's code."),
            )
        return code


def routes(sync: Sync) -> APIRouter:
    """The protocol's paths."""
    router = APIRouter(prefix=PREFIX)

    @router.post("/login")
    async def login(request: Request) -> Answer:
        return await sync.login(request)

    @router.post("/logout")
    async def logout(request: Request) -> Answer:
        return await sync.logout(request)

    @router.post(f"/{DOSSIERS_SERVICE}")
    async def dossiers(request: Request) -> Answer:
        return await sync.receive(request, DOSSIERS_SERVICE)

    @router.post(f"/{STEPS_SERVICE}")
    async def steps(request: Request) -> Answer:
        return await sync.receive(request, STEPS_SERVICE)

    @router.post("/gateway")
    async def gateway(request: Request) -> Answer:
        return await sync.receive(request, None)

    return router


def call_of(request: Request, service: str | None) -> Call:
    """What the address and the headers of a call say."""
    query = request.query_params
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    token = bearer.strip() if scheme.lower() == "bearer" else query.get("session")
    return Call(
        token=token or None,
        sender=query.get("MaDinhDanhDV") or query.get("madonvi"),
        service=service,
        updating=is_updating(query.get("isUpdating")),
        encoding=request.headers.get("content-encoding", ""),
    )


def may_send(unit: str, dossier: str) -> bool:
    """Whether a unit's system may send a dossier of that number.

    Not another unit's of the same kind; a number that a ministry's own system gave is the sender's.

    >>> [may_send("H15", each) for each in ("H15.50.05-261008-0975", "H21-261008-0001", "G01-261008-0001")]
    [True, False, True]
    """
    front = normalise_code(_front(dossier))
    return _within(unit, front) or front[:1] != unit[:1]


def _within(unit: str, code: str) -> bool:
    return f"{code}.".startswith(f"{unit}.")


def _front(dossier: str) -> str:
    return dossier.partition("-")[0]


def _read(call: Call, message: Message, sender: str) -> Received:
    service = call.service or message.service
    if service not in (DOSSIERS_SERVICE, STEPS_SERVICE):
        raise CallError(
            Code.NO_SUCH_CALL,
            say("không có dịch vụ này.", "there is no such service."),
            say("Dùng DongBoHoSoMC hoặc CapNhatTienDoHoSoMC.", "Use DongBoHoSoMC or CapNhatTienDoHoSoMC."),
        )
    return read_message(message, sender=sender, updating=call.updating, steps=service == STEPS_SERVICE)


def _numbers(received: Received) -> list[str]:
    """The numbers of what was taken: of dossiers or of steps, since one call has one kind."""
    batch = received.dossiers if received.dossiers.num_rows else received.steps
    numbers: list[str] = batch.column("dossier").to_pylist()
    return numbers


def _without(received: Received, other: list[int]) -> Received:
    if not other:
        return received
    away = set(other)
    keep = pa.array([at not in away for at in range(received.taken)], pa.bool_())
    if received.dossiers.num_rows:
        dossiers, places = received.dossiers.filter(keep), received.places.filter(keep)
        return Received(received.items, dossiers, received.steps, received.refused, places)
    steps = received.steps.filter(keep)
    return Received(received.items, received.dossiers, steps, received.refused, received.places)


def _other_refusals(sender: str, numbers: list[str], other: list[int]) -> pa.RecordBatch:
    """For the clerk: which dossiers of other units were sent. Their place in the message isn't kept."""
    rows = [{"sender": sender, "dossier": numbers[at], "why": OTHER_UNIT} for at in other]
    return pa.RecordBatch.from_pylist(rows, schema=REFUSALS)


def _answer(received: Received, numbers: list[str], other: dict[int, str]) -> Answer:
    """The answer: an entry for every item in its order, accepted (0) or refused with the reason."""
    refused = {each.item: each for each in received.refused}
    remarks = {item: oddities(bits) for item, _, bits in received.remarks()}
    entries: list[dict[str, Any]] = []
    at = 0
    for item in range(1, received.items + 1):
        if (why := refused.get(item)) is not None:
            entries.append(_entry(why.dossier, Code.REFUSED_ITEM, why.reason.render(Lang.VI)))
            continue
        if at in other:
            text = say("mã hồ sơ thuộc đơn vị ngoài {unit}.", "a unit outside {unit}.", unit=other[at])
            entries.append(_entry(numbers[at], Code.OTHER_UNIT, text.render(Lang.VI)))
        else:
            notes = " ".join(note.render(Lang.VI) for note in remarks.get(item, ()))
            entries.append(_entry(numbers[at], Code.DONE, notes))
        at += 1
    if not (failed := len(refused) + len(other)):
        return answer(result=entries)
    text = say(
        "Nhận {taken} mục, từ chối {refused} mục.",
        "{taken} items taken, {refused} refused.",
        taken=received.items - failed,
        refused=failed,
    )
    return answer(message=text.render(Lang.VI), result=entries)


def _entry(dossier: str | None, code: Code, message: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"MaHoSo": dossier, "error_code": int(code)}
    return entry | {"message": message} if message else entry


async def _run(pool: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(pool, work)


def _no_login() -> CallError:
    return CallError(
        Code.UNREADABLE,
        say("lời gọi đăng nhập không đúng dạng.", "it is no login call."),
        say('Gửi {{"username": "…", "password": "…"}}.', 'Send {{"username": "…", "password": "…"}}.'),
    )


def _wrong_key() -> CallError:
    return CallError(
        Code.NO_SESSION,
        say("tên đăng nhập hoặc mật khẩu không đúng.", "the username or the password is wrong."),
        say("Kiểm tra lại khóa được cấp.", "Check the key that was given out."),
    )


def _locked(seconds: float) -> CallError:
    return CallError(
        Code.TOO_OFTEN,
        say("đăng nhập sai hoặc quá nhiều lần.", "too many logins."),
        say(
            "Thử lại sau {seconds} giây.",
            "Try again in {seconds} seconds.",
            seconds=max(1, round(seconds)),
        ),
    )
