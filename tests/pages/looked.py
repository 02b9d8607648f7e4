"""What the tests of pages share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
Opens = Callable[..., Any]
"""Opens a page of a service, as somebody: `opens(served, path, who)`."""


def connected(page: Any) -> None:
    """Waits until a page is up to date."""
    page.wait_for_selector('[data-field="connection"][data-value="connected"]')
