"""The engine reproduces published results; rules planted wrong on purpose are noticed."""

from __future__ import annotations

import importlib.util
import random
import sys
from pathlib import Path
from typing import Any

import pytest
from formulas import ProductForm, erlang_a_longer
from published import (
    CASES,
    ERLANG_A_90TH,
    GRAPH,
    GRAPH_OCCUPANCY,
    GRAPH_WAITED,
    GRAPH_WAITS,
    Measured,
    one_queue,
    skill_graph,
)

from huntgroup.sim import Scenario, simulate

SEED = 20260105
BY_NUMBER = {case.number: case for case in CASES}


def seeds(config: Any) -> list[int]:
    given = config.getoption("--validation-seeds")
    return [int(seed) for seed in given.split(",")] if given else [SEED]


@pytest.mark.validation
@pytest.mark.parametrize("number", list(BY_NUMBER))
def test_a_published_result_is_reproduced(number: str, request: pytest.FixtureRequest) -> None:
    for seed in seeds(request.config):
        for found in BY_NUMBER[number].measure(seed):
            told = f"seed {seed}: {found.figure.name}: {found.estimate}, expected {found.figure.expected}"
            assert found.passes, told
            assert not found.is_too_wide, f"{told}: too wide to tell"


@pytest.mark.parametrize("number", list(BY_NUMBER))
def test_a_short_run_is_near_the_published_result(number: str) -> None:
    case = BY_NUMBER[number]
    for found in case.measure(SEED, size=case.short):
        assert found.passes, f"{found.figure.name}: {found.estimate}, expected {found.figure.expected}"


