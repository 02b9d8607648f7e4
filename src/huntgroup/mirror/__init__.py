"""The state of a centre, rebuilt from its event stream alone. Web pages and histories are made from it."""

from __future__ import annotations

from huntgroup.mirror.mirror import Mirror

__all__ = ["Mirror"]
