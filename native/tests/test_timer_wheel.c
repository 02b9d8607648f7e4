#include "huntgroup/timer_wheel.h"

#include <string.h>

#include "check.h"

enum { ROWS = 300 };

/* The naive model: rows with a flag, searched from end to end. */
typedef struct scene {
    hg_wheel wheel;
    hg_timer *timers;
    bool armed[ROWS];
    int64_t time_ns;
    int64_t next_id;
    dice d;
} scene;

static bool naive_before(const hg_timer *a, const hg_timer *b)
{
    const int64_t left[4] = {a->at_ns, a->kind, a->id, a->owner};
    const int64_t right[4] = {b->at_ns, b->kind, b->id, b->owner};
    for (int k = 0; k < 4; k++)
        if (left[k] != right[k])
            return left[k] < right[k];
    return false;
}

static uint32_t naive_first(const scene *s)
{
    uint32_t first = HG_NONE;
    for (uint32_t t = 0; t < ROWS; t++)
        if (s->armed[t] && (first == HG_NONE || naive_before(&s->timers[t], &s->timers[first])))
            first = t;
    return first;
}

static void is_valid(const scene *s)
{
    const char *reason;
    CHECK_VALID(hg_wheel_validate(&s->wheel, s->timers, &reason), reason);
}

/* Durations of every magnitude; now and then none, or an instant that is over. */
static int64_t some_time(scene *s)
{
    uint32_t choice = dice_below(&s->d, 20);
    if (choice == 0)
        return s->time_ns;
    if (choice == 1)
        return s->time_ns - dice_below(&s->d, 1000);
    uint64_t span = dice_roll(&s->d) >> (2 + dice_below(&s->d, 62));
    int64_t room = INT64_MAX - (s->time_ns > 0 ? s->time_ns : 0);
    return s->time_ns + (int64_t)(span % ((uint64_t)room + 1));
}

static void arm(scene *s, uint32_t t, int64_t at_ns)
{
    s->timers[t].at_ns = at_ns;
    s->timers[t].kind = (uint8_t)dice_below(&s->d, 4);
    s->timers[t].id = dice_below(&s->d, 3) == 0 ? (int64_t)dice_below(&s->d, 5) : s->next_id++;
    s->timers[t].owner = t; /* ties in all but the owner happen, too */
    hg_wheel_arm(&s->wheel, s->timers, t);
    s->armed[t] = true;
}

/* Pops up to `most` timers, each the one that the model names. */
static void pop(scene *s, int64_t until_ns, uint32_t most)
{
    int64_t latest_ns = s->wheel.now_ns > until_ns ? s->wheel.now_ns : until_ns;
    while (most-- > 0) {
        uint32_t first = naive_first(s);
        if (first != HG_NONE && s->timers[first].at_ns > until_ns)
            first = HG_NONE;
        CHECK(hg_wheel_pop(&s->wheel, s->timers, until_ns) == first);
        CHECK(s->wheel.now_ns <= latest_ns);
        if (first == HG_NONE) {
            /* So that asking again is one comparison. */
            CHECK(s->wheel.count == 0 || until_ns < s->wheel.earliest_ns);
            return;
        }
        CHECK(s->timers[first].state == HG_TIMER_IDLE);
        s->armed[first] = false;
        s->time_ns = s->timers[first].at_ns > s->time_ns ? s->timers[first].at_ns : s->time_ns;
        /* What fires often arms something at once. */
        if (dice_below(&s->d, 4) == 0)
            arm(s, first, some_time(s));
    }
}

static void change_storage(scene *s)
{
    hg_wheel copy;
    hg_timer *moved = malloc(ROWS * sizeof *moved);
    CHECK(moved != NULL);
    memcpy(moved, s->timers, ROWS * sizeof *moved);
    free(s->timers);
    s->timers = moved;
    CHECK(hg_wheel_copy(&copy, &s->wheel) == 0);
    memset(&s->wheel, 0x5a, sizeof s->wheel);
    s->wheel = copy;
}

