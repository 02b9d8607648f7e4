"""What happens to an agent's load, status and work; used by every command that touches an agent."""

from libc.stdint cimport int16_t, int32_t, int64_t, uint16_t, uint32_t

from huntgroup.core.state.centre cimport Centre, agent_at, channel_at, idle_key, interaction_at
from huntgroup.core.state.native cimport hg_links_push, hg_links_remove
from huntgroup.core.state.rows cimport A_AFTER_ACCEPT, A_STOP_NEW, AgentRow, ChannelRow, InteractionRow


# How a status begins: set by the engine, chosen, or chosen by logging in to some queues, which stay as given.
cdef enum:
    SET
    CHOSEN
    CHOSEN_HERE


cdef void load_down(Centre *c, uint32_t a, uint32_t channel) noexcept nogil
cdef void begin_pending(Centre *c, uint32_t a) noexcept nogil
cdef int64_t status_until(Centre *c, AgentRow *row) noexcept nogil
cdef void note_profile(Centre *c, uint32_t a) noexcept nogil
cdef void enter_status(Centre *c, uint32_t a, int32_t status, int how) noexcept nogil
cdef void choose_status(Centre *c, uint32_t a, int32_t status, int how) noexcept nogil
cdef void engine_status(Centre *c, uint32_t a, int32_t status) noexcept nogil
cdef int64_t wrap_up_length(Centre *c, uint32_t a, uint32_t i) noexcept nogil
cdef bint release(Centre *c, uint32_t a, uint32_t i, bint owns, bint unanswered) noexcept nogil
cdef void park_for(Centre *c, uint32_t a, uint32_t i) noexcept nogil
cdef void forget_parked(Centre *c, uint32_t a) noexcept nogil
cdef void unpark(Centre *c, uint32_t i) noexcept nogil
cdef void drop_wrap_up(Centre *c, uint32_t w) noexcept nogil
cdef void record_handling(Centre *c, int32_t q, int64_t began_ns) noexcept nogil
cdef void drop_device(Centre *c, uint32_t a, uint32_t d) noexcept nogil
cdef void forget_devices(Centre *c, uint32_t a) noexcept nogil
cdef void tell_connection(Centre *c, uint32_t a, bint connected) noexcept nogil
cdef void restore_connection(Centre *c, uint32_t a) noexcept nogil


cdef inline void note_time_in(Centre *c, uint32_t a, int16_t status) noexcept nogil:
    """Adds the time since the agent's shown status, this one, began to its account, and starts the next
    stretch."""
    cdef AgentRow *row = agent_at(c, a)
    c.status_time[<size_t> a * c.status_width + <uint32_t> status] += c.now_ns - row.since_ns
    row.since_ns = c.now_ns


cdef inline void load_up(Centre *c, uint32_t a, uint32_t channel) noexcept nogil:
    """One more offered or dialled: the load of the capability, the blocking of the channel, the units."""
    # IDLE-3.
    cdef AgentRow *row = agent_at(c, a)
    cdef uint32_t capability = c.capability[channel], sharers = c.sharers[capability]
    cdef ChannelRow *own = channel_at(c, a, 0)
    cdef ChannelRow *on = own + capability
    on.load += 1
    on.load_key = idle_key(c, a)
    own[channel].held += 1
    row.held_mask |= <uint32_t> 1 << channel
    row.moved_mask |= sharers
    if on.load >= on.capacity:
        row.spare_mask &= <uint16_t> ~sharers
    row.units_used += c.units[channel]


cdef inline void begin_handling(Centre *c, uint32_t a, uint32_t i) noexcept nogil:
    """The agent handles the interaction from now; its load was raised before."""
    cdef AgentRow *row = agent_at(c, a)
    cdef InteractionRow *it = interaction_at(c, i)
    it.agent = <int32_t> a
    it.began_ns = c.now_ns
    hg_links_push(&row.held_head, &interaction_at(c, 0).held, sizeof(InteractionRow), i)
    row.handling_count += 1
    if (c.policy.stop_new_channels >> it.channel) & 1:
        row.stop_new_count += 1


cdef inline void unlink_held(Centre *c, uint32_t *head, uint32_t i) noexcept nogil:
    """Out of its agent's list of those handled, or parked."""
    hg_links_remove(head, &interaction_at(c, 0).held, sizeof(InteractionRow), i)


cdef inline void stop_handling(Centre *c, uint32_t a, uint32_t i) noexcept nogil:
    """The reverse of `begin_handling`. The caller lowers the load, unless another interaction takes it
    over."""
    cdef AgentRow *row = agent_at(c, a)
    unlink_held(c, &row.held_head, i)
    row.handling_count -= 1
    if (c.policy.stop_new_channels >> interaction_at(c, i).channel) & 1:
        row.stop_new_count -= 1


cdef inline void work_ended(Centre *c, uint32_t a) noexcept nogil:
    """After something held or a wrap-up ended: Stop New ends with the last interaction, a pending status
    begins with the last of all work."""
    # STATUS-16.
    cdef AgentRow *row = agent_at(c, a)
    if row.handling_count == 0:
        row.flags &= ~<uint32_t> (A_STOP_NEW | A_AFTER_ACCEPT)
    if row.pending >= 0:
        begin_pending(c, a)
