"""Both engines, case by case: the rules that are easiest to get wrong, worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import huntgroup as hg
from huntgroup.errors import (
    CapabilityMissing,
    IllegalTransition,
    NotReachable,
    QueueFull,
    Refused,
    RequirementError,
    StaleOffer,
    TimeWentBack,
    UnknownAgent,
    UnknownQueue,
    UnknownSkill,
)
from huntgroup.settings.hours import Hours
from huntgroup.testing.reference import ReferenceEngine
from huntgroup.testing.reference.strategies import splitmix64

SECOND = 1_000_000_000
MAKERS: list[Any] = []


@pytest.fixture(params=[ReferenceEngine, hg.Engine], ids=["reference", "core"], autouse=True)
def engine_class(request: pytest.FixtureRequest) -> Iterator[None]:
    """Each test is asked of both engines."""
    MAKERS.append(request.param)
    yield
    MAKERS.pop()


def centre(*agents: str, model: str = "agent_modes", agent: Any = None, **queue: Any) -> Any:
    """An engine with one queue, `sales`, and these agents ready in it."""
    engine = MAKERS[-1](model)
    engine.add_queue("sales", **queue)
    for name in agents:
        engine.add_agent(name, **{**ready(), **(agent or {})})
    engine.poll()
    return engine


def ready(**more: Any) -> dict[str, Any]:
    """Arguments of an agent who receives at once."""
    return {"devices": ["voice"], "signed_in": True, "status": "Ready", "queues": ["sales"], **more}


def kinds(engine: Any) -> list[str]:
    return [event.kind for event in engine.poll()]


def offered_to(engine: Any, call: int) -> str | None:
    view = engine.interaction(call)
    return view.agent if view.state == "Offered" else None


# --- idle order ---------------------------------------------------------------------------------------------


def test_a_withdrawn_offer_gives_the_old_place_back() -> None:
    engine = centre("ann", "bob")
    first = engine.enqueue("sales")
    assert offered_to(engine, first) == "ann"
    engine.abandon(first)
    assert offered_to(engine, engine.enqueue("sales")) == "ann"


def test_a_rejected_offer_sends_the_agent_to_the_end() -> None:
    engine = centre("ann", "bob", ask_again_after=0)
    first = engine.enqueue("sales")
    engine.reject(first)
    assert offered_to(engine, first) == "bob"
    engine.abandon(first)
    assert offered_to(engine, engine.enqueue("sales")) == "bob"


def test_an_offer_withdrawn_below_a_later_one_leaves_the_later_key() -> None:
    chats = {"capacity": {"chat": 3}}
    engine = centre("ann", "bob", channel="chat", agent=chats)
    engine.set_status("bob", "Break")
    first, second = engine.enqueue("sales"), engine.enqueue("sales")
    engine.set_status("bob", "Ready")
    third = engine.enqueue("sales")
    assert offered_to(engine, third) == "bob"
    # Each holds one now; ann's key is that of the second offer, which is older than bob's third.
    engine.abandon(first)
    assert offered_to(engine, second) == "ann"
    assert offered_to(engine, engine.enqueue("sales")) == "ann"


@pytest.mark.rule("MATCH-10")
def test_load_ratio_goes_before_idle_time() -> None:
    engine = centre(channel="chat")
    engine.add_agent("ann", **ready(capacity={"chat": 4}))
    engine.add_agent("bob", **ready(capacity={"chat": 1}))
    offers = [offered_to(engine, engine.enqueue("sales")) for _ in range(5)]
    assert offers == ["ann", "bob", "ann", "ann", "ann"]


def test_an_edit_of_skills_or_rank_keeps_the_place() -> None:
    engine = centre("ann", "bob")
    engine.set_skill("ann", "spanish", 5)
    engine.join("ann", "sales", rank=3)
    assert offered_to(engine, engine.enqueue("sales")) == "ann"


def test_a_bulk_change_orders_by_index_not_by_row() -> None:
    engine = centre("ann", "bob", "cyd")
    engine.set_status_many(["ann", "bob", "cyd"], "Break")
    engine.set_status_many(["cyd", "bob", "ann"], "Ready")
    assert [offered_to(engine, engine.enqueue("sales")) for _ in range(3)] == ["ann", "bob", "cyd"]


# --- strategies ---------------------------------------------------------------------------------------------


@pytest.mark.rule("MATCH-14")
def test_round_robin_passes_over_who_cannot_without_moving() -> None:
    engine = centre("ann", "bob", "cyd", strategy="round_robin")
    engine.set_status("bob", "Break")
    taken = []
    for _ in range(3):
        call = engine.enqueue("sales")
        taken.append(offered_to(engine, call))
        engine.abandon(call)
    engine.set_status("bob", "Ready")
    last = engine.enqueue("sales")
    assert (taken, offered_to(engine, last)) == (["ann", "cyd", "ann"], "bob")


@pytest.mark.rule("MATCH-17")
def test_random_is_the_published_formula() -> None:
    engine = MAKERS[-1]("agent_modes", seed=11)
    engine.add_queue("sales", strategy="random")
    names = [f"a{k}" for k in range(7)]
    engine.add_agents(names, queues=[["sales"]] * 7, devices=["voice"], signed_in=True, status="Ready")
    call = engine.enqueue("sales")
    place = splitmix64(splitmix64(11 ^ splitmix64(call)) ^ 0) % 7
    assert offered_to(engine, call) == names[place]


@pytest.mark.rule("MATCH-18")
def test_splitmix64_is_the_known_generator() -> None:
    assert splitmix64(0) == 0xE220A8397B1DCDAF


@pytest.mark.rule("MATCH-19")
def test_highest_proficiency_leaves_negated_skills_out() -> None:
    engine = centre(strategy="highest_proficiency", requires="spanish and not trainee >= 9")
    engine.add_agent("ann", **ready(skills={"spanish": 3, "trainee": 8}))
    engine.add_agent("bob", **ready(skills={"spanish": 4}))
    assert offered_to(engine, engine.enqueue("sales")) == "bob"


@pytest.mark.rule("OFFER-14", "MATCH-20")
def test_ring_all_rings_the_next_tier_when_all_declined() -> None:
    engine = centre("ann", "bob", "cyd", strategy="ring_all")
    engine.join("cyd", "sales", tier=2)
    call = engine.enqueue("sales")
    assert engine.interaction(call).agent is None
    assert [event.agent for event in engine.poll() if event.kind == "offered"] == ["ann", "bob"]
    with pytest.raises(StaleOffer):
        engine.accept(call)
    engine.reject(call, agent="ann")
    assert engine.interaction(call).state == "Offered"
    engine.reject(call, agent="bob")
    assert [event.agent for event in engine.poll() if event.kind == "offered"] == ["cyd"]


@pytest.mark.rule("OFFER-2", "CMD-23")
def test_ring_all_releases_the_others_in_the_step_that_one_accepts() -> None:
    engine = centre("ann", "bob", "cyd", strategy="ring_all")
    call, second = engine.enqueue("sales"), engine.enqueue("sales")
    engine.poll()
    engine.accept(call, agent="bob")
    events = [(event.kind, event.agent, event.interaction) for event in engine.poll() if event.offer]
    assert events == [
        ("accepted", "bob", call),
        ("withdrawn", "ann", call),
        ("withdrawn", "cyd", call),
        ("offered", "ann", second),
        ("offered", "cyd", second),
    ]


# --- selection of interactions ------------------------------------------------------------------------------


def test_rank_goes_before_priority_and_wait() -> None:
    engine = MAKERS[-1]("agent_modes")
    engine.add_queue("sales")
    engine.add_queue("care")
    urgent, old = engine.enqueue("care", priority=9), engine.enqueue("sales")
    engine.add_agent("ann", devices=["voice"], queues=["sales", "care"], signed_in=True)
    engine.join("ann", "care", rank=2)
    engine.set_status("ann", "Ready")
    assert (offered_to(engine, old), offered_to(engine, urgent)) == ("ann", None)


def test_priority_is_worth_its_seconds() -> None:
    engine = centre(seconds_per_priority=10)
    old = engine.enqueue("sales")
    engine.advance(by=10)
    equal = engine.enqueue("sales", priority=1)
    engine.advance(by=1)
    late = engine.enqueue("sales", priority=3)
    engine.add_agent("ann", **ready())
    taken = []
    for _ in range(3):
        call = engine.agent("ann").interactions[0]
        taken.append(call)
        engine.accept(call)
        engine.end(call)
    assert taken == [late, old, equal]


def test_who_cannot_be_taken_holds_nobody_back() -> None:
    engine = centre("ann")
    engine.set_skill("ann", "billing", 0)
    blocked, free = engine.enqueue("sales", requires="billing"), engine.enqueue("sales")
    assert (offered_to(engine, blocked), offered_to(engine, free)) == (None, "ann")


# --- waiting ------------------------------------------------------------------------------------------------


def test_relaxation_asks_the_next_ring_and_tells_once() -> None:
    engine = centre(requires="spanish >= 3", relax=[(10, "spanish >= 2"), (20, None)])
    engine.add_agent("ann", **ready(skills={"spanish": 2}))
    engine.poll()
    call = engine.enqueue("sales")
    (failed,) = engine.why_not("ann", call)
    assert (failed.rule, failed.when) == ("skills", 10 * SECOND)
    engine.advance(by=10)
    assert [event.kind for event in engine.poll() if event.interaction] == [
        "queued",
        "requirement_relaxed",
        "offered",
    ]


def test_relaxation_due_during_an_offer_acts_when_it_fails() -> None:
    engine = centre("ann", relax=[(5, "spanish")], offer_timeout=20)
    call = engine.enqueue("sales")
    engine.poll()
    engine.advance(by=19)
    assert kinds(engine) == []
    engine.reject(call)
    own = [event.kind for event in engine.poll() if event.interaction]
    assert own == ["rejected", "requirement_relaxed"]


def test_overflow_keeps_the_arrival_and_never_goes_back() -> None:
    engine = MAKERS[-1]("agent_modes")
    engine.add_queue("first", overflow=(10, "second"))
    engine.add_queue("second", overflow=(20, "first"), max_wait=30)
    call = engine.enqueue("first")
    engine.advance(by=25)
    assert (engine.interaction(call).queue, engine.interaction(call).waited) == ("second", 25.0)
    engine.advance(by=5)
    assert [event.kind for event in engine.poll() if event.interaction] == [
        "queued",
        "overflowed",
        "timed_out",
    ]
    assert engine.interaction(call).state == "Abandoned"


def test_overflow_passes_over_a_full_queue() -> None:
    engine = MAKERS[-1]("agent_modes")
    engine.add_queue("first", overflow=(10, "second"))
    engine.add_queue("second", max_waiting=0)
    call = engine.enqueue("first")
    engine.advance(by=60)
    assert engine.interaction(call).queue == "first"


def test_no_waiting_at_all_is_legal_and_who_is_offered_does_not_wait() -> None:
    engine = centre("ann", max_waiting=0)
    assert offered_to(engine, engine.enqueue("sales")) == "ann"
    with pytest.raises(QueueFull):
        engine.enqueue("sales")


@pytest.mark.rule("WAIT-11")
def test_the_limit_on_waiting_acts_when_the_open_offer_fails() -> None:
    engine = centre("ann", max_wait=10, offer_timeout=20)
    call = engine.enqueue("sales")
    engine.advance(by=15)
    assert engine.interaction(call).state == "Offered"
    engine.poll()
    engine.advance(by=5)
    assert [event.kind for event in engine.poll() if event.interaction] == ["expired", "timed_out"]


def test_a_delay_counts_from_entering_the_queue() -> None:
    engine = centre("ann")
    engine.join("ann", "sales", delay=10)
    call = engine.enqueue("sales")
    assert [(entry.rule, entry.when) for entry in engine.why_not("ann", call)] == [("delay", 10 * SECOND)]
    engine.advance(10 * SECOND - 1)
    assert offered_to(engine, call) is None
    engine.advance(10 * SECOND)
    assert offered_to(engine, call) == "ann"


def test_a_preferred_agent_is_waited_for_and_let_go_on_logout() -> None:
    engine = centre("bob", preferred_wait=30)
    engine.accept(engine.enqueue("sales"))
    engine.add_agent("ann", devices=["voice"], queues=["sales"], signed_in=True, status="Ready")
    call, other = engine.enqueue("sales", preferred="bob"), engine.enqueue("sales", preferred="bob")
    assert engine.why_not("ann", call)[0].rule == "preferred"
    engine.queue_logout("bob", "sales")
    assert offered_to(engine, call) == "ann"
    assert offered_to(engine, other) is None


def test_one_who_declined_comes_after_everyone_else_and_not_at_once() -> None:
    engine = centre("ann", ask_again_after=10)
    call = engine.enqueue("sales")
    engine.reject(call)
    assert [entry.rule for entry in engine.why_not("ann", call)] == ["asked"]
    engine.advance(by=10)
    assert offered_to(engine, call) == "ann"


# --- timers -------------------------------------------------------------------------------------------------


def test_timers_of_one_instant_fire_by_kind() -> None:
    engine = centre("ann", "bob", wrap_up=20, offer_timeout=20)
    first = engine.enqueue("sales")
    engine.accept(first)
    engine.end(first)
    second = engine.enqueue("sales")
    assert offered_to(engine, second) == "bob"
    engine.poll()
    engine.advance(by=20)
    own = [(event.kind, event.agent) for event in engine.poll() if event.interaction]
    # The wrap-up ends first, so ann is there when bob's offer expires.
    assert own == [("wrap_up_ended", "ann"), ("completed", "ann"), ("expired", "bob"), ("offered", "ann")]


@pytest.mark.rule("STEP-2")
def test_time_passes_before_a_command_is_judged_and_stays_passed() -> None:
    engine = centre("ann", offer_timeout=20)
    call = engine.enqueue("sales")
    with pytest.raises(StaleOffer):
        engine.accept(call, at=20 * SECOND)
    assert (engine.now_ns, engine.agent("ann").status) == (20 * SECOND, "No Answer")
    with pytest.raises(TimeWentBack):
        engine.advance(19 * SECOND)


def test_opening_hours_change_the_presence_and_keep_who_waits() -> None:
    hours = Hours({"thu": ("00:00", "00:01")}, tz="UTC")
    engine = centre(hours=hours)
    call = engine.enqueue("sales")
    engine.poll()
    engine.advance(by=60)
    assert [event.status_to for event in engine.poll()] == ["closed", "closed"]
    with pytest.raises(Refused):
        engine.enqueue("sales")
    engine.add_agent("ann", **ready())
    assert offered_to(engine, call) == "ann"


# --- statuses -----------------------------------------------------------------------------------------------


@pytest.mark.rule("STATUS-15")
def test_the_first_status_set_by_the_engine_waits_and_a_chosen_one_replaces_it() -> None:
    engine = centre("ann", channel="chat", agent={"capacity": {"chat": 2}}, offer_timeout=20)
    first, second = engine.enqueue("sales"), engine.enqueue("sales")
    engine.accept(first)
    engine.advance(by=20)
    assert (engine.interaction(second).state, engine.agent("ann").pending) == ("Queued", "No Answer")
    engine.set_status("ann", "Break")
    assert engine.agent("ann").pending == "Break"
    engine.end(first)
    assert (engine.agent("ann").status, engine.agent("ann").profile) == ("Break", "Break")


@pytest.mark.rule("MISS-2")
def test_misses_count_over_all_queues_until_an_accept() -> None:
    engine = centre(model="presence_profiles", max_misses=2, offer_timeout=5, ask_again_after=0)
    engine.add_agent("ann", devices=["voice"], queues=["sales"], signed_in=True, ready=True)
    call = engine.enqueue("sales")
    engine.advance(by=5)
    assert offered_to(engine, call) == "ann"
    engine.advance(by=5)
    assert (engine.agent("ann").status, engine.agent("ann").profile) == ("Away", "Available")


def test_single_call_is_used_up_by_the_accept() -> None:
    engine = centre(model="queue_login")
    engine.add_agent("ann", devices=["voice"], queues=["sales"], status="Single Call")
    call = engine.enqueue("sales")
    engine.accept(call)
    assert (engine.agent("ann").status, engine.agent("ann").profile) == ("On a Call", "Offline")
    engine.end(call)
    assert engine.agent("ann").status == "Offline"
    assert offered_to(engine, engine.enqueue("sales")) is None


# --- consultation and transfer ------------------------------------------------------------------------------


@pytest.mark.rule("CMD-37")
def test_the_leg_ends_and_the_call_is_handed_over_without_a_change_of_load() -> None:
    engine = centre("ann", "bob", wrap_up=10)
    call = engine.enqueue("sales")
    engine.accept(call)
    leg = engine.consult(call, "bob")
    assert leg is not None
    engine.accept(leg)
    engine.poll()
    engine.transfer(call)
    own = [(event.kind, event.interaction, event.agent) for event in engine.poll() if event.interaction]
    assert own == [
        ("transferred", call, "ann"),
        ("wrap_up_started", call, "ann"),
        ("completed", leg, "bob"),
    ]
    assert (engine.interaction(call).agent, engine.interaction(call).state) == ("bob", "Handling")
    engine.end(call)
    engine.finish_wrap_up(call, agent="ann")
    assert engine.interaction(call).state == "Wrap Up"


def test_a_declined_leg_returns_the_call() -> None:
    engine = centre("ann", "bob")
    call = engine.enqueue("sales")
    engine.accept(call)
    leg = engine.consult(call, "bob")
    with pytest.raises(IllegalTransition):
        engine.conference(call)
    engine.poll()
    engine.reject(leg)
    own = [(event.kind, event.interaction) for event in engine.poll() if event.interaction]
    assert own == [("rejected", leg), ("abandoned", leg), ("consult_ended", call)]
    assert engine.interaction(call).state == "Handling"


@pytest.mark.rule("CMD-43")
def test_a_ringing_leg_makes_room_for_the_transfer_itself() -> None:
    engine = centre("ann", "bob")
    call = engine.enqueue("sales")
    engine.accept(call)
    leg = engine.consult(call, "bob")
    engine.transfer(call, agent="bob")
    assert (engine.interaction(leg).state, offered_to(engine, call)) == ("Abandoned", "bob")
    engine.reject(call)
    assert engine.interaction(call).state == "Queued"
    assert [entry.rule for entry in engine.why_not("ann", call)] == ["asked"]


@pytest.mark.rule("CMD-41")
def test_a_transfer_nobody_can_take_changes_nothing() -> None:
    engine = centre("ann", "bob")
    engine.disconnect("bob", "voice")
    call = engine.enqueue("sales")
    engine.accept(call)
    before = engine.digest()
    for error, target in ((CapabilityMissing, "bob"), (NotReachable, "ann")):
        with pytest.raises(error):
            engine.transfer(call, agent=target)
    assert engine.digest() == before


def test_a_callback_keeps_its_place_and_is_dialled_again_later() -> None:
    engine = centre("ann", callback_attempts=2, callback_retry=60)
    engine.set_status("ann", "Break")
    call = engine.enqueue("sales")
    engine.request_callback(call)
    engine.set_status("ann", "Ready")
    engine.accept(call)
    assert engine.interaction(call).state == "Dialing"
    engine.end(call)
    assert (engine.interaction(call).state, engine.agent("ann").interactions) == ("Queued", ())
    engine.advance(by=60)
    engine.accept(call)
    engine.end(call)
    assert engine.interaction(call).state == "Completed"


# --- refusals -----------------------------------------------------------------------------------------------


@pytest.mark.rule("CMD-3")
def test_the_first_broken_rule_in_the_order_of_the_results_is_told() -> None:
    engine = centre("ann")
    engine.advance(by=5)
    with pytest.raises(UnknownAgent):
        engine.enqueue("nowhere", preferred="nobody", requires="juggling", at=0)
    with pytest.raises(TimeWentBack):
        engine.enqueue("nowhere", requires="juggling", at=0)
    with pytest.raises(UnknownQueue):
        engine.enqueue("nowhere", requires="juggling")
    with pytest.raises(UnknownSkill):
        engine.enqueue("sales", requires="juggling")


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("spanish >", 10),
        ("3 < spanish", 1),
        ("f(x)", 2),
        ("a < b", 5),
        ("1", 1),
        ("spanish >= 11", 12),
        ("spanish >= 1_0", 12),
        ("a < 2 < 3", 7),
        ("(a) >= 3", 5),
        ("-a", 1),
        ("a if b else c", 3),
        ("(a or b", 8),
        ("a and not", 10),
        ("a ² b", 3),
    ],
)
def test_what_is_no_requirement_is_refused(text: str, column: int) -> None:
    engine = centre("ann")
    for given in ({"requires": text}, {"relax": [(5, "ann"), (10, text)]}):
        with pytest.raises(RequirementError) as caught:
            engine.enqueue("sales", **given)
        field = "requires" if "requires" in given else "relax[1]"
        assert (caught.value.field, caught.value.column, caught.value.value) == (field, column, text)


@pytest.mark.rule("ELIG-20")
@pytest.mark.parametrize("name", ["a-b", "a.b", "_a", "österreichisch", "class", "None", "a1", "not_a"])
def test_a_name_in_a_requirement_is_one_word(name: str) -> None:
    engine = centre("ann", agent={"skills": {name: 3}})
    assert offered_to(engine, engine.enqueue("sales", requires=f"{name} >= 03 and not ({name}<=2)")) == "ann"


# --- fork and digest ----------------------------------------------------------------------------------------


def test_a_fork_is_independent_and_equal_until_it_differs() -> None:
    engine = centre("ann", "bob")
    call = engine.enqueue("sales")
    fork = engine.fork()
    assert fork.digest() == engine.digest()
    fork.accept(call)
    assert engine.interaction(call).state == "Offered"
    assert fork.digest() != engine.digest()
    engine.accept(call)
    assert fork.digest() == engine.digest()
