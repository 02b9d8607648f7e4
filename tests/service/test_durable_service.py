"""A service with a journal: it is killed in mid-load and started again; nothing that it answered is lost, and
nothing that is asked again is done twice."""

from __future__ import annotations

import http.client
import os
import signal
import threading
import time
from pathlib import Path
from random import Random
from typing import Any

import pytest
from service.served import CENTRE, Answer, Served

import huntgroup as hg

CLIENTS = 4
KILLS = 5 if os.environ.get("CI") else 2


def started(folder: Path, *more: str) -> Served:
    centre = folder / "centre.toml"
    if not centre.exists():
        centre.write_text(CENTRE, encoding="utf-8")
    return Served(str(centre), "--journal", str(folder / "journal"), *more)


class Client:
    """Sends numbered requests one after the other until nobody answers. `sure` has the answers that came."""

    def __init__(self, number: int) -> None:
        self.name = f"client-{number}"
        self.next = 1
        self.sure: dict[int, int] = {}

    def ask(self, served: Served, request: int) -> Answer:
        return served.command(
            "enqueue",
            headers={"Session": self.name, "Request": str(request)},
            queue="sales",
            ref=f"{self.name}/{request}",
        )

    def run(self, served: Served) -> None:
        while True:
            try:
                answer = self.ask(served, self.next)
            except (OSError, http.client.HTTPException):
                return
            assert answer.status == 200, answer
            self.sure[self.next] = answer.json["result"]
            self.next += 1


def test_killed_in_mid_load_again_and_again_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    random = Random(1)
    clients = [Client(k) for k in range(CLIENTS)]
    for _ in range(KILLS):
        with started(tmp_path) as served:
            for client in clients:
                for request, result in list(client.sure.items())[-20:]:
                    assert client.ask(served, request).json["result"] == result, "asked again after a restart"
            threads = [threading.Thread(target=client.run, args=(served,)) for client in clients]
            for thread in threads:
                thread.start()
            time.sleep(0.2 + random.random())
            served.process.kill()
            for thread in threads:
                thread.join(30)
                assert not thread.is_alive()
    with started(tmp_path) as served:
        for client in clients:
            # The one that was under way when it died was carried out, or it was not; now it is, once.
            client.sure[client.next] = client.ask(served, client.next).json["result"]
            for request, result in client.sure.items():
                found = served.get(f"/v1/interactions?ref={client.name}/{request}").json
                assert [one["id"] for one in listed(found)] == [result]
        code, _ = served.stop()
        assert code == 0
    asked = sum(len(client.sure) for client in clients)
    assert asked > 2 * CLIENTS
    with hg.Engine.open(tmp_path / "journal") as engine:
        assert sorted(k for client in clients for k in client.sure.values()) == list(range(1, asked + 1))
        with pytest.raises(hg.UnknownInteraction):
            engine.interaction(asked + 1)
        engine.verify()


def listed(found: Any) -> list[dict[str, Any]]:
    return found if isinstance(found, list) else found["items"]


def test_it_goes_on_with_every_offer_ringing_after_an_orderly_end(tmp_path: Path) -> None:
    with started(tmp_path) as served:
        call = served.done("enqueue", queue="sales", ref="call-1")
        served.done("set_skill", agent="anna", skill="french", proficiency=3)
        before = served.get(f"/v1/interactions/{call}").json
        assert before["state"] == "Offered"
        code, said = served.stop(signal.SIGTERM)
        assert code == 0
        assert "journal" in said
    with Served("--journal", str(tmp_path / "journal")) as served:
        after = served.get(f"/v1/interactions/{call}").json
        assert {**after, "waited": 0} == {**before, "waited": 0}
        assert served.get("/v1/agents/anna").json["skills"]["french"] == 3
        served.done("accept", interaction=call, agent="anna")
        assert served.get("/readyz").status == 200


def test_a_second_service_on_one_journal_is_refused(tmp_path: Path) -> None:
    with started(tmp_path), pytest.raises(AssertionError, match="JournalLocked"):
        started(tmp_path)


def test_with_snapshots_the_journal_does_not_grow_and_a_start_goes_on_from_the_last(tmp_path: Path) -> None:
    with started(tmp_path, "--snapshot-every", "50") as served:
        for number in range(400):
            call = served.done("enqueue", queue="sales", ref=f"call-{number}")
            served.done("abandon", interaction=call)
        last = served.done("enqueue", queue="sales", ref="the last")
        served.stop(signal.SIGTERM)
    with hg.Engine.open(tmp_path / "journal") as engine:
        assert engine.recovery.snapshot is not None
        assert engine.recovery.groups < 400, "what the snapshots hold is not played again"
        assert engine.interaction(last).ref == "the last"
    with Served("--journal", str(tmp_path / "journal"), "--snapshot-every", "50") as served:
        assert served.get(f"/v1/interactions/{last}").json["ref"] == "the last"
        assert served.get("/v1/intervals").status == 410
