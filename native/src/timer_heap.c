#include "timer_heap.h"

/* Joins two heaps; neither root has a sibling or a parent. Returns the root of both. */
static uint32_t meld(hg_timer *timers, uint32_t a, uint32_t b)
{
    if (a == HG_NONE)
        return b;
    if (b == HG_NONE)
        return a;
    bool b_leads = hg_timer_fires_before(&timers[b], &timers[a]);
    uint32_t lead = b_leads ? b : a;
    uint32_t under = b_leads ? a : b;
    uint32_t sibling = timers[lead].child;
    timers[under].next = sibling;
    timers[under].prev = lead;
    if (sibling != HG_NONE)
        timers[sibling].prev = under;
    timers[lead].child = under;
    return lead;
}

/* Cuts the first of a list of siblings loose and returns it; *list becomes the rest. */
static uint32_t take_first(hg_timer *timers, uint32_t *list)
{
    uint32_t t = *list;
    *list = timers[t].next;
    timers[t].next = timers[t].prev = HG_NONE;
    return t;
}

/* One heap out of a list of siblings: joined in pairs, then from the last pair to the first. The pairing is
 * what keeps removal at O(log n) amortised; loops, not recursion, as one instant may hold 100,000 timers. */
static uint32_t meld_siblings(hg_timer *timers, uint32_t list)
{
    uint32_t pairs = HG_NONE;
    while (list != HG_NONE) {
        uint32_t pair = take_first(timers, &list);
        if (list != HG_NONE)
            pair = meld(timers, pair, take_first(timers, &list));
        timers[pair].next = pairs;
        pairs = pair;
    }
    uint32_t root = HG_NONE;
    while (pairs != HG_NONE)
        root = meld(timers, root, take_first(timers, &pairs));
    return root;
}

void hg_timer_heap_push(uint32_t *root, hg_timer *timers, uint32_t t)
{
    timers[t].next = timers[t].prev = timers[t].child = HG_NONE;
    *root = meld(timers, *root, t);
}

void hg_timer_heap_remove(uint32_t *root, hg_timer *timers, uint32_t t)
{
    uint32_t below = meld_siblings(timers, timers[t].child);
    if (t == *root) {
        *root = below;
        return;
    }
    uint32_t prev = timers[t].prev;
    uint32_t next = timers[t].next;
    if (timers[prev].child == t)
        timers[prev].child = next;
    else
        timers[prev].next = next;
    if (next != HG_NONE)
        timers[next].prev = prev;
    *root = meld(timers, *root, below);
}
