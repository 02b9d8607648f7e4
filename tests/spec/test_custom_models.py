"""Administrators' models: changed copies, models of their own, and the mistakes that are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import huntgroup as hg

TWO_STATUSES = """
name = "two_statuses"
title = "Ready or Offline"
default = "Offline"

[[status]]
name = "Ready"
colour = "green"
selectable = true
receives_queued = true
receives_direct = true
reported_as = "logged in"

[[status]]
name = "Offline"
colour = "grey"
selectable = true
receives_queued = false
receives_direct = false
logged_in = false
reported_as = "logged out"
"""

MODELS = ("duty_profiles", "presence_profiles", "queue_login", "console_status", "agent_modes")
# A status of each model that an administrator may copy, and that receives nothing queued.
RESTING = dict(zip(MODELS, ("Off Duty", "Away", "Meeting", "On Break", "Break"), strict=True))


def with_sixty(model: str) -> Any:
    custom = hg.PresenceModel.load(model)
    for number in range(60):
        custom = custom.with_status(f"Reason {number:02}", like=RESTING[model])
    return custom


@pytest.mark.spec("C2")
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.rule("STATUS-1")
def test_c2_sixty_custom_statuses(make_engine: Any, model: str) -> None:
    custom = with_sixty(model)
    play = make_engine(custom)
    play.add_queue("sales")
    play.add_agent("anna", queues=["sales"], devices=["voice"], signed_in=True)
    call = play.enqueue("sales")
    resting = custom.status(RESTING[model])
    for number in range(60):
        name = f"Reason {number:02}"
        if play.status("anna") != custom.default:  # not every system lets one break be left for another
            play.set_status("anna", custom.default)
        assert name in play.agent("anna").selectable
        play.set_status("anna", name)
        view = play.agent("anna")
        assert (view.status, view.profile, view.colour) == (name, name, resting.colour)
        assert play.state(call) == "Queued"
    assert play.agent("anna").status == "Reason 59"


@pytest.mark.spec("C2")
def test_c2_each_custom_reason_is_a_bucket_of_its_own(make_engine: Any) -> None:
    play = make_engine(with_sixty("queue_login"))
    play.add_agent("anna", devices=["voice"])
    reports = set()
    for number in range(60):
        play.set_status("anna", f"Reason {number:02}")
        play.after(1 + number)
        reports.add(play.agent("anna").reported_as)
    assert reports == {f"logged out: Reason {number:02}" for number in range(60)}
    times = play.agent("anna").time_in_status()
    assert [times[f"Reason {number:02}"] for number in range(60)] == [1 + number for number in range(60)]


@pytest.mark.spec("A3", "C2")
def test_c2_a_change_is_a_copy_and_never_an_edit() -> None:
    loaded = hg.PresenceModel.load("queue_login")
    changed = loaded.with_status("Training", like="Meeting")
    assert loaded == hg.PresenceModel.load("queue_login")
    assert changed != loaded
    assert {status.name for status in changed.statuses} - {status.name for status in loaded.statuses} == {
        "Training"
    }
    assert changed.without_status("Training") == loaded
    assert hash(changed.without_status("Training")) == hash(loaded)


@pytest.mark.spec("E3")
def test_e3_a_custom_mode_waits_like_the_one_it_copies(make_engine: Any) -> None:
    play = make_engine(hg.PresenceModel.load("agent_modes").with_status("Coaching", like="Break"))
    play.add_queue("calls")
    play.add_agent("gil", queues=["calls"], devices=["voice"], signed_in=True, status="Ready")
    call = play.take("calls", "gil")
    play.set_status("gil", "Coaching")
    assert (play.agent("gil").pending, play.agent("gil").mode_pending) == ("Coaching", True)
    play.end(call)
    assert play.status("gil") == "Coaching"


@pytest.mark.spec("A3")
def test_a3_a_model_with_ready_and_offline_only(make_engine: Any, tmp_path: Path) -> None:
    path = tmp_path / "two_statuses.toml"
    path.write_text(TWO_STATUSES, encoding="utf-8")
    play = make_engine(path)
    play.add_queue("sales", wrap_up=10)
    play.add_agent("anna", queues=["sales"], devices=["voice"])
    play.sign_in("anna")
    call = play.enqueue("sales")
    assert (play.status("anna"), play.state(call)) == ("Offline", "Queued")
    assert play.queue("sales").presence == "absent"
    play.set_status("anna", "Ready")
    assert (play.status("anna"), play.offered_to(call)) == ("Ready", "anna")
    play.accept(call)
    assert play.status("anna") == "Ready"  # the model derives nothing
    play.set_status("anna", "Offline")
    assert play.state(call) == "Handling"  # what is held goes on
    play.end(call)
    assert play.status("anna") == "Offline"
    with play.refused(hg.UnknownStatus, "Break"):
        play.set_status("anna", "Break")
    with play.refused(hg.NotSelectable, "anna"):
        play.set_ready("anna", True)


@pytest.mark.spec("A3")
def test_a3_the_engine_takes_a_name_a_path_or_a_model(make_engine: Any, tmp_path: Path) -> None:
    path = tmp_path / "two_statuses.toml"
    path.write_text(TWO_STATUSES, encoding="utf-8")
    for model in (path, str(path), hg.PresenceModel.load(path)):
        play = make_engine(model)
        play.add_agent("anna", devices=["voice"], signed_in=True, status="Ready")
        assert play.status("anna") == "Ready"
    with pytest.raises(hg.ConfigError) as caught:
        make_engine("no_such_model")
    assert "no_such_model" in str(caught.value)
    assert "agent_modes" in str(caught.value)


WAITS = """
[[status]]
name = "Waiting"
selectable = true
colour = "red"
reported_as = "logged in"
waits_as = "Waiting"
waits_for = "Waiting"
"""

REFUSED = {
    "a pending status that waits for itself": (TWO_STATUSES + WAITS, ["Waiting"]),
    "a default that is missing": (TWO_STATUSES.replace('default = "Offline"', ""), ["default"]),
    "a default that does not exist": (
        TWO_STATUSES.replace('default = "Offline"', 'default = "Away"'),
        ["Away"],
    ),
    "a status twice": (TWO_STATUSES.replace('name = "Offline"\ncolour', 'name = "Ready"\ncolour'), ["Ready"]),
    "an unknown key": (TWO_STATUSES + "shade = 3\n", ["shade"]),
    "a wrong type": (
        TWO_STATUSES.replace("receives_direct = false", 'receives_direct = "no"'),
        ["receives_direct"],
    ),
    "a duration on the default": (TWO_STATUSES + "duration = 60\n", ["duration"]),
    "a duration that is not positive": (
        TWO_STATUSES.replace('colour = "green"', 'colour = "green"\nduration = 0'),
        ["duration"],
    ),
    "an engine-set status that does not exist": (TWO_STATUSES + '\n[on]\nmissed_queued = "Gone"\n', ["Gone"]),
    "a way to a status that does not exist": (TWO_STATUSES + 'goes_to = ["Nirvana"]\n', ["Nirvana"]),
}


@pytest.mark.spec("A3", "E3")
@pytest.mark.parametrize("mistake", REFUSED)
def test_e3_a_model_that_does_not_hold_together_is_refused(
    make_engine: Any, tmp_path: Path, mistake: str
) -> None:
    text, words = REFUSED[mistake]
    path = tmp_path / "wrong.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(hg.ConfigError) as caught:
        make_engine(path)
    for word in [*words, "line" if "missing" not in mistake else "default"]:
        assert word in str(caught.value)


@pytest.mark.spec("B3")
def test_b3_a_status_that_a_duration_returns_to_cannot_be_removed() -> None:
    model = hg.PresenceModel.load("presence_profiles")
    for removed in ("Available", "Ready"):
        with pytest.raises(hg.ConfigError) as caught:
            model.without_status(removed)
        assert removed in str(caught.value)


@pytest.mark.spec("B3", "E3")
def test_e3_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(
        TWO_STATUSES.replace('default = "Offline"', 'default = "Away"') + "shade = 3\nduration = -1\n",
        encoding="utf-8",
    )
    with pytest.raises(hg.ConfigError) as caught:
        hg.PresenceModel.load(path)
    for word in ("Away", "shade", "duration"):
        assert word in str(caught.value)
