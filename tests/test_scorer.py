"""Scorers of the user's own: what they see, who gets the interaction, and what follows when one fails."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import huntgroup as hg

PLACES = {"ann": 10.0, "ben": 52.5, "cleo": 48.0}


def closest(agents: Any, interaction: Any, scores: Any) -> None:
    for k in range(agents.count):
        scores[k] = -abs(agents.user0[k] - interaction.user0)


def centre(scorer: Any, places: dict[str, float] | None = None, **settings: Any) -> Any:
    """Agents in a queue, ann idle longest; the numbers of the caller's are set one by one."""
    engine = hg.Engine()
    engine.add_queue("field", strategy=scorer, **settings)
    for name, place in (PLACES if places is None else places).items():
        engine.add_agent(name, queues=["field"], devices=["voice"], signed_in=True, status="Ready")
        engine.set_user(name, 0, place)
    engine.poll()
    return engine


def winner(engine: Any, **arguments: Any) -> str | None:
    agent = engine.interaction(engine.enqueue("field", **arguments)).agent
    assert agent is None or isinstance(agent, str)
    return agent


def failures(engine: Any) -> list[Any]:
    engine.verify()
    return [event for event in engine.poll() if event.kind == "scorer_failed"]


# --- who gets it ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("place", "name"), [(48.1, "cleo"), (51.0, "ben"), (-900.0, "ann")])
def test_the_highest_score_wins(place: float, name: str) -> None:
    engine = centre(hg.python_scorer(closest))
    assert winner(engine, user=(place,)) == name
    assert failures(engine) == []


def test_a_tie_goes_to_the_one_idle_longest() -> None:
    engine = centre(hg.python_scorer(closest), {"ann": 1.0, "ben": -1.0, "cleo": 5.0})
    engine.set_status("ann", "Break")
    engine.set_status("ann", "Ready")
    assert winner(engine, user=(0.0,)) == "ben"
    assert winner(engine) == "ann"


def test_lower_tiers_come_first_and_who_declined_last() -> None:
    engine = centre(hg.python_scorer(closest), ask_again_after=0)
    engine.join("cleo", "field", tier=2)
    call = engine.enqueue("field", user=(48.0,))
    seen = []
    for _ in range(3):
        seen.append(engine.interaction(call).agent)
        engine.reject(call)
    assert seen == ["ben", "ann", "cleo"]
    assert engine.interaction(call).agent == "ben"
    assert failures(engine) == []


@pytest.mark.rule("MATCH-9")
def test_a_preferred_agent_comes_before_every_score() -> None:
    engine = centre(hg.python_scorer(closest))
    assert winner(engine, user=(48.0,), preferred="ann") == "ann"


@pytest.mark.rule("MATCH-21")
def test_infinite_scores_are_scores_like_others() -> None:
    def boundless(agents: Any, interaction: Any, scores: Any) -> None:
        for k in range(agents.count):
            scores[k] = math.inf if agents.user0[k] > 50 else -math.inf

    engine = centre(hg.python_scorer(boundless))
    assert winner(engine) == "ben"
    assert winner(engine) == "ann"
    assert failures(engine) == []


def test_a_queue_may_change_to_a_scorer_and_back() -> None:
    engine = centre("longest_idle")
    engine.update_queue("field", strategy=hg.python_scorer(closest))
    assert winner(engine, user=(48.0,)) == "cleo"
    engine.update_queue("field", strategy="longest_idle")
    assert winner(engine, user=(52.5,)) == "ann"


def test_who_becomes_free_takes_the_next_without_a_question() -> None:
    asked = []

    def counting(agents: Any, interaction: Any, scores: Any) -> None:
        asked.append(agents.count)
        scores[:] = 0.0

    engine = centre(hg.python_scorer(counting))
    for name in PLACES:
        engine.set_status(name, "Break")
    first = engine.enqueue("field")
    engine.set_status("ben", "Ready")
    assert engine.interaction(first).agent == "ben"
    assert asked == []
    engine.verify()
    assert asked == []


