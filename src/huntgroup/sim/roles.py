"""Finds the statuses of a presence model that a replay uses, by their meaning and not by their names."""

from __future__ import annotations

from typing import NamedTuple

from huntgroup.errors import ConfigError
from huntgroup.models import PresenceModel, Status


class Roles(NamedTuple):
    """The statuses for working, for a break and for after the shift, and whether there is a Ready toggle."""

    work: str
    rest: str
    home: str
    toggle: bool


def roles_of(model: PresenceModel) -> Roles:
    """For each role the first status of the model that fits. Raises `ConfigError` where none fits."""
    choices = [status for status in model.statuses if status.selectable and status.waits_for is None]
    works = [status for status in choices if status.receives_queued is True and status.after_accept is None]
    if not works:
        raise ConfigError(
            "model", model.name, "a model with a selectable status that receives queued interactions"
        )
    # A status with a duration would end by itself and bring the agent back before the break is over.
    rests = [status for status in choices if not status.receives_queued and status.duration is None]
    if not rests:
        raise ConfigError(
            "model", model.name, "a model with a selectable status that receives nothing queued"
        )
    return Roles(
        work=works[0].name,
        rest=_first(rests, logged_in=True).name,
        home=_first(rests, logged_in=False).name,
        toggle=model.toggle is not None,
    )


def _first(choices: list[Status], *, logged_in: bool) -> Status:
    fitting = (status for status in choices if (status.logged_in is not False) is logged_in)
    return next(fitting, choices[0])
