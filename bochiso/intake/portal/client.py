"""Asking the National Public Service Portal: one request at a time, slowly, truthfully, never insistently.

What the portal answers when it has had enough (403, 429, a page of its firewall) ends the asking
at once. Time-outs, dropped connections, 5xx and answers that arrive cut off are tried again a few
times, each time later. Proxy and certificates: HTTPS_PROXY, NO_PROXY and SSL_CERT_FILE are
honoured, `proxy` and `ca_file` come before them.
"""

import random
import re
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import TracebackType

import httpx

from bochiso import __version__
from bochiso.errors import SourceError, Where
from bochiso.intake.portal.requests import Body, PortalPage, PortalPart, open_page
from bochiso.text import Text, now, say

BASE_URL = "https://dichvucong.gov.vn"
"""The National Public Service Portal."""

PATH = "/api/v1/reporting/evaluation/"

USER_AGENT = f"bochiso/{__version__} (doc so lieu cong khai cua Bo chi so theo Quyet dinh 766/QD-TTg)"
"""Who is asking and for what; header values are ASCII."""

TIMEOUT = httpx.Timeout(60, connect=15)
"""Seconds without a byte after which an attempt is given up."""

WHOLE_ANSWER_SECONDS = 300
"""Seconds in which an answer has arrived, however slowly its bytes drip."""

LONGEST_WAIT = timedelta(minutes=10)
"""What the portal may ask for with Retry-After and be waited for; more ends the run until then."""

MAX_BYTES = 50 * 2**20
"""Size of an answer above which it is none: the largest real ones are under 1 MB."""

OK = (200, 201)


class PortalStopError(SourceError):
    """The portal doesn't want to be asked now; `until` where it said how long."""

    def __init__(self, what: Text, *, where: Where | None, do: Text, until: datetime | None = None) -> None:
        super().__init__(what, where=where, do=do)
        self.until = until


@dataclass(frozen=True)
class Pace:
    """How slowly the portal is asked, in seconds.

    At least `seconds` between requests, and up to `jitter` more. A failed request is tried again
    `retries` times, after `backoff`, then twice that, and so on, 60 at most. `settle` is what a
    portal that is recalculating is given to finish. `rest` waits.
    """

    seconds: float = 1.0
    jitter: float = 0.5
    retries: int = 4
    backoff: float = 2.0
    settle: float = 120.0
    rest: Callable[[float], None] = time.sleep

    def before_retry(self, retry: int) -> float:
        """Seconds before the first, second, … retry."""
        return min(60.0, self.backoff * 2.0 ** (retry - 1))

    def before_next(self, since_last: float) -> float:
        """Seconds still to wait when the last request ended `since_last` seconds ago."""
        return max(0.0, self.seconds + random.uniform(0, self.jitter) - since_last)  # noqa: S311


def pace_for(base_url: str) -> Pace:
    """The pace for an address: a stand-in on this machine need not be spared."""
    if httpx.URL(base_url).host in ("127.0.0.1", "localhost", "::1"):
        return Pace(seconds=0, jitter=0, backoff=0.05, settle=0)
    return Pace()


@dataclass(frozen=True)
class PortalAnswer:
    """A good answer as received, and as it was opened to see that it is one; moments are UTC."""

    body: Body
    status: int
    asked_at: datetime
    received_at: datetime
    data: bytes
    page: PortalPage


def retry_after(header: str | None, at: datetime) -> timedelta | None:
    """How long a Retry-After header asks to wait: seconds or an HTTP date; None where it is neither.

    >>> retry_after("120", datetime(2026, 10, 7, tzinfo=UTC))
    datetime.timedelta(seconds=120)
    """
    if header is None:
        return None
    if re.fullmatch(r"\d{1,9}", header.strip()):
        return timedelta(seconds=int(header))
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(timedelta(0), moment - at)


class _AgainError(Exception):
    """An attempt failed in a way that may pass: why, and how long the portal asked to wait."""

    def __init__(self, why: Text, wait: timedelta | None = None) -> None:
        self.why = why
        self.wait = wait
        super().__init__(why.en)


