"""What the portal has not as we have it, by unit, with what it costs; who has gone silent; for officers."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from threading import Lock
from typing import Annotated, Any

from cachetools import LRUCache
from fastapi import APIRouter, Depends, Query, Request, Response

from bochiso.office.dossiers import DossierExport, record_export
from bochiso.periods import parse_period
from bochiso.store.dossiers.last_messages import LastMessage, last_messages
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.measuring.measurement import unit_tree
from bochiso.store.people.permissions import Action
from bochiso.store.worklists.sync_differences import (
    DossierDifference,
    NoListError,
    SyncDifferences,
    sync_differences,
)
from bochiso.store.worklists.sync_rows import (
    FIELD_NAMES,
    KINDS,
    difference_row,
    field_words,
    numbers_of,
    price,
    totals,
)
from bochiso.text import VIETNAM, Text, now
from bochiso.units.names import short_name
from bochiso.units.tree import UnitTree
from bochiso.web.auth.signing_in import SignedIn
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.table_files import FORMS
from bochiso.web.core.template_context import SECURITY, address_of, merged
from bochiso.web.followup.attached_lists import difference_rows

PAGE_SIZE = 100
"""Dossiers on one page."""

SILENT_SHOWN = 20
"""Senders and units whose last message is shown."""


@dataclass(frozen=True)
class SyncQuery:
    """What is asked of the list, as an address writes it."""

    kind: Annotated[str | None, Query(alias="loai", max_length=20)] = None
    unit: Annotated[str | None, Query(alias="don-vi", max_length=60)] = None
    year: Annotated[int | None, Query(alias="nam", ge=2000, le=2100)] = None

    @property
    def fields(self) -> dict[str, str]:
        """The query of an address; empty where nothing was asked."""
        return {"loai": self.kind or "", "don-vi": self.unit or "", "nam": str(self.year or "")}


@dataclass(frozen=True)
class UnitLoss:
    """A unit, how many dossiers differ, and the points that it loses by them."""

    code: str
    name: str
    dossiers: int
    lost: Decimal


@dataclass(frozen=True)
class SyncPage:
    """One page of the differences. `why`: why there are none to show, where no list tells."""

    why: Text | None
    said: Text | None
    days: tuple[tuple[str, Any], ...]
    rows: tuple[DossierDifference, ...]
    total: int
    page: int
    pages: int
    units: tuple[UnitLoss, ...]
    kinds: tuple[tuple[str, int], ...]
    fields: tuple[tuple[Text, int], ...]
    silent: tuple[LastMessage, ...]
    query: dict[str, str]
    names: dict[str, str]

    def address(self, **changes: str | None) -> str:
        """The query of another part of the list."""
        return merged(self.query, **changes)


class _Compared:
    """Comparisons, made again only where dossiers or lists came in, or on another day."""

    def __init__(self, services: PageServices) -> None:
        self._services, self._lock = services, Lock()
        self._known: LRUCache[object, list[SyncDifferences]] = LRUCache(4)

    def with_tree(self, year: int | None) -> tuple[list[SyncDifferences], UnitTree]:
        """The differences of a year's dossiers. Raises NoListError where no list tells."""
        at = now()
        today = at.astimezone(VIETNAM).date()
        period = parse_period(str(year or today.year))
        with self._lock, self._services.dossiers() as db:
            tree = unit_tree(db, today)
            key = (db.execute("select items from position").fetchone(), period, today)
            if key not in self._known:
                rules, calendar = self._services.rules, calendar_of(db)
                self._known[key] = sync_differences(db, tree, None, period, at, rules, calendar)
            return self._known[key], tree


