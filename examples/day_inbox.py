"""A morning with an inbox: mails that came in at night, chats and mails that are parked and resumed.

Run it: python examples/day_inbox.py
"""

from __future__ import annotations

from typing import Any

from narrate import MONDAY, Narrator

import huntgroup as hg

OFFICE = hg.Hours({"mon": ("08:00", "18:00"), "tue": ("08:00", "18:00")}, tz="Europe/Berlin")


def day(engine: Any) -> None:
    """Play the morning on an engine of the model `agent_modes`; prints what happens."""
    engine.advance(MONDAY)
    engine.add_queue("chats", channel="chat", hours=OFFICE, offer_timeout=90, preferred_wait=120)
    engine.add_queue(
        "mail", channel="email", hours=OFFICE, offer_timeout=120, when_closed="accept", wrap_up=60
    )
    engine.add_agent("ines", capacity={"chat": 2, "email": 1}, queues=["chats", "mail"])
    told = Narrator(engine)
    told.opens("06:00")

    with told.at("06:30", "a mail comes in before anybody is there; a chat is not taken at this hour"):
        mail = engine.enqueue("mail", ref="order 4711")
        engine.enqueue("chats")
    with told.at("07:55", "Ines is early"):
        engine.sign_in("ines")
        engine.set_status("ines", "Ready")
        told.notes(f"the mail keeps her waiting: {engine.why_not('ines', mail)[0].rule}")
    with told.at("08:01", "the doors are open, and she reads it"):
        engine.accept(mail)
    with told.at("08:15", "she asks the customer for a photo, and parks the mail until it comes"):
        engine.park(mail)

    with told.at("08:30", "two chats, which is as many as she holds"):
        first, second = engine.enqueue("chats"), engine.enqueue("chats")
        engine.accept(first)
        engine.accept(second)
    with told.at("08:50", "one customer is silent; parked, that chat keeps nobody from the next one"):
        engine.park(first)
        third = engine.enqueue("chats")
        engine.accept(third)
        told.notes(f"Ines has {engine.agent('ines').interactions}, and owns {engine.agent('ines').parked}")
    with told.at("09:05", "the silent customer is back: Ines has no hand free, so the chat waits for her"):
        engine.resume(first)
    with told.at("09:06", "another one ends"):
        engine.end(second, reason="solved")
        engine.accept(first)
    with told.at("09:30", "the photo has come: Ines can go on with the mail at once"):
        engine.resume(engine.find("order 4711")[0])
    with told.at("09:45", "it is answered; what she has to write down takes longer than planned"):
        engine.end(mail, reason="solved")
        engine.extend_wrap_up(mail, 240)
    with told.at("10:00", "both chats end"):
        engine.end(first, reason="solved")
        engine.end(third, reason="the customer left")


if __name__ == "__main__":
    day(hg.Engine(model="agent_modes"))
