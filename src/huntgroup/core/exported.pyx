"""Windows on the engine's own rows: no copy, read-only, and alive for as long as somebody looks, because a
window keeps its engine and an engine keeps every block that was looked at."""

from huntgroup.core.rows cimport AgentRow, InteractionRow, MembershipRow, QueueRow

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


def fields_of(table):
    """{field: (numpy type, offset)} of the fields of a table that programs may read."""
    cdef AgentRow *a = NULL
    cdef MembershipRow *m = NULL
    cdef QueueRow *q = NULL
    cdef InteractionRow *i = NULL
    if table == "agents":
        return {
            "flags": ("<u4", <size_t> &a.flags), "base": ("<i2", <size_t> &a.base),
            "status": ("<i2", <size_t> &a.shown), "pending": ("<i2", <size_t> &a.pending),
            "handling_count": ("<u2", <size_t> &a.handling_count), "offer_count": ("<u2",
                                                                                   <size_t> &a.offer_count),
            "wrap_count": ("<u2", <size_t> &a.wrap_count), "held_mask": ("<u4", <size_t> &a.held_mask),
            "ready_count": ("<u4", <size_t> &a.ready_count), "accepted_count": ("<u4",
                                                                                <size_t> &a.accepted_count),
            "units_used": ("<i4", <size_t> &a.units_used), "since_ns": ("<i8", <size_t> &a.since_ns),
            "busy_ns": ("<i8", <size_t> &a.busy_ns), "ready_ns": ("<i8", <size_t> &a.ready_ns)}
    if table == "memberships":
        return {
            "agent": ("<u4", <size_t> &m.agent), "queue": ("<u2", <size_t> &m.queue),
            "rank": ("<u2", <size_t> &m.rank), "tier": ("u1", <size_t> &m.tier),
            "flags": ("u1", <size_t> &m.flags), "position": ("<u4", <size_t> &m.position)}
    if table == "queues":
        return {
            "ready": ("<u4", <size_t> &q.ready_count), "logged_in": ("<u4", <size_t> &q.logged_in_count),
            "waiting": ("<u4", <size_t> &q.waiting_count), "presence": ("u1", <size_t> &q.presence),
            "flags": ("u1", <size_t> &q.flags), "channel": ("u1", <size_t> &q.channel),
            "entered": ("<u8", <size_t> &q.entered), "answered": ("<u8", <size_t> &q.answered),
            "abandoned": ("<u8", <size_t> &q.abandoned), "timed_out": ("<u8", <size_t> &q.timed_out)}
    if table == "interactions":
        return {
            "id": ("<i8", <size_t> &i.node.id), "queued_at_ns": ("<i8", <size_t> &i.node.queued_at_ns),
            "queue": ("<i4", <size_t> &i.queue), "agent": ("<i4", <size_t> &i.agent),
            "priority": ("<i4", <size_t> &i.priority), "channel": ("u1", <size_t> &i.channel),
            "state": ("u1", <size_t> &i.state), "accepted_ns": ("<i8", <size_t> &i.accepted_ns),
            "ref": ("<i8", <size_t> &i.ref)}
    raise KeyError(table)
