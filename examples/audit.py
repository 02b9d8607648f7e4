"""Who did what, and what was so before: an audit from the events of an engine and nothing else.

Run it: python examples/audit.py
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, tzinfo
from typing import Any

import huntgroup as hg
from huntgroup.mirror import Mirror


def audit(events: Iterable[Any], zone: tzinfo = UTC) -> Iterator[str]:
    """One line for each thing that somebody did, with what was so before. Reads nothing but events, which
    may come from a file or from another machine. O(events)."""
    mirror = Mirror()
    for event in events:
        what = None if event.by is None else described(event, mirror)
        mirror.feed([event])
        if what is not None:
            instant = datetime.fromtimestamp(event.at_ns // 10**9, zone)
            yield f"{instant:%H:%M}  {event.by:<5} {what}"


def described(event: Any, mirror: Mirror) -> str | None:
    """What was done, in words; None for what only follows from it. The mirror stands before the event."""
    match event.kind:
        case "signed_in":
            return f"signed {event.agent} in"
        case "profile_changed":
            return f"set {event.agent} to {event.status_to} (was {event.status_from})"
        case "interaction_updated":
            before = mirror.interaction(event.interaction).priority
            return f"raised #{event.interaction} from priority {before} to {event.value}"
        case "moved":
            left = mirror.interaction(event.interaction).queue
            return f"moved #{event.interaction} from {left} to {event.queue}"
        case "offered" if event.reason == "assigned":
            return f"assigned #{event.interaction} to {event.agent}"
        case "membership_changed":
            return f"put {event.agent} into {event.queue}, tier {event.status_to}"
        case "skill_changed":
            before = mirror.agent(event.agent).skills.get(event.status_from, 0)
            return f"changed {event.status_from} of {event.agent} from {before} to {event.value}"
        case "ended":
            why = "" if event.text is None else f": {event.text}"
            return f"ended #{event.interaction}{why}"
        case "queue_added" | "agent_added":
            return f"added {event.queue or event.agent}"
        case "queue_updated":
            return f"changed {event.queue}: {event.text}"
    return None


def main() -> None:
    """Two people change a small centre; the audit tells it from what was polled."""
    engine = hg.Engine()
    root = hg.Actor("root", "administrator")
    engine.add_queue("sales", by=root)
    engine.add_agent("anna", skills={"spanish": 5}, queues=["sales"], devices=["voice"], by=root)
    engine.sign_in("anna", by="anna")
    call = engine.enqueue("sales")
    engine.advance(by=60)
    engine.update_interaction(call, priority=5, by=root)
    engine.set_skill("anna", "spanish", 7, by=root)
    engine.set_status("anna", "Ready", by="anna")
    engine.accept(call)
    engine.end(call, reason="sold", by="anna")
    for line in audit(engine.poll()):
        print(line)


if __name__ == "__main__":
    main()
