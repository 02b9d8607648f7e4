"""Why an agent does not get an interaction, how a decision fell, how long it will take, and what if."""

from __future__ import annotations

from typing import Any

import pytest

import huntgroup as hg

# --- why_not: each rule by itself -------------------------------------------------------------------------


def centre(make_engine: Any, **settings: Any) -> Any:
    play = make_engine()
    play.add_channel("video", units=50)
    play.add_queue("calls", **settings)
    play.add_queue("chats", channel="chat")
    play.add_queue("videos", channel="video")
    capacity = {"voice": 1, "chat": 2, "video": 3}
    play.here("anna", "calls", "chats", "videos", capacity=capacity, units=100, skills={"spanish": 2})
    return play


def waiting(play: Any, queue: str = "calls", **settings: Any) -> int:
    """An interaction that waits because anna is on a break; she comes back to work elsewhere."""
    play.set_status("anna", "Break")
    call = int(play.enqueue(queue, **settings))
    assert play.state(call) == "Queued"
    return call


def test_eligible_is_an_empty_list(make_engine: Any) -> None:
    play = centre(make_engine)
    call = play.enqueue("calls", preferred="anna")
    play.abandon(call)
    assert play.why_not("anna", call) == []


@pytest.mark.rule("ELIG-1")
def test_signed_out_hides_what_depends_on_it(make_engine: Any) -> None:
    play = centre(make_engine)
    call = waiting(play)
    play.sign_out("anna")
    assert play.reasons("anna", call) == [("signed_out", None)]


@pytest.mark.rule("ELIG-2")
def test_status_and_pending(make_engine: Any) -> None:
    play = centre(make_engine)
    call = waiting(play)
    assert play.reasons("anna", call) == [("status", None)]
    play.abandon(call)
    play.set_status("anna", "Ready")
    play.take("chats", "anna")
    play.set_status("anna", "Break")
    call = play.enqueue("calls")
    assert "pending" in play.rules("anna", call)


@pytest.mark.rule("ELIG-4")
def test_not_member_and_not_logged_in(make_engine: Any) -> None:
    play = centre(make_engine)
    play.queue_logout("anna", "calls")
    call = play.enqueue("calls")
    assert play.reasons("anna", call) == [("not_logged_in", None)]
    play.leave("anna", "calls")
    assert play.reasons("anna", call) == [("not_member", None)]


@pytest.mark.rule("ELIG-5")
def test_capability_and_device(make_engine: Any) -> None:
    play = centre(make_engine)
    play.disconnect("anna", "voice")
    call = play.enqueue("calls")
    assert play.reasons("anna", call) == [("device", None)]
    play.set_capacity("anna", "voice", 0)
    assert play.reasons("anna", call) == [("capability", None)]


@pytest.mark.rule("ELIG-6")
def test_capacity_blocked_and_units(make_engine: Any) -> None:
    play = centre(make_engine)
    videos = [play.take("videos", "anna") for _ in range(2)]
    assert play.rules("anna", play.enqueue("videos")) == ["units"]
    play.end(videos[0])
    play.take("calls", "anna")
    assert play.rules("anna", play.enqueue("calls")) == ["capacity"]
    assert play.rules("anna", play.enqueue("chats")) == ["blocked"]


@pytest.mark.parametrize(
    ("relax", "when"), [(None, None), ([(10, "spanish >= 5"), (20, "spanish >= 1")], 10.0)]
)
@pytest.mark.rule("ELIG-8")
def test_skills_tell_the_next_relaxation(make_engine: Any, relax: Any, when: float | None) -> None:
    play = centre(make_engine)
    call = play.enqueue("calls", requires="spanish >= 6", relax=relax)
    assert play.reasons("anna", call) == [("skills", when)]


@pytest.mark.rule("ELIG-12")
def test_every_rule_in_its_order_each_with_its_time(make_engine: Any) -> None:
    play = make_engine()
    play.add_channel("video", units=60, blocks="all")
    play.add_queue("videos", channel="video", wrap_up=50, ask_again_after=100, preferred_wait=80)
    play.add_queue("shows", channel="video", wrap_up=0)
    play.here("ben", "videos", capacity={"video": 0}, skills={"french": 1})
    play.here("anna", "videos", "shows", capacity={"video": 3}, units=100, skills={"spanish": 9})
    play.join("anna", "videos", delay=0)
    first = play.take("videos", "anna")
    wanted = play.enqueue("shows", priority=-1)  # keeps nobody: anna is blocked
    play.end(first)
    play.after(50)
    play.abandon(wanted)
    # At 50 s: one rejected by anna, who then takes a video of the other queue while a wrap-up still runs.
    call = play.enqueue("videos", relax=[(30, "spanish >= 10"), (40, "french")], preferred="ben")
    assert play.rules("anna", call) == ["preferred"]
    play.after(1)
    play.queue_logout("ben", "videos")
    assert play.offered_to(call) == "anna"
    play.reject(call)
    play.queue_login("ben", "videos")
    play.take("shows", "anna")
    play.join("anna", "videos", delay=60)
    play.queue_logout("anna", "videos")
    play.set_status("anna", "Break")
    play.after(30)
    assert play.reasons("anna", call) == [
        ("pending", None),
        ("not_logged_in", None),
        ("delay", 110.0),
        ("blocked", None),
        ("units", None),
        ("asked", 151.0),
        ("skills", 90.0),
        ("preferred", 130.0),
    ]


