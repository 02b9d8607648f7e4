"""A program with threads around an engine: each line of a telephone system is a thread that commands, a
callback rings the agents. Run it: python examples/threads.py"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import huntgroup as hg
from huntgroup.live.threads import ThreadRouter

LINES, CALLS = 4, 5


def centre() -> hg.Engine:
    """Three agents for one queue."""
    engine = hg.Engine(clock=time.time_ns)
    engine.add_queue("sales", offer_timeout=5)
    for name in ("ann", "ben", "cem"):
        engine.add_agent(name, queues=["sales"], devices=["voice"], signed_in=True, status="Ready")
    return engine


def line(router: ThreadRouter, number: int) -> None:
    """One line: its calls come one after the other. Any thread may command."""
    client = router.session(f"line-{number}")
    for call in range(1, CALLS + 1):
        # The number of the request makes it safe to ask again when an answer was lost.
        first = client.enqueue("sales", ref=f"{number}/{call}", request=call)
        again = client.enqueue("sales", ref=f"{number}/{call}", request=call)
        assert first == again


def ring(router: ThreadRouter, event: hg.Event | hg.Lagged) -> None:
    """Called with each event, on a thread of its own."""
    if isinstance(event, hg.Lagged):
        return  # events were dropped: read the state anew, and go on
    if event.kind == "offered":
        router.accept(event.interaction, offer=event.offer)
    elif event.kind == "accepted":
        router.end(event.interaction)


def main() -> None:
    """Runs until every call is over."""
    with hg.live_thread(centre()) as router:
        ended = router.events(kinds=["completed"])
        router.subscribe(partial(ring, router), kinds=["offered", "accepted"])
        with ThreadPoolExecutor(LINES) as lines:
            list(lines.map(partial(line, router), range(LINES)))
        for _ in range(LINES * CALLS):
            next(ended)
        figures = router.read(lambda engine: engine.queue("sales").metrics())
    print(f"{figures['entered']} calls over {LINES} lines, {figures['answered']} answered")


if __name__ == "__main__":
    main()
