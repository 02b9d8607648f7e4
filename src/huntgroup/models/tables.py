"""A presence model compiled to the tables that the core reads: rows of flags, no names.

Layout: one row of `statuses` for each status, in the model's order. What is shown depends on the base
status and on conditions, so it is worked out beforehand for each combination of them: those of `CONDITIONS`,
and one more bit for each thing that the model's rules ask of a channel (`ModelFields.asked`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huntgroup.errors import ConfigError
from huntgroup.limits import MAX_CHANNELS
from huntgroup.models.fields import ModelFields
from huntgroup.models.parts import ASKED_OF, CONDITIONS, LISTED, Status

SELECTABLE = 1
RECEIVES_QUEUED = 2
RECEIVES_LISTED = 4
FEATURES = 8
LOGGED_IN = 16
MAY_SIGN_OUT = 32
LOCKED = 64
NEEDS_TOGGLE = 128
IS_WAITING = 256
OPEN_FEATURES = 512
OPEN_LOGGED_IN = 1024
ONE_OFFER = 2048

NONE = -1
UNKNOWN_GROUP = -2
NOT_GIVEN = 0xFFFFFFFF  # no mask of MAX_CHANNELS bits
WORK = ("handling", "offered", "only_stop_new_channels")  # beside what is asked of single channels
ANSWERS = {"no": 0, "yes": 1, "setting": 2}

STATUS_DTYPE = np.dtype(
    [
        ("flags", "<u4"),
        ("direct_mask", "<u4"),
        ("needs_device", "<i4"),
        ("waits_as", "<i4"),
        ("waits_for", "<i4"),
        ("after_accept", "<i4"),
        ("queue_group", "<i4"),
        ("listed_start", "<i4"),
        ("listed_count", "<i4"),
        ("pad", "<i4"),
        ("duration_ns", "<i8"),
        ("supervisor_may_set", "<u4"),
        ("pad2", "<u4"),
    ]
)
"""One status as the core's struct has it: 56 bytes, naturally aligned; -1 is none, -2 an unknown group."""


@dataclass(frozen=True, slots=True)
class ModelTables:
    """Everything the core knows of a model. Arrays are C-contiguous and read-only; S is the statuses.

    `goes_to` uint8[S, S]: 1 where the column's status may be chosen from the row's. `listed` int32: the
    queues of statuses that receive from a list, each row's part by its start and count. `derived` uint16[S,
    C, 2]: for a base status and condition bits (in the order of `CONDITIONS`, then of `asked`) the status
    shown and the one whose row says what is received. `effective` uint32[S, C]: flags of what is shown,
    gaps filled from the base status: FEATURES, LOGGED_IN, MAY_SIGN_OUT, LOCKED; OPEN_FEATURES and
    OPEN_LOGGED_IN where the base status leaves it to the selected one. `work_decides`: whether what is
    handled or offered ever decides, with the status, which row that is. `asked` uint32[n, 2]: for each
    condition bit after those of `CONDITIONS` the mask of channels to be handled, and of devices to be
    connected. `external_values` uint8: 0 no, 1 yes, 2 the agent's own setting. `channel_blocks` uint32 for
    each channel: a mask, or 0xFFFFFFFF where the model leaves it to the channel. Status indices are -1 for
    none, masks have one bit for each channel.
    """

    statuses: NDArray[np.void]
    goes_to: NDArray[np.uint8]
    listed: NDArray[np.int32]
    derived: NDArray[np.uint16]
    effective: NDArray[np.uint32]
    default: int
    no_answer: int
    on_rejected_queued: int
    sign_in_required: bool
    sets_default: bool
    signed_out_shows: int
    has_toggle: bool
    toggle_default: bool
    has_external: bool
    external_names: tuple[str, ...]
    external_values: NDArray[np.uint8]
    external_default: int
    external_clears: NDArray[np.uint8]
    wrap_up_fixed: bool
    has_stop_new: bool
    stop_new_mask: int
    channel_blocks: NDArray[np.uint32]
    asked: NDArray[np.uint32]
    on_missed_queued: int
    on_missed_direct: int
    status_sets_logins: bool
    login_sets: int
    last_logout_sets: int
    supervisor_needs_sign_in: bool
    work_decides: bool


