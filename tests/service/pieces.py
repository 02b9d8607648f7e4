"""A transport of asyncio that sends nothing."""

from __future__ import annotations

import asyncio


class Pieces(asyncio.Transport):
    """Remembers what was sent in which pieces."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.sent.append(bytes(data))

    def close(self) -> None:
        self.closed = True
