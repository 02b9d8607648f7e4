"""A day with duty profiles: on duty, off duty, a call that rings out, and the closing of the service.

Run it: python examples/day_duty_profiles.py
"""

from __future__ import annotations

from narrate import MONDAY, Narrator

import huntgroup as hg

WEEKDAYS = dict.fromkeys(["mon", "tue", "wed", "thu", "fri"], ("09:00", "17:00"))


def day(engine: hg.Engine) -> None:
    """Play the day on an engine of the model `duty_profiles`; prints what happens."""
    engine.advance(MONDAY)
    engine.add_queue("claims", requires="spanish >= 3", hours=hg.Hours(WEEKDAYS, tz="Europe/Berlin"))
    engine.add_agent("ana", skills={"spanish": 4}, queues=["claims"], devices=["voice"])
    told = Narrator(engine)
    told.opens("08:50")

    with told.at("08:50", "a caller is early"):
        engine.enqueue("claims")
    with told.at("08:55", "Ana signs in"):
        engine.sign_in("ana")
    with told.at("09:05", "a caller comes while Ana is off duty"):
        first = engine.enqueue("claims")
    with told.at("09:06", "a colleague calls Ana's extension"):
        direct = engine.direct("ana", "voice")
        engine.accept(direct)
    with told.at("09:08", "they have talked"):
        engine.end(direct)
    with told.at("09:10", "Ana goes on duty"):
        engine.set_status("ana", "On Duty")
        told.notes(f"her indicator is {engine.agent('ana').colour}")
    with told.at("09:10", "Ana answers"):
        engine.accept(first)
    with told.at("09:20", "the call is over"):
        engine.end(first)

    with told.at("11:00", "Ana's messenger says: do not disturb"):
        engine.set_external_presence("ana", "do_not_disturb")
    with told.at("11:05", "a caller comes"):
        second = engine.enqueue("claims")
        told.notes(f"why not Ana? {', '.join(entry.rule for entry in engine.why_not('ana', second))}")
    with told.at("11:15", "the messenger says: available, but Ana is away from her desk"):
        engine.set_external_presence("ana", "available")
    with told.at("11:30", "Ana is back and selects her profile again"):
        engine.set_status("ana", "On Duty")
        engine.accept(second)
    with told.at("11:40", "the call is over"):
        engine.end(second)

    with told.at("16:55", "a caller comes, then another"):
        third = engine.enqueue("claims")
        engine.accept(third)
        fourth = engine.enqueue("claims")
    with told.at("17:02", "a caller comes too late"):
        engine.enqueue("claims")
    with told.at("17:05", "Ana's call is over: who came in time is still served"):
        engine.end(third)
        engine.accept(fourth)
    with told.at("17:15", "Ana's last call ends, she goes off duty and signs out"):
        engine.end(fourth)
        engine.set_status("ana", "Off Duty")
        engine.sign_out("ana")


if __name__ == "__main__":
    day(hg.Engine(model="duty_profiles"))
