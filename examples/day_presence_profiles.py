"""A day with presence profiles: the Ready toggle, a lunch that ends by itself, a desk, a transfer refused.

Run it: python examples/day_presence_profiles.py
"""

from __future__ import annotations

from narrate import MONDAY, Narrator

import huntgroup as hg


def model() -> hg.PresenceModel:
    """The built-in model and one profile more, which joins a group of queues."""
    built_in = hg.PresenceModel.load("presence_profiles")
    return built_in.with_status("Sales desk", like="Available", queue_group="trade")


def day(engine: hg.Engine) -> None:
    """Play the day on an engine of `model()`; prints it."""
    engine.advance(MONDAY)
    engine.add_queue("orders", group="trade", wrap_up=60)
    engine.add_queue("offers", group="trade")
    engine.add_queue("care")
    engine.add_queue("web", channel="chat")
    chats = {"voice": 1, "chat": 2}
    engine.add_agent("ben", capacity=chats, queues=["orders", "care", "web"], devices=["voice"])
    engine.add_agent("cora", devices=["voice"], signed_in=True)
    told = Narrator(engine)
    told.opens("08:55")

    with told.at("08:55", "Ben signs in"):
        engine.sign_in("ben")
    with told.at("09:00", "a caller comes: Ben is Available but Not Ready"):
        first = engine.enqueue("care")
    with told.at("09:01", "Ben is Ready, and answers"):
        engine.set_ready("ben", True)
        engine.accept(first)
    with told.at("09:05", "Ben asks Cora, and the three of them talk"):
        leg = engine.consult(first, "cora")
        assert leg is not None, "Cora is asked by a leg of its own"
        engine.accept(leg)
        engine.conference(first)
        told.notes(f"Ben's profile is still {engine.agent('ben').profile}")
    with told.at("09:12", "Ben hands the call to Cora, who ends it"):
        engine.transfer(first)
        engine.end(first)
    with told.at("10:00", "a chat comes, and Ben tries to give it to Cora, who has no chat"):
        chat = engine.enqueue("web")
        engine.accept(chat)
        engine.transfer(chat, agent="cora")
    with told.at("10:20", "Ben ends it himself"):
        engine.end(chat)

    with told.at("12:00", "Ben goes to lunch"):
        engine.set_status("ben", "Lunch")
    with told.at("12:10", "a caller comes, and a colleague writes to Ben directly"):
        second = engine.enqueue("care")
        note = engine.direct("ben", "chat")
        engine.accept(note)
        engine.end(note)
    with told.at("12:30", "lunch has ended by itself, and Ben answers"):
        engine.accept(second)
        engine.end(second)

    with told.at("14:00", "Ben moves to the sales desk; one caller for orders, one for care"):
        engine.set_status("ben", "Sales desk")
        third = engine.enqueue("orders")
        engine.enqueue("care")
        engine.accept(third)
    with told.at("14:15", "Ben's call ends, the wrap-up of this queue runs for a minute"):
        engine.end(third)
    with told.at("17:00", "Ben stops and logs off"):
        engine.set_ready("ben", False)
        engine.set_status("ben", "Logged Off")


if __name__ == "__main__":
    day(hg.Engine(model=model()))
