"""The service without a centre, for `bench_service` to put beside it: the same parts (Starlette on uvicorn,
httptools, websockets), the same commands in and the same answers out, nothing in between.

A handler decodes each command of the benchmark with msgspec into a structure with the members and types that
the service's own schema has, and encodes an answer with the members of the service's: a result, and the event
that such a command makes, with all its members. There is no engine, no rule, no right, no session, no bound
and nobody who listens to events; ids count up. With `constant` the answers are constant bytes instead, and
nothing is decoded. Prints its address.
"""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
import uvicorn
from msgspec import UNSET, UnsetType
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from huntgroup.shown import Event

Name = str | int


class Body(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, tag_field="command", gc=False):
    """A command; on the socket with its id."""

    id: msgspec.Raw | UnsetType = UNSET


class Enqueue(Body, tag="enqueue"):
    """The members of the service's `enqueue`."""

    queue: Name
    priority: int | UnsetType = UNSET
    requires: Name | UnsetType | None = UNSET
    relax: list[tuple[float, Name | None]] | UnsetType | None = UNSET
    preferred: Name | UnsetType | None = UNSET
    ref: Name | UnsetType | None = UNSET
    user: list[float] | UnsetType | None = UNSET
    arrived_at: Name | UnsetType | None = UNSET
    once: bool | UnsetType = UNSET


class Abandon(Body, tag="abandon"):
    """The members of the service's `abandon`."""

    interaction: int
    reason: str | UnsetType | None = UNSET


Told: Any = msgspec.defstruct("Told", ["seq", "at", *Event._fields[1:]], gc=False)
Answer: Any = msgspec.defstruct("Answer", ["result", "events"], gc=False)
SocketAnswer: Any = msgspec.defstruct("SocketAnswer", ["id", "result", "events"], gc=False)
COMMANDS = msgspec.json.Decoder(Enqueue | Abandon)
ENCODER = msgspec.json.Encoder()


class Handlers(NamedTuple):
    """One answer to each kind of request."""

    command: Any
    batch: Any
    message: Any


class Answering:
    """Answers as the service would: `enqueue` makes an interaction that is queued, `abandon` ends it."""

    def __init__(self) -> None:
        self._calls, self._seq = 0, 0

    def command(self, body: bytes) -> bytes:
        """The answer to one command."""
        return ENCODER.encode(Answer(*self._done(COMMANDS.decode(body), *_now())))

    def batch(self, body: bytes) -> bytes:
        """The answers to lines."""
        at_ns, at = _now()
        return ENCODER.encode_lines(
            [Answer(*self._done(command, at_ns, at)) for command in COMMANDS.decode_lines(body)]
        )

    def message(self, text: str) -> str:
        """The answer to a message of the socket."""
        command = COMMANDS.decode(text)
        return ENCODER.encode(SocketAnswer(command.id, *self._done(command, *_now()))).decode()

    def _done(self, command: Enqueue | Abandon, at_ns: int, at: str) -> tuple[int | None, list[Any]]:
        """The result and the events."""
        self._seq += 1
        none = None
        if isinstance(command, Enqueue):
            self._calls = call = self._calls + 1
            told = Told(
                *(self._seq, at, at_ns, "queued", none, call, command.queue, none),
                *(none, none, none, none, none, none, none, 0, none),
            )
            return call, [told]
        told = Told(
            *(self._seq, at, at_ns, "abandoned", none, command.interaction, "sales", none),
            *(none, none, none, none, none, none, none, none, none),
        )
        return none, [told]


def _now() -> tuple[int, str]:
    at_ns = time.time_ns()
    seconds, rest = divmod(at_ns, 1_000_000_000)
    return at_ns, f"{_second(seconds)}.{rest:09}Z"


@lru_cache(maxsize=16)
def _second(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))


CONSTANT = b'{"result":1,"events":[]}'


def handlers(constant: bool) -> Handlers:
    """Those that decode and encode, or those that do not."""
    if not constant:
        answering = Answering()
        return Handlers(answering.command, answering.batch, answering.message)
    return Handlers(
        lambda _: CONSTANT,
        lambda body: (CONSTANT + b"\n") * body.count(b"\n"),
        lambda _: '{"id":1,"result":1,"events":[]}',
    )


def routes(given: Handlers) -> list[Any]:
    """The three ways in."""

    async def command(request: Request) -> Response:
        return Response(given.command(await request.body()), media_type="application/json")

    async def batch(request: Request) -> Response:
        return Response(given.batch(await request.body()), media_type="application/x-ndjson")

    async def stream(socket: WebSocket) -> None:
        await socket.accept()
        try:
            while True:
                await socket.send_text(given.message(await socket.receive_text()))
        except WebSocketDisconnect:
            return

    return [
        Route("/v1/commands", command, methods=["POST"]),
        Route("/v1/commands/batch", batch, methods=["POST"]),
        WebSocketRoute("/v1/stream", stream),
    ]


def main() -> None:
    """Serves nothing, as fast as possible."""
    config = uvicorn.Config(
        Starlette(routes=routes(handlers("constant" in sys.argv[1:]))),
        http="httptools",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
    )
    with socket.create_server(("127.0.0.1", 0)) as made:
        made.setblocking(False)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        print(f"http://127.0.0.1:{made.getsockname()[1]}", flush=True)
        asyncio.run(uvicorn.Server(config).serve(sockets=[made]))


if __name__ == "__main__":
    main()
