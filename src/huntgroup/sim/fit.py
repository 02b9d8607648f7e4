"""Fit a scenario to a log: the average day over some weekdays, with optional changes to compare.

A log has the calls of particular days. A scenario describes what such days have in common, so it can be
simulated as often as needed, and changed. Taken from the log per queue: the calls in each hour, the shares of
priorities and requirements, mean and standard deviation of talk and after-call times, and the patience
implied by the abandoned calls. Taken per agent: queues, skills and capacity; and the number of agents in each
hour.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from huntgroup.errors import ConfigError
from huntgroup.settings.hours import DAYS
from huntgroup.sim.build import BUILT_IN_CHANNELS, mentioned_skills
from huntgroup.sim.derive import derive
from huntgroup.sim.log import CallLog
from huntgroup.sim.workload import Workload

MINUTE_NS, HOUR_NS, DAY_NS = 60 * 10**9, 3600 * 10**9, 86_400 * 10**9
CALLBACK_AFTER_MIN = 1.0


def typical_day(
    log: CallLog,
    days: Sequence[str] = DAYS[:5],
    *,
    everyone: bool = False,
    fewer: int = 0,
    callbacks: float = 0.0,
) -> dict[str, Any]:
    """The tables of a scenario of one day that is like those days of the log; its unit of time is a minute.

    `everyone` puts every agent into every queue, with every skill. `fewer` removes so many agents from each
    hour, but leaves at least one where there was one. `callbacks` is the share of callers who ask to be
    called back after a minute of waiting. `Scenario(**tables)` reads the result, `as_toml` writes it. Raises
    ConfigError for an unknown weekday, or one on which the log has no call. O(agents x n) in numpy.
    """
    wrong = [day for day in days if day not in DAYS]
    if wrong:
        raise ConfigError("days", wrong[0], f"one of {', '.join(DAYS)}")
    numbers = np.unique(log.arrived_ns // DAY_NS).tolist()
    chosen = [day for day in numbers if DAYS[log.wall_time(day * DAY_NS).weekday()] in days]
    if not chosen:
        raise ConfigError("days", ",".join(days), "weekdays on which the log has calls")
    planned = derive(log)
    mine = np.isin(log.arrived_ns // DAY_NS, chosen)
    tables: dict[str, Any] = {
        "title": f"{Path(log.source).name}: the average of {len(chosen)} days ({', '.join(days)})",
        "run": {"days": 1, "time_unit": "min"},
        "arrivals": [],
        "service": [],
        "patience": [],
    }
    for number, queue in enumerate(planned.queues):
        of = mine & (log.queue == number)
        if not of.any():
            continue
        tables["arrivals"].append({"queue": queue.name, **_arrivals(log, of, len(chosen))})
        tables["service"].append({"queue": queue.name, **_service(planned, of & log.answered)})
        lost = int((of & ~log.answered).sum())
        if lost:
            waited = float(log.wait_ns[of].sum()) / MINUTE_NS  # the waits of answered callers count too
            tables["patience"].append({"queue": queue.name, "time": _exponential(waited / lost)})
    there, names = _presence(planned, chosen)
    tables["shift"] = _shifts([max(min(1, count), count - fewer) for count in there], names)
    if callbacks:
        offered = [queue.name for queue in planned.queues if queue.channel == "voice"]
        tables["callback"] = [
            {"queue": name, "share": callbacks, "delay": CALLBACK_AFTER_MIN} for name in offered
        ]
    working = {agent for shift in tables["shift"] for agent in shift["agents"]}
    tables["centre"] = _centre(planned, working, everyone)
    return tables


def _arrivals(log: CallLog, of: npt.NDArray[np.bool_], days: int) -> dict[str, Any]:
    hours = np.bincount(log.arrived_ns[of] // HOUR_NS % 24, minlength=24)
    kinds, counts = np.unique(np.stack([log.priority[of], log.requires[of]]), axis=1, return_counts=True)
    mix = []
    for (priority, requires), count in zip(kinds.T.tolist(), counts.tolist(), strict=True):
        kind: dict[str, Any] = {"share": _short(count / counts.sum())}
        if priority:
            kind["priority"] = priority
        if requires >= 0:
            kind["requires"] = log.requirements[requires]
        mix.append(kind)
    plain = len(mix) == 1 and len(mix[0]) == 1
    found: dict[str, Any] = {"rates": [_short(count / days / 60) for count in hours.tolist()], "every": 60}
    return found if plain else {**found, "mix": mix}


def _service(planned: Workload, of: npt.NDArray[np.bool_]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, column in (("talk", planned.arrivals.handling_ns), ("wrap_up", planned.arrivals.after_call_ns)):
        lasted = column[of] / MINUTE_NS
        if not len(lasted) or not lasted.any():
            continue
        mean, sd = float(lasted.mean()), float(lasted.std())
        law = {"law": "lognormal", "mean": _short(mean), "sd": _short(sd)}
        found[key] = law if sd > 0 else _short(mean)
    return found


def _exponential(mean: float) -> Any:
    return {"law": "exponential", "mean": _short(mean)} if mean > 0 else 0


def _presence(planned: Workload, days: Sequence[int]) -> tuple[list[int], list[str]]:
    """The mean number of agents in each hour of such a day, rounded; and the agents' names, those with the
    most hours first."""
    worked = {agent.name: np.zeros(24) for agent in planned.agents}
    of = set(days)
    for agent in planned.agents:
        for stint in agent.stints:
            for hour in range(stint.start_ns // HOUR_NS, -(-stint.end_ns // HOUR_NS)):
                if hour // 24 in of:
                    within = min(stint.end_ns, (hour + 1) * HOUR_NS) - max(stint.start_ns, hour * HOUR_NS)
                    worked[agent.name][hour % 24] += within / HOUR_NS / len(days)
    names = sorted(worked, key=lambda name: (-float(worked[name].sum()), name))
    total = np.sum([worked[name] for name in names], axis=0)
    return [round(float(count)) for count in total], names


def _shifts(there: Sequence[int], names: Sequence[str]) -> list[dict[str, Any]]:
    """Shifts that put this many agents into each hour: agent k works in the hours that need more than k
    agents, so the first in `names` works the longest."""
    found = []
    for layer in range(max(there, default=0)):
        edges = np.flatnonzero(np.diff([0, *(int(wanted > layer) for wanted in there), 0])).tolist()
        for begin, end in zip(edges[::2], edges[1::2], strict=True):
            found.append({"agents": [names[layer]], "from": f"{begin:02}:00", "to": f"{end:02}:00"})
    return found


def _centre(planned: Workload, working: set[str], everyone: bool) -> dict[str, Any]:
    skills = {queue.requires: 10 for queue in planned.queues if queue.requires}
    centre: dict[str, Any] = {"model": "agent_modes", "skills": mentioned_skills(planned)}
    centre["channel"] = [{"name": name} for name in planned.channels if name not in BUILT_IN_CHANNELS]
    centre["queue"] = []
    for queue in planned.queues:
        keys: dict[str, Any] = {
            "name": queue.name,
            "channel": queue.channel,
            "service_level": list(queue.service_level),
        }
        keys["seconds_per_priority"] = queue.seconds_per_priority
        centre["queue"].append({**keys, "requires": queue.requires} if queue.requires else keys)
    centre["agent"] = [
        {
            "name": agent.name,
            "skills": {**agent.skills, **skills} if everyone else dict(agent.skills),
            "capacity": dict(agent.capacity),
            "queues": [queue.name for queue in planned.queues] if everyone else list(agent.queues),
            "devices": ["voice"] if "voice" in agent.capacity else [],
        }
        for agent in planned.agents
        if agent.name in working
    ]
    return {key: value for key, value in centre.items() if value != []}


def _short(value: float) -> float:
    return float(f"{value:.5g}")


# --- as a file --------------------------------------------------------------------------------------------


def as_toml(tables: Mapping[str, Any]) -> str:
    """The tables of a scenario as the text of its file. O(text)."""
    lines = [f"{name} = {_value(value)}" for name, value in tables.items() if not _is_table(value)]
    for name, value in tables.items():
        if _is_table(value):
            lines += _table(name, value)
    return "\n".join(lines) + "\n"


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))


def _table(name: str, value: Any) -> list[str]:
    if isinstance(value, list):
        return [line for one in value for line in ("", f"[[{name}]]", *_keys(one))]
    inner = {key: one for key, one in value.items() if _is_table(one)}
    lines = ["", f"[{name}]", *_keys({key: one for key, one in value.items() if key not in inner})]
    return [*lines, *(line for key, one in inner.items() for line in _table(f"{name}.{key}", one))]


def _keys(table: Mapping[str, Any]) -> list[str]:
    return [f"{_key(key)} = {_value(value)}" for key, value in table.items()]


def _key(key: str) -> str:
    bare = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if bare else json.dumps(key, ensure_ascii=False)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
