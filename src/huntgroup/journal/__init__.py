"""The stores of an engine's records, from which it is restored after a crash."""

from __future__ import annotations

from huntgroup.journal.memory import MemoryStore
from huntgroup.journal.sqlite import SqliteStore
from huntgroup.journal.store import Batch, Entry, Fenced, Found, LogStore, Snapshot

__all__ = ["Batch", "Entry", "Fenced", "Found", "LogStore", "MemoryStore", "Snapshot", "SqliteStore"]
