/* The members of a queue in idle order, those who are ready as bits: longest idle is the first set bit.
 *
 *     slot      0    1    2    3    4    5    6 ...  tail ... capacity
 *     key      11   14   15   22   23   30   31      strictly ascending below tail; lower = longer idle
 *     member    7    -    4    9    -    2    8      HG_NONE: the slot is free (its key stays, for the order)
 *     live      0    0    1    0    0    1    1      ready now; a held slot that is not live is hidden
 *     summary   one bit for each live word that is not zero, top: one for each summary word that is not zero
 *     head ---------------^                          the first live slot, or tail when there is none
 *
 * Becoming ready appends at the tail, becoming busy hides or drops the slot. A member put in at an older
 * place takes a free slot there, or the slots between it and the nearest free one move up by one. When the
 * tail is at the end, hg_ring_reserve packs or grows: O(1) amortised an append.
 *
 * Members are the caller's rows; the field where a row keeps its slot is reached through (slots, stride):
 * that of member m is *(uint32_t *)((char *)slots + m * stride). Whenever the ring moves members it writes
 * their fields.
 *
 * Marks: for each requirement (a small dense id) how far its search came: no live slot below the mark
 * matches, but for the slots on the `reopened` list, which are to be tested first. A slot below some mark
 * gets on that list when a member becomes live in it or its skills change (hg_ring_reopen), and off it when
 * it stops being live.
 *
 * A zeroed struct is an empty ring with no room; it takes no memory until hg_ring_reserve.
 */
#ifndef HUNTGROUP_IDLE_RING_H
#define HUNTGROUP_IDLE_RING_H

#include "huntgroup/bitset.h"

enum { HG_AGENT_BITS = 22, HG_REOPENED_MAX = 32 };

#define HG_AGENT_MASK ((UINT64_C(1) << HG_AGENT_BITS) - 1)
#define HG_RING_CAPACITY_MAX (UINT32_C(1) << 30)

typedef struct hg_ring {
    /* Columns over slots. They share one allocation, that of key; all are NULL while capacity is 0. The
     * levels above live follow it directly: hg_ring_summary, hg_ring_top. */
    uint64_t *key;
    uint64_t *live;
    uint32_t *member;
    uint32_t capacity;
    uint32_t head;
    uint32_t tail;
    uint32_t held_count; /* live and hidden slots */
    /* Not beside tail: an append raises both, and gcc would do that with vectors, at twice the price. */
    uint32_t live_count;
    uint32_t mark_limit; /* no mark is above it, so nothing from here on need be noted as reopened */
    /* From here on what becoming ready or busy does not touch, where no requirement was searched for. */
    uint32_t reopened_count;
    uint32_t mark_count;
    uint32_t *mark; /* by requirement id; an allocation of its own */
    uint32_t *rank; /* room for hg_ring_reserve to count in, nothing in between */
    uint32_t mark_capacity;
    uint32_t carried_count;
    uint64_t *carried; /* columns of the caller's, in slot order; an allocation of their own */
    uint32_t reopened[HG_REOPENED_MAX]; /* live slots, ascending */
} hg_ring;

/* ---- Storage: the functions that take memory ---- */

/* An empty ring with room for `capacity` slots (rounded up to 8; 0 takes no memory). 0, or -1: no memory or
 * above HG_RING_CAPACITY_MAX, *ring then is an empty ring with no room. O(capacity). */
int hg_ring_init(hg_ring *ring, uint32_t capacity);

/* Gives the memory back and leaves an empty ring with no room. */
void hg_ring_free(hg_ring *ring);

/* *to, whose former content is not looked at, becomes an independent copy; the slot fields are in the
 * caller's rows. 0, or -1: no memory, *to unchanged. O(capacity). */
int hg_ring_copy(hg_ring *to, const hg_ring *from);

/* Makes room for at least one more at the tail: packs the held slots together when they are at most half of
 * the capacity, else doubles it. Slot fields, marks and reopened slots follow. 0, or -1: no memory or too
 * large, nothing changed. O(tail + marks). */
int hg_ring_reserve(hg_ring *ring, void *slots, size_t stride);

/* Makes ids below `count` usable as marks; new ones are 0, a lower count changes nothing. 0, or -1: no
 * memory, nothing changed. */
int hg_ring_reserve_marks(hg_ring *ring, uint32_t count);

