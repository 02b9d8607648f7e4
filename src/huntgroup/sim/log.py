"""Read a log of interactions: one row per interaction, columns named by a mapping.

The file is streamed; only a few numbers per row are kept. Times in the result are integer nanoseconds since
the midnight before the first arrival, in the log's own wall time (or, where the log's times have a UTC
offset, as true elapsed time).
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from huntgroup.sim.log_error import LogError, LogMistakes
from huntgroup.sim.log_file import LogFile, Progress
from huntgroup.sim.log_row import ELSEWHERE, RowReader
from huntgroup.sim.log_times import later
from huntgroup.sim.mapping import SECOND_NS, LogMapping

Int64 = npt.NDArray[np.int64]
Int32 = npt.NDArray[np.int32]

_DIFFERS_NS = 60 * SECOND_NS

__all__ = ["CallLog", "LogError", "Progress", "count_overlaps", "read_log"]


@dataclass(frozen=True, slots=True)
class CallLog:
    """A log as columns, one entry per interaction that wanted an agent, in order of arrival.

    `n` is their number; all arrays have shape (n,). `agent` is -1 where the log names none or the interaction
    was abandoned, `requires` -1 where the interaction has no requirement beyond the queue's. `served_at_ns`
    is -1 for abandoned interactions; `after_call_ns` is 0 for them and wherever the log does not record it.
    `rows` counts the rows read; `rows == n + sum of the odd kinds that are left out`.
    """

    source: str
    mapping: LogMapping
    rows: int
    outcomes: dict[str, int]
    odd: dict[str, int]
    first_midnight: datetime
    queue_names: tuple[str, ...]
    agent_names: tuple[str, ...]
    channel_names: tuple[str, ...]
    requirements: tuple[str, ...]
    queue_channel: tuple[int, ...]
    line: Int32
    queue: Int32
    agent: Int32
    priority: Int32
    requires: Int32
    answered: npt.NDArray[np.bool_]
    arrived_ns: Int64
    wait_ns: Int64
    served_at_ns: Int64
    handling_ns: Int64
    after_call_ns: Int64

    @property
    def n(self) -> int:
        """How many interactions there are to replay."""
        return len(self.arrived_ns)

    def wall_time(self, at_ns: int) -> datetime:
        """An instant in the log's own wall time."""
        return later(self.first_midnight, at_ns)


def read_log(
    path: str | Path, mapping: LogMapping, progress: Progress | None = None, *, source: str | None = None
) -> CallLog:
    """Read a whole log. O(rows log rows), some 60 bytes per row. `source` names it in errors and in the
    report; default: its path.

    `progress` is called from time to time with the bytes read and the total bytes. Raises `LogError` for a
    file that is empty, is not text, lacks columns or has unreadable values; it lists every mistake with file,
    line, column, the value and what was expected. Passes on an `OSError` of the file system.
    """
    mistakes = LogMistakes(str(path) if source is None else source)
    columns = _Columns(RowReader(mapping, mistakes))
    file = LogFile(path, mapping, mistakes)
    for row, line in columns.last_of_each(_fitting(file, columns.reader, progress)):
        columns.add(row, line)
    if not file.header:
        mistakes.add(1, "the file is empty", "a header and a row for each interaction")
    mistakes.raise_any()
    if not columns.arrived:
        raise LogError(
            mistakes.source, file.line, "no interaction follows the header", "a row for each interaction"
        )
    return columns.finish()


def _fitting(file: LogFile, reader: RowReader, progress: Progress | None) -> Iterator[tuple[list[str], int]]:
    """The rows that have as many fields as there are columns."""
    first = True
    for line, row in file.rows(progress):
        if first:
            reader.header(file.header)
            first = False
        if reader.fits(row, line):
            yield row, line
    if first and file.header:
        reader.header(file.header)


