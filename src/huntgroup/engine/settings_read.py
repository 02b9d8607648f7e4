"""The settings of queues, channels and agents as they are now: what the methods that add and update take."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from huntgroup.core.python.lists import memberships_of
from huntgroup.core.python.playing import seed_of
from huntgroup.core.python.queue_numbers import read_numbers
from huntgroup.engine.naming import Lookup
from huntgroup.scorers.scorer import Scorer
from huntgroup.settings.actors import ROLES
from huntgroup.settings.channels import BUILT_IN, CHANNEL_CHANGES
from huntgroup.settings.durations import SECOND_NS, Duration
from huntgroup.settings.queues import DEFAULTS as QUEUE_DEFAULTS
from huntgroup.settings.queues import DELAYS, LIMITS_RUN, STRATEGIES, WHEN_CLOSED, WRAP_UP_HOLDS
from huntgroup.settings.told import plain_setting

_DURATIONS = (
    *("offer_timeout", "wrap_up", "ask_again_after", "preferred_wait", "short_abandon"),
    *("callback_retry", "seconds_per_priority"),
)
_CODES = {
    "wrap_up_holds": WRAP_UP_HOLDS,
    "when_closed": WHEN_CLOSED,
    "limits_run": LIMITS_RUN,
    "delays": DELAYS,
}
_LIMITS = ("max_misses", "max_rejects", "max_waiting", "max_handled")


def queue_settings(engine: Lookup, queue: int) -> dict[str, Any]:
    """The settings of `add_queue`, in the order of its defaults. O(steps)."""
    numbers = read_numbers(engine, queue)
    texts = engine._requirement_texts
    found: dict[str, Any] = dict(numbers)
    found["channel"] = engine._channel_names[numbers["channel"]]
    found["strategy"] = _strategy(engine, *numbers["strategy"])
    found["requires"] = texts[numbers["requires"]] or None
    steps = [(seconds(after_ns), texts[row] or None) for after_ns, row in numbers["relax"]]
    found["relax"] = steps or None
    for name in _DURATIONS:
        found[name] = seconds(numbers[name])
    for name, words in _CODES.items():
        found[name] = words[numbers[name]]
    for name in _LIMITS:
        found[name] = _or_none(numbers[name])
    for name in ("max_wait", "max_wait_unstaffed"):
        found[name] = None if numbers[name] < 0 else seconds(numbers[name])
    target_ns, share = numbers["service_level"]
    found["service_level"] = (seconds(target_ns), share)
    found["overflow"] = _overflow(engine, queue, *numbers["overflow"])
    found["group"] = None if numbers["group"] < 0 else engine._group_names[numbers["group"]]
    found["hours"] = engine._hours.get(queue)
    return {name: found[name] for name in QUEUE_DEFAULTS}


def channel_settings(engine: Lookup, channel: int) -> dict[str, Any]:
    """The arguments of `add_channel`. O(channels)."""
    row = engine._channels[channel]
    return {
        "blocks": row.blocks if isinstance(row.blocks, str) else _listed(engine, row.blocks),
        "needs_device": row.needs_device,
        "units": row.units,
        "capability": None if row.capability == row.index else engine._channel_names[row.capability],
        "interruptible_by": _listed(engine, row.interruptible_by),
        "wrap_up": seconds(row.wrap_up_ns),
        "wrap_up_unanswered": row.wrap_up_unanswered,
    }


def agent_settings(engine: Lookup, agent: int) -> dict[str, Any]:
    """The arguments of `add_agent` but those that say where it starts. O(skills + memberships)."""
    state = engine._agent_state(agent)
    user = list(state["user"])
    while user and user[-1] == 0.0:
        user.pop()
    return {
        "skills": {engine._skill_names[skill]: level for skill, level in state["skills"].items()},
        "capacity": {
            channel.name: state["capacity"][channel.index]
            for channel in engine._channels
            if channel.capability == channel.index and state["capacity"][channel.index]
        },
        "queues": [engine._queue_names[queue] for queue, *_ in memberships_of(engine, agent)],
        "role": ROLES[state["role"]],
        "team": None if state["team"] < 0 else engine._texts[state["team"]],
        "units": _or_none(state["units"]),
        "busy_selectable": state["busy_selectable"],
        "wrap_up": None if state["wrap_up_ns"] < 0 else seconds(state["wrap_up_ns"]),
        "user": user or None,
    }


def membership_settings(engine: Lookup, agent: int) -> dict[str, dict[str, Any]]:
    """What `join` takes of each membership, by the queue's name. O(memberships)."""
    return {
        engine._queue_names[queue]: {
            "tier": tier,
            "rank": rank,
            "delay": seconds(delay_ns),
            "limit": _or_none(limit),
        }
        for queue, tier, rank, delay_ns, limit in memberships_of(engine, agent)
    }


