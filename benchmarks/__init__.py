"""Measurements through the public API. Each program checks its answer before it times it."""

from __future__ import annotations
