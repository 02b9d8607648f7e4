"""What leaves the service: whole, at once, and the same as what it stands for."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from service.pieces import Pieces
from service.served import CENTRE, Served

import huntgroup as hg
from huntgroup.engine.events import event_texts
from huntgroup.service.answers import encode
from huntgroup.service.hub import on_the_wire
from huntgroup.service.server import _Whole
from huntgroup.settings.durations import iso_instant
from huntgroup.testing.play import play
from huntgroup.testing.workload import Workload


def test_an_event_on_the_wire_is_its_dictionary() -> None:
    engine = hg.Engine(model="agent_modes")
    engine.add_queue("sales")
    engine.add_agent("anna", queues=["sales"], devices=["voice"], signed_in=True, status="Ready")
    call = engine.enqueue("sales", ref="leg-17")
    engine.accept(call, "anna")
    engine.end(call)
    events = engine.poll()
    assert len(events) > 10
    for event in events:
        assert json.loads(encode(on_the_wire(event))) == json.loads(json.dumps(event.to_dict()))
        assert list(json.loads(encode(on_the_wire(event)))) == list(event.to_dict())


def test_the_text_of_a_row_is_that_of_its_event() -> None:
    kinds: set[str] = set()
    odd: set[str] = set()
    for seed in range(40, 60):
        workload = Workload(seed)
        engine = hg.Engine(**workload.settings)
        for _ in range(300):
            command = workload.next()
            play(workload.reference, command)
            workload.reference.poll()
            play(engine, command)
        rows = engine.poll_array()
        for event, text in zip(engine.named(rows), event_texts(rows, engine), strict=True):
            kinds.add(event.kind)
            if text is None:
                odd.add(event.kind)
            else:
                assert text == encode(on_the_wire(event))
    assert len(kinds) > 40
    assert odd == {"arrival_noted", "external_presence_changed", "profile_changed", "user_changed"}


@pytest.mark.parametrize(
    "name", ['a "quoted" one', "back\\slash", "Łódź", "\N{BELL}", "𝄞", "x" * 128, "é" * 64]
)
def test_any_name_is_told_as_it_is(name: str) -> None:
    engine = hg.Engine(clock=lambda: 1_772_442_000_000_000_000)
    engine.add_queue(name)
    engine.enqueue(name)
    rows = engine.poll_array()
    found = [json.loads(text or b"null") for text in event_texts(rows, engine)]
    assert found == [event.to_dict() for event in engine.named(rows)]
    assert found[-1]["queue"] == name


@pytest.mark.parametrize("at_ns", [0, 1, 999_999_999, 10**9, 1_772_442_000_000_000_001, 4 * 10**18])
def test_instants_are_told_to_the_nanosecond(at_ns: int) -> None:
    engine = hg.Engine(start=at_ns)
    engine.add_queue("sales")
    rows = engine.poll_array()
    assert [json.loads(text or b"")["at"] for text in event_texts(rows, engine)] == [iso_instant(at_ns)]


def test_texts_with_control_characters_are_escaped() -> None:
    engine = hg.Engine(start=0)
    engine.add_queue("sales")
    rows = engine.poll_array()
    engine._queue_names[0] = '\x00\n\t\x1f"\\'
    (text,) = event_texts(rows, engine)
    assert json.loads(text or b"")["queue"] == '\x00\n\t\x1f"\\'


def test_head_and_body_leave_together_and_nothing_is_kept_back() -> None:
    plain = Pieces()
    whole = _Whole(plain)
    head = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n"
    whole.write(head)
    whole.write(b"{}")
    whole.write(b"more")
    whole.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    whole.write(head)
    whole.flush()
    whole.flush()
    whole.write(head)
    whole.close()
    assert plain.sent == [head + b"{}", b"more", b"HTTP/1.1 100 Continue\r\n\r\n", head, head]
    assert plain.closed


def test_answers_without_a_body_come_and_those_of_a_pipeline_in_their_order(tmp_path: Path) -> None:
    (tmp_path / "centre.toml").write_text(CENTRE, encoding="utf-8")
    with Served(str(tmp_path / "centre.toml")) as served:
        with socket.create_connection(("127.0.0.1", served.port), timeout=30) as connection:
            host = served.address.encode()
            connection.sendall(b"HEAD /healthz HTTP/1.1\r\nHost: %b\r\n\r\n" % host)
            assert connection.recv(1 << 16).endswith(b"\r\n\r\n"), "a head alone"
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: %b\r\n\r\n" % host * 3)
            got = b""
            while got.count(b'{"status":"ok"}') < 3:
                some = connection.recv(1 << 16)
                assert some
                got += some
            assert got.count(b"HTTP/1.1 200") == 3
        served.stop()
