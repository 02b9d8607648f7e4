"""An event as it is told: with names, and plain values."""

from __future__ import annotations

from typing import Any, NamedTuple

from huntgroup.settings.durations import iso_instant


class Event(NamedTuple):
    """One thing that happened. Agents, queues, groups, channels and statuses are given by name. A field that
    this kind of event does not use is None.

    `seq` counts the engine's events from 1, `at_ns` is the instant. `status_from` and `status_to` hold the
    status (status_changed, pending_changed), the capability (capability_changed: absent, available, full),
    the outward presence (presence_changed and the like), a skill (skill_changed), a setting (agent_updated),
    or 0 and 1 (device_changed, queue_login_changed and the like).
    `other` is, depending on the kind, the index of a second agent or queue, or the id of a second
    interaction. `by` names who gave the command of this step; None if nobody was named or a timer fired.
    `value` is a new value, an instant or a duration in ns, and `text` a text, depending on the kind.
    """

    seq: int
    at_ns: int
    kind: str
    agent: str | None = None
    interaction: int | None = None
    queue: str | None = None
    offer: int | None = None
    status_from: str | int | None = None
    status_to: str | int | None = None
    reason: str | None = None
    channel: str | None = None
    group: str | None = None
    other: int | None = None
    by: str | None = None
    value: int | float | None = None
    text: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The event as a plain dictionary for JSON, every field by its name; a field that this kind does not
        use is None. `at` is the instant in ISO 8601 with nanoseconds, beside `at_ns`. O(1)."""
        return {"seq": self.seq, "at": iso_instant(self.at_ns), **self._asdict()}
