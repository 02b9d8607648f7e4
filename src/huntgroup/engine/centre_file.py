"""Builds an engine from a plan; if that fails, finds every mistake that an engine reports for the plan."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from huntgroup.errors import ConfigError, ModelError, Refused, shown
from huntgroup.models.locate import Path as Place
from huntgroup.settings import arguments
from huntgroup.settings.channels import BUILT_IN, CHANNEL_CHANGES
from huntgroup.settings.config_file import Plan, of_entry
from huntgroup.settings.mistakes import Mistakes, one_of

AnyEngine = TypeVar("AnyEngine", bound=Any)
Make = Callable[[Plan], AnyEngine]
"""Makes an engine without channels, queues and agents: with the plan's model, seed and keep_finished."""

_DEFAULTS: dict[str, Any] = {"seed": 0, "keep_finished": 100_000, "skills": []}
_STEP = re.compile(r"([^.\[\]]+)|\[(?:(\d+)|'([^']*)')\]")


def build(make: Make[AnyEngine], plan: Plan) -> AnyEngine:
    """The engine of a plan. Raises CentreError with every mistake. O(entries)."""
    try:
        engine = make(plan)
    except ConfigError as error:
        if error.field not in ("model", *_DEFAULTS) and not isinstance(error, ModelError):
            raise  # of an argument of the caller, not of the file
        _raise_all(make, plan)
        raise
    try:
        fill(engine, plan)
    except (ConfigError, Refused):
        engine.close()
        _raise_all(make, plan)
        raise
    return engine


def find_all(make: Make[Any], plan: Plan, mistakes: Mistakes) -> None:
    """Notes every mistake that an engine finds in the plan. It adds each entry to an engine; a wrong value is
    noted and left out, and the entry is tried again. So the rules for settings are the engine's own.
    O(entries + mistakes)."""
    made = _made(make, plan, mistakes)
    if made is None:
        return
    engine, kinds = made
    for kind, add in _adders(engine):
        if kind not in kinds:
            continue
        for row, (name, keys) in zip(plan.rows[kind], plan.entries[kind], strict=True):
            _try_entry(add, (kind, row), f"{kind}.{name}", name, keys, mistakes)
    for agent, queue, keys in plan.memberships if "agent" in kinds else ():
        if agent in engine._agent_index:
            _try_membership(engine, plan, agent, queue, keys, mistakes)
    engine.close()


def _raise_all(make: Make[Any], plan: Plan) -> None:
    mistakes = Mistakes()
    find_all(make, plan, mistakes)
    mistakes.raise_any(plan.source, plan.lines())


def fill(engine: Any, plan: Plan) -> None:
    """Adds what the plan has. Raises ConfigError of the first mistake, whose field names its entry.
    O(entries)."""
    for skill in plan.skills:
        engine._skill(arguments.name("skills", skill))
    entry = ""
    try:
        for kind, add in _adders(engine):
            for name, keys in plan.entries[kind]:
                entry = f"{kind}.{name}"
                add(name, **keys)
        for agent, queue, keys in plan.memberships:
            entry = f"agent.{agent}.queues"
            engine.join(agent, queue, **keys)
    except (ConfigError, Refused) as error:
        raise of_entry(entry, error) from error


def take_tables(engine: Any, tables: Mapping[str, Any]) -> None:
    """Adds what `Engine.configuration` told of another engine, which need be no file that holds: a queue may
    overflow to one that is not there yet. Raises ConfigError, Refused. O(entries)."""
    for skill in tables["skills"]:
        engine._skill(arguments.name("skills", skill))
    for table in tables["channel"]:
        add_channel(engine, **table)
    for table in tables["queue"]:
        engine.add_queue(**table)
    for table in tables["agent"]:
        engine.add_agent(**{**table, "queues": [one["queue"] for one in table["queues"]]})
        for one in table["queues"]:
            engine.join(table["name"], **one)


def _adders(engine: Any) -> tuple[tuple[str, Callable[..., object]], ...]:
    return (
        ("channel", partial(add_channel, engine)),
        ("queue", engine.add_queue),
        ("agent", engine.add_agent),
    )


def add_channel(engine: Any, name: str, **keys: Any) -> None:
    """Adds a channel; of one that every engine has, changes what may be changed. Raises ConfigError."""
    if name in BUILT_IN and keys.keys() <= set(CHANNEL_CHANGES):
        engine.update_channel(name, **keys)
    else:
        engine.add_channel(name, **keys)


