#include "huntgroup/idle_ring.h"

#include <string.h>

#include "check.h"
#include "huntgroup/hg_alloc.h"

enum { MEMBERS = 400, GROUPS = 6 };

/* A member as the naive model knows it, and the row whose slot field the ring writes. */
typedef struct row {
    uint64_t key;
    uint32_t slot;
    bool held;
    bool live;
    uint8_t skill;
} row;

typedef struct scene {
    row rows[MEMBERS];
    hg_ring ring;
    uint64_t step; /* keys are made of it, as the engine makes them */
    dice d;
} scene;

#define SLOTS(s) ((void *)&(s)->rows[0].slot), sizeof(row)

static void is_valid(const scene *s)
{
    const char *reason;
    CHECK_VALID(hg_ring_validate(&s->ring, &s->rows[0].slot, sizeof(row), &reason), reason);
}

/* What the ring carries for a member in its column k. */
static uint64_t carried_by(uint32_t member, uint32_t k)
{
    return (uint64_t)member * 1000 + k + 1;
}

static uint32_t place(scene *s, uint32_t member, uint64_t key)
{
    uint32_t slot;
    while ((slot = hg_ring_place(&s->ring, key, member, SLOTS(s))) == HG_NONE)
        CHECK(hg_ring_reserve(&s->ring, SLOTS(s)) == 0);
    CHECK(s->rows[member].slot == slot);
    s->rows[member].key = key;
    s->rows[member].held = s->rows[member].live = true;
    for (uint32_t k = 0; k < s->ring.carried_count; k++)
        hg_ring_carried(&s->ring, k)[slot] = carried_by(member, k);
    return slot;
}

/* A hidden member's slot by the shorter way, which says the same. */
static void drop(scene *s, uint32_t member)
{
    if (s->rows[member].live)
        hg_ring_drop(&s->ring, s->rows[member].slot);
    else
        hg_ring_drop_hidden(&s->ring, s->rows[member].slot);
    s->rows[member].held = s->rows[member].live = false;
    s->rows[member].slot = HG_NONE;
}

/* Group 0 is anyone; the others want one skill. */
static bool matches(const row *r, uint32_t group)
{
    return group == 0 || r->skill == group;
}

static uint32_t naive_search(const scene *s, uint32_t group)
{
    uint32_t best = HG_NONE;
    for (uint32_t m = 0; m < MEMBERS; m++)
        if (s->rows[m].live && matches(&s->rows[m], group) &&
            (best == HG_NONE || s->rows[m].key < s->rows[best].key))
            best = m;
    return best;
}

/* A search as the engine makes it: reopened slots below the mark, then on from the mark. */
static uint32_t marked_search(scene *s, uint32_t group)
{
    hg_ring *ring = &s->ring;
    uint32_t mark = hg_ring_mark(ring, group);
    for (uint32_t k = 0; k < ring->reopened_count && ring->reopened[k] < mark; k++)
        if (matches(&s->rows[ring->member[ring->reopened[k]]], group))
            return ring->member[ring->reopened[k]];
    uint32_t slot = hg_ring_next(ring, mark);
    while (slot != HG_NONE && !matches(&s->rows[ring->member[slot]], group))
        slot = hg_ring_next(ring, slot + 1);
    hg_ring_set_mark(ring, group, slot == HG_NONE ? ring->tail : slot);
    return slot == HG_NONE ? HG_NONE : ring->member[slot];
}

static void order_agrees(const scene *s)
{
    uint32_t live = 0, held = 0;
    uint64_t last = 0;
    for (uint32_t m = 0; m < MEMBERS; m++) {
        const row *r = &s->rows[m];
        held += r->held;
        live += r->live;
        if (!r->held)
            continue;
        CHECK(s->ring.key[r->slot] == r->key && s->ring.member[r->slot] == m);
        CHECK(hg_bitset_test(s->ring.live, r->slot) == r->live);
        for (uint32_t k = 0; k < s->ring.carried_count; k++)
            CHECK(hg_ring_carried(&s->ring, k)[r->slot] == carried_by(m, k));
    }
    CHECK(s->ring.live_count == live && s->ring.held_count == held);
    uint32_t seen = 0;
    for (uint32_t from = 0, slot; (slot = hg_ring_next(&s->ring, from)) != HG_NONE; from = slot + 1) {
        CHECK(seen == 0 || s->ring.key[slot] > last);
        last = s->ring.key[slot];
        seen++;
    }
    CHECK(seen == live);
}

