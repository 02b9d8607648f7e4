"""Sessions: each request of a client is carried out once, within bounds that are told."""

from __future__ import annotations

import pytest
from live.test_owner import Driven

import huntgroup as hg
from huntgroup.engine.sessions import ANSWERS, SESSIONS, SESSIONS_OF_ONE, Answer, Session, Sessions

CRM = ("", "crm-7")


def test_a_repeated_number_gets_the_first_answer_and_is_not_done_again() -> None:
    driven = Driven()
    assert driven.ask("enqueue", "sales", session=CRM, request=1) == 1
    assert driven.ask("enqueue", "sales", session=CRM, request=1) == 1
    assert driven.ask("enqueue", "backup", session=CRM, request=2) == 2
    assert driven.read(lambda engine: len(engine.waiting("backup"))) == 1


def test_a_repeated_number_within_one_group_too() -> None:
    driven = Driven()
    answers = [driven.submit("enqueue", "sales", session=CRM, request=1) for _ in range(5)]
    driven.owner.turn()
    assert [one[0].value for one in answers] == [1] * 5


def test_a_refusal_is_an_answer_too() -> None:
    driven = Driven()
    with pytest.raises(hg.UnknownInteraction):
        driven.ask("accept", 1, session=CRM, request=1)
    assert driven.ask("enqueue", "sales") == 1
    with pytest.raises(hg.UnknownInteraction):
        driven.ask("accept", 1, session=CRM, request=1)
    driven.ask("accept", 1, session=CRM, request=2)


def test_without_a_number_it_is_the_next_one() -> None:
    driven = Driven()
    assert driven.ask("enqueue", "sales", session=CRM, request=5) == 1
    assert driven.ask("enqueue", "sales", session=CRM) == 2
    assert driven.ask("enqueue", "sales", session=CRM, request=6) == 2


def test_requests_may_come_in_any_order_within_the_answers_kept() -> None:
    driven = Driven()
    assert driven.ask("enqueue", "sales", session=CRM, request=1_000) == 1
    assert driven.ask("enqueue", "sales", session=CRM, request=1) == 2
    assert driven.ask("enqueue", "sales", session=CRM, request=1_001) == 3
    with pytest.raises(hg.StaleSession):
        driven.ask("enqueue", "sales", session=CRM, request=1)
    assert driven.ask("enqueue", "sales", session=CRM, request=2) == 4


def test_sessions_do_not_know_each_other() -> None:
    driven = Driven()
    assert driven.ask("enqueue", "sales", session=("", "one"), request=1) == 1
    assert driven.ask("enqueue", "sales", session=("", "two"), request=1) == 2
    assert driven.ask("enqueue", "sales", session=("kim", "one"), request=1) == 3


def test_a_session_keeps_the_latest_answers_only() -> None:
    session = Session()
    for request in range(1, 5_000):
        session.record(request, Answer(request))
        assert len(session.answers) <= ANSWERS
    assert sorted(session.answers) == list(range(5_000 - ANSWERS, 5_000))
    session.record(5_400, Answer(None))
    assert min(session.answers) == 5_400 - ANSWERS + 1


def test_the_least_recently_used_session_of_a_subject_leaves_first() -> None:
    sessions = Sessions()
    for k in range(SESSIONS_OF_ONE):
        sessions.get("kim", f"s{k}").record(1, Answer(k))
    sessions.get("kim", "s0")
    sessions.get("kim", "one more")
    assert len(sessions) == SESSIONS_OF_ONE
    assert sessions.get("kim", "s0").answers, "used a moment ago"
    assert not sessions.get("kim", "s1").answers, "the one that was not used for longest"


def test_there_are_so_many_in_all() -> None:
    sessions = Sessions()
    for k in range(SESSIONS):
        sessions.get(f"subject {k // SESSIONS_OF_ONE}", f"s{k}").record(1, Answer(k))
    sessions.get("subject 0", "s0")
    sessions.get("a new one", "s")
    assert len(sessions) == SESSIONS
    assert sessions.get("subject 0", "s0").answers
    assert not sessions.get("subject 1", f"s{SESSIONS_OF_ONE}").answers


@pytest.mark.parametrize("request_number", [0, -1, 1.5, "7", True, 2**63])
def test_a_wrong_number_is_named(request_number: object) -> None:
    from huntgroup.engine.sessions import checked_request

    with pytest.raises(hg.ConfigError, match="request"):
        checked_request(request_number)
