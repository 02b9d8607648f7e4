"""Who may do what, and administration while the centre runs (docs/SEMANTICS.md, section 18)."""

from __future__ import annotations

from typing import Any

import pytest

import huntgroup as hg
from huntgroup.layouts import AGENT_SETTINGS

OWN = {
    "sign_out": ("anna",),
    "sign_in": ("anna",),
    "set_status": ("anna", "Break"),
    "queue_logout": ("anna", "sales"),
    "queue_login": ("anna", "sales"),
    "set_queue_logins": ("anna", {"sales": False}),
}
"""What everybody may do for oneself."""

DEVICES: dict[str, tuple[Any, ...]] = {
    "disconnect": ("anna", "voice"),
    "connect": ("anna", "voice"),
}

SKILLS: dict[str, tuple[Any, ...]] = {
    "set_skill": ("anna", "spanish", 7),
    "set_user": ("anna", 0, 2.5),
    "join": ("anna", "backup"),
    "leave": ("anna", "sales"),
    "set_capacity": ("anna", "voice", 2),
    "update_agent": ("anna",),
    "remove_agent": ("anna",),
}
"""What an administrator or supervisor gave and takes (A0)."""

CONFIGURATION: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    "add_agent": (("eve",), {}),
    "add_agents": ((["eve", "fay"],), {}),
    "add_channel": (("fax",), {}),
    "add_queue": (("new",), {}),
    "update_queue": (("sales",), {"wrap_up": 5}),
    "remove_queue": (("backup",), {}),
}

ROOT = hg.Actor("root", "administrator")
CRM = hg.Actor("crm", "connector")
CLERK = hg.Actor("clerk", "agent")


def centre(make_engine: Any, model: str = "agent_modes") -> Any:
    play = make_engine(model)
    for queue in ("sales", "backup"):
        play.add_queue(queue)
    play.add_agent("anna", queues=["sales"], team="north")
    play.add_agent("ben", queues=["sales"], team="south")
    play.add_agent("sam", role="supervisor")
    play.add_agent("nora", role="supervisor", team="north")
    play.add_agent("sue", role="supervisor", team="south")
    play.add_agent("root", role="administrator", team="south")
    play.add_agent("robot", role="connector")
    play.sign_in("anna")
    play.events()
    return play


def refused(play: Any, method: str, args: tuple[Any, ...], by: Any, **settings: Any) -> bool:
    """Whether this one may not; what is permitted is carried out."""
    try:
        getattr(play, method)(*args, by=by, **settings)
    except hg.NotPermitted:
        return True
    return False


# --- who may --------------------------------------------------------------------------------------------


@pytest.mark.rule("PERM-5")
@pytest.mark.rule("PERM-1")
@pytest.mark.parametrize("method", OWN)
def test_everybody_acts_for_oneself_and_others_only_who_commands(make_engine: Any, method: str) -> None:
    play = centre(make_engine)
    for nobody in ("ben", "robot", CRM, CLERK):
        assert refused(play, method, OWN[method], nobody)
    for somebody in ("anna", "sam", "root", ROOT, hg.Actor("Kim", "supervisor", "north")):
        assert not refused(play, method, OWN[method], somebody)


@pytest.mark.rule("PERM-4")
@pytest.mark.parametrize("method", [*OWN, *DEVICES, *SKILLS])
@pytest.mark.spec("C6")
def test_a_supervisor_commands_its_own_team_and_one_without_a_team_everybody(
    make_engine: Any, method: str
) -> None:
    args = {**OWN, **DEVICES, **SKILLS}[method]
    for who, may in (("nora", True), ("sue", False), ("sam", True)):
        assert refused(centre(make_engine), method, args, who) is not may
    for team, may in (("north", True), ("south", False), (None, True)):
        actor = hg.Actor("Kim", "supervisor", team)
        assert refused(centre(make_engine), method, args, actor) is not may