def test_distances_on_other_seeds_are_told_in_standard_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    tools = Path(__file__).resolve().parents[2] / "tools"
    monkeypatch.syspath_prepend(str(tools))
    monkeypatch.setattr(sys, "path", list(sys.path))
    spec = importlib.util.spec_from_file_location("validation_tool", tools / "validation.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    first, second = (BY_NUMBER["3"].measure(seed, size=0.02)[0] for seed in (1, 2))
    lines, beyond = tool.seeds_table(0.02, [1, 2], 1, "3")
    assert len(lines) == 2 + len(BY_NUMBER["3"].figures)
    distances = [float(cell) for cell in lines[2].split("|")[3:6]]
    off = [found.estimate.mean - found.figure.expected for found in (first, second)]
    assert distances[:2] == pytest.approx([off[0] / first.own, off[1] / second.own], abs=0.05)
    assert distances[2] == pytest.approx(sum(off) / (first.own**2 + second.own**2) ** 0.5, abs=0.05)
    errs = first.figure._replace(error=1e3 * first.own)
    source = [Measured(errs, one.estimate) for one in (first, second)]
    alone = (sum(off) / 2) / errs.error
    assert tool.together(source) == pytest.approx(alone, rel=0.01), "what the source errs by stays"
    assert beyond == 0
    lines, _ = tool.seeds_table(0.02, [1, 2], 1, "3", seconds=0.0)
    assert lines[0] == "| # | Figure | 1 | all |", "a seed that would end too late is not begun"


# --- the oracle -------------------------------------------------------------------------------------------


def test_the_product_form_gives_the_published_numbers() -> None:
    exact = ProductForm(*GRAPH)
    for kind in range(3):
        assert exact.mean_wait(kind) == pytest.approx(GRAPH_WAITS[kind], abs=2e-6)
        assert exact.waited_share(kind) == pytest.approx(GRAPH_WAITED[kind], abs=2e-6)
    for number in range(4):
        assert exact.occupancy(number) == pytest.approx(GRAPH_OCCUPANCY[number], abs=2e-6)


def test_the_exact_wait_of_callers_who_hang_up_is_the_published_one() -> None:
    _, longer = erlang_a_longer(50, 0.8, 60.0, 120.0, [0.0, ERLANG_A_90TH])
    assert longer == pytest.approx(0.1, abs=1e-7)
    assert pytest.approx(ERLANG_A_90TH, abs=0.06) == 12.5, "which is published"
    # Without patience it is Erlang C: 100 calls in 30 minutes of 180 s, 14 agents.
    waited, longer = erlang_a_longer(14, 100 / 1800, 180.0, 1e12, [0.0, 20.0])
    assert waited == pytest.approx(0.1741319, abs=1e-7)
    assert 1 - longer == pytest.approx(0.8883500, abs=1e-7)


def random_graph(seed: int) -> tuple[list[float], list[float], list[set[int]]]:
    """A graph of 2 to 4 classes and 2 to 5 agents that can do their work."""
    chance = random.Random(seed)
    while True:
        classes, agents = chance.randint(2, 4), chance.randint(2, 5)
        skills = [set(chance.sample(range(classes), chance.randint(1, classes))) for _ in range(agents)]
        if set().union(*skills) != set(range(classes)):
            continue
        rates = [chance.uniform(0.2, 1.0) for _ in range(classes)]
        speeds = [chance.uniform(0.6, 1.5) for _ in range(agents)]
        scale = chance.uniform(0.5, 0.8) * sum(speeds) / sum(rates)
        rates = [rate * scale for rate in rates]
        if _room(rates, speeds, skills) > 0.12:
            return rates, speeds, skills


def _room(rates: list[float], speeds: list[float], skills: list[set[int]]) -> float:
    """The least share of time that is left to the agents of any set of classes."""
    least = 1.0
    for chosen in range(1, 2 ** len(rates)):
        wanted = {kind for kind in range(len(rates)) if chosen >> kind & 1}
        able = sum(speed for speed, mine in zip(speeds, skills, strict=True) if mine & wanted)
        least = min(least, 1.0 - sum(rates[kind] for kind in wanted) / able)
    return least


def check_graph(seed: int, calls: float) -> None:
    graph = random_graph(seed)
    exact = ProductForm(*graph)
    result = simulate(skill_graph(*graph, calls=calls)(1.0), 16, seed)
    for kind in range(len(graph[0])):
        found = result.queues[f"q{kind}"]
        for estimate, expected in (
            (found.mean_wait, exact.mean_wait(kind)),
            (found.waited_share, exact.waited_share(kind)),
        ):
            assert abs(estimate.mean - expected) <= 2.0 * estimate.half_width, (
                graph,
                kind,
                estimate,
                expected,
            )
    for number in range(len(graph[1])):
        estimate = result.agents[f"a{number}"].occupancy
        assert abs(estimate.mean - exact.occupancy(number)) <= 2.0 * estimate.half_width, (graph, number)


@pytest.mark.parametrize("seed", range(3))
def test_a_random_graph_of_skills_does_as_the_product_form_says(seed: int) -> None:
    check_graph(seed, 4_000)


@pytest.mark.validation
@pytest.mark.parametrize("seed", range(3, 23))
def test_random_graphs_of_skills_do_as_the_product_form_says(seed: int) -> None:
    check_graph(seed, 40_000)


# --- rules planted wrong ----------------------------------------------------------------------------------


def misses(number: str, scenario: Scenario, replications: int = 16) -> list[str]:
    """The figures of a case that another scenario in its place does not reach."""
    result = simulate(scenario, replications, SEED)
    measured = [Measured(figure, figure.find(result)) for figure in BY_NUMBER[number].figures]
    return [found.figure.name for found in measured if not found.passes]


def test_random_in_the_place_of_longest_idle_is_noticed() -> None:
    wrong = skill_graph(*GRAPH, calls=20_000, strategy="random")(1.0)
    assert "occupancy 0" in misses("8", wrong)


def test_longest_idle_in_the_place_of_random_is_noticed() -> None:
    assert misses("9", skill_graph(*GRAPH, calls=20_000)(1.0)) == ["occupancy 0"]


def test_credit_that_is_left_out_is_noticed() -> None:
    wrong = BY_NUMBER["7"].scenario(0.2).changed(["queue.q.seconds_per_priority=0"])
    assert {"mean wait, first", "mean wait, third"} <= set(misses("7", wrong))


def test_another_order_of_hunting_is_noticed() -> None:
    wrong = BY_NUMBER["10"].scenario(0.2).changed(["queue.q.strategy=longest_idle"])
    assert {"occupancy 0", "occupancy 7"} <= set(misses("10", wrong))


def test_the_order_of_another_rank_is_noticed() -> None:
    """Queues of which one always comes first are not first come first served."""
    rates, speeds, skills = GRAPH
    scenario = skill_graph(rates, speeds, skills, calls=5_000)(1.0)
    plan = scenario.centre.plan
    plan.memberships.extend(
        (f"a{number}", f"q{kind}", {"rank": 1 + kind}) for number, mine in enumerate(skills) for kind in mine
    )
    found = misses("8", scenario)
    assert {"mean wait 0", "mean wait 2"} <= set(found)


def test_one_agent_fewer_is_noticed() -> None:
    assert len(misses("2", one_queue(13, 100 / 1800, 180.0, 10_000)(1.0))) == 4
