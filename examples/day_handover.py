"""An evening with an inbox: going home with open chats, work that is handed over, a queue that closes.

Run it: python examples/day_handover.py
"""

from __future__ import annotations

from typing import Any

from narrate import MONDAY, Narrator

import huntgroup as hg

OFFICE = hg.Hours({"mon": ("08:00", "18:00"), "tue": ("08:00", "18:00")}, tz="Europe/Berlin")


def day(engine: Any) -> None:
    """Play the evening on an engine of the model `agent_modes`; prints what happens."""
    engine.advance(MONDAY)
    engine.add_queue("chats", channel="chat", hours=OFFICE, offer_timeout=90, preferred_wait=120)
    engine.add_queue("mail", channel="email", hours=OFFICE, when_closed="accept")
    for name in ("ines", "omar"):
        engine.add_agent(name, capacity={"chat": 2, "email": 1}, queues=["chats", "mail"])
        engine.sign_in(name)
    engine.add_agent("sam", role="supervisor")
    told = Narrator(engine)
    told.opens("15:30")

    with told.at("15:45", "two chats for Ines; then the late shift begins: Omar"):
        engine.set_status("ines", "Ready")
        first, second = engine.enqueue("chats"), engine.enqueue("chats")
        engine.accept(first)
        engine.accept(second)
        engine.set_status("omar", "Ready")
    with told.at("16:00", "one of them is silent by now"):
        engine.park(second)
    with told.at("16:30", "Ines wants to go home, and still holds a chat"):
        engine.sign_out("ines")
    with told.at("16:30", "she gives it back to its queue, and goes: Omar has it"):
        engine.sign_out("ines", work="put_back")
        engine.accept(first)
    with told.at("16:40", "Sam hands the one she owns over, too"):
        engine.transfer(second, queue="chats")
        engine.accept(second)
    with told.at("17:50", "Omar has to leave as well; what he has is parked, and has an owner tomorrow"):
        engine.sign_out("omar", work="park", by="sam")
        told.notes(f"Omar owns {engine.agent('omar').parked}")
    with told.at("18:30", "a customer writes into the closed chat, another one sends a mail"):
        engine.enqueue("mail")
        engine.enqueue("chats")
    with told.at("18:40", "the report"):
        for queue in ("chats", "mail"):
            figures = engine.queue(queue).metrics()
            told.notes(
                f"{queue}: {figures['entered']} came in, {figures['answered']} were answered, "
                f"{figures['refused_closed']} found it closed, {engine.queue(queue).waiting} wait"
            )


if __name__ == "__main__":
    day(hg.Engine(model="agent_modes"))
