"""By what kind of browser and from which network a session began."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0038"


def upgrade() -> None:
    """Add the columns; of sessions that are open nobody knows."""
    op.add_column("sessions", sa.Column("browser", sa.String(40)))
    op.add_column("sessions", sa.Column("network", sa.String(60)))
