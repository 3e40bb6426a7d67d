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
from bochiso.store.people.permissions import Role
from bochiso.store.people.user_sessions import begin_session
from bochiso.text import now
from bochiso.web.auth.signing_in import SESSION


class Officer:
    """Reads pages and posts their forms."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        self._tokens: dict[tuple[str, str | None], str] = {}

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
        """Post a form with the token that its page gave to this session, unless the fields have one."""
        key = page or path, self.client.cookies.get(SESSION)
        if key not in self._tokens:
            self._tokens[key] = csrf_in(self.client.get(page or path).text)
        return self.client.post(path, data={"csrf": self._tokens[key], **fields}, files=files)


@contextmanager
def officer(
    served: Served, name: str = "lan", role: Role = Role.OFFICE, unit: str | None = None
) -> Iterator[Officer]:
    """Someone with an account that is made for them, and a session: how one signs in is tested elsewhere."""
    ledger = served.application.services.ledger
    profile = AccountProfile(name.title(), role, unit)
    add_account(ledger, name, profile, PASSWORD, By("#test", now()), must_change=False)
    token = begin_session(ledger, name, By(name, now(), "127.0.0.1"), "password")
    with httpx.Client(base_url=served.url, follow_redirects=True, timeout=PATIENCE) as client:
        client.cookies.set(SESSION, token)
        yield Officer(client)


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
