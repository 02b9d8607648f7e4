"""What one client may cost the others."""

from __future__ import annotations

import asyncio
import json
import random
import socket
import time
from pathlib import Path
from typing import Any

import pytest
from service.served import CENTRE, Served, token, token_file

from huntgroup.service import bounds
from huntgroup.service.answers import Failure


def depth(value: Any) -> int:
    """How deep a value is nested."""
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


def is_refused(body: bytes) -> bool:
    try:
        bounds.check_depth(body)
    except Failure as failure:
        return failure.status == 400
    return False


def made(rng: random.Random, deep: int) -> Any:
    kind = rng.random()
    if deep <= 0 or kind < 0.2:
        return rng.choice(["[", ']{\\"', '"', "\\", "a\\\\", 3, None, "x"])
    if kind < 0.6:
        return [made(rng, deep - 1) for _ in range(rng.randint(1, 3))]
    return {rng.choice(["a", "[", '"[']): made(rng, deep - 1) for _ in range(rng.randint(1, 2))}


def test_depth_is_that_of_the_value_whatever_stands_in_its_texts() -> None:
    rng = random.Random(1)
    deep = 0
    for _ in range(3000):
        value = made(rng, rng.randint(1, 22))
        deep += depth(value) > bounds.MAX_DEPTH
        assert is_refused(json.dumps(value).encode()) == (depth(value) > bounds.MAX_DEPTH), value
    assert deep > 100


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        (b"[" * 1_000_000, True),
        (b'{"a":' * 200_000, True),
        (b"[" + b"[]," * 330_000 + b"[]]", False),
        (b'["' + b'","' * 300_000 + b'"]' + b"[]" * 20, False),
        (b'"' + b"\\\\" * 500_000 + b"[" * 20, False),
    ],
)
def test_a_megabyte_of_brackets_is_judged_in_a_few_milliseconds(body: bytes, refused: bool) -> None:
    start = time.thread_time()
    assert is_refused(body) == refused
    # A step of Python's for each bracket would take ten times this.
    assert time.thread_time() - start < 0.06


def test_depth_is_the_same_wherever_a_body_is_cut() -> None:
    rng = random.Random(2)
    for _ in range(500):
        body = json.dumps(made(rng, rng.randint(14, 20))).encode()
        depth, refused, at = bounds.Depth(), False, 0
        try:
            while at < len(body):
                size = rng.randint(1, 9)
                depth.feed(body[at : at + size])
                at += size
        except Failure as failure:
            refused = failure.status == 400
        assert refused == is_refused(body), body


def test_who_sends_large_bodies_that_come_to_nothing_waits_and_nobody_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slept: list[float] = []
    now = [1000.0]

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    monkeypatch.setattr(asyncio, "sleep", sleep)
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    async def run() -> None:
        pace = bounds.Pace()
        await pace.wait("eve")
        pace.note("eve", 0.003)
        pace.note("eve", 0.002)
        await pace.wait("anna")
        assert slept == []
        await pace.wait("eve")
        await pace.wait("eve")

    asyncio.run(run())
    assert slept == [pytest.approx(0.5)], "a hundred times as long as both took, once"


def test_a_large_body_that_is_too_deep_is_refused_before_it_is_whole(tmp_path: Path) -> None:
    """And others are answered while one comes; an honest large one is carried out."""
    (tmp_path / "centre.toml").write_text(CENTRE, encoding="utf-8")
    with Served(str(tmp_path / "centre.toml")) as served:
        head = "POST /v1/commands HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n"
        with socket.create_connection(("127.0.0.1", served.port), timeout=30) as connection:
            connection.sendall((head % (served.address, 1_000_000)).encode() + b"[" * 200_000)
            assert connection.recv(1 << 16).startswith(b"HTTP/1.1 400")
            assert served.ask("POST", "/v1/commands", '{"command":"enqueue","queue":"sales"}').status == 200
        many = {"command": "set_status_many", "agents": ["anna"] * 20_000, "status": "Break"}
        answer = served.ask("POST", "/v1/commands", json.dumps(many))
        assert answer.status in (200, 409, 422), answer
        flat = json.dumps({"command": "enqueue", "queue": "sales", "colours": [[]] * 100_000})
        assert served.ask("POST", "/v1/commands", flat).status == 422
        served.stop()


def test_the_refusals_of_a_flood_are_held_back_and_only_those(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[tuple[str, float]] = []

    async def run() -> None:
        patience = bounds.Patience(a_second=0.001, at_once=3)
        for whose in ("eve", "eve", "eve", "eve", "anna"):

            async def sleep(seconds: float, whose: str = whose) -> None:
                slept.append((whose, seconds))

            monkeypatch.setattr(asyncio, "sleep", sleep)
            await patience.wait(whose)

    asyncio.run(run())
    assert slept == [("eve", bounds.HELD_BACK)]


def send_all_of(connection: socket.socket, size: int) -> None:
    for _ in range(size >> 16):
        connection.sendall(bytes(1 << 16))


def test_a_body_that_is_answered_already_is_not_read_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "centre.toml").write_text(CENTRE, encoding="utf-8")
    with Served(str(tmp_path / "centre.toml"), "--tokens", str(token_file(tmp_path))) as served:
        head = (
            "POST /v1/commands HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", served.port), timeout=30) as connection:
            connection.sendall((head % (served.address, "nobody", 1 << 30)).encode())
            assert connection.recv(1 << 16).startswith(b"HTTP/1.1 401")
            with pytest.raises(OSError, match=r"reset|Broken pipe"):
                send_all_of(connection, 1 << 30)
        # Whoever sends as much as is allowed sees why it is refused, and may try again.
        with socket.create_connection(("127.0.0.1", served.port), timeout=30) as connection:
            connection.sendall((head % (served.address, "nobody", 500_000)).encode() + bytes(500_000))
            assert connection.recv(1 << 16).startswith(b"HTTP/1.1 401")
            body = b'{"command":"enqueue","queue":"sales"}'
            connection.sendall((head % (served.address, token("crm"), len(body))).encode() + body)
            assert connection.recv(1 << 16).startswith(b"HTTP/1.1 200")
        served.stop()
