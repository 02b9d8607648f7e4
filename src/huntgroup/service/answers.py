"""The answers of the service: the bodies of results and errors, and the HTTP status of each error."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from huntgroup.errors import (
    CentreError,
    ConfigError,
    HuntgroupError,
    JournalFailed,
    Overloaded,
    ReconfigureError,
    Refused,
    RouterClosed,
    StaleSession,
    shown,
)
from huntgroup.journal.answers import keeps

encode: Callable[[Any], bytes] = msgspec.json.Encoder(order=None).encode

NOT_FOUND = (
    *("UnknownAgent", "UnknownQueue", "UnknownSkill", "UnknownInteraction"),
    *("UnknownStatus", "UnknownChannel"),
)
"""The refusals that get status 404: the thing that the command names does not exist."""


@keeps
class Failure(Exception):
    """An error answer: its status, its body, and extra headers."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {**more, "message": message}
        self.headers = headers or {}


class Reply(NamedTuple):
    """An answer ready to send."""

    status: int
    body: bytes
    headers: dict[str, str]


def failed(failure: Failure) -> Reply:
    return Reply(failure.status, encode(failure.body), failure.headers)


def failure_of(error: BaseException) -> Failure:
    """The answer for an error that a command or a reading raised. An error of another kind is raised
    again."""
    if isinstance(error, Failure):
        return error
    if isinstance(error, Refused):
        name = type(error).__name__
        field = getattr(error, "field", "")
        more: dict[str, Any] = {"field": field} if field else {}
        return Failure(404 if name in NOT_FOUND else 409, str(error), None, refused=name, **more)
    if isinstance(error, StaleSession):
        return Failure(409, str(error), refused="StaleSession")
    if isinstance(error, ReconfigureError):
        return Failure(409, str(error), refused="ReconfigureError", mistakes=_mistakes(error))
    if isinstance(error, CentreError):
        return Failure(422, str(error), field=error.field, mistakes=_mistakes(error))
    if isinstance(error, ConfigError):
        return Failure(422, str(error), field=error.field)
    if isinstance(error, JournalFailed):
        return Failure(503, f"JournalFailed: {error}")
    if isinstance(error, Overloaded | RouterClosed):
        return Failure(503, str(error), {"Retry-After": "1"})
    if isinstance(error, HuntgroupError):
        return Failure(500, f"{type(error).__name__}: {error}")
    raise error


def _mistakes(error: CentreError | ReconfigureError) -> list[dict[str, Any]]:
    """The mistakes of a file as plain values."""
    return [
        {"line": one.line, "key": one.key, "value": shown(one.value), "allowed": one.allowed}
        for one in error.problems
    ]


_PLACE = re.compile(r"(?: - at `\$\.?(?P<path>.*)`)?$", re.DOTALL)
_NAMED = re.compile(r"(?:missing required|contains unknown) field `(?P<name>.*?)`")


def wrong_body(error: msgspec.DecodeError) -> Failure:
    """The answer for a wrong body: 422, which names the field, or 400 if the body is not JSON."""
    text = str(error)
    if not isinstance(error, msgspec.ValidationError):
        return Failure(400, f"no JSON: {text}")
    place = _PLACE.search(text)
    path = (place.group("path") if place else None) or ""
    named = _NAMED.search(text)
    if named:
        path = f"{path}.{named.group('name')}" if path else named.group("name")
    return Failure(422, text, field=path or "body")
