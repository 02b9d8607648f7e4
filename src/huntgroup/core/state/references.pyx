"""Live interactions by their reference (docs/SEMANTICS.md, CHANGE-20, CHANGE-21): a hash of chains through
the rows, which costs nothing where nobody gives references.

A text is known here by its hash only. The owner of the texts checks that the text is the same.
"""

from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.string cimport memset

from huntgroup.core.state.centre cimport Centre, Table, interaction_at, table_reserve
from huntgroup.core.state.native cimport HG_NONE, hg_splitmix64
from huntgroup.core.state.rows cimport I_REF, I_TEXT_REF, InteractionRow

cdef enum:
    FIRST_BUCKETS = 1024


cdef uint32_t *bucket_of_ref(Centre *c, int64_t ref) noexcept nogil:
    return <uint32_t *> c.ref_buckets.rows + (hg_splitmix64(<uint64_t> ref) & (c.ref_buckets.count - 1))


cdef uint32_t following(Centre *c, uint32_t i, int64_t ref, bint is_text) noexcept nogil:
    """The first from row `i` of its chain that has this reference."""
    cdef InteractionRow *row
    while i != HG_NONE:
        row = interaction_at(c, i)
        if row.ref == ref and ((row.flags & I_TEXT_REF) != 0) == is_text:
            return i
        i = row.ref_next
    return HG_NONE


cdef uint32_t first_with_ref(Centre *c, int64_t ref, bint is_text) noexcept nogil:
    """A live interaction with this reference, HG_NONE where none has it. Expected O(1)."""
    return following(c, bucket_of_ref(c, ref)[0], ref, is_text) if c.ref_count else HG_NONE


cdef uint32_t next_with_ref(Centre *c, uint32_t i, int64_t ref, bint is_text) noexcept nogil:
    """Another one, after row `i`."""
    return following(c, interaction_at(c, i).ref_next, ref, is_text)


cdef int64_t lowest_with_ref(Centre *c, int64_t ref, bint is_text) noexcept nogil:
    """The lowest id of those with this reference, 0 where there is none. O(those with it)."""
    cdef uint32_t i = first_with_ref(c, ref, is_text)
    cdef int64_t lowest = 0
    while i != HG_NONE:
        if lowest == 0 or interaction_at(c, i).node.id < lowest:
            lowest = interaction_at(c, i).node.id
        i = next_with_ref(c, i, ref, is_text)
    return lowest


cdef void put_first(Centre *c, uint32_t i) noexcept nogil:
    cdef InteractionRow *row = interaction_at(c, i)
    cdef uint32_t *head = bucket_of_ref(c, row.ref)
    row.ref_prev = HG_NONE
    row.ref_next = head[0]
    if row.ref_next != HG_NONE:
        interaction_at(c, row.ref_next).ref_prev = i
    head[0] = i


cdef bint spread(Centre *c) noexcept nogil:
    """Doubles the buckets and fills them anew. Without memory they stay as they are, only slower; False where
    there are none at all."""
    cdef Table *t = &c.ref_buckets
    cdef uint32_t count = 2 * t.count if t.count else <uint32_t> FIRST_BUCKETS, i
    if table_reserve(t, count) != 0:
        return t.count != 0
    t.count = count
    memset(t.rows, 0xFF, <size_t> count * sizeof(uint32_t))
    for i in range(c.interactions.count):
        if interaction_at(c, i).node.id and interaction_at(c, i).flags & I_REF:
            put_first(c, i)
    return True


cdef void link_ref(Centre *c, uint32_t i, int64_t ref, bint is_text) noexcept nogil:
    """The live interaction is found by this reference from now on. Amortised O(1)."""
    cdef InteractionRow *row
    if c.ref_count >= c.ref_buckets.count and not spread(c):
        c.failed = True
        return
    row = interaction_at(c, i)
    row.ref = ref
    row.flags |= I_REF
    if is_text:
        row.flags |= I_TEXT_REF
    c.ref_count += 1
    put_first(c, i)


cdef void unlink_ref(Centre *c, uint32_t i) noexcept nogil:
    """The interaction is finished: its reference no longer finds it."""
    cdef InteractionRow *row = interaction_at(c, i)
    if row.ref_prev != HG_NONE:
        interaction_at(c, row.ref_prev).ref_next = row.ref_next
    else:
        bucket_of_ref(c, row.ref)[0] = row.ref_next
    if row.ref_next != HG_NONE:
        interaction_at(c, row.ref_next).ref_prev = row.ref_prev
    c.ref_count -= 1


cdef bint all_found(Centre *c) noexcept nogil:
    """Whether every interaction in a chain belongs there and has a reference, and as many as have one are in
    the chains. No interaction can be met twice, as each names the one before it. O(buckets + references)."""
    cdef uint32_t bucket, before, i, seen = 0
    cdef uint32_t *head
    for bucket in range(c.ref_buckets.count):
        head = <uint32_t *> c.ref_buckets.rows + bucket
        before = HG_NONE
        i = head[0]
        while i != HG_NONE:
            if (i >= c.interactions.count or not interaction_at(c, i).node.id
                    or not interaction_at(c, i).flags & I_REF or interaction_at(c, i).ref_prev != before
                    or bucket_of_ref(c, interaction_at(c, i).ref) != head):
                return False
            seen += 1
            before = i
            i = interaction_at(c, i).ref_next
    return seen == c.ref_count
