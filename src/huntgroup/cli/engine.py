"""Which engine the commands drive: the compiled one, unless another class with its API is named."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
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

# What every command asks of an engine; what else it lacks is told when it is asked for.
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
