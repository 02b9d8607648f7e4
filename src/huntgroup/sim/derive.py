"""Derive a centre from a log: agents, skills, capacities, shifts, after-call work, patience.

A log says which agent served which interaction and when, but not which agents were on duty. The rules, all in
`DeriveRules`:

- skills: the queues that the agent served often enough, and the skills that the interactions it served
  required;
- shifts: from the first to the last service, split where nothing was served for `shift_gap_s`;
- after-call work: as recorded, where the log has it;
- absence: an agent who takes no interaction while one waits that it could serve is not available. Between two
  services the agent was absent until the last such moment. A short absence is after-call work of the
  interaction before, a longer one is a break. Waits of up to `reaction_s` do not count;
- service times: as recorded. An interaction that was abandoned in the log but is answered in the replay gets
  the service time and after-call work of a random (seeded) interaction of the same queue;
- patience: see `patience`.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from huntgroup.settings.requirements import parse
from huntgroup.sim.log import CallLog
from huntgroup.sim.mapping import SECOND_NS
from huntgroup.sim.patience import patience_of
from huntgroup.sim.workload import Arrivals, PlannedAgent, PlannedQueue, Stint, Workload

Int64 = npt.NDArray[np.int64]


def derive(log: CallLog, *, seed: int = 0, strategy: str = "longest_idle") -> Workload:
    """The workload that a log implies, the same for the same log and seed. O(agents x n) in numpy."""
    skill_names = queue_skills(log.queue_names)
    skills = _skills(log, skill_names)
    capacities = _capacities(log)
    after_call = log.after_call_ns.copy()
    classes = _classes(log)
    agents = []
    for agent, name in enumerate(log.agent_names):
        held = skills[agent]
        queues = tuple(q for q, skill in zip(log.queue_names, skill_names, strict=True) if skill in held)
        mine = np.flatnonzero(log.agent == agent)
        mine = mine[np.argsort(log.served_at_ns[mine], kind="stable")]
        waits = _waits_it_could_end(log, classes, held, skill_names)
        stints = _stints(log, mine, waits, after_call)
        agents.append(PlannedAgent(name, held, capacities[agent], queues, stints))
    handling, after_call = _fill_in_abandoned(log, after_call, seed)
    mapping = log.mapping
    planned = tuple(
        PlannedQueue(
            name=name,
            channel=log.channel_names[log.queue_channel[index]],
            title=mapping.titles.get(name, ""),
            requires=skill_names[index],
            strategy=strategy,
            seconds_per_priority=mapping.seconds_per_priority,
            service_level=mapping.service_level_of(log.channel_names[log.queue_channel[index]]),
        )
        for index, name in enumerate(log.queue_names)
    )
    arrivals = Arrivals(
        at_ns=log.arrived_ns,
        queue=log.queue,
        priority=log.priority,
        requires=log.requires,
        handling_ns=handling,
        after_call_ns=after_call,
        patience_ns=patience_of(log.queue, log.wait_ns, log.answered, len(log.queue_names), seed),
    )
    return Workload(
        title=f"{mapping.title}: {log.source}",
        first_midnight=log.first_midnight,
        channels=log.channel_names,
        queues=planned,
        agents=tuple(agents),
        requirements=log.requirements,
        arrivals=arrivals,
        notes=mapping.notes,
    )


def queue_skills(queue_names: tuple[str, ...]) -> tuple[str, ...]:
    """A unique skill name for each queue: the queue's name, with characters that a requirement cannot contain
    replaced."""
    taken: set[str] = set()
    names = []
    for queue in queue_names:
        base = re.sub(r"\W", "_", queue)
        base = base if base.isidentifier() and base not in ("and", "or", "not") else f"queue_{base}"
        name, number = base, 2
        while name in taken:
            name, number = f"{base}_{number}", number + 1
        taken.add(name)
        names.append(name)
    return tuple(names)


def _skills(log: CallLog, skill_names: tuple[str, ...]) -> list[dict[str, int]]:
    """Proficiency by skill for each agent. A queue's skill: the share of the agent's interactions that were
    of this queue, in tenths, rounded up. A requirement's skill: the highest proficiency that was required."""
    rules = log.mapping.derive
    agents, queues = len(log.agent_names), len(log.queue_names)
    served = np.zeros((agents, queues), dtype=np.int64)
    named = log.agent >= 0
    np.add.at(served, (log.agent[named], log.queue[named]), 1)
    total = np.maximum(served.sum(axis=1, keepdims=True), 1)
    holds = (served >= rules.min_services) & (served >= rules.min_share * total)
    for queue in range(queues):
        if not holds[:, queue].any():
            holds[:, queue] = served[:, queue] > 0
    proficiency = np.clip(-(-10 * served // total), 1, 10)
    found = [
        {skill_names[q]: int(proficiency[agent, q]) for q in range(queues) if holds[agent, q]}
        for agent in range(agents)
    ]
    asked = [_asked_skills(text) for text in log.requirements]
    pairs = np.unique(np.stack((log.agent[named], log.requires[named]), axis=1), axis=0)
    for agent, requires in pairs.tolist():
        if requires >= 0:
            for skill, level in asked[requires].items():
                found[agent][skill] = max(found[agent].get(skill, 0), level)
    return found


def _asked_skills(text: str) -> dict[str, int]:
    """The skills that an expression requires (not those it excludes), each with the highest proficiency
    required."""
    requirement = parse(text)
    wanted = set(requirement.scored_skills)
    levels: dict[str, int] = {}

    def atom(skill: str, level: int) -> int:
        if skill in wanted:
            levels[skill] = max(levels.get(skill, 1), level)
        return 0

    requirement.program(atom)
    return levels


def _capacities(log: CallLog) -> list[dict[str, int]]:
    """Capacity by channel for each agent: the mapping's, or the most interactions that the agent held at
    once."""
    found: list[dict[str, int]] = []
    channel = np.array(log.queue_channel, dtype=np.int32)[log.queue]
    for agent in range(len(log.agent_names)):
        held: dict[str, int] = {}
        for index, name in enumerate(log.channel_names):
            mine = (log.agent == agent) & (channel == index)
            if mine.any():
                limit = log.mapping.capacities.get(name, 1)
                held[name] = _most_at_once(log, mine) if limit is None else limit
        found.append(held)
    return found


def _most_at_once(log: CallLog, mine: npt.NDArray[np.bool_]) -> int:
    starts = log.served_at_ns[mine]
    ends = starts + log.handling_ns[mine]
    at = np.concatenate((ends, starts))
    change = np.concatenate((np.full(len(ends), -1), np.ones(len(starts), dtype=np.int64)))
    # At the same instant ends come before starts, so that back-to-back interactions do not count as two.
    order = np.lexsort((change, at))
    return max(1, int(np.cumsum(change[order]).max()))


# --- when an agent was available --------------------------------------------------------------------------


def _classes(log: CallLog) -> list[tuple[int, int, npt.NDArray[np.intp]]]:
    """The interactions that waited, grouped by (queue, requirement): an agent can serve all interactions of a
    group or none."""
    waited = np.flatnonzero(log.wait_ns > round(log.mapping.derive.reaction_s * SECOND_NS))
    key = log.queue[waited].astype(np.int64) * (len(log.requirements) + 1) + log.requires[waited] + 1
    width = len(log.requirements) + 1
    return [(int(k) // width, int(k) % width - 1, waited[key == k]) for k in np.unique(key)]


def _waits_it_could_end(
    log: CallLog,
    classes: list[tuple[int, int, npt.NDArray[np.intp]]],
    held: dict[str, int],
    skill_names: tuple[str, ...],
) -> tuple[Int64, Int64]:
    """The waits that an agent with these skills could have ended: their starts in order, and for each the
    latest end of it and all earlier ones."""
    rows = [
        members
        for queue, requires, members in classes
        if skill_names[queue] in held and (requires < 0 or parse(log.requirements[requires]).evaluate(held))
    ]
    if not rows:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    index = np.concatenate(rows)
    start = log.arrived_ns[index] + round(log.mapping.derive.reaction_s * SECOND_NS)
    end = log.arrived_ns[index] + log.wait_ns[index]
    order = np.argsort(start, kind="stable")
    return start[order], np.maximum.accumulate(end[order])


def _stints(
    log: CallLog, mine: npt.NDArray[np.intp], waits: tuple[Int64, Int64], after_call: Int64
) -> tuple[Stint, ...]:
    """The stints of one agent. Also adds to `after_call` what is derived for its interactions. `mine` is in
    order of service start."""
    if not len(mine):
        return ()
    rules = log.mapping.derive
    reaction, limit, shift_gap = (
        round(seconds * SECOND_NS)
        for seconds in (rules.reaction_s, rules.after_call_limit_s, rules.shift_gap_s)
    )
    starts = log.served_at_ns[mine]
    ends = np.maximum.accumulate(starts + log.handling_ns[mine] + log.after_call_ns[mine])
    wait_start, wait_end = waits
    before = np.searchsorted(wait_start, starts, side="left") - 1
    stints = []
    begin = int(starts[0])
    for k in range(1, len(mine)):
        free, taken = int(ends[k - 1]), int(starts[k])
        if taken - free > shift_gap:
            stints.append(Stint(begin, free, True))
            begin = taken
            continue
        if before[k] < 0:
            continue
        absent_until = min(int(wait_end[before[k]]), taken)
        absence = absent_until - free
        if absence <= reaction:
            continue
        if absence <= limit:
            after_call[mine[k - 1]] += absence
        else:
            stints.append(Stint(begin, free, False))
            begin = absent_until
    stints.append(Stint(begin, int(ends[-1]), True))
    return tuple(stints)


def _fill_in_abandoned(log: CallLog, after_call: Int64, seed: int) -> tuple[Int64, Int64]:
    """Draws service time and after-call work for abandoned interactions, in case the replay answers them."""
    generator = np.random.default_rng([seed, 2])
    handling, after_call = log.handling_ns.copy(), after_call.copy()
    everyone = np.flatnonzero(log.answered)
    for queue in range(len(log.queue_names)):
        lacking = np.flatnonzero((log.queue == queue) & ~log.answered)
        known = np.flatnonzero((log.queue == queue) & log.answered)
        known = known if len(known) else everyone
        if len(lacking) and len(known):
            source = known[generator.integers(0, len(known), len(lacking))]
            handling[lacking] = handling[source]
            after_call[lacking] = after_call[source]
    return handling, after_call