class _Columns:
    """Collects parsed rows; `finish` sorts them by arrival and looks for overlaps."""

    def __init__(self, reader: RowReader) -> None:
        self.reader = reader
        self.rows = 0
        self.outcomes: Counter[str] = Counter()
        self.odd: Counter[str] = Counter()
        self.queues: dict[str, int] = {}
        self.agents: dict[str, int] = {}
        self.channels: dict[str, int] = {}
        self.requirements: dict[str, int] = {}
        self.queue_channel: list[int] = []
        self.last_arrival: int | None = None
        self.small = {
            name: array("i") for name in ("line", "queue", "agent", "priority", "requires", "answered")
        }
        self.arrived = array("q")
        self.wait = array("q")
        self.served_at = array("q")
        self.handling = array("q")
        self.after_call = array("q")

    def last_of_each(self, rows: Iterator[tuple[list[str], int]]) -> Iterator[tuple[list[str], int]]:
        """The rows; of several with the same `id` only the one with the latest `updated` (or the last one),
        at the position of the first."""
        if "id" not in self.reader.mapping.columns:
            yield from rows
            return
        text = self.reader.text
        found: dict[str, tuple[list[str], int]] = {}
        for row, line in rows:
            name = text(row, "id") or f"line {line}"
            before = found.get(name)
            if before is not None:
                self.rows += 1
                self.odd["repeated"] += 1
                if text(row, "updated") < text(before[0], "updated"):
                    continue
            found[name] = (row, line)
        yield from found.values()

    def add(self, fields: list[str], line: int) -> None:
        row = self.reader.row(fields, line)
        self.rows += 1
        odd = self.odd
        if row is ELSEWHERE:
            odd["elsewhere"] += 1
            return
        self.outcomes[row.outcome] += 1
        if self.last_arrival is not None and row.arrived_ns < self.last_arrival:
            odd["out_of_order"] += 1
        self.last_arrival = row.arrived_ns
        if row.menu_ns < 0:
            odd["negative_menu"] += 1
        if row.outcome in ("ignored", "unfinished"):
            odd[row.outcome] += 1
            return
        answered = row.outcome == "answered"
        wait, handling = row.wait_ns, row.handling_ns
        if not answered and wait == 0 and self.reader.mapping.abandoned_at_once == "left_before_queue":
            odd["left_before_queue"] += 1
            return
        if wait < 0:
            odd["negative_wait"] += 1
            wait = 0
        if handling < 0:
            odd["negative_handling"] += 1
            handling = 0
        elif answered and handling == 0:
            odd["zero_handling"] += 1
        queued = row.arrived_ns + row.menu_ns
        served_at = -1
        if answered:
            served_at = self._served_at(row.answered_ns, queued + wait)
            if not row.agent:
                odd["answered_without_agent"] += 1
        else:
            if handling:
                odd["abandoned_with_handling"] += 1
                handling = 0
            if row.agent:
                odd["abandoned_with_agent"] += 1
        self._append(
            line, row.queue, row.channel, row.agent if answered else "", row.priority, row.requires, answered
        )
        self.arrived.append(queued)
        self.wait.append(wait)
        self.served_at.append(served_at)
        self.handling.append(handling)
        self.after_call.append(max(0, row.after_call_ns) if answered else 0)

    def _served_at(self, recorded: int | None, expected: int) -> int:
        if recorded is None:
            if "answered" in self.reader.mapping.columns:
                self.odd["answered_without_time"] += 1
            return expected
        if abs(recorded - expected) > _DIFFERS_NS:
            self.odd["answer_time_differs"] += 1
        return recorded

    def _append(
        self, line: int, queue: str, channel: str, agent: str, priority: int, requires: str, answered: bool
    ) -> None:
        channel_index = self.channels.setdefault(channel, len(self.channels))
        queue_index = self.queues.setdefault(queue, len(self.queues))
        if (
            self.reader.mapping.queue_of_channels == "split"
            and queue_index < len(self.queue_channel)
            and self.queue_channel[queue_index] != channel_index
        ):
            queue_index = self.queues.setdefault(f"{queue} ({channel})", len(self.queues))
        if queue_index == len(self.queue_channel):
            self.queue_channel.append(channel_index)
        elif self.queue_channel[queue_index] != channel_index:
            before = list(self.channels)[self.queue_channel[queue_index]]
            found = f"queue {queue!r} has channel {channel!r}"
            self.reader.mistakes.add(line, found, f"{before!r}, as in the rows before")
        small = self.small
        small["line"].append(line)
        small["queue"].append(queue_index)
        small["agent"].append(self.agents.setdefault(agent, len(self.agents)) if agent else -1)
        small["priority"].append(priority)
        small["requires"].append(
            self.requirements.setdefault(requires, len(self.requirements)) if requires else -1
        )
        small["answered"].append(answered)

    def finish(self) -> CallLog:
        reader = self.reader
        base = reader.first_midnight_ns
        small = {name: np.array(column, dtype=np.int32) for name, column in self.small.items()}
        arrived = np.array(self.arrived, dtype=np.int64) - base
        served_at = np.array(self.served_at, dtype=np.int64)
        served_at = np.where(small["answered"] == 1, served_at - base, -1)
        order = np.argsort(arrived, kind="stable")
        # Agents are numbered by name, so that the index (the last tie-break of every decision) does not
        # depend on which agent happened to take the first call. Queues are in the order of their titles, for
        # the report.
        agents = sorted(self.agents)
        queues = sorted(self.queues, key=_in_order_of(reader.mapping.titles))
        log = CallLog(
            source=reader.mistakes.source,
            mapping=reader.mapping,
            rows=self.rows,
            outcomes=dict(self.outcomes),
            odd=dict(self.odd),
            first_midnight=reader.wall_time(base),
            queue_names=tuple(queues),
            agent_names=tuple(agents),
            channel_names=tuple(self.channels),
            requirements=tuple(self.requirements),
            queue_channel=tuple(self.queue_channel[self.queues[name]] for name in queues),
            line=small["line"][order],
            queue=_renumbered(small["queue"][order], self.queues, queues),
            agent=_renumbered(small["agent"][order], self.agents, agents),
            priority=small["priority"][order],
            requires=small["requires"][order],
            answered=small["answered"][order].astype(np.bool_),
            arrived_ns=arrived[order],
            wait_ns=np.array(self.wait, dtype=np.int64)[order],
            served_at_ns=served_at[order],
            handling_ns=np.array(self.handling, dtype=np.int64)[order],
            after_call_ns=np.array(self.after_call, dtype=np.int64)[order],
        )
        overlaps = count_overlaps(log)
        if overlaps:
            log.odd["overlap"] = overlaps
        return log


