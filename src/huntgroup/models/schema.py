"""What each key of a model file may hold. The reader walks these tables; no other module knows the types."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from huntgroup.limits import MAX_DURATION_S, MAX_NAME_BYTES
from huntgroup.models.parts import ASKED_OF, CONDITIONS, LISTED

MAX_LIST = 4096


class Kind(NamedTuple):
    """A kind of value: `convert` gives the value as the model keeps it, or raises ValueError."""

    convert: Callable[[Any], Any]
    allowed: str


class Key(NamedTuple):
    """One key of a table: the kind of its value, and whether it must be given."""

    kind: Kind
    required: bool = False


def _name(value: Any) -> str:
    if type(value) is not str or not value or value != value.strip():
        raise ValueError
    if len(value.encode("utf-8", "surrogatepass")) > MAX_NAME_BYTES:
        raise ValueError
    # Control characters and lone surrogates would break terminals, logs and the journal's UTF-8.
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in value):
        raise ValueError
    return value


def _identifier(value: Any) -> str:
    if type(value) is not str or len(value) > MAX_NAME_BYTES or not re.fullmatch(r"[a-z][a-z0-9_]*", value):
        raise ValueError
    return value


def _flag(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError
    return value


def _sequence(value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple) or len(value) > MAX_LIST:
        raise ValueError
    return tuple(value)


def _names(value: Any) -> tuple[str, ...]:
    names = tuple(_name(item) for item in _sequence(value))
    if len(set(names)) != len(names):
        raise ValueError
    return names


def _some_names(value: Any) -> tuple[str, ...]:
    names = _names(value)
    if not names:
        raise ValueError
    return names


def _flag_or_listed(value: Any) -> bool | str:
    return value if type(value) is str and value == LISTED else _flag(value)


def _flag_or_names(value: Any) -> bool | tuple[str, ...]:
    return value if type(value) is bool else _names(value)


def _blocks(value: Any) -> str | tuple[str, ...]:
    return value if type(value) is str and value in ("others", "none") else _names(value)


def _seconds(value: Any) -> int | float:
    if isinstance(value, timedelta):
        value = value / timedelta(seconds=1)
    if type(value) is float:
        if not math.isfinite(value):
            raise ValueError
        # One spelling for each value, so that equal models have equal fingerprints.
        value = int(value) if value.is_integer() else value
    elif type(value) is not int:
        raise ValueError
    if not 0 < value <= MAX_DURATION_S or round(value * 1_000_000_000) == 0:
        raise ValueError
    seconds: int | float = value
    return seconds


def _conditions(value: Any) -> tuple[str, ...]:
    names = _sequence(value)
    if any(type(name) is not str or not _is_condition(name.removeprefix("not ")) for name in names):
        raise ValueError
    if any(f"not {name}" in names for name in names):
        raise ValueError
    return names


def _is_condition(name: str) -> bool:
    """A condition, possibly one on a channel: "handling voice"."""
    asked, _, channel = name.partition(" ")
    if name in CONDITIONS or asked not in ASKED_OF:
        return name in CONDITIONS
    return channel == _name(channel)


def _answers(value: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict) or not 0 < len(value) <= 16:
        raise ValueError
    if any(type(answer) is not str or answer not in ("yes", "no", "setting") for answer in value.values()):
        raise ValueError
    return tuple((_name(name), answer) for name, answer in value.items())


def _receives(value: Any) -> str:
    if type(value) is not str or value not in ("base", "own"):
        raise ValueError
    return value


NAME = Kind(_name, f"a name: text of 1 to {MAX_NAME_BYTES} bytes without control characters or outer blanks")
IDENTIFIER = Kind(_identifier, f"small letters, digits and _, a letter first, at most {MAX_NAME_BYTES}")
FLAG = Kind(_flag, "true or false")
NAMES = Kind(_names, f"a list of different names, at most {MAX_LIST}")
SOME_NAMES = Kind(_some_names, f"a list of 1 to {MAX_LIST} different names")
SECONDS = Kind(_seconds, "seconds, more than 0 and at most 100 years")

STATUS: dict[str, Key] = {
    "name": Key(NAME, required=True),
    "kind": Key(NAME),
    "colour": Key(NAME),
    "selectable": Key(FLAG),
    "receives_queued": Key(Kind(_flag_or_listed, 'true, false or "listed"')),
    "queues": Key(NAMES),
    "receives_direct": Key(Kind(_flag_or_names, "true, false or a list of different channels")),
    "features": Key(FLAG),
    "logged_in": Key(FLAG),
    "reported_as": Key(NAME),
    "goes_to": Key(NAMES),
    "may_sign_out": Key(FLAG),
    "locked": Key(FLAG),
    "needs_device": Key(NAME),
    "needs_toggle": Key(FLAG),
    "waits_as": Key(NAME),
    "waits_for": Key(NAME),
    "duration": Key(SECONDS),
    "queue_group": Key(NAME),
    "after_accept": Key(NAME),
    "one_offer": Key(FLAG),
    "aliases": Key(NAMES),
}

_CONDITIONS = Kind(
    _conditions,
    f'a list of conditions that can hold at once, "not " before one negates it: {", ".join(CONDITIONS)}, '
    + ", ".join(f"{asked} CHANNEL" for asked in ASKED_OF),
)
DERIVED: dict[str, Key] = {
    "when": Key(_CONDITIONS, required=True),
    "kinds": Key(SOME_NAMES),
    "show": Key(NAME, required=True),
    "receives": Key(Kind(_receives, '"base" or "own"')),
}

TOP: dict[str, Key] = {
    "name": Key(IDENTIFIER, required=True),
    "title": Key(NAME),
    "default": Key(NAME, required=True),
    "no_answer": Key(NAME),
    "supervisor_needs_sign_in": Key(FLAG),
}

TABLES: dict[str, dict[str, Key]] = {
    "sign_in": {"required": Key(FLAG), "sets_default": Key(FLAG), "signed_out_shows": Key(NAME)},
    "toggle": {"default": Key(FLAG)},
    "external_presence": {
        "default": Key(NAME, required=True),
        "values": Key(
            Kind(_answers, 'a table of 1 to 16 presences, each "yes", "no" or "setting"'), required=True
        ),
        "clears": Key(NAMES),
    },
    "on": {"missed_queued": Key(NAME), "missed_direct": Key(NAME), "rejected_queued": Key(NAME)},
    "queues": {"status_sets_logins": Key(FLAG), "login_sets": Key(NAME), "last_logout_sets": Key(NAME)},
    "wrap_up": {"fixed": Key(FLAG)},
    "stop_new": {"channels": Key(SOME_NAMES, required=True)},
    "supervisor": {"sets": Key(NAMES)},
    "custom": {"kinds": Key(NAMES), "reported_as": Key(NAME)},
}

CHANNEL: dict[str, Key] = {"blocks": Key(Kind(_blocks, '"others", "none" or a list of different channels'))}
