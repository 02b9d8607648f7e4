"""A router over a durable engine: what was answered is there after a crash, and is not done again."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from live.centres import Clock

import huntgroup as hg
from huntgroup.engine.sessions import ANSWERS, Answer
from huntgroup.journal import Batch, Fenced, MemoryStore
from huntgroup.live.owner import READS, Job, Owner

CRM = ("", "crm-7")


class Durable:
    """An owner of the engine that a store has, driven by hand. `crash` forgets all but the store."""

    def __init__(self, store: MemoryStore | None = None) -> None:
        self.clock = Clock()
        self.store = MemoryStore() if store is None else store
        self.open()

    def open(self) -> None:
        self.engine = hg.Engine.open(self.store, clock=self.clock.wall)
        if not self.engine.queues():
            with self.engine.group():
                self.engine.add_queue("sales", offer_timeout=20)
                for name in ("anna", "ben"):
                    self.engine.add_agent(
                        name, queues=["sales"], devices=["voice"], signed_in=True, status="Ready"
                    )
        self.owner = Owner(self.engine, 10_000, 1_000_000, self.clock.monotonic)
        self.owner.start()

    def crash(self) -> None:
        self.open()

    def submit(self, name: str, *given: Any, session: Any = CRM, request: int | None = None) -> list[Answer]:
        answers: list[Answer] = []
        job = Job(name, getattr(self.engine, name), given, {}, answers.append, session, request)
        self.owner.submit(job)
        return answers

    def ask(self, name: str, *given: Any, session: Any = CRM, request: int | None = None) -> Any:
        answers = self.submit(name, *given, session=session, request=request)
        self.owner.turn()
        if answers[0].error is not None:
            raise answers[0].error
        return answers[0].value

    def read(self, reading: Any) -> Any:
        answers: list[Answer] = []
        self.owner.submit(Job(READS, reading, (self.engine,), {}, answers.append))
        self.owner.turn()
        if answers[0].error is not None:
            raise answers[0].error
        return answers[0].value


def told(answer: Answer) -> tuple[str, str, int, int]:
    error = answer.error
    what = repr(answer.value) if error is None else f"{type(error).__name__}: {error}"
    return ("value" if error is None else "error", what, answer.first_seq, answer.end_seq)


@pytest.mark.parametrize("seed", range(20))
def test_no_request_of_a_session_is_lost_or_doubled_whenever_the_process_dies(seed: int) -> None:
    random = Random(seed)
    durable = Durable()
    known: dict[tuple[str, int], tuple[str, str, int, int]] = {}
    wanted = {
        (f"client {k % 3}", k): random.choice(
            [("enqueue", "sales"), ("enqueue", "sales"), ("accept", 1), ("set_status", "anna", "Break")]
        )
        for k in range(1, 60)
    }
    while len(known) < len(wanted):
        asked = random.sample(sorted(wanted), random.randint(1, 12))
        waiting = {key: durable.submit(*wanted[key], session=("", key[0]), request=key[1]) for key in asked}
        # Some die with the process before their turn.
        if random.random() < 0.3:
            durable.crash()
            continue
        durable.owner.turn()
        durable.clock.passes(random.choice([0.0, 0.5, 30.0]))
        for key, answers in waiting.items():
            assert known.setdefault(key, told(answers[0])) == told(answers[0])
        if random.random() < 0.3:
            digest = durable.read(lambda engine: engine.digest())
            durable.crash()
            assert durable.engine.digest() == digest
    arrived = sum(name == "enqueue" for name, *_ in wanted.values())
    ids = [int(known[key][1]) for key, (name, *_) in wanted.items() if name == "enqueue"]
    assert sorted(ids) == list(range(1, arrived + 1))
    with pytest.raises(hg.UnknownInteraction):
        durable.read(lambda engine: engine.interaction(arrived + 1))
    durable.engine.verify()


def test_every_kind_of_answer_is_the_same_after_a_restart() -> None:
    durable = Durable()
    requests: list[tuple[Any, ...]] = [
        ("enqueue", "sales"),
        ("enqueue", "nowhere"),
        ("accept", 999),
        ("enqueue", 3.5),
        ("enqueue", "sales", 0, "spanish >="),
        ("add_agents", ["carl", "dora"]),
        ("text", "a reason"),
        ("enqueue",),
        ("reconcile", ["call-1"]),
        ("end", 1, "x" * 65),
    ]
    before = [durable.submit(*one, request=k) for k, one in enumerate(requests, 1)]
    rows = np.zeros(1, hg.COMMAND_DTYPE)
    before.append(durable.submit("apply", rows, request=len(requests) + 1))
    durable.owner.turn()
    durable.crash()
    after = [durable.submit(*one, request=k) for k, one in enumerate([*requests, ("apply", rows)], 1)]
    durable.owner.turn()
    assert [told(one[0]) for one in after] == [told(one[0]) for one in before]
    errors = [one[0].error for one in after]
    assert sum(error is not None for error in errors) >= 5
    refused = next(error for error in errors if isinstance(error, hg.ConfigError))
    assert refused.field
    assert refused.allowed


def test_an_answer_that_is_too_old_is_stale_after_a_restart_too() -> None:
    durable = Durable()
    for start in range(1, ANSWERS + 101, 100):
        for request in range(start, start + 100):
            durable.submit("text", "a reason", request=request)
        durable.owner.turn()
    durable.crash()
    with pytest.raises(hg.StaleSession):
        durable.ask("text", "a reason", request=100)
    assert durable.ask("text", "a reason", request=101) >= 0


def test_which_session_was_used_last_is_known_after_a_restart() -> None:
    durable = Durable()
    for name in ("one", "two", "three"):
        durable.ask("enqueue", "sales", session=("", name), request=1)
    durable.ask("enqueue", "sales", session=("", "one"), request=1)
    order = list(durable.engine._sessions.plain())
    durable.crash()
    assert list(durable.engine._sessions.plain()) == order
    assert [name for name, *_ in order[0][1]] == ["two", "three", "one"]


def test_sessions_are_in_the_digest_and_in_a_fork() -> None:
    durable, other = Durable(), Durable()
    assert durable.engine.digest() == other.engine.digest()
    durable.ask("text", "agent", request=1)
    other.ask("text", "agent", request=2)
    assert durable.engine.digest() != other.engine.digest()
    fork = durable.engine.fork()
    assert fork.digest() == durable.engine.digest()
    fork._sessions.get(*CRM).answers.clear()
    assert fork.digest() != durable.engine.digest()


class Failing(MemoryStore):
    """Fails from some append on."""

    appends = 1_000

    def append(self, expected_seq: int, batch: Batch) -> int | Fenced:
        self.appends -= 1
        if self.appends < 0:
            raise hg.JournalFailed("the disk is full")
        return super().append(expected_seq, batch)


def test_after_an_error_of_the_disk_nobody_is_answered_but_who_reads() -> None:
    store = Failing()
    durable = Durable(store)
    assert durable.ask("enqueue", "sales", request=1) == 1
    published = durable.owner.ring.next_seq
    store.appends = 0
    for request in (2, 3):
        with pytest.raises(hg.JournalFailed, match="full"):
            durable.ask("enqueue", "sales", request=request)
    durable.clock.passes(60)
    assert durable.read(lambda engine: engine.interaction(1).state) == "Offered"
    assert durable.owner.pause() is None
    assert durable.owner.ring.next_seq == published
    store.appends = 1_000
    durable.crash()
    assert durable.ask("enqueue", "sales", request=1) == 1
    assert durable.ask("enqueue", "sales", request=2) == 2
