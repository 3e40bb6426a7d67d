"""A snapshot as it leaves the house: the answer of the API, and what `bochiso snapshots` prints."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import WithJsonSchema

from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.units.model import Level

Moment = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
"""A moment of UTC as ISO 8601 writes it, with its offset in figures."""


@dataclass(frozen=True)
class SnapshotRow:
    """Figures valid for one day and period; `figures` is the SHA-256 of them."""

    as_of: date
    period: str
    label: str | None
    state: str
    province: int
    department: int
    district: int
    commune: int
    subunit: int
    ministry: int
    read_at: Moment
    changed_at: Moment
    rules: str
    figures: str


def snapshot_row(store: Store, snapshot: Snapshot) -> SnapshotRow:
    """A snapshot, how many units of each level it has, and when it was read."""
    units = store.units(snapshot)
    return SnapshotRow(
        as_of=snapshot.as_of,
        period=snapshot.period.code,
        label=snapshot.label,
        state=snapshot.state.value,
        **{level.value: sum(unit.level is level for unit in units) for level in Level},
        read_at=snapshot.read_at.isoformat(),
        changed_at=store.changed_at(snapshot).isoformat(),
        rules=snapshot.rules,
        figures=store.fingerprint(snapshot),
    )
