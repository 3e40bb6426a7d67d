"""About the site: what it shows, who answers for it, how to use its figures, how well it can be used."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from bochiso.store.decisions.publications import Publication, VersionKind
from bochiso.web.core.page_services import PageServices


@dataclass(frozen=True)
class AboutPage:
    """The corrections and withdrawals that the public was told of, newest first."""

    changes: tuple[Publication, ...]


def about_page(versions: tuple[Publication, ...]) -> AboutPage:
    """What was published and changed afterwards."""
    changed = [each for each in versions if each.version > 1 or each.kind is VersionKind.WITHDRAWAL]
    return AboutPage(tuple(sorted(changed, key=lambda each: each.id, reverse=True)))


def routes(services: PageServices) -> APIRouter:
    """The page."""
    router = APIRouter()

    @router.get("/gioi-thieu")
    def about(request: Request) -> Response:
        return services.page(request, "about.html", page=about_page(services.versions()))

    return router