/* Gives the ring `columns` columns of words, zeroed, in place of those it carried; 0: none any more. What is
 * written at a slot moves with the slot's member. 0, or -1: no memory, nothing changed. O(capacity). */
int hg_ring_carry(hg_ring *ring, uint32_t columns);

/* ---- The parts of the inline functions below that run seldom ---- */

uint32_t hg_ring_place_ordered(hg_ring *ring, uint64_t key, uint32_t member, void *slots, size_t stride);
/* A live word ceased to be zero, or became it: the levels above follow. */
void hg_ring_note_word(hg_ring *ring, uint32_t word);
void hg_ring_forget_word(hg_ring *ring, uint32_t word);
void hg_ring_note_reopened(hg_ring *ring, uint32_t slot);
void hg_ring_forget_reopened(hg_ring *ring, uint32_t slot);

/* ---- The levels above the live words ---- */

static inline uint64_t *hg_ring_summary(const hg_ring *ring)
{
    return ring->live + (ring->capacity + 63) / 64;
}

static inline uint64_t *hg_ring_top(const hg_ring *ring)
{
    uint32_t words = (ring->capacity + 63) / 64;
    return ring->live + words + (words + 63) / 64;
}

/* A word for each slot; that of a new member is the caller's to write. k < carried_count. */
static inline uint64_t *hg_ring_carried(const hg_ring *ring, uint32_t k)
{
    return ring->carried + (size_t)k * ring->capacity;
}

/* ---- Searching ---- */

/* The agent index within the slot's key. slot < tail. */
static inline uint32_t hg_ring_agent(const hg_ring *ring, uint32_t slot)
{
    return (uint32_t)(ring->key[slot] & HG_AGENT_MASK);
}

/* The first live slot in live word `word` or after. */
static inline uint32_t hg_ring_next_from_word(const hg_ring *ring, uint32_t word)
{
    uint32_t word_count = (ring->capacity + 63) / 64;
    if (word >= word_count)
        return HG_NONE;
    const uint64_t *summary = ring->live + word_count;
    uint32_t group = word >> 6;
    uint64_t bits = summary[group] >> (word & 63) << (word & 63);
    if (bits == 0) {
        uint32_t group_count = (word_count + 63) / 64;
        group = hg_bitset_next(summary + group_count, (group_count + 63) / 64, group + 1);
        if (group == HG_NONE)
            return HG_NONE;
        bits = summary[group];
    }
    word = group * 64 + hg_lowest_bit(bits);
    return word * 64 + hg_lowest_bit(ring->live[word]);
}

/* The first live slot at or after `from`, or HG_NONE; any `from` may be given. Reads at most three words and
 * capacity / 2^18 further ones, however few slots are live. */
static inline uint32_t hg_ring_next(const hg_ring *ring, uint32_t from)
{
    if (from < ring->head)
        from = ring->head;
    if (from >= ring->tail)
        return HG_NONE;
    uint64_t bits = ring->live[from >> 6] >> (from & 63);
    if (bits != 0)
        return from + hg_lowest_bit(bits);
    return hg_ring_next_from_word(ring, (from >> 6) + 1);
}

/* Where the head goes when nothing is live in its word any more. */
static inline uint32_t hg_ring_head_after(const hg_ring *ring, uint32_t slot)
{
    uint32_t next = ring->live_count == 0 ? HG_NONE : hg_ring_next_from_word(ring, (slot >> 6) + 1);
    return next == HG_NONE ? ring->tail : next;
}

/* ---- Live bits: the three levels in step; the counts and the head are their callers' ---- */

static inline void hg_ring_set_live_bit(hg_ring *ring, uint32_t slot)
{
    uint64_t *word = &ring->live[slot >> 6];
    uint64_t before = *word;
    *word = before | UINT64_C(1) << (slot & 63);
    if (before == 0)
        hg_ring_note_word(ring, slot >> 6);
}

/* Returns what is left of the slot's word. The slot is live. */
static inline uint64_t hg_ring_clear_live_bit(hg_ring *ring, uint32_t slot)
{
    uint64_t *word = &ring->live[slot >> 6];
    uint64_t left = *word & hg_all_but(slot);
    *word = left;
    if (left == 0)
        hg_ring_forget_word(ring, slot >> 6);
    return left;
}

/* A slot below some mark must be looked at again. slot is live. */
static inline void hg_ring_note(hg_ring *ring, uint32_t slot)
{
    if (slot < ring->mark_limit)
        hg_ring_note_reopened(ring, slot);
}

