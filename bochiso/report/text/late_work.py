"""Dossiers and publications in words: what was handled, what is overdue, what was published late."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from bochiso.report import phrases
from bochiso.report.annex_parts import Overdue, OverdueUnit
from bochiso.report.dossier_figures import LatePublications, UnitDossiers
from bochiso.report.text.document_builder import DocumentBuilder
from bochiso.rules.verdict import day_of
from bochiso.text import Lang, count
from bochiso.units.model import Level, Unit

NAMED = 5
"""How many units with overdue dossiers a sentence names."""

ENOUGH = 20
"""Of fewer open dossiers a share says little."""


def overdue(builder: DocumentBuilder) -> Overdue:
    """Overdue dossiers in a sentence and a table, as of the last day of which anything is known."""
    found = builder.facts.dossiers
    if found is None:
        return Overdue(False, "", "", "", "", "", "", [])
    units = found.overdue
    line = "không có hồ sơ quá hạn"
    if found.total:
        several = f"{phrases.count(len(units))} {units_called(builder, [row.unit for row in units])}"
        where = several if len(units) > 1 else builder.unit(units[0].unit)
        line = f"có {phrases.count(found.total)} hồ sơ đang giải quyết đã quá hạn tại {where}"
    most = with_most(units, NAMED)
    names = [f"{builder.unit(row.unit)} ({phrases.count(row.count)} hồ sơ)" for row in most]
    if len(units) == len(most):  # all of them are named: none has "most"
        line, names = f"{line}: {phrases.listed(names)}" if len(units) > 1 else line, []
    return Overdue(
        known=True,
        total=count(found.total, Lang.VI),
        moment=f"ngày {phrases.day(day_of(found.moment))}",
        known_until=phrases.day(found.known_until),
        line=line,
        names=phrases.listed(names),
        shares=phrases.listed([_share(builder, row) for row in _worst_shares(units)]),
        units=[_row(builder, n, row) for n, row in enumerate(units, start=1)],
    )


def with_most(units: Sequence[UnitDossiers], most: int) -> list[UnitDossiers]:
    """The first of units by their overdue dossiers, all where they are few, none before an equal."""
    if len(units) <= most:
        return list(units)
    least = units[most].count
    return [row for row in units[:most] if row.count > least]


def _worst_shares(units: Sequence[UnitDossiers]) -> list[UnitDossiers]:
    """Units with the highest share of their open dossiers overdue; none of those with few."""
    known = [row for row in units if row.caseload.open >= ENOUGH]
    return sorted(known, key=lambda row: Fraction(row.count, row.caseload.open), reverse=True)[:3]


def _share(builder: DocumentBuilder, row: UnitDossiers) -> str:
    of = phrases.share(row.count, row.caseload.open)
    return f"{builder.unit(row.unit)} ({of} hồ sơ đang giải quyết, {_percent(row)})"


def _percent(row: UnitDossiers) -> str:
    return (
        phrases.share_percent(Fraction(row.count, row.caseload.open)) if row.caseload.open else phrases.NONE
    )


def _row(builder: DocumentBuilder, n: int, row: UnitDossiers) -> OverdueUnit:
    return OverdueUnit(
        no=str(n),
        unit=builder.unit(row.unit),
        count=count(row.count, Lang.VI),
        open=count(row.caseload.open, Lang.VI),
        share=_percent(row),
        longest=phrases.NONE if row.longest is None else phrases.days(row.longest),
    )


def units_called(builder: DocumentBuilder, units: Sequence[Unit]) -> str:
    """What units of these levels are called together."""
    ranked = {row.score.unit.code for row in builder.facts.units.standings.rows}
    levels = {unit.level for unit in units if unit.code in ranked}
    if levels == {Level.DEPARTMENT}:
        return "cơ quan"
    return "địa phương" if levels and Level.DEPARTMENT not in levels else "cơ quan, đơn vị, địa phương"


def published_line(builder: DocumentBuilder, found: LatePublications) -> str:
    """How many procedures were published in the period, and how many of them late."""
    period = phrases.span(builder.facts.units.snapshot.period)
    waiting = len({code for each in found.late if each.decided_on is None for code, _ in each.procedures})
    if not found.decided:
        line = f"Trong {period} chưa có TTHC nào được công bố"
        return f"{line}; {phrases.count(waiting)} TTHC đã quá hạn công bố" if waiting else line
    line = f"Trong {period}, có {phrases.count(found.decided)} TTHC được công bố"
    told = list(_late(found))
    if told:
        line += f", trong đó {' và '.join(told)}"
    elif found.judged == found.decided:
        line += ", đều đúng hạn"
    if waiting:
        line += f"; {phrases.count(waiting)} TTHC chưa được công bố tuy đã hết hạn"
    if unknown := found.decided - found.judged:
        line += f"; {phrases.count(unknown)} TTHC chưa có ngày có hiệu lực nên chưa xét hạn công bố"
    return line


def _late(found: LatePublications) -> Iterator[str]:
    if found.published_late:
        yield f"{phrases.count(found.published_late)} TTHC công bố chậm"
    if found.entered_late:
        yield f"{phrases.count(found.entered_late)} TTHC cập nhật chậm vào Cơ sở dữ liệu quốc gia về TTHC"
