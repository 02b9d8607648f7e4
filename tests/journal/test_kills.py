"""Nothing acknowledged is lost at kill -9: a child is killed at a random moment under load, its folder is
opened, and every command that it told of is there; the state is that of a replay in memory."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

import huntgroup as hg
from huntgroup.engine.opening import starting

KILLS = 50
SOAK_KILLS = 1_000

CHILD = """
import os, sys
import huntgroup as hg
from huntgroup.journal import SqliteStore
folder, driver, seed = sys.argv[1], sys.argv[2], int(sys.argv[3])
import random
draw = random.Random(seed)
engine = hg.Engine.open(SqliteStore(folder, driver=driver, checkpoint_bytes=60_000), snapshot_every=20)
if not engine.queues():
    engine.add_queue("sales", offer_timeout=5, wrap_up=1)
    for k in range(5):
        engine.add_agent(f"agent {k}", queues=["sales"], devices=["voice"], signed_in=True, status="Ready")
told = os.fdopen(3, "wb", buffering=0)
now, calls = engine.now_ns, []
while True:
    now += draw.randrange(2_000_000_000)
    if draw.random() < 0.2:
        with engine.group():
            for _ in range(draw.randrange(1, 20)):
                calls.append(engine.enqueue("sales", ref=f"c{draw.random()}", at=now))
        told.write(b"%d\\n" % calls[-1])
    elif calls and draw.random() < 0.6:
        try:
            engine.accept(calls.pop(draw.randrange(len(calls))), at=now)
        except hg.Refused:
            pass
    else:
        calls.append(engine.enqueue("sales", ref=f"c{draw.random()}", at=now))
        told.write(b"%d\\n" % calls[-1])
"""


# The negative control: it tells of a command before the group that it is in is committed.
EARLY = CHILD.replace(
    """        with engine.group():
""",
    """        with engine.group():
            told.write(b"%d\\n" % engine.enqueue("sales", at=now))
            __import__("time").sleep(60)
""",
)


def killed_once(folder: Path, driver: str, seed: int, random: Random, program: str) -> int:
    """Runs the child and kills it; the last interaction that it told us of, 0 where it told of none."""
    ours, theirs = os.pipe()
    try:
        command = ["bash", "-c", f'exec "$@" 3>&{theirs}', "child", sys.executable, "-c", program]
        child = subprocess.Popen(
            [*command, str(folder), driver, str(seed)], pass_fds=(theirs,), stderr=subprocess.PIPE
        )
        os.close(theirs)
        first = os.read(ours, 64)
        time.sleep(random.random() * 0.12)
        child.send_signal(signal.SIGKILL)
        rest = first
        while chunk := os.read(ours, 65536):
            rest = rest[-64:] + chunk
        _, complaint = child.communicate()
        assert child.returncode == -signal.SIGKILL, complaint.decode()
    finally:
        os.close(ours)
    lines = rest.split(b"\n")
    return int(lines[-2]) if len(lines) > 1 else 0


def kill_often(base: Path, kills: int, driver: str, seed: int, program: str = CHILD) -> tuple[int, int]:
    """(tried, lost): the same folder, killed again and again."""
    random, lost = Random(seed), 0
    folder = base / "centre"
    for k in range(kills):
        told = killed_once(folder, driver, seed * 1000 + k, random, program)
        with hg.Engine.open(folder) as engine:
            engine.verify()
            digest = engine.digest()
            journal = engine._journal
            assert journal is not None
            # The same from the snapshot before the newest, or from the beginning.
            newest = journal.store.snapshots()[-1:]
            second, start, _ = starting(hg.Engine, journal.store, {}, "", below=newest[0] if newest else None)
            for entry in journal.store.read(start):
                second.play(entry, 1 if entry.seq == 1 else 0)
            assert second.engine.digest() == digest
            try:
                engine.interaction(told)
            except hg.UnknownInteraction:
                lost += told > 0
    return kills, lost


@pytest.mark.parametrize("driver", ["sqlite3", "apsw"])
def test_nothing_acknowledged_is_lost_at_kill_9(tmp_path: Path, driver: str) -> None:
    tried, lost = kill_often(tmp_path, KILLS // 2 if os.environ.get("CI") else 3, driver, 1)
    print(f"kill -9: tried {tried}, survived {tried - lost}, lost {lost}")
    assert lost == 0


def test_a_command_told_of_before_its_commit_is_missed(tmp_path: Path) -> None:
    assert EARLY != CHILD
    assert kill_often(tmp_path, 4, "sqlite3", 2, EARLY)[1] > 0


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 110))
def test_nothing_acknowledged_is_lost_in_a_thousand_kills(tmp_path: Path, seed: int) -> None:
    assert kill_often(tmp_path, SOAK_KILLS // 10, "sqlite3" if seed % 2 else "apsw", seed)[1] == 0
