/* When a queue is open, as data that can be walked without asking anybody: a week of wall-clock intervals,
 * the days that go by intervals of their own, and the offsets from UTC of the zone.
 *
 *     week[0..6], days[] -> start, count -> minutes[]: (opens, closes) after local midnight, [opens, closes)
 *     offsets[]: from the second from_s on the wall shows UTC + offset_s; the first holds since ever
 *
 *     wall       ----------/ gap /------------\ fold \-----------      put forward, put back
 *     the clock  ----------_____/-------------------------------      that is read: it never steps back, and
 *     offsets      0           |  1                  |  2             where the wall leaps, it leaps
 *
 * So a time that is skipped takes effect at the end of the gap, and one that comes twice the first time. The
 * caller owns the arrays; nothing here allocates or writes. Instants are ns since the epoch, not negative;
 * days count from 1970-01-01 on the wall. No answer lies beyond HG_NEVER, the end of 64 bits.
 */
#ifndef HUNTGROUP_HOURS_H
#define HUNTGROUP_HOURS_H

#include "huntgroup/hg_base.h"

#define HG_NEVER INT64_MAX

typedef struct hg_offset {
    int64_t from_s;       /* UTC; ascending */
    int64_t offset_s;     /* the wall is ahead by so much */
    int64_t wall_until_s; /* the latest time that the wall has shown when this offset ends; ascending */
} hg_offset;

typedef struct hg_minutes {
    uint16_t opens, closes;
} hg_minutes;

typedef struct hg_open_day {
    int32_t day; /* of days[]: ascending; of week[]: without meaning */
    uint32_t start, count;
} hg_open_day;

typedef struct hg_hours {
    const hg_offset *offsets;
    const hg_open_day *days;
    const hg_minutes *minutes;
    uint32_t offset_count; /* at least 1 */
    uint32_t day_count;
    hg_open_day week[7]; /* Monday first */
} hg_hours;

/* Whether it is open. O(log days + intervals of two days). */
bool hg_hours_is_open(const hg_hours *hours, int64_t at_ns);

/* The first instant after this one at which it opens or closes, or HG_NEVER. O(log days) a day until then;
 * where the week is wholly open or wholly closed, O(log days) for all days up to the next of days[]. */
int64_t hg_hours_next_change(const hg_hours *hours, int64_t at_ns);

/* How much of [from_ns, to_ns) is open time; 0 where it is empty. Whole weeks under one offset are counted at
 * once: O(log days) for each change of offset, each of days[] and up to two weeks beside them. */
int64_t hg_hours_between(const hg_hours *hours, int64_t from_ns, int64_t to_ns);

/* The instant at which open_ns of open time have passed since from_ns, or HG_NEVER. With 0 it is from_ns;
 * what is complete as it closes, is complete at the close. The cost is that of hg_hours_between. */
int64_t hg_hours_after(const hg_hours *hours, int64_t from_ns, int64_t open_ns);

#endif
