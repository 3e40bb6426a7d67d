"""Signing in and out: password, second factor, change of password, the province's sign-on.

A wrong name and a wrong password are answered alike. A failure never repeats what was typed.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import segno
from fastapi import APIRouter, FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from bochiso.errors import BochisoError, ComputeError
from bochiso.office import sign_in
from bochiso.office.sign_in import PasswordOverError, ThrottledError
from bochiso.store.people.accounts import Account, subject_of
from bochiso.store.people.audit import By
from bochiso.store.people.settings import ServerSettings, read_settings
from bochiso.store.people.user_sessions import PersonSession, SignInStep, csrf_of, id_of
from bochiso.text import Text, say
from bochiso.web.auth.browsers import browser_of, browser_words
from bochiso.web.auth.oidc import SignOnError, host_of, provider_of
from bochiso.web.auth.signing_in import (
    CODE,
    ENROL,
    FORM,
    KNOWN,
    LOGIN,
    LOGOUT,
    PAGES,
    PASSWORD,
    SESSION,
    NotSignedInError,
    SigningIn,
    WebError,
    address_of,
    drop_cookie,
    form_token,
    know_browser,
    landing,
    local,
    set_cookie,
    telling_address,
    token_of,
)
from bochiso.web.auth.waiting_room import WaitingRoom

SESSIONS = "/mat-khau/phien"
SIGN_ON, BACK = "/dang-nhap/tinh", "/dang-nhap/tinh/ve"

Form = dict[str, str]


@dataclass(frozen=True)
class Routes:
    """What the routes do; all of it may block, so it runs in worker threads."""

    signing: SigningIn

    def login_page(
        self,
        request: Request,
        error: BochisoError | None = None,
        status: int = 200,
        form: Form | None = None,
    ) -> Response:
        """The form for name and password, with the token of who isn't signed in; `form`: as it was sent."""
        name = (form or {}).get("name", "").strip()[:40]
        back = local(form["next"]) if form and form.get("next") else None
        session = self.signing.session(request)
        if session is not None and error is None:
            return self._on(request, session, request.query_params.get("tiep"))
        settings, token = read_settings(self.signing.ledger), form_token(request)
        provider = provider_of(settings, BACK)
        page = {
            "csrf": csrf_of(token), "error": error, "name": name,
            "next": back or local(request.query_params.get("tiep")),
            "sign_on": host_of(provider) if provider else None,
            "undone": request.method == "GET" and "chua" in request.query_params,
        }  # fmt: skip
        answer = self.signing.pages.draw(request, "signing-in.html", None, status, page)
        set_cookie(answer, FORM, token, settings)
        return answer

    def login(self, request: Request, form: Form) -> Response:
        """Check name and password."""
        ledger, at = self.signing.ledger, self.signing.clock()
        settings = read_settings(ledger)
        address = address_of(request, settings)
        name = form.get("name", "").strip().lower()
        by, apart = By("", at, address), telling_address(request, settings)
        try:
            known = request.cookies.get(KNOWN)
            account = sign_in.check_password(ledger, name, form.get("password", ""), by, apart, known)
        except ThrottledError as error:
            return self._wait(self.login_page(request, error, 429, form), error)
        except PasswordOverError as error:
            return self.login_page(request, error, 403, form)
        if account is None:
            return self.login_page(request, _wrong_password(), 401, form)
        return self._let_in(request, account, By(account.name, at, address), "password", form.get("next"))

    def logout(self, request: Request) -> Response:
        """End the session."""
        session, signing = self.signing.session(request), self.signing
        settings = session.settings if session else read_settings(signing.ledger)
        sign_in.end(signing.ledger, token_of(request) or "", signing.by(request))
        answer = signing.send(request, "/")
        drop_cookie(answer, settings)
        answer.headers["Clear-Site-Data"] = '"cache"'
        return answer

    def code_page(self, request: Request, error: BochisoError | None = None, status: int = 200) -> Response:
        """The form for a code of the second factor."""
        self._at(request, SignInStep.CODE)
        page = {"error": error, "next": local(request.query_params.get("tiep"))}
        return self._draw(request, "signing-in-code.html", status, page)

    def code(self, request: Request, form: Form) -> Response:
        """Check a code; the session gets a new token."""
        session, signing = self._at(request, SignInStep.CODE), self.signing
        name, by, old = session.account.name, signing.by(request), token_of(request) or ""
        try:
            token = sign_in.give_code(signing.ledger, old, name, form.get("code", ""), by)
        except ThrottledError as error:
            return self._wait(self.code_page(request, error, 429), error)
        if token is None:
            return self.code_page(request, _wrong_code(), 401)
        answer = signing.let_in(request, token, session.settings, landing(form.get("next")))
        know_browser(answer, sign_in.known_browser(signing.ledger, name), session.settings)
        return answer

    def enrol_page(self, request: Request, error: BochisoError | None = None, status: int = 200) -> Response:
        """The secret of a new second factor, until its first code is given."""
        name = self._at(request, SignInStep.ENROL, SignInStep.DONE).account.name
        found = sign_in.enrolment(self.signing.ledger, name)
        drawn = segno.make(found.uri, error="m").svg_inline(scale=5, border=4)
        page = {"error": error, "secret": found.secret, "qr": drawn, "next": _next_of(request)}
        return self._draw(request, "signing-in-enrol.html", status, page)

    def enrol(self, request: Request, form: Form) -> Response:
        """Turn the second factor on and show the recovery codes, this once."""
        session, signing = self._at(request, SignInStep.ENROL, SignInStep.DONE), self.signing
        if (asked := signing.ask_again(request, form)) is not None:
            return asked
        name, by, old = session.account.name, signing.by(request), token_of(request) or ""
        try:
            enrolled = sign_in.enrol(signing.ledger, old, name, form.get("code", ""), by)
        except ThrottledError as error:
            return self._wait(self.enrol_page(request, error, 429), error)
        if enrolled is None:
            return self.enrol_page(request, _wrong_code(), 401)
        codes, token = enrolled
        page = {"codes": codes, "next": local(form.get("next"))}
        answer = self._draw(request, "signing-in-recovery.html", 200, page)
        self._give(answer, token, session.settings)
        return answer

    def password_page(
        self, request: Request, error: BochisoError | None = None, status: int = 200
    ) -> Response:
        """The form for another password."""
        session = self._at(request, SignInStep.PASSWORD, SignInStep.DONE)
        name, ledger = session.account.name, self.signing.ledger
        page = {
            "error": error, "must": session.account.must_change, "next": _next_of(request),
            "second_factor": session.account.second_factor, "changed": "xong" in request.query_params,
            "sessions": sign_in.own_sessions(ledger, name, self.signing.clock()),
            "here": id_of(token_of(request) or ""), "kind": browser_words,
        }  # fmt: skip
        return self._draw(request, "signing-in-password.html", status, page)

    def password(self, request: Request, form: Form) -> Response:
        """Change the password; every other session of the account ends."""
        session, signing = self._at(request, SignInStep.PASSWORD, SignInStep.DONE), self.signing
        account, by, old = session.account, signing.by(request), form.get("password", "")
        try:
            if not sign_in.check_own_password(signing.ledger, account.name, old, by):
                return self.password_page(request, _wrong_old(), 401)
            _check_new(form)
            token = sign_in.change_password(
                signing.ledger, account, form.get("new", ""), by, browser_of(request)
            )
        except ThrottledError as error:
            return self._wait(self.password_page(request, error, 429), error)
        except ComputeError as error:
            return self.password_page(request, error, 422)
        path = landing(form.get("next")) if session.step is SignInStep.PASSWORD else f"{PASSWORD}?xong=1"
        return signing.let_in(request, token, session.settings, path)

    def close(self, request: Request, form: Form) -> Response:
        """End one of one's own sessions."""
        session, signing = self._at(request, SignInStep.PASSWORD, SignInStep.DONE), self.signing
        if (asked := signing.ask_again(request, form)) is not None:
            return asked
        only = form.get("phien", "")
        sign_in.close_session(signing.ledger, session.account.name, only, signing.by(request))
        return signing.send(request, PASSWORD)

    def sign_on(self, request: Request) -> Response:
        """Send someone to the province's sign-on, remembered for this browser alone.

        Raises WebError (404) where there is none.
        """
        settings = read_settings(self.signing.ledger)
        provider = provider_of(settings, BACK)
        if provider is None:
            raise WebError(404, say("chưa có đăng nhập của tỉnh.", "there is no sign-on of the province."))
        try:
            address, state, sign_on = provider.begin()
        except SignOnError as error:
            return self.login_page(request, error, 502)
        token = form_token(request)
        sign_in.begin_sign_on(self.signing.ledger, state + token, sign_on, self.signing.clock())
        answer = Response(None, 303, {"Location": address, "Cache-Control": "no-store"})
        set_cookie(answer, FORM, token, settings)
        return answer

    def back(self, request: Request) -> Response:
        """Take someone who comes back from the province's sign-on."""
        ledger, at, query = self.signing.ledger, self.signing.clock(), request.query_params
        settings = read_settings(ledger)
        provider = provider_of(settings, BACK)
        remembered = sign_in.take_sign_on(ledger, query.get("state", "") + form_token(request), at)
        if provider is None or remembered is None or query.get("iss", provider.issuer) != provider.issuer:
            return self.login_page(request, _lost(), 400)
        if not query.get("code"):
            return self.login_page(request, _not_let_in(), 401)
        try:
            sub = provider.finish(query["code"], remembered, at)
        except SignOnError as error:
            return self.login_page(request, error, 401)
        by = By("", at, address_of(request, settings))
        account = sign_in.check_subject(ledger, subject_of(provider.issuer, sub), by)
        if account is None:
            return self.login_page(request, _not_linked(sub), 403)
        return self._let_in(request, account, By(account.name, at, by.address), "sign-on", None)

    def _let_in(self, request: Request, account: Account, by: By, how: str, path: str | None) -> Response:
        """Begin a session; a session that the browser had ends."""
        ledger = self.signing.ledger
        token = sign_in.begin(ledger, account, by, how, token_of(request), browser_of(request))
        session, path = sign_in.session_of(ledger, token, by.at), landing(path)
        if session and (step := PAGES.get(session.step)):
            path = f"{step}?{urlencode({'tiep': path})}"
        settings = read_settings(ledger)
        answer = self.signing.let_in(request, token, settings, path)
        if session and session.step is not SignInStep.CODE:
            know_browser(answer, sign_in.known_browser(ledger, account.name), settings)
        return answer

    def _on(self, request: Request, session: PersonSession, path: str | None) -> Response:
        step = PAGES.get(session.step)
        return self.signing.send(
            request, f"{step}?{urlencode({'tiep': landing(path)})}" if step else landing(path)
        )

    def _at(self, request: Request, *steps: SignInStep) -> PersonSession:
        """The session of someone who is at one of these steps. Raises NotSignedInError."""
        session = self.signing.session(request)
        if session is None or session.step not in steps:
            raise NotSignedInError(session.step if session else None)
        return session

    def _draw(self, request: Request, template: str, status: int, page: dict[str, Any]) -> Response:
        person = self.signing.signed_in(request)
        csrf = person.csrf if person else ""
        shown = self.signing.person(request)
        return self.signing.pages.draw(request, template, shown, status, {**page, "csrf": csrf})

    def _give(self, answer: Response, token: str, settings: ServerSettings) -> None:
        set_cookie(answer, SESSION, token, settings)

    def _wait(self, answer: Response, error: ThrottledError) -> Response:
        answer.headers["Retry-After"] = str(error.seconds)
        return answer


