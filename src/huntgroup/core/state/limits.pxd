"""The limits of the core, written by tools/code_tables.py from src/huntgroup/limits.py."""

cdef enum:
    AGENT_BITS = 22
    MAX_AGENTS = 4194304
    MAX_QUEUES = 65535
    MAX_MEMBERSHIPS = 1024
    MAX_SKILLS = 1024
    MAX_CHANNELS = 16
    MAX_PRIORITY = 1000000
    MAX_DELAYS = 65536
    MAX_DEVICES = 8
    MAX_OVERFLOWS = 64
    RECENT = 64
