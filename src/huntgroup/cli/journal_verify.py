"""`huntgroup verify`."""

from __future__ import annotations

from huntgroup.cli.journal import verify as command

__all__ = ["command"]
