"""A generated centre: a seeded, realistic week of a mid-sized contact centre, some 50,000 interactions.

Five queues over voice, chat and email; languages with proficiency and two kinds of expertise; three
overlapping shifts with staggered lunches and breaks, a thinner weekend; arrivals by hour of the day;
lognormal service times, after-call work, patience that differs by queue, priority customers. The parameters
are plain tables below. All random numbers come from the seed.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from huntgroup.sim.mapping import SECOND_NS
from huntgroup.sim.workload import NEVER, Arrivals, PlannedAgent, PlannedQueue, Stint, Workload

FIRST_DAY = datetime(2026, 3, 2)
DAYS = 7
INTERACTIONS = 50_000

_HOUR_NS = 3600 * SECOND_NS
_MILLISECOND_NS = 1_000_000


class _Queue(NamedTuple):
    name: str
    channel: str
    title: str
    share: float
    mean_handling_s: float
    spread: float
    after_call_s: float
    mean_patience_s: float | None
    requires: tuple[tuple[str, float], ...]
    service_level: tuple[float, float]


# A requirement of "" adds nothing to the queue's own requirement.
_QUEUES = (
    _Queue(
        name="sales",
        channel="voice",
        title="orders and offers",
        share=0.24,
        mean_handling_s=210,
        spread=0.7,
        after_call_s=25,
        mean_patience_s=240,
        requires=(("english", 0.8), ("spanish >= 3", 0.2)),
        service_level=(20, 0.80),
    ),
    _Queue(
        name="support",
        channel="voice",
        title="technical help",
        share=0.22,
        mean_handling_s=290,
        spread=0.8,
        after_call_s=45,
        mean_patience_s=420,
        requires=(("english and technical", 0.55), ("german >= 3 and technical", 0.25), ("english", 0.2)),
        service_level=(20, 0.80),
    ),
    _Queue(
        name="billing",
        channel="voice",
        title="invoices",
        share=0.18,
        mean_handling_s=180,
        spread=0.6,
        after_call_s=30,
        mean_patience_s=240,
        requires=(("english", 0.6), ("german >= 3", 0.25), ("spanish >= 3", 0.15)),
        service_level=(20, 0.80),
    ),
    _Queue(
        name="web_chat",
        channel="chat",
        title="chat on the site",
        share=0.24,
        mean_handling_s=540,
        spread=0.7,
        after_call_s=0,
        mean_patience_s=180,
        requires=(("", 0.75), ("technical", 0.25)),
        service_level=(40, 0.75),
    ),
    _Queue(
        name="mailbox",
        channel="email",
        title="letters and forms",
        share=0.12,
        mean_handling_s=360,
        spread=0.6,
        after_call_s=0,
        mean_patience_s=None,
        requires=(("english", 0.7), ("german", 0.3)),
        service_level=(14_400, 0.90),
    ),
)

# Relative arrivals in each hour of the day, and on each day of the week.
_HOURS = (0, 0, 0, 0, 0, 0, 0, 1, 4, 8, 11, 10, 8, 7, 8, 9, 9, 8, 6, 4, 2, 0, 0, 0)
_MAIL_HOURS = (1, 1, 1, 1, 1, 2, 3, 4, 7, 8, 8, 7, 6, 6, 7, 7, 6, 6, 5, 5, 5, 4, 3, 2)
_WEEKDAYS = (1.15, 1.05, 1.0, 0.98, 0.95, 0.35, 0.25)

_PRIORITY_SHARE = 0.08


class _Shift(NamedTuple):
    starts_h: float
    hours: float
    share: float


_SHIFTS = (_Shift(7.0, 8.5, 0.30), _Shift(9.0, 8.5, 0.42), _Shift(12.5, 8.5, 0.28))
_LUNCH_S = 1800
_BREAK_S = 900

_AGENTS_PER_THOUSAND = 2.2


def demo_workload(*, seed: int = 0, interactions: int = INTERACTIONS, days: int = DAYS) -> Workload:
    """The generated centre and its arrivals. `days` from 1 to 7, starting on a Monday; staff grows with the
    load.

    Agents work one day longer than interactions arrive, so that email of the last evening is answered too.
    The same arguments give the same workload on every machine. O(interactions).
    """
    generator = np.random.default_rng([seed, 3])
    daily = np.array(_WEEKDAYS[:days]) / sum(_WEEKDAYS)
    staff = max(len(_SHIFTS) * 4, round(interactions / (daily.sum() * 1000.0) * _AGENTS_PER_THOUSAND))
    return Workload(
        title=f"generated centre, seed {seed}",
        first_midnight=FIRST_DAY,
        channels=("voice", "chat", "email"),
        queues=tuple(
            PlannedQueue(
                queue.name,
                queue.channel,
                queue.title,
                requires=queue.name,
                service_level=queue.service_level,
            )
            for queue in _QUEUES
        ),
        agents=_agents(generator, np.random.default_rng([seed, 4]), staff, days),
        requirements=_requirements(),
        arrivals=_arrivals(generator, interactions, daily),
    )


def _requirements() -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for queue in _QUEUES for text, _ in queue.requires if text))


# --- agents -----------------------------------------------------------------------------------------------


def _agents(
    generator: np.random.Generator, afterwards: np.random.Generator, staff: int, days: int
) -> tuple[PlannedAgent, ...]:
    """The agents with their stints on all days and on the day after, when nothing arrives any more and what
    still waits is served."""
    agents = []
    for number in range(staff):
        shift = _shift_of(number)
        skills, capacity = _abilities(generator, number)
        # Two days off a week, staggered, so that the weekend is thin rather than empty.
        off = {(number * 3) % 7, (number * 3 + 1) % 7} if number % 4 == 0 else {5, 6}
        stints: list[Stint] = []
        for day in range(days):
            if day not in off:
                stints.extend(_day(generator, day, shift, number))
        if days % 7 not in off:
            stints.extend(_day(afterwards, days, shift, number))
        queues = tuple(queue.name for queue in _QUEUES if queue.name in skills)
        agents.append(PlannedAgent(f"agent{number + 1:03d}", skills, capacity, queues, tuple(stints)))
    return tuple(agents)


def _shift_of(number: int) -> _Shift:
    # Steps of the golden ratio: consecutive agents get different shifts, and the shares hold for any number
    # of agents.
    place = (number * 0.6180339887498949) % 1.0
    for shift in _SHIFTS[:-1]:
        if place < shift.share:
            return shift
        place -= shift.share
    return _SHIFTS[-1]


def _abilities(generator: np.random.Generator, number: int) -> tuple[dict[str, int], dict[str, int]]:
    skills = {"english": int(generator.integers(3, 6))}
    if number % 3 == 0:
        skills["german"] = int(generator.integers(3, 6))
    if number % 4 == 1:
        skills["spanish"] = int(generator.integers(3, 6))
    if number % 2 == 0:
        skills["technical"] = int(generator.integers(2, 6))
    if number % 5 == 4:
        skills["web_chat"] = int(generator.integers(3, 6))
        skills["mailbox"] = 3
        return skills, {"chat": 3, "email": 1}
    phone = ("sales", "support") if number % 2 == 0 else ("sales", "billing")
    phone = ("support", "billing") if number % 5 == 3 else phone
    for queue in phone:
        skills[queue] = int(generator.integers(2, 6))
    if number % 6 == 0:
        skills["mailbox"] = 2
        return skills, {"voice": 1, "email": 1}
    return skills, {"voice": 1}


def _day(generator: np.random.Generator, day: int, shift: _Shift, number: int) -> list[Stint]:
    """The stints of one shift: a start up to seven minutes late, two short breaks and a lunch, staggered."""
    start = (
        day * 24 * _HOUR_NS + round(shift.starts_h * _HOUR_NS) + int(generator.integers(0, 420)) * SECOND_NS
    )
    end = start + round(shift.hours * _HOUR_NS)
    lag = (number % 6) * 600 * SECOND_NS
    pauses = (
        (start + 5400 * SECOND_NS + lag, _BREAK_S),
        (start + 3 * _HOUR_NS + 1800 * SECOND_NS + lag, _LUNCH_S),
        (start + 6 * _HOUR_NS + lag, _BREAK_S),
    )
    stints, begin = [], start
    for at, seconds in pauses:
        stints.append(Stint(begin, at, False))
        begin = at + seconds * SECOND_NS
    stints.append(Stint(begin, end, True))
    return stints


# --- arrivals ---------------------------------------------------------------------------------------------


def _arrivals(generator: np.random.Generator, interactions: int, daily: npt.NDArray[np.float64]) -> Arrivals:
    requirement_index = {text: index for index, text in enumerate(_requirements())}
    parts: list[tuple[npt.NDArray[np.int64], ...]] = []
    for index, queue in enumerate(_QUEUES):
        n = round(interactions * queue.share)
        if index == len(_QUEUES) - 1:
            n = interactions - sum(len(part[0]) for part in parts)
        hours = np.array(_MAIL_HOURS if queue.mean_patience_s is None else _HOURS, dtype=np.float64)
        requires = generator.choice(len(queue.requires), n, p=[share for _, share in queue.requires])
        texts = np.array([requirement_index.get(text, -1) for text, _ in queue.requires], dtype=np.int64)
        parts.append(
            (
                _times(generator, n, daily, hours),
                np.full(n, index, dtype=np.int64),
                (generator.random(n) < _PRIORITY_SHARE).astype(np.int64),
                texts[requires],
                _lognormal(generator, n, queue.mean_handling_s, queue.spread),
                _exponential(generator, n, queue.after_call_s),
                np.full(n, NEVER, dtype=np.int64)
                if queue.mean_patience_s is None
                else np.maximum(_exponential(generator, n, queue.mean_patience_s), SECOND_NS),
            )
        )
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.argsort(columns[0], kind="stable")
    at, queue_index, priority, requires, handling, after_call, patience = (
        column[order] for column in columns
    )
    return Arrivals(
        at_ns=at,
        queue=queue_index.astype(np.int32),
        priority=priority.astype(np.int32),
        requires=requires.astype(np.int32),
        handling_ns=handling,
        after_call_ns=after_call,
        patience_ns=patience,
    )


def _times(
    generator: np.random.Generator, n: int, daily: npt.NDArray[np.float64], hours: npt.NDArray[np.float64]
) -> npt.NDArray[np.int64]:
    """Arrival times: the day, the hour within it, then uniform within the hour; in whole milliseconds."""
    day = generator.choice(len(daily), n, p=daily / daily.sum())
    hour = generator.choice(24, n, p=hours / hours.sum())
    within = generator.random(n)
    milliseconds = ((day * 24 + hour + within) * 3_600_000).astype(np.int64)
    return milliseconds * _MILLISECOND_NS


def _lognormal(generator: np.random.Generator, n: int, mean_s: float, spread: float) -> npt.NDArray[np.int64]:
    drawn = generator.lognormal(np.log(mean_s) - spread * spread / 2, spread, n)
    return np.maximum(np.round(drawn), 5).astype(np.int64) * SECOND_NS


def _exponential(generator: np.random.Generator, n: int, mean_s: float) -> npt.NDArray[np.int64]:
    return np.round(generator.exponential(mean_s, n)).astype(np.int64) * SECOND_NS
