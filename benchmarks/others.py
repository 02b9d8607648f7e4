"""The models of bench_simulate in other simulators: simpy, and Ciw for the models that it can express. They
get callers drawn beforehand, at whole ns, like the bare loop in C, so that all must answer each caller at the
same instant. They have only what the model needs: no offers, timers, presence or skills beyond it."""

from __future__ import annotations

import time
import warnings
from collections import deque
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

Int64 = npt.NDArray[np.int64]


def there(name: str) -> bool:
    """Is this package installed?"""
    return find_spec(name) is not None


def simpy_one_queue(at: Int64, talk: Int64, agents: int) -> tuple[Int64, float]:
    """When each caller is answered, and ns a call: callers as processes, agents as a resource."""
    simpy: Any = import_module("simpy")
    answered = np.zeros(len(at), np.int64)
    talks = talk.tolist()
    env = simpy.Environment()
    staff = simpy.Resource(env, agents)

    def caller(number: int) -> Any:
        with staff.request() as mine:
            yield mine
            answered[number] = env.now
            yield env.timeout(talks[number])

    def source() -> Any:
        now = 0
        for number, when in enumerate(at.tolist()):
            yield env.timeout(when - now)
            now = when
            env.process(caller(number))

    began = time.process_time_ns()
    env.process(source())
    env.run()
    return answered, (time.process_time_ns() - began) / len(at)


def ciw_one_queue(at: Int64, talk: Int64, agents: int) -> tuple[Int64, float]:
    """The same by Ciw, which counts in seconds."""
    ciw: Any = import_module("ciw")
    between = np.diff(at, prepend=0) / 1e9
    network = ciw.create_network(
        # An arrival that never comes ends the sequence, which would otherwise begin anew.
        arrival_distributions=[ciw.dists.Sequential([*between.tolist(), 1e12])],
        service_distributions=[ciw.dists.Sequential((talk / 1e9).tolist())],
        number_of_servers=[agents],
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it copies what will not be copied in 3.14
        began = time.process_time_ns()
        model = ciw.Simulation(network)
        model.simulate_until_max_time(float(at[-1] + talk.sum()) / 1e9)
        spent = time.process_time_ns() - began
    records = sorted(model.get_all_records(), key=lambda one: one.id_number)
    return np.rint([one.service_start_date * 1e9 for one in records]).astype(np.int64), spent / len(at)


def simpy_skills(at: Int64, talk: Int64, kind: Int64, skills: list[tuple[int, ...]]) -> tuple[Int64, float]:
    """First come, first served, by the longest idle agent who can: agents and queues by hand, time by
    simpy."""
    simpy: Any = import_module("simpy")
    answered = np.zeros(len(at), np.int64)
    talks, kinds = talk.tolist(), kind.tolist()
    env = simpy.Environment()
    idle: dict[int, None] = dict.fromkeys(range(len(skills)))  # the longest idle first
    waiting: list[deque[int]] = [deque() for _ in range(max(kinds) + 1)]

    def talking(agent: int, number: int) -> Any:
        while True:
            answered[number] = env.now
            yield env.timeout(talks[number])
            mine = [waiting[one][0] for one in skills[agent] if waiting[one]]
            if not mine:
                idle[agent] = None
                return
            number = min(mine)
            waiting[kinds[number]].popleft()

    def source() -> Any:
        now = 0
        for number, when in enumerate(at.tolist()):
            yield env.timeout(when - now)
            now = when
            agent = next((one for one in idle if kinds[number] in skills[one]), None)
            if agent is None:
                waiting[kinds[number]].append(number)
            else:
                del idle[agent]
                env.process(talking(agent, number))

    began = time.process_time_ns()
    env.process(source())
    env.run()
    return answered, (time.process_time_ns() - began) / len(at)
