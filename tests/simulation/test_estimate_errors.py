"""How far the estimates of waits are from the waits that came."""

from __future__ import annotations

import pytest

from huntgroup import ConfigError
from huntgroup.sim import estimate_errors

SMALL = {"interactions": 3_000, "replications": 3, "seed": 1}


def test_it_tells_the_errors_of_both_estimates_beside_the_waits_that_came() -> None:
    found = estimate_errors(every=40, **SMALL)
    everybody = found.rows[0]
    assert everybody.who == "all"
    assert everybody.callers > 5
    assert len(found.spent_ns) >= everybody.callers
    assert min(found.spent_ns) > 0
    for error, bias in (
        (everybody.simple, everybody.simple_bias),
        (everybody.forecast, everybody.forecast_bias),
    ):
        assert error >= abs(bias) > 0.0
    for row in found.rows[1:]:
        assert 5 <= row.callers <= everybody.callers


def test_the_same_arguments_give_the_same_errors() -> None:
    assert estimate_errors(every=80, **SMALL).rows == estimate_errors(every=80, **SMALL).rows


def test_where_nobody_who_was_chosen_waits_it_says_so() -> None:
    with pytest.raises(ConfigError, match="every"):
        estimate_errors(every=2_999, **SMALL)
