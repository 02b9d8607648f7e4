"""Building a centre: channels and queues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from huntgroup import Scorer, limits
from huntgroup.errors import ConfigError, IllegalTransition
from huntgroup.settings.hours import Hours
from huntgroup.settings.told import told_settings
from huntgroup.testing.reference import arguments, clock, status, waiting
from huntgroup.testing.reference.base import Base
from huntgroup.testing.reference.judge import find
from huntgroup.testing.reference.state import SECOND, Channel, Queue, emit
from huntgroup.testing.reference.step import step
from huntgroup.testing.reference.strategies import STRATEGIES

MAX_CREDIT_NS = limits.MAX_SECONDS_PER_PRIORITY * 10**9
QUEUE_DEFAULTS: dict[str, Any] = {
    "channel": "voice",
    "strategy": "longest_idle",
    "requires": None,
    "relax": (),
    "offer_timeout": 20,
    "wrap_up": 0,
    "wrap_up_holds": "channel",
    "ask_again_after": 10,
    "preferred_wait": 30,
    "max_misses": None,
    "callback_attempts": 3,
    "callback_retry": 300,
    "hours": None,
    "overflow": None,
    "max_waiting": None,
    "when_closed": "refuse",
    "accept_unstaffed": True,
    "limits_run": "always",
    "max_wait": None,
    "max_wait_unstaffed": None,
    "seconds_per_priority": 60,
    "group": None,
    "service_level": (20, 0.80),
    "short_abandon": 0,
    "max_rejects": None,
    "max_handled": None,
    "delays": "always",
}


class Building(Base):
    """The methods that add queues and channels."""

    def add_channel(
        self,
        name: str,
        blocks: str | Sequence[str] | None = None,
        needs_device: bool = False,
        units: int = 0,
        capability: str | None = None,
        interruptible_by: Sequence[str] = (),
        wrap_up: Any = 0,
        wrap_up_unanswered: bool = False,
        *,
        by: Any = None,
        at: Any = None,
    ) -> int:
        """A kind of interaction; its index. `capability`: whose device, capacity and load it shares."""
        centre = self.centre
        arguments.new_name(name, "name", find(centre.channels, name) is not None)
        if blocks is None:
            blocks = "none"
        if isinstance(blocks, str):
            arguments.one_of(blocks, "blocks", ("all", "others", "none"))
        names = tuple(channel.name for channel in centre.channels)
        listed = () if isinstance(blocks, str) else tuple(blocks)
        for other in (*listed, *interruptible_by):
            arguments.one_of(other, "blocks" if other in listed else "interruptible_by", (*names, name))
        shared = len(centre.channels)
        if capability is not None:
            shared = find(centre.channels, arguments.one_of(capability, "capability", names)).capability
        channel = Channel(
            len(centre.channels),
            name,
            blocks if isinstance(blocks, str) else listed,
            arguments.flag(needs_device, "needs_device"),
            arguments.number(units, "units", 0, limits.MAX_COUNT),
            shared,
            tuple(interruptible_by),
            arguments.duration(wrap_up, "wrap_up"),
            arguments.flag(wrap_up_unanswered, "wrap_up_unanswered"),
        )
        commander = self._begin_configuring(by, at)
        arguments.room("name", name, len(centre.channels) + 1, limits.MAX_CHANNELS, "channels")
        with step(centre, commander) as now:
            now.emits_presence = False
            centre.channels.append(channel)
            # TOLD-1.
            told = {
                "blocks": channel.blocks,
                "needs_device": centre.channels[channel.capability].needs_device,
                "units": channel.units,
                "capability": centre.channels[channel.capability].name,
                "interruptible_by": channel.interruptible_by,
                "wrap_up": channel.wrap_up_ns / SECOND,
                "wrap_up_unanswered": channel.wrap_up_unanswered,
            }
            emit(centre, "channel_added", channel=channel, text=told_settings(told))
        return channel.index

    def update_channel(self, channel: Any, *, by: Any = None, at: Any = None, **settings: Any) -> None:
        """Change the wrap-up after interactions of the channel that have no queue."""
        # TOLD-2.
        read: dict[str, Any] = {}
        for name, value in settings.items():
            if name == "wrap_up":
                read["wrap_up_ns"] = arguments.duration(value, name)
            elif name == "wrap_up_unanswered":
                read[name] = arguments.flag(value, name)
            else:
                raise ConfigError(name, value, "one of the settings of a channel")
        judgement = self._begin(at)
        commander = judgement.by(by)
        judgement.configures(commander)
        found = judgement.channel(channel)
        judgement.verdict()
        assert found is not None
        if all(getattr(found, field) == value for field, value in read.items()):
            return
        with step(self.centre, commander):
            emit(self.centre, "channel_updated", channel=found, text=told_settings(settings))
            for field, value in read.items():
                setattr(found, field, value)

    def _text_of(self, handle: int) -> str | None:
        """The text of a requirement's handle."""
        requirement = self.centre.requirements[handle]
        return None if requirement is None else requirement.text

    def add_queue(self, name: str, *, by: Any = None, at: Any = None, **settings: Any) -> int:
        """A queue with the settings of the API's page; its index."""
        # NUM-8.
        centre = self.centre
        arguments.new_name(name, "name", find(centre.present_queues(), name) is not None)
        read = self._queue_settings({**QUEUE_DEFAULTS, **settings})
        commander = self._begin_configuring(by, at)
        arguments.room("name", name, len(centre.queues) + 1, limits.MAX_QUEUES, "queues")
        self._room_for_skills(mentioned(read))
        with step(centre, commander) as now:
            now.emits_presence = False
            queue = Queue(index=len(centre.queues), name=name, unstaffed_since_ns=centre.now_ns, **read)
            centre.queues.append(queue)
            self._queue_is_set(queue)
            emit(
                centre,
                "queue_added",
                queue=queue,
                status_to="absent" if queue.is_open else "closed",
                value=queue.index,
                text=told_settings(settings, self._text_of),
            )
        with step(centre, commander):
            status.join_tied(centre, queue)
        with step(centre, commander):
            # Interactions that waited for a queue of this name to overflow to go on (WAIT-24).
            self._find_overflow_targets()
        return queue.index

    def update_queue(self, queue: Any, *, by: Any = None, at: Any = None, **settings: Any) -> None:
        """Change some of a queue's settings. The channel stays what it is."""
        # WAIT-12.
        if "channel" in settings:
            raise ConfigError("channel", settings["channel"], "nothing: a queue's channel cannot be changed")
        read = self._queue_settings(settings)
        judgement = self._begin(at)
        commander = judgement.by(by)
        judgement.configures(commander)
        found = judgement.queue(queue)
        judgement.verdict()
        assert found is not None
        self._room_for_skills(mentioned(read))
        with step(self.centre, commander) as now:
            emit(self.centre, "queue_updated", queue=found, text=told_settings(settings, self._text_of))
            before = found.group
            for field, value in read.items():
                setattr(found, field, value)
            if "overflow" in read:
                found.overflow_target = None
            self._queue_is_set(found)
            if found.group != before:
                status.join_tied(self.centre, found)
            self._find_overflow_targets()
            for interaction in self.centre.waiting(found):
                waiting.bring_up_to_date(self.centre, interaction)
                now.affected.add(interaction.id)

    def remove_queue(self, queue: Any, *, by: Any = None, at: Any = None) -> None:
        """Remove a queue that has no interactions; its members are members no more."""
        judgement = self._begin(at)
        commander = judgement.by(by)
        judgement.configures(commander)
        found = judgement.queue(queue)
        if found is not None and self._is_used(found):
            judgement.breaks(IllegalTransition, f"queue {found.name} still has interactions")
        judgement.verdict()
        assert found is not None
        with step(self.centre, commander):
            emit(self.centre, "queue_removed", queue=found)
            found.removed = True
            for each in self.centre.queues:
                if each.overflow_target == found.index:
                    each.overflow_target = None
            for agent in self.centre.agents:
                agent.memberships.pop(found.index, None)

    def _is_used(self, queue: Queue) -> bool:
        return any(i.queue == queue.index for i in self.centre.live.values())

    def _queue_is_set(self, queue: Queue) -> None:
        self._know_skills(queue.requires, *(requirement for _, requirement in queue.relax))
        if queue.group is not None and queue.group not in self.centre.groups:
            self.centre.groups.append(queue.group)
        clock.look_at_hours(self.centre, queue)

    def _find_overflow_targets(self) -> None:
        # WAIT-24.
        for each in self.centre.present_queues():
            if each.overflow is not None and each.overflow_target is None:
                target = find(self.centre.present_queues(), each.overflow[1])
                each.overflow_target = None if target is None else target.index

    def _queue_settings(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The given settings, checked, by the names of the fields of `Queue`."""
        read: dict[str, Any] = {}
        for name, value in given.items():
            if name not in QUEUE_DEFAULTS:
                raise ConfigError(name, value, "one of the settings " + ", ".join(QUEUE_DEFAULTS))
            field, result = self._queue_setting(name, value)
            read[field] = result
        return read

    def _queue_setting(self, name: str, value: Any) -> tuple[str, Any]:
        match name:
            case "channel":
                names = tuple(channel.name for channel in self.centre.channels)
                return name, find(self.centre.channels, arguments.one_of(value, name, names)).index
            case "strategy":
                scorer = isinstance(value, Scorer)
                return name, value if scorer else arguments.one_of(value, name, STRATEGIES)
            case "requires":
                return name, self._requirement(value, name)
            case "relax":
                return name, self._relaxation(value)
            case "offer_timeout" | "callback_retry":
                return f"{name}_ns", arguments.duration(value, name, least_ns=1)
            case "wrap_up" | "preferred_wait" | "short_abandon":
                return f"{name}_ns", arguments.duration(value, name)
            case "wrap_up_holds":
                return name, arguments.one_of(value, name, ("channel", "slot", "nothing"))
            case "ask_again_after":
                return "ask_again_ns", arguments.duration(value, name)
            case "max_wait" | "max_wait_unstaffed":
                return f"{name}_ns", None if value is None else arguments.duration(value, name)
            case "max_misses" | "max_rejects":
                return name, None if value is None else arguments.number(value, name, 1, limits.MAX_COUNT)
            case "max_waiting" | "max_handled":
                return name, None if value is None else arguments.number(value, name, 0, limits.MAX_COUNT)
            case "delays":
                return name, arguments.one_of(value, name, ("always", "while_staffed"))
            case "callback_attempts":
                return name, arguments.number(value, name, 1, limits.MAX_COUNT)
            case "seconds_per_priority":
                read = arguments.duration(value, name)
                if read > MAX_CREDIT_NS:
                    raise ConfigError(name, value, "from 0 to 3600 seconds")
                return "credit_ns", read
            case "accept_unstaffed":
                return name, arguments.flag(value, name)
            case "limits_run":
                return name, arguments.one_of(value, name, ("always", "open"))
            case "when_closed":
                return name, arguments.one_of(value, name, ("refuse", "accept"))
            case "overflow":
                return name, None if value is None else (arguments.duration(value[0], name), value[1])
            case "service_level":
                return name, (arguments.duration(value[0], name), float(value[1]))
            case "group":
                return name, None if value is None else arguments.new_name(value, name, False)
            case _:
                if value is not None and not isinstance(value, Hours):
                    raise ConfigError(name, value, "Hours or None")
                return name, value


def mentioned(settings: Mapping[str, Any]) -> list[str]:
    """The skills that the requirements among a queue's settings name."""
    needed = [settings.get("requires"), *(requirement for _, requirement in settings.get("relax", ()))]
    return [skill for requirement in needed if requirement is not None for skill in requirement.skills]
