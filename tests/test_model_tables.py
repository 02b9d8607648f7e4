"""The compiled tables of a presence model against the model read rule by rule."""

from __future__ import annotations

import numpy as np
import pytest

from huntgroup.errors import ConfigError
from huntgroup.models import CONDITIONS, PresenceModel, Status, built_in_names
from huntgroup.models import tables as t
from huntgroup.models.tables import STATUS_DTYPE, ModelTables, compile_tables

CHANNELS = ("voice", "chat", "email")


def compiled(name: str) -> tuple[PresenceModel, ModelTables]:
    model = PresenceModel.load(name)
    return model, compile_tables(model, CHANNELS, {}, {})


def bits(*conditions: str) -> int:
    return sum(1 << CONDITIONS.index(name) for name in (*conditions, "connected"))


def left_open(status: Status) -> bool:
    return not status.selectable or status.waits_for is not None


def shown(model: PresenceModel, base: str, conditions: frozenset[str]) -> tuple[str, str]:
    """The status shown and the one whose row counts, read straight from the model."""
    if model.sign_in.required and not {"signed_in", "connected"} <= conditions:
        out = model.sign_in.signed_out_shows or base
        return out, out
    for rule in model.derived:
        if rule.fits(model.status(base).kind, conditions):
            return rule.show, rule.show if rule.receives == "own" else base
    return base, base


@pytest.mark.parametrize("name", built_in_names())
def test_derived_and_effective_equal_the_rules(name: str) -> None:
    model, tables = compiled(name)
    names, asked = list(model.indices), (*CONDITIONS, *model.asked)
    for index, base in enumerate(model.statuses):
        for mask in range(1 << len(asked)):
            holding = frozenset(name for bit, name in enumerate(asked) if mask >> bit & 1)
            expected = shown(model, base.name, holding)
            assert tuple(names[row] for row in tables.derived[index, mask]) == expected
            visible = model.status(expected[0])
            features = base.features if visible.features is None else visible.features
            logged_in = base.logged_in if visible.logged_in is None else visible.logged_in
            flags = (
                t.FEATURES * (features is not False)
                | t.LOGGED_IN * (logged_in is not False)
                | t.MAY_SIGN_OUT * visible.may_sign_out
                | t.LOCKED * visible.locked
                | t.OPEN_FEATURES * (features is None and left_open(base))
                | t.OPEN_LOGGED_IN * (logged_in is None and left_open(base))
            )
            assert tables.effective[index, mask] == flags


@pytest.mark.parametrize("name", built_in_names())
def test_rows_equal_the_statuses(name: str) -> None:
    model, tables = compiled(name)
    for index, status in enumerate(model.statuses):
        row = tables.statuses[index]
        assert bool(row["flags"] & t.SELECTABLE) == status.selectable
        assert bool(row["flags"] & t.RECEIVES_QUEUED) == (status.receives_queued is True)
        assert bool(row["flags"] & t.RECEIVES_LISTED) == (status.receives_queued == "listed")
        assert bool(row["flags"] & t.NEEDS_TOGGLE) == status.needs_toggle
        assert bool(row["flags"] & t.LOCKED) == status.locked
        assert bool(row["flags"] & t.IS_WAITING) == (status.waits_for is not None)
        for channel, channel_name in enumerate(CHANNELS):
            assert bool(row["direct_mask"] >> channel & 1) == status.takes_direct(channel_name)
        assert row["duration_ns"] == status.duration_ns
        for key in ("waits_as", "waits_for", "after_accept"):
            other = getattr(status, key)
            assert row[key] == (-1 if other is None else model.indices[other])
        allowed = model.supervisor.sets
        assert row["supervisor_may_set"] == (allowed is None or (status.waits_for or status.name) in allowed)
        for target, other in enumerate(model.statuses):
            expected = other.selectable and (status.goes_to is None or other.name in status.goes_to)
            assert tables.goes_to[index, target] == expected


