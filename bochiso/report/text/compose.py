"""From figures to the context of a document: which parts it has, and how they are numbered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bochiso.report import phrases
from bochiso.report.charts.process import ChartPicture
from bochiso.report.context import (
    CONTEXTS,
    Context,
    DocumentKind,
    Marks,
    Month,
    Notice,
    Overdue,
    Publications,
    Quarter,
    Week,
)
from bochiso.report.office_settings import OfficeSettings
from bochiso.report.report_data import ReportData
from bochiso.report.text.annexes import annex_numbers, annexes, overdue, publications, stamp
from bochiso.report.text.charts_annex import charts_annex
from bochiso.report.text.document_builder import DocumentBuilder
from bochiso.report.text.letterhead import moment, paper, with_paper
from bochiso.report.text.method import method
from bochiso.report.text.proposals import proposals
from bochiso.report.text.results import level_results, province_result

_NO_PUBLICATIONS = Publications(False, "", [])


def context(
    kind: DocumentKind,
    facts: ReportData,
    settings: OfficeSettings,
    now: datetime,
    drawings: Sequence[ChartPicture] = (),
) -> Context:
    """What the template of this kind receives. `now`: the moment that the document is written.

    `drawings`: the charts, where the template shows any. Raises ReportError where the settings'
    province is not known.
    """
    builder = DocumentBuilder(kind, facts, settings, now)
    late = overdue(builder)
    published = (
        publications(builder) if kind in (DocumentKind.MONTH, DocumentKind.NOTICE) else _NO_PUBLICATIONS
    )
    levels = len(facts.levels)
    marks, level_marks = number_parts(kind, facts.province is not None, levels, late, published)
    numbers = annex_numbers(levels + bool(drawings))
    parts: dict[str, Any] = {
        "paper": paper(builder),
        "office": builder.office,
        "moment": moment(builder, stamp(builder)),
        "province": province_result(builder),
        "levels": level_results(builder, level_marks, numbers[:levels]),
        "overdue": late,
        "proposals": proposals(builder),
        "annexes": annexes(builder, numbers[:levels], with_paper(builder)),
        "annex_names": phrases.listed(numbers[:levels]),
        "charts": charts_annex(builder, drawings, "".join(numbers[levels:]), with_paper(builder)),
        "marks": marks,
    }
    if CONTEXTS[kind] in (Week, Quarter):
        parts["method"] = method(builder)
    elif CONTEXTS[kind] in (Month, Notice):
        parts["publications"] = published
    return CONTEXTS[kind](**parts)


_FIRST = {DocumentKind.WEEK: 4, DocumentKind.MONTH: 2, DocumentKind.QUARTER: 4}
"""The number of the first part after the results, of kinds whose parts are numbered 1, 2, 3."""


def number_parts(
    kind: DocumentKind, province: bool, levels: int, late: Overdue, published: Publications
) -> tuple[Marks, list[str]]:
    """The numbers of the parts that there are, and of each level's results."""
    ways = [f"{n}." if kind is DocumentKind.NOTICE else f"{phrases.letter(n)})" for n in range(1, levels + 2)]
    own, level_marks = (ways[0], ways[1:]) if province else ("", ways[:levels])
    if kind is DocumentKind.DIRECTIVE:
        return Marks("", "", "", "", ""), [""] * levels
    notice = kind is DocumentKind.NOTICE
    numbers = iter(("1.", "2.") if notice else [f"{n}." for n in range(_FIRST[kind], _FIRST[kind] + 3)])
    work = next(numbers) if late.known else ""
    publishing = next(numbers) if published.known else ""
    if notice:
        part = "II." if work or publishing else ""
        return Marks(own, part, work, publishing, "III." if part else "II."), level_marks
    return Marks(own, "", work, publishing, next(numbers)), level_marks
