"""What differences cost: their shares add up to the points lost, whatever they are."""

from collections import Counter
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from bochiso.measure.indicators import INDICATORS, SYNC
from bochiso.measure.sync_losses import NOTHING, VALUED, Effect, SyncLosses
from bochiso.rules.loader import load_rules
from bochiso.score.figures import Count
from bochiso.score.formula import points

RULES = load_rules("qd766")
PAIRS = st.sampled_from([(0, 0), (0, 1), (1, 1)])
COUNTED = st.tuples(*[PAIRS] * len(VALUED))


@st.composite
def units(draw: st.DrawFn) -> tuple[dict[str, dict[str, int]], list[Effect]]:
    """What one unit counts here, and some of its dossiers as they count here and there."""
    effects = [Effect("H15.1", draw(COUNTED), draw(COUNTED)) for _ in range(draw(st.integers(0, 12)))]
    others = draw(st.integers(0, 40))
    own: Counter[str] = Counter()
    for at, code in enumerate(VALUED):
        top, bottom = ("received", "received") if code == SYNC else INDICATORS[code]
        more = draw(st.integers(0, others))
        own[top] = max(own[top], sum(each.here[at][0] for each in effects) + more)
        own[bottom] = max(own[bottom], sum(each.here[at][1] for each in effects) + others)
    return {"H15.1": dict(own)}, effects


@given(units())
def test_the_differences_of_a_unit_add_up_to_the_points_that_it_lost(
    made: tuple[dict[str, dict[str, int]], list[Effect]],
) -> None:
    own, effects = made
    losses = SyncLosses(own, effects, RULES)
    assert sum(map(losses.of, effects), Fraction(0)) == sum(losses.lost("H15.1").values(), Fraction(0))


def effect(here: dict[str, tuple[int, int]], there: dict[str, tuple[int, int]]) -> Effect:
    pairs = [
        tuple(side.get(code, own) for code, own in zip(VALUED, NOTHING, strict=True))
        for side in (here, there)
    ]
    return Effect("H15.1", *pairs)


def test_a_dossier_that_the_portal_lacks_costs_its_share_of_1_4() -> None:
    missing = [effect({SYNC: (1, 1)}, {SYNC: (0, 1)})] * 5
    losses = SyncLosses({"H15.1": {"received": 100}}, missing, RULES)
    assert losses.lost("H15.1")[SYNC] == Fraction(30, 100)
    assert {losses.of(each) for each in missing} == {Fraction(6, 100)}


def test_a_dossier_that_counts_alike_on_both_sides_costs_nothing() -> None:
    same = effect({"ONLINE_FILING": (1, 1)}, {"ONLINE_FILING": (1, 1)})
    assert SyncLosses({"H15.1": {"received": 10, "online": 4}}, [same], RULES).of(same) == 0
    assert same.indicators == ()


def test_above_the_target_nothing_is_lost() -> None:
    """3.3 earns all at 50%: a channel that the portal has otherwise costs a unit of 95% nothing."""
    other = effect({"ONLINE_FILING": (1, 1)}, {"ONLINE_FILING": (0, 1)})
    losses = SyncLosses({"H15.1": {"received": 100, "online": 95}}, [other], RULES)
    assert losses.of(other) == 0
    assert other.indicators == ("ONLINE_FILING",)


def test_what_the_portal_credits_more_is_below_nothing() -> None:
    better = effect({"RESOLVED_ON_TIME": (0, 1)}, {"RESOLVED_ON_TIME": (1, 1)})
    losses = SyncLosses({"H15.1": {"judged": 10, "on_time": 8}}, [better], RULES)
    assert losses.of(better) == Fraction(str(points(RULES.indicator["RESOLVED_ON_TIME"], 8, 10))) - Fraction(
        str(points(RULES.indicator["RESOLVED_ON_TIME"], 9, 10))
    )
    assert Count(8, 10).counted
