"""A total over time with its rank below: beside it the line that matters, the tenth's or the mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from bochiso import text
from bochiso.text import Lang, Text, say
from bochiso.web.graphics.marks import INK, LEADING, OURS, SOFT, Drawing
from bochiso.web.graphics.page_chart import ChartSize, PageChart, sentence
from bochiso.web.graphics.scales import Scale, calm, shown_days

LEAST_POINTS = Decimal(5)
"""Points that the axis of totals holds at least."""

TOTAL = Text("Tổng điểm", "Total")


@dataclass(frozen=True)
class TrendMark:
    """One day: a total and a rank among `of`, in an era of the scale; `beside`: the other line's figure."""

    day: date
    total: Decimal
    rank: int | None
    of: int
    era: str
    beside: Decimal | None


@dataclass(frozen=True)
class TrendSeries:
    """What is drawn. `name`: of the unit; `beside`: what the other line is; `leaders`: ranks of the band;
    `least`: the points that the axis holds at least; `what`: what is drawn."""

    name: str
    marks: tuple[TrendMark, ...]
    beside: Text
    leaders: int | None
    least: Decimal = LEAST_POINTS
    what: Text = TOTAL

    @property
    def ranked(self) -> bool:
        """Whether any rank is known."""
        return any(each.rank is not None for each in self.marks)


def trend_picture(series: TrendSeries, kind: str, subject: str, lang: Lang) -> PageChart:
    """The chart, whose line breaks where the source changed its scale."""
    beside = series.beside.render(lang)
    heads = [Text("Ngày", "Day"), series.what, Text("Hạng", "Rank"), Text("Trên tổng số", "Of")]
    headings = (*(each.render(lang) for each in heads), beside[:1].upper() + beside[1:])
    rows = tuple(
        (text.day(each.day, lang), each.total, each.rank, each.of, each.beside) for each in series.marks
    )
    beside_it = say(" và thứ hạng", " and rank") if series.ranked else ""
    title = say(
        "{what}{rank}: {name}", "{what}{rank}: {name}", what=series.what, rank=beside_it, name=series.name
    )
    return PageChart(
        kind,
        subject,
        title.render(lang),
        _words(series, lang),
        headings,
        rows,
        lambda paper: _draw(series, paper, lang),
        note=_note(series, lang),
    )


def _note(series: TrendSeries, lang: Lang) -> str:
    """That points across a change of the scale are not compared; that one day is no trend yet."""
    if len(series.marks) < 2:
        return say(
            "Mới có một kỳ số liệu; diễn biến hiện ra từ kỳ thứ hai.",
            "One snapshot so far; a trend shows from the second on.",
        ).render(lang)
    return " ".join(
        say(
            "Nguồn đổi cách tính điểm giữa ngày {a} và ngày {b}: không so sánh điểm qua mốc này.",
            "The source changed how it scores between {a} and {b}: points across are not compared.",
            a=before.day,
            b=after.day,
        ).render(lang)
        for before, after in pairwise(series.marks)
        if before.era != after.era
    )


def _words(series: TrendSeries, lang: Lang) -> str:
    ends = series.marks[:1] + (series.marks[-1:] if len(series.marks) > 1 else ())
    parts = [
        say(
            "ngày {day}: {total} điểm{place}",
            "{day}: {total} points{place}",
            day=each.day,
            total=text.points(each.total, lang),
            place=say(", hạng {n}/{of}", ", rank {n} of {of}", n=each.rank, of=each.of) if each.rank else "",
        ).render(lang)
        for each in ends
    ]
    if series.marks and (found := series.marks[-1].beside) is not None:
        parts.append(f"{series.beside.render(lang)}: {text.points(found, lang)}")
    return sentence(parts)


