"""Which engine the commands drive: the compiled one, unless another class with its API is named."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from huntgroup.errors import ConfigError

engine_option: Callable[[Any], Any] = click.option(
    "--engine",
    "engine",
    metavar="MODULE:CLASS",
    default="huntgroup:Engine",
    show_default=True,
    help="Another class with the API of huntgroup.Engine.",
)

# The methods that every command needs. If the class lacks another one, the command that calls it fails then.
_NEEDED = ("add_agent", "enqueue", "advance", "poll")


def engine_class(name: str) -> Any:
    """The class of this MODULE:CLASS. Raises `ConfigError` where it cannot be imported."""
    module, _, attribute = name.partition(":")
    try:
        found = getattr(import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigError("engine", name, f"MODULE:CLASS that can be imported ({error})") from None
    lacking = [member for member in _NEEDED if not hasattr(found, member)]
    if not isinstance(found, type) or lacking:
        what = "no class" if not isinstance(found, type) else f"a class without {', '.join(lacking)}"
        raise ConfigError("engine", name, f"a class with the API of huntgroup.Engine; it is {what}")
    return found


def described(engine: Any, journal: Path | None) -> str:
    """The line that describes an engine at its start: its model, the number of agents and queues, and its
    journal."""
    text = (
        f"model {engine.model.name}, {len(engine._agent_index)} agents, {len(engine._queue_index)} queues, "
    )
    found = engine.recovery
    if found is None:
        return text + "journal: none, what happens is lost with the process"
    played = f"{found.commands} commands in {found.groups} groups, {found.seconds:.3f} s"
    where = "" if found.snapshot is None else f", from the snapshot before record {found.snapshot}"
    dropped = "".join(f"; dropped: {reason}" for reason in found.reasons)
    return f"{text}journal: {journal} ({played}{where}{dropped})"
