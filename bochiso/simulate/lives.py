"""The life of each simulated dossier, from filing to return: planned first, written as messages later.

What is planned is known without reading any message: whether the dossier is late, paid, digitised.
Plans keep clear of cases that a reader could settle either way (a late dossier due on the very
last day, a request for supplements made in the same second as another), so that counts of them
are true whatever the reader's habits.
"""

from collections.abc import Callable, Iterator
from random import Random

from msgspec import Struct

from bochiso.simulate.offices import SLOTS, SimulatedOffice, SimulatedProvince
from bochiso.simulate.procedure_catalogue import SimulatedProcedure
from bochiso.simulate.rhythm import AFTERNOON, CLOSING, DAY, NOON, OPENING, Rhythm

Draw = Callable[[], float]

FILED, RECEIVED, REFUSED, WORKING, ASKED, PAYMENT, WITHDRAWN, STOPPED, DONE, RETURNED = range(1, 11)
"""The statuses of dossiers, as TrangThaiHoSo numbers them."""

_HOURS = NOON - OPENING + CLOSING - AFTERNOON

# Of one dossier in all: where each fate begins, the rest are simply done.
_DRAFT, _REFUSED, _WITHDRAWN, _STOPPED = 0.003, 0.015, 0.023, 0.029
_SILENT, _SILENT_TWICE, _ANSWERED = 0.037, 0.038, 0.080


class Supplement(Struct, frozen=True, gc=False):
    """A request for supplements: when asked, when answered (0 never), and the due date from then on."""

    asked: int
    answered: int
    due: int


class Course(Struct, frozen=True, gc=False):
    """What happens to a dossier: statuses with their moments, in order; 0 for a moment that never comes.

    late says whether it ends after its time, supplements taken off; it has no meaning while the
    dossier is open.
    """

    timeline: tuple[tuple[int, int], ...]
    due: int
    closed: int
    returned: int
    late: bool
    supplements: tuple[Supplement, ...] = ()
    paid_at: int = 0


class Life(Struct, frozen=True, gc=False):
    """One dossier.

    key: its number in the simulation. start: the moment that puts it in a period. received: 0
    where the message doesn't say. papers: what is digitised. end_named, due_named: whether the
    message names those dates. fray: picks a field that isn't counted and is missing or null.
    """

    key: int
    number: str
    office: SimulatedOffice
    procedure: SimulatedProcedure
    channel: int
    filed: int
    start: int
    received: int
    course: Course
    citizen: bool
    exempt: bool
    payment: int
    files: int
    result: bool
    flagged: bool
    reused: bool
    stored: bool
    vneid: bool
    joined: bool
    end_named: bool
    due_named: bool
    petitioned: bool
    fray: int


def status_at(life: Life, moment: int) -> int:
    """The status at a moment."""
    status = FILED
    for at, reached in life.course.timeline:
        if at > moment:
            break
        status = reached
    return status


def due_at(life: Life, moment: int) -> int:
    """The due date as it stands at a moment: an answered supplement may have moved it."""
    due = life.course.due
    for supplement in life.course.supplements:
        if 0 < supplement.answered <= moment:
            due = supplement.due
    return due


def lives(province: SimulatedProvince, n: int) -> Iterator[Life]:
    """`n` dossiers, in the order in which they are received."""
    draw = Random(f"{province.code} {province.seed}").random  # noqa: S311
    rhythm, key = province.rhythm, 0
    for day, received in rhythm.shares(n):
        serials: dict[str, int] = {}
        works = rhythm.works(day)
        moments = sorted(_hour(draw) if works else 8 * 3600 + int(draw() * 43_200) for _ in range(received))
        for second in moments:
            office = province.slots[int(draw() * SLOTS)]
            desk = office.desks[int(draw() * len(office.desks))]
            serials[desk] = serial = serials.get(desk, 0) + 1
            number = f"{desk}-{rhythm.number_text[day]}-{serial:04d}"
            yield _life(draw, rhythm, key, number, office, day * DAY + second)
            key += 1


