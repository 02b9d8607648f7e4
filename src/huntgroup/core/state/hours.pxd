"""Opening hours in the core: a row for each queue, walked without Python (native/include/huntgroup/hours.h).

Waiting that counts open time only is computed here. A queue without hours is open all the time.
"""

from libc.stdint cimport int64_t, uint32_t

from huntgroup.core.state.centre cimport Centre, queue_at
from huntgroup.core.state.native cimport hg_hours, hg_hours_after, hg_hours_between
from huntgroup.core.state.rows cimport Q_HOURS


cdef class OpenHours:
    """The numbers of one `Hours`, which rows of the centre point into: its owner must outlive them."""
    cdef hg_hours numbers
    cdef object plan


cdef inline hg_hours *hours_at(Centre *c, uint32_t q) noexcept nogil:
    return <hg_hours *> c.hours.rows + q


cdef inline int64_t open_time(Centre *c, uint32_t q, int64_t from_ns, int64_t to_ns) noexcept nogil:
    """How much of [from_ns, to_ns) queue `q` is open."""
    if queue_at(c, q).flags & Q_HOURS:
        return hg_hours_between(hours_at(c, q), from_ns, to_ns)
    return to_ns - from_ns if to_ns > from_ns else 0


cdef inline int64_t when_open_for(Centre *c, uint32_t q, int64_t from_ns, int64_t open_ns) noexcept nogil:
    """The instant at which queue `q` has been open for `open_ns` since `from_ns`; HG_NEVER, the largest
    int64, if it will not be: nothing is to be armed then."""
    if queue_at(c, q).flags & Q_HOURS:
        return hg_hours_after(hours_at(c, q), from_ns, open_ns)
    return from_ns + open_ns
