"""Runs a service on uvicorn: the listening socket, time-outs, and shutdown by a signal."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import os
import signal
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any

import uvicorn
from starlette.routing import BaseRoute
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from huntgroup.engine.engine import Engine
from huntgroup.errors import ConfigError
from huntgroup.history import Ledger
from huntgroup.live.router import Router
from huntgroup.service.app import application
from huntgroup.service.bounds import MAX_BODY
from huntgroup.service.centres import Beside, Centres
from huntgroup.service.gate import Gate
from huntgroup.service.pages import Surroundings
from huntgroup.service.people import Tokens
from huntgroup.service.reload import Reload
from huntgroup.service.service import Service
from huntgroup.service.telemetry import Telemetry
from huntgroup.settings.service_table import ServiceSettings

log: logging.Logger = logging.getLogger("huntgroup.service")

MAX_HEAD = 64 * 1024
GATHERED = 64 * 1024
"""With more bytes than this, the messages of a socket are sent without waiting for further ones."""
PATIENCE = 10
"""Seconds that running requests have to finish after SIGTERM."""


def is_loopback(host: str) -> bool:
    """Is this a loopback address?"""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def hosts_of(host: str, settings: ServiceSettings) -> tuple[str, ...] | None:
    """The host names that requests may use, beside those of the loopback address; None for any name, if the
    service listens on all addresses and no name was given."""
    if host in ("", "0.0.0.0", "::") and not settings.hosts:
        return None
    return (host.lower(), *settings.hosts)


def listening(host: str, port: int) -> socket.socket:
    """A listening socket; its connections send without delay (TCP_NODELAY). Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.create_server((host, port), family=family, backlog=1024)
    # asyncio sets this only for sockets that it makes itself. Without it, an answer whose head and body are
    # sent separately waits 40 ms in between, until the client has acknowledged the head.
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    made.setblocking(False)
    return made


async def serve(
    engine: Engine,
    settings: ServiceSettings,
    tokens: Tokens | None,
    host: str,
    port: int,
    *,
    told: Callable[[str], object] = print,
    life: Callable[[Router], AbstractAsyncContextManager[object]] | None = None,
    routes: Iterable[BaseRoute] = (),
    keep_events: int = 1_000_000,
    beside: Iterable[Beside] = (),
    around: Surroundings | None = None,
    centre: str | os.PathLike[str] | None = None,
    ledger: Ledger | None = None,
    telemetry: Callable[[Service], Telemetry] | None = None,
) -> None:
    """Serves an engine until SIGTERM or SIGINT. `told` is called with the address once the service listens;
    `life` drives a made-up centre; `beside` are further centres under paths of their own; `around` is what
    pages need to know; `centre` is the file that SIGHUP and `POST /v1/config` read again; `ledger` is the
    history that was read from the journal; `telemetry` makes the exporter for the first centre. Raises
    ConfigError, OSError."""
    if tokens is None and not is_loopback(host):
        raise ConfigError("host", host, "a loopback address, as there is no token file: everybody may do all")
    with contextlib.closing(listening(host, port)) as made:
        address = made.getsockname()
        routes = list(routes)
        services: list[Service] = []
        apps: dict[str, Gate] = {}
        async with contextlib.AsyncExitStack() as stack:
            for one in (Beside("", "", engine, life), *beside):
                router = await stack.enter_async_context(Router(one.engine, keep_events=keep_events))
                known = ledger if one.engine is engine else None
                service = Service(router, settings, tokens, around or Surroundings(), known)
                service.start()
                stack.push_async_callback(service.stop)
                services.append(service)
                apps[one.path] = application(service, partial(hosts_of, host), routes)
                if one.life is not None:
                    await stack.enter_async_context(one.life(router))
            if telemetry is not None:
                told_of = telemetry(services[0])
                await told_of.start()
                stack.push_async_callback(told_of.stop)
            first = apps.pop("")
            config = _config(Centres(first, apps) if apps else first, settings)
            if centre is not None:
                services[0].reload = Reload(services[0], centre)
                services[0].takes.append(partial(_time_outs, config))
            server = _Server(config)
            with _signals(services, server):
                shown = f"[{host}]" if ":" in host else host
                told(f"http://{shown}:{address[1]}")
                await server.serve(sockets=[made])


def _time_outs(config: uvicorn.Config, settings: ServiceSettings) -> None:
    """Sets new time-outs for connections made from now on."""
    config.http_protocol_class.settings = settings  # type: ignore[attr-defined]
    config.timeout_keep_alive = max(1, round(settings.idle_timeout))


def _config(app: Any, settings: ServiceSettings) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=type("Protocol", (_Protocol,), {"settings": settings}),
        ws="websockets-sansio",
        ws_max_size=MAX_BODY,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=max(1, round(settings.idle_timeout)),
        timeout_graceful_shutdown=PATIENCE,
    )


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # `_signals` below handles signals instead: a shutdown by a signal is normal, with the exit code 0.
        yield


