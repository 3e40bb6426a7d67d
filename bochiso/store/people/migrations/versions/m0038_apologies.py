"""Apologies with the one new date of a dossier; those taken back stay, with who, when and why."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "apologies",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("dossier", sa.String(60), nullable=False, index=True),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("unit_name", sa.String(300), nullable=False),
        sa.Column("procedure", sa.String(60), nullable=False),
        sa.Column("procedure_name", sa.String(500), nullable=False),
        sa.Column("received_on", sa.Date),
        sa.Column("due", sa.Date, nullable=False),
        sa.Column("notify_by", sa.Date, nullable=False),
        sa.Column("new_due", sa.Date, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("ended_by", sa.String(60)),
        sa.Column("ended_at", sa.DateTime),
        sa.Column("ended_because", sa.String(500)),
    )
