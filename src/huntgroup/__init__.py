"""huntgroup: a deterministic routing core for contact centres.

    import huntgroup as hg

    engine = hg.Engine(model="agent_modes")

Commands and the passing of time go in, events come out; the same commands at the same times give the same
events.
"""

from __future__ import annotations

from huntgroup.engine.engine import Engine
from huntgroup.engine.enums import Command, EventKind
from huntgroup.errors import (
    AtCapacity,
    CapabilityMissing,
    CentreError,
    ConfigError,
    CorruptJournal,
    CorruptState,
    EngineBusy,
    FeaturesOff,
    HuntgroupError,
    IllegalTransition,
    InvalidCommand,
    JournalFailed,
    JournalLocked,
    Lagged,
    LimitExceeded,
    MappingError,
    ModelError,
    NoDevice,
    NotMember,
    NotPermitted,
    NotReachable,
    NotSelectable,
    Overloaded,
    QueueClosed,
    QueueFull,
    QueueUnstaffed,
    ReconfigureError,
    Refused,
    RequirementError,
    Result,
    RouterClosed,
    ScenarioError,
    StaleOffer,
    StaleSession,
    TimeWentBack,
    UnknownAgent,
    UnknownChannel,
    UnknownInteraction,
    UnknownQueue,
    UnknownSkill,
    UnknownStatus,
    WrapUpFixed,
    refusal,
)
from huntgroup.layouts import COMMAND_DTYPE, EVENT_DTYPE, PRESENCE_DTYPE
from huntgroup.live import live, live_thread
from huntgroup.models import PresenceModel
from huntgroup.scorers.scorer import (
    Scorer,
    get_include,
    python_scorer,
    scorer,
    scorer_from_pointer,
    scorer_header,
)
from huntgroup.settings.actors import Actor
from huntgroup.settings.hours import Hours
from huntgroup.shown import Event

__all__ = [
    "COMMAND_DTYPE",
    "EVENT_DTYPE",
    "PRESENCE_DTYPE",
    "Actor",
    "AtCapacity",
    "CapabilityMissing",
    "CentreError",
    "Command",
    "ConfigError",
    "CorruptJournal",
    "CorruptState",
    "Engine",
    "EngineBusy",
    "Event",
    "EventKind",
    "FeaturesOff",
    "Hours",
    "HuntgroupError",
    "IllegalTransition",
    "InvalidCommand",
    "JournalFailed",
    "JournalLocked",
    "Lagged",
    "LimitExceeded",
    "MappingError",
    "ModelError",
    "NoDevice",
    "NotMember",
    "NotPermitted",
    "NotReachable",
    "NotSelectable",
    "Overloaded",
    "PresenceModel",
    "QueueClosed",
    "QueueFull",
    "QueueUnstaffed",
    "ReconfigureError",
    "Refused",
    "RequirementError",
    "Result",
    "RouterClosed",
    "ScenarioError",
    "Scorer",
    "StaleOffer",
    "StaleSession",
    "TimeWentBack",
    "UnknownAgent",
    "UnknownChannel",
    "UnknownInteraction",
    "UnknownQueue",
    "UnknownSkill",
    "UnknownStatus",
    "WrapUpFixed",
    "get_include",
    "live",
    "live_thread",
    "python_scorer",
    "refusal",
    "scorer",
    "scorer_from_pointer",
    "scorer_header",
]
