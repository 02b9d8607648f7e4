"""The router: drives an engine's clock, takes commands from many callers, and publishes events to many
subscribers.

`live` is for asyncio, `live_thread` for programs without it. Nothing is needed but the standard library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from huntgroup.engine.engine import Engine
    from huntgroup.live.router import Router
    from huntgroup.live.threads import ThreadRouter


def live(engine: Engine, inbox: int = 10_000, *, keep_events: int = 1_000_000) -> Router:
    """A router for asyncio, to be used as `async with hg.live(engine) as router:`.

    `engine` has a `clock=`; `inbox` is how many commands may wait, `keep_events` how many of the latest
    events subscribers can still read. The engine stays open when the router closes. Raises ConfigError.
    """
    # Imported here, so that programs that do not use it need not wait for asyncio.
    from huntgroup.live.router import Router

    return Router(engine, inbox, keep_events)


def live_thread(engine: Engine, inbox: int = 10_000, *, keep_events: int = 1_000_000) -> ThreadRouter:
    """A router with a thread of its own, to be used as `with hg.live_thread(engine) as router:` and from any
    thread. The arguments are those of `live`. Raises ConfigError."""
    from huntgroup.live.threads import ThreadRouter

    return ThreadRouter(engine, inbox, keep_events)
