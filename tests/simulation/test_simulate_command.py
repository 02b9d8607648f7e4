"""`huntgroup simulate`: what it prints, writes and exits with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from huntgroup.cli import main

EXAMPLE = str(Path(__file__).resolve().parents[2] / "examples" / "helpdesk.toml")


def test_it_prints_figures_with_intervals(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", EXAMPLE, "--replications", "2"]) == 0
    told = capsys.readouterr()
    assert "A help desk on a Monday" in told.out
    assert "support" in told.out
    assert "±" in told.out
    assert told.err == ""


def test_it_prints_json_with_a_comparison(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(
        [
            "simulate",
            EXAMPLE,
            "--replications",
            "3",
            "--seed",
            "4",
            "--json",
            "--set",
            "queue.support.wrap_up=90",
        ]
    )
    assert code == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found["queues"]) == {"support", "orders"}
    assert set(found["queues"]["support"]["service_level"]) == {"mean", "low", "high", "n"}
    assert found["compare"]["queues"]["support"]["mean_wait"]["mean"] > 0
    assert set(found["groups"]) == {"desk", "spanish"}


def test_it_writes_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert main(["simulate", EXAMPLE, "--replications", "2", "--compare", EXAMPLE, "--out", str(out)]) == 0
    assert (out / "report.html").is_file()
    assert (out / "compare" / "figures.csv").is_file()


def test_a_precision_out_of_reach_exits_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    wanted = "queues.support.service_level=0.0001"
    assert main(["simulate", EXAMPLE, "--precision", wanted, "--max-replications", "6"]) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["nowhere.toml"],
        [],
        [EXAMPLE, "--set", "queue.nobody.wrap_up=3"],
        [EXAMPLE, "--precision", "total.mean_wait"],
        [EXAMPLE, "--precision", "total.colour=1"],
    ],
)
def test_bad_input_exits_with_2_and_one_line(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["simulate", *arguments, "--replications", "1"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.splitlines()) == 1


def test_it_prints_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "scenario"]) == 0
    assert json.loads(capsys.readouterr().out)["required"] == ["centre", "run"]
