"""What is derived from a log: skills, capacities, shifts, absences, after-call work, patience."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from huntgroup.sim.derive import derive, queue_skills
from huntgroup.sim.log import read_log
from huntgroup.sim.mapping_files import load_mapping
from huntgroup.sim.patience import PatienceCurve, patience_of
from huntgroup.sim.workload import NEVER, Stint, Workload

SECOND = 1_000_000_000
HEADER = "arrived_at,channel,queue,requires,priority,outcome,waited_s,handled_s,agent"


def workload(tmp_path: Path, *rows: str, seed: int = 0) -> Workload:
    path = tmp_path / "log.csv"
    path.write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8")
    return derive(read_log(path, load_mapping("native")), seed=seed)


def call(clock: str, queue: str = "sales", wait: float = 0, handled: float = 60, agent: str = "kim") -> str:
    return f"2026-03-02T{clock},voice,{queue},,0,answered,{wait},{handled},{agent}"


def lost(clock: str, wait: float, queue: str = "sales") -> str:
    return f"2026-03-02T{clock},voice,{queue},,0,abandoned,{wait},0,"


def at(clock: str) -> int:
    hours, minutes, seconds = map(int, clock.split(":"))
    return (hours * 3600 + minutes * 60 + seconds) * SECOND


# --- skills and capacities --------------------------------------------------------------------------------


def test_a_skill_is_a_queue_served_often_enough(tmp_path: Path) -> None:
    rows = [call(f"09:0{k}:00") for k in range(3)] + [call("09:10:00", "billing")]
    rows += [call(f"10:0{k}:00", "billing", agent="lee") for k in range(4)]
    kim, lee = workload(tmp_path, *rows).agents
    assert (kim.skills, kim.queues) == ({"sales": 8}, ("sales",))
    assert (lee.skills, lee.queues) == ({"billing": 10}, ("billing",))


def test_a_queue_that_nobody_served_often_is_served_by_all_who_ever_did(tmp_path: Path) -> None:
    planned = workload(tmp_path, call("09:00:00", "rare"), call("09:10:00", "rare", agent="lee"))
    assert [agent.queues for agent in planned.agents] == [("rare",), ("rare",)]


def test_what_served_interactions_asked_for_is_a_skill_at_the_level_asked(tmp_path: Path) -> None:
    asked = [
        f"2026-03-02T09:0{k}:00,voice,sales,{text},0,answered,0,60,kim"
        for k, text in enumerate(("spanish >= 3 and billing", "spanish >= 2", "not trainee", ""))
    ]
    (kim,) = workload(tmp_path, *asked).agents
    assert kim.skills == {"sales": 10, "spanish": 3, "billing": 1}


def test_a_capacity_that_is_observed_is_the_most_held_at_once(tmp_path: Path) -> None:
    chats = [f"2026-03-02T09:0{k}:00,chat,web,,0,answered,0,120,kim" for k in range(4)]
    (kim,) = workload(tmp_path, *chats).agents
    # The third starts at the very instant at which the first ends.
    assert kim.capacity == {"chat": 2}


def test_names_of_queues_become_skills_that_a_requirement_can_spell() -> None:
    assert queue_skills(("sales", "New York", "New-York", "2nd", "not")) == (
        "sales",
        "New_York",
        "New_York_2",
        "queue_2nd",
        "queue_not",
    )


# --- shifts -----------------------------------------------------------------------------------------------


def test_a_shift_runs_from_first_to_last_service_and_splits_at_a_long_gap(tmp_path: Path) -> None:
    (kim,) = workload(tmp_path, call("08:00:00"), call("09:00:00"), call("18:00:00")).agents
    assert kim.stints == (
        Stint(at("08:00:00"), at("09:01:00"), True),
        Stint(at("18:00:00"), at("18:01:00"), True),
    )


def test_taking_nothing_while_nobody_waits_is_no_absence(tmp_path: Path) -> None:
    (kim,) = workload(tmp_path, call("08:00:00"), call("10:00:00")).agents
    assert kim.stints == (Stint(at("08:00:00"), at("10:01:00"), True),)


def test_a_short_absence_after_a_service_is_after_call_work(tmp_path: Path) -> None:
    planned = workload(tmp_path, call("08:00:00"), lost("08:01:10", 30), call("10:00:00"), call("10:05:00"))
    assert planned.agents[0].stints == (Stint(at("08:00:00"), at("10:06:00"), True),)
    # From 08:01:00, when the service ended, to 08:01:40, when the customer gave up.
    assert planned.arrivals.after_call_ns.tolist()[0] == 40 * SECOND


def test_a_long_absence_is_a_break_until_the_last_customer_it_let_wait(tmp_path: Path) -> None:
    planned = workload(tmp_path, call("08:00:00"), lost("08:30:00", 60), call("10:00:00"), call("10:05:00"))
    assert planned.agents[0].stints == (
        Stint(at("08:00:00"), at("08:01:00"), False),
        Stint(at("08:31:00"), at("10:06:00"), True),
    )
    assert planned.arrivals.after_call_ns[0] == 0


def test_customers_that_an_agent_cannot_serve_prove_nothing(tmp_path: Path) -> None:
    rows = [call("07:00:00", "billing", agent="lee"), call("08:00:00"), call("10:00:00"), call("10:05:00")]
    planned = workload(tmp_path, *rows, lost("08:30:00", 60, "billing"))
    assert planned.agents[0].stints == (Stint(at("08:00:00"), at("10:06:00"), True),)


def test_a_wait_within_the_reaction_time_proves_nothing(tmp_path: Path) -> None:
    planned = workload(tmp_path, call("08:00:00"), call("08:59:58", wait=2), call("10:05:00"))
    assert planned.agents[0].stints == (Stint(at("08:00:00"), at("10:06:00"), True),)


# --- patience and what is lacking -------------------------------------------------------------------------


def test_the_patience_curve_is_kaplan_meiers() -> None:
    waits = np.array([1, 2, 2, 3, 4, 5], dtype=np.int64)
    abandoned = np.array([True, True, False, False, True, False])
    curve = PatienceCurve.estimate(waits, abandoned)
    assert curve.at_ns.tolist() == [1, 2, 4]
    # 6 at risk lose 1, 5 lose 1 (one at 2 is censored after it), 2 lose 1.
    assert curve.survival.tolist() == pytest.approx([5 / 6, 5 / 6 * 4 / 5, 5 / 6 * 4 / 5 / 2])
    assert curve.hazard == pytest.approx(3 / 17)


def test_drawn_patience_exceeds_the_wait_and_follows_the_curve() -> None:
    generator = np.random.default_rng(7)
    true = generator.exponential(100 * SECOND, 20_000).astype(np.int64)
    service = generator.exponential(80 * SECOND, 20_000).astype(np.int64)
    wait, answered = np.minimum(true, service), service < true
    patience = patience_of(np.zeros(20_000, dtype=np.int32), wait, answered, 1, seed=3)
    assert (patience[~answered] == wait[~answered]).all()
    assert (patience[answered] > wait[answered]).all()
    # Exponential patience has no memory: drawn and true have the same mean, 100 s.
    assert patience.mean() / SECOND == pytest.approx(100, rel=0.03)


def test_where_nobody_ever_hung_up_everybody_waits(tmp_path: Path) -> None:
    planned = workload(tmp_path, call("08:00:00"), call("10:00:00", wait=30))
    assert planned.arrivals.patience_ns.tolist() == [NEVER, NEVER]


def test_one_who_hung_up_gets_the_service_of_one_of_the_same_queue(tmp_path: Path) -> None:
    rows = [call("08:00:00", handled=111), call("09:00:00", "billing", handled=222)]
    planned = workload(tmp_path, *rows, lost("10:00:00", 5), lost("11:00:00", 5, "billing"))
    assert planned.arrivals.handling_ns.tolist() == [111 * SECOND, 222 * SECOND, 111 * SECOND, 222 * SECOND]


def test_the_same_log_and_seed_give_the_same_workload(tmp_path: Path) -> None:
    rows = [call(f"08:{k:02d}:00", wait=k % 7, handled=30 + k) for k in range(60)]
    rows += [lost(f"09:{k:02d}:00", 5 + k) for k in range(20)]
    first, again, other = (workload(tmp_path, *rows, seed=seed).arrivals for seed in (1, 1, 2))
    assert first.patience_ns.tolist() == again.patience_ns.tolist()
    assert first.handling_ns.tolist() == again.handling_ns.tolist()
    assert first.patience_ns.tolist() != other.patience_ns.tolist()
