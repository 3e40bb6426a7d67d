"""A small provider of sign-on (OpenID Connect) on loopback, whose answers a test can bend."""

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlencode

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import RSAKey
from sign_in_app import running

from bochiso.text import now

CLIENT_ID, SECRET = "bochiso", "bí mật: của/máy"

Json = dict[str, Any]


@dataclass
class Provider:
    """What the provider knows, and how a test bends it.

    `claims` changes the claims of a token; `sign` makes a token of its claims; `discovery` changes
    what it says of itself.
    """

    url: str = ""
    sub: str = "can-bo-42"
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "2026"}, auto_kid=False))
    claims: Callable[[Json], Json] = lambda claims: claims
    sign: Callable[[Json], str] | None = None
    discovery: Callable[[Json], Json] = lambda said: said
    grants: dict[str, Json] = field(default_factory=dict)
    asked: list[Json] = field(default_factory=list)

    def token(self, nonce: str) -> str:
        """An ID token."""
        at = int(now().timestamp())
        plain = {
            "iss": self.url,
            "aud": CLIENT_ID,
            "sub": self.sub,
            "nonce": nonce,
            "iat": at,
            "exp": at + 60,
        }
        claims = self.claims(plain)
        return self.sign(claims) if self.sign else signed(claims, self.key)


def signed(claims: Json, key: RSAKey, algorithm: str = "RS256") -> str:
    """A token."""
    return jwt.encode({"alg": algorithm, "kid": "2026"}, claims, key)


def unsigned(claims: Json, algorithm: str = "none") -> str:
    """A token without its signature."""
    head = {"alg": algorithm, "kid": "2026"}
    parts = (base64.urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=") for each in (head, claims))
    return b".".join(parts).decode() + "."


@contextmanager
def provider() -> Iterator[Provider]:
    """A provider that runs."""
    found = Provider()
    app = FastAPI()

    @app.get("/.well-known/openid-configuration")
    def discovery() -> Json:
        return found.discovery(
            {
                "issuer": found.url,
                "authorization_endpoint": f"{found.url}/authorize",
                "token_endpoint": f"{found.url}/token",
                "jwks_uri": f"{found.url}/keys",
            }
        )

    @app.get("/keys")
    def keys() -> Json:
        return {"keys": [found.key.as_dict(private=False)]}

    @app.get("/authorize")
    def authorize(request: Request) -> Response:
        asked = dict(request.query_params)
        found.asked.append(asked)
        code = sha256(asked["state"].encode()).hexdigest()
        found.grants[code] = asked
        back = urlencode({"code": code, "state": asked["state"], "iss": found.url})
        return RedirectResponse(f"{asked['redirect_uri']}?{back}", 303)

    @app.post("/token")
    async def token(request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        grant = found.grants.pop(form.get("code", ""), None)
        given = (
            base64.urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        )
        basic = (
            "Basic " + base64.b64encode(b"bochiso:b%C3%AD%20m%E1%BA%ADt%3A%20c%E1%BB%A7a%2Fm%C3%A1y").decode()
        )
        right = (
            grant is not None
            and given == grant["code_challenge"]
            and form["redirect_uri"] == grant["redirect_uri"]
            and request.headers.get("authorization") == basic
        )
        if not right or grant is None:
            return JSONResponse({"error": "invalid_grant"}, 400)
        answer = {"access_token": "x", "token_type": "Bearer", "id_token": found.token(grant["nonce"])}
        return JSONResponse(answer)

    with running(app) as url:
        found.url = url
        yield found
