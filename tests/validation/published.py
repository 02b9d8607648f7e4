"""The published results, each as a scenario with the figures that it must show.

A figure passes if it is within four standard errors of the expected value; if that comes from a simulation
too, its own error counts as well. `within` is a bound for these four standard errors at full size, so that no
figure passes because it was hardly measured.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from formulas import erlang_b

from huntgroup.sim import Estimate, Scenario, SimulationResult, simulate
from huntgroup.sim.run.estimates import student

SIGMAS = 4.0
FEWEST_RUNS = 16


class Figure(NamedTuple):
    """One expected number. `error` is the standard error of the source; `find` takes it from a result."""

    name: str
    expected: float
    find: Callable[[SimulationResult], Estimate]
    within: float
    error: float = 0.0


class Measured(NamedTuple):
    """What was found for a figure."""

    figure: Figure
    estimate: Estimate

    @property
    def own(self) -> float:
        """The standard error of our figure."""
        return self.estimate.half_width / student(self.estimate.n - 1)

    @property
    def reach(self) -> float:
        """Four standard errors, of ours and of the source."""
        return SIGMAS * math.hypot(self.own, self.figure.error)

    @property
    def passes(self) -> bool:
        """Is the expected value within reach?"""
        return abs(self.estimate.mean - self.figure.expected) <= self.reach

    @property
    def is_too_wide(self) -> bool:
        """Is it so uncertain that it would pass whatever the rule is? For the full size."""
        return self.reach > self.figure.within


class Case(NamedTuple):
    """One row of the published results. `scenario` takes the length of a run as a share of the full one."""

    number: str
    title: str
    source: str
    scenario: Callable[[float], Scenario]
    figures: tuple[Figure, ...]
    replications: int = 64
    """So many that the standard error itself is known well: of normal figures one in 5,900 lies farther off
    than four of it; with 16 runs one in 860."""
    short: float = 0.02
    """The size at which a short run means something: not too small if waits are rare."""

    def measure(self, seed: int, *, size: float = 1.0, processes: int = 1, **engine: Any) -> list[Measured]:
        """The figures at a share of the full size."""
        runs = self.replications_at(size)
        length = size * self.replications / runs
        result = simulate(self.scenario(length), runs, seed, processes, **engine)
        return [Measured(figure, figure.find(result)) for figure in self.figures]

    def replications_at(self, size: float) -> int:
        """A smaller size has fewer runs; below sixteen of them it has shorter ones."""
        return max(FEWEST_RUNS, round(self.replications * size))


# --- scenarios --------------------------------------------------------------------------------------------

EXPONENTIAL = {"law": "exponential", "mean": 1}


def exponential(mean: float) -> dict[str, Any]:
    return {"law": "exponential", "mean": mean}


def agents(count: int, *queues: str) -> list[dict[str, Any]]:
    return [agent(f"a{number:03d}", *queues) for number in range(count)]


def agent(name: str, *queues: str, **keys: Any) -> dict[str, Any]:
    working = {"devices": ["voice"], "signed_in": True, "status": "Ready"}
    return {"name": name, "queues": list(queues), **working, **keys}


def one_queue(
    count: int, rate: float, mean: float, calls: float, **tables: Any
) -> Callable[[float], Scenario]:
    """M/M/n and what is added to it, in seconds. `calls` in each replication at full length."""
    queue = tables.pop("queue", {})
    warm_up = tables.pop("warm_up", 100.0) * mean

    def scenario(size: float) -> Scenario:
        return Scenario(
            centre={"queue": [{"name": "q", **queue}], "agent": agents(count, "q")},
            run={"duration": warm_up + calls * size / rate, "warm_up": warm_up},
            arrivals=[{"queue": "q", "rate": rate}],
            service=[{"talk": exponential(mean)}],
            group=[{"name": "all", "agents": [f"a{number:03d}" for number in range(count)]}],
            **tables,
        )

    return scenario


def queue_figure(name: str, queue: str = "q") -> Callable[[SimulationResult], Estimate]:
    return lambda result: getattr(result.queues[queue], name)


def quantile(p: float) -> Callable[[SimulationResult], Estimate]:
    return lambda result: result.queues["q"].wait_quantile(p)


def occupancy(result: SimulationResult) -> Estimate:
    return result.groups["all"].occupancy


def agent_occupancy(number: int) -> Callable[[SimulationResult], Estimate]:
    return lambda result: list(result.agents.values())[number].occupancy


def source_wait(name: str) -> Callable[[SimulationResult], Estimate]:
    return lambda result: result.sources[name].mean_wait


def skill_graph(
    rates: list[float],
    speeds: list[float],
    skills: list[set[int]],
    calls: float,
    strategy: str = "longest_idle",
    warm_up: float = 200.0,
) -> Callable[[float], Scenario]:
    """A queue for each class of callers, agents who are members of the queues that they can serve."""

    def scenario(size: float) -> Scenario:
        return Scenario(
            centre={
                "queue": [{"name": f"q{kind}", "strategy": strategy} for kind in range(len(rates))],
                "agent": [
                    agent(f"a{number}", *(f"q{kind}" for kind in sorted(mine)))
                    for number, mine in enumerate(skills)
                ],
            },
            run={"duration": warm_up + calls * size / sum(rates), "warm_up": warm_up},
            arrivals=[{"queue": f"q{kind}", "rate": rate} for kind, rate in enumerate(rates)],
            service=[
                {"talk": EXPONENTIAL},
                *({"agent": f"a{number}", "speed": speed} for number, speed in enumerate(speeds)),
            ],
        )

    return scenario


# --- the cases --------------------------------------------------------------------------------------------

GRAPH: tuple[list[float], list[float], list[set[int]]] = (
    [0.9, 0.8, 1.0],
    [1.0, 0.8, 1.2, 0.9],
    [{0}, {0, 1}, {1, 2}, {2, 0}],
)
GRAPH_WAITS = (0.333173, 0.800371, 0.837669)
GRAPH_WAITED = (0.369832, 0.610482, 0.625900)
GRAPH_OCCUPANCY = (0.514631, 0.742018, 0.760154, 0.755077)
LINEAR = (0.89539, 0.87028, 0.83818, 0.79760, 0.74736, 0.68723, 0.61864, 0.54532)
ERLANG_A_90TH = 12.44465
"""Exact; the publication rounds to 12.5."""
CHAINS = (9.0, 2.01404, 1.44731, 1.29830, 1.25063, 1.23354)


def _chain(skills: int) -> Callable[[float], Scenario]:
    return skill_graph(
        [0.9] * 6,
        [1.0] * 6,
        [{(number + step) % 6 for step in range(skills)} for number in range(6)],
        calls=150_000 if skills == 1 else 37_500,
        warm_up=1000.0,
    )


def _priorities(size: float) -> Scenario:
    rates = {"high": (4, 2), "middle": (3, 1), "low": (1.5, 0)}
    return Scenario(
        centre={"queue": [{"name": "q", "seconds_per_priority": 3600}], "agent": agents(10, "q")},
        run={"duration": 200 + 75_000 * size / 8.5, "warm_up": 200},
        arrivals=[
            {"queue": "q", "name": name, "rate": rate, "priority": priority}
            for name, (rate, priority) in rates.items()
        ],
        service=[{"talk": EXPONENTIAL}],
    )


def _mmc(size: float) -> Scenario:
    return Scenario(
        centre={"queue": [{"name": "q", "service_level": [20, 0.8]}], "agent": agents(12, "q")},
        run={"duration": 480, "time_unit": "min"},
        arrivals=[{"queue": "q", "rate": 4.2}],
        service=[{"talk": exponential(2)}],
    )


def _telethon(size: float) -> Scenario:
    """One of five equal days, each of which begins empty; callers who wait when the phones close are cut
    off."""
    return Scenario(
        centre={
            "queue": [{"name": "q", "max_wait": 120, "service_level": [60, 0.8]}],
            "agent": agents(12, "q"),
        },
        run={"duration": 4, "time_unit": "h", "drain": "drop"},
        arrivals=[{"queue": "q", "rate": 50}],
        service=[{"talk": exponential(1 / 6)}],
        patience=[{"time": exponential(2 / 60)}],
        group=[{"name": "all", "agents": [one["name"] for one in agents(12, "q")]}],
        trunks={"lines": 24},
    )


def _telethon_week(size: float) -> Scenario:
    """The five days with their shifts: interactions under way when the phones close are finished, and
    count."""
    staff = [{**one, "signed_in": False, "status": "Offline"} for one in agents(12, "q")]
    days = ["mon", "tue", "wed", "thu", "fri"]
    hours = [0] * 6 + [50] * 4
    return Scenario(
        centre={
            "queue": [{"name": "q", "max_wait": 120, "service_level": [60, 0.8]}],
            "agent": [{key: one[key] for key in ("name", "queues", "devices")} for one in staff],
        },
        run={"days": 5, "time_unit": "h"},
        arrivals=[{"queue": "q", "rates": dict.fromkeys(days, hours), "every": 1}],
        service=[{"talk": exponential(1 / 6)}],
        patience=[{"time": exponential(2 / 60)}],
        shift=[{"group": "all", "count": 12, "from": "06:00", "to": "10:00"}],
        group=[{"name": "all", "agents": [one["name"] for one in staff]}],
        trunks={"lines": 24},
    )


def in_a_week(name: str) -> Callable[[SimulationResult], Estimate]:
    def find(result: SimulationResult) -> Estimate:
        found = queue_figure(name)(result)
        return Estimate(5 * found.mean, 5 * found.low, 5 * found.high, found.n)

    return find


def in_minutes(find: Callable[[SimulationResult], Estimate]) -> Callable[[SimulationResult], Estimate]:
    def found(result: SimulationResult) -> Estimate:
        one = find(result)
        return Estimate(one.mean / 60, one.low / 60, one.high / 60, one.n)

    return found


_CENTRES = "ContactCenters, 1000 replications"

CASES: tuple[Case, ...] = (
    Case(
        "1",
        "Erlang B: 15 lines, 8.108 E",
        "trunk tables; exact",
        one_queue(15, 8.108, 1.0, 100_000, trunks={"lines": 15}),
        (Figure("blocked", erlang_b(15, 8.108), queue_figure("blocked_share"), 0.0006),),
    ),
    Case(
        "2",
        "Erlang C: 100 calls in 30 min, 180 s, 14 agents, 20 s",
        "CRAN ErlangC; pyworkforce",
        one_queue(14, 100 / 1800, 180.0, 60_000),
        (
            Figure("P(wait)", 0.1741319, queue_figure("waited_share"), 0.006),
            Figure("service level", 0.8883500, queue_figure("service_level"), 0.005),
            Figure("mean wait (s)", 7.835937, queue_figure("mean_wait"), 0.5),
            Figure("occupancy", 0.7142857, occupancy, 0.003),
        ),
    ),
    Case(
        "3",
        "Erlang C: 48 a minute, 1 min, 50 agents",
        "Garnett, Mandelbaum, Reiman 2002",
        one_queue(50, 0.8, 60.0, 220_000, warm_up=200.0),
        (
            Figure("mean wait (s)", 20.834, queue_figure("mean_wait"), 2.5),
            Figure("90th percentile (s)", 58.14, quantile(0.9), 7.0),
            Figure("occupancy", 0.96, occupancy, 0.003),
        ),
    ),
    Case(
        "4",
        "Erlang A: the same, patience of mean 2 min",
        "Garnett, Mandelbaum, Reiman 2002",
        one_queue(50, 0.8, 60.0, 80_000, patience=[{"time": exponential(120.0)}]),
        (
            Figure("abandoned", 0.0309122, queue_figure("abandoned_share"), 0.0015),
            Figure("mean wait (s)", 3.7095, queue_figure("mean_wait"), 0.2),
            Figure("90th percentile (s)", ERLANG_A_90TH, quantile(0.9), 0.6),
            Figure("occupancy", 0.930324, occupancy, 0.003),
        ),
    ),
    Case(
        "5",
        "Erlang A overloaded: 60 callers, 50 agents, patience rate 0.5",
        "exact",
        one_queue(50, 60.0, 1.0, 80_000, patience=[{"time": exponential(2.0)}]),
        (
            Figure("P(wait)", 0.975241, queue_figure("waited_share"), 0.003),
            Figure("abandoned", 0.168229, queue_figure("abandoned_share"), 0.003),
            Figure("occupancy", 0.998126, occupancy, 0.0005),
        ),
    ),
    Case(
        "6",
        "M/M/100, 90 callers",
        "exact",
        one_queue(100, 90.0, 1.0, 200_000),
        (
            Figure("P(wait)", 0.216940, queue_figure("waited_share"), 0.01),
            Figure("mean wait", 0.0216940, queue_figure("mean_wait"), 0.002),
        ),
        short=0.2,
    ),
    Case(
        "7",
        "Priorities: 10 agents, 4, 3 and 1.5 callers",
        "Cobham 1954; Kella and Yechiali 1985",
        _priorities,
        (
            Figure("mean wait, first", 0.088310, source_wait("high"), 0.004),
            Figure("mean wait, second", 0.294367, source_wait("middle"), 0.02),
            Figure("mean wait, third", 1.177470, source_wait("low"), 0.12),
        ),
    ),
    Case(
        "8",
        "First come first served, longest idle: 3 classes, 4 agents",
        "Adan and Weiss 2014",
        skill_graph(*GRAPH, calls=62_500),
        (
            *(
                Figure(f"mean wait {kind}", wait, queue_figure("mean_wait", f"q{kind}"), 0.04)
                for kind, wait in enumerate(GRAPH_WAITS)
            ),
            *(
                Figure(f"P(wait) {kind}", share, queue_figure("waited_share", f"q{kind}"), 0.006)
                for kind, share in enumerate(GRAPH_WAITED)
            ),
            *(
                Figure(f"occupancy {number}", share, agent_occupancy(number), 0.004)
                for number, share in enumerate(GRAPH_OCCUPANCY)
            ),
        ),
    ),
    Case(
        "9",
        "The same, agents at random",
        "independent simulation",
        skill_graph(*GRAPH, calls=62_500, strategy="random"),
        (Figure("occupancy 0", 0.4927, agent_occupancy(0), 0.005, 0.0003),),
    ),
    Case(
        "10",
        "Top-down hunting (linear): 6 callers, 8 agents",
        "exact",
        one_queue(8, 6.0, 1.0, 90_000, queue={"strategy": "linear"}),
        tuple(
            Figure(f"occupancy {number}", share, agent_occupancy(number), 0.005)
            for number, share in enumerate(LINEAR)
        ),
    ),
    *(
        Case(
            f"11.{skills}",
            f"Chaining: 6 agents with {skills} neighbouring skills each",
            "exact, product form",
            _chain(skills),
            (Figure("mean wait", wait, lambda result: result.total.mean_wait, 0.6 if skills == 1 else 0.12),),
        )
        for skills, wait in enumerate(CHAINS, start=1)
    ),
    Case(
        "12",
        "MMC: 480 minutes from empty, 4.2 a minute, 12 agents",
        _CENTRES,
        _mmc,
        (
            Figure("service level", 0.902, queue_figure("service_level"), 0.008, 0.001),
            Figure("mean wait (min)", 0.099, in_minutes(queue_figure("mean_wait")), 0.008, 0.001),
            Figure("in target", 1816.2, queue_figure("in_target"), 13.0, 1.8),
        ),
        replications=1000,
    ),
    Case(
        "13",
        "Telethon: 5 days of 4 hours, 12 agents, 24 lines, messages at 2 min",
        _CENTRES,
        _telethon,
        (
            Figure("served", 963.109, in_a_week("answered"), 10.0, 0.885),
            Figure("abandoned", 31.82, in_a_week("abandoned"), 3.0, 0.33),
            Figure("messages", 4.96, in_a_week("timed_out"), 1.0, 0.094),
        ),
        replications=5000,
    ),
    Case(
        "13.1",
        "Telethon: the work of a week, what is finished after closing included",
        _CENTRES,
        _telethon_week,
        (Figure("busy / planned", 0.66772, lambda result: _planned(result), 0.006, 0.00084),),
        replications=1000,
    ),
)


def _planned(result: SimulationResult) -> Estimate:
    """Their occupancy divides by the planned hours, whatever is finished after them."""
    busy, planned = result.groups["all"].busy_s, 12 * 4 * 5 * 3600.0
    return Estimate(busy.mean / planned, busy.low / planned, busy.high / planned, busy.n)
