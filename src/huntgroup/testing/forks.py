"""Forks an engine at random moments: the fork does what its original does, and neither is changed by the
commands of the other."""

from __future__ import annotations

from random import Random
from typing import Any

from huntgroup.testing.compare import Different, assert_same_events
from huntgroup.testing.pair import EngineFactory, Pair
from huntgroup.testing.play import Command, play
from huntgroup.testing.workload import Workload


def run_forks(seed: int, commands: int, factory: EngineFactory) -> int:
    """Play so many commands of this seed into the reference and an engine, which is forked now and then;
    returns the number of forks. Raises Different if a fork and its original differ, or if one changes the
    other."""
    workload = Workload(seed)
    pair = Pair(workload.reference, factory(**workload.settings), verify_every=10)
    random = Random(seed)
    forks = played = 0
    while played < commands:
        fork = pair.other.fork()
        if fork.digest() != pair.other.digest():
            raise Different("digest: of a fork that has just been made")
        stretch = [_play_next(workload, pair) for _ in range(random.randint(1, 60))]
        played += len(stretch)
        _follow(fork, stretch)
        if fork.digest() != pair.other.digest():
            raise Different("digest: of a fork that has gone the way of its original")
        _leave_alone(workload, pair.other, fork, random.randint(1, 20))
        forks += 1
    pair.look(at_all=True)
    return forks


def _play_next(workload: Workload, pair: Pair) -> tuple[Command, tuple[str, Any], list[Any]]:
    """Plays the next command; returns it, its outcome in the pair, and its events."""
    command = workload.next()
    events: list[Any] = []
    outcome = pair.play(command, events)
    return command, outcome, events


def _follow(fork: Any, stretch: list[tuple[Command, tuple[str, Any], list[Any]]]) -> None:
    """The fork plays the same commands, later."""
    for command, outcome, events in stretch:
        if play(fork, command) != outcome:
            raise Different(f"result: {command} in a fork")
        assert_same_events(events, fork.poll())
    fork.verify()


def _leave_alone(workload: Workload, original: Any, fork: Any, commands: int) -> None:
    """The fork plays other commands; the original stays as it is, and so does a fork of the fork."""
    before, of_fork = original.digest(), fork.digest()
    second = fork.fork()
    events = original.poll()
    for _ in range(commands):
        play(fork, workload.make(workload.random.choice(sorted(workload.weights))))
        fork.verify()
    if original.digest() != before or second.digest() != of_fork:
        raise Different("digest: changing a fork changed what it came from, or came from it")
    if events or original.poll():
        raise Different("event: a fork told its events to its original")
    original.verify()
    second.verify()
