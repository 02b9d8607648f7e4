"""Which variant of the searches runs makes no difference to what is decided."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

import huntgroup as hg
from huntgroup.core.kernels import kernel_in_use, kernel_names, use_kernel

AGENTS, SKILLS, CALLS = 700, 90, 1_500
SEED = 20


@pytest.fixture(autouse=True)
def best_again() -> Iterator[None]:
    yield
    use_kernel(None)


def test_there_is_always_the_plain_one_and_the_best_is_in_use() -> None:
    assert kernel_names()[0] == "scalar"
    assert kernel_in_use() == kernel_names()[-1]


def test_an_unknown_one_is_refused_and_nothing_changes() -> None:
    before = kernel_in_use()
    with pytest.raises(ValueError, match=r"no kernel 'sse9' here; there are: scalar"):
        use_kernel("sse9")
    with pytest.raises(ValueError, match="no kernel"):
        use_kernel("")
    assert kernel_in_use() == before


def decided() -> tuple[list[int], str]:
    """Who gets each of many calls, and the digest after them. The skills take two words of a signature, and
    the requirements name skills of the one, of the other, and of both."""
    draw = np.random.default_rng(SEED)
    names = [f"s{k}" for k in range(SKILLS)]
    engine = hg.Engine("agent_modes", events=False)
    engine.add_queue("all")
    engine.add_agents(
        [f"agent{k}" for k in range(AGENTS)],
        skills=(draw.random((AGENTS, SKILLS)) < 0.2).astype(np.uint8),
        skill_names=names,
        queues=np.zeros((AGENTS, 1), np.int32),
        devices=["voice"],
        signed_in=True,
        status="Ready",
    )
    for name in names:  # in this order each gets its place in the signature
        engine.requirement(name)
    takers, busy = [], []
    for k in range(CALLS):
        first, second = draw.choice(SKILLS, 2, replace=False)
        call = engine.enqueue("all", requires=f"{names[first]} and not {names[second]}", at=k + 1)
        takers.append(engine.agent_of(call))
        if takers[-1] >= 0:
            engine.accept(call, at=k + 1)
            busy.append(call)
        if len(busy) > AGENTS // 2:
            engine.end(busy.pop(int(draw.integers(len(busy)))), at=k + 1)
        if k % 10 == 0:
            engine.set_skill(int(draw.integers(AGENTS)), names[first], int(draw.integers(2)), at=k + 1)
    return takers, engine.digest()


def test_each_of_them_decides_the_same() -> None:
    use_kernel("scalar")
    expected = decided()
    assert len(set(expected[0])) > AGENTS // 2
    for name in kernel_names()[1:]:
        use_kernel(name)
        assert decided() == expected, f"{name} decides otherwise (seed {SEED})"
