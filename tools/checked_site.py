"""Copied into the checked build as sitecustomize.py, which Python runs at its start: the checked build goes
before the editable install, whose finder would otherwise be asked first."""

from __future__ import annotations

import sys

EDITABLE = "ScikitBuildRedirectingFinder"

sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != EDITABLE]
