"""A centre's file: every mistake of it at once, and a schema that says what one value may be."""

from __future__ import annotations

import copy
import inspect
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import huntgroup as hg
from huntgroup.cli.group import run_command_line
from huntgroup.settings import centre_schema
from huntgroup.settings.centre_schema import AGENT, CHANNEL, MEMBERSHIP, QUEUE, SERVICE
from huntgroup.settings.config_file import KEYS, MEMBERSHIP_KEYS
from huntgroup.settings.service_table import ServiceSettings

WRONG = """\
modl = "x"
seed = "x"
skills = ["spanish"]
groups = ["emea"]
[service]
rte = 3
rate = -1
[[channel]]
name = "task"
capability = "emil"
[[queue]]
name = "sales"
strateg = "x"
strategy = "best"
overflow = [60, "bakcup"]
relax = [[5, "spanish"], [9, "not"], [3, "x"], [20, "x >= >= 2"]]
group = "emeaa"
requires = "spanish >="
[[queue]]
name = "backup"
offer_timeout = 0
[queue.hours]
tz = "Europe/Berlinn"
weekly = { mon = ["09:00", "25:00"], tue = ["18:00", "17:00"] }
[[queue]]
channel = "voice"
[[agent]]
name = "alice"
skills = { spanish = 11, french = -1, russian = 3 }
queues = ["nowhere", "sales", "nobody", { queue = "backup", rnk = 1, delay = -3 }, { queue = "x" }]
devices = ["voice", "fax"]
status = "Dancing"
[[agent]]
name = "alice"
"""

MISTAKES = [
    (1, "modl"),
    (2, "seed"),
    (6, "service.rte"),
    (7, "service.rate"),
    (10, "channel.task.capability"),
    (13, "queue.sales.strateg"),
    (14, "queue.sales.strategy"),
    (15, "queue.sales.overflow"),
    (16, "queue.sales.relax[1]"),
    (16, "queue.sales.relax[2]"),
    (16, "queue.sales.relax[3]"),
    (17, "queue.sales.group"),
    (18, "queue.sales.requires"),
    (21, "queue.backup.offer_timeout"),
    (23, "queue.backup.hours.tz"),
    (24, "queue.backup.hours.weekly.mon"),
    (24, "queue.backup.hours.weekly.tue"),
    (25, "queue[2].name"),
    (29, "agent.alice.skills['spanish']"),
    (29, "agent.alice.skills['french']"),
    (30, "agent.alice.queues"),
    (30, "agent.alice.queues"),
    (30, "agent.alice.queues"),
    (30, "agent.alice.queues.rnk"),
    (30, "agent.alice.queues.delay"),
    (31, "agent.alice.devices"),
    (32, "agent.alice.status"),
    (34, "agent.alice.name"),
]


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    path = tmp_path / "centre.toml"
    path.write_text(WRONG, encoding="utf-8")
    return path


def test_every_mistake_of_a_file_is_told_at_once_with_its_line(wrong: Path) -> None:
    with pytest.raises(hg.CentreError) as caught:
        hg.Engine.from_config(wrong)
    found = sorted((problem.line, problem.key) for problem in caught.value.problems)
    assert sorted(found) == sorted(MISTAKES), found
    assert caught.value.source == str(wrong)
    lines = [problem.line for problem in caught.value.problems]
    assert lines == sorted(lines)


def test_a_name_that_is_nearly_right_is_asked_for(wrong: Path) -> None:
    with pytest.raises(hg.CentreError) as caught:
        hg.Engine.from_config(wrong)
    asked = {
        problem.key: problem.allowed for problem in caught.value.problems if "did you mean" in problem.allowed
    }
    assert asked["queue.sales.strateg"].endswith("did you mean strategy?")
    assert asked["queue.sales.overflow"].endswith("did you mean backup?")


def test_without_its_model_nothing_is_said_of_agents(tmp_path: Path) -> None:
    path = tmp_path / "centre.toml"
    path.write_text(
        "model = 'none'\n[[queue]]\nname = 'q'\nwrap_up = -1\n[[agent]]\nname = 'a'\nstatus = 'x'\n"
    )
    with pytest.raises(hg.CentreError) as caught:
        hg.Engine.from_config(path)
    assert [problem.key for problem in caught.value.problems] == ["model", "queue.q.wrap_up"]


