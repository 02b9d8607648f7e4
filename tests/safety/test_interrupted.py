"""What interrupts a change (Ctrl-C, a signal handler that raises) leaves nothing half done."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import huntgroup as hg

MONDAY_NS = 1_772_442_000 * 10**9
OFFICE = hg.Hours({"mon": ("09:00", "17:00")}, tz="Europe/Berlin")
LATE = hg.Hours({"mon": ("13:00", "17:00"), "tue": ("10:00", "12:00")}, tz="Europe/Lisbon")


class Alarm(BaseException):
    """What a signal handler raises."""


def centre() -> hg.Engine:
    engine = hg.Engine("agent_modes", start=MONDAY_NS)
    engine.add_queue("sales", group="front", hours=OFFICE, requires="spanish")
    engine.add_queue("support", group="front", relax=[(5, None)])
    engine.add_agent("ann", skills={"spanish": 3, "french": 1}, queues=["sales"], devices=["voice"])
    engine.add_agent("ben", queues=["sales", "support"], devices=["voice"], signed_in=True, status="Ready")
    for _ in range(3):
        engine.enqueue("sales")
    engine.enqueue("support")
    engine.poll()
    return engine


CHANGES: dict[str, Callable[[hg.Engine], Any]] = {
    "hours": lambda engine: engine.update_queue("sales", hours=LATE),
    "no hours": lambda engine: engine.update_queue("sales", hours=None, max_wait=50),
    "a new group": lambda engine: engine.update_queue("sales", group="back"),
    "steps": lambda engine: engine.update_queue("sales", relax=[(1, None)], requires="french"),
    "a queue": lambda engine: engine.add_queue("third", group="other", hours=LATE, overflow=(3, "sales")),
    "a channel": lambda engine: engine.add_channel("video", blocks="all", needs_device=True),
    "agents": lambda engine: engine.add_agents(["cat", "dan"], queues=["sales"], signed_in=True),
    "an agent gone": lambda engine: engine.remove_agent("ben"),
    "a command": lambda engine: engine.sign_in("ann"),
    "texts": lambda engine: engine.enqueue("support", ref="a", user=[1.0], relax=[(3, None)]),
}


def interrupted(run: Callable[[], Any], at: int) -> bool:
    """Runs it, and raises at this instruction of Python, as a signal handler would. Whether it got so far."""
    left = [at]

    def trace(frame: Any, event: str, _: Any) -> Any:
        frame.f_trace_opcodes = True
        if event == "opcode":
            left[0] -= 1
            if left[0] < 0:
                sys.settrace(None)
                raise Alarm
        return trace

    before = sys.gettrace()
    try:
        sys.settrace(trace)
        run()
    except Alarm:
        return True
    finally:
        sys.settrace(before)
    return False


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_whole_or_has_not_begun_wherever_it_is_interrupted(name: str) -> None:
    change = CHANGES[name]
    engine = centre()
    before = engine.digest()
    whole = engine.fork()
    change(whole)
    after = whole.digest()
    many = instructions(change, engine)
    # The change itself comes last; before it arguments are checked.
    places = {*range(0, many, many // 40 + 1), *range(max(0, many - 40), many + 1)}
    seen = set()
    for at in sorted(places):
        copy = engine.fork()
        went = interrupted(lambda copy=copy: change(copy), at)  # type: ignore[misc]
        copy.verify()
        seen.add(copy.digest())
        assert seen <= {before, after}, f"{name} is half done after {at} of {many} instructions"
        if went and copy.digest() == before:
            change(copy)
            assert copy.digest() == after
    assert seen == {before, after}


def instructions(change: Callable[[hg.Engine], Any], engine: hg.Engine) -> int:
    """How many instructions of Python the change takes."""

    def takes_more_than(count: int) -> bool:
        copy = engine.fork()
        return interrupted(lambda: change(copy), count)

    low, high = 0, 1
    while takes_more_than(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if takes_more_than(middle) else (low, middle)
    return high


@pytest.fixture
def alarm() -> Iterator[None]:
    def ring(*_: object) -> None:
        raise Alarm

    before = signal.signal(signal.SIGUSR1, ring)
    yield
    signal.signal(signal.SIGUSR1, before)


def ready_for(scorer: Any) -> hg.Engine:
    engine = hg.Engine()
    engine.add_queue("sales", strategy=scorer)
    for name in ("ann", "ben"):
        engine.add_agent(name, queues=["sales"], devices=["voice"], signed_in=True, status="Ready")
    engine.poll()
    return engine


@pytest.mark.parametrize("raised", [KeyboardInterrupt, SystemExit, Alarm])
def test_what_interrupts_a_scorer_is_raised_when_the_step_is_complete(raised: type[BaseException]) -> None:
    @hg.python_scorer
    def stopping(agents: Any, interaction: Any, scores: Any) -> None:
        raise raised

    engine = ready_for(stopping)
    with pytest.raises(raised):
        engine.enqueue("sales", ref="first")
    assert engine.interaction(1).state == "Offered"
    assert engine.find("first") == [1]
    assert [event.kind for event in engine.poll()][:3] == ["queued", "arrival_noted", "scorer_failed"]
    engine.verify()
    engine.accept(1)


def test_a_signal_within_a_scorer_is_raised_when_the_step_is_complete(alarm: None) -> None:
    @hg.python_scorer
    def slow(agents: Any, interaction: Any, scores: Any) -> None:
        os.kill(os.getpid(), signal.SIGUSR1)
        for k in range(agents.count):
            scores[k] = k

    engine = ready_for(slow)
    with pytest.raises(Alarm):
        engine.enqueue("sales")
    assert engine.interaction(1).state == "Offered"
    engine.update_queue("sales", max_wait=5)
    with pytest.raises(Alarm):
        engine.enqueue("sales")
    engine.verify()


def test_what_interrupts_a_batch_carries_what_was_done(alarm: None) -> None:
    @hg.python_scorer
    def slow(agents: Any, interaction: Any, scores: Any) -> None:
        os.kill(os.getpid(), signal.SIGUSR1)

    engine = ready_for(slow)
    rows = np.full(3, -1, hg.COMMAND_DTYPE)
    for name in ("requires", "priority", "flag", "list_count", "mask"):
        rows[name] = 0
    rows["command"][:2] = hg.Command.ENQUEUE
    rows["queue"][:2] = 0
    rows["command"][2] = hg.Command.REMOVE_AGENT
    rows["agent"][2] = 1
    with pytest.raises(Alarm) as raised:
        engine.apply(rows)
    events, results = raised.value.applied  # type: ignore[attr-defined]
    assert results.tolist() == [0, 0, 0]
    assert "scorer_failed" in {event.kind for event in engine.named(events)}
    engine.verify()
    engine.add_agent("ben")
    assert [event.kind for event in engine.poll()] == ["agent_added"]


def test_events_are_not_lost_where_polling_is_interrupted() -> None:
    engine = centre()
    engine.enqueue("support")
    expected = [event.seq for event in engine.fork().poll()]
    copy = engine.fork()
    at = 0
    while interrupted(copy.poll, at):
        left = copy.fork()._events()["seq"].tolist()
        # Nobody can give back what was taken when all that is left is to return it.
        if left != expected:
            assert left == []
            assert not interrupted(engine.fork().poll, at + 3)
            break
        at += 1 if at > 200 else 9
    assert at > 200
