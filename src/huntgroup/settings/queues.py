"""The settings of a queue: checked whole before anything changes, and turned into the numbers of the core."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypedDict

from huntgroup.errors import ConfigError, RequirementError, meant
from huntgroup.limits import MAX_COUNT, MAX_SECONDS_PER_PRIORITY, MAX_STEPS
from huntgroup.scorers.scorer import Scorer
from huntgroup.settings.arguments import flag, integer, name, pair
from huntgroup.settings.durations import SECOND_NS, Duration, duration_ns
from huntgroup.settings.hours import Hours
from huntgroup.settings.requirements import parse

STRATEGIES = (
    "longest_idle",
    "least_occupied",
    "fewest_interactions",
    "round_robin",
    "linear",
    "random",
    "highest_proficiency",
    "ring_all",
)
"""The strategies by the core's codes; a scorer of the user's own has the next one."""

WHEN_CLOSED = ("refuse", "accept")
LIMITS_RUN = ("always", "open")

SCORER = len(STRATEGIES)

WRAP_UP_HOLDS = ("channel", "slot", "nothing")
"""What a running wrap-up occupies of its agent, by the core's codes."""

DELAYS = ("always", "while_staffed")
"""When the delays of memberships count, by the core's codes."""


class QueueSettings(TypedDict, total=False):
    """What `Engine.update_queue` changes. Durations are seconds or `timedelta`.

    strategy: one of `STRATEGIES`, or a scorer (`huntgroup.scorer`). requires: an expression over skills, a
    handle of `Engine.requirement`, or None for anyone; relax: steps (after, requires), each later than the
    one before. offer_timeout: how long an offer rings; wrap_up: after-contact time; wrap_up_holds: what a
    running wrap-up occupies, one of `WRAP_UP_HOLDS`: the channel and the channels it blocks, one unit of
    capacity, or nothing; ask_again_after: after so long an agent who declined is asked again for the same
    interaction; preferred_wait: how long an interaction waits for its preferred agent; max_misses: after so
    many missed offers in a row the engine sets the model's status for it. callback_attempts: how often a
    callback is dialled at most; callback_retry: the pause between two attempts. hours: `Hours` or what
    `Hours.to_dict` gives, None for always open; when_closed: "refuse" refuses entries outside the hours,
    "accept" lets them wait for the opening; accept_unstaffed: False refuses entries while no member serves;
    limits_run: "always", or "open": relax, overflow, max_wait and preferred_wait count open time only.
    overflow: (after, name of the queue to move to, which may be added later). max_waiting: how many may wait
    at most, a further entry is refused; max_wait: after so long the interaction leaves the queue;
    max_wait_unstaffed: it leaves when nobody has served for so long while it waited. seconds_per_priority:
    how many seconds of waiting one unit of priority counts as, 0 to 3,600 s. group: the group of queues it
    belongs to. service_level: (target, share from 0 to 1); short_abandon: callers who hang up within this
    time are left out of the service level. max_rejects: as max_misses, for rejected offers. max_handled: how
    many of the queue's interactions may be offered or handled at once, 0 to 2,147,483,647, None for any
    number. delays: one of `DELAYS`: whether the delays of memberships count "always", or "while_staffed",
    that is only while a member of a lower tier serves.
    """

    strategy: str | Scorer
    requires: str | int | None
    relax: Sequence[tuple[Duration, str | int | None]] | None
    offer_timeout: Duration
    wrap_up: Duration
    wrap_up_holds: Literal["channel", "slot", "nothing"]
    ask_again_after: Duration
    preferred_wait: Duration
    max_misses: int | None
    callback_attempts: int
    callback_retry: Duration
    hours: Hours | Mapping[str, Any] | None
    overflow: tuple[Duration, str] | None
    max_waiting: int | None
    when_closed: Literal["refuse", "accept"]
    accept_unstaffed: bool
    limits_run: Literal["always", "open"]
    max_wait: Duration | None
    max_wait_unstaffed: Duration | None
    seconds_per_priority: Duration
    group: str | None
    service_level: tuple[Duration, float]
    short_abandon: Duration
    max_rejects: int | None
    max_handled: int | None
    delays: Literal["always", "while_staffed"]


