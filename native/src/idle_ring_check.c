/* The O(n) check of a ring; apart from the ring, as it repeats none of its code on purpose. */
#include "huntgroup/idle_ring.h"

/* Whether bit b of `level` says that word b of `below` is not zero, for each word; no bit is set beyond. */
static bool sums_up(const uint64_t *level, const uint64_t *below, uint32_t below_count)
{
    for (uint32_t word = 0; word < (below_count + 63) / 64 * 64; word++) {
        bool expected = word < below_count && below[word] != 0;
        if (hg_bitset_test(level, word) != expected)
            return false;
    }
    return true;
}

static uint32_t slot_field(const void *slots, size_t stride, uint32_t member)
{
    return *(const uint32_t *)hg_at_const(slots, stride, member);
}

static const char *slots_fault(const hg_ring *ring, const void *slots, size_t stride)
{
    uint32_t held = 0, live = 0, head = HG_NONE;
    for (uint32_t slot = 0; slot < (ring->capacity + 63) / 64 * 64; slot++) {
        bool is_live = hg_bitset_test(ring->live, slot);
        if (slot >= ring->capacity) {
            if (is_live)
                return "a live bit is set beyond the capacity";
            continue;
        }
        uint32_t member = ring->member[slot];
        if (member == HG_NONE && is_live)
            return "a free slot is live";
        if (slot >= ring->tail && member != HG_NONE)
            return "a slot beyond the tail is held";
        if (slot != 0 && slot < ring->tail && ring->key[slot - 1] >= ring->key[slot])
            return "two keys are out of order";
        if (member != HG_NONE && slots != NULL && slot_field(slots, stride, member) != slot)
            return "a member's slot field does not name its slot";
        held += member != HG_NONE;
        live += is_live;
        if (is_live && head == HG_NONE)
            head = slot;
    }
    if (held != ring->held_count)
        return "held_count differs from the held slots";
    if (live != ring->live_count)
        return "live_count differs from the live slots";
    if (ring->head != (head == HG_NONE ? ring->tail : head))
        return "head is not the first live slot";
    return NULL;
}

static const char *marks_fault(const hg_ring *ring)
{
    if (ring->mark_count > ring->mark_capacity)
        return "there are more marks than room for them";
    if (ring->mark_limit > ring->tail)
        return "mark_limit is beyond the tail";
    for (uint32_t id = 0; id < ring->mark_count; id++)
        if (ring->mark[id] > ring->mark_limit)
            return "a mark is above mark_limit";
    if (ring->reopened_count > HG_REOPENED_MAX)
        return "the reopened list is too long";
    for (uint32_t k = 0; k < ring->reopened_count; k++) {
        if (ring->reopened[k] >= ring->mark_limit || !hg_bitset_test(ring->live, ring->reopened[k]))
            return "a reopened slot is not live";
        if (k != 0 && ring->reopened[k - 1] >= ring->reopened[k])
            return "the reopened list is out of order";
    }
    return NULL;
}

static const char *fault(const hg_ring *ring, const void *slots, size_t stride)
{
    if (ring->tail > ring->capacity || ring->capacity > HG_RING_CAPACITY_MAX || ring->capacity % 8 != 0)
        return "tail or capacity is out of range";
    const char *reason = slots_fault(ring, slots, stride);
    if (reason != NULL)
        return reason;
    uint32_t words = (ring->capacity + 63) / 64;
    if (!sums_up(hg_ring_summary(ring), ring->live, words))
        return "summary differs from the live words";
    if (!sums_up(hg_ring_top(ring), hg_ring_summary(ring), (words + 63) / 64))
        return "top differs from the summary words";
    return marks_fault(ring);
}

bool hg_ring_validate(const hg_ring *ring, const void *slots, size_t stride, const char **reason)
{
    *reason = fault(ring, slots, stride);
    return *reason == NULL;
}
