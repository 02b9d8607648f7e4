"""The latest rows in dictionaries, and the connection to a service, which reconnects by itself."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus, WebSocketException

FIRST_PAUSE, LONGEST_PAUSE = 0.3, 5.0


class Mirror:
    """The latest row of every agent and queue. `connection` is connecting, connected, lost, or left: as a
    journal was left, at `left_at_ns`, where time stands still. `error` says why it cannot be, `progress` how
    much of a journal was read, from 0 to 1, while it is."""

    def __init__(self) -> None:
        self.agents: dict[str, dict[str, Any]] = {}
        self.queues: dict[str, dict[str, Any]] = {}
        self.interactions: dict[int, dict[str, Any]] = {}
        self.connection: str = "connecting"
        self.error: str = ""
        self.left_at_ns: int | None = None
        self.progress: float | None = None
        self._now = (time.time_ns(), time.monotonic_ns())

    @property
    def now_ns(self) -> int:
        """The present time of the source of the rows."""
        if self.left_at_ns is not None:
            return self.left_at_ns
        return self._now[0] + time.monotonic_ns() - self._now[1]

    def take(self, rows: dict[str, Any]) -> None:
        """Takes a message of rows in. O(rows)."""
        self._now = (rows["now_ns"], time.monotonic_ns())
        self.left_at_ns = None
        if rows.get("begin"):
            self.agents, self.queues, self.interactions = {}, {}, {}
        self.agents.update((row["name"], row) for row in rows["agents"])
        self.queues.update((row["name"], row) for row in rows["queues"])
        self.interactions.update((row["id"], row) for row in rows["interactions"])
        gone = rows["gone"]
        for kept, over in (
            (self.agents, gone["agents"]),
            (self.queues, gone["queues"]),
            (self.interactions, gone["interactions"]),
        ):
            for key in over:
                kept.pop(key, None)
        if rows.get("complete"):
            self.connection, self.error = "connected", ""

    async def follow(self, address: str, token: str | None, told: Callable[[], None]) -> None:
        """Follows a service until cancelled; calls `told` after each change."""
        parts = urlsplit(address)
        scheme = "wss" if parts.scheme == "https" else "ws"
        url = f"{scheme}://{parts.netloc}{parts.path.rstrip('/')}/v1/stream?rows=true"
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        pause = FIRST_PAUSE
        while True:
            try:
                socket = await connect(url, additional_headers=headers, max_size=None, proxy=None)
                pause = FIRST_PAUSE
                try:
                    async for message in socket:
                        rows = json.loads(message).get("rows")
                        if rows is not None:
                            self.take(rows)
                            told()
                finally:
                    # Close at once: do not wait for the closing handshake of a service that may be slow.
                    socket.transport.abort()
                self.error = ""
            except InvalidStatus as error:
                answered = error.response.status_code
                self.error = "the token is not valid" if answered in (401, 403) else f"it answers {answered}"
            except (OSError, WebSocketException) as error:
                self.error = str(error)
            self.connection = "lost"
            told()
            await asyncio.sleep(pause)
            pause = min(pause * 1.6, LONGEST_PAUSE)