/* An older key that nobody holds: low bits make it the member's own. */
static uint64_t older_key(scene *s, uint32_t member)
{
    return ((dice_roll(&s->d) % (s->step + 1)) << HG_AGENT_BITS) | member;
}

/* A hidden member comes back at the end of the ring, if there is room: its former slot is free then. */
static void come_back(scene *s, uint32_t member)
{
    row *r = &s->rows[member];
    uint64_t fresh = (++s->step << HG_AGENT_BITS) | member;
    uint32_t before = r->slot, slot = s->ring.tail;
    bool full = slot == s->ring.capacity;
    CHECK(!hg_ring_return(&s->ring, r->key, member, before));
    if (dice_below(&s->d, 2) || !hg_ring_return_simply(&s->ring, fresh, member, before))
        CHECK(hg_ring_return(&s->ring, fresh, member, before) == !full);
    if (full)
        return;
    CHECK(s->ring.member[before] == HG_NONE);
    r->slot = slot;
    r->key = fresh;
    r->live = true;
    for (uint32_t k = 0; k < s->ring.carried_count; k++)
        hg_ring_carried(&s->ring, k)[slot] = carried_by(member, k);
}

static void act(scene *s, uint32_t old_in_100)
{
    uint32_t m = dice_below(&s->d, MEMBERS);
    row *r = &s->rows[m];
    if (!r->held) {
        uint64_t fresh = (++s->step << HG_AGENT_BITS) | m;
        uint32_t choice = dice_below(&s->d, 100);
        /* Its former key again, an older one, or as most of the time a new one. */
        if (choice == 0 && r->key != 0)
            place(s, m, r->key);
        else
            place(s, m, choice < old_in_100 ? older_key(s, m) : fresh);
        return;
    }
    switch (dice_below(&s->d, 8)) {
    case 0:
        r->skill = (uint8_t)dice_below(&s->d, GROUPS + 1);
        hg_ring_reopen(&s->ring, r->slot);
        break;
    case 1:
    case 2:
        if (!r->live || dice_below(&s->d, 2) || !hg_ring_hide_simply(&s->ring, r->slot))
            hg_ring_hide(&s->ring, r->slot);
        r->live = false;
        break;
    case 3:
    case 4:
        CHECK(hg_ring_show(&s->ring, r->slot, r->key, m));
        r->live = true;
        CHECK(!hg_ring_show(&s->ring, r->slot, r->key + 1, m));
        CHECK(!hg_ring_show(&s->ring, r->slot, r->key, m + 1));
        break;
    case 5:
        if (!r->live) {
            come_back(s, m);
            break;
        }
        /* fallthrough */
    default:
        drop(s, m);
    }
}

static void change_storage(scene *s)
{
    hg_ring copy;
    switch (dice_below(&s->d, 5)) {
    case 0:
        CHECK(hg_ring_copy(&copy, &s->ring) == 0);
        CHECK(copy.key == NULL || copy.key != s->ring.key);
        hg_ring_free(&s->ring);
        s->ring = copy;
        break;
    case 1:
        CHECK(hg_ring_reserve(&s->ring, SLOTS(s)) == 0);
        CHECK(s->ring.tail < s->ring.capacity);
        break;
    case 2:
        CHECK(hg_ring_reserve_marks(&s->ring, dice_below(&s->d, GROUPS + 1)) == 0);
        break;
    case 3:
        CHECK(hg_ring_carry(&s->ring, dice_below(&s->d, 3)) == 0);
        for (uint32_t m = 0; m < MEMBERS; m++)
            for (uint32_t k = 0; k < s->ring.carried_count && s->rows[m].held; k++)
                hg_ring_carried(&s->ring, k)[s->rows[m].slot] = carried_by(m, k);
        break;
    default:
        hg_ring_forget_marks(&s->ring);
    }
}