def _draw(series: TrendSeries, paper: ChartSize, lang: Lang) -> Drawing:
    left, right = 34.0, 96.0 if paper.narrow else 118.0
    top, strip = (170.0, 60.0) if paper.narrow else (180.0, 64.0)
    marks = series.marks
    strip = strip + 22 if series.ranked else 0
    sheet = Drawing(paper.value, top + strip + 40)
    days = [each.day.toordinal() for each in marks]
    # One day alone stands in the middle.
    ends = (days[0], days[-1]) if len(days) > 1 else (days[0] - 1, days[0] + 1)
    across = Scale(*ends, left + 10, paper.value - right)
    figures = [each.total for each in marks] + [each.beside for each in marks if each.beside is not None]
    up = Scale(*calm(figures, float(series.least)), top, 12)
    for tick in up.ticks(4):
        y = up.at(tick)
        sheet.line((left, y), (paper.value - right + 8, y))
        sheet.text(left - 5, y + 4, text.number(tick, lang), "end", SOFT, 12)
    _breaks(sheet, marks, across, top, lang)
    for run in _runs(marks):
        known = [(across.at(each.day.toordinal()), each) for each in run]
        sheet.path([(x, up.at(e.beside)) for x, e in known if e.beside is not None], INK, 1.5, "2 4")
        sheet.path([(x, up.at(e.total)) for x, e in known], OURS, 2.5)
        sheet.dots([(x, up.at(e.total)) for x, e in known], OURS, 7)
    _ends(sheet, series, up, paper.value - right + 12, lang)
    if strip:
        _ranks(sheet, series, across, (top + 22, top + strip), paper.value - right, lang)
    for day in shown_days([each.day for each in marks], across, 74):
        x = min(max(across.at(day.toordinal()), 36), paper.value - 36)
        sheet.text(x, sheet.height - 8, text.day(day, lang), "middle", SOFT, 12)
    return sheet


def _runs(marks: Sequence[TrendMark]) -> list[list[TrendMark]]:
    """The marks that one line joins: those of one era."""
    found: list[list[TrendMark]] = []
    for each in marks:
        if found and found[-1][-1].era == each.era:
            found[-1].append(each)
        else:
            found.append([each])
    return found


def _breaks(sheet: Drawing, marks: Sequence[TrendMark], across: Scale, top: float, lang: Lang) -> None:
    for before, after in pairwise(marks):
        if before.era != after.era:
            x = across.at((before.day.toordinal() + after.day.toordinal()) / 2)
            sheet.line((x, 4), (x, top), SOFT, "4 4")
            sheet.text(x + 4, 12, Text("đổi cách tính", "new scale").render(lang), colour=SOFT, size=11)


def _ends(sheet: Drawing, series: TrendSeries, up: Scale, x: float, lang: Lang) -> None:
    """The last figures beside the ends of their lines, kept apart."""
    last = series.marks[-1]
    own, other = up.at(last.total) + 4, None
    if last.beside is not None:
        other = up.at(last.beside) + 4
        if abs(own - other) < 30:
            shift = (30 - abs(own - other)) / 2
            own, other = (own - shift, other + shift) if own <= other else (own + shift, other - shift)
    sheet.text(x, own, text.points(last.total, lang), colour=OURS, bold=True, size=15)
    if other is not None:
        sheet.text(x, other - 2, series.beside.render(lang), size=11)
        sheet.text(x, other + 12, text.points(last.beside, lang), size=12)


def _ranks(
    sheet: Drawing,
    series: TrendSeries,
    across: Scale,
    ends: tuple[float, float],
    right: float,
    lang: Lang,
) -> None:
    """The strip of ranks: the first on top, the leaders' band shaded."""
    ranked = [each for each in series.marks if each.rank is not None]
    down = Scale(1, max(max(each.of for each in ranked), 2), *ends)
    if series.leaders:
        foot = down.at(series.leaders + 0.5)
        sheet.rect(across.start - 10, ends[0] - 4, right - across.start + 18, foot - ends[0] + 4, LEADING)
    sheet.line((across.start - 10, ends[1] + 4), (right + 8, ends[1] + 4))
    sheet.text(29, ends[0] + 4, "1", "end", SOFT, 12)
    sheet.text(29, ends[1] + 4, str(ranked[-1].of), "end", SOFT, 12)
    places = [(across.at(e.day.toordinal()), down.at(e.rank or 1)) for e in ranked]
    sheet.path(places, OURS, 1.5)
    sheet.dots(places, OURS, 5)
    x, y = right + 12, min(max(places[-1][1] + 4, ends[0] + 8), ends[1] + 4)
    words = say("hạng {rank}/{of}", "rank {rank}/{of}", rank=ranked[-1].rank, of=ranked[-1].of).render(lang)
    sheet.text(x, y, words, colour=OURS, bold=True)
    if ranked[-1] != series.marks[-1]:
        sheet.text(x, y + 14, text.day(ranked[-1].day, lang), colour=SOFT, size=11)
