"""The calls of the sync protocol: login, DongBoHoSoMC, CapNhatTienDoHoSoMC, both envelopes.

Unpacking and the ledger are left to worker threads, where a message needs either; decoding to a process of
its own. The answer is sent once the journal has the message on disk.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import TypeVar

import msgspec
from starlette.requests import Request
from starlette.routing import Route

from bochiso.errors import SourceError
from bochiso.intake.messages.dossier_numbers import sender_code
from bochiso.intake.messages.sync_messages import (
    DOSSIERS_SERVICE,
    SESSION_FIELD,
    STEPS_SERVICE,
    Message,
    is_updating,
    open_message,
)
from bochiso.office import sign_in
from bochiso.office.sign_in import ThrottledError
from bochiso.store.dossiers.ingest import DossierIngest
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import ClientKey, Ledger
from bochiso.store.people.settings import read_settings
from bochiso.text import now, say
from bochiso.units.codes import is_at_or_below
from bochiso.web.auth.api_sessions import ApiSession, ApiSessions
from bochiso.web.auth.signing_in import address_of, telling_address
from bochiso.web.core.ledger_cache import LedgerCache
from bochiso.web.sync.decode_batch import MessageContext
from bochiso.web.sync.ingest_batcher import IngestBatcher
from bochiso.web.sync.live_events import Live
from bochiso.web.sync.request_limits import DOOR_BYTES, BodyReader, Limits, start_of, unpack
from bochiso.web.sync.sync_responses import CallError, Code, SyncResponse, answer

PREFIX = "/dong-bo"
"""What a sender puts before the protocol's own paths."""

LOGIN_BYTES = 10_000
LOGINS_WAITING = 32

KEYS = 4096
"""How many keys are known at once."""

KEY_SECONDS = 0.2
"""How long a session may outlive a key that another program revokes,"""

KEY_LOCKED_SECONDS = 30.0
"""and how long where the ledger can't be read meanwhile."""

T = TypeVar("T")


@dataclass(frozen=True)
class SyncCall:
    """What a call says besides its body: in the address and the headers."""

    token: str | None
    sender: str | None
    service: str | None
    updating: bool | None
    encoding: str


class Login(msgspec.Struct):
    """The body of the login call."""

    username: str
    password: str


class SyncProtocol:
    """The protocol's side of the server."""

    def __init__(self, ingest: DossierIngest, ledger: Ledger, live: Live, limits: Limits) -> None:
        self.ingest, self.ledger = ingest, ledger
        self.limits, self.body_reader = limits, BodyReader(limits)
        self.sessions = ApiSessions()
        self.batcher = IngestBatcher(ingest, live, limits)
        self.lists = Lock()
        self.lists_end = ingest.journal.end
        self._workers = ThreadPoolExecutor(4, "unpack")
        self._hashers = ThreadPoolExecutor(1, "login")  # a hash takes 64 MB and a while
        self._logins = 0
        # Asking the ledger takes as long as all else before a message is read.
        self._keys: LedgerCache[str, ClientKey | None] = LedgerCache(
            ledger, ledger.key, KEY_SECONDS, KEYS, KEY_LOCKED_SECONDS
        )

    def close(self) -> None:
        """Let what is under way end."""
        self._hashers.shutdown()
        self._workers.shutdown()
        self.batcher.close()

    async def login(self, request: Request) -> SyncResponse:
        """Open a session: {"username", "password"} → {"session", "error_code": 0}.

        Raises CallError where it is refused.
        """
        body = await self.body_reader.read(request, LOGIN_BYTES)
        try:
            given = msgspec.json.decode(body, type=Login)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise _no_login() from None
        key = await self._check(request, given)
        if key is None:
            raise _wrong_key()
        return answer(session=self.sessions.begin(key.name, key.unit))

    async def _check(self, request: Request, given: Login) -> ClientKey | None:
        if self._logins >= LOGINS_WAITING:
            raise _locked(1)
        self._logins += 1
        try:
            return await _run(self._hashers, lambda: self._key(request, given))
        except ThrottledError as error:
            raise _locked(error.seconds) from None
        finally:
            self._logins -= 1

    def _key(self, request: Request, given: Login) -> ClientKey | None:
        """The key that a login opens; None for a wrong one. Raises ThrottledError."""
        settings = read_settings(self.ledger)
        by, apart = By("", now(), address_of(request, settings)), telling_address(request, settings)
        return sign_in.check_key(self.ledger, given.username, given.password, by, apart)

    async def logout(self, request: Request) -> SyncResponse:
        """Close a session."""
        token = call_of(request, None).token
        if token is None:
            body = await self.body_reader.read(request, LOGIN_BYTES)
            with suppress(SourceError):
                token = open_message(body).session
        self.session(token)
        self.sessions.end(token or "")
        return answer()

    async def receive(self, request: Request, service: str | None) -> SyncResponse:
        """Take a message in; the answer says item by item what came of it."""
        call = call_of(request, service)
        context, items = await self.worked(
            request,
            call,
            lambda body: self._opened(call, body),
            at_once=lambda body: self._opened_at_once(call, body),
        )
        return await self.batcher.take(context, items)

    def session(self, token: str | None) -> ApiSession:
        """The session of a token. Raises CallError where there is none."""
        session = self.sessions.find(token) if token else None
        if session is None:
            raise CallError(
                Code.NO_SESSION,
                say("phiên làm việc không có hoặc đã hết hạn.", "there is no such session, or it has ended."),
                say("Đăng nhập lại rồi gửi lại.", "Log in again, then send it again."),
            )
        return session

    def _opened(self, call: SyncCall, body: bytes) -> tuple[MessageContext, bytes]:
        """What is told of a message, and its items."""
        try:
            message = open_message(unpack(body, call.encoding, self.limits.body_bytes))
        except SourceError as error:
            raise CallError(Code.UNREADABLE, error.what, error.do) from None
        session = self.session(call.token or message.session)
        return _context(call, message, session, self.key_of(session)), message.data

    def _opened_at_once(self, call: SyncCall, body: bytes) -> tuple[MessageContext, bytes] | None:
        """The same of a message that needs no unpacking, of a key that is known; None for any other."""
        if call.token is None or call.encoding or not body.startswith(b"["):
            return None
        session = self.session(call.token)
        key = self._keys.held(session.key)
        return None if key is None else (_context(call, Message(body), session, _usable(key)), body)

    def key_of(self, session: ApiSession) -> ClientKey:
        """The key that a session was opened with. Raises CallError where it was revoked meanwhile."""
        return _usable(self._keys(session.key))

    async def worked(
        self,
        request: Request,
        call: SyncCall,
        work: Callable[[bytes], T],
        *,
        at_once: Callable[[bytes], T | None] = lambda _: None,
    ) -> T:
        """What a worker makes of a call's body; who has no session is refused before it is read whole.

        `at_once`: what is made of it without waiting for anything, None where that can't be: to hand a call
        to a worker and back takes longer than most of them need.
        """

        def door(start: bytes) -> str:
            return self._at_the_door(start_of(start, call.encoding))

        if call.token is not None:
            body = await self.body_reader.read(request, who=self.session(call.token).key)
        else:
            body = await self.body_reader.read(request, door=door)

        def worked() -> T:
            start = start_of(body, call.encoding)
            if call.token is None and len(start) >= DOOR_BYTES:
                self._at_the_door(start)  # before it is unpacked whole
            return work(body)

        with self.body_reader.held(len(body)):
            if (done := at_once(body)) is not None:
                return done
            return await _run(self._workers, worked)

    def _at_the_door(self, start: bytes) -> str:
        """The key of the session that a long message begins with. Raises CallError where it has none."""
        found = SESSION_FIELD.search(start)
        if found is None:
            raise CallError(
                Code.NO_SESSION,
                say(
                    "bản tin dài mà không ghi session ở đầu.", "a long message has to begin with its session."
                ),
                say(
                    "Ghi “session” ở đầu bản tin, trên địa chỉ hoặc ở tiêu đề Authorization.",
                    "Put “session” first, into the address, or into the header Authorization.",
                ),
            )
        return self.session(found[1].decode("utf-8", "replace")).key