static void operations_agree_with_a_list(uint64_t seed, uint32_t capacity, uint32_t old_in_100)
{
    static scene s;
    memset(&s, 0, sizeof s);
    s.d.state = seed;
    CHECK(hg_ring_init(&s.ring, capacity) == 0);
    CHECK(hg_ring_reserve_marks(&s.ring, seed % 2 ? GROUPS : 0) == 0);
    for (uint32_t m = 0; m < MEMBERS; m++) {
        s.rows[m].slot = HG_NONE;
        s.rows[m].skill = (uint8_t)dice_below(&s.d, GROUPS + 1);
    }
    for (uint32_t step = 0; step < 120000; step++) {
        act(&s, old_in_100);
        if (dice_below(&s.d, 3) == 0) {
            uint32_t group = dice_below(&s.d, GROUPS);
            uint32_t found = marked_search(&s, group);
            CHECK(found == naive_search(&s, group));
            /* Mostly the one found becomes busy. */
            if (found != HG_NONE && dice_below(&s.d, 4) != 0) {
                hg_ring_hide(&s.ring, s.rows[found].slot);
                s.rows[found].live = false;
            }
        }
        if (dice_below(&s.d, 2000) == 0)
            change_storage(&s);
        if (step % 64 == 0 || step < 300) {
            is_valid(&s);
            order_agrees(&s);
        }
    }
    for (uint32_t m = 0; m < MEMBERS; m++)
        if (s.rows[m].held)
            drop(&s, m);
    is_valid(&s);
    CHECK(s.ring.live_count == 0 && s.ring.head == s.ring.tail && hg_ring_next(&s.ring, 0) == HG_NONE);
    hg_ring_free(&s.ring);
}

static void empty_rings(void)
{
    hg_ring ring = {0};
    const char *reason;
    uint32_t slots[4] = {HG_NONE, HG_NONE, HG_NONE, HG_NONE};
    CHECK_VALID(hg_ring_validate(&ring, slots, sizeof *slots, &reason), reason);
    CHECK(hg_ring_next(&ring, 0) == HG_NONE && hg_ring_next(&ring, HG_NONE) == HG_NONE);
    CHECK(!hg_ring_show(&ring, HG_NONE, 1, 0) && !hg_ring_show(&ring, 0, 0, 0));
    CHECK(hg_ring_mark(&ring, 0) == 0);
    hg_ring_set_mark(&ring, 0, 5);
    hg_ring_forget_marks(&ring);
    CHECK(hg_ring_place(&ring, 7, 2, slots, sizeof *slots) == HG_NONE);
    CHECK(slots[2] == HG_NONE);
    CHECK(hg_ring_reserve(&ring, slots, sizeof *slots) == 0);
    CHECK(hg_ring_place(&ring, 7, 2, slots, sizeof *slots) == 0 && slots[2] == 0);
    CHECK(hg_ring_agent(&ring, 0) == 7);
    /* Once it holds nobody it can be as new: an older key is the first again, and no mark is left. */
    CHECK(hg_ring_reserve_marks(&ring, 1) == 0);
    hg_ring_set_mark(&ring, 0, 1);
    hg_ring_drop(&ring, slots[2]);
    hg_ring_clear(&ring);
    CHECK(ring.tail == 0 && ring.capacity != 0 && hg_ring_mark(&ring, 0) == 0);
    CHECK(hg_ring_place(&ring, 3, 1, slots, sizeof *slots) == 0 && hg_ring_next(&ring, 0) == 0);
    CHECK_VALID(hg_ring_validate(&ring, slots, sizeof *slots, &reason), reason);
    hg_ring_free(&ring);
    CHECK(ring.capacity == 0 && hg_ring_next(&ring, 0) == HG_NONE);
    CHECK(hg_ring_init(&ring, HG_RING_CAPACITY_MAX + 1) == -1 && ring.capacity == 0);
    CHECK(hg_ring_init(&ring, 9) == 0 && ring.capacity == 16);
    hg_ring_free(&ring);
}

