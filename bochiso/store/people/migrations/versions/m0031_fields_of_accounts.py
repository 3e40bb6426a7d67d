"""The fields of procedures that a department's account is for."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0023"


def upgrade() -> None:
    """Add the column."""
    op.add_column("accounts", sa.Column("fields", sa.Text))
