"""Building a centre: agents, their skills, capacities and memberships."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from huntgroup import limits
from huntgroup.errors import ConfigError, IllegalTransition, LimitExceeded, NotMember
from huntgroup.settings.told import told_agents, told_model
from huntgroup.testing.reference import arguments, channels, presence, status
from huntgroup.testing.reference.base import Base
from huntgroup.testing.reference.judge import Judgement, find, status_row
from huntgroup.testing.reference.requirement import parse_requirement
from huntgroup.testing.reference.state import PARKED, QUEUED, SECOND, Agent, Centre, emit
from huntgroup.testing.reference.step import step

ROLES = ("agent", "supervisor", "administrator", "connector")


class Staffing(Base):
    """The methods that add and remove agents and change what each can do."""

    def add_agent(
        self,
        name: str,
        *,
        skills: Mapping[str, int] | None = None,
        capacity: Mapping[str, int] | None = None,
        queues: Iterable[Any] = (),
        role: str = "agent",
        team: Any = None,
        units: int | None = None,
        devices: Iterable[str] = (),
        signed_in: bool = False,
        status: str | None = None,
        busy_selectable: bool = True,
        ready: bool | None = None,
        wrap_up: Any = None,
        user: Any = None,
        by: Any = None,
        at: Any = None,
    ) -> int:
        """Add an agent in the state that the arguments describe; the index."""
        queues = list(queues)
        agent = self._new_agent(
            name,
            skills,
            capacity,
            queues,
            role,
            units,
            devices,
            signed_in,
            status,
            busy_selectable,
            ready,
            team,
        )
        agent.wrap_up_ns = None if wrap_up is None else arguments.duration(wrap_up, "wrap_up")
        if user is not None:
            numbers = arguments.user_numbers(user)
            agent.user[: len(numbers)] = numbers
        commander = self._begin_configuring(by, at)
        self._room_for_agents([agent], list(skills or {}))
        with step(self.centre, commander):
            self._tell_new([(agent, skills or {}, queues)], 0 if user is None else len(user))
            self._place(agent, skills, queues)
        return agent.index

    def add_agents(
        self,
        names: Sequence[str],
        *,
        skills: Any = None,
        skill_names: Sequence[str] | None = None,
        queues: Any = None,
        capacity: Mapping[str, Any] | None = None,
        role: str = "agent",
        team: Any = None,
        units: int | None = None,
        devices: Iterable[str] = (),
        signed_in: bool = False,
        status: str | None = None,
        ready: bool | None = None,
        busy_selectable: bool = True,
        wrap_up: Any = None,
        user: Any = None,
        by: Any = None,
        at: Any = None,
    ) -> range:
        """Many agents in one step; their indices. `skills`: [N, S]; `queues`: [N, m], -1 for none, or the
        names for all of them; `user`: [N, 1 to 8]."""
        rows = []
        for_all = queues is not None and len(queues) > 0 and all(isinstance(q, str) for q in queues)
        if for_all:
            queues = [queues] * len(names)
        if queues is not None and (len(queues) != len(names) or any(isinstance(q, str) for q in queues)):
            raise ConfigError("queues", queues, f"{len(names)} rows of queues, or a list of names for all")
        if user is not None and (len(user) != len(names) or not all(hasattr(row, "__len__") for row in user)):
            raise ConfigError("user", user, f"{len(names)} rows of numbers")
        for place, name in enumerate(names):
            held = {skill: int(skills[place][k]) for k, skill in enumerate(skill_names or ())}
            joined = [] if queues is None else [q for q in queues[place] if isinstance(q, str) or int(q) >= 0]
            limits = None
            if capacity is not None:
                limits = {
                    channel: int(value[place]) if hasattr(value, "__len__") else int(value)
                    for channel, value in capacity.items()
                }
            agent = self._new_agent(
                name,
                held,
                limits,
                joined,
                role,
                units,
                devices,
                signed_in,
                status,
                busy_selectable,
                ready,
                team,
            )
            agent.wrap_up_ns = None if wrap_up is None else arguments.duration(wrap_up, "wrap_up")
            if user is not None:
                numbers = arguments.user_numbers([float(value) for value in user[place]])
                agent.user[: len(numbers)] = numbers
            rows.append((agent, held, joined))
        if len(set(names)) != len(names):
            raise ConfigError("names", names, "names that differ from each other")
        commander = self._begin_configuring(by, at)
        self._room_for_agents([agent for agent, _, _ in rows], list(skill_names or ()) if rows else [])
        first = len(self.centre.agents)
        if not rows:
            return range(first, first)
        with step(self.centre, commander):
            self._tell_new(rows, 0 if user is None else len(user[0]))
            for agent, held, joined in rows:
                agent.index = len(self.centre.agents)
                self._place(agent, held, joined)
        return range(first, first + len(rows))

    def _tell_new(
        self, rows: Sequence[tuple[Agent, Mapping[str, int], Iterable[Any]]], user_width: int
    ) -> None:
        """One event for all of them, and before the first one of all the model (TOLD-3, TOLD-4)."""
        centre, (one, _, _) = self.centre, rows[0]
        if not centre.keeps_events:
            return
        if not centre.agents:
            begun = centre.begun or centre.last_interaction > 0
            emit(centre, "model_set", status_to=int(begun), text=told_model(centre.model))
        owners = [channel for channel in centre.channels if channel.capability == channel.index]
        skills = {skill for _, held, _ in rows for skill in held}
        text = told_agents(
            [agent.name for agent, _, _ in rows],
            skills={skill: [held.get(skill, 0) for _, held, _ in rows] for skill in skills},
            capacity={
                owner.name: [agent.capacity.get(owner.index, 0) for agent, _, _ in rows] for owner in owners
            },
            queues=[
                sorted({find(centre.present_queues(), queue).index for queue in queues})
                for _, _, queues in rows
            ],
            user=[agent.user[:user_width] for agent, _, _ in rows] if user_width else (),
            role=one.role,
            team=one.team,
            units=one.units,
            busy_selectable=one.busy_selectable,
            wrap_up=None if one.wrap_up_ns is None else one.wrap_up_ns / SECOND,
            devices=[owner.name for owner in owners if owner.index in one.devices],
            signed_in=one.signed_in,
            status=one.base,
            ready=one.toggle,
        )
        index = len(centre.agents)
        emit(centre, "agent_added", agent=one, value=index, other=len(rows), text=text)

    def _room_for_agents(self, agents: list[Agent], skills: list[str]) -> None:
        """LimitExceeded unless these agents and skills may all exist."""
        count = len(self.centre.agents) + len(agents)
        arguments.room("names", agents[-1].name if agents else "", count, limits.MAX_AGENTS, "agents")
        self._room_for_skills(skills)

    def _new_agent(
        self,
        name: Any,
        skills: Mapping[str, int] | None,
        capacity: Mapping[str, int] | None,
        queues: Iterable[Any],
        role: Any,
        units: Any,
        devices: Iterable[str],
        signed_in: Any,
        status_name: Any,
        busy_selectable: Any,
        ready: Any,
        team: Any,
    ) -> Agent:
        """An agent whose arguments are checked; not yet in the centre."""
        # NUM-7.
        centre, model = self.centre, self.centre.model
        start = model.default if status_name is None else status_name
        row = status_row(centre, start)
        if row is None or row.waits_for is not None or (status_name is not None and not row.selectable):
            raise ConfigError("status", status_name, "a status that an agent may choose at sign-in")
        if status_name is not None and model.sign_in.required and not signed_in:
            raise ConfigError(
                "status", status_name, "none without signed_in=True: the model needs agents signed in"
            )
        external = model.external_presence
        if ready is not None and model.toggle is None:
            raise ConfigError("ready", ready, "nothing: the model has no Ready / Not Ready")
        agent = Agent(
            index=len(centre.agents),
            name=arguments.new_name(name, "name", find(centre.present_agents(), name) is not None),
            role=arguments.one_of(role, "role", ROLES),
            busy_selectable=arguments.flag(busy_selectable, "busy_selectable"),
            units=None if units is None else arguments.number(units, "units", 0, limits.MAX_COUNT),
            selected=row.name,
            base=row.name,
            toggle=bool(ready) if ready is not None else model.toggle is not None and model.toggle.default,
            external=None if external is None else external.default,
            signed_in=arguments.flag(signed_in, "signed_in"),
            team=None if team is None else arguments.new_name(team, "team", False),
        )
        for skill, value in (skills or {}).items():
            arguments.new_name(skill, "skills", False)
            arguments.number(value, f"skills[{skill!r}]", 0, 10)
        names = tuple(channel.name for channel in centre.channels)
        for channel_name, value in ({"voice": 1} if capacity is None else capacity).items():
            channel = find(centre.channels, arguments.one_of(channel_name, "capacity", names))
            agent.capacity[channel.capability] = arguments.number(value, "capacity", 0, limits.MAX_CAPACITY)
        for device in devices:
            channel = find(centre.channels, arguments.one_of(device, "devices", names))
            if not centre.channels[channel.capability].needs_device:
                raise ConfigError("devices", device, "channels that need a device")
            agent.devices[channel.capability] = {None}
        for queue in queues:
            if find(centre.present_queues(), queue) is None:
                raise ConfigError("queues", queue, "queues that exist")
        joined = {find(centre.present_queues(), queue).index for queue in queues}
        most = limits.MAX_MEMBERSHIPS
        arguments.room("queues", f"{len(joined)} queues", len(joined), most, "queues an agent")
        if status_name is not None and lacks_device(centre, agent, row.name):
            raise ConfigError(
                "status", status_name, f"a status whose device is among the devices: {row.needs_device}"
            )
        return agent

    def _place(self, agent: Agent, skills: Mapping[str, int] | None, queues: Iterable[Any]) -> None:
        centre = self.centre
        for skill, value in (skills or {}).items():
            agent.skills[self._skill(skill)] = value
        for queue in queues:
            found = find(centre.present_queues(), queue)
            if found.index not in agent.memberships:
                status.add_membership(agent, found)
        centre.agents.append(agent)
        status.begin_base(centre, agent)
        centre.step.gained.add(agent.index)

    def remove_agent(self, agent: Any, *, by: Any = None, at: Any = None) -> None:
        """Remove an agent who handles nothing; offers are withdrawn, wrap-ups end."""
        # CMD-18.
        judgement = self._begin(at)
        found, commander = judgement.agent(agent), judgement.by(by)
        judgement.commands(found, commander)
        if found is not None and presence.is_handling(self.centre, found):
            judgement.breaks(IllegalTransition, f"agent {found.name} handles an interaction")
        judgement.verdict()
        assert found is not None
        centre = self.centre
        with step(centre, commander) as now:
            emit(centre, "agent_removed", agent=found)
            status.end_wrap_ups(centre, found)
            found.removed = True
            found.pending = None
            found.memberships.clear()
            for interaction in centre.live.values():
                # OWN-9.
                if interaction.state == PARKED and interaction.agent == found.index:
                    interaction.agent = None
                if interaction.preferred == found.index:
                    interaction.preferred = None
                    if interaction.state == QUEUED:
                        now.affected.add(interaction.id)

    def update_agent(self, agent: Any, *, by: Any = None, at: Any = None, **settings: Any) -> None:
        """Change the settings that are given; None clears."""
        # PERM-7, PERM-9.
        for name, value in settings.items():
            if name == "role":
                arguments.one_of(value, name, ROLES)
            elif name == "units":
                arguments.number(0 if value is None else value, name, 0, limits.MAX_COUNT)
            elif name == "busy_selectable":
                arguments.flag(value, name)
            elif name == "wrap_up":
                arguments.duration(0 if value is None else value, name)
            elif name == "team":
                arguments.new_name("none" if value is None else value, name, False)
            else:
                raise ConfigError(name, value, "one of the settings of an agent")
        judgement = self._begin(at)
        found, commander = judgement.agent(agent), judgement.by(by)
        judgement.commands(found, commander)
        judgement.verdict()
        assert found is not None
        with step(self.centre, commander) as now:
            now.gained.add(found.index)
            for name in ("role", "units", "busy_selectable", "wrap_up", "team"):
                if name not in settings:
                    continue
                value, place = settings[name], name
                if name == "wrap_up":
                    value, place = None if value is None else arguments.duration(value, name), "wrap_up_ns"
                if getattr(found, place) == value:
                    continue
                setattr(found, place, value)
                text = value if isinstance(value, str) else None
                number = int(value) if text is None and value is not None else None
                emit(self.centre, "agent_updated", agent=found, status_from=name, value=number, text=text)

    def set_skill(self, agent: Any, skill: str, proficiency: int, *, by: Any = None, at: Any = None) -> None:
        """How well the agent can do it: 1 to 10, 0 for not at all."""
        arguments.new_name(skill, "skill", False)
        value = arguments.number(proficiency, "proficiency", 0, 10)
        judgement = self._begin(at)
        found, commander = judgement.agent(agent), judgement.by(by)
        judgement.commands(found, commander)
        judgement.verdict()
        assert found is not None
        self._room_for_skills([skill])
        with step(self.centre, commander) as now:
            index = self._skill(skill)
            changed = found.skills.get(index, 0) != value
            found.skills[index] = value
            now.gained.add(found.index)
            if changed:
                # PERM-10.
                emit(self.centre, "skill_changed", agent=found, status_from=skill, value=value)

    def set_user(self, agent: Any, column: int, value: float, *, by: Any = None, at: Any = None) -> None:
        """One of the agent's eight numbers of the caller's own."""
        # MATCH-26, CMD-17.
        place = arguments.number(column, "column", 0, 7)
        (number,) = arguments.user_numbers((value,), "value")
        judgement = self._begin(at)
        found, commander = judgement.agent(agent), judgement.by(by)
        judgement.commands(found, commander)
        judgement.verdict()
        assert found is not None
        with step(self.centre, commander):
            changed = found.user[place] != number
            found.user[place] = number
            if changed:
                emit(self.centre, "user_changed", agent=found, status_to=place, value=number)

    def set_capacity(
        self, agent: Any, channel: Any, capacity: int, *, by: Any = None, at: Any = None
    ) -> None:
        """How many interactions of the channel's capability the agent may hold. If that is less than it
        holds, it gets nothing new until the load has fallen (OWN-11)."""
        # CMD-16, OWN-11.
        value = arguments.number(capacity, "capacity", 0, limits.MAX_CAPACITY)
        judgement = self._begin(at)
        found, found_channel = judgement.agent(agent), judgement.channel(channel)
        commander = judgement.by(by)
        judgement.commands(found, commander)
        judgement.verdict()
        assert found is not None
        assert found_channel is not None
        with step(self.centre, commander) as now:
            changed = found.capacity.get(found_channel.capability, 0) != value
            found.capacity[found_channel.capability] = value
            if channels.load(self.centre, found, found_channel) > value:
                found.lowered.add(found_channel.capability)
            now.gained.add(found.index)
            if changed:
                owner = self.centre.channels[found_channel.capability]
                emit(self.centre, "capacity_changed", agent=found, channel=owner, value=value)

    def join(
        self,
        agent: Any,
        queue: Any,
        *,
        tier: int = 1,
        rank: int = 1,
        delay: Any = 0,
        by: Any = None,
        limit: int | None = None,
        at: Any = None,
    ) -> None:
        """Make the agent a member, logged in; if it is one, change tier, rank, delay and limit."""
        # CMD-14, ELIG-23.
        tier = arguments.number(tier, "tier", 0, 255)
        rank = arguments.number(rank, "rank", 0, 65_535)
        delay_ns = arguments.duration(delay, "delay")
        if limit is not None:
            limit = arguments.number(limit, "limit", 0, 65_535)
        judgement = self._begin(at)
        found, found_queue = judgement.agent(agent), judgement.queue(queue)
        commander = judgement.by(by)
        judgement.commands(found, commander)
        if (
            found is not None
            and len(found.memberships) >= limits.MAX_MEMBERSHIPS
            and (found_queue is None or found_queue.index not in found.memberships)
        ):
            judgement.breaks(
                LimitExceeded, f"agent {found.name} has {limits.MAX_MEMBERSHIPS:,} memberships already"
            )
        judgement.verdict()
        assert found is not None
        assert found_queue is not None
        with step(self.centre, commander) as now:
            membership = found.memberships.get(found_queue.index)
            now.gained.add(found.index)
            if membership is None:
                status.add_membership(
                    found, found_queue, tier=tier, rank=rank, delay_ns=delay_ns, limit=limit
                )
                status.tell_membership(self.centre, found, found_queue)
                status.login_changed(self.centre, found, found_queue, True)
                return
            was = (membership.tier, membership.rank, membership.delay_ns, membership.limit)
            if was != (tier, rank, delay_ns, limit):
                membership.tier, membership.rank = tier, rank
                membership.delay_ns, membership.limit = delay_ns, limit
                status.tell_membership(self.centre, found, found_queue)

    def leave(self, agent: Any, queue: Any, *, by: Any = None, at: Any = None) -> None:
        """The agent is a member no more."""
        # CMD-15.
        judgement = self._begin(at)
        found, found_queue = judgement.agent(agent), judgement.queue(queue)
        commander = judgement.by(by)
        judgement.commands(found, commander)
        if found is not None and found_queue is not None and found_queue.index not in found.memberships:
            judgement.breaks(NotMember, f"agent {found.name} is no member of queue {found_queue.name}")
        judgement.verdict()
        assert found is not None
        assert found_queue is not None
        with step(self.centre, commander):
            if found.memberships.pop(found_queue.index).logged_in:
                status.login_changed(self.centre, found, found_queue, False)
            emit(self.centre, "membership_ended", agent=found, queue=found_queue)

    def requirement(self, text: str) -> int:
        """A handle for a requirement, good as `requires=`. UnknownSkill if it mentions an unknown one."""
        parsed = parse_requirement(text, "requirement")
        judgement = Judgement(self.centre)
        self._judge_skills(judgement, parsed)
        judgement.verdict()
        if parsed not in self.centre.requirements:
            self.centre.requirements.append(parsed)
        return self.centre.requirements.index(parsed)


def lacks_device(centre: Centre, agent: Agent, status_name: str) -> bool:
    """Does the status need a device that the agent has not connected?"""
    needed = presence.row(centre, status_name).needs_device
    if needed is None:
        return False
    channel = find(centre.channels, needed)
    return channel is None or channel.capability not in agent.devices