/* An offer that is withdrawn gives the agent the old place back. */
static void a_hidden_member_returns_to_its_place(void)
{
    static scene s;
    memset(&s, 0, sizeof s);
    CHECK(hg_ring_init(&s.ring, 8) == 0);
    for (uint32_t m = 0; m < 4; m++)
        place(&s, m, 10 + m);
    hg_ring_hide(&s.ring, s.rows[0].slot);
    CHECK(s.ring.head == 1 && hg_ring_next(&s.ring, 0) == 1);
    CHECK(hg_ring_show(&s.ring, s.rows[0].slot, 10, 0));
    CHECK(s.ring.head == 0 && hg_ring_next(&s.ring, 0) == 0);
    hg_ring_hide(&s.ring, 2);
    hg_ring_hide(&s.ring, 2);
    CHECK(s.ring.live_count == 3);
    CHECK(hg_ring_next(&s.ring, 2) == 3 && hg_ring_next(&s.ring, 4) == HG_NONE);
    hg_ring_free(&s.ring);
}

static void shifts_go_the_shorter_way(void)
{
    static scene s;
    memset(&s, 0, sizeof s);
    CHECK(hg_ring_init(&s.ring, 16) == 0);
    for (uint32_t m = 0; m < 10; m++)
        place(&s, m, 100 + 10 * m);
    drop(&s, 2);
    s.ring.reopened_count = 0;
    CHECK(hg_ring_reserve_marks(&s.ring, 3) == 0);
    hg_ring_set_mark(&s.ring, 0, 2);
    hg_ring_set_mark(&s.ring, 1, 4);
    hg_ring_set_mark(&s.ring, 2, 9);
    /* Between slots 4 and 5; the free slot 2 is nearer than the tail: 3 and 4 move down. */
    CHECK(place(&s, 20, 145) == 4);
    CHECK(s.rows[3].slot == 2 && s.rows[4].slot == 3 && s.rows[5].slot == 5);
    CHECK(hg_ring_mark(&s.ring, 0) == 2 && hg_ring_mark(&s.ring, 1) == 3 && hg_ring_mark(&s.ring, 2) == 9);
    CHECK(s.ring.reopened_count == 1 && s.ring.reopened[0] == 4);
    is_valid(&s);
    /* None is free below the tail now: those above move up. */
    CHECK(place(&s, 21, 185) == 9);
    CHECK(s.rows[9].slot == 10 && s.ring.tail == 11);
    is_valid(&s);
    hg_ring_free(&s.ring);
}

/* The free slot may be the very first one, or hold the very key that is placed. */
static void free_slots_are_used_again(void)
{
    static scene s;
    memset(&s, 0, sizeof s);
    CHECK(hg_ring_init(&s.ring, 8) == 0);
    for (uint32_t m = 0; m < 8; m++)
        place(&s, m, 100 + 10 * m);
    drop(&s, 0);
    CHECK(place(&s, 10, 135) == 3 && s.rows[1].slot == 0 && s.rows[3].slot == 2);
    is_valid(&s);
    drop(&s, 7);
    CHECK(place(&s, 7, 170) == 7 && s.ring.tail == 8);
    drop(&s, 7);
    CHECK(place(&s, 7, 175) == 7 && s.ring.key[7] == 175);
    drop(&s, 4);
    CHECK(place(&s, 4, 140) == 4);
    drop(&s, 4);
    CHECK(place(&s, 4, 139) == 4 && s.ring.key[4] == 139);
    drop(&s, 4);
    CHECK(place(&s, 4, 141) == 4 && s.ring.key[4] == 141);
    is_valid(&s);
    CHECK(hg_ring_reserve(&s.ring, SLOTS(&s)) == 0 && s.ring.capacity == 16);
    drop(&s, 7);
    CHECK(place(&s, 7, 175) == 7 && s.ring.tail == 8); /* not appended beside its own key */
    is_valid(&s);
    hg_ring_free(&s.ring);
}

