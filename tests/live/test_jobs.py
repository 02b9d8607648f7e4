"""Commands that come together: one entry of the inbox, one group, an answer to each."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from live.centres import Clock, centre
from live.test_durable_router import Durable

import huntgroup as hg
from huntgroup.engine.sessions import Answer
from huntgroup.live.owner import GROUP, Jobs, Owner
from huntgroup.live.router import Router

Asked = tuple[str, dict[str, Any]]
CALL: Asked = ("enqueue", {"queue": "sales"})


def jobs(engine: hg.Engine, rows: list[Asked], session: Any = None, first: int | None = None) -> Any:
    """(the jobs, where their answer will be)."""
    answers: list[Answer] = []
    made = [
        (name, getattr(engine, name), given, None if first is None else first + place)
        for place, (name, given) in enumerate(rows)
    ]
    return Jobs(made, answers.append, session), answers


def owner(inbox: int = 10_000) -> Owner:
    clock = Clock()
    made = Owner(centre(clock.wall), inbox, 1_000_000, clock.monotonic)
    made.start()
    return made


def test_each_has_its_own_answer_and_its_own_events() -> None:
    own = owner()
    rows: list[Asked] = [CALL, ("accept", {"interaction": 1, "agent": "anna"}), ("enqueue", {"queue": "no"})]
    given, answers = jobs(own.engine, [*rows, ("abandon", {"interaction": 9}), CALL])
    own.submit(given)
    assert own.waiting == 5
    own.turn()
    assert own.waiting == 0
    found = answers[0].value
    assert [type(one.error).__name__ for one in found] == [
        *("NoneType", "NoneType", "UnknownQueue", "UnknownInteraction", "NoneType")
    ]
    assert [one.value for one in found] == [1, None, None, None, 2]
    done = [one for one in found if one.error is None]
    assert done[0].end_seq == done[1].first_seq
    assert done[1].end_seq == done[2].first_seq
    assert done[2].end_seq == own.ring.next_seq
    kinds = [
        {event.kind for event in own.ring.read(one.first_seq, one.end_seq - one.first_seq)} for one in done
    ]
    assert "queued" in kinds[0]
    assert "accepted" in kinds[1]
    assert "queued" in kinds[2]


def test_all_of_them_are_taken_or_none() -> None:
    own = owner(inbox=10)
    first, answers = jobs(own.engine, [CALL] * 6)
    own.submit(first)
    with pytest.raises(hg.Overloaded):
        own.submit(jobs(own.engine, [CALL] * 5)[0])
    own.submit(jobs(own.engine, [CALL] * 4)[0])
    with pytest.raises(hg.Overloaded):
        own.submit(jobs(own.engine, [CALL])[0])
    own.turn()
    assert len(answers[0].value) == 6
    more, answers = jobs(own.engine, [CALL] * 25)
    own.submit(more)  # more than there is room for, but nobody else waits
    own.turn()
    assert [one.value for one in answers[0].value] == list(range(11, 36))


def test_a_turn_takes_no_more_than_a_group_of_them() -> None:
    own = owner()
    waiting = [jobs(own.engine, [CALL] * (GROUP // 2 + 1)) for _ in range(3)]
    for given, _ in waiting:
        own.submit(given)
    turns = 0
    while own.waiting:
        own.turn()
        turns += 1
        assert [len(answers) for _, answers in waiting] == [1] * turns + [0] * (3 - turns)
    assert turns == 3


def test_repeated_in_a_session_they_get_their_first_answers() -> None:
    own = owner()
    rows: list[Asked] = [CALL, ("enqueue", {"queue": "no"}), CALL]
    found = []
    for _ in range(2):
        given, answers = jobs(own.engine, rows, ("", "crm-7"), 1)
        own.submit(given)
        own.turn()
        found.append([(one.value, str(one.error), one.first_seq) for one in answers[0].value])
    assert found[0] == found[1]
    given, answers = jobs(own.engine, [CALL])
    own.submit(given)
    own.turn()
    assert [one.value for one in answers[0].value] == [3], "the session's calls came once"


def test_what_was_answered_is_there_after_a_crash_and_is_not_done_again() -> None:
    durable = Durable()
    given, answers = jobs(durable.engine, [CALL] * 3, ("", "crm-7"), 1)
    durable.owner.submit(given)
    durable.owner.turn()
    assert [one.value for one in answers[0].value] == [1, 2, 3]
    durable.crash()
    given, again = jobs(durable.engine, [CALL] * 4, ("", "crm-7"), 1)
    durable.owner.submit(given)
    durable.owner.turn()
    assert [one.value for one in again[0].value] == [1, 2, 3, 4]


def test_a_router_answers_them_and_says_why_it_took_none() -> None:
    async def main() -> None:
        rows = [(name, given, None, None) for name, given in [CALL, ("enqueue", {"queue": "no"}), CALL]]
        async with Router(centre()) as router:
            for alone in (False, True):
                answers = await router.commands(rows, None, alone)
                assert [type(one.error).__name__ for one in answers] == [
                    *("NoneType", "UnknownQueue", "NoneType")
                ]
            assert await router.commands([]) == []
            with pytest.raises(hg.ConfigError, match="command"):
                await router.commands([*rows, ("fly", {}, None, None)])
            with pytest.raises(hg.ConfigError, match="request"):
                await router.commands([("enqueue", {"queue": "sales"}, 0, None)])

            def forbids(_: hg.Engine) -> None:
                raise hg.ConfigError("queue", "sales", "nothing")

            one, two = await router.commands(
                [("enqueue", {"queue": "sales"}, None, forbids), ("enqueue", {"queue": "sales"}, None, None)]
            )
            assert (str(one.error), two.value) == ("queue: 'sales' is not allowed; allowed: nothing", 5)
        with pytest.raises(hg.RouterClosed):
            await router.commands(rows)

    asyncio.run(main())