class NewQueue(QueueSettings, total=False):
    """The settings of `Engine.add_queue`: beside the others the channel, which never changes afterwards."""

    channel: str


# NUM-8.
DEFAULTS: Mapping[str, Any] = {
    "channel": "voice",
    "strategy": "longest_idle",
    "requires": None,
    "offer_timeout": 20,
    "wrap_up": 0,
    "wrap_up_holds": "channel",
    "ask_again_after": 10,
    "preferred_wait": 30,
    "max_misses": None,
    "callback_attempts": 3,
    "callback_retry": 300,
    "hours": None,
    "relax": None,
    "overflow": None,
    "max_waiting": None,
    "when_closed": "refuse",
    "accept_unstaffed": True,
    "limits_run": "always",
    "max_wait": None,
    "max_wait_unstaffed": None,
    "seconds_per_priority": 60,
    "group": None,
    "service_level": (20, 0.80),
    "short_abandon": 0,
    "max_rejects": None,
    "max_handled": None,
    "delays": "always",
}
"""Every setting of `Engine.add_queue` with its default."""


NONE = -1
RelaxSteps = tuple[tuple[int, Any], ...]


class Checker:
    """Checks settings against what exists: the channels, and how many requirement handles there are."""

    def __init__(self, channels: Mapping[str, int], handles: int) -> None:
        self.channels = channels
        self.handles = handles

    def settings(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The given settings as the core's numbers, under the same names. Durations are ns, a limit that is
        None is -1; requirements stay texts or handles. Raises ConfigError, which names the setting."""
        unknown = [name for name in given if name not in DEFAULTS]
        if unknown:
            allowed = "one of the settings " + ", ".join(DEFAULTS) + meant(unknown[0], DEFAULTS)
            raise ConfigError(unknown[0], given[unknown[0]], allowed)
        return {name: _CHECKS[name](self, name, value) for name, value in given.items()}

    # --- one check for each kind of setting ---------------------------------------------------------------

    def channel(self, field: str, value: Any) -> int:
        """A channel's name, as its index."""
        if not isinstance(value, str) or value not in self.channels:
            raise ConfigError(field, value, "one of the channels " + ", ".join(self.channels))
        return self.channels[value]

    def strategy(self, field: str, value: Any) -> int | Scorer:
        """A strategy's name, as its code; a scorer as it is."""
        if isinstance(value, Scorer):
            return value
        if not isinstance(value, str) or value not in STRATEGIES:
            raise ConfigError(field, value, f"one of {', '.join(STRATEGIES)}, or a huntgroup.Scorer")
        return STRATEGIES.index(value)

    def requirement(self, field: str, value: Any) -> Any:
        """None, a text that can be read, or a handle of `Engine.requirement`; given back as it is."""
        if value is None or isinstance(value, str):
            try:
                parse(value)
            except RequirementError as error:
                raise error.of(field) from None
            return value
        return integer(field, value, 0, self.handles - 1, "an expression over skills, a handle, or None")

    def relax(self, field: str, value: Any) -> RelaxSteps:
        """Steps (after_ns, requirement), each later than the one before."""
        allowed = "steps (after, requirement), each later than the one before"
        if value is None:
            return ()
        if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > MAX_STEPS:
            raise ConfigError(field, value, f"at most {MAX_STEPS} {allowed}")
        steps: list[tuple[int, Any]] = []
        for place, step in enumerate(value):
            where = f"{field}[{place}]"
            after, requirement = pair(where, step, "a step (after, requirement)")
            after_ns = duration_ns(where, after)
            if steps and after_ns <= steps[-1][0]:
                raise ConfigError(where, step, allowed)
            steps.append((after_ns, self.requirement(where, requirement)))
        return tuple(steps)

    def duration(self, field: str, value: Any) -> int:
        return duration_ns(field, value)

    def positive_duration(self, field: str, value: Any) -> int:
        return duration_ns(field, value, least_ns=1)

    def holds(self, field: str, value: Any) -> int:
        """What a wrap-up keeps, as its code."""
        if not isinstance(value, str) or value not in WRAP_UP_HOLDS:
            raise ConfigError(field, value, "one of " + ", ".join(WRAP_UP_HOLDS))
        return WRAP_UP_HOLDS.index(value)

    def flag(self, field: str, value: Any) -> bool:
        return flag(field, value)

    def delays(self, field: str, value: Any) -> int:
        """When delays hold, as its code."""
        if not isinstance(value, str) or value not in DELAYS:
            raise ConfigError(field, value, "one of " + ", ".join(DELAYS))
        return DELAYS.index(value)

    def limit(self, field: str, value: Any) -> int:
        return NONE if value is None else duration_ns(field, value)

    def count(self, field: str, value: Any) -> int:
        return integer(field, value, 1, MAX_COUNT)

    def misses(self, field: str, value: Any) -> int:
        return NONE if value is None else integer(field, value, 1, MAX_COUNT, f"1 to {MAX_COUNT}, or None")

    def waiting(self, field: str, value: Any) -> int:
        return NONE if value is None else integer(field, value, 0, MAX_COUNT, f"0 to {MAX_COUNT}, or None")

    def when_closed(self, field: str, value: Any) -> int:
        """Whether entries are taken while the queue is closed."""
        if not isinstance(value, str) or value not in WHEN_CLOSED:
            raise ConfigError(field, value, "one of " + ", ".join(WHEN_CLOSED))
        return WHEN_CLOSED.index(value)

    def limits_run(self, field: str, value: Any) -> int:
        """Whether the limits of a wait count all the time, or open time only."""
        if not isinstance(value, str) or value not in LIMITS_RUN:
            raise ConfigError(field, value, "one of " + ", ".join(LIMITS_RUN))
        return LIMITS_RUN.index(value)

    def credit(self, field: str, value: Any) -> int:
        """How much waiting one unit of priority is worth, in ns."""
        found = duration_ns(field, value)
        if found > MAX_SECONDS_PER_PRIORITY * SECOND_NS:
            raise ConfigError(field, value, f"from 0 to {MAX_SECONDS_PER_PRIORITY} seconds")
        return found

    def overflow(self, field: str, value: Any) -> tuple[int, str] | None:
        """(after_ns, name of a queue, which may be added later)."""
        if value is None:
            return None
        after, queue = pair(field, value, "(after, name of a queue), or None")
        return duration_ns(field, after), name(field, queue)

    def hours(self, field: str, value: Any) -> Hours | None:
        """Hours, or the plain table that files and JSON have in their place."""
        if isinstance(value, Mapping):
            return Hours.from_dict(value)
        if value is not None and not isinstance(value, Hours):
            raise ConfigError(field, value, "huntgroup.Hours, a table of them, or None for always open")
        return value

    def group(self, field: str, value: Any) -> str | None:
        return None if value is None else name(field, value)

    def service_level(self, field: str, value: Any) -> tuple[int, float]:
        """(target_ns, share)."""
        target, share = pair(field, value, "(seconds, share from 0 to 1)")
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
            raise ConfigError(field, value, "(seconds, share from 0 to 1)")
        return duration_ns(field, target), float(share)


_CHECKS: Mapping[str, Callable[[Checker, str, Any], Any]] = {
    "channel": Checker.channel,
    "strategy": Checker.strategy,
    "requires": Checker.requirement,
    "offer_timeout": Checker.positive_duration,
    "wrap_up": Checker.duration,
    "wrap_up_holds": Checker.holds,
    "ask_again_after": Checker.duration,
    "preferred_wait": Checker.duration,
    "max_misses": Checker.misses,
    "callback_attempts": Checker.count,
    "callback_retry": Checker.positive_duration,
    "hours": Checker.hours,
    "relax": Checker.relax,
    "overflow": Checker.overflow,
    "max_waiting": Checker.waiting,
    "when_closed": Checker.when_closed,
    "accept_unstaffed": Checker.flag,
    "limits_run": Checker.limits_run,
    "max_wait": Checker.limit,
    "max_wait_unstaffed": Checker.limit,
    "seconds_per_priority": Checker.credit,
    "group": Checker.group,
    "service_level": Checker.service_level,
    "short_abandon": Checker.duration,
    "max_rejects": Checker.misses,
    "max_handled": Checker.waiting,
    "delays": Checker.delays,
}
