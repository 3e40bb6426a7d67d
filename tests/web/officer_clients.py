"""Officers who are signed in at a server, and the forms that they post."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from ledger_databases import PASSWORD
from loopback_server import Served
from sign_in_app import csrf_in
from waiting import PATIENCE

from bochiso.store.people.accounts import AccountProfile, add_account
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import open_ledger
from bochiso.store.people.permissions import Role
from bochiso.text import now


class Officer:
    """Reads pages and posts their forms."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path)

    def post(
        self,
        path: str,
        fields: dict[str, str],
        *,
        page: str | None = None,
        files: dict[str, tuple[str, bytes]] | None = None,
    ) -> httpx.Response:
        """Post a form with the token that its page gave, unless the fields have one."""
        token = csrf_in(self.client.get(page or path).text)
        return self.client.post(path, data={"csrf": token, **fields}, files=files)


@contextmanager
def officer(
    served: Served, name: str = "lan", role: Role = Role.OFFICE, unit: str | None = None
) -> Iterator[Officer]:
    """Someone with an account that is made for them, signed in."""
    with open_ledger(served.folder) as ledger:
        by = By("#test", now())
        add_account(ledger, name, AccountProfile(name.title(), role, unit), PASSWORD, by, must_change=False)
    with signed_in_by(served, name) as found:
        yield found


@contextmanager
def signed_in_by(served: Served, name: str, user_agent: str = "") -> Iterator[Officer]:
    """Someone who has an account, signed in by a browser that says this of itself."""
    headers = {"User-Agent": user_agent}
    with httpx.Client(
        base_url=served.url, follow_redirects=True, timeout=PATIENCE, headers=headers
    ) as client:
        fields = {"csrf": csrf_in(client.get("/dang-nhap").text), "name": name, "password": PASSWORD}
        client.post(
            "/dang-nhap", data=fields, follow_redirects=False
        )  # where it leads costs more than it does
        yield Officer(client)
