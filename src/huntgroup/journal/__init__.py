"""Where the records of an engine are kept, so that it comes back after a crash."""

from __future__ import annotations

from huntgroup.journal.memory import MemoryStore
from huntgroup.journal.sqlite import SqliteStore
from huntgroup.journal.store import Batch, Entry, Fenced, Found, LogStore, Snapshot

__all__ = ["Batch", "Entry", "Fenced", "Found", "LogStore", "MemoryStore", "Snapshot", "SqliteStore"]
