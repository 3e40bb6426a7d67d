"""People: accounts, sessions, settings, publications, and the audit log that only grows."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

NOTHING = "0" * 64


def upgrade() -> None:
    """Make the tables."""
    op.execute("drop table if exists schema_version")
    _accounts()
    _signing_in()
    _publications()
    _audit()
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("display", sa.String(200), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("unit", sa.String(40)),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("must_change", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("disabled_at", sa.DateTime),
        sa.Column("totp_secret", sa.String(400)),
        sa.Column("totp_at", sa.DateTime),
        sa.Column("totp_step", sa.BigInteger),
        sa.Column("subject", sa.String(600), unique=True),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("account", sa.String(40), sa.ForeignKey("accounts.name"), primary_key=True),
        sa.Column("code_hash", sa.String(64), primary_key=True),
    )


def _signing_in() -> None:
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("account", sa.String(40), sa.ForeignKey("accounts.name"), nullable=False, index=True),
        sa.Column("began_at", sa.DateTime, nullable=False),
        sa.Column("seen_at", sa.DateTime, nullable=False),
        sa.Column("second_factor_at", sa.DateTime),
    )
    op.create_table(
        "tries",
        sa.Column("who_hash", sa.String(64), primary_key=True),
        sa.Column("wrong", sa.Integer, nullable=False),
        sa.Column("last_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "sign_ons",
        sa.Column("state_hash", sa.String(64), primary_key=True),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("verifier", sa.String(128), nullable=False),
        sa.Column("began_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )


def _publications() -> None:
    op.create_table(
        "publications",
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
        sa.Column("proposed_at", sa.DateTime, nullable=False),
        sa.Column("decided_by", sa.String(40)),
        sa.Column("decided_at", sa.DateTime),
        sa.Column("decision", sa.Text),
        sa.UniqueConstraint("as_of", "period", "measured", "version"),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("address", sa.String(60), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    ends = op.create_table(
        "audit_ends",
        sa.Column("first_seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("before_hash", sa.String(64), nullable=False),
        sa.Column("last_seq", sa.Integer, nullable=False),
        sa.Column("last_hash", sa.String(64), nullable=False),
    )
    op.bulk_insert(ends, [{"first_seq": 1, "before_hash": NOTHING, "last_seq": 0, "last_hash": NOTHING}])


def _guard_sqlite() -> None:
    """Refuse to change a line of the audit log, and to remove one that it is said to have."""
    op.execute(
        "create trigger audit_unchanged before update on audit "
        "begin select raise(abort, 'the audit log is append-only'); end"
    )
    op.execute(
        "create trigger audit_kept before delete on audit "
        "when old.seq >= (select first_seq from audit_ends) "
        "begin select raise(abort, 'the audit log is append-only'); end"
    )


def _guard_postgresql() -> None:
    op.execute(
        "create function audit_guard() returns trigger language plpgsql as $$ begin "
        "if tg_op = 'DELETE' and old.seq < (select first_seq from audit_ends) then return old; end if; "
        "raise exception 'the audit log is append-only'; end $$"
    )
    op.execute(
        "create trigger audit_kept before update or delete on audit "
        "for each row execute function audit_guard()"
    )
