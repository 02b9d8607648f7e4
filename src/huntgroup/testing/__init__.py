"""The plain-Python reference engine, a seeded workload, and the comparer of two engines."""

from __future__ import annotations
