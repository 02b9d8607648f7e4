"""The k-th allocation of the core fails, for each k: a clean error, and what comes back from the journal is
what was there before the command that failed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SHIM = Path(__file__).with_name("failing_calloc.c")

CHILD = """
import ctypes, json, sys
import numpy as np
import huntgroup as hg
from huntgroup.journal import MemoryStore

core = ctypes.CDLL(None)
core.fail_after.argtypes = [ctypes.c_long]
core.asked_for.restype = ctypes.c_long

def calls():
    yield lambda e: e.add_queue("sales", offer_timeout=20, wrap_up=5, relax=[(30, "spanish >= 1")])
    yield lambda e: e.add_queue("backup", requires="spanish >= 2", overflow=(60, "sales"))
    yield lambda e: e.add_channel("video", units=50)
    for start in range(0, 60, 20):
        yield lambda e, start=start: e.add_agents(
            [f"agent {k}" for k in range(start, start + 20)], skills=np.full((20, 2), 3, np.uint8),
            skill_names=("spanish", "french"), queues=["sales", "backup"], devices=["voice"], signed_in=True,
            status="Ready")
    for k in range(150):
        yield lambda e, k=k: e.enqueue(
            ("sales", "backup")[k % 2], ref=f"call {k}", user=[1.5, k],
            requires=("spanish >= 1", None)[k % 2], at=10**9 * (k + 1))
        if k % 3 == 0:
            yield lambda e, k=k: e.accept(k + 1)
        if k % 10 == 0:
            yield lambda e, k=k: e.consult(k + 1, "agent 59")
            yield lambda e, k=k: e.join("agent 3", "backup", tier=2, delay=k)
            yield lambda e, k=k: e.set_skill("agent 4", f"skill {k}", 5)
    rows = np.zeros(300, hg.COMMAND_DTYPE)
    for name in (
        "at_ns", "interaction", "offer", "ref", "agent", "relax", "preferred", "by", "list_start",
        "channel", "user_start", "value", "text", "limit", "rank", "tier", "status"):
        rows[name] = -1
    rows["command"] = int(hg.Command.ENQUEUE)
    yield lambda e: e.apply(rows)
    yield lambda e: e.advance(by=600)

def play(fail):
    # fail: None for a run in which nothing fails, which gives the digests before each call.
    store = MemoryStore()
    engine = hg.Engine.open(store, start=0)
    digests, allocations = [], 0
    for call in calls():
        digests.append(engine.digest())
        core.fail_after(10**9 if fail is None else fail)
        try:
            call(engine)
        except (MemoryError, hg.CorruptState, hg.LimitExceeded):
            core.fail_after(-1)
            return digests[-1], engine, store
        except hg.Refused:
            pass
        finally:
            allocations += core.asked_for()
            if fail is not None:
                fail = max(fail - core.asked_for(), 0)
            core.fail_after(-1)
    engine.sync()
    return engine.digest(), engine, store, allocations

end, _, store, total = play(None)
assert hg.Engine.open(store).digest() == end
tried = survived = lost = usable = 0
every = int(sys.argv[1])
for k in range(0, total, every):
    before, engine, store, *_ = play(k)
    tried += 1
    if _:
        # It could do without: to the same end.
        survived += before == end
        lost += before != end
        continue
    there = hg.Engine.open(store).digest()
    try:
        # Either nothing was done but that names may be known, or it refuses everything from now on.
        engine.verify()
        engine.add_agent("one more")
        before, there = engine.digest(), hg.Engine.open(store).digest()
        usable += 1
    except (hg.CorruptState, hg.JournalFailed):
        for refused in (lambda: engine.advance(by=1), lambda: engine.add_queue("more")):
            try:
                refused()
            except (hg.CorruptState, hg.JournalFailed):
                pass
            else:
                raise AssertionError(f"allocation {k}: a broken engine went on")
    if there == before:
        survived += 1
    else:
        lost += 1
print(json.dumps([total, tried, survived, lost, usable]))
"""


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = os.environ.get("CC") or shutil.which("cc")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("needs a C compiler and LD_PRELOAD")
    made = tmp_path_factory.mktemp("shim") / "failing_calloc.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(made), str(SHIM), "-ldl"], check=True)
    return made


def test_each_allocation_that_fails_is_a_clean_error_and_nothing_is_lost(shim: Path) -> None:
    every = "1" if os.environ.get("CI") else "7"
    done = subprocess.run(
        [sys.executable, "-c", CHILD, every],
        env={**os.environ, "LD_PRELOAD": str(shim)},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    total, tried, survived, lost, _ = json.loads(done.stdout)
    print(f"allocations: tried {tried:,} of {total:,}, survived {survived:,}, lost {lost:,}")
    assert total > 50
    assert tried == survived
