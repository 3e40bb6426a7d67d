"""Which unit does what is left to do of one that ended and was split."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0042"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "unit_heirs",
        sa.Column("unit", sa.String(40), primary_key=True),
        sa.Column("heir", sa.String(40), nullable=False),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
