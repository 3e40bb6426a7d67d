"""Moments as tables write them, to the protocol's 14 digits in Việt Nam's time."""

from datetime import UTC, date, datetime

import pytest

from bochiso.intake.formats.moments import tidy_moment


@pytest.mark.parametrize(
    "written",
    [
        "06/10/2026 08:30", "06/10/2026 08:30:00", "06-10-2026 08:30", "6.10.2026 8:30", "06/10/26 08:30",
        "08:30 06/10/2026", "08:30, ngày 06/10/2026", "8h30 06/10/2026", "06/10/2026 08h30",
        "06/10/2026 8:30 SA",
        "06/10/2026 8:30 AM", "06 / 10 / 2026 08:30", "06/10/2026 lúc 08:30", "06/10/2026, 08h30",
        "2026-10-06 08:30", "2026-10-06T08:30:00", "2026-10-06 08:30:00.000", "2026-10-06T08:30:00+07:00",
        "2026-10-06T01:30:00Z", "2026-10-05T21:30:00-04:00", "2026/10/06 08:30", "20261006083000",
        "202610060830",
        46301.35416666666, "46301.3541666667", "46301,3541666667", 20261006083000,
        datetime(2026, 10, 6, 8, 30), datetime(2026, 10, 6, 1, 30, tzinfo=UTC),  # noqa: DTZ001
    ],
)  # fmt: skip
def test_one_moment_in_every_form(written):
    assert tidy_moment(written) == "20261006083000"


@pytest.mark.parametrize("written", ["5:00 CH 06/10/2026", "06/10/2026 17g", "06/10/2026 5:00 PM"])
def test_afternoons(written):
    assert tidy_moment(written) == "20261006170000"


@pytest.mark.parametrize(
    "written", ["06/10/2026", "6/10/26", "2026-10-06", "20261006", 46301, "46301", date(2026, 10, 6)]
)
def test_a_day_alone_begins_at_midnight_and_what_is_due_on_it_is_due_by_its_end(written):
    assert tidy_moment(written) == "20261006000000"
    assert tidy_moment(written, ends=True) == "20261006235959"


def test_24_00_is_the_end_of_the_day():
    assert tidy_moment("06/10/2026 24:00") == "20261006235959"


@pytest.mark.parametrize("written", ["hôm qua", "2026", "06/2026", "12345", "", None, "31/12", "1/2/3/4"])
def test_what_is_no_moment_stays_as_it_is(written):
    assert tidy_moment(written) == (written or "")
