#include "huntgroup/id_table.h"

#include <string.h>

#include "check.h"
#include "huntgroup/hg_alloc.h"

enum { LIVE_MAX = 3000 };

typedef struct pair {
    int64_t id;
    uint32_t row;
} pair;

/* The naive model: a plain list, searched from the front. */
typedef struct list {
    pair pairs[LIVE_MAX];
    uint32_t count;
} list;

static void agrees(const hg_ids *ids, const list *model)
{
    const char *reason;
    CHECK_VALID(hg_ids_validate(ids, &reason), reason);
    CHECK(ids->count == model->count);
    for (uint32_t k = 0; k < model->count; k++)
        CHECK(hg_ids_get(ids, model->pairs[k].id) == model->pairs[k].row);
}

/* Ids ascend; most go soon, a few stay for the whole run, as interactions do. */
static void operations_agree_with_a_list(uint64_t seed)
{
    dice d = {seed};
    static list model;
    model.count = 0;
    hg_ids ids;
    int64_t last_id = 0;
    CHECK(hg_ids_init(&ids, 0) == 0);
    for (uint32_t step = 0; step < 200000; step++) {
        uint32_t target = (step / 20000) % 2 ? 50 : LIVE_MAX - 10;
        if (model.count < LIVE_MAX && (model.count == 0 || dice_below(&d, 2 * target) >= model.count)) {
            pair new = {last_id += 1 + dice_below(&d, 3), dice_below(&d, HG_NONE)};
            CHECK(hg_ids_get(&ids, new.id) == HG_NONE);
            CHECK(hg_ids_reserve(&ids, ids.count + 1) == 0);
            hg_ids_put(&ids, new.id, new.row);
            model.pairs[model.count++] = new;
        } else {
            uint32_t k = dice_below(&d, model.count);
            if (dice_below(&d, 8) == 0) {
                model.pairs[k].row = dice_below(&d, HG_NONE);
                hg_ids_put(&ids, model.pairs[k].id, model.pairs[k].row);
            } else if (model.pairs[k].id % 97 != 0) {
                hg_ids_remove(&ids, model.pairs[k].id);
                hg_ids_remove(&ids, model.pairs[k].id);
                CHECK(hg_ids_get(&ids, model.pairs[k].id) == HG_NONE);
                model.pairs[k] = model.pairs[--model.count];
            }
        }
        if (step % 1000 == 0)
            agrees(&ids, &model);
    }
    agrees(&ids, &model);
    hg_ids_free(&ids);
}

static void edges(void)
{
    hg_ids ids = {0};
    const char *reason;
    CHECK_VALID(hg_ids_validate(&ids, &reason), reason);
    CHECK(hg_ids_get(&ids, 1) == HG_NONE);
    hg_ids_remove(&ids, 1);
    CHECK(hg_ids_reserve(&ids, (UINT32_C(1) << 30) + 1) == -1);
    CHECK(hg_ids_init(&ids, UINT32_MAX) == -1);
    CHECK(hg_ids_init(&ids, 4) == 0);
    CHECK(ids.capacity == 8);
    hg_ids_put(&ids, 1, 10);
    hg_ids_put(&ids, INT64_MAX, 11);
    CHECK(hg_ids_get(&ids, 1) == 10);
    CHECK(hg_ids_get(&ids, INT64_MAX) == 11);
    CHECK(hg_ids_get(&ids, 0) == HG_NONE);
    CHECK(hg_ids_get(&ids, -1) == HG_NONE);
    CHECK(hg_ids_get(&ids, INT64_MIN) == HG_NONE);
    hg_ids_free(&ids);
    CHECK(hg_ids_get(&ids, 1) == HG_NONE);
}

/* Ids of one home, chosen against the table: the chain wraps past the end and is taken apart in any order. */
static void chains_that_wrap_close_their_gaps(void)
{
    for (uint32_t removed = 0; removed < 6; removed++) {
        hg_ids ids;
        int64_t chain[6];
        uint32_t found = 0;
        CHECK(hg_ids_init(&ids, 32) == 0);
        for (int64_t id = 1; found < 6; id++)
            if (hg_ids_home(&ids, id) >= ids.capacity - 2)
                chain[found++] = id;
        for (uint32_t k = 0; k < 6; k++)
            hg_ids_put(&ids, chain[k], k);
        CHECK(ids.places[0].id != 0);
        hg_ids_remove(&ids, chain[removed]);
        for (uint32_t k = 0; k < 6; k++)
            CHECK(hg_ids_get(&ids, chain[k]) == (k == removed ? HG_NONE : k));
        const char *reason;
        CHECK_VALID(hg_ids_validate(&ids, &reason), reason);
        hg_ids_free(&ids);
    }
}

