"""Each program that measures runs with tiny parameters; every one of them checks its answers itself."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

# The programs are no part of the installed package, and pytest may be started from anywhere.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import bench_growth, bench_memory
from benchmarks.common import Row, WrongAnswer, check, measure, report, span, summary
from benchmarks.population import KINDS, Expected, population

pytestmark = pytest.mark.release

FEW = ["--operations", "8", "--repeats", "2"]
PROGRAMS = {
    "bench_decide": ["--agents", "600"],
    "bench_lifecycle": ["--agents", "1000", "--queues", "20", "--batch", "50"],
    "bench_calls": ["--agents", "1000", "--queues", "20"],
    "bench_border": [],
    "bench_presence": ["--agents", "500", "--queues", "20"],
    "bench_bulk": ["--agents", "500", "--changed", "50", "--queues", "10"],
    "bench_absence": ["--small"],
    "bench_copies": ["--agents", "500", "--queues", "20"],
    "bench_build": ["--agents", "500", "--queues", "10"],
    "bench_service": ["--commands", "20", "--seconds", "0.4"],
    "bench_durable": ["--small", "--agents", "500", "--commands", "3000", "--calls", "300"],
    "bench_hostile": ["--small", "--seconds", "0.2", "--only", "a flood of commands"],
    "bench_simulate": ["--calls", "2000"],
    "bench_forecast": ["--small", "--every", "200"],
    "bench_threads": ["--agents", "1000", "--queues", "20", "--cycles", "100"],
    "bench_worst": ["--agents", "1000", "--queues", "20", "--cycles", "50"],
    "bench_scale": ["--agents", "500", "1000"],
    "bench_scorer": ["--candidates", "300"],
    "peers.bench_decide": ["--agents", "400", "--no-servers"],
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_runs_and_its_answers_are_right(program: str, capsys: pytest.CaptureFixture[str]) -> None:
    if program == "bench_scorer":
        pytest.importorskip("numba", reason="numba is not installed, which compiles the scorer")
    main: Any = importlib.import_module(f"benchmarks.{program}").main
    rows = main([*PROGRAMS[program], *FEW, "--json"])
    assert rows
    printed = capsys.readouterr().out.splitlines()
    result = json.loads(printed[-1])
    assert len(result["rows"]) == len(rows)
    assert result["machine"]["cores"] >= 1
    timed = [row for row in result["rows"] if "median_ns" in row]
    assert timed
    assert all(0 < row["median_ns"] <= row["p99_ns"] or row["operations"] < 3 for row in timed)


def test_what_a_byte_is_for_adds_up(capsys: pytest.CaptureFixture[str]) -> None:
    bench_memory.main(["--small", "--agents", "2000", "--json"])
    found = {row["centre"]: row for row in json.loads(capsys.readouterr().out.splitlines()[-1])["rows"]}
    assert found["one channel more"]["difference"] == 32
    assert found["128 skills"]["difference"] == 64
    # A membership is 32 bytes, and its slot 12 and a bit, with a reserve.
    assert 44 * 9 < -found["one membership in place of ten"]["difference"] < 64 * 9


def test_a_centre_that_runs_on_does_not_grow(capsys: pytest.CaptureFixture[str]) -> None:
    rows = bench_growth.main(["--small", "--commands", "200000", "--checkpoints", "3", "--json"])
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert len(result["rows"]) == len(rows)
    reached = [row["commands"] for row in result["rows"] if "commands" in row]
    assert len(reached) == 4
    assert reached[-1] >= 200_000
    assert {"agents", "memberships", "finished", "ids"} <= {row.get("table") for row in result["rows"]}


def test_growth_is_found() -> None:
    megabyte = 1 << 20
    before = (50 * megabyte, {"offers": 4_096, "agents": megabyte})
    bench_growth.checked(before, (54 * megabyte, {"offers": 8_192, "agents": megabyte}), 10)
    with pytest.raises(WrongAnswer, match="resident memory: 52,428,800 bytes after the warm-up, 58,720,256"):
        bench_growth.checked(before, (56 * megabyte, before[1]), 10)
    with pytest.raises(WrongAnswer, match="table offers: 4,096 bytes after the warm-up, 8,193"):
        bench_growth.checked(before, (before[0], {"offers": 8_193, "agents": megabyte}), 10)
    with pytest.raises(WrongAnswer, match="all tables"):
        bench_growth.checked(before, (before[0], {"offers": 4_096, "agents": 6 * megabyte}), 10)


def test_a_wrong_answer_ends_the_program() -> None:
    with pytest.raises(WrongAnswer, match="agent 3, expected 4"):
        check(False, "agent 3, expected 4")


def test_the_table_without_times(capsys: pytest.CaptureFixture[str]) -> None:
    report("sizes", [Row({"table": "agents [a]"}, figures={"bytes": 12})], as_json=False)
    assert "agents [a]" in capsys.readouterr().out


def test_measure_counts_every_operation() -> None:
    seen: list[int] = []
    timing = measure(seen.append, operations=5, repeats=3, warm_up=2)
    assert seen == list(range(17))
    assert timing.operations == 15


def test_the_spread_is_that_of_the_medians() -> None:
    timing = summary([[1, 2, 9], [3, 3, 3], [2, 2, 2]])
    assert timing.median_ns == 2
    assert timing.spread == pytest.approx((3 - 2) / 2)


@pytest.mark.parametrize(
    ("ns", "text"), [(12.4, "12 ns"), (1_500, "1.5 us"), (2.5e6, "2.5 ms"), (3e9, "3 s")]
)
def test_durations_have_a_unit(ns: float, text: str) -> None:
    assert span(ns) == text


@pytest.mark.parametrize("aged", [False, True])
def test_the_population_is_as_described(aged: bool) -> None:
    people = population(20_000, aged=aged, seed=5)
    held = people.skills.mean(axis=0)
    assert np.allclose(held[:8], 0.25, atol=0.02)
    assert np.allclose(held[8:24], 0.05, atol=0.01)
    assert np.allclose(held[24:], 0.005, atol=0.003)
    assert abs(people.ready.mean() - 0.30) < 0.02
    assert abs(people.free.sum() / people.ready.sum() - 0.90) < 0.02
    assert len(people.rounds) == (4 if aged else 0)
    expected = Expected(people)
    for kind in KINDS:
        for first, second in people.pairs[kind]:
            assert people.skills[people.free][:, [first, second]].any(axis=0).all()
            assert (expected.claim_and_release(first, second) < 0) == (kind == "none")
