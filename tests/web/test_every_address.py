"""Every address there is, asked by every kind of reader: who gets it, and whether anything may keep it.

The addresses are asked of the applications themselves, so a new one is among them.
"""

import re
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI
from ledger_databases import PASSWORD
from loopback_server import Served, dossier, send, serving
from officer_clients import officer
from public_pages import UNITS, bring_in
from sign_in_app import Browser
from starlette.routing import BaseRoute
from waiting import PATIENCE

from bochiso.store.decisions.publications import propose
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.people.accounts import AccountProfile, add_account
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import open_ledger
from bochiso.store.people.permissions import Role
from bochiso.store.people.settings import change_settings
from bochiso.text import now
from bochiso.web import site_app
from bochiso.web.public.api import create_api

WORDS = {
    "form": "csv", "period": "2026", "day": "2026-10-07", "period_a": "2026", "day_a": "2026-10-02",
    "period_b": "2026", "day_b": "2026-10-07", "level": "department", "table": "points", "name": "qd766",
    "what": "don-vi", "kind": "hang", "subject": "H21.17", "slug": "qua-han", "seq": "1", "page": "1",
    "account": "lan", "proof": "x", "token": "x", "digest": "0" * 16, "unit": "H21.17", "objection": "1",
    "province": "H21",
}  # fmt: skip
"""What stands for the parts of addresses; `code` and `number` are several things, all are tried."""

CODES, NUMBERS = ("H21", "H21.17"), ("1", "2.1", "H15.50-261005-00001")

FOR_ALL = ("/thoi-nhan-tin/", "/dang-nhap", "/.well-known/")
"""What strangers may ask besides public pages."""

ADMINISTRATORS = ("/quan-tri", "/gui-tin")
"""Whose pages are administrators' alone."""

BY = By("#test", now())
ONE_FOR_ALL = ("/favicon.ico", "/api/v1/openapi.json")
"""What is the same whoever asks."""

SENT_ON = {301, 302, 303, 307}


def flat(routes: list[BaseRoute]) -> Iterator[tuple[str, set[str]]]:
    for route in routes:
        if inner := getattr(route, "original_router", None):
            yield from flat(inner.routes)
        elif methods := getattr(route, "methods", None):
            yield str(getattr(route, "path", "")), set(methods)


def filled(path: str) -> list[str]:
    """The addresses of a route, its parts filled in."""
    plain = re.sub(r"\{(\w+):\w+\}", r"{\1}", path)
    words = [WORDS | {"code": code, "number": number} for code in CODES for number in NUMBERS]
    return sorted({plain.format_map(each) for each in words})


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = bring_in(DataFolder(tmp_path_factory.mktemp("every") / "data"), *UNITS)
    with open_ledger(folder, make=True) as ledger, open_store(folder) as store:
        for snapshot in store.snapshots():
            propose(ledger, store, snapshot, BY)
    with serving(folder) as served:
        send(served, [dossier(1)], served.login())
        served.settle()
        yield served


@pytest.fixture(scope="module")
def addresses(whole: Served) -> dict[str, list[str]]:
    """Addresses by what answers them: GET of public pages, of staff, of the API; POST of all."""
    services = whole.application.services
    every = [*flat(site_app.create_pages(services).routes)]
    public = FastAPI()
    for part in site_app.PUBLIC_PAGES:
        public.include_router(part(services))
    known = {path for path, _ in flat(public.routes)}
    api = [("/api/v1" + path, methods) for path, methods in flat(create_api(services).routes)]
    asked = [(path, group) for path, methods in every if "GET" in methods
             for group in ["public" if path in known else "staff"]]  # fmt: skip
    asked += [(path, "api") for path, methods in api if "GET" in methods]
    asked += [(path, "post") for path, methods in every if "POST" in methods]
    found: dict[str, list[str]] = {"public": [], "staff": [], "api": [], "post": []}
    for path, group in asked:
        found[group] += filled(path)
    return found


def test_addresses_are_known_by_the_applications_themselves(addresses: dict[str, list[str]]) -> None:
    assert {group: len(found) > 20 for group, found in addresses.items()} == {
        "public": True, "staff": True, "api": False, "post": True,
    }  # fmt: skip
    assert "/quan-tri" in addresses["staff"]
    assert "/api/v1/snapshots" in addresses["api"]


def test_numbers_beyond_what_anything_counts_name_nothing(
    whole: Served, addresses: dict[str, list[str]]
) -> None:
    with officer(whole, "lan") as reader:
        asked = {re.sub(r"/1(?=/|\.|$)", "/99999999999999999999", path) for path in addresses["staff"]}
        for path in sorted(asked - set(addresses["staff"])):
            assert reader.get(path).status_code in {404, 422}, path


def test_a_stranger_gets_no_page_of_staff(whole: Served, addresses: dict[str, list[str]]) -> None:
    with httpx.Client(base_url=whole.url, timeout=PATIENCE) as stranger:
        for path in (*addresses["public"], *addresses["api"]):
            assert stranger.get(path).status_code in {200, 303, 400, 404, 422}, path
        got = []
        for path in addresses["staff"]:
            answer = stranger.get(path)
            assert answer.status_code < 500, path
            if answer.status_code == 200 and not path.startswith(FOR_ALL):
                got.append(path)
        assert got == []
        for path in addresses["post"]:
            answer = stranger.post(path, data={"viec": "x"})
            assert answer.status_code in SENT_ON | {400, 401, 403, 404, 422, 429}, path
            if answer.status_code in SENT_ON and not path.startswith(FOR_ALL):
                assert answer.headers["location"].split("?")[0].endswith("/dang-nhap"), path


@pytest.mark.landing
def test_what_anybody_reads_who_signed_in_at_whatever_step_is_kept_nowhere(
    whole: Served, addresses: dict[str, list[str]]
) -> None:
    everything = [*addresses["public"], *addresses["staff"], *addresses["api"]]
    ledger = whole.application.sync.ledger
    kept, theirs, failed = [], [], []

    def ask(name: str, client: httpx.Client) -> None:
        client.follow_redirects = False
        for path in everything:
            answer = client.get(path)
            if answer.status_code >= 500:
                failed.append((name, path))
            if answer.headers.get("cache-control") != "no-store" and path not in ONE_FOR_ALL:
                kept.append((name, path, answer.status_code, answer.headers.get("cache-control")))
            if answer.status_code == 200 and path.startswith(ADMINISTRATORS) and name != "quan":
                theirs.append((name, path))

    for name, role, unit in (("ha", Role.UNIT, "H21.17"), ("quan", Role.ADMINISTRATOR, None)):
        with officer(whole, name, role, unit) as reader:
            ask(name, reader.client)
    change_settings(ledger, {"second_factor_grace_days": 0}, BY)
    for name in ("moi", "tu"):  # whose password must be changed first; who must enrol a second factor
        profile = AccountProfile(name, Role.ADMINISTRATOR)
        add_account(ledger, name, profile, PASSWORD, BY, must_change=name == "moi")
        with httpx.Client(base_url=whole.url, timeout=PATIENCE) as client:
            assert Browser(client).sign_in(name).status_code == 303
            ask(name, client)
    assert failed == []
    assert theirs == []
    assert kept == []
