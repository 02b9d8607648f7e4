"""What none of the systems that were read has: each item as a test."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

import huntgroup as hg

# --- 1: exact best match over the whole pool --------------------------------------------------------------


def pool(agents: int, strategy: str) -> tuple[hg.Engine, Any]:
    """So many agents with random proficiencies, all of them Ready in one step."""
    generator = np.random.default_rng(11)
    # Few have the best: it stands anywhere, and no window of a hundred agents would see it.
    skills = np.minimum(generator.integers(0, 1000, (agents, 3)) // 90, 9).astype(np.uint8)
    engine = hg.Engine(events=False)
    engine.add_queue("calls", strategy=strategy)
    engine.add_agents(
        [f"agent {number}" for number in range(agents)],
        skills=skills,
        skill_names=["spanish", "billing", "trainee"],
        queues=np.zeros((agents, 1), np.int32),
        devices=["voice"],
        signed_in=True,
        status="Ready",
    )
    return engine, skills.astype(np.int64)


def equals_the_oracle(agents: int, decisions: int) -> None:
    engine, skills = pool(agents, "highest_proficiency")
    spanish, billing, trainee = skills.T
    free = np.ones(agents, bool)
    wanted = [
        ("spanish >= 2 and billing >= 2", (spanish >= 2) & (billing >= 2), spanish + billing),
        ("spanish >= 5 and not trainee >= 3", (spanish >= 5) & (trainee < 3), spanish),
        ("billing and (spanish or trainee >= 9)", (billing > 0) & ((spanish > 0) | (trainee >= 9)), None),
    ]
    for number in range(decisions):
        text, fits, total = wanted[number % 3]
        score = billing + spanish + trainee if total is None else total
        # Equal sums go to the longest idle, and all became Ready in one step: to the lowest index.
        expected = int(np.argmax(np.where(fits & free, score, -1)))
        call = engine.enqueue("calls", requires=text)
        assert engine.agent_of(call) == expected
        free[expected] = False
    engine.verify()


@pytest.mark.rule("MATCH-8")
def test_beyond_1_the_exact_best_of_the_whole_pool() -> None:
    equals_the_oracle(5_000, 300)


@pytest.mark.release
def test_beyond_1_the_exact_best_of_a_million() -> None:
    equals_the_oracle(1_000_000, 30)


@pytest.mark.parametrize("strategy", ["longest_idle", "fewest_interactions", "least_occupied"])
def test_beyond_1_other_strategies_see_the_whole_pool_too(strategy: str) -> None:
    engine, skills = pool(3_000, strategy)
    fits = np.flatnonzero((skills[:, 0] >= 8) & (skills[:, 1] >= 8))
    calls = [engine.enqueue("calls", requires="spanish >= 8 and billing >= 8") for _ in range(len(fits) + 1)]
    assert [engine.agent_of(call) for call in calls] == [*fits.tolist(), -1]


# --- 2: deterministic replay ------------------------------------------------------------------------------


def play_a_day(play: Any, seed: int) -> str:
    """A random but seeded stretch of work over several queues; the digest at its end."""
    chance = random.Random(seed)
    play.add_queue("calls", strategy="random", wrap_up=5, requires=None)
    play.add_queue("chats", channel="chat", strategy="longest_idle")
    play.add_queue("ring", strategy="ring_all", max_wait=100)
    for number in range(8):
        play.here(f"agent {number}", "calls", "chats", "ring", capacity={"voice": 1, "chat": 3})
    calls: list[int] = []
    for _ in range(150):
        play.after(chance.randrange(4))
        choice = chance.randrange(6)
        agent = f"agent {chance.randrange(8)}"
        try:
            if choice < 2 or not calls:
                calls.append(play.enqueue(chance.choice(["calls", "chats", "ring"])))
            elif choice == 2:
                play.accept(chance.choice(calls), agent=agent)
            elif choice == 3:
                play.end(chance.choice(calls))
            elif choice == 4:
                play.set_status(agent, chance.choice(["Ready", "Break"]))
            else:
                play.reject(chance.choice(calls))
        except hg.Refused:
            pass
    return str(play.digest())


def test_beyond_2_the_same_commands_give_the_same_events_and_state(make_engine: Any) -> None:
    first, second, other = make_engine(seed=4), make_engine(seed=4), make_engine(seed=5)
    digests = [play_a_day(play, 9) for play in (first, second, other)]
    assert digests[0] == digests[1]
    assert digests[0] != digests[2]  # the seed of the strategy `random` is part of it
    events = [[str(event) for event in play.events()] for play in (first, second)]
    assert events[0] == events[1] != []


# --- 3: the first failing predicate and the next instant it may change ------------------------------------


def test_beyond_3_the_time_that_is_told_is_the_time_at_which_it_changes(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls", requires="spanish >= 9", relax=[(40, None)], ask_again_after=25, wrap_up=15)
    play.here("anna", "calls", skills={"spanish": 9})
    play.join("anna", "calls", delay=10)
    call = play.enqueue("calls")
    met = []
    while play.state(call) == "Queued":
        first = play.why_not("anna", call)[0]
        met.append(first.rule)
        assert first.when is not None
        play.advance(first.when - 1)
        assert first.rule in play.rules("anna", call)
        play.advance(first.when)
        assert first.rule not in play.rules("anna", call)
        if first.rule == "delay":
            play.reject(call)
            play.set_skill("anna", "spanish", 1)
    assert met == ["delay", "asked", "skills"]
    assert play.offered_to(call) == "anna"


# --- 4: fenced offers, capacity conserved, at most one assignment -----------------------------------------


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.rule("OFFER-13")
def test_beyond_4_offers_are_fenced_and_capacity_is_conserved(make_engine: Any, seed: int) -> None:
    play = make_engine(seed=seed)
    play_a_day(play, seed)  # verify() after every command: load, offers, timers, counts
    taken: set[int] = set()
    closed: set[int] = set()
    offers: dict[int, int] = {}
    for event in play.events():
        if event.kind == "offered":
            assert event.offer not in offers  # an id is never used again
            offers[event.offer] = event.interaction
        elif event.kind in ("accepted", "rejected", "expired", "withdrawn"):
            assert offers[event.offer] == event.interaction
            assert event.offer not in closed  # an offer ends once
            closed.add(event.offer)
            if event.kind == "accepted":
                assert event.interaction not in taken  # and one wins
                taken.add(event.interaction)
    for offer, call in offers.items():
        if offer in closed:
            with pytest.raises(hg.Refused):
                play.accept(call, offer=offer)


# --- 6: incremental service presence ----------------------------------------------------------------------


@pytest.mark.rule("PRES-5")
def test_beyond_6_each_change_of_presence_is_told_exactly_once(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls", wrap_up=5)
    play.add_queue("skilled", requires="spanish >= 3")
    for number in range(4):
        play.here(f"agent {number}", "calls", "skilled", skills={"spanish": number * 2})
    play.events()
    known = {queue: play.queue(queue).presence for queue in ("calls", "skilled")}
    chance = random.Random(3)
    for _ in range(200):
        agent = f"agent {chance.randrange(4)}"
        choice = chance.randrange(6)
        try:
            if choice == 0:
                play.set_status(agent, chance.choice(["Ready", "Break", "Offline"]))
            elif choice == 1:
                play.set_skill(agent, "spanish", chance.randrange(6))
            elif choice == 2:
                play.enqueue(chance.choice(["calls", "skilled"]))
            elif choice == 3:
                play.end(play.agent(agent).interactions[0])
            elif choice == 4:
                play.accept(play.agent(agent).interactions[0])
            else:
                chance.choice([play.disconnect, play.connect])(agent, "voice")
        except (hg.Refused, IndexError):
            pass
        play.after(chance.randrange(3))
        for event in play.events("presence_changed"):
            assert event.status_from == known[event.queue] != event.status_to
            known[event.queue] = event.status_to
        assert known == {queue: play.queue(queue).presence for queue in known}


def test_beyond_6_opening_hours_are_those_of_a_time_zone(make_engine: Any) -> None:
    play = make_engine(start=0)
    play.add_queue("calls", hours=hg.Hours({"thu": ("09:00", "17:00")}, tz="Europe/Berlin"))
    play.here("anna", "calls")
    play.events()
    # The first of January 1970 was a Thursday; Berlin was one hour ahead.
    play.advance(16 * 3600 * 10**9)
    changes = [(event.at_ns // (3600 * 10**9), event.status_to) for event in play.events("presence_changed")]
    assert changes == [(8, "available"), (16, "closed")]


# --- 7: live eligibility counts ---------------------------------------------------------------------------


def test_beyond_7_counts_equal_a_scan_after_every_change(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls")
    play.add_queue("chats", channel="chat")
    names = [f"agent {number}" for number in range(6)]
    spanish = {name: number for number, name in enumerate(names)}
    for name in names:
        play.here(name, "calls", "chats", skills={"spanish": spanish[name]}, capacity={"voice": 1, "chat": 1})
    play.count("spanish >= 3")  # kept from here on
    play.count("spanish >= 3", queue="calls")
    chance = random.Random(8)
    for _ in range(150):
        agent = chance.choice(names)
        choice = chance.randrange(5)
        try:
            if choice == 0:
                play.set_status(agent, chance.choice(["Ready", "Break", "Offline"]))
            elif choice == 1:
                spanish[agent] = chance.randrange(6)
                play.set_skill(agent, "spanish", spanish[agent])
            elif choice == 2:
                play.accept(play.enqueue(chance.choice(["calls", "chats"])))
            elif choice == 3:
                play.end(play.agent(agent).interactions[0])
            elif chance.random() < 0.5:
                play.queue_login(agent, "calls")
            else:
                play.queue_logout(agent, "calls")
        except (hg.Refused, IndexError):
            pass
        fit = [play.agent(name) for name in names if spanish[name] >= 3]
        logged_in = [view for view in fit if view.reported_as == "logged in"]
        ready = [view for view in fit if view.ready("voice") or view.ready("chat")]
        assert tuple(play.count("spanish >= 3"))[1] == len(ready)
        in_calls = [view for view in logged_in if view.queues["calls"]]
        assert play.count("spanish >= 3", queue="calls")[0] == len(in_calls)
        on_calls = [view for view in fit if view.ready("voice")]
        assert play.count("spanish >= 3", queue="calls")[1] == len(on_calls)


# --- 8: atomic bulk change --------------------------------------------------------------------------------


@pytest.mark.release
def test_beyond_8_a_hundred_thousand_to_break_in_one_step() -> None:
    count = 100_000
    engine = hg.Engine()
    engine.add_queue("calls")
    engine.add_agents(
        [f"agent {number}" for number in range(count)],
        queues=np.zeros((count, 1), np.int32),
        devices=["voice"],
        signed_in=True,
        status="Ready",
    )
    calls = [engine.enqueue("calls") for _ in range(100)]
    engine.poll_array()
    engine.set_status_many(np.arange(count, dtype=np.int32), "Break")
    events = engine.poll_array()
    kinds = {hg.EventKind(int(kind)).name for kind in np.unique(events["kind"])}
    assert "OFFERED" not in kinds
    assert int((events["kind"] == hg.EventKind.WITHDRAWN).sum()) == 100
    assert int((events["kind"] == hg.EventKind.STATUS_CHANGED).sum()) == count
    assert int((events["kind"] == hg.EventKind.PRESENCE_CHANGED).sum()) == 1
    assert len(np.unique(events["at_ns"])) == 1
    assert {engine.interaction(call).state for call in calls} == {"Queued"}
    engine.verify()


# --- 9: fork and what if ----------------------------------------------------------------------------------


def test_beyond_9_the_same_hour_under_another_policy(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls", requires="spanish >= 3")
    play.here("anna", "calls", skills={"spanish": 5})
    play.here("ben", "calls", skills={"spanish": 1})
    other = play.fork()
    other.update_queue("calls", requires=None)
    waits = []
    for engine in (play, other):
        calls = [engine.enqueue("calls", at=second * 10**9) for second in (0, 1, 2, 3)]
        for _ in range(400):
            for call in calls:
                if engine.state(call) == "Offered":
                    engine.accept(call)
                elif engine.state(call) == "Handling" and engine.interaction(call).waited + 60 <= (
                    engine.now_ns / 10**9 - calls.index(call)
                ):
                    engine.end(call)
            engine.after(1)
        waits.append(engine.queue("calls").metrics()["mean_wait"])
    assert waits[1] < waits[0]
    assert play.queue("calls").metrics()["answered"] == other.queue("calls").metrics()["answered"] == 4
