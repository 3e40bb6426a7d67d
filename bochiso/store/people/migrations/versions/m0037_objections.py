"""Previews that the office opens before a publication, and the objections of units."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "previews",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("period", sa.String(40), nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("measured", sa.Boolean, nullable=False),
        sa.Column("snapshot", sa.Text, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("closed_by", sa.String(60)),
        sa.Column("closed_at", sa.DateTime),
    )
    op.create_table(
        "objections",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("preview", sa.Integer, nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("what", sa.String(60), nullable=False),
        sa.Column("numerator", sa.BigInteger),
        sa.Column("denominator", sa.BigInteger),
        sa.Column("points", sa.String(20)),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("items", sa.Text, nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("file", sa.LargeBinary),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("remedy", sa.String(20)),
        sa.Column("because", sa.String(2000)),
        sa.Column("decided_by", sa.String(60)),
        sa.Column("decided_at", sa.DateTime),
    )
