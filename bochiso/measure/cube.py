"""What units did in a period, counted: one pass over the dossiers by unit, one by unit and procedure.

A count by unit and procedure costs several times one by unit. So nearly everything is counted by
unit; of procedures only whether a unit had any such dossier of them, which can't be added up.
"""

from collections.abc import Sequence

import ibis
from ibis import Table, ifelse
from ibis.expr.types import BooleanValue, Column, IntegerScalar, TimestampScalar

from bochiso.measure.index_clock import with_end, with_verdict
from bochiso.measure.limits import month_of, with_calendar, with_limit_end
from bochiso.measure.query_parameters import moment_parameter
from bochiso.measure.schema import CLOSINGS, DOSSIERS, PROCEDURES
from bochiso.rules.dossier_times import DRAFT

ONLINE = 2
"""Channel 2: filed online."""

HANDLED: dict[str, str] = {
    "unit": "string",
    "procedure": "string",
    "online": "boolean",
    "paid": "boolean",
    "population": "boolean",
}
"""By unit and procedure whether any dossier was filed online, paid online, had its data from the
population database: a table that the engine keeps while a period is measured."""

FLAGS = (
    "paid_online", "fee_free", "result_file", "component_file", "data_reused", "from_store",
    "population_data",
)  # fmt: skip

READ = (
    "unit", "province", "procedure", "channel", "status", "filed_at", "received_at", "due_at", "appointed_at",
    *CLOSINGS, "reopened_at", "earlier", "last_known_at", "requests", "complained_at", "dislikes",
    *FLAGS,
)  # fmt: skip
"""The columns of dossiers that are read here."""


CHOSEN: dict[str, str] = {"unit": "string"}
"""The table `units_chosen`: where only some units are to be counted."""


def cube(*keys: str, subset: bool = False) -> Table:
    """Counts by `keys` of the dossiers received in the period asked for, as they stood then.

    Each is a number of dossiers but `seconds`, which the `closed` took together: those that were
    received and whose end is known, and not before the receipt. `unlimited`: those that rule 2.1
    can't judge, for want of a limit. `subset`: only of `units_chosen`. Keys: unit, procedure, province, month
    (of the receipt).
    """
    chosen = with_month(judged(subset), keys)
    return chosen.group_by(*keys).aggregate(**_counts_of(chosen))


SLOT, SLOT_SIZE = "slot", 62
"""The key by which procedures are told in groups: so many of a province's, in the order of their codes."""

HANDLED_BITS = {"online": "online_bits", "paid": "paid_bits", "population": "population_bits"}
"""Columns of HANDLED as whole numbers with a bit for each procedure of a slot."""


def cube_with_handled(*keys: str) -> Table:
    """The cube by `keys` and SLOT, and HANDLED_BITS: one pass over the dossiers gives what two would.

    Both add up over slots and keys, by summing and by or. Dossiers of a procedure that isn't listed have no
    slot and no bit: what units did with such procedures is asked by no indicator.
    """
    chosen = with_month(judged(False, slots=True), keys)
    marks = (chosen.online, chosen.paid_online, chosen.population_data)
    bits = {
        name: bit_or(ifelse(mark, chosen.bit, 0))
        for name, mark in zip(HANDLED_BITS.values(), marks, strict=True)
    }
    return chosen.group_by(*keys, SLOT).aggregate(**_counts_of(chosen), **bits)


def _counts_of(chosen: Table) -> dict[str, IntegerScalar]:
    return {
        "received": chosen.count(),
        **{name: number_of(mark) for name, mark in marks_of(chosen).items()},
        "closed": number_of(chosen.timed),
        "seconds": (chosen.timed.cast("int64") * chosen.seconds).sum(),
    }


def marks_of(judged: Table) -> dict[str, BooleanValue]:
    """What each of the `judged` counts in: numerators and denominators that are numbers of dossiers."""
    late = judged.counted & ~judged.on_time
    fee = is_set(judged.fee) & ~judged.fee_free
    returned = is_set(judged.returns_document)
    return {
        "online": judged.online,
        "judged": judged.counted,
        "on_time": judged.on_time,
        "unlimited": judged.takes_part & ~judged.counted,
        "content": ~late & ~judged.complained & ~judged.disliked,
        "fee_owed": fee,
        "fee_paid": fee & judged.paid_online,
        "result_due": returned,
        "result_given": returned & judged.result_file,
        "digitised": judged.component_file & (judged.result_file | ~returned),
        "reused": judged.data_reused,
        "stored": judged.from_store,
        "population": judged.population_data,
    }


def dossier_marks(source: str) -> Table:
    """Of a table as DOSSIERS those that count in the period asked for: dossier, unit and `marks_of`."""
    chosen = judged(False, "dossier", source=source)
    return chosen.select("dossier", "unit", **marks_of(chosen))


