"""The settings of queues as the core keeps them. For use: `huntgroup.Engine.queue_settings`."""

from __future__ import annotations

from typing import Any

def read_numbers(engine: Any, q: int) -> dict[str, Any]: ...
