"""Every unit of a level as a dot, a row a group, one of them named: spread and place at a glance."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from bochiso import text
from bochiso.text import Lang, Text, say
from bochiso.web.graphics.legend import LINE_HEIGHT, Key, Sign, draw_legend, legend_lines
from bochiso.web.graphics.marks import (
    LINE,
    MEAN,
    OTHERS,
    OURS,
    PAPER,
    SOFT,
    Drawing,
    dots_mark,
    shortened,
    width_of,
)
from bochiso.web.graphics.page_chart import ChartSize, PageChart, sentence
from bochiso.web.graphics.scales import Scale, swarm

DOT = 6.0


@dataclass(frozen=True)
class DotRow:
    """One row: its name, the most that can be had, the figures of all by unit, their mean, ours and its
    rank. Figures are points, or percent where `most` is 100 and `percent` is said."""

    name: Text
    most: Decimal
    values: tuple[Decimal, ...]
    mean: Decimal | None
    ours: Decimal | None = None
    rank: int | None = None
    percent: bool = False


@dataclass(frozen=True)
class DotSet:
    """What is drawn. `ours`: what the named dot is called; empty where none is. `of`: what the dots are."""

    title: str
    rows: tuple[DotRow, ...]
    ours: str
    of: Text


def dot_picture(found: DotSet, kind: str, subject: str, lang: Lang) -> PageChart:
    """The chart; the figures of its file are those that it names: the mean, the ends, ours."""
    heads = [("Nội dung", "Row"), ("Số đơn vị", "Units"), ("Thấp nhất", "Lowest"), ("Trung bình", "Mean"),
             ("Cao nhất", "Highest")]  # fmt: skip
    headings = tuple(Text(*each).render(lang) for each in heads)
    own = (found.ours, Text("Hạng", "Rank").render(lang)) if found.ours else ()
    rows = tuple(
        (row.name.render(lang), len(row.values), min(row.values, default=None), row.mean,
         max(row.values, default=None), *((row.ours, row.rank) if found.ours else ()))
        for row in found.rows
    )  # fmt: skip
    return PageChart(
        kind,
        subject,
        found.title,
        sentence([_words(row, found.ours, lang) for row in found.rows]),
        (*headings, *own),
        rows,
        lambda paper: _draw(found, paper, lang),
        ChartSize.BROAD,
    )


def _figure(value: Decimal | None, row: DotRow, lang: Lang) -> str:
    shown = text.points(value, lang)
    return f"{shown}%" if row.percent and value is not None else shown


def _words(row: DotRow, ours: str, lang: Lang) -> str:
    if not row.values:
        return ""
    ends = say(
        "{name}: từ {low} đến {high}, trung bình {mean}",
        "{name}: {low} to {high}, mean {mean}",
        name=row.name,
        low=_figure(min(row.values), row, lang),
        high=_figure(max(row.values), row, lang),
        mean=_figure(row.mean, row, lang),
    ).render(lang)
    return f"{ends}; {ours} {_figure(row.ours, row, lang)}" if row.ours is not None else ends


def _draw(found: DotSet, paper: ChartSize, lang: Lang) -> Drawing:
    step = 74.0 if paper.narrow else 54.0
    left, right = (10.0, paper.value - 10.0) if paper.narrow else (206.0, paper.value - 130.0)
    legend = legend_lines(_keys(found, lang), paper.value - 20)
    sheet = Drawing(paper.value, step * len(found.rows) + 30 + LINE_HEIGHT * len(legend))
    across = Scale(0, 100, left, right)
    foot = step * len(found.rows)
    for share in (0, 25, 50, 75, 100):
        x = across.at(share)
        sheet.line((x, 22 if paper.narrow else 2), (x, foot))
        anchor = (
            "start" if share == 0 and paper.narrow else "end" if share == 100 and paper.narrow else "middle"
        )
        sheet.text(x, foot + 16, f"{share}%", anchor, SOFT, 12)
    for n, row in enumerate(found.rows):
        middle = n * step + (47 if paper.narrow else 27)
        _row(sheet, row, across, middle, 20)
        _labels(sheet, row, (n * step, middle), paper, lang)
    draw_legend(sheet, legend, 10, foot + 40)
    return sheet


def _row(sheet: Drawing, row: DotRow, across: Scale, y: float, half: float) -> None:
    sheet.line((across.start, y), (across.end, y), LINE)
    sheet.put(_crowd(row.values, row.most, across, y, half))
    if row.mean is not None:
        sheet.rect(across.at(row.mean / row.most * 100) - 1.5, y - half, 3, 2 * half, MEAN, PAPER)
    if row.ours is not None:
        x = across.at(row.ours / row.most * 100)
        sheet.dots([(x, y)], PAPER, 16)
        sheet.dots([(x, y)], OURS, 13)


@lru_cache(256)
def _crowd(values: tuple[Decimal, ...], most: Decimal, across: Scale, y: float, half: float) -> str:
    """The dots of all, the same on the page of each unit of a level."""
    places = [across.at(value / most * 100) for value in sorted(values)]
    return dots_mark([(x, y + off) for x, off in swarm(places, DOT, half)], OTHERS, DOT, 0.75)


def _labels(sheet: Drawing, row: DotRow, at: tuple[float, float], paper: ChartSize, lang: Lang) -> None:
    """The row's name, and ours in figures."""
    name = row.name.render(lang)
    own = "" if row.ours is None else _figure(row.ours, row, lang)
    most = "" if row.percent else f"/{text.show(int(row.most), lang)}"
    rank = say("hạng {n}", "rank {n}", n=row.rank).render(lang) if row.rank else ""
    if paper.narrow:
        words = " · ".join(each for each in (own + most if own else "", rank) if each)
        words = words or _mean(row, lang)
        sheet.text(paper.value - 10, at[0] + 18, words, "end", OURS if own else SOFT, bold=bool(own))
        sheet.text(10, at[0] + 18, shortened(name, paper.value - 34 - width_of(words, bold=True)))
        return
    sheet.text(196, at[1] + 4, shortened(name, 192), "end")
    if own:
        sheet.text(paper.value - 118, at[1] - (2 if rank else -4), own + most, colour=OURS, bold=True)
        sheet.text(paper.value - 118, at[1] + 14, rank, colour=SOFT, size=12)
    elif row.mean is not None:
        sheet.text(paper.value - 118, at[1] + 4, _mean(row, lang), colour=SOFT)


def _mean(row: DotRow, lang: Lang) -> str:
    """The mean in figures, where nobody is named."""
    if row.mean is None:
        return ""
    return say("TB {mean}", "mean {mean}", mean=_figure(row.mean, row, lang)).render(lang)


def _keys(found: DotSet, lang: Lang) -> list[Key]:
    own: list[Key] = [(Sign.DOT, OURS, found.ours)] if found.ours else []
    return [
        *own,
        (Sign.DOT, OTHERS, found.of.render(lang)),
        (Sign.TICK, MEAN, Text("trung bình", "mean").render(lang)),
    ]