class Portal:
    """The portal at an address; a context manager that holds one connection.

    Raises SourceError where the address, the proxy or the certificate file can't be used.
    """

    def __init__(
        self,
        base_url: str = BASE_URL,
        *,
        pace: Pace | None = None,
        proxy: str | None = None,
        ca_file: Path | None = None,
        timeout: httpx.Timeout = TIMEOUT,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._last: float | None = None
        if not re.match(r"https?://[^/\s]+", base_url):
            raise _setting("--base-url", base_url)
        self.pace = pace or pace_for(base_url)
        headers = {"User-Agent": USER_AGENT, "Accept": "application/json"}
        verify = _certificates(ca_file)
        try:
            self._client = httpx.Client(
                base_url=self.base_url, headers=headers, proxy=proxy, verify=verify, timeout=timeout
            )
        except (ValueError, ImportError, httpx.InvalidURL):
            raise _setting("--proxy", proxy or "HTTPS_PROXY") from None

    def __enter__(self) -> "Portal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def ask(self, part: PortalPart, body: Body, name: str) -> PortalAnswer:
        """One answer that is whole JSON of the portal; `name` stands for it in messages.

        Raises PortalStopError where the portal wants no more requests now, SourceError where it can't
        be reached or doesn't answer usefully.
        """
        where = Where(name)
        for retry in range(self.pace.retries + 1):
            try:
                return self._try(part, body, where)
            except _AgainError as error:
                if error.wait is not None and error.wait > LONGEST_WAIT:
                    raise come_back(now() + error.wait, where) from None
                if retry == self.pace.retries:
                    raise _gave_up(where, error.why, retry + 1) from None
                asked = error.wait.total_seconds() if error.wait else 0.0
                self.pace.rest(max(asked, self.pace.before_retry(retry + 1)))
        raise AssertionError  # pragma: no cover

    def _try(self, part: PortalPart, body: Body, where: Where) -> PortalAnswer:
        if self._last is not None and (wait := self.pace.before_next(time.monotonic() - self._last)):
            self.pace.rest(wait)
        asked_at = now()
        try:
            with self._client.stream("POST", PATH + part.service.path, json=body) as response:
                data = _read(response, where)
        except httpx.TimeoutException:
            raise _AgainError(say("quá thời gian chờ.", "timed out.")) from None
        except httpx.ProxyError:
            raise _AgainError(say("máy chủ trung gian (proxy) từ chối.", "the proxy refused.")) from None
        except httpx.TransportError as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise _untrusted(where) from None
            raise _AgainError(
                say("không kết nối được hoặc đứt kết nối.", "no connection, or it broke.")
            ) from None
        finally:
            self._last = time.monotonic()
        _judge(response, data, where)
        try:
            page = open_page(where.file or "", data, part.service.page_size)
        except SourceError as error:
            reason = say("câu trả lời hỏng: {what}", "the answer is broken: {what}", what=error.what)
            raise _AgainError(reason) from None
        return PortalAnswer(body, response.status_code, asked_at, now(), data, page)


def _read(response: httpx.Response, where: Where) -> bytes:
    parts, size, end = [], 0, time.monotonic() + WHOLE_ANSWER_SECONDS
    for part in response.iter_bytes():
        parts.append(part)
        size += len(part)
        if size > MAX_BYTES:
            raise SourceError(
                say(
                    "câu trả lời lớn hơn {limit} MB, không thể là số liệu của Cổng.",
                    "the answer is larger than {limit} MB, too large to be the portal's figures.",
                    limit=MAX_BYTES // 2**20,
                ),
                where=where,
                do=say("Kiểm tra địa chỉ của Cổng.", "Check the portal's address."),
            )
        if time.monotonic() > end:
            raise _AgainError(say("quá thời gian chờ.", "timed out."))
    return b"".join(parts)


def _judge(response: httpx.Response, data: bytes, where: Where) -> None:
    """Let a good answer pass. Raises _AgainError, PortalStopError or SourceError for another."""
    status = response.status_code
    wait = retry_after(response.headers.get("Retry-After"), now())
    if status == 429 and wait is not None:
        raise _AgainError(say("Cổng báo hỏi quá nhanh (mã 429).", "asked too fast (429)."), wait)
    if status in (403, 429):
        raise _stop(
            where,
            say(
                "Cổng từ chối trả lời (mã {status:d}).",
                "the portal refused to answer ({status:d}).",
                status=status,
            ),
        )
    if status >= 500:
        raise _AgainError(
            say("máy chủ của Cổng lỗi (mã {status:d}).", "server error ({status:d}).", status=status), wait
        )
    if status not in OK:
        raise SourceError(
            say(
                "Cổng không nhận yêu cầu (mã {status:d}).",
                "the portal did not accept the request ({status:d}).",
                status=status,
            ),
            where=where,
            do=say(
                "Kiểm tra --base-url và cách nối mạng; nếu đúng cả thì Cổng đã đổi địa chỉ dịch vụ.",
                "Check --base-url and the network; if both are right, the portal has moved its services.",
            ),
        )
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") or "html" in response.headers.get(
        "Content-Type", ""
    ):
        raise _stop(
            where,
            say(
                "Cổng trả về một trang web thay cho số liệu (thường là tường lửa chặn yêu cầu).",
                "the portal answered with a web page instead of figures (its firewall, as a rule).",
            ),
        )


