"""GET /v1/intervals: the figures of the history, as who asks may see them, also after a restart."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from service.served import CENTRE, TOKENS, Served, eventually, token, token_file

import huntgroup as hg
from huntgroup import history
from huntgroup.history.lines import event_of

SECOND = 10**9
TEAMS = """
[[agent]]
name = "dora"
queues = ["night"]
devices = ["voice"]
signed_in = true
status = "Ready"
team = "north"
"""
LEAD = f"""
[[token]]
subject = "lead"
role = "supervisor"
team = "north"
sha256 = "{hashlib.sha256(token("lead").encode()).hexdigest()}"
"""


@pytest.fixture(scope="module")
def teams(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("teams")
    (folder / "centre.toml").write_text(CENTRE + TEAMS, encoding="utf-8")
    with Served(str(folder / "centre.toml"), "--tokens", str(token_file(folder, LEAD))) as made:
        yield made


def sums(answer: Any, per: str = "queue") -> dict[str, dict[str, int]]:
    """Counts by name over all intervals."""
    found: dict[str, dict[str, int]] = {}
    for row in answer.json["items"]:
        here = found.setdefault(row[per], {})
        for name in ("offered", "answered", "abandoned", "missed", "rejected"):
            if name in row:
                here[name] = here.get(name, 0) + row[name]
    return found


def a_call(served: Served, who: str | None = None) -> None:
    call = served.done("enqueue", who, queue="sales")
    served.done("accept", who, interaction=call)
    served.done("end", who, interaction=call)
    served.done("finish_wrap_up", who, interaction=call)


def test_figures_are_those_of_the_history_of_the_same_events(served: Served) -> None:
    a_call(served)
    served.done("abandon", interaction=served.done("enqueue", queue="backup"))
    answer = served.get("/v1/intervals")
    seq = answer.json["seq"]
    assert answer.headers["etag"] == f'W/"{seq}"'
    raw = served.server_sent("/v1/events?from_seq=1", seq)
    events = [event_of(one, number) for number, one in enumerate(raw)]
    for per in ("queue", "agent"):
        told = served.get(f"/v1/intervals?per={per}").json["items"]
        expected = history.interval_rows(events, per=per)  # type: ignore[arg-type]
        durations = ("staffed_seconds", "occupancy", "status_seconds", "reported_seconds")
        for row, other in zip(told, expected, strict=True):
            assert row["from"].startswith(
                datetime.fromtimestamp(row["from_ns"] // SECOND, UTC).isoformat()[:19]
            )
            for name in set(other) - {"from", "to", *durations}:
                assert row[name] == other[name], (name, row, other)
            assert (row["from_ns"], row["to_ns"]) == (other["from"], other["to"])
    assert sums(served.get("/v1/intervals?per=agent"), "agent")["anna"]["answered"] == 1


def test_they_are_never_behind_what_was_answered(served: Served) -> None:
    before = sums(served.get("/v1/intervals?queue=sales")).get("sales", {"answered": 0})["answered"]
    for count in range(1, 6):
        a_call(served)
        assert sums(served.get("/v1/intervals?queue=sales"))["sales"]["answered"] == before + count


def test_lists_of_figures_are_paged_and_end(served: Served) -> None:
    a_call(served)
    whole = served.get("/v1/intervals").json
    assert whole["next"] is None
    seen, after = [], ""
    for _ in whole["items"]:
        page = served.get(f"/v1/intervals?limit=1{after}").json
        seen += [(row["queue"], row["from_ns"]) for row in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert seen == [(row["queue"], row["from_ns"]) for row in whole["items"]]
    assert {row["queue"] for row in whole["items"]} == {"sales", "backup", "night"}


def test_a_window_and_the_length_are_as_asked(served: Served) -> None:
    a_call(served)
    rows = served.get("/v1/intervals?minutes=1440&queue=sales&tz=Europe/Berlin").json["items"]
    lengths = {(row["to_ns"] - row["from_ns"]) // (3600 * SECOND) for row in rows}
    assert lengths <= {23, 24, 25}
    hour_ago = datetime.fromtimestamp(time.time() - 3600, UTC).isoformat().replace("+", "%2B")
    assert served.get(f"/v1/intervals?until={hour_ago}").json["items"] == []
    assert served.get(f"/v1/intervals?since={hour_ago}&by=arrival&queue=sales").json["items"] != []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("minutes=7", "minutes"),
        ("minutes=many", "minutes"),
        ("per=team", "per"),
        ("by=hand", "by"),
        ("tz=Mars", "tz"),
        ("since=noon", "since"),
        ("since=2026-01-01T00:00:00", "since"),
        ("since=2026-01-02T00:00Z&until=2026-01-01T00:00Z", "since"),
        ("since=1970-01-01T00:00Z", "since"),
        ("until=1969-01-01T00:00Z", "until"),
        ("limit=0", "limit"),
        ("after=x", "after"),
        ("agent=anna", "agent"),
        ("per=agent&queue=sales", "queue"),
        ("colour=red", "colour"),
    ],
)
def test_a_wrong_parameter_is_named(served: Served, query: str, field: str) -> None:
    a_call(served)
    answer = served.get(f"/v1/intervals?{query}")
    assert (answer.status, answer.json["field"]) == (422, field), answer


def test_a_name_that_is_not_there_is_404(served: Served) -> None:
    assert served.get("/v1/intervals?queue=nowhere").json["refused"] == "UnknownQueue"
    assert served.get("/v1/intervals?per=agent&agent=nobody").json["refused"] == "UnknownAgent"


def test_each_role_sees_the_figures_that_it_may(teams: Served) -> None:
    a_call(teams, "root")
    queues = {
        "root": {"sales", "backup", "night"},
        "sam": {"sales", "backup", "night"},
        "lead": {"night"},
        "crm": {"sales", "backup", "night"},
        "anna": {"sales"},
        "ben": {"backup"},
        "lobby": {"sales", "backup", "night"},
    }
    agents = {
        "root": {"anna", "ben", "carl", "dora"},
        "sam": {"anna", "ben", "carl", "dora"},
        "lead": {"dora"},
        "anna": {"anna"},
        "ben": {"ben"},
    }
    for subject in (*TOKENS, "lead"):
        answer = teams.get("/v1/intervals", subject)
        assert {row["queue"] for row in answer.json["items"]} == queues[subject]
        assert "anna" not in answer.text
        assert ("service_level" in answer.text) == (subject not in ("anna", "ben"))
        answer = teams.get("/v1/intervals?per=agent", subject)
        if subject in agents:
            assert {row["agent"] for row in answer.json["items"]} == agents[subject]
        else:
            assert answer.status == 403
            assert "anna" not in answer.text
    for path in ("queue=sales", "per=agent&agent=anna", "queue=nowhere", "per=agent&agent=nobody"):
        assert teams.get(f"/v1/intervals?{path}", "lead").status == 404
    assert teams.get("/v1/intervals?queue=backup", "anna").status == 404
    assert teams.get("/v1/intervals").status == 401


def test_after_a_restart_the_figures_go_on(tmp_path: Path) -> None:
    centre = tmp_path / "centre.toml"
    centre.write_text(CENTRE, encoding="utf-8")
    arguments = (str(centre), "--journal", str(tmp_path / "journal"))
    with Served(*arguments) as served:
        a_call(served)
        ringing = served.done("enqueue", queue="sales")
        before = sums(served.get("/v1/intervals"))
        assert before["sales"] == {"offered": 2, "answered": 1, "abandoned": 0}
        served.process.kill()
    with Served(*arguments) as served:
        assert sums(served.get("/v1/intervals")) == before
        served.done("accept", interaction=ringing)
        assert sums(served.get("/v1/intervals"))["sales"]["answered"] == 2
        assert served.stop()[0] == 0


def test_a_service_starts_on_a_journal_whose_beginning_is_a_snapshot_and_says_what_it_cannot_tell(
    tmp_path: Path,
) -> None:
    (tmp_path / "centre.toml").write_text(CENTRE, encoding="utf-8")
    journal = tmp_path / "journal"
    with hg.Engine.open(journal, config=tmp_path / "centre.toml", clock=time.time_ns) as engine:
        for name in ("ada", "bob", "cleo"):
            engine.add_agent(name)
            engine.snapshot()
        kept = engine._next_seq()
    with Served(str(tmp_path / "centre.toml"), "--journal", str(journal)) as served:
        a_call(served)
        answer = served.get("/v1/intervals")
        assert (answer.status, answer.json["first_seq"]) == (410, kept)
        assert "huntgroup_queue_waiting" in served.get("/metrics").text
        (row,) = [one for one in served.get("/v1/queues").json["items"] if one["name"] == "sales"]
        assert row["metrics"]["answered"] == 1, "what the engine counts is whole"
        served.stop()


def test_figures_of_which_events_are_lost_are_not_told() -> None:
    program = """
import asyncio, time, huntgroup as hg
from huntgroup.service.server import serve
from huntgroup.settings.service_table import ServiceSettings
engine = hg.Engine(clock=time.time_ns)
engine.add_queue("sales")
engine.poll()
asyncio.run(serve(engine, ServiceSettings(), None, "127.0.0.1", 0,
                  told=lambda a: print("huntgroup serves", a, flush=True)))
"""
    with Served(program=program) as served:
        served.done("abandon", interaction=served.done("enqueue", queue="sales"))

        def is_gone() -> bool:
            return served.get("/v1/intervals").status == 410

        eventually(is_gone)
        assert json.loads(served.get("/v1/intervals").text)["first_seq"] > 1
        assert served.done("enqueue", queue="sales") > 0, "everything else goes on"