static void marks_survive_more_room(void)
{
    static scene s;
    memset(&s, 0, sizeof s);
    CHECK(hg_ring_init(&s.ring, 64) == 0);
    for (uint32_t m = 0; m < 50; m++)
        place(&s, m, 10 + m);
    for (uint32_t count = 1; count <= 50; count++) {
        CHECK(hg_ring_reserve_marks(&s.ring, count) == 0 && hg_ring_reserve_marks(&s.ring, 0) == 0);
        CHECK(hg_ring_mark(&s.ring, count - 1) == 0 && hg_ring_mark(&s.ring, count) == 0);
        hg_ring_set_mark(&s.ring, count - 1, count);
        hg_ring_set_mark(&s.ring, count, count); /* no room for it yet */
        for (uint32_t id = 0; id < count; id++)
            CHECK(hg_ring_mark(&s.ring, id) == id + 1);
    }
    is_valid(&s);
    hg_ring_free(&s.ring);
}

static void a_full_tail_is_reported_and_packed(void)
{
    static scene s;
    memset(&s, 0, sizeof s);
    CHECK(hg_ring_init(&s.ring, 8) == 0);
    for (uint32_t m = 0; m < 8; m++)
        place(&s, m, 10 + m);
    CHECK(hg_ring_place(&s.ring, 50, 8, SLOTS(&s)) == HG_NONE);
    CHECK(hg_ring_place(&s.ring, 5, 8, SLOTS(&s)) == HG_NONE);
    is_valid(&s);
    for (uint32_t m = 0; m < 4; m++)
        drop(&s, m);
    /* Appending at a full tail asks for packing, half of it is held: the capacity stays. */
    CHECK(hg_ring_place(&s.ring, 50, 8, SLOTS(&s)) == HG_NONE);
    for (uint32_t m = 8; m < 12; m++)
        CHECK(place(&s, m, 42 + m) == m - 4 && s.ring.capacity == 8);
    CHECK(place(&s, 12, 54) == 8 && s.ring.capacity == 16);
    is_valid(&s);
    hg_ring_free(&s.ring);
}

/* Packing keeps what the marks promise, and no more: a mark follows the slots that it covered. */
static void packing_remaps_marks(void)
{
    static scene s;
    memset(&s, 0, sizeof s);
    CHECK(hg_ring_init(&s.ring, 320) == 0);
    CHECK(hg_ring_reserve_marks(&s.ring, MEMBERS) == 0);
    for (uint32_t m = 0; m < 300; m++)
        place(&s, m, 10 + m);
    for (uint32_t id = 0; id <= 300; id++)
        hg_ring_set_mark(&s.ring, id, id);
    hg_ring_set_mark(&s.ring, 301, HG_NONE);
    CHECK(hg_ring_mark(&s.ring, 301) == 300);
    for (uint32_t m = 0; m < 300; m++)
        if (m % 3 == 0 || (m > 100 && m < 200))
            drop(&s, m);
    CHECK(hg_ring_reserve(&s.ring, SLOTS(&s)) == 0);
    uint32_t held_below = 0;
    for (uint32_t id = 0; id <= 300; id++) {
        CHECK(hg_ring_mark(&s.ring, id) == held_below);
        held_below += s.rows[id].held;
    }
    CHECK(hg_ring_mark(&s.ring, 301) == s.ring.held_count);
    is_valid(&s);
    hg_ring_free(&s.ring);
}

static void a_long_reopened_list_forgets_the_marks(void)
{
    static scene s;
    memset(&s, 0, sizeof s);
    CHECK(hg_ring_init(&s.ring, 128) == 0);
    CHECK(hg_ring_reserve_marks(&s.ring, 1) == 0);
    for (uint32_t m = 0; m < 100; m++)
        place(&s, m, 10 + m);
    hg_ring_reopen(&s.ring, 5);
    CHECK(s.ring.reopened_count == 0); /* no mark, nothing to note */
    hg_ring_set_mark(&s.ring, 0, 90);
    hg_ring_reopen(&s.ring, 90);
    CHECK(s.ring.reopened_count == 0);
    for (uint32_t k = 0; k < HG_REOPENED_MAX; k++) {
        hg_ring_reopen(&s.ring, 80 - 2 * k);
        hg_ring_reopen(&s.ring, 80 - 2 * k);
        CHECK(s.ring.reopened_count == k + 1 && s.ring.reopened[0] == 80 - 2 * k);
    }
    is_valid(&s);
    hg_ring_hide(&s.ring, 80);
    CHECK(s.ring.reopened_count == HG_REOPENED_MAX - 1);
    hg_ring_reopen(&s.ring, 80);
    CHECK(s.ring.reopened_count == HG_REOPENED_MAX - 1); /* not live */
    CHECK(hg_ring_show(&s.ring, 80, 90, 80));
    CHECK(s.ring.reopened_count == HG_REOPENED_MAX && hg_ring_mark(&s.ring, 0) == 90);
    hg_ring_reopen(&s.ring, 3);
    CHECK(s.ring.reopened_count == 0 && hg_ring_mark(&s.ring, 0) == 0);
    hg_ring_reopen(&s.ring, 3);
    CHECK(s.ring.reopened_count == 0); /* no mark is left to be corrected */
    is_valid(&s);
    hg_ring_free(&s.ring);
}

