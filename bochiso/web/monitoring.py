"""What whoever runs the server asks it: is it well, how far is it, how much of everything there was.

`/health` tells everyone whether it lives and takes work; to callers on this machine also how far facts
are behind, when figures were collected and a backup was taken last, how much disk is left. `/metrics` is
for callers on this machine alone, in the text format of Prometheus. Neither names a person or a unit.
"""

import ipaddress
import math
import os
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from bochiso import __version__
from bochiso.errors import BochisoError
from bochiso.store.collection.run_log import last_collection
from bochiso.store.dossiers.ingest import DossierIngest
from bochiso.store.folder import DataFolder
from bochiso.store.people import audit
from bochiso.store.people.ledger import Ledger
from bochiso.web.core.ledger_cache import LOCKED_SECONDS, LedgerCache
from bochiso.web.core.request_log import BUCKETS, RequestCounts
from bochiso.web.sync.live_events import Live

LEAST_BYTES = 50_000_000
"""With less disk left the server takes nothing in: what it acknowledges it must be able to keep."""

BACKUP_SECONDS = 1.0
"""How long what the ledger says of backups is taken for true, and the ledger for one that can be read."""

LOCAL_NAMES = {"127.0.0.1", "localhost", "::1"}
FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip", "via")
NO_STORE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True)
class Monitoring:
    """What is asked about the parts of a server. `last_backup`: when, as `last_backup_of` knows it."""

    folder: DataFolder
    last_backup: LedgerCache[None, datetime | None]
    ingest: DossierIngest
    live: Live
    counts: RequestCounts
    began: float = field(default_factory=time.time)

    def health(self) -> dict[str, Any]:
        """All that is known, and whether work can be taken: `why` it can't, in words for a program."""
        why, disk = [], shutil.disk_usage(self.folder.root)
        if disk.free < LEAST_BYTES:
            why.append("disk")
        try:
            backup, read = self.last_backup(None), self.last_backup.age(None) < math.inf
        except BochisoError:
            backup, read = None, False
        if not read:
            why.append("ledger")
        if self.ingest.journal.broken:
            why.append("journal")
        lag, collected = self.ingest.lag(), self._collected()
        return {
            "live": True,
            "ready": not why,
            "why": why,
            "version": __version__,
            "facts_behind": {
                "items": lag.items,
                "seconds": round(lag.seconds, 1),
                "failed": lag.failed,
                "set_aside": lag.aside,
            },
            "last_collection": _moment(collected),
            "last_backup": _moment(backup),
            "disk": {"free_bytes": disk.free, "total_bytes": disk.total},
        }

    def _collected(self) -> datetime | None:
        try:
            found = last_collection(self.folder)
        except (BochisoError, OSError):
            return None
        return (found.finished_at or found.started_at) if found else None

    def metrics(self) -> str:
        """All that is counted, as Prometheus reads it."""
        health, journal = self.health(), self.ingest.journal
        behind, disk = health["facts_behind"], health["disk"]
        gauges: dict[str, tuple[str, float | None]] = {
            "bochiso_up_since_seconds": ("When the server began (Unix time).", self.began),
            "bochiso_ready": ("1 where work is taken.", int(health["ready"])),
            "bochiso_journal_items": ("Items that the journal holds.", journal.end.items),
            "bochiso_facts_behind_items": ("Items taken in that facts don't have yet.", behind["items"]),
            "bochiso_facts_behind_seconds": ("For how long facts have been behind.", behind["seconds"]),
            "bochiso_facts_failed": ("1 where the last try to settle facts failed.", int(behind["failed"])),
            "bochiso_facts_set_aside_items": (
                "Items taken in that facts can't take; they are tried again.", behind["set_aside"]),
            "bochiso_live_listeners": ("Who follows live scores.", self.live.listeners),
            "bochiso_disk_free_bytes": ("Disk left for the data folder.", disk["free_bytes"]),
            "bochiso_disk_total_bytes": ("The data folder's disk.", disk["total_bytes"]),
            "bochiso_resident_bytes": ("Memory of the server's process.", _resident()),
            "bochiso_open_files": ("Files and connections that are open.", _open_files()),
            "bochiso_last_collection_seconds": ("The last collection (Unix time).",
                                                _seconds(health["last_collection"])),
            "bochiso_last_backup_seconds": ("The last backup (Unix time).", _seconds(health["last_backup"])),
        }  # fmt: skip
        return "\n".join([*_gauges(gauges), *_requests(self.counts), ""])


def last_backup_of(ledger: Ledger) -> LedgerCache[None, datetime | None]:
    """When a backup was taken; told from memory where the ledger can't be read, which then is told."""

    def read(_: None) -> datetime | None:
        with ledger.read() as db:
            return audit.last_of(db, "backup.make")

    return LedgerCache(ledger, read, BACKUP_SECONDS, 1, LOCKED_SECONDS)


def routes(monitoring: Monitoring) -> APIRouter:
    """`/health`, its two short forms for load balancers, and `/metrics`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/health")
    def health(request: Request) -> Response:
        found = monitoring.health()
        shown = found if is_local(request) else {name: found[name] for name in ("live", "ready")}
        return JSONResponse(shown, 200 if found["ready"] else 503, NO_STORE)

    @router.get("/health/live")
    async def live() -> Response:
        return JSONResponse({"live": True}, 200, NO_STORE)

    @router.get("/health/ready")
    def ready() -> Response:
        fine = monitoring.health()["ready"]
        return JSONResponse({"ready": fine}, 200 if fine else 503, NO_STORE)

    @router.get("/metrics")
    def metrics(request: Request) -> Response:
        if not is_local(request):
            return Response(None, 404, NO_STORE)
        return Response(monitoring.metrics(), 200, NO_STORE, "text/plain; version=0.0.4; charset=utf-8")

    return router


def is_local(request: Request) -> bool:
    """Whether a call was made on this machine itself, and not passed on by a server in front."""
    try:
        here = ipaddress.ip_address(request.client.host if request.client else "").is_loopback
    except ValueError:
        return False
    asked = (request.url.hostname or "").strip("[]")
    return here and asked in LOCAL_NAMES and not any(name in request.headers for name in FORWARDED)


def _gauges(gauges: dict[str, tuple[str, float | None]]) -> Iterator[str]:
    for name, (what, value) in gauges.items():
        if value is not None:
            yield f"# HELP {name} {what}\n# TYPE {name} gauge\n{name} {value:.15g}"


def _requests(counts: RequestCounts) -> Iterator[str]:
    requests, seconds, total = counts.taken()
    name = "bochiso_http_requests_total"
    yield f"# HELP {name} Calls by route and answer.\n# TYPE {name} counter"
    for (method, route, status), n in sorted(requests.items()):
        yield f'{name}{{method="{method}",route="{route}",status="{status}"}} {n}'
    name = "bochiso_http_request_seconds"
    yield f"# HELP {name} How long calls took.\n# TYPE {name} histogram"
    yield from _histogram(name, seconds, total)


def _histogram(name: str, seconds: "Counter[float]", total: float) -> Iterator[str]:
    so_far = 0
    for bound in BUCKETS:
        so_far += seconds[bound]
        yield f'{name}_bucket{{le="{"+Inf" if bound == float("inf") else f"{bound:g}"}"}} {so_far}'
    yield f"{name}_sum {total:.6f}\n{name}_count {so_far}"


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _seconds(at: str | None) -> float | None:
    return datetime.fromisoformat(at).timestamp() if at else None


def _resident() -> float | None:
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 (no file of ours)
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return None


def _open_files() -> float | None:
    try:
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 (names alone)
    except OSError:
        return None