def _life(draw: Draw, rhythm: Rhythm, key: int, number: str, office: SimulatedOffice, start: int) -> Life:
    procedure = office.slots[int(draw() * SLOTS)]
    online = procedure.online != "none" and draw() < office.online
    course = _course(draw, rhythm, office, procedure, start)
    taken = course.timeline[0][1] != FILED
    # In person the desk receives what it is handed; some systems then leave the date of receipt out.
    named = taken and (online or draw() < 0.99)
    filed = start - _wait(draw) if online and taken else start
    owes = procedure.fee > 0
    exempt = owes and draw() < 0.06
    payment = 0
    if owes and not exempt and draw() < (office.paid if online else office.paid * 0.3):
        payment = 1 if procedure.portal_payment and draw() < 0.6 else 2
    if course.paid_at and not payment:
        course = _at_the_desk(course)
    files = 1 + int(draw() * 3) if draw() < office.files else 0
    handled = course.closed and course.timeline[-1][1] in (DONE, RETURNED)
    reuse, population = draw() / office.reused, draw() / office.population
    in_file = files > 0 and reuse < 0.6
    # Either date may be missing, never both.
    end_named = draw() < 0.995 or not _ends_alike(course)
    due_named = draw() < 0.994 or not end_named or not _time_tells(course, rhythm, procedure, start)
    return Life(
        key=key,
        number=number,
        office=office,
        procedure=procedure,
        channel=2 if online else 3 if draw() < 0.1 else 1,
        filed=filed,
        start=start,
        received=start if named else 0,
        course=course,
        citizen=procedure.citizens and draw() < 0.93,
        exempt=exempt,
        payment=payment,
        files=files,
        result=bool(handled and procedure.document and draw() < office.result),
        flagged=reuse < 1 and not in_file,
        reused=in_file,
        stored=files > 0 and draw() * office.files < office.stored,
        vneid=online and population < 0.8,
        joined=population < 1 and not (online and population < 0.8),
        end_named=end_named,
        due_named=due_named,
        petitioned=draw() < 0.0014,
        fray=int(draw() * 400),
    )


def _wait(draw: Draw) -> int:
    """Seconds from filing online to receipt: mostly minutes or hours, at times a weekend."""
    kind, long = draw(), draw()
    return 120 + int(long * (3600 if kind < 0.5 else 8 * 3600 if kind < 0.9 else 3 * DAY))


def _hour(draw: Draw) -> int:
    """A second of the day within office hours."""
    second = OPENING + int(draw() * _HOURS)
    return second if second < NOON else second + AFTERNOON - NOON


def _ends_alike(course: Course) -> bool:
    """Whether the return lies on the same side of the due date as the end, so that it can stand for it."""
    return bool(course.returned) and not course.supplements and (course.late or course.returned <= course.due)


def _time_tells(course: Course, rhythm: Rhythm, procedure: SimulatedProcedure, start: int) -> bool:
    """Whether the procedure's longest handling time alone tells if a closed dossier was late."""
    if not 0 < course.closed <= rhythm.end or course.supplements or course.timeline[0][1] == FILED:
        return False
    if course.late:
        return course.closed // DAY >= rhythm.ahead(course.due // DAY, 2)
    return course.closed - start <= procedure.days * DAY


# The course.


def _course(
    draw: Draw, rhythm: Rhythm, office: SimulatedOffice, procedure: SimulatedProcedure, start: int
) -> Course:
    day, second = divmod(start, DAY)
    due = rhythm.ahead(day, procedure.days) * DAY + (CLOSING if office.closes or second > CLOSING else second)
    fate, late = draw(), draw() < office.late and due // DAY != rhythm.end // DAY
    if fate >= _STOPPED:
        if fate >= _ANSWERED:
            return _plain(draw, rhythm, procedure, start, due, late)
        if fate < _SILENT_TWICE:
            return _silent(draw, rhythm, procedure, start, due, late, twice=fate >= _SILENT)
        return _answered(draw, rhythm, office, procedure, start, due, late)
    if fate < _DRAFT:
        return Course(((start, FILED),), due, 0, 0, False)
    end = _finish(draw, rhythm, procedure.days, start, due, late)
    if fate < _REFUSED:
        return Course(((start, FILED), (end, REFUSED)), due, end, 0, late)
    status = WITHDRAWN if fate < _WITHDRAWN else STOPPED
    begun = _begun(draw, start, end)
    return Course(((start, RECEIVED), (begun, WORKING), (end, status)), due, end, 0, late)


