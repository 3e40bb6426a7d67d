"""The Government's own targets for what the index measures, beside the index's: data with their source."""

from datetime import date
from functools import cache

import msgspec
from msgspec import Struct

from bochiso.text import Text


class NationalTarget(Struct, frozen=True, forbid_unknown_fields=True):
    """One row of a resolution. percent: of what it counts. indicator: the one that measures it, or nearly.

    note: where the indicator counts otherwise.
    """

    row: int
    name: dict[str, str]
    percent: int
    indicator: str | None = None
    note: dict[str, str] | None = None

    @property
    def names(self) -> Text:
        """What it is of."""
        return Text(self.name["vi"], self.name["en"])

    @property
    def remark(self) -> Text | None:
        """Where the indicator differs."""
        return Text(self.note["vi"], self.note["en"]) if self.note else None


class NationalTargets(Struct, frozen=True, forbid_unknown_fields=True):
    """The targets of one resolution, with the days that it holds."""

    decision: str
    first: date
    last: date
    targets: tuple[NationalTarget, ...]


@cache
def national_targets() -> NationalTargets:
    """Those that come with the program."""
    from importlib.resources import files  # slow to import, and most commands don't come here

    raw = files("bochiso.rules").joinpath("data", "national-targets.yaml").read_bytes()
    return msgspec.yaml.decode(raw, type=NationalTargets)
