"""Presence models: data files that say which statuses exist, and the value that they are read into."""

from __future__ import annotations

from huntgroup.models.model import PresenceModel, built_in_names
from huntgroup.models.parts import (
    CONDITIONS,
    ChannelRule,
    Custom,
    Derived,
    ExternalPresence,
    On,
    Queues,
    SignIn,
    Status,
    StopNew,
    Supervisor,
    Toggle,
    WrapUp,
)

__all__ = [
    "CONDITIONS",
    "ChannelRule",
    "Custom",
    "Derived",
    "ExternalPresence",
    "On",
    "PresenceModel",
    "Queues",
    "SignIn",
    "Status",
    "StopNew",
    "Supervisor",
    "Toggle",
    "WrapUp",
    "built_in_names",
]
