"""What an engine shows as plain values that `json.dumps` takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from types import NoneType
from typing import Any

import numpy as np


def plain(value: Any) -> Any:
    """A view, an event, a decision, an array or a container of them as dicts, lists, texts and numbers. Sets
    become sorted lists, arrays lists (structured ones lists of dicts), keys texts; any other value stays as
    it is. O(size)."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is tuple:
        return [item if type(item) in _PLAIN else plain(item) for item in value]
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(plain(item) for item in value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray):
        names = value.dtype.names
        rows = value.tolist()
        return rows if names is None else [dict(zip(names, row, strict=True)) for row in rows]
    return value.item() if isinstance(value, np.generic) else value


_PLAIN = frozenset((str, int, float, bool, NoneType))


_NAMES: dict[Any, tuple[str, ...]] = {}
"""The names of the fields of each class of views."""


class Plain:
    """Gives a frozen dataclass its `to_dict`."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Its fields as plain values, which `json.dumps` takes. O(size)."""
        names = _NAMES.get(type(self))
        if names is None:
            names = _NAMES[type(self)] = tuple(field.name for field in fields(self))  # type: ignore[arg-type]
        return {name: plain(getattr(self, name)) for name in names}
