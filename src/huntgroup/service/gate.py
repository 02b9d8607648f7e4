"""Before anything else of a request: whether the host is ours, the origin is not foreign, and who it is."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from huntgroup.service.answers import Failure, encode
from huntgroup.service.pages import TITLES
from huntgroup.service.people import LOCAL, Person, Tokens, Unknown

COOKIE = "huntgroup"
OPEN = frozenset(("/healthz", "/readyz", "/openapi.json", "/docs", "/login", "/logout"))
"""What needs no token."""
STATIC = "/static/"
"""Below it is what pages are made of: no secret."""
PAGES = frozenset(("/", *(f"/{name}" for name in TITLES)))
"""Paths where a browser without a token is asked for one."""
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))


class Gate:
    """Puts the person among the request's state, or answers 401 or 403. `hosts` None: every host is ours.
    `open_to_all` are paths that need no token; there the person may be None."""

    def __init__(
        self,
        app: ASGIApp,
        tokens: Tokens | None,
        hosts: Iterable[str] | None,
        open_to_all: Iterable[str] = (),
    ) -> None:
        self._app = app
        self._tokens = tokens
        self._hosts = None if hosts is None else frozenset((*_LOOPBACK, *hosts))
        self._open = frozenset((*OPEN, *open_to_all))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        try:
            scope.setdefault("state", {})["person"] = self._person(scope)
        except Failure as failure:
            if scope["type"] == "websocket":
                # Without a word of our own, the server answers the handshake with 403.
                message = await receive()
                assert message["type"] == "websocket.connect"
                await send({"type": "websocket.close", "code": 1008})
                return
            answer = Response(
                encode(failure.body), failure.status, failure.headers, media_type="application/json"
            )
            if failure.status == 401 and scope["path"] in PAGES:
                asked = scope["state"].get("prefix", "") + scope["path"]
                if scope.get("query_string"):
                    asked += "?" + scope["query_string"].decode("latin-1")
                answer = RedirectResponse("login?next=" + quote(asked, safe="/"), 303)
            await answer(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_open(self, path: str) -> bool:
        return path in self._open or path.startswith(STATIC)

    def _person(self, scope: Scope) -> Person | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self._hosts is not None and _name(host) not in self._hosts:
            raise Failure(403, "this host is not served here")
        origin = headers.get("origin")
        foreign = origin is not None and _address(origin) != host.lower()
        if foreign:
            raise Failure(403, "a request from a foreign page")
        if self._tokens is None:
            return LOCAL
        token, by_cookie = _token(headers)
        if by_cookie and origin is None and scope.get("method", "GET") not in _SAFE_METHODS:
            raise Failure(403, "with a cookie, a request that changes something says its origin")
        if token is None:
            if self._is_open(scope["path"]):
                return None
            raise Failure(401, "a bearer token is needed", {"WWW-Authenticate": "Bearer"})
        try:
            return self._tokens.person(token)
        except Unknown as unknown:
            if self._is_open(scope["path"]):
                return None
            raise Failure(401, str(unknown), {"WWW-Authenticate": 'Bearer error="invalid_token"'}) from None


def _name(host: str) -> str:
    """The name in a Host header, without the port."""
    return (urlsplit(f"//{host}").hostname or "") if host and "@" not in host else ""


def _address(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _token(headers: Headers) -> tuple[str | None, bool]:
    """The token of a request, and whether it came as a cookie."""
    given = headers.get("authorization")
    if given is not None:
        kind, _, token = given.partition(" ")
        return (token.strip() or None if kind.lower() == "bearer" else None), False
    for part in headers.get("cookie", "").split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE and value:
            return value, True
    return None, False
