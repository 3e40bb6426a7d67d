"""Sessions of people who signed in. Only a token's SHA-256 is kept: who reads the ledger can't use it."""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

import sqlalchemy as sa

from bochiso.errors import StoreError
from bochiso.store.people import audit
from bochiso.store.people.accounts import Account, account_of
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.ledger_tables import ACCOUNTS, SESSIONS, SIGN_ONS
from bochiso.store.people.login_throttle import drop_old_attempts
from bochiso.store.people.settings import ServerSettings, settings_in

IDLE = timedelta(hours=1)
"""A session ends after so long without a call."""

MAX_SESSION_AGE = timedelta(hours=12)
"""A session ends so long after it began, whatever is done in it."""

SEEN = timedelta(minutes=1)
"""How exactly the last call is known: a call that is no later writes nothing."""

SIGN_ON_TIME = timedelta(minutes=10)
"""How long someone may take at the province's sign-on."""


class SignInStep(StrEnum):
    """What a person has to do next before anything else is open to them."""

    CODE = "code"
    ENROL = "enrol"
    PASSWORD = "password"  # noqa: S105 (a step's name)
    DONE = "done"


@dataclass(frozen=True)
class PersonSession:
    """A session that is open: whose, and what they have to do next.

    `confirmed_at`: when they last gave a password or a code. `factor_due`: until when they may go on
    without the second factor that their role needs; None where they have one or need none.
    """

    account: Account
    step: SignInStep
    settings: ServerSettings
    confirmed_at: datetime | None = None
    factor_due: datetime | None = None

    def is_confirmed(self, at: datetime) -> bool:
        """Whether who uses it proved a moment ago who they are: what matters is done without asking again."""
        return self.confirmed_at is not None and -CLOCK_ROOM <= at - self.confirmed_at <= CONFIRMED


CLOCK_ROOM = timedelta(minutes=5)
"""A session that began later than so long from now began by a clock that was wrong: it is over."""

CONFIRMED = timedelta(minutes=15)
"""For how long a password or a code that was given stands for the one who gave it."""


def csrf_of(token: str) -> str:
    """What forms carry for a cookie's token; nobody who doesn't know the token can make it."""
    return sha256(f"csrf {token}".encode("utf-8", "surrogatepass")).hexdigest()


def begin_session(ledger: Ledger, name: str, by: By, how: str, browser: str = "") -> str:
    """Open a session and return its token; clears away what has ended.

    `how`: password or sign-on; `browser`: its kind and system, by which its owner knows it again.
    """
    token = secrets.token_urlsafe(32)
    with ledger.write() as db:
        _tidy(db, by)
        row = {"token_hash": _hash(token), "account": name, "began_at": by.at, "seen_at": by.at,
               "confirmed_at": by.at, "browser": browser, "network": audit.network(by.address)}  # fmt: skip
        db.execute(sa.insert(SESSIONS), row)
        audit.append(db, by, "session.begin", name, how=how)
    return token


def find_session(ledger: Ledger, token: str, at: datetime, *, noted: bool = True) -> PersonSession | None:
    """The session of a token; None where there is none, it has ended, or its account is disabled.

    `noted`: as a call; else it is but looked at, also where no call came for long, as what goes on by
    itself does.
    """
    wanted = (
        sa.select(SESSIONS, ACCOUNTS)
        .join(ACCOUNTS, ACCOUNTS.c.name == SESSIONS.c.account)
        .where(
            SESSIONS.c.token_hash == _hash(token),
            SESSIONS.c.began_at > at - MAX_SESSION_AGE,
            SESSIONS.c.began_at <= at + CLOCK_ROOM,
            SESSIONS.c.seen_at > at - (IDLE if noted else MAX_SESSION_AGE),
            ACCOUNTS.c.disabled_at.is_(None),
        )
    )
    with ledger.read() as db:
        row = db.execute(wanted).one_or_none()
        settings = settings_in(db) if row else ServerSettings()
    if row is None:
        return None
    if noted and at - row.seen_at >= SEEN:
        seen = sa.update(SESSIONS).where(SESSIONS.c.token_hash == row.token_hash).values(seen_at=at)
        with suppress(StoreError), ledger.write_if_free() as db:
            db.execute(seen)
    account = account_of(row)
    step = next_step(account, row.second_factor_at is not None, settings, at)
    return PersonSession(account, step, settings, row.confirmed_at, factor_due(account, settings))


def factor_due(account: Account, settings: ServerSettings) -> datetime | None:
    """Until when someone may go on without a second factor; None where they have one or need none."""
    if account.second_factor or account.profile.role not in settings.second_factor_roles:
        return None
    since = max(account.created_at, settings.second_factor_since or account.created_at)
    return since + timedelta(days=settings.second_factor_grace_days)


