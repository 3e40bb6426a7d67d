"""Where a table's heading stands, one row or several, and which column is which.

Titles may stand above a heading. Its second and third row part what the row above holds together:
"Tổng điểm" over "Tuần 01 | Tuần 02", merged or not. What the rows say above a column is read as one.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bochiso.intake.formats.sheet import Span
from bochiso.intake.headings.headings import Heading, Parts, Vocabulary

HEADING_ROWS = 30
"""The heading stands among the first so many rows; titles may stand above it."""

MOST_HIGH = 3
"""A heading has at most so many rows."""

READ_ROWS = HEADING_ROWS + MOST_HIGH

Grid = Sequence[Sequence[str]]

NUMBER = re.compile(r"[+−–-]?[0-9][0-9.,\s]*%?")


@dataclass(frozen=True)
class Found:
    """A heading: the first and the last row that it takes, counted from 0, and what each column is."""

    first: int
    last: int
    headings: tuple[Heading, ...]

    @property
    def known(self) -> int:
        """How many of the headings are known."""
        return sum(1 for heading in self.headings if heading.name)


def find_heading(rows: Grid, vocabulary: Vocabulary, spans: Sequence[Span] = ()) -> Found | None:
    """The heading among the first rows: the one of which most is known; None where none is one."""
    rows = rows[:READ_ROWS]
    best: tuple[int, Found] | None = None
    for known, found in headings_at(rows, range(min(len(rows), HEADING_ROWS)), vocabulary, spans):
        if best is None or known > best[0]:
            best = known, found
    return best[1] if best else None


def headings_at(
    rows: Grid, tops: Iterable[int], vocabulary: Vocabulary, spans: Sequence[Span] = ()
) -> Iterator[tuple[int, Found]]:
    """The headings that start in some of the rows, each with how much of it is known at most."""
    grid = _filled(rows, spans)
    wide = {row for first, last, left, right in spans if right > left for row in range(first, last + 1)}
    for top in tops:
        width = len(rows[top])
        headings = vocabulary.stacked([(cell,) for cell in grid[top][:width]])
        if not any(heading.name for heading in headings):
            continue
        known, found = 0, None
        for high in range(1, MOST_HIGH + 1):
            if high > 1:
                at = top + high - 1
                if at >= len(grid) or not _goes_on(
                    rows[at], grid[at - 1], at - 1 in wide, headings, vocabulary
                ):
                    break
                width = max(width, len(rows[at]))
                headings = vocabulary.stacked(_columns(grid, top, high, wide)[:width])
            if not vocabulary.complete(headings):
                continue
            found = Found(top, top + high - 1, headings)
            known = max(known, found.known)
        if found is not None:
            yield known, found


def fullest(rows: Grid) -> list[str]:
    """The cells of the row that says most, for the person whose heading isn't known."""
    cells = max(rows[:HEADING_ROWS], key=lambda row: sum(map(bool, row)), default=())
    return [" ".join(cell.split())[:40] for cell in cells if cell.strip()][:10]


def _filled(rows: Grid, spans: Sequence[Span]) -> list[list[str]]:
    """The rows, what was merged repeated in each of its cells."""
    width = max(map(len, rows), default=0)
    grid = [[cell.strip() for cell in row] + [""] * (width - len(row)) for row in rows]
    for first, last, left, right in spans:
        if first >= len(grid) or left >= width:
            continue
        for row in range(first, min(last + 1, len(grid))):
            for column in range(left, min(right + 1, width)):
                grid[row][column] = grid[first][left]
    return grid


def _goes_on(
    row: Sequence[str], upper: Sequence[str], wide: bool, above: Sequence[Heading], vocabulary: Vocabulary
) -> bool:
    """Whether a row goes on with the heading above it.

    It has words and no numbers, no unit of its own, and parts what the row above (`upper`) leaves
    whole or blank, or says what the cells under a heading are.
    """
    cells = [cell.strip() for cell in row]
    given = [at for at, cell in enumerate(cells) if cell]
    if not any(any(map(str.isalpha, cells[at])) or "%" in cells[at] for at in given):
        return False
    if any(NUMBER.fullmatch(cells[at]) for at in given):
        return False
    own = {at: vocabulary.stacked([(cells[at],)])[0].name for at in given}
    keys = [at for at in given if at < len(above) and above[at].name in vocabulary.keys]
    if any(own[at] not in vocabulary.keys for at in keys):
        return False
    parts = wide or any(at < len(upper) and not upper[at] for at in given)
    return parts or all(name and name not in vocabulary.keys for name in own.values())


def _columns(grid: list[list[str]], top: int, high: int, wide: set[int]) -> list[Parts]:
    """What the rows of a heading say above each column; where none was merged, words reach right."""
    rows = [list(row) for row in grid[top : top + high]]
    for at, row in enumerate(rows[:-1]):
        if top + at in wide:
            continue
        for column in range(1, len(row)):
            if not row[column] and rows[at + 1][column]:
                row[column] = row[column - 1]
    return [_apart(parts) for parts in zip(*rows, strict=True)]


def _apart(parts: Parts) -> Parts:
    """Without what is only repeated, as cells merged downwards are."""
    return tuple(part for at, part in enumerate(parts) if at == 0 or part != parts[at - 1])
