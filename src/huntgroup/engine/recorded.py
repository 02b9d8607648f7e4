"""Changes of the configuration as records: the call itself, with its arguments."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from huntgroup.errors import ConfigError
from huntgroup.journal.documents import frozen, plain
from huntgroup.models import PresenceModel

Method = TypeVar("Method", bound=Callable[..., Any])

RECORDED: dict[str, Callable[..., Any]] = {}
"""The methods that a journal may call, by name."""


def recorded(method: Method) -> Method:
    """Makes a method that changes the configuration durable where the engine is: its arguments are recorded
    after it has succeeded. An argument that cannot be recorded raises ConfigError before anything changes."""
    name = method.__name__

    @wraps(method)
    def call(engine: Any, *given: Any, **named: Any) -> Any:
        journal = engine._journal
        if journal is None or engine._recorder is None or engine._recorder.changing:
            return method(engine, *given, **named)
        args = [frozen(value) for value in given]
        keywords = {key: frozen(value) for key, value in named.items()}
        arrays: list[bytes] = []
        document = {
            "call": name,
            "args": [plain(name, _whole(name, value), arrays) for value in args],
            "keywords": {
                key: plain(key, _whole(key, value), arrays) for key, value in keywords.items() if key != "at"
            },
        }
        return journal.change(document, arrays, lambda: method(engine, *args, **keywords))

    RECORDED[name] = call
    return cast("Method", call)


def _whole(field: str, value: Any) -> Any:
    """A presence model that is named is kept itself: what its file says may change."""
    if field in ("model", "update_model"):
        try:
            return PresenceModel.load(value)
        except ConfigError:
            return value
    return value
