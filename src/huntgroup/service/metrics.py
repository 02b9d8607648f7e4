"""Figures for Prometheus, as text: by queue, by kind of event, by command. None by agent."""

from __future__ import annotations

from huntgroup.engine.engine import Engine
from huntgroup.layouts import PRESENCES
from huntgroup.service.service import Histogram, Service


async def page(service: Service) -> str:
    """All figures as they are now. O(queues)."""
    queues = await service.read(_queues)
    lines: list[str] = []
    for name, helps, place in (
        ("logged_in", "Members logged in.", 1),
        ("ready", "Members ready.", 2),
        ("waiting", "Interactions that wait.", 3),
        ("oldest_wait_seconds", "The longest wait of those that wait.", 4),
    ):
        lines += _head(f"huntgroup_queue_{name}", helps, "gauge")
        lines += [f"huntgroup_queue_{name}{{queue={_quoted(str(row[0]))}}} {row[place]}" for row in queues]
    lines += _head("huntgroup_queue_presence", "The outward presence: 1 for the one that holds.", "gauge")
    for row in queues:
        lines += [
            f"huntgroup_queue_presence{{queue={_quoted(str(row[0]))},presence={_quoted(presence)}}}"
            f" {int(row[5] == presence)}"
            for presence in PRESENCES
        ]
    lines += _head("huntgroup_events_total", "Events since the start, by kind.", "counter")
    lines += [
        f"huntgroup_events_total{{kind={_quoted(kind)}}} {count}"
        for kind, count in sorted(service.hub.counts.items())
    ]
    lines += _head("huntgroup_commands_total", "Commands answered, by status.", "counter")
    lines += [
        f"huntgroup_commands_total{{command={_quoted(name)},status={_quoted(status)}}} {count}"
        for (name, status), count in sorted(service.outcomes.items())
    ]
    lines += _histogram("huntgroup_command_seconds", "How long commands took.", service.seconds)
    lines += _head("huntgroup_inbox", "Commands that wait for the router.", "gauge")
    lines.append(f"huntgroup_inbox {service.router.waiting}")
    lines += _head("huntgroup_sockets", "Sockets that are open.", "gauge")
    lines.append(f"huntgroup_sockets {sum(service.sockets.values())}")
    return "\n".join([*lines, ""])


def _queues(engine: Engine) -> list[tuple[str | int | float, ...]]:
    return [
        (
            engine.queue_id(int(row["queue"])),
            int(row["logged_in"]),
            int(row["ready"]),
            int(row["waiting"]),
            max(int(row["oldest_wait_ns"]), 0) / 1e9,
            PRESENCES[row["presence"]],
        )
        for row in engine.presence()
    ]


def _head(name: str, helps: str, kind: str) -> list[str]:
    return [f"# HELP {name} {helps}", f"# TYPE {name} {kind}"]


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _histogram(name: str, helps: str, histogram: Histogram) -> list[str]:
    lines, total = _head(name, helps, "histogram"), 0
    for bound, count in zip(histogram.BOUNDS, histogram.counts, strict=False):
        total += count
        lines.append(f'{name}_bucket{{le="{bound}"}} {total}')
    total += histogram.counts[-1]
    lines += [f'{name}_bucket{{le="+Inf"}} {total}', f"{name}_sum {histogram.sum}"]
    return [*lines, f"{name}_count {total}"]
