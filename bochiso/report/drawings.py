"""The pictures of a document's charts, drawn in a process of their own.

Altair and the engine that draws take as much memory as the largest document: they are gone before it
is made. This module is light, so that the process that draws is, too.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

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
    trend: tuple[tuple[date, str, Standing, str], ...]


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
    # It finds the program where this process did, wherever that was started.
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-P", "-c", "from bochiso.report.drawings import main; main()"]
    try:
        done = subprocess.run(  # noqa: S603 (our own program)
            command,
            input=pickle.dumps(wanted),
            capture_output=True,
            env=environment,
            timeout=_SECONDS,
            check=True,
        )
        return _DRAWINGS.decode(done.stdout)
    except (OSError, subprocess.SubprocessError, msgspec.DecodeError) as error:
        said = getattr(error, "stderr", None) or str(error).encode()
        raise ReportError(
            say(
                "không vẽ được biểu đồ ({said}).",
                "the charts could not be drawn ({said}).",
                said=said.decode(errors="replace").strip().rpartition("\n")[2][:200],
            ),
            do=say(
                "Chạy lại; nếu vẫn lỗi, bỏ phần biểu đồ (charts) khỏi mẫu.",
                "Run this again; if it fails still, take the charts out of the template.",
            ),
        ) from error


def main() -> None:
    """Draw what stands on the standard input, as the process above asks."""
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray word is no answer
    wanted: Wanted = pickle.load(sys.stdin.buffer)  # noqa: S301 (from the process that started this one)
    output.write(msgspec.msgpack.encode(draw(wanted)))
    output.flush()
