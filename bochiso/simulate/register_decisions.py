"""The register of publications that a simulated province keeps, and what it makes indicators 1.1 to 1.3.

Its rows: every procedure published during the simulated days, a tenth of those published before, and some
that the catalogue lacks, one of each kind that a register has to get right. Margins are wide, so that what
is in time is so whichever days offices swapped.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from msgspec import Struct

from bochiso.simulate.dice import Dice
from bochiso.simulate.offices import SimulatedProvince
from bochiso.simulate.procedure_catalogue import SimulatedProcedure
from bochiso.simulate.rhythm import Rhythm

PARTS = (
    "part_name", "part_steps", "part_way", "part_dossier", "part_time", "part_subject", "part_agency",
    "part_result",
)  # fmt: skip
REGISTER_COLUMNS = (
    "procedure", "name", "kind", "ministry_number", "ministry_on", "issuer", "field", "department",
    "submission", "submitted_on", "number", "decided_on", "effective_on", "entered_on", *PARTS,
)  # fmt: skip
"""Columns of publications.csv; days as ISO text, nothing where there is none."""

LEAST_DAYS = 80
"""A shorter time has no publications of its own."""

KINDS = (
    "waiting", "overdue", "undated", "twice", "abolished", "ending",
    "waiting", "overdue", "slow", "twice", "abolished", "ending",
)  # fmt: skip
"""The extra procedures, one each."""

_MINISTRIES = (("BTP", "Bộ Tư pháp"), ("BNV", "Bộ Nội vụ"), ("BXD", "Bộ Xây dựng"), ("BTC", "Bộ Tài chính"))


class RegisterRow(Struct, frozen=True):
    """A decision and a procedure. signed_late, entered_late: as planned; lacks: the part that isn't there."""

    procedure: str
    name: str
    kind: str
    field: str
    department: str
    decided: date | None
    effective: date | None
    entered: date | None
    ministry: date
    number: int
    signed_late: bool
    entered_late: bool
    lacks: str | None

    @property
    def fields(self) -> dict[str, str]:
        """The row of the table."""
        symbol, issuer = _MINISTRIES[self.number % len(_MINISTRIES)]
        own = self.decided is not None
        submitted = self.decided and self.decided - timedelta(days=2)
        return {
            "procedure": self.procedure, "name": self.name, "kind": self.kind,
            "ministry_number": f"{self.number}/QĐ-{symbol}", "ministry_on": self.ministry.isoformat(),
            "issuer": issuer, "field": self.field, "department": self.department,
            "submission": f"{self.number}/TTr" if own else "", "submitted_on": _text(submitted),
            "number": f"{self.number}/QĐ-UBND" if own else "", "decided_on": _text(self.decided),
            "effective_on": _text(self.effective), "entered_on": _text(self.entered),
            **{part: "không" if part == self.lacks else "có" for part in PARTS},
        }  # fmt: skip


def register_of(made: SimulatedProvince) -> tuple[RegisterRow, ...]:
    """The register of a simulated province, the same for the same province, seed and days."""
    rows = [*_listed(made), *_extra(made)]
    return tuple(row for row in rows if row.ministry <= made.rhythm.last)


def register_truth(made: SimulatedProvince) -> dict[str, tuple[int, int]]:
    """Indicators 1.1 to 1.3 of the province on its last day, with this register beside the catalogue."""
    rows, last = register_of(made), made.rhythm.last
    period = [row for row in rows if row.decided is not None and made.rhythm.first <= row.decided <= last]
    dated = [row for row in period if row.effective is not None]
    late = {row.procedure for row in dated if row.signed_late}
    unentered = {row.procedure for row in period if row.entered_late}
    latest = {row.procedure: row for row in sorted(rows, key=lambda row: row.decided or row.ministry)}
    gone = {
        row.procedure
        for row in latest.values()
        if row.kind == "bãi bỏ" and row.effective is not None and row.effective <= last
    }
    published = {row.procedure for row in rows if row.decided is not None}
    public = (published | {each.code for each in made.procedures}) - gone
    # Of what only the catalogue lists nobody checked the parts.
    full = {code for code, row in latest.items() if code in public and row.lacks is None}
    judged, decided = {row.procedure for row in dated}, {row.procedure for row in period}
    return {
        "PUBLISH_ON_TIME": (len(judged - late), len(judged)),
        "PUBLIC_UPDATE_ON_TIME": (len(decided - unentered), len(decided)),
        "PUBLIC_CONTENT_FULL": (len(full), len(public)),
    }


