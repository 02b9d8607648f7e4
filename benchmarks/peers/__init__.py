"""The same question put to other structures, each in its best form, claim and release both paid."""

from __future__ import annotations