def _stop(where: Where, what: Text) -> PortalStopError:
    return PortalStopError(
        what,
        where=where,
        do=say(
            "Đã dừng, không gửi thêm yêu cầu; phần đã đọc được giữ lại. Hãy chạy lại sau ít nhất một giờ.",
            "Stopped; what was read is kept. Wait an hour at least, then run this again.",
        ),
    )


def come_back(until: datetime, where: Where | None = None) -> PortalStopError:
    """What is said when the portal asked not to be asked until then."""
    return PortalStopError(
        say("Cổng yêu cầu chờ đến {until}.", "the portal asks to wait until {until}.", until=until),
        where=where,
        do=say(
            "Phần đã đọc được giữ lại; chạy lại lệnh này sau giờ đó.",
            "What was read is kept; run this again after that.",
        ),
        until=until,
    )


def _gave_up(where: Where, why: Text, times: int) -> SourceError:
    return SourceError(
        say(
            "đã gửi yêu cầu {n} lần mà không đọc được: {why}",
            "asked {n} {n:time|times} without success: {why}",
            n=times,
            why=why,
        ),
        where=where,
        do=say(
            "Phần đã đọc được giữ lại; kiểm tra kết nối mạng rồi chạy lại sau.",
            "What was read is kept; check the network, then run this again later.",
        ),
    )


def _untrusted(where: Where) -> SourceError:
    return SourceError(
        say(
            "không xác thực được chứng thư số của máy chủ.",
            "the server's certificate can't be verified.",
        ),
        where=where,
        do=say(
            "Nếu mạng của cơ quan dùng chứng thư riêng, chỉ rõ tệp chứng thư gốc bằng --ca-file.",
            "If your network has a certificate authority of its own, name its file with --ca-file.",
        ),
    )


def _certificates(ca_file: Path | None) -> ssl.SSLContext:
    """The certificates that are trusted: the usual ones and those of a file."""
    context = httpx.create_ssl_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except (OSError, ssl.SSLError):
            raise _setting("--ca-file", str(ca_file)) from None
    return context


def _setting(option: str, value: str) -> SourceError:
    return SourceError(
        say(
            "không dùng được giá trị “{value}” của {option}.",
            "the value “{value}” of {option} can't be used.",
            value=value,
            option=option,
        ),
        do=say(
            "Địa chỉ viết như https://may-chu:8080; tệp chứng thư ở dạng PEM.",
            "Addresses are written as https://host:8080; the certificate file is PEM.",
        ),
    )
