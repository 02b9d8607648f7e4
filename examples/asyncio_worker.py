"""An asyncio program around an engine: customers arrive, a telephony system rings whom the engine chose,
agents answer, and the clock runs by itself. Everything is shortened to tenths of a second.

Run it: python examples/asyncio_worker.py
"""

from __future__ import annotations

import asyncio
import time

import huntgroup as hg
from huntgroup.live.router import Router, Subscription


def centre() -> hg.Engine:
    """Two agents for one queue; a call that nobody answers goes on after two tenths of a second."""
    engine = hg.Engine(clock=time.time_ns)
    engine.add_queue("sales", offer_timeout=0.2, ask_again_after=1, wrap_up=0.1)
    for name in ("ann", "ben"):
        engine.add_agent(name, queues=["sales"], devices=["voice"], signed_in=True, status="Ready")
    return engine


async def customers(router: Router) -> list[int]:
    """Three of them. `ref` is the number that the telephony system has for the call."""
    calls = []
    for leg in ("leg-1", "leg-2", "leg-3"):
        calls.append(await router.enqueue("sales", ref=leg))
        await asyncio.sleep(0.05)
    return calls


async def telephony(router: Router, offers: Subscription) -> None:
    """Rings each agent who is offered something. Ann never answers the first time."""
    missed = False
    async for offer in offers:
        if offer.agent == "ann" and not missed:
            missed = True
            continue
        try:
            await router.accept(offer.interaction, offer=offer.offer)
        except hg.StaleOffer:
            continue  # the caller hung up, or the time ran out, while the telephone rang
        await asyncio.sleep(0.1)
        await router.end(offer.interaction, reason="solved")


async def main() -> None:
    """Runs until the three calls are over."""
    async with hg.live(centre()) as router:
        offers, ends = router.events(kinds=["offered"]), router.events(kinds=["expired", "completed"])
        phones = asyncio.create_task(telephony(router, offers))
        calls = await customers(router)
        done = 0
        async for event in ends:
            print(f"{event.kind}: call {event.interaction}, {event.agent}")
            done += event.kind == "completed"
            if done == len(calls):
                break
        figures = await router.read(lambda engine: engine.queue("sales").metrics())
        print(f"answered {figures['answered']} of {figures['entered']}")
        phones.cancel()


if __name__ == "__main__":
    asyncio.run(main())
