"""The queue of messages: each made once for ever, tried again, never in two hands; on both databases."""

from datetime import timedelta

import pytest
from ledger_databases import START, by, person

from bochiso.errors import ComputeError
from bochiso.store.people.accounts import disable
from bochiso.store.people.audit import lines
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.permissions import Role
from bochiso.store.steering.contact_book import contact_of, contacts, set_contact, stop_messages
from bochiso.store.steering.outbox import (
    KEEP,
    RETRY_MINUTES,
    MessageOutcome,
    MessageState,
    NewMessage,
    WayOut,
    counts_by_state,
    due_messages,
    enqueue,
    hand_over,
    last_made,
    newest_messages,
    send_again,
    settle,
    take_up,
)
from bochiso.text import Lang, say

WHY = say("máy chủ trả lời {x}", "answered {x}", x="{451}")


def new(n: int, way: WayOut = WayOut.MAIL) -> NewMessage:
    return NewMessage(f"unit:2026-10-07:{n}", way, f"a{n}", f"Tin {n}", "…")


def told(ledger: Ledger) -> list[tuple[str, str, str]]:
    with ledger.read() as db:
        return [(e.action, e.subject, e.details.get("state", "")) for e in lines(db) if "message" in e.action]


def test_ten_thousand_are_made_once_and_go_in_their_order(ledger: Ledger) -> None:
    many = [new(n) for n in range(10_000)]
    assert [enqueue(ledger, part, START) for part in (many[:10], many, many)] == [10, 9_990, 0]
    assert [each.number for each in due_messages(ledger, START, most=3)] == [1, 2, 3]
    assert last_made(ledger, "unit:", START)["a7"] == START
    assert last_made(ledger, "unit:", START - timedelta(days=1)) == {}


def test_what_did_not_arrive_waits_longer_each_time_and_a_clock_set_back_holds_nothing_up(
    ledger: Ledger,
) -> None:
    enqueue(ledger, [new(1)], START)
    at = START
    for minutes in (*RETRY_MINUTES, RETRY_MINUTES[-1]):
        (found,) = due_messages(ledger, at)
        when = by(seconds=(at - START).total_seconds())
        settle(ledger, [MessageOutcome(found, MessageState.WAITING, when, WHY)])
        assert due_messages(ledger, at + timedelta(minutes=minutes, seconds=-1)) == []
        at += timedelta(minutes=minutes)
    (found,) = due_messages(ledger, START - timedelta(days=400))
    assert (found.tries, found.why and found.why.render(Lang.VI)) == (5, "máy chủ trả lời {451}")
    settle(ledger, [MessageOutcome(found, MessageState.SENT, by())])
    assert told(ledger) == [("message.send", new(1).key, "sent")]


def test_what_a_program_that_ended_had_in_its_hands_is_unsure_until_somebody_decides(ledger: Ledger) -> None:
    enqueue(ledger, [new(1), new(2), new(3, WayOut.WEBHOOK)], START)
    hand_over(ledger, 2, START)
    assert take_up(ledger, by(seconds=5)) == 1
    assert take_up(ledger, by(seconds=6)) == 0
    assert [each.number for each in due_messages(ledger, START)] == [1, 3]
    assert [each.number for each in due_messages(ledger, START, [WayOut.WEBHOOK])] == [3]
    assert newest_messages(ledger)[0].state is MessageState.UNSURE
    assert enqueue(ledger, [new(2)], START) == 0
    send_again(ledger, 2, by(seconds=9))
    assert counts_by_state(ledger) == {MessageState.WAITING: 3}
    with pytest.raises(ComputeError, match="waits for no decision"):
        send_again(ledger, 2, by())
    assert told(ledger) == [
        ("message.fail", new(2).key, "unsure"), ("message.again", new(2).key, ""),
    ]  # fmt: skip
    assert due_messages(ledger, START)[0].expires_at == START + KEEP


def test_one_alone_sends(ledger: Ledger) -> None:
    with ledger.alone("sending") as first, ledger.alone("sending") as second, ledger.alone("other") as other:
        assert (first, second, other) == (True, False, True)
    with ledger.alone("sending") as again:
        assert again


def test_people_say_where_they_are_written_to_and_end_it_and_the_log_has_no_address(ledger: Ledger) -> None:
    person(ledger, "lan")
    person(ledger, "hoa", Role.UNIT, "H15.50")
    set_contact(ledger, "lan", " lan@daklak.gov.vn ", True, by())
    set_contact(ledger, "hoa", "hoa@daklak.gov.vn", True, by())
    assert [(each.account, each.unit, each.wanted) for each in contacts(ledger)] == [
        ("hoa", "H15.50", True), ("lan", None, True),
    ]  # fmt: skip
    assert [stop_messages(ledger, "hoa", by()) for _ in range(2)] == [True, False]
    assert contact_of(ledger, "hoa") is not None
    with pytest.raises(ComputeError, match="is no mail address"):
        set_contact(ledger, "lan", "lan@x.vn\nBcc: y@z.vn", True, by())
    with pytest.raises(ComputeError, match="no account"):
        set_contact(ledger, "ai", "ai@daklak.gov.vn", True, by())
    disable(ledger, "lan", by())
    assert [each.account for each in contacts(ledger)] == ["hoa"]
    set_contact(ledger, "hoa", "", True, by())
    assert contacts(ledger) == []
    with ledger.read() as db:
        assert "daklak" not in str([vars(each) for each in lines(db)])
