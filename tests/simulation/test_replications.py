"""What callers and agents of a scenario do, each shown where nothing is left to chance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scenes import Reference, agent, centre, exponential

from huntgroup.sim import Scenario, SimulationResult, simulate
from huntgroup.sim.run.loop import replicate
from huntgroup.sim.run.prepared import Prepared


def run(replications: int = 1, seed: int = 1, **tables: Any) -> SimulationResult:
    given = {"run": {"duration": 1000}, "centre": centre(1), **tables}
    return simulate(Scenario(**given), replications=replications, seed=seed)


def numbers(result: SimulationResult, *names: str, queue: str = "q") -> list[float]:
    return [getattr(result.queues[queue], name).mean for name in names]


def test_callers_at_known_instants_wait_for_each_other() -> None:
    result = run(arrivals=[{"queue": "q", "times": [10, 12, 100]}], service=[{"talk": 20}])
    assert numbers(result, "offered", "answered", "waited_share") == [3, 3, 1 / 3]
    # The second waits from 12 to 30.
    assert numbers(result, "mean_wait", "speed_of_answer", "in_target") == [6, 6, 3]
    assert result.queues["q"].wait_quantile(1.0).mean == 18
    assert result.agents["a0"].busy_s.mean == 60
    assert result.agents["a0"].occupancy.mean == pytest.approx(0.06)


def test_ring_hold_and_wrap_up_keep_an_agent_at_work() -> None:
    result = run(
        arrivals=[{"queue": "q", "times": [0, 1]}],
        service=[{"talk": 10, "hold": 5, "ring": 2, "wrap_up": 3}],
    )
    # 2 + 10 + 5 + 3 each; the second rings at 20 and is answered at 22.
    assert result.agents["a0"].busy_s.mean == 40
    assert result.queues["q"].wait_quantile(1.0).mean == 21


def test_a_drawn_wrap_up_replaces_that_of_the_queue() -> None:
    result = run(
        centre=centre(1, wrap_up=500),
        arrivals=[{"queue": "q", "times": [0, 1]}],
        service=[{"talk": 10, "wrap_up": {"law": "uniform", "low": 4, "high": 4}}],
    )
    assert result.agents["a0"].busy_s.mean == 28


def test_who_works_twice_as_fast_takes_half_the_time() -> None:
    result = run(
        arrivals=[{"queue": "q", "times": [0]}],
        service=[
            {"talk": 10, "wrap_up": {"law": "uniform", "low": 4, "high": 4}},
            {"agent": "a0", "speed": 2},
        ],
    )
    assert result.agents["a0"].busy_s.mean == 7


def test_offers_that_ring_out_come_again() -> None:
    result = run(
        centre=centre(2, offer_timeout=20, ask_again_after=1),
        run={"duration": 10_000},
        arrivals=[{"queue": "q", "times": [0]}],
        service=[{"talk": 10, "missed": 0.5}],
        replications=40,
    )
    waits = sorted({one.waits[0, -1] for one in result._tallies})
    assert waits[0] == 0
    assert 20 in waits


def test_patience_balking_and_redials() -> None:
    scenes: dict[str, Any] = {
        "arrivals": [{"queue": "q", "times": [0, 1, 2]}],
        "service": [{"talk": 100}],
    }
    patient = run(**scenes, patience=[{"time": 30}])
    assert numbers(patient, "answered", "abandoned", "mean_wait") == [1, 2, 20]
    balking = run(**scenes, patience=[{"time": 30, "balk": 1}])
    assert numbers(balking, "answered", "abandoned", "mean_wait") == [1, 2, 0]
    again = run(**scenes, patience=[{"time": 30, "redial": {"share": 1, "delay": 200}}])
    # Both come again at 231 and 232; the first is answered, the second gives up at 262 and comes at 462.
    assert numbers(again, "offered", "answered", "abandoned", "redialled") == [6, 3, 3, 3]


def test_who_hears_too_long_a_wait_leaves_at_once() -> None:
    result = run(
        arrivals=[{"queue": "q", "times": [0, 200, 201]}],
        service=[{"talk": 100}],
        patience=[{"time": 60, "announced": True}],
    )
    # One was handled for 100 s, so the third is told 100 s.
    assert numbers(result, "answered", "abandoned", "mean_wait") == [2, 1, 0]


def test_a_line_is_held_until_the_caller_hangs_up() -> None:
    result = run(
        arrivals=[{"queue": "q", "times": [0, 1, 2, 50, 103]}],
        service=[{"talk": 100, "wrap_up": 30}],
        patience=[{"time": 20}],
        trunks={"lines": 2},
    )
    # The third finds no line; the second gives it back at 21, the first at 100, its wrap-up needs none.
    assert numbers(result, "offered", "blocked", "answered", "abandoned") == [5, 1, 1, 3]
    assert numbers(result, "blocked_share") == [0.2]


def test_a_full_queue_is_blocked_and_a_closed_one_refused() -> None:
    full = run(
        centre=centre(1, max_waiting=1), arrivals=[{"queue": "q", "times": [0, 1, 2]}], service=[{"talk": 9}]
    )
    assert numbers(full, "blocked", "refused", "answered") == [1, 0, 2]
    hours = {"weekly": {"mon": ["08:00", "09:00"]}, "tz": "UTC"}
    closed = run(
        centre=centre(1, hours=hours),
        run={"duration": 10, "time_unit": "h"},
        arrivals=[{"queue": "q", "times": [7.5, 8.5, 9.5]}],
        service=[{"talk": 0.01}],
    )
    assert numbers(closed, "blocked", "refused", "answered") == [0, 2, 1]


def test_a_transfer_is_a_wait_of_its_own_in_the_other_queue() -> None:
    result = run(
        centre={"queue": [{"name": "q"}, {"name": "r"}], "agent": [agent("a", "q"), agent("b", "r")]},
        arrivals=[{"queue": "q", "times": [0]}, {"queue": "r", "times": [5]}],
        service=[{"talk": 10}],
        transfer=[{"queue": "q", "share": 1, "target": "r", "delay": 8}],
    )
    assert numbers(result, "offered", "answered", "transferred") == [1, 1, 1]
    # Transferred at 8, b is free at 15.
    assert numbers(result, "offered", "answered", "mean_wait", queue="r") == [2, 2, 3.5]
    assert [result.total.offered.mean, result.total.answered.mean, result.total.transferred.mean] == [2, 2, 1]
    assert [result.agents[name].busy_s.mean for name in "ab"] == [8, 20]


def test_overflow_and_max_wait_count_where_they_happen() -> None:
    result = run(
        centre={
            "queue": [{"name": "q", "overflow": [10, "r"]}, {"name": "r", "max_wait": 50}],
            "agent": [agent("a", "q")],
        },
        arrivals=[{"queue": "q", "times": [0, 1]}],
        service=[{"talk": 500}],
    )
    assert numbers(result, "offered", "answered", "overflowed") == [2, 1, 1]
    assert numbers(result, "offered", "timed_out", "mean_wait", queue="r") == [1, 1, 50]
    assert [result.total.offered.mean, result.total.timed_out.mean, result.total.overflowed.mean] == [2, 1, 1]
    assert result.total.mean_wait.mean == 25


def test_who_is_to_be_called_back_loses_patience_no_more() -> None:
    result = run(
        arrivals=[{"queue": "q", "times": [0, 1, 2]}],
        service=[{"talk": 100}],
        patience=[{"time": 30}],
        callback=[{"queue": "q", "share": 1, "delay": 10}],
        trunks={"lines": 3},
    )
    assert numbers(result, "answered", "abandoned", "mean_wait") == [3, 0, (0 + 99 + 198) / 3]


def test_shifts_breaks_and_what_is_finished_after_them() -> None:
    result = run(
        centre={"queue": [{"name": "q"}], "agent": [{"name": "a", "queues": ["q"], "devices": ["voice"]}]},
        run={"start": "2026-01-05T08:00:00+01:00", "duration": 10, "time_unit": "h"},
        arrivals=[{"queue": "q", "times": [0.5, 2.1, 3.9, 5]}],
        service=[{"talk": 0.5}],
        patience=[{"time": 0.6}],
        shift=[
            {
                "agents": ["a"],
                "from": "09:00",
                "to": "12:00",
                "breaks": [{"from": "10:00", "to": "10:30", "status": "Break"}],
            }
        ],
    )
    # The first waits for 9:00, the second for the end of the break, the third is finished after the shift,
    # the fourth finds nobody.
    assert numbers(result, "answered", "abandoned") == [3, 1]
    assert result.queues["q"].speed_of_answer.mean == pytest.approx((1800 + 0.4 * 3600) / 3)
    times = result.agents["a"]
    assert times.on_shift_s.mean == 3 * 3600
    assert times.busy_s.mean == 1.5 * 3600
    assert times.occupancy.mean == pytest.approx(1.5 / 3.4)


def test_a_shift_over_midnight_and_a_group_take_turns() -> None:
    agents = [{"name": name, "queues": ["q"], "devices": ["voice"]} for name in "abc"]
    prepared = Prepared(
        Scenario(
            centre={"queue": [{"name": "q"}], "agent": agents},
            run={"start": "2026-01-05T00:00:00Z", "days": 2},
            group=[{"name": "g", "agents": ["a", "b", "c"]}],
            shift=[
                {"group": "g", "count": 1, "from": "22:00", "to": "06:00"},
                {"group": "g", "count": 2, "from": "05:00", "to": "22:00", "days": ["tue"]},
            ],
        )
    )
    hours = {
        name: [
            (stint.begins_ns / 3.6e12, stint.ends_ns / 3.6e12) for stint in stints if stint.begins_ns < 1.7e14
        ]
        for name, stints in prepared.stints(0, 0).items()
    }
    assert hours == {"a": [(-2, 6), (22, 30), (46, 54)], "b": [(29, 46)], "c": [(29, 46)]}


def test_adherence_is_the_share_of_the_shift_that_is_worked() -> None:
    prepared = Prepared(
        Scenario(
            centre=centre(1),
            run={"days": 5},
            shift=[{"agents": ["a0"], "from": "08:00", "to": "20:00", "adherence": 0.9}],
        )
    )
    worked = total = 0
    for replication in range(20):
        for stint in prepared.stints(3, replication)["a0"]:
            total += stint.ends_ns - stint.begins_ns
            worked += (stint.ends_ns - stint.begins_ns) * (stint.rest is None)
    assert worked / total == pytest.approx(0.9, abs=0.01)


def test_calls_are_dialled_by_whoever_is_ready() -> None:
    result = run(
        centre=centre(2),
        run={"duration": 100_000},
        service=[{"talk": 10}],
        outbound=[{"agents": ["a0", "a1"], "rate": 0.02, "share": 0.5}],
    )
    # Half of 0.02 calls a second talk for 10 s.
    busy = sum(one.busy_s.mean for one in result.agents.values()) / 100_000
    assert busy == pytest.approx(0.1, abs=0.02)
    # The longest idle dials: they share the work.
    shares = [one.busy_s.mean for one in result.agents.values()]
    assert shares[0] == pytest.approx(shares[1], rel=0.2)


def test_who_comes_before_the_warm_up_is_over_is_there_but_does_not_count() -> None:
    result = run(
        run={"duration": 1000, "warm_up": 100},
        arrivals=[{"queue": "q", "times": [90, 101]}],
        service=[{"talk": 20}],
    )
    assert numbers(result, "offered", "mean_wait") == [1, 9]
    assert result.agents["a0"].busy_s.mean == 30
    assert result.agents["a0"].on_shift_s.mean == 900


def test_at_the_end_who_waits_is_served_or_dropped() -> None:
    scenes: dict[str, Any] = {
        "arrivals": [{"queue": "q", "times": [0, 1]}],
        "service": [{"talk": 60}],
    }
    served = run(**scenes, run={"duration": 30})
    assert numbers(served, "offered", "answered", "mean_wait") == [2, 2, 29.5]
    dropped = run(**scenes, run={"duration": 30, "drain": "drop"})
    assert numbers(dropped, "offered", "answered", "mean_wait") == [1, 1, 0]
    assert dropped.agents["a0"].busy_s.mean == 30


def test_nobody_who_can_never_be_served_keeps_a_run_from_ending() -> None:
    result = run(centre={"queue": [{"name": "q"}], "agent": []}, arrivals=[{"queue": "q", "times": [0]}])
    assert numbers(result, "offered", "answered") == [1, 0]


def test_rates_by_list_by_weekday_and_bursts() -> None:
    listed = run(
        centre=centre(500),
        run={"duration": 3000},
        arrivals=[
            {
                "queue": "q",
                "rates": [0, 2, 0.5],
                "every": 500,
                "bursts": [{"at": 9, "calls": 40, "within": 5}],
            }
        ],
        service=[{"talk": 1}],
    )
    counts = listed._tallies[0].intervals[0, :, 0]
    assert counts[0] == 40
    assert abs(counts[9:16].sum() - 840) < 4.5 * 840**0.5
    assert counts[26:].sum() == 0
    weekly = run(
        centre=centre(200),
        run={"start": "2026-01-05T00:00:00Z", "days": 3, "time_unit": "h"},
        arrivals=[{"queue": "q", "rates": {"tue": [0, 600]}, "every": 1}],
        service=[{"talk": 0.01}],
    )
    rows = weekly.intervals(minutes=60)
    assert set(np.flatnonzero(rows["offered"])) == {25}


def test_a_busyness_is_one_factor_for_all_sources_of_a_day() -> None:
    prepared = Prepared(
        Scenario(
            centre=centre(1),
            run={"days": 4, "time_unit": "h"},
            arrivals=[{"queue": "q", "name": name, "rate": 400, "busyness": 4} for name in ("one", "other")],
        )
    )
    days = []
    for replication in range(10):
        callers = prepared.callers(5, replication)
        day = callers.at_ns // (86_400 * 10**9)
        days.append([np.bincount(day[callers.source == source], minlength=4) for source in (0, 1)])
    mine, theirs = np.array(days)[:, 0].ravel(), np.array(days)[:, 1].ravel()
    assert np.corrcoef(mine, theirs)[0, 1] > 0.99
    assert mine.std() / mine.mean() == pytest.approx(0.5, abs=0.2)


def test_a_mix_draws_what_callers_ask_for() -> None:
    prepared = Prepared(
        Scenario(
            centre={"queue": [{"name": "q"}], "agent": [agent("a", "q", skills={"french": 3})]},
            run={"duration": 10_000},
            arrivals=[
                {
                    "queue": "q",
                    "rate": 1,
                    "priority": 2,
                    "mix": [{"share": 0.25, "requires": "french"}, {"share": 0.75, "priority": 5}],
                }
            ],
        )
    )
    callers = prepared.callers(1, 0)
    assert (callers.requires == 0).mean() == pytest.approx(0.25, abs=0.02)
    assert set(callers.priority[callers.requires == 0]) == {2}
    assert set(callers.priority[callers.requires < 0]) == {5}


def test_a_change_of_staffing_changes_no_caller() -> None:
    def callers_of(agents: int) -> Any:
        scenario = Scenario(
            centre=centre(agents),
            run={"duration": 500},
            arrivals=[{"queue": "q", "rate": 1}],
            service=[{"talk": exponential(3)}],
            patience=[{"time": exponential(5)}],
        )
        prepared = Prepared(scenario)
        return prepared.callers(3, 2), replicate(prepared, __import__("huntgroup").Engine, 3, 2)

    (few, few_outcome), (many, many_outcome) = callers_of(2), callers_of(5)
    assert all(np.array_equal(a, b) for a, b in zip(few, many, strict=True))
    assert np.array_equal(few_outcome.visits.arrived_ns, many_outcome.visits.arrived_ns)


def test_the_reference_engine_gives_the_same_replication() -> None:
    scenario = Scenario(
        centre={
            "queue": [
                {"name": "q", "wrap_up": 5, "overflow": [60, "r"]},
                {"name": "r", "strategy": "linear"},
            ],
            "agent": [agent("a", "q", "r"), agent("b", "q"), agent("c", "r")],
        },
        run={"duration": 2000},
        arrivals=[{"queue": "q", "rate": 0.05}, {"queue": "r", "rate": 0.03, "priority": 1}],
        service=[{"talk": exponential(30), "ring": exponential(2), "missed": 0.1}],
        patience=[{"time": exponential(60), "redial": {"share": 0.5, "delay": 30}}],
        transfer=[{"queue": "q", "share": 0.2, "target": "r"}],
        callback=[{"queue": "q", "share": 0.3, "delay": 20}],
        shift=[{"agents": ["c"], "from": "00:05", "to": "00:20"}],
    )
    mine = simulate(scenario, replications=2, seed=4)
    theirs = simulate(scenario, replications=2, seed=4, engine_class=Reference)
    assert mine.to_dict() == theirs.to_dict()
    assert mine.queues["q"].answered.mean > 20
