"""The idle rings alone, without statuses, events and timers: the floor with which the engine is compared."""

from __future__ import annotations
