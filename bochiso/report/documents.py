"""From figures to the context of a document: which parts it has, and how they are numbered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bochiso.report import words
from bochiso.report.annexes import annex_numbers, annexes, overdue, publications, stamp
from bochiso.report.charts_annex import charts_annex
from bochiso.report.context import (
    CONTEXTS,
    Context,
    Kind,
    Marks,
    Month,
    Notice,
    Overdue,
    Publications,
    Quarter,
    Week,
)
from bochiso.report.draft import Draft
from bochiso.report.drawings import Drawing
from bochiso.report.facts import Facts
from bochiso.report.method import method
from bochiso.report.paper import moment, paper, with_paper
from bochiso.report.proposals import proposals
from bochiso.report.results import level_results, province_result
from bochiso.report.settings import Settings

_NO_PUBLICATIONS = Publications(False, "", [])


def context(
    kind: Kind, facts: Facts, settings: Settings, now: datetime, drawings: Sequence[Drawing] = ()
) -> Context:
    """What the template of this kind receives. `now`: the moment that the document is written.

    `drawings`: the charts, where the template shows any. Raises ReportError where the settings'
    province is not known.
    """
    draft = Draft(kind, facts, settings, now)
    late = overdue(draft)
    published = publications(draft) if kind in (Kind.MONTH, Kind.NOTICE) else _NO_PUBLICATIONS
    levels = len(facts.levels)
    marks, level_marks = number_parts(kind, facts.province is not None, levels, late, published)
    numbers = annex_numbers(levels + bool(drawings))
    parts: dict[str, Any] = {
        "paper": paper(draft),
        "office": draft.office,
        "moment": moment(draft, stamp(draft)),
        "province": province_result(draft),
        "levels": level_results(draft, level_marks, numbers[:levels]),
        "overdue": late,
        "proposals": proposals(draft),
        "annexes": annexes(draft, numbers[:levels], with_paper(draft)),
        "annex_names": words.listed(numbers[:levels]),
        "charts": charts_annex(draft, drawings, "".join(numbers[levels:]), with_paper(draft)),
        "marks": marks,
    }
    if CONTEXTS[kind] in (Week, Quarter):
        parts["method"] = method(draft)
    elif CONTEXTS[kind] in (Month, Notice):
        parts["publications"] = published
    return CONTEXTS[kind](**parts)


_FIRST = {Kind.WEEK: 4, Kind.MONTH: 2, Kind.QUARTER: 4}
"""The number of the first part after the results, of kinds whose parts are numbered 1, 2, 3."""


def number_parts(
    kind: Kind, province: bool, levels: int, late: Overdue, published: Publications
) -> tuple[Marks, list[str]]:
    """The numbers of the parts that there are, and of each level's results."""
    ways = [f"{n}." if kind is Kind.NOTICE else f"{words.letter(n)})" for n in range(1, levels + 2)]
    own, level_marks = (ways[0], ways[1:]) if province else ("", ways[:levels])
    if kind is Kind.DIRECTIVE:
        return Marks("", "", "", "", ""), [""] * levels
    notice = kind is Kind.NOTICE
    numbers = iter(("1.", "2.") if notice else [f"{n}." for n in range(_FIRST[kind], _FIRST[kind] + 3)])
    work = next(numbers) if late.known else ""
    publishing = next(numbers) if published.known else ""
    if notice:
        part = "II." if work or publishing else ""
        return Marks(own, part, work, publishing, "III." if part else "II."), level_marks
    return Marks(own, "", work, publishing, next(numbers)), level_marks