@pytest.mark.rule("MATCH-22")
def test_a_full_queue_asks_no_scorer_whether_there_is_room() -> None:
    asked = []

    def counting(agents: Any, interaction: Any, scores: Any) -> None:
        asked.append(agents.count)
        scores[0] = math.nan

    engine = centre(hg.python_scorer(counting), max_waiting=0)
    assert winner(engine) == "ann"
    assert asked == [3]
    assert len(failures(engine)) == 1


def test_explain_asks_the_scorer_and_tells_of_no_failure() -> None:
    engine = centre(hg.python_scorer(forgets))
    for name in PLACES:
        engine.set_status(name, "Break")
    call = engine.enqueue("field")
    assert engine.explain(call)["winner"] is None
    engine.join("ann", "field", delay=60)
    engine.join("ben", "field", delay=60)
    engine.join("cleo", "field", delay=60)
    for name in PLACES:
        engine.set_status(name, "Ready")
    assert engine.explain(call)["winner"] is None
    engine.advance(by=60)
    assert engine.interaction(call).agent == "ann"
    assert len(failures(engine)) == 1
    assert engine.explain(call)["winner"] == "ann"
    assert failures(engine) == []


# --- what it sees -----------------------------------------------------------------------------------------


def test_a_scorer_sees_every_column() -> None:
    seen: list[Any] = []

    def looks(agents: Any, interaction: Any, scores: Any) -> None:
        seen.append((agents, interaction))
        scores[:] = agents.user7

    engine = hg.Engine()
    engine.add_queue("other", channel="chat")
    engine.add_queue("field", channel="chat", strategy=hg.python_scorer(looks), requires="spanish")
    place = {"queues": ["field"], "capacity": {"chat": 4}, "signed_in": True, "status": "Ready"}
    engine.add_agent("nobody", signed_in=True)
    engine.add_agent("ann", skills={"spanish": 4, "billing": 2}, user=range(1, 9), **place)
    engine.add_agents(["ben"], skills=[[5]], skill_names=["spanish"], user=[[0.5]], **place)
    engine.join("ann", "field", tier=2)
    engine.join("ben", "field", tier=2)
    held = engine.enqueue("field", requires="billing", user=[1.0])
    engine.accept(held)
    seen.clear()
    engine.set_status("ann", "Break")
    engine.set_status("ben", "Break")
    call = engine.enqueue("field", priority=7, ref=42, user=(1.5, -2.0))
    engine.advance(by=3)
    engine.set_status_many(["ann", "ben"], "Ready", at=engine.now_ns)
    ((agents, interaction),) = seen
    assert agents.count == 2
    assert agents.index.tolist() == [2, 1]  # in the order of longest idle: ben holds nothing
    assert agents.tier.tolist() == [2, 2]
    assert agents.load.tolist() == [0, 1]
    assert agents.capacity.tolist() == [4, 4]
    assert agents.proficiency.tolist() == [5, 4]
    assert agents.accepted.tolist() == [0, 1]
    assert [getattr(agents, f"user{k}").tolist() for k in range(8)] == [
        [0.5, 1.0],
        *([0.0, k + 1.0] for k in range(1, 8)),
    ]
    assert (interaction.id, interaction.ref, interaction.queue, interaction.priority) == (call, 42, 1, 7)
    assert interaction.waited_ns == 3 * 10**9
    assert [getattr(interaction, f"user{k}") for k in range(8)] == [1.5, -2.0, 0, 0, 0, 0, 0, 0]
    assert engine.interaction(call).agent == "ann"


@pytest.mark.rule("MATCH-23")
def test_candidates_of_several_loads_stand_in_the_order_of_longest_idle() -> None:
    seen: list[Any] = []

    def looks(agents: Any, interaction: Any, scores: Any) -> None:
        seen.append(agents)
        scores[:] = agents.index

    engine = hg.Engine()
    engine.add_queue("field", channel="chat", strategy=hg.python_scorer(looks))
    place = {"capacity": {"chat": 4}, "signed_in": True, "status": "Ready"}
    engine.add_agents([f"a{k}" for k in range(10)], queues=["field"], **place)
    engine.reject(engine.enqueue("field"))
    # Many more, who hold something already: a second, longer part of the order.
    for index in engine.add_agents([f"b{k}" for k in range(60)], **place):
        engine.accept(engine.direct(index, "chat"))
        engine.join(index, "field")
    seen.clear()
    assert engine.interaction(engine.enqueue("field")).agent == "b59"
    (agents,) = seen
    assert agents.load.tolist() == [0] * 9 + [1] * 61
    # a9 rejected, which starts its idle time anew, and a8 is rung by what it rejected.
    assert agents.index.tolist() == [*range(8), 9, 8, *range(10, 70)]


