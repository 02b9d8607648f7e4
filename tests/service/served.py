"""A service in a process of its own, on a free port of the loopback, and a client of its faces."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from websockets.sync.client import connect

CENTRE = """
model = "agent_modes"

[[queue]]
name = "sales"
offer_timeout = 600
wrap_up = 30
group = "phone"

[[queue]]
name = "backup"
group = "phone"

[[queue]]
name = "night"
hours = { tz = "UTC", weekly = {} }

[[agent]]
name = "anna"
queues = ["sales"]
devices = ["voice"]
signed_in = true
status = "Ready"
skills = { spanish = 4 }

[[agent]]
name = "ben"
queues = ["backup"]
devices = ["voice"]
signed_in = true
status = "Ready"

[[agent]]
name = "carl"
queues = ["sales", "backup"]
"""

TOKENS = {
    "root": "administrator",
    "sam": "supervisor",
    "crm": "connector",
    "anna": "agent",
    "ben": "agent",
    "lobby": "wall",
}


def token(subject: str) -> str:
    return f"{subject}-0123456789abcdef0123456789abcdef"


def token_file(folder: Path, more: str = "") -> Path:
    rows = [
        f'[[token]]\nsubject = "{subject}"\nrole = "{role}"\n'
        f'sha256 = "{hashlib.sha256(token(subject).encode()).hexdigest()}"\n'
        for subject, role in TOKENS.items()
    ]
    path = folder / "tokens.toml"
    path.write_text("\n".join(rows) + more, encoding="utf-8")
    path.chmod(0o600)
    return path


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Served:
    """`huntgroup serve` with these arguments, or a program of its own. Ended by its own process id."""

    def __init__(self, *arguments: str, program: str | None = None) -> None:
        told = ["-m", "huntgroup", "serve", "--port", "0", *arguments] if program is None else ["-c", program]
        self.process = subprocess.Popen(
            [sys.executable, "-u", *told],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONWARNINGS": "default"},
        )
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], 60)
        line = self.process.stdout.readline() if ready else ""
        if "serves http://" not in line:
            self.process.kill()
            raise AssertionError(f"it does not serve: {line!r} {self.process.communicate()[1]}")
        self.address = line.split("http://")[1].strip()
        self.port = int(self.address.rsplit(":", 1)[1])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Ends it by a signal; its exit code and what it has logged."""
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=30)
        return self.process.returncode, errors

    # --- requests -----------------------------------------------------------------------------------------

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | str | None = None,
        who: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        given = dict(headers or {})
        if who is not None:
            given["Authorization"] = f"Bearer {token(who)}"
        try:
            connection.request(method, path, body, given)
            response = connection.getresponse()
            text = response.read().decode()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, text)
        finally:
            connection.close()

    def get(self, path: str, who: str | None = None, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("GET", path, None, who, named)

    def command(
        self, given: str, who: str | None = None, /, headers: dict[str, str] | None = None, **members: Any
    ) -> Answer:
        return self.ask("POST", "/v1/commands", json.dumps({"command": given, **members}), who, headers)

    def done(self, given: str, who: str | None = None, /, **members: Any) -> Any:
        """The result of a command, which must not be refused."""
        answer = self.command(given, who, **members)
        assert answer.status == 200, answer
        return answer.json["result"]

    def socket(self, query: str = "", who: str | None = None, **options: Any) -> connect:
        """A socket, as a context manager."""
        headers = {} if who is None else {"Authorization": f"Bearer {token(who)}"}
        return connect(
            f"ws://127.0.0.1:{self.port}/v1/stream{query}", additional_headers=headers, proxy=None, **options
        )

    def server_sent(self, path: str, count: int, who: str | None = None, **headers: str) -> list[Any]:
        """The first events of a stream."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if who is not None:
            given["Authorization"] = f"Bearer {token(who)}"
        try:
            connection.request("GET", path, None, given)
            response = connection.getresponse()
            assert response.status == 200, response.read()
            found: list[Any] = []
            while len(found) < count:
                line = response.readline().decode()
                if line.startswith("data: "):
                    found.append(json.loads(line[6:]))
            return found
        finally:
            connection.close()


def eventually(holds: Any, seconds: float = 20) -> None:
    """Waits until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.02)
