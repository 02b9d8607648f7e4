"""Random rows, signals at random moments, threads: no invariant breaks and nothing is left half done.

A slice of each; `make soak` goes on for longer, and the checked build plays it under ASan and UBSan.
"""

from __future__ import annotations

import signal
import threading
import time
from random import Random
from typing import Any

import numpy as np
import pytest

import huntgroup as hg
from huntgroup.settings.queues import STRATEGIES

SECOND = 10**9
MODELS = ("duty_profiles", "presence_profiles", "queue_login", "console_status", "agent_modes")
SLICE, LONG = range(6), range(1_000, 1_300)
EDGES = (
    -(2**63),
    -(2**31),
    -5,
    -3,
    -2,
    -1,
    0,
    1,
    2,
    3,
    255,
    256,
    65_535,
    65_536,
    2**31 - 1,
    2**31,
    2**63 - 1,
)


def centre(random: Random) -> hg.Engine:
    """A small one in which things happen."""
    engine = hg.Engine(
        random.choice(MODELS), seed=random.randrange(2**32), keep_finished=random.choice((0, 2, 99))
    )
    for k in range(random.randint(1, 4)):
        engine.add_queue(
            f"q{k}",
            channel=random.choice(("voice", "voice", "chat", "email")),
            strategy=random.choice(STRATEGIES),
            wrap_up=random.choice((0, 5)),
            max_wait=random.choice((None, 0, 40)),
            max_waiting=random.choice((None, 0, 3)),
            overflow=random.choice((None, (0, "q0"), (5, "q1"))),
            relax=random.choice((None, [(5, "german"), (9, None)])),
            group=random.choice((None, "front", "back")),
        )
    for k in range(random.randint(1, 6)):
        engine.add_agent(
            f"a{k}",
            skills={"german": random.randint(0, 10)},
            queues=random.sample(range(len(engine.queues())), random.randint(0, len(engine.queues()))),
            capacity={"voice": random.randint(0, 3), "chat": random.randint(0, 3), "email": 1},
            devices=["voice"],
            role=random.choice(("agent", "supervisor")),
            signed_in=True,
        )
    for text in ("german", "german >= 4", "not german"):
        engine.requirement(text)
    engine.text("vip")
    return engine


def random_rows(random: Random, engine: hg.Engine, count: int) -> Any:
    """Rows of numbers that are mostly near what there is."""
    rows = np.full(count, -1, hg.COMMAND_DTYPE)
    codes = [int(command) for command in hg.Command]
    now = engine.now_ns
    for row in rows:
        for name in ("requires", "priority", "flag", "list_count", "mask"):
            row[name] = 0
        row["command"] = random.choice(codes) if random.random() < 0.98 else random.randrange(2**16)
        row["agent"] = random.randint(-1, 6)
        row["queue"] = random.randint(-1, 4)
        row["interaction"] = random.choice((random.randint(-2 - count, 40), random.randint(0, 400)))
        row["channel"] = random.choice((-1, 0, 0, 1, 2, 3))
        row["status"] = random.randint(-1, 14)
        row["flag"] = random.randint(-1, 3)
        if random.random() < 0.3:
            row["at_ns"] = now = now + random.choice((0, 1, SECOND, 20 * SECOND, 3_600 * SECOND))
        if random.random() < 0.2:
            row["list_start"], row["list_count"] = random.randint(-1, 9), random.randint(-1, 9)
        if random.random() < 0.2:
            row["user_start"], row["mask"] = random.randint(-1, 9), random.randint(0, 255)
        if random.random() < 0.2:
            row["value"], row["requires"] = random.choice((0, 1, SECOND, now)), random.randint(-1, 5)
        for _ in range(random.choice((0, 0, 0, 1, 1, 3))):
            name = random.choice(hg.COMMAND_DTYPE.names)
            if name == "at_ns":
                # A leap of decades is a step for every offer that nobody takes.
                row[name] = random.choice((-(2**63), -5, -2, 0, now - 1, 5 * 10**18 + 1, 2**63 - 1))
            elif name != "command":
                bounds = np.iinfo(hg.COMMAND_DTYPE[name])
                row[name] = min(max(random.choice(EDGES), bounds.min), bounds.max)
    return rows


def batch(random: Random, engine: hg.Engine) -> tuple[Any, Any, Any]:
    lists = [random.choice((-1, 0, 1, 2, 3, 5, 2**31 - 1)) for _ in range(random.randint(0, 10))]
    user = [random.uniform(-9, 9) for _ in range(random.randint(0, 10))]
    return random_rows(random, engine, random.randint(1, 40)), lists, user


