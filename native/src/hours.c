#include "huntgroup/hours.h"

#define SECOND_NS INT64_C(1000000000)
#define MINUTE_NS (60 * SECOND_NS)
#define DAY_S INT64_C(86400)
#define WEEK_S (7 * DAY_S)
#define LAST_DAY INT64_C(106749) /* 64 bits of nanoseconds end two days later, in the year 2262 */

/* The week, when every day of it is alike: nothing or everything. */
typedef enum { MIXED, ALL_CLOSED, ALL_OPEN } constancy;

/* Open spans in ascending order. `list` is what is left of the present day. */
typedef struct walk {
    const hg_hours *hours;
    int64_t day;
    hg_open_day list;
    constancy week;
} walk;

static bool is_whole(const hg_hours *hours, hg_open_day list)
{
    return list.count == 1 && hours->minutes[list.start].opens == 0 &&
           hours->minutes[list.start].closes == 1440;
}

static constancy constancy_of(const hg_hours *hours)
{
    uint32_t closed = 0, whole = 0;
    for (uint32_t k = 0; k < 7; k++) {
        closed += hours->week[k].count == 0;
        whole += is_whole(hours, hours->week[k]);
    }
    return closed == 7 ? ALL_CLOSED : whole == 7 ? ALL_OPEN : MIXED;
}

/* The offset that holds at a second of UTC. */
static const hg_offset *offset_at(const hg_hours *hours, int64_t at_s)
{
    uint32_t low = 0, high = hours->offset_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (hours->offsets[middle].from_s <= at_s)
            low = middle;
        else
            high = middle;
    }
    return &hours->offsets[low];
}

/* The offset under which the clock that never steps back comes to show this time or a later one. */
static const hg_offset *offset_of_wall(const hg_hours *hours, int64_t wall_s)
{
    uint32_t low = 0, high = hours->offset_count - 1;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (hours->offsets[middle].wall_until_s > wall_s)
            high = middle;
        else
            low = middle + 1;
    }
    return &hours->offsets[low];
}

/* The instant at which that clock shows this time or a later one for the first time. */
static int64_t instant_of(const hg_hours *hours, int64_t wall_s)
{
    const hg_offset *offset = offset_of_wall(hours, wall_s);
    int64_t at_s = wall_s - offset->offset_s;
    return (at_s > offset->from_s ? at_s : offset->from_s) * SECOND_NS;
}

static int64_t day_at(const hg_hours *hours, int64_t at_ns)
{
    int64_t at_s = at_ns / SECOND_NS;
    int64_t wall_s = at_s + offset_at(hours, at_s)->offset_s;
    return (wall_s < 0 ? wall_s - DAY_S + 1 : wall_s) / DAY_S;
}

