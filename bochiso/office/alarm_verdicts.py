"""Alarms looked at: real with its cause, a fault of the data with whom it was told, or nothing."""

from collections.abc import Iterator
from datetime import date

from msgspec.structs import replace

from bochiso.errors import ComputeError
from bochiso.followup.alarms import Alarm, AlarmFinding, alarms_of
from bochiso.followup.delivery_settings import AlertSettings
from bochiso.office.backend import Backend
from bochiso.report.report_data import provinces_in
from bochiso.store.figures.snapshot_store import Store
from bochiso.store.people.audit import By
from bochiso.store.steering import alarm_register
from bochiso.store.steering.unit_readings import level_readings
from bochiso.text import say
from bochiso.units.names import province_title
from bochiso.units.provinces import COUNTRY


def current_alarms(store: Store, province: str, settings: AlertSettings) -> list[Alarm]:
    """The alarms of a province's last readings, whoever looked at them; groups that are 0 for all first.

    Of COUNTRY those of every province, each naming its own.
    """
    if province == COUNTRY:
        return [each for one in provinces_in(store) for each in _of_one(store, one, settings)]
    found: list[Alarm] = []
    empty: list[Alarm] = []
    for level in level_readings(store, province):
        day: date = level.snapshot.as_of
        for each in level.empty:
            key = f"zero_group:{level.level}:{each.code}:{day.isoformat()}"
            empty.append(Alarm(key, None, day, each.sentence(level.rules)))
        found += alarms_of(level.units, settings, level.rules)
    return empty + found


def _of_one(store: Store, province: str, settings: AlertSettings) -> Iterator[Alarm]:
    """The alarms of one of several provinces, which each names."""
    for each in current_alarms(store, province, settings):
        name = province_title(province, each.day)
        told = say("{name}: {text}", "{name}: {text}", name=name, text=each.text)
        yield replace(each, key=each.key if each.unit else f"{each.key}:{province}", text=told)


def judge_alarm(
    backend: Backend, by: By, alarms: list[Alarm], key: str, found: tuple[AlarmFinding, str]
) -> None:
    """Keep what somebody found of one of these alarms, with a note. Raises ComputeError for another."""
    alarm = next((each for each in alarms if each.key == key), None)
    if alarm is None:
        raise ComputeError(
            say("không còn bất thường này trong các kỳ gần đây.", "there is no such alarm any more.")
        )
    with backend.open_ledger() as ledger:
        alarm_register.judge_alarm(ledger, alarm, *found, by)
