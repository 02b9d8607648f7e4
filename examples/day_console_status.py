"""A day at the console: statuses that work sets by itself, Stop New, and doors that are locked.

Run it: python examples/day_console_status.py
"""

from __future__ import annotations

from narrate import MONDAY, Narrator

import huntgroup as hg


def day(engine: hg.Engine) -> None:
    """Play the day on an engine of the model `console_status`; prints what happens."""
    engine.advance(MONDAY)
    engine.add_queue("calls", wrap_up=120)
    engine.add_queue("chats", channel="chat", wrap_up=60)
    engine.add_agent("dan", capacity={"voice": 1, "chat": 2}, queues=["calls", "chats"], devices=["voice"])
    told = Narrator(engine)
    told.opens("08:55")

    with told.at("08:55", "Dan signs in and goes Available"):
        engine.sign_in("dan")
        engine.set_status("dan", "Available")
    with told.at("09:10", "a call"):
        call = engine.enqueue("calls")
        engine.accept(call)
    with told.at("09:12", "Dan would like a break"):
        engine.set_status("dan", "On Break")
    with told.at("09:20", "the call ends; its wrap-up cannot be cut short"):
        engine.end(call)
        engine.finish_wrap_up(call)

    with told.at("10:00", "a chat, and another, and a third one that does not fit"):
        chats = [engine.enqueue("chats") for _ in range(3)]
        for chat in chats[:2]:
            engine.accept(chat)
    with told.at("10:05", "Dan stops new ones and finishes those he has"):
        engine.stop_new("dan")
    with told.at("10:10", "the first chat ends: nothing new comes"):
        engine.end(chats[0])
    with told.at("10:15", "Dan resumes"):
        engine.resume_new("dan")
        engine.accept(chats[2])
    with told.at("10:30", "both chats end"):
        engine.end(chats[1])
        engine.end(chats[2])

    with told.at("12:00", "a call comes that Dan does not take"):
        unwanted = engine.enqueue("calls")
        engine.reject(unwanted)
    with told.at("12:05", "on break, nothing works"):
        engine.dial("dan", "voice")
    with told.at("12:30", "Dan works offline: dialling works, calls do not come"):
        engine.set_status("dan", "Working Offline")
        engine.answered(engine.dial("dan", "voice"))
    with told.at("12:40", "that call ends"):
        engine.end(engine.agent("dan").interactions[0])
    with told.at("12:45", "Available again: the caller still waits"):
        engine.set_status("dan", "Available")
        engine.accept(unwanted)
    with told.at("13:00", "the call ends"):
        engine.end(unwanted)

    with told.at("17:00", "Dan wants to log out"):
        engine.sign_out("dan")
    with told.at("17:00", "the way out goes through Working Offline"):
        engine.set_status("dan", "Working Offline")
        engine.sign_out("dan")


if __name__ == "__main__":
    day(hg.Engine(model="console_status"))
