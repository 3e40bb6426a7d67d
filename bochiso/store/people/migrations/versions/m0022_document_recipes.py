"""What documents were made of, so that each can be made again as it was."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0020"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "document_recipes",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("province", sa.String(3), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("recipe", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_document_recipes_province", "document_recipes", ["province"])
