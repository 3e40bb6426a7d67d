"""Explanations asked of units: requests with their frozen lists, answers, the catalogue of causes."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "explanation_requests",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("origin", sa.String(20), nullable=False),
        sa.Column("slug", sa.String(40)),
        sa.Column("period", sa.String(40), nullable=False),
        sa.Column("as_of", sa.DateTime, nullable=False),
        sa.Column("asked_on", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.Column("document", sa.String(300), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("ended_by", sa.String(60)),
        sa.Column("ended_at", sa.DateTime),
        sa.Column("ended_because", sa.String(500)),
    )
    op.create_table(
        "explanation_units",
        sa.Column("request", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("unit", sa.String(40), primary_key=True),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("items", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("rows", sa.LargeBinary, nullable=False),
        sa.Column("heir", sa.String(40)),
    )
    op.create_table(
        "explanation_answers",
        sa.Column("request", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("unit", sa.String(40), primary_key=True),
        sa.Column("round", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("cause", sa.String(300), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("remedy", sa.Text, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("decided_by", sa.String(60)),
        sa.Column("decided_at", sa.DateTime),
        sa.Column("because", sa.String(500)),
    )
    op.create_table(
        "explanation_causes",
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("words", sa.String(300), nullable=False),
    )
