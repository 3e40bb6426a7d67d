"""Messages: where one gets them and how one ends them; for administrators how they go out, and the queue."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from bochiso.errors import BochisoError, ComputeError
from bochiso.followup.delivery_settings import MailSecurity, WebhookForm
from bochiso.office import messages
from bochiso.office.people import change_settings
from bochiso.store.people.audit import By
from bochiso.store.people.permissions import Action
from bochiso.store.people.settings import ServerSettings, read_settings
from bochiso.store.steering.contact_book import Contact, contact_of
from bochiso.store.steering.outbox import (
    MESSAGE_STATES,
    MessageState,
    QueuedMessage,
    counts_by_state,
    newest_messages,
)
from bochiso.text import Text, say
from bochiso.web.core.page_services import PageServices

SECURITY_NAMES = {
    MailSecurity.STARTTLS: Text("STARTTLS (cổng 587)", "STARTTLS (port 587)"),
    MailSecurity.TLS: Text("TLS (cổng 465)", "TLS (port 465)"),
    MailSecurity.NONE: Text("không mã hóa (chỉ trên chính máy này)", "none (this machine alone)"),
}
FORM_NAMES = {
    WebhookForm.PLAIN: Text("JSON đơn giản", "plain JSON"),
    WebhookForm.TELEGRAM: Text("Telegram", "Telegram"),
    WebhookForm.ZALO: Text("Zalo OA", "Zalo OA"),
}
OPEN_STATES = (MessageState.UNSURE, MessageState.REFUSED, MessageState.EXPIRED)
"""Messages of which somebody may decide that they go once more."""

Form = dict[str, str]


@dataclass(frozen=True)
class ContactPage:
    """One's own address and wish. `saved`: that it was just changed."""

    found: Contact | None
    saved: bool = False
    problem: BochisoError | None = None


@dataclass(frozen=True)
class StopPage:
    """The page that a message links to. `done`: whether its reader gets no more; None: asked first."""

    account: str
    done: bool


@dataclass(frozen=True)
class SendingPage:
    """How messages go out, and the newest of them."""

    settings: ServerSettings
    found: list[QueuedMessage]
    counts: dict[MessageState, int]
    lacks: Text | None
    problem: BochisoError | None = None


def routes(services: PageServices) -> APIRouter:
    """The pages and their forms."""
    router = APIRouter()

    @router.get("/nhan-tin")
    def own(request: Request) -> Response:
        person = services.require(request, Action.SEE_OWN)
        saved = "xong" in request.query_params
        page = ContactPage(contact_of(services.ledger, person.name), saved)
        return services.page(request, "contact.html", page=page)

    @router.post("/nhan-tin")
    async def change_own(request: Request) -> Response:
        await services.enter(request, Action.SEE_OWN)
        form = await services.form(request)

        def done() -> Response:
            by = services.by(request)
            try:
                messages.set_contact(services.backend, by, by.who, form.get("thu", ""), "nhan" in form)
            except ComputeError as error:
                page = ContactPage(contact_of(services.ledger, by.who), False, error)
                return services.page(request, "contact.html", 422, page=page)
            return services.redirect(request, "/nhan-tin?xong=1")

        return await run_in_threadpool(done)

    @router.get("/thoi-nhan-tin/{account}/{proof}")
    def asked(request: Request, account: str, proof: str) -> Response:
        return _stop_page(services, request, account, proof, done=False)

    # A mail program posts here for its reader (RFC 8058): the address itself proves who may.
    @router.post("/thoi-nhan-tin/{account}/{proof}")
    def stop(request: Request, account: str, proof: str) -> Response:
        if messages.may_stop(services.ledger, account, proof):
            by = services.by(request)
            messages.stop_messages(services.backend, By(account, by.at, by.address), account)
        return _stop_page(services, request, account, proof, done=True)

    @router.get("/gui-tin")
    def sending(request: Request) -> Response:
        services.require(request, Action.SETTINGS)
        return _sending(services, request)

    @router.post("/gui-tin")
    async def change(request: Request) -> Response:
        await services.enter(request, Action.SETTINGS)
        form = await services.form(request)

        def done() -> Response:
            try:
                _change(services, request, form)
            except ComputeError as error:
                return _sending(services, request, error)
            return services.redirect(request, "/gui-tin")

        return await run_in_threadpool(done)

    return router


def _stop_page(services: PageServices, request: Request, account: str, proof: str, *, done: bool) -> Response:
    if not messages.may_stop(services.ledger, account, proof):
        return services.missing(request)
    found = services.page(request, "stop-messages.html", page=StopPage(account, done))
    found.headers["Cache-Control"] = "no-store"
    return found


def _sending(services: PageServices, request: Request, problem: BochisoError | None = None) -> Response:
    ledger = services.ledger
    settings = read_settings(ledger)
    page = SendingPage(
        settings, newest_messages(ledger), counts_by_state(ledger), messages.nothing_set(settings), problem
    )
    return services.page(
        request, "sending.html", 422 if problem else 200, page=page, states=MESSAGE_STATES,
        securities=SECURITY_NAMES, forms=FORM_NAMES, open_states=OPEN_STATES,
    )  # fmt: skip


def _change(services: PageServices, request: Request, form: Form) -> None:
    """Change the settings, or have a message sent once more. Raises ComputeError."""
    by, number = services.by(request), form.get("gui-lai", "")
    if number.isascii() and number.isdecimal():
        messages.send_again(services.backend, by, int(number))
        return
    changes = {"mail": _mail(form), "webhook": _webhook(form), "alerts": _alerts(form)}
    change_settings(services.ledger, by, changes)


def _mail(form: Form) -> dict[str, Any] | None:
    host = form.get("may-chu", "").strip()
    if not host:
        return None
    return {
        "host": host, "port": _whole(form, "cong"), "security": form.get("ma-hoa", ""),
        "user": form.get("nguoi-dung", "").strip() or None, "sender": form.get("nguoi-gui", "").strip(),
    }  # fmt: skip


def _webhook(form: Form) -> dict[str, Any] | None:
    url = form.get("webhook", "").strip()
    if not url:
        return None
    return {
        "url": url, "form": form.get("dang", ""), "to": form.get("den", "").strip() or None,
        "inner": "noi-bo" in form,
    }  # fmt: skip


def _alerts(form: Form) -> dict[str, Any]:
    reminders = [each.strip() for each in form.get("nhac", "").split(",") if each.strip()]
    if not all(each.isascii() and each.isdecimal() for each in reminders):
        raise ComputeError(
            say("số ngày nhắc trước hạn không đọc được.", "the reminders can't be read."),
            do=say("Viết như 7, 3, 1.", "Write them as 7, 3, 1."),
        )
    fall = form.get("muc-giam", "").strip().replace(",", ".")
    try:
        Decimal(fall)
    except InvalidOperation:
        raise ComputeError(
            say("mức giảm “{text}” không phải số.", "“{text}” is no number.", text=fall[:20])
        ) from None
    return {
        "enabled": "bat" in form, "hour": form.get("gio", ""), "fall": fall,
        "group_percent": _whole(form, "nhom"), "running": _whole(form, "lien-tiep"),
        "few_points": _whole(form, "it-ca"), "jump": _whole(form, "bien-dong"),
        "reminders": [int(each) for each in reminders], "stale_days": _whole(form, "cu-nhat"),
    }  # fmt: skip


def _whole(form: Form, name: str) -> int:
    text = form.get(name, "").strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 6):
        what = say("“{text}” không phải số nguyên.", "“{text}” is no whole number.", text=text[:20])
        raise ComputeError(what)
    return int(text)
