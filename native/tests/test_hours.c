#include "huntgroup/hours.h"

#include "check.h"

#define SECOND_NS INT64_C(1000000000)
#define HOUR_S INT64_C(3600)
#define DAY_S INT64_C(86400)

/* An offset of one hour; one hour more from day 10 on (put forward at 01:00 UTC), put back on day 40. */
static const hg_offset OFFSETS[] = {
    {-DAY_S * 1000, HOUR_S, 10 * DAY_S + 2 * HOUR_S},
    {10 * DAY_S + HOUR_S, 2 * HOUR_S, 40 * DAY_S + 3 * HOUR_S},
    {40 * DAY_S + HOUR_S, HOUR_S, INT64_MAX / 4},
};
static const hg_minutes MINUTES[] = {{0, 1440}, {540, 1020}, {90, 150}, {150, 200}, {1380, 1440}, {0, 45}};
static const hg_open_day DAYS[] = {{3, 1, 1}, {10, 2, 2}, {11, 0, 0}, {40, 2, 2}, {41, 4, 1}, {42, 5, 1}};

static hg_hours hours_of(dice *d, int kind)
{
    hg_hours hours = {OFFSETS, DAYS, MINUTES, 3, kind % 2 ? 6 : 0, {{0, 0, 0}}};
    for (int k = 0; k < 7; k++) {
        uint32_t start = dice_below(d, 6);
        hours.week[k].start = kind < 2 ? 0 : kind < 4 ? 0 : start;
        hours.week[k].count = kind < 2 ? 0 : kind < 4 ? 1 : start == 2 ? 2 : dice_below(d, 2);
    }
    return hours;
}

/* Open at this second, by the latest time that the wall has ever shown. */
static bool by_the_wall(const hg_hours *hours, int64_t at_s)
{
    int64_t wall = INT64_MIN;
    for (int k = 0; k < 3; k++) {
        if (OFFSETS[k].from_s > at_s)
            break;
        int64_t ends = k < 2 && OFFSETS[k + 1].from_s <= at_s ? OFFSETS[k + 1].from_s : at_s;
        if (ends + OFFSETS[k].offset_s > wall)
            wall = ends + OFFSETS[k].offset_s;
    }
    hg_open_day list = hours->week[(wall / DAY_S + 3) % 7];
    for (uint32_t k = 0; k < hours->day_count; k++)
        if (hours->days[k].day == wall / DAY_S)
            list = hours->days[k];
    for (uint32_t k = 0; k < list.count; k++) {
        hg_minutes span = hours->minutes[list.start + k];
        if (wall % DAY_S >= span.opens * 60 && wall % DAY_S < span.closes * 60)
            return true;
    }
    return false;
}

static void every_minute_of_fifty_days_is_right(void)
{
    enum { COUNT = 50 * 1440 };
    static bool open[COUNT + 1];
    dice d = {7};
    for (int kind = 0; kind < 40; kind++) {
        hg_hours hours = hours_of(&d, kind);
        for (int minute = 0; minute <= COUNT; minute++)
            open[minute] = by_the_wall(&hours, minute * INT64_C(60));
        int change = COUNT + 1;
        for (int minute = COUNT - 1; minute >= 0; minute--) {
            int64_t at_ns = minute * 60 * SECOND_NS;
            if (open[minute + 1] != open[minute])
                change = minute + 1;
            CHECK(hg_hours_is_open(&hours, at_ns) == open[minute]);
            CHECK(hg_hours_is_open(&hours, at_ns + 60 * SECOND_NS - 1) == open[minute]);
            if (change <= COUNT)
                CHECK(hg_hours_next_change(&hours, at_ns) == change * 60 * SECOND_NS);
        }
        for (int round = 0; round < 200; round++) {
            int from = (int)dice_below(&d, COUNT),
                to = from + (int)dice_below(&d, (uint32_t)(COUNT - from) + 1);
            int64_t open_ns = 0;
            for (int minute = from; minute < to; minute++)
                open_ns += open[minute] * 60 * SECOND_NS;
            CHECK(hg_hours_between(&hours, from * 60 * SECOND_NS, to * 60 * SECOND_NS) == open_ns);
            if (open_ns) {
                int64_t at_ns = hg_hours_after(&hours, from * 60 * SECOND_NS, open_ns);
                CHECK(at_ns <= to * 60 * SECOND_NS && at_ns > from * 60 * SECOND_NS);
                CHECK(hg_hours_between(&hours, from * 60 * SECOND_NS, at_ns) == open_ns);
                CHECK(hg_hours_between(&hours, from * 60 * SECOND_NS, at_ns - 1) == open_ns - 1);
            }
        }
    }
}

static void what_never_changes_is_never(void)
{
    dice d = {1};
    hg_hours closed = hours_of(&d, 0), always = hours_of(&d, 2);
    CHECK(hg_hours_next_change(&closed, 0) == HG_NEVER && hg_hours_next_change(&always, 0) == HG_NEVER);
    CHECK(hg_hours_after(&closed, 5, 1) == HG_NEVER && hg_hours_after(&closed, 5, 0) == 5);
    CHECK(hg_hours_after(&always, 5, 100) == 105);
    CHECK(hg_hours_between(&closed, 0, INT64_MAX) == 0);
    CHECK(hg_hours_between(&always, 7, 5 * INT64_C(1000000000000000000)) ==
          5 * INT64_C(1000000000000000000) - 7);
    CHECK(hg_hours_between(&always, 9, 7) == 0);
}

static void the_end_of_time_is_reached(void)
{
    dice d = {2};
    hg_hours hours = hours_of(&d, 4);
    hours.week[0] = (hg_open_day){0, 1, 1};
    CHECK(hg_hours_next_change(&hours, INT64_MAX - 1) == HG_NEVER);
    CHECK(!hg_hours_is_open(&hours, INT64_MAX));
    CHECK(hg_hours_after(&hours, 0, INT64_MAX) == HG_NEVER);
    CHECK(hg_hours_between(&hours, 0, INT64_MAX) > 0);
}

int main(void)
{
    every_minute_of_fifty_days_is_right();
    what_never_changes_is_never();
    the_end_of_time_is_reached();
    return 0;
}
