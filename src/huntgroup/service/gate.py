"""The first check of each request: is the host one of the service's, is the origin not foreign, and who sends
it?"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from huntgroup.service.answers import Failure, encode
from huntgroup.service.bounds import Patience
from huntgroup.service.pages import TITLES
from huntgroup.service.people import LOCAL, Person, Tokens, Unknown

COOKIE = "huntgroup"
OPEN = frozenset(("/healthz", "/readyz", "/openapi.json", "/docs", "/login", "/logout"))
"""The paths that need no token."""
AS = "as"
"""The parameter that names the agent to act as, if the service has no token file."""
STATIC = "/static/"
"""The prefix of the static files of the pages. They hold no secrets and need no token."""
PAGES = frozenset(("/", *(f"/{name}" for name in TITLES)))
"""The pages: a browser without a token is sent to /login."""
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))


class Gate:
    """Puts the person into the request's state, or answers 401 or 403. `hosts` None: every host name is
    accepted. `open_to_all` are further paths that need no token; there the person may be None."""

    def __init__(
        self,
        app: ASGIApp,
        tokens: Tokens | None,
        hosts: Iterable[str] | None,
        open_to_all: Iterable[str] = (),
    ) -> None:
        self._app = app
        self._tokens = tokens
        self._patience = Patience()
        self.take(hosts, open_to_all)

    def take(self, hosts: Iterable[str] | None, open_to_all: Iterable[str]) -> None:
        """Sets new hosts and open paths."""
        self._hosts = None if hosts is None else frozenset((*_LOOPBACK, *hosts))
        self._open = frozenset((*OPEN, *open_to_all))
        self._known: set[bytes] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        try:
            scope.setdefault("state", {})["person"] = self._person(scope)
        except Failure as failure:
            await self._patience.wait("")
            if scope["type"] == "websocket":
                # The socket is closed without being accepted; the server then answers the handshake with 403.
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
        given: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            if name in _LOOKED_AT:
                # All Cookie headers count; of another header that comes several times, the first.
                given[name] = given[name] + b";" + value if name in given and name == b"cookie" else value
        host, origin = given.get(b"host", b""), given.get(b"origin")
        if not self._is_ours(host):
            raise Failure(403, "this host is not served here")
        if origin is not None and _address(origin.decode("latin-1")) != host.decode("latin-1").lower():
            raise Failure(403, "a request from a foreign page")
        if self._tokens is None:
            return _somebody(scope)
        token, by_cookie = _token(given)
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

    def _is_ours(self, host: bytes) -> bool:
        if self._hosts is None or host in self._known:
            return True
        ours = _name(host.decode("latin-1")) in self._hosts
        if ours and len(self._known) < 1_000:
            self._known.add(host)
        return ours


_LOOKED_AT = frozenset((b"host", b"origin", b"authorization", b"cookie"))


def _somebody(scope: Scope) -> Person:
    """The person of a request to a service without tokens: the local administrator, or the agent that the
    parameter `as` names. The parameter is removed from the query, as no endpoint knows it."""
    if b"as=" not in scope.get("query_string", b""):
        return LOCAL
    pairs = parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    named = [value for name, value in pairs if name == AS]
    if not named or not named[0]:
        return LOCAL
    scope["query_string"] = urlencode([pair for pair in pairs if pair[0] != AS]).encode("latin-1")
    return Person(named[0], "agent")


def _name(host: str) -> str:
    """The name in a Host header, without the port."""
    try:
        return (urlsplit(f"//{host}").hostname or "") if host and "@" not in host else ""
    except ValueError:
        return ""


def _address(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _token(given: dict[bytes, bytes]) -> tuple[str | None, bool]:
    """The token of a request, and whether it came as a cookie."""
    said = given.get(b"authorization")
    if said is not None:
        kind, _, token = said.decode("latin-1").partition(" ")
        return (token.strip() or None if kind.lower() == "bearer" else None), False
    for part in given.get(b"cookie", b"").decode("latin-1").split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE and value:
            return value, True
    return None, False
