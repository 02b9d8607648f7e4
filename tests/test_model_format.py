"""The presence model file: what is read, and what is refused and where."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huntgroup.errors import ConfigError, ModelError
from huntgroup.models import PresenceModel, built_in_names
from huntgroup.models.locate import key_lines
from huntgroup.models.schema import STATUS, TABLES, TOP

NAMES = ("agent_modes", "console_status", "duty_profiles", "presence_profiles", "queue_login")

SOUND = """\
name = "small"
default = "In"

[sign_in]
signed_out_shows = "Out"

[[status]]
name = "In"
colour = "green"
selectable = true
receives_queued = true
receives_direct = true
reported_as = "in"

[[status]]
name = "Out"
colour = "grey"
selectable = true
reported_as = "out: {name}"
"""


def refused(text: str) -> list[tuple[int, str]]:
    with pytest.raises(ModelError) as caught:
        PresenceModel.from_text(text)
    return [(problem.line, problem.key) for problem in caught.value.problems]


# --- the five ---------------------------------------------------------------------------------------------


def test_the_built_in_models_are_the_five() -> None:
    assert built_in_names() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_built_in_model_reads_back_from_its_plain_dict(name: str) -> None:
    model = PresenceModel.load(name)
    plain = json.loads(json.dumps(model.to_dict()))
    again = PresenceModel.from_dict(plain)
    assert again == model
    assert hash(again) == hash(model)
    assert again.fingerprint == model.fingerprint
    assert pickle.loads(pickle.dumps(model)) == model
    assert PresenceModel.load(model) is model
    assert len({PresenceModel.load(other).fingerprint for other in NAMES}) == 5


@pytest.mark.parametrize(
    ("name", "default", "selectable", "never_selected", "signed_out"),
    [
        (
            "duty_profiles",
            "Off Duty",
            {"On Duty", "Off Duty"},
            {"Offered", "In a Call", "Absent", "Not Connected"},
            "Not Connected",
        ),
        (
            "presence_profiles",
            "Available",
            {"Available", "Away", "Tentative", "Conference", "Lunch", "Logged Off"},
            {"Not Ready", "Ready", "Offered", "Busy", "Wrap Up"},
            "Logged Off",
        ),
        (
            "queue_login",
            "Offline",
            {"Online", "Single Call", "Offline", "End Shift", "Lunch", "Break", "Meeting", "Other"},
            {"On a Call"},
            None,
        ),
        (
            "console_status",
            "Working Offline",
            {"Available", "Working Offline", "On Break"},
            {"Offered", "Busy", "Busy (Stop New)", "Post Processing", "Logged Out"},
            "Logged Out",
        ),
        (
            "agent_modes",
            "Offline",
            {
                "Ready",
                "Break",
                "BackOffice - Administrative",
                "Handling - Outgoing Interactions",
                "Offline",
                "Waiting for Break",
                "Waiting for BackOffice - Administrative",
                "Waiting for Handling - Outgoing Interactions",
                "Waiting for Offline",
            },
            {"Offered", "Busy", "No Answer"},
            "Offline",
        ),
    ],
)
def test_names_of_the_statuses(
    name: str, default: str, selectable: set[str], never_selected: set[str], signed_out: str | None
) -> None:
    model = PresenceModel.load(name)
    assert model.default == default
    assert {status.name for status in model.statuses if status.selectable} == selectable
    assert {status.name for status in model.statuses if not status.selectable} == never_selected
    assert model.sign_in.signed_out_shows == signed_out
    assert model.sign_in.required == (signed_out is not None)


@pytest.mark.parametrize(
    ("name", "queued", "direct", "logged_out"),
    [
        ("duty_profiles", {"On Duty"}, {"On Duty", "Off Duty"}, {"Off Duty"}),
        ("presence_profiles", {"Available"}, {"Available", "Tentative"}, {"Logged Off"}),
        (
            "queue_login",
            {"Online", "Single Call"},
            {"Online", "Single Call", "Offline", "End Shift", "Lunch", "Break", "Meeting", "Other"},
            {"Offline", "End Shift", "Lunch", "Break", "Meeting", "Other"},
        ),
        ("console_status", {"Available"}, {"Available"}, set()),
        ("agent_modes", {"Ready"}, {"Ready", "Handling - Outgoing Interactions"}, {"Offline"}),
    ],
)
def test_what_selectable_statuses_receive(
    name: str, queued: set[str], direct: set[str], logged_out: set[str]
) -> None:
    chosen = [status for status in PresenceModel.load(name).statuses if status.selectable]
    assert {status.name for status in chosen if status.receives_queued is True} == queued
    assert {status.name for status in chosen if status.takes_direct("voice")} == direct
    assert {status.name for status in chosen if status.logged_in is False} == logged_out


def test_colours_and_reports_come_from_the_base_status_where_the_shown_one_is_silent() -> None:
    duty = PresenceModel.load("duty_profiles")
    assert duty.colour("On Duty", "In a Call") == "green"
    assert duty.colour("Off Duty", "In a Call") == "yellow"
    login = PresenceModel.load("queue_login")
    assert login.colour("Online", "On a Call") == "red"
    assert login.reported_as("Online", "On a Call") == "logged in"
    assert login.reported_as("Lunch", "Lunch") == "logged out: Lunch"
    assert login.reported_as(2, 2) == login.reported_as("End Shift", "End Shift") == "logged out"
    with pytest.raises(ConfigError, match="Vacation"):
        login.colour("Online", "Vacation")


@pytest.mark.parametrize("name", NAMES)
def test_the_text_names_everything_that_can_be_seen(name: str) -> None:
    model = PresenceModel.load(name)
    text = model.text()
    assert text.startswith(f"{model.title} ({name})\n")
    assert all(status.name in text for status in model.statuses)
    assert all(line == line.rstrip() for line in text.splitlines())


# --- a file of one's own ------------------------------------------------------------------------------------


def test_a_file_is_read_from_its_path(tmp_path: Path) -> None:
    file = tmp_path / "small.toml"
    file.write_bytes(b"\xef\xbb\xbf" + SOUND.encode())
    model = PresenceModel.load(file)
    assert model == PresenceModel.load(str(file)) == PresenceModel.from_text(SOUND)
    assert model.title == "small"
    assert model.status("In").kind == "In"
    assert model.status("Out").features is None
    assert model.sign_in.sets_default


def test_every_key_of_the_format_can_be_set() -> None:
    lines = """\
