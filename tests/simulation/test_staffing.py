"""How many agents, and who should learn what, in systems small enough to be seen through."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scenes import agent, centre, exponential

import huntgroup as hg
from huntgroup.cli import main
from huntgroup.sim import Scenario, Target, simulate, skill_values, staff


def two_hours(**changes: object) -> Scenario:
    """Ten calls an hour, then forty, of six minutes each."""
    return Scenario(
        **{
            "centre": centre(2, service_level=[20, 0.8]),
            "run": {"duration": 2, "time_unit": "h"},
            "arrivals": [{"queue": "q", "rates": [10, 40], "every": 1}],
            "service": [{"talk": exponential(0.1)}],
            "patience": [{"time": exponential(0.1)}],
            **changes,
        }
    )


def test_the_fewest_agents_reach_the_target_and_one_fewer_does_not() -> None:
    plan = staff(two_hours(), Target("q", "service_level", 0.8), replications=20, seed=2, minutes=60)
    assert plan.reached
    assert len(plan.agents) == 2
    # Erlang A has 3 and 6 for such hours by themselves.
    assert plan.agents[0] in (2, 3)
    assert plan.agents[1] in (5, 6, 7)
    assert all(figure >= 0.8 for figure in plan.figures)
    assert plan.agent_hours == sum(plan.agents)
    # In the second hour, one fewer misses it.
    from huntgroup.sim.run.staffing import _simulated

    fewer = np.array(plan.agents) - [0, 1]
    rows = _simulated(two_hours().only("q"), "q", fewer, 3600 * 10**9, 20, 2, 60)
    assert rows["service_level"][1] < 0.8


def test_a_target_is_read_from_text_or_refused() -> None:
    assert Target.read("sales=abandoned_share:0.05") == Target("sales", "abandoned_share", 0.05)
    for wrong in ("sales", "sales=colour:1", "sales=mean_wait:much", "=mean_wait:1"):
        with pytest.raises(hg.ConfigError):
            Target.read(wrong)
    with pytest.raises(hg.ConfigError):
        staff(two_hours(), Target("nowhere", "mean_wait", 1))


def spanish(*who: str) -> Scenario:
    """A queue all of whose callers ask for Spanish, which only these of four speak."""
    agents = [agent(name, "q", skills={"spanish": 5} if name in who else {}) for name in "abcd"]
    return two_hours(
        centre={"queue": [{"name": "q"}], "agent": agents},
        arrivals=[{"queue": "q", "rate": 20, "requires": "spanish"}],
    )


def test_agents_are_copies_of_a_typical_member_or_of_the_one_that_is_named() -> None:
    target = Target("q", "abandoned_share", 0.2)
    plan = staff(spanish("b", "c", "d"), target, replications=3, minutes=60)
    assert (plan.like, plan.reached) == ("b", True), "most speak it, the first does not"
    assert "agents like b" in str(plan)
    assert spanish("b").centre.typical("q") == "a"
    assert staff(spanish("b"), target, replications=3, minutes=60, like="b").reached
    with pytest.raises(hg.ConfigError, match="one of the members of q"):
        spanish("b").staffed("q", 3, "nobody")


def test_nobody_is_needed_where_nobody_comes() -> None:
    quiet = two_hours(arrivals=[{"queue": "q", "rates": [0, 20], "every": 1}])
    plan = staff(quiet, Target("q", "mean_wait", 60), replications=5, minutes=60)
    assert plan.agents[0] == 0
    assert plan.agents[1] > 0


def test_a_lesson_helps_the_queue_that_lacks_agents() -> None:
    scenario = Scenario(
        centre={
            "queue": [{"name": "busy"}, {"name": "idle"}],
            "agent": [agent("a", "busy"), agent("b", "idle"), agent("c", "busy", "idle")],
        },
        run={"duration": 5000},
        arrivals=[{"queue": "busy", "rate": 0.07}, {"queue": "idle", "rate": 0.01}],
        service=[{"talk": exponential(20)}],
        patience=[{"time": exponential(60)}],
    )
    values = skill_values(scenario, "queues.busy.mean_wait", replications=8)
    assert [(one.agent, one.kind, one.learns) for one in values] == [
        ("b", "queue", "busy"),
        ("a", "queue", "idle"),
    ]
    assert values[0].gain.high < 0 < values[1].gain.mean
    shares = skill_values(scenario, "queues.busy.service_level", replications=8)
    assert shares[0].agent == "b"
    assert shares[0].gain.low > 0


def test_what_is_learned_may_be_a_skill() -> None:
    scenario = Scenario(
        centre={
            "queue": [{"name": "q"}],
            "agent": [agent("a", "q", skills={"french": 4}), agent("b", "q"), agent("c", "q")],
        },
        run={"duration": 3000},
        arrivals=[
            {"queue": "q", "rate": 0.05, "mix": [{"share": 0.8, "requires": "french"}, {"share": 0.2}]}
        ],
        service=[{"talk": exponential(20)}],
    )
    taught = scenario.taught("b", "skill", "french")
    assert simulate(taught, 4).total.mean_wait.mean < simulate(scenario, 4).total.mean_wait.mean
    values = skill_values(scenario, "total.mean_wait", replications=4)
    assert {(one.agent, one.learns) for one in values} == {("b", "french"), ("c", "french")}
    assert all(one.gain.mean < 0 for one in values)


def test_the_command_answers_both_questions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "two.toml"
    path.write_text(
        """
        [run]
        duration = 1
        time_unit = "h"
        [[arrivals]]
        queue = "q"
        rate = 20
        [[service]]
        talk = { law = "exponential", mean = 0.1 }
        [[patience]]
        time = { law = "exponential", mean = 0.1 }
        [[centre.queue]]
        name = "q"
        [[centre.queue]]
        name = "r"
        [[centre.agent]]
        name = "a"
        queues = ["q"]
        devices = ["voice"]
        signed_in = true
        status = "Ready"
        """,
        encoding="utf-8",
    )
    asked = ["simulate", str(path), "--replications", "4", "--minutes", "60"]
    assert main([*asked, "--staff", "q=service_level:0.5", "--skills", "queues.q.mean_wait"]) == 0
    told = capsys.readouterr().out
    assert "the fewest agents for service_level" in told
    assert "a learns queue r" in told
    assert main([*asked, "--json", "--staff", "q=mean_wait:30"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["staff"][0]["reached"] is True
    assert main([*asked, "--staff", "q=colour:1"]) == 2