def _plain(
    draw: Draw, rhythm: Rhythm, procedure: SimulatedProcedure, start: int, due: int, late: bool
) -> Course:
    """Received, handled, done, mostly returned; some pay on request in between."""
    done = _finish(draw, rhythm, procedure.days, start, due, late)
    begun, returned = _begun(draw, start, done), _returned(draw, done)
    timeline: tuple[tuple[int, int], ...] = ((start, RECEIVED), (begun, WORKING), (done, DONE))
    paid_at = 0
    if procedure.fee and procedure.days > 2 and draw() < 0.1:
        asked, paid_at = begun + (done - begun) // 3, begun + (done - begun) // 2
        timeline = (*timeline[:2], (asked, PAYMENT), (paid_at, WORKING), timeline[2])
    if returned:
        timeline = (*timeline, (returned, RETURNED))
    return Course(timeline, due, done, returned, late, (), paid_at)


def _at_the_desk(course: Course) -> Course:
    """The course of one that was asked to pay online and paid at the desk."""
    return Course(course.timeline, course.due, course.closed, course.returned, course.late)


def _answered(
    draw: Draw,
    rhythm: Rhythm,
    office: SimulatedOffice,
    procedure: SimulatedProcedure,
    start: int,
    due: int,
    late: bool,
) -> Course:
    """One request for supplements, at times a second; the citizen answers, the clock stops meanwhile."""
    asked = _asks(draw, rhythm, procedure.days, start)
    timeline = [(start, RECEIVED), (_begun(draw, start, asked), WORKING)]
    supplements, waited, last = [], 0, due
    for _ in range(2 if draw() < 0.1 else 1):
        gap = int((1 + 11 * draw()) * DAY)
        answered = asked + gap
        waited += gap
        if office.extends:
            last = rhythm.ahead((last + gap) // DAY, 0) * DAY + due % DAY
        supplements.append(Supplement(asked, answered, last))
        timeline += [(asked, ASKED), (answered, WORKING)]
        asked = answered + 1800 + int(draw() * 3600)
    limit = last + waited
    late = late and limit // DAY != rhythm.end // DAY
    if late:
        done = _after(draw, rhythm, limit)
    else:
        latest = last if office.extends else limit
        done = answered + 1 + int(draw() * (latest - answered))
    returned = _returned(draw, done)
    timeline += [(done, DONE), (returned, RETURNED)] if returned else [(done, DONE)]
    return Course(tuple(timeline), due, done, returned, late, tuple(supplements))


def _silent(
    draw: Draw,
    rhythm: Rhythm,
    procedure: SimulatedProcedure,
    start: int,
    due: int,
    late: bool,
    *,
    twice: bool,
) -> Course:
    """A request for supplements that is never answered, or two of them."""
    asked = _after(draw, rhythm, due) if late and not twice else _asks(draw, rhythm, procedure.days, start)
    begun = _begun(draw, start, asked)
    asks = [asked]
    if twice:
        asks.append(rhythm.ahead(asked // DAY, 1 + int(draw() * 3)) * DAY + _hour(draw))
    timeline = ((start, RECEIVED), (begun, WORKING), *((moment, ASKED) for moment in asks))
    return Course(timeline, due, 0, 0, late, tuple(Supplement(moment, 0, due) for moment in asks))


def _asks(draw: Draw, rhythm: Rhythm, days: int, start: int) -> int:
    """When supplements are asked for: on a day before the due one, within three working days."""
    ahead = int(min(3, days) * draw())
    if ahead == 0:
        return start + 1800 + int(draw() * 3600)
    return rhythm.ahead(start // DAY, ahead) * DAY + _hour(draw)


def _begun(draw: Draw, start: int, end: int) -> int:
    """When the specialist takes it up."""
    return start + 60 + int(draw() * min(7200, (end - start) // 2))


def _finish(draw: Draw, rhythm: Rhythm, days: int, start: int, due: int, late: bool) -> int:
    """When it ends: after the due day, or on any day up to the due moment."""
    if late:
        return _after(draw, rhythm, due)
    ahead = int((days + 1) * draw())
    if ahead == 0:
        return start + 900 + int(draw() * 5400)
    if ahead == days:
        return due - int(draw() * 7200)
    return rhythm.ahead(start // DAY, ahead) * DAY + _hour(draw)


def _after(draw: Draw, rhythm: Rhythm, limit: int) -> int:
    """A moment on a working day after the day of `limit`: mostly the next ones, at times weeks later."""
    share = draw()
    return rhythm.ahead(limit // DAY, 1 + int(30 * share * share * share)) * DAY + _hour(draw)


def _returned(draw: Draw, done: int) -> int:
    """When the result is handed over; 0 if nobody came for it."""
    share = draw()
    return 0 if share < 0.08 else done + 60 + int(share * share * share * 6 * DAY)
