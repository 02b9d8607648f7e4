"""Replaying workloads through the engines: order at one instant, shifts, patience, after-call work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as changed
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import huntgroup as hg
from huntgroup.models import PresenceModel, built_in_names
from huntgroup.sim.demo import demo_workload
from huntgroup.sim.demo_log import seconds, write_log
from huntgroup.sim.derive import derive
from huntgroup.sim.log import read_log
from huntgroup.sim.mapping_files import load_mapping, mapping_for
from huntgroup.sim.outcome import ReplayOutcome
from huntgroup.sim.replay import replay
from huntgroup.sim.roles import roles_of
from huntgroup.sim.statistics import agent_figures, replay_figures
from huntgroup.sim.workload import NEVER, Arrivals, PlannedAgent, PlannedQueue, Stint, Workload
from huntgroup.testing.reference import ReferenceEngine

SECOND = 1_000_000_000
REAL_LOG = Path(__file__).resolve().parents[2] / "shared" / "data" / "feb1999_pseudonymised.csv"


@pytest.fixture(params=["reference", "core"])
def engine_class(request: pytest.FixtureRequest) -> Any:
    if request.param == "reference":
        return ReferenceEngine
    return core_engine()


def core_engine() -> Any:
    return hg.Engine


class Call:
    """One arrival of a test, in seconds."""

    def __init__(
        self, at: int, *, handling: int = 60, after: int = 0, patience: int = NEVER, priority: int = 0
    ):
        self.row = (at, handling, after, patience, priority)


def centre(calls: Sequence[Call], *stints: Sequence[tuple[int, int, bool]]) -> Workload:
    """One voice queue; an agent for each sequence of stints (start, end, ends the shift), in seconds."""
    rows = np.array([call.row for call in calls], dtype=np.int64).reshape(-1, 5)
    n = len(rows)
    return Workload(
        title="a test",
        first_midnight=datetime(2026, 3, 2),
        channels=("voice",),
        queues=(PlannedQueue("sales", "voice", requires="sales"),),
        agents=tuple(
            PlannedAgent(
                f"agent{index}",
                {"sales": 5},
                {"voice": 1},
                ("sales",),
                tuple(Stint(start * SECOND, end * SECOND, last) for start, end, last in plan),
            )
            for index, plan in enumerate(stints)
        ),
        requirements=(),
        arrivals=Arrivals(
            at_ns=rows[:, 0] * SECOND,
            queue=np.zeros(n, dtype=np.int32),
            priority=rows[:, 4].astype(np.int32),
            requires=np.full(n, -1, dtype=np.int32),
            handling_ns=rows[:, 1] * SECOND,
            after_call_ns=rows[:, 2] * SECOND,
            patience_ns=np.where(rows[:, 3] >= 0, rows[:, 3] * SECOND, NEVER),
        ),
    )


def answered_at(outcome: ReplayOutcome) -> list[float]:
    return [at / SECOND if at >= 0 else -1 for at in outcome.answered_at_ns.tolist()]


def left_at(outcome: ReplayOutcome) -> list[float]:
    return [at / SECOND if at >= 0 else -1 for at in outcome.left_at_ns.tolist()]


# --- one instant after the other --------------------------------------------------------------------------


def test_calls_are_answered_by_the_agent_idle_longest(engine_class: Any) -> None:
    planned = centre([Call(10), Call(20), Call(75), Call(76)], [(0, 1000, True)], [(1, 1000, True)])
    outcome = replay(planned, engine_class)
    assert answered_at(outcome) == [10, 20, 75, 80]
    assert outcome.agent.tolist() == [0, 1, 0, 1]
    assert outcome.ended_at_ns.tolist() == [70 * SECOND, 80 * SECOND, 135 * SECOND, 140 * SECOND]


def test_an_agent_freed_at_the_instant_of_an_arrival_takes_it(engine_class: Any) -> None:
    outcome = replay(centre([Call(10), Call(70)], [(0, 1000, True)]), engine_class)
    assert answered_at(outcome) == [10, 70]


def test_who_is_reached_in_the_last_moment_of_patience_is_answered(engine_class: Any) -> None:
    planned = centre([Call(10), Call(20, patience=50), Call(21, patience=49)], [(0, 1000, True)])
    outcome = replay(planned, engine_class)
    assert answered_at(outcome) == [10, 70, -1]
    assert left_at(outcome) == [-1, -1, 70]


def test_after_call_work_keeps_the_agent(engine_class: Any) -> None:
    outcome = replay(
        centre([Call(10, after=30), Call(20, after=5), Call(300)], [(0, 1000, True)]), engine_class
    )
    assert answered_at(outcome) == [10, 100, 300]


def test_priority_counts_as_time_waited(engine_class: Any) -> None:
    calls = [Call(10), Call(20), Call(65, priority=1)]
    outcome = replay(centre(calls, [(0, 1000, True)]), engine_class)
    # The credit is 60 s a step: at 70 the last has 65 s, the one before it 50 s.
    assert answered_at(outcome) == [10, 130, 70]


def test_nobody_is_offered_anything_before_the_shift_or_in_a_break(engine_class: Any) -> None:
    calls = [Call(10, patience=30), Call(120), Call(250, patience=500), Call(990)]
    outcome = replay(centre(calls, [(100, 200, False), (400, 1000, True)]), engine_class)
    assert answered_at(outcome) == [-1, 120, 400, 990]
    assert left_at(outcome)[0] == 40


@pytest.mark.parametrize("model", built_in_names())
def test_a_break_that_begins_during_work_begins_after_it(engine_class: Any, model: str) -> None:
    calls = [Call(10, handling=100, after=20), Call(50), Call(900, handling=300), Call(950, patience=400)]
    outcome = replay(centre(calls, [(0, 60, False), (500, 1000, True)]), engine_class, model=model)
    assert answered_at(outcome) == [10, 500, 900, -1]
    assert left_at(outcome)[3] == 1350
    assert outcome.agent.tolist() == [0, 0, 0, -1]


def test_time_in_statuses_sums_to_the_whole_replay(engine_class: Any) -> None:
    planned = centre([Call(10), Call(90, after=10)], [(0, 60, False), (80, 200, True)], [])
    outcome = replay(planned, engine_class)
    busy, idle = agent_figures(outcome)
    assert sum(busy.status_s.values()) == pytest.approx(outcome.end_ns / SECOND)
    assert (busy.interactions, busy.handling_s) == (2, 120)
    roles = roles_of(outcome.model)
    # The break from 60 on begins at 70, when the first call is over.
    assert busy.status_s[roles.rest] == 10
    assert (idle.interactions, list(idle.status_s.values())) == (0, [outcome.end_ns / SECOND])


def test_the_busiest_moment_shows_each_queue(engine_class: Any) -> None:
    calls = [Call(10), Call(20, patience=100), Call(30, patience=100), Call(300, patience=9)]
    outcome = replay(centre(calls, [(0, 1000, True)]), engine_class)
    assert outcome.busiest is not None
    assert (outcome.busiest.at_ns, outcome.busiest.waiting) == (30 * SECOND, 2)
    (sales,) = outcome.busiest.queues
    assert (sales.presence, sales.logged_in, sales.ready, sales.waiting) == ("busy", 1, 0, 2)


def test_figures_add_up(engine_class: Any) -> None:
    calls = [Call(10), Call(20), Call(30, patience=5), Call(5000)]
    outcome = replay(centre(calls, [(0, 1000, True)]), engine_class)
    sales, everything = replay_figures(outcome)
    assert (sales.offered, sales.answered, sales.abandoned, sales.unserved) == (4, 2, 1, 1)
    assert sales.service_level == pytest.approx(1 / 3)
    assert (sales.mean_wait, sales.longest_wait) == (25, 50)
    assert everything == sales._replace(queue="all")


@pytest.mark.parametrize("model", built_in_names())
def test_each_built_in_model_has_the_statuses_for_a_shift(model: str) -> None:
    loaded = PresenceModel.load(model)
    roles = roles_of(loaded)
    assert loaded.status(roles.work).receives_queued is True
    assert not loaded.status(roles.rest).receives_queued
    assert not loaded.status(roles.home).receives_queued


def test_what_nobody_can_do_waits_and_is_abandoned(engine_class: Any) -> None:
    planned = centre([Call(10, patience=30), Call(20)], [(0, 1000, True)])
    asking = changed(
        planned,
        requirements=("latin >= 3",),
        arrivals=changed(planned.arrivals, requires=np.array([0, -1], dtype=np.int32)),
    )
    outcome = replay(asking, engine_class)
    assert answered_at(outcome) == [-1, 20]
    assert left_at(outcome) == [40, -1]
    assert not outcome.refusals


def test_figures_need_a_history(engine_class: Any) -> None:
    outcome = replay(centre([Call(10)], [(0, 100, True)]), engine_class, history=False)
    assert answered_at(outcome) == [10]
    for figures in (agent_figures, replay_figures):
        with pytest.raises(hg.ConfigError, match="history=True"):
            figures(outcome)


# --- generated centres ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small_week() -> Workload:
    return demo_workload(seed=5, interactions=250, days=2)


def test_the_generated_centre_is_seeded() -> None:
    first, again, other = (demo_workload(seed=seed, interactions=2000) for seed in (1, 1, 2))
    assert first.agents == again.agents
    assert (first.arrivals.at_ns == again.arrivals.at_ns).all()
    assert (first.arrivals.handling_ns == again.arrivals.handling_ns).all()
    assert not (first.arrivals.at_ns == other.arrivals.at_ns).all()


def test_the_generated_week_is_what_it_is_said_to_be() -> None:
    week = demo_workload()
    assert week.arrivals.n == 50_000
    assert set(week.channels) == {"voice", "chat", "email"}
    assert (np.diff(week.arrivals.at_ns) >= 0).all()
    assert week.arrivals.at_ns[-1] < 7 * 86_400 * SECOND
    assert 90 <= len(week.agents) <= 130
    skills = {skill for agent in week.agents for skill in agent.skills}
    assert {"english", "german", "spanish", "technical"} < skills


def test_both_engines_replay_a_generated_centre_alike(small_week: Workload) -> None:
    expected = replay(small_week, ReferenceEngine)
    outcome = replay(small_week, core_engine())
    assert (outcome.answered_at_ns == expected.answered_at_ns).all()
    assert (outcome.agent == expected.agent).all()
    assert outcome.history is not None
    assert expected.history is not None
    assert outcome.history.all_presences() == expected.history.all_presences()
    assert outcome.history.answers == expected.history.answers
    assert outcome.busiest == expected.busiest
    assert outcome.event_counts == expected.event_counts


def test_the_same_replay_twice_is_the_same(small_week: Workload, engine_class: Any) -> None:
    first, again = (replay(small_week, engine_class) for _ in range(2))
    assert first.digest == again.digest
    assert first.history is not None
    assert again.history is not None
    assert first.history.all_segments() == again.history.all_segments()


def test_a_generated_log_reads_back_as_it_was_routed(
    small_week: Workload, tmp_path: Path, engine_class: Any
) -> None:
    outcome = replay(small_week, engine_class)
    path = tmp_path / "demo.csv"
    with open(path, "w", encoding="utf-8", newline="") as file:
        rows = write_log(file, outcome)
    log = read_log(path, mapping_for(path))
    assert log.mapping.name == "native"
    assert (log.rows, log.n, log.odd) == (rows, rows, {})
    known = outcome.answered | outcome.abandoned
    assert rows == known.sum()
    assert (log.answered == outcome.answered[known]).all()
    served = outcome.agent[outcome.answered].tolist()
    assert [log.agent_names[k] for k in log.agent[log.answered]] == [
        small_week.agents[k].name for k in served
    ]
    assert abs(log.wait_ns - outcome.wait_ns[known]).max() < SECOND // 1000


def test_durations_are_written_as_plain_decimals() -> None:
    assert [seconds(ns) for ns in (0, 12 * SECOND, 12_345_000_000, 10**14 + 1)] == [
        "0",
        "12",
        "12.345",
        "100000",
    ]


# --- the real log -----------------------------------------------------------------------------------------


@pytest.mark.release
def test_february_replays_near_to_what_happened() -> None:
    if not REAL_LOG.is_file():
        pytest.skip("the bank's log is not beside the project, and is no part of it")
    log = read_log(REAL_LOG, load_mapping("anonymous_bank"))
    outcome = replay(derive(log), core_engine())
    *_, everything = replay_figures(outcome)
    assert everything.offered == 31_094
    assert everything.unserved == 0
    # The log has 27,162 answered, 12.6 % abandoned, a mean wait of 40.8 s, and 58 % who had to wait.
    assert everything.answered == pytest.approx(27_162, rel=0.03)
    assert everything.abandonment == pytest.approx(0.126, abs=0.025)
    assert everything.mean_wait == pytest.approx(40.8, rel=0.2)
    assert everything.queued == pytest.approx(0.58, abs=0.05)
    assert not outcome.refusals


def test_the_accounts_of_an_empty_hour_are_dashes_not_zeros() -> None:
    planned = centre([Call(10)], [])
    quiet = changed(planned, queues=(*planned.queues, PlannedQueue("night", "voice")))
    *_, night, _ = replay_figures(replay(quiet, ReferenceEngine))
    assert night.offered == 0
    assert np.isnan(night.mean_wait)
    assert np.isnan(night.service_level)
