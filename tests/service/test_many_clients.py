"""Many clients, and a service that is killed twice while they work: all that they were told is one history.

What judges here knows the service's answers only, not the package: the clients say what they asked and what
they were told, and it is held against what one engine would have said.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import socket
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from service.served import Served

CLIENTS = 200 if os.environ.get("CI") else 40
ROUNDS = 8
PATIENCE = 120.0

# What happens in one client's queue while it works there alone: the command, and what an engine answers.
ROUND: tuple[tuple[str, int, str | None], ...] = (
    ("enqueue", 200, None),
    ("accept", 200, None),
    ("accept", 409, "StaleOffer"),
    ("hold", 200, None),
    ("hold", 409, "IllegalTransition"),
    ("retrieve", 200, None),
    ("end", 200, None),
    ("finish_wrap_up", 200, None),
    ("hold", 409, "IllegalTransition"),
)
GIVEN_UP: tuple[tuple[str, int, str | None], ...] = (
    ("enqueue", 200, None),
    ("abandon", 200, None),
    ("accept", 409, "StaleOffer"),
    ("abandon", 409, "IllegalTransition"),
)
COUNTS = (
    *("entered", "offered", "answered", "abandoned", "timed_out", "overflowed", "moved", "callback_failed"),
    "short_abandons",
)


@dataclass
class Told:
    """One request of a client, and the answer that it kept."""

    client: int
    request: int
    command: dict[str, Any]
    status: int
    body: dict[str, Any]
    tries: int


@dataclass
class World:
    """All clients of one run, and how far they are."""

    port: int
    told: list[Told] = field(default_factory=list)
    shared: dict[int, asyncio.Future[int]] = field(default_factory=dict)
    answered: int = 0


def secret(subject: str) -> str:
    return hashlib.sha256(f"token of {subject}".encode()).hexdigest()


def files(folder: Path) -> tuple[Path, Path]:
    """A centre with a queue and an agent for each client, a queue without any, and everybody's token."""
    centre, tokens = folder / "centre.toml", folder / "tokens.toml"
    calm = "offer_timeout = 86400\nservice_level = [86400, 0.8]\nshort_abandon = 86400\n"
    text = f'[[queue]]\nname = "lobby"\n{calm}'
    for number in range(CLIENTS):
        text += f'[[queue]]\nname = "q{number}"\nwrap_up = 86400\n{calm}'
        text += f'[[agent]]\nname = "a{number}"\nqueues = ["q{number}"]\ndevices = ["voice"]\n'
        text += 'signed_in = true\nstatus = "Ready"\n'
    centre.write_text(text, encoding="utf-8")
    people = [("root", "administrator"), *((f"c{number}", "connector") for number in range(CLIENTS))]
    rows = [
        f'[[token]]\nsubject = "{subject}"\nrole = "{role}"\n'
        f'sha256 = "{hashlib.sha256(secret(subject).encode()).hexdigest()}"\n'
        for subject, role in people
    ]
    tokens.write_text("".join(rows), encoding="utf-8")
    tokens.chmod(0o600)
    return centre, tokens


