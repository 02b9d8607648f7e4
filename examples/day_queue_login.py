"""A day with queue logins: a device, a queue left alone, one single call, and a supervisor.

Run it: python examples/day_queue_login.py
"""

from __future__ import annotations

from narrate import MONDAY, Narrator

import huntgroup as hg


def day(engine: hg.Engine) -> None:
    """Play the day on an engine of the model `queue_login`; prints what happens."""
    engine.advance(MONDAY)
    engine.add_queue("sales")
    engine.add_queue("care")
    engine.add_agent("carl", queues=["sales", "care"])
    engine.add_agent("sam", role="supervisor")
    told = Narrator(engine)
    told.opens("08:55")

    with told.at("08:55", "Carl wants to be Online, but no phone of his is registered"):
        engine.set_status("carl", "Online")
    with told.at("08:58", "his desk phone is up; nobody has to sign in to the portal for that"):
        engine.connect("carl", "voice")
        engine.set_status("carl", "Online")
    with told.at("09:00", "Carl takes no sales calls today"):
        engine.queue_logout("carl", "sales")
    with told.at("09:10", "one caller for sales, one for care"):
        sales = engine.enqueue("sales")
        care = engine.enqueue("care")
    with told.at("09:10", "Carl answers"):
        engine.accept(care)
        told.notes(f"he is {engine.agent('carl').colour}, reported as {engine.agent('carl').reported_as}")
    with told.at("09:20", "the call ends"):
        engine.end(care)

    with told.at("09:30", "Sam, the supervisor, needs him in sales: two logins, one save"):
        engine.set_queue_logins("carl", {"sales": True, "care": False}, by="sam")
        engine.accept(sales)
    with told.at("09:45", "the call ends"):
        engine.end(sales)

    with told.at("12:00", "lunch"):
        engine.set_status("carl", "Lunch")
        told.notes(f"reported as {engine.agent('carl').reported_as}")
    with told.at("12:10", "a friend calls the extension, and Carl answers"):
        friend = engine.direct("carl", "voice")
        engine.accept(friend)
        engine.end(friend)
    with told.at("12:40", "Sam may bring him Online, but may not send him to a meeting"):
        engine.set_status("carl", "Online", by="sam")
        engine.set_status("carl", "Meeting", by="sam")

    with told.at("16:30", "one more call, then home"):
        engine.set_status("carl", "Single Call")
    with told.at("16:35", "two callers for sales"):
        last = engine.enqueue("sales")
        engine.enqueue("sales")
    with told.at("16:35", "Carl answers the first one: On a Call while it lasts, Offline from then on"):
        engine.accept(last)
    with told.at("16:50", "his call ends, the other caller waits for somebody else"):
        engine.end(last)
        engine.set_status("carl", "End Shift")
    with told.at("17:00", "the report, from midnight on"):
        for status, seconds in sorted(engine.agent("carl").time_in_status().items()):
            if seconds >= 60:
                told.notes(f"{status}: {round(seconds / 60)} minutes")


if __name__ == "__main__":
    day(hg.Engine(model="queue_login"))
