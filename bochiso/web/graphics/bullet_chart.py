"""Groups by what they lost, as bullet charts on one scale: points, the mean, the best, the target."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from bochiso import text
from bochiso.score.headline import BoxLoss
from bochiso.text import Lang, Text, say
from bochiso.web.graphics.legend import (
    LINE_HEIGHT,
    Key,
    Sign,
    diamond,
    draw_legend,
    legend_lines,
    triangle,
)
from bochiso.web.graphics.marks import (
    BEST,
    INK,
    MEAN,
    OURS,
    PAPER,
    SOFT,
    TRACK,
    Drawing,
    shortened,
    width_of,
)
from bochiso.web.graphics.page_chart import ChartSize, PageChart, Row, sentence
from bochiso.web.graphics.scales import Scale


@dataclass(frozen=True)
class BulletSet:
    """What is drawn: the boxes of a unit, greatest loss first, their names, what its peers are called, and
    the target of a box where it has one. `note`: what a reader must know of it."""

    unit: str
    boxes: tuple[BoxLoss, ...]
    names: Mapping[str, Text]
    peers: Text
    targets: Mapping[str, Decimal]
    note: str = ""


def bullet_picture(found: BulletSet, kind: str, subject: str, lang: Lang) -> PageChart:
    """The chart."""
    heads = [
        ("Nhóm chỉ số", "Group"), ("Điểm", "Points"), ("Điểm tối đa", "Maximum"), ("Điểm bị mất", "Lost"),
        ("Trung bình", "Mean"), ("Cao nhất", "Best"), ("Chỉ tiêu", "Target"),
    ]  # fmt: skip
    rows: tuple[Row, ...] = tuple(
        (found.names[b.code].render(lang), b.points, b.max_points, b.lost, b.mean, b.best,
         found.targets.get(b.code))
        for b in found.boxes
    )  # fmt: skip
    keep = len(heads) if found.targets else len(heads) - 1
    words = sentence(
        [
            say(
                "{name}: {points}/{most} điểm, mất {lost}",
                "{name}: {points} of {most} points, {lost} lost",
                name=found.names[b.code],
                points=text.points(b.points, lang),
                most=int(b.max_points),
                lost=text.points(b.lost, lang),
            ).render(lang)
            for b in found.boxes
        ]
    )
    return PageChart(
        kind,
        subject,
        say("Điểm các nhóm chỉ số: {unit}", "Points by group: {unit}", unit=found.unit).render(lang),
        words,
        tuple(Text(*each).render(lang) for each in heads[:keep]),
        tuple(row[:keep] for row in rows),
        lambda paper: _draw(found, paper, lang),
        note=found.note,
    )


def _draw(found: BulletSet, paper: ChartSize, lang: Lang) -> Drawing:
    step = 58.0 if paper.narrow else 46.0
    legend = legend_lines(_keys(found, lang), paper.value - 16)
    sheet = Drawing(paper.value, step * len(found.boxes) + LINE_HEIGHT * len(legend) + 10)
    most = float(max((box.max_points for box in found.boxes), default=Decimal(1)))
    left, right = (8.0, paper.value - 8.0) if paper.narrow else (206.0, paper.value - 120.0)
    across = Scale(0, most, left, right)
    for n, box in enumerate(found.boxes):
        top = n * step + (26 if paper.narrow else 8)
        _names(sheet, found, box, (n * step, top), paper, lang)
        _bar(sheet, box, found.targets.get(box.code), across, top)
    draw_legend(sheet, legend, 8, step * len(found.boxes) + 18)
    return sheet


def _names(
    sheet: Drawing, found: BulletSet, box: BoxLoss, at: tuple[float, float], paper: ChartSize, lang: Lang
) -> None:
    """The group's name, its points and what it lost."""
    name = found.names[box.code].render(lang)
    points = f"{text.points(box.points, lang)}/{text.show(int(box.max_points), lang)}"
    lost = say("mất {n}", "lost {n}", n=text.points(box.lost, lang)).render(lang) if box.lost else ""
    if paper.narrow:
        foot = at[0] + 18
        end = paper.value - 8
        sheet.text(end, foot, lost, "end", bold=True)
        sheet.text(end - width_of(lost, bold=True) - 8, foot, points, "end", SOFT)
        room = end - width_of(lost, bold=True) - width_of(points) - 26
        sheet.text(8, foot, shortened(name, room))
        return
    foot = at[1] + 14
    sheet.text(196, foot, shortened(name, 192), "end")
    sheet.text(paper.value - 110, foot - 5, points, colour=SOFT)
    sheet.text(paper.value - 110, foot + 11, lost, bold=True)


def _bar(sheet: Drawing, box: BoxLoss, target: Decimal | None, across: Scale, top: float) -> None:
    height = 18.0
    sheet.rect(across.start, top, across.at(box.max_points) - across.start, height, TRACK)
    if box.points is not None:
        sheet.rect(across.start, top + 4, across.at(box.points) - across.start, height - 8, OURS)
    if box.mean is not None:
        sheet.rect(across.at(box.mean) - 1.5, top - 2, 3, height + 4, MEAN, PAPER)
    if box.best is not None:
        diamond(sheet, across.at(box.best), top + height / 2)
    if target is not None:
        triangle(sheet, across.at(target), top + height)


def _keys(found: BulletSet, lang: Lang) -> list[Key]:
    keys: list[tuple[Sign, str, Text]] = [(Sign.BAR, OURS, Text("điểm đạt được", "points"))]
    if any(box.mean is not None for box in found.boxes):
        keys.append((Sign.TICK, MEAN, found.peers))
    if any(box.best is not None for box in found.boxes):
        keys.append((Sign.DIAMOND, BEST, Text("cao nhất", "best")))
    if found.targets:
        keys.append((Sign.TRIANGLE, INK, Text("chỉ tiêu được giao", "target")))
    return [(sign, colour, words.render(lang)) for sign, colour, words in keys]
