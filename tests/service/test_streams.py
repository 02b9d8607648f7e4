"""Events as they happen: server-sent events and the socket, which takes commands too."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import Any

import pytest
from service.served import Served, eventually
from websockets.exceptions import ConnectionClosed, InvalidStatus

SMALL = """
import asyncio, time
import huntgroup as hg
from huntgroup.settings.service_table import ServiceSettings
from huntgroup.service.server import serve
engine = hg.Engine(clock=time.time_ns)
engine.add_queue("sales")
settings = ServiceSettings(rate=5, burst=60, header_timeout=0.4, idle_timeout=0.6, sockets=3)
told = lambda address: print("huntgroup serves " + address, flush=True)
asyncio.run(serve(engine, settings, None, "127.0.0.1", 0, told=told, keep_events=40))
"""


def heard(socket: Any, count: int = 1) -> list[Any]:
    return [json.loads(socket.recv(timeout=20)) for _ in range(count)]


def until(socket: Any, kind: str, agent: str | None) -> list[Any]:
    """The events up to the first one of this kind that tells of this agent."""
    events: list[Any] = []
    while not events or (events[-1]["kind"], events[-1]["agent"]) != (kind, agent):
        events.append(heard(socket)[0]["event"])
    return events


def test_server_sent_events_go_on_from_a_seq(served: Served) -> None:
    served.done("enqueue", queue="backup")
    first = served.server_sent("/v1/events?from_seq=1", 5)
    assert [event["seq"] for event in first] == [1, 2, 3, 4, 5]
    again = served.server_sent("/v1/events", 2, Last_Event_ID="3")
    assert [event["seq"] for event in again] == [4, 5]
    assert again == first[3:]


def test_filters_must_all_match(served: Served) -> None:
    call = served.done("enqueue", queue="sales")
    path = "/v1/events?from_seq=1&queues=sales,night&agents=anna&kinds=offered,accepted"
    (event,) = served.server_sent(path, 1)
    assert (event["kind"], event["queue"], event["agent"]) == ("offered", "sales", "anna")
    served.done("abandon", interaction=call)


def test_the_socket_brings_events_and_takes_commands(served: Served) -> None:
    with served.socket("?kinds=queued") as socket:
        socket.send(json.dumps({"id": 7, "command": "enqueue", "queue": "night"}))
        socket.send(json.dumps({"id": "a", "command": "enqueue", "queue": "backup", "ref": "ws"}))
        socket.send(json.dumps({"id": [1], "command": "enqueue", "colour": 1}))
        socket.send(json.dumps({"command": "enqueue", "queue": "backup"}))
        socket.send("no json")
        told = heard(socket, 6)
    answers = {json.dumps(one["id"]): one for one in told if "event" not in one}
    assert (answers["7"]["status"], answers["7"]["refused"]) == (409, "QueueClosed")
    assert answers['"a"']["events"][0]["kind"] == "queued"
    assert (answers["[1]"]["status"], answers["[1]"]["field"]) == (422, "colour")
    assert answers["null"]["status"] in (400, 422)
    (event,) = [one["event"] for one in told if "event" in one]
    assert event["interaction"] == answers['"a"']["result"]


def test_every_socket_hears_the_same_in_order(served: Served) -> None:
    with ExitStack() as stack:
        opened = [
            stack.enter_context(served.socket("?queues=backup&kinds=queued", close_timeout=1))
            for _ in range(10)
        ]
        calls = [served.done("enqueue", queue="backup") for _ in range(30)]
        for socket in opened:
            assert [one["event"]["interaction"] for one in heard(socket, 30)] == calls


def test_many_commands_through_one_socket_are_all_answered(served: Served) -> None:
    with served.socket("?kinds=scorer_failed") as socket:
        for number in range(1_000):
            socket.send(json.dumps({"id": number, "command": "enqueue", "queue": "backup"}))
        told = heard(socket, 1_000)
    assert sorted(one["id"] for one in told) == list(range(1_000))
    assert len({one["result"] for one in told}) == 1_000


def test_an_agent_hears_of_itself_and_a_wall_of_nobody(guarded: Served) -> None:
    with (
        guarded.socket("", "anna") as anna,
        guarded.socket("", "ben") as ben,
        guarded.socket("", "lobby") as wall,
        guarded.socket("", "root") as root,
    ):
        call = guarded.done("enqueue", "crm", queue="sales")
        guarded.done("accept", "anna", interaction=call)
        guarded.done("end", "anna", interaction=call)
        guarded.done("set_status", "sam", agent="ben", status="Break")
        guarded.done("set_status", "sam", agent="ben", status="Ready")
        everything = until(root, "status_changed", "ben")
        assert {"anna", "ben", None} <= {event["agent"] for event in everything}
        mine = until(anna, "wrap_up_started", "anna")
        assert {event["agent"] for event in mine} <= {"anna", None}
        assert "offered" in [event["kind"] for event in mine]
        assert {event["agent"] for event in until(ben, "status_changed", "ben")} <= {"ben", None}
        for event in until(wall, "presence_changed", None):
            assert event["kind"].endswith("presence_changed")
            assert event["agent"] is None
            assert event["by"] is None


def test_a_socket_without_a_token_is_not_opened(guarded: Served) -> None:
    with pytest.raises(InvalidStatus) as refused, guarded.socket():
        pass
    assert refused.value.response.status_code in (401, 403)
    with pytest.raises(InvalidStatus), guarded.socket("", "root", origin="http://evil.example"):
        pass


def test_what_is_kept_no_more_is_gone_and_says_from_where_to_go_on() -> None:
    with Served(program=SMALL) as served:
        for _ in range(50):
            served.done("enqueue", queue="sales")
        gone = served.get("/v1/events?from_seq=1")
        assert gone.status == 410
        first = gone.json["first_seq"]
        assert served.server_sent(f"/v1/events?from_seq={first}", 1)[0]["seq"] == first
        with served.socket("?from_seq=1") as socket:
            assert heard(socket)[0]["first_seq"] == first
            with pytest.raises(ConnectionClosed) as closed:
                socket.recv(timeout=20)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4410


def test_a_subject_has_so_many_sockets_and_commands_a_second() -> None:
    with Served(program=SMALL) as served:
        with served.socket(), served.socket(), served.socket(), served.socket() as one_more:
            assert heard(one_more)[0]["status"] == 429
        eventually(lambda: "huntgroup_sockets 0" in served.get("/metrics").text)
        with served.socket() as again:
            again.send('{"id":1,"command":"hold","interaction":5}')
            assert heard(again)[0]["status"] == 404
        answers = [served.command("hold", interaction=5) for _ in range(90)]
        refused = [answer for answer in answers if answer.status == 429]
        assert refused
        assert int(refused[0].headers["retry-after"]) >= 1
        batch = '{"command":"hold","interaction":5}\n' * 61
        assert served.ask("POST", "/v1/commands/batch", batch).status == 429
