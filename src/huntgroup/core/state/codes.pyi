"""The codes of events, reasons, commands and results, as Python sees them."""

from __future__ import annotations

EVENT_KINDS: tuple[str, ...]
REASONS: tuple[str | None, ...]
COMMANDS: dict[str, int]
RESULTS: dict[str, int]
