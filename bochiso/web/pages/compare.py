"""Any two snapshots side by side: who rose and fell, grades, means, groups, units that came or went."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

from fastapi import APIRouter, Request, Response

from bochiso.rules.rule_set import Grade, RuleSet
from bochiso.score.changes import Change, Fate, LevelComparison
from bochiso.score.ranking import LevelStandings, boxes_of
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.snapshots.queries import View, compare_views, view, warnings
from bochiso.store.snapshots.snapshot_selection import find_snapshot, snapshot_title
from bochiso.text import Lang, Text
from bochiso.units.model import LEVEL_NAMES, Level
from bochiso.units.names import place_name, short_name
from bochiso.web.core.day_band import OFFERED
from bochiso.web.core.day_choice import as_of, home_of
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.table_files import FORMS
from bochiso.web.core.template_context import SECURITY, SnapshotRef, address_of

MOVERS_COMPARED = 10
"""How many of those who rose and of those who fell are shown before the whole table."""

WAYS = 8
"""How many quick ways are shown."""

Pair = tuple[tuple[str, str], tuple[str, str]]
"""Two snapshots, each by its period and day."""

FATES = {
    Fate.APPEARED: Text("Mới xuất hiện", "Appeared"),
    Fate.VANISHED: Text("Không còn trong số liệu", "Vanished"),
    Fate.MERGED: Text("Đã sáp nhập", "Merged"),
    Fate.RENAMED: Text("Đổi tên", "Renamed"),
}


@dataclass(frozen=True)
class Compared:
    """One level of both snapshots: means by box code and units by grade, each before and after."""

    comparison: LevelComparison
    rules: RuleSet
    boxes: tuple[tuple[str, Decimal | None, Decimal | None], ...]
    grades: tuple[tuple[Grade, int, int], ...]
    warnings: tuple[Text, ...]

    @property
    def level(self) -> Level:
        """The level."""
        return self.comparison.level

    @property
    def name(self) -> Text:
        """The level's name."""
        return self.comparison.after.title

    @property
    def moved(self) -> list[Change]:
        """Units whose total is known in both, those that gained most first."""
        known = [each for each in self.comparison.changes if each.total is not None]
        return sorted(known, key=lambda each: -(each.total or 0))

    @property
    def risen(self) -> list[Change]:
        """Units that gained, most first."""
        return [each for each in self.moved if (each.total or 0) > 0]

    @property
    def fallen(self) -> list[Change]:
        """Units that lost, most first."""
        return [each for each in reversed(self.moved) if (each.total or 0) < 0]

    @property
    def up(self) -> list[Change]:
        """Units that gained places."""
        return [each for each in self.comparison.changes if (each.rank or 0) > 0]

    @property
    def down(self) -> list[Change]:
        """Units that lost places."""
        return [each for each in self.comparison.changes if (each.rank or 0) < 0]

    @property
    def fates(self) -> dict[Fate, list[Change]]:
        """Units that came, went, were merged or renamed, where there are any."""
        return {fate: found for fate in FATES if (found := self.comparison.of(fate))}

    def display_name(self, change: Change, lang: Lang, *, before: bool = False) -> str:
        """A unit's name for the table, the later one unless said otherwise."""
        standing = change.before if before or change.after is None else change.after
        name = standing.score.unit.name if standing else change.code
        return place_name(name, lang) if self.level is Level.PROVINCE else short_name(name)


@dataclass(frozen=True)
class ComparePage:
    """`before` and `after` are None where there are no two snapshots to compare.

    `ways`: the newest snapshots, each with the one before it that has units of the same level.
    """

    snapshots: tuple[Snapshot, ...]
    before: Snapshot | None
    after: Snapshot | None
    levels: tuple[Compared, ...]
    ways: tuple[tuple[Snapshot, Snapshot], ...]

    def title(self, snapshot: Snapshot) -> Text:
        """A snapshot in words."""
        return snapshot_title(snapshot)


