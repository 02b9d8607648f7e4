"""A morning of a small centre, recorded as it happens; then the same morning with shorter wrap-ups, and with
one agent more. Run it: python examples/what_if.py"""

from __future__ import annotations

import heapq
from random import Random
from typing import Any

import huntgroup as hg
from huntgroup.whatif import what_if

SECOND = 10**9
STATES = {"accept": ("Offered",), "end": ("Handling",), "abandon": ("Queued",)}


def centre() -> hg.Engine:
    """Four agents for two queues, on their places and ready."""
    engine = hg.Engine(model="agent_modes")
    engine.add_queue("sales", wrap_up=40, service_level=(20, 0.80))
    engine.add_queue("service", wrap_up=20, service_level=(60, 0.80))
    members = {"ann": ["sales"], "ben": ["sales", "service"], "cem": ["service"], "dot": ["sales", "service"]}
    for name, queues in members.items():
        engine.add_agent(name, queues=queues, devices=["voice"], signed_in=True, status="Ready")
    return engine


def morning(engine: hg.Engine, seconds: int = 7200) -> list[tuple[str, tuple[Any, ...], int]]:
    """Lets a morning happen; every command as (method, arguments, at), as your telephony would keep it."""
    random = Random(11)
    recorded: list[tuple[str, tuple[Any, ...], int]] = []
    agenda: list[tuple[int, str, int]] = []

    def do(method: str, args: tuple[Any, ...], at: int) -> Any:
        recorded.append((method, args, at))
        return getattr(engine, method)(*args, at=at)

    def listen() -> None:
        for event in engine.poll():
            if event.interaction is not None and event.kind in ("offered", "accepted"):
                talk = int(random.expovariate(1 / 150) * SECOND)
                after, what = (3 * SECOND, "accept") if event.kind == "offered" else (talk, "end")
                heapq.heappush(agenda, (event.at_ns + after, what, event.interaction))

    at = 0
    while (at := at + int(random.expovariate(1 / 55) * SECOND)) < seconds * SECOND:
        heapq.heappush(agenda, (at, "enqueue", 0))
    while agenda or engine.next_deadline is not None:
        deadline = engine.next_deadline
        if deadline is not None and (not agenda or deadline <= agenda[0][0]):
            engine.advance(deadline)
            listen()
            continue
        at, what, call = heapq.heappop(agenda)
        if what == "enqueue":
            call = do("enqueue", (random.choice(["sales", "service"]),), at)
            heapq.heappush(agenda, (at + int(random.expovariate(1 / 240) * SECOND), "abandon", call))
        elif engine.interaction(call).state in STATES[what]:
            do(what, (call,), at)
        listen()
    return recorded


def main() -> None:
    """Record, ask twice, print the answers."""
    recorded = morning(centre())
    print(f"recorded: {len(recorded):,} commands\n")
    shorter = what_if(centre(), recorded, {"sales": {"wrap_up": 10}, "service": {"wrap_up": 10}})
    print("With wrap-ups of 10 s\n" + str(shorter).split("\n\n")[0])

    def hire(engine: hg.Engine) -> None:
        both = ["sales", "service"]
        engine.add_agent("eve", queues=both, devices=["voice"], signed_in=True, status="Ready")

    print("\nWith one agent more\n" + str(what_if(centre(), recorded, hire)).split("\n\n")[0])


if __name__ == "__main__":
    main()
