"""The arguments of `add_agent` and `add_agents`: checked whole before anything changes, and turned into the
arrays of the core. One row for each agent; what holds for all of them stands in every row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from huntgroup.errors import ConfigError, Result, limit_exceeded, meant, refusal, shown
from huntgroup.limits import MAX_CAPACITY, MAX_COUNT, MAX_MEMBERSHIPS, MAX_PROFICIENCY
from huntgroup.models import PresenceModel
from huntgroup.settings.actors import role as role_code
from huntgroup.settings.arguments import USER_COLUMNS, finite_numbers, flag, integer, name
from huntgroup.settings.durations import Duration, duration_ns

WORK = ("refuse", "put_back", "park")
"""What signing out does with held work, by the core's codes."""

DEFAULT_CAPACITY: Mapping[str, int] = {"voice": 1}


@dataclass(frozen=True, slots=True)
class Centre:
    """The existing names and settings against which the arguments are checked. `capability` and
    `needs_device` have one entry for each channel."""

    model: PresenceModel
    agents: Mapping[str, int]
    queues: Mapping[str, int]
    channels: Mapping[str, int]
    capability: Sequence[int]
    needs_device: Sequence[bool]

    def channel(self, field: str, value: Any) -> int:
        """The channel whose capacity and device count for the named one. Raises ConfigError."""
        if not isinstance(value, str) or value not in self.channels:
            raise ConfigError(field, value, "one of the channels " + ", ".join(self.channels))
        return self.capability[self.channels[value]]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where new agents start; the same for all of one call. `status` is an index, -1 for the model's
    default, `wrap_up_ns` -1 for that of the queue."""

    devices: int
    signed_in: bool
    status: int
    ready: bool | None
    role: int
    busy_selectable: bool
    units: int
    wrap_up_ns: int
    team: str | None


# --- names ------------------------------------------------------------------------------------------------


def names_of(given: Iterable[Any], taken: Mapping[str, int]) -> list[str]:
    """The names of new agents: texts of 1 to 128 bytes, none twice, none in use. O(agents)."""
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise ConfigError("names", given, "several names")
    names: list[Any] = given.tolist() if isinstance(given, np.ndarray) else list(given)
    # Check each name only if some may be too long: a character has at most four bytes.
    plain = all(type(one) is str for one in names) and all(map(str.isprintable, names))
    if not plain or min(map(len, names), default=1) < 1 or max(map(len, names), default=1) > 32:
        for place, one in enumerate(names):
            name(f"names[{place}]", one)
    if len(set(names)) != len(names):
        seen: set[str] = set()
        for place, one in enumerate(names):
            if one in seen:
                raise ConfigError(f"names[{place}]", one, "names that differ from each other")
            seen.add(one)
    if not taken.keys().isdisjoint(names):
        place = next(place for place, one in enumerate(names) if one in taken)
        raise ConfigError(f"names[{place}]", names[place], "a name that is not in use yet")
    return names


# --- skills -----------------------------------------------------------------------------------------------


def skills_of_one(given: Any) -> tuple[list[str], NDArray[np.uint8]]:
    """(names, uint8[1, S]) of a mapping from skill to proficiency."""
    if given is None:
        given = {}
    if not isinstance(given, Mapping):
        raise ConfigError("skills", given, "a mapping from skill to proficiency")
    for skill, proficiency in given.items():
        name("skills", skill)
        integer(f"skills[{skill!r}]", proficiency, 0, MAX_PROFICIENCY)
    return list(given), np.array([list(given.values())], np.uint8).reshape(1, len(given))


def skills_of_many(given: Any, skill_names: Any, count: int) -> tuple[list[str], NDArray[np.uint8]]:
    """(names, uint8[N, S]) of a matrix of proficiencies and the names of its columns."""
    names = [] if skill_names is None else list(skill_names)
    for place, skill in enumerate(names):
        name(f"skill_names[{place}]", skill)
    if len(set(names)) != len(names):
        raise ConfigError("skill_names", skill_names, "names that differ from each other")
    if given is None:
        given = np.zeros((count, len(names)), np.uint8)
    matrix = _integers("skills", given, f"a matrix of {count} x {len(names)} proficiencies from 0 to 10")
    if matrix.shape != (count, len(names)):
        raise ConfigError("skills", f"shape {matrix.shape}", f"({count}, {len(names)}): agents x skill_names")
    _bounded("skills", matrix, 0, MAX_PROFICIENCY)
    return names, np.ascontiguousarray(matrix, dtype=np.uint8)


# --- queues -----------------------------------------------------------------------------------------------


def queues_of_one(given: Any, centre: Centre) -> NDArray[np.int32]:
    """int32[1, m] of queue indices, from names or indices."""
    if isinstance(given, str | Mapping) or not isinstance(given, Iterable):
        raise ConfigError("queues", given, "several queues, by name or index")
    return _memberships([list(given)], centre)


def queues_of_many(given: Any, centre: Centre, count: int) -> NDArray[np.int32]:
    """int32[N, m] of queue indices, -1 for none: from a matrix of them, from one sequence of names or
    indices for each agent, or from a sequence of names for all agents alike."""
    if given is None:
        return np.full((count, 0), -1, np.int32)
    if isinstance(given, np.ndarray) and given.dtype.kind in "iu":
        return _membership_matrix(given, centre, count)
    rows = list(given) if isinstance(given, Iterable) and not isinstance(given, str) else None
    if rows is not None and rows and all(isinstance(row, str) for row in rows):
        return np.ascontiguousarray(np.broadcast_to(_memberships([rows], centre), (count, len(rows))))
    if rows is None or len(rows) != count or any(isinstance(row, str) for row in rows):
        raise ConfigError("queues", given, f"{count} rows of queues, or a list of names for all")
    return _memberships([list(row) for row in rows], centre)


def _memberships(rows: list[list[Any]], centre: Centre) -> NDArray[np.int32]:
    """One row of distinct queue indices for each list of names and indices, filled up with -1."""
    alive = set(centre.queues.values())
    found: list[list[int]] = []
    for row in rows:
        joined: dict[int, None] = {}
        for queue in row:
            joined.setdefault(_queue(queue, centre.queues, alive))
        joined.pop(-1, None)
        found.append(list(joined))
    width = max(map(len, found), default=0)
    if width > MAX_MEMBERSHIPS:
        raise limit_exceeded("queues", f"{width:,} queues", f"at most {MAX_MEMBERSHIPS:,} queues an agent")
    matrix = np.full((len(rows), width), -1, np.int32)
    for place, queues in enumerate(found):
        matrix[place, : len(queues)] = queues
    return matrix


def _queue(value: Any, index: Mapping[str, int], alive: set[int]) -> int:
    """The index of a queue; -1 stays -1."""
    if isinstance(value, str):
        found = index.get(value)
    elif isinstance(value, bool) or not hasattr(value, "__index__"):
        found = None
    else:
        found = int(value)
        if found == -1:
            return -1
        found = found if found in alive else None
    if found is None:
        raise ConfigError("queues", value, "queues that exist, by name or index" + meant(value, index))
    return found


def _membership_matrix(given: NDArray[Any], centre: Centre, count: int) -> NDArray[np.int32]:
    if given.ndim != 2 or given.shape[0] != count:
        raise ConfigError("queues", f"shape {given.shape}", f"({count}, m): agents x queues")
    last = max(centre.queues.values(), default=-1)
    _bounded("queues", given, -1, last)
    if len(centre.queues) <= last:  # some were removed
        exists = np.zeros(last + 2, np.bool_)  # the place of -1 is the last one
        exists[[*centre.queues.values(), -1]] = True
        wrong = ~exists[given]
        if wrong.any():
            raise ConfigError("queues", int(given[wrong][0]), "indices of queues that exist, -1 for none")
    matrix = _without_repeats(np.array(given, dtype=np.int32))
    if matrix.shape[1] > MAX_MEMBERSHIPS:
        most = int(np.max((matrix >= 0).sum(axis=1), initial=0))
        if most > MAX_MEMBERSHIPS:
            raise limit_exceeded("queues", f"{most:,} queues", f"at most {MAX_MEMBERSHIPS:,} queues an agent")
    return np.ascontiguousarray(matrix)


def _without_repeats(matrix: NDArray[np.int32]) -> NDArray[np.int32]:
    """The matrix with -1 where a row says an index for the second time. O(N x m x m), of wide ones
    O(N x m log m) where nothing repeats."""
    if matrix.shape[1] > 16:
        ordered = np.sort(matrix, axis=1)
        twice = ((ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] >= 0)).any(axis=1)
        if not twice.any():
            return matrix
    columns = np.ascontiguousarray(matrix.T)
    for place in range(1, len(columns)):
        repeated = np.zeros(len(matrix), np.bool_)
        for earlier in columns[:place]:
            repeated |= columns[place] == earlier
        columns[place, repeated] = -1
    return np.ascontiguousarray(columns.T)


# --- capacity, placement, user values ---------------------------------------------------------------------


def capacities(given: Any, centre: Centre, count: int) -> NDArray[np.int32]:
    """int32[N, channels], from a mapping of channels to one capacity for all or to one for each agent."""
    if given is None:
        given = DEFAULT_CAPACITY
    if not isinstance(given, Mapping):
        raise ConfigError("capacity", given, "a mapping from channel to capacity")
    matrix = np.zeros((count, len(centre.channels)), np.int32)
    for channel, value in given.items():
        column, field = centre.channel("capacity", channel), f"capacity[{channel!r}]"
        if hasattr(value, "__len__"):
            each = _integers(field, value, f"one capacity, or {count} of them")
            if each.shape != (count,):
                raise ConfigError(field, f"shape {each.shape}", f"one capacity, or {count} of them")
            _bounded(field, each, 0, MAX_CAPACITY)
            matrix[:, column] = each
        else:
            matrix[:, column] = integer(field, value, 0, MAX_CAPACITY)
    return matrix


def placement(
    centre: Centre,
    who: str,
    *,
    devices: Any,
    signed_in: Any,
    status: Any,
    ready: Any,
    role: Any,
    busy_selectable: Any,
    units: Any,
    wrap_up: Any,
    team: Any,
) -> Placement:
    """Where the agents start. `who` names them in the refusal of a status whose device is missing
    (NoDevice)."""
    if ready is not None and centre.model.toggle is None:
        raise ConfigError("ready", ready, f"nothing: the model {centre.model.name} has no Ready / Not Ready")
    if isinstance(devices, str | Mapping) or not isinstance(devices, Iterable):
        raise ConfigError("devices", devices, "several channels that need a device")
    mask = 0
    for device in devices:
        channel = centre.channel("devices", device)
        if not centre.needs_device[channel]:
            raise ConfigError("devices", device, "channels that need a device")
        mask |= 1 << channel
    present = flag("signed_in", signed_in)
    return Placement(
        mask,
        present,
        _starting_status(centre, who, status, present, mask),
        None if ready is None else flag("ready", ready),
        role_code("role", role),
        flag("busy_selectable", busy_selectable),
        -1 if units is None else integer("units", units, 0, MAX_COUNT),
        -1 if wrap_up is None else duration_ns("wrap_up", wrap_up),
        None if team is None else name("team", team),
    )


class AgentSettings(TypedDict, total=False):
    """What `Engine.update_agent` changes. role: agent, supervisor, administrator or connector; units: how
    many the agent has, None for no limit; busy_selectable: receives while its messenger says busy; wrap_up:
    its own after-contact time, None for that of queues and channels; team: the team it belongs to, None for
    none."""

    role: str
    units: int | None
    busy_selectable: bool
    wrap_up: Duration | None
    team: str | None


def updated_agent(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The given settings, checked: the role as its code, the wrap-up in ns, -1 for none.

    Raises ConfigError.
    """
    checked: dict[str, Any] = {}
    for setting, value in settings.items():
        if setting == "role":
            checked[setting] = role_code(setting, value)
        elif setting == "units":
            checked[setting] = -1 if value is None else integer(setting, value, 0, MAX_COUNT)
        elif setting == "busy_selectable":
            checked[setting] = flag(setting, value)
        elif setting == "wrap_up":
            checked[setting] = -1 if value is None else duration_ns(setting, value)
        elif setting == "team":
            checked[setting] = None if value is None else name(setting, value)
        else:
            known = AgentSettings.__annotations__
            raise ConfigError(
                setting, value, "one of the settings " + ", ".join(known) + meant(setting, known)
            )
    return checked


