"""The whole of who may do what: each role, each command and each reading, about oneself, about a colleague of
the own team and about somebody of another one.

What is right is written out here by the contract, a row for each kind of action; nothing of it comes from the
code but the names of the commands, so that none is forgotten.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from service.served import Answer, Served, token
from starlette.applications import Starlette
from starlette.types import ASGIApp
from websockets.sync.client import connect

import huntgroup as hg
from huntgroup.live.owner import commands_of
from huntgroup.live.router import Router
from huntgroup.service.app import Commands, application
from huntgroup.service.gate import Gate
from huntgroup.service.pages import TITLES
from huntgroup.service.people import Tokens
from huntgroup.service.service import SIGNATURES, Service
from huntgroup.settings.service_table import ServiceSettings

# The people: what their tokens say.
PEOPLE = {
    "root": ("administrator", None),
    "max": ("supervisor", None),
    "sam": ("supervisor", "north"),
    "crm": ("connector", None),
    "ann": ("agent", "north"),
    "lobby": ("wall", None),
}
TARGETS = ("ann", "ned", "sue")
"""Oneself (where one is ann), a colleague of the same team, an agent of another team."""

EVERYBODY = frozenset(PEOPLE)
ALL = frozenset(("root", "max", "crm"))
HEADS = frozenset(("root", "max"))


class Row(NamedTuple):
    """Who may, by whom it is about."""

    ann: frozenset[str]
    ned: frozenset[str]
    sue: frozenset[str]


NOBODY: frozenset[str] = frozenset()
ROOT = Row(*[frozenset(("root",))] * 3)
ABOUT_ONESELF = Row(HEADS | {"sam", "ann"}, HEADS | {"sam"}, HEADS)
OF_AGENTS = Row(HEADS | {"sam"}, HEADS | {"sam"}, HEADS)
OF_DEVICES = Row(ALL | {"sam", "ann"}, ALL | {"sam"}, ALL)
OF_CALLS = OF_DEVICES
OF_WAITING = Row(ALL | {"sam"}, ALL | {"sam"}, ALL)

COMMANDS: dict[str, Row] = {
    **dict.fromkeys(
        (
            *("sign_in", "sign_out", "set_status", "set_ready", "queue_login", "queue_logout"),
            *("set_queue_logins", "stop_new", "resume_new"),
        ),
        ABOUT_ONESELF,
    ),
    **dict.fromkeys(
        (
            *("set_status_many", "set_skill", "join", "leave", "set_user", "set_capacity", "update_agent"),
            "remove_agent",
        ),
        OF_AGENTS,
    ),
    **dict.fromkeys(
        ("connect", "disconnect", "connection_lost", "connection_restored", "set_external_presence", "dial"),
        OF_DEVICES,
    ),
    **dict.fromkeys(
        (
            *(
                "accept",
                "reject",
                "hold",
                "retrieve",
                "consult",
                "conference",
                "end_consult",
                "transfer",
                "end",
            ),
            *("finish_wrap_up", "park", "resume", "put_back", "answered", "extend_wrap_up", "assign"),
        ),
        OF_CALLS,
    ),
    **dict.fromkeys(
        (
            *("enqueue", "direct", "update_interaction", "move", "withdraw", "abandon"),
            "request_callback",
        ),
        OF_WAITING,
    ),
    **dict.fromkeys(
        ("add_agent", "add_channel", "update_channel", "add_queue", "update_queue", "remove_queue"), ROOT
    ),
}

AS_OWNER = ("end", "park", "resume", "put_back")

READINGS: dict[str, Row] = {
    "/v1/agents/{agent}": OF_DEVICES,
    "/v1/queues/{queue}": Row(EVERYBODY, EVERYBODY - {"ann"}, EVERYBODY - {"ann", "sam"}),
    "/v1/queues/{queue}/waiting": OF_WAITING,
    "/v1/queues/{queue}/members": OF_WAITING,
    "/v1/interactions/{call}": OF_CALLS,
    "/v1/interactions/{call}/explain": OF_AGENTS,
    "/v1/interactions/{call}/why-not?agent={agent}": ABOUT_ONESELF,
    "/v1/intervals?queue={queue}": Row(EVERYBODY, EVERYBODY - {"ann"}, EVERYBODY - {"ann", "sam"}),
    "/v1/intervals?per=agent&agent={agent}": ABOUT_ONESELF,
}
"""What is 403 or 404 for everybody else."""

LISTS: dict[str, tuple[str, Row]] = {
    "/v1/agents": ("{agent}", OF_WAITING),
    "/v1/queues": ("{queue}", Row(EVERYBODY, EVERYBODY - {"ann"}, EVERYBODY - {"ann", "sam"})),
    "/v1/presence": ("{queue}", Row(EVERYBODY, EVERYBODY - {"ann"}, EVERYBODY - {"ann", "sam"})),
    "/v1/monitor": ("{agent}", OF_AGENTS),
    "/v1/directory": ("{agent}", Row(*[EVERYBODY - {"lobby"}] * 3)),
    "/v1/interactions?ref=ref-{agent}": ("{call}", OF_CALLS),
}
"""Lists in which one sees some: what is looked for, and who finds it."""

WHOLE: dict[str, frozenset[str]] = {
    "/v1/model": EVERYBODY - {"lobby"},
    "/v1/me": EVERYBODY,
    "/metrics": EVERYBODY - {"ann"},
    "/v1/config": frozenset(("root",)),
    "/openapi.json": EVERYBODY,
}

NOT_ON_THE_WIRE = {
    *("actor", "text", "requirement"),  # numbers of names, for rows of commands
    *("apply", "add_agents"),  # rows and matrices; a batch does the same
    *("advance", "forecast", "reconcile"),  # time is the service's own; work for a program beside it
    *("reconfigure", "update_model"),  # POST /v1/config
}
"""What a router can do and no command of the service does."""

JUDGED_ELSEWHERE = {
    *("/v1/commands", "/v1/commands/batch"),  # by COMMANDS
    *("/v1/events", "/v1/stream"),  # test_events_are_told_to_these
    *("/healthz", "/readyz", "/docs", "/login", "/logout", "/static/{path:path}"),  # for everybody
    *("/", *(f"/{name}" for name in TITLES)),  # pages, which ask for what they show by themselves
}

CENTRE = """
[[queue]]
name = "q-ann"
channel = "chat"
offer_timeout = 86400
[[queue]]
name = "q-ned"
channel = "chat"
offer_timeout = 86400
[[queue]]
name = "q-sue"
channel = "chat"
offer_timeout = 86400
"""


def agent_table(name: str, team: str) -> str:
    return (
        f'[[agent]]\nname = "{name}"\nteam = "{team}"\nqueues = ["q-{name}"]\n'
        'capacity = { chat = 10000, voice = 1 }\ndevices = ["voice"]\nsigned_in = true\nstatus = "Ready"\n'
    )


class Matrix:
    """The application without a network, and for each agent a call that rings it."""

    def __init__(self, app: ASGIApp, runner: asyncio.Runner) -> None:
        self.app, self.runner = app, runner
        self.ringing: dict[str, int] = {}

    def ask(self, method: str, path: str, body: str | None, who: str) -> Answer:
        plain, _, query = path.partition("?")
        scope = {
            "type": "http",
            "method": method,
            "path": plain,
            "raw_path": plain.encode(),
            "query_string": query.encode(),
            "headers": [(b"host", b"localhost"), (b"authorization", f"Bearer {token(who)}".encode())],
        }
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": (body or "").encode(), "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        async def asked() -> None:
            await self.app(scope, receive, send)

        self.runner.run(asked())
        text = b"".join(message.get("body", b"") for message in sent[1:]).decode()
        return Answer(sent[0]["status"], {}, text)

    def get(self, path: str, who: str) -> Answer:
        return self.ask("GET", path, None, who)

    def command(self, name: str, who: str, /, **members: Any) -> Answer:
        return self.ask("POST", "/v1/commands", json.dumps({"command": name, **members}), who)

    def call(self, agent: str) -> int:
        """A call that rings the agent, who is as in the beginning, whatever was done to it."""
        if agent not in self.ringing:
            self.ringing[agent] = fresh_call(self, agent)
        return self.ringing[agent]

    def is_ringing(self, agent: str) -> bool:
        view = self.get(f"/v1/interactions/{self.ringing[agent]}", "root").json
        return bool((view["state"], view["agent"], view["queue"]) == ("Offered", agent, f"q-{agent}"))


def files(folder: Path) -> tuple[Path, Path]:
    """The centre's file and that of the tokens."""
    tables = [agent_table(name, "south" if name == "sue" else "north") for name in TARGETS]
    (folder / "centre.toml").write_text(CENTRE + "".join(tables), encoding="utf-8")
    rows = []
    for subject, (role, team) in PEOPLE.items():
        rows.append(
            f'[[token]]\nsubject = "{subject}"\nrole = "{role}"\n'
            f'sha256 = "{hashlib.sha256(token(subject).encode()).hexdigest()}"\n'
        )
        rows.append("" if team is None else f'team = "{team}"\n')
    tokens = folder / "tokens.toml"
    tokens.write_text("".join(rows), encoding="utf-8")
    tokens.chmod(0o600)
    return folder / "centre.toml", tokens


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    centre, tokens = files(tmp_path_factory.mktemp("matrix"))
    with asyncio.Runner() as runner, hg.Engine.from_config(centre, clock=time.time_ns) as engine:
        stack = contextlib.AsyncExitStack()

        async def begun() -> Matrix:
            router = await stack.enter_async_context(Router(engine))
            service = Service(router, ServiceSettings(), Tokens(tokens))
            service.start()
            stack.push_async_callback(service.stop)
            return Matrix(application(service, lambda _: ("localhost",)), runner)

        yield runner.run(begun())
        runner.run(stack.aclose())


