"""`huntgroup version`"""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

import click


@click.command("version")
def command() -> None:
    """Print the version of huntgroup, Python and numpy."""
    import numpy as np

    try:
        own = version("huntgroup")
    except PackageNotFoundError:
        own = "not installed"
    click.echo(f"huntgroup {own} (Python {platform.python_version()}, numpy {np.__version__})")
