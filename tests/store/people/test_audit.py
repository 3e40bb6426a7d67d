"""The audit log: it tells every change, and a line that was changed or removed shows."""

import json
import threading
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from ledger_databases import START, by, person
from sqlalchemy.exc import IntegrityError

from bochiso.errors import StoreError
from bochiso.store.people import accounts, audit
from bochiso.store.people.audit import AuditLine
from bochiso.store.people.audit_check import check_all, check_newer
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.ledger_tables import AUDIT, AUDIT_ENDS
from bochiso.store.people.settings import change_settings
from bochiso.store.people.user_sessions import begin_session


def log(ledger: Ledger) -> list[AuditLine]:
    with ledger.read() as db:
        return audit.lines(db)


def fault(ledger: Ledger) -> int | None:
    return check_all(ledger, START).fault


def tamper(ledger: Ledger, *statements: str) -> None:
    """Change the log as someone could who owns the database."""
    with ledger.write() as db:
        if db.dialect.name == "sqlite":
            db.exec_driver_sql("drop trigger if exists audit_unchanged")
            db.exec_driver_sql("drop trigger if exists audit_kept")
        else:
            db.exec_driver_sql("drop trigger if exists audit_kept on audit")
        for each in statements:
            db.exec_driver_sql(each)


@pytest.fixture
def five(ledger: Ledger) -> Ledger:
    """A log of five lines."""
    for n in range(5):
        ledger.record(by("lan", n), "dossiers.export", f"H15.5{n}", rows=n)
    return ledger


def test_every_change_leaves_a_line_that_says_who_when_what_and_from_where(ledger: Ledger) -> None:
    person(ledger)
    accounts.disable(ledger, "lan", by(seconds=60, address="113.160.5.9"))
    change_settings(ledger, {"approval_required": True}, by(seconds=61))
    ledger.add_key("h15", "H15", START)
    found = [(each.action, each.subject) for each in log(ledger)]
    assert found == [
        ("account.add", "lan"), ("account.disable", "lan"), ("setting.change", "approval_required"),
        ("key.add", "h15"),
    ]  # fmt: skip
    disabled, setting, key = log(ledger)[1:]
    assert (disabled.who, disabled.at, disabled.address) == (
        "quantri",
        START + timedelta(seconds=60),
        "113.160.5.0/24",
    )
    assert setting.details == {"before": False, "after": True}
    assert key.who.startswith("#")
    assert fault(ledger) is None


def test_no_password_code_or_token_is_in_the_log(ledger: Ledger) -> None:
    from ledger_databases import PASSWORD

    person(ledger)
    token = begin_session(ledger, "lan", by("lan"), "password")
    secret = ledger.add_key("h15", "H15", START)
    said = json.dumps([each.details for each in log(ledger)]) + str(log(ledger))
    assert not any(each in said for each in (PASSWORD, token, secret, "$argon2"))


def test_a_change_that_fails_leaves_no_line(ledger: Ledger) -> None:
    person(ledger)
    for _ in range(2):
        with pytest.raises(Exception, match="lan"):
            person(ledger)
    assert len(log(ledger)) == 1


def test_the_database_itself_refuses_to_change_or_remove_a_line(five: Ledger) -> None:
    statements: list[sa.Executable] = [sa.update(AUDIT).values(who="minh"), sa.delete(AUDIT)]
    for statement in statements:
        with pytest.raises((StoreError, IntegrityError), match="append-only"), five.write() as db:
            db.execute(statement)
    assert len(log(five)) == 5


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("update audit set who = 'minh' where seq = 2", 2),
        ("update audit set details = '{\"rows\":9}' where seq = 4", 4),
        ("update audit set address = '10.0.0.8' where seq = 5", 5),
        ("delete from audit where seq = 1", 1),
        ("delete from audit where seq = 3", 3),
        ("delete from audit where seq = 5", 5),
        ("delete from audit where seq >= 2", 2),
        ("delete from audit", 1),
        ("update audit set seq = 9 where seq = 5", 5),
    ],
)
def test_a_line_that_was_changed_or_removed_shows(five: Ledger, statement: str, seq: int) -> None:
    tamper(five, statement)
    assert fault(five) == seq


def test_a_line_that_was_put_in_shows(five: Ledger) -> None:
    tamper(five, "insert into audit select 6, at, who, address, action, subject, details, hash from audit "
                 "where seq = 5")  # fmt: skip
    assert fault(five) is not None


def test_two_lines_that_changed_places_show(five: Ledger) -> None:
    tamper(five, "update audit set seq = 99 where seq = 2", "update audit set seq = 2 where seq = 3",
           "update audit set seq = 3 where seq = 99")  # fmt: skip
    assert fault(five) == 2


