"""The idle rings alone, without statuses, events and timers: the floor that the engine is compared with."""

from __future__ import annotations