def _made(make: Make[Any], plan: Plan, mistakes: Mistakes) -> tuple[Any, tuple[str, ...]] | None:
    """An engine on which entries are tried, and the kinds of entries that it can check. If the model of the
    file is wrong, it has other statuses, and agents cannot be checked."""
    kinds: tuple[str, ...] = ("channel", "queue", "agent")
    for _ in range(len(_DEFAULTS) + 2):
        try:
            engine = make(plan)
            for skill in plan.skills:
                engine._skill(arguments.name("skills", skill))
        except ModelError as error:
            for problem in error.problems:
                where = f"{problem.key}, line {problem.line}" if problem.line else problem.key
                mistakes.note(("model", where), f"model {error.source}: {where}", *problem[2:])
            plan, kinds = replace(plan, model="agent_modes"), ("channel", "queue")
        except ConfigError as error:
            if error.field not in ("model", *_DEFAULTS):
                raise
            mistakes.add_error((error.field,), "", error)
            if error.field == "model":
                plan, kinds = replace(plan, model="agent_modes"), ("channel", "queue")
            else:
                plan = replace(plan, **{error.field: _DEFAULTS[error.field]})
        else:
            return engine, kinds
    return None


def _try_entry(
    add: Callable[..., object], place: Place, entry: str, name: str, keys: dict[str, Any], mistakes: Mistakes
) -> None:
    """Adds the entry, without the values that are wrong."""
    given = copy.deepcopy(keys)
    taken_out: dict[str, list[int]] = {}
    while True:
        try:
            add(name, **given)
        except ConfigError as error:
            path = _path(error.field)
            error.field = _true_field(path, taken_out, error.field)
            where: Place = (*place, *_path(error.field))
            if len(path) == 1 and isinstance(given.get(error.field), list):
                where = (*where, shown(error.value))
            if not mistakes.within(where):
                mistakes.add_error(where, entry, error)
            if not _take_out(given, path, error.value, taken_out):
                return
        except Refused as error:
            mistakes.note(place, entry, str(error), "what the rules of the engine allow")
            return
        else:
            return


def _try_membership(
    engine: Any, plan: Plan, agent: str, queue: str, keys: dict[str, Any], mistakes: Mistakes
) -> None:
    row = plan.rows["agent"][[name for name, _ in plan.entries["agent"]].index(agent)]
    if queue not in engine._queue_index:
        allowed = one_of("queues", queue, engine._queue_index)
        mistakes.note(("agent", row, "queues", shown(queue)), f"agent.{agent}.queues", queue, allowed)
        return
    given = dict(keys)
    while True:
        try:
            engine.join(agent, queue, **given)
        except ConfigError as error:
            key = str(_path(error.field)[0])
            mistakes.add_error(("agent", row, "queues", queue, key), f"agent.{agent}.queues", error)
            if given.pop(key, None) is None:
                return
        except Refused as error:
            place = ("agent", row, "queues", queue)
            mistakes.note(place, f"agent.{agent}.queues", str(error), "what the rules of the engine allow")
            return
        else:
            return


def _path(field: str) -> Place:
    """`relax[1]` as ("relax", 1)."""
    return tuple(
        int(number) if number else word or quoted for word, number, quoted in _STEP.findall(field)
    ) or (field,)


def _true_field(path: Place, taken_out: dict[str, list[int]], field: str) -> str:
    """The field with the number that the element has in the file: wrong elements before it have been removed
    from the list."""
    if len(path) != 2 or not isinstance(path[1], int):
        return field
    number = path[1]
    for gone in sorted(taken_out.get(str(path[0]), ())):
        number += gone <= number
    return f"{path[0]}[{number}]"


def _take_out(given: dict[str, Any], path: Place, value: object, taken_out: dict[str, list[int]]) -> bool:
    """Takes the wrong value out: one element of a list or table where it is known, else all of the key. False
    where there is nothing to take out."""
    key = str(path[0])
    if key not in given:
        return False
    whole = given[key]
    if isinstance(whole, list) and len(path) == 2 and isinstance(path[1], int) and path[1] < len(whole):
        taken_out.setdefault(key, []).append(int(_true_field(path, taken_out, "")[len(key) + 1 : -1]))
        del whole[path[1]]
    elif isinstance(whole, list) and len(path) == 1 and value in whole:
        whole.remove(value)
    elif not (isinstance(whole, dict) and len(path) > 1 and _take_out_of(whole, path[-1])):
        del given[key]
    return True


def _take_out_of(table: dict[str, Any], key: str | int) -> bool:
    """Takes the key out of the table, or of the first table in it that has it."""
    if key in table:
        del table[str(key)]
        return True
    return any(_take_out_of(inner, key) for inner in table.values() if isinstance(inner, dict))
