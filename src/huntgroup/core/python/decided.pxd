"""What the commands decided, apart from what is told and kept of it: by this a replay is compared."""

from libc.stdint cimport uint32_t

from huntgroup.core.state.centre cimport Centre, Table
from huntgroup.core.state.rows cimport EventRow


cdef uint32_t decided_crc(const EventRow *rows, uint32_t count, uint32_t crc) noexcept nogil
cdef void put_decided_centre(Centre *c, Table *out) noexcept nogil
cdef void put_decided_agent(Centre *c, Table *out, uint32_t a) noexcept nogil
cdef void put_decided_queue(Centre *c, Table *out, uint32_t q) noexcept nogil
cdef void put_decided_interaction(Centre *c, Table *out, uint32_t i) noexcept nogil