def test_scalars_of_the_models() -> None:
    model, tables = compiled("duty_profiles")
    assert tables.default == model.indices["Off Duty"]
    assert tables.on_missed_queued == tables.no_answer == model.indices["Absent"]
    assert tables.on_missed_direct == -1
    assert tables.asked.tolist() == [[0b001, 0]]
    assert tables.on_rejected_queued == -1
    assert tables.signed_out_shows == model.indices["Not Connected"]
    assert tables.external_names == (
        *("available", "busy", "in_a_call", "do_not_disturb", "absent", "offline"),
    )
    assert tables.external_values.tolist() == [1, 2, 0, 0, 0, 0]
    assert tables.external_clears.tolist() == [1, 0, 0, 0, 0, 0]
    assert (tables.has_external, tables.external_default) == (True, 0)
    assert (tables.has_toggle, tables.has_stop_new, tables.wrap_up_fixed) == (False, False, False)

    model, tables = compiled("console_status")
    assert (tables.has_stop_new, tables.stop_new_mask, tables.wrap_up_fixed) == (True, 0b010, True)
    assert tables.channel_blocks.tolist() == [0xFFFFFFFF, 0b101, 0xFFFFFFFF]
    assert tables.on_rejected_queued == model.indices["On Break"]
    assert not tables.has_external
    assert tables.external_default == -1
    assert len(tables.external_values) == 0

    model, tables = compiled("queue_login")
    assert (tables.sign_in_required, tables.sets_default, tables.signed_out_shows) == (False, False, -1)
    assert tables.status_sets_logins
    assert tables.login_sets == model.indices["Online"]
    assert tables.last_logout_sets == model.indices["Offline"]
    assert tables.statuses["flags"][model.indices["Single Call"]] & t.ONE_OFFER
    assert tables.statuses["needs_device"][model.indices["Online"]] == 0
    assert (tables.derived[model.indices["Online"], 0] == model.indices["Online"]).all()

    model, tables = compiled("presence_profiles")
    assert (tables.has_toggle, tables.toggle_default) == (True, False)
    away = tables.statuses[model.indices["Away"]]
    assert away["direct_mask"] == 0b010
    assert not away["flags"] & t.FEATURES
    ready = tables.derived[model.indices["Available"], bits("signed_in", "toggle")]
    assert ready.tolist() == [model.indices["Ready"], model.indices["Available"]]


def test_groups_and_listed_queues_are_looked_up() -> None:
    model = (
        PresenceModel.load("presence_profiles")
        .with_status("Desk", like="Available", queue_group="sales")
        .with_status("Helping", like="Tentative", queues=["vip", "later", "gold"])
        .with_status("Also helping", like="Tentative", queues=["gold"])
    )
    desk, helping, also = (model.indices[name] for name in ("Desk", "Helping", "Also helping"))
    early = compile_tables(model, CHANNELS, {}, {})
    assert early.statuses["queue_group"][desk] == -2
    assert early.statuses["queue_group"][helping] == -1
    assert early.listed.tolist() == []
    late = compile_tables(model, CHANNELS, {"emea": 0, "sales": 1}, {"gold": 4, "vip": 2})
    assert late.statuses["queue_group"][desk] == 1
    assert late.listed.tolist() == [2, 4, 4]
    assert (late.statuses["listed_start"][helping], late.statuses["listed_count"][helping]) == (0, 2)
    assert (late.statuses["listed_start"][also], late.statuses["listed_count"][also]) == (2, 1)


def test_a_waiting_status_may_be_chosen_where_its_target_may() -> None:
    plain = PresenceModel.load("agent_modes").to_dict()
    plain["status"][0]["goes_to"] = ["Break"]
    model = PresenceModel.from_dict(plain)
    row = compile_tables(model, CHANNELS, {}, {}).goes_to[model.indices["Ready"]]
    allowed = [status.name for status, may in zip(model.statuses, row, strict=True) if may]
    assert allowed == ["Break", "Waiting for Break"]


def test_layout_is_what_the_core_reads() -> None:
    assert STATUS_DTYPE.itemsize == 56
    assert [STATUS_DTYPE.fields[name][1] for name in ("flags", "duration_ns", "supervisor_may_set")] == [
        0,
        40,
        48,
    ]
    _, tables = compiled("agent_modes")
    assert (tables.derived.dtype, tables.derived.shape) == (np.uint16, (12, 512, 2))
    assert (tables.effective.dtype, tables.effective.shape) == (np.uint32, (12, 512))
    assert (tables.goes_to.dtype, tables.goes_to.shape) == (np.uint8, (12, 12))
    for array in (tables.statuses, tables.goes_to, tables.listed, tables.derived, tables.effective):
        assert array.flags.c_contiguous
        assert not array.flags.writeable


def test_channels_are_limited() -> None:
    model = PresenceModel.load("console_status")
    names = [f"channel_{number}" for number in range(15)]
    assert compile_tables(model, [*names, "chat"], {}, {}).channel_blocks[15] == 0x7FFF
    with pytest.raises(ConfigError, match="channels"):
        compile_tables(model, [*names, "chat", "voice"], {}, {})
    plain = model.to_dict()
    plain["channels"].update({name: {} for name in names})
    plain["channels"]["chat"]["blocks"] = [*names, "chat"]
    compiled = compile_tables(PresenceModel.from_dict(plain), [*names, "chat"], {}, {})
    assert compiled.channel_blocks[15] == 0xFFFF
