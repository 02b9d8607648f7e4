"""The bank's February comes out of the engine near to how it was, and would not if the rules were others."""

from __future__ import annotations

import february
import numpy as np
import pytest

pytestmark = [
    pytest.mark.validation,
    pytest.mark.skipif(not february.LOG.is_file(), reason=february.ABSENT),
]


def figure(kind: str, name: str, change: object) -> tuple[float, float]:
    """(log, replay of the first seed under a change)."""
    place = [one.queue for one in february.log_figures(february.february())].index(kind)
    outcome = february.replayed(february.SEEDS[0], change)  # type: ignore[arg-type]
    read = february._READ[name]
    before, after = february.log_figures(february.february()), february.replay_figures(outcome)
    return read(before[place]), read(after[place])


def test_february_comes_out_near_to_how_it_was() -> None:
    found = february.compare()
    assert [one for one in found if not one.near] == []
    assert len([one for one in found if one.within is not None]) == 8


def test_every_call_of_february_is_answered_or_hangs_up() -> None:
    for seed in february.SEEDS:
        outcome = february.replayed(seed)
        assert (outcome.answered ^ outcome.abandoned).all()
        assert not outcome.refusals


def test_the_busy_hours_of_the_replay_are_those_of_the_log() -> None:
    for seed in february.SEEDS:
        log, replay = february.waits_by_hour(february.replayed(seed))
        assert len(log) > 300
        assert np.corrcoef(log, replay)[0, 1] > 0.9


def test_priority_customers_are_answered_sooner_by_as_much_as_in_the_log() -> None:
    log = february.february()
    before = february.gain_of_priority(log.wait_ns, log.answered)
    for seed in february.SEEDS:
        outcome = february.replayed(seed)
        assert february.gain_of_priority(outcome.wait_ns, outcome.answered) == pytest.approx(before, abs=8)
    without = february.replayed(february.SEEDS[0], february.nobody_has_credit)
    assert february.gain_of_priority(without.wait_ns, without.answered) < before - 20


def test_the_agents_own_skills_tell_the_waits_of_the_small_types() -> None:
    """If everybody knew everything, internet support would wait half as long as with the real skills."""
    name = "mean wait of the answered (s)"
    log, real = figure("IN", name, None)
    _, everybody = figure("IN", name, february.everybody_knows_everything)
    assert abs(real - log) < abs(everybody - log) - 15