name = "whole"
title = "All of it"
default = "In"
no_answer = "Out"
supervisor_needs_sign_in = true
[sign_in]
required = false
sets_default = false
signed_out_shows = "Out"
[toggle]
default = true
[external_presence]
default = "here"
values = { here = "yes", away = "no", else = "setting" }
clears = ["here"]
[[status]]
name = "In"
kind = "on"
colour = "green"
selectable = true
receives_queued = "listed"
queues = ["vip"]
receives_direct = ["chat", "fax"]
features = true
logged_in = true
reported_as = "in"
goes_to = ["Out"]
may_sign_out = false
locked = true
needs_device = "voice"
needs_toggle = true
queue_group = "sales"
after_accept = "Out"
one_offer = true
aliases = ["Inside", "IN"]
[[status]]
name = "Out"
colour = "grey"
selectable = true
logged_in = false
reported_as = "{name}"
waits_as = "Going out"
duration = 1.5
[[status]]
name = "Going out"
colour = "grey"
selectable = true
reported_as = "in"
waits_for = "Out"
[[derived]]
when = ["signed_in", "toggle", "handling", "offered", "wrap_up", "not stop_new", "only_stop_new_channels",
        "connected", "not after_accept", "handling voice", "not device fax"]
kinds = ["on"]
show = "Out"
receives = "own"
[on]
missed_queued = "Out"
missed_direct = "Out"
rejected_queued = "Out"
[queues]
status_sets_logins = true
login_sets = "In"
last_logout_sets = "Out"
[wrap_up]
fixed = true
[stop_new]
channels = ["chat"]
[supervisor]
sets = ["In"]
[custom]
kinds = ["on"]
reported_as = "own: {name}"
[channels.chat]
blocks = "others"
[channels.fax]
blocks = ["voice"]
[channels."e mail"]
blocks = "none"
"""
    model = PresenceModel.from_text(lines)
    assert PresenceModel.from_dict(model.to_dict()) == model
    assert model.status("Out").duration_ns == 1_500_000_000
    assert model.blocks("chat") == "others"
    assert model.blocks("fax") == ("voice",)
    assert model.blocks("voice") is None
    assert model.status("In").takes_queued("vip")
    assert not model.status("In").takes_queued("sales")
    assert model.external_presence is not None
    assert model.external_presence.answer("else") == "setting"
    assert model.external_presence.answer("gone") is None
    assert "All of it" in model.text()


def test_every_mistake_is_told_at_once_with_its_line() -> None:
    text = """\
