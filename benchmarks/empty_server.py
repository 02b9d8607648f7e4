"""A server whose handlers do nothing, for comparison with the service in `bench_service`. It has the same
parts (Starlette on uvicorn, httptools, websockets), so that the two differ only by the service's own work.
Prints its address."""

from __future__ import annotations

import asyncio
import socket

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

ANSWER = b'{"result":1,"events":[]}'


async def _command(request: Request) -> Response:
    await request.body()
    return Response(ANSWER, media_type="application/json")


async def _batch(request: Request) -> Response:
    body = await request.body()
    return Response((ANSWER + b"\n") * body.count(b"\n"), media_type="application/x-ndjson")


async def _stream(socket: WebSocket) -> None:
    await socket.accept()
    try:
        while True:
            await socket.receive_text()
            await socket.send_text('{"id":1,"result":1,"events":[]}')
    except WebSocketDisconnect:
        return


def main() -> None:
    """Serves nothing, as fast as possible."""
    routes = [
        Route("/v1/commands", _command, methods=["POST"]),
        Route("/v1/commands/batch", _batch, methods=["POST"]),
        WebSocketRoute("/v1/stream", _stream),
    ]
    config = uvicorn.Config(
        Starlette(routes=routes),
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
