"""FastAPI around an engine: the router starts and ends with the application, a refusal is a 409.

For a server: uvicorn fastapi_app:app. Run by itself, it serves on a free port and asks itself three times.
The project's own service has tokens, roles and streams as well."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.client import HTTPConnection
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

import huntgroup as hg


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """The engine lives as long as the application. One process only: run it with one worker."""
    engine = hg.Engine(clock=time.time_ns)
    engine.add_queue("sales")
    engine.add_agent("ann", queues=["sales"], devices=["voice"], signed_in=True, status="Ready")
    async with hg.live(engine) as app.state.router:
        yield


app = FastAPI(lifespan=lifespan)


@app.exception_handler(hg.Refused)
async def refused(_: Request, error: hg.Refused) -> JSONResponse:
    """A rule forbids it: nothing has changed."""
    return JSONResponse({"refused": type(error).__name__, "message": str(error)}, 409)


@app.post("/calls")
async def enqueue(request: Request, queue: str, ref: str) -> dict[str, Any]:
    """A call has come in. `once` makes the request safe to repeat."""
    call = await request.app.state.router.enqueue(queue, ref=ref, once=True)
    return await show(request, call)


@app.post("/calls/{call}/accept")
async def accept(request: Request, call: int) -> dict[str, Any]:
    """The agent has answered."""
    await request.app.state.router.accept(call)
    return await show(request, call)


@app.get("/calls/{call}")
async def show(request: Request, call: int) -> dict[str, Any]:
    """How it stands."""
    shown = await request.app.state.router.read(lambda engine: engine.interaction(call).to_dict())
    return {name: shown[name] for name in ("id", "ref", "state", "agent")}


async def main() -> None:
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    client = HTTPConnection("127.0.0.1", server.servers[0].sockets[0].getsockname()[1])
    for path in ("/calls?queue=sales&ref=leg-17", "/calls/1/accept", "/calls/1/accept"):
        client.request("POST", path)
        answer = await asyncio.to_thread(client.getresponse)
        print(answer.status, json.load(answer))
    client.close()
    server.should_exit = True
    await serving


if __name__ == "__main__":
    asyncio.run(main())
