"""What a simulated province counts, known from how its dossiers were planned: the yardstick of measuring."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date

from msgspec import Struct

from bochiso.simulate.lives import FILED, Life, due_at, lives, status_at
from bochiso.simulate.offices import SimulatedOffice, SimulatedProvince, build_province
from bochiso.simulate.petition_events import petition_about
from bochiso.simulate.procedure_catalogue import SimulatedProcedure
from bochiso.simulate.rhythm import Rhythm

Truth = dict[tuple[str, str], tuple[int, int]]
"""Numerator and denominator by unit and indicator, the indicators under the codes of the set qd766."""


class _Used(Struct):
    """The procedures of a unit in which something happened at least once."""

    online: set[str]
    paid: set[str]
    population: set[str]


def truth(province: str, n: int, seed: int, first_day: date, last_day: date) -> Truth:
    """What the `n` dossiers of `simulate_dossiers` count for the days from first to last, as of the last.

    Every unit has every indicator that follows from dossiers, procedures and petitions: 2.1, 3.1 to
    3.4, 3.6, 4.1 to 4.5b, 5.1a to 5.4; the province has 1.1 and 1.2. Raises ComputeError.
    """
    made = build_province(province, seed, Rhythm(first_day, last_day))
    tally: dict[str, Counter[str]] = defaultdict(Counter)
    used: dict[str, _Used] = defaultdict(lambda: _Used(set(), set(), set()))
    for life in lives(made, n):
        _count(life, made, tally[life.office.unit.code], used[life.office.unit.code])
    counts: Truth = {}
    for office in made.offices:
        code = office.unit.code
        for indicator, pair in (_dossiers(tally[code]) | _procedures(office, used[code])).items():
            counts[code, indicator] = pair
    return counts | _publications(made)


def on_time(life: Life, moment: int) -> bool:
    """Whether a dossier counts as on time at a moment (indicator 2.1), from its plan."""
    course = life.course
    if 0 < course.closed <= moment:
        return not course.late
    asked = [each for each in course.supplements if each.asked <= moment]
    waiting = [each for each in asked if not 0 < each.answered <= moment]
    if len(waiting) > 1:
        return False
    waited = sum(each.answered - each.asked for each in asked if each not in waiting)
    return (waiting[0].asked if waiting else moment) - waited <= due_at(life, moment)


def _count(life: Life, made: SimulatedProvince, tally: Counter[str], used: _Used) -> None:
    end = made.rhythm.end
    procedure = life.procedure
    petition = petition_about(life, made.rhythm, made.seed)
    if petition is not None:
        tally["petitions"] += 1
        tally[petition.kind] += 1
        tally["petitions_on_time"] += petition.on_time
        tally["petitions_liked"] += petition.on_time and petition.liked is not False and not petition.repeated
    if status_at(life, end) == FILED:
        return
    timely = on_time(life, end)
    online, paid = life.channel == 2, bool(life.payment) and life.course.paid_at <= end
    result = life.result and 0 < life.course.closed <= end
    population = life.vneid or life.joined or life.stored
    owing = procedure.fee > 0 and not life.exempt
    about = petition is not None and petition.dossier != ""
    tally.update(
        {
            "received": 1,
            "on_time": timely,
            "pleased": timely and not about,
            "online": online,
            "owing": owing,
            "paid": paid,
            "document": procedure.document,
            "result": result,
            "digitised": life.files > 0 and (result or not procedure.document),
            "reused": life.reused or life.flagged,
            "stored": life.stored,
            "population": population,
        }
    )
    if online:
        used.online.add(procedure.code)
    if paid:
        used.paid.add(procedure.code)
    if population:
        used.population.add(procedure.code)


def _dossiers(tally: Counter[str]) -> dict[str, tuple[int, int]]:
    received, petitions = tally["received"], tally["petitions"]
    over_received = {
        "RESOLVED_ON_TIME": "on_time",
        "ONLINE_FILING": "online",
        "SO_HOA_GIAY_TO_GIAI_QUYET": "digitised",
        "REUSED_DIGITIZED_DATA": "reused",
        "SYNCED_WITH_DVCQG_PERSONAL_STORAGE": "stored",
        "CITIZEN_DATA_CONNECTED_DOSSIER": "population",
        "DOSSIER_RECEIVING_SATISFACTION": "pleased",
    }
    over_petitions = {
        "PETITION_CLASSIFICATION_TTHC": "rules",
        "PETITION_CLASSIFICATION_STAFF": "staff",
        "PETITION_PROCESSING_ON_TIME": "petitions_on_time",
        "PETITION_HANDLING_SATISFACTION": "petitions_liked",
    }
    return (
        {indicator: (tally[name], received) for indicator, name in over_received.items()}
        | {indicator: (tally[name], petitions) for indicator, name in over_petitions.items()}
        | {
            "PAYMENT_DOSSIERS": (tally["paid"], tally["owing"]),
            "ORIGINAL_RESULT_AVAILABLE": (tally["result"], tally["document"]),
        }
    )


def _procedures(office: SimulatedOffice, used: _Used) -> dict[str, tuple[int, int]]:
    def codes(holds: Callable[[SimulatedProcedure], bool]) -> set[str]:
        return {each.code for each in office.procedures if holds(each)}

    def share(some: Iterable[str], whole: set[str]) -> tuple[int, int]:
        return len(whole.intersection(some)), len(whole)

    offered = codes(lambda each: each.online != "none")
    bearing = codes(lambda each: each.fee > 0)
    return {
        "ONLINE_PROVISION": share(offered, codes(lambda each: True)),
        "ONLINE_WITH_DOSSIERS": share(used.online, offered),
        "PAYMENT_PROCEDURES": share(used.paid, bearing),
        "CITIZEN_DATA_CONNECTED_FORMALITY": share(used.population, codes(lambda each: each.citizens)),
    }


def _publications(made: SimulatedProvince) -> Truth:
    recent = [each for each in made.procedures if each.in_period]
    return {
        (made.code, "PUBLISH_ON_TIME"): (sum(each.published for each in recent), len(recent)),
        (made.code, "PUBLIC_UPDATE_ON_TIME"): (sum(each.updated for each in recent), len(recent)),
    }
