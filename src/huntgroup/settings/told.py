"""Settings of queues as the text that their events carry, as they were given, and a whole model: JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from huntgroup.models import PresenceModel
from huntgroup.scorers.scorer import Scorer
from huntgroup.settings.hours import Hours


def told_queue(settings: Mapping[str, Any]) -> str:
    """The settings of a queue that were given, by name. Durations are seconds, hours what `Hours.to_dict`
    gives, a scorer its name. O(size)."""
    return json.dumps({name: _plain(settings[name]) for name in sorted(settings)}, separators=(",", ":"))


def told_model(model: PresenceModel) -> str:
    """A presence model in the shape of its file, see `PresenceModel.to_dict`. O(size)."""
    return json.dumps(model.to_dict(), sort_keys=True, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, timedelta):
        return value / timedelta(seconds=1)
    if isinstance(value, Hours):
        return value.to_dict()
    if isinstance(value, Scorer):
        return value.name
    if value is None or isinstance(value, str | bool | float):
        return value
    return int(value)
