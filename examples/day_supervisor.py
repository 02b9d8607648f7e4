"""A supervisor's hour: raising, moving, assigning, forcing a status; and an audit of it from events alone.

Run it: python examples/day_supervisor.py
"""

from __future__ import annotations

from typing import Any

from audit import audit
from narrate import MONDAY, ZONE, Narrator

import huntgroup as hg

ROOT = hg.Actor("root", "administrator")


def day(engine: Any) -> None:
    """Play the hour on an engine of the model `agent_modes`; prints what happens, then the audit."""
    engine.advance(MONDAY)
    engine.add_queue("sales", offer_timeout=30, wrap_up=0, by=ROOT)
    engine.add_queue("care", offer_timeout=30, wrap_up=0, by=ROOT)
    engine.add_agent(
        "anna", skills={"spanish": 5}, queues=["sales"], team="north", devices=["voice"], by=ROOT
    )
    engine.add_agent("ben", queues=["sales", "care"], team="north", devices=["voice"], by=ROOT)
    engine.add_agent("cleo", queues=["care"], team="south", devices=["voice"], by=ROOT)
    engine.add_agent("sam", role="supervisor", team="north", by=ROOT)
    for name in ("anna", "ben"):
        engine.sign_in(name, by=name)
    told = Narrator(engine)
    told.opens("10:00")

    with told.at("10:00", "Anna talks; Ben has forgotten to come back from his break"):
        engine.set_status("anna", "Ready", by="anna")
        engine.set_status("ben", "Break", by="ben")
        talk = engine.enqueue("sales", ref="A-1")
        engine.accept(talk)
    with told.at("10:02", "three callers wait"):
        first = engine.enqueue("sales", ref="B-2")
        second = engine.enqueue("sales", ref="C-3")
        third = engine.enqueue("sales", ref="D-4")
    with told.at("10:03", "the third is a customer whom Sam promised to call back: raised"):
        engine.update_interaction(third, priority=5, by="sam")
        told.notes(f"now wait, in this order: {[view.ref for view in engine.waiting('sales')]}")
    with told.at("10:04", "the second only asks for an address: to care with it"):
        engine.move(second, "care", by="sam")
    with told.at("10:05", "and Ben is wanted"):
        engine.set_status("ben", "Ready", by="sam")
        engine.accept(third)
    with told.at("10:06", "Cleo is of another team: Sam may not command her"):
        engine.set_status("cleo", "Ready", by="sam")
    with told.at(
        "10:07", "Anna is free; Sam gives her the caller who has waited longest, whatever the order"
    ):
        engine.end(talk, by="anna")
        engine.reject(first)
        engine.assign(first, "anna", by="sam")
        engine.accept(first)
    with told.at("10:09", "Spanish is asked for in care as well, so Anna joins it, last of all"):
        engine.join("anna", "care", tier=2, by="sam")
        engine.set_skill("anna", "spanish", 7, by="sam")
    with told.at("10:10", "both are done, and Ben takes the one who asked for an address"):
        engine.end(third, by="ben")
        engine.accept(second)
        engine.end(first, by="anna")
    with told.at("10:15", "root makes wrap-up a rule of care"):
        engine.update_queue("care", wrap_up=30, by=ROOT)
        engine.end(second, reason="address told", by="ben")

    print()
    print("Who did what, from the events alone:")
    for line in audit(told.events, ZONE):
        print(line)


if __name__ == "__main__":
    day(hg.Engine(model="agent_modes"))
