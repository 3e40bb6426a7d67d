"""Collecting one snapshot from the national portal: fetch what is missing, judge it, keep it as one reading.

A run that is stopped stays in the data folder and the next one of the same day (Việt Nam's)
goes on with it; what an earlier day left is kept as that day's partial reading. Where figures
are torn the reading is kept as such, and the parts concerned are read again: once after a
pause, then by the next run of the day.
"""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from bochiso.errors import SourceError
from bochiso.intake.portal.asked_for import check_asked
from bochiso.intake.portal.client import Portal, PortalStopError, come_back
from bochiso.intake.portal.consistency import Judged, judge
from bochiso.intake.portal.requests import PROVINCES, PortalPart, body_of, find_root, parts_of
from bochiso.intake.result import RefusalKind
from bochiso.periods import Period, parse_period
from bochiso.rules.loader import parse_rules
from bochiso.rules.rule_set import RuleSet
from bochiso.store.collection.run_folder import (
    RunFolder,
    RunRequest,
    RunStop,
    collecting_alone,
    open_run,
    runs_under_way,
)
from bochiso.store.figures.collection_record import CollectionRecord, ReadingState, SavedText, words
from bochiso.store.figures.evidence import NewReading, RecordedReading
from bochiso.store.figures.snapshot_store import add_reading
from bochiso.store.folder import DataFolder
from bochiso.text import VIETNAM, Lang, Text, now, say


@dataclass(frozen=True)
class CollectionTarget:
    """What to collect, read by which rules: a province and its units (None: the provinces), a period."""

    province: str | None
    period: Period
    rules_text: str


@dataclass(frozen=True)
class FetchStep:
    """What is being fetched: part `number` of `of`."""

    name: Text
    number: int
    of: int


@dataclass(frozen=True)
class RunOutcome:
    """What one run came to. `seq` and `state` are None where nothing new was kept.

    `errors` stopped it or left parts out; `asked` counts the answers that this run received.
    """

    request: RunRequest
    judged: Judged
    asked: int
    seq: int | None = None
    state: ReadingState | None = None
    why: SavedText | None = None
    errors: tuple[SourceError, ...] = ()

    @property
    def period(self) -> Period:
        """The period of its figures."""
        return parse_period(self.request.period)


@dataclass
class _Run:
    """One run at work: its folder, what it asks, what went wrong."""

    data: DataFolder
    folder: RunFolder
    rules_text: str
    clock: Callable[[], datetime]
    recorded: RecordedReading
    asked: int = 0
    errors: dict[PortalPart, SourceError] = field(default_factory=dict)

    @cached_property
    def rules(self) -> RuleSet:
        return parse_rules(self.rules_text, "rules.yaml")

    def judge(self) -> Judged:
        return judge(self.folder.pages(), self.rules)

    def fetch(self, portal: Portal, tell: Callable[[FetchStep], None]) -> None:
        """Ask for every page that is missing; a second part that fails ends it, a refusal at once."""
        request, missing = self.folder.run_request, self.folder.missing()
        total = len(parts_of(request.province))
        self.errors.clear()
        for number, part in enumerate(missing, start=total - len(missing) + 1):
            tell(FetchStep(part.name, number, total))
            try:
                self._fetch_part(portal, part)
            except PortalStopError as error:
                self.errors[part] = error
                return
            except SourceError as error:
                self.errors[part] = error
                if len(self.errors) > 1 or part == PROVINCES:
                    return

    def _fetch_part(self, portal: Portal, part: PortalPart) -> None:
        period = parse_period(self.folder.run_request.period)
        root = None if part.province is None else self._root(part.province)
        while (page := self.folder.next_page(part)) is not None:
            asked = body_of(part, period, page, root)
            answer = portal.ask(part, asked, part.file(page))
            earlier = self.folder.pages().get(part, ())
            check_asked(part, asked, answer.page, earlier, self.rules)
            self.folder.keep(part, page, answer)
            self.asked += 1

    def _root(self, province: str) -> str:
        try:
            return find_root(self.folder.pages()[PROVINCES], province)
        except SourceError as error:
            raise _NoProvinceError(error) from None

    def keep(self) -> RunOutcome:
        """Make one reading of all that there is."""
        folder, judged = self.folder, self.judge()
        state, why = _state(self, judged)
        request, requests = folder.run_request, folder.requests()
        outcome = RunOutcome(request, judged, self.asked, why=why, errors=tuple(self.errors.values()))
        if judged.intake is None or not judged.intake.figures.num_rows:
            self.stop(why)
            return outcome
        finished = max(each.received_at for each in requests)
        added = add_reading(
            self.data,
            NewReading(
                "portal",
                folder.files(),
                as_of=request.day,
                period=outcome.period,
                rules_text=self.rules_text,
                read_at=finished,
                state=state,
                collected=CollectionRecord(
                    request.source,
                    request.scope,
                    request.started_at,
                    finished,
                    requests,
                    why,
                ),
            ),
            intake=judged.intake,
            recorded=self.recorded,
        )
        if state is ReadingState.COMPLETE:
            folder.remove()
        else:
            self.stop(why, added.seq)
        return replace(outcome, seq=added.seq, state=state)

    def stop(self, why: SavedText | None, reading: int | None = None) -> None:
        """Remember why it goes no further now."""
        until = [each.until for each in self.errors.values() if isinstance(each, PortalStopError)]
        last = until[0] if until else None
        self.folder.stop(RunStop(self.clock(), why or _INTERRUPTED, last, reading))


