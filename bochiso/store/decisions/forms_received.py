"""Forms that units sent, the last of each unit and period, with who kept them."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from bochiso.store.people import audit
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.ledger_tables import SENT_FORMS


class ReceivedRow(Struct, frozen=True):
    """A field of work ("" where the form has only the unit's total) and its numbers by column."""

    field: str
    values: dict[str, int]


class ReceivedForm(Struct, frozen=True):
    """A unit's form of a period. `form`: whose columns it has; `sent_on`: the day by which it is in time."""

    unit: str
    period: str
    form: str
    sent_on: date
    rows: tuple[ReceivedRow, ...]
    file: str
    who: str
    at: datetime


_DECODER = msgspec.json.Decoder(tuple[ReceivedRow, ...])


def keep_received(ledger: Ledger, forms: Sequence[ReceivedForm], content: bytes, by: By) -> None:
    """Keep the forms of a file in place of what their units sent for the period; one line for all."""
    first = forms[0]
    with ledger.write() as db:
        for form in forms:
            same = (SENT_FORMS.c.unit == form.unit) & (SENT_FORMS.c.period == form.period)
            db.execute(sa.delete(SENT_FORMS).where(same))
            row = {
                "unit": form.unit, "period": form.period, "form": form.form, "sent_on": form.sent_on,
                "rows": msgspec.json.encode(form.rows).decode(), "file": form.file, "content": content,
                "who": by.who, "at": by.at,
            }  # fmt: skip
            db.execute(sa.insert(SENT_FORMS), row)
        subject = first.unit if len(forms) == 1 else ""
        details = {"period": first.period, "file": first.file, "units": len(forms)}
        audit.append(db, by, "form.keep", subject, **details)


def received_forms(ledger: Ledger, periods: Sequence[str]) -> list[ReceivedForm]:
    """What units sent for these periods, by unit."""
    names = [name for name in ReceivedForm.__struct_fields__ if name != "rows"]
    columns = [SENT_FORMS.c[name] for name in (*names, "rows")]
    query = sa.select(*columns).where(SENT_FORMS.c.period.in_(periods)).order_by(SENT_FORMS.c.unit)
    with ledger.read() as db:
        return [
            ReceivedForm(rows=_DECODER.decode(row.rows), **{name: getattr(row, name) for name in names})
            for row in db.execute(query)
        ]