def address(before: Snapshot, after: Snapshot) -> str:
    """The path of a comparison."""
    return f"/so-sanh/{_key(before)}/{_key(after)}"


def _key(snapshot: Snapshot) -> str:
    return f"{snapshot.period.code}/{snapshot.as_of.isoformat()}"


def compare_page(store: Store, within: str | None, at: SnapshotRef | None, pair: Pair | None) -> ComparePage:
    """What changed between two snapshots, the earlier first; the newest two that can be compared where no
    pair is asked for. `within`: the province whose units are compared.

    Raises ComputeError where one of them is not there.
    """
    everything = tuple(reversed(store.snapshots()))
    if pair is None:
        found = _newest_pair(as_of(store, at), within)
    else:
        found = (find_snapshot(store, *pair[0]), find_snapshot(store, *pair[1]))
    if found is None:
        return ComparePage(everything, None, None, (), ())
    before, after = sorted(found, key=lambda each: (each.as_of, each.period))
    levels = [each for level in Level if (each := _compared(store, before, after, level, within))]
    return ComparePage(everything[:OFFERED], before, after, tuple(levels), _ways(store, everything))


def _ways(store: Store, newest: Sequence[Snapshot]) -> tuple[tuple[Snapshot, Snapshot], ...]:
    pairs = (
        (next((b for b in newest[n + 1 :] if store.levels(a) & store.levels(b)), None), a)
        for n, a in enumerate(newest)
    )
    return tuple(islice(((b, a) for b, a in pairs if b is not None), WAYS))


def _newest_pair(store: Store, within: str | None) -> tuple[Snapshot, Snapshot] | None:
    """The newest snapshot with one before it that ranked units of the same level.

    Levels below a province come first, as the province's own snapshots are fewer.
    """
    ranked: dict[Snapshot, set[Level]] = {}

    def levels(snapshot: Snapshot) -> set[Level]:
        if snapshot not in ranked:
            tables = view(store, snapshot).standings.tables
            ranked[snapshot] = {each.level for each in tables if each.ranked and _is_shown(each, within)}
        return ranked[snapshot]

    newest = store.snapshots()[::-1]
    pairs = ((b, a) for n, a in enumerate(newest) for b in newest[n + 1 :])
    return next(((b, a) for b, a in pairs if levels(a) and levels(a) & levels(b)), None)


def _compared(
    store: Store, before: Snapshot, after: Snapshot, level: Level, within: str | None
) -> Compared | None:
    """One level, None where one of the snapshots has no ranked units of it."""
    if level is not Level.PROVINCE and within is None:
        return None
    if before == after or not all(level in store.levels(each) for each in (before, after)):
        return None
    whose = None if level is Level.PROVINCE else within
    old, new = (view(store, each) for each in (before, after))
    if not all(each.standings.level(level, whose).rows for each in (old, new)):
        return None
    return _side_by_side(store, old, new, level, whose)


def _is_shown(table: LevelStandings, within: str | None) -> bool:
    """Whether a table is of the provinces, or of the one whose units are compared."""
    return table.level is Level.PROVINCE or (within is not None and table.province == within)


def _side_by_side(store: Store, old: View, new: View, level: Level, whose: str | None) -> Compared:
    comparison = compare_views(old, new, level, whose)
    was, now, rules = comparison.before, comparison.after, new.rules
    return Compared(
        comparison,
        rules,
        tuple((code, was.means.get(code), now.means.get(code)) for code in boxes_of(now, rules)),
        tuple(
            (grade, was.grade_counts.get(grade.code, 0), now.grade_counts.get(grade.code, 0))
            for grade in rules.grades.bounds
        ),
        tuple(warnings(store, old, new, comparison)),
    )


