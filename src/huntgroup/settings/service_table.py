"""The table `[service]` of a centre's file: what `huntgroup serve` grants one client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from huntgroup.errors import ConfigError
from huntgroup.settings.mistakes import Mistakes, one_of


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """`rate` and `burst` are commands a second for a subject, times are seconds, `sockets` how many a subject
    may hold open; `hosts` are names under which the service is reached; `public_presence` shows the outward
    presence to everybody."""

    rate: float = 10_000
    burst: float = 20_000
    header_timeout: float = 10
    idle_timeout: float = 60
    sockets: int = 50
    hosts: tuple[str, ...] = ()
    public_presence: bool = False

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> ServiceSettings:
        """The settings that a table gives. Raises CentreError with every mistake."""
        mistakes = Mistakes()
        checked = check(plain, mistakes)
        mistakes.raise_any("service", {})
        return cls(**checked)


KEYS = tuple(field.name for field in fields(ServiceSettings))


def check(plain: Any, mistakes: Mistakes) -> dict[str, Any]:
    """The values that hold, by key; the others are noted. O(keys)."""
    if not isinstance(plain, Mapping):
        mistakes.note(("service",), "service", plain, "a table of settings of huntgroup serve")
        return {}
    checked: dict[str, Any] = {}
    for key, value in plain.items():
        if key not in KEYS:
            mistakes.note(("service", key), f"service.{key}", value, one_of("keys", key, KEYS))
            continue
        try:
            checked[key] = _checked(key, value)
        except ConfigError as error:
            mistakes.add_error(("service", key), "service", error)
    return checked


def _checked(key: str, value: Any) -> Any:
    if key == "hosts":
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise ConfigError(key, value, "a list of names")
        return tuple(one.lower() for one in value)
    if key == "public_presence":
        if not isinstance(value, bool):
            raise ConfigError(key, value, "true or false")
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1e9:
        raise ConfigError(key, value, "a number above 0")
    if key == "sockets" and not isinstance(value, int):
        raise ConfigError(key, value, "an integer above 0")
    return value
