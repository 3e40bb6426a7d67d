"""Apologies: when one is due, what can be one, how late dossiers were apologised for."""

from datetime import UTC, date, datetime

import pytest

from bochiso.errors import ComputeError
from bochiso.followup.apologies import (
    Apology,
    ApologyCase,
    ApologyStage,
    apology_duties,
    check_apology,
    counts_of,
    stage_of,
)
from bochiso.rules.calendar import builtin_calendar
from bochiso.rules.lateness import notify_by

CALENDAR = builtin_calendar()
FRIDAY, SUNDAY, MONDAY, TUESDAY = (date(2026, 10, day) for day in (9, 11, 12, 13))
CASE = ApologyCase("H15.1-1", "H15.1", "Sở A", "1.1", "Cấp phép", FRIDAY, MONDAY, FRIDAY, MONDAY, 0, True)
GOOD = ("Phải lấy ý kiến", date(2026, 10, 20))


def apology(dossier: str, at: datetime) -> Apology:
    return Apology(1, dossier, "H15.1", "Sở A", "", "", None, MONDAY, FRIDAY, TUESDAY, "r", "hoa", at)


@pytest.mark.parametrize(
    ("today", "stage"),
    [
        (date(2026, 10, 7), None), (date(2026, 10, 8), ApologyStage.NEXT), (FRIDAY, ApologyStage.TODAY),
        (SUNDAY, ApologyStage.PASSED), (MONDAY, ApologyStage.PASSED), (TUESDAY, ApologyStage.OVERDUE),
    ],
)  # fmt: skip
def test_the_last_day_is_the_working_day_before_the_due_one(today: date, stage: ApologyStage | None) -> None:
    assert notify_by(MONDAY, CALENDAR) == FRIDAY
    assert stage_of(MONDAY, FRIDAY, today, CALENDAR) is stage


def test_a_dossier_has_one_new_date_whether_recorded_here_or_given_by_its_system() -> None:
    assert check_apology(CASE, None, GOOD, CALENDAR) == GOOD
    with pytest.raises(ComputeError, match="one at most"):
        check_apology(CASE, apology("H15.1-1", datetime(2026, 10, 9, tzinfo=UTC)), GOOD, CALENDAR)
    given = ApologyCase("H15.1-1", "H15.1", "", "", "", None, MONDAY, FRIDAY, date(2026, 10, 20), 1, True)
    assert check_apology(given, None, GOOD, CALENDAR) == GOOD  # the very date that its system has
    with pytest.raises(ComputeError, match="one at most"):
        check_apology(given, None, ("r", date(2026, 10, 21)), CALENDAR)


@pytest.mark.parametrize(
    ("case", "given", "said"),
    [
        (CASE, (" ", date(2026, 10, 20)), "the reason lacks"),
        (CASE, ("a" * 1001, date(2026, 10, 20)), "1,000 letters"),
        (CASE, ("r", None), "the new date is after"),
        (CASE, ("r", MONDAY), "the new date is after"),
        (CASE, ("r", date(2028, 1, 4)), "within a year"),
        (CASE, ("r", date(2026, 10, 18)), "is a day off"),
        (ApologyCase("x", "u", "", "", "", None, MONDAY, FRIDAY, MONDAY, 0, False), GOOD, "has ended"),
    ],
)
def test_an_apology_that_cannot_be_says_why(
    case: ApologyCase, given: tuple[str, date | None], said: str
) -> None:
    with pytest.raises(ComputeError, match=said):
        check_apology(case, None, given, CALENDAR)


def test_late_dossiers_are_counted_by_their_apologies() -> None:
    late = [("a", "H15.1"), ("b", "H15.1"), ("c", "H15.2"), ("d", "H15.2"), ("e", "H15.2")]
    known = {
        "a": apology("a", datetime(2026, 10, 9, 16, 59, tzinfo=UTC)),  # 23:59 of Friday in Việt Nam
        "b": apology("b", datetime(2026, 10, 9, 17, 1, tzinfo=UTC)),
        "z": apology("z", datetime(2026, 10, 9, tzinfo=UTC)),
    }
    whole, *units = counts_of(late, known, {"H15.1": "Sở A", "H15.2": "Sở B"})
    assert (whole.late, whole.in_time, whole.too_late, whole.none) == (5, 1, 1, 3)
    assert [(each.name, each.late, each.none) for each in units] == [("Sở B", 3, 3), ("Sở A", 2, 0)]
    assert counts_of([], {}, {})[0].late == 0


def test_a_unit_is_told_of_those_whose_last_day_is_today() -> None:
    waiting = [("H15.1", ApologyStage.TODAY)] * 2 + [("H15.2", ApologyStage.OVERDUE)]
    (duty,) = apology_duties(waiting, FRIDAY)
    assert (duty.unit, duty.last, duty.what.values["n"]) == ("H15.1", FRIDAY, 2)
