"""POST /v1/commands and the batch: results, events, refusals, what is wrong, and what is too much."""

from __future__ import annotations

import json
from typing import Any

import pytest
from service.served import Served


def test_a_command_answers_with_its_result_and_its_events(served: Served) -> None:
    answer = served.command("enqueue", queue="sales", ref="leg-17")
    assert answer.status == 200
    call, events = answer.json["result"], answer.json["events"]
    assert [event["kind"] for event in events][:3] == ["queued", "arrival_noted", "offered"]
    assert {event["interaction"] for event in events if event["kind"] == "offered"} == {call}
    first = events[0]
    assert first["at"].startswith("20")
    assert isinstance(first["at_ns"], int)
    for command in ("accept", "hold", "retrieve", "end", "finish_wrap_up"):
        assert served.done(command, interaction=call) is None
    assert served.get(f"/v1/interactions/{call}").json["state"] == "Completed"


def test_a_refusal_names_the_rule_and_a_thing_that_is_not_there_is_404(served: Served) -> None:
    refused = served.command("enqueue", queue="night")
    assert refused.status == 409
    assert refused.json["refused"] == "QueueClosed"
    assert refused.json["message"]
    for name, members in (
        ("UnknownQueue", {"command": "enqueue", "queue": "nowhere"}),
        ("UnknownAgent", {"command": "sign_in", "agent": "nobody"}),
        ("UnknownInteraction", {"command": "hold", "interaction": 10**6}),
        ("UnknownSkill", {"command": "enqueue", "queue": "sales", "requires": "klingon >= 3"}),
        ("UnknownStatus", {"command": "set_status", "agent": "anna", "status": "Gone"}),
        ("UnknownChannel", {"command": "direct", "agent": "anna", "channel": "smoke"}),
    ):
        answer = served.ask("POST", "/v1/commands", json.dumps(members))
        assert (answer.status, answer.json["refused"]) == (404, name)


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({"command": "enqueue"}, "queue"),
        ({"command": "enqueue", "queue": "sales", "colour": "red"}, "colour"),
        ({"command": "enqueue", "queue": "sales", "at": 5}, "at"),
        ({"command": "set_status", "agent": "anna", "status": "Break", "by": "sam"}, "by"),
        ({"command": "enqueue", "queue": 1.5}, "queue"),
        ({"command": "enqueue", "queue": "sales", "priority": "high"}, "priority"),
        ({"command": "enqueue", "queue": "sales", "priority": 10**12}, "priority"),
        ({"command": "enqueue", "queue": "sales", "relax": [[3, []]]}, "relax[0][1]"),
        ({"command": "enqueue", "queue": "sales", "requires": "spanish >>"}, "requires"),
        ({"command": "enqueue", "queue": "sales", "ref": "x" * 200}, "ref"),
        ({"command": "enqueue", "queue": "sales", "arrived_at": "yesterday"}, "arrived_at"),
        ({"command": "enqueue", "queue": "sales", "arrived_at": "2026-01-01T10:00:00"}, "arrived_at"),
        ({"command": "hold", "interaction": "1"}, "interaction"),
        ({"command": "hold", "interaction": True}, "interaction"),
        ({"command": "add_queue", "name": "x", "strategy": "magic"}, "strategy"),
        ({"command": "add_queue", "name": "x", "wrap_up_holds": "all"}, "wrap_up_holds"),
        ({"command": "dance"}, "command"),
        ({"command": "poll"}, "command"),
        ({"command": "advance", "to": 5}, "command"),
        ({"queue": "sales"}, "command"),
        ([], "body"),
        ("enqueue", "body"),
    ],
)
def test_what_is_wrong_is_422_and_names_the_field(served: Served, members: Any, field: str) -> None:
    answer = served.ask("POST", "/v1/commands", json.dumps(members))
    assert answer.status == 422, answer
    assert answer.json["field"] == field
    assert answer.json["message"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"queue=sales",
        b"\xff\xfe",
        b'{"command":"enqueue",}',
        b'{"command":"hold","interaction":1}{}',
    ],
)
def test_no_json_is_400(served: Served, body: bytes) -> None:
    assert served.ask("POST", "/v1/commands", body).status == 400


def test_other_methods_and_other_paths_are_told_so(served: Served) -> None:
    assert served.get("/v1/commands").status == 405
    assert served.ask("POST", "/v1/agents").status == 405
    assert served.get("/v1/nothing").status == 404
    assert served.get("/v1/nothing").json["message"]


