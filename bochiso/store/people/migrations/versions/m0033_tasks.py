"""Tasks of steering documents, their answers, and what stands in units' way."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "tasks",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("source", sa.String(300), nullable=False),
        sa.Column("leads", sa.Text, nullable=False),
        sa.Column("supports", sa.Text, nullable=False),
        sa.Column("last", sa.Date, nullable=False),
        sa.Column("monthly", sa.Boolean, nullable=False),
        sa.Column("report", sa.Boolean, nullable=False),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("ended_by", sa.String(60)),
        sa.Column("ended_at", sa.DateTime),
        sa.Column("because", sa.Text),
    )
    op.create_table(
        "task_answers",
        sa.Column("task", sa.Integer, sa.ForeignKey("tasks.number"), primary_key=True),
        sa.Column("period", sa.String(10), primary_key=True),
        sa.Column("unit", sa.String(40), primary_key=True),
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("figures", sa.Text, nullable=False),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("decided_by", sa.String(60)),
        sa.Column("decided_at", sa.DateTime),
        sa.Column("reason", sa.Text),
    )
    op.create_table(
        "obstacles",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("system", sa.String(200), nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("owner", sa.String(40)),
        sa.Column("ministry", sa.String(200)),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("answer", sa.Text),
        sa.Column("answered_by", sa.String(60)),
        sa.Column("answered_at", sa.DateTime),
        sa.Column("solved", sa.Boolean, nullable=False),
    )
