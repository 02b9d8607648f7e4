"""`decide` in a small centre, by pytest-benchmark: to be compared from one change to the next."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest

from benchmarks.decide_engine import centre, rounds
from benchmarks.population import KINDS, Expected, Population, population

AGENTS = 10_000


@pytest.fixture(scope="module", params=[False, True], ids=["fresh", "aged"])
def people(request: pytest.FixtureRequest) -> Population:
    return population(AGENTS, aged=request.param, seed=1)


@pytest.fixture(scope="module")
def made(people: Population) -> dict[str, Callable[[int], int]]:
    made = rounds(centre(people), people)
    expected = Expected(people)
    for kind in KINDS:
        for k, pair in enumerate(people.pairs[kind]):
            assert made[kind](k) == expected.claim_and_release(*pair)
    return made


@pytest.mark.parametrize("kind", KINDS)
def test_decide(benchmark: Callable[..., int], made: dict[str, Callable[[int], int]], kind: str) -> None:
    step = count()
    answer = benchmark(lambda: made[kind](next(step)))
    assert (answer < 0) == (kind == "none")
