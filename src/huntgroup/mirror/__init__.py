"""A centre rebuilt from its event stream alone: what pages and histories are drawn from."""

from __future__ import annotations

from huntgroup.mirror.mirror import Mirror

__all__ = ["Mirror"]
