"""Settings that are read are settings that can be given; a centre becomes what a file says, whole or not
at all."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

import huntgroup as hg
from huntgroup.engine.difference import Wanted
from huntgroup.engine.settings_read import configuration, seconds
from huntgroup.settings import config_file
from huntgroup.settings.agents import AgentSettings
from huntgroup.settings.channels import BUILT_IN, CHANNEL_CHANGES
from huntgroup.settings.config_file import KEYS
from huntgroup.settings.queues import DEFAULTS
from huntgroup.testing.centres import MODELS, random_centre

PLACEMENT = {"devices", "signed_in", "status", "ready"}
SEEDS = range(20)
PAIRS = range(30)


def made(seed: int, model: str = "agent_modes", like: hg.Engine | None = None) -> hg.Engine:
    """A centre of the generator; what can never change in a running one is as it is in `like`."""
    engine = hg.Engine(model)
    for command in random_centre(Random(seed), engine.model, calm=False):
        given, name = command.kwargs, command.args[0]
        if like is not None and command.method == "add_channel" and name in like._channel_index:
            given = like.channel_settings(name)
        if like is not None and command.method == "add_queue" and name in like._queue_index:
            given = {**given, "channel": like.queue_settings(name)["channel"]}
        try:
            getattr(engine, command.method)(*command.args, **given)
        except (hg.Refused, hg.ConfigError):
            continue
    return engine


def rebuilt(engine: hg.Engine) -> hg.Engine:
    """Another one, from the settings that this one tells."""
    other = hg.Engine(engine.model)
    for name in engine._channel_names:
        settings = engine.channel_settings(name)
        if name in BUILT_IN:
            other.update_channel(name, **{key: settings[key] for key in CHANNEL_CHANGES})
        else:
            other.add_channel(name, **settings)
    for name in engine._queue_index:
        other.add_queue(name, **engine.queue_settings(name))
    for name in engine._agent_index:
        other.add_agent(name, **engine.agent_settings(name))
        for queue, settings in engine.membership_settings(name).items():
            other.join(name, queue, **settings)
    return other


def known(engine: hg.Engine) -> dict[str, Any]:
    """The configuration; the order in which skills were first mentioned is no part of it."""
    told = configuration(engine)
    return {**told, "skills": sorted(told["skills"])}


@pytest.mark.parametrize("model", MODELS)
def test_an_engine_made_from_the_settings_of_another_has_them(model: str) -> None:
    for seed in SEEDS:
        has_the_settings_of(made(seed, model))


def has_the_settings_of(engine: hg.Engine) -> None:
    other = rebuilt(engine)
    told, again = known(engine), known(other)
    # A skill that nobody has is mentioned by nothing that can be read.
    assert set(again.pop("skills")) <= set(told.pop("skills"))
    assert again == told
    for name in engine._queue_index:
        settings = engine.queue_settings(name)
        assert list(settings) == list(DEFAULTS)
        del settings["channel"]
        other.update_queue(name, **settings)
        assert other.queue_settings(name) == engine.queue_settings(name)
    for name in engine._agent_index:
        settings = engine.agent_settings(name)
        assert set(settings) == {*KEYS["agent"]} - {"name"} - PLACEMENT
        other.update_agent(name, **{key: settings[key] for key in AgentSettings.__annotations__})
        assert other.agent_settings(name) == settings


@pytest.mark.parametrize("seed", PAIRS)
def test_a_centre_becomes_another_one_and_then_is_no_different(seed: int) -> None:
    engine = made(seed)
    wanted = wanted_of(made(seed + 1_000, like=engine))
    found = engine.difference(wanted, remove=True)
    assert not found.problems
    told = engine.reconfigure(wanted, remove=True)
    assert (told.changes, told.lost) == (found.changes, found.lost)
    engine.verify()
    again = engine.difference(wanted, remove=True)
    assert not again.changes, again
    assert not again.steps
    assert comparable(engine, wanted.engine) == comparable(wanted.engine, wanted.engine)


def wanted_of(engine: hg.Engine) -> Wanted:
    """As a file would say it, in which a queue overflows to one of the file or to none."""
    for name in engine._queue_index:
        target = engine.queue_settings(name)["overflow"]
        if target is not None and target[1] not in engine._queue_index:
            engine.update_queue(name, overflow=None)
    tables = engine.configuration()
    del tables["model"]
    return Wanted(config_file.plan_of(tables, Path()), hg.Engine._of_tables(engine.configuration()))


def comparable(engine: hg.Engine, wanted: hg.Engine) -> dict[str, Any]:
    """But for skills, which never go, and channels that the other does not have, which stay."""
    told = configuration(engine)
    for settings in told["agent"].values():
        settings["capacity"] = {
            channel: most
            for channel, most in settings["capacity"].items()
            if channel in wanted._channel_index
        }
    return {"queue": told["queue"], "agent": told["agent"]}


def test_a_duration_that_seconds_cannot_say_is_a_timedelta() -> None:
    engine = hg.Engine()
    exact = timedelta(days=30 * 365, microseconds=1)
    engine.add_queue(
        "sales", max_wait=exact, wrap_up=0.1, preferred_wait=1e-9, offer_timeout=timedelta(seconds=5)
    )
    settings = engine.queue_settings("sales")
    assert (settings["max_wait"], settings["wrap_up"], settings["preferred_wait"]) == (exact, 0.1, 1e-9)
    assert (settings["offer_timeout"], seconds(20_000_000_000)) == (5, 20)


def test_a_file_may_say_the_wrap_up_of_a_channel_that_is_always_there(tmp_path: Path) -> None:
    file = tmp_path / "centre.toml"
    file.write_text('[[channel]]\nname = "voice"\nwrap_up = 5\nwrap_up_unanswered = true\n', encoding="utf-8")
    engine = hg.Engine.from_config(file)
    settings = engine.channel_settings("voice")
    assert (settings["wrap_up"], settings["wrap_up_unanswered"], settings["blocks"]) == (5, True, "others")
    file.write_text('[[channel]]\nname = "voice"\nunits = 5\n', encoding="utf-8")
    with pytest.raises(hg.CentreError, match=r"channel\.voice\.name"):
        hg.Engine.from_config(file)


CENTRE = """
model = "m.toml"
skills = ["spanish"]
[[queue]]
name = "sales"
[[agent]]
name = "anna"
queues = ["sales"]
signed_in = true
"""


def model_file(tmp_path: Path, **changes: str) -> None:
    text = (Path(hg.__file__).parent / "models" / "agent_modes.toml").read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "m.toml").write_text(text, encoding="utf-8")


def test_a_model_that_was_changed_beside_the_file_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "centre.toml"
    file.write_text(CENTRE, encoding="utf-8")
    model_file(tmp_path)
    engine = hg.Engine.from_config(file)
    assert not engine.difference(file)
    model_file(tmp_path, Break="Pause")
    told = engine.reconfigure(file, by=hg.Actor("root", "administrator"))
    assert [step.command for step in told.steps] == ["update_model"]
    assert {(change.what, change.setting) for change in told.changes if "status." in str(change.setting)} == {
        ("removed", "status.Break"),
        ("removed", "status.Waiting for Break"),
        ("added", "status.Pause"),
        ("added", "status.Waiting for Pause"),
    }
    assert "Pause" in engine.agent("anna").selectable
    assert not engine.difference(file)
    file.write_text(CENTRE.replace("m.toml", "queue_login"), encoding="utf-8")
    refused = engine.difference(file)
    assert [problem.key for problem in refused.problems] == ["model"]


def test_skills_that_only_the_list_names_are_known_afterwards(tmp_path: Path) -> None:
    file = tmp_path / "centre.toml"
    file.write_text(CENTRE.replace('model = "m.toml"', ""), encoding="utf-8")
    engine = hg.Engine.from_config(file)
    with pytest.raises(hg.UnknownSkill):
        engine.enqueue("sales", requires="dutch")
    file.write_text(
        CENTRE.replace('model = "m.toml"', "").replace('"spanish"', '"spanish", "dutch"'), encoding="utf-8"
    )
    assert engine.reconfigure(file).changes[0].words == "skill dutch: added"
    engine.enqueue("sales", requires="dutch")
    assert not engine.difference(file)


def test_what_the_engine_refuses_in_the_middle_leaves_nothing_done(tmp_path: Path) -> None:
    """The first commands would be carried out; one further on may not be."""
    file = tmp_path / "centre.toml"
    text = CENTRE.replace('model = "m.toml"', "")
    file.write_text(text, encoding="utf-8")
    engine = hg.Engine.from_config(file, start=0)
    engine.connect("anna")
    engine.set_status("anna", "Ready")
    call = engine.enqueue("sales")
    engine.accept(call)
    engine.poll()
    before = engine.digest()
    file.write_text(
        text.replace("anna", "annie").replace('name = "sales"', 'name = "sales"\nwrap_up = 9'),
        encoding="utf-8",
    )
    with pytest.raises(hg.ReconfigureError, match="remove_agent"):
        engine.reconfigure(file, earlier={"agent": ["anna"]})
    assert (engine.digest(), engine.poll()) == (before, [])
    engine.end(call)
    engine.reconfigure(file, earlier={"agent": ["anna"]})
    assert set(engine._agent_index) == {"annie"}


def test_it_is_one_group_and_the_same_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "centre.toml"
    file.write_text(CENTRE.replace('model = "m.toml"', ""), encoding="utf-8")
    with hg.Engine.open(tmp_path / "journal", config=file, start=0) as engine:
        groups = engine._journal.store.next_seq
        file.write_text(
            CENTRE.replace('model = "m.toml"', "").replace("anna", "annie")
            + '[[queue]]\nname = "night"\n[queue.hours]\ntz = "UTC"\nweekly = {}\n',
            encoding="utf-8",
        )
        engine.reconfigure(file, earlier={"agent": ["anna"]}, by=hg.Actor("root", "administrator"))
        (entry,) = list(engine._journal.store.read(groups))
        assert entry.count >= 3
        digest = engine.digest()
    with hg.Engine.open(tmp_path / "journal", config=file) as engine:
        assert engine.digest() == digest
        assert not engine.difference(file)
