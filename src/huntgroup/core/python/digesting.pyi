"""Feeds a hash with an engine's numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

def feed(engine: Any, update: Callable[[bytes], None], decided: bool = False) -> None: ...
