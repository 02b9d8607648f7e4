"""A changed presence model in a running centre. Not for use by itself: `huntgroup.Engine.update_model` is."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from huntgroup.models import PresenceModel

def who_has(engine: Any, lost: Container[int]) -> tuple[int, int] | None: ...
def take_model(
    engine: Any, model: PresenceModel, places: list[int], told: list[int], told_names: list[str], text: int
) -> None: ...