def compile_tables(
    model: ModelFields,
    channel_names: Sequence[str],
    group_index: Mapping[str, int],
    queue_index: Mapping[str, int],
) -> ModelTables:
    """The tables for the channels, groups and queues that exist; names that do not yet are left out.

    Raises ConfigError for more than 16 channels. What depends on the model alone is worked out once per
    model; the rest is O(statuses x (channels + statuses) + listed queues).
    """
    if len(channel_names) > MAX_CHANNELS:
        raise ConfigError("channels", f"{len(channel_names)} channels", f"at most {MAX_CHANNELS}")
    channels = {name: index for index, name in enumerate(channel_names)}
    shown = _shown(model)
    index = model.indices
    external = model.external_presence
    values = () if external is None else external.values
    listed: list[int] = []
    statuses = np.zeros(len(model.statuses), STATUS_DTYPE)
    for number, status in enumerate(model.statuses):
        statuses[number] = _row(model, status, channels, group_index, queue_index, listed)
    return ModelTables(
        statuses=_frozen(statuses),
        goes_to=shown.goes_to,
        listed=_frozen(np.array(listed, np.int32)),
        derived=shown.derived,
        effective=shown.effective,
        default=index[model.default],
        no_answer=_index(index, model.no_answer),
        on_rejected_queued=_index(index, model.on.rejected_queued),
        sign_in_required=model.sign_in.required,
        sets_default=model.sign_in.sets_default,
        signed_out_shows=_index(index, model.sign_in.signed_out_shows),
        has_toggle=model.toggle is not None,
        toggle_default=model.toggle is not None and model.toggle.default,
        has_external=external is not None,
        external_names=tuple(name for name, _ in values),
        external_values=_frozen(np.array([ANSWERS[answer] for _, answer in values], np.uint8)),
        external_default=NONE if external is None else [name for name, _ in values].index(external.default),
        external_clears=_frozen(
            np.array([external is not None and name in external.clears for name, _ in values], np.uint8)
        ),
        wrap_up_fixed=model.wrap_up.fixed,
        has_stop_new=model.stop_new is not None,
        stop_new_mask=0 if model.stop_new is None else _mask(channels, model.stop_new.channels),
        channel_blocks=_frozen(
            np.array([_blocks(model, name, channels) for name in channel_names], np.uint32)
        ),
        asked=_frozen(_asked(model, channels)),
        on_missed_queued=_index(index, model.on.missed_queued),
        on_missed_direct=_index(index, model.on.missed_direct),
        status_sets_logins=model.queues.status_sets_logins,
        login_sets=_index(index, model.queues.login_sets),
        last_logout_sets=_index(index, model.queues.last_logout_sets),
        supervisor_needs_sign_in=model.supervisor_needs_sign_in,
        work_decides=shown.work_decides,
    )


@dataclass(frozen=True, slots=True)
class _Shown:
    goes_to: NDArray[np.uint8]
    derived: NDArray[np.uint16]
    effective: NDArray[np.uint32]
    work_decides: bool


@lru_cache(maxsize=64)
def _shown(model: ModelFields) -> _Shown:
    """The tables that do not depend on channels, groups or queues."""
    count = len(model.statuses)
    names = (*CONDITIONS, *model.asked)
    bits = 1 << len(names)
    derived = np.empty((count, bits, 2), np.uint16)
    derived[:] = np.arange(count, dtype=np.uint16)[:, None, None]
    fits = [_fits(rule.when, names) for rule in model.derived]
    for base, status in enumerate(model.statuses):
        # Backwards, so that the first of several rules that fit is the one that stays.
        for rule, where in zip(reversed(model.derived), reversed(fits), strict=True):
            if rule.kinds is None or status.kind in rule.kinds:
                show = model.indices[rule.show]
                derived[base, where] = (show, show if rule.receives == "own" else base)
    if model.sign_in.required:
        signed_out = ~(_holds("signed_in", names) & _holds("connected", names))
        for base in range(count):
            derived[base, signed_out] = model.indices.get(model.sign_in.signed_out_shows or "", base)
    # MATCH-27.
    work = sum(1 << names.index(name) for name in (*WORK, *model.asked))
    decided = derived[:, :, 1]
    goes_to = np.array([[_may_choose(row, target) for target in model.statuses] for row in model.statuses])
    return _Shown(
        goes_to=_frozen(goes_to.astype(np.uint8)),
        derived=_frozen(derived),
        effective=_frozen(_effective(model, derived)),
        work_decides=bool((decided != decided[:, np.arange(bits) & ~work]).any()),
    )


