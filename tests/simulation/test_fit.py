"""A scenario out of a log: it has what the log has, and changes of it change what they say."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest

from huntgroup.cli import main
from huntgroup.errors import ConfigError
from huntgroup.sim import Scenario, as_toml, mapping_for, read_log, simulate, typical_day
from huntgroup.sim.demo import demo_workload
from huntgroup.sim.demo_log import write_log
from huntgroup.sim.fit import DAY_NS
from huntgroup.sim.log import CallLog
from huntgroup.sim.replay import replay


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import huntgroup as hg

    path = tmp_path_factory.mktemp("log") / "week.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        write_log(file, replay(demo_workload(seed=5, interactions=4000, days=7), hg.Engine, seed=5))
    return path


@pytest.fixture(scope="module")
def log(path: Path) -> CallLog:
    return read_log(path, mapping_for(path))


def agents_at(tables: dict, hour: int) -> int:
    return sum(int(shift["from"][:2]) <= hour < int(shift["to"][:2]) for shift in tables["shift"])


def test_the_file_is_the_scenario(log: CallLog) -> None:
    tables = typical_day(log)
    assert tomllib.loads(as_toml(tables)) == tables
    assert Scenario(**tables).duration_s == 86_400


def test_the_day_has_the_calls_talks_and_hang_ups_of_the_log(log: CallLog) -> None:
    result = simulate(Scenario(**typical_day(log)), 20, 3)
    weekdays = log.arrived_ns // DAY_NS < 5
    for number, name in enumerate(log.queue_names):
        offered = result.queues[name].offered
        assert abs(offered.mean - (weekdays & (log.queue == number)).sum() / 5) <= 2 * offered.half_width
    tables = typical_day(log)
    for service in tables["service"]:
        mine = weekdays & log.answered & (log.queue == log.queue_names.index(service["queue"]))
        talk = log.handling_ns[mine] / 60e9
        assert service["talk"]["mean"] == pytest.approx(talk.mean(), rel=1e-4)
        assert service["talk"]["sd"] == pytest.approx(talk.std(), rel=1e-4)
    for patience in tables["patience"]:
        mine = weekdays & (log.queue == log.queue_names.index(patience["queue"]))
        assert patience["time"]["mean"] == pytest.approx(
            log.wait_ns[mine].sum() / 60e9 / (mine & ~log.answered).sum(), rel=1e-4
        )


def test_as_many_agents_are_there_as_were(log: CallLog) -> None:
    """Nobody serves who is not there: never fewer than were busy on average, and shifts do not overlap."""
    tables = typical_day(log)
    weekdays = (log.arrived_ns // DAY_NS < 5) & log.answered
    for hour in range(24):
        begins, ends = log.served_at_ns[weekdays], log.served_at_ns[weekdays] + log.handling_ns[weekdays]
        agent = log.agent[weekdays]
        busy = 0.0
        for day in range(5):
            start = day * DAY_NS + hour * 3600 * 10**9
            within = np.clip(np.minimum(ends, start + 3600 * 10**9) - np.maximum(begins, start), 0, None)
            # Several chats at once are one agent's.
            busy += sum(min(1.0, within[agent == one].sum() / 3600e9) for one in np.unique(agent)) / 5
        assert agents_at(tables, hour) >= round(busy) - 1, hour
    for shift in tables["shift"]:
        assert len(shift["agents"]) == 1


def test_one_agent_fewer_is_one_fewer_in_each_hour_but_never_none(log: CallLog) -> None:
    as_it_was, fewer, none = (typical_day(log, fewer=fewer) for fewer in (0, 1, 100))
    for hour in range(24):
        there = agents_at(as_it_was, hour)
        assert agents_at(fewer, hour) == (there - 1 if there > 1 else there)
        assert agents_at(none, hour) == min(1, there)
    assert as_it_was["arrivals"] == fewer["arrivals"]


def test_everyone_is_in_every_queue_with_every_skill(log: CallLog) -> None:
    tables = typical_day(log, everyone=True)
    skills = {queue["requires"] for queue in tables["centre"]["queue"] if "requires" in queue}
    for agent in tables["centre"]["agent"]:
        assert agent["queues"] == [queue["name"] for queue in tables["centre"]["queue"]]
        assert skills <= agent["skills"].keys()
    assert any(
        agent["queues"] != [queue["name"] for queue in tables["centre"]["queue"]]
        for agent in typical_day(log)["centre"]["agent"]
    )


def test_callbacks_are_offered_to_who_waits_for_a_call(log: CallLog) -> None:
    tables = typical_day(log, callbacks=0.5)
    voice = [queue["name"] for queue in tables["centre"]["queue"] if queue["channel"] == "voice"]
    assert [(one["queue"], one["share"]) for one in tables["callback"]] == [(name, 0.5) for name in voice]
    assert "callback" not in typical_day(log)
    lost = [simulate(Scenario(**one), 6, 1).total.abandoned.mean for one in (typical_day(log), tables)]
    assert lost[1] < lost[0]


def test_other_days_are_other_days(log: CallLog) -> None:
    assert typical_day(log, ["sat"])["arrivals"] != typical_day(log)["arrivals"]
    with pytest.raises(ConfigError, match="one of mon, tue"):
        typical_day(log, ["monday"])
    with pytest.raises(ConfigError, match="weekdays on which the log has calls"):
        typical_day(log, [])


def test_the_command_writes_and_prints(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "day.toml"
    assert main(["fit", str(path), "--out", str(out)]) == 0
    assert Scenario.load(out).title == "week.csv: the average of 5 days (mon, tue, wed, thu, fri)"
    capsys.readouterr()
    assert main(["fit", str(path)]) == 0
    assert capsys.readouterr().out == out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("week.cvs", "week.cvs: No such file or directory; did you mean week.csv?"),
        ("week.csv --days mon,tomorrow", "days: 'tomorrow' is not allowed; allowed: one of mon, tue,"),
        ("week.csv --days ,", "days: '' is not allowed; allowed: one of mon, tue,"),
        ("week.csv --callbacks 2", "2.0 is not in the range 0<=x<=1"),
        ("week.csv --fewer -1", "-1 is not in the range x>=0"),
        ("week.csv --mapping nothing", "mapping"),
        ("week.csv --out week.csv --force", "out: 'week.csv' is not allowed; allowed: "),
        ("week.csv --out there.toml", "a file that is not there yet, or --force to overwrite it"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(
    typed: str,
    told: str,
    path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("week.csv").write_bytes(path.read_bytes())
    Path("there.toml").write_text("dear to somebody\n", encoding="utf-8")
    assert main(["fit", *typed.split()]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1 or "Usage" in error
    assert Path("there.toml").read_text(encoding="utf-8") == "dear to somebody\n"
    assert Path("week.csv").read_bytes() == path.read_bytes()
