"""Rows on the socket: whole at first, then what was touched, and never more than the person may see."""

from __future__ import annotations

import json
from typing import Any

import pytest
from service.served import Served


class Mirrored:
    """What a page would hold, from the rows of a socket."""

    def __init__(self, ws: Any) -> None:
        self._ws = ws
        self.agents: dict[str, Any] = {}
        self.queues: dict[str, Any] = {}
        self.interactions: dict[int, Any] = {}
        self.waiting: dict[str, list[int]] = {}
        self.seq = 0
        while not self.take().get("complete"):
            pass

    def take(self) -> dict[str, Any]:
        """Takes the next rows in."""
        while "rows" not in (told := json.loads(self._ws.recv(timeout=20))):
            pass
        rows: dict[str, Any] = told["rows"]
        self.agents |= {row["name"]: row for row in rows["agents"]}
        self.queues |= {row["name"]: row for row in rows["queues"]}
        self.interactions |= {row["id"]: row for row in rows["interactions"]}
        self.waiting |= rows["waiting"]
        for name in rows["gone"]["agents"]:
            self.agents.pop(name, None)
        for call in rows["gone"]["interactions"]:
            self.interactions.pop(call, None)
        for name in rows["gone"]["queues"]:
            self.queues.pop(name, None)
        self.seq = rows["seq"]
        return rows

    def until(self, seq: int) -> None:
        while self.seq < seq:
            self.take()


RUNNING = ("waited", "oldest_wait", "estimated_wait", "handled", "held", "time_in_status")


def still(view: dict[str, Any]) -> dict[str, Any]:
    """What does not run on by itself."""
    return {name: value for name, value in view.items() if name not in RUNNING}


def compare(served: Served, mirrored: Mirrored, who: str | None = None) -> None:
    """What the rows say is what the readings say, field by field."""
    agents = {one["name"]: one for one in served.get("/v1/agents?limit=1000", who).json["items"]}
    assert set(agents) == set(mirrored.agents)
    for name, row in mirrored.agents.items():
        shared = set(row) & set(agents[name])
        assert len(shared) > 15
        for field in shared - set(RUNNING):
            assert row[field] == agents[name][field], (name, field)
    monitor = {one["agent"]: one for one in served.get("/v1/monitor?limit=1000", who).json["items"]}
    for name, row in mirrored.agents.items():
        assert row["availability"] == monitor[name]["availability"]
        assert row["since"] == monitor[name]["since"]
    queues = {one["name"]: one for one in served.get("/v1/queues", who).json["items"]}
    assert {name: still(row) for name, row in queues.items()} == {
        name: still(row) for name, row in mirrored.queues.items()
    }
    for queue in queues:
        waiting = served.get(f"/v1/queues/{queue}/waiting", who).json["items"]
        assert [one["id"] for one in waiting] == mirrored.waiting[queue]
    for call, row in mirrored.interactions.items():
        shown = served.get(f"/v1/interactions/{call}", who).json
        assert still(shown) | {"position": 0} == still(row) | {"position": 0}


def test_rows_and_readings_say_the_same_after_every_step(served: Served) -> None:
    with served.socket("?rows=true") as ws:
        mirrored = Mirrored(ws)
        compare(served, mirrored)

        def does(command: str, **members: Any) -> Any:
            answer = served.command(command, **members)
            assert answer.status == 200, answer
            if answer.json["events"]:
                mirrored.until(answer.json["events"][-1]["seq"])
            compare(served, mirrored)
            return answer.json["result"]

        call = does("enqueue", queue="sales", ref="row")
        assert mirrored.interactions[call]["state"] == "Offered"
        second = does("enqueue", queue="sales")
        assert mirrored.waiting["sales"] == [second]
        does("accept", interaction=call)
        does("hold", interaction=call)
        does("retrieve", interaction=call)
        does("update_interaction", interaction=second, priority=4)
        assert mirrored.interactions[second]["priority"] == 4
        does("move", interaction=second, queue="backup")
        assert mirrored.waiting["sales"] == []
        does("reject", interaction=second, agent="ben")
        does("set_status", agent="ben", status="Break")
        does("abandon", interaction=second)
        assert second not in mirrored.interactions
        does("end", interaction=call)
        assert mirrored.agents["anna"]["wrap_ups"] == [call]
        does("finish_wrap_up", interaction=call)
        assert call not in mirrored.interactions
        # Who comes without an event comes with the next rows.
        served.done("add_agent", name="dora", queues=["sales"])
        does("set_status", agent="ben", status="Ready")


def test_an_agent_sees_itself_and_what_is_its_own(guarded: Served) -> None:
    with guarded.socket("?rows=true", "anna") as ws:
        mirrored = Mirrored(ws)
        assert set(mirrored.agents) == {"anna"}
        assert set(mirrored.queues) == {"sales"}
        assert "metrics" not in mirrored.queues["sales"]
        assert mirrored.agents["anna"]["skills"] == {"spanish": 4}
        call = guarded.done("enqueue", "crm", queue="sales")
        mirrored.take()
        while call not in mirrored.interactions:
            mirrored.take()
        assert mirrored.waiting == {}
        other = guarded.done("enqueue", "crm", queue="backup")
        guarded.done("reject", "anna", interaction=call)
        while call in mirrored.interactions:
            mirrored.take()
        assert other not in mirrored.interactions
        guarded.done("abandon", "crm", interaction=call)
        guarded.done("abandon", "crm", interaction=other)


def test_a_wall_gets_figures_and_never_a_name(guarded: Served) -> None:
    with guarded.socket("?rows=true", "lobby") as ws:
        mirrored = Mirrored(ws)
        assert set(mirrored.queues) == {"sales", "backup", "night"}
        guarded.done("sign_in", "root", agent="carl")
        call = guarded.done("enqueue", "crm", queue="sales")
        rows = mirrored.take()
        assert rows["queues"]
        assert "anna" not in json.dumps(rows)
        assert not mirrored.agents
        assert not mirrored.interactions
        assert not mirrored.waiting
        guarded.done("abandon", "crm", interaction=call)


def test_one_agent_may_be_looked_at_alone(served: Served) -> None:
    with served.socket("?rows=true&agents=ben") as ws:
        mirrored = Mirrored(ws)
        assert set(mirrored.agents) == {"ben"}
        assert set(mirrored.queues) == {"backup"}


def test_rows_are_for_the_socket(served: Served) -> None:
    answer = served.get("/v1/events?rows=true")
    assert answer.status == 422
    assert answer.json["field"] == "rows"


@pytest.mark.parametrize("who", ["anna", "sam", "root", "crm"])
def test_the_model_says_what_its_statuses_mean(guarded: Served, who: str) -> None:
    model = guarded.get("/v1/model", who).json
    assert model["name"] == "agent_modes"
    assert next(one for one in model["status"] if one["name"] == "Ready")["colour"] == "green"
    assert model["channel_names"] == ["voice", "chat", "email"]


def test_the_model_is_no_business_of_a_wall(guarded: Served) -> None:
    assert guarded.get("/v1/model", "lobby").status == 403