def _effective(model: ModelFields, derived: NDArray[np.uint16]) -> NDArray[np.uint32]:
    shown = derived[:, :, 0]
    own = np.array([_flags(status) & (MAY_SIGN_OUT | LOCKED) for status in model.statuses], np.uint32)
    flags = own[shown]
    for key, flag in (("features", FEATURES | OPEN_FEATURES), ("logged_in", LOGGED_IN | OPEN_LOGGED_IN)):
        says = np.array([_flags(status) & flag for status in model.statuses], np.uint32)
        silent = np.array([getattr(status, key) is None for status in model.statuses])
        flags |= np.where(silent[shown], says[:, None], says[shown])
    return flags


def _holds(condition: str, names: tuple[str, ...]) -> NDArray[np.bool_]:
    """For each combination of these conditions: does this one hold?"""
    bit = 1 << names.index(condition)
    holds: NDArray[np.bool_] = (np.arange(1 << len(names)) & bit) != 0
    return holds


def _fits(when: tuple[str, ...], names: tuple[str, ...]) -> NDArray[np.bool_]:
    fits = np.ones(1 << len(names), np.bool_)
    for name in when:
        holds = _holds(name.removeprefix("not "), names)
        fits &= ~holds if name.startswith("not ") else holds
    return fits


def _asked(model: ModelFields, channels: Mapping[str, int]) -> NDArray[np.uint32]:
    masks = np.zeros((len(model.asked), len(ASKED_OF)), np.uint32)
    for number, name in enumerate(model.asked):
        what, _, channel = name.partition(" ")
        masks[number, ASKED_OF.index(what)] = _mask(channels, (channel,))
    return masks


def _may_choose(row: Status, target: Status) -> bool:
    if not target.selectable:
        return False
    if row.goes_to is None:
        return True
    # A waiting status stands for the one that it waits for.
    return target.name in row.goes_to or (target.waits_for or "") in row.goes_to


def _row(
    model: ModelFields,
    status: Status,
    channels: Mapping[str, int],
    group_index: Mapping[str, int],
    queue_index: Mapping[str, int],
    listed: list[int],
) -> tuple[int, ...]:
    queues = [queue_index[name] for name in status.queues if name in queue_index]
    start = len(listed)
    listed += sorted(queues)
    sets = model.supervisor.sets
    direct = status.receives_direct
    return (
        _flags(status),
        _mask(channels, channels if direct is True else direct or ()),
        NONE if status.needs_device is None else channels.get(status.needs_device, NONE),
        _index(model.indices, status.waits_as),
        _index(model.indices, status.waits_for),
        _index(model.indices, status.after_accept),
        NONE if status.queue_group is None else group_index.get(status.queue_group, UNKNOWN_GROUP),
        start,
        len(queues),
        0,
        status.duration_ns,
        int(sets is None or (status.waits_for or status.name) in sets),
        0,
    )


def _flags(status: Status) -> int:
    # A status that people choose has all keys itself; one that is only shown or set may leave some to others.
    leaves_open = not status.selectable or status.waits_for is not None
    return (
        SELECTABLE * status.selectable
        | RECEIVES_QUEUED * (status.receives_queued is True)
        | RECEIVES_LISTED * (status.receives_queued == LISTED)
        | FEATURES * (status.features is not False)
        | LOGGED_IN * (status.logged_in is not False)
        | MAY_SIGN_OUT * status.may_sign_out
        | LOCKED * status.locked
        | NEEDS_TOGGLE * status.needs_toggle
        | IS_WAITING * (status.waits_for is not None)
        | OPEN_FEATURES * (leaves_open and status.features is None)
        | OPEN_LOGGED_IN * (leaves_open and status.logged_in is None)
        | ONE_OFFER * status.one_offer
    )


def _index(indices: Mapping[str, int], name: str | None) -> int:
    return NONE if name is None else indices[name]


def _mask(channels: Mapping[str, int], names: Any) -> int:
    return sum(1 << channels[name] for name in names if name in channels)


def _blocks(model: ModelFields, channel: str, channels: Mapping[str, int]) -> int:
    blocks = model.blocks(channel)
    if blocks is None:
        return NOT_GIVEN
    if blocks == "others":
        return _mask(channels, channels) & ~(1 << channels[channel])
    return 0 if blocks == "none" else _mask(channels, blocks)


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    array = np.ascontiguousarray(array)
    array.setflags(write=False)
    return array
