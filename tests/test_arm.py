"""`make arm` says what is missing, and does not pretend to have tried."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

import arm


def test_what_is_missing_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert arm.main([str(tmp_path / "build")]) == 0
    told = capsys.readouterr().out
    assert told.startswith("arm: not tried, as the compiler aarch64-linux-gnu-gcc, the emulator qemu-aarch64")
    assert not (tmp_path / "build").exists()


def test_a_step_that_fails_is_a_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arm, "missing", list)
    monkeypatch.setattr(arm.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(arm.sys, "executable", str(tmp_path / "python"))
    (tmp_path / "cmake").write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    (tmp_path / "cmake").chmod(0o755)
    assert arm.main([str(tmp_path / "build")]) == 1
    assert "arm: failed:" in capsys.readouterr().out
