"""Messages on their way: who is written to, the queue sent, what is decided of one that did not arrive.

A message is written down as handed over before it is, and as sent after: a program that is killed between
leaves it unsure, and it is not sent twice. One process at a time sends.
"""

from collections.abc import Callable, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from hmac import compare_digest
from pathlib import Path
from typing import TYPE_CHECKING

from bochiso.delivery.outgoing import Channel, ChannelDownError, Delivery, MessageFate, OutgoingMessage
from bochiso.errors import BochisoError, StoreError
from bochiso.office.backend import Backend
from bochiso.store.people import encryption
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.settings import ServerSettings, read_settings
from bochiso.store.steering import contact_book, outbox
from bochiso.store.steering.contact_book import Contact
from bochiso.store.steering.outbox import MessageOutcome, MessageState, QueuedMessage, WayOut
from bochiso.text import Text, now, say

if TYPE_CHECKING:
    from collections.abc import Iterator

STOP = "/thoi-nhan-tin"
"""The page at which who gets messages ends them."""

MOST_PUT_OFF = 20
"""After so many in a row that were put off, a channel rests: who goes on is taken for a sender of spam."""

_STATES = {
    MessageFate.SENT: MessageState.SENT,
    MessageFate.LATER: MessageState.WAITING,
    MessageFate.REFUSED: MessageState.REFUSED,
    MessageFate.UNSURE: MessageState.UNSURE,
}


@dataclass
class SentRound:
    """What became of the messages whose time had come. `down`: channels that can't be used, and why."""

    counts: dict[MessageState, int] = field(default_factory=dict)
    left: int = 0
    down: dict[WayOut, BochisoError] = field(default_factory=dict)
    busy: bool = False

    def add(self, state: MessageState) -> None:
        """Count one message."""
        self.counts[state] = self.counts.get(state, 0) + 1


def set_contact(backend: Backend, by: By, account: str, mail: str, wanted: bool) -> None:
    """Say where somebody is written to, and whether they want it. Raises ComputeError."""
    with backend.open_ledger() as ledger:
        contact_book.set_contact(ledger, account, mail, wanted, by)


def stop_address(ledger: Ledger, settings: ServerSettings, account: str) -> str | None:
    """Where an account ends its messages without signing in; None where the server has no public address."""
    if settings.public_url is None:
        return None
    return f"{settings.public_url}{STOP}/{account}/{_proof(ledger, account)}"


def may_stop(ledger: Ledger, account: str, proof: str) -> bool:
    """Whether an address of `stop_address` is a right one."""
    with suppress(StoreError):
        return compare_digest(_proof(ledger, account).encode(), proof.encode("utf-8", "replace"))
    return False


def _proof(ledger: Ledger, account: str) -> str:
    return encryption.sign(ledger.key_file, f"stop messages {account}")


def stop_messages(backend: Backend, by: By, account: str) -> bool:
    """End the messages to an account, whose reader asked for it; whether there were any."""
    with backend.open_ledger() as ledger:
        return contact_book.stop_messages(ledger, account, by)


def send_again(backend: Backend, by: By, number: int) -> None:
    """Have a message sent once more that did not arrive, or may not have. Raises ComputeError."""
    with backend.open_ledger() as ledger:
        outbox.send_again(ledger, number, by)


@contextmanager
def ways_out(settings: ServerSettings, mailbox: Path | None = None) -> "Iterator[dict[WayOut, Channel]]":
    """The channels that the settings name, closed at the end. `mailbox`: in the place of the mail server.

    Raises StoreError where a password's file can't be read.
    """
    from bochiso.delivery.local_mailbox import LocalMailbox  # most commands do without
    from bochiso.delivery.mail_server import MailServer
    from bochiso.delivery.secrets_of_machine import MAIL_PASSWORD, WEBHOOK_SECRET, secret_of
    from bochiso.delivery.web_hook import WebHook

    found: dict[WayOut, Channel] = {}
    if mailbox is not None:
        found[WayOut.MAIL] = LocalMailbox(mailbox)
    elif settings.mail is not None:
        found[WayOut.MAIL] = MailServer(settings.mail, secret_of(MAIL_PASSWORD))
    if settings.webhook is not None and mailbox is None:
        found[WayOut.WEBHOOK] = WebHook(settings.webhook, secret_of(WEBHOOK_SECRET))
    with ExitStack() as open_ones:
        for channel in found.values():
            open_ones.callback(channel.close)
        yield found


