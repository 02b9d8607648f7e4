#include "huntgroup/timer_wheel.h"

#include <string.h>

#include "timer_heap.h"

/* Times as unsigned numbers in the same order, so that their 6-bit digits compare as the times do. */
static uint64_t ordered(int64_t at_ns)
{
    return (uint64_t)at_ns ^ (UINT64_C(1) << 63);
}

static int64_t instant(uint64_t ordered_ns)
{
    /* Back through memory: converting a value above INT64_MAX is the implementation's choice. */
    uint64_t bits = ordered_ns ^ (UINT64_C(1) << 63);
    int64_t at_ns;
    memcpy(&at_ns, &bits, sizeof at_ns);
    return at_ns;
}

/* Where a timer that is later than the wheel's time hangs. */
static uint32_t bucket_of(const hg_wheel *wheel, int64_t at_ns)
{
    uint64_t at = ordered(at_ns);
    uint32_t level = hg_highest_bit(at ^ ordered(wheel->now_ns)) / 6;
    return level * HG_WHEEL_BUCKETS + (uint32_t)((at >> (6 * level)) & 63);
}

/* The bucket that holds the earliest waiting timer, or HG_NONE. */
static uint32_t first_bucket(const hg_wheel *wheel)
{
    if (wheel->levels == 0)
        return HG_NONE;
    uint32_t level = hg_lowest_bit(wheel->levels);
    return level * HG_WHEEL_BUCKETS + hg_lowest_bit(wheel->occupied[level]);
}

/* The first instant that the bucket covers. */
static int64_t bucket_start_ns(const hg_wheel *wheel, uint32_t bucket)
{
    uint32_t shift = 6 * (bucket / HG_WHEEL_BUCKETS);
    uint64_t digits_above = shift + 6 >= 64 ? 0 : ordered(wheel->now_ns) >> (shift + 6) << (shift + 6);
    return instant(digits_above | (uint64_t)(bucket % HG_WHEEL_BUCKETS) << shift);
}

static int64_t bucket_earliest_ns(const hg_wheel *wheel, const hg_timer *timers, uint32_t bucket)
{
    int64_t earliest_ns = INT64_MAX;
    for (uint32_t t = wheel->first[bucket]; t != HG_NONE; t = timers[t].next)
        if (timers[t].at_ns < earliest_ns)
            earliest_ns = timers[t].at_ns;
    return earliest_ns;
}

static void mark_empty(hg_wheel *wheel, uint32_t bucket)
{
    uint32_t level = bucket / HG_WHEEL_BUCKETS;
    wheel->first[bucket] = HG_NONE;
    wheel->occupied[level] &= ~(UINT64_C(1) << (bucket % HG_WHEEL_BUCKETS));
    if (wheel->occupied[level] == 0)
        wheel->levels &= (uint16_t)~(1u << level);
}

/* Hangs the row where it belongs by the wheel's time. */
static void place(hg_wheel *wheel, hg_timer *timers, uint32_t t)
{
    hg_timer *timer = &timers[t];
    if (timer->at_ns <= wheel->now_ns) {
        timer->state = HG_TIMER_DUE;
        hg_timer_heap_push(&wheel->due, timers, t);
        return;
    }
    uint32_t bucket = bucket_of(wheel, timer->at_ns);
    uint32_t level = bucket / HG_WHEEL_BUCKETS;
    uint32_t head = wheel->first[bucket];
    timer->state = HG_TIMER_WAITING;
    timer->bucket = (uint16_t)bucket;
    timer->prev = HG_NONE;
    timer->next = head;
    if (head != HG_NONE)
        timers[head].prev = t;
    wheel->first[bucket] = t;
    wheel->occupied[level] |= UINT64_C(1) << (bucket % HG_WHEEL_BUCKETS);
    wheel->levels |= (uint16_t)(1u << level);
}

int hg_wheel_init(hg_wheel *wheel, int64_t now_ns)
{
    memset(wheel, 0, sizeof *wheel);
    wheel->now_ns = now_ns;
    wheel->earliest_ns = INT64_MAX;
    wheel->earliest_is_exact = true;
    wheel->due = HG_NONE;
    for (uint32_t bucket = 0; bucket < HG_WHEEL_LEVELS * HG_WHEEL_BUCKETS; bucket++)
        wheel->first[bucket] = HG_NONE;
    return 0;
}

void hg_wheel_free(hg_wheel *wheel)
{
    hg_wheel_init(wheel, wheel->now_ns);
}

int hg_wheel_copy(hg_wheel *to, const hg_wheel *from)
{
    *to = *from;
    return 0;
}

void hg_wheel_arm(hg_wheel *wheel, hg_timer *timers, uint32_t t)
{
    HG_ASSERT(t != HG_NONE);
    HG_ASSERT(timers[t].state == HG_TIMER_IDLE);
    place(wheel, timers, t);
    wheel->count++;
    if (timers[t].at_ns <= wheel->earliest_ns) {
        wheel->earliest_ns = timers[t].at_ns;
        wheel->earliest_is_exact = true;
    }
}

/* Before anything is armed the bound is INT64_MAX; with the last timer gone it is so again. */
static void note_removed(hg_wheel *wheel, int64_t at_ns)
{
    wheel->count--;
    if (wheel->count == 0) {
        wheel->earliest_ns = INT64_MAX;
        wheel->earliest_is_exact = true;
    } else if (at_ns == wheel->earliest_ns) {
        wheel->earliest_is_exact = false;
    }
}

