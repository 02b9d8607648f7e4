"""How much a hostile client slows down the others.

An honest client gives a command 100 times a second, alone and beside each of these in turns: headers that
come a byte at a time over 200 connections, bodies without end, a megabyte of brackets, a flood of commands
beyond what the subject may, floods of tokens that are forged, expired or of another key, and 20 sockets
that never read. A subject may give 200 commands a second, twice what the honest one needs. For each of them
windows without and with it take turns, with 4,000 requests of the honest client in all of each sort. A p99 is
that of one window; `p99 alone` and `p99 beside` are the medians of it over the windows, `more` is the second
by the first (at most a tenth more is wanted: read it on a machine that is idle, as both clients and the
service share its processors). `work` is the share of one processor that the service spends on the hostile
client, which a busy machine changes little.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import multiprocessing
import select
import socket
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import jwt

from benchmarks.bench_service import Served, served
from benchmarks.common import Row, check, parser, report, summary

CENTRE = """
[service]
rate = 200
burst = 200
[[queue]]
name = "sales"
[[queue]]
name = "support"
"""
TOKENS = {"honest": "administrator", "hostile": "connector"}
SECRET = b"a secret of the issuer that is long enough"
RATE = 100
TARGET = 1.1


def token(subject: str) -> str:
    """The token of a subject."""
    return f"{subject}-0123456789abcdef0123456789abcdef"


def request(path: str, body: bytes, bearer: str, length: int | None = None) -> bytes:
    """A POST as the bytes that are sent; `length` if the header gives another length than the body's."""
    size = len(body) if length is None else length
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {bearer}\r\n"
    return f"{head}Content-Length: {size}\r\n\r\n".encode() + body


def asked(connection: socket.socket, told: bytes) -> bytes:
    """The answer to a request whose body ends with it."""
    connection.sendall(told)
    got = b""
    while not got.endswith(b"}"):
        some = connection.recv(1 << 16)
        if not some:
            raise ConnectionResetError
        got += some
    return got


# --- the hostile clients: each goes on until it is ended ----------------------------------------------------


def _again(port: int, turn: Callable[[socket.socket], object]) -> None:
    """Sends the same for ever; opens a new connection if one is closed."""
    while True:
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", port), timeout=20) as connection,
        ):
            while True:
                turn(connection)


def slow_heads(port: int) -> None:
    """200 connections, each a byte a second of its head."""
    connections = [socket.create_connection(("127.0.0.1", port)) for _ in range(200)]
    while True:
        for place, connection in enumerate(connections):
            try:
                connection.sendall(b"G")
            except OSError:
                connections[place] = socket.create_connection(("127.0.0.1", port))
            time.sleep(1 / 200)


def endless_bodies(port: int) -> None:
    """A body of a gigabyte, again and again."""

    def turn(connection: socket.socket) -> None:
        connection.sendall(request("/v1/commands", b"", token("hostile"), 1 << 30))
        while True:
            connection.sendall(bytes(1 << 16))

    _again(port, turn)


def endless_bodies_of_nobody(port: int) -> None:
    """The same with an invalid token."""

    def turn(connection: socket.socket) -> None:
        connection.sendall(request("/v1/commands", b"", "none", 1 << 30))
        while True:
            connection.sendall(bytes(1 << 16))

    _again(port, turn)


def brackets(port: int) -> None:
    """Nearly a megabyte of brackets, deep and flat, 10 times a second."""
    flat = b"[" + b"[]," * 330_000 + b"[]]"
    bodies = [b"[" * 1_000_000, flat, b'{"a":' * 160_000, b'{"x":' + flat + b"}"]

    def turn(connection: socket.socket) -> None:
        for body in bodies:
            asked(connection, request("/v1/commands", body, token("hostile")))
            time.sleep(0.1)

    _again(port, turn)


def flood(port: int) -> None:
    """Commands as fast as they are answered, over 8 connections."""
    told = request("/v1/commands", b'{"command":"enqueue","queue":"support"}', token("hostile"))
    _from_eight(port, told)


def _bad_tokens(port: int, bearer: str) -> None:
    _from_eight(port, request("/v1/commands", b'{"command":"enqueue","queue":"support"}', bearer))


def _from_eight(port: int, told: bytes) -> None:
    connections = [socket.create_connection(("127.0.0.1", port), timeout=20) for _ in range(8)]
    for connection in connections:
        connection.sendall(told)
    while True:
        ready, _, _ = select.select(connections, [], [], 10)
        for connection in ready:
            if not connection.recv(1 << 16):
                connections.remove(connection)
                connections.append(socket.create_connection(("127.0.0.1", port), timeout=20))
                connections[-1].sendall(told)
            else:
                connection.sendall(told)


def forged(port: int) -> None:
    """A token that nobody issued."""
    _bad_tokens(port, "x" * 40)


def expired(port: int) -> None:
    """A token of the issuer that has expired."""
    _bad_tokens(port, signed(SECRET, -60))


def other_key(port: int) -> None:
    """A token that claims to be signed with the issuer's key."""
    _bad_tokens(port, signed(b"of another key that is long enough too", 3600))


def signed(secret: bytes, seconds: int) -> str:
    """A token that is valid for so many seconds from now on."""
    claims = {
        "sub": "eve",
        "role": "administrator",
        "exp": int(time.time()) + seconds,
        "iss": "i",
        "aud": "a",
    }
    return jwt.encode(claims, secret, "HS256", headers={"kid": "k"})


