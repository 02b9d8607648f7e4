"""Every mistake of a centre's file, each with the field that it is in and the line that it stands on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from huntgroup.errors import CentreError, ConfigError, RequirementError, meant
from huntgroup.models.locate import Path as Place
from huntgroup.models.noted import Noted


class Mistakes(Noted):
    """The mistakes of a centre's file, under the names of its fields."""

    def add_error(self, place: Place, prefix: str, error: ConfigError) -> None:
        """Notes what an engine says of one value of the entry that `prefix` names."""
        allowed = error.allowed
        if isinstance(error, RequirementError):
            allowed = f"{error.expected} at column {error.column}"
        self.note(place, f"{prefix}.{error.field}" if prefix else error.field, error.value, allowed)

    def within(self, place: Place) -> bool:
        """Was a mistake noted inside the value at this path? Then a mistake of the whole value may only be
        its consequence."""
        return any(len(other) > len(place) and other[: len(place)] == place for other in self._found)

    def raise_any(self, source: str | Path, lines: Mapping[Place, int]) -> None:
        """Raises CentreError with all of them, where there is one."""
        if self._found:
            raise CentreError(str(source), self.problems(lines))


def one_of(what: str, wrong: object, names: Iterable[str]) -> str:
    """A phrase that lists what is allowed, and asks for the name that was likely meant."""
    listed = list(names)
    return f"one of the {what} " + ", ".join(listed) + meant(wrong, listed)
