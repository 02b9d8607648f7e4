"""Commands as rows of `Engine.apply`, for an engine that has their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

import huntgroup
from huntgroup import errors
from huntgroup.testing.play import Command
from huntgroup.testing.reference import arguments
from huntgroup.testing.reference.judge import find, status_row
from huntgroup.testing.reference.staffing import ROLES
from huntgroup.testing.reference.state import Centre

AGENT_SETTINGS = ("role", "units", "busy_selectable", "wrap_up", "team")
"""The settings of an agent by their bits in the mask of a row."""

PARAMETERS = {
    **dict.fromkeys(
        (
            *("sign_in", "stop_new", "resume_new", "remove_agent"),
            *("connection_lost", "connection_restored"),
        ),
        ("agent",),
    ),
    **dict.fromkeys(("connect", "disconnect"), ("agent", "channel")),
    **dict.fromkeys(("queue_login", "queue_logout"), ("agent", "queue", "by")),
    "set_status": ("agent", "status", "by"),
    "set_status_many": ("agents", "status", "by"),
    "set_ready": ("agent", "ready"),
    "set_external_presence": ("agent", "presence"),
    "set_queue_logins": ("agent", "logins", "by"),
    "set_skill": ("agent", "skill", "proficiency"),
    "set_user": ("agent", "column", "value"),
    "set_capacity": ("agent", "channel", "capacity"),
    "join": ("agent", "queue", "tier", "rank", "delay", "limit"),
    "leave": ("agent", "queue"),
    "update_agent": ("agent",),
    "enqueue": ("queue", "priority", "requires", "relax", "preferred", "ref"),
    "update_interaction": ("interaction",),
    "move": ("interaction", "queue", "by"),
    "assign": ("interaction", "agent", "by"),
    "withdraw": ("interaction", "agent", "by"),
    "put_back": ("interaction", "by"),
    "direct": ("agent", "channel", "ref"),
    "dial": ("agent", "channel", "queue", "ref"),
    **dict.fromkeys(("accept", "reject"), ("interaction", "agent", "offer")),
    **dict.fromkeys(("consult", "finish_wrap_up"), ("interaction", "agent")),
    **dict.fromkeys(
        (
            "answered",
            "hold",
            "retrieve",
            "conference",
            "end_consult",
        ),
        ("interaction",),
    ),
    "transfer": ("interaction", "queue", "agent"),
    "request_callback": ("interaction", "first"),
    "sign_out": ("agent", "work", "by"),
    **dict.fromkeys(("end", "abandon"), ("interaction", "reason", "by")),
    **dict.fromkeys(("park", "resume"), ("interaction", "by")),
    "extend_wrap_up": ("interaction", "seconds", "agent", "by"),
    "advance": ("to",),
}
"""The commands that a row can hold, with the names of their positional arguments."""

WORK = ("refuse", "put_back", "park")
"""The `flag` of a row that signs out."""

WISHES = {"priority": 1, "requires": 2, "relax": 4, "preferred": 8}
"""The bits of `mask` by which a row of update_interaction says what it changes."""

NOBODY = -(2**31)
"""In a row: a name that does not exist. It is not -1, which means that nothing was given, nor -2, which may
be an actor."""

NAMELESS = -2
"""The same for a status or a channel, whose fields have 16 bits."""


class Untold(Exception):
    """A row cannot hold this command."""


class RowWriter:
    """Collects commands as the rows of one batch for `engine`. Each command must have been played into the
    reference, whose state is `centre`, before the next is added, because names are looked up there. A row
    names an interaction that the same batch makes by the number of the row that makes it."""

    def __init__(self, engine: Any, centre: Centre) -> None:
        self.engine = engine
        self.centre = centre
        self.clear()

    def clear(self) -> None:
        """Begin a new batch."""
        self.rows: list[dict[str, int]] = []
        self.values: list[int] = []
        self.numbers: list[float] = []
        self.made: dict[int, int] = {}

    def says(self, command: Command, outcome: tuple[str, Any]) -> bool:
        """Add the command, which the reference has just played with this outcome. Returns False and adds
        nothing if a row cannot hold the command: configuration, the caller's texts, unknown skills, bad
        arguments."""
        if outcome[0] == "refused" and not hasattr(getattr(errors, outcome[1]), "result"):
            return False
        try:
            row = self._row(command)
        except Untold:
            return False
        if outcome[0] == "ok" and command.method in ("enqueue", "direct", "dial", "consult") and outcome[1]:
            self.made[outcome[1]] = len(self.rows)
        self.rows.append(row)
        return True

    def add_nonsense(self, code: int) -> None:
        """Add a row whose command does not exist."""
        self.rows.append({"command": code})

    def batch(self) -> tuple[NDArray[np.void], list[int], list[float]]:
        """The rows as an array of COMMAND_DTYPE, with the lists and the caller's numbers that they name."""
        table = np.zeros(len(self.rows), huntgroup.COMMAND_DTYPE)
        for field in huntgroup.COMMAND_DTYPE.names or ():
            table[field] = 0 if field in ("command", "priority", "flag", "list_count") else -1
        for place, row in enumerate(self.rows):
            for field, value in row.items():
                table[field][place] = value
        return table, self.values, self.numbers

    # --- one command ----------------------------------------------------------------------------------------

    def _row(self, command: Command) -> dict[str, int]:
        names = PARAMETERS.get(command.method)
        if names is None:
            raise Untold
        given = {**dict(zip(names, command.args, strict=False)), **command.kwargs}
        row = {"command": int(huntgroup.Command[command.method.upper()])}
        at = given.pop("at", None)
        if at is not None:
            row["at_ns"] = at
        if command.method == "advance":
            if "by" in given and not self.centre.last_interaction:
                # A duration begins the engine's time at its start; an instant may be the start itself.
                raise Untold
            # The instant that the engine reached: a batch knows no durations.
            return {**row, "at_ns": given.get("to", self.centre.now_ns)}
        if command.method == "update_interaction":
            row["mask"] = sum(bit for name, bit in WISHES.items() if name in given)
            given = {name: value for name, value in given.items() if value is not None or name == "by"}
        if command.method == "update_agent":
            return {**row, **self._settings(given)}
        if command.method == "set_ready":
            row["flag"] = 1
        for name, value in given.items():
            row |= getattr(self, f"_{name}")(value)
        return row

    def _settings(self, given: dict[str, Any]) -> dict[str, int]:
        """The settings that `update_agent` changes, with the mask that names them."""
        row = self._agent(given.pop("agent"))
        if "by" in given:
            row |= self._by(given.pop("by"))
        row["mask"] = sum(1 << AGENT_SETTINGS.index(name) for name in given)
        if "role" in given:
            row["status"] = ROLES.index(given["role"])
        if "units" in given:
            row["priority"] = -1 if given["units"] is None else given["units"]
        if "busy_selectable" in given:
            row["flag"] = int(given["busy_selectable"])
        if "wrap_up" in given:
            none = given["wrap_up"] is None
            row["value"] = -1 if none else arguments.duration(given["wrap_up"], "wrap_up")
        if "team" in given:
            row["text"] = -1 if given["team"] is None else self.engine.text(given["team"])
        return row

    def _list(self, values: Sequence[int]) -> dict[str, int]:
        start = len(self.values)
        self.values += values
        return {"list_start": start, "list_count": len(values)} if values else {}

    def _user(self, numbers: Sequence[float]) -> dict[str, int]:
        start = len(self.numbers)
        self.numbers += numbers
        return {"user_start": start, "flag": len(numbers)}

    def _value(self, number: float) -> dict[str, int]:
        return {"user_start": self._user([number])["user_start"]}

    def _column(self, column: int) -> dict[str, int]:
        return {"flag": column}

    def _agent_index(self, agent: Any) -> int:
        """Of several agents who had this name one after the other, the latest: the command may just have
        removed it."""
        if isinstance(agent, str):
            return max((one.index for one in self.centre.agents if one.name == agent), default=NOBODY)
        return _index(find(self.centre.agents, agent), agent)

    def _agent(self, agent: Any) -> dict[str, int]:
        """The agent who has the name now, not one who had it before."""
        present = find(self.centre.present_agents(), agent)
        return {"agent": self._agent_index(agent) if present is None else present.index}

    def _preferred(self, agent: Any) -> dict[str, int]:
        return {"preferred": self._agent(agent)["agent"]}

    def _by(self, by: Any) -> dict[str, int]:
        return {"by": self.engine.actor(by) if isinstance(by, huntgroup.Actor) else self._agent(by)["agent"]}

    def _agents(self, agents: Sequence[Any]) -> dict[str, int]:
        return self._list([self._agent(agent)["agent"] for agent in agents])

    def _queue(self, queue: Any) -> dict[str, int]:
        return {"queue": _index(find(self.centre.present_queues(), queue), queue)}

    def _channel(self, channel: Any) -> dict[str, int]:
        return {"channel": max(_index(find(self.centre.channels, channel), channel), NAMELESS)}

    def _device(self, name: str | None) -> dict[str, int]:
        return {} if name is None else {"text": self.engine.text(name)}

    def _status(self, status: Any) -> dict[str, int]:
        row = status_row(self.centre, status)
        return {"status": NAMELESS if row is None else self.centre.model.statuses.index(row)}

    def _logins(self, logins: Mapping[Any, bool]) -> dict[str, int]:
        if not logins:
            raise Untold
        pairs = sorted((self._queue(queue)["queue"], int(value)) for queue, value in logins.items())
        return self._list([number for pair in pairs for number in pair])

    def _ready(self, ready: bool) -> dict[str, int]:
        return {"flag": int(ready)}

    def _presence(self, value: str) -> dict[str, int]:
        external = self.centre.model.external_presence
        values = [] if external is None else [word for word, _ in external.values]
        return {"status": values.index(value) if value in values else NAMELESS}

    def _skill(self, skill: str) -> dict[str, int]:
        try:
            return {"status": self.engine.skill_index(skill)}
        except errors.HuntgroupError as error:
            raise Untold from error

    def _proficiency(self, value: int) -> dict[str, int]:
        return {"flag": value}

    def _capacity(self, value: int) -> dict[str, int]:
        return {"priority": value}

    def _tier(self, value: int) -> dict[str, int]:
        return {"tier": value}

    def _rank(self, value: int) -> dict[str, int]:
        return {"rank": value}

    def _limit(self, value: int | None) -> dict[str, int]:
        return {} if value is None else {"limit": value}

    def _delay(self, value: Any) -> dict[str, int]:
        return {"value": arguments.duration(value, "delay")}

    def _priority(self, value: int) -> dict[str, int]:
        return {"priority": value}

    def _requires(self, requires: str | None) -> dict[str, int]:
        try:
            return {} if requires is None else {"requires": self.engine.requirement(requires)}
        except errors.UnknownSkill as error:
            raise Untold from error

    def _relax(self, steps: Any) -> dict[str, int]:
        if steps:
            raise Untold
        return {}

    def _once(self, value: bool) -> dict[str, int]:
        return {"mask": 1} if value else {}

    def _arrived_at(self, value: int) -> dict[str, int]:
        return {"value": value}

    def _ref(self, value: Any) -> dict[str, int]:
        if isinstance(value, str) or value == -1:
            raise Untold
        return {"ref": value}

    def _work(self, work: str) -> dict[str, int]:
        return {"flag": WORK.index(work)}

    def _first(self, first: str) -> dict[str, int]:
        return {"flag": int(first == "customer")}

    def _reason(self, text: str) -> dict[str, int]:
        return {"text": self.engine.text(text)}

    def _seconds(self, value: Any) -> dict[str, int]:
        return {"value": arguments.duration(value, "seconds")}

    def _offer(self, value: int) -> dict[str, int]:
        # No offer has an id below 1; in a row -1 would mean that nothing was said.
        return {"offer": max(value, 0)}

    def _interaction(self, number: int) -> dict[str, int]:
        return {"interaction": -2 - self.made[number] if number in self.made else number}


def _index(found: Any, said: Any) -> int:
    if said is None:
        return -1
    return NOBODY if found is None else int(found.index)


def result_code(outcome: tuple[str, Any]) -> int:
    """The `Result` of the row, given the outcome of the same command as a call."""
    kind, answer = outcome
    return 0 if kind == "ok" else int(getattr(errors, answer).result)
