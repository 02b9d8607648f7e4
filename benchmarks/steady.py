"""The service under a steady load: so many commands a second come, whether it keeps up or not, while agents'
desks hold sockets open on which they hear the events that concern them. The time of a command counts from the
instant at which it was due, so that waiting for the one before counts too. Clients and service share the
machine's processors."""

from __future__ import annotations

import json
import multiprocessing
import select
import socket
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.common import check

AGENTS = 200
CONNECTIONS = 10
KIND = multiprocessing.get_context("spawn")


def centre() -> str:
    """A queue for each agent, who is ready."""
    text = "[service]\nrate = 1e9\nburst = 1e9\nsockets = 10000\n"
    for number in range(AGENTS):
        text += f'[[queue]]\nname = "q{number}"\nwrap_up = 600\noffer_timeout = 600\n'
        text += f'[[agent]]\nname = "a{number}"\nqueues = ["q{number}"]\ndevices = ["voice"]\n'
        text += 'signed_in = true\nstatus = "Ready"\n'
    return text


class Caller:
    """One kept connection, on which calls are carried through, each from its arrival to the end of its
    wrap-up, for its share of the agents in turn."""

    def __init__(self, port: int, number: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._commands = self._all(number)
        self._call = 0
        self._got = b""
        self.due_ns = 0

    def _all(self, number: int) -> Iterator[dict[str, Any]]:
        while True:
            for agent in range(number, AGENTS, CONNECTIONS):
                yield {"command": "enqueue", "queue": f"q{agent}"}
                for name in ("accept", "end", "finish_wrap_up"):
                    yield {"command": name, "interaction": self._call}

    def send(self, due_ns: int) -> None:
        """The next command, which was due then."""
        body = json.dumps(next(self._commands))
        head = f"POST /v1/commands HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n\r\n"
        self.due_ns, self._got = due_ns, b""
        self.socket.sendall((head + body).encode())

    def is_answered(self) -> bool:
        """Reads the bytes that have come; whether they are the whole answer."""
        self._got += self.socket.recv(1 << 16)
        if not self._got.endswith(b"}"):
            return False
        check(self._got.startswith(b"HTTP/1.1 200"), self._got[:400].decode("latin-1"))
        if not self._got.endswith(b"]}"):
            return False
        result = json.loads(self._got.partition(b"\r\n\r\n")[2])["result"]
        self._call = self._call if result is None else result
        return True


def desks(port: int, sockets: int, told: Connection) -> None:
    """Opens so many sockets, reads all that comes, and tells at the end how many events each received."""
    request = (
        "GET /v1/stream?agents=a{} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    heard: dict[socket.socket, int] = {}
    poll = select.poll()
    by_number: dict[int, socket.socket] = {}
    for number in range(sockets):
        one = socket.create_connection(("127.0.0.1", port))
        one.sendall(request.format(number % AGENTS).encode())
        check(one.recv(1 << 16).startswith(b"HTTP/1.1 101"), "no socket")
        heard[one] = 0
        by_number[one.fileno()] = one
        poll.register(one, select.POLLIN)
    told.send("open")
    while not told.poll():
        for number, _ in poll.poll(50):
            heard[by_number[number]] += by_number[number].recv(1 << 16).count(b'{"event":')
    told.send(list(heard.values()))


def waits(callers: list[Caller], seconds: float, rate: int) -> list[float]:
    """The time of each command from when it was due, in ns."""
    poll = select.poll()
    by_number = {one.socket.fileno(): one for one in callers}
    for one in callers:
        poll.register(one.socket, select.POLLIN)
    free, took = deque(callers), list[float]()
    start, sent, wanted = time.perf_counter_ns(), 0, int(seconds * rate)
    while len(took) < wanted:
        due_ns = start + sent * 1_000_000_000 // rate
        if sent < wanted and free and time.perf_counter_ns() >= due_ns:
            free.popleft().send(due_ns)
            sent += 1
            continue
        pause = 100.0
        if sent < wanted and free:
            pause = max(0.0, (due_ns - time.perf_counter_ns()) / 1e6)
        for number, _ in poll.poll(pause):
            one = by_number[number]
            if one.is_answered():
                took.append(time.perf_counter_ns() - one.due_ns)
                free.append(one)
    return took


def steady(
    seconds: float, repeats: int, rate: int = 1_000, sockets: int = AGENTS
) -> tuple[list[list[float]], int, float]:
    """(the time of each command in ns, a list for each repeat; events that the sockets heard; the share of a
    processor that the service took)."""
    from benchmarks.bench_service import served

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "centre.toml"
        path.write_text(centre())
        with served("huntgroup", "serve", str(path), "--port", "0") as server:
            port = int(server.address.rsplit(":", 1)[1])
            callers = [Caller(port, number) for number in range(CONNECTIONS)]
            waits(callers, min(seconds, 2.0), rate)  # warms up
            runs = [beside(server, port, callers, seconds, rate, sockets) for _ in range(repeats)]
            for one in callers:
                one.socket.close()
    return [took for took, _, _ in runs], sum(heard for _, heard, _ in runs), max(share for *_, share in runs)


def beside(
    server: Any, port: int, callers: list[Caller], seconds: float, rate: int, sockets: int
) -> tuple[list[float], int, float]:
    """One repeat, with sockets of its own."""
    ours, theirs = KIND.Pipe()
    listening = KIND.Process(target=desks, args=(port, sockets, theirs), daemon=True)
    listening.start()
    try:
        check(ours.recv() == "open", "no sockets")
        before, began = server.spent_ns(), time.perf_counter_ns()
        took = waits(callers, seconds, rate)
        share = (server.spent_ns() - before) / (time.perf_counter_ns() - began)
        ours.send("enough")
        heard = ours.recv()
    finally:
        listening.kill()
        listening.join()
    # Every agent has had two calls by then, each of which is four commands.
    enough = seconds * rate >= 8 * AGENTS
    check(sum(heard) > 0 and (min(heard) > 0 or not enough), "a socket that heard nothing")
    return took, sum(heard), share
