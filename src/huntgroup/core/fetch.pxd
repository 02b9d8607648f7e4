"""Asking the memory for lines before they are read, so that the waits for them overlap."""

from libc.stdint cimport int64_t, uint32_t

from huntgroup.core.columns cimport Centre, agent_at, channel_at
from huntgroup.core.rows cimport AgentRow

cdef extern from *:
    """
    /* The empty statement in assembler keeps the compiler from taking a function that only asks for memory
     * for one without any effect, whose calls it may leave out. */
    #if defined(__GNUC__) || defined(__clang__)
    #define HG_PREFETCH(address) (__extension__({ __builtin_prefetch((address), 1, 3); __asm__ volatile(""); }))
    #else
    #define HG_PREFETCH(address) ((void)(address))
    #endif
    """
    void HG_PREFETCH(const void *address) noexcept nogil

cdef enum:
    LINE = 64


cdef inline void fetch(const char *block, size_t bytes) noexcept nogil:
    """Asks for every line of the block."""
    cdef const char *end = block + bytes
    while block < end:
        HG_PREFETCH(block)
        block += LINE


cdef inline void fetch_agent(Centre *c, uint32_t a) noexcept nogil:
    """Asks for what every step on an agent reads and writes."""
    fetch(<const char *> agent_at(c, a), sizeof(AgentRow))
    HG_PREFETCH(channel_at(c, a, 0))
    fetch(<const char *> (c.status_time + <size_t> a * c.status_width), c.status_width * sizeof(int64_t))
