"""Which engine the commands drive: the compiled one, or the plain-Python reference to check it against."""

from __future__ import annotations

from typing import Any

import click

ENGINES = ("core", "reference")


def engine_class(name: str) -> Any:
    """The class for one of `ENGINES`. A missing core is one clear error."""
    if name == "reference":
        from huntgroup.testing.reference import ReferenceEngine

        return ReferenceEngine
    try:
        from huntgroup import Engine
    except ImportError as error:
        message = f"the compiled core cannot be imported ({error}); build and install the package"
        raise click.ClickException(message) from None
    return Engine
