"""The difference between a running centre and a centre's file: in words, as data, and as the commands that
change the centre to what the file says."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from huntgroup.errors import Problem
from huntgroup.models import PresenceModel
from huntgroup.models.locate import Path as Place
from huntgroup.scorers.scorer import Scorer
from huntgroup.settings.agents import AgentSettings
from huntgroup.settings.channels import CHANNEL_CHANGES
from huntgroup.settings.config_file import Plan
from huntgroup.settings.mistakes import Mistakes
from huntgroup.settings.told import plain_setting

KINDS = ("channel", "queue", "agent")
_AGENT = tuple(AgentSettings.__annotations__)


class Change(NamedTuple):
    """One difference between the running centre and the file. `what` is added, changed or removed; `setting`
    is None for a whole entry, dotted within one (`skills.spanish`, `queues.sales`); `before` and `after` are
    plain values."""

    kind: str
    name: str
    what: str
    setting: str | None = None
    before: Any = None
    after: Any = None

    @property
    def words(self) -> str:
        """The change as a sentence for people."""
        where = f"{self.kind} {self.name}"
        if self.setting is None:
            return f"{where}: {self.what}"
        if self.what == "changed":
            return f"{where}: {self.setting} from {_word(self.before)} to {_word(self.after)}"
        value = self.after if self.what == "added" else self.before
        return f"{where}: {self.setting} {self.what}, {_word(value)}"

    def to_dict(self) -> dict[str, Any]:
        """It as plain values, `words` among them."""
        return {**self._asdict(), "words": self.words}


class Step(NamedTuple):
    """One command that is needed: a method's name and its arguments by name. `place` is where in the file it
    comes from, `entry` the name of that."""

    command: str
    members: dict[str, Any]
    entry: str
    place: Place

    def to_dict(self) -> dict[str, Any]:
        """The command in the form that `POST /v1/commands` accepts; a model is given with its whole
        content."""
        return {"command": self.command, **{name: plain_setting(one) for name, one in self.members.items()}}


@dataclass(frozen=True, slots=True)
class Difference:
    """How a centre's file differs from the running centre.

    `changes` are the single differences, `steps` the commands in their order. `left` lists what the file does
    not name and what stays. `lost` says what applying it now would cost: offers that are withdrawn, signed-in
    agents that are removed. `problems` are the reasons why it cannot be applied.
    """

    source: str
    changes: tuple[Change, ...]
    steps: tuple[Step, ...]
    left: tuple[str, ...]
    lost: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    def __bool__(self) -> bool:
        """Is there a difference or a problem?"""
        return bool(self.changes or self.problems)

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain values. O(size)."""
        return {
            "commands": [step.to_dict() for step in self.steps],
            "changes": [change.to_dict() for change in self.changes],
            "left": list(self.left),
            "lost": list(self.lost),
        }

    def __str__(self) -> str:
        lines = [change.words for change in self.changes]
        lines += [f"left as it is: {one}" for one in self.left]
        lines += [f"lost: {one}" for one in self.lost]
        lines += [f"not possible: {one}" for one in self.problems]
        return "\n".join(lines) or "no difference"


class Side(NamedTuple):
    """One of the two that are compared: the tables of `huntgroup.engine.settings_read.configuration` and the
    model. `keep_finished` is None where it is not known."""

    tables: Mapping[str, Any]
    model: PresenceModel
    keep_finished: int | None


class Wanted(NamedTuple):
    """What a centre's file says, and an engine in memory that was made from it."""

    plan: Plan
    engine: Any


def compare(
    running: Side,
    wanted: Side,
    plan: Plan,
    earlier: Mapping[str, Collection[str]] | None = None,
    remove: bool = False,
) -> Difference:
    """The difference between the running centre and the one that `plan` makes.

    Queues and agents that the file does not name are removed where it named them `earlier`, or where `remove`
    says so of all; otherwise they are left as they are. Channels stay in any case. O(settings).
    """
    return _Comparison(running, wanted, plan, earlier or {}, remove).result()


