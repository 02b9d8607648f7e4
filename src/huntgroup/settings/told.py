"""The texts of the events that tell what was added or changed in the configuration: JSON with sorted keys."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huntgroup.models import PresenceModel
from huntgroup.scorers.scorer import Scorer
from huntgroup.settings.hours import Hours

DIGITS = "0123456789A"
"""A proficiency as one character."""

_LETTERS = np.frombuffer(DIGITS.encode(), np.uint8)


def told_model(model: PresenceModel) -> str:
    """A presence model: what `to_dict` gives. O(size)."""
    return _text(model.to_dict())


def told_settings(settings: Mapping[str, Any], requirement: Callable[[int], str | None] | None = None) -> str:
    """The settings of a queue or a channel that were given, by name. Durations are seconds, hours what
    `Hours.to_dict` gives, a scorer its name; `requirement` gives the text of a handle. O(size)."""
    told = dict(settings)
    if requirement is not None:
        if _is_handle(told.get("requires")):
            told["requires"] = requirement(told["requires"]) or None
        if told.get("relax") is not None:
            steps = [
                (after, requirement(text) or None if _is_handle(text) else text)
                for after, text in told["relax"]
            ]
            told["relax"] = steps
    return _text({name: plain_setting(value) for name, value in told.items()})


def told_agents(
    names: Sequence[str],
    *,
    skills: Mapping[str, Sequence[int] | NDArray[Any]],
    capacity: Mapping[str, Sequence[int] | NDArray[Any]],
    queues: Sequence[Sequence[int]],
    user: Sequence[Sequence[float]],
    **same: Any,
) -> str:
    """Agents that are added, in one text. O(agents x (skills + channels + queues)).

    What is the same for all of them stands once: `same`, and each column of `skills` (proficiencies, or a
    character of `DIGITS` for each agent) and of `capacity` (a number, or a list); all zeros are left out.
    `queues` are the indices of the queues for all, or a list for each; `user` likewise.
    """
    told: dict[str, Any] = {"names": list(names), **same}
    if levels := {name: _digits(column) for name, column in skills.items() if np.any(column)}:
        told["skills"] = levels
    if numbers := {name: _numbers(column) for name, column in capacity.items() if np.any(column)}:
        told["capacity"] = numbers
    if any(len(row) for row in queues):
        told["queues"] = _rows(queues)
    if len(user):
        told["user"] = _rows(user)
    return _text(told)


def _digits(column: Any) -> int | str:
    values = np.asarray(column, np.uint8)
    return int(values[0]) if np.all(values == values[0]) else _LETTERS[values].tobytes().decode()


def _numbers(column: Any) -> int | list[int]:
    values = np.asarray(column, np.int64)
    return int(values[0]) if np.all(values == values[0]) else [int(value) for value in values.tolist()]


def _rows(rows: Sequence[Sequence[Any]]) -> list[Any]:
    first = list(rows[0])
    return first if all(list(row) == first for row in rows) else [list(row) for row in rows]


def _is_handle(value: Any) -> bool:
    return value is not None and not isinstance(value, str)


def _text(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


def plain_setting(value: Any) -> Any:
    """A setting's value as JSON has it: durations in seconds, hours and models as tables, a scorer by its
    name. O(size)."""
    if isinstance(value, Mapping):
        return {key: plain_setting(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain_setting(item) for item in value]
    if isinstance(value, timedelta):
        return value / timedelta(seconds=1)
    if isinstance(value, Hours | PresenceModel):
        return value.to_dict()
    if isinstance(value, Scorer):
        return value.name
    if value is None or isinstance(value, str | bool | float):
        return value
    return int(value)
