"""The settings of offices that write documents, and the documents that they issued; by whom, when."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "office_settings",
        sa.Column("province", sa.String(3), primary_key=True),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "issued_documents",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("province", sa.String(3), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("number", sa.String(10), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("signer", sa.String(200), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("file", sa.LargeBinary, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("figures", sa.Text, nullable=False),
        sa.Column("public", sa.Boolean, nullable=False),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.UniqueConstraint("province", "kind", "number", "day"),
    )
