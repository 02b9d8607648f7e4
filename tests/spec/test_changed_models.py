"""What an administrator changes while people work: statuses that come, get other names, other times or
another default. And what the systems say in a word or two: both spellings of a name, times after direct
calls, what can be read of Stop New and of logging out."""

from __future__ import annotations

from typing import Any

import pytest

import huntgroup as hg

load = hg.PresenceModel.load


def changed(name: str, status: str, **keys: Any) -> hg.PresenceModel:
    """A built-in model with other keys of one status."""
    plain = load(name).to_dict()
    next(row for row in plain["status"] if row["name"] == status).update(keys)
    return hg.PresenceModel.from_dict(plain)


@pytest.mark.spec("A3")
def test_a3_an_administrator_changes_the_default_while_agents_are_on_duty(make_engine: Any) -> None:
    play = make_engine("duty_profiles")
    play.add_queue("service")
    play.add_agent("ann", devices=["voice"], queues=["service"], signed_in=True, status="On Duty")
    play.update_model(load("duty_profiles").with_default("On Duty"))
    assert play.status("ann") == "On Duty"
    play.sign_out("ann")
    play.sign_in("ann")
    assert play.agent("ann").profile == "On Duty"
    assert play.offered_to(play.enqueue("service")) == "ann"


@pytest.mark.spec("A3")
def test_a3_a_profile_in_use_cannot_be_taken_away(make_engine: Any) -> None:
    play = make_engine(load("duty_profiles").with_status("Second line", like="On Duty"))
    play.add_agent("ann", signed_in=True, status="Second line")
    with play.refused(hg.IllegalTransition):
        play.update_model(load("duty_profiles"))
    play.set_status("ann", "Off Duty")
    play.update_model(load("duty_profiles"))
    assert set(play.agent("ann").selectable) == {"On Duty", "Off Duty"}


@pytest.mark.spec("B3")
def test_b3_another_duration_holds_from_the_next_choice_on(make_engine: Any) -> None:
    play = make_engine("presence_profiles")
    for name in ("ann", "ben"):
        play.add_agent(name, signed_in=True)
    play.set_status("ann", "Lunch")
    play.update_model(changed("presence_profiles", "Lunch", duration=60))
    play.set_status("ben", "Lunch")
    play.after(60)
    assert (play.agent("ann").profile, play.agent("ben").profile) == ("Lunch", "Available")
    play.after(1740)
    assert play.agent("ann").profile == "Available"


@pytest.mark.spec("B4")
def test_b4_a_profile_tied_to_a_group_while_it_is_selected_moves_nobody(make_engine: Any) -> None:
    play = make_engine("presence_profiles")
    play.add_queue("first", group="sales")
    play.add_queue("other")
    play.add_agent("ann", devices=["voice"], queues=["other"], signed_in=True, ready=True)
    play.update_model(changed("presence_profiles", "Available", queue_group="sales"))
    assert play.agent("ann").queues == {"other": True}
    play.set_status("ann", "Available")
    assert play.agent("ann").queues == {"first": True, "other": False}


@pytest.mark.spec("C2", "C5")
def test_c2_a_manager_adds_a_custom_status_while_calls_are_in_hand(make_engine: Any) -> None:
    play = make_engine("queue_login")
    play.add_queue("sales")
    play.add_agent("carl", devices=["voice"], queues=["sales"], status="Online")
    call = play.take("sales", "carl")
    play.update_model(load("queue_login").with_status("Training", like="Meeting"))
    assert (play.status("carl"), play.state(call)) == ("On a Call", "Handling")
    play.set_status("carl", "Training")
    play.end(call)
    assert play.agent("carl").reported_as == "logged out: Training"
    assert play.agent("carl").queue_status == {"sales": "Training"}


@pytest.mark.spec("E1", "E3")
def test_e1_a_mode_gets_another_name_while_it_waits(make_engine: Any) -> None:
    play = make_engine("agent_modes")
    play.add_queue("sales")
    play.add_agent("ann", devices=["voice"], queues=["sales"], signed_in=True, status="Ready")
    call = play.take("sales", "ann")
    play.set_status("ann", "Break")
    plain = load("agent_modes").to_dict()
    for row in plain["status"]:
        for key in ("name", "waits_for"):
            if row.get(key) == "Break":
                row[key] = "Pause"
        if row["name"] == "Pause":
            row["aliases"] = ["Break"]
    play.update_model(hg.PresenceModel.from_dict(plain))
    assert play.monitor()[0].availability == "Mode Pending"
    play.end(call)
    assert play.status("ann") == "Pause"
    play.set_status("ann", "Ready")
    play.set_status("ann", "Break")
    assert play.status("ann") == "Pause"