@pytest.fixture(scope="module")
def on_the_wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    centre, tokens = files(tmp_path_factory.mktemp("wire"))
    with Served(str(centre), "--tokens", str(tokens)) as served:
        yield served


def fresh_call(matrix: Matrix, agent: str) -> int:
    team = "south" if agent == "sue" else "north"
    lines: list[dict[str, Any]] = [
        {"command": "add_queue", "name": f"q-{agent}", "channel": "chat", "offer_timeout": 86400},
        {"command": "add_agent", "name": agent, "team": team, "queues": [f"q-{agent}"]},
        {"command": "update_agent", "agent": agent, "team": team, "role": "agent", "units": None},
        {"command": "connection_restored", "agent": agent},
        {"command": "set_capacity", "agent": agent, "channel": "chat", "capacity": 10_000},
        {"command": "set_capacity", "agent": agent, "channel": "voice", "capacity": 1},
        {"command": "connect", "agent": agent, "channel": "voice"},
        {"command": "sign_in", "agent": agent},
        {"command": "set_status", "agent": agent, "status": "Ready"},
        {"command": "join", "agent": agent, "queue": f"q-{agent}"},
        {"command": "queue_login", "agent": agent, "queue": f"q-{agent}"},
        {"command": "enqueue", "queue": f"q-{agent}", "ref": f"ref-{agent}"},
    ]
    body = "\n".join(map(json.dumps, lines))
    answer = matrix.ask("POST", "/v1/commands/batch", body, "root")
    call = matrix.ringing[agent] = json.loads(answer.text.splitlines()[-1])["result"]
    assert matrix.is_ringing(agent), answer.text
    return int(call)


