#include "huntgroup/wait_queue.h"

#include <string.h>

#include "check.h"

enum { ROWS = 600 };

/* A row as the machine has it: the node is neither first nor alone. */
typedef struct row {
    uint64_t before;
    hg_wait_node node;
    uint16_t after;
} row;

static row rows[ROWS];
#define NODES ((void *)&rows[0].node), sizeof(row)

/* The naive model: rows in order in a plain array. */
static uint32_t sorted[ROWS];
static uint32_t sorted_count;
static uint32_t root;

static int naive_less(uint32_t a, uint32_t b)
{
    const hg_wait_node *x = &rows[a].node, *y = &rows[b].node;
    const int64_t left[3] = {x->key, x->queued_at_ns, x->id}, right[3] = {y->key, y->queued_at_ns, y->id};
    for (int k = 0; k < 3; k++)
        if (left[k] != right[k])
            return left[k] < right[k];
    return 0;
}

static uint32_t naive_place(uint32_t r)
{
    uint32_t place = 0;
    while (place < sorted_count && naive_less(sorted[place], r))
        place++;
    return place;
}

static void insert(uint32_t r)
{
    uint32_t place = naive_place(r);
    memmove(&sorted[place + 1], &sorted[place], (sorted_count - place) * sizeof *sorted);
    sorted[place] = r;
    sorted_count++;
    hg_wait_insert(&root, NODES, r);
}

static void withdraw(uint32_t r)
{
    uint32_t place = naive_place(r);
    sorted_count--;
    memmove(&sorted[place], &sorted[place + 1], (sorted_count - place) * sizeof *sorted);
    hg_wait_remove(&root, NODES, r);
}

static void order_agrees(void)
{
    const char *reason;
    CHECK_VALID(hg_wait_validate(root, NODES, &reason), reason);
    CHECK(hg_wait_count(root, NODES) == sorted_count);
    uint32_t r = hg_wait_first(root, NODES);
    for (uint32_t place = 0; place < sorted_count; place++, r = hg_wait_next(NODES, r)) {
        CHECK(r == sorted[place]);
        CHECK(hg_wait_rank(NODES, r) == place);
    }
    CHECK(r == HG_NONE);
}

static void operations_agree_with_a_sorted_array(uint64_t seed, uint32_t key_range)
{
    dice d = {seed};
    static bool in[ROWS];
    int64_t next_id = 1;
    memset(in, 0, sizeof in);
    memset(rows, 0xee, sizeof rows);
    sorted_count = 0;
    root = HG_NONE;
    for (uint32_t step = 0; step < 60000; step++) {
        uint32_t r = dice_below(&d, ROWS);
        uint32_t fill = (step / 10000) % 2 ? 5 : 95;
        bool wanted = dice_below(&d, 100) < fill;
        if (wanted && !in[r]) {
            rows[r].node.key = (int64_t)dice_below(&d, key_range) - key_range / 2;
            rows[r].node.queued_at_ns = dice_below(&d, key_range);
            rows[r].node.id = next_id++;
            insert(r);
        } else if (!wanted && in[r]) {
            withdraw(r);
        }
        in[r] = wanted;
        uint32_t other = dice_below(&d, ROWS);
        if (in[r] && in[other])
            CHECK(hg_wait_less(NODES, r, other) == naive_less(r, other));
        CHECK(hg_wait_first(root, NODES) == (sorted_count ? sorted[0] : HG_NONE));
        if (step % 100 == 0 || sorted_count < 8)
            order_agrees();
    }
    while (sorted_count != 0)
        withdraw(sorted[dice_below(&d, sorted_count)]);
    CHECK(root == HG_NONE);
    for (uint32_t r = 0; r < ROWS; r++)
        CHECK(rows[r].before == UINT64_C(0xeeeeeeeeeeeeeeee) && rows[r].after == 0xeeee);
}

static uint32_t depth_of(const hg_wait_node *nodes, uint32_t r)
{
    uint32_t depth = 0;
    for (; r != HG_NONE; r = nodes[r].parent)
        depth++;
    return depth;
}