def handled(*keys: str, subset: bool = False) -> Table:
    """HANDLED of the dossiers received in the period asked for; `subset`: only of `units_chosen`.

    `keys`: by which it is told besides, as the cube has them.
    """
    chosen = received_dossiers(subset).select(*READ)
    chosen = with_month(chosen.mutate(began=chosen.received_at.coalesce(chosen.filed_at)), keys)
    return chosen.group_by(*keys, "unit", "procedure").aggregate(
        online=is_set(chosen.channel == ONLINE).any(),
        paid=is_set(chosen.paid_online).any(),
        population=is_set(chosen.population_data).any(),
    )


MONTH = "month"
"""The key by which facts are kept in parts, besides the province: 202609."""


def with_month(table: Table, keys: Sequence[str]) -> Table:
    """The table with the month of `began`, where it is one of the keys."""
    return table.mutate(month=month_of(table.began)) if MONTH in keys else table


def received_dossiers(subset: bool, source: str = "dossiers") -> Table:
    """The dossiers of the period asked for, as far as they had been received by the moment asked for.

    A dossier belongs to a period by its receipt, or its filing where that lacks. Dossiers whose
    unit is not known are in no unit's figures; they are listed for a clerk to map.
    """
    dossiers = of_chosen(ibis.table(DOSSIERS, name=source), subset)
    began = dossiers.received_at.coalesce(dossiers.filed_at)
    return dossiers.filter(
        began >= moment_parameter("asked_first"),
        began < moment_parameter("asked_after"),
        began <= moment_parameter("asked_as_of"),
        was_accepted(dossiers, moment_parameter("asked_as_of")),
        dossiers.unit.notnull(),
    )


def _disliked(dossiers: Table, moment: TimestampScalar) -> BooleanValue:
    """Whether the latest rating by a moment was a bad one."""
    held = dossiers.dislikes.filter(
        lambda each: (each.since <= moment) & (each.until.isnull() | (each.until > moment))
    )
    return held.length().fill_null(0) > 0


def was_accepted(dossiers: Table, moment: TimestampScalar) -> BooleanValue:
    """Whether dossiers had come further than newly filed by a moment."""
    return (dossiers.status.fill_null(0) != DRAFT) & ~is_set(dossiers.accepted_at > moment)


def of_chosen(table: Table, subset: bool) -> Table:
    """All rows of a table, or only those of `units_chosen`."""
    return table.semi_join(ibis.table(CHOSEN, name="units_chosen"), "unit") if subset else table


def judged(subset: bool, *more: str, source: str = "dossiers", slots: bool = False) -> Table:
    """The dossiers received in the period asked for, with what the clock says of them and their procedures.

    With `more` of their columns; `slots`: and the SLOT and the bit of their procedures.

    All that a dossier alone can tell is told before its procedure is looked up: the fewer columns
    go through a join, the quicker it is.
    """
    as_of = moment_parameter("asked_as_of")
    chosen = received_dossiers(subset, source).select(*READ, *(name for name in more if name not in READ))
    stood = with_end(chosen, as_of, moment_parameter("asked_end"))
    stood = stood.select(
        "unit", "province", "procedure", "due_at", "began", "ended", "waited", "seconds", "too_many",
        "takes_part", *more,
        open=~stood.closed,
        timed=stood.closing.notnull() & stood.received_at.notnull() & (stood.seconds >= 0),
        online=is_set(stood.channel == ONLINE),
        complained=is_set(stood.complained_at <= as_of),
        disliked=_disliked(stood, as_of),
        **{name: is_set(stood[name]) for name in FLAGS},
    )  # fmt: skip
    own = ("maximum_hours", "working_days", "fee", "returns_document", *((SLOT, "bit") if slots else ()))
    return with_verdict(with_limit_end(with_procedures(stood, *own, slots=slots)))


def with_procedures(dossiers: Table, *names: str, slots: bool = False) -> Table:
    """The dossiers with columns of their procedures, each as its own province has it, and `calendar`.

    `slots`: SLOT and bit may be among them.
    """
    listed = with_calendar(slotted_procedures() if slots else ibis.table(PROCEDURES, name="procedures"))
    listed = listed.select(*names, "calendar", of="procedure", of_province="province")
    same = [dossiers.procedure == listed.of, dossiers.province == listed.of_province]
    return dossiers.left_join(listed, same).drop("of", "of_province")


def slotted_procedures() -> Table:
    """The procedures, each with its SLOT and its bit there."""
    listed = ibis.table(PROCEDURES, name="procedures")
    order = ibis.window(group_by="province", order_by="procedure")
    listed = listed.mutate(number=ibis.row_number().over(order))
    bit = (ibis.literal(2) ** (listed.number % SLOT_SIZE)).cast("int64")  # exact: a power of two
    return listed.mutate(**{SLOT: (listed.number // SLOT_SIZE).cast("int32")}, bit=bit).drop("number")


@ibis.udf.agg.builtin  # type: ignore[untyped-decorator]
def bit_or(values: int) -> int:  # type: ignore[empty-body]
    """The bits that any of the values has; Ibis has no word of its own for it in Spark."""


def is_set(flag: BooleanValue | Column) -> BooleanValue:
    """A flag that is set; null is not."""
    return flag.fill_null(False)


def number_of(condition: BooleanValue) -> IntegerScalar:
    """How many rows meet a condition, which is never null: in a sum, which engines do the quickest."""
    return condition.sum()
