"""Who makes a call: the session's cookie, the form's token, and what someone may do.

Cookies are HttpOnly and SameSite=Lax; where the settings' public address is https they are Secure
and bound to this host (`__Host-`), and no other name is taken. Every form carries a token that is
made from the cookie; before someone signs in a cookie of its own stands for the session's.
"""

import asyncio
import ipaddress
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from bochiso.errors import BochisoError, ComputeError
from bochiso.office import sign_in
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.permissions import Action, Role, may
from bochiso.store.people.settings import ServerSettings
from bochiso.store.people.user_sessions import MAX_SESSION_AGE, PersonSession, SignInStep, csrf_of
from bochiso.text import Text, now, say

SESSION, FORM, KNOWN = "bochiso", "bochiso-form", "bochiso-known"
"""Names of the cookies: of who is signed in, of who is about to be, of a browser by which one did."""

KNOWN_AGE = 400 * 86_400
"""Seconds for which a browser is known, as long as browsers keep any cookie."""

LOGIN, LOGOUT, PASSWORD = "/dang-nhap", "/dang-xuat", "/mat-khau"
CODE, ENROL = "/dang-nhap/ma", "/dang-nhap/hai-lop"
TODAY = "/hom-nay"
"""What waits for somebody: where they land who sign in on their way to nowhere else."""
PAGES = {SignInStep.CODE: CODE, SignInStep.ENROL: ENROL, SignInStep.PASSWORD: PASSWORD}
"""Where each step is done."""

FORM_BYTES, FORM_SECONDS = 20_000, 30
_FIELDS = 200


class WebError(BochisoError):
    """A call that isn't done, and its HTTP status."""

    def __init__(self, status: int, what: Text, do: Text | None = None) -> None:
        super().__init__(what, do=do)
        self.status = status


class NotSignedInError(WebError):
    """Someone has to sign in first, or to finish it: `step` says where."""

    def __init__(self, step: SignInStep | None = None) -> None:
        super().__init__(401, say("cần đăng nhập.", "signing in is needed."))
        self.step = step


class ForbiddenError(WebError):
    """Somebody who is signed in may not see or do something."""


@dataclass(frozen=True)
class SignedIn:
    """Who is signed in. `csrf` goes into every form; `factor_due`: when they need a second factor. `below`:
    the units that lists place below their own. `fields`: of procedures that they answer for everywhere."""

    name: str
    display: str
    role: Role
    unit: str | None
    csrf: str
    factor_due: datetime | None = None
    below: frozenset[str] = frozenset()
    fields: tuple[str, ...] = ()

    def may(self, action: Action, subject: str | None = None) -> bool:
        """Whether they may do it with the figures of a unit; None: of the whole province."""
        return may(self.role, self.unit, action, subject, self.below)


class Pages(Protocol):
    """How pages become answers; the pages' side gives it."""

    def draw(
        self, request: Request, template: str, person: SignedIn | None, status: int, page: Mapping[str, Any]
    ) -> Response:
        """A page of a template."""

    def link(self, request: Request, path: str) -> str:
        """The link to a path in the reader's language."""


