"""The ledger's tables as they are now; bochiso/store/migrations brings an older ledger to them."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa


class UtcDateTime(sa.TypeDecorator[datetime]):
    """A moment: stored in UTC without a zone, read back in UTC."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """What is stored."""
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        """What is read."""
        return value.replace(tzinfo=UTC) if isinstance(value, datetime) else None


TABLES = sa.MetaData()

KEYS = sa.Table(
    "client_keys",
    TABLES,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("unit", sa.String(40), nullable=False),
    sa.Column("secret_hash", sa.String(200), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("revoked_at", UtcDateTime),
)

ACCOUNTS = sa.Table(
    "accounts",
    TABLES,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("display", sa.String(200), nullable=False),
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("unit", sa.String(40)),
    sa.Column("password_hash", sa.String(200), nullable=False),
    sa.Column("must_change", sa.Boolean, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("disabled_at", UtcDateTime),
    sa.Column("totp_secret", sa.String(400)),
    sa.Column("totp_at", UtcDateTime),
    sa.Column("totp_step", sa.BigInteger),
    sa.Column("subject", sa.String(600), unique=True),
    sa.Column("password_at", UtcDateTime),
    sa.Column("fields", sa.Text),
)
"""`password_at`: when the password became what it is.
`totp_secret` is sealed (store/people/encryption.py) and waits for its first code while `totp_at` is null;
`totp_step` is the last half minute whose code was used. `subject` is who the sign-on says it is. `fields`: of
procedures, one a line, that a department's account is for."""

RECOVERY_CODES = sa.Table(
    "recovery_codes",
    TABLES,
    sa.Column("account", sa.String(40), sa.ForeignKey("accounts.name"), primary_key=True),
    sa.Column("code_hash", sa.String(64), primary_key=True),
)

SESSIONS = sa.Table(
    "sessions",
    TABLES,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("account", sa.String(40), sa.ForeignKey("accounts.name"), nullable=False, index=True),
    sa.Column("began_at", UtcDateTime, nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),
    sa.Column("second_factor_at", UtcDateTime),
    sa.Column("confirmed_at", UtcDateTime),
    sa.Column("browser", sa.String(40)),
    sa.Column("network", sa.String(60)),
)
"""`confirmed_at`: when whoever uses it last gave a password or a code. `browser`: its kind and system, as
"firefox windows"; `network`: what the audit log keeps of the address. Both of when it began."""

TRIES = sa.Table(
    "tries",
    TABLES,
    sa.Column("who_hash", sa.String(64), primary_key=True),
    sa.Column("wrong", sa.Integer, nullable=False),
    sa.Column("last_at", UtcDateTime, nullable=False),
)

SIGN_ONS = sa.Table(
    "sign_ons",
    TABLES,
    sa.Column("state_hash", sa.String(64), primary_key=True),
    sa.Column("nonce", sa.String(64), nullable=False),
    sa.Column("verifier", sa.String(128), nullable=False),
    sa.Column("began_at", UtcDateTime, nullable=False),
)
"""Sign-ons under way: people who were sent to the province's provider and have not come back."""

