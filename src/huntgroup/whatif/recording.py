"""Reads a recorded stream by playing it once: when each interaction arrived, how long it was handled, when
its caller would have hung up, and which commands the agents gave for themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from huntgroup.core.python.queue_numbers import read_numbers
from huntgroup.core.state.codes import COMMANDS, EVENT_KINDS
from huntgroup.errors import ConfigError, Refused, Result
from huntgroup.layouts import COMMAND_DTYPE
from huntgroup.sim.patience import patience_of
from huntgroup.sim.workload import NEVER

Bools = npt.NDArray[np.bool_]
Int64 = npt.NDArray[np.int64]

ARRIVALS = frozenset(("enqueue", "direct", "dial"))
# Commands about one interaction follow from how it is handled, which is decided anew.
ABOUT_ONE = frozenset(
    (
        *("answered", "accept", "reject", "hold", "retrieve", "consult", "conference", "end_consult"),
        *("transfer", "end", "finish_wrap_up", "abandon", "request_callback"),
    )
)
# An arrival that was refused for one of these reasons is kept: other settings may let it in.
TURNED_AWAY = frozenset((Result.QUEUE_FULL, Result.QUEUE_CLOSED, Result.QUEUE_UNSTAFFED))
_METHODS = {code: name.lower() for name, code in COMMANDS.items()}
_BUILDS = frozenset(
    (
        *("add_channel", "add_queue", "add_agent", "add_agents", "update_queue", "remove_queue"),
        "update_model",
    )
)
_CALLS = frozenset(_METHODS.values()) | _BUILDS


class Recorded(NamedTuple):
    """One command of the stream. `row` is its row of an array, else it is a call. `agent` is an index or
    -1."""

    at_ns: int
    method: str
    agent: int
    row: npt.NDArray[np.void] | None
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = {}


class Stint(NamedTuple):
    """One agent's handling: how long, and where it went by a transfer (indices, -1: nowhere, it ended)."""

    handling_ns: int
    queue: int
    agent: int