@pytest.mark.rule("MATCH-25")
def test_what_was_never_given_reads_as_zero() -> None:
    seen: list[Any] = []

    def looks(agents: Any, interaction: Any, scores: Any) -> None:
        seen.append((agents.user3.tolist(), interaction.user3, interaction.ref))
        scores[:] = 0

    engine = hg.Engine()
    engine.add_queue("field", strategy=hg.python_scorer(looks))
    engine.add_agent("ann", queues=["field"], devices=["voice"], signed_in=True, status="Ready")
    engine.enqueue("field", ref="a text")
    assert seen == [([0.0], 0.0, -1)]


# --- when it fails ----------------------------------------------------------------------------------------


def raises(agents: Any, interaction: Any, scores: Any) -> None:
    scores[agents.count - 1] = 99.0
    raise ValueError("no idea")


def forgets(agents: Any, interaction: Any, scores: Any) -> None:
    scores[agents.count - 1] = 99.0


def computes_nan(agents: Any, interaction: Any, scores: Any) -> None:
    for k in range(agents.count):
        scores[k] = math.inf - math.inf if agents.index[k] == 1 else 1.0 + k


@pytest.mark.parametrize(
    ("function", "reason"),
    [(raises, "scorer_raised"), (forgets, "score_missing"), (computes_nan, "score_missing")],
)
@pytest.mark.rule("MATCH-24")
def test_a_failure_falls_back_to_longest_idle_and_is_told(function: Any, reason: str) -> None:
    engine = centre(hg.python_scorer(function))
    call = engine.enqueue("field")
    events = engine.poll()
    assert [event.kind for event in events[:3]] == ["queued", "scorer_failed", "offered"]
    failed = events[1]
    assert (failed.interaction, failed.queue, failed.agent, failed.reason) == (call, "field", None, reason)
    assert events[2].agent == "ann"
    engine.verify()


def test_a_failure_falls_back_to_the_lowest_load_first_as_longest_idle_does() -> None:
    engine = hg.Engine()
    engine.add_queue("field", channel="chat", strategy=hg.python_scorer(raises))
    for name in ("ann", "ben"):
        engine.add_agent(name, queues=["field"], capacity={"chat": 2}, signed_in=True, status="Ready")
    winners = []
    for _ in range(4):
        call = engine.enqueue("field")
        winners.append(engine.interaction(call).agent)
    assert winners == ["ann", "ben", "ann", "ben"]


def test_the_exception_of_a_scorer_in_python_is_kept() -> None:
    scorer = hg.python_scorer(raises)
    assert scorer.last_error is None
    winner(centre(scorer))
    assert isinstance(scorer.last_error, ValueError)


def test_a_scorer_cannot_command_the_engine_that_asks_it() -> None:
    engine: Any = None
    told: list[Exception] = []

    def meddles(agents: Any, interaction: Any, scores: Any) -> None:
        for forbidden in (lambda: engine.enqueue("field"), lambda: engine.advance(by=1)):
            try:
                forbidden()
            except hg.HuntgroupError as error:
                told.append(error)
        scores[:] = agents.user0

    engine = centre(hg.python_scorer(meddles))
    assert winner(engine) == "ben"
    assert len(told) == 2
    assert failures(engine) == []


# --- numbers of the caller's own --------------------------------------------------------------------------


