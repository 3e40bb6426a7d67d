"""Where tables stand on a sheet: mostly one, at times several below or beside each other.

What stands between two headings is the first one's table; columns that tell units and figures a second
time are a table of their own. None of them is lost, whichever heading says most.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bochiso.intake.formats.sheet import Sheet, Span
from bochiso.intake.headings.column_choice import Choice, chosen, settled
from bochiso.intake.headings.header_rows import NUMBER, READ_ROWS, Found, Grid, find_heading, headings_at
from bochiso.intake.headings.heading_words import ORDINAL
from bochiso.intake.headings.headings import Heading, Headings, Vocabulary
from bochiso.intake.tables.table_reader import RawTable, from_rows
from bochiso.text import Text

_MOST_WORDY = 2_000
"""So many rows without a number are looked at: headings are few, and no table of figures has so many."""

Block = tuple[Sheet, Found]
"""A table: the sheet as far as it reaches, and its heading."""


def blocks_of(sheet: Sheet, vocabulary: Vocabulary, choice: Choice) -> list[Block]:
    """The tables of a sheet, from the top; none where no heading is known."""
    words = chosen(vocabulary, choice)
    best = find_heading(sheet.rows[:READ_ROWS], words, sheet.spans)
    if best is None:
        return []
    found = _one_below_another(sheet, best, words) if isinstance(vocabulary, Headings) else [best]
    ends = [*(one.first for one in found[1:]), len(sheet.rows)]
    blocks = []
    for one, end in zip(found, ends, strict=True):
        part = sheet if end == len(sheet.rows) else replace(sheet, rows=sheet.rows[:end])
        blocks += list(_beside_each_other(part, one, words))
    return blocks


def table_of(
    label: str, block: Block, vocabulary: Vocabulary, choice: Choice, notes: tuple[Text, ...]
) -> RawTable:
    """The table of a block; rows keep their numbers on the sheet."""
    sheet, found = block
    start = found.last + 1
    headings = settled(label, found.headings, vocabulary, choice)
    rows = _spread(sheet, start, headings, vocabulary)
    return from_rows(label, enumerate(rows, start + 1), headings, notes)


def _one_below_another(sheet: Sheet, best: Found, words: Vocabulary) -> list[Found]:
    """The headings of tables that follow each other; a heading that is only repeated is none."""
    rows = sheet.rows
    tops = [top for top in _wordy(rows) if not best.first <= top <= best.last]
    others = [found for _, found in headings_at(rows, tops, words, sheet.spans)] if tops else []
    kept: list[Found] = []
    for found in sorted([best, *others], key=lambda each: each.first):
        if not kept:
            kept.append(found)
        elif found.first <= kept[-1].last:
            continue
        elif not _has_figures(rows[kept[-1].last + 1 : found.first]):
            if found is best or (kept[-1] is not best and found.known > kept[-1].known):
                kept[-1] = found
        elif _names(found) != _names(kept[-1]):
            kept.append(found)
    return kept


def _wordy(rows: Grid) -> list[int]:
    """Rows that may be a heading: two cells or more, none of them a number."""
    found = []
    for at, row in enumerate(rows):
        given = [cell for cell in row if cell and not cell.isspace()]
        if len(given) > 1 and not any(NUMBER.fullmatch(cell.strip()) for cell in given):
            found.append(at)
            if len(found) > _MOST_WORDY:
                return []
    return found


def _has_figures(rows: Grid) -> bool:
    return any(
        len([cell for cell in row if cell]) > 1 and any(NUMBER.fullmatch(cell.strip()) for cell in row)
        for row in rows
    )


def _names(found: Found) -> tuple[str, ...]:
    return tuple(heading.name for heading in found.headings)


def _beside_each_other(sheet: Sheet, found: Found, words: Vocabulary) -> Iterator[Block]:
    """The table as it is, or cut where its columns begin to tell units anew."""
    cuts = [0]
    for at, heading in enumerate(found.headings):
        if heading.name in words.keys and words.complete(found.headings[cuts[-1] : at]):
            cuts.append(at - 1 if found.headings[at - 1].name == ORDINAL else at)
    if len(cuts) == 1 or not words.complete(found.headings[cuts[-1] :]):
        yield sheet, found
        return
    for left, right in zip(cuts, [*cuts[1:], len(found.headings)], strict=True):
        part = Sheet(
            sheet.title,
            [row[left:right] for row in sheet.rows],
            tuple(_moved(sheet.spans, left, right)),
            sheet.visible,
        )
        yield part, replace(found, headings=found.headings[left:right])


def _moved(spans: Sequence[Span], left: int, right: int) -> Iterator[Span]:
    for top, bottom, first, last in spans:
        if left <= first < right:
            yield top, bottom, first - left, min(last, right - 1) - left


def _spread(
    sheet: Sheet, start: int, headings: Sequence[Heading], vocabulary: Vocabulary
) -> list[Sequence[str]]:
    """The rows below the heading; what is merged across a unit's name, or over its rows, is each one's."""
    rows = list(sheet.rows[start:])
    names = {at for at, heading in enumerate(headings) if heading.name == "unit_name"}
    keys = {at for at, heading in enumerate(headings) if heading.name in vocabulary.keys}
    for top, bottom, left, right in sheet.spans:
        if top < start or top - start >= len(rows):
            continue
        covered = names & set(range(left + 1, right + 1)) if not names & {left} else set()
        covered |= keys & {left} if bottom > top else set()
        for at in range(top - start, min(bottom - start + 1, len(rows)) if covered else 0):
            row = list(rows[at])
            if at > top - start and not any(cell.strip() for cell in row):
                continue
            for column in covered:
                row[column] = sheet.rows[top][left]
            rows[at] = row
    return rows