def members_of(command: str, agent: str, call: int) -> dict[str, Any]:
    """What the command needs, and what makes clear whom it is about."""
    given = {
        "agent": agent,
        "agents": [agent],
        "queue": f"q-{agent}",
        "status": "Break",
        "channel": "chat",
        "skill": "spanish",
        "proficiency": 4,
        "capacity": 9_999,
        "column": 1,
        "value": 1.0,
        "presence": "busy",
        "logins": {f"q-{agent}": False},
        "interaction": call,
        "name": f"q-{agent}" if command == "add_queue" else agent,
        "seconds": 5,
    }
    # A voice call keeps chats away: what is dialled here is a chat, too.
    return {
        one.name: given[one.name]
        for one in SIGNATURES[command].parameters
        if one.required or (one.name == "channel" and command in ("dial", "direct"))
    }


def denied(answer: Answer) -> bool:
    """Not for this one: said so, or hidden as if it did not exist."""
    if answer.status == 409:
        return bool(answer.json["refused"] == "NotPermitted")
    return answer.status in (403, 404)


def test_every_command_of_a_router_has_its_row() -> None:
    assert set(COMMANDS) | NOT_ON_THE_WIRE == commands_of(hg.Engine)
    assert set(COMMANDS) == set(SIGNATURES)


