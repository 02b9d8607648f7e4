"""A reference engine in plain Python: each rule in one place, scans instead of indexes."""

from __future__ import annotations

from huntgroup.testing.reference.engine import ReferenceEngine

__all__ = ["ReferenceEngine"]
