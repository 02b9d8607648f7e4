"""Metrics of a service by queue, channel, kind of event and command, none by agent. Prometheus reads them as
text, OpenTelemetry (`telemetry`) gets them under the same names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from huntgroup.engine.engine import Engine
from huntgroup.layouts import PRESENCES
from huntgroup.service.service import Histogram, Service

Labels = tuple[tuple[str, str], ...]


class Family(NamedTuple):
    """One metric, a gauge or a counter, and its value for each set of labels."""

    name: str
    helps: str
    kind: str
    values: list[tuple[Labels, float]]


async def families(service: Service) -> list[Family]:
    """All gauges and counters as they are now. O(queues)."""
    rows = await service.read(_queues)
    found = [
        _by_queue("logged_in", "Members logged in.", [(row.queue, row.logged_in) for row in rows]),
        _by_queue("ready", "Members ready.", [(row.queue, row.ready) for row in rows]),
        _by_queue("waiting", "Interactions that wait.", [(row.queue, row.waiting) for row in rows]),
        _by_queue(
            "oldest_wait_seconds",
            "The longest wait of those that wait.",
            [(row.queue, row.oldest) for row in rows],
        ),
        Family(
            "huntgroup_queue_presence",
            "The outward presence: 1 for the one that holds.",
            "gauge",
            [
                ((("queue", row.queue), ("presence", presence)), int(row.presence == presence))
                for row in rows
                for presence in PRESENCES
            ],
        ),
        *_by_channel(rows),
        Family(
            "huntgroup_events_total",
            "Events since the start, by kind.",
            "counter",
            [((("kind", kind),), count) for kind, count in sorted(service.hub.counts.items())],
        ),
        Family(
            "huntgroup_commands_total",
            "Commands answered, by status.",
            "counter",
            [
                ((("command", name), ("status", status)), count)
                for (name, status), count in sorted(service.outcomes.items())
            ],
        ),
        Family(
            "huntgroup_inbox", "Commands that wait for the router.", "gauge", [((), service.router.waiting)]
        ),
        Family("huntgroup_sockets", "Sockets that are open.", "gauge", [((), sum(service.sockets.values()))]),
    ]
    return found


async def page(service: Service) -> str:
    """All metrics in Prometheus's text format. O(queues + answers since the last call)."""
    lines: list[str] = []
    for family in await families(service):
        lines += _head(family.name, family.helps, family.kind)
        lines += [f"{family.name}{_labelled(labels)} {value}" for labels, value in family.values]
    lines += _head("huntgroup_command_seconds", "How long commands took.", "histogram")
    lines += _histogram("huntgroup_command_seconds", (), service.seconds)
    await service.waits.fresh()
    lines += _head(
        "huntgroup_wait_seconds", "How long the answered had waited, since the start.", "histogram"
    )
    for queue, waits in sorted(service.waits.by_queue.items()):
        lines += _histogram("huntgroup_wait_seconds", (("queue", queue),), waits)
    return "\n".join([*lines, ""])


class _Row(NamedTuple):
    queue: str
    channel: str
    logged_in: int
    ready: int
    waiting: int
    oldest: float
    presence: str


def _queues(engine: Engine) -> list[_Row]:
    return [
        _Row(
            engine.queue_id(int(row["queue"])),
            str(engine.queue_settings(int(row["queue"]))["channel"]),
            int(row["logged_in"]),
            int(row["ready"]),
            int(row["waiting"]),
            max(int(row["oldest_wait_ns"]), 0) / 1e9,
            PRESENCES[row["presence"]],
        )
        for row in engine.presence()
    ]


def _by_queue(name: str, helps: str, values: Iterable[tuple[str, float]]) -> Family:
    return Family(
        f"huntgroup_queue_{name}", helps, "gauge", [((("queue", queue),), value) for queue, value in values]
    )


def _by_channel(rows: list[_Row]) -> list[Family]:
    """For each channel, over its queues: how many interactions wait, and the longest wait."""
    of: dict[str, list[_Row]] = {}
    for row in rows:
        of.setdefault(row.channel, []).append(row)
    waiting = [
        ((("channel", channel),), float(sum(row.waiting for row in own))) for channel, own in of.items()
    ]
    oldest = [((("channel", channel),), max(row.oldest for row in own)) for channel, own in of.items()]
    return [
        Family("huntgroup_channel_waiting", "Interactions of the channel that wait.", "gauge", [*waiting]),
        Family(
            "huntgroup_channel_oldest_wait_seconds", "The longest wait of the channel.", "gauge", [*oldest]
        ),
    ]


def _head(name: str, helps: str, kind: str) -> list[str]:
    return [f"# HELP {name} {helps}", f"# TYPE {name} {kind}"]


def _labelled(labels: Labels) -> str:
    return "{" + ",".join(f"{name}={_quoted(value)}" for name, value in labels) + "}" if labels else ""


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _histogram(name: str, labels: Labels, histogram: Histogram) -> list[str]:
    lines, total = [], 0
    for bound, count in zip((*histogram.bounds, "+Inf"), histogram.counts, strict=True):
        total += count
        lines.append(f"{name}_bucket{_labelled((*labels, ('le', str(bound))))} {total}")
    lines.append(f"{name}_sum{_labelled(labels)} {histogram.sum}")
    return [*lines, f"{name}_count{_labelled(labels)} {total}"]
