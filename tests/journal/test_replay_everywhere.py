"""`make replay-everywhere` plays by each build that is there, says which is not, and tells another state."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

import replay_everywhere

from huntgroup.core.state.slot_search import kernel_names


def test_what_is_here_comes_to_one_state(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nowhere = str(tmp_path)
    assert replay_everywhere.main(["--wheels", nowhere, "--checked", nowhere, "--seeds", "301"]) == 0
    told = capsys.readouterr().out
    assert "not here: the wheel of python3.12 (make wheels)" in told
    assert "not here: the checked build (make checked-test)" in told
    assert "played by this environment: scalar" in told
    assert "other states 0" in told


def test_another_state_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: with one kernel there is a queue more."""
    if len(kernel_names()) == 1:
        pytest.skip("this processor has one kernel")
    other = replay_everywhere.CHILD.replace(
        "        engine.verify()\n",
        "        if sys.argv[1] == 'scalar': engine.add_queue('of this kernel alone')\n",
    )
    monkeypatch.setattr(replay_everywhere, "CHILD", other)
    monkeypatch.setattr(replay_everywhere, "COMMANDS", 40)
    nowhere = str(tmp_path)
    found = replay_everywhere.main(["--wheels", nowhere, "--checked", nowhere, "--seeds", "301", "302"])
    told = capsys.readouterr().out
    assert found == 1
    assert "instead of" in told