/* Arrivals in order are the usual case and the worst one for a tree that does not balance. */
static void ordered_arrivals_stay_shallow(void)
{
    enum { MANY = 200000 };
    hg_wait_node *nodes = calloc(MANY, sizeof *nodes);
    uint32_t top = HG_NONE, deepest = 0;
    CHECK(nodes != NULL);
    for (uint32_t r = 0; r < MANY; r++) {
        nodes[r] = (hg_wait_node){.key = r, .queued_at_ns = r, .id = r + 1};
        hg_wait_insert(&top, nodes, sizeof *nodes, r);
    }
    for (uint32_t r = 0; r < MANY; r++) {
        uint32_t depth = depth_of(nodes, r);
        deepest = depth > deepest ? depth : deepest;
    }
    CHECK(deepest < 64);
    const char *reason;
    CHECK_VALID(hg_wait_validate(top, nodes, sizeof *nodes, &reason), reason);
    for (uint32_t r = 0; r < MANY; r++) {
        CHECK(hg_wait_first(top, nodes, sizeof *nodes) == r);
        hg_wait_remove(&top, nodes, sizeof *nodes, r);
    }
    CHECK(top == HG_NONE);
    free(nodes);
}

/* The shape follows from the set, not from the way there: replays and forks agree. */
static void shape_does_not_depend_on_history(void)
{
    enum { FEW = 200 };
    static hg_wait_node up[FEW], down[FEW];
    uint32_t up_root = HG_NONE, down_root = HG_NONE;
    for (uint32_t r = 0; r < FEW; r++)
        up[r] = down[r] = (hg_wait_node){.key = (r * 37) % 50, .queued_at_ns = r % 7, .id = r + 1};
    for (uint32_t r = 0; r < FEW; r++)
        hg_wait_insert(&up_root, up, sizeof *up, r);
    for (uint32_t r = FEW; r-- > 0;)
        hg_wait_insert(&down_root, down, sizeof *down, r);
    for (uint32_t r = 0; r < FEW; r += 3)
        hg_wait_remove(&down_root, down, sizeof *down, r);
    for (uint32_t r = 0; r < FEW; r += 3)
        hg_wait_insert(&down_root, down, sizeof *down, r);
    CHECK(up_root == down_root);
    CHECK(memcmp(up, down, sizeof up) == 0);
}

static void extremes_are_ordered(void)
{
    hg_wait_node nodes[4] = {
        {.key = INT64_MAX, .queued_at_ns = INT64_MAX, .id = INT64_MAX},
        {.key = INT64_MIN, .queued_at_ns = INT64_MAX, .id = 1},
        {.key = INT64_MIN, .queued_at_ns = INT64_MIN, .id = 3},
        {.key = INT64_MIN, .queued_at_ns = INT64_MIN, .id = 2},
    };
    const uint32_t expected[4] = {3, 2, 1, 0};
    uint32_t top = HG_NONE;
    for (uint32_t r = 0; r < 4; r++)
        hg_wait_insert(&top, nodes, sizeof *nodes, r);
    uint32_t r = hg_wait_first(top, nodes, sizeof *nodes);
    for (uint32_t place = 0; place < 4; place++, r = hg_wait_next(nodes, sizeof *nodes, r))
        CHECK(r == expected[place]);
    CHECK(r == HG_NONE);
    CHECK(!hg_wait_less(nodes, sizeof *nodes, 2, 2));
}

static void damage_is_reported(void)
{
    const char *reason;
    hg_wait_node nodes[8], sound[8];
    uint32_t top = HG_NONE;
    for (uint32_t r = 0; r < 8; r++)
        nodes[r] = (hg_wait_node){.key = r, .id = r + 1};
    for (uint32_t r = 0; r < 8; r++)
        hg_wait_insert(&top, nodes, sizeof *nodes, r);
    memcpy(sound, nodes, sizeof nodes);
    CHECK(hg_wait_validate(top, nodes, sizeof *nodes, &reason) && reason == NULL);
    for (uint32_t r = 0; r < 8; r++) {
        nodes[r].key = nodes[r].key < 4 ? 100 : -100;
        CHECK(!hg_wait_validate(top, nodes, sizeof *nodes, &reason) && reason != NULL);
        memcpy(nodes, sound, sizeof nodes);
        nodes[r].size++;
        CHECK(!hg_wait_validate(top, nodes, sizeof *nodes, &reason) && reason != NULL);
        memcpy(nodes, sound, sizeof nodes);
    }
}

int main(void)
{
    root = HG_NONE;
    order_agrees();
    for (uint64_t seed = 1; seed <= 5; seed++)
        operations_agree_with_a_sorted_array(seed, seed % 2 ? 1000000 : 4);
    ordered_arrivals_stay_shallow();
    shape_does_not_depend_on_history();
    extremes_are_ordered();
    damage_is_reported();
    return 0;
}
