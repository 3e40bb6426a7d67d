"""The charts of reports and pages: each is defined once, with the table and the words that say the same.

Every figure stands beside its bar and every bar beside its name, so that a black-and-white print loses
nothing. Importing this module imports Altair: only reports and pages do.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import altair as alt
from msgspec import Struct

from bochiso.report.charts.theme import (
    BLUE,
    FRAME,
    GRADE_SHADES,
    INK,
    LABEL_LIMIT,
    LIGHT_BLUE,
    ORANGE,
    PLOT_WIDTH,
    ROW_HEIGHT,
    WHITE,
    Chart,
    at,
    data,
    finish,
    signed,
)
from bochiso.rules.rule_set import RuleSet
from bochiso.score.changes import Change
from bochiso.score.ranking import LevelStandings, Standing
from bochiso.text import Lang, Text, day, number, percent, points, say
from bochiso.units.model import Level
from bochiso.units.names import level_title

_TOTAL = Text("Tổng điểm", "Total")
_AXIS = Text("điểm", "points")
_GROUP = Text("Nhóm chỉ số", "Group")
_LISTED = 12
"""So many figures of a trend fit beside their points; of more only the telling ones are written."""


def boxes(standing: Standing, rules: RuleSet, lang: Lang, peers: LevelStandings | None = None) -> Chart:
    """The points of each box of a unit against the maximum, and against the mean of `peers`.

    For a province, `peers` are the provinces: the national mean.
    """
    means = peers.means if peers else {}
    mean_name = _mean_name(peers)
    rows = tuple(
        (rules.label(box.code).render(lang), box.points, box.max_points, means.get(box.code))
        for box in standing.score.boxes
    )
    names = [str(row[0]) for row in rows]
    earned, most = say("Điểm đạt được", "Points"), say("Điểm tối đa", "Maximum")
    kinds = [earned.render(lang), most.render(lang)] + ([mean_name.render(lang)] if means else [])
    drawn = data(
        [
            {"name": n, "points": at(p), "most": at(m), "mean": at(mean), "label": _of(p, m, mean, lang)}
            | {f"kind{k}": kind for k, kind in enumerate(kinds)}
            for (n, p, m, mean) in rows
        ]
    )
    colour = alt.Scale(domain=kinds, range=[LIGHT_BLUE, WHITE, INK][: len(kinds)])
    base = alt.Chart(drawn).encode(y=_names_axis(names))
    axis = alt.X("most:Q", title=_AXIS.render(lang), axis=alt.Axis(tickCount=6, format="d"))
    layers = [
        base.mark_bar(stroke=FRAME, strokeWidth=1, height=20).encode(
            x=axis, color=alt.Color("kind1:N", scale=colour)
        ),
        base.mark_bar(stroke=BLUE, strokeWidth=1, height=20).encode(
            x="points:Q", color=alt.Color("kind0:N", scale=colour)
        ),
        base.mark_text(align="left", dx=8).encode(x=alt.value(PLOT_WIDTH), text="label:N"),
    ]
    if means:
        layers.append(
            base.mark_tick(thickness=4, height=28, opacity=1).encode(
                x="mean:Q", color=alt.Color("kind2:N", scale=colour)
            )
        )
    chart = alt.layer(*layers).properties(width=PLOT_WIDTH, height=alt.Step(ROW_HEIGHT))
    return Chart(
        say("Điểm các nhóm chỉ số của {unit}", "Points of the groups: {unit}", unit=standing.score.unit.name),
        _sentence([f"{n} {_of(p, m, mean, lang)}" for n, p, m, mean in rows]),
        (_GROUP, earned, most, *([mean_name] if means else [])),
        rows if means else tuple(row[:3] for row in rows),
        lang,
        finish(chart),
    )


def _mean_name(peers: LevelStandings | None) -> Text:
    if peers is None:
        return Text("", "")
    if peers.level is Level.PROVINCE:
        return say("Trung bình cả nước (TB)", "National mean")
    return say("Trung bình cùng cấp (TB)", "Mean of the level")


def _of(earned: Decimal | None, most: Decimal, mean: Decimal | None, lang: Lang) -> str:
    """`11,79/18; trung bình 11,08`."""
    whole = number(most.normalize() if most % 1 else Decimal(int(most)), lang)
    text = f"{points(earned, lang)}/{whole}"
    if mean is None:
        return text
    return text + say(" (TB {mean})", " (mean {mean})", mean=points(mean, lang)).render(lang)


def changes(change: Change, rules: RuleSet, lang: Lang) -> Chart:
    """What each box and the total gained or lost since the snapshot that is compared with.

    Gains are full bars, losses are outlined ones; the sign stands beside each.
    """
    rows: list[tuple[str, Decimal | None]] = [
        (rules.label(code).render(lang), moved) for code, moved in change.boxes.items()
    ]
    rows.append((_TOTAL.render(lang), change.total))
    standing = change.after or change.before
    gained, lost = say("Tăng", "Gained"), say("Giảm", "Lost")
    known = [float(moved) for _, moved in rows if moved is not None]
    low, high = min([*known, 0.0]), max([*known, 0.0])
    room = 0.18 * (high - low) or 1.0
    kinds = [gained.render(lang), lost.render(lang)]
    drawn = data(
        [
            {
                "name": name,
                "change": at(moved),
                "label": signed(moved, lang),
                "kind": kinds[bool(moved is not None and moved < 0)],
                "end": at(moved) or 0,
            }
            for name, moved in rows
        ]
    )
    base = alt.Chart(drawn).encode(y=_names_axis([name for name, _ in rows]))
    x = alt.X(
        "change:Q",
        title=_AXIS.render(lang),
        scale=alt.Scale(domain=[low - room, high + room], nice=False),
        axis=alt.Axis(tickCount=7),
    )
    bars = base.mark_bar(stroke=INK, strokeWidth=1.5, height=18).encode(
        x=x,
        color=alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=[LIGHT_BLUE, WHITE])),
        stroke=alt.Stroke("kind:N", scale=alt.Scale(domain=kinds, range=[BLUE, ORANGE])),
    )
    zero = (
        alt.Chart(data([{"zero": 0}]))
        .mark_rule(color=INK)
        .encode(x=alt.X("zero:Q", title=_AXIS.render(lang)))
    )
    texts = [
        base.mark_text(align=side, dx=5 if side == "left" else -5)
        .encode(x="end:Q", text="label:N")
        .transform_filter("datum.end >= 0" if side == "left" else "datum.end < 0")
        for side in ("left", "right")
    ]
    chart = alt.layer(bars, zero, *texts).properties(width=PLOT_WIDTH + 90, height=alt.Step(ROW_HEIGHT - 4))
    return Chart(
        say(
            "Thay đổi điểm của {unit} so với kỳ so sánh",
            "Change of points: {unit}",
            unit=standing.score.unit.name if standing else "",
        ),
        _sentence([f"{name} {signed(moved, lang)}" for name, moved in rows]),
        (_GROUP, say("Thay đổi", "Change")),
        tuple(rows),
        lang,
        finish(chart),
    )


def grades(levels: Sequence[LevelStandings], rules: RuleSet, lang: Lang) -> Chart:
    """How many units have each grade, one panel for each level; bars by their share of the level."""
    names = [grade.names.render(lang) for grade in rules.grades.bounds]
    rows = tuple(
        (_title(one, lang), name, one.grade_counts[grade.code], _share(one, grade.code))
        for one in levels
        for name, grade in zip(names, rules.grades.bounds, strict=True)
    )
    width = (PLOT_WIDTH + 200) // max(1, len(levels))
    panels = [_grade_panel(one, names, rows, width, lang, first=one is levels[0]) for one in levels]
    return Chart(
        say("Số cơ quan, đơn vị, địa phương theo xếp loại", "Units by grade"),
        _sentence([f"{level}, {name}: {_counted(n, share, lang)}" for level, name, n, share in rows]),
        (
            say("Cấp", "Level"),
            say("Xếp loại", "Grade"),
            say("Số lượng", "Units"),
            say("Tỷ lệ (%)", "Share (%)"),
        ),
        rows,
        lang,
        finish(alt.hconcat(*panels, spacing=24)),
    )


def _title(level: LevelStandings, lang: Lang) -> str:
    """What the units of a level are called together."""
    return level_title(level.level, (row.score.unit.name for row in level.rows)).render(lang)


def _share(level: LevelStandings, grade: str) -> Decimal | None:
    """Percent of the ranked units."""
    if not level.ranked:
        return None
    shown = percent(Fraction(level.grade_counts[grade], level.ranked), Lang.EN)
    return Decimal(shown.rstrip("%"))


def _counted(units: int, share: Decimal | None, lang: Lang) -> str:
    return f"{units}" if share is None else f"{units} ({points(share, lang)}%)"


def _grade_panel(
    one: LevelStandings, names: list[str], rows: Sequence[Any], width: int, lang: Lang, *, first: bool
) -> Any:
    level = _title(one, lang)
    own = [row for row in rows if row[0] == level]
    drawn = data(
        [{"name": n, "share": at(s) or 0, "label": _counted(units, s, lang)} for _, n, units, s in own]
    )
    most = max((at(row[3]) or 0 for row in rows), default=0) or 1
    axis = alt.Axis() if first else None
    base = alt.Chart(drawn).encode(y=alt.Y("name:N", sort=names, title=None, axis=axis))
    shades = [GRADE_SHADES[n * (len(GRADE_SHADES) - 1) // max(1, len(names) - 1)] for n in range(len(names))]
    bars = base.mark_bar(stroke=INK, strokeWidth=0.8, height=20).encode(
        x=alt.X("share:Q", title=None, scale=alt.Scale(domain=[0, most]), axis=None),
        color=alt.Color("name:N", scale=alt.Scale(domain=names, range=shades), legend=None),
    )
    labels = base.mark_text(align="left", dx=5).encode(x="share:Q", text="label:N")
    title = f"{level} ({one.ranked})"
    return alt.layer(bars, labels).properties(width=width - 70, height=alt.Step(ROW_HEIGHT - 4), title=title)


class TrendPoint(Struct, frozen=True):
    """A unit's standing on one day, in the period of that code; `era`: that of the scale of its points."""

    day: date
    period: str
    standing: Standing
    era: str = ""


