"""A day's digest of a province: made for every unit, beside one measurement of the same dossiers."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.timing import Line
from bochiso.cli.web_demo import PROVINCE, prepare
from bochiso.office.backend import Backend
from bochiso.office.digests import MadeDigest, make_digest
from bochiso.office.messages import set_contact
from bochiso.office.people import add_account
from bochiso.periods import parse_period
from bochiso.rules.loader import load_rules
from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.folder import DataFolder
from bochiso.store.measuring.measurement import measure, unit_tree
from bochiso.store.people.accounts import AccountProfile
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import open_ledger
from bochiso.store.people.permissions import Role
from bochiso.text import VIETNAM, now

PROMISED_SECONDS = 5.0


def lines() -> Iterator[Line]:
    """The digest for leaders, the office and each unit; nothing of it was asked for before."""
    with TemporaryDirectory(prefix="bochiso-bench-") as place:
        folder = DataFolder(Path(place) / "data")
        prepare(folder)
        units = readers(folder)
        made: list[MadeDigest] = []
        taken = seconds(lambda: made.append(make_digest(Backend(folder), now(), dry_run=True)))
        assert len(made[0].readers) > units
        beside = seconds(lambda: measured(folder))
        what = (
            f"digest of {units} units ({len(made[0].messages)} messages), a measurement taking {beside:.1f} s"
        )
        yield Line(what, taken, None, PROMISED_SECONDS, "s")


def readers(folder: DataFolder) -> int:
    """An officer with an address for every unit; how many units there are."""
    by, backend = By("#bench", now()), Backend(folder)
    with open_dossiers(folder) as db:
        codes = list(unit_tree(db).within(PROVINCE))
    with open_ledger(folder) as ledger:
        for n, code in enumerate(codes):
            profile = AccountProfile(code, Role.UNIT, code)
            add_account(ledger, by, f"u{n}", profile, "mưa rào trên mái ngói đỏ", must_change=False)
    for n in range(len(codes)):
        set_contact(backend, by, f"u{n}", f"u{n}@example.vn", True)
    return len(codes)


def measured(folder: DataFolder) -> None:
    """One measurement of this year's dossiers."""
    moment = now()
    period = parse_period(str(moment.astimezone(VIETNAM).year))
    with open_dossiers(folder) as db:
        units = list(unit_tree(db).units.values())
        measure(db, units, period, moment, load_rules("qd766"), calendar_of(db))


def seconds(do: Callable[[], object]) -> float:
    """How long something takes, once."""
    began = time.perf_counter()
    do()
    return time.perf_counter() - began
