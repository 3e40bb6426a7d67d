"""The emblem above every page."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0047"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "emblem",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("picture", sa.LargeBinary, nullable=False),
        sa.Column("file", sa.String(300), nullable=False),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