name = "Small"
default = "Gone"
colour = "green"
no_answer = 3

[sign_in]
required = "yes"

[[status]]
name = "In"  # no colour, no report
selectable = true
receives_queued = "some"
goes_to = [
    "Out",
    "Nowhere",
]

[[status]]
name = "In"
duration = 0
waits_as = "In"

[[derived]]
when = ["idle"]
show = "Busy"
kinds = ["none"]

[channels.chat]
blocks = "all"
"""
    assert refused(text) == [
        (1, "name"),
        (2, "default"),
        (3, "colour"),
        (4, "no_answer"),
        (7, "sign_in.required"),
        (9, 'status "In".colour'),
        (9, 'status "In".reported_as'),
        (12, 'status "In".receives_queued'),
        (13, 'status "In".goes_to'),
        (19, 'status "In".name'),
        (20, 'status "In".duration'),
        (21, 'status "In".waits_as'),
        (24, "derived[1].when"),
        (25, "derived[1].show"),
        (26, "derived[1].kinds"),
        (29, "channels.chat.blocks"),
    ]


def test_the_message_has_source_line_key_value_and_what_is_allowed(tmp_path: Path) -> None:
    file = tmp_path / "broken.toml"
    file.write_text(SOUND.replace("receives_queued = true", 'receives_queued = "some"'))
    with pytest.raises(ModelError) as caught:
        PresenceModel.load(file)
    message = str(caught.value)
    assert message.startswith(f"{file}: line 11: ")
    assert (
        """status "In".receives_queued: 'some' is not allowed; allowed: true, false or "listed\"""" in message
    )
    assert caught.value.field == 'status "In".receives_queued'
    assert caught.value.value == "some"


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('default = "In"', "", "default"),
        ('default = "In"', 'default = "Out"\n[toggle]\ndefault = 1', "toggle.default"),
        ('name = "small"\n', "", "name"),
        ('name = "In"', 'name = ""', "status[1].name"),
        ('name = "In"', 'name = " In"', 'status " In".name'),
        ('name = "In"', 'name = "I\\u0000n"', "status[1].name"),
        ('name = "In"', f'name = "{"x" * 129}"', "status[1].name"),
        ("receives_direct = true", "receives_direct = [1]", 'status "In".receives_direct'),
        ("receives_direct = true", 'receives_direct = ["a", "a"]', 'status "In".receives_direct'),
        ("receives_direct = true", 'queues = ["vip"]', 'status "In".queues'),
        ("receives_direct = true", "needs_toggle = true", 'status "In".needs_toggle'),
        ("receives_direct = true", "duration = 60", 'status "In".duration'),
        ("receives_direct = true", "locked = 1", 'status "In".locked'),
        ("receives_direct = true", 'after_accept = "Lunch"', 'status "In".after_accept'),
        ("receives_direct = true", 'waits_for = "Out"', 'status "In".waits_for'),
        ("receives_direct = true", 'waits_for = "In"', 'status "In".waits_for'),
        ("receives_direct = true", 'waits_as = "Out"', 'status "In".waits_as'),
        ("receives_direct = true", "duration = true", 'status "In".duration'),
        ('reported_as = "out: {name}"', 'reported_as = "x"\nduration = inf', 'status "Out".duration'),
        ('reported_as = "out: {name}"', 'reported_as = "x"\nduration = -1', 'status "Out".duration'),
        ('reported_as = "out: {name}"', 'reported_as = "x"\nduration = 1e-12', 'status "Out".duration'),
        ('reported_as = "out: {name}"', 'reported_as = "x"\nduration = 3.2e9', 'status "Out".duration'),
        ('default = "In"', 'default = "In"\n[[derived]]\nshow = "In"', "derived[1].when"),
        ('default = "In"', 'default = "In"\n[derived]\nshow = "In"', "derived"),
        (
            'default = "In"',
            'default = "In"\n[[derived]]\nshow = "In"\nwhen = ["toggle", "not toggle"]',
            "derived[1].when",
        ),
        ('default = "In"', 'default = "In"\non = 3', "on"),
        ('default = "In"', 'default = "In"\nchannels = 3', "channels"),
        ('default = "In"', 'default = "In"\n[channels]\nchat = "none"', "channels.chat"),
        ('default = "In"', 'default = "In"\n[channels.""]\nblocks = "none"', "channels."),
        ('default = "In"', 'default = "In"\n[on]\nmissed_queued = "Away"', "on.missed_queued"),
        ('default = "In"', 'default = "In"\n[on]\nrejected_queued = "Away"', "on.rejected_queued"),
        ('default = "In"', 'default = "In"\nno_answer = "Away"', "no_answer"),
        ('default = "In"', 'default = "In"\n[supervisor]\nsets = ["Away"]', "supervisor.sets"),
        ('default = "In"', 'default = "In"\n[custom]\nkinds = ["Away"]', "custom.kinds"),
        ('default = "In"', 'default = "In"\n[stop_new]\nchannels = []', "stop_new.channels"),
        ('signed_out_shows = "Out"', 'signed_out_shows = "Away"', "sign_in.signed_out_shows"),
        (
            'default = "In"',
            'default = "In"\n[external_presence]\ndefault = "here"\nvalues = {away = "no"}',
            "external_presence.default",
        ),
        (
            'default = "In"',
            'default = "In"\n[external_presence]\ndefault = "away"\nvalues = {away = "maybe"}',
            "external_presence.values",
        ),
        (
            'default = "In"',
            'default = "In"\n[external_presence]\ndefault = "away"\nvalues = {away = "no"}\nclears = ["x"]',
            "external_presence.clears",
        ),
    ],
)
def test_one_mistake_is_told_alone(old: str, new: str, key: str) -> None:
    assert old in SOUND
    text = SOUND.replace(old, new, 1)
    found = refused(text)
    assert key in [name for _, name in found]
    assert len(found) == 1 or "waits_for" in key or "toggle" in key or ".name" in key
    assert all(line > 0 or name in ("name", "default") for line, name in found)


