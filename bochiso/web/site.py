"""The pages that everyone may read, and what every page is made with."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from secrets import compare_digest
from typing import Any, Concatenate, ParamSpec, TypeVar

from duckdb import DuckDBPyConnection
from fastapi import HTTPException, Request, Response
from starlette.datastructures import FormData

from bochiso.store.audit import By
from bochiso.store.ledger import Ledger
from bochiso.store.permissions import Action, may
from bochiso.store.store import Store
from bochiso.text import Text, now
from bochiso.web.frame import Frame, Person, PersonOf, address_of, answer, draw
from bochiso.web.shelf import Shelf

P = ParamSpec("P")
T = TypeVar("T")

OpenDossiers = Callable[[], AbstractContextManager[DuckDBPyConnection]]


class SignInNeededError(Exception):
    """The page is for people who signed in."""


@dataclass(frozen=True)
class Site:
    """What pages are made with.

    `home`: the province that the start page shows, None for the only one. `dossiers`: the facts of
    dossiers, for reading.
    """

    shelf: Shelf
    ledger: Ledger
    person_of: PersonOf
    dossiers: OpenDossiers
    home: Callable[[], str | None]
    notice: Callable[[], Text | None]
    live: bool = False
    static: bool = False

    def ask(
        self,
        request: Request,
        question: Callable[Concatenate[Store, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """The answer to a question on the figures that this reader may see."""
        person = self.person_of(request)
        everything = person is not None and may(person.role, person.unit, Action.SEE_UNPUBLISHED)
        return self.shelf.ask(everything, question, *args, **kwargs)

    def officer(self, request: Request, action: Action, subject: str | None = None) -> Person:
        """Who asks, who may do this; `subject`: the unit whose figures it is about.

        Raises SignInNeededError for the public, HTTPException 403 for others who may not.
        """
        person = self.person_of(request)
        if person is None:
            raise SignInNeededError
        if not may(person.role, person.unit, action, subject):
            raise HTTPException(403)
        return person

    async def form(self, request: Request) -> FormData:
        """What a form of a signed-in reader carries. Raises HTTPException 403 where it isn't ours."""
        found = await request.form()
        person = self.person_of(request)
        if person is None or not compare_digest(str(found.get("csrf", "")), person.csrf):
            raise HTTPException(403)
        return found

    def by(self, request: Request) -> By:
        """Who does something, for the audit log."""
        person = self.person_of(request)
        return By(person.name if person else "", now(), request.client.host if request.client else "")

    def page(self, request: Request, template: str, status: int = 200, **page: Any) -> Response:
        """A page for the one who asked."""
        person = self.person_of(request)
        address = address_of(request).as_file() if self.static else address_of(request)
        frame = Frame(address, person, self.notice(), self.live)
        return answer(request, draw(template, frame, **page), person, status)

    def missing(self, request: Request) -> Response:
        """The page for an address that names nothing, or nothing that this reader may see."""
        return self.page(request, "missing.html", 404, what=None)
