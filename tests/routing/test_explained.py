"""What is kept of a decision: who looked, who won by which key, and what the queue looked like then."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import huntgroup as hg

STRATEGY_KEYS = {
    "longest_idle": {"load", "capacity", "idle_step"},
    "least_occupied": {"occupancy", "idle_step"},
    "fewest_interactions": {"accepted", "idle_step"},
    "round_robin": {"position"},
    "linear": {"position"},
    "highest_proficiency": {"proficiency", "idle_step"},
    "random": {"eligible"},
}


def decided(play: Any, call: int) -> Any:
    return play.explain(call)["decision"]


def three(make_engine: Any, **settings: Any) -> Any:
    """anna, ben and carl in one queue, anna idle for longest; dora is a member on a break."""
    play = make_engine()
    play.add_queue("calls", **settings)
    for name, spanish in (("anna", 1), ("ben", 9), ("carl", 5)):
        play.here(name, "calls", skills={"spanish": spanish})
        play.after(1)
    play.here("dora", "calls", status="Break")
    return play


@pytest.mark.rule("EXPL-4", "EXPL-8")
def test_the_record_tells_what_the_queue_looked_like_before_the_offer(make_engine: Any) -> None:
    play = three(make_engine, requires="spanish")
    play.after(7)
    call = play.enqueue("calls", requires="spanish < 9")
    told = play.explain(call)
    decision = told["decision"]
    assert (told["winner"], told["state"]) == ("anna", "Offered")
    assert (decision.at_ns, decision.queue, decision.strategy, decision.looked) == (
        10 * 10**9, "calls", "longest_idle", "interaction",
    )  # fmt: skip
    assert (decision.ready, decision.waiting, decision.asked, decision.offer) == (3, 0, 1, 1)
    assert decision.logged_in == play.queue("calls").logged_in
    assert (decision.tier, decision.load, decision.capacity, decision.eligible) == (1, 0, 1, None)
    assert (decision.queue_requires, decision.requires) == ("spanish", "spanish < 9")
    assert (decision.preferred, decision.declined) == (False, False)
    assert (told["candidates"], told["by_rule"]) == ({}, {})


@pytest.mark.parametrize("strategy", sorted(STRATEGY_KEYS))
@pytest.mark.rule("EXPL-6")
def test_each_strategy_tells_its_own_key(make_engine: Any, strategy: str) -> None:
    play = three(make_engine, strategy=strategy)
    call = play.enqueue("calls", requires="spanish")
    decision = decided(play, call)
    assert set(decision.key) == STRATEGY_KEYS[strategy]
    assert decision.eligible == (None if strategy == "longest_idle" else 3)
    assert decision.winner == play.offered_to(call)


@pytest.mark.rule("EXPL-7")
def test_the_values_of_the_keys(make_engine: Any) -> None:
    play = three(make_engine, strategy="highest_proficiency")
    assert decided(play, play.enqueue("calls", requires="spanish")).key["proficiency"] == 9
    play = three(make_engine, strategy="fewest_interactions")
    play.end(play.take("calls", "anna"))
    assert decided(play, play.enqueue("calls")).key["accepted"] == 0
    play = three(make_engine, strategy="linear")
    play.take("calls", "anna")
    assert decided(play, play.enqueue("calls")).key == {"position": 1}
    play = make_engine()
    play.add_queue("calls", strategy="least_occupied")
    play.here("anna", "calls")
    call = play.take("calls", "anna")
    play.after(30)
    play.end(call)
    play.after(10)
    assert decided(play, play.enqueue("calls")).key["occupancy"] == pytest.approx(0.75)


@pytest.mark.rule("EXPL-5")
def test_ring_all_asked_several_and_nobody_has_won_yet(make_engine: Any) -> None:
    play = three(make_engine, strategy="ring_all")
    call = play.enqueue("calls")
    decision = decided(play, call)
    assert (decision.winner, decision.asked, decision.eligible, decision.offer) == (None, 3, 3, 1)
    play.accept(call, agent="ben")
    assert play.explain(call)["winner"] is None
    assert play.interaction(call).agent == "ben"


def test_the_credited_wait_is_exact_however_late_it_is(make_engine: Any) -> None:
    play = make_engine(start=5 * 10**17)
    play.add_queue("calls")
    call = play.enqueue("calls")
    play.here("anna")
    play.join("anna", "calls", at=5 * 10**17 + 7)
    assert decided(play, call).key == {"rank": 1, "credited_wait": 7e-9}


def test_an_agent_who_looks_is_told_by_rank_and_credited_wait(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls", seconds_per_priority=60)
    call = play.enqueue("calls", priority=2)
    other = play.enqueue("calls")
    play.after(5)
    play.here("anna")
    play.join("anna", "calls", rank=3)
    decision = decided(play, call)
    assert (decision.looked, decision.winner, decision.waiting) == ("agent", "anna", 1)
    assert decision.key == {"rank": 3, "credited_wait": 125.0}
    assert decided(play, other) is None


@pytest.mark.rule("EXPL-2")
def test_the_record_is_that_of_the_latest_decision(make_engine: Any) -> None:
    play = three(make_engine)
    call = play.enqueue("calls")
    play.after(3)
    play.reject(call)
    decision = decided(play, call)
    assert (decision.winner, decision.at_ns, decision.offer) == ("ben", 6 * 10**9, 2)
    play.reject(call)
    play.reject(call)
    assert play.explain(call)["by_rule"] == {"asked": 3, "status": 1}
    assert play.explain(call)["winner"] == "carl"  # the latest that was taken
    play.after(10)
    again = decided(play, call)
    assert (again.winner, again.declined, again.preferred) == ("anna", True, False)


def test_a_preferred_agent_wins_without_a_key(make_engine: Any) -> None:
    play = three(make_engine, strategy="linear")
    told = play.explain(play.enqueue("calls", preferred="carl"))
    assert (told["winner"], told["key"], told["decision"].preferred) == ("carl", {}, True)
    assert told["decision"].eligible is None


@pytest.mark.rule("EXPL-1")
def test_the_record_outlives_the_work_for_as_long_as_it_is_readable(make_engine: Any) -> None:
    play = make_engine(keep_finished=2)
    play.add_queue("calls", wrap_up=30)
    play.here("anna", "calls")
    call = play.take("calls", "anna")
    seen = [decided(play, call)]
    play.end(call)
    seen.append(decided(play, call))
    play.finish_wrap_up(call)
    seen.append(decided(play, call))
    assert play.state(call) == "Completed"
    assert seen[0] is not None
    assert seen == [seen[0]] * 3
    never = play.direct("anna", "voice")
    play.abandon(never)
    assert decided(play, never) is None
    last = play.take("calls", "anna")
    play.end(last)
    play.finish_wrap_up(last)
    with pytest.raises(hg.UnknownInteraction):
        play.explain(call)
    assert play.explain(last)["winner"] == "anna"


@pytest.mark.rule("EXPL-9")
def test_one_that_waits_tells_which_rule_keeps_out_how_many(make_engine: Any) -> None:
    play = three(make_engine)
    play.here("stranger")
    call = play.enqueue("calls", requires="spanish > 9")
    told = play.explain(call)
    assert (told["decision"], told["winner"], told["key"], told["state"]) == (None, None, {}, "Queued")
    assert told["candidates"] == {"anna": "skills", "ben": "skills", "carl": "skills", "dora": "status"}
    assert told["by_rule"] == {"skills": 3, "status": 1}


def test_a_fork_keeps_the_records_of_its_own(make_engine: Any) -> None:
    play = three(make_engine)
    call = play.enqueue("calls")
    before = decided(play, call)
    fork = play.fork()
    fork.after(3)
    fork.reject(call)
    assert decided(play, call) == before
    assert decided(fork, call).winner == "ben"


def test_batches_leave_the_same_records() -> None:
    engine = hg.Engine()
    engine.add_queue("calls")
    engine.add_agent("anna", queues=["calls"], devices=["voice"], signed_in=True, status="Ready")
    rows = np.zeros(1, hg.COMMAND_DTYPE)
    for field in hg.COMMAND_DTYPE.names or ():
        rows[field] = 0 if field in ("command", "priority", "flag", "list_count") else -1
    rows["command"], rows["queue"] = hg.Command.ENQUEUE, 0
    engine.apply(rows)
    assert engine.explain(1)["winner"] == "anna"


def test_the_sentence_for_an_operator() -> None:
    engine = hg.Engine()
    engine.add_queue("calls")
    engine.add_agent("anna", queues=["calls"], devices=["voice"], signed_in=True, status="Ready")
    call = engine.enqueue("calls", at=2_000_000_000)
    told = str(engine.explain(call)["decision"])
    assert told.startswith(
        "at 2000000000 ns, queue calls, longest_idle: 1 members logged in, 1 ready; anna won: tier 1, "
        "load 0/1"
    )


# --- positions and estimates ------------------------------------------------------------------------------


@pytest.mark.rule("NUM-2")
def test_an_estimate_is_position_times_handling_by_members_logged_in(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls")
    assert play.estimated_wait("calls") is None
    for name in ("anna", "ben"):
        play.here(name, "calls")
    assert play.estimated_wait("calls", position=1) is None
    for agent, seconds in (("anna", 20), ("ben", 40)):
        call = play.take("calls", agent)
        play.after(seconds)
        play.end(call)
    play.take("calls", "anna")
    play.take("calls", "ben")
    assert [play.estimated_wait("calls", position=k) for k in (1, 2, 7)] == [15.0, 30.0, 105.0]
    assert play.estimated_wait("calls") == play.queue("calls").estimated_wait == 15.0
    calls = [play.enqueue("calls", priority=priority) for priority in (0, 0, 5)]
    assert play.estimated_wait("calls") == 60.0
    views = [play.interaction(call) for call in calls]
    assert [view.position for view in views] == [2, 3, 1]
    assert [view.estimated_wait for view in views] == [30.0, 45.0, 15.0]
    for wrong in (0, -1, 2**40, "first", True, 1.5):
        with pytest.raises(hg.ConfigError, match="position"):
            play.estimated_wait("calls", position=wrong)
    with pytest.raises(hg.UnknownQueue):
        play.estimated_wait("nowhere")


def test_who_does_not_wait_has_no_position(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls")
    play.here("anna", "calls")
    call = play.take("calls", "anna")
    for state in ("Handling", "Completed"):
        view = play.interaction(call)
        assert (view.state, view.position, view.estimated_wait) == (state, None, None)
        if state == "Handling":
            play.end(call)
