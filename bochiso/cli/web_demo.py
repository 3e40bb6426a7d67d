"""A simulated province made ready for the browser: six weeks of figures, dossiers, accounts to try."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bochiso.cli.demo_requests import leave_half_way, queue_digest
from bochiso.cli.demo_tasks import prepare_tasks
from bochiso.intake.portal.client import Portal, pace_for
from bochiso.office.backend import Backend
from bochiso.office.collection import collect
from bochiso.office.dossiers import import_dossiers, import_records
from bochiso.office.people import add_account, change_settings
from bochiso.office.publication_decisions import propose
from bochiso.periods import parse_period
from bochiso.rules.loader import rules_text
from bochiso.simulate.portal import StandIn
from bochiso.simulate.portal_figures import simulate_portal
from bochiso.simulate.rhythm import Rhythm
from bochiso.simulate.writing import write_province
from bochiso.store.collection.collector import CollectionTarget
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.people.accounts import AccountProfile
from bochiso.store.people.audit import By, by_command_line
from bochiso.store.people.ledger import Ledger, open_ledger
from bochiso.store.people.permissions import Role
from bochiso.text import VIETNAM, now

PROVINCE = "H15"
FIELDS = ("Hộ tịch", "Công chứng, luật sư")
SEED = 766
WEEKS = 6
DOSSIERS, LEAST_WEEKS = 12_000, 13
NOTICE = "Trang dùng thử: mọi số liệu, hồ sơ trên trang này đều là mô phỏng, không phải số liệu thật."

NOTICE_EN = "A site to try: every figure and every dossier here is simulated, none is real."
OFFICE = "Văn phòng Ủy ban nhân dân tỉnh Đắk Lắk (trang dùng thử)"


@dataclass(frozen=True)
class Trial:
    """An account to try, with its password: a new one each time, shown once."""

    name: str
    password: str
    role: Role


ACCOUNTS = (
    ("lanhdao", AccountProfile("Lãnh đạo UBND tỉnh", Role.LEADER)),
    ("vanphong", AccountProfile("Cán bộ Văn phòng", Role.OFFICE)),
    ("donvi2", AccountProfile("Cán bộ đơn vị thứ hai", Role.UNIT, f"{PROVINCE}.17")),
    ("donvi", AccountProfile("Cán bộ đơn vị", Role.UNIT, f"{PROVINCE}.24")),
    ("tuphap", AccountProfile("Đầu mối Sở Tư pháp", Role.DEPARTMENT, f"{PROVINCE}.16", FIELDS)),
    ("quantri", AccountProfile("Quản trị viên", Role.ADMINISTRATOR)),
)


def prepare(folder: DataFolder) -> list[Trial]:
    """Fill an empty data folder; returns the accounts to sign in with."""
    today = now().astimezone(VIETNAM).date()
    backend, by = Backend(folder), by_command_line(now())
    _bring_dossiers_in(backend, by, today)
    _collect_weeks(backend, by, today)
    with open_ledger(folder, make=True) as ledger:
        settings = {"province": PROVINCE, "notice": NOTICE, "notice_en": NOTICE_EN, "organisation": OFFICE}
        change_settings(ledger, by, settings)
        _publish(folder, ledger, by)
        trials = [_trial(ledger, name, profile, by) for name, profile in ACCOUNTS]
    leave_half_way(backend, by, PROVINCE, f"{PROVINCE}.24")
    prepare_tasks(backend, today, {name: profile.unit for name, profile in ACCOUNTS})
    queue_digest(backend, by, ("lanhdao", "vanphong", "donvi", "donvi2"))
    return trials


def _bring_dossiers_in(backend: Backend, by: By, today: date) -> None:
    # In January there would be next to nothing of this year alone.
    first = min(date(today.year, 1, 1), today - timedelta(weeks=LEAST_WEEKS))
    with TemporaryDirectory() as place:
        files = Path(place)
        write_province(files, PROVINCE, DOSSIERS, SEED, Rhythm(first, today))
        for kind in ("procedures", "petitions", "units"):
            name = f"{kind}.csv"
            import_records(backend, by, kind, [(name, (files / name).read_bytes())])
        import_dossiers(backend, by, [files / "dossiers.jsonl", files / "steps.jsonl"])


def _collect_weeks(backend: Backend, by: By, today: date) -> None:
    days = [today - timedelta(weeks=n) for n in range(WEEKS - 1, -1, -1)]
    with StandIn(simulate_portal(PROVINCE, SEED, days[0])) as stand_in:
        for day in days:
            moment = datetime.combine(day, time(6), VIETNAM)
            stand_in.day = day
            target = CollectionTarget(PROVINCE, parse_period(str(day.year)), rules_text("qd766"))
            with Portal(stand_in.url, pace=pace_for(stand_in.url)) as portal:
                collect(backend, by, portal, target, clock=lambda moment=moment: moment)  # type: ignore[misc]


def _publish(folder: DataFolder, ledger: Ledger, by: By) -> None:
    with open_store(folder) as store:
        for snapshot in store.snapshots()[:-1]:  # the newest is opened to units first
            propose(ledger, by, store, snapshot)


def _trial(ledger: Ledger, name: str, profile: AccountProfile, by: By) -> Trial:
    password = secrets.token_urlsafe(12)
    add_account(ledger, by, name, profile, password, must_change=False)
    return Trial(name, password, profile.role)