/* A block of long-lived ids beside the present ones, whatever the distance: searches stay short. */
static void long_lived_blocks_do_not_lengthen_searches(void)
{
    enum { BLOCK = 4096 };
    for (int64_t distance = 2 * BLOCK; distance <= 1 << 24; distance *= 2) {
        hg_ids ids;
        CHECK(hg_ids_init(&ids, 2 * BLOCK) == 0);
        for (int64_t k = 1; k <= BLOCK; k++)
            hg_ids_put(&ids, k, 1);
        for (int64_t k = 1; k <= BLOCK; k++)
            hg_ids_put(&ids, distance + k, 2);
        uint64_t probes = 0;
        for (uint32_t place = 0; place < ids.capacity; place++)
            if (ids.places[place].id != 0)
                probes += ((place - hg_ids_home(&ids, ids.places[place].id)) & (ids.capacity - 1)) + 1;
        CHECK(probes < 10u * 2 * BLOCK);
        hg_ids_free(&ids);
    }
}

static void copies_are_independent(void)
{
    hg_ids ids, copy, empty = {0};
    CHECK(hg_ids_init(&ids, 100) == 0);
    for (int64_t id = 1; id <= 100; id++)
        hg_ids_put(&ids, id, (uint32_t)id * 2);
    CHECK(hg_ids_copy(&copy, &ids) == 0);
    hg_ids_remove(&ids, 50);
    hg_ids_put(&copy, 7, 700);
    CHECK(hg_ids_get(&copy, 50) == 100 && hg_ids_get(&ids, 50) == HG_NONE);
    CHECK(hg_ids_get(&copy, 7) == 700 && hg_ids_get(&ids, 7) == 14);
    hg_ids_free(&ids);
    hg_ids_free(&copy);
    CHECK(hg_ids_copy(&copy, &empty) == 0);
    CHECK(copy.capacity == 0 && copy.places == NULL);
}

static void failed_allocations_change_nothing(void)
{
    hg_ids ids, copy;
    hg_alloc_fail_after(0);
    CHECK(hg_ids_init(&ids, 10) == -1);
    CHECK(ids.capacity == 0 && ids.places == NULL);
    hg_alloc_fail_after(HG_ALLOC_ALWAYS);
    CHECK(hg_ids_init(&ids, 10) == 0);
    for (int64_t id = 1; id <= 10; id++)
        hg_ids_put(&ids, id, (uint32_t)id);
    hg_ids before = ids;
    memset(&copy, 0x5a, sizeof copy);
    hg_ids copy_before = copy;
    hg_alloc_fail_after(0);
    CHECK(hg_ids_reserve(&ids, 1000) == -1);
    CHECK(hg_ids_copy(&copy, &ids) == -1);
    hg_alloc_fail_after(HG_ALLOC_ALWAYS);
    CHECK(memcmp(&before, &ids, sizeof ids) == 0);
    CHECK(memcmp(&copy_before, &copy, sizeof copy) == 0);
    for (int64_t id = 1; id <= 10; id++)
        CHECK(hg_ids_get(&ids, id) == (uint32_t)id);
    hg_ids_free(&ids);
}

static void damage_is_reported(void)
{
    hg_ids ids;
    const char *reason;
    CHECK(hg_ids_init(&ids, 10) == 0);
    hg_ids_put(&ids, 1, 1);
    ids.count = 2;
    CHECK(!hg_ids_validate(&ids, &reason) && reason != NULL);
    ids.count = 1;
    ids.places[hg_ids_home(&ids, 1)].id = 4; /* another line's id, where its own search does not come by */
    CHECK(!hg_ids_validate(&ids, &reason) && reason != NULL);
    hg_ids_free(&ids);
}

int main(void)
{
    for (uint64_t seed = 1; seed <= 3; seed++)
        operations_agree_with_a_list(seed);
    edges();
    chains_that_wrap_close_their_gaps();
    long_lived_blocks_do_not_lengthen_searches();
    copies_are_independent();
    failed_allocations_change_nothing();
    damage_is_reported();
    return 0;
}
