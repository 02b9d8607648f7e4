"""What is limited by design (docs/LIMITS.md), each limit once.

Whoever checks one imports it from here. The compiled core reads the same numbers from
`core/state/limits.pxd`, which `tools/code_tables.py` writes from this file.
"""

from __future__ import annotations

# --- what a centre may have -----------------------------------------------------------------------------

AGENT_BITS = 22
"""Bits of an agent's index within an idle key."""
MAX_AGENTS = 1 << AGENT_BITS
MAX_QUEUES = 65_535
MAX_MEMBERSHIPS = 1_024
"""Of one agent."""
MAX_SKILLS = 1_024
MAX_CHANNELS = 16
MAX_DELAYS = 65_536
"""Different membership delays."""
MAX_DEVICES = 8
"""Of one agent for one channel."""
MAX_OVERFLOWS = 64
"""Queues that one wait leaves by overflow (WAIT-23)."""
RECENT = 64
"""The latest handling times of a queue, which make its estimated wait."""

# --- numbers that are given -----------------------------------------------------------------------------

MAX_PRIORITY = 1_000_000
"""And as much below zero."""
MAX_SECONDS_PER_PRIORITY = 3_600
"""With priorities up to a million no credit leaves the 64 bits of an instant."""
MAX_CAPACITY = 65_535
MAX_PROFICIENCY = 10
MAX_COUNT = 2**31 - 1
"""Of whatever is only counted: units, misses, attempts, who waits."""
MAX_DURATION_S = 100 * 366 * 86_400
"""A hundred years."""
MAX_STEPS = 1_000
"""Relaxation steps of a queue or an interaction."""
MAX_INTERVALS = 64
"""Intervals of opening hours on one day."""
MAX_EXCEPTIONS = 36_600
"""Dated exceptions of opening hours."""

# --- texts ----------------------------------------------------------------------------------------------

MAX_NAME_BYTES = 128
"""UTF-8 of a name or a reference."""
MAX_CHARACTERS = 4_096
"""Of a requirement, beside blanks."""
MAX_TERMS = 512
"""Comparisons of a requirement."""
MAX_DEPTH = 100
"""Levels of nesting of a requirement."""

# --- what the compiled core has too ---------------------------------------------------------------------

CORE = (
    *("AGENT_BITS", "MAX_AGENTS", "MAX_QUEUES", "MAX_MEMBERSHIPS", "MAX_SKILLS", "MAX_CHANNELS"),
    *("MAX_PRIORITY", "MAX_DELAYS", "MAX_DEVICES", "MAX_OVERFLOWS", "RECENT"),
)