HEADS = {
    "unit": Text("Mã", "Code"), "name": Text("Đơn vị", "Unit"), "level": Text("Cấp", "Level"),
    "before": Text("Điểm kỳ trước", "Points before"), "after": Text("Điểm kỳ sau", "Points after"),
    "change": Text("Thay đổi điểm", "Change of points"), "rank_before": Text("Hạng kỳ trước", "Rank before"),
    "rank_after": Text("Hạng kỳ sau", "Rank after"), "places": Text("Thay đổi hạng", "Change of rank"),
    "days": Text("Hai ngày số liệu", "Days of the figures"),
}  # fmt: skip
"""Headings of a comparison as a file; the change of each group stands before the days."""


def change_rows(of: Compared, page: ComparePage, lang: Lang) -> list[dict[str, Any]]:
    """The changes of a level as rows of a file; points and changes as they are, empty where unknown."""
    days = f"{page.before.as_of} – {page.after.as_of}" if page.before and page.after else ""
    found = []
    for one in of.comparison.changes:
        was, now = (each.score.total if each else None for each in (one.before, one.after))
        told = {
            "unit": one.code, "name": of.display_name(one, lang), "level": of.name.render(lang),
            "before": was,
            "after": now, "change": one.total,
            "rank_before": one.before.rank if one.before else None,
            "rank_after": one.after.rank if one.after else None, "places": one.rank,
        }  # fmt: skip
        groups = {of.rules.label(code).render(lang): one.boxes.get(code) for code, _, _ in of.boxes}
        found.append({HEADS[key].render(lang): value for key, value in told.items()} | groups
                     | {HEADS["days"].render(lang): days})  # fmt: skip
    return found


def _pair(values: Sequence[str]) -> Pair | None:
    """The pair that a form asks for: `2026/2026-10-02` twice."""
    parts = [tuple(value.partition("/")[::2]) for value in values]
    return (parts[0], parts[1]) if len(parts) == 2 and all(map(all, parts)) else None  # type: ignore[return-value]


def routes(services: PageServices) -> APIRouter:
    """The newest comparison, the one that a form asks for, and the one that an address names."""
    router = APIRouter()

    def page(request: Request, pair: Pair | None) -> Response:
        within = home_of(services, request)
        found = services.ask(request, compare_page, within, address_of(request).at, pair)
        level = request.query_params.get("cap", "")
        levels = [each for each in found.levels if level in ("", each.level.value)]
        shown = [each for each in (found.after, found.before) if each]
        band = services.band(request, shown) if shown else None
        return services.page(
            request,
            "compare.html",
            page=found,
            levels=levels or found.levels,
            level=level,
            all_levels=LEVEL_NAMES,
            fates=FATES,
            movers=MOVERS_COMPARED,
            address=address,
            hidden=band.unpublished if band else None,
        )

    @router.get("/so-sanh")
    def newest(request: Request) -> Response:
        query = request.query_params
        return page(request, _pair([query.get("truoc", ""), query.get("sau", "")]))

    @router.get("/so-sanh.{form}")
    def file(request: Request, form: str) -> Response:
        query, lang = request.query_params, address_of(request).lang
        pair = _pair([query.get("truoc", ""), query.get("sau", "")])
        found = services.ask(request, compare_page, home_of(services, request), address_of(request).at, pair)
        level = query.get("cap", "")
        levels = [each for each in found.levels if level in ("", each.level.value)]
        if form not in FORMS or not levels:
            return services.missing(request)
        rows = [row for each in levels for row in change_rows(each, found, lang)]
        name = (
            f"so-sanh-{found.before.as_of}-{found.after.as_of}" if found.before and found.after else "so-sanh"
        )
        headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"', **SECURITY}
        return services.file(request, FORMS[form][0](rows), FORMS[form][1], headers)

    @router.get("/so-sanh/{period_a}/{day_a}/{period_b}/{day_b}")
    def named(request: Request, period_a: str, day_a: str, period_b: str, day_b: str) -> Response:
        return page(request, ((period_a, day_a), (period_b, day_b)))

    return router
