"""From figures to the context of a document: which parts it has, and how they are numbered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bochiso.report import phrases
from bochiso.report.annex_parts import Overdue, Publications
from bochiso.report.charts.process import ChartPicture
from bochiso.report.context import CONTEXTS, Context, DocumentKind, Marks, Month, Notice, Quarter, Week
from bochiso.report.office_settings import OfficeSettings
from bochiso.report.report_data import ReportData
from bochiso.report.text.annexes import annex_numbers, annexes, stamp
from bochiso.report.text.charts_annex import charts_annex
from bochiso.report.text.document_builder import DocumentBuilder, IssueDetails
from bochiso.report.text.late_work import overdue
from bochiso.report.text.letterhead import moment, paper, with_paper
from bochiso.report.text.level_results import level_results
from bochiso.report.text.method import method
from bochiso.report.text.proposals import proposals
from bochiso.report.text.province_results import province_result
from bochiso.report.text.summary import praise, summary, targets
from bochiso.report.text.work_annexes import handling, indicators, publications

_PUBLISHING = (DocumentKind.MONTH, DocumentKind.NOTICE)
"""Kinds that tell of publications."""

_DETAILED = (DocumentKind.MONTH, DocumentKind.QUARTER)
"""Kinds with every indicator of the province in an annex."""


def context(
    kind: DocumentKind,
    facts: ReportData,
    settings: OfficeSettings,
    now: datetime,
    drawings: Sequence[ChartPicture] = (),
    issue: IssueDetails | None = None,
) -> Context:
    """What the template of this kind receives. `now`: the moment that the document is written.

    `drawings`: the charts, where the template shows any. Raises ReportError where the settings'
    province is not known.
    """
    builder = DocumentBuilder(kind, facts, settings, now, issue or IssueDetails())
    late, numbers = overdue(builder), _annexes_of(builder, bool(drawings))
    of_paper = with_paper(builder)
    published = publications(builder, numbers.publications, of_paper)
    if kind not in _PUBLISHING:
        published = Publications(False, "", "", "", "", [], "")
    levels = len(facts.levels)
    marks, level_marks = number_parts(kind, facts.province is not None, levels, late, published)
    own, results = province_result(builder), level_results(builder, level_marks, numbers.levels)
    charts = charts_annex(builder, drawings, numbers.charts, of_paper)
    names = [*numbers.levels, *([numbers.indicators] if numbers.indicators else [])]
    parts: dict[str, Any] = {
        "paper": paper(builder),
        "office": builder.office,
        "moment": moment(builder, stamp(builder)),
        "summary": summary(builder, own, results, late),
        "province": own,
        "levels": results,
        "praise": praise(builder),
        "targets": targets(builder),
        "outcomes": [phrases.capital(each) for each in facts.outcomes],
        "overdue": late,
        "handling": handling(builder, numbers.handling, of_paper),
        "indicators": indicators(builder, numbers.indicators, of_paper),
        "proposals": proposals(builder),
        "annexes": annexes(builder, numbers.levels, of_paper),
        "annex_names": phrases.listed(names),
        "annex_line": _annex_line(names, numbers.charts),
        "charts": charts,
        "marks": marks,
    }
    if CONTEXTS[kind] in (Week, Quarter):
        parts["method"] = method(builder)
    elif CONTEXTS[kind] in (Month, Notice):
        parts["publications"] = published
    return CONTEXTS[kind](**parts)


@dataclass(frozen=True)
class _Numbers:
    """The annexes that there are, by their names; empty where there is none."""

    levels: list[str]
    indicators: str
    handling: str
    publications: str
    charts: str


def _annexes_of(builder: DocumentBuilder, charts: bool) -> _Numbers:
    facts, kind = builder.facts, builder.kind
    own = facts.province
    detailed = kind in _DETAILED and own and any(b.points is not None for b in own.standing.score.boxes)
    late = kind in _PUBLISHING and facts.publications and facts.publications.late
    handled = facts.dossiers and facts.dossiers.complete
    there = [bool(each) for each in (detailed, handled, late, charts)]
    numbers: Iterator[str] = iter(annex_numbers(len(facts.levels) + sum(there)))
    levels = [next(numbers) for _ in facts.levels]
    return _Numbers(levels, *(next(numbers) if each else "" for each in there))


def _annex_line(names: Sequence[str], charts: str) -> str:
    """`Kết quả của từng cơ quan, đơn vị, địa phương tại Phụ lục I và Phụ lục II; biểu đồ tại Phụ lục IV`."""
    told = [f"Kết quả chi tiết tại {phrases.listed(names)}"] if names else []
    if charts:
        told.append(f"biểu đồ tại {charts}")
    return phrases.capital("; ".join(told)) + (" kèm theo" if told else "")


_FIRST = {DocumentKind.WEEK: 4, DocumentKind.MONTH: 2, DocumentKind.QUARTER: 4}
"""The number of the first part after the results, of kinds whose parts are numbered 1, 2, 3."""


def number_parts(
    kind: DocumentKind, province: bool, levels: int, late: Overdue, published: Publications
) -> tuple[Marks, list[str]]:
    """The numbers of the parts that there are, and of each level's results; a part alone has none."""
    notice = kind is DocumentKind.NOTICE
    ways = [f"{n}." if notice else f"{phrases.letter(n)})" for n in range(1, levels + 2)]
    if kind is DocumentKind.DIRECTIVE or province + levels == 1:
        ways = [""] * (levels + 1)
    own, level_marks = (ways[0], ways[1:]) if province else ("", ways[:levels])
    if kind is DocumentKind.DIRECTIVE:
        return Marks("", "", "", "", ""), [""] * levels
    notice_marks = ("1.", "2.") if late.known and published.known else ("", "")
    first = _FIRST.get(kind, 0)
    numbers = iter(notice_marks if notice else [f"{n}." for n in range(first, first + 3)])
    work = next(numbers) if late.known else ""
    publishing = next(numbers) if published.known else ""
    if notice:
        part = "II." if late.known or published.known else ""
        return Marks(own, part, work, publishing, "III." if part else "II."), level_marks
    return Marks(own, "", work, publishing, next(numbers)), level_marks
