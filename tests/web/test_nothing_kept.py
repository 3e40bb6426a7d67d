"""What belongs to somebody who signs in, at whatever step, is kept by no browser and on no way."""

import re
from pathlib import Path

import httpx
from ledger_databases import by, person
from loopback_server import serving
from sign_in_app import Browser
from waiting import PATIENCE

from bochiso.store.folder import DataFolder
from bochiso.store.people.permissions import Role
from bochiso.store.people.settings import change_settings


def test_the_second_factors_secret_is_kept_nowhere(tmp_path: Path) -> None:
    """Also with two Cookie headers, of which a cache may look at one alone."""
    with serving(DataFolder(tmp_path / "data")) as served:
        ledger = served.application.sync.ledger
        person(ledger, "quan", Role.ADMINISTRATOR)
        change_settings(ledger, {"second_factor_grace_days": 0}, by())
        with httpx.Client(base_url=served.url, timeout=PATIENCE) as client:
            assert Browser(client).sign_in("quan").status_code == 303
            page = client.get("/dang-nhap/hai-lop")
            assert re.search(r"<code>[A-Z2-7 ]+</code>", page.text)
            assert page.headers["cache-control"] == "no-store"
            assert not {"etag", "content-encoding"} & set(page.headers)
            token = client.cookies["bochiso"]
        two = [("Cookie", "a=1"), ("Cookie", f"bochiso={token}")]
        assert httpx.get(f"{served.url}/dang-nhap/hai-lop", headers=two).status_code == 200
        stranger = httpx.get(f"{served.url}/dang-nhap/hai-lop", follow_redirects=False)
        assert stranger.status_code == 303


def test_pages_of_signing_in_are_kept_nowhere_and_public_ones_are(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data")) as served:
        for path in ("/dang-nhap", "/en/dang-nhap"):
            assert served.client.get(path).headers["cache-control"] == "no-store"
        plain = httpx.get(f"{served.url}/quy-tac")
        assert plain.headers["cache-control"] == "no-cache"
        mine = httpx.get(f"{served.url}/quy-tac", headers={"Cookie": "__Host-bochiso=x"})
        assert mine.headers["cache-control"] == "no-store"
