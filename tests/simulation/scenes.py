"""Centres and scenarios that the tests of the simulator share."""

from __future__ import annotations

from typing import Any

import numpy as np

import huntgroup as hg
from huntgroup.testing.reference import ReferenceEngine


def agent(name: str, *queues: Any, **keys: Any) -> dict[str, Any]:
    """An agent who works from the start."""
    given = {"name": name, "queues": list(queues), "devices": ["voice"], **keys}
    return {"signed_in": True, "status": "Ready", **given}


def centre(agents: int, *, queue: str = "q", status: str = "Ready", **settings: Any) -> dict[str, Any]:
    """One queue, and so many agents in it who work from the start."""
    return {
        "queue": [{"name": queue, **settings}],
        "agent": [agent(f"a{number}", queue, status=status) for number in range(agents)],
    }


def exponential(mean: float) -> dict[str, Any]:
    return {"law": "exponential", "mean": mean}


class RefusesToWork(hg.Engine):
    """An engine in which something goes wrong in the middle of a run."""

    def enqueue(self, *given: Any, **keys: Any) -> int:
        raise hg.ConfigError("queue", given, "nothing")


class Reference(ReferenceEngine):
    """The reference engine with events as rows, as the simulation reads them."""

    def poll_array(self) -> Any:
        events = self.poll()
        rows = np.full(len(events), -1, np.int8).astype(hg.EVENT_DTYPE)
        for row, event in zip(rows, events, strict=True):
            row["kind"] = hg.EventKind[event.kind.upper()]
            row["at_ns"] = event.at_ns
            for name in ("interaction", "offer"):
                value = getattr(event, name)
                row[name] = -1 if value is None else value
            row["agent"] = -1 if event.agent is None else self.agent_index(event.agent)
            row["queue"] = -1 if event.queue is None else self.queue_index(event.queue)
        return rows