def test_mistakes_of_the_model_s_file_are_among_them(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("name = 'mine'\ncolour = 1\n")
    path = tmp_path / "centre.toml"
    path.write_text("model = 'mine.toml'\n[[queue]]\nname = 'q'\nwrap_up = -1\n")
    with pytest.raises(hg.CentreError) as caught:
        hg.Engine.from_config(path)
    keys = [problem.key for problem in caught.value.problems]
    assert any("mine.toml" in key and "colour" in key for key in keys)
    assert "queue.q.wrap_up" in keys


def test_arguments_of_the_caller_are_no_mistakes_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "centre.toml"
    path.write_text("[[queue]]\nname = 'q'\n")
    with pytest.raises(hg.ConfigError, match="start") as caught:
        hg.Engine.from_config(path, start=-5)
    assert not isinstance(caught.value, hg.CentreError)


def test_a_text_that_is_no_toml_has_its_line(tmp_path: Path) -> None:
    path = tmp_path / "centre.toml"
    path.write_text("model = 'agent_modes'\nseed =\n")
    with pytest.raises(hg.CentreError) as caught:
        hg.Engine.from_config(path)
    assert caught.value.problems[0].line == 2


# --- the command line -------------------------------------------------------------------------------------


def test_check_tells_each_mistake_on_a_line(wrong: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command_line(["check", str(wrong)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == len(MISTAKES)
    assert f"huntgroup: {wrong}: line 15: queue.sales.overflow: 'bakcup' is not allowed" in err


def test_check_says_what_a_sound_file_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "centre.toml"
    path.write_text("[[queue]]\nname = 'q'\n[[agent]]\nname = 'a'\nteam = 'north'\n")
    assert run_command_line(["check", str(path)]) == 0
    assert capsys.readouterr().out == f"{path} is sound: model agent_modes, 1 queues, 1 agents\n"


def test_check_as_json_has_one_object_a_file(
    wrong: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import json

    assert run_command_line(["check", "--json", str(wrong), str(tmp_path / "gone.toml")]) == 2
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert len(first["mistakes"]) == len(MISTAKES)
    assert second["error"].startswith("No such file")


# --- keys and schema --------------------------------------------------------------------------------------


def parameters(method: Any) -> set[str]:
    return set(inspect.signature(method).parameters) - {"self", "by", "at", "agent", "call"}


def test_a_file_has_every_argument_of_the_methods() -> None:
    assert set(KEYS["channel"]) == parameters(hg.Engine.add_channel)
    assert set(KEYS["agent"]) == parameters(hg.Engine.add_agent)
    assert set(MEMBERSHIP_KEYS) == parameters(hg.Engine.join)


def test_the_schema_has_exactly_the_keys() -> None:
    assert set(CHANNEL) == set(KEYS["channel"])
    assert set(QUEUE) == set(KEYS["queue"])
    assert set(AGENT) == set(KEYS["agent"])
    assert set(MEMBERSHIP) == set(MEMBERSHIP_KEYS)
    assert set(SERVICE) == set(ServiceSettings.__dataclass_fields__)


VALUES: list[Any] = [
    *(
        -1,
        0,
        1,
        2,
        0.5,
        10,
        11,
        255,
        256,
        3600,
        3601,
        65_535,
        65_536,
        2**31 - 1,
        2**31,
        1e9 + 0.5,
        3.2e9 + 0.5,
    ),
    *(True, "", "x", "voice", "all", "always", "open", "refuse", "slot", "ring_all", "agent", "spanish >= 3"),
    *([], ["voice"], [1, 2], [10, "q"], [-1, "q"], [10, 0.5], [10, 1.5], [[1, "x"]], [[1, "x", 2]]),
    *({}, {"x": 3}, {"x": 11}, {"voice": 2}, {"tz": "UTC", "weekly": {}}),
    {"tz": "UTC", "weekly": {"mon": ["09:00", "17:00"]}, "exceptions": {"2026-12-25": []}},
    {"tz": "UTC", "weekly": {"mon": [["09:00", "12:00"], ["13:00", "24:00"]]}},
    {"tz": "UTC", "weekly": {"someday": []}},
]

# An engine takes handles of requirements too, which a file cannot have.
HANDLES = {("queue", "requires"), ("queue", "relax")}
# What a schema cannot know: whether a channel, a queue, a status exists, and what fits the rest of the entry.
BY_CHECK_ONLY = {
    ("channel", "name"),
    ("channel", "capability"),
    ("channel", "blocks"),
    ("channel", "interruptible_by"),
    ("queue", "name"),
    ("queue", "channel"),
    ("queue", "requires"),
    ("queue", "overflow"),
    ("queue", "relax"),
    ("agent", "name"),
    ("agent", "queues"),
    ("agent", "status"),
    ("agent", "devices"),
    ("agent", "capacity"),
    ("agent", "ready"),
    ("agent", "signed_in"),
}


def document(kind: str, key: str, value: Any) -> dict[str, Any]:
    entry = {"name": "q", key: copy.deepcopy(value)}
    return {kind: [entry], **({} if kind == "queue" else {"queue": [{"name": "q"}]})}


@pytest.mark.parametrize(
    ("kind", "key"), [(kind, key) for kind in KEYS for key in KEYS[kind]], ids=lambda one: str(one)
)
def test_schema_and_engine_take_the_same_values(kind: str, key: str, tmp_path: Path) -> None:
    """An oracle beside the engine's checks: what the schema refuses the engine refuses, and the other way
    round where a single value tells."""
    judge = Draft202012Validator(centre_schema.centre_schema())
    path = tmp_path / "centre.toml"
    tried = 0
    for value in VALUES:
        plain = document(kind, key, value)
        path.write_text(toml(plain), encoding="utf-8")
        assert tomllib.loads(path.read_text(encoding="utf-8")) == plain
        by_schema = judge.is_valid(plain)
        try:
            hg.Engine.from_config(path).close()
            by_engine = True
        except hg.CentreError:
            by_engine = False
        if (kind, key) in BY_CHECK_ONLY:
            assert by_schema or not by_engine or (kind, key) in HANDLES, value
        else:
            assert by_schema == by_engine, value
        tried += by_engine
    assert tried or (kind, key) in BY_CHECK_ONLY


def toml(plain: dict[str, Any]) -> str:
    """The document as TOML, in inline tables."""
    return "".join(f"{key} = {inline(value)}\n" for key, value in plain.items())


def inline(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}" = {inline(one)}' for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    return f'"{value}"' if isinstance(value, str) else repr(value)
