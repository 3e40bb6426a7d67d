"""The keys of systems that send. A ledger of before there were versions has them already."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the table unless it is there."""
    if sa.inspect(op.get_bind()).has_table("client_keys"):
        return
    op.create_table(
        "client_keys",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("secret_hash", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("revoked_at", sa.DateTime),
    )