def routes(sync: SyncProtocol) -> list[Route]:
    """The protocol's paths."""

    async def dossiers(request: Request) -> SyncResponse:
        return await sync.receive(request, DOSSIERS_SERVICE)

    async def steps(request: Request) -> SyncResponse:
        return await sync.receive(request, STEPS_SERVICE)

    async def gateway(request: Request) -> SyncResponse:
        return await sync.receive(request, None)

    found = {
        f"/{DOSSIERS_SERVICE}": dossiers,
        f"/{STEPS_SERVICE}": steps,
        "/gateway": gateway,
        "/login": sync.login,
        "/logout": sync.logout,
    }
    return [Route(PREFIX + path, called, methods=["POST"]) for path, called in found.items()]


def call_of(request: Request, service: str | None) -> SyncCall:
    """What the address and the headers of a call say."""
    query = request.query_params
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    token = bearer.strip() if scheme.lower() == "bearer" else query.get("session")
    return SyncCall(
        token=token or None,
        sender=query.get("MaDinhDanhDV") or query.get("madonvi"),
        service=service,
        updating=is_updating(query.get("isUpdating")),
        encoding=request.headers.get("content-encoding", ""),
    )


def _context(call: SyncCall, message: Message, session: ApiSession, key: ClientKey) -> MessageContext:
    sender = _sender(key, call.sender or message.sender)
    steps = _service(call.service or message.service) == STEPS_SERVICE
    updating = message.updating if call.updating is None else call.updating
    return MessageContext(session.unit, sender, bool(updating), steps)


def _usable(key: ClientKey | None) -> ClientKey:
    """A session's key. Raises CallError where it was revoked, or is of no unit."""
    if key is None:
        raise CallError(
            Code.NO_SESSION,
            say("khóa này đã bị thu hồi.", "this key was revoked."),
            say("Liên hệ người quản trị máy chủ.", "Ask who runs the server."),
        )
    if sender_code(key.unit) != key.unit:  # of a ledger from before codes were checked
        raise CallError(
            Code.OTHER_UNIT,
            say(
                "khóa này được cấp cho “{unit}”, không phải mã định danh đơn vị.",
                "this key was made for “{unit}”, which is no unit's code.",
                unit=key.unit,
            ),
            say("Thu hồi khóa này và cấp khóa khác.", "Revoke this key and make another."),
        )
    return key


def _sender(key: ClientKey, said: str | None) -> str:
    """The sending unit's code: what the message says, where the key may send for it."""
    if not (said or "").strip():
        return key.unit
    code = sender_code(said)
    if code is None or not is_at_or_below(key.unit, code):
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


def _service(name: str | None) -> str:
    if name in (DOSSIERS_SERVICE, STEPS_SERVICE):
        return name
    raise CallError(
        Code.NO_SUCH_CALL,
        say("không có dịch vụ này.", "there is no such service."),
        say("Dùng DongBoHoSoMC hoặc CapNhatTienDoHoSoMC.", "Use DongBoHoSoMC or CapNhatTienDoHoSoMC."),
    )


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
            "Try again in {seconds} {seconds:second|seconds}.",
            seconds=max(1, round(seconds)),
        ),
    )
