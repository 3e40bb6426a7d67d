"""Publications: a snapshot becomes public by an officer's decision and stays as it was then.

Evidence is append-only, so a publication doesn't copy figures: it keeps the numbers of the readings
that say its snapshot, and a seal of everything that they gave, figures, units, rules and the points
worked out from them. A later reading of the same day changes the newest snapshot, not a published
one; that changes by a new version alone, a correction or a withdrawal, with its reason. Where the
sealed content can't be given any more, it isn't shown.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Any

import msgspec
import sqlalchemy as sa

from bochiso.errors import ComputeError, StoreError
from bochiso.intake.sources import MEASURED
from bochiso.score.ranking import Standing, rank_level
from bochiso.score.scoring import ScoredUnit
from bochiso.store.figures.collection_record import ReadingState
from bochiso.store.figures.sealed_files import DamagedError
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.people import audit
from bochiso.store.people.audit import By, Deed
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.ledger_tables import PUBLICATIONS
from bochiso.store.people.settings import settings_in
from bochiso.store.snapshots.queries import View, view
from bochiso.store.snapshots.snapshot_selection import snapshot_title
from bochiso.text import Text, say
from bochiso.units.model import Level


class VersionKind(StrEnum):
    """What a version says: these are the figures, or: there are none any more."""

    FIGURES = "figures"
    WITHDRAWAL = "withdrawal"


class VersionState(StrEnum):
    """How far a version is."""

    PROPOSED = "proposed"
    PUBLISHED = "published"
    REJECTED = "rejected"


STATE_NAMES = {
    VersionState.PROPOSED: Text("chờ duyệt", "waiting for approval"),
    VersionState.PUBLISHED: Text("đã công bố", "published"),
    VersionState.REJECTED: Text("không được duyệt", "rejected"),
}


class ContentHash(msgspec.Struct, frozen=True):
    """SHA-256 of all that a snapshot gave: its figures, its units, its rules, the points from them."""

    figures: str
    units: str
    rules: str
    points: str


@dataclass(frozen=True)
class Decision:
    """Who proposed or decided, and when (UTC)."""

    by: str
    at: datetime


@dataclass(frozen=True)
class Publication:
    """One version of a published snapshot, or one that is to be. The first version is 1.

    `reason`: why it replaces the version before. `words`: why it was rejected.
    """

    id: int
    version: int
    kind: VersionKind
    state: VersionState
    snapshot: Snapshot
    measured: bool
    seal: ContentHash
    reason: str | None
    proposed: Decision
    decided: Decision | None
    words: str | None

    @property
    def title(self) -> Text:
        """The snapshot in words."""
        return snapshot_title(self.snapshot)

    @property
    def identity(self) -> tuple[object, ...]:
        """What the versions of one snapshot share."""
        return self.snapshot.as_of, self.snapshot.period.code, self.measured


def propose(ledger: Ledger, store: Store, snapshot: Snapshot, by: By, reason: str = "") -> Publication:
    """Propose a snapshot; published at once where no second officer must approve.

    `reason`: why, where a version is public already; the public reads it. Raises ComputeError.
    """
    if snapshot.state is not ReadingState.COMPLETE:
        raise ComputeError(
            say(
                "số liệu thu thập chưa đầy đủ thì không công bố.",
                "figures that aren't whole aren't published.",
            ),
            do=say("Thu thập lại cho đủ.", "Collect them again until they are whole."),
        )
    return _add(
        ledger,
        VersionKind.FIGURES,
        (snapshot, _is_measured(store, snapshot), seal_of(store, snapshot)),
        by,
        reason,
    )


def withdraw(ledger: Ledger, publication: Publication, by: By, reason: str) -> Publication:
    """Propose that a published snapshot is public no more; the version and its reason stay listed."""
    content = (publication.snapshot, publication.measured, publication.seal)
    return _add(ledger, VersionKind.WITHDRAWAL, content, by, reason)


def approve(ledger: Ledger, store: Store, number: int, by: By) -> Publication:
    """Publish what another officer proposed.

    Raises ComputeError where it isn't waiting or is one's own proposal, StoreError where the
    proposed figures can't be given any more.
    """
    waiting = find_publication(ledger, number)
    if waiting.kind is VersionKind.FIGURES:
        check_frozen(store, waiting)
    if waiting.proposed.by == by.who:
        raise ComputeError(
            say("không tự duyệt đề xuất của chính mình.", "nobody approves their own proposal."),
            do=say("Nhờ một cán bộ khác duyệt.", "Ask another officer to approve it."),
        )
    return _decide(ledger, number, VersionState.PUBLISHED, by, None)


def reject(ledger: Ledger, number: int, by: By, words: str) -> Publication:
    """Refuse a proposal, or take one's own back; `words` say why."""
    return _decide(ledger, number, VersionState.REJECTED, by, _said(words))


