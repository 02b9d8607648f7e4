"""Several centres at one address: the first has no path prefix, each other one has its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple

from starlette.types import ASGIApp, Receive, Scope, Send

from huntgroup.engine.engine import Engine
from huntgroup.live.router import Router

Life = Callable[[Router], AbstractAsyncContextManager[object]]


class Beside(NamedTuple):
    """Another centre: `path` begins with a slash and ends without one; `life` is a context manager that
    drives a made-up centre."""

    path: str
    title: str
    engine: Engine
    life: Life | None = None


class Centres:
    """Hands a request to the centre whose prefix its path has. O(prefixes)."""

    def __init__(self, first: ASGIApp, others: Mapping[str, ASGIApp]) -> None:
        self._first, self._others = first, dict(others)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        for prefix, app in self._others.items():
            if path.startswith(prefix + "/"):
                inner = {**scope, "path": path[len(prefix) :], "state": {"prefix": prefix}}
                await app(inner, receive, send)
                return
        await self._first(scope, receive, send)
