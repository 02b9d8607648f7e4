"""The configuration of a service that runs: its centre's file is read again, the difference is told, and
taken whole or not at all."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from service.served import CENTRE, Served, token_file

CHANGED = (
    CENTRE.replace("wrap_up = 30", "wrap_up = 15\nmax_wait = 60")
    .replace("spanish = 4", "spanish = 5")
    .replace('name = "ben"\nqueues = ["backup"]', 'name = "ben"\nqueues = [{ queue = "backup", tier = 2 }]')
    + '\n[[queue]]\nname = "fresh"\nrequires = "spanish >= 3"\n[[agent]]\nname = "dora"\nqueues = ["fresh"]\n'
)


class Centre:
    """A service and the file that it reads."""

    def __init__(self, file: Path, served: Served) -> None:
        self.file, self.served = file, served

    def write(self, text: str) -> None:
        self.file.write_text(text, encoding="utf-8")

    def reload(self, query: str = "", who: str | None = None) -> Any:
        return self.served.ask("POST", f"/v1/config{query}", None, who)

    def reloaded(self, query: str = "") -> Any:
        answer = self.reload(query)
        assert answer.status == 200, answer
        return answer.json


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    file = tmp_path / "centre.toml"
    file.write_text(CENTRE, encoding="utf-8")
    with Served(str(file)) as served:
        yield Centre(file, served)


def words(told: dict[str, Any]) -> list[str]:
    return [change["words"] for change in told["changes"]]


EXPECTED = [
    "queue sales: wrap_up from 30 to 15",
    "queue sales: max_wait from none to 60",
    "queue fresh: added",
    "agent anna: skills.spanish from 4 to 5",
    "agent ben: queues.backup.tier from 1 to 2",
    "agent dora: added",
]


def test_the_difference_is_told_then_taken_and_then_there_is_none(centre: Centre) -> None:
    assert words(centre.reloaded()) == []
    before = centre.served.get("/v1/config").json
    centre.write(CHANGED)
    told = centre.reloaded("?dry_run")
    assert (words(told), told["applied"]) == (EXPECTED, False)
    assert centre.served.get("/v1/config").json == before
    done = centre.reloaded()
    assert (words(done), done["applied"]) == (EXPECTED, True)
    assert [step["command"] for step in done["commands"]] == [
        *("update_queue", "add_queue", "set_skill", "join", "add_agent")
    ]
    assert centre.served.get("/v1/queues/fresh/members").json["items"][0]["agent"] == "dora"
    assert centre.served.get("/v1/agents/anna").json["skills"] == {"spanish": 5}
    assert (words(centre.reloaded()), centre.reloaded()["commands"]) == ([], [])


def test_the_commands_that_are_told_do_the_same_by_hand(centre: Centre, tmp_path: Path) -> None:
    centre.write(CHANGED)
    commands = centre.reloaded("?dry_run=true")["commands"]
    (tmp_path / "other.toml").write_text(CENTRE, encoding="utf-8")
    with Served(str(tmp_path / "other.toml")) as other:
        for command in commands:
            assert other.ask("POST", "/v1/commands", json.dumps(command)).status == 200
        by_hand = other.get("/v1/config").json
    centre.reloaded()
    assert centre.served.get("/v1/config").json == by_hand


def test_what_came_while_it_ran_stays_and_what_left_the_file_goes(centre: Centre) -> None:
    centre.served.done("add_queue", name="guest")
    centre.served.done("add_agent", name="gina", queues=["guest", "sales"])
    centre.served.done("join", agent="anna", queue="guest")
    centre.write(CENTRE.replace('name = "carl"\nqueues = ["sales", "backup"]', 'name = "carla"'))
    told = centre.reloaded("?dry_run")
    assert words(told) == ["agent carla: added", "agent carl: removed"]
    assert told["left"] == [
        "queue guest: the file does not name it",
        "agent gina: the file does not name it",
    ]
    centre.reloaded()
    assert set(centre.served.get("/v1/agents/anna").json["queues"]) == {"sales", "guest"}
    everything = centre.reloaded("?remove=true&dry_run=true")
    assert words(everything) == ["agent gina: removed", "queue guest: removed"]
    assert "queue guest has 2 members" in everything["lost"]
    centre.reloaded("?remove=true")
    assert centre.served.get("/v1/queues/guest").status == 404
    assert words(centre.reloaded("?remove=true")) == []


def test_what_cannot_be_refuses_all_of_it_and_says_every_reason(centre: Centre) -> None:
    call = centre.served.done("enqueue", queue="sales")
    centre.served.done("accept", interaction=call)
    before = centre.served.get("/v1/config").json
    centre.write(
        CHANGED.replace('"sales"', '"retail"')
        .replace('name = "anna"', 'name = "annie"')
        .replace('name = "backup"', 'name = "backup"\nchannel = "chat"')
        + "[[channel]]\nname = 'task'\ncapability = 'email'"
    )
    for query in ("", "?dry_run"):
        answer = centre.reload(query)
        assert (answer.status, answer.json["refused"]) == (409, "ReconfigureError")
        keys = {one["key"]: one for one in answer.json["mistakes"]}
        assert set(keys) == {"queue.backup.channel", "queue.sales", "agent.anna"}
        assert keys["queue.backup.channel"]["line"] == 13
        assert "still has 1 interactions" in keys["queue.sales"]["allowed"]
    assert centre.served.get("/v1/config").json == before
    assert centre.served.get(f"/v1/interactions/{call}").json["state"] == "Handling"


def test_every_mistake_of_the_file_is_told_at_once(centre: Centre) -> None:
    before = centre.served.get("/v1/config").json
    centre.write(
        CHANGED.replace("max_wait", "max_wiat").replace('["fresh"]', '["frsh"]') + "\n[service]\nrate = 0"
    )
    answer = centre.reload()
    assert answer.status == 422
    assert [one["key"] for one in answer.json["mistakes"]] == [
        *("queue.sales.max_wiat", "agent.dora.queues", "service.rate")
    ]
    centre.write("[[queue]")
    assert centre.reload().status == 422
    centre.file.unlink()
    assert (centre.reload().status, centre.reload().json["field"]) == (422, "file")
    assert centre.served.get("/v1/config").json == before


def test_it_costs_what_it_says_it_costs(centre: Centre) -> None:
    call = centre.served.done("enqueue", queue="sales")
    assert centre.served.get("/v1/agents/anna").json["interactions"] == [call]
    centre.write(CENTRE.replace('queues = ["sales"]\ndevices', 'queues = ["backup"]\ndevices', 1))
    told = centre.reloaded("?dry_run")
    assert told["lost"] == [
        "agent anna is logged in to queue sales",
        f"interaction {call} rings agent anna no more",
    ]
    assert centre.served.get(f"/v1/interactions/{call}").json["state"] == "Offered"
    assert centre.reloaded()["lost"] == told["lost"]
    assert centre.served.get(f"/v1/interactions/{call}").json["state"] == "Queued"


def test_a_hangup_reads_the_file_again(centre: Centre) -> None:
    centre.write(CHANGED)
    centre.served.process.send_signal(signal.SIGHUP)
    end = time.monotonic() + 20
    while centre.served.get("/v1/queues/fresh").status != 200:
        assert time.monotonic() < end
        time.sleep(0.05)
    (event,) = [
        event
        for event in json.loads(f"[{','.join(_kept(centre.served, 'queue_added'))}]")
        if event["queue"] == "fresh"
    ]
    assert event["by"] == "SIGHUP"
    centre.write("[[queue]")
    centre.served.process.send_signal(signal.SIGHUP)
    code, errors = centre.served.stop()
    assert code == 0
    assert "queue sales: wrap_up from 30 to 15" in errors
    assert "6 changes, applied" in errors


def _kept(served: Served, kind: str) -> list[str]:
    """The events of a kind, by a stream from the first one on."""
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    connection.request("GET", f"/v1/events?from_seq=1&kinds={kind}")
    response = connection.getresponse()
    found: list[str] = []
    while not any('"fresh"' in one for one in found):
        line = response.readline().decode()
        if line.startswith("data: "):
            found.append(line.removeprefix("data: ").strip())
    connection.close()
    return found


def test_what_the_service_grants_changes_with_the_file(centre: Centre) -> None:
    assert centre.served.get("/v1/queues", Host="centre.example").status == 403
    centre.write(
        '[service]\nhosts = ["centre.example"]\nrate = 1\nburst = 2\n' + CENTRE.lstrip().split("\n", 1)[1]
    )
    assert words(centre.reloaded()) == [
        "service service: rate from 10000 to 1",
        "service service: burst from 20000 to 2",
        "service service: hosts from [] to ['centre.example']",
    ]
    assert centre.served.get("/v1/queues", Host="centre.example").status == 200
    statuses = [centre.served.command("enqueue", queue="backup").status for _ in range(8)]
    assert statuses.count(429) >= 4


def test_only_administrators_read_and_change_it(tmp_path: Path) -> None:
    file = tmp_path / "centre.toml"
    file.write_text(CENTRE, encoding="utf-8")
    tokens = token_file(tmp_path)
    with Served(str(file), "--tokens", str(tokens)) as served:
        for who in ("sam", "crm", "anna", "lobby"):
            assert served.ask("POST", "/v1/config?dry_run=true", None, who).status == 403
            assert served.get("/v1/config", who).status == 403
        assert served.ask("POST", "/v1/config?dry_run=true").status == 401
        assert served.ask("POST", "/v1/config?hue=1", None, "root").status == 422
        file.write_text(CHANGED, encoding="utf-8")
        done = served.ask("POST", "/v1/config", None, "root")
        assert (done.status, words(done.json)) == (200, EXPECTED)
        # Tokens are read again as well: who is in the file no more does not come in.
        tokens.write_text(tokens.read_text(encoding="utf-8").replace('"sam"', '"sue"'), encoding="utf-8")
        assert served.ask("POST", "/v1/config", None, "root").status == 200
        assert served.get("/v1/me", "sam").json["subject"] == "sue"
        tokens.write_text("[[token]]", encoding="utf-8")
        assert served.ask("POST", "/v1/config", None, "root").status == 422
        assert served.get("/v1/queues", "root").status == 200


def test_a_file_is_compared_with_a_service_from_elsewhere(centre: Centre, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text(CHANGED, encoding="utf-8")

    def checked(*more: str) -> tuple[int, str]:
        told = subprocess.run(
            [sys.executable, "-m", "huntgroup", "check", str(other), *more],
            capture_output=True,
            text=True,
            check=False,
        )
        return told.returncode, told.stdout + told.stderr

    against = ("--against", f"http://{centre.served.address}")
    code, text = checked(*against)
    assert (code, text.splitlines()) == (0, EXPECTED)
    code, text = checked(*against, "--json")
    assert (code, words(json.loads(text))) == (0, EXPECTED)
    other.write_text(CENTRE, encoding="utf-8")
    assert checked(*against) == (0, "no difference\n")
    other.write_text(CENTRE.replace('name = "backup"', 'name = "backup"\nchannel = "chat"'), encoding="utf-8")
    code, text = checked(*against)
    assert code == 1
    assert "not possible: line 12: queue.backup.channel" in text
    assert checked("--against", "http://127.0.0.1:9")[0] == 2
    other.write_text(CENTRE.replace("wrap_up", "warp_up"), encoding="utf-8")
    code, text = checked(*against)
    assert code == 1
    assert "did you mean wrap_up" in text


def test_a_service_without_a_file_says_so() -> None:
    with Served("--demo") as served:
        answer = served.ask("POST", "/v1/config")
        assert (answer.status, answer.json["refused"]) == (409, "ReconfigureError")
        served.process.send_signal(signal.SIGHUP)
        assert served.get("/readyz").status == 200


def test_a_reload_is_one_group_of_the_journal(tmp_path: Path) -> None:
    file, journal = tmp_path / "centre.toml", tmp_path / "journal"
    file.write_text(CENTRE, encoding="utf-8")
    with Served(str(file), "--journal", str(journal)) as served:
        Centre(file, served).write(CHANGED)
        assert words(Centre(file, served).reloaded()) == EXPECTED
        configuration = served.get("/v1/config").json
        served.process.kill()
        served.process.wait()
    with Served(str(file), "--journal", str(journal)) as served:
        assert served.get("/v1/config").json == configuration
        assert words(Centre(file, served).reloaded()) == []
        served.stop()
    file.write_text(CENTRE, encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "-m", "huntgroup", "check", str(file), "--against", str(journal)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "queue sales: wrap_up from 15 to 30" in told.stdout
    assert "left as it is: queue fresh: the file does not name it" in told.stdout
