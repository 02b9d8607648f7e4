"""`huntgroup export`."""

from __future__ import annotations

from huntgroup.cli.journal import export as command

__all__ = ["command"]