@pytest.mark.rule("MATCH-26")
def test_numbers_on_agents_can_be_read_back() -> None:
    engine = centre("longest_idle", {"ann": 2.5, "ben": -0.0})
    engine.set_user("ben", 7, 3)
    assert engine.agent("ann").user == (2.5, 0, 0, 0, 0, 0, 0, 0)
    assert engine.agent("ben").user == (0, 0, 0, 0, 0, 0, 0, 3.0)
    column = engine.columns["agents.user"]
    assert column.tolist() == [[2.5, *[0.0] * 7], [*[0.0] * 7, 3.0]]
    assert not column.flags.writeable
    engine.set_user("ann", 1, 9.0)
    assert column[0, 1] == 9.0
    engine.add_agents([f"a{k}" for k in range(5000)])
    assert column[0, 1] == 9.0
    assert engine.columns["agents.user"].shape == (5002, 8)
    assert engine.columns["agents.user"][2:].sum() == 0


def test_no_memory_is_taken_before_the_first_number() -> None:
    engine = hg.Engine()
    engine.add_agents([f"a{k}" for k in range(1000)])
    without = engine._table_sizes()["agent columns"][2]
    column = engine.columns["agents.user"]
    assert column.shape == (1000, 8)
    assert column.strides == (0, 0)
    engine.set_user("a7", 0, 0.0)
    assert engine._table_sizes()["agent columns"][2] == without
    engine.set_user("a7", 0, 1.0)
    assert engine._table_sizes()["agent columns"][2] == without + 64 * engine._table_sizes()["agents"][1]


def test_numbers_of_an_interaction_are_kept_as_long_as_it_can_be_read() -> None:
    engine = hg.Engine(keep_finished=2)
    engine.add_queue("field")
    calls = [engine.enqueue("field", user=[float(k)]) for k in range(4)]
    for call in calls[:3]:
        engine.abandon(call)
    assert [engine.interaction(call).user for call in calls[1:]] == [(1.0,), (2.0,), (3.0,)]
    again = engine.enqueue("field")
    assert engine.interaction(again).user is None


@pytest.mark.parametrize(
    ("field", "call"),
    [
        ("column", lambda e: e.set_user("ann", 8, 1.0)),
        ("column", lambda e: e.set_user("ann", -1, 1.0)),
        ("column", lambda e: e.set_user("ann", True, 1.0)),
        ("column", lambda e: e.set_user("ann", "user0", 1.0)),
        ("value", lambda e: e.set_user("ann", 0, math.nan)),
        ("value", lambda e: e.set_user("ann", 0, -math.inf)),
        ("value", lambda e: e.set_user("ann", 0, "1")),
        ("value", lambda e: e.set_user("ann", 0, None)),
        ("value", lambda e: e.set_user("ann", 0, True)),
        ("user", lambda e: e.enqueue("field", user=[])),
        ("user", lambda e: e.enqueue("field", user=[1.0] * 9)),
        ("user", lambda e: e.enqueue("field", user=[math.nan])),
        ("user", lambda e: e.enqueue("field", user=["1"])),
        ("user", lambda e: e.enqueue("field", user=1.0)),
        ("user", lambda e: e.add_agent("x", user=[[1.0]])),
        ("user", lambda e: e.add_agents(["x", "y"], user=[[1.0]])),
        ("user", lambda e: e.apply(np.zeros(1, hg.COMMAND_DTYPE), user=[math.inf])),
        ("user", lambda e: e.apply(np.zeros(1, hg.COMMAND_DTYPE), user=[[1.0]])),
        ("strategy", lambda e: e.add_queue("new", strategy="closest")),
        ("strategy", lambda e: e.add_queue("new", strategy=closest)),
        ("strategy", lambda e: e.update_queue("field", strategy=["linear"])),
    ],
)
def test_a_wrong_argument_is_named_and_nothing_has_happened(field: str, call: Any) -> None:
    engine = centre(hg.python_scorer(closest))
    before = engine.digest()
    with pytest.raises(hg.ConfigError) as caught:
        call(engine)
    assert caught.value.field == field
    assert engine.digest() == before
    engine.verify()


@pytest.mark.rule("CMD-17")
def test_set_user_of_nobody_is_refused() -> None:
    engine = centre("longest_idle")
    with pytest.raises(hg.UnknownAgent, match="nobody"):
        engine.set_user("nobody", 0, 1.0)
    with pytest.raises(hg.TimeWentBack):
        engine.set_user("ann", 0, 1.0, at=-5)


