"""Boundaries of a province's units, for its map."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "boundaries",
        sa.Column("province", sa.String(3), primary_key=True),
        sa.Column("outlines", sa.Text, nullable=False),
        sa.Column("file", sa.String(300), nullable=False),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
