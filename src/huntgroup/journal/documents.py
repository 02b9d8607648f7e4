"""Values as JSON, for the records that are not rows. A value of a type that JSON lacks becomes an object with
one member whose name begins with `$`; the numbers of arrays follow the JSON text. Pickle is never used."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

import numpy as np

from huntgroup.errors import ConfigError
from huntgroup.models import PresenceModel
from huntgroup.scorers.scorer import Scorer
from huntgroup.settings.actors import Actor
from huntgroup.settings.hours import Hours

DEEPEST = 8
ARRAY_KINDS = "iufb"


def frozen(value: Any) -> Any:
    """The value in a form that can be read twice: an iterator becomes a list. O(size)."""
    if value is None or isinstance(value, str | bytes | int | float | Mapping | np.ndarray | list | tuple):
        return value
    return list(value) if isinstance(value, Iterable) else value


def plain(field: str, value: Any, arrays: list[bytes], depth: int = 0) -> Any:
    """The value in the form that json.dumps accepts; the bytes of arrays are appended to `arrays`. Raises
    ConfigError for a value that a journal cannot keep. O(size)."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and math.isfinite(value):
        return value
    if hasattr(value, "__index__") and not isinstance(value, np.ndarray):
        return value.__index__()
    if isinstance(value, timedelta):
        return {"$timedelta": [value.days, value.seconds, value.microseconds]}
    if isinstance(value, Hours):
        return {"$hours": value.to_dict()}
    if isinstance(value, PresenceModel):
        return {"$model": value.to_dict()}
    if isinstance(value, Scorer):
        return {"$scorer": value.name}
    if isinstance(value, Actor):
        return {"$actor": [value.name, value.role, value.team]}
    if isinstance(value, range):
        return {"$range": [value.start, value.stop, value.step]}
    if isinstance(value, np.ndarray) and value.dtype.names and not value.dtype.hasobject:
        described = [[name, value.dtype[name].str] for name in value.dtype.names]
        start = sum(map(len, arrays))
        arrays.append(np.ascontiguousarray(value).tobytes())
        return {"$rows": [described, len(value), start]}
    if isinstance(value, np.ndarray) and value.dtype.kind in ARRAY_KINDS:
        block = np.ascontiguousarray(value, dtype=value.dtype.newbyteorder("<"))
        start = sum(map(len, arrays))
        arrays.append(block.tobytes())
        return {"$array": [block.dtype.str, list(block.shape), start]}
    if depth < DEEPEST and isinstance(value, Mapping | list | tuple | np.ndarray):
        return _composed(field, value, arrays, depth + 1)
    raise ConfigError(field, value, "a value that a journal can keep")


def _composed(field: str, value: Any, arrays: list[bytes], depth: int) -> Any:
    if isinstance(value, Mapping):
        if all(isinstance(key, str) and not key.startswith("$") for key in value):
            return {key: plain(field, one, arrays, depth) for key, one in value.items()}
        pairs = [[plain(field, k, arrays, depth), plain(field, v, arrays, depth)] for k, v in value.items()]
        return {"$pairs": pairs}
    items = [plain(field, one, arrays, depth) for one in value]
    return {"$tuple": items} if isinstance(value, tuple) else items


def restored(value: Any, side: bytes, scorer: Callable[[str], Scorer]) -> Any:
    """The value that `plain` was given. `side`: the bytes of the arrays; `scorer`: finds a scorer by its
    name. Raises ValueError and the like for what `plain` never gives. O(size)."""
    if isinstance(value, list):
        return [restored(one, side, scorer) for one in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((kind, content),) = value.items()
        if kind == "$timedelta":
            return timedelta(*content)
        if kind == "$hours":
            return Hours.from_dict(content)
        if kind == "$model":
            return PresenceModel.from_dict(content)
        if kind == "$scorer":
            return scorer(content)
        if kind == "$actor":
            return Actor(*content)
        if kind == "$array":
            return _array(content, side)
        if kind == "$range":
            return range(*content)
        if kind == "$rows":
            return _rows(content, side)
        if kind == "$pairs":
            return {restored(k, side, scorer): restored(v, side, scorer) for k, v in content}
        if kind == "$tuple":
            return tuple(restored(one, side, scorer) for one in content)
    return {key: restored(one, side, scorer) for key, one in value.items()}


def _array(content: Any, side: bytes) -> Any:
    kind, shape, start = content
    dtype = np.dtype(kind)
    if dtype.kind not in ARRAY_KINDS or not 0 <= start <= len(side) or any(n < 0 for n in shape):
        raise ValueError(f"no array of numbers: {content!r}")
    count = math.prod(shape)
    if count * dtype.itemsize > len(side) - start:
        raise ValueError(f"the array {content!r} lies outside")
    return np.frombuffer(side, dtype, count, start).reshape(shape)


def _rows(content: Any, side: bytes) -> Any:
    described, count, start = content
    dtype = np.dtype([(str(name), str(kind)) for name, kind in described])
    if dtype.hasobject or not dtype.itemsize or not 0 <= start <= len(side) or count < 0:
        raise ValueError(f"no rows of numbers: {content!r}")
    if count * dtype.itemsize > len(side) - start:
        raise ValueError(f"the rows {content!r} lie outside")
    return np.frombuffer(side, dtype, count, start)


def packed(document: Mapping[str, Any], arrays: list[bytes]) -> bytes:
    """A document as the bytes of a record: its JSON, a zero byte, its arrays. O(size)."""
    text = json.dumps(document, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return b"".join((text.encode(), b"\0", *arrays))


def unpacked(data: bytes) -> tuple[dict[str, Any], bytes]:
    """(document, arrays) of a record. Raises ValueError. O(size)."""
    text, zero, side = data.partition(b"\0")
    document = json.loads(text)
    if not zero or not isinstance(document, dict):
        raise ValueError("a document is a JSON object and a zero byte")
    return document, side
