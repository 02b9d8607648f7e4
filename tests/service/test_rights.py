"""The matrix of roles and commands: each cell is asked of a service that runs."""

from __future__ import annotations

from typing import Any

import pytest
from service.served import TOKENS, Served

from huntgroup.service.service import SIGNATURES

# What each role may do, by the contract: written out here, not taken from the code.
SELF = set(
    """sign_in sign_out connect disconnect set_status set_ready set_external_presence queue_login queue_logout
    set_queue_logins stop_new resume_new dial""".split()  # noqa: SIM905
)
OWN = set(
    """accept reject hold retrieve consult conference end_consult transfer end finish_wrap_up park resume
    put_back answered extend_wrap_up""".split()  # noqa: SIM905
)
CONFIGURATION = {"add_agent", "add_channel", "add_queue", "remove_queue", "update_queue", "update_channel"}
MEMBERS: dict[str, Any] = {
    "agent": "anna",
    "agents": ["anna"],
    "queue": "sales",
    "status": "Ready",
    "channel": "voice",
    "skill": "spanish",
    "proficiency": 4,
    "capacity": 1,
    "column": 1,
    "value": 1.0,
    "presence": "busy",
    "logins": {"sales": True},
    "interaction": 987_654,
    "name": "anna",
    "seconds": 5,
}


def members_of(command: str, **others: Any) -> dict[str, Any]:
    given = {one.name: MEMBERS[one.name] for one in SIGNATURES[command].parameters if one.required}
    return {**given, **others}


def may(role: str, command: str) -> bool:
    """May this role give the command at all, about itself or what is its own?"""
    takes = {one.name for one in SIGNATURES[command].parameters}
    if role == "administrator":
        return True
    if role == "supervisor":
        return command not in CONFIGURATION
    if role == "connector":
        devices = {"connect", "disconnect", "set_external_presence", "connection_lost", "connection_restored"}
        return "interaction" in takes or command in devices | {"enqueue", "direct", "dial"}
    if role == "agent":
        return command in SELF | OWN | {"assign", "connection_lost", "connection_restored"}
    return False


def denied(answer: Any) -> bool:
    return answer.status == 403 or (answer.status == 409 and answer.json["refused"] == "NotPermitted")


@pytest.mark.parametrize("command", sorted(set(SIGNATURES) - {"remove_agent", "remove_queue", "add_queue"}))
@pytest.mark.parametrize("subject", ["root", "sam", "crm", "anna", "lobby"])
def test_what_a_role_may_do(guarded: Served, subject: str, command: str) -> None:
    answer = guarded.command(command, subject, **members_of(command))
    assert answer.status not in (401, 422) or command in ("add_channel", "add_agent"), answer
    assert denied(answer) == (not may(TOKENS[subject], command)), answer


@pytest.mark.parametrize("command", sorted(SELF))
def test_an_agent_does_nothing_for_others(guarded: Served, command: str) -> None:
    assert denied(guarded.command(command, "ben", **members_of(command)))
