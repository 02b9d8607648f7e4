"""The samples of a page, and how they are played as a reader would who types one after the other.

`python` runs in one namespace for the page, `console` in one shell: what follows a line with `$ ` is what
that command prints. A `text` block right after a sample (or after the words "It prints:") is what it prints.
`...` stands for anything. A `toml` block whose first line is `# NAME.toml` is the file of that name. What a
page needs and does not show stands before its sample in a comment, `<!-- setup ... -->`. A block without a
language is not played.
"""

from __future__ import annotations

import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PIECE = re.compile(
    r"^(?P<ticks>`{3,})(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=ticks)[ \t]*$"
    r"|^<!-- setup\n(?P<setup>.*?)^-->[ \t]*$",
    re.DOTALL | re.MULTILINE,
)
FILE = re.compile(r"\A# ([\w.-]+\.\w+)\n")
PROMISES = ("", "It prints:")
PORT = "8080"
DONE = "done-with-the-command"


class Sample(NamedTuple):
    """`told` says whether a text block is what the sample before it prints."""

    kind: str
    body: str
    line: int
    told: bool


def samples(path: Path) -> Iterator[Sample]:
    text = path.read_text(encoding="utf-8")
    end = 0
    for found in PIECE.finditer(text):
        kind = "setup" if found["setup"] is not None else found["info"]
        told = text[end : found.start()].strip() in PROMISES
        yield Sample(
            kind, found["setup"] or found["body"] or "", text.count("\n", 0, found.start()) + 1, told
        )
        end = found.end()


def matches(told: str, promised: str) -> bool:
    """Is this the expected text, in which `...` stands for anything?"""
    pattern = "".join(
        ".*" if part == "..." else re.escape(part) for part in re.split(r"(\.\.\.)", promised.strip())
    )
    return re.fullmatch(pattern, told.strip(), re.DOTALL) is not None


class Reader:
    """Plays the samples of one page in a folder of its own."""

    def __init__(self, page: Path, folder: Path) -> None:
        self.page, self.folder = page, folder
        self.names: dict[str, object] = {"__name__": page.stem}
        self.printed = ""
        self._shell: Shell | None = None
        (folder / "examples").symlink_to(ROOT / "examples")

    def play(self) -> None:
        try:
            for sample in samples(self.page):
                self._play(sample)
        finally:
            if self._shell is not None:
                self._shell.close()

    def _play(self, sample: Sample) -> None:
        place = f"{self.page.name}:{sample.line}"
        if sample.kind in ("python", "setup"):
            code = compile("\n" * sample.line + sample.body, str(self.page), "exec")
            told = StringIO()
            with redirect_stdout(told):
                exec(code, self.names)
            self.printed = told.getvalue()
        elif sample.kind == "console":
            if self._shell is None:
                self._shell = Shell(self.folder)
            self._shell.play(sample.body, place)
        elif sample.kind == "text" and sample.told:
            assert matches(self.printed, sample.body), f"{place}: it prints\n{self.printed}"
        elif sample.kind == "toml" and (named := FILE.match(sample.body)):
            (self.folder / named[1]).write_text(sample.body, encoding="utf-8")


class Shell:
    """One shell, with the environment's programs first and a free port in the place of the page's."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = str(free.getsockname()[1])
        bash = shutil.which("bash")
        assert bash is not None, "the samples are for bash"
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        self._process = subprocess.Popen(
            [bash, "--norc", "--noprofile"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={**os.environ, "PATH": path, "COLUMNS": "200"},
            start_new_session=True,
        )
        self._unread = b""

    def play(self, body: str, place: str) -> None:
        lines = re.sub(r"\\\n", "", body).splitlines(keepends=True)
        starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
            command, promised = lines[start][2:].rstrip(), "".join(lines[start + 1 : end])
            told = self._run(command).replace(self._port, PORT)
            assert matches(told, promised), f"{place}: {command}\nprints\n{told}"

    def _run(self, command: str) -> str:
        """The output of the command; of a service, which runs in the background, the line that says that it
        is ready."""
        assert self._process.stdin is not None
        command = command.replace(PORT, self._port)
        serves = command.endswith("&")
        if serves:
            command = f"{command[:-1]} 2>> service.log &"
        self._process.stdin.write(f"{command}\n{'' if serves else f'echo; echo {DONE}'}\n".encode())
        self._process.stdin.flush()
        end = b"\n" if serves else f"\n{DONE}\n".encode()
        return self._read_until(end, time.monotonic() + 60).decode()

    def _read_until(self, end: bytes, deadline: float) -> bytes:
        assert self._process.stdout is not None
        while end not in self._unread:
            ready, _, _ = select.select([self._process.stdout], [], [], max(0.0, deadline - time.monotonic()))
            more = os.read(self._process.stdout.fileno(), 65536) if ready else b""
            assert more, f"no end after {self._unread.decode()!r}"
            self._unread += more
        told, _, self._unread = self._unread.partition(end)
        return told

    def close(self) -> None:
        """Ends the shell and all processes that it started, by the number of their group."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate()
