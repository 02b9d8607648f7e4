"""Replications on the compiled loop, where a scenario has nothing that needs the long way.

The compiled loop knows callers, waits, patience, balking, lines, talks and wrap-ups; `loop` knows everything.
Both leave the same, to the nanosecond.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import numpy.typing as npt

from huntgroup.core.simulation.loop import run_loop
from huntgroup.sim.run.draws import NEVER, Draws, nanoseconds
from huntgroup.sim.run.prepared import AFTER_NS, Handling, Prepared
from huntgroup.sim.run.visits import Outcome, VisitColumns
from huntgroup.sim.scenario.laws import Law
from huntgroup.sim.scenario.streams import uniform

_MOST_LAWS = 16  # each is drawn for every caller


def fits(prepared: Prepared) -> bool:
    """Has this scenario only what the compiled loop knows?"""
    tables, setting = prepared.tables, prepared.scenario.centre.queue_setting
    if prepared.away or tables.outbound or tables.transfer or tables.callback:
        return False
    if any(one.redial is not None or one.announced for one in prepared.waiting):
        return False
    if any(setting(name, "overflow", None) is not None for name in prepared.queues):
        return False
    rules = [one for rows in prepared.handling for one in rows[:-1]]
    plain = all(one.ring.constant == one.hold.constant == 0.0 == one.missed for one in rules)
    return plain and len(_laws(prepared)) <= _MOST_LAWS


def _laws(prepared: Prepared) -> dict[tuple[str, Law], int]:
    """The rows of the matrix of draws: a law for talks, or one for wrap-ups."""
    laws: dict[tuple[str, Law], int] = {}
    for rows in prepared.handling:
        for queue, one in enumerate(rows[:-1]):
            laws.setdefault(("talk", one.talk), len(laws))
            if prepared.ends_wrap_up(queue) and one.wrap_up is not None:
                laws.setdefault(("wrap-up", one.wrap_up), len(laws))
    return laws


def replicate_fast(prepared: Prepared, engine: Any, seed: int, replication: int) -> Outcome:
    """One replication on the compiled loop; `engine` is a `huntgroup.Engine` as the scenario builds it."""
    callers = prepared.callers(seed, replication)
    draws = Draws(seed, replication, prepared.sources, callers.source, callers.number)
    n, agents = len(callers.at_ns), len(prepared.agents)
    handles = np.array([engine.requirement(text) for text in prepared.requirements] + [0], np.int32)
    preferred = np.array([NEVER if one is None else one for one in prepared.preferred] + [NEVER], np.int32)
    queue = np.array([*prepared.source_queue, 0], np.int32)[callers.source]
    laws = _laws(prepared)
    durations = np.zeros((max(1, len(laws)), n), np.int64)
    for (purpose, law), row in laws.items():
        durations[row] = nanoseconds(law, draws.keys(purpose), prepared.unit_s)
    outcome, left, busy = np.zeros(n, np.int8), np.full(n, NEVER, np.int64), np.zeros(agents, np.int64)
    _, refused = run_loop(
        engine,
        prepared.start_ns,
        prepared.warm_ns,
        prepared.end_ns,
        AFTER_NS,
        prepared.drop,
        prepared.lines,
        callers.at_ns,
        queue,
        callers.priority,
        handles[callers.requires],
        preferred[callers.source],
        _patience(prepared, draws, queue),
        _balks(prepared, draws, queue),
        durations,
        prepared.agent_class,
        np.array(prepared.needs_line, np.uint8),
        np.array(
            [
                [_rows(prepared, laws, one, queue) for queue, one in enumerate(rows[:-1])]
                for rows in prepared.handling
            ],
            np.int64,
        ).reshape(len(prepared.handling), len(prepared.queues), 2),
        np.array([[one.speed for one in rows[:-1]] for rows in prepared.handling]).reshape(
            len(prepared.handling), len(prepared.queues)
        ),
        outcome,
        left,
        busy,
    )
    flags = np.zeros(n, np.int8)
    columns = VisitColumns(queue, callers.source, callers.at_ns, callers.at_ns, left, outcome, flags)
    on_shift = np.full(agents, prepared.end_ns - prepared.warm_ns, np.int64)
    refusals = Counter({"refused": refused} if refused else {})
    return Outcome(columns, busy, on_shift, np.zeros(agents, np.int64), dict(refusals))


def _rows(prepared: Prepared, laws: dict[tuple[str, Law], int], one: Handling, queue: int) -> tuple[int, int]:
    wrap_up = NEVER
    if prepared.ends_wrap_up(queue) and one.wrap_up is not None:
        wrap_up = laws["wrap-up", one.wrap_up]
    return laws["talk", one.talk], wrap_up


def _patience(prepared: Prepared, draws: Draws, queue: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    found = np.full(len(queue), NEVER, np.int64)
    for law in {one.time for one in prepared.waiting if one.time is not None}:
        mine = np.array([one.time == law for one in prepared.waiting])[queue]
        found[mine] = nanoseconds(law, draws.keys("patience")[mine], prepared.unit_s)
    return found


def _balks(prepared: Prepared, draws: Draws, queue: npt.NDArray[np.int32]) -> npt.NDArray[np.uint8]:
    shares = np.array([one.balk for one in prepared.waiting])
    if not shares.any():
        return np.zeros(len(queue), np.uint8)
    found: npt.NDArray[np.uint8] = (uniform(draws.keys("balk")) < shares[queue]).astype(np.uint8)
    return found
