"""The cheapest shifts that cover what is needed, in cases small enough to try every other choice."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from scenes import centre, exponential

import huntgroup as hg
from huntgroup.cli import main
from huntgroup.sim import Scenario, ShiftKind, StaffPlan, Target, plan_shifts

pytest.importorskip("highspy", reason="the extra plan is not installed")

HOUR = 3600 * 10**9
MONDAY = 1_767_571_200 * 10**9
FROM_EIGHT = {"from": "08:00", "to": "12:00"}


def a_day(days: int = 1) -> Scenario:
    return Scenario(
        centre=centre(2, service_level=[20, 0.8]),
        run={"days": days, "time_unit": "h"},
        arrivals=[{"queue": "q", "rates": [0] * 8 + [30] * 4 + [60] * 4, "every": 1}],
        service=[{"talk": exponential(0.1)}],
        patience=[{"time": exponential(0.1)}],
    )


def need(agents: list[int]) -> StaffPlan:
    """So many agents in each hour from 08:00 of Monday on."""
    starts = [MONDAY + (8 + hour) * HOUR for hour in range(len(agents))]
    return StaffPlan(Target("q", "service_level", 0.8), 60, starts, agents, [0.8] * len(agents), True, "a")


def kinds(*rows: dict[str, object]) -> list[ShiftKind]:
    return ShiftKind.read({"shift": list(rows)})


@pytest.mark.parametrize("seed", range(6))
def test_no_other_choice_of_shifts_is_cheaper(seed: int) -> None:
    chance = np.random.default_rng(seed)
    wanted = chance.integers(0, 5, 6).tolist()
    offered = kinds(
        {"from": "08:00", "to": "11:00", "cost": 3},
        {"from": "10:00", "to": "14:00", "cost": float(chance.integers(3, 6))},
        {"from": "09:00", "to": "12:00", "cost": 2.5},
        {"from": "08:00", "to": "14:00", "cost": float(chance.integers(4, 9))},
    )
    plan = plan_shifts(a_day(), need(wanted), offered)
    assert plan.reached
    assert (np.array(plan.there) >= np.array(wanted) - 1e-6).all()
    cover = np.array([[1, 1, 1, 0, 0, 0], [0, 0, 1, 1, 1, 1], [0, 1, 1, 1, 0, 0], [1] * 6])
    cheapest = min(
        sum(number * (kind.cost or 0) for number, kind in zip(numbers, offered, strict=True))
        for numbers in itertools.product(range(6), repeat=4)
        if (np.array(numbers) @ cover >= wanted).all()
    )
    assert plan.cost == pytest.approx(cheapest)


def test_breaks_and_adherence_take_off_what_a_shift_covers() -> None:
    pause = [{"from": "09:00", "to": "09:30"}]
    plan = plan_shifts(a_day(), need([3, 3, 3, 3]), kinds({**FROM_EIGHT, "breaks": pause}))
    assert [row.agents for row in plan.rows] == [6]
    assert plan.there == [6, 3, 6, 6]
    plan = plan_shifts(a_day(), need([9, 9, 9, 9]), kinds({**FROM_EIGHT, "adherence": 0.9}))
    assert [row.agents for row in plan.rows] == [10]
    assert plan.paid_hours == 40


def test_each_day_has_its_own_number_and_there_may_be_a_most() -> None:
    starts = [MONDAY + day * 24 * HOUR + 8 * HOUR for day in (0, 1)]
    wanted = StaffPlan(Target("q", "service_level", 0.8), 60, starts, [2, 5], [0.8, 0.8], True, "a")
    plan = plan_shifts(a_day(2), wanted, kinds(FROM_EIGHT))
    assert [(row.begins_ns, row.agents) for row in plan.rows] == [(starts[0], 2), (starts[1], 5)]
    assert not plan_shifts(a_day(2), wanted, kinds({**FROM_EIGHT, "most": 4})).reached
    assert not plan_shifts(a_day(2), wanted, kinds({"from": "12:00", "to": "16:00"})).reached


def test_every_mistake_of_a_file_of_shifts_is_told(tmp_path: Path) -> None:
    path = tmp_path / "shifts.toml"
    path.write_text('[[shift]]\nfrom = "8"\nto = "12:00"\ncost = -1\n[[shift]]\nfrom = "09:00"\nmost = 1.5\n')
    with pytest.raises(hg.ScenarioError) as caught:
        ShiftKind.load(path)
    assert [(one.line, one.key.rpartition(".")[2]) for one in caught.value.problems] == [
        (2, "from"),
        (4, "cost"),
        (5, "to"),
        (7, "most"),
    ]


def test_the_command_covers_what_it_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shifts = tmp_path / "shifts.toml"
    shifts.write_text('[[shift]]\nfrom = "08:00"\nto = "16:00"\n[[shift]]\nfrom = "12:00"\nto = "16:00"\n')
    scenario = tmp_path / "day.toml"
    scenario.write_text(
        '[run]\ndays = 1\ntime_unit = "h"\n[[centre.queue]]\nname = "q"\n'
        '[[centre.agent]]\nname = "a"\nqueues = ["q"]\ndevices = ["voice"]\n'
        '[[arrivals]]\nqueue = "q"\nrates = [0, 0, 20, 40]\nevery = 4\n'
        "[[service]]\ntalk = 0.1\n[[patience]]\ntime = 0.1\n"
    )
    command = ["simulate", str(scenario), "--replications", "3", "--minutes", "240", "--json"]
    target = ["--staff", "q=service_level:0.7", "--shifts", str(shifts)]
    assert main([*command, *target]) == 0
    answer = json.loads(capsys.readouterr().out)
    roster = answer["shifts"][0]
    assert all(there >= wanted for there, wanted in zip(roster["there"], roster["need"], strict=True))
    assert roster["paid_hours"] == 4 * sum(roster["need"])
    assert main([*command, "--shifts", str(shifts)]) == 2
