"""Forms of periodic reports that units sent."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0004"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "sent_forms",
        sa.Column("unit", sa.String(40), primary_key=True),
        sa.Column("period", sa.String(30), primary_key=True),
        sa.Column("form", sa.String(20), nullable=False),
        sa.Column("sent_on", sa.Date, nullable=False),
        sa.Column("rows", sa.Text, nullable=False),
        sa.Column("file", sa.String(200), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
