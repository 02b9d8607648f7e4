"""Who should learn what: the value of one more skill, or one more queue, for one agent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from huntgroup.errors import ConfigError
from huntgroup.settings import arguments
from huntgroup.sim.run.estimates import Estimate
from huntgroup.sim.run.simulate import simulate
from huntgroup.sim.scenario.scenario import Scenario


class SkillValue(NamedTuple):
    """What an agent would gain by one lesson: `learns` is a queue or a skill (`kind` says which), `gain` the
    change of the figure, paired with the scenario as it is."""

    agent: str
    kind: str
    learns: str
    gain: Estimate

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {"agent": self.agent, "kind": self.kind, "learns": self.learns, "gain": self.gain.to_dict()}

    def __str__(self) -> str:
        return f"{self.agent} learns {self.kind} {self.learns}: {self.gain}"


def skill_values(
    scenario: Scenario,
    figure: str,
    replications: int = 20,
    seed: int = 0,
    processes: int = 1,
    *,
    level: int = 5,
    lower_is_better: bool | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[SkillValue]:
    """Each agent with each queue that it is not in, and each skill of the centre that it lacks (at
    proficiency `level`), one at a time: the gain of the figure (a path such as
    "queues.sales.service_level"), the greatest first.

    Waits and numbers that one wants small are better lower, unless `lower_is_better` says otherwise. Common
    random numbers make small gains visible. Raises ConfigError. One simulation for each.
    """
    level = arguments.integer("level", level, 1, 10)
    lower = _wanted_low(figure) if lower_is_better is None else lower_is_better
    before = simulate(scenario, replications, seed, processes)
    before.figure(figure)
    lessons = list(_lessons(scenario))
    found = []
    for done, (agent, kind, what) in enumerate(lessons):
        if progress is not None:
            progress(done, len(lessons))
        taught = scenario.taught(agent, kind, what, level)
        after = simulate(taught, replications, seed, processes)
        found.append(SkillValue(agent, kind, what, before.compare(after).figure(figure)))
    return sorted(found, key=lambda one: one.gain.mean if lower else -one.gain.mean)


def _lessons(scenario: Scenario) -> list[tuple[str, str, str]]:
    """(agent, "queue" or "skill", name) of what could be learned."""
    plan = scenario.centre.plan
    skills = sorted(scenario.skills)
    extra = {(agent, queue) for agent, queue, _ in plan.memberships}
    found = []
    for agent, keys in plan.entries["agent"]:
        mine = set(keys.get("queues", ()))
        found += [
            (agent, "queue", queue)
            for queue in scenario.centre.queues
            if queue not in mine and (agent, queue) not in extra
        ]
        found += [(agent, "skill", skill) for skill in skills if not keys.get("skills", {}).get(skill)]
    return found


def _wanted_low(figure: str) -> bool:
    name = figure.rpartition(".")[2]
    words = ("wait", "abandon", "speed_of_answer", "blocked", "refused", "timed_out", "redial", "overflowed")
    if not name:
        raise ConfigError("figure", figure, "a path such as queues.sales.service_level")
    return any(word in figure.partition(".")[2].rpartition("(")[0] + name for word in words)