def seconds(duration_ns: int) -> Duration:
    """A duration that means so many nanoseconds: seconds, or what seconds cannot say exactly as a
    `timedelta`."""
    whole, rest = divmod(duration_ns, SECOND_NS)
    if rest == 0:
        return whole
    found = duration_ns / SECOND_NS
    return found if round(found * SECOND_NS) == duration_ns else timedelta(microseconds=duration_ns // 1000)


def configuration(engine: Lookup) -> dict[str, Any]:
    """All of it, by the keys of a centre's file: its own values, not yet those of JSON. O(settings)."""
    return {
        "seed": seed_of(engine),
        "skills": list(engine._skill_names),
        "channel": {name: channel_settings(engine, row) for name, row in engine._channel_index.items()},
        "queue": {name: queue_settings(engine, row) for name, row in engine._queue_index.items()},
        "agent": {
            name: {**agent_settings(engine, row), "queues": membership_settings(engine, row)}
            for name, row in engine._agent_index.items()
        },
    }


def file_tables(engine: Lookup) -> dict[str, Any]:
    """The configuration as a centre's file says it, every setting spelled out; what the built-in channels are
    by nature is left out. O(settings)."""
    found = configuration(engine)
    tables: dict[str, Any] = {"model": engine.model.to_dict(), "seed": found["seed"]}
    if engine._keep_finished is not None:
        tables["keep_finished"] = engine._keep_finished
    tables["skills"], tables["groups"] = found["skills"], list(engine._group_names)
    tables["channel"] = [
        _entry(name, {key: keys[key] for key in CHANNEL_CHANGES} if name in BUILT_IN else keys)
        for name, keys in found["channel"].items()
    ]
    tables["queue"] = [_entry(name, keys) for name, keys in found["queue"].items()]
    tables["agent"] = [
        _entry(name, {**keys, "queues": [{"queue": queue, **more} for queue, more in keys["queues"].items()]})
        for name, keys in found["agent"].items()
    ]
    for entry in tables["queue"]:
        # A step to anyone is an empty text in a file.
        if "relax" in entry:
            entry["relax"] = [[after, requirement or ""] for after, requirement in entry["relax"]]
    for entry in tables["agent"]:
        entry["queues"] = [{key: one[key] for key in one if one[key] is not None} for one in entry["queues"]]
    return tables


def _entry(name: str, keys: dict[str, Any]) -> dict[str, Any]:
    told = {
        key: plain_setting(value)
        for key, value in keys.items()
        if value is not None and not isinstance(value, Scorer)
    }
    return {"name": name, **told}


def _listed(engine: Lookup, channels: tuple[str, ...]) -> list[str]:
    """The channels in the order of their indices."""
    return [name for name in engine._channel_names if name in channels]


def _or_none(number: int) -> int | None:
    return None if number < 0 else number


def _strategy(engine: Lookup, code: int, scorer: int) -> str | Scorer:
    return STRATEGIES[code] if scorer < 0 else engine._scorers[scorer]


def _overflow(engine: Lookup, queue: int, after_ns: int, target: int) -> tuple[Duration, str] | None:
    if target == -1:
        return None
    name = engine._overflow_names[queue] if target < 0 else engine._queue_names[target]
    return seconds(after_ns), name
