"""Whether a presence model may take the place of a running one, and which status becomes which."""

from __future__ import annotations

from huntgroup.errors import ConfigError
from huntgroup.models.fields import ModelFields

FRAME = ("name", "toggle", "external_presence", "stop_new", "channels")
"""The parts that a changed copy must leave as they are, beside `sign_in.required`: agents and commands depend
on them."""


def places(running: ModelFields, model: ModelFields) -> list[int]:
    """For each status of the running model its place in the new one: by name, else by an alias, so that a
    status can be renamed; -1 where it is gone. Raises ConfigError for a model of another frame."""
    # MODEL-1.
    for part in FRAME:
        if getattr(running, part) != getattr(model, part):
            raise ConfigError(
                "model", model.name, f"a copy of the running {running.name} with the same {part}"
            )
    if running.sign_in.required != model.sign_in.required:
        raise ConfigError("model", model.name, "a copy of the running model with the same sign_in.required")
    return [model.spellings.get(status.name, -1) for status in running.statuses]
