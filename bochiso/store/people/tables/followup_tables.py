"""Tables of what is asked of units: explanations, previews and objections, apologies, who came after whom."""

import sqlalchemy as sa

from bochiso.store.people.ledger_tables import TABLES, UtcDateTime

EXPLANATION_REQUESTS = sa.Table(
    "explanation_requests",
    TABLES,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("title", sa.String(300), nullable=False),
    sa.Column("origin", sa.String(20), nullable=False),
    sa.Column("slug", sa.String(40)),
    sa.Column("period", sa.String(40), nullable=False),
    sa.Column("as_of", UtcDateTime, nullable=False),
    sa.Column("asked_on", sa.Date, nullable=False),
    sa.Column("last_day", sa.Date, nullable=False),
    sa.Column("document", sa.String(300), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("who", sa.String(60), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("ended_by", sa.String(60)),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("ended_because", sa.String(500)),
)
"""Requests for explanations; `ended_at`: when one was withdrawn."""

EXPLANATION_UNITS = sa.Table(
    "explanation_units",
    TABLES,
    sa.Column("request", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("unit", sa.String(40), primary_key=True),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("name", sa.String(300), nullable=False),
    sa.Column("items", sa.Integer, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("rows", sa.LargeBinary, nullable=False),
    sa.Column("heir", sa.String(40)),
)
"""Who is asked, each with what it is asked about: `rows` is JSON, packed, `sha256` of it unpacked.
`heir`: who answers since the unit was merged."""

EXPLANATION_ANSWERS = sa.Table(
    "explanation_answers",
    TABLES,
    sa.Column("request", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("unit", sa.String(40), primary_key=True),
    sa.Column("round", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("cause", sa.String(300), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("remedy", sa.Text, nullable=False),
    sa.Column("until", sa.Date, nullable=False),
    sa.Column("who", sa.String(60), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("decided_by", sa.String(60)),
    sa.Column("decided_at", UtcDateTime),
    sa.Column("because", sa.String(500)),
)

EXPLANATION_CAUSES = sa.Table(
    "explanation_causes",
    TABLES,
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("words", sa.String(300), nullable=False),
)
"""The office's own catalogue of causes; empty where it has none."""

PREVIEWS = sa.Table(
    "previews",
    TABLES,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("period", sa.String(40), nullable=False),
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("measured", sa.Boolean, nullable=False),
    sa.Column("snapshot", sa.Text, nullable=False),
    sa.Column("last_day", sa.Date, nullable=False),
    sa.Column("note", sa.String(500), nullable=False),
    sa.Column("who", sa.String(60), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("closed_by", sa.String(60)),
    sa.Column("closed_at", UtcDateTime),
)
"""Figures opened to units before they are published: `snapshot` is which readings say them, as JSON."""

OBJECTIONS = sa.Table(
    "objections",
    TABLES,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("preview", sa.Integer, nullable=False),
    sa.Column("unit", sa.String(40), nullable=False),
    sa.Column("what", sa.String(60), nullable=False),
    sa.Column("numerator", sa.BigInteger),
    sa.Column("denominator", sa.BigInteger),
    sa.Column("points", sa.String(20)),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("items", sa.Text, nullable=False),
    sa.Column("file_name", sa.String(200), nullable=False),
    sa.Column("file", sa.LargeBinary),
    sa.Column("who", sa.String(60), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("remedy", sa.String(20)),
    sa.Column("because", sa.String(2000)),
    sa.Column("decided_by", sa.String(60)),
    sa.Column("decided_at", UtcDateTime),
)
"""What units say that figures should be, and what the office decided; `items` is a JSON list of numbers."""

APOLOGIES = sa.Table(
    "apologies",
    TABLES,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("dossier", sa.String(60), nullable=False, index=True),
    sa.Column("unit", sa.String(40), nullable=False),
    sa.Column("unit_name", sa.String(300), nullable=False),
    sa.Column("procedure", sa.String(60), nullable=False),
    sa.Column("procedure_name", sa.String(500), nullable=False),
    sa.Column("received_on", sa.Date),
    sa.Column("due", sa.Date, nullable=False),
    sa.Column("notify_by", sa.Date, nullable=False),
    sa.Column("new_due", sa.Date, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("who", sa.String(60), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("ended_by", sa.String(60)),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("ended_because", sa.String(500)),
)
"""Apologies with the one new date of a dossier; `ended_at`: when one was taken back."""

UNIT_HEIRS = sa.Table(
    "unit_heirs",
    TABLES,
    sa.Column("unit", sa.String(40), primary_key=True),
    sa.Column("heir", sa.String(40), nullable=False),
    sa.Column("who", sa.String(60), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)
"""Which unit does what is left to do of one that ended, where the table of predecessors names several."""
