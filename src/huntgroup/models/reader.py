"""From a parsed TOML document to the parts of a model, with every mistake collected on the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from huntgroup.errors import meant
from huntgroup.limits import MAX_NAME_BYTES
from huntgroup.models import parts, schema
from huntgroup.models.locate import Path
from huntgroup.models.noted import Noted

MAX_STATUSES = 255
MAX_DERIVED = 1024


class Report(Noted):
    """The mistakes of a document whose entries have names."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        super().__init__()
        self._document = document

    def add(self, path: Path, value: object, allowed: str) -> None:
        """Notes a mistake under the name of its path."""
        self.note(path, self._label(path), value, allowed)

    def _label(self, path: Path) -> str:
        """`status "Away".colour`, `derived[2].show`, `sign_in.required`."""
        label = ""
        for position, part in enumerate(path):
            if isinstance(part, int):
                name = self._name(path[: position + 1])
                label += f' "{name}"' if name else f"[{part + 1}]"
            else:
                label += f".{part}" if label else part
        return label

    def _name(self, path: Path) -> str | None:
        value: Any = self._document
        for part in path:
            value = value[part]
        name = value.get("name") if isinstance(value, dict) else None
        good = isinstance(name, str) and name.isprintable() and len(name) <= MAX_NAME_BYTES
        return name if good else None


def read_parts(document: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """The constructor arguments of a PresenceModel. A wrong value is reported and replaced by its default."""
    known = {*schema.TOP, *schema.TABLES, "status", "derived", "channels"}
    for key in document:
        if key not in known:
            report.add((key,), document[key], "one of " + ", ".join(sorted(known)) + meant(key, known))
    top = {key: document[key] for key in document if key in schema.TOP}
    values = _read(top, schema.TOP, (), report)
    tables = {name: _table(document, name, report) for name in schema.TABLES}
    toggle, external, stop_new = tables["toggle"], tables["external_presence"], tables["stop_new"]
    return {
        "name": values.get("name", ""),
        "title": values.get("title", values.get("name", "")),
        "default": values.get("default", ""),
        "no_answer": values.get("no_answer"),
        "supervisor_needs_sign_in": values.get("supervisor_needs_sign_in", False),
        "sign_in": parts.SignIn(**tables["sign_in"] or {}),
        "toggle": None if toggle is None else parts.Toggle(**toggle),
        "external_presence": None
        if external is None
        else parts.ExternalPresence(**{"default": "", "values": (), **external}),
        "on": parts.On(**tables["on"] or {}),
        "queues": parts.Queues(**tables["queues"] or {}),
        "wrap_up": parts.WrapUp(**tables["wrap_up"] or {}),
        "stop_new": None if stop_new is None else parts.StopNew(**{"channels": (), **stop_new}),
        "supervisor": parts.Supervisor(**tables["supervisor"] or {}),
        "custom": parts.Custom(**tables["custom"] or {}),
        "statuses": _statuses(document, report),
        "derived": _derived(document, report),
        "channels": _channels(document, report),
    }


def _read(
    table: Mapping[str, Any], keys: dict[str, schema.Key], path: Path, report: Report
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in keys:
            report.add((*path, key), value, "one of " + ", ".join(keys) + meant(key, keys))
            continue
        kind = keys[key].kind
        try:
            values[key] = kind.convert(value)
        except ValueError:
            report.add((*path, key), value, kind.allowed)
    for key, (kind, required) in keys.items():
        if required and key not in table:
            report.add((*path, key), None, f"{kind.allowed}; it must be given")
    return values


def _table(document: Mapping[str, Any], name: str, report: Report) -> dict[str, Any] | None:
    if name not in document:
        return None
    table = document[name]
    if not isinstance(table, dict):
        report.add((name,), table, f"a table [{name}]")
        return {}
    return _read(table, schema.TABLES[name], (name,), report)


def _rows(document: Mapping[str, Any], name: str, most: int, report: Report) -> list[Any]:
    rows = document.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        report.add((name,), rows, f"tables [[{name}]]")
        return []
    if len(rows) > most:
        report.add((name,), f"{len(rows)} tables", f"at most {most} tables [[{name}]]")
        return []
    return rows


def _statuses(document: Mapping[str, Any], report: Report) -> tuple[parts.Status, ...]:
    if not document.get("status"):
        report.add(("status",), document.get("status"), "at least one table [[status]]")
    statuses = []
    for index, row in enumerate(_rows(document, "status", MAX_STATUSES, report)):
        values = _read(row, schema.STATUS, ("status", index), report)
        # A refused name can still be referred to, so that one mistake is told once.
        given = row.get("name")
        name = values.setdefault("name", given if isinstance(given, str) else "")
        values.setdefault("kind", name)
        statuses.append(parts.Status(**values))
    return tuple(statuses)


def _derived(document: Mapping[str, Any], report: Report) -> tuple[parts.Derived, ...]:
    rules = []
    for index, row in enumerate(_rows(document, "derived", MAX_DERIVED, report)):
        values = _read(row, schema.DERIVED, ("derived", index), report)
        rules.append(parts.Derived(**{"when": (), "show": "", **values}))
    return tuple(rules)


def _channels(document: Mapping[str, Any], report: Report) -> tuple[parts.ChannelRule, ...]:
    table = document.get("channels", {})
    if not isinstance(table, dict):
        report.add(("channels",), table, "tables [channels.NAME]")
        return ()
    rules = []
    for name, row in table.items():
        if not isinstance(row, dict):
            report.add(("channels", name), row, f"a table [channels.{name}]")
            continue
        try:
            schema.NAME.convert(name)
        except ValueError:
            report.add(("channels", name), name, schema.NAME.allowed)
            continue
        values = _read(row, schema.CHANNEL, ("channels", name), report)
        rules.append(parts.ChannelRule(name, values.get("blocks")))
    return tuple(rules)
