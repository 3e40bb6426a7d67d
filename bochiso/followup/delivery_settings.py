"""How messages go out and what they tell of: what an administrator sets. No password is here: passwords are
of the machine's environment."""

import ipaddress
import re
from datetime import time
from decimal import Decimal
from enum import StrEnum
from urllib.parse import urlsplit

from msgspec import Struct

from bochiso.text import Text, say


class MailSecurity(StrEnum):
    """How the way to the mail server is kept: TLS from the first byte, TLS asked for, or none."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class MailSettings(Struct, frozen=True):
    """The mail server. user: None where it asks for no password."""

    host: str
    sender: str
    port: int = 587
    security: MailSecurity = MailSecurity.STARTTLS
    user: str | None = None


class WebhookForm(StrEnum):
    """What a webhook is sent: plain JSON, or as Telegram's bots and Zalo's official accounts take it."""

    PLAIN = "plain"
    TELEGRAM = "telegram"
    ZALO = "zalo"


SECRET = "{secret}"  # noqa: S105 (the place of one)
"""What stands in a webhook's address for its secret, which is of the machine's environment."""


class WebhookSettings(Struct, frozen=True):
    """Where the digest goes besides. to: the chat's or the person's number there. inner: whether the address
    may be one inside the network."""

    url: str
    form: WebhookForm = WebhookForm.PLAIN
    to: str | None = None
    inner: bool = False


class AlertSettings(Struct, frozen=True):
    """When messages go out and of what they tell.

    hour: of Việt Nam, after which a day's messages are made. fall: points that a unit lost since the reading
    before. group_percent: a group below so many percent of its points. running: readings that fell one after
    another. few_points: a change that a few cases make. jump: a change that somebody looks at. reminders:
    days before a last day. stale_days: figures older than that are not sent.
    """

    enabled: bool = False
    hour: str = "06:30"
    fall: Decimal = Decimal("0.5")
    group_percent: int = 50
    running: int = 3
    few_points: int = 10
    jump: int = 5
    reminders: tuple[int, ...] = (7, 3, 1)
    stale_days: int = 2

    @property
    def time(self) -> time:
        """The hour as a time."""
        return time.fromisoformat(self.hour)


_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")


def is_mail_address(text: str) -> bool:
    """Whether mail can be sent there: letters without marks, as mail servers everywhere take them.

    >>> [is_mail_address(each) for each in ("lan@daklak.gov.vn", "lan", "a@b@c", "lan@x.vn\\nBcc: y@z.vn")]
    [True, False, False, False]
    """
    return len(text) <= 254 and _MAIL.fullmatch(text) is not None


def mail_is_wrong(found: MailSettings) -> Text | None:
    """Why a mail server can't be used; None where it can."""
    if not re.fullmatch(r"[A-Za-z0-9.:-]{1,253}", found.host):
        return say("máy chủ thư viết như thu.daklak.gov.vn", "write the mail server as mail.example.vn")
    if not 1 <= found.port <= 65535:
        return say("cổng từ 1 đến 65535", "ports are 1 to 65535")
    if not is_mail_address(found.sender):
        return say("địa chỉ gửi viết như chiso@daklak.gov.vn", "write the sender as index@example.vn")
    if found.security is MailSecurity.NONE and not _is_here(found.host):
        return say(
            "chỉ máy chủ thư trên chính máy này mới được gửi không mã hóa; chọn STARTTLS hoặc TLS",
            "only a mail server on this very machine is spoken to without TLS; choose STARTTLS or TLS",
        )
    return None


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def webhook_is_wrong(found: WebhookSettings) -> Text | None:
    """Why a webhook can't be used; None where it can."""
    try:
        parts = urlsplit(found.url)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
        fine = fine and not re.search(r"\s|#", found.url) and (parts.port is None or parts.port > 0)
    except ValueError:
        fine = False
    if not fine:
        return say("viết như https://api.telegram.org/bot{secret}/sendMessage",
                   "write it as https://api.telegram.org/bot{secret}/sendMessage", secret=SECRET)  # fmt: skip
    if parts.scheme == "http" and not found.inner:
        return say("địa chỉ ngoài mạng nội bộ phải là https", "addresses outside the network are https")
    if found.form is not WebhookForm.PLAIN and not found.to:
        return say("thiếu mã người nhận (chat_id, user_id)", "the receiver (chat_id, user_id) is missing")
    return None


def alerts_are_wrong(found: AlertSettings) -> Text | None:
    """Why thresholds can't be used; None where they can."""
    try:
        found.time  # noqa: B018 (raises for no hour)
    except ValueError:
        return say("giờ viết như 06:30", "write the hour as 06:30")
    if not Decimal(0) < found.fall <= 100 or not 0 <= found.group_percent <= 100:
        return say("mức giảm từ trên 0 đến 100 điểm, nhóm từ 0 đến 100%",
                   "a fall is above 0 and up to 100 points, a group 0 to 100 percent")  # fmt: skip
    if not 2 <= found.running <= 30 or found.few_points < 1 or found.jump < 1:
        return say("số kỳ giảm liên tiếp từ 2 đến 30; mức biến động từ 1 điểm",
                   "2 to 30 readings running; changes from 1 point")  # fmt: skip
    if not found.reminders or not all(1 <= each <= 60 for each in found.reminders):
        return say("nhắc trước hạn từ 1 đến 60 ngày", "reminders are 1 to 60 days before")
    if not 0 <= found.stale_days <= 30:
        return say("số liệu cũ nhất từ 0 đến 30 ngày", "figures may be 0 to 30 days old")
    return None