def test_a_default_must_be_selectable_and_not_waiting() -> None:
    hidden = SOUND.replace("selectable = true", "", 1)
    assert refused(hidden) == [(2, "default")]
    modes = PresenceModel.load("agent_modes")
    with pytest.raises(ModelError, match="default"):
        modes.with_default("Waiting for Break")


def test_the_engine_sets_no_status_that_waits() -> None:
    plain = PresenceModel.load("agent_modes").to_dict()
    plain["no_answer"] = plain["on"]["missed_direct"] = "Waiting for Break"
    plain["status"][0]["after_accept"] = "Waiting for Break"
    with pytest.raises(ModelError) as caught:
        PresenceModel.from_dict(plain)
    keys = {problem.key for problem in caught.value.problems}
    assert keys == {"no_answer", "on.missed_direct", 'status "Ready".after_accept'}


def test_at_most_255_statuses() -> None:
    rows = "".join(f'[[status]]\nname = "extra {number}"\n' for number in range(253))
    assert len(PresenceModel.from_text(SOUND + rows).statuses) == 255
    assert (7, "status") in refused(SOUND + rows + '[[status]]\nname = "one more"\n')


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b'name = "small"\ndefault = \n', 2),
        (b'name = "small"\nname = "small"\n', 2),
        (b'name = "small"\n# caf\xe9\n', 2),
        (b'name = "small', 1),
        (b"x = " + b"[" * 100_000, 0),
        (b"x = " + b"9" * 10_000, 1),
        (b"", 0),
    ],
)
def test_what_is_no_toml_gives_one_error_with_the_place(tmp_path: Path, content: bytes, line: int) -> None:
    file = tmp_path / "broken.toml"
    file.write_bytes(content)
    with pytest.raises(ModelError) as caught:
        PresenceModel.load(file)
    assert caught.value.problems[0].line == line
    assert len(str(caught.value)) < 1500


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "huge.toml"
    file.write_bytes(b"#" * 300_000)
    with pytest.raises(ModelError, match="bytes"):
        PresenceModel.load(file)


