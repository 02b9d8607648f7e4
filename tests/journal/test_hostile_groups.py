"""A journal that somebody made up: whatever a group's bytes are, with a checksum that fits, opening gives a
clear error or a state in which everything holds. No crash, no traceback of something else, no hunger for
memory."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import pytest
from journaled import opened, play_all

import huntgroup as hg
from huntgroup.journal import Batch, MemoryStore

TRIED = 4_000 if os.environ.get("CI") else 400
MUCH = 2 * 2**30


@contextmanager
def little_memory() -> Iterator[None]:
    """No more than so much beyond what the process has: who asks for what a length says is found."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm", encoding="ascii") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MUCH, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def spoilt(data: bytes, draw: Random) -> bytes:
    """Bits turned, words set to ends of their ranges, cut, doubled, or put together otherwise."""
    made = bytearray(data)
    for _ in range(draw.randint(1, 3)):
        at = draw.randrange(max(1, len(made)))
        way = draw.randrange(6)
        if way == 0 and made:
            made[at] ^= 1 << draw.randrange(8)
        elif way == 1:
            word = draw.choice((0, 1, 2**31 - 1, 2**31, 2**32 - 1, draw.randrange(2**32)))
            made[at : at + 4] = word.to_bytes(4, "little")
        elif way == 2:
            made[at : at + 8] = draw.choice((0, 2**63 - 1, 2**63, 2**64 - 1)).to_bytes(8, "little")
        elif way == 3:
            del made[at : at + draw.randint(1, 40)]
        elif way == 4:
            made[at:at] = made[at : at + draw.randint(1, 200)]
        else:
            other = draw.randrange(max(1, len(made)))
            made[at : at + 16] = made[other : other + 16]
    return bytes(made)


def tried(count: int, seed: int) -> tuple[int, int]:
    """(how many were refused, how many were states)."""
    source = MemoryStore()
    play_all(seed, source, 80)
    entries = list(source.read(1))
    draw = Random(seed)
    refused = states = 0
    for _ in range(count):
        which = 0 if draw.random() < 0.1 else draw.randrange(len(entries))
        store = MemoryStore()
        for k, entry in enumerate(entries[: which + 1]):
            data = spoilt(entry.data, draw) if k == which else entry.data
            store.append(entry.seq, Batch(entry.count, entry.at_ns, data))
        try:
            engine = opened(store)
        except (hg.CorruptJournal, hg.ConfigError):
            refused += 1
        else:
            engine.verify()
            states += 1
    return refused, states


@pytest.mark.parametrize("seed", [9_001, 9_002])
def test_whatever_a_group_is_it_is_refused_or_a_state(seed: int) -> None:
    with little_memory():
        refused, states = tried(TRIED // 2, seed)
    # What nobody reads, or what was as good before, may change.
    assert refused > states
    assert states


@pytest.mark.soak
def test_whatever_many_groups_are_they_are_refused_or_states() -> None:
    for seed in range(9_100, 9_200):
        with little_memory():
            assert sum(tried(20_000, seed)) == 20_000
