"""Changed copies of a model: each function gives the plain document of the copy, to be checked whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from huntgroup.errors import ModelError, Problem
from huntgroup.models import schema
from huntgroup.models.document import part, to_dict
from huntgroup.models.fields import ModelFields
from huntgroup.models.parts import Status

_WHAT_A_KIND_MEANS = ("kind", "receives_queued", "logged_in")
"""If only some kinds may be copied, an override of these keys could make a status of another kind."""


def with_status(model: ModelFields, name: str, like: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    """The document with one more status, see PresenceModel.with_status."""
    copied = _copied(model, name, like)
    changed = {key: list(value) if isinstance(value, tuple) else value for key, value in keys.items()}
    _custom(model, copied, name, changed)
    row = part(copied)
    row.pop("aliases", None)
    if model.custom.reported_as is not None:
        row["reported_as"] = model.custom.reported_as
    waiting = _waiting_twin(model, copied, name) if "waits_as" not in changed else None
    if waiting is not None:
        row["waits_as"] = waiting["name"]
    row.update(changed)
    row = {key: value for key, value in row.items() if value is not None or key not in schema.STATUS}
    row["name"] = name
    plain = to_dict(model)
    for status in plain["status"]:
        if copied.name in status.get("goes_to", ()) and name not in status["goes_to"]:
            status["goes_to"].append(name)
    plain["status"] += [row] if waiting is None else [row, waiting]
    return plain


def without_status(model: ModelFields, name: str) -> dict[str, Any]:
    """The document without the status and the one that waits for it, see PresenceModel.without_status."""
    if name not in model.indices:
        _refuse(model, "status", name, "a status of this model: " + ", ".join(model.indices))
    gone = {name, *(status.name for status in model.statuses if status.waits_for == name)}
    plain = to_dict(model)
    plain["status"] = [status for status in plain["status"] if status["name"] not in gone]
    for status in plain["status"]:
        if "goes_to" in status:
            status["goes_to"] = [target for target in status["goes_to"] if target not in gone]
    return plain


def _copied(model: ModelFields, name: str, like: str) -> Status:
    try:
        schema.NAME.convert(name)
    except ValueError:
        _refuse(model, "name", name, schema.NAME.allowed)
    if name in model.indices:
        _refuse(model, "name", name, "a name that no status of the model has")
    choices = [
        status
        for status in model.statuses
        if status.selectable
        and status.waits_for is None
        and (model.custom.kinds is None or status.kind in model.custom.kinds)
    ]
    copied = next((status for status in choices if like in (status.name, *status.aliases)), None)
    if copied is None:
        _refuse(model, "like", like, "one of " + ", ".join(status.name for status in choices))
    return copied


def _custom(model: ModelFields, copied: Status, name: str, keys: Mapping[str, Any]) -> None:
    if model.custom.kinds is None:
        return
    for key in _WHAT_A_KIND_MEANS:
        if key in keys and keys[key] != getattr(copied, key):
            allowed = f"{getattr(copied, key)!r}, as every status of this kind has it"
            _refuse(model, f'status "{name}".{key}', keys[key], allowed)


def _waiting_twin(model: ModelFields, copied: Status, name: str) -> dict[str, Any] | None:
    if copied.waits_as is None:
        return None
    twin = part(model.status(copied.waits_as))
    twin.pop("aliases", None)
    named_after = copied.name in twin["name"]
    twin["name"] = twin["name"].replace(copied.name, name) if named_after else f"{twin['name']} ({name})"
    twin["waits_for"] = name
    return twin


def _refuse(model: ModelFields, key: str, value: object, allowed: str) -> NoReturn:
    raise ModelError(model.name, (Problem(0, key, value, allowed),))
