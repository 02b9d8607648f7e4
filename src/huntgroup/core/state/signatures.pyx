"""A search over a million members that fetches the signature of each waits for memory at each. A ring may
carry the signatures of its members beside their slots instead, so that a search reads them in a stream. It
costs 8 bytes a slot and word of the signature, so only rings that were searched at length carry them."""

from libc.stdint cimport uint32_t

from huntgroup.core.state.centre cimport Centre, ring_at
from huntgroup.core.state.native cimport HG_NONE, hg_ring_agent, hg_ring_carry
from huntgroup.core.state.rows cimport RingRow

cdef enum:
    WORDS = 8                       # signatures longer than this are not carried


cdef bint carry_signatures(Centre *c, RingRow *ring) noexcept nogil:
    """Makes the ring carry its members' signatures, if they are short and there is memory. O(slots)."""
    cdef uint32_t slot
    if c.signature_words == 0 or c.signature_words > WORDS or (
            hg_ring_carry(&ring.ring, c.signature_words) != 0):
        return False
    for slot in range(ring.ring.tail):
        if ring.ring.member[slot] != HG_NONE:
            write_signature(c, ring, slot, hg_ring_agent(&ring.ring, slot))
    ring.carries = True
    return True


cdef void forget_signatures(Centre *c) noexcept nogil:
    """Every signature changes: a new comparison is among them. The next long search makes them anew.
    O(rings)."""
    cdef uint32_t r
    cdef RingRow *ring
    for r in range(c.rings.count):
        ring = ring_at(c, r)
        if ring.carries:
            ring.carries = False
            hg_ring_carry(&ring.ring, 0)
