"""Windows on the engine's own rows: no copy, read-only, and alive for as long as somebody looks, because a
window keeps its engine and an engine keeps every block that was looked at."""

from huntgroup.core.state.rows cimport AgentRow, InteractionRow, MembershipRow, QueueRow

from cpython.buffer cimport PyBuffer_FillInfo


cdef class Block:
    """A read-only buffer over rows of one table."""

    def __getbuffer__(self, Py_buffer *view, int flags):
        PyBuffer_FillInfo(view, self, self.data, self.length, 1, flags)


cdef Block make_block(object owner, char *data, Py_ssize_t length):
    cdef Block block = Block()
    block.owner = owner
    block.data = data
    block.length = length
    return block


cdef size_t apart(const void *row, const void *field) noexcept:
    return <size_t> (<const char *> field - <const char *> row)


def fields_of(table):
    """{field: (numpy type, offset)} of the fields of a table that programs may read."""
    cdef AgentRow agent
    cdef MembershipRow membership
    cdef QueueRow queue
    cdef InteractionRow interaction
    cdef AgentRow *a = &agent
    cdef MembershipRow *m = &membership
    cdef QueueRow *q = &queue
    cdef InteractionRow *i = &interaction
    if table == "agents":
        return {
            "flags": ("<u4", apart(a, &a.flags)), "base": ("<i2", apart(a, &a.base)),
            "status": ("<i2", apart(a, &a.shown)), "pending": ("<i2", apart(a, &a.pending)),
            "handling_count": ("<u4", apart(a, &a.handling_count)),
            "offer_count": ("<u4", apart(a, &a.offer_count)),
            "wrap_count": ("<u4", apart(a, &a.wrap_count)), "held_mask": ("<u4", apart(a, &a.held_mask)),
            "ready_count": ("<u4", apart(a, &a.ready_count)),
            "accepted_count": ("<u4", apart(a, &a.accepted_count)),
            "units_used": ("<i4", apart(a, &a.units_used)), "since_ns": ("<i8", apart(a, &a.since_ns)),
            "busy_ns": ("<i8", apart(a, &a.busy_ns)), "ready_ns": ("<i8", apart(a, &a.ready_ns))}
    if table == "memberships":
        return {
            "agent": ("<u4", apart(m, &m.agent)), "queue": ("<u2", apart(m, &m.queue)),
            "rank": ("<u2", apart(m, &m.rank)), "tier": ("u1", apart(m, &m.tier)),
            "flags": ("u1", apart(m, &m.flags)), "position": ("<u4", apart(m, &m.position))}
    if table == "queues":
        return {
            "ready": ("<u4", apart(q, &q.ready_count)), "logged_in": ("<u4", apart(q, &q.logged_in_count)),
            "waiting": ("<u4", apart(q, &q.waiting_count)), "presence": ("u1", apart(q, &q.presence)),
            "flags": ("u1", apart(q, &q.flags)), "channel": ("u1", apart(q, &q.channel)),
            "entered": ("<u8", apart(q, &q.entered)), "answered": ("<u8", apart(q, &q.answered)),
            "abandoned": ("<u8", apart(q, &q.abandoned)), "timed_out": ("<u8", apart(q, &q.timed_out))}
    if table == "interactions":
        return {
            "id": ("<i8", apart(i, &i.node.id)), "queued_at_ns": ("<i8", apart(i, &i.node.queued_at_ns)),
            "queue": ("<i4", apart(i, &i.queue)), "agent": ("<i4", apart(i, &i.agent)),
            "priority": ("<i4", apart(i, &i.priority)), "channel": ("u1", apart(i, &i.channel)),
            "state": ("u1", apart(i, &i.state)), "accepted_ns": ("<i8", apart(i, &i.accepted_ns)),
            "ref": ("<i8", apart(i, &i.ref))}
    raise KeyError(table)
