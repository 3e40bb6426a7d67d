"""The second factor: time-based codes (RFC 6238) of an app on a phone, and recovery codes on paper."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest

import pyotp
import sqlalchemy as sa

from bochiso.store.people import audit
from bochiso.store.people.audit import By
from bochiso.store.people.encryption import decrypt, encrypt
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.ledger_tables import ACCOUNTS, RECOVERY_CODES

STEP_SECONDS = 30
RECOVERY_CODE_COUNT = 10
ISSUER = "bochiso"
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Signs of a recovery code: none that is taken for another on paper."""


@dataclass(frozen=True)
class Enrolment:
    """A new second factor, shown once: `secret` to be typed, `uri` to be drawn as a QR code."""

    secret: str
    uri: str


def begin_enrolment(ledger: Ledger, name: str) -> Enrolment:
    """Make a secret that counts once a code of it is given; an earlier unconfirmed one is dropped."""
    secret = pyotp.random_base32()
    sealed = encrypt(ledger.key_file, name, secret)
    mine = sa.update(ACCOUNTS).where(ACCOUNTS.c.name == name, ACCOUNTS.c.totp_at.is_(None))
    with ledger.write() as db:
        db.execute(mine.values(totp_secret=sealed))
    return _enrolment(name, secret)


def enrolment(ledger: Ledger, name: str) -> Enrolment | None:
    """The secret that waits for its first code, to be shown again after a wrong one."""
    mine = sa.select(ACCOUNTS.c.totp_secret).where(ACCOUNTS.c.name == name, ACCOUNTS.c.totp_at.is_(None))
    with ledger.read() as db:
        sealed = db.execute(mine).scalar_one_or_none()
    return _enrolment(name, decrypt(ledger.key_file, name, sealed)) if sealed else None


def confirm_enrolment(ledger: Ledger, name: str, code: str, by: By) -> list[str] | None:
    """Turn the second factor on by its first code; the recovery codes, or None for a wrong code."""
    codes = ["-".join(_letters(5) for _ in range(3)) for _ in range(RECOVERY_CODE_COUNT)]
    with ledger.write() as db:
        row = db.execute(sa.select(ACCOUNTS).where(ACCOUNTS.c.name == name)).one()
        if row.totp_secret is None or row.totp_at is not None:
            return None
        step = _matching_step(decrypt(ledger.key_file, name, row.totp_secret), code, by.at, None)
        if step is None:
            return None
        change = sa.update(ACCOUNTS).where(ACCOUNTS.c.name == name)
        db.execute(change.values(totp_at=by.at, totp_step=step))
        db.execute(sa.delete(RECOVERY_CODES).where(RECOVERY_CODES.c.account == name))
        rows = [{"account": name, "code_hash": _hash(each)} for each in codes]
        db.execute(sa.insert(RECOVERY_CODES), rows)
        audit.append(db, by, "account.totp-on", name)
    return codes


def check_code(ledger: Ledger, name: str, code: str, by: By) -> bool:
    """Whether a code is the app's at this moment or half a minute around, or a recovery code.

    No code is taken twice.
    """
    with ledger.write() as db:
        row = db.execute(sa.select(ACCOUNTS).where(ACCOUNTS.c.name == name)).one()
        if row.totp_secret is None or row.totp_at is None:
            return False
        if re.fullmatch(r"[0-9 ]{6,9}", code.strip()):
            step = _matching_step(decrypt(ledger.key_file, name, row.totp_secret), code, by.at, row.totp_step)
            if step is not None:
                db.execute(sa.update(ACCOUNTS).where(ACCOUNTS.c.name == name).values(totp_step=step))
            return step is not None
        mine = RECOVERY_CODES.c.account == name
        used = db.execute(sa.delete(RECOVERY_CODES).where(mine, RECOVERY_CODES.c.code_hash == _hash(code)))
        if used.rowcount:
            left = db.execute(sa.select(sa.func.count()).select_from(RECOVERY_CODES).where(mine)).scalar_one()
            audit.append(db, by, "account.recovery-code", name, left=left)
        return bool(used.rowcount)


def _matching_step(secret: str, code: str, at: datetime, last: int | None) -> int | None:
    """The half minute, of this one and its neighbours, whose code it is and which is later than `last`."""
    totp, given, now = pyotp.TOTP(secret), code.replace(" ", ""), int(at.timestamp()) // STEP_SECONDS
    found = None
    for step in (now - 1, now, now + 1):
        right = compare_digest(totp.generate_otp(step).encode(), given.encode("utf-8", "surrogatepass"))
        if right and (last is None or step > last):
            found = step
    return found


def _enrolment(name: str, secret: str) -> Enrolment:
    uri = pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)
    return Enrolment(" ".join(re.findall(".{1,4}", secret)), uri)


def _letters(n: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(n))


def _hash(code: str) -> str:
    """A recovery code has 74 random bits, so a plain hash can't be turned back."""
    return sha256(re.sub(r"[\s-]", "", code.lower()).encode("utf-8", "surrogatepass")).hexdigest()
