"""A day with agent modes: a break that waits for the call to end, a missed call, and outgoing work.

Run it: python examples/day_agent_modes.py
"""

from __future__ import annotations

from narrate import MONDAY, Narrator

import huntgroup as hg


def availability(engine: hg.Engine, agent: str) -> str:
    return next(row.availability for row in engine.monitor() if row.agent == agent)


def day(engine: hg.Engine) -> None:
    """Play the day on an engine of the model `agent_modes`; prints what happens."""
    engine.advance(MONDAY)
    engine.add_queue("calls", wrap_up=60)
    engine.add_agent("gil", queues=["calls"], devices=["voice"])
    engine.add_agent("hana", devices=["voice"], signed_in=True, status="Ready")
    told = Narrator(engine)
    told.opens("08:55")

    with told.at("08:55", "Gil signs in and is Ready"):
        engine.sign_in("gil")
        engine.set_status("gil", "Ready")
    with told.at("09:10", "a call, and Gil answers"):
        first = engine.enqueue("calls")
        engine.accept(first)
    with told.at("09:12", "Gil holds it to look something up"):
        engine.hold(first)
        told.notes(f"#{first} is {engine.interaction(first).state}")
    with told.at("09:14", "he goes back to it and asks Hana"):
        engine.retrieve(first)
        leg = engine.consult(first, "hana")
        assert leg is not None, "Hana is asked by a leg of its own"
        engine.accept(leg)
    with told.at("09:16", "that is enough"):
        engine.end_consult(first)
    with told.at("09:20", "Gil chooses Break during the call; somebody else waits already"):
        second = engine.enqueue("calls")
        engine.set_status("gil", "Break")
        told.notes(f"the supervisor's monitor: {availability(engine, 'gil')}")
    with told.at("09:25", "the call ends, its wrap-up runs"):
        engine.end(first)
    with told.at("09:40", "the break had begun with the end of the wrap-up; now Gil is Ready again"):
        engine.set_status("gil", "Ready")
        engine.accept(second)
    with told.at("09:41", "Break, and a change of mind"):
        engine.set_status("gil", "Break")
        engine.set_status("gil", "Ready")
    with told.at("09:50", "the call ends"):
        engine.end(second)

    with told.at("11:00", "a call that nobody picks up"):
        missed = engine.enqueue("calls")
    with told.at("11:05", "Gil is back"):
        engine.set_status("gil", "Ready")
        engine.accept(missed)
        engine.end(missed)

    with told.at("14:00", "outgoing work: queued calls stay away"):
        engine.set_status("gil", "Handling - Outgoing Interactions")
        outgoing = engine.dial("gil", "voice", queue="calls")
    with told.at("14:01", "the customer picks up, and Gil cannot hold what he has ended"):
        engine.answered(outgoing)
        engine.end(outgoing)
        engine.hold(outgoing)
    with told.at("17:00", "home"):
        engine.set_status("gil", "Offline")
        engine.sign_out("gil")


if __name__ == "__main__":
    day(hg.Engine(model="agent_modes"))
