"""Signatures in slot order, for the rings whose searches are long."""

from libc.stdint cimport uint32_t, uint64_t

from huntgroup.core.state.centre cimport Centre
from huntgroup.core.state.native cimport hg_ring_carried
from huntgroup.core.state.rows cimport RingRow


cdef bint carry_signatures(Centre *c, RingRow *ring) noexcept nogil
cdef void forget_signatures(Centre *c) noexcept nogil


cdef inline void write_signature(Centre *c, RingRow *ring, uint32_t slot, uint32_t a) noexcept nogil:
    """Agent `a` has the slot, or its skills changed; the ring carries signatures. O(words)."""
    cdef uint32_t k
    for k in range(c.signature_words):
        hg_ring_carried(&ring.ring, k)[slot] = c.signatures[<size_t> a * c.signature_words + k]
