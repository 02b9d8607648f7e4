"""What the engine kept of the latest decision on an interaction, with names (docs/SEMANTICS.md, section
11)."""

from __future__ import annotations

from typing import Any

from huntgroup.core.python.raw_reads import RawReads
from huntgroup.settings.durations import SECOND_NS
from huntgroup.settings.queues import SCORER, STRATEGIES
from huntgroup.shown.decision import Decision

# What each strategy orders by, beside tier: the name of its own number, and whether ties go by the idle key.
_KEYS: dict[str, tuple[str | None, bool]] = {
    "longest_idle": (None, True),
    "least_occupied": ("occupancy", True),
    "fewest_interactions": ("accepted", True),
    "round_robin": ("position", False),
    "linear": ("position", False),
    "highest_proficiency": ("proficiency", True),
}


def decision(reads: RawReads, raw: dict[str, Any]) -> Decision:
    """The record of `RawReads._decision` with names. O(1)."""
    strategy = "scorer" if raw["strategy"] == SCORER else STRATEGIES[raw["strategy"]]
    by_agent, preferred = raw["by_agent"], raw["preferred"]
    counted = not by_agent and not preferred and strategy != "longest_idle"
    asked = raw["eligible"] if counted and strategy == "ring_all" else 1
    texts = reads._requirement_texts
    return Decision(
        at_ns=raw["at_ns"],
        queue=reads._queue_names[raw["queue"]],
        strategy=strategy,
        looked="agent" if by_agent else "interaction",
        winner=reads._agent_ids[raw["agent"]] if asked == 1 else None,
        asked=asked,
        offer=raw["offer"],
        tier=raw["tier"],
        load=raw["load"],
        capacity=raw["capacity"],
        idle_step=raw["idle_step"],
        preferred=preferred,
        declined=raw["declined"],
        key=_key(raw, strategy),
        queue_requires=texts[raw["queue_requirement"]] or None,
        requires=texts[raw["own_requirement"]] or None,
        logged_in=raw["logged_in"],
        ready=raw["ready"],
        waiting=raw["waiting"],
        eligible=raw["eligible"] if counted else None,
    )


def _key(raw: dict[str, Any], strategy: str) -> dict[str, int | float]:
    if raw["by_agent"]:
        return {"rank": raw["eligible"], "credited_wait": (raw["at_ns"] - raw["value"]) / SECOND_NS}
    if raw["preferred"]:
        return {}
    if strategy not in _KEYS:
        return {"eligible": raw["eligible"]}
    name, by_idle = _KEYS[strategy]
    key = {"load": raw["load"], "capacity": raw["capacity"]} if name is None else {name: raw["value"]}
    return {**key, "idle_step": raw["idle_step"]} if by_idle else key