def install(app: FastAPI, signing: SigningIn) -> None:
    """Put the routes into an application, and what is answered to who may not or has to sign in."""
    routes = Routes(signing)
    router = APIRouter(include_in_schema=False)
    pages = {
        LOGIN: (routes.login_page, routes.login), CODE: (routes.code_page, routes.code),
        ENROL: (routes.enrol_page, routes.enrol), PASSWORD: (routes.password_page, routes.password),
    }  # fmt: skip
    rooms = {LOGIN: WaitingRoom(), PASSWORD: WaitingRoom()}
    for path, (show, take) in pages.items():
        _add(router, signing, path, show, take, rooms.get(path))
    _add(router, signing, SESSIONS, None, routes.close)
    _add(router, signing, SIGN_ON, routes.sign_on, None)
    _add(router, signing, BACK, routes.back, None)
    _add(router, signing, LOGOUT, None, lambda request, _: routes.logout(request))
    app.include_router(router)

    @app.exception_handler(WebError)
    async def refused(request: Request, error: WebError) -> Response:
        return await run_in_threadpool(signing.refused, request, error)


def _add(
    router: APIRouter, signing: SigningIn, path: str, show: Any, take: Any, room: WaitingRoom | None = None
) -> None:
    if show is not None:

        @router.get(path)
        async def shown(request: Request) -> Response:
            answer: Response = await run_in_threadpool(show, request)
            return answer

    if take is not None:

        @router.post(path)
        async def taken(request: Request) -> Response:
            form = await signing.form(request)
            if room is not None:
                found: Response = await room.run(lambda: take(request, form))
                return found
            answer: Response = await run_in_threadpool(take, request, form)
            return answer


