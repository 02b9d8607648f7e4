"""The whole system by one seed: core, journal on a disk that loses its power, clients with sessions, clocks
that jump, floods, crashes at any moment, an auditor that knows what is public. Planted wrongs are found."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("apsw")

from simulate_system import main
from system_audit import Broken
from system_bugs import BUGS
from system_world import ENDINGS, REPLAY, played

CI = bool(os.environ.get("CI"))
SEEDS = 1_000 if CI else 40
SOAK_SEEDS = 100_000
PARTS = 4
FOUND_WITHIN = 200


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Path]:
    """Where files cost least: the disks are thrown away at once."""
    shared = Path("/dev/shm")
    folder = shared / f"huntgroup-{os.getpid()}-{tmp_path.name}" if shared.is_dir() else tmp_path / "disks"
    logging.disable(logging.CRITICAL)
    yield folder
    logging.disable(logging.NOTSET)
    shutil.rmtree(folder, ignore_errors=True)


def play(seeds: range, base: Path) -> tuple[Counter[str], int]:
    """How often what happened in these seeds, and how many requests were answered."""
    happened: Counter[str] = Counter()
    answered, simulated, begun = 0, 0.0, time.process_time()
    for seed in seeds:
        try:
            _, world = played(seed, base)
        except Broken as error:
            pytest.fail(f"seed {seed}: {error}\n{REPLAY.format(seed=seed)}")
        happened.update(world.counts)
        answered += sum(len(client.known) for client in world.clients)
        simulated += world.simulated_seconds
    print(
        f"whole system: tried {len(seeds):,} seeds with {happened['opened anew']:,} lives, survived"
        f" {len(seeds):,}, lost 0 of {answered:,} answers;"
        f" {simulated / max(time.process_time() - begun, 1e-9):,.0f} x real time"
    )
    return happened, answered


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_acknowledged_is_lost_or_done_twice_whatever_happens(base: Path, part: int) -> None:
    each = SEEDS // PARTS
    happened, answered = play(range(part * each, (part + 1) * each), base)
    assert answered == each * 150
    for kind in (*ENDINGS, "floods", "jumps", "snapshots", "opened anew"):
        assert happened[kind], kind


def test_a_seed_plays_the_same_again(base: Path) -> None:
    for seed in range(5):
        assert played(seed, base)[0] == played(seed, base)[0]


def test_a_seed_plays_the_same_in_a_process_with_other_hashes(base: Path, tmp_path: Path) -> None:
    command = [sys.executable, str(Path(__file__).with_name("simulate_system.py")), "3"]
    told = {
        subprocess.run(
            command,
            env={**os.environ, "PYTHONHASHSEED": str(hashes), "TMPDIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hashes in (1, 77)
    }
    assert len(told) == 1
    assert played(3, base)[0] in told.pop()


@pytest.mark.parametrize("name", sorted(BUGS))
def test_a_planted_wrong_is_found_within_a_minute(base: Path, name: str) -> None:
    begun = time.process_time()
    for seed in range(FOUND_WITHIN):
        try:
            played(seed, base, BUGS[name]())
        except Broken:
            break
    else:
        pytest.fail(f"{name} was not found in {FOUND_WITHIN} seeds")
    assert time.process_time() - begun < 60
    played(seed, base)  # and it was the wrong that was found


def test_a_broken_seed_says_how_it_is_played_again(capsys: pytest.CaptureFixture[str]) -> None:
    disabled = logging.root.manager.disable
    try:
        assert main(["0", "--seeds", "200", "--bug", "NoSync"]) == 1
        said = capsys.readouterr().out.splitlines()[-1]
        assert said.startswith("make simulate-system SEED=")
        assert main([said.split("=")[1]]) == 0  # without the wrong it is well
    finally:
        logging.disable(disabled)


@pytest.mark.soak
@pytest.mark.parametrize("part", range(100))
def test_nothing_is_lost_in_a_hundred_thousand_seeds(base: Path, part: int) -> None:
    each = SOAK_SEEDS // 100
    play(range(10**6 + part * each, 10**6 + (part + 1) * each), base)
