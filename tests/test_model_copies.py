"""Changed copies of a presence model: the statuses and defaults that administrators add and take away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from huntgroup.errors import ModelError
from huntgroup.models import PresenceModel


def test_a_custom_status_is_like_another() -> None:
    login = PresenceModel.load("queue_login")
    changed = login.with_status("Training", like="Meeting")
    assert changed != login
    assert "Training" not in login.indices
    assert changed.reported_as("Training", "Training") == "logged out: Training"
    assert changed.status("Training").kind == changed.status("Meeting").kind
    assert changed.without_status("Training") == login


def test_a_custom_status_of_queue_login_is_an_offline_one() -> None:
    login = PresenceModel.load("queue_login")
    assert login.with_status("Gone", like="Offline").reported_as("Gone", "Gone") == "logged out: Gone"
    for like, keys in (
        ("Online", {}),
        ("Single Call", {}),
        ("Meeting", {"receives_queued": True}),
        ("Meeting", {"kind": "online"}),
        ("Meeting", {"logged_in": True}),
    ):
        with pytest.raises(ModelError):
            login.with_status("Training", like=like, **keys)


def test_overrides_are_checked_like_a_file() -> None:
    profiles = PresenceModel.load("presence_profiles")
    assert profiles.with_status("Nap", like="Away", duration=900).status("Nap").duration_ns == 900 * 10**9
    nap = profiles.with_status("Nap", like="Away", duration=timedelta(minutes=15))
    assert nap == profiles.with_status("Nap", like="Away", duration=900.0)
    assert hash(nap) == hash(profiles.with_status("Nap", like="Away", duration=900))
    helping = profiles.with_status("Helping out", like="Tentative", queues=["vip"])
    assert helping.status("Helping out").queues == ("vip",)
    desk = profiles.with_status("Sales desk", like="Available", queue_group="sales")
    assert desk.status("Sales desk").queue_group == "sales"
    assert (
        profiles.with_status("Long lunch", like="Lunch", duration=None).status("Long lunch").duration is None
    )
    for keys in ({"color": "red"}, {"duration": 0}, {"queues": ["vip"]}, {"colour": None}):
        with pytest.raises(ModelError):
            profiles.with_status("Nap", like="Away", **keys)


@pytest.mark.parametrize("name", ["Available", "", "x\n", 3, None])
def test_a_custom_status_needs_a_name_of_its_own(name: Any) -> None:
    with pytest.raises(ModelError, match="name"):
        PresenceModel.load("presence_profiles").with_status(name, like="Away")


def test_only_selectable_statuses_are_copied() -> None:
    modes = PresenceModel.load("agent_modes")
    for like in ("Busy", "Waiting for Break", "Vacation"):
        with pytest.raises(ModelError, match="like"):
            modes.with_status("Coffee", like=like)


def test_a_copy_of_a_status_that_waits_has_a_waiting_status_of_its_own() -> None:
    modes = PresenceModel.load("agent_modes")
    changed = modes.with_status("Coffee", like="Break")
    assert changed.status("Coffee").waits_as == "Waiting for Coffee"
    assert changed.status("Waiting for Coffee").waits_for == "Coffee"
    assert changed.without_status("Coffee") == modes
    at_once = modes.with_status("Coffee", like="Break", waits_as=None)
    assert "Waiting for Coffee" not in at_once.indices


def test_a_copy_may_be_chosen_from_where_the_copied_one_may() -> None:
    console = PresenceModel.load("console_status")
    changed = console.with_status("Training", like="On Break")
    assert changed.status("Available").goes_to == ("Working Offline", "On Break", "Training")
    assert changed.status("Training").goes_to == ("Available", "Working Offline")
    assert changed.without_status("Training") == console


def test_the_default_can_be_an_on_duty_profile() -> None:
    duty = PresenceModel.load("duty_profiles")
    assert duty.with_default("On Duty").default == "On Duty"
    for name in ("Absent", "Vacation", None, 3):
        with pytest.raises(ModelError, match="default"):
            duty.with_default(name)  # type: ignore[arg-type]


def test_a_status_that_is_referred_to_stays() -> None:
    login = PresenceModel.load("queue_login")
    for name in ("Offline", "On a Call", "Online", "Vacation"):
        with pytest.raises(ModelError):
            login.without_status(name)
    assert "Other" not in login.without_status("Other").indices