def publications(ledger: Ledger) -> list[Publication]:
    """All of them, whatever their state, the newest first."""
    with ledger.read() as db:
        rows = db.execute(sa.select(PUBLICATIONS).order_by(PUBLICATIONS.c.id.desc()))
        return [_publication(row) for row in rows]


def find_publication(ledger: Ledger, number: int) -> Publication:
    """One of them. Raises ComputeError where there is none of that number."""
    with ledger.read() as db:
        return _one(db, number)


def public_versions(ledger: Ledger) -> list[Publication]:
    """All versions that were ever public, withdrawals too, the newest snapshot and version first."""
    found = [each for each in publications(ledger) if each.state is VersionState.PUBLISHED]
    return sorted(
        found, key=lambda each: (each.snapshot.as_of, each.snapshot.period, each.version), reverse=True
    )


def in_force(versions: Iterable[Publication]) -> list[Publication]:
    """Of public versions those that the public reads: each snapshot's newest, unless it is withdrawn."""
    newest: dict[tuple[object, ...], Publication] = {}
    for each in versions:
        known = newest.get(each.identity)
        if known is None or each.version > known.version:
            newest[each.identity] = each
    return [each for each in newest.values() if each.kind is VersionKind.FIGURES]


class ChangedError(StoreError):
    """What was published can't be given as it was any more: it must not be shown."""

    def __init__(self, of: Publication) -> None:
        super().__init__(
            say(
                "số liệu đã công bố ({title}, bản {version:d}) không còn dựng lại được đúng như khi công bố "
                "nên không hiển thị.",
                "what was published ({title}, version {version:d}) can't be given exactly as it was any "
                "more, so it isn't shown.",
                title=of.title, version=of.version,
            ),
            do=say(
                "Khôi phục chứng cứ từ bản sao lưu, hoặc công bố bản đính chính.",
                "Restore the evidence from a backup, or publish a correction.",
            ),
        )  # fmt: skip


def check_frozen(store: Store, publication: Publication) -> None:
    """Make sure that the store still gives exactly what was sealed.

    Raises ChangedError where it gives something else or its evidence is damaged; any other StoreError
    says that it couldn't be told.
    """
    known = {each.seq for each in store.readings}
    if not set(publication.snapshot.seqs) <= known:
        raise ChangedError(publication)
    try:
        same = seal_of(store, publication.snapshot) == publication.seal
    except DamagedError:
        raise ChangedError(publication) from None
    if not same:
        raise ChangedError(publication)


def seal_of(store: Store, snapshot: Snapshot) -> ContentHash:
    """The seal of what a store gives for a snapshot: as it was read, whoever names are found to be later."""
    store = store.as_written(snapshot)
    rules = {each.seq: each.rules_sha256 for each in store.readings}[snapshot.seqs[-1]]
    units = [msgspec.structs.astuple(each) for each in store.units(snapshot)]
    points = [
        [*_points(each.score), each.rank, each.of, each.grade.code if each.grade else None]
        for each in _sealed_rows(view(store, snapshot))
    ]
    return ContentHash(store.fingerprint(snapshot), _hash(units), rules, _hash(points))


def _sealed_rows(of: View) -> Iterator[Standing]:
    """Every unit, each level ranked as a whole, as when the first seals were made: those still hold."""
    scores = [row.score for row in of.standings.rows]
    for level in Level:
        members = [each for each in scores if each.unit.level is level]
        yield from rank_level(level, None, members, of.rules).rows


def _points(score: ScoredUnit) -> list[Any]:
    boxes = [[each.code, each.points] for each in score.boxes]
    return [score.unit.code, score.total, boxes, [[each.rule.code, each.points] for each in score.indicators]]


def _hash(value: object) -> str:
    return sha256(json.dumps(value, ensure_ascii=False, default=_plain).encode()).hexdigest()


