"""A recorded stream run again: what is kept of it, what the change does, and that nothing else makes a
difference."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import huntgroup as hg
from huntgroup.whatif import Figures, what_if

ROOT = Path(__file__).resolve().parent.parent
SECOND = 10**9

Stream = list[tuple[Any, ...]]


def centre(*agents: str, **settings: Any) -> hg.Engine:
    engine = hg.Engine()
    engine.add_queue("calls", **settings)
    for name in agents:
        engine.add_agent(name, queues=["calls"], devices=["voice"], signed_in=True, status="Ready")
    return engine


def call(number: int, at: float, accepted: float, ended: float) -> Stream:
    return [
        ("enqueue", ("calls",), int(at * SECOND)),
        ("accept", (number,), int(accepted * SECOND)),
        ("end", (number,), int(ended * SECOND)),
    ]


def in_order(*streams: Stream) -> Stream:
    return sorted((entry for stream in streams for entry in stream), key=lambda entry: int(entry[-1]))


def two_calls(end: float = 300.0) -> Stream:
    """The second waits for the first and its wrap-up of 30 s: 100 to 132, of which 2 s it rings."""
    return in_order(call(1, 10, 12, 100), call(2, 20, 132, 200), [("advance", (), int(end * SECOND))])


def waits(outcome: Any) -> list[float]:
    return [wait / SECOND for wait in outcome.wait_ns.tolist()]


def test_without_a_change_everything_goes_as_recorded() -> None:
    engine = centre("anna", wrap_up=30)
    before = engine.digest()
    answer = what_if(engine, two_calls(), {})
    assert waits(answer.recorded) == waits(answer.unchanged) == waits(answer.changed) == [2.0, 112.0]
    assert answer.differences().mean_wait == 0
    assert engine.digest() == before


def test_a_customer_who_was_dialled_first_is_dialled_first_again() -> None:
    """Nobody is kept while the customer is dialled at 100, so the third call is taken before the second."""
    stream = in_order(
        *(call(1, 10, 12, 100), call(3, 101, 103, 140), [("advance", (), 300 * SECOND)]),
        [
            ("enqueue", ("calls",), 20 * SECOND),
            ("request_callback", (2, "customer"), 30 * SECOND),
            ("answered", (2,), 107 * SECOND),
            ("accept", (2,), 142 * SECOND),
            ("end", (2,), 180 * SECOND),
        ],
    )
    answer = what_if(centre("anna"), stream, {})
    assert waits(answer.recorded) == waits(answer.unchanged) == [2.0, 122.0, 2.0]
    assert answer.unchanged.answered.all()
    assert answer.unchanged.busy_ns == (88 + 38 + 37) * SECOND


def test_a_shorter_wrap_up_shortens_the_wait_that_it_caused() -> None:
    answer = what_if(centre("anna", wrap_up=30), two_calls(), {"calls": {"wrap_up": 10}})
    assert waits(answer.unchanged) == [2.0, 112.0]
    assert waits(answer.changed) == [2.0, 92.0]
    assert answer.differences().max_wait == -20.0
    assert answer.figures("changed").p50_wait == pytest.approx(47.0)


def test_handling_times_stay_with_their_interactions() -> None:
    """With two agents the second is answered at once, and takes its own 68 s."""

    def hire(engine: hg.Engine) -> None:
        engine.add_agent("ben", queues=["calls"], devices=["voice"], signed_in=True, status="Ready")

    answer = what_if(centre("anna", wrap_up=30), two_calls(), hire)
    assert waits(answer.changed) == [2.0, 2.0]
    assert answer.changed.busy_ns == answer.unchanged.busy_ns == (88 + 68) * SECOND
    figures = answer.figures("changed")
    assert isinstance(figures, Figures)
    # anna is busy for 88 s, wraps up for 30 and is ready otherwise but while it rings; ben likewise for 68.
    assert figures.occupancy == pytest.approx(156 / (600 - 2 * 30 - 2 * 2), abs=0.02)


def test_who_hung_up_has_the_patience_shown_and_the_others_none_to_lose() -> None:
    stream = in_order(
        call(1, 0, 1, 100), [("enqueue", ("calls",), 10 * SECOND), ("abandon", (2,), 50 * SECOND)]
    )
    answer = what_if(centre("anna"), stream, {})
    assert answer.recorded.abandoned.tolist() == answer.unchanged.abandoned.tolist() == [False, True]
    assert waits(answer.unchanged) == [1.0, 40.0]

    def hire(engine: hg.Engine) -> None:
        engine.add_agent("ben", queues=["calls"], devices=["voice"], signed_in=True, status="Ready")

    changed = what_if(centre("anna"), stream, hire).changed
    assert changed.abandoned.tolist() == [False, False]
    assert changed.wait_ns[1] == 1 * SECOND  # the ring time of the queue: it has none of its own


def test_figures_are_those_of_the_history() -> None:
    """Who hangs up within the time of a short abandon is not judged; the longest wait is that of anybody."""
    stream = in_order(
        call(1, 0, 1, 100),
        *(
            [("enqueue", ("calls",), at * SECOND), ("abandon", (number,), (at + lasted) * SECOND)]
            for number, at, lasted in ((2, 10, 3), (3, 20, 70))
        ),
    )
    found = what_if(centre("anna", short_abandon=5), stream, {}).figures("unchanged")
    assert (found.answered, found.abandoned, found.service_level) == (1, 2, 0.5)
    assert (found.mean_wait, found.max_wait) == (1.0, 70.0)
    assert what_if(centre("anna"), stream, {}).figures("unchanged").service_level == pytest.approx(1 / 3)


def test_how_far_it_has_come_is_told() -> None:
    told: list[tuple[int, int]] = []
    what_if(centre("anna", wrap_up=30), two_calls(), {}, progress=lambda done, of: told.append((done, of)))
    assert told == [(2, 4), (4, 4)]


def test_who_was_turned_away_may_be_let_in() -> None:
    stream = in_order(
        call(1, 0, 1, 60), [("enqueue", ("calls",), 5 * SECOND)], [("advance", (), 200 * SECOND)]
    )
    answer = what_if(centre("anna", max_waiting=0), stream, {"calls": {"max_waiting": None}})
    assert answer.recorded.turned_away.tolist() == answer.unchanged.turned_away.tolist() == [False, True]
    assert answer.unchanged.refusals == {"queue_full": 1}
    assert answer.changed.answered.tolist() == [True, True]
    assert answer.figures("unchanged").turned_away == 1


def test_an_agent_who_cannot_go_yet_goes_when_the_work_is_over() -> None:
    """She signed out at 110 s, when she was free."""
    engine = centre("anna", wrap_up=0, requires="late")
    engine.set_skill("anna", "late", 1)
    stream = in_order(
        call(1, 0, 15, 45), [("sign_out", ("anna",), 110 * SECOND), ("advance", (), 300 * SECOND)]
    )

    def late(fork: hg.Engine) -> None:
        fork.set_skill("anna", "late", 0)
        fork.update_queue("calls", relax=[(100, None)])

    def stays(fork: hg.Engine) -> None:
        fork.set_skill("anna", "late", 0)
        fork.update_queue("calls", relax=[(85, None)])

    assert waits(what_if(engine, stream, {}).unchanged) == [15.0]
    # It rings from 100 s on, and she leaves meanwhile: it waits until the end.
    gone = what_if(engine, stream, late).changed
    assert gone.answered.tolist() == [False]
    # Accepted at 100 s: signing out is refused while she talks, and done at 130 s.
    done = what_if(engine, stream, stays).changed
    assert waits(done) == [100.0]
    assert done.refusals == {}
    assert done.busy_ns == 30 * SECOND
    assert done.ready_ns == 85 * SECOND  # not while it rings, nor after she has left


def test_transfers_go_where_they_went() -> None:
    engine = centre("anna")
    engine.add_queue("second")
    engine.add_agent("ben", queues=["second"], devices=["voice"], signed_in=True, status="Ready")
    stream: Stream = [
        ("enqueue", ("calls",), 0),
        ("accept", (1,), 0),
        ("transfer", (1,), {"queue": "second"}, 30 * SECOND),
        ("accept", (1,), 31 * SECOND),
        ("end", (1,), 61 * SECOND),
        ("advance", (), 100 * SECOND),
    ]
    answer = what_if(engine, stream, {})
    assert answer.recorded.answered.tolist() == [True]
    assert answer.unchanged.busy_ns == 60 * SECOND  # 30 s of anna's, 30 s of ben's
    assert answer.differences().mean_wait == 0


def test_an_array_of_rows_is_the_same_stream() -> None:
    engine = centre("anna", wrap_up=30)
    calls = two_calls()
    rows = np.zeros(len(calls), hg.COMMAND_DTYPE)
    for field in hg.COMMAND_DTYPE.names or ():
        rows[field] = 0 if field in ("command", "priority", "flag", "list_count") else -1
    for row, (method, args, at) in zip(rows, calls, strict=True):
        row["command"] = hg.Command[method.upper()]
        row["at_ns"] = at
        if method == "enqueue":
            row["queue"] = 0
        elif args:
            # An interaction named by the row that made it.
            row["interaction"] = -2 - [0, 1][args[0] - 1] if args[0] == 1 else args[0]
    by_rows = what_if(engine, rows, {"calls": {"wrap_up": 10}})
    by_calls = what_if(engine, calls, {"calls": {"wrap_up": 10}})
    assert str(by_rows) == str(by_calls)
    assert waits(by_rows.changed) == [2.0, 92.0]


def test_a_recording_may_begin_in_the_middle_of_the_day() -> None:
    engine = centre("anna", wrap_up=30)
    engine.accept(engine.enqueue("calls", at=10 * SECOND), at=12 * SECOND)
    engine.enqueue("calls", at=20 * SECOND)
    stream: Stream = [
        ("end", (1,), 100 * SECOND),
        ("accept", (2,), 132 * SECOND),
        ("end", (2,), 200 * SECOND),
        *call(3, 210, 232, 240),
    ]
    answer = what_if(engine, stream, {"calls": {"wrap_up": 10}})
    assert waits(answer.recorded) == waits(answer.unchanged) == [22.0]
    assert waits(answer.changed) == [2.0]
    assert answer.changed.ready_ns is not None
    assert answer.unchanged.ready_ns is not None
    assert answer.changed.ready_ns > answer.unchanged.ready_ns


def test_the_printed_answer_and_the_json_say_the_same() -> None:
    answer = what_if(centre("anna", wrap_up=30), two_calls(), {"calls": {"wrap_up": 10}})
    text = str(answer)
    assert "All queues" in text
    assert "-20.0" in text
    tables = json.loads(json.dumps(answer.to_json()))["tables"]
    longest = next(row for row in tables["all"] if row["figure"] == "max_wait")
    assert (longest["unchanged"], longest["changed"], longest["difference"]) == (112.0, 92.0, -20.0)


@pytest.mark.parametrize(
    ("commands", "field"),
    [
        ("enqueue", "commands"),
        (np.zeros(3, np.int64), "commands"),
        ([("enqueue", ("calls",))], r"commands\[0\]"),
        ([("explain", (1,), 0)], r"commands\[0\]"),
        ([("enqueue", (), 0)], r"commands\[0\]"),
        ([("enqueue", 7, 0)], r"commands\[0\]"),
    ],
)
def test_what_is_no_stream_is_refused(commands: Any, field: str) -> None:
    with pytest.raises(hg.ConfigError, match=field):
        what_if(centre("anna"), commands, {})


def test_a_wrong_change_or_an_engine_without_events_is_refused() -> None:
    for change in (None, 7, {"calls": 5}, {"calls": {"no_such_setting": 1}}):
        with pytest.raises(hg.ConfigError):
            what_if(centre("anna"), two_calls(), change)  # type: ignore[arg-type]
    with pytest.raises(hg.UnknownQueue):
        what_if(centre("anna"), two_calls(), {"nowhere": {"wrap_up": 1}})
    silent = hg.Engine(events=False)
    silent.add_queue("calls")
    with pytest.raises(hg.ConfigError, match="events"):
        what_if(silent, [("enqueue", ("calls",), 0)], {})


@pytest.mark.parametrize("model", ["agent_modes", "queue_login", "console_status"])
def test_a_generated_morning_goes_as_recorded(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "examples"))
    monkeypatch.delitem(sys.modules, "what_if", raising=False)
    import what_if as example

    recorded = example.morning(example.centre(), seconds=3600)
    answer = what_if(example.centre(), recorded, {})
    assert waits(answer.unchanged) == waits(answer.recorded)
    assert answer.unchanged.abandoned.tolist() == answer.recorded.abandoned.tolist()
    assert answer.figures("changed")[:12] == answer.figures("recorded")[:12]
    again = what_if(example.centre(), recorded, {"sales": {"wrap_up": 5}})
    assert str(again) == str(what_if(example.centre(), recorded, {"sales": {"wrap_up": 5}}))


def test_the_command_line_asks_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("click")
    from huntgroup.cli import main

    names = {"enqueue": "queue", "accept": "interaction", "end": "interaction"}
    lines: list[dict[str, Any]] = [
        {"command": "add_queue", "name": "calls", "wrap_up": 30},
        {"command": "add_agent", "name": "anna", "queues": ["calls"], "devices": ["voice"],
         "signed_in": True, "status": "Ready"},
        *({"command": method, names[method]: args[0], "at": at}
          for method, args, at in two_calls() if method != "advance"),
    ]  # fmt: skip
    path = tmp_path / "day.ndjson"
    path.write_text("\n".join(json.dumps(line) for line in lines) + "\n", encoding="utf-8")
    assert main(["what-if", str(path), "--set", "calls.wrap_up=10", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    expected = what_if(centre("anna", wrap_up=30), two_calls()[:-1], {"calls": {"wrap_up": 10}}).to_json()
    assert told == json.loads(json.dumps(expected))
    assert main(["what-if", str(path), "--set", "calls.wrap_up=10"]) == 0
    assert "Difference" in capsys.readouterr().out
    for wrong in (["--set", "nonsense"], ["--set", "calls.nothing=1"], []):
        assert main(["what-if", str(path), *wrong]) == 2
        assert capsys.readouterr().err.count("\n") == 1
