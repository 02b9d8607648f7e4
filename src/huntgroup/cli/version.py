"""`huntgroup version`"""

from __future__ import annotations

import json
import platform
from importlib.metadata import PackageNotFoundError, version

import click


@click.command("version")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(as_json: bool) -> None:
    """Print the version of huntgroup, Python and numpy."""
    click.echo(json.dumps(versions()) if as_json else version_line())


def versions() -> dict[str, str]:
    """The versions of what answers."""
    import numpy as np

    try:
        own = version("huntgroup")
    except PackageNotFoundError:
        own = "not installed"
    return {"huntgroup": own, "python": platform.python_version(), "numpy": np.__version__}


def version_line() -> str:
    """The versions in one line, as `huntgroup version` and `huntgroup --version` print them."""
    found = versions()
    return f"huntgroup {found['huntgroup']} (Python {found['python']}, numpy {found['numpy']})"
