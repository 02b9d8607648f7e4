"""The router for programs without asyncio: a thread owns the engine, any other may command it."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from live.centres import centre

import huntgroup as hg


def gathered(enough: int) -> tuple[list[Any], threading.Event, Any]:
    """A list that a callback fills, and what is set once it is long enough."""
    seen: list[Any] = []
    there = threading.Event()

    def callback(event: Any) -> None:
        seen.append(event)
        if len(seen) >= enough:
            there.set()

    return seen, there, callback


def test_every_command_of_the_engine_is_there_with_its_arguments_and_refusals() -> None:
    with hg.live_thread(centre()) as router:
        call = router.enqueue("sales", ref="leg-17")
        assert router.read(lambda engine: engine.interaction(call).ref) == "leg-17"
        router.accept(call)
        with pytest.raises(hg.StaleOffer):
            router.accept(call)
        with pytest.raises(ZeroDivisionError):
            router.read(lambda engine: 1 // 0)
        with pytest.raises(AttributeError):
            _ = router.poll
        assert "enqueue" in dir(router)


def test_timers_fire_by_themselves() -> None:
    with hg.live_thread(centre(offer_timeout=0.05)) as router:
        seen, there, callback = gathered(1)
        router.subscribe(callback, kinds=["expired"])
        router.enqueue("sales")
        assert there.wait(5)
        assert seen[0].interaction == 1


def test_a_callback_may_command_and_never_runs_on_the_owners_thread() -> None:
    threads: set[str] = set()
    done = threading.Event()
    with hg.live_thread(centre()) as router:

        def accept(event: Any) -> None:
            threads.add(threading.current_thread().name)
            router.accept(event.interaction, agent=event.agent)
            done.set()

        router.subscribe(accept, kinds=["offered"])
        call = router.enqueue("sales")
        assert done.wait(5)
        assert router.read(lambda engine: engine.interaction(call).state) == "Handling"
    assert threads == {"huntgroup subscriber"}


def test_a_subscription_that_is_closed_gets_no_more() -> None:
    with hg.live_thread(centre()) as router:
        seen: list[Any] = []
        got_one = threading.Event()

        def once(event: Any) -> None:
            seen.append(event)
            subscription.close()
            got_one.set()

        subscription = router.subscribe(once)
        router.enqueue("sales")
        assert got_one.wait(5)
        subscription.close()
        router.enqueue("sales")
    assert len(seen) == 1


def test_a_callback_that_fails_is_logged_and_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    with hg.live_thread(centre()) as router:
        seen, there, callback = gathered(2)

        def failing(event: Any) -> None:
            callback(event)
            raise ValueError("mine")

        router.subscribe(failing, kinds=["queued"])
        router.enqueue("backup")
        router.enqueue("backup")
        assert there.wait(5)
    assert [event.interaction for event in seen] == [1, 2]
    assert "a subscriber failed" in caplog.text


def test_a_callback_that_falls_behind_gets_lagged_in_their_place() -> None:
    with hg.live_thread(centre(), keep_events=5) as router:
        for _ in range(50):
            router.enqueue("backup")
        seen, there, callback = gathered(6)
        router.subscribe(callback, from_seq=1)
        assert there.wait(5)
    assert isinstance(seen[0], hg.Lagged)
    assert [event.seq for event in seen[1:]] == list(range(seen[0].first_seq, seen[0].first_seq + 5))


def test_events_are_iterated_over_and_end_with_the_router() -> None:
    with hg.live_thread(centre()) as router:
        events = router.events(from_seq=1)
        router.enqueue("sales")
        heard: list[int] = []
        listener = threading.Thread(target=lambda: heard.extend(event.seq for event in events))
        listener.start()
        router.enqueue("sales")
        from_now = iter(router)
        router.enqueue("backup")
        assert next(from_now).interaction == 3
    listener.join(5)
    assert not listener.is_alive()
    assert heard == list(range(1, len(heard) + 1))


def test_close_finishes_what_was_accepted_and_twice_is_fine() -> None:
    engine = centre()
    router = hg.live_thread(engine)
    with pytest.raises(hg.RouterClosed):
        router.enqueue("sales")
    with router:
        assert router.enqueue("sales") == 1
        router.close()
        router.close()
        with pytest.raises(hg.RouterClosed):
            router.enqueue("sales")
    assert engine.enqueue("sales") == 2
    with pytest.raises(hg.HuntgroupError, match="once"):
        router.__enter__()


def test_beyond_the_inbox_it_is_overloaded_at_once() -> None:
    with hg.live_thread(centre(), inbox=3) as router:
        reading, go_on = threading.Event(), threading.Event()

        def slow(engine: Any) -> None:
            reading.set()
            go_on.wait(10)

        def enqueue() -> None:
            answers.append(router.enqueue("sales"))

        answers: list[int] = []
        reader = threading.Thread(target=router.read, args=(slow,))
        reader.start()
        assert reading.wait(5)
        callers = [threading.Thread(target=enqueue) for _ in range(3)]
        for caller in callers:
            caller.start()
        while router.waiting < 3:
            pass
        with pytest.raises(hg.Overloaded):
            router.enqueue("sales")
        go_on.set()
        for thread in (reader, *callers):
            thread.join(5)
        assert sorted(answers) == [1, 2, 3]
        assert router.enqueue("sales") == 4


def test_a_reading_that_commands_is_told_so_instead_of_waiting_for_itself() -> None:
    with hg.live_thread(centre()) as router, pytest.raises(hg.HuntgroupError, match="a reading"):
        router.read(lambda engine: router.enqueue("sales"))


def test_a_session_answers_a_repeated_number_with_the_first_answer() -> None:
    with hg.live_thread(centre()) as router:
        crm = router.session("crm-7")
        assert [crm.enqueue("sales", request=1) for _ in range(3)] == [1, 1, 1]
        assert crm.enqueue("sales") == 2
        with pytest.raises(AttributeError):
            _ = crm.fork


def test_many_threads_at_once_lose_nothing() -> None:
    engine = centre()
    numbers: list[int] = []
    heard: list[int] = []
    with hg.live_thread(engine) as router:

        def client() -> None:
            for _ in range(200):
                call = router.enqueue("sales")
                numbers.append(call)
                try:
                    router.accept(call)
                    router.end(call)
                except hg.Refused:
                    router.abandon(call)

        events = router.events(kinds=["queued"])
        listener = threading.Thread(target=lambda: heard.extend(event.interaction or 0 for event in events))
        listener.start()
        clients = [threading.Thread(target=client) for _ in range(12)]
        for thread in clients:
            thread.start()
        for thread in clients:
            thread.join(60)
    listener.join(10)
    assert sorted(numbers) == list(range(1, 2_401))
    assert set(heard) >= set(numbers)
    engine.verify()
