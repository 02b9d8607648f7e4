/* The memory of a ring: create, copy, pack, grow. */
#include "huntgroup/idle_ring.h"

#include <string.h>

#include "huntgroup/hg_alloc.h"

enum { CAPACITY_STEP = 8, MARKS_MIN = 16 };

static uint32_t words_for(uint32_t bits)
{
    return (bits + 63) / 64;
}

static size_t block_bytes(uint32_t capacity)
{
    uint32_t words = words_for(capacity);
    uint32_t groups = words_for(words);
    return sizeof(uint64_t) * ((size_t)capacity + words + groups + words_for(groups)) +
           sizeof(uint32_t) * ((size_t)capacity + words);
}

static size_t carried_bytes(const hg_ring *ring)
{
    return sizeof(uint64_t) * ring->carried_count * ring->capacity;
}

/* Gives the ring empty columns of that capacity, a multiple of 8; the former ones are not given back. On
 * failure nothing changed. The words stand before the 32-bit columns, so that each column is aligned. */
static int allocate(hg_ring *ring, uint32_t capacity)
{
    uint64_t *block = hg_calloc_aligned64(block_bytes(capacity));
    if (block == NULL)
        return -1;
    uint32_t words = words_for(capacity);
    ring->key = block;
    ring->live = ring->key + capacity;
    uint32_t groups = words_for(words);
    ring->member = (uint32_t *)(ring->live + words + groups + words_for(groups));
    ring->rank = ring->member + capacity;
    ring->capacity = capacity;
    memset(ring->member, 0xff, (size_t)capacity * sizeof *ring->member);
    return 0;
}

_Static_assert(HG_NONE == UINT32_C(0xffffffff), "free slots are written as bytes of 0xff");

int hg_ring_init(hg_ring *ring, uint32_t capacity)
{
    memset(ring, 0, sizeof *ring);
    if (capacity > HG_RING_CAPACITY_MAX)
        return -1;
    if (capacity == 0)
        return 0;
    return allocate(ring, (capacity + CAPACITY_STEP - 1) / CAPACITY_STEP * CAPACITY_STEP);
}

void hg_ring_free(hg_ring *ring)
{
    hg_free(ring->key);
    hg_free(ring->mark);
    hg_free(ring->carried);
    memset(ring, 0, sizeof *ring);
}

/* A copy of a block, NULL for none; *failed where there was no memory for it. */
static void *duplicate(const void *block, size_t bytes, bool *failed)
{
    if (block == NULL)
        return NULL;
    void *copy = hg_calloc_aligned64(bytes);
    if (copy == NULL)
        *failed = true;
    else
        memcpy(copy, block, bytes);
    return copy;
}

int hg_ring_copy(hg_ring *to, const hg_ring *from)
{
    hg_ring copy = *from;
    bool failed = false;
    if (from->capacity != 0 && allocate(&copy, from->capacity) != 0)
        return -1;
    if (from->capacity != 0)
        memcpy(copy.key, from->key, block_bytes(from->capacity));
    copy.mark = duplicate(from->mark, (size_t)from->mark_capacity * sizeof *copy.mark, &failed);
    copy.carried = duplicate(from->carried, carried_bytes(from), &failed);
    if (failed) {
        hg_ring_free(&copy);
        return -1;
    }
    *to = copy;
    return 0;
}

int hg_ring_carry(hg_ring *ring, uint32_t columns)
{
    uint64_t *carried = NULL;
    if (columns != 0 && ring->capacity != 0) {
        carried = hg_calloc_aligned64(sizeof(uint64_t) * columns * ring->capacity);
        if (carried == NULL)
            return -1;
    }
    hg_free(ring->carried);
    ring->carried = carried;
    ring->carried_count = carried == NULL ? 0 : columns;
    return 0;
}

/* rank[w] becomes the number of held slots below slot 64 * w. */
static void count_ranks(hg_ring *ring)
{
    uint32_t held = 0;
    for (uint32_t word = 0; word * 64 < ring->tail; word++) {
        uint32_t end = word * 64 + 64 < ring->tail ? word * 64 + 64 : ring->tail;
        ring->rank[word] = held;
        for (uint32_t slot = word * 64; slot < end; slot++)
            held += ring->member[slot] != HG_NONE;
    }
}

/* The number of held slots below this one: where it, or the next held one, goes. */
static uint32_t rank_of(const hg_ring *ring, uint32_t slot)
{
    if (slot >= ring->tail)
        return ring->held_count;
    uint32_t rank = ring->rank[slot >> 6];
    for (uint32_t before = slot & ~UINT32_C(63); before < slot; before++)
        rank += ring->member[before] != HG_NONE;
    return rank;
}

/* Head, marks and reopened slots as they will be after packing; the columns are still as they were. */
static void remap_slots(hg_ring *ring)
{
    if (ring->mark_limit == 0) {
        /* No slot is below a mark. All held slots before the head are hidden ones. */
        uint32_t held = 0;
        uint32_t head = ring->live_count != 0 ? ring->head : ring->tail;
        for (uint32_t slot = 0; slot < head; slot++)
            held += ring->member[slot] != HG_NONE;
        ring->head = held;
        return;
    }
    count_ranks(ring);
    ring->head = rank_of(ring, ring->live_count != 0 ? ring->head : ring->tail);
    ring->mark_limit = rank_of(ring, ring->mark_limit);
    for (uint32_t id = 0; id < ring->mark_count; id++)
        if (ring->mark[id] != 0)
            ring->mark[id] = rank_of(ring, ring->mark[id]);
    for (uint32_t k = 0; k < ring->reopened_count; k++)
        ring->reopened[k] = rank_of(ring, ring->reopened[k]);
}

