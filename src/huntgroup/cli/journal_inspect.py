"""`huntgroup inspect`."""

from __future__ import annotations

from huntgroup.cli.journal import inspect as command

__all__ = ["command"]