def _renumbered(column: Int32, old: dict[str, int], names: list[str]) -> Int32:
    """Converts a column of indices into `old` to indices into `names`; -1 stays -1."""
    new_of_old = np.full(len(names) + 1, -1, dtype=np.int32)
    for new, name in enumerate(names):
        new_of_old[old[name]] = new
    return new_of_old[column]


def _in_order_of(titles: Mapping[str, str]) -> Callable[[str], tuple[int, str]]:
    place = {name: index for index, name in enumerate(titles)}
    return lambda name: (place.get(name, len(place)), name)


def count_overlaps(log: CallLog) -> int:
    """How many services start while the agent's earlier ones already use its whole capacity of the channel.
    O(n log n)."""
    count = 0
    capacity = [log.mapping.capacities.get(name, 1) for name in log.channel_names]
    channel = np.array(log.queue_channel, dtype=np.int32)[log.queue]
    for agent in range(len(log.agent_names)):
        for index, limit in enumerate(capacity):
            if limit is None:
                continue
            mine = np.flatnonzero((log.agent == agent) & (channel == index))
            mine = mine[np.argsort(log.served_at_ns[mine], kind="stable")]
            ends: list[int] = []
            for row in mine:
                start = int(log.served_at_ns[row])
                ends = [end for end in ends if end > start]
                count += len(ends) >= limit
                ends.append(start + int(log.handling_ns[row]))
    return count
