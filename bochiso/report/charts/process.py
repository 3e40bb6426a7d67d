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
from bochiso.rules.rule_set import RuleSet
from bochiso.score.changes import Change
from bochiso.score.ranking import LevelStandings, Standing
from bochiso.text import Lang, say

if TYPE_CHECKING:
    from bochiso.report.charts.theme import Chart

GROUPS, CHANGES, GRADES, TREND = "nhom", "thay-doi", "xep-loai", "dien-bien"
"""The names of the charts, those that the pages have too by the same names."""

_SECONDS = 120


class ChartInputs(Struct, frozen=True):
    """What is drawn, in this order; None and () where there are no figures, and no chart.

    groups: the province, and its peers where there are any, whose means are drawn. Of levels and
    peers the counts and means are drawn, not the rows.
    """

    rules: RuleSet
    groups: tuple[Standing, LevelStandings | None] | None
    change: Change | None
    levels: tuple[LevelStandings, ...]
    trend: tuple[tuple[date, str, Standing, str], ...]


class ChartPicture(Struct, frozen=True):
    """A chart as a picture: its name, what it says in words, its PNG, its size in pixels, 96 to the inch."""

    name: str
    words: str
    png: bytes
    width: float
    height: float


def draw(wanted: ChartInputs) -> list[ChartPicture]:
    """The pictures, in this process."""
    return [
        ChartPicture(name, chart.alt.render(Lang.VI), chart.png(), *chart.size)
        for name, chart in _charts(wanted)
    ]


def _charts(wanted: ChartInputs) -> "Iterator[tuple[str, Chart]]":
    from bochiso.report.charts import definitions  # Altair: only where something is drawn

    rules = wanted.rules
    if wanted.groups:
        own, peers = wanted.groups
        yield GROUPS, definitions.boxes(own, rules, Lang.VI, peers)
    if wanted.change:
        yield CHANGES, definitions.changes(wanted.change, rules, Lang.VI)
    if wanted.levels:
        yield GRADES, definitions.grades(wanted.levels, rules, Lang.VI)
    if wanted.trend:
        yield TREND, definitions.trend([definitions.TrendPoint(*each) for each in wanted.trend], Lang.VI)


Draw = Callable[[ChartInputs], list[ChartPicture]]
_DRAWINGS: msgspec.msgpack.Decoder[list[ChartPicture]] = msgspec.msgpack.Decoder(list[ChartPicture])


def draw_apart(wanted: ChartInputs) -> list[ChartPicture]:
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


def _answer(wanted: bytearray) -> bytes:
    return msgspec.msgpack.encode(draw(pickle.loads(wanted)))  # noqa: S301 (from the process that started this)
