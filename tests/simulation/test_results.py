"""Figures have the intervals that they should, and a result can be asked, compared, narrowed and saved."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scenes import RefusesToWork, centre, exponential

import huntgroup as hg
from huntgroup.sim import Scenario, simulate
from huntgroup.sim.run.estimates import mean_of, ratio_difference, ratio_of, student


def scenario(**changes: Any) -> Scenario:
    return Scenario(
        **{
            "centre": centre(3),
            "run": {"duration": 1800},
            "group": [{"name": "all", "agents": ["a0", "a1", "a2"]}],
            "arrivals": [{"queue": "q", "rate": 0.05}],
            "service": [{"talk": exponential(50)}],
            "patience": [{"time": exponential(90)}],
            **changes,
        }
    )


@pytest.mark.parametrize(
    ("freedom", "quantile"),
    [(1, 12.7062047364), (2, 4.3026527299), (5, 2.5705818366), (10, 2.2281388520), (999, 1.9623414611)],
)
def test_the_quantiles_are_those_of_student(freedom: int, quantile: float) -> None:
    assert student(freedom) == pytest.approx(quantile, abs=1e-9)


def test_a_mean_has_the_interval_of_the_textbook() -> None:
    found = mean_of(np.array([4.0, 6.0, 5.0, 9.0]))
    half = 3.182446305 * math.sqrt(14 / 3) / 2
    assert found == pytest.approx((6.0, 6.0 - half, 6.0 + half, 4))
    assert math.isnan(mean_of(np.array([4.0])).low)
    assert math.isnan(mean_of(np.array([np.nan])).mean)


def test_intervals_of_ratios_cover_the_truth_as_often_as_they_say() -> None:
    generator = np.random.default_rng(1)
    hits = paired_hits = 0
    for _ in range(2000):
        below = generator.poisson(100, 20).astype(float)
        above = generator.binomial(below.astype(int), 0.3).astype(float)
        found = ratio_of(above, below)
        hits += found.low <= 0.3 <= found.high
        other = np.minimum(below, above + generator.binomial(below.astype(int), 0.1))
        difference = ratio_difference(above, below, other, below)
        paired_hits += difference.low <= 0.1 <= difference.high
    assert hits / 2000 == pytest.approx(0.95, abs=0.02)
    assert paired_hits / 2000 == pytest.approx(0.95, abs=0.02)


def test_a_replication_is_the_same_however_it_is_run() -> None:
    alone, more = simulate(scenario(), replications=3, seed=5), simulate(scenario(), replications=5, seed=5)
    for one, other in zip(alone._tallies, more._tallies, strict=False):
        assert np.array_equal(one.sums, other.sums)
    split = simulate(scenario(), replications=5, seed=5, processes=2)
    assert split.to_dict() == more.to_dict()
    assert simulate(scenario(), replications=3, seed=6).to_dict() != alone.to_dict()


def test_a_mistake_in_a_worker_is_told_to_who_asked() -> None:
    with pytest.raises(hg.ConfigError, match="nothing"):
        simulate(scenario(), replications=2, processes=2, engine_class=RefusesToWork)


def test_a_wrap_up_that_nobody_can_end_cannot_be_drawn() -> None:
    with pytest.raises(hg.ConfigError, match="constant"):
        simulate(scenario(service=[{"wrap_up": exponential(3)}], centre=console()))
    assert simulate(scenario(service=[{"wrap_up": 3}], centre=console()), replications=1).refusals == {}


def console() -> dict[str, Any]:
    """A model in which nobody cuts a wrap-up short."""
    return {**centre(3, status="Available"), "model": "console_status"}


def test_paired_comparison_is_narrower_than_two_results_apart() -> None:
    one, other = (
        simulate(one, replications=10, seed=2)
        for one in (scenario(), scenario(service=[{"talk": exponential(45)}]))
    )
    difference = one.compare(other)
    mine, theirs = one.queues["q"].mean_wait, other.queues["q"].mean_wait
    found = difference.queues["q"].mean_wait
    assert found.mean == pytest.approx(theirs.mean - mine.mean)
    assert found.high < 0
    assert found.half_width < math.hypot(mine.half_width, theirs.half_width)
    assert difference.groups["all"].occupancy.mean < 0
    assert difference.total.offered.mean == 0
    with pytest.raises(hg.ConfigError):
        one.compare(simulate(scenario(), replications=10, seed=3))
    with pytest.raises(hg.ConfigError):
        one.compare(simulate(scenario(), replications=4, seed=2))


def test_replications_go_on_until_an_interval_is_narrow_enough() -> None:
    path = "queues.q.service_level"
    result = simulate(scenario(), replications=2, seed=1, precision={path: 0.02})
    assert result.reached
    assert result.figure(path).half_width <= 0.02
    assert 5 < result.replications < 500
    short = simulate(scenario(), seed=1, precision={path: 0.0001}, max_replications=8)
    assert (short.reached, short.replications) == (False, 8)
    with pytest.raises(hg.ConfigError):
        simulate(scenario(), precision={"queues.r.service_level": 0.1})
    with pytest.raises(hg.ConfigError):
        simulate(scenario(), max_replications=8)


def test_progress_is_told_to_who_asks() -> None:
    told: list[tuple[int, int]] = []
    simulate(scenario(), replications=3, progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_figures_can_be_named_by_path() -> None:
    result = simulate(scenario(), replications=2)
    assert result.figure("total.offered") == result.total.offered
    assert result.figure("agents.a1.occupancy") == result.agents["a1"].occupancy
    assert result.figure("sources.q.wait_quantile(0.5)") == result.sources["q"].wait_quantile(0.5)
    for wrong in ("queues.q", "queues.q.colour", "total", "shops.q.offered", "queues.q.wait_quantile(x)"):
        with pytest.raises(hg.ConfigError):
            result.figure(wrong)


def test_intervals_add_up_to_the_whole() -> None:
    result = simulate(scenario(), replications=4)
    for minutes in (1, 7, 30):
        rows = result.intervals(minutes=minutes)
        assert len(rows) == -(-30 // minutes)
        for name in ("offered", "answered", "abandoned", "in_target"):
            assert rows[name].sum() == pytest.approx(getattr(result.queues["q"], name).mean)
    assert rows["start_ns"].tolist() == [1767571200 * 10**9]
    assert rows["service_level"][0] == pytest.approx(result.queues["q"].service_level.mean)
    with pytest.raises(hg.ConfigError):
        result.intervals(minutes=0)


def test_a_result_is_saved_as_tables_and_a_page_that_needs_nothing_else(tmp_path: Path) -> None:
    result = simulate(scenario(), replications=2)
    written = result.save(tmp_path / "out", minutes=10)
    names = {path.name for path in written}
    assert {"figures.csv", "intervals.csv", "report.html", "service_level.svg"} <= names
    with open(tmp_path / "out" / "figures.csv", encoding="utf-8", newline="") as file:
        rows = {(row["table"], row["name"], row["figure"]): row for row in csv.DictReader(file)}
    assert float(rows["queues", "q", "mean_wait"]["mean"]) == result.queues["q"].mean_wait.mean
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<svg" in page
    assert "src=" not in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")


def test_a_result_can_be_an_arrow_table() -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed, which to_arrow needs")
    result = simulate(scenario(), replications=2)
    table = result.to_arrow(minutes=10)
    assert table.num_rows == 3
    assert table["offered"].to_pylist() == result.intervals(minutes=10)["offered"].tolist()
