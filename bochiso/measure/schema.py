"""The facts that measuring reads: dossiers, procedures and petitions, without any personal data.

Moments are UTC without a zone (Ibis `timestamp`); days are Việt Nam's. null means that the source
gave nothing; a flag is then null too, and counts as not set.
"""

from collections.abc import Iterable

CLOSINGS: dict[str, str] = {
    "done_at": "timestamp",  # status 9
    "returned_at": "timestamp",  # status 10
    "stopped_at": "timestamp",  # status 8
    "refused_at": "timestamp",  # status 3
    "withdrawn_at": "timestamp",  # status 7
}
"""The moments of the steps that end a dossier."""

REQUEST: dict[str, str] = {
    "asked_at": "timestamp",
    "answered_at": "timestamp",  # null: never answered
    "due_before": "timestamp",  # the due date that it found, where its answer moved it
}
"""A request for supplements."""


DISLIKE: dict[str, str] = {
    "since": "timestamp",
    "until": "timestamp",  # rated otherwise, or so again; null: it holds
}
"""While the latest rating of a dossier was `DISSATISFIED`."""


def _list_of(fields: dict[str, str]) -> str:
    return f"array<struct<{', '.join(f'{name}: {kind}' for name, kind in fields.items())}>>"


DOSSIERS: dict[str, str] = {
    "dossier": "string",  # its number, the key
    "unit": "string",  # the longest known code in front of the number, else of the sender; null: unmapped
    "province": "string",  # that the unit belongs to, or its ministry
    "sender": "string",
    "procedure": "string",
    "field_name": "string",  # the field of work as messages name it, else its code there
    "channel": "int8",  # 1 in person, 2 online, 3 public post
    "status": "int8",  # 1 to 10, ../rules/lateness.py
    "filed_at": "timestamp",
    "received_at": "timestamp",
    "accepted_at": "timestamp",  # the first step of one that its message calls newly filed; null for others
    "due_at": "timestamp",
    **CLOSINGS,  # the last ones, since it was re-opened
    "reopened_at": "timestamp",  # the last time; null: never
    "earlier": _list_of(CLOSINGS | {"reopened_at": "timestamp"}),  # the closings that were undone, in order
    "last_known_at": "timestamp",  # the latest step or request
    "requests": _list_of(REQUEST),  # each once, in order; null: none
    "appointed_at": "timestamp",  # due before a new date was given, by receipt or supplement; null: due_at
    "reappointed_at": "timestamp",  # the first new date that was given; the law knows no second
    "reappointments": "int32",  # as often as somebody sends one
    "paid_online": "boolean",
    "fee_free": "boolean",  # every fee of the dossier is 0
    "result_file": "boolean",
    "component_file": "boolean",
    "data_reused": "boolean",
    "from_store": "boolean",  # a component from, or a result into, the citizen's store
    "population_data": "boolean",
    "complained_at": "timestamp",  # the first petition about it was sent
    "dislikes": _list_of(DISLIKE),  # when its latest rating was a bad one; null: never
}
"""One row a dossier, as it stands now."""

PROCEDURES: dict[str, str] = {
    "province": "string",  # whose list it is of: the key, with the code that provinces share
    "procedure": "string",  # its code
    "name": "string",
    "field_name": "string",  # the field of work that it is of
    "authority": "string",  # the level that handles it: province, department, district or commune
    "office": "string",  # the one unit that handles it; null: every unit of that level
    "fee": "boolean",
    "payment_integrated": "boolean",  # integrated for payment on the national portal
    "returns_document": "boolean",
    "online_level": "string",  # none, partial, full
    "open_to_citizens": "boolean",
    "population_connected": "boolean",
    "content_full": "boolean",  # every mandatory part filled in
    "maximum_hours": "int32",  # the longest it may take, for dossiers without a due date
    "working_days": "int32",  # the same where the publication counts in working days
}
"""One row a procedure of a province, as its list has it now."""

