"""What colleagues and supervisors see: the directory, the monitor, the reports."""

from __future__ import annotations

from typing import Any

import pytest

MODELS = ("duty_profiles", "presence_profiles", "queue_login", "console_status", "agent_modes")


def row_of(rows: Any, agent: str) -> Any:
    return next(row for row in rows if row.agent == agent)


@pytest.mark.spec("B1", "C6")
@pytest.mark.parametrize("model", MODELS)
def test_b1_one_row_an_agent_in_every_system(make_engine: Any, model: str) -> None:
    play = make_engine(model)
    play.add_queue("sales")
    for agent in ("anna", "bert", "cleo"):
        play.add_agent(agent, queues=["sales"], devices=["voice"], signed_in=agent != "cleo")
    for rows in (play.directory(), play.monitor()):
        assert [row.agent for row in rows] == ["anna", "bert", "cleo"]
        for row in rows:
            view = play.agent(row.agent)
            assert (row.status, row.colour) == (view.status, view.colour)
            assert dict(row.capabilities) == dict(view.capabilities)
    for row in play.monitor():
        assert dict(row.queues) == {"sales": True}
        assert row.mode_pending is False


@pytest.mark.spec("C6")
def test_c6_the_monitor_knows_since_when(make_engine: Any) -> None:
    play = make_engine("queue_login")
    play.add_queue("sales")
    play.add_agent("carl", queues=["sales"], devices=["voice"], status="Offline")
    play.after(100)
    play.set_status("carl", "Lunch")
    since = row_of(play.monitor(), "carl").since
    play.after(50)
    assert row_of(play.monitor(), "carl").since == since
    play.set_status("carl", "Online")
    assert row_of(play.monitor(), "carl").since != since


@pytest.mark.spec("B1")
def test_b1_a_view_is_of_now(make_engine: Any) -> None:
    play = make_engine("presence_profiles")
    play.add_queue("sales")
    play.add_agent("ben", queues=["sales"], devices=["voice"], signed_in=True)
    before = play.agent("ben").status
    play.set_ready("ben", True)
    assert (before, play.agent("ben").status) == ("Not Ready", "Ready")
    assert play.agent("ben").ready("voice") is True
    play.set_ready("ben", False)
    assert play.agent("ben").ready("voice") is False


@pytest.mark.spec("C5")
def test_c5_time_in_status_counts_what_was_shown(make_engine: Any) -> None:
    play = make_engine("queue_login")
    play.add_queue("sales")
    play.add_agent("carl", queues=["sales"], devices=["voice"], status="Online")
    play.after(10)
    call = play.enqueue("sales")
    play.after(5)
    play.accept(call)
    play.after(60)
    play.end(call)
    play.after(7)
    times = play.agent("carl").time_in_status()
    assert (times["Online"], times["On a Call"]) == (22, 60)


@pytest.mark.spec("A3")
@pytest.mark.parametrize("model", ["duty_profiles", "presence_profiles", "console_status", "agent_modes"])
def test_a3_time_in_status_starts_with_the_sign_in(make_engine: Any, model: str) -> None:
    play = make_engine(model)
    play.add_agent("anna", devices=["voice"])
    play.after(100)
    play.sign_in("anna")
    first = play.status("anna")
    play.after(30)
    assert play.agent("anna").time_in_status() == {first: 30}
    play.sign_out("anna")
    play.sign_in("anna")
    play.after(4)
    assert play.agent("anna").time_in_status().get(first) == 4


@pytest.mark.spec("C5")
@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("duty_profiles", {"On Duty": "logged in", "Off Duty": "logged out"}),
        (
            "presence_profiles",
            dict.fromkeys(("Available", "Away", "Tentative", "Conference", "Lunch"), "logged in")
            | {"Logged Off": "logged out"},
        ),
        (
            "console_status",
            {"Available": "logged in", "Working Offline": "logged in", "On Break": "logged in"},
        ),
        (
            "agent_modes",
            dict.fromkeys(
                (
                    "Ready",
                    "Break",
                    "BackOffice - Administrative",
                    "Handling - Outgoing Interactions",
                ),
                "logged in",
            )
            | {"Offline": "logged out"},
        ),
    ],
)
def test_c5_the_other_systems_report_by_their_models(
    make_engine: Any, model: str, expected: dict[str, str]
) -> None:
    play = make_engine(model)
    play.add_queue("sales")
    play.add_agent("anna", queues=["sales"], devices=["voice"], signed_in=True)
    for status, report in expected.items():
        play.set_status("anna", status)
        assert play.agent("anna").reported_as == report
        assert play.queue("sales").logged_in == (1 if report == "logged in" else 0)


@pytest.mark.spec("C5")
@pytest.mark.parametrize(
    ("model", "shows"),
    [
        ("duty_profiles", "Not Connected"),
        ("presence_profiles", "Logged Off"),
        ("queue_login", "Offline"),
        ("console_status", "Logged Out"),
        ("agent_modes", "Offline"),
    ],
)
def test_c5_signed_out_shows_and_reports_logged_out(make_engine: Any, model: str, shows: str) -> None:
    play = make_engine(model)
    play.add_queue("sales")
    play.add_agent("anna", queues=["sales"], devices=["voice"])
    view = play.agent("anna")
    assert (view.status, view.reported_as, view.signed_in) == (shows, "logged out", False)
    assert (play.queue("sales").logged_in, play.queue("sales").presence) == (0, "absent")
