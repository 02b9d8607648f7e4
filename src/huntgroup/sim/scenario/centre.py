"""The centre of a scenario: a plan from a file or a table, and engines built from it."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huntgroup.engine import centre_file
from huntgroup.errors import ConfigError
from huntgroup.models import PresenceModel
from huntgroup.settings import config_file
from huntgroup.settings.mistakes import one_of


@dataclass(frozen=True)
class CentrePlan:
    """What the engine of each replication is built from."""

    plan: config_file.Plan
    model: PresenceModel

    @classmethod
    def read(cls, given: Any, folder: Path | None) -> CentrePlan:
        """From a path beside the scenario, or from the tables of a centre file. Raises ConfigError."""
        if isinstance(given, CentrePlan):
            return given
        if isinstance(given, str | Path):
            plan = config_file.read((folder or Path()) / given)
        elif isinstance(given, Mapping):
            plan = config_file.plan_of(given, folder or Path())
        else:
            raise ConfigError("", given, "the path of a centre file, or its tables")
        return cls(plan, PresenceModel.load(plan.model))

    @property
    def queues(self) -> tuple[str, ...]:
        """The queues, in the order of their indices."""
        return tuple(name for name, _ in self.plan.entries["queue"])

    @property
    def agents(self) -> tuple[str, ...]:
        """The agents, in the order of their indices."""
        return tuple(name for name, _ in self.plan.entries["agent"])

    def queue_setting(self, queue: str, key: str, default: Any) -> Any:
        """What the plan says for a setting of a queue."""
        return dict(self.plan.entries["queue"])[queue].get(key, default)

    def changed(self, kind: str, name: str, settings: Mapping[str, Any]) -> CentrePlan:
        """The same centre with other settings of one queue or agent. Raises ConfigError where it lacks."""
        entries = dict(self.plan.entries)
        if name not in dict(entries[kind]):
            raise ConfigError("set", f"{kind}.{name}", one_of(f"{kind}s", name, dict(entries[kind])))
        entries[kind] = [
            (other, {**keys, **settings} if other == name else keys) for other, keys in entries[kind]
        ]
        return CentrePlan(dataclasses.replace(self.plan, entries=entries), self.model)

    def only(self, queue: str) -> CentrePlan:
        """The same centre with this queue alone, and its members."""
        entries = dict(self.plan.entries)
        entries["queue"] = [
            (name, {key: value for key, value in keys.items() if key != "overflow"})
            for name, keys in entries["queue"]
            if name == queue
        ]
        extra = {agent for agent, other, _ in self.plan.memberships if other == queue}
        entries["agent"] = [
            (name, {**keys, "queues": [queue]})
            for name, keys in entries["agent"]
            if queue in keys.get("queues", ()) or name in extra
        ]
        skills = {skill for _, keys in self.plan.entries["agent"] for skill in keys.get("skills", {})}
        plan = dataclasses.replace(
            self.plan, entries=entries, memberships=[], skills=sorted({*self.plan.skills, *skills})
        )
        return CentrePlan(plan, self.model)

    def typical(self, queue: str) -> str:
        """The member whose skills and capacities most members have; of several, the first. Raises ConfigError
        for a queue without members. O(members x skills)."""
        members = [
            (name, keys) for name, keys in self.plan.entries["agent"] if queue in keys.get("queues", ())
        ]
        if not members:
            raise ConfigError("staff", queue, "a queue with at least one member")
        like = Counter(_able(keys) for _, keys in members)
        return max(members, key=lambda member: like[_able(member[1])])[0]

    def staffed(self, queue: str, count: int, like: str | None = None) -> CentrePlan:
        """The same centre with so many copies of the member `like` (None: of the typical one) as its agents.
        Raises ConfigError where the queue has no such member."""
        name = self.typical(queue) if like is None else like
        members = {name: keys for name, keys in self.plan.entries["agent"] if queue in keys.get("queues", ())}
        if name not in members:
            raise ConfigError("like", name, one_of(f"members of {queue}", name, members))
        entries = dict(self.plan.entries)
        entries["agent"] = [(f"agent {number + 1}", dict(members[name])) for number in range(count)]
        return CentrePlan(dataclasses.replace(self.plan, entries=entries, memberships=[]), self.model)

    def build(
        self,
        engine_class: Any,
        seed: int,
        start_ns: int,
        *,
        away: Collection[str] = (),
        wrap_up: Mapping[str, float] | None = None,
        own_wrap_up: bool = True,
    ) -> Any:
        """A fresh engine in manual time at `start_ns`.

        Agents in `away` start signed out, `wrap_up` replaces that of queues (seconds); agents have one of
        their own unless `own_wrap_up` is False. Raises ConfigError, whose field names the entry. O(entries).
        """
        engine = engine_class(self.model, seed=seed, keep_finished=0)
        engine.advance(start_ns)
        entries = dict(self.plan.entries)
        if wrap_up:
            entries["queue"] = [
                (name, {**keys, "wrap_up": wrap_up[name]} if name in wrap_up else keys)
                for name, keys in entries["queue"]
            ]
        if away or not own_wrap_up:
            entries["agent"] = [
                (name, _as_it_starts(keys, name in away, own_wrap_up)) for name, keys in entries["agent"]
            ]
        centre_file.fill(engine, dataclasses.replace(self.plan, entries=entries))
        engine.poll_array()
        return engine


def _as_it_starts(keys: Mapping[str, Any], away: bool, own_wrap_up: bool) -> dict[str, Any]:
    """The arguments of an agent that may be away, and may have no wrap-up of its own."""
    left_out = {"signed_in", "status"} if away else set()
    if not own_wrap_up:
        left_out.add("wrap_up")
    return {key: value for key, value in keys.items() if key not in left_out}


def _able(keys: Mapping[str, Any]) -> tuple[Any, ...]:
    """What an agent can do: alike for two who can take the same."""
    return tuple(tuple(sorted(dict(keys.get(name, {})).items())) for name in ("skills", "capacity"))
