"""Commands that come together, as lines of a batch or messages of a socket, are answered as those that come
one by one."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from service.pieces import Pieces
from service.served import Served
from starlette.websockets import WebSocket

import huntgroup as hg
from huntgroup.live.router import Router
from huntgroup.service.answers import Failure
from huntgroup.service.people import Person
from huntgroup.service.server import GATHERED, _Gathering
from huntgroup.service.service import Service
from huntgroup.service.streams import Socket
from huntgroup.service.together import carried_out, marked, read_all
from huntgroup.settings.service_table import ServiceSettings

ROOT = Person("root", "administrator")
PEOPLE = (
    ROOT,
    Person("sam", "supervisor"),
    Person("tea", "supervisor", "red"),
    Person("crm", "connector"),
    Person("anna", "agent"),
    Person("lobby", "wall"),
)


def centre() -> hg.Engine:
    engine = hg.Engine(model="agent_modes", clock=time.time_ns)
    engine.add_queue("sales", offer_timeout=600)
    engine.add_queue("backup")
    for name, team in (("anna", "red"), ("ben", "blue")):
        engine.add_agent(name, queues=["sales"], devices=["voice"], signed_in=True, status="Ready", team=team)
    engine.poll()
    return engine


def with_service(work: Callable[[Service], Awaitable[Any]], settings: ServiceSettings | None = None) -> Any:
    """What `work` returns, called with a service of its own."""

    async def main() -> Any:
        async with Router(centre()) as router:
            service = Service(router, settings or ServiceSettings(rate=1e6, burst=1e6), None)
            service.hub.start()
            try:
                return await work(service)
            finally:
                await service.hub.stop()

    return asyncio.run(main())


LINES = [
    b'{"command": "enqueue", "queue": "sales", "ref": "leg-17"}',
    b'{"command": "enqueue", "queue": "sales", "priority": 3, "requires": null}',
    b'{"command": "accept", "interaction": 1, "agent": "anna"}',
    b'{"command": "accept", "interaction": 1, "agent": "anna"}',
    b'{"command": "enqueue", "queue": "nowhere"}',
    b'{"command": "enqueue", "queue": "backup", "relax": [[5, null], [10, null]]}',
    b'{"command": "enqueue"}',
    b'{"command": "enqueue", "queue": "sales", "colour": 1}',
    b"no json",
    b"[" * 40,
    b'{"command": "enqueue", "queue": "sales", "user": ' + b"[" * 20 + b"]" * 20 + b"}",
    b'{"command": "fly"}',
    b'{"command": "set_status", "agent": "ben", "status": "Break"}',
    b'{"command": "abandon", "interaction": 3}',
    b'{"command": "abandon", "interaction": 3}',
    b'{"command": "update_queue", "queue": "sales", "wrap_up": 12.5}',
    b'{"command": "enqueue", "queue": "sales", "arrived_at": "rubbish"}',
    b'{"command": "end", "interaction": 1}',
    b'{"command": "enqueue", "queue": "backup", "priority": 99999999999999999999}',
]


def timeless(line: bytes) -> Any:
    """An answer without what depends on the instant."""
    told = json.loads(line)
    for event in told.get("events", ()):
        for member in ("at", "at_ns", "value", "other"):
            event.pop(member)
    return told


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: f"{person.subject} {person.role}")
def test_the_lines_of_a_batch_are_answered_as_commands_that_come_singly(person: Person) -> None:
    async def singly(service: Service) -> tuple[list[Any], Any]:
        found = []
        for line in LINES:
            reply = await service.carry_out(person, line)
            told = timeless(reply.body)
            found.append(told if reply.status == 200 else {"status": reply.status, **told})
        return found, service.outcomes

    async def together(service: Service) -> tuple[list[Any], Any]:
        lines = await service.batch(person, b"\n \n".join(LINES), None, None)
        assert sum(service.seconds.counts) == len(LINES)
        return [timeless(line) for line in lines], service.outcomes

    one_by_one, counted = with_service(singly)
    assert with_service(together) == (one_by_one, counted)
    assert sum(counted.values()) == len(LINES)
    statuses = {one.get("status", 200) for one in one_by_one}
    assert statuses >= ({200, 400, 404, 409, 422} if person is ROOT else {400, 422})


def test_each_line_tells_its_own_events() -> None:
    async def work(service: Service) -> list[Any]:
        line = b'{"command": "enqueue", "queue": "backup"}'
        return [json.loads(one) for one in await service.batch(ROOT, b"\n".join([line] * 2_500), None, None)]

    told = with_service(work)
    assert [one["result"] for one in told] == list(range(1, 2_501))
    for one in told:
        assert {event["interaction"] for event in one["events"]} == {one["result"]}
    seqs = [event["seq"] for one in told for event in one["events"]]
    assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))


def test_a_session_carries_each_line_out_once() -> None:
    async def work(service: Service) -> tuple[list[bytes], list[bytes], int]:
        body = b"\n".join([LINES[0], LINES[4], LINES[5]])
        first = await service.batch(ROOT, body, "crm-7", 5)
        again = await service.batch(ROOT, body, "crm-7", 5)
        overlapping = await service.batch(ROOT, body, "crm-7", 7)
        assert overlapping[0] == first[2], "number 7 was the third line"
        waiting = await service.router.read(lambda engine: engine.queue("backup").waiting)
        return first, again, waiting

    first, again, waiting = with_service(work)
    assert first == again
    assert waiting == 2, "the third line once, and its repetition as number 9"


def test_who_exceeds_the_rate_gets_nothing_of_a_batch_done() -> None:
    async def work(service: Service) -> None:
        with pytest.raises(Failure) as failure:
            await service.batch(ROOT, b"\n".join([LINES[0]] * 11), None, None)
        assert failure.value.status == 429
        assert len(await service.batch(ROOT, b"\n".join([LINES[0]] * 10), None, None)) == 10
        calls = await service.router.read(lambda engine: engine.queue("sales").waiting)
        assert calls + 2 == 10, "two ring at the agents"

    with_service(work, ServiceSettings(rate=0.001, burst=10))


def test_a_stopping_service_does_nothing_of_what_comes_together() -> None:
    async def work(service: Service) -> list[bytes]:
        service.stopping = True
        return await carried_out(service, ROOT, read_all([LINES[0], b"no json"]))

    assert [json.loads(one)["status"] for one in with_service(work)] == [503, 503]


def test_a_command_with_an_id_is_read_at_once_or_left_to_the_slow_way() -> None:
    found = marked(b'{"id": {"a": [1]}, "command": "enqueue", "queue": "sales"}')
    assert found is not None
    assert found[0] == b'{"a": [1]}'
    assert marked(b'{"command": "enqueue", "queue": "sales"}') is None
    assert marked(b'{"id": "%b", "command": "enqueue", "queue": "sales"}' % (b"x" * 255)) is None
    assert marked(b'{"id": 1, "command": "enqueue", "queue": "sales", "colour": 1}') is None
    assert marked(b'{"id": 1, "command": "enqueue", "queue": ' + b"[" * 20) is None


def test_messages_that_arrive_together_are_answered_in_their_order(served: Served) -> None:
    with served.socket("?kinds=agent_removed") as socket:
        for number in range(600):
            told = {"id": number, "command": "enqueue", "queue": "backup" if number % 3 else "nowhere"}
            socket.send(json.dumps(told if number % 50 else {**told, "colour": 1}))
        found = [json.loads(socket.recv(timeout=20)) for _ in range(600)]
        assert [one["id"] for one in found] == list(range(600))
        for number, one in enumerate(found):
            expected = 422 if number % 50 == 0 else 200 if number % 3 else 404
            assert one.get("status", 200) == expected
        calls = [one["result"] for one in found if "result" in one]
        assert calls == sorted(calls)
        for call in calls:
            socket.send(json.dumps({"id": call, "command": "abandon", "interaction": call}))
        assert [json.loads(socket.recv(timeout=20))["id"] for _ in calls] == calls


def test_a_socket_ends_when_its_commands_fail_in_a_way_that_nobody_foresaw() -> None:
    async def work(service: Service) -> None:
        messages = [
            {"type": "websocket.receive", "text": '{"id": 1, "command": "enqueue", "queue": "sales"}'}
        ]

        async def receive() -> Any:
            return messages.pop() if messages else await asyncio.Event().wait()

        async def send(_: Any) -> None:
            raise AssertionError("nothing is answered")

        async def fails(*_: Any) -> Any:
            raise RuntimeError("unforeseen")

        service.router.commands = fails  # type: ignore[method-assign]
        filters: dict[str, list[str] | None] = {"queues": None, "agents": None, "kinds": None}
        feed = service.hub.open(ROOT, lambda _: True, None, filters)
        socket = Socket(service, ROOT, WebSocket({"type": "websocket"}, receive, send), receive, send, feed)
        await asyncio.wait_for(socket.run(), 10)
        service.hub.close(feed)

    with_service(work)


def test_messages_of_a_socket_leave_together_and_none_is_kept_back() -> None:
    async def main() -> list[bytes]:
        plain = Pieces()
        gathering = _Gathering(plain, asyncio.get_running_loop())
        gathering.write(b"one ")
        gathering.write(b"two")
        assert plain.sent == []
        await asyncio.sleep(0)
        assert plain.sent == [b"one two"]
        gathering.write(b"x" * GATHERED)
        gathering.write(b"y")
        assert [len(piece) for piece in plain.sent[1:]] == [GATHERED + 1]
        gathering.write(b"end")
        gathering.close()
        assert plain.sent[2:] == [b"end"]
        assert plain.closed
        await asyncio.sleep(0)
        return plain.sent

    assert len(asyncio.run(main())) == 3
