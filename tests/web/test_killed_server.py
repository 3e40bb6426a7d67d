"""A server that is killed anywhere under load has everything that it acknowledged, once."""

import json
import os
import sys
from pathlib import Path

import loaded_python
import pytest
from waiting import PATIENCE

CRASHES = int(os.environ.get("BOCHISO_CRASHES", "2"))
"""At how many random points the server is killed: in CI 100 (.ci/run)."""

DRIVER = r"""
import json, os, random, signal, sys, time
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Thread

sys.path[:0] = sys.argv[3:]
import httpx
from argon2 import PasswordHasher
from loopback_server import dossier, make_key
from bochiso.store.dossiers.ingest import open_dossiers, rebuild_dossiers
from bochiso.store.people import passwords
from bochiso.store.folder import DataFolder
from bochiso.web.app import open_application
from bochiso.web.server import Server, listen

# After each crash all sign in again; what that costs is not what is tried here.
passwords._hasher = cache(lambda: PasswordHasher(1, 8, 1))

# The parent never opens a database or a journal, so a child starts as a fresh process would.
work, crashes = Path(sys.argv[1]), int(sys.argv[2])
folder = DataFolder(work / "data")
listening = listen("127.0.0.1", 0)
URL = "http://127.0.0.1:%d/dong-bo" % listening.getsockname()[1]
SENDERS, BATCH = 4, 20
dice = random.Random(766)


def fork(action):
    child = os.fork()
    if child:
        return child
    try:
        action()
    except BaseException as error:
        print(repr(error), repr(error.__cause__), file=sys.stderr, flush=True)
        os._exit(3)
    os._exit(0)


def ended(child):
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def serve():
    with open_application(folder) as application:
        Server(application.app, application.live).run_until_signal(listening)


def prepare():
    (work / "key").write_text(make_key(folder))


class Sender(Thread):
    # Inserts a batch, then updates it to status 9, for ever; after a crash sends the last one again.
    def __init__(self, number):
        super().__init__()
        self.number, self.batch, self.updating = number, 0, False
        self.sent, self.acknowledged, self.stop = {}, {}, False

    def items(self):
        first = (self.number * 100_000 + self.batch) * BATCH
        more = {"TrangThaiHoSo": "9", "NgayKetThucXuLy": "20261006080000"} if self.updating else {}
        return [dossier(first + n, **more) for n in range(BATCH)]

    def run(self):
        with suppress(httpx.HTTPError), httpx.Client(timeout=120) as client:
            login = {"username": "h15", "password": (work / "key").read_text()}
            session = client.post(f"{URL}/login", json=login).json()["session"]
            while not self.stop:
                self.push(client, session)

    def push(self, client, session):
        items = self.items()
        self.sent |= {each["MaHoSo"]: int(each["TrangThaiHoSo"]) for each in items}
        answer = client.post(
            f"{URL}/DongBoHoSoMC", json=items,
            params={"session": session, "MaDinhDanhDV": "H15", "isUpdating": str(self.updating)},
        ).json()
        assert answer["error_code"] == 0, answer
        assert all(each["error_code"] == 0 for each in answer["result"])
        self.acknowledged |= {each["MaHoSo"]: int(each["TrangThaiHoSo"]) for each in items}
        self.batch, self.updating = self.batch + self.updating, not self.updating


def look(name):
    with open_dossiers(folder) as db:
        found = db.execute("select dossier, status from dossiers order by all").fetchall()
    (work / name).write_text(json.dumps(found))


def rebuilt():
    look("lived")
    rebuild_dossiers(folder)
    look("rebuilt")


assert ended(fork(prepare)) == 0
state = [Sender(number) for number in range(SENDERS)]
for crash in range(crashes):
    child = fork(serve)
    senders = [Sender(each.number) for each in state]
    for fresh, old in zip(senders, state, strict=True):
        fresh.batch, fresh.updating = old.batch, old.updating
        fresh.sent, fresh.acknowledged = old.sent, old.acknowledged
        fresh.start()
    before = sum(len(each.acknowledged) for each in senders)
    while sum(len(each.acknowledged) for each in senders) == before:
        assert os.waitpid(child, os.WNOHANG) == (0, 0)
        time.sleep(0.005)
    time.sleep(dice.random() * 0.3)
    os.kill(child, signal.SIGKILL)
    assert ended(child) == -signal.SIGKILL
    for each in senders:
        each.stop = True
        each.join()
    state = senders
    last = crash == crashes - 1
    if crash % 10 == 0 or last:
        assert ended(fork(rebuilt)) == 0
        sent = {k: v for each in state for k, v in each.sent.items()}
        acknowledged = {k: v for each in state for k, v in each.acknowledged.items()}
        print(json.dumps({
            "sent": sent, "acknowledged": acknowledged,
            "lived": json.loads((work / "lived").read_text()),
            "rebuilt": json.loads((work / "rebuilt").read_text()),
        }), flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")
def test_killed_at_random_points_under_load_the_server_loses_and_doubles_nothing(tmp_path: Path) -> None:
    tests = Path(__file__).parents[1]
    helpers = tests, tests / "web", tests / "store"
    command = [sys.executable, "-c", DRIVER, tmp_path, str(CRASHES), *helpers]
    done = loaded_python.run(command, text=True, timeout=PATIENCE + 30 * CRASHES)
    assert done.returncode == 0, done.stderr
    looks = [json.loads(line) for line in done.stdout.splitlines()]
    assert looks
    for look in looks:
        assert look["lived"] == look["rebuilt"]
        kept = dict(look["rebuilt"])
        assert len(kept) == len(look["rebuilt"])
        assert kept.keys() <= look["sent"].keys()
        assert look["acknowledged"].keys() <= kept.keys()
        for dossier, status in look["acknowledged"].items():
            assert kept[dossier] in (status, look["sent"][dossier])
    assert len(looks[-1]["acknowledged"]) > CRASHES * 20