def send_queue(
    backend: Backend,
    who: str,
    channels: Mapping[WayOut, Channel],
    clock: Callable[[], datetime] = now,
    stopped: Callable[[], bool] = lambda: False,
) -> SentRound:
    """Send the messages whose time has come by the channels there are; what can't be sent stays."""
    done = SentRound()
    with backend.open_ledger() as ledger, ledger.alone("sending") as mine:
        if not mine:
            return SentRound(busy=True)
        taken = outbox.take_up(ledger, By(who, clock()))
        if taken:
            done.counts[MessageState.UNSURE] = taken
        sender = _Sender(ledger, read_settings(ledger), who, clock, done)
        while not stopped() and (ways := [way for way in channels if way not in done.down]):
            waiting = outbox.due_messages(ledger, clock(), ways)
            if not waiting:
                break
            # Asked anew for each part of the queue: who ends it meanwhile gets no more.
            book = contact_book.contacts_of(ledger, {each.account for each in waiting if each.account})
            try:
                for message in waiting:
                    if message.way not in done.down and not stopped():
                        sender.send(channels[message.way], message, book.get(message.account or ""))
            finally:
                sender.write_down()
        done.left = outbox.counts_by_state(ledger).get(MessageState.WAITING, 0)
    return done


class _Sender:
    """Sends one message after another; what became of each is written down as the next is handed over."""

    def __init__(
        self,
        ledger: Ledger,
        settings: ServerSettings,
        who: str,
        clock: Callable[[], datetime],
        done: SentRound,
    ) -> None:
        self._ledger, self._settings, self._who, self._clock = ledger, settings, who, clock
        self._done = done
        self._ended: list[MessageOutcome] = []
        self._put_off = 0

    def send(self, channel: Channel, message: QueuedMessage, reader: Contact | None) -> None:
        """Send one message, or note why it isn't; a channel that takes no more rests until the next round."""
        if self._clock() >= message.expires_at:
            return self._note(message, MessageState.EXPIRED, message.why)
        if message.way is WayOut.MAIL and (reader is None or not reader.wanted):
            return self._note(message, MessageState.STOPPED)
        stop = stop_address(self._ledger, self._settings, reader.account) if reader else None
        body = f"{message.body}\n\n--\nThôi nhận tin: {stop}" if stop else message.body
        going = OutgoingMessage(
            message.key, reader.mail if reader else "", message.subject, body, message.made_at, stop
        )
        try:
            came = channel.send(going, lambda: self._hand_over(message))
        except ChannelDownError as error:
            self._done.down[message.way] = error
            return self._note(message, MessageState.WAITING, error.what, counted=False)
        self._put_off = self._put_off + 1 if came.fate is MessageFate.LATER else 0
        if came.fate is MessageFate.UNSURE or self._put_off == MOST_PUT_OFF:
            self._done.down[message.way] = ChannelDownError(_resting(came))
        return self._note(message, _STATES[came.fate], came.why)

    def _note(
        self, message: QueuedMessage, state: MessageState, why: Text | None = None, *, counted: bool = True
    ) -> None:
        if counted:
            self._done.add(state)
        self._ended.append(MessageOutcome(message, state, By(self._who, self._clock()), why))

    def write_down(self) -> None:
        """What was noted, on disk."""
        outbox.settle(self._ledger, self._ended)
        self._ended = []

    def _hand_over(self, message: QueuedMessage) -> None:
        outbox.hand_over(self._ledger, message.number, self._clock(), self._ended)
        self._ended = []


def _resting(came: Delivery) -> Text:
    """Why the other messages of a channel wait: one is unsure, or it puts one after another off."""
    return say("{why}; các tin còn lại chờ lần gửi sau.", "{why}; the others wait for the next round.",
               why=came.why or "")  # fmt: skip


def nothing_set(settings: ServerSettings) -> Text | None:
    """What lacks for messages to go out; None where a channel is set."""
    if settings.mail is None and settings.webhook is None:
        return say(
            "chưa thiết lập máy chủ thư hay webhook nên chưa gửi được tin nào.",
            "no mail server and no webhook is set, so nothing can be sent.",
        )
    return None