class SigningIn:
    """What routes ask about a caller; safe to use from many threads."""

    def __init__(
        self,
        ledger: Ledger,
        pages: Pages,
        clock: Callable[[], datetime] = now,
        below: Callable[[str], frozenset[str]] = lambda _: frozenset(),
    ) -> None:
        """`below`: the units that lists place below one."""
        self.ledger, self.pages, self.clock, self.below = ledger, pages, clock, below

    def session(self, request: Request) -> PersonSession | None:
        """The caller's session, whatever step it is at; None where there is none."""
        if not hasattr(request.state, "bochiso_session"):
            request.state.bochiso_session = self._find(request)
        found: PersonSession | None = request.state.bochiso_session
        return found

    def person(self, request: Request) -> SignedIn | None:
        """Who makes a call; None for the public and for who hasn't finished signing in."""
        session = self.session(request)
        return self.signed_in(request) if session and session.step is SignInStep.DONE else None

    def signed_in(self, request: Request) -> SignedIn | None:
        """Who makes a call, also at an earlier step."""
        session = self.session(request)
        if session is None:
            return None
        return self._person(session, csrf_of(token_of(request) or ""))

    def _person(self, session: PersonSession, csrf: str) -> SignedIn:
        name, profile = session.account.name, session.account.profile
        below = self.below(profile.unit) if profile.unit else frozenset()
        return SignedIn(
            name, profile.display or name, profile.role, profile.unit, csrf, session.factor_due, below,
            profile.fields,
        )  # fmt: skip

    def require(self, request: Request, action: Action, subject: str | None = None) -> SignedIn:
        """Who makes a call, where they may do something.

        Raises NotSignedInError, or WebError (403) for who may not.
        """
        session = self.session(request)
        if session is None or session.step is not SignInStep.DONE:
            raise NotSignedInError(session.step if session else None)
        person = self.signed_in(request)
        if person is None or not person.may(action, subject):
            raise forbidden()
        return person

    def by(self, request: Request) -> By:
        """The caller, the moment and the network address, for what is written in the audit log."""
        session = self.session(request)
        settings = session.settings if session else ServerSettings()
        return By(session.account.name if session else "", self.clock(), address_of(request, settings))

    def check_csrf(self, request: Request, given: str | None) -> None:
        """Refuse a form that isn't one of ours. Raises WebError (403).

        For an upload: pass what its field `csrf` or the header X-CSRF-Token says.
        """
        token = (token_of(request) if self.session(request) else None) or request.cookies.get(FORM)
        if not token or not compare_digest(csrf_of(token).encode(), (given or "").encode("utf-8", "replace")):
            raise WebError(
                403,
                say("biểu mẫu đã hết hạn.", "the form has expired."),
                say("Tải lại trang rồi gửi lại.", "Load the page again and send it again."),
            )

    async def form(self, request: Request) -> dict[str, str]:
        """The fields of a form that was posted, once its token is right. Raises WebError."""
        fields = await read_form(request)
        given = fields.get("csrf") or request.headers.get("x-csrf-token")
        await run_in_threadpool(self.check_csrf, request, given)
        return fields

    def ask_again(self, request: Request, form: dict[str, str]) -> Response | None:
        """The page that asks who is signed in to prove it, with all that the form said; None where they did.

        What they prove it by comes with the same form, in the field `xac-nhan`.
        """
        session, at = self.session(request), self.clock()
        if session is None or session.is_confirmed(at):
            return None
        given, error, status = form.pop("xac-nhan", None), None, 403
        if given is not None:
            token, by = token_of(request) or "", self.by(request)
            try:
                if sign_in.confirm(self.ledger, token, session.account, given, by):
                    return None
                error, status = _not_confirmed(by_code=session.account.second_factor), 401
            except sign_in.ThrottledError as throttled:
                error, status = throttled, 429
        page = {
            "error": error, "by_code": session.account.second_factor, "path": request.url.path,
            "fields": {name: value for name, value in form.items() if name != "csrf"},
            "csrf": csrf_of(token_of(request) or ""),
        }  # fmt: skip
        return self.pages.draw(request, "signing-in-again.html", self.person(request), status, page)

    def still(self, request: Request) -> SignedIn | None:
        """Who made a call that goes on for long, asked anew; None where they may not any more."""
        token = token_of(request)
        session = sign_in.session_of(self.ledger, token, self.clock(), noted=False) if token else None
        if session is None or session.step is not SignInStep.DONE:
            return None
        return self._person(session, "")

    def let_in(self, request: Request, token: str, settings: ServerSettings, path: str) -> Response:
        """Send someone on with their session's cookie."""
        answer = self.send(request, path)
        set_cookie(answer, SESSION, token, settings)
        return answer

    def send(self, request: Request, path: str) -> Response:
        """Send someone on to another page."""
        return RedirectResponse(self.pages.link(request, path), 303, {"Cache-Control": "no-store"})

    def refused(self, request: Request, error: WebError) -> Response:
        """The answer to a call that isn't done: to sign in, to finish it, or a page that says why not."""
        if isinstance(error, NotSignedInError):
            path = PAGES.get(error.step, LOGIN) if error.step else LOGIN
            return self.send(request, f"{path}?{urlencode(_way_back(request))}")
        if isinstance(error, ForbiddenError) and self.session(request) is not None:
            route = getattr(request.scope.get("route"), "path", "")
            sign_in.refuse_access(self.ledger, self.by(request), f"{request.method} {route}")
        page = {"error": error}
        return self.pages.draw(request, "signing-in-refused.html", self.person(request), error.status, page)

    def _find(self, request: Request) -> PersonSession | None:
        token = token_of(request)
        session = sign_in.session_of(self.ledger, token, self.clock()) if token else None
        if session and is_secure(session.settings) and _host(SESSION) not in request.cookies:
            return None
        return session


def _way_back(request: Request) -> dict[str, str]:
    """Where someone was going, whole; of a form, its page, and that what was sent was not done."""
    if request.method != "GET":
        page = urlsplit(request.headers.get("referer", ""))
        from_here = page.netloc == request.headers.get("host")
        back = {"tiep": urlunsplit(("", "", page.path, page.query, ""))} if from_here else {}
        return {"chua": "1", **back}
    place = request.scope.get("address")
    before = place.at.path if place is not None and place.at else ""
    return {"tiep": f"{before}{request.url.path}{'?' * bool(request.url.query)}{request.url.query}"}