@pytest.mark.parametrize("source", ["agent_mode", "Agent_Modes", "", 3, None, "no/such/file", "missing.toml"])
def test_an_unknown_model_is_refused_by_name(source: Any) -> None:
    with pytest.raises(ConfigError, match="model"):
        PresenceModel.load(source)


def test_lines_are_found_through_quotes_brackets_and_comments() -> None:
    text = """\
# a = 1
"a.b" = "x # not a comment"
'c' = '''
d = 2
'''
e = { f = "}", g = 1 }  # h = 1
i . "j=" = [ # k
  "]", 1,

]
[[l]]
m = \"\"\"
n = \\\"\"\" 3
""\"\"\"
[[l]]
[l.o]
p = 1
[[l.q."r]]"]]
s = 1
"""
    lines = key_lines(text)
    assert lines[("a.b",)] == 2
    assert lines[("c",)] == 3
    assert lines[("e",)] == 6
    assert lines[("i", "j=")] == 7
    assert lines[("l", 0)] == 11
    assert lines[("l", 0, "m")] == 12
    assert lines[("l", 1)] == 15
    assert lines[("l", 1, "o", "p")] == 17
    assert lines[("l", 1, "q", "r]]", 0, "s")] == 19
    assert not {("d",), ("h",), ("k",), ("n",)} & set(lines)


# --- hostile input ------------------------------------------------------------------------------------

plain_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(max_size=8), values, max_size=3),
    max_leaves=6,
)


@settings(deadline=None)
@given(
    st.sampled_from(NAMES),
    st.lists(
        st.tuples(
            st.sampled_from([*TOP, *TABLES, "status", "derived", "channels", "more"]),
            st.sampled_from([*STATUS, "when", "show", "sets", "values", "clears", "kinds", ""]),
            plain_values,
        ),
        min_size=1,
        max_size=3,
    ),
)
def test_a_damaged_document_is_a_model_or_a_model_error(
    name: str, damage: list[tuple[str, str, Any]]
) -> None:
    plain = PresenceModel.load(name).to_dict()
    for table, key, value in damage:
        target = plain.get(table)
        if isinstance(target, list) and target and isinstance(target[0], dict) and key:
            target[0][key] = value
        elif isinstance(target, dict) and key:
            target[key] = value
        else:
            plain[table] = value
    model = None
    try:
        model = PresenceModel.from_dict(plain)
    except ModelError as error:
        told = str(error)
    if model is None:
        assert told
    else:
        assert PresenceModel.from_dict(model.to_dict()) == model


@settings(deadline=None)
@given(st.text(alphabet="a=[]{}\"'#\n .,1\\", max_size=40))
def test_any_text_is_a_model_or_a_model_error(text: str) -> None:
    with pytest.raises(ModelError):
        PresenceModel.from_text(text)


@pytest.mark.parametrize("plain", [None, [], "agent_modes", 3])
def test_a_model_is_a_dict(plain: Any) -> None:
    with pytest.raises(ModelError):
        PresenceModel.from_dict(plain)
