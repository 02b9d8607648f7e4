"""Plots: which figure goes where, and that drawing the same figures gives the same bytes."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import plot

SCALE: list[dict[str, Any]] = [
    {"operation": "verify", "agents": 4_000, "median_ns": 4e6},
    {"operation": "verify", "agents": 1_000, "median_ns": 1e6},
    {"operation": "set_status", "agents": 1_000, "median_ns": 900.0},
    {"operation": "set_status", "agents": 4_000, "median_ns": 900.0},
    {"operation": "another", "agents": 1_000, "median_ns": 5.0},
]


def cell(structure: str, request: str, ns: float, **more: Any) -> dict[str, Any]:
    what = {"agents": 1_000, "centre": "aged", "request": request, "structure": structure}
    return {**what, "median_ns": ns, **more}


DECIDE = [
    cell("scan", "typical", 50.0),
    cell("scan", "none", 90.0),
    cell("huntgroup", "typical", 20.0),
    cell("huntgroup", "none", 10.0),
    cell("base", "none", 70.0, server="round trip"),
    cell("scan", "none", 1.0, centre="fresh"),
    cell("scan", "none", 2.0, agents=10),
]


LIFECYCLE = [
    {"structure": "floor", "agents": 1_000, "median_ns": 100.0},
    {"structure": "floor", "agents": 10_000, "median_ns": 300.0},
    {"structure": "engine", "agents": 1_000, "median_ns": 1_234.0, "ratio": 12.34},
    {"structure": "engine", "agents": 10_000, "median_ns": 1_500.0, "ratio": 5.0},
]


SERVICE = [
    {"way": "singly", "server": "empty", "median_ns": 1e5, "p99_ns": 1e5},
    {"way": "singly", "server": "service", "median_ns": 2e5, "p99_ns": 2e5, "share": 0.5},
    {"way": "1,000 a second", "server": "service", "median_ns": 1e6, "p99_ns": 9e6, "target_ns": 50e6},
]


def test_the_slope_is_the_exponent_of_growth() -> None:
    found = plot.series(SCALE)
    assert found["verify"] == [(1_000, 1e6), (4_000, 4e6)]
    assert plot.slope(found["verify"]) == pytest.approx(1)
    assert plot.slope(found["set_status"]) == pytest.approx(0)
    assert math.isnan(plot.slope(found["another"]))


def test_every_operation_has_a_panel() -> None:
    assert plot.panels(list(plot.series(SCALE))) == [
        ("commands", ["set_status"]),
        ("whole tables", ["verify", "another"]),
    ]


def test_a_bar_is_the_slowest_request_of_the_largest_aged_centre() -> None:
    assert plot.bars(DECIDE) == [("huntgroup", 20.0, False), ("base", 70.0, True), ("scan", 90.0, False)]


def test_the_same_figures_give_the_same_bytes(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    for name, rows in (("scale", SCALE), ("lifecycle", LIFECYCLE), ("decide", DECIDE)):
        (tmp_path / f"{name}.json").write_text(json.dumps({"rows": rows}), encoding="utf-8")
    rows = [{"feature": "nothing", "instructions": 100}, {"feature": "strategy", "instructions": 130}]
    (tmp_path / "features.json").write_text(json.dumps(rows), encoding="utf-8")
    curves = {"seconds": [0.0, 1.0, 2.0], "p50": [1, 2, None], "p99": [2, 9, 3], "p99.9": [3, 12, 4]}
    storm = {"calls": 100_000, "agents": 10, "curves_ms": curves}
    (tmp_path / "storm.json").write_text(json.dumps(storm), encoding="utf-8")
    (tmp_path / "service.json").write_text(json.dumps({"rows": SERVICE}), encoding="utf-8")
    drawn = []
    for _ in range(2):
        assert plot.main(["--folder", str(tmp_path)]) == 0
        drawn.append({name: (tmp_path / f"{name}.svg").read_text(encoding="utf-8") for name in plot.DRAWINGS})
    assert drawn[0] == drawn[1]
    assert "set_status" in drawn[0]["scale"]
    assert "12.3 x" in drawn[0]["lifecycle"]
    assert "base (server)" in drawn[0]["decide"]
    assert "+30" in drawn[0]["features"]
    assert "100,000 calls arrive" in drawn[0]["storm"]
    assert "5,000 (50%)" in drawn[0]["service"]
    assert "9 ms" in drawn[0]["service"]


def test_nothing_to_draw_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert plot.main(["--folder", str(tmp_path)]) == 1
    assert "scale.json is not there" in capsys.readouterr().err
