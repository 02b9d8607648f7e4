"""Reads a centre from one TOML file: channels, skills, queues, groups, agents and the presence model.

model = "agent_modes"                     # a built-in name (the default), or a path beside this file
seed = 0
keep_finished = 100000
skills = ["spanish", "billing"]           # optional: skills exist from their first mention anyway
groups = ["emea", "apac"]                 # optional: where given, a queue's group must be one of them

[[channel]]                               # the arguments of add_channel; voice, chat and email exist already:
                                          # of them wrap_up and wrap_up_unanswered may be said
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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from huntgroup.errors import CentreError, ConfigError, Problem, Refused, RequirementError
from huntgroup.models.document import syntax_problem
from huntgroup.models.locate import Path as Place
from huntgroup.models.locate import key_lines
from huntgroup.settings import service_table
from huntgroup.settings.mistakes import Mistakes, one_of
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
        *("name", "skills", "capacity", "queues", "role", "team", "units", "devices", "signed_in"),
        *("status", "ready", "busy_selectable", "wrap_up", "user"),
    ),
}
MEMBERSHIP_KEYS = ("queue", "tier", "rank", "delay", "limit")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file says, entry by entry, as the arguments of the methods of an engine.

    `entries` maps "channel", "queue" and "agent" to (name, keyword arguments) in the order of the file;
    `memberships` holds (agent, queue, keyword arguments of `join`) for those that say more than the queue's
    name. `service` is the table of that name as it stands, for `huntgroup serve`. `source` and `text` are
    those of the file, "" where there is none; `rows` has, for each entry, its number in the document.
    """

    model: str
    seed: int
    keep_finished: int
    skills: list[str]
    entries: dict[str, list[tuple[str, dict[str, Any]]]]
    memberships: list[tuple[str, str, dict[str, Any]]]
    service: dict[str, Any] = field(default_factory=dict)
    source: str = ""
    text: str = field(default="", repr=False)
    rows: dict[str, list[int]] = field(default_factory=dict, repr=False)

    def named(self) -> dict[str, frozenset[str]]:
        """The names of its entries by "channel", "queue" and "agent": what `Engine.reconfigure` is given as
        `earlier`. O(entries)."""
        return {kind: frozenset(name for name, _ in rows) for kind, rows in self.entries.items()}

    def lines(self) -> dict[Place, int]:
        """The line of each key of the file. O(text)."""
        return key_lines(self.text)


def read(path: str | os.PathLike[str]) -> Plan:
    """The plan in the TOML file at this path. Raises CentreError with every mistake that shows without an
    engine, ConfigError for a file that cannot be read. O(file)."""
    mistakes = Mistakes()
    plan = read_all(path, mistakes)
    mistakes.raise_any(plan.source, {} if mistakes.empty else plan.lines())
    return plan


def read_all(path: str | os.PathLike[str], mistakes: Mistakes) -> Plan:
    """As `read`; mistakes are noted and left out of the plan. Raises CentreError for what is no TOML."""
    source = Path(path)
    text = _text(source)
    try:
        plain = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        problem = syntax_problem(text, error)
        raise CentreError(str(source), (Problem(problem.line, "file", *problem[2:]),)) from error
    return _plan(plain, source.parent, mistakes, str(source), text)


def plan_of(plain: Mapping[str, Any], folder: Path) -> Plan:
    """The plan in such tables; the model's file is looked for in the folder. Raises CentreError.
    O(entries)."""
    mistakes = Mistakes()
    plan = _plan(plain, folder, mistakes, "centre", "")
    mistakes.raise_any("centre", {})
    return plan


def _plan(plain: Mapping[str, Any], folder: Path, mistakes: Mistakes, source: str, text: str) -> Plan:
    _known_keys((), "", plain, TOP, mistakes)
    groups = _texts("groups", plain["groups"], mistakes) if "groups" in plain else None
    entries: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    rows: dict[str, list[int]] = {}
    for kind in KEYS:
        read = list(_entries(kind, plain.get(kind, []), mistakes))
        entries[kind] = [(name, keys) for _, name, keys in read]
        rows[kind] = [row for row, _, _ in read]
    queues = [name for name, _ in entries["queue"]]
    for row, (name, keys) in zip(rows["queue"], entries["queue"], strict=True):
        _check_group(row, name, keys, groups, mistakes)
        _check_overflow(row, name, keys, queues, mistakes)
    memberships: list[tuple[str, str, dict[str, Any]]] = []
    for row, (name, keys) in zip(rows["agent"], entries["agent"], strict=True):
        memberships += _read_memberships(row, name, keys, mistakes)
    service = plain.get("service", {})
    service_table.check(service, mistakes)
    return Plan(
        _model(folder, plain.get("model", "agent_modes"), mistakes),
        plain.get("seed", 0),
        plain.get("keep_finished", 100_000),
        _texts("skills", plain.get("skills", []), mistakes),
        entries,
        memberships,
        service if isinstance(service, dict) else {},
        source,
        text,
        rows,
    )


