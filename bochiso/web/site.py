"""The pages that everyone may read, and what every page is made with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

from fastapi import Request, Response

from bochiso.store.permissions import Action, may
from bochiso.store.store import Store
from bochiso.text import Text
from bochiso.web.frame import Frame, PersonOf, address_of, answer, draw
from bochiso.web.shelf import Shelf

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Site:
    """What pages are made with. `home`: the province that the start page shows, None for the only one."""

    shelf: Shelf
    person_of: PersonOf
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

    def page(self, request: Request, template: str, status: int = 200, **page: Any) -> Response:
        """A page for the one who asked."""
        person = self.person_of(request)
        address = address_of(request).as_file() if self.static else address_of(request)
        frame = Frame(address, person, self.notice(), self.live)
        return answer(request, draw(template, frame, **page), person, status)

    def missing(self, request: Request) -> Response:
        """The page for an address that names nothing, or nothing that this reader may see."""
        return self.page(request, "missing.html", 404, what=None)