/* Three levels deep: few live slots, far apart, in a ring of millions. */
static void sparse_rings_are_searched(void)
{
    enum { MANY = 1 << 22 };
    hg_ring ring;
    const char *reason;
    const uint32_t kept[] = {3, 64, 4095, 4096, 262143, 262144, 1000000, MANY - 1};
    uint32_t *slots = malloc(MANY * sizeof *slots);
    CHECK(slots != NULL && hg_ring_init(&ring, MANY) == 0);
    for (uint32_t m = 0; m < MANY; m++)
        CHECK(hg_ring_place(&ring, m, m, slots, sizeof *slots) == m);
    uint32_t next_kept = 0;
    for (uint32_t m = 0; m < MANY; m++)
        if (next_kept < 8 && m == kept[next_kept])
            next_kept++;
        else
            hg_ring_drop(&ring, m);
    uint32_t from = 0;
    for (uint32_t k = 0; k < 8; k++) {
        CHECK(hg_ring_next(&ring, from) == kept[k] && hg_ring_next(&ring, kept[k]) == kept[k]);
        from = kept[k] + 1;
    }
    CHECK(hg_ring_next(&ring, from) == HG_NONE);
    CHECK_VALID(hg_ring_validate(&ring, slots, sizeof *slots, &reason), reason);
    CHECK(hg_ring_reserve(&ring, slots, sizeof *slots) == 0 && ring.tail == 8 && ring.capacity == MANY);
    for (uint32_t k = 0; k < 8; k++)
        CHECK(slots[kept[k]] == k && hg_ring_agent(&ring, k) == kept[k]);
    CHECK_VALID(hg_ring_validate(&ring, slots, sizeof *slots, &reason), reason);
    hg_ring_free(&ring);
    free(slots);
}

static void failed_allocations_change_nothing(void)
{
    static scene s;
    hg_ring copy, before;
    memset(&s, 0, sizeof s);
    hg_alloc_fail_after(0);
    CHECK(hg_ring_init(&s.ring, 8) == -1 && s.ring.capacity == 0 && s.ring.key == NULL);
    CHECK(hg_ring_reserve(&s.ring, SLOTS(&s)) == -1);
    hg_alloc_fail_after(HG_ALLOC_ALWAYS);
    CHECK(hg_ring_init(&s.ring, 8) == 0);
    CHECK(hg_ring_reserve_marks(&s.ring, 3) == 0);
    for (uint32_t m = 0; m < 8; m++)
        place(&s, m, 10 + m);
    hg_ring_set_mark(&s.ring, 2, 4);
    hg_ring_reopen(&s.ring, 1);
    CHECK(hg_ring_carry(&s.ring, 1) == 0);
    for (uint32_t m = 0; m < 8; m++)
        hg_ring_carried(&s.ring, 0)[s.rows[m].slot] = carried_by(m, 0);
    memcpy(&before, &s.ring, sizeof before);
    memset(&copy, 0x5a, sizeof copy);
    hg_ring untouched;
    memcpy(&untouched, &copy, sizeof copy);
    hg_alloc_fail_after(0);
    CHECK(hg_ring_reserve(&s.ring, SLOTS(&s)) == -1);
    CHECK(hg_ring_reserve_marks(&s.ring, 1000) == -1);
    CHECK(hg_ring_carry(&s.ring, 2) == -1);
    hg_alloc_fail_after(1);
    CHECK(hg_ring_reserve(&s.ring, SLOTS(&s)) == -1);
    for (uint64_t successes = 0; successes < 3; successes++) {
        hg_alloc_fail_after(successes);
        CHECK(hg_ring_copy(&copy, &s.ring) == -1);
    }
    hg_alloc_fail_after(3);
    CHECK(memcmp(&before, &s.ring, sizeof before) == 0 && memcmp(&copy, &untouched, sizeof copy) == 0);
    is_valid(&s);
    order_agrees(&s);
    CHECK(hg_ring_mark(&s.ring, 2) == 4);
    CHECK(hg_ring_copy(&copy, &s.ring) == 0);
    hg_alloc_fail_after(HG_ALLOC_ALWAYS);
    hg_ring_free(&copy);
    hg_ring_free(&s.ring);
}

