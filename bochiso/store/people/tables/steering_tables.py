"""The ledger's tables of messages, tasks and alarms."""

import sqlalchemy as sa

from bochiso.store.people.ledger_tables import TABLES, UtcDateTime

CONTACTS = sa.Table(
    "contacts",
    TABLES,
    sa.Column("account", sa.String(40), sa.ForeignKey("accounts.name"), primary_key=True),
    sa.Column("mail", sa.String(254), nullable=False),
    sa.Column("wanted", sa.Boolean, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)
"""Where somebody is written to, and whether they want it."""

OUTBOX = sa.Table(
    "outbox",
    TABLES,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("key", sa.String(200), nullable=False, unique=True),
    sa.Column("channel", sa.String(10), nullable=False),
    sa.Column("account", sa.String(40)),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Column("state", sa.String(10), nullable=False, index=True),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("next_at", UtcDateTime, nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
)
"""Messages that go out, the last of each key for ever: what was made once is never made again. `account`:
whom it is for, null for the webhook. `changed_at`: when its state became what it is; `why`: the last
reason for which it did not arrive, as [vi, en], empty where there was none."""

TASKS = sa.Table(
    "tasks",
    TABLES,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("source", sa.String(300), nullable=False),
    sa.Column("leads", sa.Text, nullable=False),
    sa.Column("supports", sa.Text, nullable=False),
    sa.Column("last", sa.Date, nullable=False),
    sa.Column("monthly", sa.Boolean, nullable=False),
    sa.Column("report", sa.Boolean, nullable=False),
    sa.Column("who", sa.String(60), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("ended_by", sa.String(60)),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("because", sa.Text),
)
"""Tasks of steering documents. `leads`, `supports`: units' codes, one a line. `last`: of a monthly one the
first last day; `report`: its answer is the unit's report, with figures. Those taken back stay, with why."""

TASK_ANSWERS = sa.Table(
    "task_answers",
    TABLES,
    sa.Column("task", sa.Integer, sa.ForeignKey("tasks.number"), primary_key=True),
    sa.Column("period", sa.String(10), primary_key=True),
    sa.Column("unit", sa.String(40), primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("figures", sa.Text, nullable=False),
    sa.Column("who", sa.String(60), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("decided_by", sa.String(60)),
    sa.Column("decided_at", UtcDateTime),
    sa.Column("reason", sa.Text),
)
"""Answers of units, each kept; the last of a unit holds. `period`: of a monthly task, empty else. `figures`:
as they were when it was sent, in JSON."""

OBSTACLES = sa.Table(
    "obstacles",
    TABLES,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("unit", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("system", sa.String(200), nullable=False),
    sa.Column("since", sa.Date, nullable=False),
    sa.Column("owner", sa.String(40)),
    sa.Column("ministry", sa.String(200)),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("who", sa.String(60), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("answer", sa.Text),
    sa.Column("answered_by", sa.String(60)),
    sa.Column("answered_at", UtcDateTime),
    sa.Column("solved", sa.Boolean, nullable=False),
)
"""What stands in units' way, who has to solve it (a unit, or a ministry), and what was answered."""

ALARMS = sa.Table(
    "alarms",
    TABLES,
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("unit", sa.String(40), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("verdict", sa.String(10), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("who", sa.String(60), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)
"""What stood out in figures and somebody looked at; `text`: what was said of it, `note`: why, or to whom."""
