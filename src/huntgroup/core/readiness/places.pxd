"""Places in the rings: where a membership comes in, and how all of an agent's come in and go out."""

from libc.stdint cimport uint32_t, uint64_t

from huntgroup.core.readiness.counting cimport count_out, is_counted_apart
from huntgroup.core.state.centre cimport Centre, channel_at, ring_at
from huntgroup.core.state.native cimport HG_NONE, hg_gcd, hg_ring_drop_hidden, hg_ring_hide_live
from huntgroup.core.state.rows cimport AgentRow, ChannelRow, MembershipRow, QueueRow


cdef void enter(Centre *c, AgentRow *agent, MembershipRow *row, uint32_t m, QueueRow *queue, uint32_t ratio,
                uint64_t key) noexcept nogil
cdef void put_in(Centre *c, AgentRow *agent, uint32_t came) noexcept nogil
# Not called from elsewhere; declared, so that the compiler leaves them apart.
cdef void put_in_rest(Centre *c, AgentRow *agent, uint32_t came, MembershipRow *row,
                      bint simple) noexcept nogil
cdef MembershipRow *put_in_simple(Centre *c, MembershipRow *row, MembershipRow *end, uint32_t channel,
                                  uint32_t ratio, uint64_t key) noexcept nogil
cdef MembershipRow *take_out_simple(Centre *c, MembershipRow *row, MembershipRow *end) noexcept nogil

cdef void take_some_out(Centre *c, AgentRow *agent, uint32_t gone) noexcept nogil
cdef void take_all_out(Centre *c, AgentRow *agent) noexcept nogil


cdef inline uint32_t ratio_of(uint32_t load, uint32_t capacity) noexcept nogil:
    """A load ratio as one number, so that two are compared by one comparison."""
    return load | capacity << 16


cdef inline uint32_t load_ratio(ChannelRow *on) noexcept nogil:
    """The channel's load ratio, in lowest terms, as those of the rings are."""
    cdef uint32_t divisor
    if on.load == 0:
        return ratio_of(0, 1)
    divisor = hg_gcd(on.load, on.capacity)
    return ratio_of(on.load // divisor, on.capacity // divisor)


cdef inline void withdraw_member(Centre *c, AgentRow *agent, MembershipRow *row, QueueRow *queue,
                                 bint apart) noexcept nogil:
    """The membership is not ready any more. Its slot is hidden, not given up: if it becomes ready again with
    the old key (a withdrawn offer, a block that ends), it has its old place."""
    hg_ring_hide_live(&ring_at(c, row.ring).ring, row.slot)
    count_out(c, agent, row, queue, apart)


cdef inline void give_up(Centre *c, MembershipRow *row) noexcept nogil:
    """Gives up the hidden slot of a membership that will become ready with another key: its agent logged out
    or cannot receive. A ring without such slots is packed less often."""
    if row.ring != HG_NONE:
        hg_ring_drop_hidden(&ring_at(c, row.ring).ring, row.slot)
        row.ring = HG_NONE


cdef inline uint64_t channel_key(Centre *c, uint32_t a, uint32_t channel) noexcept nogil:
    """The later of the channel's own key and its load's; a membership's key is the latest of this and its own
    (docs/SEMANTICS.md, section 2)."""
    cdef uint64_t able_key = channel_at(c, a, channel).able_key
    cdef uint64_t load_key = channel_at(c, a, c.capability[channel]).load_key
    return load_key if load_key > able_key else able_key


cdef inline void take_out(Centre *c, AgentRow *agent, uint32_t was, uint32_t now) noexcept nogil:
    """Of the channels for which it was ready, it is so for `now` only."""
    if was & now or is_counted_apart(c):
        take_some_out(c, agent, was & ~now)
    else:
        take_all_out(c, agent)
