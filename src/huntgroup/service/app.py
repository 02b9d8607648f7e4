"""The application: routes around a service."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from urllib.parse import parse_qs

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from huntgroup.engine.sessions import checked_request
from huntgroup.errors import HuntgroupError
from huntgroup.service import lists, metrics, openapi, pages, streams
from huntgroup.service.answers import Failure, Reply, encode, failed, wrong_body
from huntgroup.service.bounds import LARGE, MAX_BATCH_BODY, MAX_BODY, Look
from huntgroup.service.faces import FACES, Face, Streams, convert
from huntgroup.service.figures import IntervalsQuery
from huntgroup.service.gate import COOKIE, Gate
from huntgroup.service.people import Person, Unknown
from huntgroup.service.reload import ReloadQuery, reloaded
from huntgroup.service.service import Service
from huntgroup.settings import arguments
from huntgroup.settings.service_table import ServiceSettings

Endpoint = Callable[[Request], Awaitable[Response]]
_PUBLIC = ("/v1/presence", "/presence", "/v1/me")
"""The paths that need no token if `public_presence` is set."""
DROPPED = 32 * 1024 * 1024
UNHURRIED = 0.005
"""Pause in seconds between two reads of a body that is too large and is dropped."""
JSON, NDJSON = "application/json", "application/x-ndjson"


def application(
    service: Service,
    named: Callable[[ServiceSettings], Iterable[str] | None],
    more: Iterable[BaseRoute] = (),
) -> Gate:
    """The ASGI application of a service. `named` gives, for the service's settings, the host names under
    which it may be reached; `more` are additional routes."""
    routes: list[BaseRoute] = [
        # `Commands` below takes the POST requests to /v1/commands; this route answers the other methods with
        # 405.
        Route("/v1/commands", _guarded(service, _batch), methods=["POST"]),
        Route("/v1/commands/batch", _guarded(service, _batch), methods=["POST"]),
        Route("/v1/config", _guarded(service, _config), methods=["GET", "POST"]),
        Route("/v1/events", _guarded(service, _events), methods=["GET"]),
        WebSocketRoute("/v1/stream", streams.Stream(service)),
        *(Route(face.path, _guarded(service, _reading(face)), methods=["GET"]) for face in FACES),
        Route("/v1/intervals", _guarded(service, _intervals), methods=["GET"]),
        Route("/metrics", _guarded(service, _metrics), methods=["GET"]),
        Route("/healthz", _guarded(service, _healthy), methods=["GET"]),
        Route("/readyz", _guarded(service, _ready), methods=["GET"]),
        Route("/openapi.json", _guarded(service, _described), methods=["GET"]),
        Route("/docs", _guarded(service, _docs), methods=["GET"]),
        Route("/v1/me", _guarded(service, _me), methods=["GET"]),
        Route("/", _guarded(service, _home), methods=["GET"]),
        *(Route(f"/{name}", _guarded(service, _page(name)), methods=["GET"]) for name in pages.TITLES),
        Route("/static/{path:path}", _guarded(service, _static), methods=["GET"]),
        Route("/login", _guarded(service, _login), methods=["GET", "POST"]),
        Route("/logout", _guarded(service, _logout), methods=["POST"]),
        *more,
    ]
    app = Starlette(routes=routes, exception_handlers={HTTPException: _not_there})
    app.router.redirect_slashes = False
    inner = Commands(service, app)
    gate = Gate(inner, service.tokens, named(service.settings), _open_to_all(service.settings))
    service.takes.append(lambda settings: gate.take(named(settings), _open_to_all(settings)))
    return gate


def _open_to_all(settings: ServiceSettings) -> tuple[str, ...]:
    return _PUBLIC if settings.public_presence else ()


def _guarded(service: Service, face: Callable[[Service, Person, Request], Awaitable[Response]]) -> Endpoint:
    """An endpoint that turns the errors that `face` raises into answers."""

    async def endpoint(request: Request) -> Response:
        try:
            return await face(service, request.scope["state"]["person"], request)
        except msgspec.ValidationError as error:
            return _failed(wrong_body(error))
        except (Failure, HuntgroupError) as error:
            return _failed(await service.refused(request.scope["state"]["person"], error))
        except ClientDisconnect:
            return Response(status_code=400)

    return endpoint


def _failed(failure: Failure) -> Response:
    return Response(encode(failure.body), failure.status, failure.headers, media_type=JSON)


async def _not_there(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _failed(Failure(error.status_code, str(error.detail), dict(error.headers or {})))


async def body_of(request: Request, most: int, look: Look | None = None) -> bytes:
    """The body of a request, at most `most` bytes; each part is passed to `look`. Raises Failure 413 for a
    larger body. The rest of such a body is read and dropped, up to `DROPPED` bytes, so that a client that
    sends its whole body before it reads still gets the answer."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size <= most:
            parts.append(part)
            if look is not None:
                await look.at(part)
        elif size > most + DROPPED:
            break
        else:
            # Read slowly: at full speed the dropped body would delay other requests.
            await asyncio.sleep(UNHURRIED)
    if size > most:
        raise Failure(413, f"a body of at most {most} bytes", {"Connection": "close"})
    return parts[0] if len(parts) == 1 else b"".join(parts)


