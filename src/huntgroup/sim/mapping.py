"""The contents of a mapping: which column means what, how the log writes times and outcomes, the capacities
per channel, and the rules by which agents are derived from the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SECOND_NS = 1_000_000_000

FORMATS = ("csv", "json_lines", "queue_log")
TIME_KINDS = ("datetime", "epoch", "seconds_of_day", "time_of_day")
BY_DAY = ("seconds_of_day", "time_of_day")
TIME_UNITS = ("s", "ms", "us")
DURATIONS = ("seconds", "milliseconds", "minutes", "hh:mm:ss")
OUTCOMES = ("answered", "abandoned", "ignored", "unfinished")
ABANDONED_AT_ONCE = ("abandoned", "left_before_queue")
QUEUE_OF_CHANNELS = ("error", "split")
WITHOUT_QUEUE = ("error", "ignored")

INSTANTS = ("arrived", "queued", "answered", "ended", "left")
REQUIRED_FIELDS = ("arrived", "agent", "queue")
OPTIONAL_FIELDS = (
    "id",
    "updated",
    "day",
    "queued",
    "menu",
    "waited",
    "answered",
    "left",
    "handled",
    "held",
    "ended",
    "after_call",
    "outcome",
    "channel",
    "priority",
    "requires",
)


@dataclass(frozen=True, slots=True)
class DeriveRules:
    """The rules by which agents are derived from a log. Durations in seconds.

    `min_services`, `min_share`: an agent holds the skill of a queue if it served at least `min_services` of
    the queue's interactions, and these are at least `min_share` of all that the agent served. If no agent
    meets both for a queue, every agent who served it at all holds the skill.
    `shift_gap_s`: a gap of this length without a service ends the shift.
    `reaction_s`: an interaction must wait longer than this before agents who could serve it count as absent.
    `after_call_limit_s`: an absence up to this length, right after a service, is after-call work of that
    interaction; a longer one is a break.
    """

    min_services: int = 3
    min_share: float = 0.0
    shift_gap_s: float = 4 * 3600.0
    reaction_s: float = 3.0
    after_call_limit_s: float = 600.0


@dataclass(frozen=True, slots=True)
class LogMapping:
    """One checked mapping. `columns` maps a field to its column; `capacities` a channel to a number, or to
    None for the most interactions that the agent held at once in the log; `where` a column to the values of
    the rows to read."""

    name: str
    title: str
    format: str
    separator: str
    encoding: str
    header: tuple[str, ...] | None
    where: Mapping[str, frozenset[str]]
    without_queue: str
    time_kind: str
    time_format: str | None
    time_unit: str
    day_format: str | None
    tz: str | None
    durations: str
    answered_missing: str | None
    columns: Mapping[str, str]
    outcomes: Mapping[str, str]
    priorities: Mapping[str, int] | None
    channel: str
    abandoned_at_once: str
    queue_of_channels: str
    capacities: Mapping[str, int | None]
    seconds_per_priority: int
    service_level: tuple[float, float]
    channel_names: Mapping[str, str] = field(default_factory=dict)
    channel_service_level: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    derive: DeriveRules = field(default_factory=DeriveRules)

    def service_level_of(self, channel: str) -> tuple[float, float]:
        """The service level target of a channel's queues: (seconds, share)."""
        return self.channel_service_level.get(channel, self.service_level)