static void act(scene *s)
{
    uint32_t t = dice_below(&s->d, ROWS);
    switch (dice_below(&s->d, 8)) {
    case 0:
    case 1:
    case 2:
    case 3:
        if (!s->armed[t])
            arm(s, t, some_time(s));
        break;
    case 4:
        hg_wheel_cancel(&s->wheel, s->timers, t);
        s->armed[t] = false;
        break;
    case 5: /* a little time, or much, passes */
        s->time_ns += dice_roll(&s->d) >> (20 + dice_below(&s->d, 44));
        pop(s, s->time_ns, dice_below(&s->d, 3) == 0 ? 2 : ROWS * 10);
        break;
    case 6: /* straight to the next deadline */
        if (hg_wheel_count(&s->wheel) != 0) {
            int64_t next_ns = hg_wheel_next(&s->wheel, s->timers);
            if (next_ns > s->time_ns && next_ns - s->time_ns < INT64_MAX / 4)
                s->time_ns = next_ns;
            pop(s, s->time_ns, 3);
        }
        break;
    default: /* an earlier limit than the wheel's own time is legal */
        pop(s, s->time_ns - dice_below(&s->d, 100), 1);
    }
}

static void operations_agree_with_a_list(uint64_t seed, int64_t start_ns)
{
    static scene s;
    memset(&s, 0, sizeof s);
    s.timers = calloc(ROWS, sizeof *s.timers);
    CHECK(s.timers != NULL);
    s.d.state = seed;
    s.time_ns = start_ns;
    CHECK(hg_wheel_init(&s.wheel, start_ns) == 0);
    for (uint32_t step = 0; step < 100000; step++) {
        /* Time must not run out of its range. */
        if (s.time_ns > start_ns + (INT64_C(1) << 61)) {
            for (uint32_t t = 0; t < ROWS; t++)
                hg_wheel_cancel(&s.wheel, s.timers, t);
            memset(s.armed, 0, sizeof s.armed);
            CHECK(s.wheel.count == 0);
            s.time_ns = start_ns;
            CHECK(hg_wheel_init(&s.wheel, start_ns) == 0);
        }
        act(&s);
        if (step % 16 == 0) {
            uint32_t first = naive_first(&s);
            int64_t first_ns = first == HG_NONE ? INT64_MAX : s.timers[first].at_ns;
            is_valid(&s);
            CHECK(hg_wheel_next(&s.wheel, s.timers) == first_ns);
            is_valid(&s);
        }
        if (step % 5000 == 0)
            change_storage(&s);
    }
    pop(&s, INT64_MAX, UINT32_MAX);
    CHECK(s.wheel.count == 0 && hg_wheel_next(&s.wheel, s.timers) == INT64_MAX);
    is_valid(&s);
    free(s.timers);
}

static void extremes(void)
{
    const int64_t times[] = {INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX - 1, INT64_MAX};
    enum { COUNT = sizeof times / sizeof *times };
    hg_timer timers[COUNT] = {{0}};
    hg_wheel wheel;
    const char *reason;
    hg_wheel_init(&wheel, INT64_MIN);
    CHECK(hg_wheel_pop(&wheel, timers, INT64_MAX) == HG_NONE);
    CHECK(hg_wheel_next(&wheel, timers) == INT64_MAX);
    hg_wheel_init(&wheel, INT64_MIN);
    for (uint32_t t = 0; t < COUNT; t++) {
        timers[t].at_ns = times[t];
        hg_wheel_arm(&wheel, timers, t);
        CHECK_VALID(hg_wheel_validate(&wheel, timers, &reason), reason);
    }
    for (uint32_t t = 0; t < COUNT; t++) {
        CHECK(hg_wheel_next(&wheel, timers) == times[t]);
        if (times[t] != INT64_MIN)
            CHECK(hg_wheel_pop(&wheel, timers, times[t] - 1) == HG_NONE);
        CHECK(hg_wheel_pop(&wheel, timers, times[t]) == t);
        CHECK_VALID(hg_wheel_validate(&wheel, timers, &reason), reason);
    }
    CHECK(hg_wheel_pop(&wheel, timers, INT64_MAX) == HG_NONE);
    hg_wheel_cancel(&wheel, timers, 0);
    CHECK(wheel.count == 0);
}

