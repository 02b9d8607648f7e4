"""Commands as rows: a result code for each, a bad row stops nothing, any command can be said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import huntgroup as hg

ABSENT_IS_ZERO = ("command", "priority", "flag", "list_count")


def batch(*commands: dict[str, Any]) -> Any:
    """One row for each dict of fields; `command` is the method's name."""
    rows = np.zeros(len(commands), dtype=hg.COMMAND_DTYPE)
    for field in hg.COMMAND_DTYPE.names or ():
        rows[field] = 0 if field in ABSENT_IS_ZERO else -1
    for row, fields in zip(rows, commands, strict=True):
        for field, value in fields.items():
            row[field] = hg.Command[value.upper()] if field == "command" else value
    return rows


def centre(**settings: Any) -> hg.Engine:
    engine = hg.Engine(**settings)
    engine.add_queue("calls")
    engine.add_queue("backup")
    engine.add_agent("anna", queues=["calls"], devices=["voice"], signed_in=True, status="Ready")
    engine.add_agent("ben", queues=["backup"], devices=["voice"], signed_in=True, status="Ready")
    engine.poll()
    return engine


def codes(results: Any) -> list[str]:
    return [hg.Result(int(code)).name for code in results]


def test_each_row_has_its_code_and_a_bad_one_stops_nothing() -> None:
    engine = centre()
    _, results = engine.apply(
        batch(
            {"command": "enqueue", "queue": 0},
            {"command": "enqueue", "queue": 9},
            {"command": "accept", "interaction": 7},
            {"command": "set_status", "agent": 5, "status": 0},
            {"command": "reject", "interaction": 1, "offer": 99},
            {"command": "hold", "interaction": 1},
            {"command": "accept", "interaction": 1},
            {"command": "hold", "interaction": 1},
        )
    )
    assert codes(results) == [
        "OK", "UNKNOWN_QUEUE", "UNKNOWN_INTERACTION", "UNKNOWN_AGENT", "STALE_OFFER", "ILLEGAL_TRANSITION",
        "OK", "OK",
    ]  # fmt: skip
    assert engine.interaction(1).state == "On Hold"
    engine.verify()


def test_a_row_names_what_an_earlier_row_made() -> None:
    engine = centre()
    engine.apply(batch({"command": "enqueue", "queue": 1}))
    _, results = engine.apply(
        batch(
            {"command": "enqueue", "queue": 9},
            {"command": "enqueue", "queue": 0},
            {"command": "accept", "interaction": -2 - 1},
            {"command": "transfer", "interaction": -2 - 1, "queue": 1},
            {"command": "end", "interaction": -2 - 0},
            {"command": "end", "interaction": -2 - 4},
            {"command": "end", "interaction": -2 - 40},
        )
    )
    assert codes(results)[:4] == ["UNKNOWN_QUEUE", "OK", "OK", "OK"]
    # A row that was refused, made nothing, or does not exist, names nothing.
    assert codes(results)[4:] == ["UNKNOWN_INTERACTION"] * 3
    assert (engine.interaction(2).state, engine.interaction(2).queue) == ("Queued", "backup")


def test_time_goes_forward_within_a_batch_and_its_timers_fire() -> None:
    engine = centre()
    events, results = engine.apply(
        batch(
            {"command": "enqueue", "queue": 0, "at_ns": 10},
            {"command": "enqueue", "queue": 0, "at_ns": 5},
            {"command": "enqueue", "queue": 1, "at_ns": 10 + 20 * 10**9},
        )
    )
    assert codes(results) == ["OK", "TIME_WENT_BACK", "OK"]
    kinds = [hg.EventKind(int(kind)).name for kind in events["kind"]]
    assert kinds.index("EXPIRED") > kinds.index("OFFERED")
    assert engine.now_ns == 10 + 20 * 10**9