@contextlib.contextmanager
def _signals(services: list[Service], server: uvicorn.Server) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    tasks: list[asyncio.Task[None]] = []

    def stop(name: str) -> None:
        log.info("%s: no new commands; what was taken is finished", name)
        tasks.extend(loop.create_task(service.stop()) for service in services)
        server.should_exit = True

    def reload() -> None:
        if services[0].reload is None:
            log.info("SIGHUP: this service has no centre's file")
        else:
            tasks.append(loop.create_task(services[0].reload.by_signal()))

    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    for number in numbers[:2]:
        loop.add_signal_handler(number, stop, number.name)
    loop.add_signal_handler(signal.SIGHUP, reload)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


class _Protocol(HttpToolsProtocol):
    """A connection with time-outs: the head of a request must arrive within `header_timeout` seconds and be
    at most 64 KiB; its body must arrive within `idle_timeout` seconds."""

    settings: ServiceSettings
    _timer: asyncio.TimerHandle | None = None
    _until: float | None = None
    _head = 0
    _unread = 0
    _is_whole = False
    _in_head = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(_Whole(transport))  # type: ignore[arg-type]
        self._within(self.settings.header_timeout)

    def connection_lost(self, exc: Exception | None) -> None:
        self._at_ease()
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head += len(data)
            if self._head > MAX_HEAD + MAX_BODY:
                self.transport.abort()
                return
        super().data_received(data)
        if self._in_head and self._head > MAX_HEAD and not self.transport.is_closing():
            self.transport.write(b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n\r\n")
            self.transport.close()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True
        self._within(self.settings.header_timeout)

    def on_headers_complete(self) -> None:
        self._in_head, self._head, self._unread, self._is_whole = False, 0, 0, False
        self._within(self.settings.idle_timeout)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        if self._is_answered():
            # The request is answered already. The rest of its body is read up to a bound, so that the client
            # gets to read the answer.
            self._unread += len(body)
            if self._unread > MAX_BODY:
                self.transport.abort()

    def _is_answered(self) -> bool:
        """Is the request answered already? A request that becomes a WebSocket has no answer."""
        return self.cycle is not None and self.cycle.response_complete  # type: ignore[redundant-expr]

    def on_message_complete(self) -> None:
        self._at_ease()
        super().on_message_complete()
        self._is_whole = True
        if self._is_answered():
            self._in_head, self._head = True, 0

    def on_response_complete(self) -> None:
        """As in uvicorn, except that one timer of the connection handles every time-out: making and
        cancelling a timer for each request would cost several microseconds."""
        self.transport.flush()  # type: ignore[attr-defined]
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        elif self._is_whole:
            self._within(self.settings.idle_timeout)
        if self._is_whole:
            self._in_head, self._head = True, 0

    def handle_websocket_upgrade(self) -> None:
        self._at_ease()
        self.transport = _Gathering(self.transport.plain, self.loop)  # type: ignore[attr-defined, assignment]
        super().handle_websocket_upgrade()

    def _within(self, seconds: float) -> None:
        """Sets the time-out to this many seconds from now. A running timer that fires earlier is kept and set
        again when it fires, so that most requests make no timer."""
        self._until = self.loop.time() + seconds
        if self._timer is not None and self._timer.when() > self._until:
            self._timer.cancel()
            self._timer = None
        if self._timer is None:
            self._timer = self.loop.call_at(self._until, self._look)

    def _at_ease(self) -> None:
        self._until = None

    def _look(self) -> None:
        self._timer = None
        if self._until is None or self.transport.is_closing():
            return
        if self.loop.time() < self._until:
            self._timer = self.loop.call_at(self._until, self._look)
        else:
            self.transport.abort()


class _Whole:
    """A transport that holds back the head of an answer until its body is written, so that both are sent
    together. Every answer of this service writes the first part of its body right after the head, or has no
    body."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self.plain = transport
        self._head = b""

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.plain, name)
        setattr(self, name, found)
        return found

    def write(self, data: bytes) -> None:
        if self._head:
            data, self._head = self._head + data, b""
        elif data.endswith(b"\r\n\r\n") and data.startswith(_HEADS):
            self._head = data
            return
        self.plain.write(data)

    def close(self) -> None:
        self.flush()
        self.plain.close()

    def flush(self) -> None:
        head, self._head = self._head, b""
        if head:
            self.plain.write(head)


class _Gathering:
    """A transport that gathers what is written until the event loop has run what is ready, so that messages
    that leave one after the other are sent together."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self.plain, self._loop = transport, loop
        self._parts: list[bytes] = []
        self._size = 0

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.plain, name)
        setattr(self, name, found)
        return found

    def write(self, data: bytes) -> None:
        if not self._parts:
            self._loop.call_soon(self.flush)
        self._parts.append(data)
        self._size += len(data)
        if self._size > GATHERED:
            self.flush()

    def close(self) -> None:
        self.flush()
        self.plain.close()

    def flush(self) -> None:
        if self._parts:
            parts, self._parts, self._size = self._parts, [], 0
            self.plain.write(parts[0] if len(parts) == 1 else b"".join(parts))


# Not `100 Continue`: the client waits for it before it sends its body.
_HEADS = tuple(b"HTTP/1.1 %d" % hundred for hundred in range(2, 6))
