"""The limits of the one-stop mechanism that hold for every procedure (Decree 118/2025/NĐ-CP)."""

from datetime import date
from functools import cache
from typing import Literal

import msgspec
from msgspec import Struct


class Limit(Struct, frozen=True, forbid_unknown_fields=True):
    """A time limit in days, by the word that its legal source uses."""

    amount: int
    unit: Literal["working_day", "day"]
    source: str = ""


class WorkingHours(Struct, frozen=True, forbid_unknown_fields=True):
    """A time limit in hours that offices work."""

    working_hours: int
    source: str


class Often(Struct, frozen=True, forbid_unknown_fields=True):
    """How often something may be done."""

    times: int
    source: str


class OneStop(Struct, frozen=True, forbid_unknown_fields=True):
    """The decree's limits.

    accept_online: to accept an online dossier or ask for supplements. complete_supplement: for
    the applicant to complete it. notify_before_due: to notify and apologise before a due date
    that will be missed. reappointments: new dates that may be given.
    """

    decree: str
    effective_from: date
    accept_online: WorkingHours
    complete_supplement: Limit
    notify_before_due: Limit
    reappointments: Often


@cache
def one_stop() -> OneStop:
    """The limits in force."""
    from importlib.resources import files  # slow to import, and most commands don't come here

    raw = files("bochiso.rules").joinpath("data", "one-stop.yaml").read_bytes()
    return msgspec.yaml.decode(raw, type=OneStop)
