"""How pages come: to whom, with which rules for the browser, and that all of them is there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from urllib.parse import quote

import pytest
from service.served import Served, token

import huntgroup.models
import huntgroup.web
from huntgroup.layouts import INTERACTION_STATES

STATIC = Path(huntgroup.web.__file__).parent / "static"
PAGES = ("wall", "supervisor", "desk", "presence")


def policy(text: str) -> dict[str, str]:
    return dict(part.strip().partition(" ")[::2] for part in text.split(";"))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_for_nothing_outside_its_own_origin(served: Served, page: str) -> None:
    answer = served.get(f"/{page}")
    assert answer.status == 200
    rules = policy(answer.headers["content-security-policy"])
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"
    for address in re.findall(r'(?:src|href)="([^"]+)"', answer.text):
        assert not re.match(r"(?:\w+:|//)", address), address
        assert served.get(f"/{address}").status == 200, address


def test_every_module_that_is_imported_is_there(served: Served) -> None:
    scripts = [path for path in STATIC.rglob("*.js") if "vendor" not in path.parts]
    assert len(scripts) > 4
    for path in scripts:
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) < 300, path
        for name in re.findall(r'(?:from|import) "([^"]+)"', text):
            assert (path.parent / name).resolve().is_file(), (path, name)


def test_static_files_are_known_again_by_their_mark(served: Served) -> None:
    first = served.get("/static/css/base.css")
    assert first.headers["content-type"].startswith("text/css")
    again = served.get("/static/css/base.css", If_None_Match=first.headers["etag"])
    assert again.status == 304


@pytest.mark.parametrize(
    "path",
    ["../__init__.py", "%2e%2e/__init__.py", "js/", "css", "js/none.js", "/etc/passwd", "js%5Cstore.js"],
)
def test_nothing_else_comes_from_there(served: Served, path: str) -> None:
    assert served.get(f"/static/{path}").status == 404


@pytest.mark.parametrize("page", PAGES)
def test_a_page_without_a_token_shows_the_login_and_comes_back(guarded: Served, page: str) -> None:
    answer = guarded.get(f"/{page}?group=phone")
    assert answer.status == 303
    assert answer.headers["location"] == f"login?next={quote(f'/{page}?group=phone')}"
    login = guarded.get("/" + answer.headers["location"])
    assert login.status == 200
    assert f'value="/{page}?group=phone"' in login.text
    form = f"token={token('sam')}&next={quote(f'/{page}')}"
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{guarded.address}"}
    entered = guarded.ask("POST", "/login", form, None, headers)
    assert entered.status == 303
    assert entered.headers["location"] == f"/{page}"


@pytest.mark.parametrize(
    ("who", "home", "barred"),
    [
        ("anna", "desk", ["wall", "supervisor"]),
        ("lobby", "wall", ["desk", "supervisor"]),
        ("sam", "supervisor", []),
        ("root", "supervisor", []),
        ("crm", "presence", ["desk", "supervisor"]),
    ],
)
def test_each_role_has_its_pages(guarded: Served, who: str, home: str, barred: list[str]) -> None:
    assert guarded.get("/", who).headers["location"] == home
    for page in PAGES:
        assert guarded.get(f"/{page}", who).status == (403 if page in barred else 200), page


def test_who_one_is(served: Served, guarded: Served) -> None:
    assert guarded.get("/v1/me").status == 401
    me = guarded.get("/v1/me", "anna").json
    assert (me["subject"], me["role"], me["agent"], me["centres"]) == ("anna", "agent", "anna", [])
    assert served.get("/v1/me").json["role"] == "administrator"


def test_where_there_are_no_tokens_one_may_be_an_agent(served: Served, guarded: Served) -> None:
    assert served.get("/v1/me?as=anna").json["agent"] == "anna"
    assert served.get("/v1/queues?as=anna&limit=5").json["items"][0]["name"] == "sales"
    assert served.get("/v1/monitor?as=anna").status == 403
    asked = served.ask("POST", "/v1/commands?as=anna", '{"command": "sign_out", "agent": "ben"}')
    assert asked.status == 403
    # With tokens it is an unknown parameter, and changes nothing.
    assert guarded.get("/v1/queues?as=anna", "sam").status == 422
    assert guarded.get("/v1/me?as=anna", "sam").json["role"] == "supervisor"
    assert guarded.get("/v1/me?as=anna").status == 401


def test_the_made_up_centre_has_one_of_each_model_and_a_place_for_a_visitor() -> None:
    with Served("--demo") as served:
        me = served.get("/v1/me").json
        assert len(me["centres"]) == 5
        models = {served.get(f"{one['path']}/v1/model").json["name"] for one in me["centres"]}
        assert len(models) == 5
        for centre in me["centres"]:
            assert served.get(f"{centre['path']}/desk").status == 200
            agent = served.get(f"{centre['path']}/v1/agents/{quote(me['visitor'])}").json
            assert agent["name"] == me["visitor"]
            # It is there, and nothing rings at a desk at which nobody sits.
            assert agent["signed_in"]
            assert agent["ready_channels"] == []
        assert served.stop()[0] == 0


def test_no_line_of_the_pages_decides_by_the_name_of_a_status_or_a_model() -> None:
    models = Path(huntgroup.models.__file__).parent
    names = set()
    for path in models.glob("*.toml"):
        model = tomllib.loads(path.read_text(encoding="utf-8"))
        names |= {model["name"], *(status["name"] for status in model["status"])}
    names -= set(INTERACTION_STATES)  # Offered and Wrap Up are states of interactions, too
    assert {"agent_modes", "Ready", "On a Call"} <= names
    for path in STATIC.rglob("*.js"):
        if "vendor" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        for name in names:
            decides = re.search(rf'(?:[=!]==? *|case *|includes\() *["\']{re.escape(name)}["\']', text)
            assert not decides, f"{path.name} decides by {name!r}"
