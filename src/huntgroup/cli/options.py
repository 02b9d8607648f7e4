"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

json_option: Callable[[Any], Any] = click.option(
    "--json", "as_json", is_flag=True, help="One JSON object instead of lines."
)