static void pack_carried(const hg_ring *from, hg_ring *to)
{
    for (uint32_t k = 0; k < from->carried_count; k++) {
        const uint64_t *read = hg_ring_carried(from, k);
        uint64_t *write = hg_ring_carried(to, k);
        for (uint32_t slot = 0; slot < from->tail; slot++)
            if (from->member[slot] != HG_NONE)
                *write++ = read[slot];
    }
}

/* Moves the held slots together, into `to`, which may be `from` itself: what is written is never beyond what
 * was read. Live bits are written, the levels above them are not. */
static void pack(const hg_ring *from, hg_ring *to, void *slots, size_t stride)
{
    const uint64_t *keys = from->key;
    const uint32_t *members = from->member;
    uint64_t *key = to->key;
    uint32_t *member = to->member;
    uint32_t packed = 0;
    uint32_t tail = from->tail;
    uint32_t used = words_for(tail);
    uint64_t bits = 0;
    pack_carried(from, to);
    for (uint32_t word = 0; word < used; word++) {
        uint32_t slot = word * 64;
        uint32_t end = slot + 64 < tail ? slot + 64 : tail;
        uint64_t live = from->live[word];
        for (; slot < end; slot++) {
            uint32_t moved = members[slot];
            if (moved == HG_NONE)
                continue;
            /* Known apart, or it would be worked out for free slots too. */
            uint32_t at = (uint32_t)hg_apart(slot);
            key[packed] = keys[at];
            member[packed] = moved;
            *(uint32_t *)hg_at(slots, stride, moved) = packed;
            bits |= (live >> (at & 63) & 1) << (hg_apart(packed) & 63);
            if ((++packed & 63) == 0) {
                to->live[packed / 64 - 1] = bits;
                bits = 0;
            }
        }
    }
    uint32_t word = packed / 64;
    if ((packed & 63) != 0)
        to->live[word++] = bits;
    for (; to == from && word < used; word++)
        to->live[word] = 0;
    if (packed < tail)
        memset(member + packed, 0xff, (size_t)(tail - packed) * sizeof *member);
    to->tail = packed;
}

static void rebuild_summaries(hg_ring *ring)
{
    uint32_t words = words_for(ring->capacity);
    uint32_t groups = words_for(words);
    uint64_t *summary = hg_ring_summary(ring);
    uint64_t *top = hg_ring_top(ring);
    memset(summary, 0, (size_t)groups * sizeof *summary);
    memset(top, 0, (size_t)words_for(groups) * sizeof *top);
    for (uint32_t word = 0; word < words; word++)
        if (ring->live[word] != 0)
            hg_bitset_set(summary, word);
    for (uint32_t group = 0; group < groups; group++)
        if (summary[group] != 0)
            hg_bitset_set(top, group);
}

int hg_ring_reserve(hg_ring *ring, void *slots, size_t stride)
{
    if (ring->held_count <= ring->capacity / 2 && ring->capacity != 0) {
        remap_slots(ring);
        pack(ring, ring, slots, stride);
        rebuild_summaries(ring);
        return 0;
    }
    if (ring->capacity > HG_RING_CAPACITY_MAX / 2)
        return -1;
    hg_ring wider = *ring;
    if (allocate(&wider, ring->capacity == 0 ? CAPACITY_STEP : ring->capacity * 2) != 0)
        return -1;
    if (ring->carried_count != 0) {
        wider.carried = hg_calloc_aligned64(carried_bytes(&wider));
        if (wider.carried == NULL) {
            hg_free(wider.key);
            return -1;
        }
    }
    if (ring->capacity != 0) {
        remap_slots(ring);
        wider.head = ring->head;
        wider.mark_limit = ring->mark_limit;
        memcpy(wider.reopened, ring->reopened, sizeof ring->reopened);
        pack(ring, &wider, slots, stride);
        rebuild_summaries(&wider);
        hg_free(ring->key);
        hg_free(ring->carried);
    }
    *ring = wider;
    return 0;
}

int hg_ring_reserve_marks(hg_ring *ring, uint32_t count)
{
    if (count <= ring->mark_count)
        return 0;
    if (count > ring->mark_capacity) {
        uint32_t room = ring->mark_capacity < MARKS_MIN ? MARKS_MIN : ring->mark_capacity;
        while (room < count)
            room = room > UINT32_MAX / 2 ? count : room * 2;
        uint32_t *marks = hg_calloc_aligned64((size_t)room * sizeof *marks);
        if (marks == NULL)
            return -1;
        if (ring->mark_count != 0)
            memcpy(marks, ring->mark, (size_t)ring->mark_count * sizeof *marks);
        hg_free(ring->mark);
        ring->mark = marks;
        ring->mark_capacity = room;
    }
    ring->mark_count = count;
    return 0;
}
