"""Shifts that cover the agents needed at least cost: an integer program, solved by HiGHS (extra `plan`).

What is chosen is how many agents work each kind of shift on each day. A kind counts in an interval by the
share of it that its agents work, breaks and adherence taken off, so that everybody is there in the mean.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from huntgroup.errors import ConfigError, ScenarioError
from huntgroup.models.document import syntax_problem
from huntgroup.models.locate import key_lines
from huntgroup.models.reader import Report
from huntgroup.sim.run.staffing import StaffPlan
from huntgroup.sim.scenario.calendar import SECOND_NS, Calendar, shifts_of, stints_of
from huntgroup.sim.scenario.keys import LISTS
from huntgroup.sim.scenario.reader import read_entry
from huntgroup.sim.scenario.scenario import Scenario
from huntgroup.sim.scenario.tables import Shift

_MOST = 100_000
_TOLERANCE = 1e-6


class ShiftKind(NamedTuple):
    """A shift that may be worked: `shift` says when, `cost` what one agent's costs (None: its paid hours),
    `most` how many agents may work it on one day."""

    name: str
    shift: Shift
    cost: float | None = None
    most: int = 10_000

    @classmethod
    def read(cls, document: Mapping[str, Any], source: str = "shifts") -> list[ShiftKind]:
        """From a document with `[[shift]]`: `from`, `to`, `days`, `breaks`, `adherence` as in a scenario,
        also `name`, `cost` and `most`. Raises ScenarioError with every mistake."""
        return _read(document, source, {})

    @classmethod
    def load(cls, path: str | Path) -> list[ShiftKind]:
        """From a TOML file. Raises ScenarioError, which names lines, and OSError."""
        text = Path(path).read_text(encoding="utf-8-sig")
        try:
            document = tomllib.loads(text)
        except (ValueError, RecursionError) as error:
            raise ScenarioError(str(path), (syntax_problem(text, error),)) from None
        return _read(document, str(path), key_lines(text))


class ShiftRow(NamedTuple):
    """So many agents work this kind of shift from `begins_ns` to `ends_ns` (since 1970)."""

    name: str
    begins_ns: int
    ends_ns: int
    agents: int


class ShiftPlan(NamedTuple):
    """The cheapest shifts found. `need[k]` agents in the interval from `start_ns[k]` on, `there[k]` in the
    mean. `reached`: the need is covered throughout."""

    queue: str
    rows: list[ShiftRow]
    cost: float
    paid_hours: float
    minutes: int
    start_ns: list[int]
    need: list[int]
    there: list[float]
    reached: bool

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {**self._asdict(), "rows": [row._asdict() for row in self.rows]}

    def __str__(self) -> str:
        if not self.reached:
            return f"{self.queue}: no number of these shifts covers what is needed"
        lines = [
            f"{self.queue}: the cheapest shifts, cost {self.cost:g}, {self.paid_hours:g} hours paid for "
            f"{sum(self.need) * self.minutes / 60:g} needed"
        ]
        for row in self.rows:
            begins, ends = (np.datetime64(at, "ns").astype("datetime64[m]") for at in row[1:3])
            lines.append(f"  {begins} to {str(ends)[11:]}  {row.agents:5d}  {row.name}")
        return "\n".join(lines)


def plan_shifts(scenario: Scenario, need: StaffPlan, kinds: Sequence[ShiftKind]) -> ShiftPlan:
    """How many agents work which shift on which day, so that what `staff` found is covered at least cost.

    Raises ConfigError for no kinds, and where HiGHS is not installed. An integer program of
    kinds x days variables and one row per interval.
    """
    if not kinds:
        raise ConfigError("shifts", [], "at least one [[shift]]")
    if find_spec("highspy") is None:
        raise ConfigError("shifts", "highspy", "an installation with the extra plan: huntgroup[plan]")
    calendar = Calendar(scenario.tables.run)
    step = need.minutes * 60 * SECOND_NS
    starts = np.array(need.start_ns, np.int64) - calendar.start_ns
    until = int(np.max(starts, initial=0)) + step
    choices: list[tuple[ShiftKind, int, int, float]] = []
    cover: list[np.ndarray] = []
    for kind in kinds:
        for _, begins, ends in shifts_of(kind.shift, calendar, until):
            paid = (ends - begins) / (3600 * SECOND_NS)
            choices.append((kind, begins, ends, paid))
            cover.append(_covered(kind.shift, calendar, begins, ends, starts, step))
    numbers = _solved(choices, cover, need.agents)
    if numbers is None:
        return ShiftPlan(
            need.target.queue, [], 0.0, 0.0, need.minutes, need.start_ns, need.agents, [], reached=False
        )
    rows, cost, hours = [], 0.0, 0.0
    there = np.zeros(len(need.agents))
    for (kind, begins, ends, paid), share, number in zip(choices, cover, numbers, strict=True):
        if number:
            at = calendar.start_ns
            rows.append(ShiftRow(kind.name, at + begins, at + ends, number))
            cost += number * _cost(kind, paid)
            hours += number * paid
            there += number * share
    rows.sort(key=lambda row: row[1:3])
    return ShiftPlan(
        need.target.queue,
        rows,
        cost,
        hours,
        need.minutes,
        need.start_ns,
        need.agents,
        there.tolist(),
        reached=True,
    )


def _cost(kind: ShiftKind, paid: float) -> float:
    return paid if kind.cost is None else kind.cost


def _covered(shift: Shift, calendar: Calendar, begins: int, ends: int, starts: Any, step: int) -> Any:
    """The share of each interval that one agent works."""
    whole = Shift(begins=shift.begins, ends=shift.ends, days=shift.days, breaks=shift.breaks)
    found = np.zeros(len(starts))
    for stint in stints_of(whole, "", calendar, ends, 0, 0):
        if stint.rest is None and begins <= stint.begins_ns < ends:
            within = np.minimum(starts + step, stint.ends_ns) - np.maximum(starts, stint.begins_ns)
            found += np.maximum(within, 0) / step
    return found * shift.adherence


def _solved(
    choices: list[tuple[ShiftKind, int, int, float]], cover: list[Any], need: list[int]
) -> list[int] | None:
    """How many agents for each choice; None where nothing covers the need."""
    highspy: Any = import_module("highspy")
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    infinite = highspy.kHighsInf
    for kind, _, _, paid in choices:
        solver.addCol(_cost(kind, paid), 0.0, float(min(kind.most, _MOST)), 0, [], [])
        solver.changeColIntegrality(solver.getNumCol() - 1, highspy.HighsVarType.kInteger)
    for place, wanted in enumerate(need):
        if wanted > 0:
            columns = [column for column, share in enumerate(cover) if share[place] > 0]
            shares = [float(cover[column][place]) for column in columns]
            solver.addRow(wanted - _TOLERANCE, infinite, len(columns), columns, shares)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return [round(value) for value in solver.getSolution().col_value]


def _read(document: Mapping[str, Any], source: str, lines: Any) -> list[ShiftKind]:
    report = Report(document)
    for key in document:
        if key != "shift":
            report.add((key,), document[key], "[[shift]] and nothing else")
    rows = document.get("shift", [])
    if not isinstance(rows, list | tuple) or not all(isinstance(row, Mapping) for row in rows):
        report.add(("shift",), rows, "tables, each under [[shift]]")
        rows = []
    keys = {name: key for name, key in LISTS["shift"].items() if name not in ("agents", "group", "count")}
    kinds = []
    for place, row in enumerate(rows):
        own = {name: row[name] for name in ("name", "cost", "most") if name in row}
        rest = {name: value for name, value in row.items() if name not in own}
        values = read_entry(rest, keys, ("shift", place), None, report)
        cost, most = own.get("cost"), own.get("most", 10_000)
        name = own.get("name", f"{row.get('from')} to {row.get('to')}")
        if cost is not None and (type(cost) not in (int, float) or not 0 < cost < 1e9):
            report.add(("shift", place, "cost"), cost, "a number above 0")
        if type(most) is not int or not 0 <= most <= _MOST:
            report.add(("shift", place, "most"), most, f"a whole number from 0 to {_MOST}")
        if not isinstance(name, str) or not name:
            report.add(("shift", place, "name"), name, "a text")
        if report.empty:
            kinds.append(ShiftKind(name, Shift(**values), cost, most))
    if not report.empty:
        raise ScenarioError(source, report.problems(lines))
    return kinds
