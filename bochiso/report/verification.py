"""Whether the figures that a document was made from are still those that the data folder holds."""

from dataclasses import dataclass
from enum import StrEnum

from msgspec.structs import replace

from bochiso.errors import StoreError
from bochiso.report.provenance import UNNAMED, Provenance, Source, source_of
from bochiso.store.figures.snapshot_store import Snapshot, Store, open_store
from bochiso.store.folder import DataFolder
from bochiso.text import Text, say

_NAMED = 3


class SourceVerdict(StrEnum):
    """What became of a document's figures."""

    SAME = "same"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True)
class Checked:
    """The verdict on one source of a document; `role` as in Identity. `what` changed, where it is known."""

    role: str
    source: Source
    verdict: SourceVerdict
    what: tuple[Text, ...] = ()


def verify(provenance: Provenance, folder: DataFolder) -> list[Checked]:
    """Each source of a document against the data folder, the units' first.

    Raises StoreError where the folder can't be read.
    """
    folder.check()
    return [_check(role, source, folder) for role, source in provenance.sources()]


def _check(role: str, source: Source, folder: DataFolder) -> Checked:
    try:
        with open_store(folder, source.measured) as store:
            snapshot = _find(store, source)
            if snapshot is None:
                return Checked(role, source, SourceVerdict.GONE)
            kept = source_of(store, snapshot)
            what = []
            if not kept.figures.startswith(source.figures):
                what.append(_figures_changed(store, snapshot, source))
            if not kept.rules_sha256.startswith(source.rules_sha256):
                what.append(_rules_changed(source, kept))
            return Checked(role, source, SourceVerdict.CHANGED if what else SourceVerdict.SAME, tuple(what))
    except StoreError:
        if not source.measured:
            raise
        return Checked(role, source, SourceVerdict.GONE)  # nothing was measured in this folder


def _find(store: Store, source: Source) -> Snapshot | None:
    found = (s for s in store.snapshots() if (s.as_of, s.period.code) == (source.as_of, source.period))
    return next(found, None)


def _rules_changed(source: Source, kept: Source) -> Text:
    if source.rules in (UNNAMED, kept.rules):
        return say("bộ quy tắc {id} đã được sửa", "the rule set {id} was edited", id=kept.rules)
    return say(
        "bộ quy tắc {old} đã thay bằng {new}",
        "the rule set {old} was replaced by {new}",
        old=source.rules,
        new=kept.rules,
    )


def _figures_changed(store: Store, snapshot: Snapshot, source: Source) -> Text:
    """Whose figures are others now, where the readings of then are still there."""
    for last in range(len(snapshot.seqs) - 1, 0, -1):
        before = replace(snapshot, seqs=snapshot.seqs[:last])
        if store.fingerprint(before).startswith(source.figures):
            return _difference(store, before, snapshot)
    return say("số liệu không còn như khi lập văn bản", "the figures are no longer those of the document")


def _difference(store: Store, before: Snapshot, after: Snapshot) -> Text:
    rules = store.rules(after)
    old, new = ({each.unit.code: each for each in store.figures(s, rules)} for s in (before, after))
    names = [each.unit.name for code, each in new.items() if code not in old or old[code] != each]
    names += [each.unit.name for code, each in old.items() if code not in new]
    more = len(names) - _NAMED
    return say(
        "số liệu của {n} đơn vị đã thay đổi ({names}{more})",
        "the figures of {n} {n:unit|units} changed ({names}{more})",
        n=len(names),
        names="; ".join(names[:_NAMED]),
        more=say("; và {n} đơn vị khác", "; and {n} more", n=more) if more > 0 else "",
    )
