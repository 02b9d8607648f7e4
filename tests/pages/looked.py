"""Shared by the tests of pages."""

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


def focused(page: Any) -> Any:
    return page.evaluate(
        "() => ({...document.activeElement.dataset, tag: document.activeElement.tagName,"
        " role: document.activeElement.getAttribute('role')})"
    )


def tab_to(page: Any, wanted: dict[str, str]) -> None:
    """Presses Tab until the focus is there."""
    for _ in range(60):
        here = focused(page)
        if all(here.get(name) == value for name, value in wanted.items()):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {wanted}")


def choose(page: Any, action: str, **more: str) -> None:
    """Presses Enter on the item of a menu that has just been opened."""
    page.wait_for_selector('[role="menuitem"]:focus')
    for _ in range(60):
        here = focused(page)
        if here["action"] == action and all(here.get(name) == value for name, value in more.items()):
            page.keyboard.press("Enter")
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"there is no {action} in the menu")
