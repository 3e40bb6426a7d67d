"""What one simulated unit counts between two days: numerators and denominators of the set qd766.

Dossiers and petitions come in month by month at a rate of their own, so that a quarter is the sum
of its months and every day adds a little. Procedures are a state of the last day. All whole numbers.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bochiso.simulate.dice import Dice
from bochiso.units.model import Level

Counts = dict[str, tuple[int, int]]
"""Numerator and denominator by indicator; both can be added up over months and units."""

DAYS = "AVERAGE_PROCESSING_DAYS"
"""Counted as tenths of days over dossiers; the mean is what is published."""

# Shares per thousand, least and greatest, as the published figures of 2026 show them.
_SHARES = {
    "DOSSIER_SYNC": (960, 1040),
    "RESOLVED_ON_TIME": (800, 1010),
    "ONLINE_FILING": (380, 1000),
    "PAYMENT_DOSSIERS": (600, 1010),
    "ORIGINAL_RESULT_AVAILABLE": (700, 990),
    "SO_HOA_GIAY_TO_GIAI_QUYET": (200, 950),
    "REUSED_DIGITIZED_DATA": (30, 950),
    "SYNCED_WITH_DVCQG_PERSONAL_STORAGE": (5, 300),
    "CITIZEN_DATA_CONNECTED_DOSSIER": (300, 800),
    "PETITION_PROCESSING_ON_TIME": (600, 1100),
}
_FEE_SHARE = (300, 900)

# Dossiers a month, procedures within authority, fee-bearing procedures: least and greatest.
_VOLUMES = {Level.PROVINCE: (18000, 90000), Level.DEPARTMENT: (40, 1500), Level.COMMUNE: (90, 450)}
_AUTHORITY = {Level.PROVINCE: (1500, 2000), Level.DEPARTMENT: (40, 180), Level.COMMUNE: (370, 400)}
_FEE_BEARING = {Level.PROVINCE: (290, 330), Level.DEPARTMENT: (2, 14), Level.COMMUNE: (30, 42)}
_PETITIONS = {Level.PROVINCE: 140, Level.DEPARTMENT: 4, Level.COMMUNE: 2}


@dataclass(frozen=True)
class UnitProfile:
    """What a unit is like, whatever the day.

    key: seed and code. monthly: dossiers a month, None where there is one every few months.
    shares: per thousand, by indicator. fee_share: dossiers per thousand that owe a fee, 0 where
    no procedure bears one.
    """

    key: tuple[int, str]
    level: Level
    monthly: int | None
    shares: Mapping[str, int]
    fee_share: int


def profile(seed: int, code: str, level: Level, *, quiet: bool = False, free: bool = False) -> UnitProfile:
    """The profile of a unit: `quiet` receives a handful of dossiers a year, `free` takes no fees."""
    dice = Dice("profile", seed, code)
    monthly = dice.between(*_VOLUMES[level])
    shares = {indicator: dice.between(*bounds) for indicator, bounds in _SHARES.items()}
    fee_share = dice.between(*_FEE_SHARE)
    return UnitProfile((seed, code), level, None if quiet else monthly, shares, 0 if free else fee_share)


def add(many: Iterable[Counts]) -> Counts:
    """The sums, indicator by indicator."""
    total: Counts = {}
    for counts in many:
        for code, (over, under) in counts.items():
            had = total.get(code, (0, 0))
            total[code] = had[0] + over, had[1] + under
    return total


def dossiers(unit: UnitProfile, first: date, last: date) -> Counts:
    """What a unit's dossiers and petitions from `first` to `last` count."""
    if first > last:
        return add([_in_month(unit, first, 0)])
    counts = add(_in_month(unit, end, end.day) for end in _month_ends(first, last))
    before = _in_month(unit, first, first.day - 1)
    return {code: (over - before[code][0], under - before[code][1]) for code, (over, under) in counts.items()}


def _month_ends(first: date, last: date) -> Iterator[date]:
    """The last day that counts in each month from `first` to `last`."""
    while first <= last:
        end = first.replace(day=monthrange(first.year, first.month)[1])
        yield min(end, last)
        first = end + timedelta(days=1)


