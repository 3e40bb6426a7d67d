"""The digest on its way: made of whole figures once, sent by a real server that refuses, hangs and dies."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import loaded_python
import pytest
import sqlalchemy as sa
from command_runner import BOCHISO, environment, run
from hook_servers import Hook, hook_server
from ledger_databases import PASSWORD
from mail_servers import Mailbox, mail_server
from public_pages import PROVINCES, UNITS, bring_in
from waiting import PATIENCE

from bochiso.office.backend import Backend
from bochiso.office.digests import make_digest
from bochiso.office.message_rounds import MessageRounds
from bochiso.office.messages import SentRound, may_stop, send_queue, stop_address, ways_out
from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.folder import DataFolder
from bochiso.store.people.accounts import AccountProfile, add_account
from bochiso.store.people.audit import By, lines
from bochiso.store.people.ledger import open_ledger
from bochiso.store.people.ledger_tables import ACCOUNTS
from bochiso.store.people.permissions import Role
from bochiso.store.people.settings import change_settings, read_settings
from bochiso.store.people.tables.steering_tables import CONTACTS
from bochiso.store.steering.contact_book import set_contact, stop_messages
from bochiso.store.steering.outbox import (
    MessageState,
    NewMessage,
    WayOut,
    counts_by_state,
    enqueue,
    newest_messages,
)
from bochiso.text import Lang, now

AT = datetime(2026, 10, 7, 1, 0, tzinfo=UTC)
READERS = {
    "chutich": AccountProfile("Chủ tịch", Role.LEADER),
    "lan": AccountProfile("Lan", Role.OFFICE),
    "xa": AccountProfile("Xã", Role.UNIT, "H21.212"),
    "yen": AccountProfile("Yên", Role.UNIT, "H21.999"),
    "quan": AccountProfile("Quân", Role.ADMINISTRATOR),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """Figures of two days of one province, and everybody with an address; only to be copied."""
    folder = DataFolder(tmp_path_factory.mktemp("messages") / "data")
    bring_in(folder, *PROVINCES, *UNITS)
    with open_ledger(folder, make=True) as ledger:
        change_settings(ledger, {"province": "H21", "public_url": "https://chiso.example.vn"}, By("#", AT))
        for name, profile in READERS.items():
            add_account(ledger, name, profile, PASSWORD, By("#", AT), must_change=False)
            set_contact(ledger, name, f"{name}@example.vn", True, By("#", AT))
    return folder


@pytest.fixture
def backend(made: DataFolder, tmp_path: Path) -> Backend:
    import shutil

    return Backend(DataFolder(Path(shutil.copytree(made.root, tmp_path / "data"))))


def use(backend: Backend, box: Mailbox | None = None, hook: Hook | None = None) -> None:
    changes: dict[str, object] = {}
    if box is not None:
        changes["mail"] = {
            "host": "127.0.0.1",
            "port": box.port,
            "security": "none",
            "sender": "b@example.vn",
        }
    if hook is not None:
        changes["webhook"] = {"url": f"{hook.url}/x", "inner": True}
    with backend.open_ledger() as ledger:
        change_settings(ledger, changes, By("#", AT))


def sent(backend: Backend, at: datetime = AT) -> SentRound:
    with backend.open_ledger() as ledger:
        settings = read_settings(ledger)
    with ways_out(settings) as channels:
        return send_queue(backend, "#test", channels, lambda: at)


def states(backend: Backend) -> dict[MessageState, int]:
    with backend.open_ledger() as ledger:
        return counts_by_state(ledger)


def test_leaders_get_one_screen_units_what_fell_and_nobody_without_anything_gets_anything(
    backend: Backend,
) -> None:
    found = make_digest(backend, AT, dry_run=True)
    to = {each.account: each for each in found.messages}
    assert set(to) == {"chutich", "lan", "xa"}
    body = to["chutich"].body
    assert "xếp hạng 04/34 (+3,02 điểm so với ngày 17/09/2026, tăng 08 bậc)" in body
    assert "1. UBND tỉnh Gia Lai: nhóm Số hóa hồ sơ đạt 9,45/22 điểm.\n" in body
    assert "03/135 xã, phường, đặc khu giảm điểm: UBND xã Đức Cơ −12,06;" in body
    assert body.count("\n") < 25
    assert (to["xa"].subject, "còn 60,64" in to["xa"].body) == (
        "Bộ chỉ số 766, UBND xã Phù Mỹ Bắc: giảm điểm", True,
    )  # fmt: skip
    assert states(backend) == {}


def test_the_same_figures_are_told_once_whatever_the_clock_does(backend: Backend) -> None:
    assert make_digest(backend, AT).new == 3
    for moved in (timedelta(minutes=1), timedelta(hours=-1)):
        assert make_digest(backend, AT + moved).new == 0
    # A day ahead and back again: a unit's message is of its day, the leaders' of its figures.
    assert make_digest(backend, AT + timedelta(days=1)).new in (0, 1)
    assert make_digest(backend, AT).new == 0


def test_old_figures_are_not_sent_and_that_is_said_once(backend: Backend) -> None:
    late = AT + timedelta(days=5)
    found = make_digest(backend, late)
    assert found.withheld is not None
    assert {each.account for each in found.messages} == {"chutich", "lan"}
    assert all("chưa có bản tin" in each.subject for each in found.messages)
    assert make_digest(backend, late + timedelta(days=1)).new == 0


def test_a_refusal_is_final_a_delay_is_tried_again_and_who_ended_it_gets_nothing(backend: Backend) -> None:
    make_digest(backend, AT)
    with backend.open_ledger() as ledger:
        stop_messages(ledger, "xa", By("xa", AT))
        address = stop_address(ledger, read_settings(ledger), "lan") or ""
        assert may_stop(ledger, "lan", address.rpartition("/")[2])
        assert not may_stop(ledger, "xa", address.rpartition("/")[2])
    with mail_server(Mailbox(answers={"END": "451 later"})) as box:
        use(backend, box)
        assert sent(backend).counts == {MessageState.WAITING: 2, MessageState.STOPPED: 1}
        assert sent(backend).counts == {}
        box.answers = {"RCPT": "550 nobody"}
        assert sent(backend, AT + timedelta(minutes=2)).counts == {MessageState.REFUSED: 2}
    with backend.open_ledger() as ledger, ledger.read() as db:
        told = [each for each in lines(db) if each.action.startswith("message.")]
    assert {each.details["state"] for each in told} == {"refused", "stopped"}


def test_a_server_that_is_down_leaves_all_waiting_and_what_waits_too_long_is_over(backend: Backend) -> None:
    make_digest(backend, AT)
    with mail_server() as box:
        use(backend, box)
    found = sent(backend)
    assert (len(found.down), found.left) == (1, 3)
    with mail_server(box, box.port):
        assert sent(backend, AT + timedelta(days=2)).counts == {MessageState.EXPIRED: 3}
        assert box.letters == []


def test_the_webhook_gets_the_leaders_digest_and_trouble_there_holds_no_letter_up(backend: Backend) -> None:
    with hook_server(Hook(status=500)) as hook, mail_server() as box:
        use(backend, box, hook)
        make_digest(backend, AT)
        assert sent(backend).counts == {MessageState.SENT: 3, MessageState.WAITING: 1}
        hook.status = 200
        assert sent(backend, AT + timedelta(minutes=1)).counts == {MessageState.SENT: 1}
    assert hook.calls[1][1]["subject"] == box.letters[0]["Subject"]
    assert [len(hook.calls), sorted(box.people)] == [
        2, ["chutich@example.vn", "lan@example.vn", "xa@example.vn"],
    ]  # fmt: skip
    assert "chiso.example.vn/thoi-nhan-tin/" in box.letters[0].get_content()


def many(backend: Backend, count: int) -> None:
    """A message each for some officers of the province, and nothing else in the queue."""
    names = [f"xa{n:03}" for n in range(count)]
    with backend.open_ledger() as ledger:
        with ledger.write() as db:
            like = {"display": "Xã", "role": "unit", "unit": "H21.212", "password_hash": "-",
                    "must_change": False, "created_at": AT}  # fmt: skip
            db.execute(sa.insert(ACCOUNTS), [{"name": name, **like} for name in names])
            where = {"wanted": True, "at": AT}
            db.execute(sa.insert(CONTACTS), [
                {"account": name, "mail": f"{name}@example.vn", **where} for name in names
            ])  # fmt: skip
        enqueue(ledger, [NewMessage(f"unit:{name}", WayOut.MAIL, name, "Tin", "…") for name in names], AT)


def test_many_letters_go_by_few_connections_and_who_ends_it_meanwhile_gets_none(backend: Backend) -> None:
    many(backend, 150)
    with mail_server() as box:
        use(backend, box)

        def at(word: str) -> None:
            if word == "MAIL" and len(box.letters) == 50 and box.connections == 1:
                with backend.open_ledger() as ledger:
                    stop_messages(ledger, "xa120", By("xa120", AT))
                box.answers["MAIL"] = "421 enough for one connection"
            elif word == "EHLO":
                box.answers.clear()

        box.at = at
        assert sent(backend).counts == {MessageState.SENT: 149, MessageState.STOPPED: 1}
        assert (len(set(box.people)), len(box.people), box.connections) == (149, 149, 2)
    with backend.open_ledger() as ledger, ledger.read() as db:
        told = [each.subject for each in lines(db) if each.action == "message.send"]
    assert len(told) == len(set(told)) == 149


def test_a_server_that_takes_letters_without_a_word_or_puts_all_off_is_left_alone_for_a_while(
    backend: Backend,
) -> None:
    many(backend, 60)
    with mail_server(Mailbox(answers={"RCPT": "451 not so many"})) as box:
        use(backend, box)
        found = sent(backend)
        assert (found.counts, found.left) == ({MessageState.WAITING: 20}, 60)
        assert "451: not so many; các tin còn lại chờ" in found.down[WayOut.MAIL].what.render(Lang.VI)
        box.answers, box.die = {}, "END"
        found = sent(backend, AT + timedelta(minutes=1))
        assert (found.counts, found.left) == ({MessageState.UNSURE: 1}, 59)
        box.die = ""
        assert sent(backend, AT + timedelta(minutes=2)).counts == {MessageState.SENT: 59}
    assert len(set(box.people)) == len(box.letters) == 60


@contextmanager
def started(backend: Backend) -> Iterator[subprocess.Popen[bytes]]:
    order = [*BOCHISO, "digest", "--data", str(backend.folder.root)]
    child = loaded_python.start(order, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        yield child
    finally:
        child.kill()
        child.communicate(timeout=PATIENCE)


@pytest.mark.parametrize(("hang", "left", "again"), [("RCPT", {}, 2), ("END", {MessageState.UNSURE: 1}, 1)])
def test_a_sender_that_is_killed_in_the_middle_loses_nothing_and_sends_nothing_twice(
    backend: Backend, hang: str, left: dict[MessageState, int], again: int
) -> None:
    with mail_server(Mailbox(hang=hang)) as box:
        use(backend, box)
        with started(backend) as child:
            assert box.reached.wait(30)
            child.kill()
            child.wait(PATIENCE)
        box.hang = ""
        box.go.set()
        done = run("digest", "--data", backend.folder.root)
        assert done.code == bool(left), done.err
        assert {state: n for state, n in states(backend).items() if state is not MessageState.SENT} == left
        assert sorted(box.people) == ["chutich@example.vn", "lan@example.vn"]
        assert len({each["Message-ID"] for each in box.letters}) == 2
        if left:
            unsure = newest(backend)
            assert run("digest", "--again", str(unsure), "--data", backend.folder.root).code == 0
            assert run("digest", "--data", backend.folder.root).code == 0
            assert len(box.letters) == 3
    assert again


def newest(backend: Backend) -> int:
    with backend.open_ledger() as ledger:
        return newest_messages(ledger)[0].number


def test_a_server_makes_each_days_messages_at_their_hour_and_one_process_sends(backend: Backend) -> None:
    clock = [AT - timedelta(hours=3)]
    rounds = MessageRounds(backend, "#test", lambda: open_dossiers(backend.folder), clock=lambda: clock[0])
    with mail_server() as box:
        use(backend, box)
        assert rounds.once() == []
        with backend.open_ledger() as ledger:
            change_settings(ledger, {"alerts": {"enabled": True, "hour": "06:30"}}, By("#", AT))
        assert rounds.once() == []
        clock[0] = AT
        with backend.open_ledger() as ledger, ledger.alone("sending"):
            rounds.once()
            assert box.letters == []
        together = [Thread(target=rounds.once) for _ in range(3)]
        for each in together:
            each.start()
        for each in together:
            each.join(PATIENCE)
        rounds.once()
        assert len(box.letters) == 3
    assert (now() - AT).days > 0