void hg_wheel_cancel(hg_wheel *wheel, hg_timer *timers, uint32_t t)
{
    hg_timer *timer = &timers[t];
    if (timer->state == HG_TIMER_IDLE)
        return;
    HG_ASSERT(wheel->count > 0);
    if (timer->state == HG_TIMER_DUE) {
        hg_timer_heap_remove(&wheel->due, timers, t);
    } else {
        if (timer->next != HG_NONE)
            timers[timer->next].prev = timer->prev;
        if (timer->prev != HG_NONE)
            timers[timer->prev].next = timer->next;
        else if (timer->next != HG_NONE)
            wheel->first[timer->bucket] = timer->next;
        else
            mark_empty(wheel, timer->bucket);
    }
    timer->state = HG_TIMER_IDLE;
    note_removed(wheel, timer->at_ns);
}

/* Opens the first bucket, which starts at or before until_ns: the wheel's time goes to the bucket's earliest
 * timer (or to until_ns, if that is earlier still) and every timer of it sinks or falls due. Going straight
 * there, not to the bucket's start, spares a lone timer the levels between. Later buckets stay right: in the
 * digit of their own level the new time is still below theirs. */
static void open_bucket(hg_wheel *wheel, hg_timer *timers, uint32_t bucket, int64_t until_ns)
{
    int64_t earliest_ns = bucket_earliest_ns(wheel, timers, bucket);
    uint32_t t = wheel->first[bucket];
    mark_empty(wheel, bucket);
    wheel->now_ns = earliest_ns < until_ns ? earliest_ns : until_ns;
    while (t != HG_NONE) {
        uint32_t next = timers[t].next;
        place(wheel, timers, t);
        t = next;
    }
}

/* One is taken out, the earliest of all: what is known of the next one. */
static void note_taken(hg_wheel *wheel, const hg_timer *timers)
{
    wheel->count--;
    wheel->earliest_is_exact = true;
    if (wheel->count == 0) {
        wheel->earliest_ns = INT64_MAX;
    } else if (wheel->due != HG_NONE) {
        wheel->earliest_ns = timers[wheel->due].at_ns;
    } else {
        wheel->earliest_ns = bucket_start_ns(wheel, first_bucket(wheel));
        wheel->earliest_is_exact = false;
    }
}

static uint32_t take_due(hg_wheel *wheel, hg_timer *timers)
{
    uint32_t t = wheel->due;
    hg_timer_heap_remove(&wheel->due, timers, t);
    timers[t].state = HG_TIMER_IDLE;
    note_taken(wheel, timers);
    return t;
}

/* The only timer of the first bucket, which is due: as if the bucket were opened and the timer fell due. */
static uint32_t take_lone(hg_wheel *wheel, hg_timer *timers, uint32_t bucket)
{
    uint32_t t = wheel->first[bucket];
    mark_empty(wheel, bucket);
    wheel->now_ns = timers[t].at_ns;
    timers[t].state = HG_TIMER_IDLE;
    note_taken(wheel, timers);
    return t;
}

/* Apart, or what it needs would be saved and restored for a lone timer too. */
#if defined(__GNUC__) || defined(__clang__)
__attribute__((noinline))
#endif
static uint32_t pop_opening(hg_wheel *wheel, hg_timer *timers, int64_t until_ns)
{
    /* Every turn but the last opens a bucket, whose timers sink or fall due. */
    for (;;) {
        if (wheel->due != HG_NONE) {
            int64_t at_ns = timers[wheel->due].at_ns;
            if (at_ns <= until_ns)
                return take_due(wheel, timers);
            wheel->earliest_ns = at_ns;
            wheel->earliest_is_exact = true;
            return HG_NONE;
        }
        uint32_t bucket = first_bucket(wheel);
        if (bucket == HG_NONE)
            return HG_NONE;
        int64_t start_ns = bucket_start_ns(wheel, bucket);
        if (start_ns > until_ns) {
            wheel->earliest_ns = start_ns;
            wheel->earliest_is_exact = false;
            return HG_NONE;
        }
        const hg_timer *first = &timers[wheel->first[bucket]];
        if (first->next == HG_NONE && first->at_ns <= until_ns)
            return take_lone(wheel, timers, bucket);
        open_bucket(wheel, timers, bucket, until_ns);
    }
}

uint32_t hg_wheel_pop_due(hg_wheel *wheel, hg_timer *timers, int64_t until_ns)
{
    /* Nearly always it is alone in its bucket, and nothing waits in the heap. */
    if (wheel->due == HG_NONE && wheel->levels != 0) {
        uint32_t bucket = first_bucket(wheel);
        const hg_timer *first = &timers[wheel->first[bucket]];
        if (first->next == HG_NONE && first->at_ns <= until_ns)
            return take_lone(wheel, timers, bucket);
    }
    return pop_opening(wheel, timers, until_ns);
}

int64_t hg_wheel_find_earliest(const hg_wheel *wheel, const hg_timer *timers)
{
    HG_ASSERT(wheel->count > 0);
    /* All due timers are before all waiting ones. */
    int64_t earliest_ns = wheel->due != HG_NONE ? timers[wheel->due].at_ns
                                                : bucket_earliest_ns(wheel, timers, first_bucket(wheel));
    /* A memory of what is there already: nothing that a reader can tell from before. */
    hg_wheel *memory = (hg_wheel *)wheel;
    memory->earliest_ns = earliest_ns;
    memory->earliest_is_exact = true;
    return earliest_ns;
}