# --- in a batch -------------------------------------------------------------------------------------------


def rows(*given: dict[str, int]) -> Any:
    commands = np.full(len(given), -1, hg.COMMAND_DTYPE)
    for name in ("requires", "priority", "flag", "list_count"):
        commands[name] = 0
    for row, values in zip(commands, given, strict=True):
        for name, value in values.items():
            row[name] = value
    return commands


def test_a_batch_sets_numbers_and_enqueues_with_them() -> None:
    batched, single = centre(hg.python_scorer(closest)), centre(hg.python_scorer(closest))
    commands = rows(
        {"command": hg.Command.SET_USER, "agent": 2, "flag": 0, "user_start": 0},
        {"command": hg.Command.SET_USER, "agent": 1, "flag": 7, "user_start": 1},
        {"command": hg.Command.ENQUEUE, "queue": 0, "user_start": 2, "flag": 2},
        {"command": hg.Command.ENQUEUE, "queue": 0},
    )
    events, results = batched.apply(commands, user=[7.0, 8.0, 6.5, 1.0])
    assert results.tolist() == [0, 0, 0, 0]
    single.set_user("cleo", 0, 7.0)
    single.set_user("ben", 7, 8.0)
    first = single.enqueue("field", user=(6.5, 1.0))
    single.enqueue("field")
    assert single.interaction(first).agent == "cleo"
    assert batched.named(events) == single.poll()
    assert batched.digest() == single.digest()


@pytest.mark.parametrize(
    "row",
    [
        {"command": hg.Command.SET_USER, "agent": 0, "flag": 0},
        {"command": hg.Command.SET_USER, "agent": 0, "flag": 8, "user_start": 0},
        {"command": hg.Command.SET_USER, "agent": 0, "flag": 0, "user_start": 2},
        {"command": hg.Command.ENQUEUE, "queue": 0, "flag": 1},
        {"command": hg.Command.ENQUEUE, "queue": 0, "user_start": 0, "flag": 9},
        {"command": hg.Command.ENQUEUE, "queue": 0, "user_start": 1, "flag": 2},
        {"command": hg.Command.ENQUEUE, "queue": 0, "user_start": -2, "flag": 1},
    ],
)
def test_a_row_that_names_numbers_that_are_not_there_is_invalid(row: dict[str, int]) -> None:
    engine = centre(hg.python_scorer(closest))
    before = engine.digest()
    _, results = engine.apply(rows(row), user=[1.0, 2.0])
    assert results.tolist() == [hg.Result.INVALID_COMMAND]
    assert engine.digest() == before


# --- forks and digests ------------------------------------------------------------------------------------


def test_a_fork_keeps_scorer_and_numbers() -> None:
    engine = centre(hg.python_scorer(closest))
    copy = engine.fork()
    assert copy.digest() == engine.digest()
    copy.set_user("ann", 0, 48.1)
    assert winner(copy, user=(48.1,)) == "ann"
    assert winner(engine, user=(48.1,)) == "cleo"
    copy.verify()


def test_a_digest_knows_a_scorer_by_its_name_and_sees_the_numbers() -> None:
    first, second = (centre(hg.python_scorer(closest)) for _ in range(2))
    assert first.digest() == second.digest()
    assert first.digest() != centre(hg.python_scorer(closest, name="other")).digest()
    second.set_user("ann", 5, 1.0)
    assert first.digest() != second.digest()
    second = first.fork()
    for engine, numbers in ((first, [1.0]), (second, [1.0, 0.0])):
        for name in PLACES:
            engine.set_status(name, "Break")
        engine.enqueue("field", user=numbers)
    assert first.digest() != second.digest()


def test_a_queue_that_changes_its_strategy_forgets_the_scorer_in_its_digest() -> None:
    engine, other = centre("linear"), centre("longest_idle")
    engine.update_queue("field", strategy=hg.python_scorer(closest))
    other.update_queue("field", strategy="linear")
    engine.update_queue("field", strategy="linear")
    other.update_queue("field", strategy="linear")
    assert engine.digest() == other.digest()
