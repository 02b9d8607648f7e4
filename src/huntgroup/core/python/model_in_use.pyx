"""A presence model's tables, compiled by huntgroup.models, as the core keeps them."""

from libc.stdint cimport int16_t, int32_t, uint8_t, uint16_t, uint32_t
from libc.string cimport memcpy

from huntgroup.core.state.centre cimport Centre
from huntgroup.core.state.native cimport hg_calloc_aligned64, hg_free
from huntgroup.core.state.policy cimport OutcomeRow
from huntgroup.core.state.rows cimport (
    COND_CONNECTED, COND_SIGNED_IN, COND_TOGGLE, F_LISTED, F_NEEDS_TOGGLE, F_RECEIVES,
    RECEIVE_ALL, RECEIVE_LISTED, RECEIVE_NONE, StatusRow)


cdef int use_tables(Centre *c, object tables) except -1:
    """Makes these the core's tables. Runs no Python code."""
    cdef uint32_t s, k
    cdef uint32_t n = c.status_count
    cdef StatusRow *row
    cdef OutcomeRow *outcome
    cdef const uint16_t[:, :, ::1] derived = tables.derived
    cdef size_t cells = n * derived.shape[1]
    cdef const uint32_t[:, ::1] effective = tables.effective
    cdef const uint8_t[:, ::1] goes_to = tables.goes_to
    hg_free(c.statuses)
    hg_free(c.outcomes)
    hg_free(c.goes_to)
    hg_free(c.listed)
    c.statuses = <StatusRow *> hg_calloc_aligned64(n * sizeof(StatusRow))
    c.outcomes = <OutcomeRow *> hg_calloc_aligned64(cells * sizeof(OutcomeRow))
    c.goes_to = <uint8_t *> hg_calloc_aligned64(n * n)
    c.listed = <int32_t *> hg_calloc_aligned64((len(tables.listed) + 1) * sizeof(int32_t))
    if c.statuses == NULL or c.outcomes == NULL or c.goes_to == NULL or c.listed == NULL:
        raise MemoryError("no memory for the presence model")
    for s in range(n):
        row = c.statuses + s
        given = tables.statuses[s]
        row.flags = given["flags"]
        row.direct_mask = given["direct_mask"]
        row.needs_device = given["needs_device"]
        row.waits_as = given["waits_as"]
        row.waits_for = given["waits_for"]
        row.after_accept = given["after_accept"]
        row.queue_group = given["queue_group"]
        row.listed_start = given["listed_start"]
        row.listed_count = given["listed_count"]
        row.duration_ns = given["duration_ns"]
        row.supervisor_may_set = given["supervisor_may_set"]
    memcpy(c.goes_to, &goes_to[0, 0], n * n)
    for k, q in enumerate(tables.listed):
        c.listed[k] = q
    c.conditions = <uint32_t> derived.shape[1]
    set_policy(c, tables)
    set_blocking(c, tables)
    for s in range(n):
        for k in range(c.conditions):
            outcome = c.outcomes + s * c.conditions + k
            outcome.shown = <int16_t> derived[s, k, 0]
            outcome.receiver = <int16_t> derived[s, k, 1]
            outcome.effective = <uint16_t> effective[s, k]
            outcome.receive_mode = mode_in(c, outcome.receiver, k)
    return 0


cdef uint8_t mode_in(Centre *c, int16_t receiver, uint32_t conditions) noexcept nogil:
    """What this status lets in under these conditions: a ReceiveMode."""
    # ELIG-2.
    cdef uint32_t flags = c.statuses[receiver].flags, needed = 0
    if not flags & (F_RECEIVES | F_LISTED):
        return RECEIVE_NONE
    if c.policy.sign_in_required:
        needed |= COND_SIGNED_IN | COND_CONNECTED
    if flags & F_NEEDS_TOGGLE:
        needed |= COND_TOGGLE
    if conditions & needed != needed:
        return RECEIVE_NONE
    return RECEIVE_LISTED if flags & F_LISTED else RECEIVE_ALL


cdef int set_policy(Centre *c, object tables) except -1:
    cdef uint32_t k
    c.policy.default_status = tables.default
    c.policy.no_answer = tables.no_answer
    c.policy.on_missed_queued = tables.on_missed_queued
    c.policy.on_missed_direct = tables.on_missed_direct
    c.policy.on_rejected_queued = tables.on_rejected_queued
    c.policy.signed_out_shows = tables.signed_out_shows
    c.policy.sign_in_required = tables.sign_in_required
    c.policy.sets_default = tables.sets_default
    c.policy.has_toggle = tables.has_toggle
    c.policy.toggle_default = tables.toggle_default
    c.policy.wrap_up_fixed = tables.wrap_up_fixed
    c.policy.has_external = tables.has_external
    c.policy.external_default = max(tables.external_default, 0)
    c.policy.external_count = len(tables.external_names)
    c.policy.external_clears = 0
    for k in range(len(tables.external_names)):
        c.policy.external_receives[k] = tables.external_values[k]
        if tables.external_clears[k]:
            c.policy.external_clears |= <uint32_t> 1 << k
    c.policy.stop_new_channels = tables.stop_new_mask
    c.policy.login_sets = tables.login_sets
    c.policy.last_logout_sets = tables.last_logout_sets
    c.policy.status_sets_logins = tables.status_sets_logins
    c.policy.supervisor_needs_sign_in = tables.supervisor_needs_sign_in
    c.policy.work_decides = tables.work_decides
    c.policy.asked_count = len(tables.asked)
    for k in range(len(tables.asked)):
        c.policy.asked_handled[k] = tables.asked[k, 0]
        c.policy.asked_device[k] = tables.asked[k, 1]


cdef int set_blocking(Centre *c, object tables) except -1:
    """Who blocks whom: the model's word first, else the channel's own."""
    # ELIG-15, ELIG-17, ELIG-18.
    cdef uint32_t x, y
    cdef uint32_t blocks[16]
    for x in range(c.channel_count):
        blocks[x] = c.blocks[x]
        if tables.channel_blocks[x] != 0xFFFFFFFF:
            blocks[x] = tables.channel_blocks[x]
        blocks[x] &= ~c.interruptible[x]
    for y in range(c.channel_count):
        c.blocked_by[y] = 0
        c.interrupts[y] = 0
        c.wrap_blocked_by[y] = 0
        c.blocking[y] = 0
        c.wrap_blocking[y] = 0
        c.sharers[y] = 0
        for x in range(c.channel_count):
            if (c.interruptible[x] >> y) & 1:
                c.interrupts[y] |= <uint32_t> 1 << x
            if (blocks[x] >> y) & 1:
                c.blocked_by[y] |= <uint32_t> 1 << x
                c.wrap_blocked_by[y] |= <uint32_t> 1 << x
            if x == y and blocks[x]:
                c.wrap_blocked_by[y] |= <uint32_t> 1 << x
            if c.capability[x] == y:
                c.sharers[y] |= <uint32_t> 1 << x
    for y in range(c.channel_count):
        for x in range(c.channel_count):
            c.blocking[x] |= ((c.blocked_by[y] >> x) & 1) << y
            c.wrap_blocking[x] |= ((c.wrap_blocked_by[y] >> x) & 1) << y