/* ---- Members ---- */

/* Whether the key is above those of all slots, also free ones: then no slot has it. */
static inline bool hg_ring_is_last(const hg_ring *ring, uint64_t key)
{
    return ring->tail == 0 || key > ring->key[ring->tail - 1];
}

/* Where the key is above all others, also those of free slots, and there is room: the member, which holds no
 * slot of this ring, gets a live one at the tail, which is returned; its slot field is the caller's to
 * write. HG_NONE, and nothing has changed, where it is not so. O(1). */
static inline uint32_t hg_ring_append(hg_ring *ring, uint64_t key, uint32_t member)
{
    uint32_t tail = ring->tail;
    if (tail == ring->capacity || (tail != 0 && key <= ring->key[tail - 1]))
        return HG_NONE;
    HG_ASSERT(member != HG_NONE);
    ring->held_count++;
    ring->key[tail] = key;
    ring->member[tail] = member;
    ring->tail = tail + 1;
    ring->live_count++;
    /* With none live before, head stood at the tail, which is this slot; and no mark is above it. */
    hg_ring_set_live_bit(ring, tail);
    return tail;
}

/* The same, at its most common, for a member with a hidden slot in this ring, which so is not empty. Its new
 * slot is what tail was. False, and nothing has changed, where the key is not above all others or there is
 * no room. O(1). */
static inline bool hg_ring_return(hg_ring *ring, uint64_t key, uint32_t member, uint32_t hidden)
{
    uint32_t tail = ring->tail;
    HG_ASSERT(hidden < tail && ring->member[hidden] == member && !hg_bitset_test(ring->live, hidden));
    if (tail == ring->capacity || key <= ring->key[tail - 1])
        return false;
    /* Once, as no store is known to leave the pointer alone. */
    uint32_t *members = ring->member;
    members[hidden] = HG_NONE;
    members[tail] = member;
    ring->key[tail] = key;
    ring->tail = tail + 1;
    ring->live_count++;
    hg_ring_set_live_bit(ring, tail);
    return true;
}

/* The same for a key of which the caller knows that it is above all others. Calls nothing, so that a walk
 * over many rings keeps what it needs in registers: false, and nothing has changed, also where no other slot
 * is live in the tail's word. O(1). */
static inline bool hg_ring_return_simply(hg_ring *ring, uint64_t key, uint32_t member, uint32_t hidden)
{
    size_t tail = ring->tail;
    HG_ASSERT(hidden < tail && ring->member[hidden] == member && !hg_bitset_test(ring->live, hidden));
    HG_ASSERT(key > ring->key[tail - 1]);
    if (tail == ring->capacity)
        return false;
    uint64_t *word = &ring->live[tail >> 6];
    uint64_t before = *word;
    if (before == 0)
        return false;
    *word = before | UINT64_C(1) << (tail & 63);
    uint32_t *members = ring->member;
    members[hidden] = HG_NONE;
    members[tail] = member;
    ring->key[tail] = key;
    ring->tail++;
    ring->live_count++;
    return true;
}

/* Gives the member a live slot in the place of its key, writes its slot field and returns the slot; or
 * HG_NONE when there is no room: then hg_ring_reserve, and again. The member holds no slot of this ring and
 * no held slot has the same key. A key above all others, also those of free slots, is appended: O(1).
 * Otherwise O(log tail + distance to the nearest free slot): place the members of a bulk change in ascending
 * order of their keys. */
static inline uint32_t hg_ring_place(hg_ring *ring, uint64_t key, uint32_t member, void *slots, size_t stride)
{
    uint32_t slot = hg_ring_append(ring, key, member);
    if (slot == HG_NONE)
        return hg_ring_place_ordered(ring, key, member, slots, stride);
    *(uint32_t *)hg_at(slots, stride, member) = slot;
    return slot;
}

/* The live bit of a live slot goes off; the slot stays the member's, with its key. */
static inline void hg_ring_hide_live(hg_ring *ring, uint32_t slot)
{
    HG_ASSERT(slot < ring->tail && hg_bitset_test(ring->live, slot));
    uint64_t left = hg_ring_clear_live_bit(ring, slot);
    ring->live_count--;
    if (slot == ring->head) {
        hg_ring *same = hg_same(ring);
        uint64_t later = left >> (hg_apart(slot) & 63);
        same->head = later != 0 ? slot + hg_lowest_bit(later) : hg_ring_head_after(same, slot);
    }
    if (slot < ring->mark_limit && ring->reopened_count != 0)
        hg_ring_forget_reopened(ring, slot);
}