SETTINGS = sa.Table(
    "settings",
    TABLES,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

PUBLICATIONS = sa.Table(
    "publications",
    TABLES,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("period", sa.String(40), nullable=False),
    sa.Column("measured", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("snapshot", sa.Text, nullable=False),
    sa.Column("seal", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("proposed_by", sa.String(40), nullable=False),
    sa.Column("proposed_at", UtcDateTime, nullable=False),
    sa.Column("decided_by", sa.String(40)),
    sa.Column("decided_at", UtcDateTime),
    sa.Column("decision", sa.Text),
    sa.UniqueConstraint("as_of", "period", "measured", "version"),
)

UNIT_NAMES = sa.Table(
    "unit_names",
    TABLES,
    sa.Column("key", sa.String(300), primary_key=True),
    sa.Column("level", sa.String(20), primary_key=True),
    sa.Column("province", sa.String(3), primary_key=True),
    sa.Column("name", sa.String(300), nullable=False),
    sa.Column("unit", sa.String(40)),
    sa.Column("who", sa.String(60), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)
"""Which unit a name without a code was said to be; `unit` is null for one that stands for itself.
`province` is empty where none is known."""

WITHDRAWN = sa.Table(
    "withdrawn_readings",
    TABLES,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("because", sa.Text, nullable=False),
    sa.Column("who", sa.String(60), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)
"""Readings that were taken back: their evidence stays, no snapshot counts them."""

OFFICE_SETTINGS = sa.Table(
    "office_settings",
    TABLES,
    sa.Column("province", sa.String(3), primary_key=True),
    sa.Column("settings", sa.Text, nullable=False),
    sa.Column("who", sa.String(60), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)
"""What the office of a province sets for its documents, as YAML."""

BOUNDARIES = sa.Table(
    "boundaries",
    TABLES,
    sa.Column("province", sa.String(3), primary_key=True),
    sa.Column("outlines", sa.Text, nullable=False),
    sa.Column("file", sa.String(300), nullable=False),
    sa.Column("who", sa.String(60), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)
"""The boundaries of a province's units for its map, simplified, as JSON."""

ISSUED = sa.Table(
    "issued_documents",
    TABLES,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("province", sa.String(3), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("number", sa.String(10), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("signer", sa.String(200), nullable=False),
    sa.Column("file_name", sa.String(200), nullable=False),
    sa.Column("file", sa.LargeBinary, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("figures", sa.Text, nullable=False),
    sa.Column("public", sa.Boolean, nullable=False),
    sa.Column("who", sa.String(60), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("province", "kind", "number", "day"),
)
"""Documents as they were signed. `figures`: the mark of the figures that they were made from, in one line,
empty where the file carries none."""

RECIPES = sa.Table(
    "document_recipes",
    TABLES,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("province", sa.String(3), nullable=False, index=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("recipe", sa.Text, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("who", sa.String(60), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)

HANDLING = sa.Table(
    "handling_tables",
    TABLES,
    sa.Column("province", sa.String(3), primary_key=True),
    sa.Column("as_of", sa.Date, primary_key=True),
    sa.Column("handling", sa.Text, nullable=False),
    sa.Column("who", sa.String(60), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)

SENT_FORMS = sa.Table(
    "sent_forms",
    TABLES,
    sa.Column("unit", sa.String(40), primary_key=True),
    sa.Column("period", sa.String(30), primary_key=True),
    sa.Column("form", sa.String(20), nullable=False),
    sa.Column("sent_on", sa.Date, nullable=False),
    sa.Column("rows", sa.Text, nullable=False),
    sa.Column("file", sa.String(200), nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("who", sa.String(60), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)
"""Forms 07a that units sent, the last of each period: `rows` are read from `content`, the file as it came."""

TARGETS = sa.Table(
    "targets",
    TABLES,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("decision", sa.String(300), nullable=False),
    sa.Column("what", sa.String(60), nullable=False),
    sa.Column("value", sa.String(20), nullable=False),
    sa.Column("first", sa.Date, nullable=False),
    sa.Column("last", sa.Date, nullable=False),
    sa.Column("level", sa.String(20)),
    sa.Column("unit", sa.String(40)),
    sa.Column("who", sa.String(60), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("ended_by", sa.String(60)),
    sa.Column("ended_at", UtcDateTime),
)
"""Targets that decisions gave to units, for a level or one unit; `ended_at`: when one was taken back."""

AUDIT = sa.Table(
    "audit",
    TABLES,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("who", sa.String(60), nullable=False),
    sa.Column("address", sa.String(60), nullable=False),
    sa.Column("action", sa.String(40), nullable=False),
    sa.Column("subject", sa.String(200), nullable=False),
    sa.Column("details", sa.Text, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)

AUDIT_ENDS = sa.Table(
    "audit_ends",
    TABLES,
    sa.Column("first_seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("before_hash", sa.String(64), nullable=False),
    sa.Column("last_seq", sa.Integer, nullable=False),
    sa.Column("last_hash", sa.String(64), nullable=False),
)
"""One row: where the audit log starts and ends, so that lines cut off at either end are missed."""

AUDIT_CHECKED = sa.Table(
    "audit_checked",
    TABLES,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("began_at", UtcDateTime, nullable=False),
)
"""One row or none: up to which line the log was found whole, by a check that began at its first line."""