@pytest.mark.rule("PERM-3")
def test_an_administrator_commands_everybody_whatever_the_team(make_engine: Any) -> None:
    play = centre(make_engine)
    for method, args in {**OWN, **DEVICES, **SKILLS}.items():
        assert not refused(play, method, args, "root")
    # The agent is gone now, and somebody else is to be changed by an administrator of no team.
    play.update_agent("ben", team="west", by=ROOT)
    assert play.agent("ben").team == "west"


@pytest.mark.rule("PERM-6")
@pytest.mark.parametrize("method", DEVICES)
def test_a_connector_reports_devices_and_commands_nobody(make_engine: Any, method: str) -> None:
    play = centre(make_engine)
    for who in ("robot", CRM, "anna"):
        assert not refused(play, method, DEVICES[method], who)
    assert refused(play, method, DEVICES[method], "ben")


@pytest.mark.rule("PERM-6")
def test_a_connector_reports_the_messenger_presence(make_engine: Any) -> None:
    play = centre(make_engine, "duty_profiles")
    play.set_external_presence("anna", "absent", by=CRM)
    assert play.agent("anna").external_presence == "absent"
    play.set_external_presence("anna", "available", by="anna")
    assert refused(play, "set_external_presence", ("anna", "busy"), "ben")
    assert play.agent("anna").external_presence == "available"


@pytest.mark.rule("PERM-7")
@pytest.mark.spec("A0")
@pytest.mark.parametrize("method", SKILLS)
def test_a0_an_agent_changes_no_skill_membership_capacity_or_role_of_its_own(
    make_engine: Any, method: str
) -> None:
    play = centre(make_engine)
    before = play.digest() if hasattr(play.engine, "digest") else None
    for who in ("anna", "ben", CRM, CLERK):
        assert refused(play, method, SKILLS[method], who)
    assert before is None or play.digest() == before
    assert play.events() == []
    assert not refused(play, method, SKILLS[method], "sam")


@pytest.mark.rule("PERM-8")
@pytest.mark.parametrize("method", CONFIGURATION)
def test_the_centre_is_configured_by_administrators_and_the_host(make_engine: Any, method: str) -> None:
    play = centre(make_engine)
    args, settings = CONFIGURATION[method]
    for who in ("anna", "sam", "nora", "robot", CRM, CLERK):
        assert refused(play, method, args, who, **settings)
    with pytest.raises(hg.UnknownAgent):
        getattr(play, method)(*args, by="nobody", **settings)
    assert play.events() == []
    assert not refused(play, method, args, "root", **settings)
    assert {event.by for event in play.events()} <= {"root"}


@pytest.mark.rule("PERM-2")
def test_who_may_not_learns_nothing_and_an_unknown_one_is_unknown(make_engine: Any) -> None:
    play = centre(make_engine)
    for call in (
        lambda by: play.set_status("ben", "no such status", by=by),
        lambda by: play.join("ben", "no such queue", by=by),
        lambda by: play.set_capacity("ben", "no such channel", 1, by=by),
        lambda by: play.queue_login("ben", "backup", by=by),
    ):
        with pytest.raises(hg.NotPermitted):
            call("anna")
        with pytest.raises(hg.UnknownAgent):
            call("nobody")
    with pytest.raises(hg.UnknownAgent):
        play.set_skill("nobody", "spanish", 3, by="anna")


def test_a_refused_set_skill_makes_no_skill(make_engine: Any) -> None:
    play = centre(make_engine)
    assert refused(play, "set_skill", ("anna", "welsh", 3), "anna")
    with pytest.raises(hg.UnknownSkill):
        play.enqueue("sales", requires="welsh")
    play.set_skill("anna", "welsh", 3, by="sam")
    play.enqueue("sales", requires="welsh")


def test_a_supervisor_hands_work_to_its_own_team_only_and_changes_all_that_waits(make_engine: Any) -> None:
    play = centre(make_engine)
    for name in ("anna", "ben"):
        play.sign_in(name)
        play.connect(name, "voice")
        play.set_status(name, "Offline")
    call = play.enqueue("sales")
    for name in ("anna", "ben"):
        play.set_status(name, "Break")
    play.update_interaction(call, priority=4, by="nora")
    play.move(call, "backup", by="nora")
    with pytest.raises(hg.NotPermitted):
        play.assign(call, "ben", by="nora")
    play.move(call, "sales", by=hg.Actor("Kim", "supervisor", "west"))


