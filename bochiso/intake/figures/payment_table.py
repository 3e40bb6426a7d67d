"""The payment table: one row a unit, the counts of its three payment indicators and the group's points."""

from bochiso.intake.headings.heading_words import PAYMENT_COUNTS, PAYMENT_GROUP
from bochiso.intake.tables.columns import counts, decimals
from bochiso.intake.tables.parsed_table import ParsedTable, figures_table, identify, refuse
from bochiso.intake.tables.table_reader import RawTable
from bochiso.intake.tables.validation import RowFault, count_fault, points_fault
from bochiso.rules.rule_set import RuleSet


def draft_payment(table: RawTable, rules: RuleSet) -> ParsedTable:
    """The figures of one payment table, duplicates still in it; `score` is the group's published points."""
    rows = identify(table)
    columns = {name: counts(table.column(name)) for pair in PAYMENT_COUNTS.values() for name in pair}
    score = decimals(table.column("score"))
    parsed = [*columns.items(), ("score", score)]
    values = {name: one.values.to_pylist() for name, one in parsed}
    pairs = {code: pair for code, pair in PAYMENT_COUNTS.items() if code in rules.indicator}
    most = rules.group[PAYMENT_GROUP].points
    refusals, kept = list(table.refusals), []
    figures: list[tuple[object, ...]] = []
    for at, (place, number) in enumerate(zip(rows.ids.to_pylist(), table.rows.to_pylist(), strict=True)):
        who = rows.who[place]
        counted = {code: (values[pair[0]][at], values[pair[1]][at]) for code, pair in pairs.items()}
        faults = [who if isinstance(who, RowFault) else None]
        faults += [RowFault(one.reasons[at], name) for name, one in parsed if at in one.reasons]
        faults += [
            count_fault(*counted[code], pair) for code, pair in pairs.items() if pair[0] in table.names
        ]
        faults += [points_fault(values["score"][at], most, "score")]
        fault = next((one for one in faults if one is not None), None)
        if isinstance(who, RowFault) or fault is not None:
            refusals.append(refuse(table, at, fault or who))
            continue
        kept.append(who)
        unit = who.unit.code
        figures += [
            (unit, c, *counted[c], None, number) for c, pair in pairs.items() if pair[0] in table.names
        ]
        if values["score"][at] is not None:
            figures.append((unit, PAYMENT_GROUP, None, None, values["score"][at], number))
    names = ("unit", "code", "numerator", "denominator", "points", "row")
    found = dict(zip(names, zip(*figures, strict=True), strict=True)) if figures else {}
    length = len(figures)
    read = len(table.rows) + len(table.refusals)
    return ParsedTable(
        kept,
        figures_table(found | {"file": [table.file] * length}, length),
        read,
        tuple(refusals),
        table.notes,
    )