def next_step(account: Account, code_given: bool, settings: ServerSettings, at: datetime) -> SignInStep:
    """What someone has to do next in a session."""
    if account.second_factor and not code_given:
        return SignInStep.CODE
    due = factor_due(account, settings)
    if due is not None and at >= due:
        return SignInStep.ENROL
    return SignInStep.PASSWORD if account.must_change else SignInStep.DONE


def raise_session(ledger: Ledger, token: str, at: datetime) -> str:
    """Note that a second factor was given; returns the session's new token, the old one ends."""
    fresh = secrets.token_urlsafe(32)
    change = sa.update(SESSIONS).where(SESSIONS.c.token_hash == _hash(token))
    with ledger.write() as db:
        db.execute(change.values(token_hash=_hash(fresh), second_factor_at=at, seen_at=at, confirmed_at=at))
    return fresh


def confirm_session(ledger: Ledger, token: str, at: datetime) -> None:
    """Note that whoever uses a session proved who they are."""
    with ledger.write() as db:
        mine = sa.update(SESSIONS).where(SESSIONS.c.token_hash == _hash(token))
        db.execute(mine.values(confirmed_at=at))


def end_session(ledger: Ledger, token: str, by: By) -> None:
    """Close a session."""
    with ledger.write() as db:
        if db.execute(sa.delete(SESSIONS).where(SESSIONS.c.token_hash == _hash(token))).rowcount:
            audit.append(db, by, "session.end", by.who)


@dataclass(frozen=True)
class OpenSession:
    """A session as its owner and administrators see it; `id` names it and opens nothing.

    `browser` and `network`: of when it began; empty where nobody knows.
    """

    id: str
    account: str
    began_at: datetime
    seen_at: datetime
    second_factor: bool
    browser: str = ""
    network: str = ""


def open_sessions(ledger: Ledger, at: datetime, name: str | None = None) -> list[OpenSession]:
    """The sessions that are open, of one account or of all, the newest first."""
    live = (
        SESSIONS.c.began_at > at - MAX_SESSION_AGE, SESSIONS.c.began_at <= at + CLOCK_ROOM,
        SESSIONS.c.seen_at > at - IDLE,
    )  # fmt: skip
    wanted = sa.select(SESSIONS).where(*live).order_by(SESSIONS.c.began_at.desc())
    with ledger.read() as db:
        rows = db.execute(wanted if name is None else wanted.where(SESSIONS.c.account == name)).all()
    return [
        OpenSession(session_id(row.token_hash), row.account, row.began_at, row.seen_at,
                    row.second_factor_at is not None, row.browser or "", row.network or "")
        for row in rows
    ]  # fmt: skip


def close_sessions(ledger: Ledger, name: str, by: By, only: str | None = None) -> int:
    """End an account's sessions, all or the one that is named, at once; returns how many."""
    wanted = sa.select(SESSIONS.c.token_hash).where(SESSIONS.c.account == name)
    with ledger.write() as db:
        hashes = [each for each in db.execute(wanted).scalars() if only in (None, session_id(each))]
        if hashes:
            db.execute(sa.delete(SESSIONS).where(SESSIONS.c.token_hash.in_(hashes)))
            audit.append(db, by, "session.close", name, sessions=len(hashes))
    return len(hashes)


def session_id(token_hash: str) -> str:
    """What a session is called where it is listed."""
    return sha256(f"id {token_hash}".encode()).hexdigest()[:12]


def id_of(token: str) -> str:
    """What the session of a token is called."""
    return session_id(_hash(token))


@dataclass(frozen=True)
class SignOn:
    """What is remembered of someone who was sent to the province's sign-on."""

    nonce: str
    verifier: str


def begin_sign_on(ledger: Ledger, state: str, sign_on: SignOn, at: datetime) -> None:
    """Remember someone who is sent to the sign-on."""
    row = {"state_hash": _hash(state), "began_at": at, **vars(sign_on)}
    with ledger.write() as db:
        db.execute(sa.insert(SIGN_ONS), row)


def take_sign_on(ledger: Ledger, state: str, at: datetime) -> SignOn | None:
    """What was remembered for a state, once; None for an unknown, used or old one."""
    mine = SIGN_ONS.c.state_hash == _hash(state)
    with ledger.write() as db:
        row = db.execute(sa.select(SIGN_ONS).where(mine)).one_or_none()
        db.execute(sa.delete(SIGN_ONS).where(mine))
    if row is None or row.began_at <= at - SIGN_ON_TIME:
        return None
    return SignOn(row.nonce, row.verifier)


def _tidy(db: sa.Connection, by: By) -> None:
    over = (SESSIONS.c.began_at <= by.at - MAX_SESSION_AGE) | (SESSIONS.c.seen_at <= by.at - IDLE)
    db.execute(sa.delete(SESSIONS).where(over))
    db.execute(sa.delete(SIGN_ONS).where(SIGN_ONS.c.began_at <= by.at - SIGN_ON_TIME))
    drop_old_attempts(db, by.at)
    audit.prune(db, by, settings_in(db).retention_months)


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