@pytest.mark.rule("STEP-6", "CMD-1")
def test_events_are_those_of_the_methods_and_are_not_polled_again() -> None:
    by_rows, by_calls = centre(), centre()
    commands = batch(
        {"command": "enqueue", "queue": 0, "priority": 3, "ref": 42},
        {"command": "accept", "interaction": 1, "at_ns": 7},
        {"command": "end", "interaction": 1},
        {"command": "sign_out", "agent": 1},
    )
    events, _ = by_rows.apply(commands)
    by_calls.enqueue("calls", priority=3, ref=42)
    by_calls.accept(1, at=7)
    by_calls.end(1)
    by_calls.sign_out("ben")
    assert by_rows.poll() == []
    expected = by_calls.poll_array()
    assert events.dtype == hg.EVENT_DTYPE
    assert events.tobytes() == expected.tobytes()
    assert by_rows.digest() == by_calls.digest()


def test_lists_go_with_the_batch() -> None:
    engine = centre()
    breaks = engine.status_index("Break")
    _, results = engine.apply(
        batch(
            {"command": "set_status_many", "status": breaks, "list_start": 0, "list_count": 2},
            {"command": "set_queue_logins", "agent": 0, "list_start": 2, "list_count": 2},
        ),
        [0, 1, 0, 0],
    )
    assert codes(results) == ["OK", "OK"]
    assert [engine.agent(name).status for name in ("anna", "ben")] == ["Break", "Break"]
    assert engine.agent("anna").queues == {"calls": False}


def test_a_list_beyond_the_batch_is_refused() -> None:
    engine = centre()
    row = {"command": "set_status_many", "status": 0, "list_start": 1, "list_count": 5}
    _, results = engine.apply(batch(row), [0, 1])
    assert codes(results) == ["INVALID_COMMAND"]


@pytest.mark.parametrize("command", [9999, 2**16 - 1])
def test_what_is_no_command_is_refused(command: int) -> None:
    engine = centre()
    rows = batch({"command": "sign_in", "agent": 0})
    rows["command"] = command
    before = engine.digest()
    assert codes(engine.apply(rows)[1]) == ["INVALID_COMMAND"]
    assert engine.digest() == before


def test_every_command_of_the_interface_is_a_row() -> None:
    commands = {
        "sign_in", "sign_out", "connect", "disconnect", "set_status", "set_ready", "set_external_presence",
        "queue_login", "queue_logout", "set_queue_logins", "stop_new", "resume_new", "set_status_many",
        "enqueue", "direct", "dial", "answered", "accept", "reject", "hold", "retrieve", "consult",
        "conference", "end_consult", "transfer", "end", "finish_wrap_up", "abandon", "request_callback",
        "advance",
    }  # fmt: skip
    assert commands <= {member.name.lower() for member in hg.Command}


def test_a_handle_of_a_requirement_goes_in_a_row() -> None:
    engine = centre()
    engine.set_skill("anna", "spanish", 4)
    rows = batch(
        {"command": "enqueue", "queue": 0, "requires": engine.requirement("spanish >= 5")},
        {"command": "enqueue", "queue": 0, "requires": engine.requirement("spanish >= 4")},
    )
    engine.apply(rows)
    assert [engine.interaction(call).state for call in (1, 2)] == ["Queued", "Offered"]


def test_an_array_that_is_no_batch_is_refused_whole() -> None:
    engine = centre()
    for wrong in (np.zeros(2, np.int64), [1, 2], batch({"command": "sign_in"}).reshape(1, 1)):
        with pytest.raises(hg.ConfigError, match="commands"):
            engine.apply(wrong)


def test_random_bytes_do_no_harm() -> None:
    engine = centre()
    generator = np.random.default_rng(5)
    for _ in range(60):
        rows = np.frombuffer(generator.bytes(20 * hg.COMMAND_DTYPE.itemsize), hg.COMMAND_DTYPE).copy()
        rows["command"] %= 40
        rows["at_ns"] = -1
        small = generator.integers(-4, 6, 20)
        for field in ("agent", "queue", "interaction", "status", "channel"):
            rows[field] = small
        engine.apply(rows, [0, 1, 5, -7])
        engine.verify()