def token_of(request: Request) -> str | None:
    """The token in the session's cookie."""
    return request.cookies.get(_host(SESSION)) or request.cookies.get(SESSION)


def form_token(request: Request) -> str:
    """The token that stands for a session before there is one."""
    return request.cookies.get(FORM) or secrets.token_urlsafe(24)


def is_secure(settings: ServerSettings) -> bool:
    """Whether browsers come by https."""
    return (settings.public_url or "").startswith("https://")


def set_cookie(answer: Response, name: str, value: str, settings: ServerSettings) -> None:
    """Give a cookie to the browser."""
    secure = is_secure(settings)
    answer.set_cookie(
        _host(name) if secure and name == SESSION else name, value,
        max_age=int(MAX_SESSION_AGE.total_seconds()), path="/", secure=secure, httponly=True, samesite="lax",
    )  # fmt: skip


def know_browser(answer: Response, token: str, settings: ServerSettings) -> None:
    """Have a browser keep that somebody signed in by it; it is sent to the page of signing in alone."""
    answer.set_cookie(
        KNOWN, token, max_age=KNOWN_AGE, path=LOGIN, secure=is_secure(settings), httponly=True,
        samesite="strict",
    )  # fmt: skip


def drop_cookie(answer: Response, settings: ServerSettings) -> None:
    """Take the session's cookie back."""
    secure = is_secure(settings)
    answer.delete_cookie(
        _host(SESSION) if secure else SESSION, path="/", secure=secure, httponly=True, samesite="lax"
    )


def address_of(request: Request, settings: ServerSettings) -> str:
    """The caller's network address: what the servers in front say, where the settings trust them."""
    address = request.client.host if request.client else ""
    said = [each.strip() for each in ",".join(request.headers.getlist("x-forwarded-for")).split(",")]
    while said and _is_trusted(address, settings.trusted_proxies):
        address = said.pop() or address
    return address


def telling_address(request: Request, settings: ServerSettings) -> str | None:
    """The caller's network address for the throttle of logins; None where it tells nobody apart."""
    address = address_of(request, settings)
    return address if tells_apart(address, settings) else None


def tells_apart(address: str, settings: ServerSettings) -> bool:
    """Whether callers can be told apart by it: not where all of them come by a server on this machine."""
    try:
        return bool(settings.trusted_proxies) or not ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a small form as browsers post it. Raises WebError for what is none."""
    body = bytearray()
    try:
        async with asyncio.timeout(FORM_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > FORM_BYTES:
                    raise WebError(413, say("biểu mẫu quá lớn.", "the form is too large."))
    except TimeoutError:
        raise WebError(408, say("biểu mẫu đến quá chậm.", "the form came too slowly.")) from None
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_FIELDS, errors="strict"))
    except ValueError:
        raise WebError(400, say("biểu mẫu không đọc được.", "the form can't be read.")) from None


def local(path: str | None) -> str:
    """A path of ours to go on to; the first page for anything that leads elsewhere.

    >>> local("/ho-so?trang=2"), local("//xau.vn"), local("https://xau.vn"), local(None)
    ('/ho-so?trang=2', '/', '/', '/')
    """
    fine = path and path.startswith("/") and path[1:2] not in ("/", "\\") and path.isprintable()
    return path if path and fine else "/"


def landing(path: str | None) -> str:
    """Where somebody goes on to who has signed in.

    >>> landing("/ho-so?trang=2"), landing("//xau.vn"), landing(None)
    ('/ho-so?trang=2', '/hom-nay', '/hom-nay')
    """
    found = local(path)
    return TODAY if found == "/" else found


def forbidden() -> WebError:
    """What is said to someone who may not."""
    return ForbiddenError(
        403,
        say("tài khoản này không có quyền xem hoặc làm việc này.", "this account may not see or do this."),
        say("Cần thêm quyền thì liên hệ quản trị viên.", "Ask an administrator if you need it."),
    )


def _not_confirmed(*, by_code: bool) -> ComputeError:
    if by_code:
        return ComputeError(
            say("mã không đúng hoặc đã dùng.", "the code is wrong or was used."),
            do=say("Đợi ứng dụng hiện mã mới rồi nhập.", "Wait for the app's next code."),
        )
    wrong = say("mật khẩu không đúng.", "the password is wrong.")
    return ComputeError(wrong, do=say("Nhập lại.", "Type it again."))


def _is_trusted(address: str, proxies: tuple[str, ...]) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found in ipaddress.ip_network(each) for each in proxies)


def _host(name: str) -> str:
    return f"__Host-{name}"
