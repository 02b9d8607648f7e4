"""The web pages: their static files, which role may open which page, and what a page reads first (/v1/me)."""

from __future__ import annotations

import hashlib
import html
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from huntgroup.service.people import Person

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
TITLES = {"wall": "Wall", "supervisor": "Supervisor", "desk": "Desk", "presence": "Presence"}
MAY = {
    "wall": ("wall", "supervisor", "administrator", "connector"),
    "supervisor": ("supervisor", "administrator"),
    "desk": ("agent", "supervisor", "administrator"),
    "presence": ("wall", "agent", "supervisor", "administrator", "connector"),
}
HOME = {"agent": "desk", "wall": "wall", "connector": "presence"}
"""The first page of each role; the supervisor's page for the others."""
_KINDS = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}


class Centre(NamedTuple):
    """One of the centres of a service: `path` is the prefix of its pages, "" for the first centre."""

    path: str
    title: str


class Surroundings(NamedTuple):
    """What pages need to know beside the engine's data: `speed` is the factor by which the clock runs faster
    than real time, `centres` lists the centres of the service, `visitor` is the agent that a visitor of a
    made-up centre may act as."""

    speed: float = 1.0
    centres: tuple[Centre, ...] = ()
    visitor: str | None = None


class Static(NamedTuple):
    """A file ready to send."""

    body: bytes
    kind: str
    etag: str


@cache
def static(path: str) -> Static | None:
    """The static file at this path, None if there is none."""
    parts = path.split("/")
    ending = "." + parts[-1].rpartition(".")[2]
    if ending not in _KINDS or any(part in ("", ".", "..") or "\\" in part for part in parts):
        return None
    found = resources.files("huntgroup.web").joinpath("static", *parts)
    if not found.is_file():
        return None
    body = found.read_bytes()
    return Static(body, _KINDS[ending], f'"{hashlib.sha256(body).hexdigest()[:20]}"')


def file(request: Request) -> Response:
    """`GET /static/...`."""
    found = static(request.path_params["path"])
    if found is None:
        return Response(b"not there", 404, media_type="text/plain")
    headers = {**HEADERS, "ETag": found.etag}
    if request.headers.get("if-none-match") == found.etag:
        return Response(status_code=304, headers=headers)
    return Response(found.body, headers=headers, media_type=found.kind)


def _html(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{title} - huntgroup</title>"
        '<link rel="icon" href="static/icon.svg" type="image/svg+xml">'
        '<link rel="stylesheet" href="static/css/base.css">'
        '<link rel="stylesheet" href="static/css/pages.css">'
        f"</head><body>{body}</body></html>"
    )


def page(name: str, person: Person | None) -> Response:
    """A page for this person. If the role may not open it, the answer is 403 with a link to the role's own
    page."""
    if person is not None and person.role not in MAY[name]:
        body = (
            f'<main class="notice"><h1>{TITLES[name]}</h1><p role="alert">This page is not for the role '
            f'“{html.escape(person.role)}”.</p><p><a href="{HOME.get(person.role, "supervisor")}">'
            "To your own page</a></p></main>"
        )
        return HTMLResponse(_html(TITLES[name], body), 403, headers=HEADERS)
    body = (
        f'<hg-app page="{name}"><noscript>This page needs JavaScript.</noscript></hg-app>'
        f'<script type="module" src="static/{name}.js"></script>'
    )
    return HTMLResponse(_html(TITLES[name], body), headers=HEADERS)


def home(person: Person | None) -> Response:
    """`GET /`: redirects to the first page of the person's role."""
    return RedirectResponse("login" if person is None else HOME.get(person.role, "supervisor"), 303)


def login(following: str, failed: bool) -> str:
    """The page that asks for a token. Its paths are relative, as on the other pages, so that it works under a
    prefix."""
    wrong = '<p role="alert">This token is not valid.</p>' if failed else ""
    return _html(
        "Log in",
        f'<main class="login"><h1>huntgroup</h1>{wrong}<form method="post" action="login">'
        f'<input type="hidden" name="next" value="{html.escape(following)}">'
        '<label for="token">Token</label>'
        '<input id="token" type="password" name="token" autocomplete="current-password" required autofocus>'
        '<button class="primary" type="submit">Log in</button></form></main>',
    )


def me(person: Person | None, around: Surroundings, everybody: bool) -> dict[str, Any]:
    """The person who asks, and the surroundings. `everybody`: the service has no tokens, so that anybody may
    act as any agent."""
    return {
        "subject": None if person is None else person.subject,
        "role": None if person is None else person.role,
        "team": None if person is None else person.team,
        "agent": person.subject if person is not None and person.role == "agent" else None,
        "anybody": everybody,
        "speed": around.speed,
        "centres": [centre._asdict() for centre in around.centres],
        "visitor": around.visitor,
    }