def _next_of(request: Request) -> str:
    """Where someone goes on to after this step."""
    return local(request.query_params.get("tiep"))


def _check_new(form: Form) -> None:
    if form.get("new") != form.get("again"):
        raise ComputeError(
            say("hai lần nhập mật khẩu mới không giống nhau.", "the two new passwords differ."),
            do=say("Nhập lại cả hai.", "Type both again."),
        )
    if form.get("new") == form.get("password"):
        raise ComputeError(
            say("mật khẩu mới trùng mật khẩu cũ.", "the new password is the old one."),
            do=say("Chọn mật khẩu khác.", "Choose another one."),
        )


def _said(what: Text, do: Text) -> ComputeError:
    return ComputeError(what, do=do)


def _wrong_password() -> ComputeError:
    return _said(
        say("tên đăng nhập hoặc mật khẩu không đúng.", "the name or the password is wrong."),
        say("Kiểm tra phím Caps Lock và bộ gõ tiếng Việt.", "Check Caps Lock and the keyboard's language."),
    )


def _wrong_old() -> ComputeError:
    return _said(
        say("mật khẩu hiện tại không đúng.", "the present password is wrong."),
        say("Nhập lại.", "Type it again."),
    )


def _wrong_code() -> ComputeError:
    return _said(
        say("mã không đúng hoặc đã dùng.", "the code is wrong or was used."),
        say(
            "Đợi ứng dụng hiện mã mới rồi nhập; kiểm tra giờ của điện thoại.",
            "Wait for the app's next code; check the phone's clock.",
        ),
    )


def _lost() -> ComputeError:
    return _said(
        say("lần đăng nhập này đã hết hạn hoặc đã dùng.", "this sign-on has expired or was used."),
        say("Đăng nhập lại từ đầu.", "Begin again."),
    )


def _not_let_in() -> ComputeError:
    return _said(
        say("dịch vụ đăng nhập của tỉnh không cho vào.", "the province's sign-on let nobody in."),
        say("Đăng nhập lại.", "Sign in again."),
    )


def _not_linked(sub: str) -> ComputeError:
    return _said(
        say(
            "chưa có tài khoản nào gắn với định danh “{sub}”.",
            "no account is linked to the identity “{sub}”.",
            sub=sub,
        ),
        say(
            "Gửi định danh này cho quản trị viên để được gắn với tài khoản.",
            "Send it to an administrator, who can link it.",
        ),
    )
