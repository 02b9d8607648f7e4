"""What agents and supervisors do: sign in and out, devices, statuses, logins, Stop New."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from huntgroup import Actor, limits
from huntgroup.errors import (
    CapabilityMissing,
    ConfigError,
    IllegalTransition,
    LimitExceeded,
    NoDevice,
    NotMember,
    NotPermitted,
    NotSelectable,
    WrapUpFixed,
)
from huntgroup.models import Status
from huntgroup.testing.reference import arguments, going_home, presence, status
from huntgroup.testing.reference.base import Base
from huntgroup.testing.reference.judge import Judgement
from huntgroup.testing.reference.staffing import lacks_device
from huntgroup.testing.reference.state import Agent, emit
from huntgroup.testing.reference.step import step


class AgentCommands(Base):
    """The commands that act on an agent."""

    def sign_in(self, agent: Any, *, by: Any = None, at: Any = None) -> None:
        """The agent arrives: the default status if the model says so, times and counts from zero."""
        # STATUS-20, STATUS-21, CMD-5.
        judgement = self._begin(at)
        found, commander = judgement.agent(agent), judgement.by(by)
        judgement.acts_for(found, commander)
        judgement.verdict()
        assert found is not None
        with step(self.centre, commander) as now:
            if found.signed_in:
                if not found.connected:
                    now.gained.add(found.index)
                self._connection(found, True)
                return
            model = self.centre.model
            found.signed_in = True
            if model.sign_in.required:
                found.misses = found.rejects = found.accepted_count = found.busy_ns = found.ready_ns = 0
                found.status_ns = {}
                for number in found.held:
                    # Accepts from before sign-in no longer count, so putting such an interaction back
                    # subtracts nothing.
                    self.centre.live[number].accept_counted = False
                found.status_since_ns = self.centre.now_ns
            now.gained.add(found.index)
            emit(self.centre, "signed_in", agent=found)
            if model.sign_in.sets_default:
                found.selected = found.base = model.default
                found.stop_new = False
                status.enter_chosen(self.centre, found)
            if model.toggle is not None:
                found.toggle = model.toggle.default

    def sign_out(self, agent: Any, work: str = "refuse", by: Any = None, *, at: Any = None) -> None:
        """The agent leaves. In models that need sign-in pending status, Stop New, duration and wrap-ups end;
        in others signing out changes nothing else (C5). `work` says what becomes of the interactions that the
        agent handles."""
        # STATUS-22, OWN-12, OWN-13, OWN-14.
        arguments.one_of(work, "work", ("refuse", "put_back", "park"))
        judgement = self._begin(at)
        found = judgement.agent(agent)
        actor = judgement.by(by)
        judgement.acts_for(found, actor)
        if found is not None and found.signed_in:
            self._judge_sign_out(judgement, found, work, actor is not None and actor is not found)
        judgement.verdict()
        assert found is not None
        with step(self.centre, actor) as now:
            if not found.signed_in:
                return
            if work != "refuse":
                going_home.leave_work(self.centre, found, work)
                status.work_may_have_ended(self.centre, found)
            found.signed_in = False
            now.gained.add(found.index)
            emit(self.centre, "signed_out", agent=found)
            self._connection(found, True)
            if not self.centre.model.sign_in.required:
                return
            found.pending = found.duration_due_ns = None
            found.stop_new = False
            status.end_wrap_ups(self.centre, found)

    def _judge_sign_out(self, judgement: Judgement, agent: Agent, work: str, by_other: bool) -> None:
        # CMD-6.
        model = self.centre.model
        shown = presence.standing(self.centre, agent).shown
        if not shown.may_sign_out and not by_other:
            judgement.breaks(NotSelectable, f"agent {agent.name} cannot sign out from {shown.name}")
        if not going_home.may_leave_work(self.centre, agent, work):
            judgement.breaks(IllegalTransition, f"agent {agent.name} handles an interaction")
        wraps_up = agent.wrap_ups or (work != "refuse" and going_home.would_wrap_up(self.centre, agent))
        if model.sign_in.required and model.wrap_up.fixed and wraps_up:
            judgement.breaks(WrapUpFixed, f"agent {agent.name} is in a wrap-up that cannot be cut short")

    # --- devices and presence ---------------------------------------------------------------------------

    def connect(
        self, agent: Any, channel: Any = "voice", *, device: Any = None, by: Any = None, at: Any = None
    ) -> None:
        """A device of the channel's capability is there; `device` is its name."""
        self._set_device(agent, channel, device, True, by, at)

    def disconnect(
        self, agent: Any, channel: Any = "voice", *, device: Any = None, by: Any = None, at: Any = None
    ) -> None:
        """A device of the channel's capability is gone."""
        self._set_device(agent, channel, device, False, by, at)

    def _set_device(self, agent: Any, channel: Any, device: Any, connected: bool, by: Any, at: Any) -> None:
        # STEP-12, CMD-7, DEVICE-1, DEVICE-2.
        judgement = self._begin(at)
        found, found_channel = judgement.agent(agent), judgement.channel(channel)
        if device is not None:
            arguments.short_text(device, "device")
        commander = judgement.by(by)
        judgement.acts_for(found, commander, connector=True)
        if found_channel is not None and not self.centre.channels[found_channel.capability].needs_device:
            judgement.breaks(CapabilityMissing, f"channel {found_channel.name} needs no device")
        elif found is not None and found_channel is not None and connected:
            names = found.devices.get(found_channel.capability, set())
            if device not in names and len(names) == limits.MAX_DEVICES:
                judgement.breaks(LimitExceeded, f"agent {found.name} has {len(names)} devices already")
        judgement.verdict()
        assert found is not None
        assert found_channel is not None
        owner = self.centre.channels[found_channel.capability]
        with step(self.centre, commander) as now:
            names = found.devices.pop(owner.index, set())
            changed = (device in names) != connected
            names = names | {device} if connected else names - {device}
            if names:
                found.devices[owner.index] = names
            if not changed:
                return
            now.gained.add(found.index)
            to = int(connected)
            emit(self.centre, "device_changed", agent=found, channel=owner, status_to=to, text=device)

    def connection_lost(self, agent: Any, *, by: Any = None, at: Any = None) -> None:
        """The connection to the agent's program is lost; an agent who is signed out has none."""
        self._set_connection(agent, False, by, at)

    def connection_restored(self, agent: Any, *, by: Any = None, at: Any = None) -> None:
        """The connection is restored."""
        self._set_connection(agent, True, by, at)

    def _set_connection(self, agent: Any, connected: bool, by: Any, at: Any) -> None:
        # CONN-1, CONN-2, CMD-60.
        judgement = self._begin(at)
        found = judgement.agent(agent)
        commander = judgement.by(by)
        judgement.acts_for(found, commander, connector=True)
        judgement.verdict()
        assert found is not None
        with step(self.centre, commander) as now:
            if found.signed_in and found.connected != connected:
                now.gained.add(found.index)
                self._connection(found, connected)

    def _connection(self, agent: Agent, connected: bool) -> None:
        # CONN-3.
        if agent.connected != connected:
            agent.connected = connected
            emit(self.centre, "connection_changed", agent=agent, status_to=int(connected))

    def set_ready(self, agent: Any, ready: bool = True, *, by: Any = None, at: Any = None) -> None:
        """The agent's toggle: Ready or Not Ready."""
        # CMD-8.
        arguments.flag(ready, "ready")
        judgement = self._begin(at)
        found, commander = judgement.agent(agent), judgement.by(by)
        judgement.acts_for(found, commander)
        if found is not None:
            if self.centre.model.toggle is None:
                judgement.breaks(NotSelectable, f"agent {found.name}: the model has no Ready / Not Ready")
            elif not presence.counts_as_signed_in(self.centre, found):
                judgement.breaks(NotSelectable, f"agent {found.name} is signed out")
        judgement.verdict()
        assert found is not None
        with step(self.centre, commander) as now:
            if found.toggle != ready:
                status.acted_by_itself(found, commander)
            found.toggle = ready
            now.gained.add(found.index)

    def set_external_presence(self, agent: Any, value: str, *, by: Any = None, at: Any = None) -> None:
        """The state that the agent's own messenger reports."""
        # CMD-9.
        judgement = self._begin(at)
        found, commander = judgement.agent(agent), judgement.by(by)
        judgement.acts_for(found, commander, connector=True)
        external = self.centre.model.external_presence
        if found is not None and (external is None or external.answer(value) is None):
            judgement.breaks(
                NotSelectable, f"agent {found.name}: {value!r} is no messenger presence of the model"
            )
        judgement.verdict()
        assert found is not None
        with step(self.centre, commander):
            if found.external != value:
                status.external_presence_changed(self.centre, found, value)

    # --- statuses ---------------------------------------------------------------------------------------

    def set_status(self, agent: Any, status_name: Any, *, by: Any = None, at: Any = None) -> None:
        """The agent chooses a status, or a supervisor chooses it for the agent."""
        judgement = self._begin(at)
        found, row = judgement.agent(agent), judgement.status(status_name)
        supervisor = judgement.by(by)
        if found is not None:
            judgement.acts_for(found, supervisor)
            if row is not None:
                self._judge_status(judgement, found, row, supervisor)
        judgement.verdict()
        assert found is not None
        assert row is not None
        with step(self.centre, supervisor):
            status.acted_by_itself(found, supervisor)
            status.choose(self.centre, found, row.name)

    def set_status_many(
        self, agents: Iterable[Any], status_name: Any, by: Any = None, *, at: Any = None
    ) -> None:
        """The same status for many agents in one step; if one of them may not have it, the first such refuses
        all."""
        # STEP-13, CMD-13.
        rows = list(agents)
        judgement = self._begin(at)
        row = judgement.status(status_name)
        supervisor = judgement.by(by)
        found = []
        for ref in rows:
            of_one = Judgement(self.centre)
            one = of_one.agent(ref)
            if one is not None:
                of_one.acts_for(one, supervisor)
                if row is not None:
                    self._judge_status(of_one, one, row, supervisor)
                    found.append(one)
            if of_one.broken or row is None:
                judgement.broken += of_one.broken
                break
        judgement.verdict()
        assert row is not None
        with step(self.centre, supervisor):
            for one in found:
                status.acted_by_itself(one, supervisor)
                status.choose(self.centre, one, row.name)

    def _judge_status(
        self, judgement: Judgement, agent: Agent, row: Status, by: Agent | Actor | None
    ) -> None:
        # STATUS-5, STATUS-7.
        centre = self.centre
        target = row.waits_for or row.name
        now = presence.standing(centre, agent)
        if not presence.selectable(centre, agent, row, now):
            judgement.breaks(
                NotSelectable, f"agent {agent.name} cannot choose {row.name} from {now.shown.name}"
            )
        if lacks_device(centre, agent, target):
            judgement.breaks(NoDevice, f"{target} needs a device that agent {agent.name} has not connected")
        sets = centre.model.supervisor.sets
        if by is not None and by is not agent and sets is not None and target not in sets:
            judgement.breaks(NotPermitted, f"{by.name} cannot set {target} for others")

    # --- logins to queues -------------------------------------------------------------------------------

    def queue_login(self, agent: Any, queue: Any, *, by: Any = None, at: Any = None) -> None:
        """Log the member in to the queue."""
        self.set_queue_logins(agent, {queue: True}, by=by, at=at)

    def queue_logout(self, agent: Any, queue: Any, *, by: Any = None, at: Any = None) -> None:
        """Log the member out of the queue; its other logins stay."""
        self.set_queue_logins(agent, {queue: False}, by=by, at=at)

    def set_queue_logins(
        self, agent: Any, logins: Mapping[Any, bool], *, by: Any = None, at: Any = None
    ) -> None:
        """Several of the agent's logins in one step."""
        # CMD-10.
        if not isinstance(logins, Mapping):
            raise ConfigError("logins", logins, "a mapping from queues to True or False")
        for value in logins.values():
            arguments.flag(value, "logins")
        judgement = self._begin(at)
        found = judgement.agent(agent)
        supervisor = judgement.by(by)
        if found is not None:
            judgement.acts_for(found, supervisor)
            login_sets = self.centre.model.queues.login_sets
            if login_sets is not None and status.logging_in_sets(self.centre, found, logins.values()):
                self._judge_status(judgement, found, presence.row(self.centre, login_sets), supervisor)
        wanted = {}
        for ref, value in logins.items():
            queue = judgement.queue(ref)
            if queue is None or found is None:
                continue
            wanted[queue.index] = value
            if queue.index not in found.memberships:
                judgement.breaks(NotMember, f"agent {found.name} is no member of queue {queue.name}")
        judgement.verdict()
        assert found is not None
        with step(self.centre, supervisor):
            status.change_logins(self.centre, found, wanted, supervisor)

    # --- Stop New ---------------------------------------------------------------------------------------

    def stop_new(self, agent: Any, *, by: Any = None, at: Any = None) -> None:
        """No further queued interactions while those that are held are finished."""
        # CMD-11.
        judgement = self._begin(at)
        found, commander = judgement.agent(agent), judgement.by(by)
        judgement.acts_for(found, commander)
        rule = self.centre.model.stop_new
        if found is not None:
            handled = presence.handled_channels(self.centre, found)
            if rule is None or not any(channel.name in rule.channels for channel in handled):
                judgement.breaks(NotSelectable, f"agent {found.name} handles nothing that allows Stop New")
        judgement.verdict()
        assert found is not None
        with step(self.centre, commander) as now:
            found.stop_new = True
            now.gained.add(found.index)

    def resume_new(self, agent: Any, *, by: Any = None, at: Any = None) -> None:
        """Receive again."""
        # CMD-12.
        judgement = self._begin(at)
        found, commander = judgement.agent(agent), judgement.by(by)
        judgement.acts_for(found, commander)
        if found is not None and self.centre.model.stop_new is None:
            judgement.breaks(NotSelectable, f"agent {found.name}: the model has no Stop New")
        judgement.verdict()
        assert found is not None
        with step(self.centre, commander) as now:
            found.stop_new = False
            now.gained.add(found.index)
