"""Irregular rows that real logs contain, and how each kind is handled.

No row is dropped silently: each row is either replayed or counted under a kind whose rows are left out.
"""

from __future__ import annotations

from typing import NamedTuple


class OddRow(NamedTuple):
    """A kind of odd row: its rule in words, and whether such rows are replayed."""

    kind: str
    replayed: bool
    rule: str


ODD_ROWS = (
    OddRow("ignored", False, "the log itself says to ignore the row; left out"),
    OddRow(
        "elsewhere",
        False,
        "by the mapping no row of an interaction that wanted an agent of a queue; left out",
    ),
    OddRow("repeated", False, "the same interaction again; the record that was updated last counts"),
    OddRow("unfinished", False, "began before the log, or had not ended when it ends; left out"),
    OddRow("left_before_queue", False, "hung up without entering the queue; wanted no agent, left out"),
    OddRow(
        "negative_menu",
        True,
        "negative time in the menu; taken as it stands, because arrival + menu + wait is then the time of "
        "the answer: the customer enters the queue at arrival + menu",
    ),
    OddRow("negative_wait", True, "negative wait; taken as 0"),
    OddRow("negative_handling", True, "negative service time; taken as 0"),
    OddRow(
        "answered_without_agent", True, "answered, no agent named; arrives and is served, proves no skill"
    ),
    OddRow("answered_without_time", True, "answered, no time of the answer; taken as arrival + wait"),
    OddRow(
        "answer_time_differs",
        True,
        "time of the answer is over 60 s from arrival + wait; it counts for the agent's shift, the recorded "
        "wait for the customer",
    ),
    OddRow("zero_handling", True, "answered with a service of 0 s; replayed so"),
    OddRow("abandoned_with_handling", True, "abandoned with a service time; the service time is not used"),
    OddRow("abandoned_with_agent", True, "abandoned, an agent is named; the agent is not used"),
    OddRow(
        "overlap",
        True,
        "service starts before the same agent's last one ended, beyond the channel's capacity; replayed, "
        "never both at once: the agent's day is the union of the two",
    ),
    OddRow("out_of_order", True, "arrived before the row above it; put in its place"),
)

BY_KIND = {odd.kind: odd for odd in ODD_ROWS}
