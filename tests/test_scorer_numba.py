"""Scorers compiled by Numba: without the GIL, and whatever they do as Python would have done it."""

from __future__ import annotations

import threading
from functools import cache
from typing import Any

import numpy as np
import pytest

import huntgroup as hg
from huntgroup.scorers.abi import columns, every_column
from huntgroup.scorers.numba import columns_read
from huntgroup.testing.pair import run_pair
from huntgroup.testing.scorers import everything, forgetful, nearest, raising

numba = pytest.importorskip("numba", reason="numba is not installed: pip install 'huntgroup[scorer]'")
# Code that Numba makes is not instrumented: the checked build would learn nothing from it.
pytestmark = pytest.mark.release


@cache
def compiled(scorer: hg.Scorer) -> hg.Scorer:
    assert scorer.function is not None
    return hg.scorer(scorer.function)


class Compiled(hg.Engine):
    """An engine that compiles the scorers that it is given."""

    def add_queue(self, name: str, **settings: Any) -> int:
        return super().add_queue(name, **self.with_compiled(settings))

    def update_queue(self, queue: str | int, **settings: Any) -> None:
        super().update_queue(queue, **self.with_compiled(settings))

    def with_compiled(self, settings: dict[str, Any]) -> dict[str, Any]:
        if isinstance(settings.get("strategy"), hg.Scorer):
            return {**settings, "strategy": compiled(settings["strategy"])}
        return settings


@pytest.mark.parametrize("seed", range(5000, 5020))
def test_compiled_scorers_decide_as_the_reference_does(seed: int) -> None:
    run_pair(seed, 250, Compiled)


def centre(scorer: hg.Scorer, agents: int = 3) -> Any:
    engine = hg.Engine()
    engine.add_queue("field", strategy=scorer)
    names = [f"a{k}" for k in range(agents)]
    numbers = [[(7.0 * k) % 11] for k in range(agents)]
    place = {"queues": ["field"], "devices": ["voice"], "signed_in": True, "status": "Ready"}
    engine.add_agents(names, user=numbers, **place)
    engine.poll()
    return engine


def test_the_decorator_with_options() -> None:
    @hg.scorer(name="by place")
    def closest(agents: Any, interaction: Any, scores: Any) -> None:
        for k in range(agents.count):
            scores[k] = -abs(agents.user0[k] - interaction.user0)

    engine = centre(closest)
    assert closest.name == "by place"
    assert engine.interaction(engine.enqueue("field", user=(6.0,))).agent == "a1"
    scores = [0.0]
    closest(type("Seen", (), {"count": 1, "user0": [3.0]}), type("Seen", (), {"user0": 1.0}), scores)
    assert scores == [-2.0]
    assert engine.digest() != centre(closest.python()).digest()
    assert centre(closest).digest() == centre(closest.python()).digest()


def test_a_function_that_numba_compiled_already_is_taken_too() -> None:
    @numba.njit
    def best(agents, interaction, scores):  # type: ignore[no-untyped-def]
        for k in range(agents.count):
            scores[k] = agents.user0[k]

    engine = centre(hg.scorer(best))
    assert engine.interaction(engine.enqueue("field")).agent == "a1"


@pytest.mark.parametrize("function", [nearest, everything, raising, forgetful])
def test_many_decisions_are_those_of_python(function: Any) -> None:
    engines = [centre(hg.scorer(function), 50), centre(hg.python_scorer(function), 50)]
    for engine in engines:
        for k in range(40):
            call = engine.enqueue("field", user=(k % 7, 0.5), priority=k % 3)
            if k % 4:
                engine.accept(call)
        engine.verify()
    assert engines[0].poll() == engines[1].poll()
    assert engines[0].digest() == engines[1].digest()


