"""A reference engine in plain Python: the rules of docs/SEMANTICS.md, one place each, with scans instead of indexes."""

from __future__ import annotations

from huntgroup.testing.reference.engine import ReferenceEngine

__all__ = ["ReferenceEngine"]
