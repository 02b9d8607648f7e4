"""`huntgroup version`"""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

import click


@click.command("version")
def command() -> None:
    """Print the version of huntgroup, Python and numpy."""
    click.echo(version_line())


def version_line() -> str:
    """The versions in one line, as `huntgroup version` and `huntgroup --version` print them."""
    import numpy as np

    try:
        own = version("huntgroup")
    except PackageNotFoundError:
        own = "not installed"
    return f"huntgroup {own} (Python {platform.python_version()}, numpy {np.__version__})"
