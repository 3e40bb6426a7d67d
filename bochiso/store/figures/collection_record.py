"""How a reading was collected: whether it is whole, and every request made for it."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from bochiso.text import Lang, Text

WHOLE_COUNTRY = "VN"
"""The scope of a run that reads the list of provinces alone."""


class ReadingState(StrEnum):
    """Whether a reading has all that it was made for.

    partial: some answers lack; torn: it was read while the source was recalculating.
    """

    COMPLETE = "complete"
    PARTIAL = "partial"
    TORN = "torn"


STATE_NAMES = {
    ReadingState.COMPLETE: Text("đầy đủ", "complete"),
    ReadingState.PARTIAL: Text("chưa đầy đủ", "partial"),
    ReadingState.TORN: Text("chưa khớp", "torn"),
}
"""The states in words."""


class SavedText(Struct, frozen=True):
    """A message as it was said, kept in both languages."""

    vi: str
    en: str

    @property
    def text(self) -> Text:
        """The message, to be shown."""
        return Text("{vi}", "{en}", {"vi": self.vi, "en": self.en})


def words(texts: Iterable[Text], between: str = " ") -> SavedText:
    """Several messages as one."""
    said = list(texts)
    return SavedText(*(between.join(each.render(lang) for each in said) for lang in (Lang.VI, Lang.EN)))


class CollectionRequest(Struct, frozen=True):
    """One request that was answered: `file` holds the answer; moments are UTC."""

    file: str
    service: str
    body: dict[str, str | int]
    asked_at: datetime
    received_at: datetime
    status: int
    sha256: str


class CollectionRecord(Struct, frozen=True):
    """How a reading was collected.

    `source`: the address asked. `scope`: the province that was asked for, or WHOLE_COUNTRY.
    `why`: why the reading isn't complete.
    """

    source: str
    scope: str
    started_at: datetime
    finished_at: datetime
    requests: tuple[CollectionRequest, ...]
    why: SavedText | None = None
