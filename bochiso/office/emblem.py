"""The province's emblem above its pages: from a file, or none."""

from bochiso.office.backend import Backend
from bochiso.report.charts.emblem_picture import emblem_picture
from bochiso.store.decisions import site_emblem
from bochiso.store.people.audit import By


def keep_emblem(backend: Backend, by: By, file: str, data: bytes) -> None:
    """Keep the emblem that a PNG or SVG file has, in place of the one before.

    Raises SourceError where the file can't be used, and keeps nothing then.
    """
    picture = emblem_picture(file, data)
    with backend.open_ledger() as ledger:
        site_emblem.keep_emblem(ledger, picture, file[:300], by)


def drop_emblem(backend: Backend, by: By) -> None:
    """Show the product's own mark again."""
    with backend.open_ledger() as ledger:
        site_emblem.keep_emblem(ledger, b"", "", by)
