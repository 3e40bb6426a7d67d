"""A collection that an officer asks for on a page: it runs beside, and the page tells how far it is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Event, Lock, Thread

from bochiso.errors import BochisoError, ComputeError
from bochiso.intake.portal.client import Portal
from bochiso.intake.portal.requests import period_of
from bochiso.office.backend import Backend
from bochiso.office.collection import collect
from bochiso.store.collection.collector import CollectionTarget, FetchStep, RunOutcome
from bochiso.store.people.audit import By
from bochiso.text import VIETNAM, say

OpenPortal = Callable[[Callable[[float], None]], Portal]
"""Opens the portal; what it is given waits between two requests, and raises to end it."""


@dataclass(frozen=True)
class DeskState:
    """The collection under way, or the last one: who began it and when, what is read, what came of it."""

    by: str
    began: datetime
    running: bool
    step: FetchStep | None = None
    outcome: RunOutcome | None = None
    fault: BochisoError | None = None


class _ClosedError(Exception):
    """The server stops."""


class CollectionDesk:
    """Runs one collection at a time; safe to use from many threads."""

    def __init__(self, backend: Backend, portal: OpenPortal, rules: str) -> None:
        self._backend, self._portal, self._rules = backend, portal, rules
        self._lock, self._stop = Lock(), Event()
        self._state: DeskState | None = None
        self._thread: Thread | None = None

    @property
    def state(self) -> DeskState | None:
        """How the last collection stands; None where none was asked for."""
        with self._lock:
            return self._state

    def start(self, by: By, province: str | None) -> None:
        """Collect the year's figures of the provinces, and of one's units, beside everything else.

        Raises ComputeError where one is under way.
        """
        with self._lock:
            if self._state is not None and self._state.running:
                raise ComputeError(
                    say("đang thu thập, bắt đầu lúc {at}.", "a collection is under way since {at}.",
                        at=self._state.began),
                    do=say("Đợi lần ấy xong.", "Wait until it is done."),
                )  # fmt: skip
            self._state = DeskState(by.who, by.at, running=True)
            self._thread = Thread(target=self._run, args=(by, province), name="collect-now")
            self._thread.start()

    def close(self) -> None:
        """End what is under way: what was read stays, and the next run of the day goes on with it."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self, by: By, province: str | None) -> None:
        def rest(seconds: float) -> None:
            if self._stop.wait(seconds):
                raise _ClosedError

        period = period_of(by.at.astimezone(VIETNAM).year, None, None)
        target = CollectionTarget(province, period, self._rules)
        outcome, fault = None, None
        try:
            with self._portal(rest) as portal:
                outcome = collect(self._backend, by, portal, target, tell=self._tell)
        except BochisoError as error:
            fault = error
        except _ClosedError:
            fault = ComputeError(say("máy chủ dừng giữa chừng; phần đã đọc được giữ lại.",
                                     "the server stopped meanwhile; what was read is kept."))  # fmt: skip
        finally:
            with self._lock:
                self._state = DeskState(by.who, by.at, running=False, outcome=outcome, fault=fault)

    def _tell(self, step: FetchStep) -> None:
        with self._lock:
            if self._state is not None:
                self._state = DeskState(self._state.by, self._state.began, running=True, step=step)
