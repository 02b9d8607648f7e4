/* Timers: a hierarchical wheel over exact int64 nanoseconds, and a heap of those that are due.
 *
 * Eleven levels of 64 buckets, one level for each 6-bit digit of a time. A timer hangs in the level of the
 * highest digit in which it differs from the wheel's time, in the bucket of its own digit there:
 *
 *     level 10    [ ][ ]...[ ]      one bucket = 2^60 ns
 *       ...
 *     level 1     [ ][*]...[ ]      one bucket = 64 ns: times that share all digits but the last one
 *     level 0     [ ][ ]...[*]      one bucket = 1 ns: a single instant
 *
 * All timers of a lower level are earlier than those of a higher one, so the first occupied bucket of the
 * lowest occupied level holds the earliest. When its time comes it is opened and its timers sink at least one
 * level. Timers at or before the wheel's time are due and wait in a pairing heap in the order (at_ns, kind,
 * id, owner); so whatever is armed or cancelled between two pops of one instant still finds its right place.
 *
 * Both structures link the caller's table of timers by row: the wheel itself owns no memory and nothing it
 * does can fail. The table may be moved (grown) between calls. Each row is armed in one wheel at most.
 */
#ifndef HUNTGROUP_TIMER_WHEEL_H
#define HUNTGROUP_TIMER_WHEEL_H

#include "huntgroup/hg_base.h"

enum { HG_WHEEL_LEVELS = 11, HG_WHEEL_BUCKETS = 64 };

/* hg_timer.state: a zeroed row is not armed. */
enum { HG_TIMER_IDLE = 0, HG_TIMER_WAITING = 1, HG_TIMER_DUE = 2 };

typedef struct hg_timer {
    int64_t at_ns; /* the caller's: at_ns, id, owner and kind are fixed while armed */
    int64_t id;
    uint32_t next; /* the wheel's: next in the bucket, or next sibling in the heap */
    uint32_t prev; /* the one before; in the heap a first child points at its parent */
    uint32_t owner;
    uint16_t bucket; /* level * 64 + digit, while waiting */
    uint8_t kind;    /* lower fires first at one instant */
    uint8_t state;
    uint32_t child; /* first child in the heap */
} hg_timer;

_Static_assert(sizeof(hg_timer) == 40, "the table of timers is sized by this");

typedef struct hg_wheel {
    int64_t now_ns;         /* the wheel's time: not after any waiting timer */
    int64_t earliest_ns;    /* no armed timer is earlier; INT64_MAX when there is none */
    uint32_t count;         /* armed timers */
    uint32_t due;           /* the heap's root, or HG_NONE */
    uint16_t levels;        /* bit l: level l is occupied */
    bool earliest_is_exact; /* a timer stands at earliest_ns, or there is none */
    uint64_t occupied[HG_WHEEL_LEVELS];
    uint32_t first[HG_WHEEL_LEVELS * HG_WHEEL_BUCKETS];
} hg_wheel;

/* An empty wheel at that time. Always 0. */
int hg_wheel_init(hg_wheel *wheel, int64_t now_ns);

/* An empty wheel again; rows that were armed are forgotten and must be cleared before they are armed anew. */
void hg_wheel_free(hg_wheel *wheel);

/* *to becomes an independent copy, for a copy of the table of timers. Always 0. */
int hg_wheel_copy(hg_wheel *to, const hg_wheel *from);

/* Arms row t, whose at_ns, id, kind and owner are written and whose state is HG_TIMER_IDLE. A time at or
 * before the wheel's is due now, and is still ordered by its own at_ns. O(1). */
void hg_wheel_arm(hg_wheel *wheel, hg_timer *timers, uint32_t t);

/* Takes row t back; a row that is not armed is left alone. O(1), among the due O(log due) amortised. */
void hg_wheel_cancel(hg_wheel *wheel, hg_timer *timers, uint32_t t);

uint32_t hg_wheel_pop_due(hg_wheel *wheel, hg_timer *timers, int64_t until_ns);

/* Takes out and returns the first timer in the order (at_ns, kind, id, owner) with at_ns <= until_ns, or
 * HG_NONE. The wheel's time follows, never beyond until_ns. O(1) when nothing is due; a timer sinks 10 times
 * at most, and k timers of one instant cost O(k log k) together. */
static inline uint32_t hg_wheel_pop(hg_wheel *wheel, hg_timer *timers, int64_t until_ns)
{
    if (until_ns < wheel->earliest_ns)
        return HG_NONE;
    return hg_wheel_pop_due(wheel, timers, until_ns);
}

int64_t hg_wheel_find_earliest(const hg_wheel *wheel, const hg_timer *timers);

/* The earliest at_ns of all armed timers, or INT64_MAX when there is none. O(1); after the earliest was
 * cancelled or popped one bucket is read, once: the wheel keeps the answer, which is all that it changes. */
static inline int64_t hg_wheel_next(const hg_wheel *wheel, const hg_timer *timers)
{
    return wheel->earliest_is_exact ? wheel->earliest_ns : hg_wheel_find_earliest(wheel, timers);
}

static inline uint32_t hg_wheel_count(const hg_wheel *wheel)
{
    return wheel->count;
}

/* True, or false with *reason naming what does not hold. O(armed + buckets). */
bool hg_wheel_validate(const hg_wheel *wheel, const hg_timer *timers, const char **reason);

#endif