@dataclass(slots=True)
class Plan:
    """The part of an interaction that does not depend on the configuration. `command` is None for one that
    existed before the recording began.

    Durations in ns, NEVER where there is none: `rings_ns`, for each stint, from the offer to its acceptance,
    `patience_ns` from the arrival to hanging up, `callback_ns` to asking for a callback, `pick_up_ns` from
    dialling to the answer, `customer_first` whether it was the customer who was dialled first; `wrap_ns` maps
    a stint to the time after which its wrap-up was ended by hand, `spare_ns` is what handling takes
    where none was recorded."""

    command: Recorded | None
    at_ns: int
    queue: int
    rings_ns: list[int] = field(default_factory=list)
    patience_ns: int = NEVER
    callback_ns: int = NEVER
    pick_up_ns: int = NEVER
    customer_first: bool = False
    stints: list[Stint] = field(default_factory=list)
    wrap_ns: dict[int, int] = field(default_factory=dict)
    spare_ns: int = NEVER
    # as recorded
    answered_ns: int = NEVER
    left_ns: int = NEVER
    timed_out_ns: int = NEVER
    turned_away: bool = False
    # while the recording is read
    offered_ns: dict[int, int] = field(default_factory=dict)
    began_ns: int = NEVER
    ended_ns: list[int] = field(default_factory=list)

    def ring_ns(self, stint: int) -> int:
        """How long it rings before this stint; the last one known, 0 without any."""
        return self.rings_ns[min(stint, len(self.rings_ns) - 1)] if self.rings_ns else 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the interactions that arrived at queues; arrays of shape (n,), in order of arrival.

    `queue` is the index of the queue at which it arrived, `wait_ns` the wait until it was answered, left, or
    the recording ended. `target_ns` and `short_ns` have one entry for each queue: the target of its service
    level, and within what a hang-up is a short one. `busy_ns` and `ready_ns` are sums over the agents, None
    where they are not known. `refusals` counts what the rules forbade here, by rule."""

    queue: npt.NDArray[np.int32]
    wait_ns: Int64
    answered: Bools
    abandoned: Bools
    timed_out: Bools
    turned_away: Bools
    target_ns: Int64
    short_ns: Int64
    busy_ns: int | None
    ready_ns: int | None
    refusals: Mapping[str, int]


@dataclass(slots=True)
class Recording:
    """A stream as it is run again. `own`: commands of agents and of the configuration; `plans`: arrivals, in
    order; `there`: interactions that were there before, by id; `left_out` counts what is not run again."""

    start_ns: int
    end_ns: int
    own: list[Recorded]
    plans: list[Plan]
    there: dict[int, Plan]
    outcome: Outcome
    left_out: Counter[str]
    lists: list[int] | None


def read_recording(engine: Any, commands: Any, lists: Iterable[int] | None, seed: int) -> Recording:
    """Plays the stream in a fork. Raises ConfigError for what is no stream."""
    fork = engine.fork()
    fork.poll_array()
    start_ns = fork.now_ns
    given = None if lists is None else [int(value) for value in lists]
    if isinstance(commands, np.ndarray):
        steps, results, ids, events = _play_rows(fork, commands, given)
    else:
        steps, results, ids, events = _play_calls(fork, commands)
    left_out: Counter[str] = Counter()
    own: list[Recorded] = []
    plans: list[Plan] = []
    there = {number: Plan(None, start_ns, NEVER) for number in engine._live_ids()}
    by_id = dict(there)
    finished: list[tuple[int, int]] = []
    for step, result, number in zip(steps, results, ids, strict=True):
        if step.method in ARRIVALS and (result == Result.OK or result in TURNED_AWAY):
            plan = Plan(step, step.at_ns, _queue_of(fork, step), turned_away=result != Result.OK)
            plans.append(plan)
            if result == Result.OK:
                by_id[number] = plan
        elif result != Result.OK:
            left_out["refused in the recording"] += 1
        elif step.method == "finish_wrap_up":
            finished.append((number, step.at_ns))
        elif step.method in ("hold", "retrieve", "consult", "conference", "end_consult", "reject"):
            left_out[step.method] += 1
        elif step.method not in ABOUT_ONE and step.method != "advance":
            own.append(step)
    if any(not plan.turned_away for plan in plans) and not len(events):
        raise ConfigError("engine", "events=False", "an engine that keeps events")
    _follow(events, by_id, left_out)
    for number, at_ns in finished:
        ended = by_id[number].ended_ns if number in by_id else []
        stint = sum(1 for before in ended if before <= at_ns) - 1
        if stint >= 0:
            by_id[number].wrap_ns[stint] = at_ns - ended[stint]
    arrived = [plan for plan in plans if plan.queue >= 0]
    outcome = outcome_of(arrived, fork, fork.now_ns, [_as_recorded(plan) for plan in arrived], None, None, {})
    _fill(arrived, outcome, fork.now_ns, len(fork._queue_names), seed)
    return Recording(start_ns, fork.now_ns, own, plans, there, outcome, left_out, given)


def _play_rows(
    fork: Any, commands: npt.NDArray[np.void], lists: list[int] | None
) -> tuple[list[Recorded], list[int], list[int], Any]:
    if commands.dtype != COMMAND_DTYPE or commands.ndim != 1:
        raise ConfigError("commands", commands.dtype, "a one-dimensional array of huntgroup.COMMAND_DTYPE")
    # A row without an instant happens at the instant of the row before it.
    at_ns = np.maximum.accumulate(np.maximum(commands["at_ns"], fork.now_ns))
    events, results = fork.apply(commands, lists)
    methods = [_METHODS.get(code, "") for code in commands["command"].tolist()]
    steps = [
        Recorded(at, method, agent, commands[k : k + 1])
        for k, (at, method, agent) in enumerate(
            zip(at_ns.tolist(), methods, commands["agent"].tolist(), strict=True)
        )
    ]
    codes = results.tolist()
    makes = [
        code == Result.OK and (step.method in ARRIVALS or (step.method == "consult" and step.agent >= 0))
        for step, code in zip(steps, codes, strict=True)
    ]
    # Ids are dense, and the last one made is the greatest that any event names.
    following = int(events["interaction"].max(initial=0)) - sum(makes) + 1
    ids: list[int] = []
    for number, made in zip(commands["interaction"].tolist(), makes, strict=True):
        if made:
            ids.append(following)
            following += 1
        else:
            ids.append(ids[-2 - number] if number <= -2 and -2 - number < len(ids) else number)
    return steps, codes, ids, events


def _play_calls(fork: Any, commands: Any) -> tuple[list[Recorded], list[int], list[int], Any]:
    if isinstance(commands, str | bytes | Mapping) or not isinstance(commands, Iterable):
        raise ConfigError("commands", commands, "an array of huntgroup.COMMAND_DTYPE, or tuples")
    steps, results, ids = [], [], []
    for place, entry in enumerate(commands):
        method, args, kwargs, at = _call(entry, f"commands[{place}]")
        number, result = NEVER, int(Result.OK)
        if method not in _CALLS or not hasattr(fork, method):
            raise ConfigError(f"commands[{place}]", method, "the name of a command of huntgroup.Engine")
        try:
            if method == "advance":
                fork.advance(*(args or (() if kwargs else (at,))), **kwargs)
            else:
                made = getattr(fork, method)(*args, **kwargs, at=at)
                number = made if method in ARRIVALS else NEVER
        except TypeError as error:
            raise ConfigError(f"commands[{place}]", entry, f"the arguments of {method} ({error})") from None
        except Refused as refused:
            result = int(refused.result)
        if method in ABOUT_ONE:
            number = int(args[0] if args else kwargs["interaction"])
        named = args[0] if args else kwargs.get("agent", -1)
        acts = method not in ARRIVALS | ABOUT_ONE | _BUILDS and method not in ("advance", "set_status_many")
        known = acts and result == Result.OK and method != "remove_agent"
        agent = fork.agent_index(named) if known else -1
        steps.append(Recorded(fork.now_ns, method, agent, None, args, kwargs))
        results.append(result)
        ids.append(number)
    return steps, results, ids, fork.poll_array()


def _call(entry: Any, field_name: str) -> tuple[str, tuple[Any, ...], Mapping[str, Any], Any]:
    allowed = "(method, arguments, at) or (method, arguments, keywords, at)"
    if not isinstance(entry, tuple | list) or len(entry) not in (3, 4) or not isinstance(entry[0], str):
        raise ConfigError(field_name, entry, allowed)
    args, kwargs = entry[1], entry[2] if len(entry) == 4 else {}
    if len(entry) == 3 and isinstance(args, Mapping):
        args, kwargs = (), args
    if not isinstance(args, tuple | list) or not isinstance(kwargs, Mapping):
        raise ConfigError(field_name, entry, allowed)
    return entry[0], tuple(args), kwargs, entry[-1]


def _queue_of(fork: Any, step: Recorded) -> int:
    """The index of the queue at which it arrives; -1 for a direct or dialled one."""
    if step.method != "enqueue":
        return NEVER
    if step.row is not None:
        return int(step.row["queue"][0])
    return int(fork.queue_index(step.args[0] if step.args else step.kwargs["queue"]))


def _follow(events: Any, plans: Mapping[int, Plan], left_out: Counter[str]) -> None:
    """What the events tell of each interaction."""
    fields = ("at_ns", "kind", "interaction", "agent", "queue", "offer", "other", "value")
    for at_ns, code, number, agent, queue, offer, other, value in zip(
        *(events[name].tolist() for name in fields), strict=True
    ):
        kind = EVENT_KINDS[code]
        plan = plans.get(number)
        if plan is None:
            continue
        if kind == "offered":
            plan.offered_ns[offer] = at_ns
        elif kind == "accepted":
            plan.rings_ns.append(at_ns - plan.offered_ns.get(offer, plan.at_ns))
            plan.began_ns = at_ns
            plan.answered_ns = at_ns if plan.answered_ns == NEVER else plan.answered_ns
        elif kind == "dialing":
            plan.began_ns = at_ns
            plan.answered_ns = NEVER
        elif kind == "answered":
            plan.pick_up_ns = at_ns - plan.began_ns
            plan.began_ns = at_ns
            if agent >= 0:
                plan.answered_ns = at_ns
        elif kind in ("transferred", "ended"):
            plan.ended_ns.append(at_ns)
            began = plan.at_ns if plan.began_ns == NEVER else plan.began_ns
            moved = kind == "transferred"
            plan.stints.append(Stint(at_ns - began, queue if moved else -1, other if moved else -1))
        elif kind == "abandoned" and plan.answered_ns == NEVER and queue >= 0:
            plan.left_ns = at_ns
            plan.patience_ns = at_ns - plan.at_ns
        elif kind == "timed_out" and plan.answered_ns == NEVER:
            plan.timed_out_ns = at_ns
        elif kind == "callback_requested":
            plan.callback_ns, plan.customer_first = at_ns - plan.at_ns, value == 1
        elif kind == "expired":
            left_out["offers that expired"] += 1


def _as_recorded(plan: Plan) -> tuple[int, int, int, bool]:
    return plan.answered_ns, plan.left_ns, plan.timed_out_ns, plan.turned_away


def outcome_of(
    plans: list[Plan],
    engine: Any,
    end_ns: int,
    fates: list[tuple[int, int, int, bool]],
    busy_ns: int | None,
    ready_ns: int | None,
    refusals: Mapping[str, int],
) -> Outcome:
    """Columns of (answered, left, timed out: instants or NEVER; turned away) of the arrivals at queues."""
    columns = np.array([fate[:3] for fate in fates], np.int64).reshape(len(fates), 3)
    turned_away = np.array([fate[3] for fate in fates], np.bool_)
    at_ns = np.array([plan.at_ns for plan in plans], np.int64)
    until = np.where((columns >= 0).any(axis=1), columns.max(axis=1, initial=NEVER), end_ns)
    answered = columns[:, 0] >= 0
    until = np.where(answered, columns[:, 0], until)
    settings = [read_numbers(engine, queue) for queue in range(len(engine._queue_names))]
    return Outcome(
        np.array([plan.queue for plan in plans], np.int32),
        np.where(turned_away, 0, until - at_ns),
        answered,
        (columns[:, 1] >= 0) & ~answered,
        (columns[:, 2] >= 0) & ~answered,
        turned_away,
        np.array([one["service_level"][0] for one in settings], np.int64),
        np.array([one["short_abandon"] for one in settings], np.int64),
        busy_ns,
        ready_ns,
        refusals,
    )


def _fill(plans: list[Plan], outcome: Outcome, end_ns: int, queues: int, seed: int) -> None:
    """Gives everyone a patience, a ring time and a handling time: where none was recorded, a patience drawn
    from those of the queue, and the queue's means (all queues', where it has none)."""
    patience = patience_of(outcome.queue, outcome.wait_ns, ~outcome.abandoned, queues, seed)
    for plan, drawn in zip(plans, patience.tolist(), strict=True):
        plan.patience_ns = drawn if plan.patience_ns == NEVER else plan.patience_ns
    rings: dict[int, list[int]] = {}
    talks: dict[int, list[int]] = {}
    for plan in plans:
        for key in (plan.queue, NEVER):
            if plan.rings_ns:
                rings.setdefault(key, []).append(plan.rings_ns[0])
            if plan.stints:
                talks.setdefault(key, []).append(plan.stints[0].handling_ns)
    for plan in plans:
        if not plan.rings_ns:
            plan.rings_ns.append(_mean(rings.get(plan.queue) or rings.get(NEVER)))
        plan.spare_ns = _mean(talks.get(plan.queue) or talks.get(NEVER))
        if plan.answered_ns != NEVER and not plan.stints:
            # Still being handled when the recording ended: it takes as long as that at least.
            plan.spare_ns = max(plan.spare_ns, end_ns - plan.began_ns)


def _mean(values: list[int] | None) -> int:
    return sum(values) // len(values) if values else 0
