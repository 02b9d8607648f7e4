"""The state in which a journal was left, as rows; read again when somebody has written to it.

Nothing is written into its folder. While a process has it open, no other can read it; then give the address
of the service instead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from huntgroup.engine.engine import Engine
from huntgroup.errors import HuntgroupError, JournalLocked
from huntgroup.journal.reading import changed_at, copied
from huntgroup.tui.mirror import Mirror

EVERY_S = 1.0
"""Seconds between two checks whether the journal has changed."""


class _Left(Exception):
    """Ends the reading after the screen was closed."""


async def follow(mirror: Mirror, folder: Path, told: Callable[[], None]) -> None:
    """Keeps the mirror equal to the journal's state, until cancelled; calls `told` after each change. Reading
    costs O(bytes + records since the last snapshot), in a thread."""
    seen: Any = None
    going = True

    def tell(done: int, of: int) -> None:
        if not going:
            raise _Left
        mirror.progress = done / max(1, of)

    try:
        while True:
            there = changed_at(folder)
            if there != seen:
                seen = there
                mirror.progress = 0.0
                told()
                try:
                    mirror.take(await asyncio.to_thread(rows, folder, tell))
                    mirror.left_at_ns = mirror.now_ns
                    mirror.connection, mirror.error = "left", ""
                except JournalLocked as error:
                    seen = None  # it is tried again until it is free
                    mirror.connection, mirror.error = "lost", f"{error}: give its service's address"
                except (HuntgroupError, OSError) as error:
                    mirror.connection, mirror.error = "lost", str(error)
                mirror.progress = None
                told()
            await asyncio.sleep(EVERY_S)
    finally:
        going = False


def rows(folder: Path, tell: Callable[[int, int], None] | None = None) -> dict[str, Any]:
    """Every agent, every queue, and every interaction that an agent has, in the form of the service's rows.
    Raises what opening a journal raises. O(bytes + records since the last snapshot + agents)."""
    with copied(folder, tell) as store, Engine.open(store) as engine:
        agents = [engine.agent(row.agent) for row in engine.monitor()]
        calls = sorted({call for agent in agents for call in agent.interactions})
        return {
            "now_ns": engine.now_ns,
            "begin": True,
            "complete": True,
            "agents": [{**agent.to_dict(), "since": agent.since_ns} for agent in agents],
            "queues": [queue.to_dict() for queue in engine.queues()],
            "interactions": [engine.interaction(call).to_dict() for call in calls],
            "gone": {"agents": [], "queues": [], "interactions": []},
        }
