"""Reads a centre from one TOML file: channels, skills, queues, groups, agents and the presence model.

model = "agent_modes"                     # a built-in name (the default), or a path beside this file
seed = 0
keep_finished = 100000
skills = ["spanish", "billing"]           # optional: skills exist from their first mention anyway
groups = ["emea", "apac"]                 # optional: where given, a queue's group must be one of them

[[channel]]                               # the arguments of add_channel; voice, chat and email exist already
name = "task"
capability = "email"

[[queue]]                                 # the arguments of add_queue
name = "sales"
requires = "spanish >= 3"
relax = [[30, "spanish >= 2"], [60, ""]]  # "" is anyone
overflow = [120, "backup"]
group = "emea"
[queue.hours]
tz = "Europe/Berlin"
weekly = { mon = ["09:00", "17:00"] }
exceptions = { "2026-12-25" = [] }

[[agent]]                                 # the arguments of add_agent
name = "alice"
skills = { spanish = 4 }
queues = ["sales", { queue = "backup", tier = 2, rank = 1, delay = 30, limit = 2 }]
devices = ["voice"]

[service]                                 # what `huntgroup serve` grants, see docs/SERVICE.md
rate = 100
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from huntgroup.errors import ConfigError, Refused, RequirementError
from huntgroup.settings.queues import DEFAULTS as QUEUE_DEFAULTS

MAX_FILE_BYTES = 256 * 1024 * 1024
TOP = ("model", "seed", "keep_finished", "skills", "groups", "channel", "queue", "agent", "service")
KEYS: Mapping[str, tuple[str, ...]] = {
    "channel": (
        *("name", "blocks", "needs_device", "units", "capability", "interruptible_by"),
        *("wrap_up", "wrap_up_unanswered"),
    ),
    "queue": ("name", *QUEUE_DEFAULTS),
    "agent": (
        *("name", "skills", "capacity", "queues", "role", "units", "devices", "signed_in", "status", "ready"),
        *("busy_selectable", "wrap_up", "user"),
    ),
}
MEMBERSHIP_KEYS = ("queue", "tier", "rank", "delay", "limit")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file says, entry by entry, as the arguments of the methods of an engine.

    `entries` maps "channel", "queue" and "agent" to (name, keyword arguments) in the order of the file;
    `memberships` holds (agent, queue, keyword arguments of `join`) for those that say more than the queue's
    name. `service` is the table of that name as it stands, for `huntgroup serve`.
    """

    model: str
    seed: int
    keep_finished: int
    skills: list[str]
    entries: dict[str, list[tuple[str, dict[str, Any]]]]
    memberships: list[tuple[str, str, dict[str, Any]]]
    service: dict[str, Any] = field(default_factory=dict)


def read(path: str | os.PathLike[str]) -> Plan:
    """The plan in the TOML file at this path. Raises ConfigError, whose field is the entry's dotted name.
    O(file)."""
    source = Path(path)
    return plan_of(_parsed(source), source.parent)


def plan_of(plain: Mapping[str, Any], folder: Path) -> Plan:
    """The plan in such tables; the model's file is looked for in the folder. Raises ConfigError.
    O(entries)."""
    _known_keys("", plain, TOP)
    groups = plain.get("groups")
    entries: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    memberships: list[tuple[str, str, dict[str, Any]]] = []
    for kind in KEYS:
        entries[kind] = list(_entries(kind, plain.get(kind, [])))
    queues = [name for name, _ in entries["queue"]]
    for name, keys in entries["queue"]:
        _check_group(name, keys.get("group"), groups)
        _check_overflow(name, keys.get("overflow"), queues)
    for name, keys in entries["agent"]:
        memberships += _read_memberships(name, keys)
    return Plan(
        _model(folder, plain.get("model", "agent_modes")),
        plain.get("seed", 0),
        plain.get("keep_finished", 100_000),
        _texts("skills", plain.get("skills", [])),
        entries,
        memberships,
        _service(plain.get("service", {})),
    )


@contextmanager
def named(entry: str) -> Iterator[None]:
    """Inside, a ConfigError names the entry of the file before its own field; a refusal becomes one."""
    prefix = f"{entry}." if entry else ""
    try:
        yield
    except RequirementError as error:
        raise error.of(f"{prefix}{error.field}") from error
    except ConfigError as error:
        if not prefix:
            raise
        raise ConfigError(f"{prefix}{error.field}", error.value, error.allowed) from error
    except Refused as error:
        raise ConfigError(entry or "file", str(error), "what the rules of the engine allow") from error


def _parsed(source: Path) -> dict[str, Any]:
    try:
        with source.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        raise ConfigError("file", str(source), f"a file that can be read ({error})") from error
    if len(content) > MAX_FILE_BYTES:
        raise ConfigError("file", str(source), f"at most {MAX_FILE_BYTES} bytes")
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ConfigError("file", str(source), f"TOML in UTF-8 ({error})") from error


def _model(folder: Path, value: Any) -> str:
    """A built-in name as it is; a path beside the file, from wherever the program runs."""
    if not isinstance(value, str):
        raise ConfigError("model", value, "the name of a built-in model, or a path to a TOML file")
    return str(folder / value) if value.endswith(".toml") else value


def _entries(kind: str, tables: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ConfigError(kind, tables, f"tables, each under [[{kind}]]")
    for place, table in enumerate(tables):
        name = table.get("name")
        if not isinstance(name, str):
            raise ConfigError(f"{kind}[{place}].name", name, "a name")
        _known_keys(f"{kind}.{name}.", table, KEYS[kind])
        yield name, {key: value for key, value in table.items() if key != "name"}


def _service(table: Any) -> dict[str, Any]:
    if not isinstance(table, dict):
        raise ConfigError("service", table, "a table of settings of huntgroup serve")
    return table


def _check_group(queue: str, group: Any, groups: Any) -> None:
    if groups is not None and group is not None and group not in _texts("groups", groups):
        raise ConfigError(f"queue.{queue}.group", group, "one of the groups " + ", ".join(groups))


def _check_overflow(queue: str, overflow: Any, queues: list[str]) -> None:
    """The target must be in the file, before or after: what is misspelt here would refuse every call. What is
    no pair at all is for the check of the setting to say."""
    if not isinstance(overflow, list) or len(overflow) != 2 or overflow[1] in queues:
        return
    raise ConfigError(f"queue.{queue}.overflow", overflow[1], "one of the queues " + ", ".join(queues))


def _read_memberships(agent: str, keys: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Leaves the plain names of queues among the agent's keys, and gives the memberships that say more."""
    field = f"agent.{agent}.queues"
    queues = keys.get("queues", [])
    if not isinstance(queues, list):
        raise ConfigError(field, queues, "a list of queues")
    for entry in queues:
        if not isinstance(entry, dict):
            continue
        _known_keys(f"{field}.", entry, MEMBERSHIP_KEYS)
        if not isinstance(entry.get("queue"), str):
            raise ConfigError(f"{field}.queue", entry.get("queue"), "the name of a queue")
        yield agent, entry["queue"], {key: value for key, value in entry.items() if key != "queue"}
    if "queues" in keys:
        keys["queues"] = [entry["queue"] if isinstance(entry, dict) else entry for entry in queues]


def _texts(field: str, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ConfigError(field, value, "a list of names")
    return value


def _known_keys(prefix: str, table: Mapping[str, Any], allowed: tuple[str, ...]) -> None:
    for key in table:
        if key not in allowed:
            raise ConfigError(f"{prefix}{key}", table[key], "one of the keys " + ", ".join(allowed))
