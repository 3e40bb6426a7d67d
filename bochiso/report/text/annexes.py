"""The annexes on grades, a level each: every row, from the same standings as the sentences."""

from collections.abc import Iterator, Sequence

from bochiso.report import phrases
from bochiso.report.annex_parts import (
    Annex,
    AnnexRow,
    PointsColumn,
)
from bochiso.report.report_data import LevelFigures
from bochiso.report.text.document_builder import LEVELS, DocumentBuilder
from bochiso.score.changes import Fate
from bochiso.score.ranking import Standing
from bochiso.score.remarks import total_notes
from bochiso.text import Lang, change, count

NOTES = 20
"""So many remarks stand under an annex, each with its units; the units of those left out are counted."""

NAMED = 5
"""How many units a remark names."""


def annex_numbers(many: int) -> list[str]:
    """`Phụ lục I`, `Phụ lục II`; a single one has no number (Decree 30/2020/NĐ-CP, Annex I, III.1a)."""
    return ["Phụ lục"] if many == 1 else [f"Phụ lục {phrases.roman(n + 1)}" for n in range(many)]


def annexes(builder: DocumentBuilder, numbers: Sequence[str], with_paper: str) -> list[Annex]:
    """An annex for each level."""
    return [
        _annex(builder, each, number, with_paper)
        for each, number in zip(builder.facts.levels, numbers, strict=True)
    ]


def _annex(builder: DocumentBuilder, figures: LevelFigures, number: str, with_paper: str) -> Annex:
    rules, rows = builder.facts.rules, figures.standings.rows
    codes = _columns(builder, rows)
    whose = f"{LEVELS[figures.level].name} {builder.places['province']}"
    return Annex(
        number=number,
        title=f"Kết quả đánh giá, xếp loại {whose} {builder.titled}",
        with_paper=with_paper,
        heading=LEVELS[figures.level].column,
        columns=[
            PointsColumn(
                rules.label(code).render(Lang.VI), phrases.plain(figures.standings.within_reach(rules, code))
            )
            for code in codes
        ],
        most=phrases.plain(figures.standings.within_reach(rules)),
        rows=[_row(builder, figures, row, codes) for row in rows],
        compared=figures.comparison is not None,
        notes=list(_notes(builder, figures)),
        foot=stamp(builder),
    )


def _columns(builder: DocumentBuilder, rows: Sequence[Standing]) -> list[str]:
    """The groups that any unit has points of, in the order of the rules; none where only totals came."""
    have = {box.code for row in rows for box in row.score.boxes if box.points is not None}
    order = [*builder.facts.rules.boxes, *(group.code for group in builder.facts.rules.groups)]
    return [code for code in dict.fromkeys(order) if code in have]


def _row(builder: DocumentBuilder, figures: LevelFigures, row: Standing, codes: Sequence[str]) -> AnnexRow:
    points = {box.code: box.points for box in row.score.boxes}
    found = figures.comparison.find(row.score.unit.code) if figures.comparison else None
    rank = found.rank if found else None
    return AnnexRow(
        rank=phrases.NONE if row.rank is None else count(row.rank, Lang.VI),
        unit=builder.unit(row.score.unit),
        points=[phrases.points(points.get(code)) for code in codes],
        total=phrases.points(row.score.total),
        grade=row.grade.names.vi if row.grade else "Chưa xếp loại",
        change=change(found.total if found else None, Lang.VI),
        rank_change=phrases.NONE if rank is None else _signed(rank),
    )


def _signed(places: int) -> str:
    """`+5`, `−1.955`, `0`."""
    sign = "+" if places > 0 else "−" if places < 0 else ""
    return f"{sign}{count(abs(places), Lang.VI)}"


def _notes(builder: DocumentBuilder, figures: LevelFigures) -> Iterator[str]:
    rules = builder.facts.rules
    if figures.comparison:
        yield f"Thay đổi so với {builder.before}; dấu + là tăng điểm, tăng hạng"
        yield from _came_and_went(builder, figures)
    found: dict[str, list[str]] = {}
    for row in figures.standings.rows:
        if row.rank is None or row.score.gap is not None or row.score.missing:
            for note in total_notes(row.score, rules):
                found.setdefault(_sentence(note.render(Lang.VI)), []).append(builder.unit(row.score.unit))
    for said, units in list(found.items())[:NOTES]:
        # What holds for all of them names nobody.
        everyone = 1 < len(units) == len(figures.standings.rows)
        yield said if everyone else f"{phrases.first_of(units, NAMED)}: {said}"
    if len(found) > NOTES:
        left = {unit for units in list(found.values())[NOTES:] for unit in units}
        yield f"Còn ghi chú của {phrases.count(len(left))} đơn vị khác"


def _sentence(text: str) -> str:
    return text.removesuffix(".")


def _came_and_went(builder: DocumentBuilder, figures: LevelFigures) -> Iterator[str]:
    """Units that only one of the two days has, and those that have another name now."""
    if figures.comparison is None:
        return
    for fate, said in (
        (Fate.APPEARED, "Chưa có số liệu kỳ trước"),
        (Fate.VANISHED, "Không còn trong số liệu kỳ này"),
        (Fate.MERGED, "Đã sáp nhập"),
    ):
        units = [
            standing.score.unit
            for each in figures.comparison.of(fate)
            if (standing := each.after or each.before)
        ]
        if units:
            names = [builder.unit(unit) for unit in units]
            yield f"{said}: {phrases.first_of(names, NAMED)}"


def stamp(builder: DocumentBuilder) -> str:
    """Which figures and rules a document rests on, short enough for a foot."""
    source = builder.facts.provenance.units
    snapshot = builder.facts.units.snapshot
    return (
        f"Số liệu {phrases.span(snapshot.period)}, ngày {phrases.day(snapshot.as_of)}, "
        f"mã số liệu {source.short}; bộ quy tắc {source.rules}"
    )
