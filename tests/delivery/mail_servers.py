"""A mail server on loopback that speaks SMTP, with or without TLS, and does wrong when it is told to."""

import base64
import datetime
import email
import email.policy
import socket
import socketserver
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread
from time import sleep

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Mailbox:
    """What a server got, and how it behaves.

    answers: said in the place of the usual answer to a command; `END` is the end of a letter. hang: the
    command that is answered only when `go` is set. die: the command at which the connection is cut.
    dribble: the command whose answer never ends. at: called with each command.
    """

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    connections: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    hang: str = ""
    die: str = ""
    dribble: str = ""
    go: Event = field(default_factory=Event)
    reached: Event = field(default_factory=Event)
    at: Callable[[str], None] = lambda _: None
    context: ssl.SSLContext | None = None
    wrapped: bool = False


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        try:
            self._talk(self.server.box)  # type: ignore[attr-defined]
        finally:
            self.rfile.close()
            self.wfile.close()
            self.connection.close()

    def _talk(self, box: Mailbox) -> None:
        box.connections += 1
        if box.wrapped:
            self._wrap(box)
        self.to = ""
        self._say("220 mail.test ESMTP")
        while line := self.rfile.readline():
            word = line.split()[0].decode().upper() if line.strip() else ""
            if not self._done(box, word, line.decode().strip()):
                return

    def _wrap(self, box: Mailbox) -> None:
        assert box.context is not None
        self.connection = box.context.wrap_socket(
            self.request, server_side=True, do_handshake_on_connect=False
        )
        self.connection.do_handshake()
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def _stopped(self, box: Mailbox, word: str) -> bool:
        box.at(word)
        if box.hang == word:
            box.reached.set()
            box.go.wait(60)
        if box.die == word:
            box.reached.set()
            self.connection.shutdown(socket.SHUT_RDWR)
            return True
        if box.dribble == word:
            try:
                while True:
                    self._say("250-wait")
                    sleep(0.01)
            except OSError:
                return True
        return False

    def _done(self, box: Mailbox, word: str, line: str) -> bool:
        if self._stopped(box, word):
            return False
        if word in box.answers:
            self._say(box.answers[word])
        elif word == "EHLO":
            tls = box.context is not None and not box.wrapped
            lines = ["mail.test", *(["STARTTLS"] if tls else []), "AUTH PLAIN"]
            for n, each in enumerate(lines):
                self._say(f"250{' ' if n == len(lines) - 1 else '-'}{each}")
        elif word == "STARTTLS":
            self._say("220 go")
            self._wrap(box)
        elif word == "AUTH":
            who = base64.b64decode(line.split()[-1]).decode().split("\0")
            box.logins.append(":".join(who[1:]))
            self._say("235 in" if who[2] == "mật khẩu" else "535 wrong")
        elif word == "DATA":
            self._say("354 go on")
            return self._letter(box)
        elif word == "QUIT":
            self._say("221 bye")
            return False
        else:
            if word == "RCPT":
                self.to = line.partition("<")[2].partition(">")[0]
            self._say("250 ok")
        return True

    def _letter(self, box: Mailbox) -> bool:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        letter = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        assert isinstance(letter, EmailMessage)
        if "END" not in box.answers:
            box.letters.append(letter)
            box.people.append(self.to)
        if self._stopped(box, "END"):
            return False
        self._say(box.answers.get("END", "250 kept"))
        return True


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed is no trouble of the server's."""


@contextmanager
def mail_server(box: Mailbox | None = None, port: int = 0) -> Iterator[Mailbox]:
    """A mail server that runs."""
    box = box or Mailbox()
    with _Server(("127.0.0.1", port), _Talk) as server:
        server.box = box  # type: ignore[attr-defined]
        box.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield box
        finally:
            box.go.set()
            server.shutdown()
            thread.join()


def certificate(folder: Path, name: str = "127.0.0.1") -> tuple[Path, ssl.SSLContext]:
    """A certificate that signs itself for an address of this machine, and a server's context with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    start = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ip_address(name))])
    found = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=9))
        .add_extension(alternative, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "mail.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + found.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return path, context
