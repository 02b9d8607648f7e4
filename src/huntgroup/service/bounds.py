"""What one client may cost the others: sizes, depths, rates, and the settings that say how much."""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from huntgroup.errors import ConfigError
from huntgroup.service.answers import Failure

MAX_BODY = 1024 * 1024
MAX_BATCH_BODY = 8 * 1024 * 1024
MAX_BATCH = 10_000
MAX_DEPTH = 16
MAX_SUBJECTS = 100_000


@dataclass(frozen=True, slots=True)
class Settings:
    """The table `[service]` of a centre's file. `rate` and `burst` are commands a second for a subject, times
    are seconds, `sockets` how many a subject may hold open; `hosts` are names under which the service is
    reached; `public_presence` shows the outward presence to everybody."""

    rate: float = 10_000
    burst: float = 20_000
    header_timeout: float = 10
    idle_timeout: float = 60
    sockets: int = 50
    hosts: tuple[str, ...] = ()
    public_presence: bool = False

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> Settings:
        """The settings that a table gives. Raises ConfigError."""
        known = {field.name for field in fields(cls)}
        checked: dict[str, Any] = {}
        for key, value in plain.items():
            if key not in known:
                raise ConfigError(f"service.{key}", value, "one of the keys " + ", ".join(sorted(known)))
            checked[key] = _checked(key, value)
        return cls(**checked)


def _checked(key: str, value: Any) -> Any:
    field = f"service.{key}"
    if key == "hosts":
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise ConfigError(field, value, "a list of names")
        return tuple(one.lower() for one in value)
    if key == "public_presence":
        if not isinstance(value, bool):
            raise ConfigError(field, value, "true or false")
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1e9:
        raise ConfigError(field, value, "a number above 0")
    if key == "sockets" and not isinstance(value, int):
        raise ConfigError(field, value, "an integer above 0")
    return value


class Buckets:
    """A token bucket for each subject: `rate` commands a second, at most `burst` at once."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, subject: str, count: int = 1) -> None:
        """Takes so many commands from the subject's bucket. Raises Failure 429 where it has too few: then
        none is taken. O(1)."""
        now = time.monotonic()
        level, since = self._levels.get(subject, (self._burst, now))
        level = min(self._burst, level + (now - since) * self._rate)
        if count > level:
            self._levels[subject] = (level, now)
            wait = (min(count, self._burst) - level) / self._rate
            raise Failure(429, "too many commands", {"Retry-After": str(max(1, round(wait + 0.5)))})
        self._levels[subject] = (level - count, now)
        if len(self._levels) > MAX_SUBJECTS:
            self._levels.popitem(last=False)


def check_depth(body: bytes) -> None:
    """Raises Failure 400 for JSON that is nested deeper than anything here is. O(bytes), and of those that
    could be too deep only."""
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return
    depth = 0
    for found in _BRACKETS.finditer(body):
        mark = found.group()
        if mark in (b"[", b"{"):
            depth += 1
            if depth > MAX_DEPTH:
                raise Failure(400, f"JSON nested deeper than {MAX_DEPTH}")
        elif mark in (b"]", b"}"):
            depth -= 1


# A text is skipped whole: what stands in it opens nothing.
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"|[][{}]', re.DOTALL)
