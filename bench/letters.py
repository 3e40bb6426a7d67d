"""Ten thousand letters of the queue, to a mail server in a process of its own, each remembered on disk.

Beside them the least that anyone does who sends none twice: smtplib, and a line of SQLite before each letter.
"""

import multiprocessing
import smtplib
import socketserver
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import sqlalchemy as sa

from bench.timing import Line
from bochiso.delivery.mail_server import letter
from bochiso.delivery.outgoing import OutgoingMessage
from bochiso.office.backend import Backend
from bochiso.office.messages import send_queue, ways_out
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import open_ledger
from bochiso.store.people.ledger_tables import ACCOUNTS
from bochiso.store.people.settings import change_settings, read_settings
from bochiso.store.people.tables.steering_tables import CONTACTS
from bochiso.store.steering.outbox import MessageState, NewMessage, WayOut, enqueue
from bochiso.text import now

LETTERS = 10_000
PROMISED_RATIO = 2.0
BODY = "Việc đang chờ đơn vị:\n" + "- 12 hồ sơ quá hạn, còn hạn đến ngày 07/10/2026\n" * 12
SENDER = "b@example.vn"


def lines() -> Iterator[Line]:
    """Each letter is written down before it goes and after, with its line of the log, on disk."""
    with mail_server() as port, TemporaryDirectory(prefix="bochiso-bench-") as place:
        backend = Backend(DataFolder(Path(place) / "data"))
        fill(backend, port)
        with backend.open_ledger() as ledger:
            settings = read_settings(ledger)
        began = perf_counter()
        with ways_out(settings) as channels:
            done = send_queue(backend, "#bench", channels)
        ours = perf_counter() - began
        assert done.counts == {MessageState.SENT: LETTERS}, done
        began = perf_counter()
        plainly(port, Path(place) / "plain.sqlite")
        yield Line(
            f"{LETTERS} letters by the queue | smtplib and SQLite",
            ours,
            perf_counter() - began,
            PROMISED_RATIO,
            "s",
        )


def fill(backend: Backend, port: int) -> None:
    """Accounts with addresses, and a message for each."""
    moment = now()
    names = [f"u{n}" for n in range(LETTERS)]
    with open_ledger(backend.folder, make=True) as ledger:
        mail = {"host": "127.0.0.1", "port": port, "security": "none", "sender": SENDER}
        change_settings(ledger, {"mail": mail, "public_url": "https://chiso.example.vn"}, By("#", moment))
        accounts = [
            {"name": name, "display": name, "role": "office", "password_hash": "-", "must_change": False,
             "created_at": moment}
            for name in names
        ]  # fmt: skip
        contacts = [
            {"account": name, "mail": f"{name}@example.vn", "wanted": True, "at": moment} for name in names
        ]
        with ledger.write() as db:
            db.execute(sa.insert(ACCOUNTS), accounts)
            db.execute(sa.insert(CONTACTS), contacts)
        messages = [NewMessage(f"unit:{name}", WayOut.MAIL, name, "Bộ chỉ số 766", BODY) for name in names]
        enqueue(ledger, messages, moment)


def plainly(port: int, path: Path) -> None:
    """The same letters, and of each one line that it goes."""
    moment = now()
    with smtplib.SMTP("127.0.0.1", port) as server, closing(sqlite3.connect(path)) as db:
        db.execute("pragma synchronous = extra")
        db.execute("create table letters (number integer)")
        for n in range(LETTERS):
            message = OutgoingMessage(f"{n}", f"u{n}@example.vn", "Bộ chỉ số 766", BODY, moment)
            with db:
                db.execute("insert into letters values (?)", [n])
            server.sendmail(SENDER, message.to, letter(message, SENDER).as_bytes())


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"220 mail.test\r\n")
        while line := self.rfile.readline():
            word = line.split()[0].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                while self.rfile.readline() != b".\r\n":
                    pass
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            if word == b"QUIT":
                return


def serve(port: Connection) -> None:
    """A mail server on loopback that keeps nothing."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk) as server:
        server.daemon_threads = True
        port.send(server.server_address[1])
        server.serve_forever()


@contextmanager
def mail_server() -> Iterator[int]:
    """The port of a mail server in a process of its own."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(there,), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        process.terminate()
        process.join()