class _NoProvinceError(Exception):
    """The list of provinces lacks the one that was asked for: no use in going on."""

    def __init__(self, error: SourceError) -> None:
        self.error = error
        super().__init__(str(error))


def collect(
    data: DataFolder,
    portal: Portal,
    target: CollectionTarget,
    *,
    clock: Callable[[], datetime] = now,
    tell: Callable[[FetchStep], None] = lambda _: None,
    recorded: RecordedReading = nullcontext,
) -> RunOutcome:
    """Collect one snapshot of what is asked for.

    The day is Việt Nam's day of `clock`; `recorded`: see `add_reading`. Raises StoreError where it
    can't be kept, SourceError where the portal doesn't know the province or asked not to be asked yet,
    ComputeError for a period that it doesn't answer for.
    """
    body_of(PROVINCES, target.period, 1, None)  # refuses such a period before anything is asked
    started = clock()
    day = started.astimezone(VIETNAM).date()
    request = RunRequest(target.province, target.period.code, day, portal.base_url, started)
    with collecting_alone(data):
        for earlier in runs_under_way(data):
            _settle(_Run(data, earlier, target.rules_text, clock, recorded), request)
        run = _Run(data, open_run(data, request), target.rules_text, clock, recorded)
        try:
            return _collect(run, portal, tell)
        except _NoProvinceError as error:
            run.folder.remove()
            raise error.error from None
        except KeyboardInterrupt:
            run.stop(_INTERRUPTED)
            raise


_INTERRUPTED = SavedText("bị ngắt giữa chừng.", "it was interrupted.")


def _collect(run: _Run, portal: Portal, tell: Callable[[FetchStep], None]) -> RunOutcome:
    before = run.folder.stopped()
    if before is not None and before.until is not None and before.until > run.clock():
        raise come_back(before.until)
    if not run.folder.missing():
        judged = run.judge()
        run.folder.forget({**judged.torn, **judged.useless})
    run.fetch(portal, tell)
    if not run.asked and run.errors:
        reading = before.reading if before else None
        why = words(_failures(run))
        run.stop(why, reading)
        return RunOutcome(run.folder.run_request, run.judge(), 0, why=why, errors=tuple(run.errors.values()))
    outcome = run.keep()
    if outcome.state is not ReadingState.TORN:
        return outcome
    tell(
        FetchStep(say("chờ Cổng tính xong", "waiting for the portal to finish"), 0, len(outcome.judged.torn))
    )
    portal.pace.rest(portal.pace.settle)
    run.folder.forget(outcome.judged.torn)
    run.fetch(portal, tell)
    return run.keep()


def _settle(run: _Run, request: RunRequest) -> None:
    """Keep what a run of an earlier day left as that day's partial reading; it is over."""
    if run.folder.run_request.day >= request.day:
        return
    stopped = run.folder.stopped()
    if stopped is None or stopped.reading is None:
        run.keep()
    run.folder.remove()


def _state(run: _Run, judged: Judged) -> tuple[ReadingState, SavedText | None]:
    """What the reading is, and why it is no better."""
    why = [*_failures(run)]
    unread = [part for part in run.folder.missing() if part not in run.errors]
    if unread:
        why.append(say("Chưa đọc: {list}.", "Not read: {list}.", list=_names(unread)))
    why += _useless(judged)
    why += _incomplete(judged)
    if why:
        return ReadingState.PARTIAL, words(why)
    if not judged.torn:
        return ReadingState.COMPLETE, None
    torn = say(
        "Số liệu chưa khớp nhau ({list}); nhiều khả năng Cổng đang tính lại. Ví dụ: {reason}",
        "Figures don't match ({list}); the portal was probably recalculating. For example: {reason}",
        list=_names(judged.torn),
        reason=next(iter(judged.torn.values())),
    )
    return ReadingState.TORN, words([torn])


def _failures(run: _Run) -> Iterable[Text]:
    for part, error in run.errors.items():
        yield say("{part}: {what}", "{part}: {what}", part=part.name, what=error.what)


def _useless(judged: Judged) -> Iterable[Text]:
    """Each reason once, with the parts that it is true of."""
    by_reason: dict[str, list[PortalPart]] = {}
    for part, reason in judged.useless.items():
        by_reason.setdefault(reason.render(Lang.VI), []).append(part)
    for parts in by_reason.values():
        reason = judged.useless[parts[0]]
        yield say("{list}: {reason}", "{list}: {reason}", list=_names(parts), reason=reason)


def _incomplete(judged: Judged) -> Iterable[Text]:
    """What the answers themselves show to be missing of them."""
    refusals = judged.intake.refusals if judged.intake else ()
    for each in refusals:
        if each.kind is RefusalKind.INCOMPLETE:
            yield say("{file}: {reason}", "{file}: {reason}", file=each.where.file, reason=each.reason)


def _names(parts: Iterable[PortalPart]) -> Text:
    return words((part.name for part in parts), "; ").text