def test_an_exception_is_a_failure_and_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    @hg.scorer
    def raises(agents: Any, interaction: Any, scores: Any) -> None:
        scores[agents.count - 1] = 99.0
        if interaction.priority >= 0:
            raise ValueError("no")

    @hg.scorer
    def divides(agents: Any, interaction: Any, scores: Any) -> None:
        for k in range(agents.count):
            scores[k] = 1 / interaction.priority

    @hg.scorer(boundscheck=True)
    def beyond(agents: Any, interaction: Any, scores: Any) -> None:
        for k in range(agents.count + 1):
            scores[k] = 1.0

    for scorer in (raises, divides, beyond):
        engine = centre(scorer)
        rows = np.full(1, -1, hg.COMMAND_DTYPE)
        rows["command"], rows["queue"] = hg.Command.ENQUEUE, 0
        for name in ("requires", "priority", "flag", "list_count"):
            rows[name] = 0
        events, _ = engine.apply(rows)
        failed = [event for event in engine.named(events) if event.kind == "scorer_failed"]
        assert [event.reason for event in failed] == ["scorer_raised"], scorer
        assert engine.interaction(1).agent == "a0"
    assert capfd.readouterr() == ("", "")


def test_a_compiled_scorer_holds_no_gil() -> None:
    """While one thread is inside the scorer, which waits for a flag, another one sets the flag."""
    flag = np.zeros(1, np.int64)
    address = flag.ctypes.data

    @hg.scorer
    def waits(agents: Any, interaction: Any, scores: Any) -> None:
        seen = numba.carray(pointer(address), 1)
        turns = 0
        while seen[0] == 0 and turns < 4_000_000_000:
            turns += 1
            scores[0] = turns  # for all the compiler knows, the flag: so it is read in every turn
        for k in range(agents.count):
            scores[k] = agents.user0[k] if seen[0] == 1 else -agents.user0[k]

    engine = centre(waits)
    rows = np.full(1, -1, hg.COMMAND_DTYPE)
    rows["command"], rows["queue"] = hg.Command.ENQUEUE, 0
    for name in ("requires", "priority", "flag", "list_count"):
        rows[name] = 0
    worker = threading.Thread(target=engine.apply, args=(rows,))
    worker.start()
    flag[0] = 1
    worker.join(60)
    assert not worker.is_alive()
    assert engine.interaction(1).agent == "a1"


@numba.extending.intrinsic
def pointer(typing_context, address):  # type: ignore[no-untyped-def]
    made = numba.types.CPointer(numba.types.int64)

    def codegen(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        return builder.inttoptr(arguments[0], context.get_value_type(made))

    return made(numba.types.int64), codegen


def test_what_numba_cannot_compile_is_a_clear_error() -> None:
    with pytest.raises(hg.ConfigError, match=r"odd.*nopython.*nowhere") as caught:

        @hg.scorer
        def odd(agents: Any, interaction: Any, scores: Any) -> None:
            scores[0] = agents.nowhere[0]

    assert caught.value.field == "scorer"


# --- which columns it reads -------------------------------------------------------------------------------


def bits(*names: str) -> int:
    order = [field.name for field in columns()]
    return sum(1 << order.index(name) for name in names)


def reads_two(agents: Any, interaction: Any, scores: Any) -> None:
    for k in range(agents.count):
        scores[k] = agents.user3[k] * interaction.user5 + agents.tier[k] + agents.user3[0]


def hands_on(agents: Any, interaction: Any, scores: Any) -> None:
    reads_two(agents, interaction, scores)


def takes_another_name(agents: Any, interaction: Any, scores: Any) -> None:
    others = agents
    scores[0] = others.user1[0]


def has_a_function_inside(agents: Any, interaction: Any, scores: Any) -> None:
    scores[:] = [agents.user1[k] for k in range(agents.count)]


def replaces(agents: Any, interaction: Any, scores: Any) -> None:
    agents = agents
    scores[0] = agents.user1[0]


def uses_no_column(agents: Any, interaction: Any, scores: Any) -> None:
    for k in range(agents.count):
        scores[k] = k


def test_only_the_columns_that_are_read_are_filled() -> None:
    assert columns_read(reads_two) == bits("user3", "tier")
    assert columns_read(nearest) == bits("user0")
    assert columns_read(uses_no_column) == 0
    assert columns_read(everything) == every_column() & ~bits("user3", "user4", "user5", "user6")


@pytest.mark.parametrize("function", [hands_on, takes_another_name, replaces, has_a_function_inside])
def test_where_the_agents_go_elsewhere_every_column_is_filled(function: Any) -> None:
    wanted = every_column()
    if function is has_a_function_inside and columns_read(function) != wanted:
        # From Python 3.12 on a comprehension stands in the function itself.
        wanted = bits("user1")
    assert columns_read(function) == wanted
