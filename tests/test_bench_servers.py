"""Servers of a comparison: found, started, and stopped whatever happens."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.peers import servers
from benchmarks.peers.servers import Kind, Missing, programs, running, stopped_in_order

# Says that it is ready by a file, as a server does by its socket; then runs until it is stopped.
SERVER = [sys.executable, "-c", "import time; open('ready', 'w').close(); time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); open('ready', 'w').close(); "
    "time.sleep(600)",
]
KIND = Kind("Some", ("some-server", "some-init"), ("/nowhere/*/bin",), "some-package", "some/bin")


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_server_is_ready_inside_and_gone_afterwards(tmp_path: Path) -> None:
    with running(SERVER, tmp_path, (tmp_path / "ready").exists) as pid:
        assert is_running(pid)
        assert (tmp_path / "ready").exists()
    assert not is_running(pid)


def served_until(folder: Path, what: Callable[[], object]) -> list[int]:
    """Runs a server while it does something; its process id, and -1 behind it if that failed."""
    seen: list[int] = []
    try:
        with stopped_in_order(), running(SERVER, folder, (folder / "ready").exists) as pid:
            seen.append(pid)
            what()
    except (ZeroDivisionError, SystemExit):
        seen.append(-1)
    return seen


def test_an_error_stops_it_too(tmp_path: Path) -> None:
    pid, failed = served_until(tmp_path, lambda: 1 // 0)
    assert failed == -1
    assert not is_running(pid)


def test_a_request_to_end_stops_it_too(tmp_path: Path) -> None:
    def end() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(10)

    pid, failed = served_until(tmp_path, end)
    assert failed == -1
    assert not is_running(pid)


def test_one_that_does_not_listen_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "STOP_SECONDS", 0.2)
    with running(STUBBORN, tmp_path, (tmp_path / "ready").exists) as pid:
        pass
    assert not is_running(pid)


def test_one_that_ends_at_once_is_missing_with_its_own_words(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "raise SystemExit('no room on the disk')"]
    with pytest.raises(Missing, match="did not start: no room on the disk"):
        running(command, tmp_path, lambda: False).__enter__()


def test_programs_must_stand_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, all_of_them = tmp_path / "one", tmp_path / "all"
    for folder, names in ((one, KIND.programs[:1]), (all_of_them, KIND.programs)):
        folder.mkdir()
        for name in names:
            (folder / name).write_text("#!/bin/sh\n")
            (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{one}")
    with pytest.raises(Missing, match="no some-server and some-init on PATH"):
        programs(KIND)
    monkeypatch.setenv("PATH", f"{one}{os.pathsep}{all_of_them}")
    assert programs(KIND)["some-init"] == all_of_them / "some-init"
