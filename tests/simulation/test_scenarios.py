"""Scenarios are read from TOML or built in Python; every mistake is told at once, with its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from scenes import agent, centre, exponential

import huntgroup as hg
from huntgroup.sim import Scenario
from huntgroup.sim.scenario.keys import LISTS, RUN
from huntgroup.sim.scenario.tables import Redial

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "helpdesk.toml"

WRONG = """
title = "wrong"
colour = "red"

[run]
start = 2026-01-05T00:00:00
days = 1
duration = 5
time_unit = "day"

[[arrivals]]
queue = "sails"
rate = -1

[[arrivals]]
queue = "sales"
rate = 1
times = [3]
requires = "french"

[[service]]
talk = { law = "exponential", mean = 0 }
agent = "nobody"
speed = 2

[[shift]]
agents = ["anna"]
from = "25:00"
to = "17:00"

[centre]
[[centre.queue]]
name = "sales"
[[centre.agent]]
name = "anna"
queues = ["sales"]
"""


def test_every_mistake_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(WRONG, encoding="utf-8")
    with pytest.raises(hg.ScenarioError) as error:
        Scenario.load(path)
    found = {(problem.line, problem.key) for problem in error.value.problems}
    assert found == {
        (3, "colour"),
        (6, "run.start"),
        (8, "run.duration"),
        (9, "run.time_unit"),
        (12, "arrivals[1].queue"),
        (13, "arrivals[1].rate"),
        (18, "arrivals[2].times"),
        (19, "arrivals[2].requires"),
        (22, "service[1].talk"),
        (23, "service[1].agent"),
        (28, "shift[1].from"),
    }
    assert all(problem.allowed for problem in error.value.problems)
    assert "a mean above 0" in str(error.value)
    assert "a queue: sales" in str(error.value)
    assert str(path) in str(error.value)


def test_a_file_that_is_no_toml_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_text("[run]\ndays = = 1\n", encoding="utf-8")
    with pytest.raises(hg.ScenarioError) as error:
        Scenario.load(path)
    assert error.value.problems[0].line == 2


def test_what_the_engine_does_not_take_is_told_at_its_entry(tmp_path: Path) -> None:
    path = tmp_path / "centre.toml"
    path.write_text(
        '[run]\ndays = 1\n[centre]\n[[centre.queue]]\nname = "q"\nwrap_up = -5\n', encoding="utf-8"
    )
    with pytest.raises(hg.ScenarioError) as error:
        Scenario.load(path)
    assert [(problem.line, problem.key) for problem in error.value.problems] == [
        (6, 'centre.queue "q".wrap_up')
    ]


def test_a_centre_may_lie_beside_the_scenario(tmp_path: Path) -> None:
    (tmp_path / "centre.toml").write_text('[[queue]]\nname = "q"\n', encoding="utf-8")
    path = tmp_path / "scenario.toml"
    path.write_text('centre = "centre.toml"\n[run]\ndays = 2\n', encoding="utf-8")
    scenario = Scenario.load(path)
    assert scenario.centre.queues == ("q",)
    assert scenario.duration_s == 2 * 86_400
    assert scenario.title == "scenario"


@pytest.mark.parametrize(
    ("tables", "key"),
    [
        ({"run": {}}, "run.duration"),
        ({"arrivals": [{"queue": "q"}]}, "arrivals[1].rate"),
        ({"arrivals": [{"queue": "q", "rates": [1, 2]}]}, "arrivals[1].every"),
        ({"arrivals": [{"queue": "q", "rate": 1}, {"queue": "q", "rate": 2}]}, "arrivals[2].queue"),
        ({"arrivals": [{"queue": "q", "rate": 1, "mix": [{"share": 0.5}]}]}, "arrivals[1].mix"),
        ({"arrivals": [{"queue": "q", "times": [1], "busyness": 3}]}, "arrivals[1].busyness"),
        ({"service": [{"speed": 2}]}, "service[1].speed"),
        ({"service": [{"talk": 1}, {"talk": 2}]}, "service[2].talk"),
        ({"service": [{"talk": {"law": "weibull"}}]}, "service[1].talk"),
        ({"service": [{"talk": {"law": "uniform", "low": 3, "high": 2}}]}, "service[1].talk"),
        ({"service": [{"talk": {"law": "empirical", "file": "no", "column": "x"}}]}, "service[1].talk"),
        ({"patience": [{"time": True}]}, "patience[1].time"),
        ({"shift": [{"group": "g", "from": "08:00", "to": "09:00"}]}, "shift[1].group"),
        ({"shift": [{"agents": ["a0"], "from": "08:00", "to": "08:00"}]}, "shift[1].to"),
        ({"transfer": [{"queue": "q", "share": 2, "target": "q"}]}, "transfer[1].share"),
        ({"callback": [{"queue": "r", "share": 1}]}, "callback[1].queue"),
        ({"outbound": [{"rate": 1}]}, "outbound[1].agents"),
        ({"trunks": {}}, "trunks.lines"),
        ({"group": [{"name": "g", "agents": ["nobody"]}]}, 'group "g".agents'),
    ],
)
def test_tables_that_cannot_act_are_refused(tables: dict[str, Any], key: str) -> None:
    with pytest.raises(hg.ScenarioError) as error:
        Scenario(**{"centre": centre(1), "run": {"duration": 10}, **tables})
    assert key in [problem.key for problem in error.value.problems]


def test_units_of_time_and_the_most_exact_service_count() -> None:
    from huntgroup.sim.run.prepared import Prepared

    scenario = Scenario(
        centre={"queue": [{"name": "q"}, {"name": "r"}], "agent": [agent("a", "q"), agent("b", "q", "r")]},
        run={"duration": 2, "time_unit": "h", "warm_up": 0.5},
        group=[{"name": "g", "agents": ["b"]}],
        service=[
            {"talk": 1},
            {"queue": "q", "talk": 2},
            {"group": "g", "talk": 3, "speed": 2},
            {"group": "g", "queue": "q", "talk": 4},
            {"agent": "a", "talk": 5},
        ],
        patience=[{"time": 1}, {"queue": "q", "redial": {"share": 0.5, "delay": 1}}],
    )
    assert (scenario.duration_s, scenario.warm_up_s, scenario.unit_s) == (7200, 1800, 3600)
    prepared = Prepared(scenario)

    def talk(name: str, queue: int) -> float:
        return prepared.handling[prepared.agent_class[prepared.agent_index[name]]][queue].talk.mean

    assert [talk("a", 0), talk("a", 1), talk("b", 0), talk("b", 1)] == [5, 5, 4, 3]
    assert prepared.handling[prepared.agent_class[1]][0].speed == 2
    assert prepared.waiting[0].time is not None
    assert isinstance(prepared.waiting[0].redial, Redial)
    assert prepared.waiting[1].redial is None


def test_settings_can_be_changed_by_path() -> None:
    scenario = Scenario(
        centre=centre(2), run={"duration": 10}, arrivals=[{"queue": "q", "name": "sun", "rate": 1}]
    )
    changed = scenario.changed(
        ["queue.q.wrap_up=15", "run.duration=20", "arrivals.sun.rate=2.5", 'agent.a1.queues=["q"]']
    )
    assert changed.centre.queue_setting("q", "wrap_up", 0) == 15
    assert changed.duration_s == 20
    assert changed.tables.arrivals[0].rate == 2.5
    assert scenario.tables.arrivals[0].rate == 1
    for wrong in ("queue.r.wrap_up=1", "nothing", "run=3", "arrivals.moon.rate=1"):
        with pytest.raises(hg.ConfigError):
            scenario.changed([wrong])
    with pytest.raises(hg.ScenarioError):
        scenario.changed(["queue.q.wrap_up=-1"])


def test_the_schema_knows_every_key_that_is_read() -> None:
    schema = Scenario.schema()
    properties = schema["properties"]
    assert set(properties) == {"title", "centre", "run", "trunks", *LISTS}
    assert set(properties["run"]["properties"]) == set(RUN)
    for name, keys in LISTS.items():
        assert set(properties[name]["items"]["properties"]) == set(keys)
        assert properties[name]["items"]["required"] == [key for key, one in keys.items() if one.required]
    assert {one["properties"]["law"]["const"] for one in schema["$defs"]["law"]["oneOf"][1:]} >= {
        *("exponential", "lognormal", "gamma", "erlang", "uniform", "constant", "empirical", "mixture")
    }


def test_the_example_is_read() -> None:
    scenario = Scenario.load(EXAMPLE)
    assert scenario.title == "A help desk on a Monday"
    assert len(scenario.tables.shift) == 3
    assert scenario.tables.service[0].talk is not None


def test_laws_in_python_are_the_tables_of_the_file() -> None:
    scenario = Scenario(centre=centre(1), run={"duration": 1}, service=[{"talk": exponential(3)}])
    assert scenario.tables.service[0].talk is not None
    assert scenario.tables.service[0].talk.mean == 3