static void past_times_are_due_now_in_their_own_order(void)
{
    hg_timer timers[4] = {{.at_ns = 100, .kind = 1}, {.at_ns = 99, .kind = 9}, {.at_ns = -5}, {.at_ns = 101}};
    hg_wheel wheel;
    hg_wheel_init(&wheel, 100);
    for (uint32_t t = 0; t < 4; t++)
        hg_wheel_arm(&wheel, timers, t);
    CHECK(hg_wheel_pop(&wheel, timers, -6) == HG_NONE);
    CHECK(hg_wheel_pop(&wheel, timers, 100) == 2);
    CHECK(timers[2].at_ns == -5);
    CHECK(hg_wheel_pop(&wheel, timers, 100) == 1);
    CHECK(hg_wheel_pop(&wheel, timers, 99) == HG_NONE);
    CHECK(hg_wheel_pop(&wheel, timers, 100) == 0);
    CHECK(hg_wheel_pop(&wheel, timers, 100) == HG_NONE);
    CHECK(hg_wheel_next(&wheel, timers) == 101);
    hg_wheel_free(&wheel);
    CHECK(wheel.count == 0 && hg_wheel_next(&wheel, timers) == INT64_MAX);
}

static const hg_timer *compared;

static int by_order(const void *a, const void *b)
{
    const hg_timer *x = &compared[*(const uint32_t *)a], *y = &compared[*(const uint32_t *)b];
    return naive_before(x, y) ? -1 : naive_before(y, x);
}

/* 100,000 at one instant; half of them are cancelled between the pops and some are armed anew, later in
 * order. */
static void many_timers_of_one_instant(void)
{
    enum { MANY = 100000 };
    static hg_timer timers[MANY];
    static uint32_t expected[MANY];
    const int64_t at_ns = INT64_C(1700000000000000000);
    hg_wheel wheel;
    dice d = {9};
    const char *reason;
    hg_wheel_init(&wheel, 0);
    for (uint32_t t = 0; t < MANY; t++) {
        timers[t] = (hg_timer){.at_ns = at_ns, .kind = (uint8_t)dice_below(&d, 9), .owner = t};
        timers[t].id = dice_below(&d, 1000);
        expected[t] = t;
        hg_wheel_arm(&wheel, timers, t);
    }
    compared = timers;
    qsort(expected, MANY, sizeof *expected, by_order);
    CHECK(hg_wheel_pop(&wheel, timers, at_ns - 1) == HG_NONE);
    for (uint32_t place = 0; place < MANY; place++) {
        uint32_t t = expected[place];
        CHECK(hg_wheel_next(&wheel, timers) == at_ns);
        if (place % 2 == 1) {
            hg_wheel_cancel(&wheel, timers, t);
        } else if (place % 8 == 0) {
            /* Away and back: it is still the next. */
            hg_wheel_cancel(&wheel, timers, t);
            hg_wheel_arm(&wheel, timers, t);
        }
        if (place % 2 == 0)
            CHECK(hg_wheel_pop(&wheel, timers, at_ns) == t);
        if (place % 10000 == 0)
            CHECK_VALID(hg_wheel_validate(&wheel, timers, &reason), reason);
    }
    CHECK(wheel.count == 0 && hg_wheel_pop(&wheel, timers, INT64_MAX) == HG_NONE);
}

/* The due ones come and go in any order while some are popped: the heap against the model. */
static void due_timers_are_cancelled_in_any_order(uint64_t seed)
{
    static scene s;
    memset(&s, 0, sizeof s);
    s.timers = calloc(ROWS, sizeof *s.timers);
    CHECK(s.timers != NULL);
    s.d.state = seed;
    hg_wheel_init(&s.wheel, 1000);
    for (uint32_t step = 0; step < 30000; step++) {
        uint32_t t = dice_below(&s.d, ROWS);
        bool filling = (step / 1000) % 2 == 0;
        if (s.armed[t] && (!filling || dice_below(&s.d, 4) == 0)) {
            hg_wheel_cancel(&s.wheel, s.timers, t);
            CHECK(s.timers[t].state == HG_TIMER_IDLE);
            s.armed[t] = false;
        } else if (!s.armed[t] && filling) {
            arm(&s, t, dice_below(&s.d, 3) == 0 ? (int64_t)dice_below(&s.d, 1000) : 1000);
        } else if (dice_below(&s.d, 3) == 0) {
            uint32_t first = naive_first(&s);
            CHECK(hg_wheel_pop(&s.wheel, s.timers, 1000) == first);
            if (first != HG_NONE)
                s.armed[first] = false;
        }
        if (step % 8 == 0)
            is_valid(&s);
    }
    CHECK(s.wheel.now_ns == 1000);
    free(s.timers);
}

