"""One journal is played to one state, whatever the process: hashes of its own, each kernel, each driver."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from journaled import play_all

from huntgroup.core.state.slot_search import kernel_names
from huntgroup.journal import SqliteStore

CHILD = """
import sys
import huntgroup as hg
from huntgroup.core.state.slot_search import use_kernel
from huntgroup.journal import SqliteStore
from huntgroup.testing.scorers import scorers
use_kernel(sys.argv[2])
store = SqliteStore(sys.argv[1], driver=sys.argv[3])
with hg.Engine.open(store, scorers={made.name: made for made in scorers()}) as engine:
    engine.verify()
    print(engine.digest())
"""


def digest_in_another_process(folder: Path, hash_seed: int, kernel: str, driver: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(folder), kernel, driver],
        env={**os.environ, "PYTHONHASHSEED": str(hash_seed)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("seed", [301, 302, 303] if os.environ.get("CI") else [301])
def test_a_journal_is_played_to_the_same_state_in_every_process(seed: int, tmp_path: Path) -> None:
    written = tmp_path / "written"
    durable, _ = play_all(seed, SqliteStore(written), 400)
    digest = durable.digest()
    durable.close()
    found = {}
    for number, kernel in enumerate(kernel_names()):
        for driver in ("sqlite3", "apsw")[: 1 + (number == 0)]:
            copy = tmp_path / f"{kernel}-{driver}"
            shutil.copytree(written, copy)
            found[kernel, driver] = digest_in_another_process(copy, 1 + 1000 * number, kernel, driver)
    assert found == dict.fromkeys(found, digest)
