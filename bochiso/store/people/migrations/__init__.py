"""Brings a ledger to the tables of this program, from an empty one or an older one, all or nothing."""

from pathlib import Path

import sqlalchemy as sa

HEAD = "0049"
"""The newest version; those that lead to it are in versions/."""

_HERE = Path(__file__).parent


def known_versions() -> frozenset[str]:
    """Every version that leads to HEAD; they are chained in another order than they are numbered."""
    return frozenset(path.name[1:5] for path in (_HERE / "versions").glob("m[0-9]*.py"))


_VERSION = sa.table("alembic_version", sa.column("version_num", sa.String))


def version(db: sa.Connection) -> str | None:
    """The version of a ledger; None for an empty one and for one of before there were versions."""
    if not sa.inspect(db).has_table(_VERSION.name):
        return None
    found: str | None = db.execute(sa.select(_VERSION.c.version_num)).scalar_one_or_none()
    return found


def upgrade(db: sa.Connection, to: str = HEAD) -> None:
    """Go through the versions up to `to`, within the caller's transaction, who holds the ledger's lock."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    config.attributes["connection"] = db
    command.upgrade(config, to)