def play_rows(seed: int, batches: int) -> None:
    random = Random(seed)
    engine = centre(random)
    for number in range(batches):
        rows, lists, user = batch(random, engine)
        twin = engine.fork()
        given = rows.copy()
        events, results = engine.apply(rows, lists, user)
        assert (rows == given).all()
        again, results_again = twin.apply(rows, lists, user)
        assert (results == results_again).all()
        assert events.tobytes() == again.tobytes()
        engine.verify()
        assert engine.digest() == twin.digest(), f"seed {seed}, batch {number}"
        engine.named(events)
        engine.monitor()


@pytest.mark.parametrize("seed", SLICE)
def test_random_rows(seed: int) -> None:
    play_rows(seed, 40)


@pytest.mark.soak
@pytest.mark.parametrize("seed", LONG)
def test_many_random_rows(seed: int) -> None:
    play_rows(seed, 1_000)


class Alarm(BaseException):
    """What the handler of a signal raises."""


def change(random: Random, engine: hg.Engine, number: int) -> None:
    """One change of the configuration, a command, a batch or a reading."""
    queue = random.choice(engine.queues()).name
    kind = random.randrange(8)
    if kind == 0:
        hours = hg.Hours({random.choice(("thu", "fri")): ("09:00", "17:00")}, tz="Europe/Berlin")
        engine.update_queue(
            queue, hours=random.choice((None, hours)), group=random.choice((None, "front", f"g{number}"))
        )
    elif kind == 1:
        engine.update_queue(
            queue, relax=[(1, "german"), (number + 2, None)], max_wait=random.choice((None, 30))
        )
    elif kind == 2 and number < 300:
        engine.add_agents([f"n{number}", f"m{number}"], queues=[queue], signed_in=True)
    elif kind == 3 and number < 100:
        engine.add_queue(f"n{number}", group=random.choice((None, f"g{number}")), overflow=(3, queue))
    elif kind == 4:
        engine.poll()
    elif kind == 5:
        engine.enqueue(queue, relax=[(number + 1, None)], ref=f"r{number}")
    elif kind == 6:
        engine.remove_agent(random.randrange(8))
    else:
        engine.apply(*batch(random, engine))


def served(random: Random, engine: hg.Engine, number: int) -> None:
    """A change that may be refused, but not because the engine is broken."""
    try:
        change(random, engine, number)
    except hg.CorruptState:
        raise
    except hg.HuntgroupError:
        pass


def play_signals(seed: int, changes: int) -> int:
    """Changes with a signal somewhere in each, raised by a handler as Ctrl-C would be; how many were met."""
    random = Random(seed)
    engine = centre(random)
    met = 0

    def ring(*_: object) -> None:
        raise Alarm

    before = signal.signal(signal.SIGALRM, ring)
    try:
        for number in range(changes):
            try:
                # It rings once: wherever that is, here it is caught.
                signal.setitimer(signal.ITIMER_REAL, random.uniform(5e-6, 1.2e-3))
                served(random, engine, number)
                signal.setitimer(signal.ITIMER_REAL, 0)
            except Alarm:
                met += 1
            engine.verify()
    finally:
        signal.signal(signal.SIGALRM, before)
    return met


# The signal may also ring in a hook that others have put into the collector of garbage (Hypothesis has one),
# where Python can only say so.
IN_THE_COLLECTOR = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@IN_THE_COLLECTOR
@pytest.mark.parametrize("seed", SLICE)
def test_signals_at_random_moments(seed: int) -> None:
    assert play_signals(seed, 150) > 0


@IN_THE_COLLECTOR
@pytest.mark.soak
@pytest.mark.parametrize("seed", LONG)
def test_many_signals_at_random_moments(seed: int) -> None:
    play_signals(seed, 3_000)


def play_threads(seed: int, seconds: float) -> None:
    """Three threads at one engine: each is served or told that another one is."""
    engine = centre(Random(seed))
    until = time.monotonic() + seconds
    wrong: list[BaseException] = []

    def work(own: int) -> None:
        random = Random(seed * 10 + own)
        number = own
        while time.monotonic() < until and not wrong:
            number += 3
            try:
                change(random, engine, number)
            except hg.CorruptState as error:
                wrong.append(error)
            except hg.HuntgroupError:
                pass
            except BaseException as error:
                wrong.append(error)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    engine.verify()


@pytest.mark.parametrize("seed", SLICE)
def test_threads_at_one_engine(seed: int) -> None:
    play_threads(seed, 0.4)


@pytest.mark.soak
@pytest.mark.parametrize("seed", LONG)
def test_threads_at_one_engine_for_long(seed: int) -> None:
    play_threads(seed, 10)
