"""What a mapping says of a log: which column means what, how times are written, what the outcomes are called,
what the channels hold, and other rules by which agents are derived.
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
    """How agents are read out of a log. Durations in seconds.

    `min_services`, `min_share`: an agent holds the skill of a queue when it served at least so many of its
    interactions, and at least this share of the agent's own. A queue that nobody would serve by that rule
    is served by everyone who ever did.
    `shift_gap_s`: so long without a service ends the shift.
    `reaction_s`: an agent may take so long to pick up before a waiting customer proves it absent.
    `after_call_limit_s`: a proven absence up to this length, right after a service, is after-call work of
    that interaction; a longer one is a break.
    """

    min_services: int = 3
    min_share: float = 0.0
    shift_gap_s: float = 4 * 3600.0
    reaction_s: float = 3.0
    after_call_limit_s: float = 600.0


@dataclass(frozen=True, slots=True)
class LogMapping:
    """One checked mapping. `columns` goes from field to column; `capacities` from channel to a number, or
    None for the most that an agent was seen to hold at once; `where` from a column to the values of the rows
    that are read."""

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
        """The target of a channel's queues: (seconds, share)."""
        return self.channel_service_level.get(channel, self.service_level)
