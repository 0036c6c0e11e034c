"""A small issuer of OpenID Connect on this machine, which answers as it is told: rightly, or wrongly in one way."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, cast
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "gipdocs", "a secret of the client"


class SmallIssuer:
    """What the issuer knows: its key, the codes it gave out, and how it is to lie.

    `changed` are claims of the next tokens that differ from the true ones, None for one that is left out; `metadata` the
    same for what it says of itself; `key` signs, `shown` is what it shows.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.tell_the_truth()

    def tell_the_truth(self) -> None:
        """Answer rightly from now on, with a new key."""
        self.key = self.shown = RSAKey.generate_key(2048, {"kid": "first", "use": "sig", "alg": "RS256"})
        self.codes: dict[str, dict[str, str]] = {}
        self.changed: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.without_id_token = False
        self.asked: list[str] = []

    def approve(self, location: str, name: str, **more: str) -> str:
        """What the browser is sent back to, once somebody has signed in at the address to which it was sent."""
        asked = {key: values[0] for key, values in parse_qs(urlsplit(location).query).items()}
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked | {"name": name}
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state'], **more})}"

    def describe(self) -> dict[str, Any]:
        """The metadata of the discovery document."""
        true = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }
        return true | self.metadata

    def exchange(self, body: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """The tokens for a code; None unless the client, its address and its verifier are those of the beginning."""
        asked = self.codes.pop(body.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(body.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or asked.get("code_challenge_method") != "S256"
            or asked.get("code_challenge") != challenge
            or asked["redirect_uri"] != body.get("redirect_uri")
            or authorization != f"Basic {basic}"
        ):
            return None
        tokens = {"access_token": "opaque", "token_type": "Bearer", "expires_in": 60}
        return tokens if self.without_id_token else tokens | {"id_token": self._sign(asked)}

    def _sign(self, asked: dict[str, str]) -> str:
        moment = int(time.time())
        true = {
            "iss": self.url,
            "sub": "1",
            "aud": CLIENT,
            "exp": moment + 300,
            "iat": moment,
            "nonce": asked["nonce"],
            "preferred_username": asked["name"],
        }
        claims = {name: value for name, value in (true | self.changed).items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": "first"}, claims, self.key)


class Answering(BaseHTTPRequestHandler):
    """Answers for the issuer of the server."""

    def do_GET(self) -> None:
        """Metadata or keys."""
        issuer = self._issuer()
        if self.path == "/.well-known/openid-configuration":
            self._send(200, issuer.describe())
        elif self.path == "/keys":
            self._send(200, {"keys": [issuer.shown.as_dict(private=False)]})
        else:
            self._send(404, {})

    def do_POST(self) -> None:
        """Tokens for a code."""
        body = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        found = self._issuer().exchange({key: one[0] for key, one in body.items()}, self.headers["Authorization"] or "")
        self._send(200 if found else 400, found or {"error": "invalid_grant"})

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _issuer(self) -> SmallIssuer:
        issuer = cast(IssuingServer, self.server).issuer
        issuer.asked.append(self.path)
        return issuer

    def _send(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class IssuingServer(ThreadingHTTPServer):
    """The server of one issuer, on a free port."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.issuer = SmallIssuer(f"http://127.0.0.1:{self.server_port}")


@contextmanager
def running_issuer() -> Iterator[SmallIssuer]:
    """An issuer that answers until the end."""
    with IssuingServer() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.issuer
        finally:
            server.shutdown()
            thread.join()
