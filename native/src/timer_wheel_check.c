/* The O(n) check of a wheel; apart from the wheel, as it repeats none of its code on purpose. */
#include "huntgroup/timer_wheel.h"

#include "timer_heap.h"

typedef struct tally {
    uint32_t count;
    int64_t earliest_ns;
} tally;

static void add(tally *found, const hg_timer *timer)
{
    found->count++;
    if (timer->at_ns < found->earliest_ns)
        found->earliest_ns = timer->at_ns;
}

/* A waiting timer's digits agree with the wheel's above its level, and its own digit there is greater. */
static bool hangs_right(const hg_wheel *wheel, const hg_timer *timer, uint32_t bucket)
{
    const uint64_t sign = UINT64_C(1) << 63;
    uint64_t at = (uint64_t)timer->at_ns ^ sign;
    uint64_t now = (uint64_t)wheel->now_ns ^ sign;
    uint32_t shift = 6 * (bucket / HG_WHEEL_BUCKETS);
    uint64_t digit = (at >> shift) & 63;
    bool same_above = shift + 6 >= 64 || at >> (shift + 6) == now >> (shift + 6);
    return same_above && digit == bucket % HG_WHEEL_BUCKETS && digit > ((now >> shift) & 63);
}

static const char *bucket_fault(const hg_wheel *wheel, const hg_timer *timers, uint32_t bucket, tally *found)
{
    uint32_t prev = HG_NONE;
    for (uint32_t t = wheel->first[bucket]; t != HG_NONE; prev = t, t = timers[t].next) {
        if (found->count == wheel->count)
            return "more timers hang in the wheel than it counts";
        if (timers[t].state != HG_TIMER_WAITING || timers[t].bucket != bucket)
            return "a timer in a bucket does not say so";
        if (timers[t].prev != prev)
            return "a timer does not point back at the one before it";
        if (!hangs_right(wheel, &timers[t], bucket))
            return "a timer hangs in a bucket that its time does not belong to";
        add(found, &timers[t]);
    }
    bool occupied = (wheel->occupied[bucket / HG_WHEEL_BUCKETS] >> (bucket % HG_WHEEL_BUCKETS)) & 1;
    return occupied == (prev != HG_NONE) ? NULL : "an occupied bit differs from its bucket";
}

/* The timer after t in a walk that goes down first, or HG_NONE at the end. */
static uint32_t walk(const hg_timer *timers, uint32_t t)
{
    if (timers[t].child != HG_NONE)
        return timers[t].child;
    while (t != HG_NONE && timers[t].next == HG_NONE) {
        while (timers[t].prev != HG_NONE && timers[timers[t].prev].child != t)
            t = timers[t].prev;
        t = timers[t].prev;
    }
    return t == HG_NONE ? HG_NONE : timers[t].next;
}

static const char *heap_fault(const hg_wheel *wheel, const hg_timer *timers, tally *found)
{
    if (wheel->due != HG_NONE && (timers[wheel->due].prev != HG_NONE || timers[wheel->due].next != HG_NONE))
        return "the first due timer has a sibling or a parent";
    for (uint32_t t = wheel->due; t != HG_NONE; t = walk(timers, t)) {
        if (found->count == wheel->count)
            return "more timers are due than the wheel counts";
        if (timers[t].state != HG_TIMER_DUE)
            return "a due timer does not say so";
        if (timers[t].at_ns > wheel->now_ns)
            return "a timer is due before its time";
        uint32_t before = t;
        for (uint32_t child = timers[t].child; child != HG_NONE; before = child, child = timers[child].next) {
            if (timers[child].prev != before)
                return "a due timer does not point back at the one before it";
            if (!hg_timer_fires_before(&timers[t], &timers[child]))
                return "a due timer is above one that fires before it";
        }
        add(found, &timers[t]);
    }
    return NULL;
}

static const char *fault(const hg_wheel *wheel, const hg_timer *timers)
{
    tally found = {0, INT64_MAX};
    for (uint32_t bucket = 0; bucket < HG_WHEEL_LEVELS * HG_WHEEL_BUCKETS; bucket++) {
        const char *reason = bucket_fault(wheel, timers, bucket, &found);
        if (reason != NULL)
            return reason;
    }
    for (uint32_t level = 0; level < HG_WHEEL_LEVELS; level++)
        if (((wheel->levels >> level) & 1) != (wheel->occupied[level] != 0))
            return "a level's bit differs from its buckets";
    const char *reason = heap_fault(wheel, timers, &found);
    if (reason != NULL)
        return reason;
    if (found.count != wheel->count)
        return "count differs from the timers found";
    if (wheel->earliest_ns > found.earliest_ns)
        return "a timer is earlier than the earliest known";
    if (wheel->earliest_is_exact && wheel->earliest_ns != found.earliest_ns)
        return "no timer stands at the earliest known";
    return NULL;
}

bool hg_wheel_validate(const hg_wheel *wheel, const hg_timer *timers, const char **reason)
{
    *reason = fault(wheel, timers);
    return *reason == NULL;
}
