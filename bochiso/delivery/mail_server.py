"""Letters by SMTP, over TLS, many by one connection; what never arrived is told from what may have."""

import re
import smtplib
import ssl
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from socket import SHUT_RDWR
from threading import Timer

from bochiso.delivery.outgoing import ChannelDownError, Delivery, MessageFate, OutgoingMessage
from bochiso.followup.delivery_settings import MailSecurity, MailSettings
from bochiso.text import Text, say

WAIT_SECONDS = 20.0
"""How long the server may take for any one answer."""

CLOSING = 421
"""The server ends the connection, RFC 5321, 3.8: what wasn't taken yet goes by another."""

NOT_SIGNED_IN = 530
"""RFC 4954, 6: nothing goes without signing in."""

_STEPS = 4
"""How many waits a server may take for one letter before it is cut off."""

_START = re.compile(rb"^\.", re.MULTILINE)


def letter(message: OutgoingMessage, sender: str) -> EmailMessage:
    """A message as a letter. Its Message-ID is made of its key: the same whenever it is sent."""
    found = EmailMessage(policy=SMTP)
    user, _, domain = sender.partition("@")
    found["From"] = Address("bochiso", user, domain)
    found["To"] = message.to
    found["Subject"] = " ".join(message.subject.split())
    found["Date"] = message.made_at
    found["Message-ID"] = f"<{sha256(message.key.encode()).hexdigest()[:32]}@{domain}>"
    found["Auto-Submitted"] = "auto-generated"
    if message.stop:
        found["List-Unsubscribe"] = f"<{message.stop}>"
        found["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    found.set_content(message.body, cte="base64")
    return found


class MailServer:
    """The way by a mail server; connects when the first letter goes."""

    def __init__(self, settings: MailSettings, password: str | None, wait: float = WAIT_SECONDS) -> None:
        self._settings, self._password, self._wait = settings, password, wait
        self._open: smtplib.SMTP | None = None

    def send(self, message: OutgoingMessage, handing: Callable[[], None]) -> Delivery:
        """Send a letter. Raises ChannelDownError where the server can't be reached or refuses us."""
        data = letter(message, self._settings.sender).as_bytes()
        try:
            with self._in_time():
                server, refused = self._announced(message.to)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise _down(error) from None
        if refused is not None:
            return refused
        handing()
        try:
            with self._in_time():
                server.send(_START.sub(b"..", data) + (b"" if data.endswith(b"\r\n") else b"\r\n") + b".\r\n")
                code, said = server.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Delivery(MessageFate.UNSURE, _unanswered(error))
        if code == CLOSING:
            self._drop()
        return Delivery(MessageFate.SENT) if code == 250 else _refused(code, said)

    def close(self) -> None:
        """Say goodbye."""
        if self._open is not None:
            try:
                self._open.quit()
            except (OSError, smtplib.SMTPException):
                self._open.close()
            self._open = None

    def _announced(self, to: str) -> tuple[smtplib.SMTP, Delivery | None]:
        """The server, told whose letter comes and to whom; and what it has against it.

        Servers end a connection after so many letters, or when it was silent for long: a new one is tried.
        """
        if self._open is not None:
            try:
                return self._open, self._envelope(self._open, to)
            except (OSError, smtplib.SMTPException):
                self._drop()
        server = self._connected()
        return server, self._envelope(server, to)

    def _envelope(self, server: smtplib.SMTP, to: str) -> Delivery | None:
        steps: tuple[Callable[[], tuple[int, bytes]], ...] = (
            lambda: server.mail(self._settings.sender), lambda: server.rcpt(to), lambda: server.docmd("DATA"),
        )  # fmt: skip
        for n, step in enumerate(steps):
            code, said = step()
            ours = n == 0 and code >= 500  # against the sender: it would be so for every letter
            if code in (CLOSING, NOT_SIGNED_IN) or ours:
                raise smtplib.SMTPResponseException(code, said)
            if code not in (250, 251, 354):
                self._begin_anew(server)
                return _refused(code, said)
        return None

    def _begin_anew(self, server: smtplib.SMTP) -> None:
        """Ready for the next letter, on this connection or on another: what was refused stays so."""
        try:
            server.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        """However slowly the server dribbles its answers, it is cut off at last."""
        end = Timer(_STEPS * self._wait, self._cut)
        end.daemon = True
        end.start()
        try:
            yield
        finally:
            end.cancel()

    def _cut(self) -> None:
        held = self._open.sock if self._open is not None else None
        if held is not None:
            with suppress(OSError):
                held.shutdown(SHUT_RDWR)

    def _connected(self) -> smtplib.SMTP:
        settings, context = self._settings, ssl.create_default_context()
        try:
            if settings.security is MailSecurity.TLS:
                server: smtplib.SMTP = smtplib.SMTP_SSL(
                    settings.host, settings.port, timeout=self._wait, context=context
                )
            else:
                server = smtplib.SMTP(settings.host, settings.port, timeout=self._wait)
            self._open = server
            if settings.security is MailSecurity.STARTTLS:
                server.starttls(context=context)
            server.ehlo_or_helo_if_needed()
            if settings.user:
                _sign_in(server, settings.user, self._password or "")
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise _down(error) from None
        return server

    def _drop(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None


def _sign_in(server: smtplib.SMTP, user: str, password: str) -> None:
    """Sign in; a password with marks as RFC 4616 writes it, which smtplib doesn't."""
    if (user + password).isascii():
        server.login(user, password)
        return
    proof = b64encode(f"\0{user}\0{password}".encode()).decode()
    code, said = server.docmd("AUTH", f"PLAIN {proof}")
    if code != SIGNED_IN:
        raise smtplib.SMTPAuthenticationError(code, said)


SIGNED_IN = 235


def _refused(code: int, said: bytes) -> Delivery:
    """A refusal for ever (5xx), or for now."""
    why = say("máy chủ thư trả lời {code}: {said}", "the mail server answered {code}: {said}",
              code=str(code), said=said.decode("utf-8", "replace")[:200])  # fmt: skip
    return Delivery(MessageFate.REFUSED if code >= 500 else MessageFate.LATER, why)


def _unanswered(error: Exception) -> Text:
    return say(
        "máy chủ thư nhận thư rồi ngắt, không trả lời ({what})",
        "the mail server took the letter and gave no answer ({what})",
        what=_word(error),
    )


def _down(error: Exception) -> ChannelDownError:
    return ChannelDownError(
        say("không gửi được qua máy chủ thư: {what}.", "the mail server can't be used: {what}.",
            what=_word(error)),
        do=say("Kiểm tra máy chủ, cổng, kiểu mã hóa, tài khoản trong thiết lập gửi tin.",
               "Check its name, port, encryption and account in the settings."),
    )  # fmt: skip


def _word(error: Exception) -> str | Text:
    """What went wrong in a few words, without what was sent."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return say("sai tài khoản hoặc mật khẩu", "wrong account or password")
    if isinstance(error, TimeoutError):
        return say("quá thời gian chờ", "no answer in time")
    if isinstance(error, ssl.SSLError):
        return say("chứng thư TLS không tin được", "its certificate isn't to be trusted")
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"{error.smtp_code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"[
            :200
        ]
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__
