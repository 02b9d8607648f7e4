"""An engine for a workload: channels, queues, agents with skills, capacities, devices and memberships."""

from __future__ import annotations

from typing import Any

from huntgroup.models import PresenceModel
from huntgroup.settings.requirements import parse
from huntgroup.sim.mapping import SECOND_NS
from huntgroup.sim.workload import Workload

BUILT_IN_CHANNELS = ("voice", "chat", "email")


def build_engine(engine_class: Any, workload: Workload, model: PresenceModel, seed: int) -> Any:
    """A new engine in manual time at 0, all agents signed out. `engine_class` has the API of `hg.Engine`."""
    engine = engine_class(model=model, seed=seed)
    for channel in workload.channels:
        if channel not in BUILT_IN_CHANNELS:
            engine.add_channel(channel)
    wrap_up = after_call_ceilings(workload, model)
    for index, queue in enumerate(workload.queues):
        engine.add_queue(
            queue.name,
            channel=queue.channel,
            strategy=queue.strategy,
            requires=queue.requires,
            seconds_per_priority=queue.seconds_per_priority,
            service_level=queue.service_level,
            wrap_up=wrap_up[index],
        )
    nobody = dict.fromkeys(mentioned_skills(workload), 0)
    for agent in workload.agents:
        engine.add_agent(
            agent.name,
            # Proficiency 0 means "not held", but registers the skill: a requirement may ask for a skill that
            # no agent holds.
            skills={**nobody, **agent.skills},
            capacity=dict(agent.capacity),
            queues=list(agent.queues),
            devices=["voice"] if "voice" in agent.capacity or needs_voice(model) else [],
        )
    return engine


def mentioned_skills(workload: Workload) -> list[str]:
    """Every skill that a queue or an interaction asks for, in alphabetical order."""
    texts = [*workload.requirements, *(queue.requires for queue in workload.queues if queue.requires)]
    return sorted({skill for text in texts for skill in parse(text).skills})


def needs_voice(model: PresenceModel) -> bool:
    """Does any status of the model need a device, whatever channels the agent handles?"""
    return any(status.needs_device is not None for status in model.statuses)


def after_call_ceilings(workload: Workload, model: PresenceModel) -> list[float]:
    """The wrap-up of each queue in seconds.

    The replay ends each wrap-up when that interaction's after-call work is over, so the queue's wrap-up is
    set longer than its longest after-call work. Where the model does not allow a wrap-up to be cut short, it
    is the queue's mean after-call work.
    """
    arrivals = workload.arrivals
    ceilings = []
    for index in range(len(workload.queues)):
        work = arrivals.after_call_ns[arrivals.queue == index]
        if not len(work) or not work.any():
            ceilings.append(0.0)
        elif model.wrap_up.fixed:
            ceilings.append(float(round(work.mean() / SECOND_NS)))
        else:
            ceilings.append(float(int(work.max()) // SECOND_NS + 2))
    return ceilings
