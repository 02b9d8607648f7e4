"""The readings: views as JSON, pages, ETags, wrong parameters, and the pages about the service itself."""

from __future__ import annotations

import json
import re
import time

import pytest
from service.served import Served


def test_presence_says_when_a_service_is_open(served: Served) -> None:
    shown = {row["queue"]: row for row in served.get("/v1/presence").json["items"]}
    assert (shown["sales"]["hours"], shown["sales"]["changes_at_ns"]) == (None, None)
    assert shown["night"]["hours"]["tz"] == "UTC"
    assert shown["night"]["changes_at_ns"] is None
    week = {"mon": [["09:00", "17:00"]]}
    served.done("update_queue", queue="night", hours={"tz": "UTC", "weekly": week})
    night = next(row for row in served.get("/v1/presence").json["items"] if row["queue"] == "night")
    assert night["hours"]["weekly"]["mon"] == [["09:00", "17:00"]]
    assert 0 < night["changes_at_ns"] - time.time_ns() < 7 * 86_400 * 10**9
    served.done("update_queue", queue="night", hours={"tz": "UTC", "weekly": {}})
    assert served.get("/v1/presence?total=true").json["items"][0]["hours"] is None


def test_lists_are_paged_and_end(served: Served) -> None:
    seen: list[str] = []
    after = ""
    for _ in range(5):
        answer = served.get(f"/v1/agents?limit=1{after}").json
        seen += [item["name"] for item in answer["items"]]
        if answer["next"] is None:
            break
        after = f"&after={answer['next']}"
    assert seen == ["anna", "ben", "carl"]
    assert [item["name"] for item in served.get("/v1/queues").json["items"]] == ["sales", "backup", "night"]
    assert [item["name"] for item in served.get("/v1/queues?after=sales&limit=1").json["items"]] == ["backup"]


def test_views_are_those_of_the_engine(served: Served) -> None:
    agent = served.get("/v1/agents/anna").json
    assert (agent["status"], agent["skills"]) == ("Ready", {"spanish": 4})
    queue = served.get("/v1/queues/sales").json
    assert (queue["presence"], queue["logged_in"]) == ("available", 1)
    assert served.get("/v1/queues/sales/members").json["items"][0]["agent"] == "anna"
    rows = {row["queue"]: row["presence"] for row in served.get("/v1/presence").json["items"]}
    assert rows == {"sales": "available", "backup": "available", "night": "closed"}
    assert served.get("/v1/presence?group=phone").json["items"][0]["logged_in"] == 2
    assert served.get("/v1/presence?total=true").json["items"][0]["queue"] is None
    assert [row["agent"] for row in served.get("/v1/directory?skill=spanish").json["items"]] == ["anna"]
    assert [row["agent"] for row in served.get("/v1/directory?search=RL").json["items"]] == ["carl"]
    assert [row["agent"] for row in served.get("/v1/monitor?queue=backup").json["items"]] == ["ben", "carl"]


def test_who_waits_is_listed_in_order_and_explained(served: Served) -> None:
    served.done("set_status", agent="ben", status="Break")
    calls = [served.done("enqueue", queue="backup", ref=f"r-{k}") for k in range(3)]
    first = served.get("/v1/queues/backup/waiting?limit=2").json
    assert [item["id"] for item in first["items"]] == calls[:2]
    rest = served.get(f"/v1/queues/backup/waiting?after={first['next']}").json
    assert [item["id"] for item in rest["items"]] == calls[2:]
    assert [item["id"] for item in served.get("/v1/interactions?ref=r-1").json["items"]] == [calls[1]]
    told = served.get(f"/v1/interactions/{calls[0]}/explain").json
    assert told["state"] == "Queued"
    assert set(told["candidates"]) == {"ben", "carl"}
    rules = served.get(f"/v1/interactions/{calls[0]}/why-not?agent=anna").json["items"]
    assert rules[0]["rule"] == "not_member"
    for call in calls:
        served.done("abandon", interaction=call)
    served.done("set_status", agent="ben", status="Ready")


def test_a_large_reference_goes_as_text_so_that_nobody_rounds_it(served: Served) -> None:
    call = served.done("enqueue", queue="backup", ref=2**60 + 1)
    assert served.get(f"/v1/interactions/{call}").json["ref"] == str(2**60 + 1)
    found = served.get(f"/v1/interactions?ref={2**60 + 1}&number=true").json["items"]
    assert [item["id"] for item in found] == [call]
    served.done("abandon", interaction=call)


