"""A message on its way out, and what may become of it."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from bochiso.errors import BochisoError
from bochiso.text import Text


class OutgoingMessage(Struct, frozen=True):
    """A message. `key` tells it from every other for ever, so that who gets it twice can see that.

    to: the mail address; empty for a webhook, which has one. stop: the address at which its reader ends such
    messages, where there is one.
    """

    key: str
    to: str
    subject: str
    body: str
    made_at: datetime
    stop: str | None = None


class MessageFate(StrEnum):
    """What became of a message. UNSURE: it was handed over, and no answer came: nobody knows."""

    SENT = "sent"
    LATER = "later"
    REFUSED = "refused"
    UNSURE = "unsure"


class Delivery(Struct, frozen=True):
    """What became of one message, and why it isn't sent."""

    fate: MessageFate
    why: Text | None = None


class ChannelDownError(BochisoError):
    """The other side can't be reached at all, or won't have us: no message gets through for now."""


class Channel(Protocol):
    """A way out."""

    def send(self, message: OutgoingMessage, handing: Callable[[], None]) -> Delivery:
        """Send one message; `handing` is called before the first moment at which it may have arrived.

        Raises ChannelDownError.
        """

    def close(self) -> None:
        """Let the other side go."""
