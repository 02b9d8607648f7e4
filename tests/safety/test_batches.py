"""Whatever a batch is given: it is copied, looked at once, and refused where it is none."""

from __future__ import annotations

import threading
import time
from typing import Any

import numpy as np
import pytest

import huntgroup as hg

YEARS_100_NS = 100 * 366 * 86_400 * 10**9


def centre() -> hg.Engine:
    engine = hg.Engine()
    engine.add_queue("sales")
    engine.add_queue("support")
    engine.add_agent("ann", queues=["sales", "support"], devices=["voice"], signed_in=True)
    engine.add_agent("ben", queues=["sales"], devices=["voice"], signed_in=True)
    engine.poll()
    return engine


def rows_of(command: int, count: int = 1, **given: int) -> Any:
    rows = np.full(count, -1, hg.COMMAND_DTYPE)
    for name in ("requires", "priority", "flag", "list_count", "mask"):
        rows[name] = 0
    rows["command"] = command
    for name, value in given.items():
        rows[name] = value
    return rows


def test_logins_that_are_no_pairs_are_an_invalid_command() -> None:
    engine = centre()
    lists = np.array([0, 0, 1], np.int32)
    before = engine.digest()
    rows = rows_of(hg.Command.SET_QUEUE_LOGINS, agent=0, list_start=0, list_count=3)
    _, results = engine.apply(rows, lists=lists)
    assert results.tolist() == [hg.Result.INVALID_COMMAND]
    assert engine.digest() == before
    rows["list_count"] = 2
    _, results = engine.apply(rows, lists=lists)
    assert results.tolist() == [hg.Result.OK]
    engine.verify()


@pytest.mark.parametrize(
    "lists",
    [
        [2**31],
        [-(2**31) - 1],
        np.array([2**32]),
        np.array([2**63], np.uint64),
        [0.0],
        [1.5],
        [True],
        ["ann"],
        [[0, 1]],
        [[0], [1, 2]],
        np.zeros((2, 2), np.int32),
        np.ma.masked_array([0, 1], mask=[True, False]),
        7,
        object(),
        pytest.param(10**5_000, id="huge"),
    ],
)
def test_lists_that_are_no_integers_of_32_bits_are_refused(lists: Any) -> None:
    rows = rows_of(hg.Command.SET_STATUS_MANY, status=0, list_start=0, list_count=1)
    with pytest.raises(hg.ConfigError, match="lists"):
        centre().apply(rows, lists=lists)


def test_no_lists_at_all_are_no_lists() -> None:
    for lists in (None, [], (), np.zeros(0)):
        _, results = centre().apply(rows_of(hg.Command.SIGN_IN, agent=0), lists=lists)
        assert results.tolist() == [hg.Result.OK]


@pytest.mark.parametrize("beyond", [2**31, 2**32, 2**40, -(2**32)])
def test_an_index_beyond_32_bits_is_nobody(beyond: int) -> None:
    engine = centre()
    with pytest.raises(hg.UnknownAgent):
        engine.set_status_many(np.array([0, beyond]), "Break")
    assert engine.agent("ann").status == "Offline" or engine.agent("ann").status != "Break"


@pytest.mark.parametrize("agents", [np.array([[0]]), np.ma.masked_array([0], mask=[True]), "ann", 3])
def test_agents_that_are_no_list_are_refused(agents: Any) -> None:
    with pytest.raises(hg.ConfigError, match="agents"):
        centre().set_status_many(agents, "Break")


@pytest.mark.parametrize("delay", [YEARS_100_NS + 1, 2**63 - 1, -2, -(2**63)])
def test_a_delay_beyond_a_century_is_a_limit(delay: int) -> None:
    engine = centre()
    _, results = engine.apply(rows_of(hg.Command.JOIN, agent=0, queue=1, value=delay))
    assert results.tolist() == [hg.Result.LIMIT_EXCEEDED]
    _, results = engine.apply(rows_of(hg.Command.JOIN, agent=0, queue=1, value=YEARS_100_NS))
    assert results.tolist() == [hg.Result.OK]
    engine.advance(5 * 10**18)
    engine.verify()


def test_refused_memberships_use_up_no_delays() -> None:
    engine = centre()
    engine.advance(10)
    late = rows_of(hg.Command.JOIN, 70_000, agent=0, queue=1, at_ns=5)
    late["value"] = np.arange(1, 70_001)
    _, results = engine.apply(late)
    assert set(results.tolist()) == {hg.Result.TIME_WENT_BACK}
    engine.join("ann", "support", delay=3)


def test_what_a_second_thread_writes_into_the_arrays_does_not_matter() -> None:
    engine = centre()
    rows = rows_of(hg.Command.SET_STATUS_MANY, 20_000, status=0, list_start=0, list_count=2)
    lists = np.array([0, 1], np.int32)
    stop = threading.Event()

    def scribble() -> None:
        while not stop.is_set():
            lists[:] = 2**31 - 1
            rows["list_start"] = 2**30
            rows["agent"] = 2**30
            lists[:] = (0, 1)
            rows["list_start"] = 0

    writer = threading.Thread(target=scribble)
    writer.start()
    try:
        for _ in range(20):
            engine.apply(rows, lists=lists)
    finally:
        stop.set()
        writer.join()
    engine.verify()


def test_a_second_thread_with_new_steps_is_told_that_the_engine_is_busy() -> None:
    engine = centre()
    batch = rows_of(hg.Command.ENQUEUE, 30_000, queue=0)
    batch["list_count"] = 0
    told: list[str] = []
    done = threading.Event()

    def ask() -> None:
        k = 0
        while not done.is_set():
            k += 1
            try:
                engine.enqueue("sales", relax=[(k, None), (k + 1, "nonsense or not nonsense")])
            except hg.HuntgroupError as error:
                told.append(str(error))

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        for _ in range(5):
            try:
                engine.apply(batch)
            except hg.HuntgroupError as error:
                told.append(str(error))
    finally:
        done.set()
        asking.join()
    engine.verify()
    assert told


@pytest.mark.parametrize("role", [-1, -2, 4, 255, -(2**15), 2**15 - 1])
def test_a_role_that_there_is_not_is_an_invalid_command(role: int) -> None:
    engine = centre()
    rows = rows_of(hg.Command.UPDATE_AGENT, agent=0, status=role, mask=1)
    events, results = engine.apply(rows)
    assert results.tolist() == [hg.Result.INVALID_COMMAND]
    assert engine.named(events) == []


@pytest.mark.parametrize("work", [-1, -5, 3, -(2**15), 2**15 - 1])
def test_signing_out_in_a_way_that_there_is_not_is_an_invalid_command(work: int) -> None:
    engine = centre()
    _, results = engine.apply(rows_of(hg.Command.SIGN_OUT, agent=0, flag=work))
    assert results.tolist() == [hg.Result.INVALID_COMMAND]


def test_verifying_costs_no_more_where_all_have_one_reference() -> None:
    def seconds(references: Any) -> float:
        engine = hg.Engine()
        engine.add_queue("sales")
        rows = rows_of(hg.Command.ENQUEUE, 40_000, queue=0)
        rows["ref"] = references
        assert not engine.apply(rows)[1].any()
        start = time.process_time()
        engine.verify()
        return time.process_time() - start

    # To walk all with the reference for each of them would take a thousand times as long.
    assert seconds(7) < 30 * seconds(np.arange(40_000))
