"""Letters into a mailbox on this machine (a Maildir), to be read before a mail server is set up."""

import mailbox
from collections.abc import Callable
from pathlib import Path

from bochiso.delivery.mail_server import letter
from bochiso.delivery.outgoing import ChannelDownError, Delivery, MessageFate, OutgoingMessage
from bochiso.text import say

SENDER = "bochiso@localhost"


class LocalMailbox:
    """The way into a folder, which is made where there is none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: OutgoingMessage, handing: Callable[[], None]) -> Delivery:
        """Put a letter in. Raises ChannelDownError where it can't be written."""
        handing()
        try:
            self._folder.parent.mkdir(parents=True, exist_ok=True)
            box = mailbox.Maildir(self._folder, create=True)
            box.add(letter(message, SENDER).as_bytes())
        except OSError as error:
            raise ChannelDownError(
                say(
                    "không ghi được vào hộp thư {folder}: {why}.",
                    "the mailbox {folder} can't be written: {why}.",
                    folder=str(self._folder),
                    why=error.strerror,
                )
            ) from None
        return Delivery(MessageFate.SENT)

    def close(self) -> None:
        """Nothing is held open."""