def test_lines_written_at_once_form_one_chain(ledger: Ledger) -> None:
    def write(name: str) -> None:
        for n in range(10):
            ledger.record(by(name, n), "dossiers.export")

    threads = [threading.Thread(target=write, args=(f"nguoi{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each.seq for each in log(ledger)] == list(range(1, 61))
    assert fault(ledger) is None


def test_old_lines_go_after_the_time_that_is_set_and_the_rest_stays_sealed(five: Ledger) -> None:
    change_settings(five, {"retention_months": 12}, by(seconds=10))
    person(five)
    later = 12 * audit.MONTH + timedelta(seconds=3)
    begin_session(five, "lan", by("lan", later.total_seconds()), "password")
    found = log(five)
    assert [each.seq for each in found] == [4, 5, 6, 7, 8, 9]
    assert (found[-2].action, found[-2].details) == ("audit.prune", {"through": 3})
    assert fault(five) is None
    tamper(five, "delete from audit where seq = 4")
    assert fault(five) == 4


def test_an_empty_log_is_whole(ledger: Ledger) -> None:
    assert fault(ledger) is None
    with ledger.read() as db:
        assert db.execute(sa.select(AUDIT_ENDS.c.last_seq)).scalar_one() == 0


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("127.0.0.1", "127.0.0.1"), ("192.168.1.9", "192.168.1.9"), ("14.160.1.77", "14.160.1.0/24"),
        ("2405:4802:1:2::9", "2405:4802:1::/48"), ("::ffff:14.160.1.77", "14.160.1.0/24"),
        ("fe80::1%eth0", "fe80::1"), ("", ""), ("unknown", ""), ("1" * 500, ""),
    ],
)  # fmt: skip
def test_of_a_public_address_the_network_is_kept(address: str, kept: str) -> None:
    assert audit.network(address) == kept


def test_the_newest_lines_can_be_asked_for(five: Ledger) -> None:
    with five.read() as db:
        assert [each.seq for each in audit.lines(db, 2)] == [4, 5]


# In steps.


def later(days: int) -> datetime:
    return START + timedelta(days=days)


def test_a_check_goes_on_from_the_line_that_was_checked_last(five: Ledger) -> None:
    steps = [check_newer(five, later(n), most=2) for n in range(4)]
    assert [(each.seq, each.last, each.fault) for each in steps] == [
        (2, 5, None), (4, 5, None), (5, 5, None), (5, 5, None)
    ]  # fmt: skip
    assert {each.began_at for each in steps} == {later(0)}
    five.record(by("lan"), "dossiers.export")
    assert (check_newer(five, later(9)).seq, check_newer(five, later(9)).began_at) == (6, later(0))
    assert check_all(five, later(9)).began_at == check_newer(five, later(10)).began_at == later(9)


def test_a_line_that_was_checked_is_not_read_again_until_all_are(five: Ledger) -> None:
    assert check_newer(five, later(0)).fault is None
    tamper(five, "update audit set who = 'minh' where seq = 2")
    five.record(by("lan"), "dossiers.export")
    newer = check_newer(five, later(1))
    assert (newer.seq, newer.fault, newer.began_at) == (6, None, later(0))
    assert check_all(five, later(2)).fault == 2
    assert check_newer(five, later(3)).fault == 2  # and from then on it is told everywhere


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("update audit set who = 'minh' where seq = 6", 6),
        ("delete from audit where seq = 6", 6),
        ("delete from audit where seq = 7", 7),
        ("delete from audit where seq >= 5", 5),
        ("update audit set hash = 'a' where seq = 5", 5),
        ("update audit_ends set last_seq = 3", 4),
    ],
)
def test_what_was_changed_or_removed_since_shows(five: Ledger, statement: str, seq: int) -> None:
    check_newer(five, later(0))
    for _ in range(2):
        five.record(by("lan"), "dossiers.export")
    tamper(five, statement)
    assert check_newer(five, later(1)).fault == seq


def test_lines_that_were_pruned_need_no_check(five: Ledger) -> None:
    assert check_newer(five, later(0), most=2).seq == 2
    with five.write() as db:
        audit.prune(db, by(seconds=(12 * audit.MONTH).total_seconds() + 4), 12)
    assert [each.seq for each in log(five)] == [5, 6]
    found = check_newer(five, later(400))
    assert (found.seq, found.fault) == (6, None)


def test_a_check_of_few_new_lines_writes_nothing(five: Ledger) -> None:
    check_newer(five, later(0))
    five.record(by("lan"), "dossiers.export")
    writes = five.writes
    check_newer(five, later(1))
    assert five.writes == writes


@pytest.mark.parametrize("details", [None, "", "{"])
def test_a_damaged_line_is_told_and_is_no_fault_of_the_program(details: str | None) -> None:
    row: Any = SimpleNamespace(seq=3, at=START, who="a", address="", action="b", subject="", details=details)
    with pytest.raises(StoreError, match="3"):
        audit.line_of(row)