def session_of(name: str | None, number: str | None) -> tuple[str | None, int | None]:
    """The headers `Session` and `Request`. Raises Failure, ConfigError."""
    if name is None:
        if number is not None:
            raise Failure(422, "Request: only with a Session", None, field="Request")
        return None, None
    arguments.name("Session", name)
    if number is None:
        return name, None
    if not (number.isascii() and number.isdigit() and len(number) < 20):
        raise Failure(422, "Request: an integer from 1 on", None, field="Request")
    return name, checked_request(int(number))


# --- commands -----------------------------------------------------------------------------------------------


class Commands:
    """Handles `POST /v1/commands` directly, without Starlette's routing, because most requests are of this
    kind. Passes every other request on to `app`."""

    def __init__(self, service: Service, app: ASGIApp) -> None:
        self._service, self._app = service, app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/v1/commands" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        reply = await self._reply(scope, receive)
        if reply is None:
            return
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(reply.body))]
        headers += [(name.lower().encode(), value.encode()) for name, value in reply.headers.items()]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body})

    async def _reply(self, scope: Scope, receive: Receive) -> Reply | None:
        """The answer; None if the client disconnected before its request was complete."""
        person = scope["state"]["person"]
        if self._service.spans is not None:
            self._service.spans.under(scope["headers"])
        message = await receive()
        body, look = message.get("body", b""), None
        try:
            if message.get("more_body") or len(body) > LARGE:
                told = Request(scope, _again(message, receive))
                body, look = await self._service.looked_at(
                    person, lambda given: body_of(told, MAX_BODY, given)
                )
            name = number = None
            for header, value in scope["headers"]:
                if header == b"session":
                    name = value.decode("latin-1")
                elif header == b"request":
                    number = value.decode("latin-1")
            session, request = session_of(name, number)
            self._service.buckets.take(person.subject)
        except (Failure, HuntgroupError) as error:
            return failed(await self._service.refused(person, error))
        except ClientDisconnect:
            return None
        return await self._service.carry_out(person, body, session, request, look=look)


def _again(first: Message, receive: Receive) -> Receive:
    """A `receive` that gives `first`, which was received already, and then the following messages."""
    waiting = [first]

    async def receiving() -> Message:
        return waiting.pop() if waiting else await receive()

    return receiving


async def _batch(service: Service, person: Person, request: Request) -> Response:
    body = await body_of(request, MAX_BATCH_BODY)
    session, number = session_of(request.headers.get("session"), request.headers.get("request"))
    answers = await service.batch(person, body, session, number)
    return Response(b"\n".join([*answers, b""]), media_type=NDJSON)


async def _config(service: Service, person: Person, request: Request) -> Response:
    lists.denied(person, "read or change the configuration", "administrator")
    given = request.query_params.multi_items()
    if request.method != "POST":
        convert(given, lists.Nothing)
        shown = await service.read(lambda engine: engine.configuration())
        return Response(encode(shown), media_type=JSON, headers={"Cache-Control": "no-store"})
    # A parameter without a value means true.
    query = convert([(name, value or "true") for name, value in given], ReloadQuery)
    return Response(encode(await reloaded(service, person, query)), media_type=JSON)


# --- readings -----------------------------------------------------------------------------------------------


