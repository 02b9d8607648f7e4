"""What matching made possible or due in the same step (docs/SEMANTICS.md, sections 5 and 6): agents who may
receive more because of an offer, interactions kept for an agent who no longer serves, and the limits of
interactions that found no agent."""

from libc.stdint cimport int32_t, uint16_t, uint32_t

from huntgroup.core.state.centre cimport agent_at, Centre, interaction_at, queue_at, sort_by_index
from huntgroup.core.state.native cimport HG_NONE, hg_wait_entry, hg_wait_less
from huntgroup.core.readiness.awaiting cimport first_awaiting
from huntgroup.core.steps.limits cimport bring_up_to_date
from huntgroup.core.readiness.staffing cimport settle_staffing
from huntgroup.core.state.rows cimport I_LISTED, InteractionRow, S_QUEUED
from huntgroup.core.readiness.waiting cimport delist, disarm_waits
from huntgroup.core.steps.matching_round cimport (
    heap_pop, heap_push, leave_visits, match, serve_affected, serve_agent, visit_lifted, visit_queues_of,
    wait_again)


cdef void keep_freed(Centre *c) noexcept nogil:
    """Keeps on the list of affected interactions only those that the last matching freed: they still have the
    mark. O(affected)."""
    cdef uint32_t *list = <uint32_t *> c.affected.rows
    cdef uint32_t k, kept = 0
    cdef InteractionRow *row
    for k in range(c.affected.count):
        row = interaction_at(c, list[k])
        if row.flags & I_LISTED and row.state == S_QUEUED and row.node.id != 0:
            list[kept] = list[k]
            kept += 1
        row.flags &= <uint16_t> ~I_LISTED
    c.affected.count = kept
    c.freed = 0


cdef void serve_regained(Centre *c) noexcept nogil:
    """MATCH-28: an offer changed what its agent receives, or made it cease to serve. Agents who may receive
    more look for work, as gained ones do; interactions that waited for an agent who ceased to serve are
    affected. This repeats until a round changes nothing more."""
    cdef uint32_t k, a, count, ready
    cdef uint32_t last = 0
    cdef bint affected
    while c.regained.count | c.freed:
        keep_freed(c)
        if c.lifted.count:
            visit_lifted(c)
        affected = (c.affected.count | c.visited_queues.count) != 0
        count = c.regained.count
        sort_by_index(&c.regained)
        ready = 0
        for k in range(count):
            a = (<uint32_t *> c.regained.rows)[k]
            if agent_at(c, a).ready_count and (k == 0 or a != (<uint32_t *> c.regained.rows)[k - 1]):
                ready += 1
                last = a
                visit_queues_of(c, a)
        c.regained.count = 0
        if affected or ready > 1:
            serve_affected(c)
            leave_visits(c)
        elif ready:
            leave_visits(c)
            serve_agent(c, last)


cdef void settle_limits(Centre *c) noexcept nogil:
    """WAIT-21, after matching: overflows that their target did not take go on if it takes them now. Limits
    act on interactions that entered a queue in this step, found nobody and have waited that long. It is one
    after the other, always the first in the order of waiting; one that moves looks for an agent at once.
    O(log waiting + targets) for each, and each moves MAX_OVERFLOWS times at most."""
    # WAIT-20, WAIT-21.
    cdef char *nodes
    cdef InteractionRow *row
    cdef uint32_t i, k
    cdef int32_t before
    c.heap.count = 0
    while True:
        for k in range(c.overdue.count):
            heap_push(c, (<uint32_t *> c.overdue.rows)[k], HG_NONE)
        c.overdue.count = 0
        nodes = c.interactions.rows
        i = first_awaiting(c)
        if c.heap.count and (i == HG_NONE or hg_wait_less(nodes, sizeof(InteractionRow),
                                                          (<hg_wait_entry *> c.heap.rows).row, i)):
            i = heap_pop(c).row
        if i == HG_NONE:
            break
        row = interaction_at(c, i)
        if row.state != S_QUEUED or row.node.id == 0 or row.group == HG_NONE:
            continue
        before = row.queue
        delist(c, i)
        disarm_waits(c, i)
        if bring_up_to_date(c, i) and (row.queue == before or not match(c, i)):
            wait_again(c, i)
    for k in range(c.targets.count):
        queue_at(c, (<uint32_t *> c.targets.rows)[k]).listed_target = 0
    c.targets.count = 0


cdef void settle_what_follows(Centre *c) noexcept nogil:
    """One round of what matching made possible or due; the caller repeats it while a round changed
    something."""
    c.unsettled = 0
    serve_regained(c)
    settle_staffing(c)
    settle_limits(c)
