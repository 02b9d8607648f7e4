"""The length of a wait as the limits of a queue count it: all the time, or only while the queue is open."""

from __future__ import annotations

from functools import lru_cache

from huntgroup.settings.hours import Hours
from huntgroup.testing.reference.state import Queue

WEEK_NS = 7 * 86_400 * 10**9
END_NS = 2**63


def waited_ns(queue: Queue, since_ns: int, now_ns: int) -> int:
    """The wait so far, as relaxation, overflow, max_wait and preferred_wait count it (WAIT-26)."""
    if queue.limits_run == "always" or queue.hours is None:
        return now_ns - since_ns
    return open_between(queue.hours, since_ns, now_ns)


def due_ns(queue: Queue, since_ns: int, after_ns: int) -> int | None:
    """The instant at which a wait since then has this length; None if it never has."""
    if queue.limits_run == "always" or queue.hours is None:
        return since_ns + after_ns
    return open_for(queue.hours, since_ns, after_ns)


@lru_cache(maxsize=1024)
def _repeats(hours: Hours) -> bool:
    """Is one week like the next, for ever?"""
    return hours.tz == "UTC" and not hours.to_dict()["exceptions"]


@lru_cache(maxsize=65_536)
def open_between(hours: Hours, from_ns: int, to_ns: int) -> int:
    """How much of [from, to) is open time. O(openings), of one week where weeks repeat."""
    weeks, total = 0, 0
    if _repeats(hours) and to_ns - from_ns > WEEK_NS:
        weeks = (to_ns - from_ns) // WEEK_NS
        total = weeks * open_between(hours, from_ns, from_ns + WEEK_NS)
    at = from_ns + weeks * WEEK_NS
    while at < to_ns:
        following = hours.next_change(at)
        until = to_ns if following is None else min(following, to_ns)
        total += until - at if hours.is_open(at) else 0
        at = until
    return total


@lru_cache(maxsize=65_536)
def open_for(hours: Hours, from_ns: int, open_ns: int) -> int | None:
    """The instant at which so much open time has passed since `from_ns`. O(openings), of one week where weeks
    repeat."""
    at, rest = from_ns, open_ns
    if _repeats(hours) and open_ns:
        in_a_week = open_between(hours, from_ns, from_ns + WEEK_NS)
        if in_a_week == 0:
            return None
        weeks = (open_ns - 1) // in_a_week
        at, rest = from_ns + weeks * WEEK_NS, open_ns - weeks * in_a_week
    while rest:
        if at >= END_NS:
            return None
        following = hours.next_change(at)
        if hours.is_open(at):
            if following is None or following - at >= rest:
                return at + rest if at + rest < END_NS - 1 else None
            rest -= following - at
        if following is None:
            return None
        at = following
    return at