def deaf_sockets(port: int) -> None:
    """20 sockets that subscribe to everything and read nothing."""
    from websockets.sync.client import connect

    headers = {"Authorization": f"Bearer {token('hostile')}"}
    address = f"ws://127.0.0.1:{port}/v1/stream"
    open_ones = [connect(address, additional_headers=headers, max_queue=1, proxy=None) for _ in range(20)]
    while open_ones:
        time.sleep(1)


HOSTILE: dict[str, Callable[[int], None]] = {
    "slow heads": slow_heads,
    "endless bodies": endless_bodies,
    "endless bodies of nobody": endless_bodies_of_nobody,
    "a megabyte of brackets": brackets,
    "a flood of commands": flood,
    "a flood of forged tokens": forged,
    "a flood of expired tokens": expired,
    "a flood of tokens of another key": other_key,
    "sockets that never read": deaf_sockets,
}


# --- the honest one -----------------------------------------------------------------------------------------


def waits(port: int, seconds: float) -> list[float]:
    """The time of each of its commands, in ns; it sends 100 a second, none before it is due."""
    took: list[float] = []
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        start, call = time.perf_counter(), 0
        for number in range(int(seconds * RATE)):
            time.sleep(max(0.0, start + number / RATE - time.perf_counter()))
            command: dict[str, Any] = {"command": "enqueue", "queue": "sales"}
            if number % 2:
                command = {"command": "abandon", "interaction": call}
            told = request("/v1/commands", json.dumps(command).encode(), token("honest"))
            began = time.perf_counter_ns()
            answer = asked(connection, told)
            took.append(time.perf_counter_ns() - began)
            check(answer.startswith(b"HTTP/1.1 200"), answer[:200].decode("latin-1"))
            call = json.loads(answer.partition(b"\r\n\r\n")[2])["result"] or 0
    return took


def window(
    server: Served, seconds: float, hostile: Callable[[int], None] | None
) -> tuple[list[float], float]:
    """The honest client's times beside a hostile one, and the service's share of a processor meanwhile."""
    port = int(server.address.rsplit(":", 1)[1])
    other = None
    if hostile is not None:
        other = multiprocessing.get_context("spawn").Process(target=hostile, args=(port,), daemon=True)
        other.start()
        time.sleep(1.5)
    before, began = server.spent_ns(), time.perf_counter_ns()
    try:
        took = waits(port, seconds)
        return took, (server.spent_ns() - before) / (time.perf_counter_ns() - began)
    finally:
        if other is not None:
            other.kill()
            other.join()


def p99(took: list[float]) -> float:
    """The 99th percentile."""
    return sorted(took)[int(len(took) * 0.99)]


def main(argv: Sequence[str] | None = None) -> list[Row]:
    """Runs the windows in turns and prints the table."""
    known = parser(__doc__)
    known.set_defaults(repeats=5)
    known.add_argument("--seconds", type=float, default=8.0, help="per window")
    known.add_argument("--only", choices=list(HOSTILE))
    given = known.parse_args(argv)
    seconds = min(given.seconds, 1.0) if given.small else given.seconds
    repeats = 1 if given.small else given.repeats
    rows = []
    with tempfile.TemporaryDirectory() as name, _centre(Path(name)) as server:
        window(server, 1.0, None)
        for kind, hostile in HOSTILE.items():
            if given.only not in (None, kind):
                continue
            pairs = [
                (window(server, seconds, None), window(server, seconds, hostile)) for _ in range(repeats)
            ]
            alone = statistics.median(p99(one[0]) for one, _ in pairs)
            beside = statistics.median(p99(other[0]) for _, other in pairs)
            work = statistics.median(other[1] - one[1] for one, other in pairs)
            figures = {
                "p99 alone, us": round(alone / 1e3),
                "p99 beside, us": round(beside / 1e3),
                "more": round(beside / alone, 2),
                "at most": TARGET,
                "work": round(work, 3),
                "requests of each": sum(len(other[0]) for _, other in pairs),
            }
            took = [other[0] for _, other in pairs]
            rows.append(Row({"beside": kind}, summary(took), figures=figures))
    report("hostile", rows, given.json)
    return rows


@contextlib.contextmanager
def _centre(folder: Path) -> Any:
    (folder / "centre.toml").write_text(CENTRE)
    (folder / "issuer.key").write_bytes(SECRET)
    (folder / "issuer.key").chmod(0o600)
    tokens = "".join(
        f'[[token]]\nsubject = "{subject}"\nrole = "{role}"\n'
        f'sha256 = "{hashlib.sha256(token(subject).encode()).hexdigest()}"\n'
        for subject, role in TOKENS.items()
    )
    tokens += (
        '[jwt]\nissuer = "i"\naudience = "a"\n[[jwt.key]]\nkid = "k"\nalg = "HS256"\nfile = "issuer.key"\n'
    )
    (folder / "tokens.toml").write_text(tokens)
    (folder / "tokens.toml").chmod(0o600)
    words = (str(folder / "centre.toml"), "--tokens", str(folder / "tokens.toml"), "--port", "0")
    with served("huntgroup", "serve", *words) as server:
        yield server


if __name__ == "__main__":
    main()
