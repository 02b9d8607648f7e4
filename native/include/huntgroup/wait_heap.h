/* A binary heap over rows that wait: the first of several sequences, each already in the order of waiting.
 *
 *            entries[0]                 entry k is not after its children 2k + 1 and 2k + 2
 *           /          \
 *     entries[1]    entries[2]          row: a row of the wait queue     tag: the caller's own, carried along
 *      /     \        /
 *   [3]     [4]     [5]
 *
 * The order is hg_wait_less, so it is total and two runs take the rows in one sequence. The caller owns the
 * entries and makes room before it pushes; nothing is allocated here.
 */
#ifndef HUNTGROUP_WAIT_HEAP_H
#define HUNTGROUP_WAIT_HEAP_H

#include "huntgroup/wait_queue.h"

typedef struct hg_wait_entry {
    uint32_t row, tag;
} hg_wait_entry;

/* Puts one in; `entries` has room for count + 1, and the caller counts one more afterwards. O(log count). */
static inline void hg_wait_heap_push(hg_wait_entry *entries, uint32_t count, const void *nodes, size_t stride,
                                     hg_wait_entry entry)
{
    uint32_t at = count;
    while (at) {
        const uint32_t up = (at - 1) / 2;
        if (!hg_wait_less(nodes, stride, entry.row, entries[up].row))
            break;
        entries[at] = entries[up];
        at = up;
    }
    entries[at] = entry;
}

/* Takes the first, entries[0], out of `count` > 0; the caller counts one less afterwards. O(log count). */
static inline hg_wait_entry hg_wait_heap_pop(hg_wait_entry *entries, uint32_t count, const void *nodes,
                                             size_t stride)
{
    HG_ASSERT(count > 0);
    const hg_wait_entry first = entries[0], last = entries[count - 1];
    const uint32_t left = count - 1;
    uint32_t at = 0;
    for (uint32_t down; (down = 2 * at + 1) < left; at = down) {
        if (down + 1 < left && hg_wait_less(nodes, stride, entries[down + 1].row, entries[down].row))
            down++;
        if (!hg_wait_less(nodes, stride, entries[down].row, last.row))
            break;
        entries[at] = entries[down];
    }
    entries[at] = last;
    return first;
}

#endif
