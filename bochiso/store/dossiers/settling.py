"""The journal settled into facts, step by step; an item that facts can't take holds up nobody else's.

Where a step fails of what is in it, ever smaller parts of it are tried (and taken back) until the items are
known; they are set aside, and all others are settled with the position as if nothing had been.
docs/decisions/0067-items-set-aside.md.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import duckdb
from msgspec.structs import replace

from bochiso import __version__
from bochiso.errors import StoreError
from bochiso.store.dossiers.projection import DossierFacts
from bochiso.store.journal.journal import JournalEntry, Position, read_journal
from bochiso.store.journal.journal_cuts import end_places, separable, within, without
from bochiso.store.journal.set_aside import (
    WHY_ASIDE,
    SetAside,
    read_set_aside,
    remove_set_aside,
    set_aside,
    why_of,
    write_set_aside,
)

CHUNK_ITEMS = 200_000
"""How many items are settled in one go where many wait."""

ALONE = 8
"""So many items of a step are each found alone; of further ones ever more that follow each other go together,
so that a sender of many bad ones holds up the others for seconds. Those are told apart when tried again."""

IN_ANY_ORDER = frozenset({"dossiers", "dossiers-file", "steps", "refusals", "fields"})
"""Kinds that come to the same whenever they are settled; others are tried again with the whole journal."""

_log = logging.getLogger(__name__)


def catch_up(
    facts: DossierFacts, root: Path, position: Position, told: Callable[[], None] = lambda: None
) -> Iterator[Position]:
    """Settle the journal from a position on, in large steps; yields how far it is.

    `told` is called where items were set aside.
    """
    waiting: list[JournalEntry] = []
    items, start = 0, position
    for position, entries in read_journal(root, position):  # noqa: B020 (goes on from where it was)
        waiting += entries
        items += sum(entry.batch.num_rows for entry in entries)
        if items >= CHUNK_ITEMS:
            if _settle(facts, waiting, start, position):
                told()
            yield position
            waiting, items, start = [], 0, position
    if waiting:
        if _settle(facts, waiting, start, position):
            told()
        yield position


def _settle(
    facts: DossierFacts, entries: Sequence[JournalEntry], start: Position, end: Position
) -> list[SetAside]:
    """Settle what stands between two positions; what facts can't take of it is set aside."""
    try:
        facts.apply(entries, end)
    except Exception as error:
        if why_of(error) is None:
            raise
    else:
        return []
    return _tell(_settle_sound(facts, entries, start, end))


def make_again(path: Path, root: Path) -> None:
    """The facts of the whole journal beside those that are there, then in their place."""
    fresh = DossierFacts(path.with_suffix(".new"))
    for leftover in (fresh.path, fresh.path.with_suffix(".new.wal")):
        leftover.unlink(missing_ok=True)
    for _ in catch_up(fresh, root, Position()):
        pass
    if fresh.path.exists():
        path.with_suffix(".duckdb.wal").unlink(missing_ok=True)
        fresh.path.replace(path)


def try_again(facts: DossierFacts, root: Path, moment: datetime) -> None:
    """Try items that were set aside, and whose time has come, once more, each by itself."""
    with facts.open(write=True) as db:
        rows = [each for each in read_set_aside(db) if _is_tried_alone(each) and each.due_at <= moment]
    for row in rows:
        if left := _settle_sound(facts, _found_again(root, row), row.start, None, instead_of=row):
            _tell(left)
        else:
            _log.warning("facts: what was set aside is settled (%s, from item %d).", row.kind, row.first)


def next_try(facts: DossierFacts) -> tuple[int, datetime | None]:
    """How many items are set aside, and when the first of them is tried again by itself."""
    with facts.open(write=True) as db:
        rows = read_set_aside(db)
    return sum(each.items for each in rows), min(
        (each.due_at for each in rows if _is_tried_alone(each)), default=None
    )


def set_aside_in(path: Path) -> list[SetAside]:
    """The items that a file of facts lacks; nothing where it can't be read: who opens it says so."""
    with suppress(StoreError):
        if path.exists():
            with DossierFacts(path).open(write=False, wait=0) as db:
                return read_set_aside(db)
    return []


def is_settled_anew(facts: DossierFacts) -> bool:
    """Whether another version set items aside that can only be tried in their order, with all others."""
    with facts.open(write=True) as db:
        return any(each.version != __version__ and not _is_tried_alone(each) for each in read_set_aside(db))


def _is_tried_alone(row: SetAside) -> bool:
    return row.kind in IN_ANY_ORDER


def _found_again(root: Path, row: SetAside) -> list[JournalEntry]:
    """The items of a row, from the journal."""
    found: list[JournalEntry] = []
    for position, entries in read_journal(root, row.start):
        found += within(entries, row.span)
        if position.items >= row.span[1]:
            break
    return found


def _settle_sound(
    facts: DossierFacts,
    entries: Sequence[JournalEntry],
    start: Position,
    end: Position | None,
    *,
    instead_of: SetAside | None = None,
) -> list[SetAside]:
    """Settle what can be, the rest set aside. Raises what settling fails of where that isn't in the items."""
    found: list[SetAside] = []

    def note(db: duckdb.DuckDBPyConnection) -> None:
        if instead_of is not None:
            remove_set_aside(db, instead_of)
        since = {} if instead_of is None else {"since": instead_of.since}
        write_set_aside(db, [replace(each, **since) for each in found])

    entries = separable(entries)
    begin = entries[0].first
    while True:
        try:
            facts.apply(without(entries, [each.span for each in found]), end, note)
        except Exception as error:
            if why_of(error) is None or _failure(facts, []) is not None:
                raise
        else:
            return found
        found.append(_first_unsound(facts, entries, start, found, begin))
        begin = found[-1].span[1]


def _first_unsound(
    facts: DossierFacts,
    entries: Sequence[JournalEntry],
    start: Position,
    known: Sequence[SetAside],
    begin: int,
) -> SetAside:
    """The first item from `begin` on that facts can't take together with the sound ones before it."""
    first, spans = entries[0].first, [each.span for each in known]
    places = [begin, *(place for place in end_places(entries) if place > begin)]
    sound, unsound = 0, len(places) - 1
    grain = 2 ** max(0, len(known) + 1 - ALONE)

    def failure(end: int) -> Exception | None:
        return _failure(facts, without(within(entries, (first, places[end])), spans))

    found = failure(unsound)
    while unsound - sound > grain and found is not None:
        middle = (sound + unsound) // 2
        if (earlier := failure(middle)) is None:
            sound = middle
        else:
            unsound, found = middle, earlier
    if found is None or (why := why_of(found)) is None:
        raise found or RuntimeError("facts took in parts what they refuse together")
    return set_aside(entries, (places[sound], places[unsound]), why, start)


class _TakenBackError(Exception):
    """Nothing failed, and nothing is to stay."""


def _failure(facts: DossierFacts, entries: Sequence[JournalEntry]) -> Exception | None:
    """What entries would fail of; None where they wouldn't. They aren't settled."""
    try:
        facts.apply(entries, None, _take_back)
    except _TakenBackError:
        return None
    except Exception as error:
        return error
    raise AssertionError  # they are always taken back


def _take_back(_: duckdb.DuckDBPyConnection) -> None:
    raise _TakenBackError


def _tell(rows: list[SetAside]) -> list[SetAside]:
    for each in rows:
        _log.error(
            "facts: %d item(s) set aside (%s of %s, from item %d): %s. The journal keeps them.",
            each.items, each.kind, each.province or "?", each.first, WHY_ASIDE[each.why].en,
        )  # fmt: skip
    return rows
