"""Checks a snapshot before the core gets it: each index lies within its table, each list ends. A forged
snapshot can still describe a state that no commands lead to; `Engine.verify` finds that."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huntgroup.core.python.state_checks import mark_once, most, one_membership_of_a_queue, slots_fit, within

Rows = Mapping[str, NDArray[Any]]
NONE = 0xFFFFFFFF
AGENT_BITS = 22
Q_HOURS = 2
CHANNEL_MASKS = ("held_mask", "wrap_mask", "fit_mask", "spare_mask", "able_mask", "room_mask")
STRATEGIES, STATES, ROLES, CAPABILITY, PRESENCES, MODES = 9, 11, 4, 16, 4, 3
OWNERS = ("wraps", "agents", "offers", "queues", *["interactions"] * 6)
"""Whose row a timer of each kind names."""

REFERS: dict[str, dict[str, str]] = {
    "agents": {
        **dict.fromkeys(("base", "selected", "pending", "shown", "receiver"), "statuses"),
        **dict.fromkeys(("offer_head", "offer_tail"), "offers"),
        **dict.fromkeys(("held_head", "kept_head", "parked_head"), "interactions"),
        "wrap_head": "wraps",
        "timer": "timers",
        "device_head": "devices",
        "limit_head": "limits",
        "team": "texts",
    },
    "memberships": {"agent": "agents", "ring": "rings", "queue": "queues", "delay": "delays"},
    "queues": {
        "channel": "channel_count",
        "queue_group": "queue_groups",
        "first_ring": "rings",
        **dict.fromkeys(("first_group", "plain_group"), "groups"),
        "requirement": "requirements",
        "first_delay": "queue_delays",
        "scorer": "scorers",
        "timer": "timers",
        "awaiting_root": "awaiting",
        "tiers": "tiers",
    },
    "groups": {
        **dict.fromkeys(("links.next", "links.prev", "hash_next"), "groups"),
        "root": "interactions",
        "queue": "queues",
        **dict.fromkeys(("queue_requirement", "own_requirement"), "requirements"),
    },
    "interactions": {
        **dict.fromkeys(("node.left", "node.right", "node.parent", "linked"), "interactions"),
        **dict.fromkeys(("held.next", "held.prev", "kept.next", "kept.prev"), "interactions"),
        **dict.fromkeys(("ref_next", "ref_prev"), "interactions"),
        **dict.fromkeys(("queue", "hand_of"), "queues"),
        **dict.fromkeys(("agent", "preferred", "recall"), "agents"),
        **dict.fromkeys(("requirement", "queue_requirement", "own_requirement"), "requirements"),
        "channel": "channel_count",
        "group": "groups",
        "offer_head": "offers",
        "timer": "timers",
        "decline_head": "declines",
        "visit_head": "visits",
        "decision": "decisions",
        "awaiting": "awaiting",
        "text": "texts",
    },
    "offers": {
        "interaction": "interactions",
        "agent": "agents",
        "queue": "queues",
        "timer": "timers",
        **dict.fromkeys(("agent_next", "agent_prev", "interaction_next", "interaction_prev"), "offers"),
    },
    "wraps": {
        "interaction": "interactions",
        "agent": "agents",
        "queue": "queues",
        "timer": "timers",
        "next": "wraps",
        "prev": "wraps",
        "channel": "channel_count",
    },
    "devices": {"next": "devices", "channel": "channel_count", "name": "texts"},
    "declines": {
        "agent": "agents",
        "interaction": "interactions",
        **dict.fromkeys(("next", "hash_next"), "declines"),
    },
    "visits": {"queue": "queues", "next": "visits"},
    "limits": {"queue": "queues", "next": "limits"},
    "queue_delays": {"next": "queue_delays"},
    "relaxations": {"requirement": "requirements"},
    "watches": {"requirement": "requirements", "queue": "queues"},
    "decisions": {
        **dict.fromkeys(("queue_requirement", "own_requirement"), "requirements"),
        "queue": "queues",
    },
    "awaiting": {
        **dict.fromkeys(("node.left", "node.right", "node.parent"), "awaiting"),
        "interaction": "interactions",
        "target": "queues",
    },
    "actors": {"team": "texts"},
    "finished": {
        "queue": "queues",
        "agent": "agents",
        "channel": "channel_count",
        "text": "texts",
        **dict.fromkeys(("decision.queue_requirement", "decision.own_requirement"), "requirements"),
    },
    "rings": {"next": "rings", "queue": "queues"},
    "ref_buckets": {"": "interactions"},
    "decline_buckets": {"": "declines"},
    "group_buckets": {"": "groups"},
    "slots": {"member": "memberships"},
}
"""Which table each index looks into; all ones, or -1, is none."""

IDS = (
    ("interactions", "node.id", "next_interaction"),
    ("offers", "id", "next_offer"),
)
"""Numbers by which rows are found and ordered: (table, field, the number that is given next)."""

KEYS = {
    "channels": ("load_key", "able_key"),
    "memberships": ("own_key",),
    "offers": ("key", "displaced"),
    "decisions": ("idle_key",),
    "finished": ("decision.idle_key",),
    "slots": ("key",),
}
"""Idle keys: the lowest bits are an agent."""

LISTS: tuple[tuple[str, tuple[tuple[str, str], ...], tuple[str, ...]], ...] = (
    ("offers", (("agents", "offer_head"),), ("agent_next",)),
    ("offers", (("interactions", "offer_head"),), ("interaction_next",)),
    ("interactions", (("agents", "held_head"), ("agents", "parked_head")), ("held.next",)),
    ("interactions", (("agents", "kept_head"),), ("kept.next",)),
    ("interactions", (("ref_buckets", ""),), ("ref_next",)),
    ("interactions", (("groups", "root"),), ("node.left", "node.right")),
    ("awaiting", (("queues", "awaiting_root"),), ("node.left", "node.right")),
    ("wraps", (("agents", "wrap_head"),), ("next",)),
    ("devices", (("agents", "device_head"),), ("next",)),
    ("declines", (("interactions", "decline_head"),), ("next",)),
    ("visits", (("interactions", "visit_head"),), ("next",)),
    ("declines", (("decline_buckets", ""),), ("hash_next",)),
    ("limits", (("agents", "limit_head"),), ("next",)),
    ("queue_delays", (("queues", "first_delay"),), ("next",)),
    ("rings", (("queues", "first_ring"),), ("next",)),
    ("groups", (("queues", "first_group"),), ("links.next",)),
    ("groups", (("group_buckets", ""),), ("hash_next",)),
)
"""Lists and trees: (table, their heads, their links)."""


def check_numbers(numbers: Mapping[str, Any]) -> None:
    """Raises ValueError where the numbers of a centre are none."""
    count = numbers["channel_count"]
    if type(count) is not int or not 0 <= count <= 16:
        raise ValueError(f"{count!r} channels")
    if any(type(one) is not int or not 0 <= one < max(count, 1) for one in numbers["capability"][:count]):
        raise ValueError("a capability of no channel")
    for name in ("now_ns", "next_interaction", "next_offer", "next_seq", "wheel_ns", "finished_count"):
        if type(numbers[name]) is not int or not 0 <= numbers[name] < 2**63:
            raise ValueError(f"{name} is {numbers[name]!r}")
    if numbers["now_ns"] > 5 * 10**18 or numbers["wheel_ns"] > numbers["now_ns"]:
        raise ValueError("a time that is none")


def blanked(rows: Rows, free: Rows) -> dict[str, NDArray[Any]]:
    """The rows, in which those that are given back refer to nothing, whatever stands there. Raises ValueError
    for one that is not there. O(rows of tables with such)."""
    made = dict(rows)
    for name, back in free.items():
        if not len(back):
            continue
        if int(back.max()) >= len(rows[name]) or len(np.unique(back)) != len(back):
            raise ValueError(f"rows of {name} given back that there are not")
        # By bytes, with what lies between the fields: the same snapshot makes the same tables.
        whole = np.ascontiguousarray(rows[name]).view(np.uint8).reshape(len(rows[name]), -1).copy()
        whole[back] = 0
        made[name] = whole.view(rows[name].dtype).reshape(-1)
        for field in REFERS.get(name, {}):
            kind = made[name].dtype[field].base
            if kind.itemsize == 4:
                made[name][field][back] = -1 if kind.kind == "i" else NONE
    return made


def check_rows(rows: Rows, free: Rows, sizes: Mapping[str, Any]) -> None:
    """Raises ValueError where an index lies outside its table, a list does not end, or something has no
    number of its own. O(state log state)."""
    counts = {name: len(table) for name, table in rows.items()} | {
        name: count for name, count in sizes.items() if isinstance(count, int)
    }
    if (counts["agents"], counts["queues"], counts["queue_groups"], counts["actors"]) != sizes["names"]:
        raise ValueError("there are other names than rows")
    agents, queues = counts["agents"], counts["queues"]
    wanted = min(sizes["finished_count"], sizes["keep_finished"])
    if counts["finished"] != wanted or counts["given_ids"] != counts["given"] or counts["recent"] != queues:
        raise ValueError("tables that do not go together")
    if counts["agent_users"] not in (0, agents) or agents > 1 << AGENT_BITS or not counts["delays"]:
        raise ValueError("tables that do not go together")
    for name in ("ref_buckets", "decline_buckets", "group_buckets"):
        if counts[name] & (counts[name] - 1) or (name == "group_buckets" and not counts[name]):
            raise ValueError(f"{counts[name]} {name}")
    for table, fields in REFERS.items():
        for field, target in fields.items():
            _within(f"{table}.{field}", _column(rows[table], field), counts[target])
    for table, keys in KEYS.items():
        for field in keys:
            if agents and most(_column(rows[table], field), AGENT_BITS) >= agents:
                raise ValueError(f"{table}.{field} names an agent that there is not")
    _check_ranges(rows, counts, sizes["hours"])
    for table, field, next_one in IDS:
        live = len(rows[table]) - len(free.get(table, ()))
        _numbers_of_their_own(f"{table}.{field}", rows[table][field], live, sizes[next_one])
    _most("interaction_id", rows["wraps"]["interaction_id"], sizes["next_interaction"])
    start, count = rows["agents"]["membership_start"], rows["agents"]["membership_count"]
    if not one_membership_of_a_queue(start, count, rows["memberships"]["queue"], queues):
        raise ValueError("memberships: an agent is in a queue twice, or in none")
    for table, heads, links in LISTS:
        _ends(table, rows, heads, links)
    wrap_ups = _lengths(rows["agents"]["wrap_head"], rows["wraps"]["next"])
    if not (wrap_ups == rows["agents"]["wrap_count"]).all():
        raise ValueError("agents.wrap_count counts other wrap-ups than there are")


def _column(table: NDArray[Any], field: str) -> NDArray[Any]:
    return table if field == "" else table[field]


def _within(what: str, column: NDArray[Any], count: int) -> None:
    # An array within the row is a column for each of its places.
    for one in (column,) if column.ndim == 1 else column.reshape(len(column), math.prod(column.shape[1:])).T:
        if not within(one, count):
            raise ValueError(f"{what} lies outside")


def _most(what: str, column: NDArray[Any], limit: int) -> None:
    if column.size and int(column.max()) >= limit:
        raise ValueError(f"{what} is {int(column.max())}")


def _check_ranges(rows: Rows, counts: Mapping[str, int], hours: set[int]) -> None:
    agents, queues, interactions = rows["agents"], rows["queues"], rows["interactions"]
    for what, table, start, count in (
        ("memberships", agents, "membership_start", "membership_capacity"),
        ("memberships", agents, "membership_start", "membership_count"),
        ("relaxations", queues, "relax_start", "relax_count"),
        ("relaxations", interactions, "relax_start", "relax_count"),
    ):
        ends = table[start].astype(np.int64) + table[count]
        if ends.size and int(ends[table[count] > 0].max(initial=0)) > counts[what]:
            raise ValueError(f"{what} lie outside")
    for mask in CHANNEL_MASKS:
        _most(mask, agents[mask], 1 << counts["channel_count"])
    _most("role", agents["role"], ROLES)
    _most("external", agents["external"], 16)
    _most("receive_mode", agents["receive_mode"], MODES)
    _most("strategy", queues["strategy"], STRATEGIES)
    _most("presence", queues["presence"], PRESENCES)
    _most("presence", rows["queue_groups"]["presence"], PRESENCES)
    _most("state", interactions["state"], STATES)
    _most("state", rows["finished"]["state"], STATES)
    _most("role", rows["actors"]["role"].astype(np.uint32), ROLES)
    _most("count", rows["given"]["count"], 9)
    _most("group_count", queues["group_count"], counts["groups"] + 1)
    if not set(np.flatnonzero(queues["flags"] & Q_HOURS).tolist()) <= hours:
        raise ValueError("a queue with hours that are not there")
    overflow = queues["overflow_queue"]
    if overflow.size and not ((overflow >= -2) & (overflow < len(queues))).all():
        raise ValueError("queues.overflow_queue lies outside")
    timers = rows["timers"]
    _most("kind", timers["kind"], len(OWNERS))
    for kind, owner in enumerate(OWNERS):
        of_it = timers["owner"][timers["kind"] == kind]
        _most(f"owner of timer {kind}", of_it, max(counts[owner], 1))
    if int(rows["rings"]["count"].sum()) != len(rows["slots"]):
        raise ValueError("rings have other slots than there are")
    slots = rows["slots"]
    if not slots_fit(slots["key"], slots["member"], rows["memberships"]["agent"], AGENT_BITS):
        raise ValueError("a slot of another agent")


def _numbers_of_their_own(what: str, ids: NDArray[Any], live: int, next_one: int) -> None:
    """Those of the rows that are not given back, in which blanked ones have 0."""
    given = ids[ids != 0]
    if len(given) != live or len(np.unique(given)) != live:
        raise ValueError(f"{what}: not every row has a number of its own")
    if live and (int(given.min()) < 1 or int(given.max()) >= next_one):
        raise ValueError(f"{what} is none that was given")


def _lengths(heads: NDArray[Any], following: NDArray[Any]) -> NDArray[Any]:
    """How long the list from each head is; lists end. O(rows of the longest x heads)."""
    lengths = np.zeros(len(heads), np.int64)
    at = heads
    while (there := at != NONE).any():
        lengths += there
        at = np.where(there, following[np.where(there, at, 0)], NONE)
    return lengths


def _ends(table: str, rows: Rows, heads: tuple[tuple[str, str], ...], links: tuple[str, ...]) -> None:
    """Raises ValueError unless each row stands in at most one place of these lists, so that each ends."""
    seen = np.zeros(len(rows[table]), np.uint8)
    found = np.concatenate([np.asarray(_column(rows[name], field)).reshape(-1) for name, field in heads])
    found = found[found != NONE]
    while len(found):
        if not mark_once(found, seen):
            raise ValueError(f"{table}: a list does not end")
        found = np.concatenate([rows[table][link][found] for link in links])
        found = found[found != NONE]
