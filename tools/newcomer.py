"""The tutorial as somebody walks through it who has a wheel and nothing else: each step timed.

    python tools/newcomer.py WHEEL           the table, on standard output
    python tools/newcomer.py WHEEL --write   and into docs/TUTORIAL.md, "What it took"

A fresh environment in a new folder, into which pip installs the wheel with the extra `service`; then what the
page says is saved, run and compared there, until the pages of a running service have been shown. The
repository lends the text of the page, no code. Exit code 1 where a step fails.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import page_blocks

PAGE = page_blocks.ROOT / "docs" / "TUTORIAL.md"
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SHOWN = ("/", "/wall", "/supervisor", "/desk", "/presence")
LONGEST_S = 600.0


class Walk:
    """The completed steps, with their seconds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.steps: list[tuple[str, float]] = []
        # Nothing from the caller: neither the path of modules nor the environment.
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTHON", "VIRTUAL_ENV"))
        }

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.steps.append((what, time.monotonic() - began))
        print(f"{self.steps[-1][1]:7.1f} s  {what}", flush=True)

    def run(self, *command: str | Path) -> str:
        """The output of a command of the new environment. Raises CalledProcessError."""
        done = subprocess.run(
            [str(word) for word in command],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )
        if done.returncode:
            print(done.stdout + done.stderr, file=sys.stderr)
            done.check_returncode()
        return done.stdout


def walk(wheel: Path, folder: Path, python: Path) -> list[tuple[str, float]]:
    """The steps from nothing to pages of a running service. Raises if one fails."""
    blocks = FENCE.findall(PAGE.read_text(encoding="utf-8"))
    (centre,) = [body for kind, body in blocks if kind == "toml"]
    program = "\n".join(body for kind, body in blocks if kind == "python")
    promised = "".join(body for kind, body in blocks if kind == "text")
    made = Walk(folder)
    own = folder / "env" / "bin"
    with made.step("a new environment"):
        made.run(python, "-m", "venv", "env")
    with made.step("`pip install 'huntgroup[service]'`, from the wheel"):
        made.run(own / "pip", "install", "--quiet", f"huntgroup[service] @ {wheel.as_uri()}")
    with made.step("`huntgroup check centre.toml`"):
        (folder / "centre.toml").write_text(centre, encoding="utf-8")
        told = made.run(own / "huntgroup", "check", "centre.toml")
        assert "is sound" in told, told
    with made.step("a call routed, and why nobody takes the next: the program of the page"):
        (folder / "first.py").write_text(program, encoding="utf-8")
        printed = made.run(own / "python", "first.py")
        assert printed == promised, f"printed:\n{printed}\npromised:\n{promised}"
    with made.step("`huntgroup serve centre.toml`, until it answers"):
        server = subprocess.Popen(
            [own / "huntgroup", "serve", "centre.toml", "--port", "0"],
            cwd=folder,
            env=made.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert server.stdout is not None
        address = server.stdout.readline().split()[-1]
        asked(address + "/v1/queues")
    try:
        with made.step("a call by HTTP: signed in, queued, accepted"):
            for command in (
                {"command": "sign_in", "agent": "alice"},
                {"command": "set_status", "agent": "alice", "status": "Ready"},
                {"command": "enqueue", "queue": "sales", "ref": "leg-18"},
                {"command": "accept", "interaction": 1},
            ):
                asked(address + "/v1/commands", command)
            assert json.loads(asked(address + "/v1/interactions/1"))["agent"] == "alice"
        with made.step("the pages: " + ", ".join(SHOWN)):
            for path in SHOWN:
                assert b"<html" in asked(address + path), path
    finally:
        server.terminate()
        server.wait(30)
    return made.steps


def asked(address: str, body: dict[str, Any] | None = None) -> bytes:
    """The service's answer. Raises HTTPError."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        content: bytes = answer.read()
    return content


def table(steps: list[tuple[str, float]]) -> str:
    """The steps for the page."""
    rows = [f"| {what} | {seconds:.1f} s |" for what, seconds in steps]
    total = sum(seconds for _, seconds in steps)
    where = (
        f"CPython {platform.python_version()}, {platform.system()} on {platform.machine()}, "
        f"{os.cpu_count()} cores; load average {os.getloadavg()[0]:.1f}"
    )
    lines = [
        "| step | time |",
        "|---|--:|",
        *rows,
        f"| all of it | {total:.1f} s |",
        "",
        f"Measured with {where}.",
    ]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--python", type=Path, default=Path(sys.executable), help="whose wheel it is")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    with TemporaryDirectory(prefix="newcomer-") as folder:
        try:
            steps = walk(options.wheel.resolve(), Path(folder), options.python)
        except (AssertionError, subprocess.SubprocessError, OSError) as error:
            print(f"the walk ended: {type(error).__name__}: {error}", file=sys.stderr)
            return 1
    print(f"{sum(seconds for _, seconds in steps):7.1f} s  all of it")
    if options.write:
        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(page_blocks.replaced(text, "newcomer", table(steps)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