def test_every_path_of_the_service_has_its_row(matrix: Matrix) -> None:
    assert isinstance(matrix.app, Gate)
    inner = matrix.app._app
    assert isinstance(inner, Commands)
    assert isinstance(inner._app, Starlette)
    paths = {path.split("?")[0].replace("{call}", "{id}") for path in (*READINGS, *LISTS, *WHOLE)}
    paths = {path.replace("{agent}", "{id}").replace("{queue}", "{id}") for path in paths}
    routes: list[Any] = inner._app.routes
    assert {route.path for route in routes} == paths | JUDGED_ELSEWHERE


@pytest.mark.parametrize("command", sorted(COMMANDS))
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("person", sorted(PEOPLE))
def test_a_command_is_for_these(matrix: Matrix, person: str, target: str, command: str) -> None:
    call = matrix.call(target)
    if command in AS_OWNER and person == target:
        # What only rings is not the agent's own to end yet.
        matrix.command("accept", "root", interaction=call)
    answer = matrix.command(command, person, **members_of(command, target, call))
    assert answer.status in (200, 403, 404, 409, 422), answer
    if command in ("add_agent", "add_queue") and person == "root":
        assert answer.json.get("field") == "name", answer  # it may, but there is one already
        return
    may = person in getattr(COMMANDS[command], target)
    if may:
        del matrix.ringing[target]
    assert denied(answer) == (not may), answer
    assert may or matrix.is_ringing(target)


@pytest.mark.parametrize("path", sorted(READINGS))
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("person", sorted(PEOPLE))
def test_a_thing_is_seen_by_these(matrix: Matrix, person: str, target: str, path: str) -> None:
    call = matrix.call(target)
    answer = matrix.get(path.format(agent=target, queue=f"q-{target}", call=call), person)
    may = person in getattr(READINGS[path], target)
    assert (answer.status == 200) == may, answer
    assert answer.status in (200, 403, 404)


@pytest.mark.parametrize("path", sorted(LISTS))
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("person", sorted(PEOPLE))
def test_a_list_has_it_for_these(matrix: Matrix, person: str, target: str, path: str) -> None:
    call = matrix.call(target)
    wanted, row = LISTS[path]
    names = {"agent": target, "queue": f"q-{target}", "call": str(call)}
    answer = matrix.get(path.format(**names), person)
    assert answer.status in (200, 403), answer
    items = [] if answer.status == 403 else answer.json["items"]
    found = {str(item.get("name") or item.get("agent") or item.get("queue") or item["id"]) for item in items}
    if path.startswith("/v1/interactions"):
        found = {str(item["id"]) for item in items}
    assert (wanted.format(**names) in found) == (person in getattr(row, target)), answer


@pytest.mark.parametrize("path", sorted(WHOLE))
@pytest.mark.parametrize("person", sorted(PEOPLE))
def test_a_page_is_for_these(matrix: Matrix, person: str, path: str) -> None:
    assert (matrix.get(path, person).status == 200) == (person in WHOLE[path])


@pytest.mark.parametrize("person", sorted(PEOPLE))
def test_events_are_told_to_these(on_the_wire: Served, person: str) -> None:
    """What happens to an agent comes to whoever may look at it, on the socket; a wall hears of presence."""
    headers = {"Authorization": f"Bearer {token(person)}"}
    for status in ("Break", "Ready"):
        with connect(f"ws://{on_the_wire.address}/v1/stream", additional_headers=headers) as stream:
            # Ann is the last: whoever hears of the others has heard of them by then.
            for target in ("sue", "ned", "ann"):
                on_the_wire.done("set_status", "root", agent=target, status=status)
            told: list[Any] = []
            while not told or not (
                told[-1]["agent"] == "ann" or (person == "lobby" and told[-1]["queue"] == "q-ann")
            ):
                told.append(json.loads(stream.recv(timeout=20))["event"])
        heard = {event["agent"] for event in told} - {None}
        assert heard == {target for target in TARGETS if person in getattr(OF_DEVICES, target)}, told


def test_nobody_acts_for_another_or_at_another_time(matrix: Matrix) -> None:
    for person in PEOPLE:
        for member in ({"by": "root"}, {"at": 5}, {"role": "administrator"}):
            answer = matrix.command("sign_in", person, agent="ann", **member)
            assert answer.status == 422, answer
