"""The same question put to other structures, each in its best form; claim and release are both part of the
time."""

from __future__ import annotations
