"""Input at the edge of what the core can hold: refused by name, never a crash, never a wrong state."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import huntgroup as hg
from huntgroup.testing.reference import ReferenceEngine

LAST_INSTANT_NS = 5_000_000_000_000_000_000


def rows(count: int) -> np.ndarray:
    """Rows with every field absent, as a caller starts them."""
    out = np.zeros(count, hg.COMMAND_DTYPE)
    for field in out.dtype.names or ():
        if field not in ("command", "priority", "flag"):
            out[field] = -1
    out["command"] = hg.Command.ENQUEUE
    out["queue"] = 0
    return out


@pytest.fixture
def engine() -> hg.Engine:
    engine = hg.Engine()
    engine.add_queue("calls")
    return engine


def test_a_row_with_every_optional_field_absent_is_a_plain_arrival(engine: hg.Engine) -> None:
    events, results = engine.apply(rows(2))
    assert results.tolist() == [hg.Result.OK, hg.Result.OK]
    assert engine.queue("calls").waiting == 2
    assert len(events) == 2


@pytest.mark.parametrize(("relax", "count"), [(0, 1), (900_000_000, 5), (-1, 3), (2**31 - 1, 2**31 - 1)])
def test_relaxation_steps_that_do_not_exist_are_refused(engine: hg.Engine, relax: int, count: int) -> None:
    batch = rows(1)
    batch["relax"], batch["list_count"] = relax, count
    assert engine.apply(batch)[1].tolist() == [hg.Result.INVALID_COMMAND]
    assert engine.queue("calls").waiting == 0
    engine.verify()


def test_an_instant_after_the_last_one_is_refused(engine: hg.Engine) -> None:
    for at in (LAST_INSTANT_NS + 1, 2**63 - 1, 2**70):
        with pytest.raises(hg.ConfigError, match="at: "):
            engine.enqueue("calls", at=at)
    batch = rows(1)
    batch["at_ns"] = LAST_INSTANT_NS + 1
    assert engine.apply(batch)[1].tolist() == [hg.Result.LIMIT_EXCEEDED]
    assert engine.now_ns == 0


def test_the_longest_timer_at_the_last_instant_stays_ahead(engine: hg.Engine) -> None:
    hundred_years = 100 * 365 * 86_400
    engine.update_queue("calls", max_wait=hundred_years, seconds_per_priority=3600)
    engine.enqueue("calls", priority=-1_000_000, at=LAST_INSTANT_NS)
    assert engine.next_deadline == LAST_INSTANT_NS + hundred_years * 10**9
    engine.verify()


@pytest.mark.rule("CMD-9")
def test_a_seventeenth_messenger_presence_is_refused() -> None:
    values = ", ".join(f'v{k} = "yes"' for k in range(17))
    model = f"""
name = "many"
title = "Many presences"
default = "Off"

[external_presence]
default = "v0"
values = {{ {values} }}

[[status]]
name = "Off"
colour = "grey"
selectable = true
reported_as = "logged out"
"""
    with pytest.raises(hg.ConfigError, match="1 to 16 presences"):
        hg.PresenceModel.from_text(model)


HUGE = 10**5_000
ENGINES = (hg.Engine, ReferenceEngine)


@pytest.mark.parametrize("duration", [1.8e300, 1e308, -1e308, HUGE, -HUGE], ids=range(5))
@pytest.mark.parametrize("make", ENGINES)
def test_a_duration_beyond_all_bounds_is_a_wrong_argument(make: Any, duration: Any) -> None:
    engine = make()
    with pytest.raises(hg.ConfigError, match=r"offer_timeout: .* is not allowed"):
        engine.add_queue("sales", offer_timeout=duration)
    with pytest.raises(hg.ConfigError, match=r"by: .* is not allowed"):
        engine.advance(by=duration)


@pytest.mark.parametrize("make", ENGINES)
def test_an_integer_that_python_does_not_write_out_is_a_wrong_argument_like_any_other(make: Any) -> None:
    engine = make()
    engine.add_queue("sales")
    for call in (
        lambda: engine.enqueue("sales", priority=HUGE),
        lambda: engine.enqueue("sales", at=HUGE),
        lambda: engine.enqueue("sales", ref=HUGE),
        lambda: engine.add_queue("more", max_waiting=HUGE),
        lambda: make(keep_finished=HUGE),
    ):
        with pytest.raises(hg.ConfigError, match=r"<int of 16610 bits>|is not allowed"):
            call()
    with pytest.raises(hg.Refused):
        engine.accept(HUGE)
    for unknown in (
        lambda: engine.sign_in(HUGE),
        lambda: engine.queue(HUGE),
        lambda: engine.interaction(HUGE),
    ):
        with pytest.raises(hg.Refused, match="<int of 16610 bits>"):
            unknown()
