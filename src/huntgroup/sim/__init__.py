"""Simulated time around the engine: scenarios and their simulation, call logs, what can be derived from them,
generated centres, replay.
"""

from __future__ import annotations

from huntgroup.sim.estimate_errors import Errors, EstimateErrors, estimate_errors
from huntgroup.sim.fit import as_toml, typical_day
from huntgroup.sim.log import read_log
from huntgroup.sim.mapping_files import mapping_for
from huntgroup.sim.run.estimates import Estimate
from huntgroup.sim.run.forecast import forecast, forecast_wait
from huntgroup.sim.run.result import SimulationResult
from huntgroup.sim.run.shifts import ShiftKind, ShiftPlan, plan_shifts
from huntgroup.sim.run.simulate import simulate
from huntgroup.sim.run.skills import SkillValue, skill_values
from huntgroup.sim.run.staffing import StaffPlan, Target, staff
from huntgroup.sim.scenario.scenario import Scenario

__all__ = [
    "Errors",
    "Estimate",
    "EstimateErrors",
    "Scenario",
    "ShiftKind",
    "ShiftPlan",
    "SimulationResult",
    "SkillValue",
    "StaffPlan",
    "Target",
    "as_toml",
    "estimate_errors",
    "forecast",
    "forecast_wait",
    "mapping_for",
    "plan_shifts",
    "read_log",
    "simulate",
    "skill_values",
    "staff",
    "typical_day",
]