/* The same where it is simple, and calls nothing: false, and nothing has changed, where no other slot is live
 * in its word, or behind it if it is the head, or where some slot is noted as reopened. */
static inline bool hg_ring_hide_simply(hg_ring *ring, uint32_t slot)
{
    HG_ASSERT(slot < ring->tail && hg_bitset_test(ring->live, slot));
    uint64_t *word = &ring->live[slot >> 6];
    uint64_t left = *word & hg_all_but(slot);
    if (ring->reopened_count != 0)
        return false;
    if (slot == ring->head) {
        uint64_t later = left >> (hg_apart(slot) & 63);
        if (later == 0)
            return false;
        ring->head = slot + hg_lowest_bit(later);
    } else if (left == 0) {
        return false;
    }
    *word = left;
    ring->live_count--;
    return true;
}

/* The same for any slot < tail; one that is not live is left alone. */
static inline void hg_ring_hide(hg_ring *ring, uint32_t slot)
{
    HG_ASSERT(slot < ring->tail);
    if (hg_bitset_test(ring->live, slot))
        hg_ring_hide_live(ring, slot);
}

/* If the slot is in range and still this member's under this key: live (again) and true. Else false, nothing
 * changed. */
static inline bool hg_ring_show(hg_ring *ring, uint32_t slot, uint64_t key, uint32_t member)
{
    if (slot >= ring->tail || ring->member[slot] != member || ring->key[slot] != key)
        return false;
    HG_ASSERT(member != HG_NONE);
    if (hg_bitset_test(ring->live, slot))
        return true;
    hg_ring_set_live_bit(ring, slot);
    ring->live_count++;
    if (slot < ring->head)
        ring->head = slot;
    hg_ring_note(ring, slot);
    return true;
}

/* The member gives up a slot that is hidden; its slot field is the caller's to clear. slot < tail; a free
 * slot is left alone. The line with the live bit is not read: it may be far from those of keys and members.
 */
static inline void hg_ring_drop_hidden(hg_ring *ring, uint32_t slot)
{
    HG_ASSERT(slot < ring->tail);
    HG_ASSERT(!hg_bitset_test(ring->live, slot));
    if (ring->member[slot] == HG_NONE)
        return;
    ring->member[slot] = HG_NONE;
    ring->held_count--;
}

/* The same for a slot that is live or hidden. */
static inline void hg_ring_drop(hg_ring *ring, uint32_t slot)
{
    hg_ring_hide(ring, slot);
    hg_ring_drop_hidden(ring, slot);
}

/* The member's skills changed: if the slot is live and below some mark, it must be looked at again. slot <
 * tail. */
static inline void hg_ring_reopen(hg_ring *ring, uint32_t slot)
{
    HG_ASSERT(slot < ring->tail);
    if (hg_bitset_test(ring->live, slot))
        hg_ring_note(ring, slot);
}

/* ---- Marks ---- */

/* How far the requirement's search came; 0 for an id without room. */
static inline uint32_t hg_ring_mark(const hg_ring *ring, uint32_t id)
{
    return id < ring->mark_count ? ring->mark[id] : 0;
}

/* Remembers that, but for the reopened ones, no live slot below `slot` matches. Slots from the tail on are
 * not covered, whatever is given; an id without room is not remembered. */
static inline void hg_ring_set_mark(hg_ring *ring, uint32_t id, uint32_t slot)
{
    if (id >= ring->mark_count)
        return;
    if (slot > ring->tail)
        slot = ring->tail;
    ring->mark[id] = slot;
    if (slot > ring->mark_limit)
        ring->mark_limit = slot;
}

/* All marks become 0 and the reopened list empties. O(marks). */
void hg_ring_forget_marks(hg_ring *ring);

/* A ring that holds nobody is as new, without keys and marks; its room, and the columns it carries, stay.
 * O(marks). */
void hg_ring_clear(hg_ring *ring);

/* True, or false with *reason naming what does not hold. slots may be NULL: the slot fields are not looked at
 * then. O(capacity + marks). */
bool hg_ring_validate(const hg_ring *ring, const void *slots, size_t stride, const char **reason);

#endif
