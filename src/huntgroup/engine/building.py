"""Building a centre: channels, queues, agents. Every argument is checked before anything changes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Unpack

import numpy as np
from numpy.typing import NDArray

from huntgroup.core.python.model_update import take_model, who_has
from huntgroup.core.python.refusals import find_index
from huntgroup.engine.naming import Lookup
from huntgroup.engine.recorded import recorded
from huntgroup.errors import ConfigError, Result, TimeWentBack, refusal, shown
from huntgroup.models import PresenceModel
from huntgroup.models.succession import places
from huntgroup.scorers.scorer import Scorer
from huntgroup.settings import agents as agent_settings
from huntgroup.settings import arguments
from huntgroup.settings import queues as queue_settings
from huntgroup.settings.actors import ROLES, By
from huntgroup.settings.channels import ChannelSettings, blocking_masks, checked_settings, new_channel
from huntgroup.settings.durations import SECOND_NS, Duration, Instant
from huntgroup.settings.hours import Hours
from huntgroup.settings.queues import NewQueue, QueueSettings
from huntgroup.settings.requirements import parse
from huntgroup.settings.told import told_agents, told_model, told_settings


class Building(Lookup):
    """The methods that say which channels, queues and agents there are. Not for use by itself."""

    # --- channels -----------------------------------------------------------------------------------------

    @recorded
    def add_channel(
        self,
        name: str,
        blocks: str | Iterable[str] | None = None,
        needs_device: bool = False,
        units: int = 0,
        capability: str | None = None,
        interruptible_by: Iterable[str] = (),
        wrap_up: Duration = 0,
        wrap_up_unanswered: bool = False,
        *,
        by: By = None,
        at: Instant = None,
    ) -> int:
        """Adds a kind of interaction; returns its index.

        `blocks`: the channels of which an agent is offered nothing while it holds one of this channel: all
        (this one too), others, none (the default) or names; all and others include channels added later.
        `interruptible_by`: channels that it never blocks. `needs_device`: an agent needs a connected device.
        `units`: how many of an agent's units one interaction costs. `capability`: the channel whose device,
        capacity and load it shares. `wrap_up`: after-contact time after direct and dialled interactions;
        `wrap_up_unanswered`: also after dialled ones that nobody answered. Raises ConfigError,
        LimitExceeded beyond 16 channels. O(agents).
        """
        self._check_made()
        channel = new_channel(
            name,
            blocks,
            needs_device,
            units,
            capability,
            interruptible_by,
            wrap_up,
            wrap_up_unanswered,
            self._channels,
            self._channel_index,
        )
        self._let_configure(at, by, "add_channel")
        told = told_settings(
            {
                "blocks": channel.blocks,
                "needs_device": channel.needs_device,
                "units": channel.units,
                "capability": [*self._channel_names, name][channel.capability],
                "interruptible_by": channel.interruptible_by,
                "wrap_up": channel.wrap_up_ns / SECOND_NS,
                "wrap_up_unanswered": channel.wrap_up_unanswered,
            }
        )
        self._add_channel(channel, blocking_masks([*self._channels, channel]), told)
        return channel.index

    @recorded
    def update_channel(
        self,
        channel: str | int,
        *,
        by: By = None,
        at: Instant = None,
        **settings: Unpack[ChannelSettings],
    ) -> None:
        """Changes settings of a channel, those of `huntgroup.settings.channels.ChannelSettings`. Wrap-ups
        that run go on. Raises ConfigError, UnknownAgent, NotPermitted, UnknownChannel. O(1)."""
        checked = checked_settings(settings)
        late = self._pass_time(at)
        self._acting(by, "update_channel")
        index = find_index(channel, self._channel_index, self._channel_names)
        if late is not None:
            raise late
        if index is None:
            raise self._unknown("channel", channel)
        changed = replace(self._channels[index], **checked)
        if changed != self._channels[index]:
            self._update_channel(index, changed, told_settings(settings))

    def _let_configure(self, at: Instant, by: By, method: str) -> None:
        """Lets time pass to the instant of a change of the configuration, and judges who makes it."""
        late = self._pass_time(at)
        self._acting(by, method)
        if late is not None:
            raise late

    # --- queues -------------------------------------------------------------------------------------------

    @recorded
    def add_queue(self, name: str, *, by: By = None, at: Instant = None, **settings: Unpack[NewQueue]) -> int:
        """Adds a queue; returns its index.

        The settings and what is allowed are those of `huntgroup.settings.queues.NewQueue`, the defaults those
        of `huntgroup.settings.queues.DEFAULTS`. Skills named here exist from now on. Raises ConfigError,
        LimitExceeded beyond 65,535 queues. O(settings), and O(agents) where the model's statuses name
        queues.
        """
        self._check_made()
        arguments.new_name("name", name, self._queue_index)
        checked = self._checker().settings({**queue_settings.DEFAULTS, **settings})
        self._let_configure(at, by, "add_queue")
        self._room_for_queue(name)
        hours = checked.pop("hours")
        told = told_settings(settings, self._requirement_texts.__getitem__)
        return self._add_queue(name, self._compiled(checked), hours, told)

    @recorded
    def update_queue(
        self, queue: str | int, *, by: By = None, at: Instant = None, **settings: Unpack[QueueSettings]
    ) -> None:
        """Changes some settings of a queue, those of `add_queue` except the channel; waiting interactions are
        matched again under the new ones. Raises ConfigError, UnknownQueue. O(waiting + memberships)."""
        given: dict[str, Any] = {**settings}
        if "channel" in given:
            allowed = "nothing: the channel of a queue cannot be changed"
            raise ConfigError("channel", given["channel"], allowed)
        checked = self._checker().settings(given)
        late = self._pass_time(at)
        self._acting(by, "update_queue")
        index = self._judged_queue(queue, late)
        hours_given = "hours" in checked
        hours: Hours | None = checked.pop("hours", None)
        told = told_settings(given, self._requirement_texts.__getitem__)
        self._update_queue(index, self._compiled(checked), hours, hours_given, told)

    @recorded
    def remove_queue(self, queue: str | int, *, by: By = None, at: Instant = None) -> None:
        """Removes a queue; its members leave it. Raises UnknownQueue, IllegalTransition while an
        interaction that is not finished names it. O(memberships)."""
        late = self._pass_time(at)
        self._acting(by, "remove_queue")
        known = find_index(queue, self._queue_index, self._queue_names)
        live = 0 if known is None else self._queue_state(known)["live"]
        if live:
            message = f"remove_queue: queue {shown(queue)} still has {live} interactions"
            raise refusal(Result.ILLEGAL_TRANSITION, message)
        self._remove_queue(self._judged_queue(queue, late))

    def _judged_queue(self, queue: str | int, late: TimeWentBack | None) -> int:
        """The index of the queue, unless it is unknown or the instant has passed."""
        index = find_index(queue, self._queue_index, self._queue_names)
        if late is not None:
            raise late
        if index is None:
            raise self._unknown("queue", queue)
        return index

    def _compiled(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Checked settings with each requirement as its row and a scorer beside the code for scorers; skills
        that they name exist from now on."""
        texts = [settings.get("requires"), *(text for _, text in settings.get("relax", ()))]
        self._room_for_skills([s for text in texts if isinstance(text, str) for s in parse(text).skills])
        if "requires" in settings:
            settings["requires"] = self._requirement_row(settings["requires"])
        if isinstance(settings.get("strategy"), Scorer):
            settings["scorer"], settings["strategy"] = settings["strategy"], queue_settings.SCORER
        if "relax" in settings:
            settings["relax"] = [(after, self._requirement_row(text)) for after, text in settings["relax"]]
        return settings

    def _requirement_row(self, requirement: str | int | None) -> int:
        if isinstance(requirement, str):
            return int(self._compile(requirement, True))
        return requirement or 0

    # --- the presence model -------------------------------------------------------------------------------

    @recorded
    def update_model(
        self, model: str | os.PathLike[str] | PresenceModel, *, by: By = None, at: Instant = None
    ) -> None:
        """Replaces the presence model by a changed copy of it: statuses added, removed or renamed (the old
        name as an alias of the new one), other durations, another default. Agents keep their statuses.
        `model` is what `PresenceModel.load` takes.

        Raises ConfigError for a model that differs in its name, in `sign_in.required` or in a table
        `[toggle]`, `[external_presence]`, `[stop_new]`, `[channels]`; NotPermitted; IllegalTransition where
        an agent has, shows or waits for a status that the new one has not. O(agents x (statuses +
        memberships)).
        """
        self._check_made()
        model = PresenceModel.load(model)
        kept = places(self.model, model)
        late = self._pass_time(at)
        self._acting(by, "update_model")
        found = who_has(self, {index for index, place in enumerate(kept) if place < 0})
        if found is not None:
            agent, status = self._agent_ids[found[0]], self._status_names[found[1]]
            message = f"update_model: agent {agent!r} has the status {status!r}, which the new model has not"
            raise refusal(Result.ILLEGAL_TRANSITION, message)
        if late is not None:
            raise late
        # Unread events tell of a status that is gone by a place behind those of the new model.
        told_names = [status.name for status in model.statuses]
        told_names += [name for name in self._told_statuses if name not in model.indices]
        told = [told_names.index(name) for name in self._told_statuses]
        text = self._keep_text(told_model(model))
        self._exclusively(take_model, self, model, kept, told, told_names, text)

    # --- agents -------------------------------------------------------------------------------------------

    @recorded
    def add_agent(
        self,
        name: str,
        *,
        skills: Mapping[str, int] | None = None,
        capacity: Mapping[str, int] | None = None,
        queues: Iterable[str | int] = (),
        role: str = "agent",
        team: str | None = None,
        units: int | None = None,
        devices: Iterable[str] = (),
        signed_in: bool = False,
        status: str | None = None,
        ready: bool | None = None,
        busy_selectable: bool = True,
        wrap_up: Duration | None = None,
        user: Sequence[float] | None = None,
        by: By = None,
        at: Instant = None,
    ) -> int:
        """Adds an agent, placed where the arguments say; returns its index.

        `skills`: the proficiency, 0 to 10, by skill; `capacity`: how many interactions at once, by channel
        (default one of voice; 0: the agent does not have the channel); `queues`: the queues it joins and is
        logged in to; `role`: agent, supervisor (may command the agents of its own team; without a team, all
        agents), administrator or connector; `team`: the team it belongs to;
        `units`: how many units its interactions may cost together, None for any number; `signed_in`: whether
        it starts signed in; `status`: the status it starts in, None for the model's default;
        `devices`: channels whose device is connected; `ready`: how it starts in Ready / Not Ready, in models
        that have that; `busy_selectable`: whether it receives while its messenger says busy; `wrap_up`: its
        own after-contact time, in place of that of queues and channels; `user`: up to eight numbers of the
        caller's own. Raises ConfigError; NoDevice for a status whose device is not given. O(skills + queues).
        """
        arguments.new_name("name", name, self._agent_index)
        centre = self._centre()
        skill_names, proficiencies = agent_settings.skills_of_one(skills)
        return self._place(
            [name],
            skill_names,
            proficiencies,
            agent_settings.queues_of_one(queues, centre),
            agent_settings.capacities(capacity, centre, 1),
            agent_settings.placement(
                centre,
                f"agent {shown(name)}",
                devices=devices,
                signed_in=signed_in,
                status=status,
                ready=ready,
                role=role,
                busy_selectable=busy_selectable,
                units=units,
                wrap_up=wrap_up,
                team=team,
            ),
            None if user is None else agent_settings.user_matrix([user], 1),
            by,
            at,
        )

    @recorded
    def add_agents(
        self,
        names: Iterable[str],
        *,
        skills: Any = None,
        skill_names: Sequence[str] | None = None,
        queues: Any = None,
        capacity: Mapping[str, Any] | None = None,
        role: str = "agent",
        team: str | None = None,
        units: int | None = None,
        devices: Iterable[str] = (),
        signed_in: bool = False,
        status: str | None = None,
        ready: bool | None = None,
        busy_selectable: bool = True,
        wrap_up: Duration | None = None,
        user: Any = None,
        by: By = None,
        at: Instant = None,
    ) -> range:
        """Adds many agents in one step; returns their indices.

        `skills`: uint8[N, S] with `skill_names`; `queues`: int32[N, m] of indices, -1 for none, or names or
        indices for each agent, or a list of names for all; `capacity`: per channel one number or N; `user`:
        float64[N, 1 to 8]; the rest holds for all and is that of `add_agent`. Raises ConfigError, NoDevice,
        LimitExceeded. O(N x (S + m + channels)).
        """
        self._check_made()
        given = agent_settings.names_of(names, self._agent_index)
        centre, count = self._centre(), len(given)
        skill_names_given, proficiencies = agent_settings.skills_of_many(skills, skill_names, count)
        first = self._place(
            given,
            skill_names_given,
            proficiencies,
            agent_settings.queues_of_many(queues, centre, count),
            agent_settings.capacities(capacity, centre, count),
            agent_settings.placement(
                centre,
                "add_agents",
                devices=devices,
                signed_in=signed_in,
                status=status,
                ready=ready,
                role=role,
                busy_selectable=busy_selectable,
                units=units,
                wrap_up=wrap_up,
                team=team,
            ),
            None if user is None else agent_settings.user_matrix(user, count),
            by,
            at,
        )
        return range(first, first + count)

    def _place(
        self,
        names: list[str],
        skill_names: list[str],
        skills: NDArray[np.uint8],
        queues: NDArray[np.int32],
        capacity: NDArray[np.int32],
        place: agent_settings.Placement,
        user: NDArray[np.float64] | None,
        by: By,
        at: Instant,
    ) -> int:
        """Adds the agents of checked arguments; the index of the first."""
        self._let_configure(at, by, "add_agents" if len(names) != 1 else "add_agent")
        first = len(self._agent_ids)
        if not names:
            return first
        self._room_for_agents(names)
        self._room_for_skills(skill_names)
        self._add_agents(
            names,
            skills,
            [self._skill(skill) for skill in skill_names],
            queues,
            capacity,
            place.devices,
            place.signed_in,
            place.status,
            place.ready,
            place.role,
            place.busy_selectable,
            place.units,
            place.wrap_up_ns,
            -1 if place.team is None else self._keep_text(place.team),
            user,
            self._told(names, skill_names, skills, queues, capacity, place, user),
        )
        return first

    def _told(
        self,
        names: Sequence[str],
        skill_names: Sequence[str],
        skills: NDArray[np.uint8],
        queues: NDArray[np.int32],
        capacity: NDArray[np.int32],
        place: agent_settings.Placement,
        user: NDArray[np.float64] | None,
    ) -> str | None:
        """All that is said of new agents, as the text of their event; None where nobody keeps events.
        O(agents x (skills + queues + channels))."""
        if not self._keeps_events():
            return None
        model, channels = self.model, self._channels
        toggle = model.toggle is not None and (model.toggle.default if place.ready is None else place.ready)
        joined = [[q for q in row if q >= 0] for row in np.sort(queues, axis=1).tolist()]
        return told_agents(
            names,
            skills=dict(zip(skill_names, skills.T, strict=True)),
            capacity={c.name: capacity[:, c.index] for c in channels if c.capability == c.index},
            queues=joined,
            user=() if user is None else (user + 0.0).tolist(),
            role=ROLES[place.role],
            team=place.team,
            units=None if place.units < 0 else place.units,
            busy_selectable=place.busy_selectable,
            wrap_up=None if place.wrap_up_ns < 0 else place.wrap_up_ns / SECOND_NS,
            devices=[c.name for c in channels if place.devices >> c.index & 1],
            signed_in=place.signed_in,
            status=model.default if place.status < 0 else model.statuses[place.status].name,
            ready=toggle,
        )

    def _centre(self) -> agent_settings.Centre:
        self._check_made()
        return agent_settings.Centre(
            self.model,
            self._agent_index,
            self._queue_index,
            self._channel_index,
            [channel.capability for channel in self._channels],
            [channel.needs_device for channel in self._channels],
        )
