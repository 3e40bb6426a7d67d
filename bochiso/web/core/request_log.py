"""What is noted of calls: a number for each, a line in the log, counts. Never a query, a header, a body.

A line of the log is words for people; as JSON it has the same in fields. All that is logged while a call
is answered carries its number, which the answer carries too (X-Request-ID).
"""

import json
import logging
import secrets
from bisect import bisect_left
from collections import Counter
from contextvars import ContextVar
from datetime import UTC, datetime
from threading import Lock

REQUEST_ID: ContextVar[str] = ContextVar("bochiso_request", default="")
"""The number of the call that is being answered; empty outside of one."""

BUCKETS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, float("inf"))
"""Seconds: bounds of the histogram of how long calls take."""

FIELDS = ("method", "route", "status", "error_code", "ms")
"""What the line of a call has as fields."""


def new_request_id() -> str:
    """A number for a call, which says nothing of who made it."""
    found = secrets.token_hex(8)
    REQUEST_ID.set(found)
    return found


class RequestCounts:
    """How many calls there were, by method, route and status, and how long they took."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._seconds: Counter[float] = Counter()
        self._total = 0.0

    def add(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a call."""
        with self._lock:
            self._requests[method if method.isalpha() else "-", route, status] += 1
            self._seconds[BUCKETS[bisect_left(BUCKETS, seconds)]] += 1
            self._total += seconds

    def taken(self) -> "tuple[Counter[tuple[str, str, int]], Counter[float], float]":
        """The calls, how many took at most so long (each bound by itself), and the sum of seconds."""
        with self._lock:
            return self._requests.copy(), self._seconds.copy(), self._total


class JsonLines(logging.Formatter):
    """Records as JSON, a line each."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        found = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "said": record.getMessage(),
        }
        if request := REQUEST_ID.get():
            found["request"] = request
        found |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        return json.dumps(found, ensure_ascii=False)