@pytest.mark.spec("E1")
@pytest.mark.parametrize("mode", ["BackOffice - Administrative", "Handling - Outgoing Interactions"])
def test_e1_both_spellings_of_a_mode_are_taken_and_one_is_shown(make_engine: Any, mode: str) -> None:
    play = make_engine("agent_modes")
    play.add_queue("sales")
    play.add_agent("ann", devices=["voice"], queues=["sales"], signed_in=True, status="Ready")
    play.set_status("ann", mode.replace("-", "\N{EN DASH}"))
    assert play.status("ann") == mode
    play.set_status("ann", "Ready")
    play.set_status("ann", mode)
    assert [event.status_to for event in play.events("status_changed")].count(mode) == 2


@pytest.mark.spec("D3")
@pytest.mark.parametrize("dialled", [True, False])
def test_d3_a_channel_with_a_time_has_post_processing_after_direct_and_dialled_ones(
    make_engine: Any, dialled: bool
) -> None:
    play = make_engine("console_status")
    play.add_channel("video", needs_device=True, wrap_up=20)
    play.add_agent("ann", devices=["video"], capacity={"video": 1}, signed_in=True)
    play.set_status("ann", "Available")
    if dialled:
        call = play.dial("ann", "video")
        play.answered(call)
    else:
        call = play.direct("ann", "video")
        play.accept(call)
    play.end(call)
    assert play.status("ann") == "Post Processing"
    with play.refused(hg.NotSelectable):
        play.set_status("ann", "On Break")
    with play.refused(hg.WrapUpFixed):
        play.finish_wrap_up(call)
    play.after(20)
    assert play.status("ann") == "Available"


@pytest.mark.spec("D5")
def test_d5_whether_the_button_shows_can_be_read(make_engine: Any) -> None:
    play = make_engine("console_status")
    play.add_queue("chats", channel="chat")
    play.add_agent("ann", capacity={"chat": 2}, queues=["chats"], signed_in=True)
    play.set_status("ann", "Available")
    assert not play.agent("ann").can_stop_new
    chat = play.take("chats", "ann")
    assert play.agent("ann").can_stop_new
    play.end(chat)
    assert not play.agent("ann").can_stop_new


@pytest.mark.spec("D5", "D7")
def test_d7_whether_log_out_is_allowed_now_can_be_read(make_engine: Any) -> None:
    play = make_engine("console_status")
    play.add_agent("ann", signed_in=True)
    assert play.agent("ann").may_sign_out
    for status, may in (("On Break", True), ("Available", False)):
        play.set_status("ann", status)
        assert play.agent("ann").may_sign_out is may
    with play.refused(hg.NotSelectable):
        play.sign_out("ann")


@pytest.mark.spec("A0")
def test_a0_limits_and_roles_are_changed_by_a_supervisor_and_not_by_the_agent(make_engine: Any) -> None:
    play = make_engine("duty_profiles")
    play.add_queue("service")
    play.add_agent("ann", devices=["voice"], queues=["service"], signed_in=True)
    play.add_agent("sue", role="supervisor")
    with play.refused(hg.NotPermitted):
        play.update_agent("ann", role="supervisor", by="ann")
    with play.refused(hg.NotPermitted):
        play.join("ann", "service", limit=1, by="ann")
    play.join("ann", "service", limit=1, tier=2, by="sue")
    play.update_agent("ann", role="supervisor", by="sue")
    row = play.members("service")[0]
    assert (row.limit, row.tier, play.agent("ann").role) == (1, 2, "supervisor")


@pytest.mark.spec("B2")
def test_b2_the_directory_is_searched_by_name_skill_status_and_capability(make_engine: Any) -> None:
    play = make_engine("presence_profiles")
    play.add_agent("Anna", skills={"spanish": 3}, capacity={"chat": 1}, signed_in=True)
    play.add_agent("Hanna", skills={"spanish": 1}, devices=["voice"], signed_in=True)
    play.add_agent("Ben", signed_in=True, status="Logged Off")

    def found(**wanted: Any) -> list[str]:
        return [row.agent for row in play.directory(**wanted)]

    assert found(search="ann") == ["Anna", "Hanna"]
    assert found(search="ann", limit=1) == ["Anna"]
    assert found(search="ann", after="Anna") == ["Hanna"]
    assert found(skill="spanish >= 2") == ["Anna"]
    assert found(status="Logged Off") == ["Ben"]
    assert found(capability="voice") == ["Hanna"]