def _plain(value: object) -> str:
    """A number without the zeros that only a way of computing leaves behind it."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _is_measured(store: Store, snapshot: Snapshot) -> bool:
    return {each.kind for each in store.readings if each.seq in snapshot.seqs} == {MEASURED}


def _add(
    ledger: Ledger, kind: VersionKind, content: tuple[Snapshot, bool, ContentHash], by: By, reason: str
) -> Publication:
    snapshot, measured, seal = content
    with ledger.write() as db:
        before = _versions(db, snapshot, measured)
        said = _check_new(before, kind, seal, reason)
        alone = not settings_in(db).approval_required
        number = db.execute(sa.select(sa.func.coalesce(sa.func.max(PUBLICATIONS.c.id), 0))).scalar_one() + 1
        row = {
            "id": number, "as_of": snapshot.as_of, "period": snapshot.period.code, "measured": measured,
            "version": max((each.version for each in before), default=0) + 1, "kind": kind.value,
            "state": (VersionState.PUBLISHED if alone else VersionState.PROPOSED).value,
            "snapshot": msgspec.json.encode(snapshot).decode(), "seal": msgspec.json.encode(seal).decode(),
            "reason": said, "proposed_by": by.who, "proposed_at": by.at,
            "decided_by": by.who if alone else None, "decided_at": by.at if alone else None,
        }  # fmt: skip
        db.execute(sa.insert(PUBLICATIONS), row)
        _audit(db, by, "publication.publish" if alone else "publication.propose", _one(db, number))
        return _one(db, number)


def _check_new(before: list[Publication], kind: VersionKind, seal: ContentHash, reason: str) -> str | None:
    """The reason of a new version, tidied. Raises ComputeError where there may be no such version now."""
    if any(each.state is VersionState.PROPOSED for each in before):
        raise ComputeError(
            say(
                "số liệu này đang có một đề xuất chờ duyệt.",
                "a proposal of it is waiting already.",
            ),
            do=say("Duyệt hoặc từ chối đề xuất đó trước.", "Approve or reject that one first."),
        )
    public = [each for each in before if each.state is VersionState.PUBLISHED]
    last = public[-1] if public else None
    if kind is VersionKind.WITHDRAWAL and (last is None or last.kind is VersionKind.WITHDRAWAL):
        raise ComputeError(say("số liệu này không còn được công bố.", "this snapshot isn't public any more."))
    if last is None:
        return " ".join(reason.split()) or None
    if kind is VersionKind.FIGURES and last.kind is VersionKind.FIGURES and last.seal == seal:
        raise ComputeError(
            say("số liệu không có gì khác bản đã công bố.", "the public version says just the same.")
        )
    return _said(reason)


def _decide(ledger: Ledger, number: int, state: VersionState, by: By, words: str | None) -> Publication:
    waiting = PUBLICATIONS.c.id == number, PUBLICATIONS.c.state == VersionState.PROPOSED.value
    values = {"state": state.value, "decided_by": by.who, "decided_at": by.at, "decision": words}
    with ledger.write() as db:
        _one(db, number)
        if not db.execute(sa.update(PUBLICATIONS).where(*waiting).values(values)).rowcount:
            raise ComputeError(
                say("đề xuất này đã được quyết định rồi.", "this proposal was decided on already.")
            )
        found = _one(db, number)
        _audit(
            db, by, "publication.publish" if state is VersionState.PUBLISHED else "publication.reject", found
        )
        return found


def _audit(db: sa.Connection, by: By, deed: Deed, of: Publication) -> None:
    audit.append(
        db, by, deed, f"{of.snapshot.as_of} {of.snapshot.period.code}", number=of.id,
        version=of.version, kind=of.kind.value, seal=of.seal.figures, reason=of.reason, words=of.words,
    )  # fmt: skip


def _said(reason: str) -> str:
    words = " ".join(reason.split())
    if not words:
        raise ComputeError(
            say("thiếu lý do.", "the reason is missing."),
            do=say("Ghi lý do để người đọc biết vì sao.", "Write why, for those who read it."),
        )
    return words[:2000]


def _versions(db: sa.Connection, snapshot: Snapshot, measured: bool) -> list[Publication]:
    same = (
        PUBLICATIONS.c.as_of == snapshot.as_of,
        PUBLICATIONS.c.period == snapshot.period.code,
        PUBLICATIONS.c.measured == measured,
    )
    rows = db.execute(sa.select(PUBLICATIONS).where(*same).order_by(PUBLICATIONS.c.version))
    return [_publication(row) for row in rows]


def _one(db: sa.Connection, number: int) -> Publication:
    row = db.execute(sa.select(PUBLICATIONS).where(PUBLICATIONS.c.id == number)).one_or_none()
    if row is None:
        raise ComputeError(
            say("không có đề xuất công bố số {n:d}.", "there is no publication {n:d}.", n=number)
        )
    return _publication(row)


def _publication(row: sa.Row[Any]) -> Publication:
    return Publication(
        row.id,
        row.version,
        VersionKind(row.kind),
        VersionState(row.state),
        msgspec.json.decode(row.snapshot, type=Snapshot),
        row.measured,
        msgspec.json.decode(row.seal, type=ContentHash),
        row.reason,
        Decision(row.proposed_by, row.proposed_at),
        Decision(row.decided_by, row.decided_at) if row.decided_by else None,
        row.decision,
    )
