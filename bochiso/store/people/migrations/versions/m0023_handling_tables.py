"""Tables of the handling of dossiers by unit, of offices that keep no dossiers here."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "handling_tables",
        sa.Column("province", sa.String(3), primary_key=True),
        sa.Column("as_of", sa.Date, primary_key=True),
        sa.Column("handling", sa.Text, nullable=False),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
