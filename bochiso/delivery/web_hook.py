"""One webhook: the digest as JSON, by https to an address outside, or where it is allowed to one inside."""

import asyncio
import ipaddress
import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from bochiso.delivery.outgoing import ChannelDownError, Delivery, MessageFate, OutgoingMessage
from bochiso.followup.delivery_settings import SECRET, WebhookForm, WebhookSettings
from bochiso.text import Text, say

WAIT_SECONDS = 20.0
TOO_MANY = 429
LONGEST = {WebhookForm.PLAIN: 20_000, WebhookForm.TELEGRAM: 4_000, WebhookForm.ZALO: 2_000}
"""Signs that each takes of a message; the rest is cut off, and said to be."""


def payload(message: OutgoingMessage, settings: WebhookSettings) -> dict[str, Any]:
    """What is posted."""
    text = f"{message.subject}\n\n{message.body}"
    if len(text) > (most := LONGEST[settings.form]):
        text = f"{text[: most - 2]}\n…"
    if settings.form is WebhookForm.TELEGRAM:
        return {"chat_id": settings.to, "text": text, "disable_web_page_preview": True}
    if settings.form is WebhookForm.ZALO:
        return {"recipient": {"user_id": settings.to}, "message": {"text": text}}
    return {"key": message.key, "subject": message.subject, "text": message.body}


class WebHook:
    """The way by a webhook. `secret`: what stands for {secret} in its address, and signs us in to Zalo."""

    def __init__(self, settings: WebhookSettings, secret: str | None, wait: float = WAIT_SECONDS) -> None:
        self._settings, self._secret, self._wait = settings, secret, wait

    def send(self, message: OutgoingMessage, handing: Callable[[], None]) -> Delivery:
        """Post a message. Raises ChannelDownError where the address can't be reached or isn't allowed."""
        request = self._request(message)
        handing()
        try:
            answer = asyncio.run(self._answered(request))
        except TimeoutError:
            return Delivery(MessageFate.UNSURE, _unanswered("TimeoutError"))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            return Delivery(MessageFate.LATER, _said(type(error).__name__))
        except httpx.HTTPError as error:
            return Delivery(MessageFate.UNSURE, _unanswered(type(error).__name__))
        return _fate(answer)

    def close(self) -> None:
        """Nothing is held open."""

    async def _answered(self, request: httpx.Request) -> httpx.Response:
        """The head of the answer, however slowly it dribbles; what follows isn't waited for.

        Raises TimeoutError after two waits.
        """
        async with (
            asyncio.timeout(2 * self._wait),
            httpx.AsyncClient(timeout=self._wait, follow_redirects=False, trust_env=False) as client,
        ):
            answer = await client.send(request, stream=True)
            await answer.aclose()
            return answer

    def _request(self, message: OutgoingMessage) -> httpx.Request:
        """The call, to the very address that was found to be allowed."""
        settings = self._settings
        if SECRET in settings.url and not self._secret:
            raise _down(say("thiếu mật khẩu của webhook (BOCHISO_WEBHOOK_SECRET)",
                            "its secret (BOCHISO_WEBHOOK_SECRET) is missing"))  # fmt: skip
        parts = urlsplit(settings.url.replace(SECRET, quote(self._secret or "", safe=":")))
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = allowed_address(host, port, inner=settings.inner)
        there = f"[{address}]" if ":" in address else address
        url = parts._replace(netloc=f"{there}:{port}").geturl()
        headers = {"Host": parts.netloc, "Idempotency-Key": message.key, "User-Agent": "bochiso"}
        if settings.form is WebhookForm.ZALO:
            headers["access_token"] = self._secret or ""
        return httpx.Request(
            "POST", url, json=payload(message, settings), headers=headers, extensions={"sni_hostname": host}
        )


def allowed_address(host: str, port: int, *, inner: bool) -> str:
    """The network address of a host, all of whose addresses are outside unless inner ones are allowed.

    The call goes to this address, so that a name can't mean another one a moment later. Raises
    ChannelDownError.
    """
    try:
        found = {
            str(each[4][0]).partition("%")[0]
            for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        }
    except (OSError, UnicodeError):
        raise _down(say("không tìm thấy máy chủ “{host}”", "there is no host “{host}”", host=host)) from None
    if not inner and not all(is_outside(each) for each in found):
        raise _down(
            say(
                "“{host}” là địa chỉ trong mạng nội bộ, chưa được phép; quản trị viên cho phép được trong "
                "thiết lập",
                "“{host}” is inside the network, which isn't allowed; an administrator may allow it",
                host=host,
            )
        )
    return sorted(found, key=lambda each: (":" in each, each))[0]


def is_outside(address: str) -> bool:
    """Whether an address is one of the public network, not of this machine, this office or its provider.

    >>> [is_outside(each) for each in ("149.154.167.220", "10.0.0.5", "127.0.0.1", "169.254.169.254", "::1",
    ...  "::ffff:10.0.0.5", "100.64.0.1", "64:ff9b::a00:5", "::10.0.0.5", "2002:a00:5::1", "fec0::1")]
    [True, False, False, False, False, False, False, False, False, False, False]
    >>> is_outside("2606:4700::1111")
    True
    """
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv4Address):
        return found.is_global and not found.is_multicast
    if found.ipv4_mapped:
        return is_outside(str(found.ipv4_mapped))
    return found in _GLOBAL and not any(found in each for each in _NOT_OUTSIDE)


_GLOBAL = ipaddress.IPv6Network("2000::/3")
"""RFC 4291, 2.4: all that is given out as global unicast. Translated and old forms of IPv4 are elsewhere."""

_NOT_OUTSIDE = tuple(map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
"""Of these: tunnels that carry an IPv4 address within (Teredo, 6to4), protocols' and documents' own."""


def _fate(answer: httpx.Response) -> Delivery:
    code = answer.status_code
    if answer.is_success:
        return Delivery(MessageFate.SENT)
    if answer.is_redirect:
        why = say(
            "webhook chuyển hướng ({code}): bochiso không đi theo, hãy ghi đúng địa chỉ cuối",
            "the webhook redirects ({code}), which is not followed: set the address itself",
            code=str(code),
        )
        return Delivery(MessageFate.REFUSED, why)
    again = code >= 500 or code == TOO_MANY
    why = say("webhook trả lời {code}", "the webhook answered {code}", code=str(code))
    return Delivery(MessageFate.LATER if again else MessageFate.REFUSED, why)


def _unanswered(what: str) -> Text:
    return say(
        "webhook nhận tin rồi không trả lời ({what})",
        "the webhook took it and gave no answer ({what})",
        what=what,
    )


def _said(what: str) -> Text:
    return say("không nối được webhook ({what})", "the webhook can't be reached ({what})", what=what)


def _down(what: Text) -> ChannelDownError:
    return ChannelDownError(
        say("không gửi được qua webhook: {what}.", "the webhook can't be used: {what}.", what=what)
    )