def _in_month(unit: UnitProfile, month: date, days: int) -> Counts:
    """What came in during the first `days` days of a month."""
    dice = Dice("month", *unit.key, month.year, month.month)
    length = monthrange(month.year, month.month)[1]
    if unit.monthly is None:
        received = int(dice.between(0, 3) == 0 and days >= 10)
    else:
        received = unit.monthly * dice.between(850, 1150) // 1000 * days // length

    def part(code: str, whole: int) -> int:
        share = min(1000, max(0, unit.shares[code] + dice.between(-120, 120)))
        return (whole * share + 500) // 1000

    on_time = part("RESOLVED_ON_TIME", received)
    pleased = max(0, on_time - received * dice.between(0, 8) // 1000)
    owing = received * unit.fee_share // 1000
    reported = received - received * dice.between(0, 60) // 1000
    petitions = dice.between(0, _PETITIONS[unit.level]) * days // length
    answered = part("PETITION_PROCESSING_ON_TIME", petitions)
    about_rules = petitions * dice.between(500, 900) // 1000
    counts = {
        "DOSSIER_SYNC": (part("DOSSIER_SYNC", reported), reported),
        "RESOLVED_ON_TIME": (on_time, received),
        DAYS: (received * dice.between(15, 90), received),
        "ONLINE_FILING": (part("ONLINE_FILING", received), received),
        "PAYMENT_DOSSIERS": (part("PAYMENT_DOSSIERS", owing), owing),
        "DOSSIER_RECEIVING_SATISFACTION": (pleased, received),
        "PETITION_PROCESSING_ON_TIME": (answered, petitions),
        "PETITION_HANDLING_SATISFACTION": ((answered * dice.between(700, 1000) + 500) // 1000, petitions),
        "PETITION_CLASSIFICATION_TTHC": (about_rules, petitions),
        "PETITION_CLASSIFICATION_STAFF": ((petitions - about_rules) // 2, petitions),
    }
    return counts | {code: (part(code, received), received) for code in _DIGITISED}


_DIGITISED = (
    "ORIGINAL_RESULT_AVAILABLE",
    "SO_HOA_GIAY_TO_GIAI_QUYET",
    "REUSED_DIGITIZED_DATA",
    "SYNCED_WITH_DVCQG_PERSONAL_STORAGE",
    "CITIZEN_DATA_CONNECTED_DOSSIER",
)


def procedures(unit: UnitProfile, first: date, last: date) -> Counts:
    """The state of a unit's procedures on `last`; more of them have dossiers the longer the period."""
    dice = Dice("procedures", *unit.key)
    days = max(0, (last - first).days + 1)
    authority = dice.between(*_AUTHORITY[unit.level])
    offered = authority * dice.between(450, 900) // 1000
    services = authority * dice.between(850, 1000) // 1000
    fees = dice.between(*_FEE_BEARING[unit.level]) if unit.fee_share else 0
    citizens = authority * dice.between(600, 980) // 1000

    def used(whole: int, least: int, most: int) -> int:
        return whole * min(1000, dice.between(least, most) + days) // 1000

    return {
        "ONLINE_PROVISION": (offered, authority),
        "ONLINE_WITH_DOSSIERS": (used(services, 20, 300), services),
        "PAYMENT_PROCEDURES": (used(fees, 50, 500), fees),
        "PAYMENT_INTEGRATED": (fees * dice.between(0, 500) // 1000, fees),
        "CITIZEN_DATA_CONNECTED_FORMALITY": (citizens * dice.between(30, 350) // 1000, citizens),
    }


def publications(seed: int, code: str, first: date, last: date) -> Counts:
    """A province's procedures published from `first` to `last`, which its units inherit (1.1 to 1.3)."""
    months = []
    for end in _month_ends(first, last):
        dice = Dice("published", seed, code, end.year, end.month)
        published = dice.between(2, 9) * end.day // 31
        updated = published * dice.between(800, 1100) // 1000
        in_time = published * dice.between(0, 250) // 1000
        months.append(
            {
                "PUBLISH_ON_TIME": (in_time, published),
                "PUBLIC_UPDATE_ON_TIME": (min(updated, published), published),
            }
        )
    dice = Dice("public", seed, code)
    public = dice.between(1700, 2100)
    state = {"PUBLIC_CONTENT_FULL": (public - dice.between(0, 90), public)}
    nothing: Counts = {"PUBLISH_ON_TIME": (0, 0), "PUBLIC_UPDATE_ON_TIME": (0, 0)}
    return add([nothing, *months, state])
