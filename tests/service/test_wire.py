"""What leaves the service: whole, at once, and the same as what it stands for."""

from __future__ import annotations

import asyncio
import json
import socket
from pathlib import Path

from service.served import CENTRE, Served

import huntgroup as hg
from huntgroup.service.answers import encode
from huntgroup.service.hub import on_the_wire
from huntgroup.service.server import _Whole


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


class Pieces(asyncio.Transport):
    """Remembers what was sent in which pieces."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.sent.append(bytes(data))

    def close(self) -> None:
        self.closed = True


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