class Client:
    """A program with a session: it asks again until it is answered, with the same number."""

    def __init__(self, world: World, number: int) -> None:
        self.world, self.number, self.request = world, number, 0
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def give(self, command: dict[str, Any]) -> Told:
        """The answer to the next request."""
        self.request += 1
        tries, until = 0, asyncio.get_running_loop().time() + PATIENCE
        while True:
            tries += 1
            try:
                status, body = await asyncio.wait_for(self._post(command), 30)
            except (OSError, EOFError, TimeoutError, ValueError):
                status, body = 0, {}
                self.close()
            if status not in (0, 503):
                break
            assert asyncio.get_running_loop().time() < until, "nobody answers any more"
            await asyncio.sleep(0.05)
        told = Told(self.number, self.request, command, status, body, tries)
        self.world.told.append(told)
        self.world.answered += 1
        return told

    async def _post(self, command: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.world.port)
        reader, writer = self._streams
        body = json.dumps(command).encode()
        head = (
            f"POST /v1/commands HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
            f"Authorization: Bearer {secret(f'c{self.number}')}\r\n"
            f"Session: work\r\nRequest: {self.request}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().lower().split("\r\n")
        length = next(int(line.split(":")[1]) for line in lines if line.startswith("content-length"))
        return int(first.split()[1]), json.loads(await reader.readexactly(length))

    def close(self) -> None:
        """Lets the connection go, whatever it is in."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def work(self) -> None:
        """Its rounds: a call handled, a call given up, and one that it and its neighbour both want to end."""
        try:
            for turn in range(ROUNDS):
                await self._round(ROUND if turn % 3 else GIVEN_UP, f"q{self.number}", turn)
                if turn % 4 == 1:
                    await self._race(turn)
        finally:
            self.close()

    async def _round(self, script: tuple[tuple[str, int, str | None], ...], queue: str, turn: int) -> None:
        call = 0
        for name, status, refused in script:
            command: dict[str, Any] = {"command": name, "interaction": call}
            if name == "enqueue":
                command = {"command": name, "queue": queue, "ref": f"{self.number}-{turn}"}
            told = await self.give(command)
            assert (told.status, told.body.get("refused")) == (status, refused), told
            if name == "enqueue":
                call = told.body["result"]

    async def _race(self, turn: int) -> None:
        pair = (self.number // 2) * ROUNDS + turn
        shared = self.world.shared.setdefault(pair, asyncio.get_running_loop().create_future())
        if self.number % 2 == 0:
            command = {"command": "enqueue", "queue": "lobby", "ref": f"pair-{pair}"}
            shared.set_result((await self.give(command)).body["result"])
        await self.give({"command": "abandon", "interaction": await shared})


class Killer:
    """The service, which is killed where so many answers were given, and started again on its journal."""

    def __init__(self, folder: Path) -> None:
        self.centre, self.tokens = files(folder)
        self.journal = folder / "journal"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.served = self._started()
        self.kills = 0

    def _started(self) -> Served:
        words = (str(self.centre), "--journal", str(self.journal), "--tokens", str(self.tokens))
        return Served(*words, "--port", str(self.port))

    async def kill_at(self, world: World, answers: list[int]) -> None:
        for count in answers:
            while world.answered < count:
                await asyncio.sleep(0.001)
            self.served.process.kill()
            self.kills += 1
            self.served.process.communicate()
            self.served = await asyncio.to_thread(self._started)


def requests_of(clients: int) -> int:
    """How many requests all of them make."""
    of_rounds = sum(len(ROUND if turn % 3 else GIVEN_UP) for turn in range(ROUNDS))
    races = sum(turn % 4 == 1 for turn in range(ROUNDS))
    return clients * (of_rounds + races) + clients // 2 * races


async def worked(killer: Killer, kills: int) -> World:
    world = World(killer.port)
    clients = [Client(world, number) for number in range(CLIENTS)]
    total = requests_of(CLIENTS)
    killing = asyncio.create_task(
        killer.kill_at(world, [total * (k + 1) // (kills + 1) for k in range(kills)])
    )
    await asyncio.gather(*(client.work() for client in clients))
    await killing
    assert world.answered == total
    return world


def figures(served: Served) -> dict[str, dict[str, int]]:
    """What the service says of each queue in the end; durations are no two times the same."""
    found: dict[str, dict[str, int]] = {}
    after = ""
    while True:
        page = asked(served, f"/v1/queues?limit=50{after}")
        for row in page["items"]:
            metrics = row["metrics"]
            found[row["name"]] = {name: metrics[name] for name in COUNTS if name in metrics}
            found[row["name"]] |= {name: row[name] for name in ("waiting", "ready", "logged_in", "members")}
        if page["next"] is None:
            return found
        after = f"&after={page['next']}"


def asked(served: Served, path: str) -> Any:
    answer = served.get(path, Authorization=f"Bearer {secret('root')}")
    assert answer.status == 200, answer
    return answer.json


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Killer, World, Killer, World]]:
    """The disturbed run and the undisturbed one of the same commands."""
    killed = Killer(tmp_path_factory.mktemp("killed"))
    calm = Killer(tmp_path_factory.mktemp("calm"))
    try:
        yield (killed, asyncio.run(worked(killed, 2)), calm, asyncio.run(worked(calm, 0)))
    finally:
        for one in (killed, calm):
            one.served.process.kill()
            one.served.process.communicate()


Runs = tuple[Killer, World, Killer, World]


def test_it_was_killed_twice_while_clients_waited(runs: Runs) -> None:
    killed, world, _, calm = runs
    assert killed.kills == 2
    assert sum(told.tries > 1 for told in world.told) >= 2
    assert not any(told.tries > 1 for told in calm.told)


def test_nothing_is_lost_and_nothing_is_doubled(runs: Runs) -> None:
    for world in (runs[1], runs[3]):
        calls = [told.body["result"] for told in world.told if told.command["command"] == "enqueue"]
        # The numbers of interactions are dense: one that was lost would leave a gap, one that came twice too.
        assert sorted(calls) == list(range(1, len(calls) + 1))


def test_of_two_who_end_the_same_one_does(runs: Runs) -> None:
    for world in (runs[1], runs[3]):
        shared = {future.result() for future in world.shared.values()}
        answers: dict[int, list[int]] = {call: [] for call in shared}
        for told in world.told:
            if told.command["command"] == "abandon" and told.command["interaction"] in shared:
                answers[told.command["interaction"]].append(told.status)
        assert all(sorted(statuses) == [200, 409] for statuses in answers.values())
        assert len(answers) == CLIENTS // 2 * sum(turn % 4 == 1 for turn in range(ROUNDS))


def test_all_that_was_told_of_events_is_one_story(runs: Runs) -> None:
    """Every number of an event stands for one event, everybody's numbers rise, and what is told of an
    interaction is told in its order."""
    for world in (runs[1], runs[3]):
        events: dict[int, str] = {}
        seen: Counter[int] = Counter()
        for told in world.told:
            for event in told.body.get("events", ()):
                assert events.setdefault(event["seq"], json.dumps(event)) == json.dumps(event)
                assert event["seq"] > seen[told.client], told
                seen[told.client] = event["seq"]
        by_call: dict[int, list[str]] = {}
        for seq in sorted(events):
            event = json.loads(events[seq])
            if event["interaction"] is not None:
                by_call.setdefault(event["interaction"], []).append(event["kind"])
        assert len(by_call) > CLIENTS * ROUNDS * 0.9
        for kinds in by_call.values():
            places = [kinds.index(kind) for kind in ORDER if kind in kinds]
            assert places == sorted(places), kinds
            assert max(Counter(kinds).values()) == 1, kinds


ORDER = (
    *("queued", "offered", "accepted", "held", "retrieved", "ended", "wrap_up_started", "wrap_up_ended"),
    "completed",
)


def test_the_figures_are_those_of_the_undisturbed_run(runs: Runs) -> None:
    killed, _, calm, _ = runs
    told = figures(killed.served)
    assert told == figures(calm.served)
    assert sum(row["entered"] for row in told.values()) == sum(
        told.command["command"] == "enqueue" for told in runs[1].told
    )
    agents = [asked(one.served, "/v1/agents?limit=1000")["items"] for one in (killed, calm)]
    shown = [
        [(row["name"], row["status"], row["interactions"], row["wrap_ups"], row["queues"]) for row in rows]
        for rows in agents
    ]
    assert shown[0] == shown[1]
    assert len(shown[0]) == CLIENTS


def test_who_asks_again_is_told_the_same_again(runs: Runs) -> None:
    """Also over the crashes: what was answered before the first one is answered likewise after the second."""
    killed, world, _, _ = runs
    before = figures(killed.served)
    for told in world.told[:: max(1, len(world.told) // 300)]:
        answer = killed.served.ask(
            "POST",
            "/v1/commands",
            json.dumps(told.command),
            headers={
                "Authorization": f"Bearer {secret(f'c{told.client}')}",
                "Session": "work",
                "Request": str(told.request),
            },
        )
        assert answer.status == told.status, told
        assert answer.json.get("result") == told.body.get("result")
        assert answer.json.get("message") == told.body.get("message")
    assert figures(killed.served) == before
