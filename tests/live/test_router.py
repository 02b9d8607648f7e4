"""The router for asyncio: one task owns the engine, any other may command it and listen."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Coroutine
from typing import Any

import pytest
from live.centres import centre

import huntgroup as hg


def run(main: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asyncio.wait_for(main, 60))


def test_every_command_of_the_engine_is_there_with_its_arguments_and_refusals() -> None:
    async def main() -> None:
        async with hg.live(centre()) as router:
            call = await router.enqueue("sales", ref="leg-17", priority=2)
            view = await router.read(lambda engine: engine.interaction(call))
            assert (view.ref, view.priority, view.state) == ("leg-17", 2, "Offered")
            await router.accept(call, agent=view.agent)
            with pytest.raises(hg.StaleOffer):
                await router.accept(call)
            with pytest.raises(hg.ConfigError):
                await router.enqueue("sales", priority="high")
            with pytest.raises(TypeError):
                await router.enqueue("sales", colour="red")
            await router.add_queue("night", offer_timeout=30)
            assert await router.enqueue("night") == 2

    run(main())


def test_every_public_method_of_an_engine_is_a_command_or_a_reading() -> None:
    engine = centre()
    router = hg.live(engine)
    for command in hg.Command:
        assert hasattr(router, command.name.lower()), command.name
    for name in ("add_queue", "update_queue", "add_agents", "apply", "advance", "requirement"):
        assert callable(getattr(router, name))
        assert name in dir(router)
    for name in ("agent", "interaction", "poll", "fork", "no_such_command"):
        with pytest.raises(AttributeError):
            getattr(router, name)


def test_timers_fire_by_themselves() -> None:
    async def main() -> None:
        async with hg.live(centre(offer_timeout=0.05)) as router:
            events = router.events(kinds=["expired"])
            await router.enqueue("sales")
            event = await asyncio.wait_for(anext(events), 5)
            assert event.interaction == 1

    run(main())


def test_what_waits_together_is_one_group() -> None:
    entered = 0

    class Grouped(hg.Engine):
        def group(self) -> Any:
            nonlocal entered
            entered += 1
            from contextlib import nullcontext

            return nullcontext()

    async def main() -> None:
        engine = Grouped(clock=time.time_ns)
        engine.add_queue("sales")
        async with hg.live(engine) as router:
            await asyncio.gather(*(router.enqueue("sales") for _ in range(500)))

    run(main())
    assert entered <= 2


def test_beyond_the_inbox_it_is_overloaded_at_once_and_what_was_taken_is_done() -> None:
    async def main() -> None:
        async with hg.live(centre(), inbox=10) as router:
            answers = await asyncio.gather(
                *(router.enqueue("sales") for _ in range(25)), return_exceptions=True
            )
            assert answers[:10] == list(range(1, 11))
            assert all(isinstance(answer, hg.Overloaded) for answer in answers[10:])
            assert await router.enqueue("sales") == 11
            assert router.waiting == 0

    run(main())


def test_close_finishes_what_was_accepted_and_twice_is_fine() -> None:
    async def main() -> None:
        engine = centre()
        router = hg.live(engine)
        with pytest.raises(hg.RouterClosed):
            await router.enqueue("sales")
        async with router:
            calls = [asyncio.create_task(router.enqueue("sales")) for _ in range(50)]
            await asyncio.sleep(0)
            await router.close()
            await router.close()
            assert [await call for call in calls] == list(range(1, 51))
            with pytest.raises(hg.RouterClosed):
                await router.enqueue("sales")
            with pytest.raises(hg.RouterClosed):
                await router.read(lambda engine: engine.now_ns)
        assert engine.enqueue("sales") == 51, "the engine is left open"
        async with hg.live(engine) as again:
            assert await again.enqueue("sales") == 52

    run(main())


def test_a_router_is_started_once() -> None:
    async def main() -> None:
        router = hg.live(centre())
        async with router:
            with pytest.raises(hg.HuntgroupError, match="once"):
                await router.__aenter__()

    run(main())


def test_a_cancelled_caller_does_not_take_its_command_back() -> None:
    async def main() -> None:
        async with hg.live(centre()) as router:
            caller = asyncio.create_task(router.enqueue("sales", ref="gone"))
            await asyncio.sleep(0)
            caller.cancel()
            with pytest.raises(asyncio.CancelledError):
                await caller
            assert await router.read(lambda engine: engine.find("gone")) == [1]

    run(main())


def test_when_the_owner_itself_is_cancelled_what_was_taken_is_finished() -> None:
    async def main() -> None:
        engine = centre()
        router = hg.live(engine)
        await router.__aenter__()
        call = asyncio.create_task(router.enqueue("sales"))
        await asyncio.sleep(0)
        assert router._task is not None
        router._task.cancel()
        assert await call == 1
        with pytest.raises(hg.RouterClosed):
            await router.enqueue("sales")

    run(main())


def test_events_come_in_order_without_a_gap_from_a_number_and_from_now() -> None:
    async def main() -> None:
        async with hg.live(centre()) as router:
            await router.enqueue("sales")
            now = router.events()
            every = router.events(from_seq=1)
            call = await router.enqueue("backup")
            first = await anext(now)
            assert (first.kind, first.interaction) == ("queued", call)
            await router.close()
            seqs = [event.seq async for event in every]
            assert seqs == list(range(1, len(seqs) + 1))
            assert [event.seq async for event in now] == seqs[first.seq :]

    run(main())


def test_the_router_itself_is_iterated_over_from_now_on() -> None:
    async def main() -> None:
        async with hg.live(centre()) as router:
            listener = aiter(router)
            await router.enqueue("sales")
            assert (await anext(listener)).interaction == 1

    run(main())


def test_filters_of_a_subscription_must_all_match() -> None:
    async def main() -> None:
        async with hg.live(centre()) as router:
            wanted = router.events(queues=["sales"], agents=["anna"], kinds=["offered", "accepted"])
            for queue in ("sales", "backup", "sales"):
                await router.enqueue(queue)
            await router.accept(1)
            await router.close()
            told = [(event.kind, event.agent) async for event in wanted]
            assert told == [("offered", "anna"), ("accepted", "anna")]

    run(main())


def test_who_falls_behind_gets_lagged_and_may_go_on() -> None:
    async def main() -> None:
        async with hg.live(centre(), keep_events=20) as router:
            slow = router.events(from_seq=1)
            for _ in range(100):
                await router.enqueue("backup")
            with pytest.raises(hg.Lagged) as lagged:
                await anext(slow)
            assert (await anext(slow)).seq == lagged.value.first_seq
            again = router.events(from_seq=lagged.value.first_seq)
            assert (await anext(again)).seq == lagged.value.first_seq
            await router.close()
            rest = [event.seq async for event in slow]
            assert len(rest) == 19

    run(main())


def test_a_subscription_that_is_closed_ends() -> None:
    async def main() -> None:
        async with hg.live(centre()) as router:
            events = router.events(from_seq=1)
            await events.aclose()
            await events.aclose()
            assert [event async for event in events] == []

    run(main())


def test_a_session_answers_a_repeated_number_with_the_first_answer() -> None:
    async def main() -> None:
        async with hg.live(centre()) as router:
            crm = router.session("crm-7")
            assert await crm.enqueue("sales", request=1) == 1
            assert await router.session("crm-7").enqueue("sales", request=1) == 1
            assert await crm.enqueue("sales") == 2
            with pytest.raises(hg.UnknownQueue):
                await crm.enqueue("nowhere", request=9)
            await router.add_queue("nowhere")
            with pytest.raises(hg.UnknownQueue):
                await crm.enqueue("nowhere", request=9)
            with pytest.raises(hg.ConfigError, match="request"):
                await crm.enqueue("sales", request="one")
            await crm.enqueue("sales", request=2_000)
            with pytest.raises(hg.StaleSession):
                await crm.enqueue("sales", request=1_000)
            with pytest.raises(AttributeError):
                _ = crm.poll

    run(main())


def test_an_error_of_a_reading_is_its_callers() -> None:
    async def main() -> None:
        async with hg.live(centre()) as router:
            with pytest.raises(ZeroDivisionError):
                await router.read(lambda engine: 1 // 0)
            assert await router.enqueue("sales") == 1

    run(main())


def test_many_clients_at_once_lose_nothing_and_every_listener_sees_the_same() -> None:
    async def main() -> None:
        engine = centre(offer_timeout=0.02)
        engine.add_agents([f"agent {k}" for k in range(30)], queues=["sales", "backup"], devices=["voice"],
                          signed_in=True, status="Ready")  # fmt: skip
        answered: dict[int, str] = {}

        async def client(number: int) -> None:
            draw = random.Random(number)
            for k in range(40):
                ref = f"{number}/{k}"
                call = await router.enqueue(draw.choice(["sales", "backup"]), ref=ref)
                assert call not in answered
                answered[call] = ref
                if draw.random() < 0.5:
                    with contextlib.suppress(hg.Refused):
                        await router.accept(call)
                        await router.end(call)
                        await router.finish_wrap_up(call)
                elif draw.random() < 0.7:
                    with contextlib.suppress(hg.IllegalTransition):
                        await router.abandon(call)

        async def listen(events: Any) -> list[hg.Event]:
            return [event async for event in events]

        async with hg.live(engine) as router:
            first = (await router.read(lambda engine: engine))._next_seq()
            listeners = [asyncio.create_task(listen(router.events(first))) for _ in range(5)]
            await asyncio.gather(*(client(number) for number in range(100)))
            await router.close()
            heard = [await listener for listener in listeners]
        assert len(answered) == 4_000
        assert sorted(answered) == list(range(1, 4_001))
        assert all(one == heard[0] for one in heard)
        assert [event.seq for event in heard[0]] == list(range(first, first + len(heard[0])))
        arrived = {event.interaction for event in heard[0] if event.kind == "queued"}
        assert arrived >= set(answered)
        for call in random.Random(1).sample(sorted(answered), 50):
            assert engine.interaction(call).ref == answered[call]
        engine.verify()

    run(main())
