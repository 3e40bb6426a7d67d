"""The figures of a document as they stood when it was made, beside the same as they are known now."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from bochiso.report.report_data import ReportData
from bochiso.score.ranking import Standing
from bochiso.text import Text, say
from bochiso.units.names import short_name


@dataclass(frozen=True)
class KnownOtherwise:
    """One thing that is known otherwise now: as it was, as it is; neither where `what` says it all."""

    what: Text
    then: Text | None = None
    now: Text | None = None


def differences(then: ReportData, now: ReportData) -> list[KnownOtherwise]:
    """The province and units whose total or rank is another, and the dossiers overdue."""
    return [*_province(then, now), *_units(then, now), *_dossiers(then, now)]


def _units(then: ReportData, now: ReportData) -> Iterator[KnownOtherwise]:
    before = {row.score.unit.code: row for row in then.units.standings.rows}
    after = {row.score.unit.code: row for row in now.units.standings.rows}
    if then.units.snapshot.as_of != now.units.snapshot.as_of:
        yield KnownOtherwise(
            say("ngày của số liệu", "the day of the figures"),
            say("{day}", "{day}", day=then.units.snapshot.as_of),
            say("{day}", "{day}", day=now.units.snapshot.as_of),
        )
    for code in [*before, *(code for code in after if code not in before)]:
        yield from _standing(before.get(code), after.get(code))


def _province(then: ReportData, now: ReportData) -> Iterator[KnownOtherwise]:
    before, after = (each.province.standing if each.province else None for each in (then, now))
    yield from _standing(before, after)


def _standing(before: Standing | None, after: Standing | None) -> Iterator[KnownOtherwise]:
    known = after or before
    if known is None or (before and after and _said(before) == _said(after)):
        return
    name = short_name(known.score.unit.name)
    yield KnownOtherwise(say("{name}", "{name}", name=name), _words(before), _words(after))


def _said(row: Standing) -> tuple[Decimal | None, int | None]:
    return row.score.total, row.rank


def _words(row: Standing | None) -> Text:
    if row is None:
        return say("không có", "not there")
    total, rank = row.score.total, row.rank
    if total is None or rank is None:
        return say("chưa xếp hạng", "not ranked") if total is None else say("{t} điểm", "{t} points", t=total)
    return say("{t} điểm, hạng {r:d}", "{t} points, rank {r:d}", t=total, r=rank)


def _dossiers(then: ReportData, now: ReportData) -> Iterator[KnownOtherwise]:
    before, after = (each.dossiers.total if each.dossiers else None for each in (then, now))
    if before != after:
        unknown = say("chưa có số liệu", "not known")
        yield KnownOtherwise(
            say("hồ sơ đang giải quyết đã quá hạn", "open dossiers past their date"),
            unknown if before is None else say("{n}", "{n}", n=before),
            unknown if after is None else say("{n}", "{n}", n=after),
        )