def _listed(made: SimulatedProvince) -> Iterator[RegisterRow]:
    """Procedures of the catalogue with the decision that it names."""
    for number, each in enumerate(made.procedures, start=1):
        dice = Dice("register", made.seed, each.code)
        if not each.in_period and dice.between(1, 10) > 1:
            continue
        decided, effective, entered = map(date.fromisoformat, (each.decided, each.effective, each.entered))
        yield RegisterRow(
            each.code, each.name, "sửa đổi" if dice.between(1, 3) > 1 else "mới", each.field,
            _department(made, each), decided, effective, max(entered, decided),
            decided - timedelta(days=dice.between(5, 12)), number,
            each.in_period and not each.published, each.in_period and not each.updated,
            PARTS[dice.between(0, 7)] if dice.between(1, 8) == 1 else None,
        )  # fmt: skip


def _department(made: SimulatedProvince, each: SimulatedProcedure) -> str:
    names = {office.unit.code: office.unit.name for office in made.offices}
    return names.get(each.authority or "", "Văn phòng UBND tỉnh")


def _extra(made: SimulatedProvince) -> Iterator[RegisterRow]:
    """Procedures that the catalogue lacks: waiting, without a day of effect, twice published, abolished."""
    rhythm = made.rhythm
    length = (rhythm.last - rhythm.first).days
    if length < LEAST_DAYS:
        return
    number = len(made.procedures)
    for n, kind in enumerate(KINDS):
        dice = Dice("extra", made.seed, n)
        start = rhythm.day_index(rhythm.first) + dice.between(0, length - 70)
        for place, plan in enumerate(_plans(rhythm, kind, start)):
            number += 1
            what, decided, effective, entered, late, slow = plan
            yield RegisterRow(
                f"4.9{n:05d}", f"Thủ tục mô phỏng số {n + 1}", what, "Mô phỏng", "Văn phòng UBND tỉnh",
                decided, effective, entered,
                (decided or rhythm.day(start)) - timedelta(days=dice.between(5, 12)), number, late, slow,
                PARTS[place] if kind == "slow" else None,
            )  # fmt: skip


_Plan = tuple[str, date | None, date | None, date | None, bool, bool]


def _plans(rhythm: Rhythm, kind: str, start: int) -> list[_Plan]:
    """The decisions on a procedure: kind, days of decision, effect and entry, whether late, whether slow."""

    def day(index: int, working: int) -> date:
        return rhythm.day(rhythm.ahead(index, working))

    first = rhythm.ahead(start, 1)
    again = rhythm.ahead(start, 25)
    new = ("mới", rhythm.day(first), day(first, 12), day(first, 1), False, False)
    if kind == "waiting":  # the province hasn't decided yet, and has time
        return [("mới", None, rhythm.last + timedelta(days=60), None, False, False)]
    if kind == "overdue":
        return [("mới", None, day(first, 3), None, False, False)]
    if kind in ("undated", "slow"):  # no day of effect; the second entered late, too
        return [
            ("mới", rhythm.day(first), None, day(first, 12 if kind == "slow" else 1), False, kind == "slow")
        ]
    if kind == "twice":  # late once is late; the second decision, in time, launders nothing
        late = ("mới", rhythm.day(first), day(first, 1), day(first, 1), True, False)
        return [late, ("sửa đổi", rhythm.day(again), day(again, 12), day(again, 1), False, False)]
    if kind == "abolished":
        return [new, ("bãi bỏ", rhythm.day(again), day(again, 12), day(again, 1), False, False)]
    return [new, ("bãi bỏ", rhythm.day(again), rhythm.last + timedelta(days=40), day(again, 1), False, False)]


def _text(day: date | None) -> str:
    return "" if day is None else day.isoformat()