def _reading(face: Face) -> Callable[[Service, Person, Request], Awaitable[Response]]:
    async def reading(service: Service, person: Person, request: Request) -> Response:
        query = convert(request.query_params.multi_items(), face.query)
        given: list[object] = [] if "{" not in face.path else [request.path_params["id"]]
        if face.numbered:
            given = [lists.number("id", str(given[0]))]
        if face.query is not lists.Nothing:
            given.append(query)

        shown, seq = await service.read(
            lambda engine: (face.show(engine, person, *given), engine._next_seq() - 1)
        )
        headers = {}
        if face.listed:
            shown["seq"] = seq
            headers["ETag"] = f'W/"{seq}"'
            if face.timeless and request.headers.get("if-none-match") == headers["ETag"]:
                return Response(status_code=304, headers=headers)
        headers["Cache-Control"] = "private, no-cache"
        return Response(encode(shown), headers=headers, media_type=JSON)

    return reading


async def _intervals(service: Service, person: Person, request: Request) -> Response:
    query = convert(request.query_params.multi_items(), IntervalsQuery)
    shown = await service.figures.shown(person, query)
    headers = {"ETag": f'W/"{shown["seq"]}"', "Cache-Control": "private, no-cache"}
    return Response(encode(shown), headers=headers, media_type=JSON)


async def _events(service: Service, person: Person, request: Request) -> Response:
    query = convert(request.query_params.multi_items(), Streams)
    return await streams.server_sent(service, person, request, query)


async def _metrics(service: Service, person: Person, _: Request) -> Response:
    lists.denied(person, "read metrics", "supervisor", "administrator", "connector", "wall")
    return Response(await metrics.page(service), media_type="text/plain; version=0.0.4")


# --- the service itself -------------------------------------------------------------------------------------


async def _healthy(_: Service, __: Person, ___: Request) -> Response:
    return Response(b'{"status":"ok"}', media_type=JSON)


async def _ready(service: Service, _: Person, __: Request) -> Response:
    service.check_open()
    failure = await service.read(lambda engine: engine._journal_failure)
    if failure is not None:
        raise Failure(503, f"JournalFailed: {failure}")
    return Response(b'{"status":"ready"}', media_type=JSON)


async def _described(_: Service, __: Person, ___: Request) -> Response:
    return Response(openapi.document(), media_type=JSON)


async def _docs(_: Service, __: Person, ___: Request) -> Response:
    return HTMLResponse(openapi.page(), headers={"Content-Security-Policy": openapi.POLICY})


async def _me(service: Service, person: Person | None, _: Request) -> Response:
    shown = pages.me(person, service.around, service.tokens is None)
    return Response(encode(shown), media_type=JSON, headers={"Cache-Control": "no-store"})


async def _home(_: Service, person: Person | None, __: Request) -> Response:
    return pages.home(person)


def _page(name: str) -> Callable[[Service, Person, Request], Awaitable[Response]]:
    async def shown(_: Service, person: Person | None, __: Request) -> Response:
        return pages.page(name, person)

    return shown


async def _static(_: Service, __: Person | None, request: Request) -> Response:
    return pages.file(request)


async def _login(service: Service, person: Person | None, request: Request) -> Response:
    if request.method == "GET":
        return HTMLResponse(pages.login(request.query_params.get("next", "/"), False), headers=_PAGE)
    form = parse_qs((await body_of(request, 16_384)).decode("utf-8", "replace"), keep_blank_values=True)
    token, following = form.get("token", [""])[0], _local(form.get("next", ["/"])[0])
    try:
        if service.tokens is not None:
            service.tokens.person(token)
    except Unknown:
        return HTMLResponse(pages.login(following, True), 401, headers=_PAGE)
    answer = RedirectResponse(following, 303)
    answer.set_cookie(
        COOKIE, token, httponly=True, samesite="strict", secure=request.url.scheme == "https", path="/"
    )
    return answer


async def _logout(_: Service, __: Person | None, ___: Request) -> Response:
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return answer


_PAGE = {**pages.HEADERS, "Cache-Control": "no-store"}


def _local(path: str) -> str:
    """The path if it leads to a page of this service, otherwise "/": no redirect to another host."""
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if ours else "/"
