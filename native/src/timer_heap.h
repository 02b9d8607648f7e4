/* The due timers: a pairing heap in the order (at_ns, kind, id, owner), linked through the caller's rows. */
#ifndef HUNTGROUP_TIMER_HEAP_H
#define HUNTGROUP_TIMER_HEAP_H

#include "huntgroup/timer_wheel.h"

/* Whether timer a fires before timer b. A total order, as no two armed timers agree in all four. */
static inline bool hg_timer_fires_before(const hg_timer *a, const hg_timer *b)
{
    if (a->at_ns != b->at_ns)
        return a->at_ns < b->at_ns;
    if (a->kind != b->kind)
        return a->kind < b->kind;
    if (a->id != b->id)
        return a->id < b->id;
    return a->owner < b->owner;
}

/* Puts row t into the heap. O(1). */
void hg_timer_heap_push(uint32_t *root, hg_timer *timers, uint32_t t);

/* Takes row t, which must be in the heap, out. O(log n) amortised. */
void hg_timer_heap_remove(uint32_t *root, hg_timer *timers, uint32_t t);

#endif
