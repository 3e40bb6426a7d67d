"""The settings of offices that write documents, a text for each province; by whom, when."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0004"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "office_settings",
        sa.Column("province", sa.String(3), primary_key=True),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
