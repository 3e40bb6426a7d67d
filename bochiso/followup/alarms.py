"""Alarms: what stands out so much that a person looks whether it is real, a fault of the data, or nothing."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from bochiso.followup.delivery_settings import AlertSettings
from bochiso.followup.signals import SignalKind, UnitReadings, signals
from bochiso.rules.rule_set import RuleSet
from bochiso.text import Text

LOOKED_BACK = 5
"""So many readings back an alarm waits for somebody; what nobody looked at by then is history."""

ALARMING = (SignalKind.JUMP, SignalKind.OWN_OUTLIER, SignalKind.PEER_OUTLIER, SignalKind.RUNNING)


EVENTS = (SignalKind.JUMP, SignalKind.OWN_OUTLIER)
"""What happened on one day; the others are a state, told of as it is now."""


class AlarmFinding(StrEnum):
    """What somebody who looked found."""

    REAL = "real"
    FAULT = "fault"
    NOTHING = "nothing"


class Alarm(Struct, frozen=True):
    """One thing that stands out. unit: None where it is a level's as a whole."""

    key: str
    unit: str | None
    day: date
    text: Text


class AlarmVerdict(Struct, frozen=True):
    """What somebody found of an alarm. note: the cause of what is real, to whom a fault was told."""

    key: str
    unit: str
    day: date
    text: Text
    verdict: AlarmFinding
    note: str
    who: str
    at: datetime


def alarms_of(level: Sequence[UnitReadings], settings: AlertSettings, rules: RuleSet) -> list[Alarm]:
    """The alarms of the last readings of a level, the newest first; one thing of a unit and day once."""
    days = sorted({day for each in level for day, _ in each.rows})[-LOOKED_BACK:]
    found: dict[str, Alarm] = {}
    for day in reversed(days):
        until = [UnitReadings(each.unit, tuple(row for row in each.rows if row[0] <= day)) for each in level]
        known = [each for each in until if each.rows and each.rows[-1][0] == day]
        kinds = ALARMING if day == days[-1] else EVENTS
        for signal in signals(known, settings, rules):
            if signal.kind in kinds:
                said = signal.sentence(rules)
                found.setdefault(signal.key, Alarm(signal.key, signal.unit, day, said))
    return list(found.values())


ALARM_FINDINGS = {
    AlarmFinding.REAL: Text("đúng thực tế", "real"),
    AlarmFinding.FAULT: Text("lỗi số liệu", "a fault of the data"),
    AlarmFinding.NOTHING: Text("không có gì bất thường", "nothing"),
}