static void damage_is_reported(void)
{
    static scene s;
    const char *reason;
    memset(&s, 0, sizeof s);
    CHECK(hg_ring_init(&s.ring, 16) == 0 && hg_ring_reserve_marks(&s.ring, 1) == 0);
    for (uint32_t m = 0; m < 10; m++)
        place(&s, m, 10 + m);
    hg_ring_hide(&s.ring, 4);
    hg_ring_set_mark(&s.ring, 0, 6);
    hg_ring_reopen(&s.ring, 1);
    uint32_t *const numbers[] = {&s.ring.head,      &s.ring.live_count,     &s.ring.held_count,
                                 &s.ring.member[3], &s.ring.reopened_count, &s.rows[5].slot,
                                 &s.ring.mark[0]};
    for (uint32_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
        is_valid(&s);
        *numbers[k] += 1;
        CHECK(!hg_ring_validate(&s.ring, SLOTS(&s), &reason) && reason != NULL);
        *numbers[k] -= 1;
    }
    uint64_t *const words[] = {&s.ring.live[0], &hg_ring_summary(&s.ring)[0], &hg_ring_top(&s.ring)[0]};
    for (uint32_t k = 0; k < 3; k++)
        for (uint32_t bit = 0; bit < 64; bit++) {
            *words[k] ^= UINT64_C(1) << bit;
            CHECK(!hg_ring_validate(&s.ring, SLOTS(&s), &reason) && reason != NULL);
            *words[k] ^= UINT64_C(1) << bit;
        }
    uint32_t *const limits[] = {&s.ring.mark_limit, &s.ring.mark_count, &s.ring.tail, &s.ring.reopened_count,
                                &s.ring.reopened[0]};
    const uint32_t wrong[] = {11, 17, 17, HG_REOPENED_MAX + 1, 4};
    for (uint32_t k = 0; k < sizeof limits / sizeof *limits; k++) {
        uint32_t right = *limits[k];
        *limits[k] = wrong[k];
        CHECK(!hg_ring_validate(&s.ring, SLOTS(&s), &reason) && reason != NULL);
        *limits[k] = right;
    }
    s.ring.member[12] = 30;
    CHECK(!hg_ring_validate(&s.ring, NULL, 0, &reason) && reason != NULL);
    s.ring.member[12] = HG_NONE;
    is_valid(&s);
    s.ring.key[7] = s.ring.key[6];
    CHECK(!hg_ring_validate(&s.ring, NULL, 0, &reason) && reason != NULL);
    hg_ring_free(&s.ring);
}

int main(void)
{
    operations_agree_with_a_list(1, 0, 10);
    operations_agree_with_a_list(2, 8, 60);
    operations_agree_with_a_list(3, 4096, 0);
    operations_agree_with_a_list(4, 4096, 100);
    operations_agree_with_a_list(5, 400, 30);
    empty_rings();
    a_hidden_member_returns_to_its_place();
    shifts_go_the_shorter_way();
    free_slots_are_used_again();
    marks_survive_more_room();
    a_full_tail_is_reported_and_packed();
    packing_remaps_marks();
    a_long_reopened_list_forgets_the_marks();
    sparse_rings_are_searched();
    failed_allocations_change_nothing();
    damage_is_reported();
    return 0;
}