/* A call centre's own pattern: each pop arms one 20 s later, most are cancelled; nothing comes early or is
 * lost. */
static void steady_traffic_keeps_its_count(void)
{
    enum { BUSY = 2000 };
    static hg_timer timers[BUSY];
    hg_wheel wheel;
    dice d = {4};
    int64_t now_ns = INT64_C(1700000000000000000);
    const char *reason;
    hg_wheel_init(&wheel, 0);
    for (uint32_t step = 0; step < 300000; step++) {
        uint32_t t = dice_below(&d, BUSY);
        now_ns += dice_below(&d, 5000000);
        for (uint32_t fired; (fired = hg_wheel_pop(&wheel, timers, now_ns)) != HG_NONE;) {
            CHECK(timers[fired].at_ns <= now_ns);
            CHECK(timers[fired].at_ns > now_ns - 5000000);
        }
        hg_wheel_cancel(&wheel, timers, t);
        timers[t].at_ns = now_ns + INT64_C(20000000000);
        timers[t].id = step;
        hg_wheel_arm(&wheel, timers, t);
    }
    CHECK_VALID(hg_wheel_validate(&wheel, timers, &reason), reason);
    uint32_t armed = 0;
    for (uint32_t t = 0; t < BUSY; t++)
        armed += timers[t].state != HG_TIMER_IDLE;
    CHECK(wheel.count == armed && armed > 0);
}

static void damage_is_reported(void)
{
    hg_timer timers[6];
    hg_wheel wheel;
    const char *reason;
    memset(timers, 0, sizeof timers);
    hg_wheel_init(&wheel, 1000);
    for (uint32_t t = 0; t < 6; t++) {
        timers[t].at_ns = t < 3 ? 1000 : 1000000 + t;
        timers[t].id = t;
        hg_wheel_arm(&wheel, timers, t);
    }
    CHECK(hg_wheel_validate(&wheel, timers, &reason) && reason == NULL);
    hg_timer sound[6];
    memcpy(sound, timers, sizeof timers);
    for (uint32_t t = 0; t < 6; t++) {
        timers[t].at_ns = t < 3 ? 2000 : 7;
        CHECK(!hg_wheel_validate(&wheel, timers, &reason) && reason != NULL);
        memcpy(timers, sound, sizeof timers);
        timers[t].state = HG_TIMER_IDLE;
        CHECK(!hg_wheel_validate(&wheel, timers, &reason) && reason != NULL);
        memcpy(timers, sound, sizeof timers);
    }
    wheel.count++;
    CHECK(!hg_wheel_validate(&wheel, timers, &reason) && reason != NULL);
    wheel.count -= 2;
    CHECK(!hg_wheel_validate(&wheel, timers, &reason) && reason != NULL);
    wheel.count++;
    wheel.occupied[0] ^= 1;
    CHECK(!hg_wheel_validate(&wheel, timers, &reason) && reason != NULL);
    wheel.occupied[0] ^= 1;
    wheel.levels ^= 1;
    CHECK(!hg_wheel_validate(&wheel, timers, &reason) && reason != NULL);
    wheel.levels ^= 1;
    wheel.earliest_ns++;
    CHECK(!hg_wheel_validate(&wheel, timers, &reason) && reason != NULL);
}

int main(void)
{
    operations_agree_with_a_list(1, 0);
    operations_agree_with_a_list(2, INT64_C(1700000000000000000));
    operations_agree_with_a_list(3, -(INT64_C(1) << 62));
    extremes();
    past_times_are_due_now_in_their_own_order();
    many_timers_of_one_instant();
    due_timers_are_cancelled_in_any_order(1);
    due_timers_are_cancelled_in_any_order(2);
    steady_traffic_keeps_its_count();
    damage_is_reported();
    return 0;
}