def _starting_status(centre: Centre, who: str, status: Any, signed_in: bool, devices: int) -> int:
    if status is None:
        return -1
    model = centre.model
    startable = [row.name for row in model.statuses if row.selectable and row.waits_for is None]
    if not isinstance(status, str) or status not in startable:
        raise ConfigError("status", status, "one of " + ", ".join(startable))
    if model.sign_in.required and not signed_in:
        raise ConfigError(
            "status", status, f"none without signed_in=True: {model.name} needs agents signed in"
        )
    index = model.spellings[status]
    needed = model.statuses[index].needs_device
    if needed is not None:
        channel = centre.channels.get(needed)
        if channel is None or not devices >> centre.capability[channel] & 1:
            raise refusal(
                Result.NO_DEVICE,
                f"{who}: {shown(status)} needs a connected {needed} device, which is not given",
            )
    return index


def user_matrix(given: Any, count: int) -> NDArray[np.float64]:
    """float64[N, at most 8] of finite numbers."""
    allowed = f"a matrix of {count} x 1 to {USER_COLUMNS} finite numbers"
    matrix = finite_numbers("user", given, allowed)
    if matrix.ndim != 2 or matrix.shape[0] != count or not 1 <= matrix.shape[1] <= USER_COLUMNS:
        raise ConfigError("user", given, allowed)
    return matrix


def _integers(field: str, given: Any, allowed: str) -> NDArray[Any]:
    try:
        array = np.asarray(given)
    except ValueError:
        raise ConfigError(field, given, allowed) from None
    if array.dtype.kind not in "iu" and array.size:
        raise ConfigError(field, given, allowed)
    return array


def _bounded(field: str, array: NDArray[Any], least: int, most: int) -> None:
    if array.size and (int(array.min()) < least or int(array.max()) > most):
        wrong = array[(array < least) | (array > most)]
        raise ConfigError(field, int(wrong[0]), f"integers from {least} to {most}")