@pytest.mark.rule("ELIG-3")
def test_the_same_with_a_wrap_up_and_stop_new(make_engine: Any) -> None:
    play = make_engine("console_status")
    play.add_queue("calls", wrap_up=25)
    play.add_queue("chats", channel="chat", wrap_up=25)
    play.here("anna", "calls", "chats", status="Available", capacity={"voice": 1, "chat": 2})
    chat, other = play.take("chats", "anna"), play.take("chats", "anna")
    play.stop_new("anna")
    play.end(other)
    call = play.enqueue("calls")
    rules = play.rules("anna", call)
    assert rules[: rules.index("stop_new") + 1] in (["stop_new"], ["status", "stop_new"])
    order = ["status", "stop_new", "wrap_up", "capacity", "blocked"]
    assert rules == [rule for rule in order if rule in rules]
    assert play.state(chat) == "Handling"


def test_why_not_names_unknown_agents_and_interactions(make_engine: Any) -> None:
    play = centre(make_engine)
    call = play.enqueue("calls")
    with pytest.raises(hg.UnknownAgent):
        play.why_not("nobody", call)
    with pytest.raises(hg.UnknownInteraction):
        play.why_not("anna", 77)


# --- explain ----------------------------------------------------------------------------------------------


def test_explain_counts_the_members_by_their_first_rule(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls", requires="spanish")
    for name, spanish in (("anna", 1), ("ben", 0), ("carl", 2)):
        play.here(name, "calls", skills={"spanish": spanish})
    play.here("dora", skills={"spanish": 9})
    play.set_status("carl", "Break")
    assert play.offered_to(play.enqueue("calls")) == "anna"
    told = play.explain(play.enqueue("calls"))
    assert told["candidates"] == {"anna": "capacity", "ben": "skills", "carl": "status"}
    assert told["by_rule"] == {"capacity": 1, "skills": 1, "status": 1}


def test_explain_changes_nothing(make_engine: Any) -> None:
    play = make_engine(seed=3)
    play.add_queue("calls", strategy="random")
    play.here("anna", "calls")
    play.here("ben", "calls")
    call = play.enqueue("calls")
    before = play.digest()
    play.explain(call)
    play.why_not("ben", call)
    assert play.digest() == before


# --- the live eligibility counts --------------------------------------------------------------------------


def counted(play: Any, text: str) -> dict[str | None, tuple[int, int]]:
    return {queue: tuple(play.count(text, queue=queue)) for queue in (None, "calls", "chats")}


@pytest.mark.rule("ELIG-14")
def test_counts_follow_every_change(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls")
    play.add_queue("chats", channel="chat")
    for name, level, queues in (
        ("anna", 5, ["calls", "chats"]),
        ("ben", 3, ["calls"]),
        ("carl", 1, ["chats"]),
    ):
        play.here(name, *queues, skills={"spanish": level}, capacity={"voice": 1, "chat": 1})
    text = "spanish >= 3"
    assert counted(play, text) == {None: (2, 2), "calls": (2, 2), "chats": (1, 1)}
    call = play.take("calls", "anna")  # a call blocks the chats too
    assert counted(play, text) == {None: (2, 1), "calls": (2, 1), "chats": (1, 0)}
    play.set_skill("carl", "spanish", 7)
    assert counted(play, text) == {None: (3, 2), "calls": (2, 1), "chats": (2, 1)}
    play.set_skill("ben", "spanish", 2)
    play.end(call)
    assert counted(play, text) == {None: (2, 2), "calls": (1, 1), "chats": (2, 2)}
    play.set_status("carl", "Break")
    play.queue_logout("anna", "chats")
    assert counted(play, text) == {None: (2, 1), "calls": (1, 1), "chats": (1, 0)}
    play.remove_agent("anna")
    assert counted(play, text) == {None: (1, 0), "calls": (0, 0), "chats": (1, 0)}
    with pytest.raises(hg.UnknownSkill):
        play.count("klingon")


# --- estimated wait, fork ---------------------------------------------------------------------------------


@pytest.mark.rule("NUM-1")
def test_the_estimated_wait_is_position_times_handling_over_logged_in(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls", wrap_up=20)
    play.here("anna", "calls")
    play.here("ben", "calls")
    assert play.queue("calls").estimated_wait is None  # nothing was handled yet
    for seconds in (40, 60):
        call = play.enqueue("calls")
        play.accept(call)
        play.after(seconds)
        play.end(call)
        play.after(20)
    # Mean handling and wrap-up: (60 + 80) / 2 = 70 s; two agents.
    assert play.queue("calls").estimated_wait == 35.0
    for _ in range(5):
        play.enqueue("calls")
    assert play.queue("calls").waiting == 3
    assert play.queue("calls").estimated_wait == 4 * 35.0
    play.queue_logout("anna", "calls")
    play.queue_logout("ben", "calls")
    assert play.queue("calls").estimated_wait is None


def test_a_fork_goes_its_own_way(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("calls")
    play.here("anna", "calls")
    call = play.enqueue("calls")
    copy = play.fork()
    assert copy.digest() == play.digest()
    before = play.digest()
    copy.accept(call)
    copy.here("ben", "calls")
    copy.enqueue("calls")
    copy.after(500)
    assert play.digest() == before
    assert (play.state(call), copy.state(call)) == ("Offered", "Handling")
    play.accept(call)
    play.here("ben", "calls")
    play.enqueue("calls")
    play.after(500)
    assert copy.digest() == play.digest()
