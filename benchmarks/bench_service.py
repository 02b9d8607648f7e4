"""What a command through the service costs, beside the same server with handlers that do nothing.

Singly by `POST /v1/commands` over one kept connection, through one socket with 64 under way, and by batches
of 1,000 lines. Half of the commands enqueue, half end what was enqueued. Measured is the processor time of
the server's process, which a busy machine changes little; the servers take turns. Two of them are empty
(`empty_server`): one decodes every command and encodes an answer equal to the service's, the other answers
with constant bytes. `share` is the time of the first by the service's: 1 were a service that costs nothing
beyond reading and answering. `of constant` is the same for the second.

Then 1,000 commands a second while 200 agents' sockets are open (`steady`): median and p99 are of wall time,
from when a command was due, on a machine that carries the clients as well.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from websockets.sync.client import connect

from benchmarks.common import Row, Timing, check, parser, report, summary
from benchmarks.steady import steady

CENTRE = """
[service]
rate = 1e9
burst = 1e9
[[queue]]
name = "sales"
"""
UNDER_WAY = 64
BATCH = 1_000
CONSTANT, EQUAL, SERVICE = "empty, constant bytes", "empty, encodes equal answers", "service"
TARGET_SHARE = 0.6
"""Of the rate of the empty server that encodes equal answers."""
STEADY = "1,000 a second, 200 sockets"
TARGET_P99_NS = 50e6
"""The bound of the p99 under the steady load; the median has none."""


class Served:
    """One of the servers, and the processor time that it has used."""

    def __init__(self, *words: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=Path(__file__).resolve().parent.parent,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip().rpartition("http://")[2]

    def spent_ns(self) -> int:
        """Processor time of all its threads."""
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks)


@contextmanager
def served(*words: str) -> Iterator[Served]:
    """A server that is stopped in the end."""
    server = Served(*words)
    try:
        yield server
    finally:
        server.process.terminate()
        server.process.communicate(timeout=60)


@contextmanager
def all_three() -> Iterator[dict[str, Served]]:
    """The empty servers, and the service with a queue that nobody serves, so that every interaction waits."""
    with tempfile.TemporaryDirectory() as folder:
        centre = Path(folder) / "centre.toml"
        centre.write_text(CENTRE)
        with (
            served("benchmarks.empty_server", "constant") as constant,
            served("benchmarks.empty_server") as equal,
            served("huntgroup", "serve", str(centre), "--port", "0") as service,
        ):
            yield {CONSTANT: constant, EQUAL: equal, SERVICE: service}


class Connection:
    """One kept connection. A request is sent in one piece, so that nothing waits for an acknowledgement."""

    def __init__(self, address: str) -> None:
        host, port = address.split(":")
        self._socket = socket.create_connection((host, int(port)))
        self._host = address

    def post(self, path: str, body: str) -> bytes:
        """The body of the answer."""
        head = f"POST {path} HTTP/1.1\r\nHost: {self._host}\r\nContent-Length: {len(body)}\r\n\r\n"
        self._socket.sendall((head + body).encode())
        got = b""
        while b"\r\n\r\n" not in got:
            got += self._received()
        head_bytes, _, rest = got.partition(b"\r\n\r\n")
        check(head_bytes.startswith(b"HTTP/1.1 200"), head_bytes[:40].decode("latin-1"))
        length = int(head_bytes.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        parts, size = [rest], len(rest)
        while size < length:
            parts.append(self._received())
            size += len(parts[-1])
        return b"".join(parts)

    def close(self) -> None:
        """Ends it."""
        self._socket.close()

    def _received(self) -> bytes:
        some = self._socket.recv(1 << 16)
        check(bool(some), "the server closed the connection")
        return some


def singly(server: Served, count: int) -> int:
    """One request after another over one connection. Returns the number of commands, as the other ways do."""
    connection = Connection(server.address)
    call = 0
    for number in range(count):
        command: dict[str, Any] = {"command": "enqueue", "queue": "sales"}
        if number % 2:
            command = {"command": "abandon", "interaction": call}
        call = json.loads(connection.post("/v1/commands", json.dumps(command)))["result"] or 0
    connection.close()
    return count


def by_socket(server: Served, count: int) -> int:
    """Through one socket, 64 under way."""
    with connect(f"ws://{server.address}/v1/stream?kinds=agent_removed") as stream:
        calls = []
        turns = max(1, count // (2 * UNDER_WAY))
        for _ in range(turns):
            for number in range(UNDER_WAY):
                stream.send(json.dumps({"id": number, "command": "enqueue", "queue": "sales"}))
            calls = [json.loads(stream.recv())["result"] for _ in range(UNDER_WAY)]
            for call in calls:
                stream.send(json.dumps({"id": call, "command": "abandon", "interaction": call}))
            for _ in range(UNDER_WAY):
                check("result" in json.loads(stream.recv()), "an answer without a result")
    return turns * 2 * UNDER_WAY


def in_batches(server: Served, count: int) -> int:
    """1,000 lines a request."""
    connection = Connection(server.address)
    line = json.dumps({"command": "enqueue", "queue": "sales"}) + "\n"
    turns = max(1, count // (2 * BATCH))
    for _ in range(turns):
        calls = _lines(connection, line * BATCH)
        ends = [json.dumps({"command": "abandon", "interaction": call}) for call in calls]
        _lines(connection, "\n".join(ends) + "\n")
    connection.close()
    return turns * 2 * BATCH


def _lines(connection: Connection, body: str) -> list[Any]:
    results = [json.loads(one)["result"] for one in connection.post("/v1/commands/batch", body).splitlines()]
    check(len(results) == BATCH, f"{len(results)} answers")
    return results


WAYS: dict[str, Callable[[Served, int], int]] = {
    "singly": singly,
    "one socket": by_socket,
    "batches of 1,000": in_batches,
}


def main(argv: Sequence[str] | None = None) -> list[Row]:
    """Runs the servers in turns and prints the table."""
    known = parser(__doc__)
    known.set_defaults(repeats=3)
    known.add_argument("--commands", type=int, default=8_000, help="per way and repeat")
    known.add_argument("--seconds", type=float, default=10.0, help="of the steady load, per repeat")
    given = known.parse_args(argv)
    count = min(given.commands, 2_000) if given.small else given.commands
    spent: dict[str, dict[str, list[float]]] = {way: {CONSTANT: [], EQUAL: [], SERVICE: []} for way in WAYS}
    with all_three() as servers:
        for repeat in range(given.repeats + 1):
            for way, run in WAYS.items():
                for name, server in servers.items():
                    before = server.spent_ns()
                    done = run(server, count)
                    if repeat:  # the first one warms up
                        spent[way][name].append((server.spent_ns() - before) / done)
    rows = []
    for way, samples in spent.items():
        took = {name: timing(ns, count) for name, ns in samples.items()}
        share, of_constant = (took[name].median_ns / took[SERVICE].median_ns for name in (EQUAL, CONSTANT))
        rows += [Row({"way": way, "server": name}, took[name]) for name in (CONSTANT, EQUAL)]
        figures = {
            "share": round(share, 2),
            "at least": TARGET_SHARE,
            "of constant": round(of_constant, 2),
        }
        rows.append(Row({"way": way, "server": SERVICE}, took[SERVICE], figures=figures))
    seconds = min(given.seconds, 0.5) if given.small else given.seconds
    times, heard, share = steady(seconds, given.repeats)
    figures = {"events heard": heard, "of a processor": round(share, 2)}
    rows.append(
        Row({"way": STEADY, "server": SERVICE}, summary(times), target_ns=TARGET_P99_NS, figures=figures)
    )
    report("service", rows, given.json)
    return rows


def timing(samples: list[float], count: int) -> Timing:
    """The timing of one figure a repeat."""
    return replace(summary([[ns] for ns in samples]), operations=count * len(samples))


if __name__ == "__main__":
    main()
