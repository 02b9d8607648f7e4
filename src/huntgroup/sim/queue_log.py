"""Reads an Asterisk queue_log: combines the several event lines of a call into one row.

A line is `time|call|queue|agent|event|parameters`. A call enters a queue (ENTERQUEUE), may be connected
(CONNECT), and leaves the queue by one of the events below. A call that enters a second queue gives a second
row. Lines about agents (pauses, members, logins) and unanswered offers (RINGNOANSWER) do not end a call and
are skipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from huntgroup.errors import shown
from huntgroup.sim.log_error import LogMistakes

HEADER = ("entered", "call", "queue", "agent", "event", "waited", "connected", "talked", "ended", "caller")

UNFINISHED = "UNFINISHED"

# Event -> the positions of its parameters for the time waited and the time talked; None: it has no such one.
_ENDS: dict[str, tuple[int | None, int | None]] = {
    "COMPLETEAGENT": (0, 1),
    "COMPLETECALLER": (0, 1),
    "TRANSFER": (2, 3),
    "BLINDTRANSFER": (2, 3),
    "ATTENDEDTRANSFER": (-3, -2),
    "ABANDON": (2, None),
    "EXITEMPTY": (2, None),
    "EXITWITHTIMEOUT": (2, None),
    "EXITWITHKEY": (3, None),
    "SYSCOMPAT": (None, None),
}


@dataclass(slots=True)
class _Call:
    line: int
    entered: str
    call: str
    queue: str
    caller: str
    agent: str = ""
    connected: str = ""
    waited: str = ""

    def row(self, event: str, waited: str = "", talked: str = "", ended: str = "") -> list[str]:
        return [
            self.entered,
            self.call,
            self.queue,
            self.agent,
            event,
            waited or self.waited,
            self.connected,
            talked,
            ended,
            self.caller,
        ]


def rows_of_events(lines: Iterable[str], mistakes: LogMistakes) -> Iterator[tuple[int, list[str]]]:
    """(line of ENTERQUEUE, texts in the order of HEADER) per call, in the order in which they entered.

    A call has UNFINISHED as its event if it entered before the log begins, had not left when the log ends, or
    was cut off by a restart of Asterisk. O(lines log lines).
    """
    waiting: dict[tuple[str, str], _Call] = {}
    rows: list[tuple[int, list[str]]] = []
    for line, text in enumerate(lines, start=1):
        text = text.rstrip("\r\n")
        if not text:
            continue
        fields = text.split("|")
        if len(fields) < 5:
            mistakes.add(line, f"{len(fields)} fields", "time|call|queue|agent|event and its parameters")
            continue
        at, call, queue, agent, event, *given = fields
        key = (call, queue)
        if event == "QUEUESTART":
            rows += ((one.line, one.row(UNFINISHED)) for one in waiting.values())
            waiting.clear()
        elif event == "ENTERQUEUE":
            if key in waiting:
                rows.append((waiting[key].line, waiting[key].row(UNFINISHED)))
            waiting[key] = _Call(line, at, call, queue, given[1] if len(given) > 1 else "")
        elif event == "CONNECT":
            if key in waiting:
                one = waiting[key]
                one.agent, one.connected = agent, at
                one.waited = _seconds(given, 0, line, event, mistakes)
        elif event in _ENDS:
            found = waiting.pop(key, None)
            if found is None:
                rows.append((line, _Call(line, at, call, queue, "").row(UNFINISHED)))
                continue
            waited, talked = (_seconds(given, place, line, event, mistakes) for place in _ENDS[event])
            rows.append((found.line, found.row(event, waited, talked, at)))
    rows += ((one.line, one.row(UNFINISHED)) for one in waiting.values())
    yield from sorted(rows, key=lambda row: row[0])


def _seconds(given: list[str], place: int | None, line: int, event: str, mistakes: LogMistakes) -> str:
    """A parameter that is a number of seconds; "" if this version of Asterisk did not write it."""
    if place is None or not -len(given) <= place < len(given):
        return ""
    text = given[place]
    if text and not text.lstrip("-").isdecimal():
        mistakes.add(
            line, f"{event}: parameter {place % len(given) + 1}: {shown(text)}", "a number of seconds"
        )
        return ""
    return text