/* The first of days[] that is not before this one; day_count where there is none. */
static uint32_t first_of_days(const hg_hours *hours, int64_t day)
{
    uint32_t low = 0, high = hours->day_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (hours->days[middle].day < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int64_t next_of_days(const hg_hours *hours, int64_t day)
{
    uint32_t k = first_of_days(hours, day);
    return k < hours->day_count ? hours->days[k].day : LAST_DAY + 1;
}

static hg_open_day list_of(const hg_hours *hours, int64_t day)
{
    uint32_t k = first_of_days(hours, day);
    if (k < hours->day_count && hours->days[k].day == day)
        return hours->days[k];
    return hours->week[(day + 10) % 7]; /* 1970-01-01 was a Thursday; a day before it is -1 at the least */
}

static walk walk_from(const hg_hours *hours, int64_t day)
{
    return (walk){hours, day, list_of(hours, day), constancy_of(hours)};
}

static void go_to_day(walk *w, int64_t day)
{
    w->day = day;
    w->list = list_of(w->hours, day);
}

/* The next open span that is not empty: one that lies within a gap is. False: there is none any more. Days of
 * a week that never changes are one span, or none, up to the next of days[]. */
static bool next_span(walk *w, int64_t *opens_ns, int64_t *closes_ns)
{
    const hg_hours *hours = w->hours;
    while (w->day <= LAST_DAY) {
        if (w->week != MIXED) {
            int64_t special = next_of_days(hours, w->day);
            if (special > w->day) {
                *opens_ns = instant_of(hours, w->day * DAY_S);
                *closes_ns = special > LAST_DAY ? HG_NEVER : instant_of(hours, special * DAY_S);
                go_to_day(w, special);
                if (w->week == ALL_OPEN && *opens_ns < *closes_ns)
                    return true;
                continue;
            }
        }
        while (w->list.count) {
            hg_minutes minutes = hours->minutes[w->list.start];
            w->list.start++;
            w->list.count--;
            *opens_ns = instant_of(hours, w->day * DAY_S + minutes.opens * 60);
            *closes_ns = instant_of(hours, w->day * DAY_S + minutes.closes * 60);
            if (*opens_ns < *closes_ns)
                return true;
        }
        go_to_day(w, w->day + 1);
    }
    return false;
}

/* How many weeks from the day on pass under one offset and without one of days[], and end by `until_day`. */
static int64_t plain_weeks(const walk *w, int64_t until_day)
{
    const hg_hours *hours = w->hours;
    const hg_offset *offset = offset_of_wall(hours, w->day * DAY_S);
    int64_t special = next_of_days(hours, w->day);
    int64_t last_day = offset->wall_until_s / DAY_S;
    if (w->week != MIXED || w->day * DAY_S < offset->from_s + offset->offset_s)
        return 0;
    if (last_day > special)
        last_day = special;
    if (last_day > until_day)
        last_day = until_day;
    return last_day > w->day ? (last_day - w->day) / 7 : 0;
}

static int64_t open_in_week(const hg_hours *hours)
{
    int64_t minutes = 0;
    for (uint32_t k = 0; k < 7; k++)
        for (uint32_t i = 0; i < hours->week[k].count; i++) {
            hg_minutes span = hours->minutes[hours->week[k].start + i];
            minutes += span.closes - span.opens;
        }
    return minutes * MINUTE_NS;
}

bool hg_hours_is_open(const hg_hours *hours, int64_t at_ns)
{
    walk w = walk_from(hours, day_at(hours, at_ns));
    int64_t opens, closes;
    while (next_span(&w, &opens, &closes)) {
        if (at_ns < opens)
            return false;
        if (at_ns < closes)
            return true;
    }
    return false;
}

int64_t hg_hours_next_change(const hg_hours *hours, int64_t at_ns)
{
    walk w = walk_from(hours, day_at(hours, at_ns));
    int64_t opens, closes, end = -1;
    while (next_span(&w, &opens, &closes)) {
        if (closes <= at_ns)
            continue;
        if (end >= 0 && opens > end)
            return end;
        if (end < 0 && opens > at_ns)
            return opens;
        end = closes; /* open now, and it goes on at least to here */
    }
    return end >= 0 ? end : HG_NEVER;
}

int64_t hg_hours_between(const hg_hours *hours, int64_t from_ns, int64_t to_ns)
{
    walk w = walk_from(hours, day_at(hours, from_ns));
    int64_t week_ns = open_in_week(hours);
    int64_t last_day = day_at(hours, to_ns) - 1; /* the day before is over for any clock */
    int64_t opens, closes, total = 0;
    while (next_span(&w, &opens, &closes)) {
        if (opens >= to_ns)
            break;
        if (closes > to_ns)
            closes = to_ns;
        if (opens < from_ns)
            opens = from_ns;
        if (opens < closes)
            total += closes - opens;
        if (w.list.count == 0 && w.day + 1 < last_day) {
            go_to_day(&w, w.day + 1);
            int64_t weeks = opens > from_ns ? plain_weeks(&w, last_day) : 0;
            if (weeks) {
                total += weeks * week_ns;
                go_to_day(&w, w.day + 7 * weeks);
            }
        }
    }
    return total;
}

int64_t hg_hours_after(const hg_hours *hours, int64_t from_ns, int64_t open_ns)
{
    walk w = walk_from(hours, day_at(hours, from_ns));
    int64_t week_ns = open_in_week(hours);
    int64_t opens, closes, left = open_ns;
    if (left <= 0)
        return from_ns;
    while (next_span(&w, &opens, &closes)) {
        if (closes <= from_ns)
            continue;
        bool later = opens > from_ns;
        if (!later)
            opens = from_ns;
        if (left <= closes - opens)
            return opens + left;
        left -= closes - opens;
        if (later && w.list.count == 0) {
            go_to_day(&w, w.day + 1);
            int64_t weeks = plain_weeks(&w, LAST_DAY);
            if (week_ns && weeks > (left - 1) / week_ns)
                weeks = (left - 1) / week_ns;
            if (weeks) {
                left -= weeks * week_ns;
                go_to_day(&w, w.day + 7 * weeks);
            }
        }
    }
    return HG_NEVER;
}
