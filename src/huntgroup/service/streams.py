"""Streams of events: server-sent events, and the WebSocket, which also takes commands."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketState

from huntgroup.errors import ConfigError, HuntgroupError, Lagged
from huntgroup.service.answers import Failure, encode, failure_of, wrong_body
from huntgroup.service.bounds import LARGE, MAX_BODY, Look
from huntgroup.service.faces import Streams, convert
from huntgroup.service.hub import Feed
from huntgroup.service.people import Person
from huntgroup.service.service import Service
from huntgroup.service.together import carried_out, marked

QUIET = 15.0
"""Seconds without an event after which a stream sends a comment, to keep the connection open."""
SLOW = 10.0
"""Seconds within which a reader must take each message; a slower one is disconnected."""
UNDER_WAY = 256
"""How many commands of one socket may wait; with more, the next is read after some were carried out."""
AT_ONCE = 128
"""How many commands of one socket are carried out in a row before other tasks run."""
GOING_AWAY, TRY_LATER, RESTART, GONE = 1001, 1013, 1012, 4410


async def feed_of(service: Service, person: Person, query: Streams, from_seq: int | None) -> Feed:
    """Opens the feed of a stream. Raises Failure, with status 410 if the events from `from_seq` on were
    dropped."""
    service.check_open()
    if from_seq is not None and from_seq < 1:
        raise Failure(422, "from_seq: the seq of an event, from 1 on", None, field="from_seq")
    sees = await service.sight(person)
    try:
        return service.hub.open(person, sees, from_seq, query.filters(), query.rows)
    except Lagged as lagged:
        raise Failure(410, str(lagged), None, first_seq=lagged.first_seq) from None
    except ConfigError as error:
        raise failure_of(error) from None


async def server_sent(service: Service, person: Person, request: Request, query: Streams) -> Response:
    """`GET /v1/events`."""
    if query.rows:
        raise Failure(422, "rows: on the socket only", None, field="rows")
    from_seq, last = query.from_seq, request.headers.get("last-event-id")
    if last is not None:
        if not (last.isascii() and last.isdigit() and len(last) < 19):
            raise Failure(422, "Last-Event-ID: the seq of an event", None, field="Last-Event-ID")
        from_seq = int(last) + 1
    feed = await feed_of(service, person, query, from_seq)

    async def told() -> AsyncIterator[bytes]:
        try:
            yield b"retry: 1000\n\n"
            while feed.ready or feed.ended is None:
                if feed.ready:
                    lines: list[bytes] = []
                    while feed.ready and len(lines) < 1000:
                        seq, body = feed.ready.popleft()
                        lines.append(b"id: %d\ndata: %b\n\n" % (seq, body))
                    yield b"".join(lines)
                else:
                    await feed.wait(QUIET)
                    if not feed.ready and feed.ended is None:
                        yield b": quiet\n\n"
        finally:
            service.hub.close(feed)

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(told(), media_type="text/event-stream", headers=headers)


class Socket:
    """One `WS /v1/stream`: events out, commands in, answers out. Three tasks: one reads, one carries out what
    has come by then, one writes."""

    def __init__(
        self, service: Service, person: Person, socket: WebSocket, receive: Receive, send: Send, feed: Feed
    ) -> None:
        self._service, self._person, self._socket, self._feed = service, person, socket, feed
        self._receive, self._send_message = receive, send
        self._came: deque[bytes] = deque()
        self._news = asyncio.Event()
        self._done = asyncio.Event()
        self._over = False
        self._answers: deque[bytes] = deque()
        self._sends_since: float | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def run(self) -> None:
        """Runs until either the client or the service ends the connection."""
        carrying = asyncio.create_task(self._carry_on())
        reading = asyncio.create_task(self._read(carrying))
        writing = asyncio.create_task(self._write())
        self._watch(asyncio.get_running_loop(), writing)
        try:
            await asyncio.wait([reading, carrying, writing], return_when=asyncio.FIRST_COMPLETED)
        finally:
            if self._timer is not None:
                self._timer.cancel()
            for task in (reading, writing, carrying):
                task.cancel()
            await asyncio.gather(reading, writing, carrying, return_exceptions=True)

    def _watch(self, loop: asyncio.AbstractEventLoop, writing: asyncio.Task[None]) -> None:
        """Cancels the writing task if the reader has not taken a message for `SLOW` seconds."""
        if self._sends_since is not None and loop.time() - self._sends_since > SLOW:
            writing.cancel()
        else:
            self._timer = loop.call_later(SLOW / 4, self._watch, loop, writing)

    async def _read(self, carrying: asyncio.Task[None]) -> None:
        came = self._came
        while True:
            # Does not wait as long as a message is there: so those that arrive together are all here when
            # `_carry_on` runs.
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                break
            text = message.get("text")
            came.append((message.get("bytes") or b"") if text is None else text.encode())
            self._news.set()
            while len(came) >= UNDER_WAY:
                self._done.clear()
                await self._done.wait()
        # What came before the end is carried out.
        self._over = True
        self._news.set()
        await asyncio.wait([carrying])

    async def _carry_on(self) -> None:
        came = self._came
        while came or not self._over:
            if not came:
                self._news.clear()
                await self._news.wait()
                continue
            rows: list[tuple[bytes, bytes, msgspec.Struct]] = []
            for _ in range(min(len(came), AT_ONCE)):
                data = came.popleft()
                row = marked(data)
                if row is not None:
                    rows.append((data, *row))
                    continue
                # Something is wrong with it, or it is large.
                await self._together(rows)
                rows = []
                await self._command(data)
            await self._together(rows)
            self._done.set()
            await asyncio.sleep(0)

    async def _together(self, rows: list[tuple[bytes, bytes, msgspec.Struct]]) -> None:
        """Carries out commands that arrived together."""
        if not rows:
            return
        try:
            self._service.buckets.take(self._person.subject, len(rows))
        except Failure:
            for data, _, _ in rows:
                await self._command(data)
            return
        commands = [command for _, _, command in rows]
        answers = await carried_out(self._service, self._person, commands, alone=True)
        for (_, mark, _), answer in zip(rows, answers, strict=True):
            self._answers.append(b'{"id":%b,%b' % (mark, answer[1:]))
        self._feed.wake()

    async def _command(self, data: bytes) -> None:
        mark: Any = None
        look = None
        try:
            if LARGE < len(data) <= MAX_BODY:
                data, look = await self._service.looked_at(self._person, lambda given: _shown(given, data))
            mark, body = _marked(data)
            self._service.buckets.take(self._person.subject)
            reply = await self._service.carry_out(self._person, body, look=look)
            answer = reply.body
            if reply.status != 200:
                answer = b'{"status":%d,%b' % (reply.status, answer[1:])
        except Failure as error:
            # Who is gone waits for nothing.
            failure = error if self._over else await self._service.refused(self._person, error)
            answer = encode({"status": failure.status, **failure.body})
        self._answers.append(b'{"id":%b,%b' % (encode(mark), answer[1:]))
        self._feed.wake()

    async def _write(self) -> None:
        feed = self._feed
        while True:
            while self._answers:
                await self._send(self._answers.popleft())
            sent = 0
            while feed.ready and sent < 200 and not self._answers:
                await self._send(b'{"event":%b}' % feed.ready.popleft()[1])
                sent += 1
            if feed.ended is not None and not feed.ready and not self._answers:
                return await self._close()
            if not feed.ready and not self._answers:
                await self._wait()

    async def _wait(self) -> None:
        """Waits until there is something to send; makes and sends rows when they are due."""
        rows = self._feed.rows
        due = None if rows is None else rows.due_in()
        if rows is None or due is None:
            await self._feed.wait(3600)
        elif due > 0:
            await self._feed.pause(due)
        else:
            made = await self._service.read(lambda engine: rows.message(engine, engine._next_seq() - 1))
            await self._send(b'{"rows":%b}' % encode(made))

    async def _send(self, body: bytes) -> None:
        self._sends_since = asyncio.get_running_loop().time()
        await self._send_message({"type": "websocket.send", "text": body.decode()})
        self._sends_since = None

    async def _close(self) -> None:
        codes = {"slow": TRY_LATER, "lagged": TRY_LATER, "closed": RESTART}
        if self._socket.application_state is WebSocketState.CONNECTED:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(1):
                    await self._socket.close(codes[self._feed.ended or "closed"])


async def _shown(look: Look, data: bytes) -> bytes:
    await look.at(data)
    return data


def _marked(data: bytes) -> tuple[Any, bytes]:
    """A command's id on the socket, and the command without it. Raises Failure."""
    if len(data) > MAX_BODY:
        raise Failure(413, f"at most {MAX_BODY} bytes")
    try:
        members = _MEMBERS.decode(data)
    except msgspec.DecodeError as error:
        raise wrong_body(error) from None
    except RecursionError:
        raise Failure(400, "JSON nested too deep") from None
    mark = members.pop("id", None)
    if mark is None:
        raise Failure(422, "a command on the socket carries an id", None, field="id")
    if len(bytes(mark)) > 256:
        raise Failure(422, "id: at most 256 bytes", None, field="id")
    return mark, b"{%b}" % b",".join([b"%b:%b" % (encode(name), bytes(raw)) for name, raw in members.items()])


_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Stream:
    """`WS /v1/stream` as an ASGI application."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        service, person = self._service, scope["state"]["person"]
        ws = WebSocket(scope, receive, send)
        try:
            query = convert(ws.query_params.multi_items(), Streams)
            if service.sockets[person.subject] >= service.settings.sockets:
                raise Failure(429, f"at most {service.settings.sockets} sockets", {"Retry-After": "5"})
            feed = await feed_of(service, person, query, query.from_seq)
        except (msgspec.ValidationError, Failure, HuntgroupError) as error:
            failure = wrong_body(error) if isinstance(error, msgspec.ValidationError) else failure_of(error)
            await ws.accept()
            await ws.send_text(encode({"status": failure.status, **failure.body}).decode())
            await ws.close(GONE if failure.status == 410 else TRY_LATER if failure.status == 429 else 1008)
            return
        service.sockets[person.subject] += 1
        try:
            await ws.accept()
            await Socket(service, person, ws, receive, send, feed).run()
        finally:
            service.hub.close(feed)
            service.sockets[person.subject] -= 1
            if not service.sockets[person.subject]:
                del service.sockets[person.subject]
