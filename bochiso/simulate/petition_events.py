"""Petitions (phản ánh, kiến nghị) that some simulated dossiers give rise to."""

from typing import Literal

from msgspec import Struct

from bochiso.simulate.dice import Dice
from bochiso.simulate.lives import Life
from bochiso.simulate.rhythm import DAY, Rhythm

RESOLVE_DAYS, REFUSE_DAYS = 15, 2
"""Working days (QĐ 766/QĐ-TTg, indicator 5.2)."""


class Petition(Struct, frozen=True, gc=False):
    """One petition; moments are 0 where they haven't come by the end of the simulation.

    dossier: its number where the petition names one. kind: about rules, staff or something else.
    liked: the citizen's rating, None where there is none. repeated: sent again after the answer.
    on_time: as planned; what is open at the end has weeks left or is weeks late.
    """

    number: str
    unit: str
    dossier: str
    kind: Literal["rules", "staff", "other"]
    sent: int
    forwarded: int
    accepted: int
    refused: int
    resolved: int
    published: int
    liked: bool | None
    repeated: bool
    on_time: bool


def petition_about(life: Life, rhythm: Rhythm, seed: int) -> Petition | None:
    """The petition that a dossier gives rise to before the simulation ends, if any."""
    if not life.petitioned:
        return None
    dice = Dice("petition", seed, life.key)
    sent = life.start + dice.between(DAY, 10 * DAY)
    if sent > rhythm.end:
        return None
    forwarded = sent + dice.between(3600, 3 * DAY) if dice.between(1, 3) == 1 else 0
    moments, on_time = _handling(dice, rhythm, max(sent, forwarded))
    kinds: tuple[Literal["rules", "staff", "other"], ...] = ("rules", "rules", "rules", "staff", "other")
    answered = bool(moments["resolved"])
    rated = answered and dice.between(1, 2) == 1
    return Petition(
        number=f"PAKN-{rhythm.number_text[sent // DAY]}-{life.key:06d}",
        unit=life.office.unit.code,
        dossier=life.number if dice.between(1, 5) <= 3 else "",
        kind=kinds[dice.between(0, 4)],
        sent=sent,
        forwarded=forwarded if forwarded <= rhythm.end else 0,
        liked=dice.between(1, 4) > 1 if rated else None,
        repeated=answered and dice.between(1, 12) == 1,
        on_time=on_time,
        **moments,
    )


def _handling(dice: Dice, rhythm: Rhythm, since: int) -> tuple[dict[str, int], bool]:
    """What happens after the sending or forwarding, as far as it happens before the end; whether in time.

    Answers come with days to spare or days late, whichever days offices swapped.
    """
    day = since // DAY
    late = dice.between(1, 100) <= 20
    names = ("accepted", "refused", "resolved", "published")
    moments = dict.fromkeys(names, 0)

    def on(days: int) -> int:
        moment = rhythm.ahead(day, days) * DAY + dice.between(8 * 3600, 16 * 3600)
        return moment if moment <= rhythm.end else 0

    if dice.between(1, 10) == 1:
        moments["refused"] = on(REFUSE_DAYS + dice.between(3, 9) if late else 1)
        last = REFUSE_DAYS + 3 if late else 1
    else:
        last = RESOLVE_DAYS + dice.between(3, 20) if late else dice.between(2, RESOLVE_DAYS - 4)
        moments |= {"accepted": on(1), "resolved": on(last)}
        # Published the working day after, when what is resolved late is late already.
        moments["published"] = on(last + 1)
    if moments["refused"] or moments["resolved"]:
        return moments, not late
    # Open at the end: late only if the longest time has run out by then.
    return moments, rhythm.ahead(day, RESOLVE_DAYS + 1) * DAY > rhythm.end
