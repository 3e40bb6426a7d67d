"""A clock that was wrong for once empties no log; what is refused again and again leaves few lines."""

from datetime import timedelta

import pytest
from ledger_databases import START, by, person

from bochiso.store.people.audit import By, lines, network
from bochiso.store.people.audit_check import look_through
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.login_throttle import password_throttle_keys
from bochiso.store.people.user_sessions import begin_session


def count(ledger: Ledger) -> int:
    with ledger.read() as db:
        return len(lines(db))


def test_a_clock_that_stood_in_another_decade_loses_a_week_at_most(ledger: Ledger) -> None:
    person(ledger)
    for day in range(60):
        ledger.record(By("#test", START + timedelta(days=day)), "measure", "1")
    ahead = By("lan", START + timedelta(days=365 * 8))
    before = count(ledger)
    for _ in range(3):
        begin_session(ledger, "lan", ahead, "password")
    assert before + 4 - count(ledger) <= 9
    assert look_through(ledger, START).fault is None


def test_lines_beyond_their_time_go_day_by_day(ledger: Ledger) -> None:
    person(ledger)
    for day in range(40):
        ledger.record(By("#test", START + timedelta(days=day)), "measure", "1")
    later = START + timedelta(days=60 * 31 + 40)
    for day in range(10):
        begin_session(ledger, "lan", By("lan", later + timedelta(days=day)), "password")
    with ledger.read() as db:
        found = lines(db)
    assert found[0].at >= START + timedelta(days=40)
    assert look_through(ledger, later).fault is None


def test_the_same_refusal_is_a_line_a_minute(ledger: Ledger) -> None:
    for seconds in range(0, 130, 10):
        ledger.record_seldom(by("", seconds), "session.refused", "lan")
    ledger.record_seldom(by("", 130, "10.9.9.9"), "session.refused", "lan")
    ledger.record_seldom(by("", 130), "session.refused", "minh")
    with ledger.read() as db:
        found = [(each.subject, each.address) for each in lines(db)]
    assert found == [("lan", "10.0.0.7")] * 3 + [("lan", "10.9.9.9"), ("minh", "10.0.0.7")]


@pytest.mark.parametrize("other", ["2405:4802:1:2::1", "2405:4802:1:2:ffff::9"])
def test_addresses_of_one_network_of_ipv6_are_one(other: str) -> None:
    first = password_throttle_keys("lan", "2405:4802:1:2::9")
    assert [each.key for each in password_throttle_keys("lan", other)] == [each.key for each in first]
    assert network("2405:4802:1::9") == "2405:4802:1::/48"
