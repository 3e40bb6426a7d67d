"""What people said that names without codes are: kept in the ledger with who, told to the facts."""

import os
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from bochiso.errors import ComputeError
from bochiso.store.decisions.withdrawals import withdrawals
from bochiso.store.figures.identities import KeptChoice, keep_choices, keep_withdrawn
from bochiso.store.figures.name_questions import NameQuestion, name_questions, units_of
from bochiso.store.figures.snapshot_store import next_facts
from bochiso.store.folder import DataFolder
from bochiso.store.people import audit
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import ADDRESS_VARIABLE, Ledger, open_ledger
from bochiso.store.people.ledger_tables import UNIT_NAMES
from bochiso.text import say
from bochiso.units.codes import find_unit
from bochiso.units.matching import match_key
from bochiso.units.model import LEVEL_NAMES, Level, Unit


class NameChoice(Struct, frozen=True):
    """A choice with who made it and when; the moment is UTC."""

    choice: KeptChoice
    who: str
    at: datetime


def name_choices(ledger: Ledger) -> list[NameChoice]:
    """Every choice, by name."""
    with ledger.read() as db:
        return _all(db)


def _all(db: sa.Connection) -> list[NameChoice]:
    rows = db.execute(sa.select(UNIT_NAMES).order_by(UNIT_NAMES.c.name, UNIT_NAMES.c.level))
    return [
        NameChoice(KeptChoice(row.name, Level(row.level), row.province or None, row.unit), row.who, row.at)
        for row in rows
    ]


def match_name(
    ledger: Ledger, folder: DataFolder, asked: NameQuestion, code: str | None, by: By
) -> Unit | None:
    """Keep that a name is the unit of that code, or by itself (None). Returns the unit.

    Raises ComputeError for no known unit of the name's province and level.
    """
    unit = None if code is None else _unit(folder, asked, code)
    key = match_key(asked.name, asked.level)
    row = {"key": key, "level": asked.level.value, "province": asked.province or ""}
    with ledger.write() as db:
        db.execute(sa.delete(UNIT_NAMES).where(*(UNIT_NAMES.c[name] == value for name, value in row.items())))
        said = {"name": asked.name, "unit": unit and unit.code, "who": by.who, "at": by.at}
        db.execute(sa.insert(UNIT_NAMES), row | said)
        audit.append(
            db, by, "unit-name.match", asked.name[:200],
            level=asked.level.value, province=asked.province, unit=unit and unit.code,
        )  # fmt: skip
    tell_facts(ledger, folder)
    return unit


def forget_name(ledger: Ledger, folder: DataFolder, name: str, by: By) -> int:
    """Take back what was said of a name; returns how many choices. Raises ComputeError where none was."""
    with ledger.write() as db:
        mine = [
            each.choice for each in _all(db)
            if match_key(each.choice.name, each.choice.level) == match_key(name, each.choice.level)
        ]  # fmt: skip
        for each in mine:
            db.execute(
                sa.delete(UNIT_NAMES).where(
                    UNIT_NAMES.c.key == each.key[0],
                    UNIT_NAMES.c.level == each.level.value,
                    UNIT_NAMES.c.province == (each.province or ""),
                )
            )
            audit.append(
                db, by, "unit-name.forget", each.name[:200],
                level=each.level.value, province=each.province, unit=each.code,
            )  # fmt: skip
    if not mine:
        raise ComputeError(
            say("tên “{name}” chưa được ghép.", "the name “{name}” was given to nothing.", name=name[:80]),
            do=say("Xem các tên đã ghép: bochiso units matched.", "See: bochiso units matched."),
        )
    tell_facts(ledger, folder)
    return len(mine)


def tell_facts(ledger: Ledger, folder: DataFolder) -> None:
    """Let the facts take every choice of the ledger; done again, nothing changes."""
    with folder.writing():
        keep_choices(folder, [each.choice for each in name_choices(ledger)])
        next_facts(folder)


def restore_choices(folder: DataFolder) -> None:
    """Write what the ledger says of names and withdrawals beside the facts again, which are not touched."""
    if os.environ.get(ADDRESS_VARIABLE) or folder.ledger.exists():
        with open_ledger(folder) as ledger, folder.writing():
            keep_choices(folder, [each.choice for each in name_choices(ledger)])
            keep_withdrawn(folder, [each.seq for each in withdrawals(ledger)])


def question_of(folder: DataFolder, name: str, level: Level | None, province: str | None) -> NameQuestion:
    """The open name that a person means. Raises ComputeError where none is, or several are."""
    found = [
        each for each in name_questions(folder, unlisted=True)
        if match_key(each.name, each.level) == match_key(name, each.level)
        and level in (None, each.level) and province in (None, each.province)
    ]  # fmt: skip
    if len(found) == 1:
        return found[0]
    if found:
        raise ComputeError(
            say(
                "có {n} tên “{name}” cần ghép.",
                "“{name}” is open {n} {n:time|times}.",
                n=len(found),
                name=name[:80],
            ),
            do=say(
                "Ghi thêm --level (cấp) hoặc --province (mã tỉnh): {list}.",
                "Add --level or --province: {list}.",
                list="; ".join(f"{each.level.value} {each.province or '–'}" for each in found),
            ),
        )
    raise ComputeError(
        say("không có tên nào cần ghép là “{name}”.", "no open name is “{name}”.", name=name[:80]),
        do=say("Xem các tên cần ghép: bochiso units match.", "See: bochiso units match."),
    )


def _unit(folder: DataFolder, asked: NameQuestion, words: str) -> Unit:
    """The known unit that a code or a name means, of the question's province and level."""
    every = units_of(folder, asked.province)
    found = find_unit(words, [each for each in every if each.level is asked.level])
    if len(found) == 1:
        return found[0]
    names = "; ".join(f"{each.code} {each.name}" for each in (found or asked.candidates)[:5])
    raise ComputeError(
        say(
            "“{words}” không phải là một đơn vị đã biết ({level}{of}).",
            "“{words}” is no known unit ({level}{of}).",
            words=words[:80],
            level=LEVEL_NAMES[asked.level],
            of=f", {asked.province}" if asked.province else "",
        ),
        do=say("Có thể là: {names}.", "It may be: {names}.", names=names)
        if names
        else say("Xem danh sách đơn vị: bochiso units list.", "See the known units: bochiso units list."),
    )
