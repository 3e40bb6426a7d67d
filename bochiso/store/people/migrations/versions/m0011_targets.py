"""Targets that decisions gave to units; those taken back stay, with who and when."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0009"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "targets",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("decision", sa.String(300), nullable=False),
        sa.Column("what", sa.String(60), nullable=False),
        sa.Column("value", sa.String(20), nullable=False),
        sa.Column("first", sa.Date, nullable=False),
        sa.Column("last", sa.Date, nullable=False),
        sa.Column("level", sa.String(20)),
        sa.Column("unit", sa.String(40)),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("ended_by", sa.String(60)),
        sa.Column("ended_at", sa.DateTime),
    )