def test_a_body_may_have_a_mebibyte_and_json_sixteen_levels(served: Served) -> None:
    large = json.dumps({"command": "enqueue", "queue": "x" * 2**20})
    assert served.ask("POST", "/v1/commands", large).status == 413
    fits = json.dumps({"command": "enqueue", "queue": "x" * (2**20 - 100)})
    assert served.ask("POST", "/v1/commands", fits).status == 404
    for depth, status in ((15, 422), (17, 400), (100_000, 400)):
        nested = '{"command":"enqueue","queue":' + "[" * depth + "]" * depth + "}"
        assert served.ask("POST", "/v1/commands", nested).status == status
    quoted = json.dumps({"command": "enqueue", "queue": "[" * 500 + '"' + "{" * 500})
    assert served.ask("POST", "/v1/commands", quoted).status in (404, 422)


def test_an_instant_may_be_a_text_with_a_zone(served: Served) -> None:
    call = served.done("enqueue", queue="sales", arrived_at="2026-01-01T10:00:00+01:00")
    assert served.get(f"/v1/interactions/{call}").json["queued_at"] == 1_767_258_000_000_000_000
    served.done("abandon", interaction=call)


def test_a_repeated_request_of_a_session_is_carried_out_once(served: Served) -> None:
    def again(number: int | None, name: str = "crm-7", **members: Any) -> Any:
        headers = {"Session": name, **({} if number is None else {"Request": str(number)})}
        return served.command("enqueue", headers=headers, **members)

    first = again(1, queue="backup")
    assert again(1, queue="backup").text == first.text
    assert again(1, name="crm-8", queue="backup").json["result"] != first.json["result"]
    refused = again(2, queue="nowhere")
    assert refused.status == 404
    assert again(2, queue="backup").text == refused.text
    assert again(None, queue="backup").status == 200
    assert again(5000, queue="backup").status == 200
    stale = again(7, queue="backup")
    assert (stale.status, stale.json["refused"]) == (409, "StaleSession")


@pytest.mark.parametrize(
    ("headers", "field"),
    [
        ({"Request": "1"}, "Request"),
        ({"Session": "s", "Request": "0"}, "request"),
        ({"Session": "s", "Request": "one"}, "Request"),
        ({"Session": ""}, "Session"),
    ],
)
def test_a_wrong_session_is_named(served: Served, headers: dict[str, str], field: str) -> None:
    answer = served.command("enqueue", headers=headers, queue="sales")
    assert (answer.status, answer.json["field"]) == (422, field)


def test_a_batch_has_one_answer_a_line_and_a_bad_line_stops_nothing(served: Served) -> None:
    lines = [
        {"command": "enqueue", "queue": "backup", "ref": "b-1"},
        {"command": "enqueue", "queue": "nowhere"},
        {"command": "enqueue"},
        {"command": "enqueue", "queue": "backup", "ref": "b-2"},
    ]
    body = "\n".join(json.dumps(line) for line in lines) + "\nno json\n"
    answer = served.ask("POST", "/v1/commands/batch", body)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    told = [json.loads(line) for line in answer.text.splitlines()]
    assert [one.get("status", 200) for one in told] == [200, 404, 422, 200, 400]
    assert told[3]["result"] == told[0]["result"] + 1


def test_the_lines_of_a_sessions_batch_have_the_numbers_from_its_request_on(served: Served) -> None:
    body = "\n".join(json.dumps({"command": "enqueue", "queue": "backup"}) for _ in range(3))
    headers = {"Session": "bulk", "Request": "10"}
    first = served.ask("POST", "/v1/commands/batch", body, headers=headers)
    assert served.ask("POST", "/v1/commands/batch", body, headers=headers).text == first.text
    one = served.command("enqueue", headers={"Session": "bulk", "Request": "11"}, queue="backup")
    assert one.json["result"] == json.loads(first.text.splitlines()[1])["result"]


def test_a_batch_has_ten_thousand_lines_at_most(served: Served) -> None:
    line = json.dumps({"command": "hold", "interaction": 999_999}) + "\n"
    assert served.ask("POST", "/v1/commands/batch", line * 10_001).status == 413
    answer = served.ask("POST", "/v1/commands/batch", line * 3_000)
    assert [json.loads(one)["refused"] for one in answer.text.splitlines()] == ["UnknownInteraction"] * 3_000
    assert served.ask("POST", "/v1/commands/batch", "x" * (8 * 2**20 + 1)).status == 413


def test_the_centre_itself_is_changed_by_commands(served: Served) -> None:
    hours = {"tz": "Europe/Berlin", "weekly": {"mon": ["09:00", "17:00"]}}
    served.done("add_queue", name="new", hours=hours, relax=[[30, None]], overflow=[60, "backup"])
    served.done("update_queue", queue="new", wrap_up=5)
    served.done("add_agent", name="dora", skills={"spanish": 3}, queues=["new"])
    served.done("set_skill", agent="dora", skill="french", proficiency=7)
    assert served.get("/v1/agents/dora").json["skills"] == {"spanish": 3, "french": 7}
    served.done("remove_agent", agent="dora")
    served.done("remove_queue", queue="new")
    assert served.get("/v1/agents/dora").status == 404
