"""The description of the service in OpenAPI 3.1, made from the code's own types, and the page /docs."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import msgspec

from huntgroup.errors import Refused
from huntgroup.limits import MAX_NAME_BYTES
from huntgroup.service.answers import NOT_FOUND
from huntgroup.service.faces import FACES, Face, Streams
from huntgroup.service.figures import IntervalsQuery
from huntgroup.service.reload import ReloadQuery
from huntgroup.service.together import BODIES
from huntgroup.shown import Event

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
_REF = "#/components/schemas/{name}"
_REFUSALS = sorted(
    {*(kind.__name__ for kind in Refused.__subclasses__()), "StaleSession", "ReconfigureError"}
)


@cache
def document() -> bytes:
    """The description as JSON."""
    return msgspec.json.encode(description())


def description() -> dict[str, Any]:
    """The description as plain values."""
    commands = list(BODIES.values())
    _, schemas = msgspec.json.schema_components(
        [*commands, *{face.query for face in FACES}, Streams, ReloadQuery, IntervalsQuery], ref_template=_REF
    )
    for schema in schemas.values():
        schema["additionalProperties"] = False
    schemas |= _answers()
    body = {
        "oneOf": [{"$ref": _REF.format(name=name)} for name in BODIES],
        "discriminator": {
            "propertyName": "command",
            "mapping": {name: _REF.format(name=name) for name in BODIES},
        },
    }
    schemas["Command"] = body
    paths: dict[str, Any] = {
        "/v1/commands": {"post": _commands()},
        "/v1/commands/batch": {"post": _batch()},
        "/v1/config": {"get": _configuration(), "post": _reload(schemas)},
        "/v1/events": {"get": _events(schemas)},
        **{face.path: {"get": _face(face, schemas)} for face in FACES},
        "/v1/intervals": {"get": _intervals(schemas)},
        "/v1/me": {"get": _plain("Who asks, and what a page has to know beside.", "application/json", 401)},
        "/metrics": {"get": _plain("Figures for Prometheus.", "text/plain", 401, 403, 503)},
        "/healthz": {"get": _open("Whether the process is alive.")},
        "/readyz": {"get": _open("Whether it takes commands.", 503)},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "huntgroup", "version": _version(), "description": _ABOUT},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"bearer": []}],
    }


_ABOUT = (
    "Commands and readings of a contact centre's engine. What stands beside here: WS /v1/stream, events and"
    " commands on one socket. Who may do what hangs on the role of the token."
)


def _version() -> str:
    try:
        return version("huntgroup")
    except PackageNotFoundError:
        return "0"


def _answers() -> dict[str, Any]:
    members: dict[str, Any] = {name: {} for name in Event._fields}
    members |= {"seq": {"type": "integer"}, "at_ns": {"type": "integer"}, "kind": {"type": "string"}}
    return {
        "Event": {
            "type": "object",
            "properties": {"at": {"type": "string"}, **members},
            "required": ["seq", "at", "at_ns", "kind"],
        },
        "Done": {
            "type": "object",
            "properties": {
                "result": {},
                "events": {"type": "array", "items": {"$ref": _REF.format(name="Event")}},
            },
            "required": ["result", "events"],
        },
        "Refusal": {
            "type": "object",
            "properties": {
                "refused": {"type": "string", "enum": _REFUSALS},
                "message": {"type": "string"},
                "field": {"type": "string"},
            },
            "required": ["refused", "message"],
        },
        "Wrong": {
            "type": "object",
            "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            "required": ["field", "message"],
        },
        "Reloaded": {
            "type": "object",
            "properties": {
                "applied": {"type": "boolean"},
                "commands": {"type": "array", "items": {"type": "object", "required": ["command"]}},
                "changes": {"type": "array", "items": _CHANGE},
                "left": {"type": "array", "items": {"type": "string"}},
                "lost": {"type": "array", "items": {"type": "string"}},
            },
            "required": ["applied", "commands", "changes", "left", "lost"],
        },
        "Gone": {
            "type": "object",
            "properties": {"first_seq": {"type": "integer"}, "message": {"type": "string"}},
            "required": ["first_seq", "message"],
        },
        "Failure": {
            "type": "object",
            "properties": {"message": {"type": "string"}},
            "required": ["message"],
        },
        "Thing": {"type": "object"},
        "List": {
            "type": "object",
            "properties": {
                "items": {"type": "array", "items": {"type": "object"}},
                "next": {"type": ["string", "null"]},
                "seq": {"type": "integer"},
            },
            "required": ["items", "next", "seq"],
        },
    }


_CHANGE = {
    "type": "object",
    "properties": {
        "kind": {"enum": ["model", "channel", "queue", "agent", "skill", "service"]},
        "name": {"type": "string"},
        "what": {"enum": ["added", "changed", "removed"]},
        "setting": {"type": ["string", "null"]},
        "before": {},
        "after": {},
        "words": {"type": "string"},
    },
    "required": ["kind", "name", "what", "setting", "before", "after", "words"],
}

_WORDS = {
    400: ("Failure", "No JSON."),
    401: ("Failure", "No valid token."),
    403: ("Failure", "Not for this role, a foreign origin, or a foreign host."),
    404: ("Refusal", f"Something is not there: {', '.join(NOT_FOUND)}."),
    409: ("Refusal", "A rule forbids it: nothing changed but the passing of time."),
    410: ("Gone", "The events are kept no more."),
    413: ("Failure", "Too large."),
    422: ("Wrong", "A member or parameter is wrong, missing or unknown; `field` names it."),
    429: ("Failure", "Too many commands; Retry-After says when."),
    503: ("Failure", "Stopping, or too much waits already; Retry-After says when."),
}


def _responses(good: str, *statuses: int, kind: str = "application/json") -> dict[str, Any]:
    schema = {"type": "string"} if kind != "application/json" else {"$ref": _REF.format(name=good)}
    answers: dict[str, Any] = {"200": {"description": "Done.", "content": {kind: {"schema": schema}}}}
    for status in statuses:
        name, words = _WORDS[status]
        answers[str(status)] = {
            "description": words,
            "content": {"application/json": {"schema": {"$ref": _REF.format(name=name)}}},
        }
    return answers


_SESSION = [
    {
        "name": "Session",
        "in": "header",
        "description": "The client's session: each of its numbered requests is carried out once.",
        "schema": {"type": "string", "minLength": 1, "maxLength": MAX_NAME_BYTES},
    },
    {
        "name": "Request",
        "in": "header",
        "description": "The number of the request in its session; left out: the next one.",
        "schema": {"type": "integer", "minimum": 1, "maximum": 10**19 - 1},
    },
]


def _commands() -> dict[str, Any]:
    return {
        "summary": "Give a command.",
        "operationId": "command",
        "parameters": _SESSION,
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": _REF.format(name="Command")}}},
        },
        "responses": _responses("Done", 400, 401, 403, 404, 409, 413, 422, 429, 503),
    }


def _batch() -> dict[str, Any]:
    return {
        "summary": "Give many commands, a line each; a line each comes back, with `status` where it failed.",
        "operationId": "batch",
        "parameters": _SESSION,
        "requestBody": {
            "required": True,
            "content": {"application/x-ndjson": {"schema": {"type": "string"}}},
        },
        "responses": _responses("Done", 401, 403, 413, 422, 429, 503, kind="application/x-ndjson"),
    }


def _configuration() -> dict[str, Any]:
    return {
        "summary": "The configuration as it is now, as the tables of a centre's file.",
        "operationId": "configuration",
        "responses": _responses("Thing", 401, 403, 422, 503),
    }


def _reload(schemas: dict[str, Any]) -> dict[str, Any]:
    return {
        "summary": "Read the centre's file again and make the centre what it says, whole or not at all.",
        "operationId": "reload",
        "parameters": _parameters(ReloadQuery, schemas),
        "responses": _responses("Reloaded", 401, 403, 409, 422, 503),
    }


def _parameters(kind: type[msgspec.Struct], schemas: dict[str, Any]) -> list[dict[str, Any]]:
    schema = schemas[kind.__name__]
    return [
        {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": member}
        for name, member in schema["properties"].items()
    ]


def _events(schemas: dict[str, Any]) -> dict[str, Any]:
    return {
        "summary": "Events as they happen, as server-sent events.",
        "operationId": "events",
        "parameters": _parameters(Streams, schemas),
        "responses": _responses("Event", 401, 403, 410, 422, 503, kind="text/event-stream"),
    }


def _intervals(schemas: dict[str, Any]) -> dict[str, Any]:
    return {
        "summary": "Figures by interval: what happened, how long it took, when.",
        "operationId": "intervals",
        "parameters": _parameters(IntervalsQuery, schemas),
        "responses": _responses("List", 401, 403, 404, 410, 422, 503),
    }


def _face(face: Face, schemas: dict[str, Any]) -> dict[str, Any]:
    parameters = _parameters(face.query, schemas)
    if "{" in face.path:
        number = {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}
        kind = number if face.numbered else {"type": "string", "minLength": 1}
        parameters.insert(0, {"name": "id", "in": "path", "required": True, "schema": kind})
    responses = _responses("List" if face.listed else "Thing", 401, 403, 404, 422, 503)
    followed = [other for other in FACES if other.path.startswith(f"{face.path}/{{id}}")]
    if followed and face.listed:
        key = "$response.body#/items/0/" + ("id" if followed[0].numbered else "name")
        responses["200"]["links"] = {
            _operation(other): {"operationId": _operation(other), "parameters": {"id": key}}
            for other in followed
        }
    return {
        "summary": face.summary,
        "operationId": _operation(face),
        "parameters": parameters,
        "responses": responses,
    }


def _operation(face: Face) -> str:
    return re.sub(r"\W+", "_", face.path.removeprefix("/v1/").replace("{id}", "one")).strip("_")


def _plain(summary: str, kind: str, *statuses: int) -> dict[str, Any]:
    return {"summary": summary, "responses": _responses("Thing", *statuses, kind=kind)}


def _open(summary: str, *statuses: int) -> dict[str, Any]:
    return {"summary": summary, "security": [], "responses": _responses("Thing", *statuses)}


# --- pages --------------------------------------------------------------------------------------------------

_STYLE = (
    "<style>:root{color-scheme:light dark}"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "code,pre{font:14px/1.4 ui-monospace,monospace}"
    "pre{overflow:auto;padding:.7rem;border:1px solid #8886;border-radius:6px}"
    "summary{cursor:pointer;padding:.3rem 0}h2{margin-top:2.5rem}"
    "</style>"
)


def _html(title: str, body: Iterable[str]) -> str:
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    return f'<!doctype html><html lang="en"><head>{head}{_STYLE}</head><body>{"".join(body)}</body></html>'


@cache
def page() -> str:
    """The description as an HTML page that loads nothing from another host."""
    told = description()
    parts = [f"<h1>huntgroup {html.escape(told['info']['version'])}</h1><p>{html.escape(_ABOUT)}</p>"]
    parts.append('<p>As data: <a href="/openapi.json">/openapi.json</a></p><h2>Faces</h2>')
    for path, methods in told["paths"].items():
        for method, face in methods.items():
            title = f"<code>{method.upper()} {html.escape(path)}</code> {html.escape(face['summary'])}"
            parts.append(f"<details><summary>{title}</summary>{_shown(face)}</details>")
    parts.append("<h2>Commands</h2>")
    for name, body in BODIES.items():
        schema = told["components"]["schemas"][name]
        parts.append(
            f"<details><summary><code>{name}</code></summary><p>{html.escape(body.__doc__ or '')}</p>"
            f"{_shown({key: schema[key] for key in ('properties', 'required') if key in schema})}</details>"
        )
    return _html("huntgroup: the service", parts)


def _shown(value: Any) -> str:
    return f"<pre>{html.escape(json.dumps(value, indent=2))}</pre>"