class _Comparison:
    def __init__(
        self, running: Side, wanted: Side, plan: Plan, earlier: Mapping[str, Collection[str]], remove: bool
    ) -> None:
        self.running, self.wanted, self.plan = running, wanted, plan
        self.earlier, self.remove = earlier, remove
        self.changes: list[Change] = []
        self.steps: list[Step] = []
        self.left: list[str] = []
        self.mistakes = Mistakes()
        self.rows = {kind: dict(self._rows(kind)) for kind in KINDS}

    def _rows(self, kind: str) -> Iterator[tuple[str, tuple[int, dict[str, Any]]]]:
        rows = self.plan.rows.get(kind) or range(len(self.plan.entries[kind]))
        for row, (name, keys) in zip(rows, self.plan.entries[kind], strict=True):
            yield name, (row, keys)

    def result(self) -> Difference:
        self._fixed("seed", self.running.tables["seed"], self.wanted.tables["seed"])
        if self.running.keep_finished is not None:
            self._fixed("keep_finished", self.running.keep_finished, self.wanted.keep_finished)
        self._model()
        gone = {kind: self._gone(kind) for kind in KINDS}
        for kind, compare in (("channel", self._channel), ("queue", self._queue), ("agent", self._agent)):
            there = self.running.tables[kind]
            for name, (row, keys) in self.rows[kind].items():
                if name in there:
                    compare(name, (kind, row))
                else:
                    self._added(kind, name, row, keys)
        self._skills(gone["agent"])
        for kind in ("agent", "queue"):
            for name in gone[kind]:
                self.changes.append(Change(kind, name, "removed"))
                self._step(f"remove_{kind}", {kind: name}, f"{kind}.{name}", ())
        problems = () if self.mistakes.empty else self.mistakes.problems(self.plan.lines())
        left = tuple(self.left)
        return Difference(self.plan.source, tuple(self.changes), tuple(self.steps), left, (), problems)

    # --- one kind of thing after the other ------------------------------------------------------------------

    def _fixed(self, key: str, before: Any, after: Any) -> None:
        if before != after:
            allowed = f"{before}, which the centre was made with"
            self.mistakes.note((key,), key, after, allowed)

    def _model(self) -> None:
        before, after = self.running.model, self.wanted.model
        if before.fingerprint == after.fingerprint:
            return
        self.changes += _model_changes(before.name, before.to_dict(), after.to_dict())
        self._step("update_model", {"model": after}, "model", ("model",))

    def _gone(self, kind: str) -> list[str]:
        """What the file does not name and is to be removed; what stays is noted."""
        unnamed = [name for name in self.running.tables[kind] if name not in self.rows[kind]]
        if kind == "channel":
            earlier = self.earlier.get(kind, ())
            self.left += [f"channel {name}: channels stay" for name in unnamed if name in earlier]
            return []
        gone = [name for name in unnamed if self.remove or name in self.earlier.get(kind, ())]
        self.left += [f"{kind} {name}: the file does not name it" for name in unnamed if name not in gone]
        return gone

    def _added(self, kind: str, name: str, row: int, keys: dict[str, Any]) -> None:
        self.changes.append(Change(kind, name, "added"))
        self._step(f"add_{kind}", {"name": name, **keys}, f"{kind}.{name}", (kind, row))
        if kind == "agent":
            for agent, queue, more in self.plan.memberships:
                if agent == name and more:
                    place: Place = (kind, row, "queues", queue)
                    self._step("join", {"agent": name, "queue": queue, **more}, f"agent.{name}.queues", place)

    def _channel(self, name: str, place: Place) -> None:
        before, after = self.running.tables["channel"][name], self.wanted.tables["channel"][name]
        self._settings("channel", name, place, before, after, CHANNEL_CHANGES)

    def _queue(self, name: str, place: Place) -> None:
        before, after = self.running.tables["queue"][name], self.wanted.tables["queue"][name]
        self._settings("queue", name, place, before, after, [key for key in after if key != "channel"])

    def _settings(
        self,
        kind: str,
        name: str,
        place: Place,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        may: Collection[str],
    ) -> None:
        """Settings that may change in one command; others cannot while the centre runs."""
        given = {}
        for key in after:
            if _same(before[key], after[key]):
                continue
            if key in may:
                given[key] = after[key]
                self._changed(kind, name, key, before[key], after[key])
            elif key != "queues":
                allowed = f"{_word(before[key])}: it cannot change while the centre runs"
                self.mistakes.note((*place, key), f"{kind}.{name}.{key}", plain_setting(after[key]), allowed)
        if given:
            self._step(f"update_{kind}", {kind: name, **given}, f"{kind}.{name}", place)

    def _agent(self, name: str, place: Place) -> None:
        before, after = self.running.tables["agent"][name], self.wanted.tables["agent"][name]
        own = {key: after[key] for key in _AGENT}
        self._settings("agent", name, place, before, own, _AGENT)
        for skill in dict.fromkeys((*after["skills"], *before["skills"])):
            was, level = before["skills"].get(skill, 0), after["skills"].get(skill, 0)
            if was != level:
                self._changed("agent", name, f"skills.{skill}", was, level)
                members = {"agent": name, "skill": skill, "proficiency": level}
                self._step("set_skill", members, f"agent.{name}.skills", (*place, "skills"))
        for channel in dict.fromkeys((*after["capacity"], *before["capacity"])):
            had, most = before["capacity"].get(channel, 0), after["capacity"].get(channel, 0)
            ours = channel in self.wanted.tables["channel"] or channel in self.earlier.get("channel", ())
            if had != most and ours:
                self._changed("agent", name, f"capacity.{channel}", had, most)
                members = {"agent": name, "channel": channel, "capacity": most}
                self._step("set_capacity", members, f"agent.{name}.capacity", (*place, "capacity"))
        self._user(name, place, before["user"] or [], after["user"] or [])
        self._memberships(name, place, before["queues"], after["queues"])

    def _user(self, name: str, place: Place, before: list[float], after: list[float]) -> None:
        for column in range(max(len(before), len(after))):
            was = before[column] if column < len(before) else 0.0
            value = after[column] if column < len(after) else 0.0
            if was != value:
                self._changed("agent", name, f"user.{column}", was, value)
                members = {"agent": name, "column": column, "value": value}
                self._step("set_user", members, f"agent.{name}.user", (*place, "user"))

    def _memberships(
        self, name: str, place: Place, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> None:
        """Memberships of queues that the file does not name are left as they are."""
        for queue, settings in before.items():
            if queue not in after and queue in self.rows["queue"]:
                self.changes.append(
                    Change("agent", name, "removed", f"queues.{queue}", plain_setting(settings))
                )
                members = {"agent": name, "queue": queue}
                self._step("leave", members, f"agent.{name}.queues", (*place, "queues"))
        for queue, settings in after.items():
            if before.get(queue) == settings:
                continue
            if queue in before:
                for key, value in settings.items():
                    if before[queue][key] != value:
                        self._changed("agent", name, f"queues.{queue}.{key}", before[queue][key], value)
            else:
                added = Change("agent", name, "added", f"queues.{queue}", None, plain_setting(settings))
                self.changes.append(added)
            members = {"agent": name, "queue": queue, **settings}
            self._step("join", members, f"agent.{name}.queues", (*place, "queues"))

    def _skills(self, gone: Collection[str]) -> None:
        """Skills that the file lists and nobody knows yet: a proficiency of 0 is none, but makes the name
        known."""
        mentioned = {*self.running.tables["skills"], *self._mentioned()}
        agents = [name for name in self.rows["agent"] if name not in gone]
        for skill in self.plan.skills:
            if skill in mentioned:
                continue
            if not agents:
                self.left.append(f"skill {skill}: there is no agent in the file that could have it")
                continue
            self.changes.append(Change("skill", skill, "added"))
            members = {"agent": agents[0], "skill": skill, "proficiency": 0}
            self._step("set_skill", members, "skills", ("skills",))

    def _mentioned(self) -> Iterator[str]:
        """The skills that the commands so far make known."""
        for step in self.steps:
            yield from step.members.get("skills", ())
            if step.command == "set_skill":
                yield step.members["skill"]

    # --- writing it down ------------------------------------------------------------------------------------

    def _changed(self, kind: str, name: str, setting: str, before: Any, after: Any) -> None:
        told = Change(kind, name, "changed", setting, plain_setting(before), plain_setting(after))
        self.changes.append(told)

    def _step(self, command: str, members: dict[str, Any], entry: str, place: Place) -> None:
        self.steps.append(Step(command, members, entry, place))


def _same(before: Any, after: Any) -> bool:
    # What a file names a scorer of the user's own is never meant: files have the strategies only.
    return bool(before == after) and not isinstance(before, Scorer)


def _word(value: Any) -> str:
    if value is None:
        return "none"
    return value if isinstance(value, str) else str(plain_setting(value))


def _model_changes(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """The statuses that come, go and change, and the other parts that differ."""
    was = {row["name"]: row for row in before.get("status", ())}
    now = {row["name"]: row for row in after.get("status", ())}
    told = [
        Change("model", name, "removed", f"status.{one}", was[one], None) for one in was if one not in now
    ]
    told += [Change("model", name, "added", f"status.{one}", None, now[one]) for one in now if one not in was]
    told += [
        Change("model", name, "changed", f"status.{one}", was[one], now[one])
        for one in now
        if one in was and was[one] != now[one]
    ]
    parts = [key for key in {**before, **after} if key != "status"]
    told += [
        Change("model", name, "changed", key, before.get(key), after.get(key))
        for key in parts
        if before.get(key) != after.get(key)
    ]
    # The order of the statuses is all that is left to differ.
    return told or [Change("model", name, "changed", "status", [*was], [*now])]
