"""Random numbers are functions of what they are for; laws have the means and spreads that they say."""

from __future__ import annotations

import math
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from huntgroup.sim.run.draws import nanoseconds
from huntgroup.sim.scenario.laws import law_of
from huntgroup.sim.scenario.streams import GAMMA, keys, mix, mixed, normal, stream, uniform

CALLERS = keys(stream(7, 0, "talk", "sales"), np.arange(100_000))


def test_the_numbers_are_those_of_splitmix64() -> None:
    # The first three outputs for the seed 1234567, as published with the algorithm.
    outputs = [mix((1234567 + GAMMA * k) % 2**64) for k in (1, 2, 3)]
    assert outputs == [6457827717110365317, 3203168211198807973, 9817491932198370423]


def test_arrays_and_single_numbers_are_mixed_alike() -> None:
    values = np.array([0, 1, GAMMA, 2**64 - 1], np.uint64)
    assert mixed(values.copy()).tolist() == [mix(int(value)) for value in values]


def test_a_draw_does_not_hang_on_how_many_are_drawn() -> None:
    few = keys(stream(7, 0, "talk", "sales"), np.array([5, 17]))
    assert uniform(few).tolist() == uniform(CALLERS)[[5, 17]].tolist()


@pytest.mark.parametrize(
    "other", [(8, 0, "talk", "sales"), (7, 1, "talk", "sales"), (7, 0, "hold", "sales"), (7, 0, "talk", "x")]
)
def test_each_part_of_a_stream_makes_another_one(other: Any) -> None:
    mine, theirs = uniform(CALLERS), uniform(keys(stream(*other), np.arange(100_000)))
    assert abs(np.corrcoef(mine, theirs)[0, 1]) < 0.015
    assert not np.array_equal(mine, theirs)


def test_uniform_numbers_lie_inside_the_open_interval_and_fill_it_evenly() -> None:
    drawn = uniform(CALLERS)
    assert 0 < drawn.min() < 1e-4
    assert 1 - 1e-4 < drawn.max() < 1
    counts = np.histogram(drawn, 100, (0, 1))[0]
    assert ((counts - 1000) ** 2 / 1000).sum() < 148.2  # chi-square, 99 degrees, 0.1 %


def test_normal_numbers_are_the_quantiles_of_the_uniform_ones() -> None:
    shares, found = uniform(CALLERS[:2000]), normal(CALLERS[:2000])
    wanted = [NormalDist().inv_cdf(share) for share in shares]
    assert np.max(np.abs(found - wanted)) < 1e-13


LAWS: list[tuple[Any, float, float]] = [
    (3.5, 3.5, 0.0),
    ({"law": "constant", "value": 2}, 2.0, 0.0),
    ({"law": "exponential", "mean": 3}, 3.0, 3.0),
    ({"law": "lognormal", "mean": 3, "sd": 2}, 3.0, 2.0),
    ({"law": "gamma", "mean": 3, "sd": 2}, 3.0, 2.0),
    ({"law": "gamma", "mean": 3, "sd": 4.5}, 3.0, 4.5),
    ({"law": "erlang", "mean": 3, "phases": 4}, 3.0, 1.5),
    ({"law": "uniform", "low": 1, "high": 5}, 3.0, 4 / math.sqrt(12)),
    (
        {"law": "mixture", "weights": [1, 3], "of": [2, {"law": "exponential", "mean": 4}]},
        3.5,
        math.sqrt(0.25 * 4 + 0.75 * 32 - 3.5**2),
    ),
]


@pytest.mark.parametrize(("given", "mean", "sd"), LAWS, ids=[str(law[0]) for law in LAWS])
def test_a_law_has_its_mean_and_spread(given: Any, mean: float, sd: float) -> None:
    law = law_of(given, None)
    drawn = law.draw(CALLERS)
    assert law.mean == pytest.approx(mean)
    assert drawn.min() >= 0
    assert drawn.mean() == pytest.approx(mean, abs=4.5 * sd / math.sqrt(len(drawn)) + 1e-12)
    assert drawn.std() == pytest.approx(sd, rel=0.03, abs=1e-12)
    assert law.scaled(60).draw(CALLERS[:100]) == pytest.approx(60 * drawn[:100])


def test_an_empirical_law_draws_the_values_of_a_column(tmp_path: Path) -> None:
    (tmp_path / "talk.csv").write_text("queue,seconds\nq,10\nq,20\nq,40\n", encoding="utf-8")
    law = law_of({"law": "empirical", "file": "talk.csv", "column": "seconds"}, tmp_path)
    drawn = law.draw(CALLERS)
    assert set(drawn.tolist()) == {10.0, 20.0, 40.0}
    assert drawn.mean() == pytest.approx(law.mean, abs=0.2)


def test_durations_are_whole_nanoseconds_and_end_within_reach() -> None:
    assert nanoseconds(law_of(1.5, None), CALLERS[:2], 60.0).tolist() == [90_000_000_000] * 2
    assert nanoseconds(law_of(1e12, None), CALLERS[:1], 3600.0).tolist() == [400_000_000_000_000_000]