PUBLICATIONS: dict[str, str] = {
    "province": "string",
    "registered": "boolean",  # whether the register has it; else the list of procedures names it
    "entry": "string",  # the decision and the procedure: with the province the key of the register
    "procedure": "string",
    "name": "string",
    "kind": "string",  # new, changed or abolished
    "ministry_number": "string",
    "ministry_on": "date",
    "issuer": "string",
    "field": "string",
    "department": "string",
    "submission": "string",
    "submitted_on": "date",
    "number": "string",  # of the province's decision
    "decided_on": "date",
    "effective_on": "date",
    "entered_on": "date",
    "part_name": "boolean",
    "part_steps": "boolean",
    "part_way": "boolean",
    "part_dossier": "boolean",
    "part_time": "boolean",
    "part_subject": "boolean",
    "part_agency": "boolean",
    "part_result": "boolean",
    "content_full": "boolean",  # every part is there; null: not checked
    "note": "string",
}
"""One row a decision and procedure: a later decision doesn't undo one.

Those of the register, and for procedures that it doesn't have those that the list of procedures names.
"""

PETITIONS: dict[str, str] = {
    "province": "string",  # the key, with the number
    "petition": "string",
    "unit": "string",  # the longest known code of the unit named, or of the dossier's; null: unmapped
    "dossier": "string",  # the dossier that it is about, if any
    "about": "string",  # procedure or staff
    "status": "string",  # as its system says: waiting, handling, supplement, refused, resolved, published
    "sent_at": "timestamp",
    "forwarded_at": "timestamp",
    "refused_at": "timestamp",
    "supplement_asked_at": "timestamp",
    "resolved_at": "timestamp",
    "published_at": "timestamp",
    "disliked": "boolean",
    "repeated": "boolean",
}
"""One row a petition."""

RATINGS: dict[str, str] = {
    "dossier": "string",  # its number; no other of the facts may know it yet
    "rated_at": "timestamp",
    "rating": "string",  # as below
}
"""One row a dossier and moment; of several of one dossier the latest is how it was rated."""

SATISFIED, NEUTRAL, DISSATISFIED = "satisfied", "neutral", "dissatisfied"
"""Ratings; indicator 5.4 takes the last kind off."""

PORTAL_DOSSIERS: dict[str, str] = {
    "province": "string",
    "list_day": "date",
    "number": "string",  # the dossier's, in today's form: with province and day the key
    "procedure": "string",
    "unit": "string",  # its code, else the name that the list has
    "status": "int8",
    "filed_at": "timestamp",
    "received_at": "timestamp",
    "due_at": "timestamp",
    "done_at": "timestamp",
    "returned_at": "timestamp",
    "channel": "int8",
    "paid_online": "boolean",
    "result_file": "boolean",
    "told": "int32",  # the bits of TOLD: of which of these the list says something, nothing among it
}
"""One row a dossier of the national portal's own list, as it was read on a day."""

TOLD = {name: 1 << n for n, name in enumerate(list(PORTAL_DOSSIERS)[3:-1])}
"""Bits of `told`: a column that the list lacks, or a cell that can't be read, is not compared."""

PORTAL_LISTS: dict[str, str] = {
    "province": "string",
    "list_day": "date",
    "read_until": "timestamp",  # what came later can't be in it
    "first_day": "date",  # it holds the dossiers received from this day
    "last_day": "date",  # to this one
    "rows": "int32",
}
"""One row a list of the portal's dossiers."""

UNITS: dict[str, str] = {
    "unit": "string",
    "name": "string",
    "level": "string",  # as units/model.py has them
    "parent": "string",
    "province": "string",
}
"""One row a unit that is measured."""

COUNTRY = ""
"""The calendar of provinces that have no table of days off of their own."""

CALENDARS: dict[str, str] = {"province_of": "string", "own_calendar": "string"}
"""The provinces that have: a table of days off of its own is known by its province's code."""


UNITS_WITHIN: dict[str, str] = {
    "top": "string",
    "inside": "string",  # the unit itself, or one below it however deep
}
"""One row a unit and a unit within it."""


def due_days(codes: Iterable[str]) -> dict[str, str]:
    """Columns of the table of deadlines: for each day, the last day in time by each deadline's code."""
    return {"calendar": "string", "day": "date", **dict.fromkeys(codes, "date")}


LIMIT_DAYS: dict[str, str] = {
    "limit_calendar": "string",
    "limit_unit": "string",  # working_day or day, as in rules/one_stop.py
    "limit_amount": "int32",  # negative: so many days before
    "limit_day": "date",  # that it counts from
    "limit_last": "date",  # its last day
}
"""What limits come to, counted beforehand from each day that may be asked for."""
