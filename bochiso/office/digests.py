"""A day's digest and alerts: made from figures that are whole, put into the queue once, and sent."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime

from duckdb import DuckDBPyConnection
from msgspec.structs import replace

from bochiso.followup.digest import (
    DigestFacts,
    DigestLevel,
    UnitFacts,
    leader_digest,
    unit_digest,
    withheld_message,
)
from bochiso.followup.duties import Duty, Whose, duties_of, is_to_tell
from bochiso.followup.signals import Signal, UnitReadings, signals
from bochiso.office.backend import Backend
from bochiso.office.waiting import WaitingSources, only_province, what_waits
from bochiso.rules.verdict import day_of
from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.figures.kept_predecessors import units_answered_for
from bochiso.store.figures.snapshot_store import Store, open_store
from bochiso.store.followup.heir_choices import heirs_in_force
from bochiso.store.measuring.measurement import unit_tree
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.permissions import Role
from bochiso.store.people.settings import ServerSettings, read_settings
from bochiso.store.steering import outbox
from bochiso.store.steering.contact_book import Contact, contacts
from bochiso.store.steering.outbox import NewMessage, WayOut
from bochiso.store.steering.unit_readings import ProvinceReadings, WithheldFigures, latest_readings
from bochiso.text import Lang, Text, say
from bochiso.units.names import short_name
from bochiso.units.provinces import province as province_of_code
from bochiso.units.tree import UnitTree

OpenDossiers = Callable[[], AbstractContextManager[DuckDBPyConnection]]


@dataclass(frozen=True)
class MadeDigest:
    """The messages of a day. `withheld`: why figures are not in them. `new`: how many were put into the
    queue; None where that was not asked for."""

    messages: tuple[NewMessage, ...]
    readers: dict[str, Contact]
    withheld: Text | None = None
    new: int | None = None


@dataclass(frozen=True)
class _Day:
    """What the messages of one day are made of.

    told: when each reader's last message was made. ended: units that are no more, and what came after each.
    """

    settings: ServerSettings
    province: str
    name: str
    today: date
    duties: list[Duty]
    unknown: list[Text]
    tree: UnitTree
    readings: ProvinceReadings | WithheldFigures
    facts: DigestFacts | None = None
    signals: dict[str, list[Signal]] = field(default_factory=dict)
    units: dict[str, UnitReadings] = field(default_factory=dict)
    told: dict[str, datetime] = field(default_factory=dict)
    ended: Mapping[str, str] = field(default_factory=dict)


def make_digest(
    backend: Backend, moment: datetime, *, dry_run: bool = False, dossiers: OpenDossiers | None = None
) -> MadeDigest:
    """Make the messages of a day and put them into the queue, each once for ever; not where `dry_run`.

    Raises ComputeError where it isn't known of which province.
    """
    opened = dossiers or (lambda: open_dossiers(backend.folder))
    with backend.open_ledger() as ledger:
        settings, book = read_settings(ledger), contacts(ledger)
        with open_store(backend.folder) as store:
            day = _day(backend, ledger, store, settings, moment, opened)
        readers = [each for each in book if each.wanted]
        day.told.update(outbox.last_made(ledger, "unit:", moment))
        messages = tuple(_messages(day, readers))
        new = None if dry_run else outbox.enqueue(ledger, messages, moment)
    why = day.readings.why if isinstance(day.readings, WithheldFigures) else None
    return MadeDigest(messages, {each.account: each for each in book}, why, new)


def _day(
    backend: Backend,
    ledger: Ledger,
    store: Store,
    settings: ServerSettings,
    moment: datetime,
    dossiers: OpenDossiers,
) -> _Day:
    today = day_of(moment)
    sources = WaitingSources(backend.folder, ledger, moment, dossiers)
    duties, unknown = what_waits(sources)
    with sources.facts() as db:
        tree = UnitTree({}) if db is None else unit_tree(db, today)
    province, name = _whose(store, settings, today)
    found = latest_readings(store, province, today, settings.alerts.stale_days)
    plain = _Day(settings, province, name, today, duties, unknown, tree, found,
                 ended=heirs_in_force(backend.folder, ledger, today))  # fmt: skip
    if isinstance(found, WithheldFigures):
        return plain
    facts = _facts(settings, name, found, (duties, unknown))
    levels = facts.levels
    by_unit: dict[str, list[Signal]] = {}
    for level in levels:
        for each in level.signals:
            by_unit.setdefault(each.unit, []).append(each)
    units = {each.unit.code: each for level in levels for each in level.units}
    return dataclasses.replace(plain, facts=facts, signals=by_unit, units=units)


def _whose(store: Store, settings: ServerSettings, today: date) -> tuple[str, str]:
    """Code and name of the province that a digest is of. Raises ComputeError where that isn't known."""
    code = settings.province or only_province(store)
    known = province_of_code(code, today)
    return code, f"{known.kind} {known.name}" if known else code


