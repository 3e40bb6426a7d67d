"""When a password was given, when a session's owner last proved it, since when a factor is needed."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0011"


def upgrade() -> None:
    """Add the columns; who has an account already is given as long as anyone for what is new."""
    op.add_column("accounts", sa.Column("password_at", sa.DateTime))
    op.add_column("sessions", sa.Column("confirmed_at", sa.DateTime))
    db = op.get_bind()
    at = datetime.now(UTC).replace(tzinfo=None)
    db.execute(sa.text("update accounts set password_at = :at"), {"at": at})
    if db.execute(sa.text("select count(*) from accounts")).scalar_one():
        said = {"name": "second_factor_since", "value": f'"{at.isoformat()}Z"'}
        db.execute(sa.text("insert into settings (name, value) values (:name, :value)"), said)
