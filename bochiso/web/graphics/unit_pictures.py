"""The charts of one unit: its trend, its groups, its place among all of its level."""

from collections.abc import Mapping
from decimal import Decimal

from bochiso.rules.rule_set import RuleSet
from bochiso.score.headline import LEADERS, box_losses
from bochiso.score.ranking import LevelStandings, Standing, boxes_of, ranks_by
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.snapshots.goal_view import peers_of
from bochiso.store.snapshots.history import history, level_history
from bochiso.store.snapshots.queries import View, view
from bochiso.text import Lang, Text, say
from bochiso.units.model import Level
from bochiso.units.names import place_name, short_name
from bochiso.units.tree import TOPS
from bochiso.web.graphics.bullet_chart import BulletSet, bullet_picture
from bochiso.web.graphics.dot_plot import DotRow, DotSet, dot_picture
from bochiso.web.graphics.page_chart import PageChart
from bochiso.web.graphics.trend_chart import TrendMark, TrendSeries, trend_picture

TREND, GROUPS, SPREAD = "dien-bien", "nhom", "phan-bo"
"""The names of the charts in addresses."""

TENTH = say("hạng {n}", "rank {n}", n=LEADERS)
LEVEL_MEAN = Text("trung bình", "mean")
COUNTRY_MEAN = Text("trung bình cả nước", "national mean")
PEERS_MEAN = Text("trung bình cùng cấp", "mean of the level")


def title_of(standing: Standing, lang: Lang) -> str:
    """A unit as its charts name it."""
    unit = standing.score.unit
    return place_name(unit.name, lang) if unit.level is Level.PROVINCE else short_name(unit.name)


GroupTargets = tuple[tuple[str, Decimal], ...]
"""Points that a unit is to have in groups, by their codes."""


def pictures_of(
    store: Store, code: str, snapshot: Snapshot, lang: Lang, targets: GroupTargets = ()
) -> tuple[PageChart, ...]:
    """The charts that there are of a unit in a snapshot: its trend, its groups by loss with its targets, all
    of its level by group. None where the snapshot doesn't have it."""
    found = view(store, snapshot)
    standing = found.standings.find(code)
    if standing is None:
        return ()
    peers = found.standings.peers(standing.score.unit)
    every = (
        trend_of(store, standing, peers, snapshot, lang),
        groups_of(standing, peers_of(store, found, code), snapshot, lang, dict(targets))
        if standing.score.boxes
        else None,
        spread_of(standing, peers, found.rules, lang),
    )
    return tuple(each for each in every if each)


def trend_of(
    store: Store, standing: Standing, peers: LevelStandings, last: Snapshot, lang: Lang
) -> PageChart | None:
    """A unit's totals and ranks up to a snapshot, beside the tenth's total (of provinces) or the mean; None
    where no total is known."""
    code, level = standing.score.unit.code, standing.score.unit.level
    points = history(store, code, last)
    if not points:
        return None
    leaders = level is Level.PROVINCE
    beside: dict[Snapshot, Decimal | None] = {
        each.snapshot: each.leaders if leaders else each.level.mean
        for each in level_history(store, level, peers.province, last)
    }
    marks = tuple(
        TrendMark(
            each.day,
            each.total,
            each.rank if each.of > 1 else None,
            each.of,
            each.era,
            beside.get(each.snapshot),
        )
        for each in points
    )
    shown = TrendSeries(
        title_of(standing, lang), marks, TENTH if leaders else LEVEL_MEAN, LEADERS if leaders else None
    )
    return trend_picture(shown, TREND, code, lang)


def groups_of(
    standing: Standing,
    beside: tuple[View, LevelStandings],
    snapshot: Snapshot,
    lang: Lang,
    targets: Mapping[str, Decimal] | None = None,
) -> PageChart:
    """A unit's groups by loss, beside the mean and the best of its level, and the targets that it has.

    `beside`: its level, of another snapshot where it stands alone in its own.
    """
    other, peers = beside
    boxes, rules = box_losses(standing, peers, None), other.rules
    told = say("Trung bình và mức cao nhất: số liệu ngày {day}.", "Mean and best: figures of {day}.",
               day=other.snapshot.as_of)  # fmt: skip
    country = peers.level in TOPS.values()
    found = BulletSet(
        title_of(standing, lang),
        boxes,
        {box.code: rules.label(box.code) for box in boxes},
        Text("trung bình cả nước", "national mean")
        if country
        else Text("trung bình cùng cấp", "mean of the level"),
        targets or {},
        "" if other.snapshot == snapshot else told.render(lang),
    )
    return bullet_picture(found, GROUPS, standing.score.unit.code, lang)


def spread_of(standing: Standing, peers: LevelStandings, rules: RuleSet, lang: Lang) -> PageChart | None:
    """All ranked units of a level by group, this one named; None of fewer than three."""
    if peers.ranked < 3:
        return None
    code = standing.score.unit.code
    rows = [_row(code, peers, box, rules) for box in boxes_of(peers, rules)]
    whole = {
        row.score.unit.code: row.score.total
        for row in peers.rows
        if row.rank is not None and row.score.total is not None
    }
    total = DotRow(
        Text("Tổng điểm", "Total"),
        peers.within_reach(rules),
        tuple(whole.values()),
        peers.mean,
        whole.get(code),
        standing.rank if code in whole else None,
    )
    level = peers.title
    title = say(
        "{name} giữa {n} đơn vị cùng cấp, theo nhóm chỉ số",
        "{name} among {n} {n:unit|units} of its level, by group",
        name=title_of(standing, lang),
        n=peers.ranked,
    )
    of = Text(f"mỗi chấm một đơn vị ({level.vi.lower()})", f"a dot is a unit ({level.en.lower()})")
    return dot_picture(
        DotSet(title.render(lang), (total, *rows), title_of(standing, lang), of), SPREAD, code, lang
    )


def _row(code: str, peers: LevelStandings, box: str, rules: RuleSet) -> DotRow:
    points = {
        row.score.unit.code: each.points
        for row in peers.rows
        if row.rank is not None
        for each in row.score.boxes
        if each.code == box and each.points is not None
    }
    return DotRow(
        rules.label(box),
        peers.within_reach(rules, box),
        tuple(points.values()),
        peers.means.get(box),
        points.get(code),
        ranks_by(points).get(code),
    )