def _facts(
    settings: ServerSettings, name: str, found: ProvinceReadings, waits: tuple[list[Duty], list[Text]]
) -> DigestFacts:
    alerts = settings.alerts
    levels = [
        DigestLevel(each.level, each.units, signals(each.units, alerts, each.rules)) for each in found.levels
    ]
    own = [found.province] if found.province else []
    empty = [each.sentence(level.rules) for level in found.levels for each in level.empty]
    return DigestFacts(
        found.province, name, found.snapshot.as_of, levels, signals(own, alerts, found.rules), empty,
        *waits, settings.public_url, found.rules, alerts,
    )  # fmt: skip


def province_in_short(store: Store, settings: ServerSettings, today: date) -> tuple[str, ...]:
    """What the digest says of the figures, line by line; why there is none where figures may not go out."""
    province, name = _whose(store, settings, today)
    found = latest_readings(store, province, today, settings.alerts.stale_days)
    if isinstance(found, WithheldFigures):
        return tuple(withheld_message(name, found.why, None)[1].splitlines()[:1])
    subject, body = leader_digest(_facts(replace(settings, public_url=None), name, found, ([], [])), today)
    return subject, *body.splitlines()


def _messages(day: _Day, readers: list[Contact]) -> Iterator[NewMessage]:
    """Everybody's message, those who have one; the webhook's is the leaders'."""
    whole = [each for each in readers if each.role in (Role.LEADER, Role.OFFICE)]
    key, (subject, body) = _of_province(day)
    for each in whole:
        yield NewMessage(f"{key}:{each.account}", WayOut.MAIL, each.account, subject, body)
    if day.settings.webhook is not None:
        yield NewMessage(f"{key}:webhook", WayOut.WEBHOOK, None, subject, body)
    for each in readers:
        if each.unit is not None and (told := _of_unit(day, each)) is not None:
            key = f"unit:{day.today.isoformat()}:{each.account}"
            yield NewMessage(key, WayOut.MAIL, each.account, *told)


def _of_province(day: _Day) -> tuple[str, tuple[str, str]]:
    """The leaders' message, with what tells it from those of other days; or that there is none, and why."""
    if day.facts is None or isinstance(day.readings, WithheldFigures):
        held = day.readings
        assert isinstance(held, WithheldFigures)  # noqa: S101 (there are no facts)
        return f"withheld:{held.key}", withheld_message(day.name, held.why, day.settings.public_url)
    snapshot = day.readings.snapshot
    key = f"digest:{snapshot.as_of.isoformat()}:{snapshot.period.code}"
    return key, leader_digest(day.facts, day.today)


def _of_unit(day: _Day, reader: Contact) -> tuple[str, str] | None:
    unit = reader.unit or ""
    own = units_answered_for(unit, day.tree, day.ended)
    last, days = day.told.get(reader.account), day.settings.alerts.reminders
    waits = duties_of(day.duties, Whose(own))
    duties = [_named(each, unit, day.tree) for each in waits if is_to_tell(each, day.today, last, days)]
    known = day.tree.units.get(unit)
    readings = day.units.get(unit)
    name = short_name(readings.unit.name if readings else known.name if known else unit)
    facts = UnitFacts(name, duties, day.signals.get(unit, []), readings, day.facts, day.settings.public_url)
    return unit_digest(facts, day.today)


def _named(duty: Duty, unit: str, tree: UnitTree) -> Duty:
    """A duty of a unit below the reader's own, or of one that ended in it, says whose it is."""
    if duty.unit is None or duty.unit == unit:
        return duty
    known = tree.units.get(duty.unit)
    whose = short_name(known.name) if known else duty.unit
    what = say("{whose}: {what}", "{whose}: {what}", whose=whose, what=duty.what.render(Lang.VI))
    return replace(duty, what=what)