# --- administration -------------------------------------------------------------------------------------


@pytest.mark.rule("PERM-9")
def test_an_agent_is_updated_setting_by_setting_and_each_is_told(make_engine: Any) -> None:
    play = centre(make_engine)
    play.update_agent(
        "anna", team=None, wrap_up=15, busy_selectable=False, units=50, role="supervisor", by="root"
    )
    told = [(event.kind, event.agent, event.status_from, event.value, event.text) for event in play.events()]
    assert told == [
        ("agent_updated", "anna", "role", None, "supervisor"),
        ("agent_updated", "anna", "units", 50, None),
        ("agent_updated", "anna", "busy_selectable", 0, None),
        ("agent_updated", "anna", "wrap_up", 15 * 10**9, None),
        ("agent_updated", "anna", "team", None, None),
    ]
    assert tuple(row[2] for row in told) == AGENT_SETTINGS
    view = play.agent("anna")
    assert (view.role, view.units, view.team) == ("supervisor", 50, None)
    play.update_agent("anna", units=50, role="supervisor")
    play.update_agent("anna")
    assert play.events() == []
    play.update_agent("anna", units=None, wrap_up=None)
    assert [(event.status_from, event.value) for event in play.events()] == [
        ("units", None),
        ("wrap_up", None),
    ]


@pytest.mark.rule("PERM-9")
def test_units_below_what_is_held_let_nothing_new_in_until_it_has_fallen(make_engine: Any) -> None:
    play = make_engine()
    play.add_channel("task", units=40, blocks=())
    play.add_queue("tasks", channel="task")
    play.here("anna", "tasks", capacity={"task": 5}, units=100)
    first, second = play.take("tasks", "anna"), play.take("tasks", "anna")
    play.update_agent("anna", units=40)
    third = play.enqueue("tasks")
    play.end(first)
    assert play.state(third) == "Queued"
    assert play.rules("anna", third) == ["units"]
    play.end(second)
    assert play.offered_to(third) == "anna"


def test_more_units_bring_what_waits(make_engine: Any) -> None:
    play = make_engine()
    play.add_channel("task", units=60, blocks=())
    play.add_queue("tasks", channel="task")
    play.here("anna", "tasks", capacity={"task": 5}, units=100)
    play.take("tasks", "anna")
    call = play.enqueue("tasks")
    assert play.state(call) == "Queued"
    play.update_agent("anna", units=120)
    assert play.offered_to(call) == "anna"


@pytest.mark.spec("A5")
def test_a5_busy_may_be_made_not_selectable_while_the_centre_runs(make_engine: Any) -> None:
    play = make_engine("duty_profiles")
    play.add_queue("sales")
    play.here("anna", "sales", status="On Duty")
    play.set_external_presence("anna", "busy")
    call = play.enqueue("sales")
    assert play.offered_to(call) == "anna"
    play.update_agent("anna", busy_selectable=False)
    assert play.state(call) == "Queued"
    assert play.rules("anna", call) == ["status"]
    play.update_agent("anna", busy_selectable=True)
    play.after(10)
    assert play.offered_to(call) == "anna"


