"""Which unit a name without a code was said to be; which readings were taken back; by whom."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "unit_names",
        sa.Column("key", sa.String(300), primary_key=True),
        sa.Column("level", sa.String(20), primary_key=True),
        sa.Column("province", sa.String(3), primary_key=True),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("unit", sa.String(40)),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "withdrawn_readings",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("because", sa.Text, nullable=False),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
