"""Ranks that a source published: 16/34, from a column of a table or as the person says."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa

from bochiso.errors import SourceError, Where
from bochiso.intake.result import Intake
from bochiso.intake.tables.parsed_table import figures_table
from bochiso.score.figures import RANK
from bochiso.text import say
from bochiso.units.codes import find_unit
from bochiso.units.model import Level, Unit

_FORM = re.compile(r"(?:hạng\s+)?0*(\d{1,4})\s*/\s*0*(\d{1,4})")


def published_rank(text: str | None) -> tuple[int, int] | None:
    """A rank with its number of units; None for a rank alone, which says nothing without it.

    >>> published_rank("16/34"), published_rank("03/63"), published_rank("16"), published_rank("35/34")
    ((16, 34), (3, 63), None, None)
    """
    found = _FORM.fullmatch(text.strip().lower()) if text else None
    if not found:
        return None
    place, of = int(found[1]), int(found[2])
    return (place, of) if 1 <= place <= of else None


def parse_rank(text: str) -> tuple[str, str]:
    """A rank as the person says it: "16/34", or "H15=16/34" where several units are meant.

    Raises SourceError for what is neither.

    >>> parse_rank("H15 = 16/34"), parse_rank("42/63")
    (('H15', '16/34'), ('', '42/63'))
    """
    unit, sign, rank = (part.strip() for part in text.rpartition("="))
    if published_rank(rank) is None or (sign and not unit):
        raise SourceError(
            say("không hiểu thứ hạng “{text}”.", "“{text}” is no rank.", text=text[:40]),
            do=say("Viết như 16/34 hoặc H15=16/34.", "Write it as 16/34 or H15=16/34."),
        )
    return unit, rank


def with_ranks(intake: Intake, ranks: Sequence[tuple[str, str]], file: str) -> Intake:
    """An intake with the ranks that the person said. Raises SourceError for a unit that isn't in it."""
    if not ranks:
        return intake
    units = [
        Unit(row["unit"], row["name"], Level(row["level"]), row["parent"]) for row in intake.units.to_pylist()
    ]
    added: dict[str, list[object]] = {
        "unit": [], "code": [], "numerator": [], "denominator": [], "file": [],
    }  # fmt: skip
    for words, rank in ranks:
        unit = _meant(units, words, file)
        place = published_rank(rank) or (None, None)
        for column, value in zip(added.values(), (unit.code, RANK, *place, file), strict=True):
            column.append(value)
    said = pa.array(added["unit"], pa.string())
    own = [
        code != RANK or unit not in set(said.to_pylist())
        for unit, code in zip(
            intake.figures["unit"].to_pylist(), intake.figures["code"].to_pylist(), strict=True
        )
    ]
    kept = intake.figures.filter(pa.array(own))
    return replace(intake, figures=pa.concat_tables([kept, figures_table(added, len(said))]))


def _meant(units: Sequence[Unit], words: str, file: str) -> Unit:
    provinces = [unit for unit in units if unit.level is Level.PROVINCE]
    found = find_unit(words, units) if words else (provinces if len(provinces) == 1 else list(units))
    if len(found) == 1:
        return found[0]
    raise SourceError(
        say(
            "không rõ thứ hạng “{words}” là của đơn vị nào.",
            "whose rank “{words}” is isn't clear.",
            words=words,
        )
        if words
        else say("tệp có nhiều đơn vị, không rõ thứ hạng là của đơn vị nào.", "the file has several units."),
        where=Where(file),
        do=say("Ghi --rank MÃ=16/34, như --rank H15=16/34.", "Write --rank CODE=16/34, as H15=16/34."),
    )