def of_entry(entry: str, error: ConfigError | Refused) -> ConfigError:
    """The same mistake, which names the entry of the file before its own field; a refusal becomes one."""
    if isinstance(error, RequirementError):
        return error.of(f"{entry}.{error.field}")
    if isinstance(error, ConfigError):
        return ConfigError(f"{entry}.{error.field}", error.value, error.allowed)
    return ConfigError(entry, str(error), "what the rules of the engine allow")


def _text(source: Path) -> str:
    try:
        with source.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        raise ConfigError("file", str(source), f"a file that can be read ({error})") from error
    if len(content) > MAX_FILE_BYTES:
        raise ConfigError("file", str(source), f"at most {MAX_FILE_BYTES} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError("file", str(source), f"TOML in UTF-8 ({error})") from error


def _model(folder: Path, value: Any, mistakes: Mistakes) -> str:
    """A built-in name as it is; a path beside the file, from wherever the program runs."""
    if not isinstance(value, str):
        mistakes.note(("model",), "model", value, "the name of a built-in model, or a path to a TOML file")
        return "agent_modes"
    return str(folder / value) if value.endswith(".toml") else value


def _entries(kind: str, tables: Any, mistakes: Mistakes) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """(number in the document, name, keys) of each entry that has a name."""
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        mistakes.note((kind,), kind, tables, f"tables, each under [[{kind}]]")
        return
    for row, table in enumerate(tables):
        name = table.get("name")
        if not isinstance(name, str):
            mistakes.note((kind, row, "name"), f"{kind}[{row}].name", name, "a name")
            continue
        _known_keys((kind, row), f"{kind}.{name}.", table, KEYS[kind], mistakes)
        yield row, name, {key: table[key] for key in table if key != "name" and key in KEYS[kind]}


def _check_group(
    row: int, queue: str, keys: dict[str, Any], groups: list[str] | None, mistakes: Mistakes
) -> None:
    group = keys.get("group")
    if groups is not None and group is not None and group not in groups:
        field = f"queue.{queue}.group"
        mistakes.note(("queue", row, "group"), field, group, one_of("groups", group, groups))


def _check_overflow(
    row: int, queue: str, keys: dict[str, Any], queues: list[str], mistakes: Mistakes
) -> None:
    """The target queue must be in the file, before or after this one: with a misspelt target no interaction
    could overflow. A value that is not a pair is reported by the check of the setting."""
    overflow = keys.get("overflow")
    if isinstance(overflow, list) and len(overflow) == 2 and overflow[1] not in queues:
        field = f"queue.{queue}.overflow"
        allowed = one_of("queues", overflow[1], queues)
        mistakes.note(("queue", row, "overflow"), field, overflow[1], allowed)


def _read_memberships(
    row: int, agent: str, keys: dict[str, Any], mistakes: Mistakes
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Leaves the plain names of queues among the agent's keys, and gives the memberships that say more."""
    field = f"agent.{agent}.queues"
    place = ("agent", row, "queues")
    queues = keys.pop("queues", [])
    if not isinstance(queues, list):
        mistakes.note(place, field, queues, "a list of queues")
        return
    names = []
    for number, entry in enumerate(queues):
        at = (*place, number)
        if isinstance(entry, str):
            names.append(entry)
            continue
        if not isinstance(entry, dict):
            mistakes.note(at, f"{field}[{number}]", entry, "the name of a queue, or a table with one")
            continue
        _known_keys(at, f"{field}.", entry, MEMBERSHIP_KEYS, mistakes)
        queue = entry.get("queue")
        if not isinstance(queue, str):
            mistakes.note((*at, "queue"), f"{field}.queue", queue, "the name of a queue")
            continue
        names.append(queue)
        more = {key: entry[key] for key in entry if key != "queue" and key in MEMBERSHIP_KEYS}
        yield agent, queue, more
    if names:
        keys["queues"] = names


def _texts(field: str, value: Any, mistakes: Mistakes) -> list[str]:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return value
    mistakes.note((field,), field, value, "a list of names")
    return []


def _known_keys(
    place: Place, prefix: str, table: Mapping[str, Any], allowed: tuple[str, ...], mistakes: Mistakes
) -> None:
    for key in table:
        if key not in allowed:
            mistakes.note((*place, key), f"{prefix}{key}", table[key], one_of("keys", key, allowed))
