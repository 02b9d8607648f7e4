"""One engine is one thread's at a time: whoever else turns to it meanwhile is told so, whatever they ask."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import huntgroup as hg

ASKED: dict[str, Callable[[Any], Any]] = {
    "a command": lambda engine: engine.set_status("anna", "Break"),
    "an interaction": lambda engine: engine.enqueue("calls"),
    "an interaction with new steps": lambda engine: engine.enqueue("calls", relax=[(3, None), (77, None)]),
    "time": lambda engine: engine.advance(by=1),
    "the next timer": lambda engine: engine.next_deadline,
    "a batch": lambda engine: engine.apply(row()),
    "a bulk change": lambda engine: engine.set_status_many(["anna", "ben"], "Break"),
    "several logins": lambda engine: engine.set_queue_logins("anna", {"calls": False}),
    "a number": lambda engine: engine.set_user("anna", 0, 1.5),
    "an interaction with numbers": lambda engine: engine.enqueue("calls", user=(1.5,)),
    "a new agent": lambda engine: engine.add_agent("carl", queues=["calls"]),
    "a new skill": lambda engine: engine.add_agent("carl", skills={"french": 3}),
    "a new queue": lambda engine: engine.add_queue("other"),
    "a new channel": lambda engine: engine.add_channel("video"),
    "a queue's settings": lambda engine: engine.update_queue("calls", wrap_up=5),
    "removing an agent": lambda engine: engine.remove_agent("anna"),
    "removing a queue": lambda engine: engine.remove_queue("empty"),
    "a requirement": lambda engine: engine.requirement("german >= 2"),
    "an agent": lambda engine: engine.agent("anna"),
    "a queue": lambda engine: engine.queue("calls"),
    "a queue's presence": lambda engine: engine.presence_of("calls"),
    "every queue": lambda engine: engine.presence(),
    "an interaction's view": lambda engine: engine.interaction(1),
    "an interaction's agent": lambda engine: engine.agent_of(1),
    "the reasons": lambda engine: engine.why_not("anna", 1),
    "the decision": lambda engine: engine.explain(1),
    "a count": lambda engine: engine.count("german >= 1"),
    "an estimate": lambda engine: engine.estimated_wait("calls"),
    "the directory": lambda engine: engine.directory(),
    "the monitor": lambda engine: engine.monitor(),
    "events": lambda engine: engine.poll(),
    "columns": lambda engine: engine.columns,
    "a copy": lambda engine: engine.fork(),
    "a digest": lambda engine: engine.digest(),
    "the invariants": lambda engine: engine.verify(),
}


def row() -> Any:
    """One ENQUEUE into the first queue."""
    rows = np.full(1, -1, hg.COMMAND_DTYPE)
    rows["command"], rows["queue"] = hg.Command.ENQUEUE, 0
    for name in ("requires", "priority", "flag", "list_count"):
        rows[name] = 0
    return rows


def centre(scorer: Any) -> hg.Engine:
    engine = hg.Engine()
    engine.add_queue("calls", strategy=scorer)
    engine.add_queue("empty")
    for name in ("anna", "ben"):
        engine.add_agent(
            name, skills={"german": 3}, queues=["calls"], devices=["voice"], signed_in=True, status="Ready"
        )
    return engine


@pytest.mark.parametrize("asked", ASKED)
def test_a_second_thread_within_a_command_is_told_so(asked: str) -> None:
    """The first thread is in the middle of a decision, at the scorer, until the second has had its answer.
    What the second wanted has left no trace."""
    deciding, answered = threading.Event(), threading.Event()

    def waits(agents: Any, interaction: Any, scores: Any) -> None:
        deciding.set()
        assert answered.wait(60)
        scores[:] = 0

    engine, undisturbed = centre(hg.python_scorer(waits)), centre(hg.python_scorer(waits))
    results: list[Any] = []
    worker = threading.Thread(target=lambda: results.append(engine.apply(row())[1]))
    worker.start()
    try:
        assert deciding.wait(60)
        with pytest.raises(hg.EngineBusy, match="another thread is using this engine"):
            ASKED[asked](engine)
    finally:
        answered.set()
        worker.join(60)
    assert [int(code) for code in results[0]] == [hg.Result.OK]
    engine.verify()
    undisturbed.apply(row())
    assert engine.digest() == undisturbed.digest()


CURIOUS: dict[str, Callable[[Any], Any]] = {
    "a call": lambda engine: engine.enqueue("calls"),
    "a batch": lambda engine: engine.apply(row()),
    "new agents": lambda engine: engine.add_agents(["carl", "dora"], queues=[["calls"]] * 2, **HERE),
    "a queue's settings": lambda engine: engine.update_queue("calls", requires=None),
}
"""What makes the engine ask the scorer."""

HERE: dict[str, Any] = {"devices": ["voice"], "signed_in": True, "status": "Ready"}


@pytest.mark.parametrize("asked", ["an agent", "a command", "a bulk change", "a new queue", "a digest"])
@pytest.mark.parametrize("by", CURIOUS)
def test_a_scorer_that_turns_to_its_engine_is_told_so_and_loses_the_decision(by: str, asked: str) -> None:
    told: list[str] = []

    def curious(agents: Any, interaction: Any, scores: Any) -> None:
        try:
            ASKED[asked](engine)
        except hg.EngineBusy as error:
            told.append(str(error))
            raise

    engine = hg.Engine()
    engine.add_queue("calls", strategy=hg.python_scorer(curious), requires="german >= 9")
    engine.add_agent("anna", queues=["calls"], **HERE)
    engine.add_agent("ben", queues=["calls"], **HERE)
    if by == "new agents":
        engine.set_status_many(["anna", "ben"], "Break")
    if by != "a queue's settings":
        engine.update_queue("calls", requires=None)
    if by in ("new agents", "a queue's settings"):
        engine.enqueue("calls")
    engine.poll()
    result = CURIOUS[by](engine)
    events = engine.named(result[0]) if by == "a batch" else engine.poll()
    assert len(told) == 1
    assert "a scorer turned to the engine that was asking it" in told[0]
    assert "scorer_failed" in [event.kind for event in events]
    assert engine.interaction(1).agent == ("carl" if by == "new agents" else "anna")
    engine.verify()


def test_of_many_threads_that_accept_one_call_exactly_one_wins() -> None:
    """Eight threads, no lock, and a ninth at work. Each hears that it won, that it was late, or that another
    is at work."""
    engine = hg.Engine()
    engine.add_queue("calls", strategy="ring_all")
    names = [f"agent {number}" for number in range(8)]
    engine.add_agents(names, queues=[["calls"]] * 8, devices=["voice"], signed_in=True, status="Ready")
    rows = np.repeat(row(), 20_000)
    rows["command"], rows["queue"] = hg.Command.ADVANCE, -1
    for _ in range(50):
        call = engine.enqueue("calls")
        heard: list[str] = []
        start = threading.Barrier(9)

        def answer(name: str, call: int = call, start: Any = start, heard: list[str] = heard) -> None:
            start.wait()
            while True:
                try:
                    engine.accept(call, agent=name)
                    heard.append(name)
                except hg.StaleOffer:
                    heard.append("late")
                except hg.EngineBusy:
                    continue
                return

        def work(start: Any = start) -> None:
            start.wait()
            with contextlib.suppress(hg.HuntgroupError):
                engine.apply(rows)

        workers = [threading.Thread(target=answer, args=(name,)) for name in names]
        workers.append(threading.Thread(target=work))
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(60)
        assert heard.count("late") == 7
        (winner,) = set(heard) - {"late"}
        assert engine.interaction(call).agent == winner
        engine.end(call)
    engine.verify()
