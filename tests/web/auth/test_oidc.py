"""The province's sign-on, against a provider that answers rightly and wrongly."""

import base64
import hmac
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey
from ledger_databases import by, person
from oidc_provider import CLIENT_ID, SECRET, Json, Provider, provider, signed, unsigned
from sign_in_app import Browser, Office, office, said
from waiting import PATIENCE

from bochiso.store.people import accounts, audit
from bochiso.store.people.accounts import subject_of
from bochiso.store.people.settings import change_settings
from bochiso.store.people.user_sessions import SIGN_ON_TIME
from bochiso.text import now
from bochiso.web.auth.oidc import SECRET_VARIABLE


@pytest.fixture(scope="module")
def running_provider() -> Iterator[Provider]:
    with provider() as found:
        yield found


@pytest.fixture
def sso(running_provider: Provider) -> Provider:
    """The provider as it is when nobody bends it."""
    running_provider.sub = "can-bo-42"
    running_provider.claims = lambda claims: claims
    running_provider.sign = None
    running_provider.discovery = lambda said: said
    running_provider.asked.clear()
    return running_provider


@pytest.fixture
def served(tmp_path: Path, sso: Provider, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setenv(SECRET_VARIABLE, SECRET)
    with office(tmp_path) as found:
        found.clock.at = now()
        change_settings(
            found.ledger,
            {"issuer": sso.url, "client_id": CLIENT_ID, "public_url": found.url, "second_factor_roles": []},
            by(),
        )
        person(found.ledger)
        accounts.link_subject(found.ledger, "lan", subject_of(sso.url, "can-bo-42"), by())
        yield found


@pytest.fixture
def browser(served: Office) -> Iterator[Browser]:
    with served.browser() as found:
        yield found


def go(browser: Browser) -> str:
    """Go to the provider, which sends back at once; the address that one is sent back to."""
    sent = browser.get("/dang-nhap/tinh")
    assert sent.status_code == 303, said(sent)
    return httpx.get(sent.headers["location"], timeout=PATIENCE).headers["location"]


def sign_on(browser: Browser) -> httpx.Response:
    """Go there and come back."""
    back = urlsplit(go(browser))
    return browser.get(f"{back.path}?{back.query}")


def test_someone_whom_the_province_knows_is_let_in(served: Office, browser: Browser) -> None:
    done = sign_on(browser)
    assert (done.status_code, done.headers["location"]) == (303, "/hom-nay")
    assert browser.who() == "lan"
    with served.ledger.read() as db:
        last = audit.lines(db)[-1]
    assert (last.action, last.who, last.details) == ("session.begin", "lan", {"how": "sign-on"})


def test_what_the_provider_is_asked_has_state_nonce_and_a_hashed_verifier(
    browser: Browser, sso: Provider
) -> None:
    go(browser)
    go(browser)
    first, second = sso.asked
    assert (first["response_type"], first["scope"], first["code_challenge_method"]) == (
        "code",
        "openid",
        "S256",
    )
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) >= 32
        assert first[name] != second[name]


def test_the_page_offers_it_only_where_it_is_set(served: Office, browser: Browser) -> None:
    assert "/dang-nhap/tinh" in browser.get("/dang-nhap").text
    change_settings(served.ledger, {"issuer": None}, by())
    assert "/dang-nhap/tinh" not in browser.get("/dang-nhap").text
    assert browser.get("/dang-nhap/tinh").status_code == 404
    assert browser.get("/dang-nhap/tinh/ve?code=a&state=b").status_code == 400


def test_someone_without_an_account_is_told_what_to_send_to_the_administrator(
    served: Office, browser: Browser, sso: Provider
) -> None:
    sso.sub = "nguoi-la-7"
    done = sign_on(browser)
    assert done.status_code == 403
    assert said(done) == (
        "Chưa có tài khoản nào gắn với định danh “nguoi-la-7”. "
        "Gửi định danh này cho quản trị viên để được gắn với tài khoản."
    )
    assert browser.who() is None
    accounts.link_subject(served.ledger, "lan", subject_of(sso.url, "nguoi-la-7"), by())
    assert sign_on(browser).status_code == 303


def test_a_disabled_account_is_not_let_in(served: Office, browser: Browser) -> None:
    accounts.disable(served.ledger, "lan", by())
    assert sign_on(browser).status_code == 403


def test_a_required_second_factor_is_asked_for_after_a_sign_on_too(served: Office, browser: Browser) -> None:
    needed = {"second_factor_roles": ["office"], "second_factor_grace_days": 0}
    change_settings(served.ledger, needed, by())
    sign_on(browser)
    assert browser.who() is None
    assert browser.get("/ho-so/H15.50").headers["location"].startswith("/dang-nhap/hai-lop")


OTHER_KEY = RSAKey.generate_key(2048, {"kid": "2026"}, auto_kid=False)