def routes(services: PageServices) -> APIRouter:
    """The list and its export."""
    router, compared = APIRouter(), _Compared(services)

    @router.get("/chua-dong-bo")
    def differences(
        request: Request,
        asked: Annotated[SyncQuery, Depends()],
        page: Annotated[int, Query(alias="trang", ge=1, le=100_000)] = 1,
    ) -> Response:
        person = _allowed(services, request, Action.SEE_DOSSIERS, asked.unit)
        shown = _page(services, compared, asked, asked.unit or person.unit, page)
        words: dict[str, Any] = {
            "kinds": KINDS, "numbers_of": numbers_of, "price": price, "field_words": field_words,
        }  # fmt: skip
        return services.page(
            request,
            "portal-differences.html",
            page=shown,
            rules=services.rules,
            behind=services.behind(),
            **words,
        )

    @router.get("/chua-dong-bo.{form}")
    def export(request: Request, form: str, asked: Annotated[SyncQuery, Depends()]) -> Response:
        person = _allowed(services, request, Action.EXPORT_DOSSIERS, asked.unit)
        if form not in FORMS:
            return services.missing(request)
        try:
            found, _ = _found(compared, asked, asked.unit or person.unit)
        except NoListError as error:
            return services.page(request, "missing.html", 404, what=error.what, lacks=False)
        rows = [row for each in found for row in each.rows if asked.kind in (None, row.kind)]
        wanted = DossierExport(
            "unsynced", asked.unit or person.unit, "index", form, period=asked.fields["nam"] or None
        )
        record_export(services.backend, services.by(request), wanted, len(rows))
        make, media = FORMS[form]
        whose = f"-{one}" if (one := asked.unit or person.unit) else ""
        name = f"chua-dong-bo{whose}-{now().astimezone(VIETNAM):%Y-%m-%d}.{form}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"',
                   "Cache-Control": "no-store", **SECURITY}  # fmt: skip
        lang = address_of(request).lang
        told = [difference_row(row, services.rules, lang) for row in rows]
        body = make(told if form == "json" else difference_rows(told, _unit_names(services), KINDS, lang))
        return Response(body, headers=headers, media_type=media)

    return router


def _unit_names(services: PageServices) -> dict[str, str]:
    with services.dossiers() as db:
        units = db.execute("select unit, name from unit_list where name is not null").fetchall()
    return {code: short_name(name) for code, name in units}


def _allowed(services: PageServices, request: Request, action: Action, unit: str | None) -> SignedIn:
    person = services.person_of(request)
    return services.require(request, action, unit or (person.unit if person else None))


def _found(compared: _Compared, asked: SyncQuery, unit: str | None) -> tuple[list[SyncDifferences], UnitTree]:
    found, tree = compared.with_tree(asked.year)
    return (found if unit is None else [each.of(unit, tree) for each in found]), tree


def _page(
    services: PageServices, compared: _Compared, asked: SyncQuery, unit: str | None, page: int
) -> SyncPage:
    why: Text | None = None
    found: list[SyncDifferences] = []
    try:
        found, _ = _found(compared, asked, unit)
    except NoListError as error:
        why = error.what
    with services.dossiers() as db:
        silent = last_messages(db, now(), unit)
        names = {
            code: short_name(name)
            for code, name in db.execute("select unit, name from unit_list where name is not null").fetchall()
        }
    every = [row for each in found for row in each.rows]
    rows = [row for row in every if asked.kind in (None, row.kind)]
    lost = {code: points for each in found for code, points in each.points.items()}
    once = {row.dossier: row for row in every}.values()  # one that two units count stands for both
    kinds, fields = Counter(row.kind for row in once), Counter(f.field for row in once for f in row.fields)
    return SyncPage(
        why,
        totals(found) if found else None,
        tuple((each.source.province, each.source.day) for each in found),
        tuple(rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]),
        len(rows),
        page,
        max(1, -(-len(rows) // PAGE_SIZE)),
        _by_unit(every, lost, names),
        tuple((kind, kinds[kind]) for kind in KINDS),
        tuple((FIELD_NAMES[name], n) for name, n in fields.most_common()),
        tuple(silent[:SILENT_SHOWN]),
        asked.fields,
        names,
    )


def _by_unit(
    rows: list[DossierDifference], lost: dict[str, Fraction], names: dict[str, str]
) -> tuple[UnitLoss, ...]:
    """The units that lose by differences, the most first."""
    counts = Counter(row.unit for row in rows if row.unit)

    def order(code: str) -> tuple[Fraction, int, str]:
        return -lost.get(code, Fraction(0)), -counts[code], code

    return tuple(
        UnitLoss(code, names.get(code, code), counts[code], price(lost.get(code, Fraction(0))))
        for code in sorted(counts, key=order)
    )
