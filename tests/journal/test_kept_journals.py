"""Journals that earlier versions wrote are played for ever. `python tests/journal/test_kept_journals.py NAME`
writes one of today."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

import huntgroup as hg
from huntgroup.journal import SqliteStore

KEPT = Path(__file__).parent / "kept"


def write(folder: Path) -> None:
    """A morning of one queue, so small that it can be kept."""
    shutil.rmtree(folder, ignore_errors=True)
    with hg.Engine.open(SqliteStore(folder, driver="sqlite3"), model="queue_login", seed=11) as engine:
        engine.add_queue("sales", relax=[(30, "spanish >= 2")], requires="spanish >= 3")
        engine.add_queue("backup", hours=hg.Hours({"mon": ("09:00", "17:00")}, tz="Europe/Berlin"))
        engine.enqueue("sales", ref="call-1", at=10**9)
        with engine.group():
            engine.enqueue("sales", ref=17, priority=5, at=2 * 10**9)
            engine.enqueue("sales", requires="spanish >= 4", relax=[(5, None)])
        engine.abandon(2, at=3 * 10**9)
        engine.advance(40 * 10**9)
    (folder / "lock").unlink()


@pytest.mark.parametrize("name", sorted(path.name for path in KEPT.iterdir()))
def test_a_kept_journal_is_played_to_the_state_that_it_had(name: str, tmp_path: Path) -> None:
    shutil.copytree(KEPT / name, tmp_path / name)
    with hg.Engine.open(tmp_path / name, model="queue_login", seed=11) as engine:
        engine.verify()
        assert engine.recovery is not None
        assert engine.recovery.commands == 9
        assert engine.now_ns == 40 * 10**9
        assert engine.queue("sales").waiting == 2
        assert [engine.interaction(k).state for k in (1, 2, 3)] == ["Queued", "Abandoned", "Queued"]
        assert engine.find("call-1") == [1]
        assert engine.interaction(2).ref == 17
        assert engine.queue("backup").presence == "closed"
        assert engine.enqueue("sales") == 4


if __name__ == "__main__":
    write(KEPT / sys.argv[1])
