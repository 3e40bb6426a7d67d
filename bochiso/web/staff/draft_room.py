"""Drafts that are being read: made once for preview and download; their pages become pictures meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock, Thread

from cachetools import LRUCache

from bochiso.errors import ReportError
from bochiso.office.document_drafts import Draft
from bochiso.report.docx.page_pictures import find_printer, page_pictures
from bochiso.text import Text, say

KEPT = 8
"""So many drafts are kept at hand; one that isn't any more is made again from its recipe."""


@dataclass
class DraftPages:
    """The pages of a draft: how many, None while that isn't known; those made; why no more will come.

    `begun`: whether they are being drawn, which begins when somebody first looks.
    """

    pages: int | None = None
    made: list[bytes] = field(default_factory=list)
    failed: Text | None = None
    begun: bool = False

    @property
    def done(self) -> bool:
        """Whether no more will come."""
        return self.failed is not None or (self.pages is not None and len(self.made) >= self.pages)


class DraftRoom:
    """The drafts of a server. Safe to use from many threads; LibreOffice runs once at a time."""

    def __init__(self) -> None:
        self._lock, self._printing = Lock(), Lock()
        self._drafts: LRUCache[int, tuple[Draft, DraftPages]] = LRUCache(KEPT)

    def add(self, draft: Draft) -> Draft:
        """Keep a draft at hand; the one that is already, where it is."""
        with self._lock:
            known = self._drafts.get(draft.kept.id)
            if known is not None:
                return known[0]
            self._drafts[draft.kept.id] = draft, DraftPages()
        return draft

    def get(self, number: int, make: Callable[[], Draft]) -> Draft:
        """A draft by its number, made where it isn't at hand."""
        with self._lock:
            known = self._drafts.get(number)
        return known[0] if known else self.add(make())

    def pages(self, draft: Draft) -> DraftPages:
        """How far its pictures are; who asks first has them drawn."""
        self.add(draft)
        with self._lock:
            found = self._drafts.get(draft.kept.id)
            if found is None:
                return DraftPages(failed=_GONE)
            pages, begins = found[1], not found[1].begun
            pages.begun = True
        if begins:
            Thread(target=self._print, args=(draft, pages), name="pages", daemon=True).start()
        return pages

    def pdf(self, draft: Draft) -> bytes:
        """Its PDF, the very one that its pictures are of. Raises ReportError where it can't be made."""
        with self._printing:
            return draft.document.pdf

    def _print(self, draft: Draft, pages: DraftPages) -> None:
        programs = find_printer()
        try:
            pdf = self.pdf(draft)
        except ReportError as error:
            pages.failed = error.what
            return
        if programs is None:
            pages.failed = say("máy chủ chưa có pdftoppm.", "pdftoppm isn't on this machine.")
            return
        for count, picture in page_pictures(pdf, programs):
            pages.pages = count
            pages.made.append(picture)
        if pages.pages is None or len(pages.made) < pages.pages:
            pages.failed = say("không vẽ được hết các trang.", "not every page could be drawn.")


_GONE = say("bản thảo không còn ở đây.", "the draft isn't here any more.")
