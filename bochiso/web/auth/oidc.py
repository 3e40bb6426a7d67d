"""The province's sign-on: OpenID Connect, authorization code with PKCE, state and nonce.

The provider is asked anew for its addresses and keys at each sign-on: they are few, and a key that
was changed or withdrawn counts at once.
"""

import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from bochiso.errors import BochisoError
from bochiso.store.people.settings import ServerSettings, is_safe_address
from bochiso.store.people.user_sessions import SignOn
from bochiso.text import Text, say

SECRET_VARIABLE = "BOCHISO_OIDC_SECRET"  # noqa: S105 (a name)
"""Where the client's secret stands; it is never kept in the ledger."""

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""Signatures that are taken: those that only the provider's private key makes."""

LEEWAY_SECONDS = 60
TIMEOUT_SECONDS = 10
_SUBJECT = re.compile(r"[!-~]{1,255}")


class SignOnError(BochisoError):
    """The sign-on did not say who someone is."""


@dataclass(frozen=True)
class Provider:
    """The provider that the settings name; `back` is where it sends people back to."""

    issuer: str
    client_id: str
    back: str

    def begin(self) -> tuple[str, str, SignOn]:
        """Where to send someone, the state that comes back with them, and what to remember.

        Raises SignOnError where the provider doesn't answer.
        """
        state = secrets.token_urlsafe(32)
        sign_on = SignOn(secrets.token_urlsafe(24), secrets.token_urlsafe(48))
        with _client() as client:
            address = self._addresses(client)["authorization_endpoint"]
        url = prepare_grant_uri(
            address, self.client_id, "code", redirect_uri=self.back, scope=["openid"], state=state,
            nonce=sign_on.nonce, code_challenge=create_s256_code_challenge(sign_on.verifier),
            code_challenge_method="S256",
        )  # fmt: skip
        return str(url), state, sign_on

    def finish(self, code: str, sign_on: SignOn, at: datetime) -> str:
        """Who someone is, by the code that they came back with: the provider's `sub`.

        Raises SignOnError where the provider refuses the code, or its token isn't signed by its keys,
        isn't of this issuer for this client, has expired, or answers another request.
        """
        with _client() as client:
            addresses = self._addresses(client)
            tokens = self._exchange(client, addresses["token_endpoint"], code, sign_on)
            keys = _answer(lambda: client.get(addresses["jwks_uri"]))
        return self._subject(tokens, keys, sign_on, at)

    def _addresses(self, client: httpx.Client) -> Mapping[str, str]:
        path = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        found = _answer(lambda: client.get(path))
        if found.get("issuer") != self.issuer:
            raise _wrong("issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not is_safe_address(str(found.get(name, ""))):
                raise _wrong(name)
        return found

    def _exchange(self, client: httpx.Client, address: str, code: str, sign_on: SignOn) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self.back,
            "code_verifier": sign_on.verifier,
        }  # fmt: skip
        secret = os.environ.get(SECRET_VARIABLE, "")
        if not secret:
            return _answer(lambda: client.post(address, data={**form, "client_id": self.client_id}))
        auth = httpx.BasicAuth(quote(self.client_id, safe=""), quote(secret, safe=""))
        return _answer(lambda: client.post(address, data=form, auth=auth))

    def _subject(
        self, tokens: Mapping[str, Any], keys: Mapping[str, Any], sign_on: SignOn, at: datetime
    ) -> str:
        try:
            key_set = KeySet.import_key_set({"keys": keys["keys"]})
            read = jwt.decode(str(tokens.get("id_token", "")), key_set, algorithms=ALGORITHMS)
            expected = {
                "iss": {"essential": True, "value": self.issuer},
                "aud": {"essential": True, "value": self.client_id},
            }
            params = {
                "nonce": sign_on.nonce,
                "client_id": self.client_id,
                "access_token": tokens.get("access_token"),
            }
            claims = CodeIDToken(read.claims, read.header, expected, params)
            claims.validate(now=int(at.timestamp()), leeway=LEEWAY_SECONDS)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise _wrong(getattr(error, "claim", None) or type(error).__name__) from None
        subject = claims["sub"]
        if not isinstance(subject, str) or not _SUBJECT.fullmatch(subject):
            raise _wrong("sub")
        return subject


def provider_of(settings: ServerSettings, path_back: str) -> Provider | None:
    """The provider that the settings name; None where they name none or not where people come back."""
    if settings.issuer is None or settings.client_id is None or settings.public_url is None:
        return None
    return Provider(settings.issuer, settings.client_id, settings.public_url + path_back)


def host_of(provider: Provider) -> str:
    """The provider's name on the network, for people to read."""
    return urlsplit(provider.issuer).hostname or ""


def _client() -> httpx.Client:
    return httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False)


def _answer(call: Callable[[], httpx.Response]) -> Mapping[str, Any]:
    """What the provider answers, as an object. Raises SignOnError where it doesn't answer so."""
    try:
        response = call()
        found = response.json()
    except (httpx.HTTPError, ValueError):
        raise SignOnError(
            say("dịch vụ đăng nhập của tỉnh không trả lời.", "the province's sign-on doesn't answer."),
            do=_again(),
        ) from None
    if response.status_code != 200 or not isinstance(found, dict):
        said = found.get("error") if isinstance(found, dict) else None
        known = isinstance(said, str) and said.isidentifier()
        raise _wrong(str(said) if known else f"HTTP {response.status_code}")
    return found


def _wrong(what: str) -> SignOnError:
    return SignOnError(
        say(
            "dịch vụ đăng nhập của tỉnh trả lời không hợp lệ ({what}).",
            "the province's sign-on gave an answer that can't be trusted ({what}).",
            what=what[:60],
        ),
        do=_again(),
    )


def _again() -> Text:
    return say(
        "Đăng nhập lại; nếu vẫn lỗi, báo quản trị viên.",
        "Sign in again; if it fails again, tell an administrator.",
    )
