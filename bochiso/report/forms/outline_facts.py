"""What facts say for the outline report: the totals of forms 07, 06 and 03, as the forms have them."""

from datetime import datetime

import duckdb

from bochiso.errors import ComputeError
from bochiso.measure.forms.filling import filled, summed
from bochiso.periods import Period, parse_period
from bochiso.report.forms.filled_forms import Filling, FormRequest, handling_of, petitions_of, unit_asked
from bochiso.report.forms.outline import OutlineFacts
from bochiso.rules.periodic_forms import report_forms
from bochiso.store.worklists import form_counts
from bochiso.text import Text, say
from bochiso.units.model import Level, Unit
from bochiso.units.names import short_name


def outline_facts(
    db: duckdb.DuckDBPyConnection, unit: str | None, period: Period, moment: datetime
) -> tuple[OutlineFacts, list[Text]]:
    """The outline's figures, and what is to be known of them before it is signed.

    What was never brought in stays blank. Raises ComputeError where the unit isn't known, or the
    period hasn't begun.
    """
    filling = Filling.begun(db, FormRequest("07a", period, unit), moment)
    top = unit_asked(filling)
    numbers: dict[str, int] = {}
    told: list[Text] = []
    for code, fill, prefix in (("07a", handling_of, ""), ("06a", petitions_of, "petitions_")):
        try:
            rows, known = fill(filling, top)
        except ComputeError as error:
            told.append(say("{what} Phần này để trống.", "{what} That part is blank.", what=error.what))
            continue
        total = filled(report_forms().forms[code].tables[0], rows["fields"], ()).total.values
        numbers |= {f"{prefix}{name}": value for name, value in total.items() if value is not None}
        told += known
        if prefix:
            numbers["petitions_refused"] = summed(rows["fields"]).get("refused", 0)
    if "received" in numbers:
        numbers["online"] = numbers["online_full"] + numbers["online_partial"]
        numbers["off_line"] = numbers["by_post"] + numbers["in_person"]
        numbers["fresh"] = numbers["online"] + numbers["off_line"]
    if top.level is Level.PROVINCE:
        numbers |= _publications(filling, top)
    home = filling.home(top)
    of_province = f"UBND {home.kind} {home.name}" if home else ""
    whole = top.level is Level.PROVINCE and home is not None
    return (
        OutlineFacts(
            top.code, of_province if whole else short_name(top.name),
            "Bộ Tư pháp" if whole else of_province or "UBND cấp tỉnh",
            home.name if home else "", top.level, period, numbers,
        ),
        told,
    )  # fmt: skip


def _publications(filling: Filling, top: Unit) -> dict[str, int]:
    """What the register says of the period, and from the year's first period to its end."""
    db, period, moment = filling.db, filling.asked.period, filling.moment
    standing = form_counts.standing_rows(db, top.code, period, moment)
    numbers = {"standing": sum(row["procedures"] for row in standing)} if standing else {}
    if not form_counts.register_known(db):
        return numbers
    year = parse_period(f"{period.last.year}{'@15' if period.of_report else ''}")
    so_far = parse_period(f"{min(year.first, period.first)}..{period.last}")
    own, whole = (
        summed(form_counts.publication_rows(db, top.code, each, moment)) for each in (period, so_far)
    )
    return numbers | {
        "decisions": own.get("decisions", 0),
        "decisions_year": whole.get("decisions", 0),
        "published": sum(own.get(kind, 0) for kind in ("new", "changed", "abolished")),
        "public": own.get("public", 0),
    }