@pytest.mark.parametrize(
    "bend",
    [
        lambda claims: {**claims, "nonce": "another"},
        lambda claims: {name: value for name, value in claims.items() if name != "nonce"},
        lambda claims: {**claims, "iss": "https://xau.example.vn"},
        lambda claims: {**claims, "aud": "another-client"},
        lambda claims: {**claims, "aud": [CLIENT_ID, "another"], "azp": "another"},
        lambda claims: {**claims, "exp": claims["iat"] - 120},
        lambda claims: {name: value for name, value in claims.items() if name != "exp"},
        lambda claims: {**claims, "nbf": claims["iat"] + 600},
        lambda claims: {**claims, "at_hash": "d3Jvbmc"},
        lambda claims: {**claims, "sub": ""},
        lambda claims: {**claims, "sub": "can-bo-42\n"},
        lambda claims: {**claims, "sub": 42},
    ],
    ids=[
        "wrong nonce", "no nonce", "wrong issuer", "wrong audience", "wrong party", "expired", "no end",
        "not yet", "wrong access token", "nobody", "odd subject", "a number",
    ],
)  # fmt: skip
def test_a_token_that_says_something_else_lets_nobody_in(
    browser: Browser, sso: Provider, bend: Callable[[Json], Json]
) -> None:
    sso.claims = bend
    done = sign_on(browser)
    assert done.status_code == 401
    assert said(done).startswith("Dịch vụ đăng nhập của tỉnh trả lời không hợp lệ")
    assert browser.who() is None


def by_public_key(sso: Provider) -> Callable[[Json], str]:
    """A token signed with the public key as if it were a shared secret."""

    def sign(claims: Json) -> str:
        said = unsigned(claims, "HS256").rstrip(".")
        made = hmac.digest(sso.key.as_pem(private=False), said.encode(), "sha256")
        return f"{said}.{base64.urlsafe_b64encode(made).rstrip(b'=').decode()}"

    return sign


@pytest.mark.parametrize("kind", ["another key", "no signature", "public key", "cut", "no token"])
def test_a_token_that_the_provider_did_not_sign_lets_nobody_in(
    browser: Browser, sso: Provider, kind: str
) -> None:
    signers: dict[str, Callable[[Json], str]] = {
        "another key": lambda claims: signed(claims, OTHER_KEY),
        "no signature": unsigned,
        "cut": lambda claims: signed(claims, sso.key)[:-9],
        "no token": lambda _: "",
    }
    sso.sign = signers.get(kind)
    if kind == "public key":
        sso.sign = by_public_key(sso)
    done = sign_on(browser)
    assert (done.status_code, browser.who()) == (401, None)


def test_a_state_is_used_once(browser: Browser) -> None:
    back = urlsplit(go(browser))
    assert browser.get(f"{back.path}?{back.query}").status_code == 303
    browser.client.cookies.delete("bochiso")
    again = browser.get(f"{back.path}?{back.query}")
    assert (again.status_code, browser.who()) == (400, None)
    assert said(again) == "Lần đăng nhập này đã hết hạn hoặc đã dùng. Đăng nhập lại từ đầu."


def test_a_state_of_another_browser_is_not_taken(served: Office, browser: Browser) -> None:
    back = urlsplit(go(browser))
    with served.browser() as victim:
        victim.get("/dang-nhap")
        assert victim.get(f"{back.path}?{back.query}").status_code == 400
        assert victim.who() is None


def test_a_state_that_was_made_up_or_is_old_is_not_taken(served: Office, browser: Browser) -> None:
    assert browser.get("/dang-nhap/tinh/ve?code=abc&state=xyz").status_code == 400
    assert browser.get("/dang-nhap/tinh/ve").status_code == 400
    back = urlsplit(go(browser))
    served.clock.later(SIGN_ON_TIME.total_seconds())
    assert browser.get(f"{back.path}?{back.query}").status_code == 400


def test_a_code_that_the_provider_did_not_give_is_refused(browser: Browser) -> None:
    state = parse_qs(urlsplit(go(browser)).query)["state"][0]
    done = browser.get(f"/dang-nhap/tinh/ve?code=sai&state={state}")
    assert done.status_code == 401
    assert "(invalid_grant)" in said(done)


def test_an_answer_of_another_issuer_is_refused(browser: Browser) -> None:
    back = urlsplit(go(browser))
    query = re.sub("iss=[^&]*", "iss=https%3A%2F%2Fxau.example.vn", back.query)
    assert browser.get(f"{back.path}?{query}").status_code == 400


def test_who_refused_at_the_provider_is_told(browser: Browser) -> None:
    state = parse_qs(urlsplit(go(browser)).query)["state"][0]
    done = browser.get(f"/dang-nhap/tinh/ve?error=access_denied&state={state}")
    assert (done.status_code, said(done)) == (401, "Dịch vụ đăng nhập của tỉnh không cho vào. Đăng nhập lại.")


@pytest.mark.parametrize(
    "bend",
    [
        lambda said: {**said, "issuer": "https://xau.example.vn"},
        lambda said: {**said, "authorization_endpoint": "javascript:alert(1)"},
        lambda said: {**said, "token_endpoint": "http://xau.example.vn/token"},
        lambda said: {"issuer": said["issuer"]},
    ],
)
def test_a_provider_that_says_something_else_of_itself_is_not_used(
    browser: Browser, sso: Provider, bend: Callable[[Json], Json]
) -> None:
    sso.discovery = bend
    done = browser.get("/dang-nhap/tinh")
    assert (done.status_code, "location" in done.headers) == (502, False)


def test_a_provider_that_does_not_answer_is_told(served: Office, browser: Browser) -> None:
    change_settings(served.ledger, {"issuer": "http://127.0.0.1:9"}, by())
    done = browser.get("/dang-nhap/tinh")
    assert done.status_code == 502
    assert said(done).startswith("Dịch vụ đăng nhập của tỉnh không trả lời.")


def test_a_wrong_secret_lets_nobody_in(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SECRET_VARIABLE, "khác")
    assert sign_on(browser).status_code == 401
    assert browser.who() is None
