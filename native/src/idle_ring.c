/* Ordered insertion, the levels above the live words, the reopened list: what a ring does seldom. */
#include "huntgroup/idle_ring.h"

#include <string.h>

void hg_ring_note_word(hg_ring *ring, uint32_t word)
{
    uint64_t *summary = hg_ring_summary(ring);
    if (summary[word >> 6] == 0)
        hg_bitset_set(hg_ring_top(ring), word >> 6);
    hg_bitset_set(summary, word);
}

void hg_ring_forget_word(hg_ring *ring, uint32_t word)
{
    uint64_t *summary = hg_ring_summary(ring);
    hg_bitset_clear(summary, word);
    if (summary[word >> 6] == 0)
        hg_bitset_clear(hg_ring_top(ring), word >> 6);
}

void hg_ring_forget_marks(hg_ring *ring)
{
    if (ring->mark_count != 0)
        memset(ring->mark, 0, (size_t)ring->mark_count * sizeof *ring->mark);
    ring->mark_limit = 0;
    ring->reopened_count = 0;
}

void hg_ring_clear(hg_ring *ring)
{
    HG_ASSERT(ring->held_count == 0 && ring->live_count == 0);
    ring->head = 0;
    ring->tail = 0;
    hg_ring_forget_marks(ring);
}

/* Where the slot stands, or would stand, in the reopened list. It is short, so from the start. */
static uint32_t reopened_place(const hg_ring *ring, uint32_t slot)
{
    uint32_t place = 0;
    while (place < ring->reopened_count && ring->reopened[place] < slot)
        place++;
    return place;
}

void hg_ring_note_reopened(hg_ring *ring, uint32_t slot)
{
    uint32_t place = reopened_place(ring, slot);
    if (place < ring->reopened_count && ring->reopened[place] == slot)
        return;
    if (ring->reopened_count == HG_REOPENED_MAX) {
        hg_ring_forget_marks(ring);
        return;
    }
    memmove(&ring->reopened[place + 1], &ring->reopened[place],
            (ring->reopened_count - place) * sizeof *ring->reopened);
    ring->reopened[place] = slot;
    ring->reopened_count++;
}

void hg_ring_forget_reopened(hg_ring *ring, uint32_t slot)
{
    uint32_t place = reopened_place(ring, slot);
    if (place == ring->reopened_count || ring->reopened[place] != slot)
        return;
    ring->reopened_count--;
    memmove(&ring->reopened[place], &ring->reopened[place + 1],
            (ring->reopened_count - place) * sizeof *ring->reopened);
}

/* The first slot whose key is not below this one, or tail. Free slots keep their keys: all are in order. */
static uint32_t lower_bound(const hg_ring *ring, uint64_t key)
{
    uint32_t low = 0;
    uint32_t high = ring->tail;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (ring->key[middle] < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_free(const hg_ring *ring, uint32_t slot)
{
    return ring->member[slot] == HG_NONE;
}

static void move_slot(hg_ring *ring, uint32_t from, uint32_t to, void *slots, size_t stride)
{
    ring->key[to] = ring->key[from];
    ring->member[to] = ring->member[from];
    for (uint32_t k = 0; k < ring->carried_count; k++)
        hg_ring_carried(ring, k)[to] = hg_ring_carried(ring, k)[from];
    *(uint32_t *)hg_at(slots, stride, ring->member[to]) = to;
    if (hg_bitset_test(ring->live, from)) {
        hg_ring_clear_live_bit(ring, from);
        hg_ring_set_live_bit(ring, to);
    }
}

/* Slots at..free-1 move up by one. Each mark among them stays: of what it covered nothing comes to lie above
 * it but one slot that will be looked at once more. */
static void shift_up(hg_ring *ring, uint32_t at, uint32_t free, void *slots, size_t stride)
{
    for (uint32_t to = free; to > at; to--)
        move_slot(ring, to - 1, to, slots, stride);
    for (uint32_t k = 0; k < ring->reopened_count; k++)
        if (ring->reopened[k] >= at && ring->reopened[k] < free)
            ring->reopened[k]++;
    /* What was noted as reopened stays below the limit. */
    if (ring->mark_limit > at && ring->mark_limit <= free)
        ring->mark_limit++;
    /* A head among them needs no care: the slot at `at` is live next. */
    if (free == ring->tail)
        ring->tail++;
}

/* Slots free+1..at move down by one. A mark among them goes down with its slot, not looked at yet. */
static void shift_down(hg_ring *ring, uint32_t at, uint32_t free, void *slots, size_t stride)
{
    for (uint32_t to = free; to < at; to++)
        move_slot(ring, to + 1, to, slots, stride);
    for (uint32_t k = 0; k < ring->reopened_count; k++)
        if (ring->reopened[k] > free && ring->reopened[k] <= at)
            ring->reopened[k]--;
    if (ring->head > free && ring->head <= at)
        ring->head--;
    if (ring->mark_limit <= free)
        return;
    for (uint32_t id = 0; id < ring->mark_count; id++)
        if (ring->mark[id] > free && ring->mark[id] <= at)
            ring->mark[id]--;
}

/* Frees the slot before or at `at`, whose neighbours are both held, and returns it; or HG_NONE when no slot
 * is free. Looks in both directions at once, so that the fewest members move. */
static uint32_t make_gap(hg_ring *ring, uint32_t at, void *slots, size_t stride)
{
    uint32_t end = ring->tail < ring->capacity ? ring->tail + 1 : ring->tail;
    for (uint32_t distance = 1; at + distance < end || distance < at; distance++) {
        uint32_t up = at + distance;
        if (up < end && (up == ring->tail || is_free(ring, up))) {
            shift_up(ring, at, up, slots, stride);
            return at;
        }
        if (distance < at && is_free(ring, at - 1 - distance)) {
            shift_down(ring, at - 1, at - 1 - distance, slots, stride);
            return at - 1;
        }
    }
    return HG_NONE;
}

/* The slot for a key that belongs before slot `at` and after the one below it. */
static uint32_t slot_for(hg_ring *ring, uint32_t at, void *slots, size_t stride)
{
    if (at < ring->tail && is_free(ring, at))
        return at;
    if (at > 0 && is_free(ring, at - 1))
        return at - 1;
    /* At the end of a full tail packing is cheaper in the long run than moving members for every append. */
    if (at == ring->tail)
        return HG_NONE;
    return make_gap(ring, at, slots, stride);
}

uint32_t hg_ring_place_ordered(hg_ring *ring, uint64_t key, uint32_t member, void *slots, size_t stride)
{
    HG_ASSERT(member != HG_NONE);
    uint32_t at = lower_bound(ring, key);
    HG_ASSERT(at == ring->tail || ring->key[at] != key || is_free(ring, at));
    uint32_t slot = slot_for(ring, at, slots, stride);
    if (slot == HG_NONE)
        return HG_NONE;
    ring->key[slot] = key;
    ring->member[slot] = member;
    ring->held_count++;
    ring->live_count++;
    hg_ring_set_live_bit(ring, slot);
    if (slot < ring->head)
        ring->head = slot;
    *(uint32_t *)hg_at(slots, stride, member) = slot;
    hg_ring_note(ring, slot);
    return slot;
}
