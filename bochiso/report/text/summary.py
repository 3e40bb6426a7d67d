"""The document in one paragraph, and who is praised or criticised by which rule."""

from collections.abc import Iterator

from bochiso.followup.targets import TargetState
from bochiso.report import phrases
from bochiso.report.annex_parts import Overdue
from bochiso.report.context import LevelResult, ProvinceStanding
from bochiso.report.report_data import LevelFigures
from bochiso.report.text.document_builder import DocumentBuilder
from bochiso.report.text.province_results import main_causes
from bochiso.score.changes import Change
from bochiso.score.idleness import idleness
from bochiso.text import Lang

NAMED = 3
"""How many units to act at once the summary names."""

CRITICISED = 12
"""How many units are criticised by name; who is must know it, so they are many."""


def summary(
    builder: DocumentBuilder, province: ProvinceStanding, levels: list[LevelResult], late: Overdue
) -> str:
    """Result, main cause, grades of the units, and what is to be acted on at once."""
    parts = []
    if province.known:
        parts.append(f"{phrases.capital(province.name)} đạt {province.result}")
        change = builder.facts.province.change if builder.facts.province else None
        if causes := main_causes(builder, change):
            rose = change is not None and (change.total or 0) > 0
            parts.append(f"{'tăng' if rose else 'giảm'} chủ yếu do {causes}")
    for each in levels:
        parts.append(phrases.small(each.summary) if parts else each.summary)
    if last := _last(builder):
        parts.append(f"cần tập trung chỉ đạo: {last}")
    if late.known and late.total != "0":
        where = f", nhiều nhất tại {late.names}" if late.names else ""
        parts.append(f"đến {late.moment} {late.line}{where}")
    return "; ".join(filter(None, parts))


def _last(builder: DocumentBuilder) -> str:
    """Those with the last grade, the lowest total first."""
    last = builder.facts.rules.grades.bounds[-1]
    rows = [
        row
        for each in builder.facts.levels
        for row in each.standings.rows
        if row.grade and row.grade.code == last.code and not idleness(row)
    ]
    rows.sort(key=lambda row: row.score.total or 0)
    if not rows:
        return ""
    names = phrases.first_of([builder.unit(row.score.unit) for row in rows], NAMED)
    return f"{names} (xếp loại {last.names.vi})"


def praise(builder: DocumentBuilder) -> list[str]:
    """Praise and criticism, each with the rule by which it goes."""
    return [*_praised(builder), *_criticised(builder)]


def targets(builder: DocumentBuilder) -> list[str]:
    """How many reached each target, and who did not, by which decision; none where nothing is known."""
    found = [
        each
        for each in builder.facts.targets
        if any(row.state is not TargetState.UNKNOWN for level in each.levels for row in level.rows)
    ]
    return [
        f"Thực hiện chỉ tiêu giao tại {each.decision}: "
        f"{each.phrase_of(CRITICISED).render(Lang.VI).removesuffix('.')}"
        for each in found
    ]


def _praised(builder: DocumentBuilder) -> Iterator[str]:
    most = builder.settings.praised
    best = [grade.code for grade in builder.facts.rules.grades.bounds[:2]]
    names = " hoặc ".join(grade.names.vi for grade in builder.facts.rules.grades.bounds[:2])
    told = []
    for each in builder.facts.levels if most else ():
        rows = [
            row
            for row in each.standings.rows
            if row.rank is not None and row.rank <= most and row.grade and row.grade.code in best
        ]
        # More of them than that share a rank: none before the others, so none is praised alone.
        if 0 < len(rows) <= most and each.standings.ranked > most:
            told += [builder.unit(row.score.unit) for row in rows]
    if told:
        yield (
            f"Biểu dương {phrases.listed(told)} (xếp loại {names}, thuộc {phrases.count(most)} đơn vị dẫn "
            "đầu của cấp mình)"
        )


def _criticised(builder: DocumentBuilder) -> Iterator[str]:
    last = builder.facts.rules.grades.bounds[-1]
    names = [
        builder.unit(each.after.score.unit)
        for figures in builder.facts.levels
        for each in _twice(figures, last.code)
        if each.after
    ]
    if names:
        yield (
            f"Phê bình {phrases.first_of(names, CRITICISED)} (xếp loại {last.names.vi} trong hai kỳ liên "
            f"tiếp: {builder.before} và kỳ này)"
        )


def _twice(figures: LevelFigures, grade: str) -> list[Change]:
    """Those with a grade in both periods, who had dossiers in both."""
    changes = figures.comparison.changes if figures.comparison else ()
    return [
        each
        for each in changes
        if all(
            side and side.grade and side.grade.code == grade and not idleness(side)
            for side in (each.before, each.after)
        )
    ]