def test_a_new_wrap_up_of_an_agent_is_that_of_its_next_interaction(make_engine: Any) -> None:
    play = make_engine()
    play.add_queue("sales", wrap_up=30)
    play.here("anna", "sales")
    call = play.take("sales", "anna")
    play.update_agent("anna", wrap_up=5)
    play.end(call)
    play.after(5)
    assert play.state(call) == "Completed"
    call = play.take("sales", "anna")
    play.end(call)
    play.update_agent("anna", wrap_up=None)
    play.after(5)
    assert play.state(call) == "Completed"
    call = play.take("sales", "anna")
    play.end(call)
    play.after(29)
    assert play.state(call) == "Wrap Up"


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"role": "boss"}, "role"),
        ({"role": None}, "role"),
        ({"units": -1}, "units"),
        ({"units": 2**31}, "units"),
        ({"busy_selectable": 1}, "busy_selectable"),
        ({"wrap_up": -1}, "wrap_up"),
        ({"wrap_up": 100 * 366 * 86_400 + 1}, "wrap_up"),
        ({"team": ""}, "team"),
        ({"team": "a\nb"}, "team"),
        ({"name": "eve"}, "name"),
    ],
)
def test_a_wrong_setting_of_an_agent_is_told_and_nothing_changes(
    make_engine: Any, settings: dict[str, Any], field: str
) -> None:
    play = centre(make_engine)
    with pytest.raises(hg.ConfigError) as told:
        play.update_agent("anna", **{"team": "west", **settings})
    assert told.value.field == field
    assert play.agent("anna").team == "north"
    assert play.events() == []


# --- events ---------------------------------------------------------------------------------------------


@pytest.mark.rule("PERM-10")
def test_what_an_administrator_changes_of_an_agent_is_told_once(make_engine: Any) -> None:
    play = centre(make_engine)
    for _ in range(2):
        play.set_skill("anna", "spanish", 7, by="sam")
        play.set_capacity("anna", "chat", 3, by="sam")
        play.set_user("anna", 5, 48.25, by="sam")
        play.join("anna", "backup", tier=2, rank=3, delay=1.5, by="sam")
    play.join("anna", "backup", tier=2, rank=3, delay=0, by="sam")
    play.leave("anna", "backup", by="sam")
    events = play.events(
        "skill_changed",
        "capacity_changed",
        "user_changed",
        "membership_changed",
        "queue_login_changed",
        "membership_ended",
    )
    assert {event.by for event in events} == {"sam"}
    assert {event.agent for event in events} == {"anna"}
    told = [
        (event.kind, event.queue, event.channel, event.status_from, event.status_to, event.other, event.value)
        for event in events
    ]
    assert told == [
        ("skill_changed", None, None, "spanish", None, None, 7),
        ("capacity_changed", None, "chat", None, None, None, 3),
        ("user_changed", None, None, None, 5, None, 48.25),
        ("membership_changed", "backup", None, None, 2, 3, 1_500_000_000),
        ("queue_login_changed", "backup", None, None, 1, None, None),
        ("membership_changed", "backup", None, None, 2, 3, 0),
        ("queue_login_changed", "backup", None, None, 0, None, None),
        ("membership_ended", "backup", None, None, None, None, None),
    ]


@pytest.mark.rule("PERM-10")
def test_a_queue_that_is_changed_or_removed_is_told_with_what_was_given(make_engine: Any) -> None:
    play = centre(make_engine)
    play.update_queue("sales", wrap_up=5, overflow=(120, "backup"), requires=None, by="root")
    play.remove_queue("backup", by="root")
    events = play.events("queue_updated", "queue_removed", "membership_ended", "queue_login_changed")
    assert [(event.kind, event.queue, event.by, event.text) for event in events] == [
        ("queue_updated", "sales", "root", '{"overflow":[120,"backup"],"requires":null,"wrap_up":5}'),
        ("queue_removed", "backup", "root", None),
    ]


@pytest.mark.rule("PERM-11")
def test_toggle_and_messenger_are_told_as_net_events(make_engine: Any) -> None:
    play = make_engine("presence_profiles")
    play.add_queue("sales")
    play.here("anna", "sales", status="Available", ready=True)
    play.events()
    play.set_ready("anna", False, by="anna")
    told = [(event.kind, event.status_to, event.by) for event in play.events()]
    assert told[:2] == [("status_changed", "Not Ready", "anna"), ("ready_changed", 0, "anna")]
    play = make_engine("duty_profiles")
    play.add_queue("sales")
    play.here("anna", "sales", status="On Duty")
    play.events()
    play.set_external_presence("anna", "do_not_disturb")
    play.set_external_presence("anna", "do_not_disturb")
    assert [(event.kind, event.text) for event in play.events("external_presence_changed")] == [
        ("external_presence_changed", "do_not_disturb")
    ]


