"""The arrays that cross the border of the compiled core, and the words that the codes in them stand for."""

from __future__ import annotations

import numpy as np

COMMAND_DTYPE = np.dtype(
    [
        ("at_ns", "<i8"),
        ("interaction", "<i8"),
        ("offer", "<i8"),
        ("ref", "<i8"),
        ("agent", "<i4"),
        ("queue", "<i4"),
        ("requires", "<i4"),
        ("relax", "<i4"),
        ("priority", "<i4"),
        ("preferred", "<i4"),
        ("by", "<i4"),
        ("list_start", "<i4"),
        ("list_count", "<i4"),
        ("command", "<u2"),
        ("status", "<i2"),
        ("channel", "<i2"),
        ("flag", "<i2"),
        ("user_start", "<i4"),
        ("value", "<i8"),
        ("text", "<i4"),
        ("mask", "<i4"),
        ("limit", "<i4"),
        ("rank", "<i4"),
        ("tier", "<i2"),
        ("pad", "<i2"),
        ("pad2", "<i4"),
    ]
)
"""One command of `Engine.apply`: 112 bytes, naturally aligned. -1 means absent, for `at_ns` the present;
`priority` and `flag` are numbers, 0 where nothing is said. `command` is a `Command`, `requires` a
handle of `Engine.requirement`, `text` one of `Engine.text`, an `interaction` of -2-k the one that row k of
the same batch made. `by` is an agent's index or what `Engine.actor` gave. `mask` has a bit for each
optional field that counts, for commands that change some of several; the pads are not read."""

EVENT_DTYPE = np.dtype(
    [
        ("seq", "<i8"),
        ("at_ns", "<i8"),
        ("interaction", "<i8"),
        ("offer", "<i8"),
        ("other", "<i8"),
        ("agent", "<i4"),
        ("queue", "<i4"),
        ("group", "<i4"),
        ("kind", "<u2"),
        ("reason", "<u2"),
        ("channel", "<i2"),
        ("status_from", "<i2"),
        ("status_to", "<i2"),
        ("pad", "<i2"),
        ("value", "<i8"),
        ("by", "<i4"),
        ("text", "<i4"),
    ]
)
"""One event: 80 bytes, naturally aligned. Indices, -1 where nothing fits; `kind` is an `EventKind`, `reason`
the place in `engine.events.REASONS`. What `status_from` and `status_to` are depends on the kind: statuses,
capabilities (places in `CAPABILITIES`), outward presences (places in `PRESENCES`), or 0 and 1. `value` is a
new value, an instant or a duration, by kind; `text` a handle that `Engine.text_of` turns into its text. `by`
is who gave the step's command: an agent's index, -1 where nobody said, -2-k for the k-th `Actor` that the
engine has met. `pad` is 0."""

PRESENCE_DTYPE = np.dtype(
    [
        ("queue", "<i4"),
        ("group", "<i4"),
        ("presence", "<i4"),
        ("logged_in", "<u4"),
        ("ready", "<u4"),
        ("waiting", "<u4"),
        ("oldest_wait_ns", "<i8"),
        ("agents_logged_in", "<u4"),
        ("agents_ready", "<u4"),
    ]
)
"""One row of `Engine.presence()`: 40 bytes. `queue` and `group` are indices, -1 for none; `presence` is the
place in `PRESENCES`; `oldest_wait_ns` is -1 where nobody waits. In a row of sums `logged_in` and `ready` add
up memberships; `agents_logged_in` and `agents_ready` count each agent once."""

INTERACTION_STATES = (
    "Queued",
    "Offered",
    "Dialing",
    "Handling",
    "On Hold",
    "Consulting",
    "In Conference",
    "Parked",
    "Wrap Up",
    "Completed",
    "Abandoned",
)
"""The states of an interaction by their codes."""

AGENT_SETTINGS = ("role", "units", "busy_selectable", "wrap_up", "team")
"""What `update_agent` changes, by the code in `status_from` of an `agent_updated`."""

CAPABILITIES = ("absent", "available", "full")
"""How a capability is shown, by its code."""

PRESENCES = ("available", "busy", "absent", "closed")
"""The outward presences by their codes, best first."""
