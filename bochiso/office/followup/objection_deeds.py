"""Objections: figures opened to units, objected to, decided on; accepted ones made into corrected figures."""

import csv
import io
from collections.abc import Sequence
from datetime import date

from bochiso.errors import ComputeError
from bochiso.followup.objections import FigureClaim, Objection, ObjectionRemedy, UnitPreview, corrected
from bochiso.office.backend import Backend
from bochiso.office.figures import import_figures
from bochiso.rules.rule_set import RuleSet
from bochiso.score.figures import UnitFigures
from bochiso.store.figures.evidence import NewReading
from bochiso.store.figures.snapshot_store import Added, Snapshot, Store
from bochiso.store.followup import objection_register
from bochiso.store.followup.objection_register import Filing, accepted, find_preview, objections
from bochiso.store.people.audit import By
from bochiso.text import say


def open_preview(
    backend: Backend, by: By, store: Store, snapshot: Snapshot, last_day: date, note: str = ""
) -> UnitPreview:
    """Open figures to units until a day. Raises ComputeError."""
    with backend.open_ledger() as ledger:
        return objection_register.open_preview(ledger, store, snapshot, last_day, by, note)


def close_preview(backend: Backend, by: By, number: int) -> UnitPreview:
    """Close a preview. Raises ComputeError."""
    with backend.open_ledger() as ledger:
        return objection_register.close_preview(ledger, number, by)


def file_objection(backend: Backend, by: By, store: Store, preview: int, filing: Filing) -> Objection:
    """Keep an objection of a unit. Raises ComputeError."""
    with backend.open_ledger() as ledger:
        return objection_register.file_objection(ledger, store, preview, filing, by)


def decide_objection(
    backend: Backend, by: By, number: int, remedy: ObjectionRemedy | None, because: str
) -> Objection:
    """Accept an objection with how it is put right, or reject it (None). Raises ComputeError."""
    with backend.open_ledger() as ledger:
        return objection_register.decide_objection(ledger, number, remedy, because, by)


def correct(backend: Backend, by: By, store: Store, preview: int) -> list[Added]:
    """Bring in the figures as accepted objections have them, as readings of the same day.

    The snapshot of the day has them then, to be published as any. Raises ComputeError where none was accepted
    for it, and for figures measured here, which dossiers put right.
    """
    with backend.open_ledger() as ledger:
        found, snapshot = find_preview(ledger, preview)
        claims = [each.claim for each in accepted(objections(ledger, preview), ObjectionRemedy.CORRECTION)]
    if found.measured:
        raise ComputeError(
            say(
                "số liệu tự đo thì sửa từ hồ sơ rồi đo lại.",
                "what was measured here is put right in dossiers.",
            ),
            do=say("Sửa hồ sơ, đồng bộ lại, rồi đo lại.", "Mend the dossiers and measure again."),
        )
    if not claims:
        raise ComputeError(
            say("chưa có kiến nghị nào được chấp nhận để đính chính ở đây.",
                "no objection was accepted to be corrected here.")
        )  # fmt: skip
    rules = store.rules(snapshot)
    tables = correction_tables(store.figures(snapshot, rules), claims, rules)
    text = store.rules_text(snapshot)
    return [
        import_figures(
            backend, by,
            NewReading(kind, [(f"dinh-chinh-kien-nghi-{preview}-{kind}.csv", body)], snapshot.as_of,
                       snapshot.period, text, by.at, snapshot.label),
        )
        for kind, body in tables.items()
    ]  # fmt: skip


def correction_tables(
    figures: Sequence[UnitFigures], claims: Sequence[FigureClaim], rules: RuleSet
) -> dict[str, bytes]:
    """What claims change, as tables that imports read: counts, and points where a source published them."""
    before = {each.unit.code: each for each in figures}
    counts: list[dict[str, object]] = []
    points: list[dict[str, object]] = []
    for each in corrected(figures, claims, rules):
        old, unit = before[each.unit.code], each.unit
        named = {"unit": unit.code, "unit_name": unit.name, "level": unit.level.value, "parent": unit.parent}
        counts += [
            {**named, "indicator": code, "numerator": count.numerator, "denominator": count.denominator}
            for code, count in each.counts.items() if count != old.counts.get(code)
        ]  # fmt: skip
        if (each.points, each.total) != (old.points, old.total):
            points.append({**named, **each.points, "total": each.total})
    made = {"measures": counts, "points": points}
    return {kind: _as_csv(rows) for kind, rows in made.items() if rows}


def _as_csv(rows: Sequence[dict[str, object]]) -> bytes:
    out = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()