def trend(known: Sequence[TrendPoint], lang: Lang) -> Chart:
    """A unit's total over the snapshots that are kept, oldest first.

    Points of different periods or of different eras of the scale are not joined, nor is what lies on
    both sides of a missing total.
    """
    rows = tuple((one.day, one.period, one.standing.score.total) for one in known)
    totals = [total for *_, total in rows if total is not None]
    name = known[-1].standing.score.unit.name if known else ""
    telling = {0, len(rows) - 1} | {
        n for n, row in enumerate(rows) if row[2] in (_least(totals), _most(totals))
    }
    drawn = data(
        [
            {
                "day": when.toordinal(),
                "period": period,
                "line": f"{period} {known[n].era}",
                "total": at(total),
                "label": points(total, lang) if len(rows) <= _LISTED or n in telling else "",
            }
            for n, (when, period, total) in enumerate(rows)
        ]
    )
    low, high = float(_least(totals) or 0), float(_most(totals) or 0)
    room = max(0.5, (high - low) * 0.25)
    periods = list(dict.fromkeys(period for _, period, _ in rows))
    legend = alt.Legend(symbolType="circle", symbolFillColor=BLUE) if len(periods) > 1 else None
    x = alt.X(
        "day:Q", title=None, scale=alt.Scale(zero=False, nice=False, padding=24), axis=_days(rows, lang)
    )
    y = alt.Y(
        "total:Q", title=_AXIS.render(lang), scale=alt.Scale(domain=[low - room, high + room], nice=False)
    )
    kind = alt.Shape("period:N", scale=alt.Scale(domain=periods), legend=legend)
    base = alt.Chart(drawn).encode(x=x, y=y)
    chart = alt.layer(
        base.mark_line(color=BLUE, strokeWidth=2, invalid="break-paths-show-path-domains").encode(
            detail="line:N"
        ),
        base.mark_point(filled=True, color=BLUE, size=70, opacity=1).encode(shape=kind),
        base.mark_text(dy=-13, fontWeight="bold", stroke=WHITE, strokeWidth=4).encode(text="label:N"),
        base.mark_text(dy=-13, fontWeight="bold").encode(text="label:N"),
    ).properties(width=PLOT_WIDTH + 190, height=190)
    return Chart(
        say("Diễn biến tổng điểm của {unit}", "Total over time: {unit}", unit=name),
        _sentence(
            [f"{day(when, lang)}: {points(total, lang)}" for when, _, total in rows] + _broken(known, lang)
        ),
        (say("Ngày", "Day"), say("Kỳ", "Period"), _TOTAL),
        rows,
        lang,
        finish(chart),
    )


