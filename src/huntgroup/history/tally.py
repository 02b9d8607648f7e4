"""What a queue did in one span, and every figure of it: the one place where a figure is computed.

docs/HISTORY.md defines each. Durations are nanoseconds here and seconds in what is told.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from huntgroup.settings.durations import SECOND_NS

COUNTS = ("abandoned", "short_abandons", "timed_out", "overflowed")
REFUSALS = ("refused_closed", "refused_full", "refused_unstaffed")


class Tally:
    """`waits_ns` of the answered, `left_ns` of those who hung up or timed out; `counts` by the names that
    queues count by."""

    __slots__ = (
        *("busy_ns", "counts", "handled", "handling_ns", "in_target", "left_ns", "staffed_ns", "waits_ns"),
    )

    handled: int
    handling_ns: int
    staffed_ns: int
    busy_ns: int

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.waits_ns: list[int] = []
        self.left_ns: list[int] = []
        self.in_target: int = 0
        self.handled = self.handling_ns = 0
        self.staffed_ns = self.busy_ns = 0

    def __iadd__(self, other: Tally) -> Tally:
        """Both together: other queues, or another span. O(waits of the other)."""
        self.counts += other.counts
        self.waits_ns += other.waits_ns
        self.left_ns += other.left_ns
        self.in_target += other.in_target
        self.handled, self.handling_ns = self.handled + other.handled, self.handling_ns + other.handling_ns
        self.staffed_ns, self.busy_ns = self.staffed_ns + other.staffed_ns, self.busy_ns + other.busy_ns
        return self

    @property
    def offered(self) -> int:
        """Entries that were let in."""
        return self.counts["entered"]

    @property
    def answered(self) -> int:
        """Answers that were not taken back."""
        return len(self.waits_ns)

    @property
    def abandoned(self) -> int:
        """Who left by hanging up, short abandons among them."""
        return self.counts["abandoned"]

    @property
    def service_level(self) -> float | None:
        """Answered in target, of all that are judged: answered, abandoned but for short ones, timed out."""
        lost = self.abandoned - self.counts["short_abandons"] + self.counts["timed_out"]
        judged = self.answered + lost
        return self.in_target / judged if judged else None

    @property
    def average_speed_of_answer(self) -> float | None:
        """Mean wait of the answered, seconds."""
        return sum(self.waits_ns) / self.answered / SECOND_NS if self.waits_ns else None

    @property
    def average_handle_time(self) -> float | None:
        """Mean of the handling times that became whole, wrap-up included, seconds."""
        return self.handling_ns / self.handled / SECOND_NS if self.handled else None

    @property
    def longest_wait(self) -> float | None:
        """Of those answered, abandoned or timed out, seconds."""
        longest = max([*self.waits_ns, *self.left_ns], default=None)
        return None if longest is None else longest / SECOND_NS

    @property
    def occupancy(self) -> float | None:
        """The part of the staffed time with work in hand or in wrap-up."""
        return self.busy_ns / self.staffed_ns if self.staffed_ns else None

    def wait_percentiles(self, *parts: int) -> list[float | None]:
        """For each part the seconds that so many percent of the answered waited at most, between two waits in
        proportion. O(n log n)."""
        waits, found = sorted(self.waits_ns), list[float | None]()
        for part in parts:
            place, rest = divmod((len(waits) - 1) * part, 100)
            if not waits:
                found.append(None)
            elif not rest:
                found.append(waits[place] / SECOND_NS)
            else:
                low, high = waits[place], waits[place + 1]
                found.append((low + (high - low) * rest / 100) / SECOND_NS)
        return found

    def figures(self) -> dict[str, Any]:
        """All of them, by the names of their columns."""
        return {
            "offered": self.offered,
            "answered": self.answered,
            **{what: self.counts[what] for what in COUNTS},
            "refused": sum(self.counts[what] for what in REFUSALS),
            "service_level": self.service_level,
            "average_speed_of_answer": self.average_speed_of_answer,
            "average_handle_time": self.average_handle_time,
            "longest_wait": self.longest_wait,
            **dict(zip(("wait_p50", "wait_p90", "wait_p95"), self.wait_percentiles(50, 90, 95), strict=True)),
            "occupancy": self.occupancy,
            "staffed_seconds": self.staffed_ns / SECOND_NS,
        }
