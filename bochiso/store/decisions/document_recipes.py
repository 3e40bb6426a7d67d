"""What documents were made of: figures known until when, settings, words; so each can be made again."""

from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from bochiso.errors import ComputeError
from bochiso.store.people import audit
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.ledger_tables import RECIPES
from bochiso.text import say


class KeptRecipe(Struct, frozen=True):
    """A recipe as it is kept: `recipe` is JSON, `sha256` that of the Word file; the moment is UTC."""

    id: int
    province: str
    kind: str
    recipe: str
    sha256: str
    who: str
    at: datetime


def recipes(ledger: Ledger, province: str | None = None, most: int = 50) -> list[KeptRecipe]:
    """The latest, of all or of a province, the last one first."""
    asked = sa.select(RECIPES).order_by(RECIPES.c.id.desc()).limit(most)
    if province is not None:
        asked = asked.where(RECIPES.c.province == province)
    with ledger.read() as db:
        return [KeptRecipe(**row._mapping) for row in db.execute(asked)]


def recipe_of(ledger: Ledger, number: int) -> KeptRecipe:
    """One of them. Raises ComputeError where there is none of that number."""
    with ledger.read() as db:
        row = db.execute(sa.select(RECIPES).where(RECIPES.c.id == number)).one_or_none()
    if row is None:
        raise ComputeError(
            say("không có bản thảo số {n:d}.", "there is no draft {n:d}.", n=number),
            do=say("Xem bằng `bochiso office drafts`.", "See `bochiso office drafts`."),
        )
    return KeptRecipe(**row._mapping)


def keep_recipe(
    ledger: Ledger, province: str, kind: str, recipe: str, sha256: str, file: str, by: By
) -> KeptRecipe:
    """Keep one; `file`: what its files are called."""
    with ledger.write() as db:
        last = db.execute(sa.select(sa.func.max(RECIPES.c.id))).scalar_one_or_none() or 0
        kept = KeptRecipe(last + 1, province, kind, recipe, sha256, by.who, by.at)
        row = {name: getattr(kept, name) for name in kept.__struct_fields__}
        db.execute(sa.insert(RECIPES), row)
        audit.append(db, by, "document.draft", file)
    return kept
