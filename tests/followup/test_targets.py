"""Targets: what is meant, how far a unit is, whether its pace is enough, and the sentence for letters."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from figure_builders import commune, figures
from hypothesis import given
from hypothesis import strategies as st

from bochiso.followup.targets import (
    GRADE,
    RANK,
    TOTAL_POINTS,
    Target,
    TargetState,
    in_force,
    progress,
    target_phrase,
    targets_of,
    value_is_wrong,
    what_is_meant,
)
from bochiso.rules.loader import load_rules
from bochiso.score.figures import Count
from bochiso.score.ranking import Standing
from bochiso.score.scoring import score_units
from bochiso.text import Lang
from bochiso.units.model import Level

RULES = load_rules("qd766")
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


def target(what: str, value: str, **more: object) -> Target:
    return Target("QĐ 127", what, Decimal(value), FIRST, LAST, **{"level": Level.COMMUNE, **more})


def filed(online: int, received: int, code: str = "H15.1", rank: int | None = 1) -> Standing:
    (score,) = score_units([figures(commune(code), {"ONLINE_FILING": Count(online, received)})], RULES)
    return Standing(score, None, rank, 10)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("3.6", "PAYMENT_DOSSIERS"), ("ONLINE_FILING", "ONLINE_FILING"), ("số hóa hồ sơ", "MDSH"),
        ("Tổng điểm", TOTAL_POINTS), ("xep loai", GRADE), ("Xếp hạng", RANK), ("vui vẻ", None),
    ],
)  # fmt: skip
def test_what_a_target_is_of_is_told_by_code_number_or_name(words: str, code: str | None) -> None:
    assert what_is_meant(words, RULES) == code


@given(st.integers(1, 5_000), st.data(), st.integers(1, 100))
def test_what_closes_a_target_is_the_least_that_reaches_it(
    received: int, data: st.DataObject, percent: int
) -> None:
    online = data.draw(st.integers(0, received))
    found = progress(target("ONLINE_FILING", str(percent)), (FIRST, filed(online, received)), None, RULES)
    reached = Fraction(online, received) * 100 >= percent
    assert (found.state is TargetState.REACHED) == reached == (found.short == 0)
    assert found.closes is not None
    assert Fraction(online + found.closes, received) * 100 >= percent
    if found.closes:
        assert Fraction(online + found.closes - 1, received) * 100 < percent


def test_a_pace_that_arrives_by_the_last_day_is_on_course() -> None:
    day, before = date(2026, 7, 1), date(2026, 6, 1)
    of = target("ONLINE_FILING", "90")
    fast = progress(of, (day, filed(70, 100)), (before, filed(66, 100)), RULES)
    slow = progress(of, (day, filed(70, 100)), (before, filed(69, 100)), RULES)
    over = progress(of, (LAST, filed(70, 100)), (before, filed(1, 100)), RULES)
    assert [each.state for each in (fast, slow, over)] == [
        TargetState.ON_COURSE, TargetState.SHORT, TargetState.SHORT,
    ]  # fmt: skip
    assert progress(of, (day, filed(70, 100)), None, RULES).state is TargetState.SHORT


def test_a_place_is_reached_from_above_and_what_is_not_known_is_no_zero() -> None:
    assert (
        progress(target(RANK, "10"), (FIRST, filed(1, 2, rank=9)), None, RULES).state is TargetState.REACHED
    )
    late = progress(target(RANK, "10"), (FIRST, filed(1, 2, rank=12)), None, RULES)
    assert (late.state, late.short) == (TargetState.SHORT, Decimal("2.00"))
    assert (
        progress(target(TOTAL_POINTS, "80"), (FIRST, filed(1, 2)), None, RULES).state is TargetState.UNKNOWN
    )
    assert progress(target("MDSH", "20"), (FIRST, filed(1, 2)), None, RULES).now is None


def test_a_units_own_target_stands_in_the_place_of_its_levels() -> None:
    whole, own = target("MDSH", "20"), target("MDSH", "21", level=None, unit="H15.1")
    assert targets_of([whole, own], "H15.1", Level.COMMUNE) == [own]
    assert targets_of([whole, own], "H15.2", Level.COMMUNE) == [whole]
    assert targets_of([whole, own], "H15.3", Level.DEPARTMENT) == []
    assert in_force([whole], date(2027, 1, 1)) == []
    assert not whole.contradicts(own)
    assert whole.contradicts(target("MDSH", "19"))


def test_values_that_can_be_no_target_are_refused_with_the_reason() -> None:
    assert value_is_wrong("MDSH", Decimal(22), RULES) is None
    for what, value in (("MDSH", "22.5"), ("ONLINE_FILING", "101"), ("ONLINE_FILING", "0"), (RANK, "1.5")):
        assert value_is_wrong(what, Decimal(value), RULES) is not None


def test_letters_say_how_many_reached_it_and_who_did_not() -> None:
    of = target("ONLINE_FILING", "80")
    rows = [progress(of, (FIRST, filed(n, 10, f"H15.{n}")), None, RULES) for n in (9, 8, 7)]
    said = target_phrase("ONLINE_FILING", [(Level.COMMUNE, rows)], {"H15.7": "UBND xã Bảy"}, RULES)
    assert said.render(Lang.VI) == (
        "02/03 xã, phường đạt chỉ tiêu Tỷ lệ hồ sơ nộp trực tuyến (3.3) 80%; chưa đạt: UBND xã Bảy."
    )
