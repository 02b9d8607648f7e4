"""Which engine the commands drive: the compiled one, unless another class with its API is named."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from huntgroup.errors import ConfigError

engine_option = click.option(
    "--engine",
    "engine",
    metavar="MODULE:CLASS",
    default="huntgroup:Engine",
    show_default=True,
    help="Another class with the API of huntgroup.Engine.",
)


def engine_class(name: str) -> Any:
    """The class of this MODULE:CLASS. Raises `ConfigError` where it cannot be imported."""
    module, _, attribute = name.partition(":")
    try:
        return getattr(import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigError("engine", name, f"MODULE:CLASS that can be imported ({error})") from None