def _broken(known: Sequence[TrendPoint], lang: Lang) -> list[str]:
    """That the line breaks where the scale changed, so that points on both sides are not compared."""
    return [
        say(
            "nguồn đổi cách tính điểm giữa ngày {a} và ngày {b}, không so sánh điểm qua mốc này",
            "the source changed how it scores between {a} and {b}: points across are not compared",
            a=before.day,
            b=after.day,
        ).render(lang)
        for before, after in pairwise(known)
        if before.era != after.era
    ]


def _least(totals: list[Decimal]) -> Decimal | None:
    return min(totals, default=None)


def _most(totals: list[Decimal]) -> Decimal | None:
    return max(totals, default=None)


def _days(rows: Sequence[tuple[date, str, Decimal | None]], lang: Lang) -> alt.Axis:
    """An axis that names days where there are figures, some eight of them."""
    found = sorted({row[0] for row in rows})
    shown = found[:: max(1, -(-len(found) // 8))]
    names = ",".join(f"'{when.toordinal()}':'{day(when, lang)}'" for when in shown)
    return alt.Axis(
        values=[when.toordinal() for when in shown],
        labelExpr=f"{{{names}}}[datum.value]",
        labelOverlap=True,
        grid=False,
    )


def _names_axis(names: list[str]) -> alt.Y:
    return alt.Y("name:N", sort=names, title=None, axis=alt.Axis(labelLimit=LABEL_LIMIT))


def _sentence(parts: list[str]) -> Text:
    text = "; ".join(parts)
    return say("{text}.", "{text}.", text=text)