def test_an_etag_says_that_nothing_has_changed(served: Served) -> None:
    first = served.get("/v1/directory")
    tag = first.headers["etag"]
    assert tag == f'W/"{first.json["seq"]}"'
    assert served.get("/v1/directory", If_None_Match=tag).status == 304
    assert served.get("/v1/agents", If_None_Match=tag).status == 200, "its durations run on"
    served.done("set_status", agent="anna", status="Break")
    assert served.get("/v1/directory", If_None_Match=tag).status == 200
    served.done("set_status", agent="anna", status="Ready")


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/v1/agents?limit=0", 422, "limit"),
        ("/v1/agents?limit=1001", 422, "limit"),
        ("/v1/agents?limit=many", 422, "limit"),
        ("/v1/agents?colour=red", 422, "colour"),
        ("/v1/agents?limit=1&limit=2", 422, "limit"),
        ("/v1/interactions", 422, "ref"),
        ("/v1/interactions/one", 422, "id"),
        ("/v1/interactions/0", 422, "id"),
        ("/v1/interactions/1/why-not", 422, "agent"),
        ("/v1/presence?total=perhaps", 422, "total"),
        ("/v1/directory?skill=spanish%20%3E%3E", 422, "skill"),
        ("/v1/events?from_seq=0", 422, "from_seq"),
        ("/v1/events?kinds=ringing", 422, "kinds"),
    ],
)
def test_a_wrong_parameter_is_named(served: Served, path: str, status: int, field: str) -> None:
    answer = served.get(path)
    assert (answer.status, answer.json["field"]) == (status, field), answer


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/v1/agents/nobody",
            "/v1/queues/nowhere",
            "/v1/queues/nowhere/waiting",
            "/v1/queues/nowhere/members",
        ),
        *("/v1/interactions/999999", "/v1/interactions/999999/explain", "/v1/agents?after=nobody"),
        *("/v1/monitor?queue=nowhere", "/v1/directory?status=Gone"),
    ],
)
def test_a_thing_that_is_not_there_is_404(served: Served, path: str) -> None:
    answer = served.get(path)
    assert answer.status == 404, answer
    assert answer.json["refused"].startswith("Unknown")


def test_health_metrics_and_documents(served: Served) -> None:
    assert served.get("/healthz").status == 200
    assert served.get("/readyz").status == 200
    metrics = served.get("/metrics").text
    assert 'huntgroup_queue_logged_in{queue="sales"} 1' in metrics
    assert 'huntgroup_queue_presence{queue="night",presence="closed"} 1' in metrics
    assert "anna" not in metrics
    for line in metrics.splitlines():
        assert re.fullmatch(r"# (HELP|TYPE) .+|[a-z_]+(\{[^}]*\})? [0-9.e+-]+", line), line
    page = served.get("/docs").text
    assert "/v1/commands" in page
    assert not re.search(r"https?://", page)


def test_the_description_is_whole_and_every_reference_in_it_leads_somewhere(served: Served) -> None:
    told = served.get("/openapi.json").json
    assert told["openapi"] == "3.1.0"
    text = json.dumps(told)
    for name in re.findall(r'"#/components/schemas/(\w+)"', text):
        assert name in told["components"]["schemas"], name
    commands = told["components"]["schemas"]["Command"]["discriminator"]["mapping"]
    for name in ("enqueue", "accept", "set_status", "add_queue", "update_interaction", "set_queue_logins"):
        schema = told["components"]["schemas"][name]
        assert name in commands
        assert schema["additionalProperties"] is False
        assert "at" not in schema["properties"]
        assert "by" not in schema["properties"]
    enqueue = told["components"]["schemas"]["enqueue"]
    assert set(enqueue["required"]) == {"command", "queue"}
    responses = told["paths"]["/v1/commands"]["post"]["responses"]
    assert set(responses) == {"200", "400", "401", "403", "404", "409", "413", "422", "429", "503"}
    assert "StaleOffer" in told["components"]["schemas"]["Refusal"]["properties"]["refused"]["enum"]
    assert {"/v1/queues/{id}/waiting", "/v1/events", "/metrics", "/readyz"} <= set(told["paths"])


def test_metrics_are_by_channel_too_and_have_the_waits_of_the_answered(served: Served) -> None:
    def value(name: str) -> float:
        (line,) = [one for one in served.get("/metrics").text.splitlines() if one.startswith(name + " ")]
        return float(line.rpartition(" ")[2])

    waiting = 'huntgroup_channel_waiting{channel="voice"}'
    served.get("/metrics")
    before = value(waiting)
    call = served.done("enqueue", queue="sales")
    served.done("accept", interaction=call)
    second = served.done("enqueue", queue="sales")
    assert value(waiting) == before + 1
    count = value('huntgroup_wait_seconds_count{queue="sales"}')
    assert count >= 1
    assert value('huntgroup_wait_seconds_bucket{queue="sales",le="+Inf"}') == count, (
        "told once, however often"
    )
    served.done("abandon", interaction=second)
    served.done("end", interaction=call)
    served.done("finish_wrap_up", interaction=call)
    assert value(waiting) == before
    assert value('huntgroup_wait_seconds_count{queue="sales"}') == count
