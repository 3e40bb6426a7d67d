"""The register of targets: all of a table or nothing, no contradiction, nothing deleted."""

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from ledger_databases import by

from bochiso.errors import ComputeError
from bochiso.followup.targets import Target
from bochiso.store.followup.target_register import give_targets, known_targets, withdraw_target
from bochiso.store.people.audit import lines
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.ledger_tables import TARGETS
from bochiso.units.model import Level

SCORE = Target("QĐ 127", "TOTAL", Decimal("70.5"), date(2026, 1, 1), date(2026, 12, 31), Level.COMMUNE)
OWN = Target("QĐ 127", "RANK", Decimal(10), date(2026, 1, 1), date(2026, 12, 31), None, "H15.1")
AGAINST = Target("QĐ 130", "TOTAL", Decimal(80), date(2026, 6, 1), date(2027, 5, 31), Level.COMMUNE)


def test_targets_are_kept_as_they_were_given_and_once(ledger: Ledger) -> None:
    give_targets(ledger, [SCORE, OWN], by(), "a.csv")
    assert give_targets(ledger, [OWN, SCORE], by(), "a.csv") == []
    found = known_targets(ledger)
    assert [(each.what, each.value, each.level, each.unit, each.number) for each in found] == [
        ("TOTAL", Decimal("70.5"), Level.COMMUNE, None, 1), ("RANK", Decimal(10), None, "H15.1", 2),
    ]  # fmt: skip
    with ledger.read() as db:
        (line,) = (each for each in lines(db) if each.action == "target.give")
    assert (line.subject, line.details) == ("a.csv", {"targets": 2, "decisions": ["QĐ 127"]})


def test_one_that_contradicts_another_keeps_all_of_its_table_out(ledger: Ledger) -> None:
    give_targets(ledger, [SCORE], by())
    with pytest.raises(ComputeError, match="contradicts target 1"):
        give_targets(ledger, [OWN, AGAINST], by())
    with pytest.raises(ComputeError, match="contradicts"):
        give_targets(ledger, [AGAINST, Target(**{**_fields(AGAINST), "value": Decimal(81)})], by())
    assert [each.what for each in known_targets(ledger)] == ["TOTAL"]


def test_what_is_taken_back_makes_room_and_stays_on_record(ledger: Ledger) -> None:
    give_targets(ledger, [SCORE], by())
    withdraw_target(ledger, 1, by("hoa", 5))
    with pytest.raises(ComputeError, match="there is no target 1"):
        withdraw_target(ledger, 1, by())
    (given,) = give_targets(ledger, [AGAINST], by())
    assert given.value == 80
    assert [each.number for each in known_targets(ledger)] == [2]
    with ledger.read() as db:
        rows = db.execute(sa.select(TARGETS).order_by(TARGETS.c.number)).all()
    assert [(row.number, row.ended_by) for row in rows] == [(1, "hoa"), (2, None)]


def _fields(target: Target) -> dict[str, object]:
    return {name: getattr(target, name) for name in target.__struct_fields__}
