"""What an engine shows: views, rows of lists, events, decisions. Plain frozen records, each with `to_dict`.
They are the same whether the engine, a mirror of its events, or the reference of the tests makes them."""

from __future__ import annotations

from huntgroup.shown.decision import Decision
from huntgroup.shown.event import Event
from huntgroup.shown.plain import Plain, plain
from huntgroup.shown.views import (
    AgentView,
    DirectoryRow,
    FailedRule,
    InteractionView,
    MemberRow,
    MonitorRow,
    QueueView,
)

__all__ = [
    "AgentView",
    "Decision",
    "DirectoryRow",
    "Event",
    "FailedRule",
    "InteractionView",
    "MemberRow",
    "MonitorRow",
    "Plain",
    "QueueView",
    "plain",
]
