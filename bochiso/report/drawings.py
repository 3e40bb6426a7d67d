"""The pictures of a document's charts, drawn in a process of their own.

Altair and the engine that draws take as much memory as the largest document: they are gone before it
is made. This module is light, so that the process that draws is, too.
"""

import pickle
from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from bochiso.child import Child, ChildError
from bochiso.errors import ReportError
from bochiso.rules.model import RuleSet
from bochiso.score.compare import Change
from bochiso.score.standings import LevelStandings, Standing
from bochiso.text import Lang, say

if TYPE_CHECKING:
    from bochiso.report.charts_drawing import Chart

GROUPS, CHANGES, GRADES, TREND = "nhom", "thay-doi", "xep-loai", "dien-bien"
"""The names of the charts, those that the pages have too by the same names."""

_SECONDS = 120


class Wanted(Struct, frozen=True):
    """What is drawn, in this order; None and () where there are no figures, and no chart.

    groups: the province, and its peers where there are any, whose means are drawn. Of levels and
    peers the counts and means are drawn, not the rows.
    """

    rules: RuleSet
    groups: tuple[Standing, LevelStandings | None] | None
    change: Change | None
    levels: tuple[LevelStandings, ...]
    trend: tuple[tuple[date, str, Standing], ...]


class Drawing(Struct, frozen=True):
    """A chart as a picture: its name, what it says in words, its PNG, its size in pixels, 96 to the inch."""

    name: str
    words: str
    png: bytes
    width: float
    height: float


def draw(wanted: Wanted) -> list[Drawing]:
    """The pictures, in this process."""
    return [
        Drawing(name, chart.alt.render(Lang.VI), chart.png(), *chart.size) for name, chart in _charts(wanted)
    ]


def _charts(wanted: Wanted) -> "Iterator[tuple[str, Chart]]":
    from bochiso.report import charts  # Altair: only where something is drawn

    rules = wanted.rules
    if wanted.groups:
        own, peers = wanted.groups
        yield GROUPS, charts.boxes(own, rules, Lang.VI, peers)
    if wanted.change:
        yield CHANGES, charts.changes(wanted.change, rules, Lang.VI)
    if wanted.levels:
        yield GRADES, charts.grades(wanted.levels, rules, Lang.VI)
    if wanted.trend:
        yield TREND, charts.trend([charts.TrendPoint(*each) for each in wanted.trend], Lang.VI)


Draw = Callable[[Wanted], list[Drawing]]
_DRAWINGS: msgspec.msgpack.Decoder[list[Drawing]] = msgspec.msgpack.Decoder(list[Drawing])


def draw_apart(wanted: Wanted) -> list[Drawing]:
    """The pictures, drawn in a process of its own. Raises ReportError where that fails."""
    try:
        with Child(_answer, name="drawings") as child:
            return _DRAWINGS.decode(child.ask(pickle.dumps(wanted), seconds=_SECONDS))
    except (OSError, EOFError, ChildError) as error:
        said = str(error) or "EOFError"
        raise ReportError(
            say(
                "không vẽ được biểu đồ ({said}).", "the charts could not be drawn ({said}).", said=said[:200]
            ),
            do=say(
                "Chạy lại; nếu vẫn lỗi, bỏ phần biểu đồ (charts) khỏi mẫu.",
                "Run this again; if it fails still, take the charts out of the template.",
            ),
        ) from error


def _answer(wanted: bytes) -> bytes:
    return msgspec.msgpack.encode(draw(pickle.loads(wanted)))  # noqa: S301 (from the process that started this)
