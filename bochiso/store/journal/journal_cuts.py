"""Entries of the journal cut between their items, so that one item can be told from the rest.

An item is known by its place: its number in the whole journal. What was written as one stays one: the rows
of a portal's list with the list, a table of days, the counts of a message's fields.
"""

from collections.abc import Sequence
from itertools import pairwise

from bochiso.store.journal.journal import JournalEntry
from bochiso.store.journal.journal_kinds import LIST_KIND, ROWS_KIND
from bochiso.store.journal.reference_lists import with_provinces

Span = tuple[int, int]
"""Places from the first up to, not including, the last."""

_WHOLE = frozenset({"days", "fields"})


def separable(entries: Sequence[JournalEntry]) -> list[JournalEntry]:
    """Entries whose rows mean the same whichever of them are read together.

    A list of procedures says by all of its rows which province it is of.
    """
    return [
        JournalEntry(each.kind, each.received_at, each.first, with_provinces(each.batch, each.kind))
        if each.kind == "procedures"
        else each
        for each in entries
    ]


def end_places(entries: Sequence[JournalEntry]) -> list[int]:
    """Where entries may be cut: behind which places, in order; the last is behind all."""
    found: list[int] = []
    for entry in entries:
        end = entry.first + entry.batch.num_rows
        if entry.kind == LIST_KIND and found:
            (rows,) = entry.batch.column("rows").to_pylist()
            while found and found[-1] > entry.first - rows:
                found.pop()
        if entry.kind in _WHOLE or entry.kind in (LIST_KIND, ROWS_KIND):
            found.append(end)
        else:
            found += range(entry.first + 1, end + 1)
    return found


def within(entries: Sequence[JournalEntry], span: Span) -> list[JournalEntry]:
    """The items of a span."""
    found = []
    for entry in entries:
        first = max(span[0] - entry.first, 0)
        rows = min(span[1] - entry.first, entry.batch.num_rows) - first
        if rows == entry.batch.num_rows:
            found.append(entry)
        elif rows > 0:
            part = entry.batch.slice(first, rows)
            found.append(JournalEntry(entry.kind, entry.received_at, entry.first + first, part))
    return found


def without(entries: Sequence[JournalEntry], spans: Sequence[Span]) -> list[JournalEntry]:
    """The items of none of these spans."""
    if not entries:
        return []
    begin, end = entries[0].first, entries[-1].first + entries[-1].batch.num_rows
    edges = [begin, *(place for span in sorted(spans) for place in span), end]
    kept = list(pairwise(edges))[::2]
    return [part for span in kept if span[0] < span[1] for part in within(entries, span)]
