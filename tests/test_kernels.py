"""Which variant of the searches runs makes no difference to what is decided."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

import huntgroup as hg
from huntgroup.core.state.slot_search import kernel_in_use, kernel_names, use_kernel

AGENTS, SKILLS, CALLS = 700, 90, 1_500
WORD = 64
"""Skills in the first word of a signature."""
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
    """Who gets each of many calls, and the digest after them. The skills take two words of a signature; the
    requirements are in the one or the other, one queue has a requirement of its own in the first, and most
    skills are rare, so that searches go far."""
    draw = np.random.default_rng(SEED)
    names = [f"s{k}" for k in range(SKILLS)]
    shares = np.where(np.arange(SKILLS) % 4 == 0, 0.3, 0.01)
    engine = hg.Engine("agent_modes", events=False)
    engine._carry_after(16)
    engine.add_agents(
        [f"agent{k}" for k in range(AGENTS)],
        skills=(draw.random((AGENTS, SKILLS)) < shares).astype(np.uint8),
        skill_names=names,
        devices=["voice"],
        signed_in=True,
        status="Ready",
    )
    for name in names:  # in this order each gets its place in the signature
        engine.requirement(name)
    engine.add_queue("all")
    engine.add_queue("picked", requires=names[0])
    for agent in range(AGENTS):
        engine.join(agent, "all")
        engine.join(agent, "picked")
    takers, busy = [], []
    for k in range(CALLS):
        word = range(WORD) if k % 3 else range(WORD, SKILLS)
        first, second = draw.choice(word, 2, replace=False)
        queue = "picked" if k % 2 else "all"
        call = engine.enqueue(queue, requires=f"{names[first]} and not {names[second]}", at=k + 1)
        takers.append(engine.agent_of(call))
        if takers[-1] < 0:
            engine.abandon(call, at=k + 1)
            continue
        engine.accept(call, at=k + 1)
        busy.append(call)
        if len(busy) > AGENTS // 4:
            engine.end(busy.pop(int(draw.integers(len(busy)))), at=k + 1)
        if k % 10 == 0:
            engine.set_skill(int(draw.integers(AGENTS)), names[first], int(draw.integers(2)), at=k + 1)
    engine.verify()
    assert engine._table_sizes()["carried signatures"][2] > 0, "no search was long enough for them"
    return takers, engine.digest()


def test_each_of_them_decides_the_same() -> None:
    use_kernel("scalar")
    expected = decided()
    assert len(set(expected[0])) > AGENTS // 4
    for name in kernel_names()[1:]:
        use_kernel(name)
        assert decided() == expected, f"{name} decides otherwise (seed {SEED})"