@pytest.mark.rule("PERM-11")
def test_stop_new_is_told_also_where_it_ends_by_itself(make_engine: Any) -> None:
    play = make_engine("console_status")
    play.add_queue("chats", channel="chat")
    play.here("anna", "chats", status="Available", capacity={"chat": 2})
    call = play.take("chats", "anna")
    play.events()
    play.stop_new("anna")
    assert [(event.kind, event.status_to) for event in play.events("stop_new_changed")] == [
        ("stop_new_changed", 1)
    ]
    play.end(call)
    assert [(event.kind, event.status_to) for event in play.events("stop_new_changed")] == [
        ("stop_new_changed", 0)
    ]


@pytest.mark.rule("MISS-4")
def test_a_toggle_that_somebody_else_turns_ends_no_row_of_misses(make_engine: Any) -> None:
    play = make_engine("presence_profiles")
    play.add_queue("sales", max_misses=2, ask_again_after=0, offer_timeout=10)
    play.here("anna", "sales", status="Available", ready=True)
    play.add_agent("sam", role="supervisor")
    play.enqueue("sales")
    play.after(10)
    play.set_ready("anna", False, by="sam")
    play.set_ready("anna", True, by="sam")
    play.after(10)
    assert play.agent("anna").status == "Away"


@pytest.mark.rule("PERM-12")
def test_a_role_that_needs_sign_in_counts_while_its_agent_is_signed_in(make_engine: Any) -> None:
    plain = hg.PresenceModel.load("agent_modes").to_dict()
    play = make_engine(hg.PresenceModel.from_dict({**plain, "supervisor_needs_sign_in": True}))
    play.add_queue("sales")
    play.add_agent("anna", queues=["sales"], signed_in=True)
    play.add_agent("sam", role="supervisor")
    call = play.enqueue("sales")
    with pytest.raises(hg.NotPermitted):
        play.set_status("anna", "Break", by="sam")
    with pytest.raises(hg.NotPermitted):
        play.set_skill("anna", "spanish", 3, by="sam")
    with pytest.raises(hg.NotPermitted):
        play.move(call, "sales", by="sam")
    with pytest.raises(hg.NotPermitted):
        play.park(call, by="sam")
    with pytest.raises(hg.NotPermitted):
        play.extend_wrap_up(call, 5, by="sam")
    play.set_status("anna", "Break", by=hg.Actor("kim", "supervisor"))
    play.sign_in("sam")
    play.set_status("anna", "Ready", by="sam")
    play.sign_out("sam")
    play.sign_in("sam", by="sam")
    play.set_skill("anna", "spanish", 3, by="sam")


def test_the_connection_is_a_matter_for_connectors_too(make_engine: Any) -> None:
    play = centre(make_engine)
    play.sign_in("anna")
    play.connection_lost("anna", by=CRM)
    assert not play.agent("anna").connected
    with pytest.raises(hg.NotPermitted):
        play.connection_restored("anna", by="ben")
    play.connection_restored("anna", by="nora")
    assert play.agent("anna").connected


@pytest.mark.rule("NUM-7", "STATUS-20")
@pytest.mark.parametrize("default", [True, False])
def test_who_is_added_signed_out_has_the_toggle_that_the_model_gives(make_engine: Any, default: bool) -> None:
    plain = hg.PresenceModel.load("presence_profiles").to_dict()
    engine = make_engine(hg.PresenceModel.from_dict({**plain, "toggle": {"default": default}}))
    engine.add_agent("anna")
    engine.add_agent("ben", ready=not default)
    assert engine.agent("anna").ready_toggle is default
    assert engine.agent("ben").ready_toggle is not default
    engine.events()
    engine.sign_in("anna")
    assert engine.events("ready_changed") == []
    engine.sign_in("ben")
    assert [event.status_to for event in engine.events("ready_changed")] == [int(default)]
