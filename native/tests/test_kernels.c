#include "huntgroup/kernels.h"

#include <string.h>

#include "check.h"

enum { LENGTHS = 301, OFFSETS = 8, WORDS = (LENGTHS + 63) / 64 };

typedef struct columns {
    uint64_t *live;
    uint64_t *a;
    uint64_t *b;
} columns;

/* Ends where its block ends, so that a checked build sees a read of one word too many. */
static uint64_t *column(uint32_t words, uint32_t offset, void **block)
{
    size_t bytes = ((size_t)words + offset) * sizeof(uint64_t);
    uint64_t *made = malloc(bytes == 0 ? 1 : bytes);
    CHECK(made != NULL);
    *block = made;
    return made + offset;
}

/* The answer by definition, a slot at a time. */
static uint32_t plain(const columns *c, uint64_t mask_a, uint64_t want_a, uint64_t mask_b, uint64_t want_b,
                      uint32_t from, uint32_t to)
{
    for (uint32_t slot = from; slot < to; slot++)
        if ((c->live[slot / 64] >> (slot % 64) & 1) && (c->a[slot] & mask_a) == want_a &&
            (c->b[slot] & mask_b) == want_b)
            return slot;
    return to;
}

static void compare(const columns *c, uint64_t mask_a, uint64_t want_a, uint64_t mask_b, uint64_t want_b,
                    uint32_t from, uint32_t to)
{
    CHECK(hg_first_match(c->live, c->a, mask_a, want_a, from, to) ==
          plain(c, mask_a, want_a, 0, 0, from, to));
    CHECK(hg_first_match_two(c->live, c->a, mask_a, want_a, c->b, mask_b, want_b, from, to) ==
          plain(c, mask_a, want_a, mask_b, want_b, from, to));
}

/* How dense: 0 none, 3 all. */
static uint64_t random_word(dice *d, uint32_t density)
{
    switch (density) {
    case 0:
        return 0;
    case 1:
        return dice_roll(d) & dice_roll(d) & dice_roll(d) & dice_roll(d);
    case 2:
        return dice_roll(d);
    default:
        return UINT64_MAX;
    }
}

static void every_length_and_alignment(void)
{
    dice d = {7};
    for (uint32_t length = 0; length < LENGTHS; length++) {
        for (uint32_t offset = 0; offset < OFFSETS; offset++) {
            void *blocks[3];
            columns c = {column((length + 63) / 64, offset % 3, &blocks[0]),
                         column(length, offset, &blocks[1]),
                         column(length, offset * 3 % OFFSETS, &blocks[2])};
            for (uint32_t word = 0; word < (length + 63) / 64; word++)
                c.live[word] = random_word(&d, dice_below(&d, 4));
            /* Few different signatures, so that some fit and most do not. */
            for (uint32_t slot = 0; slot < length; slot++) {
                c.a[slot] = (uint64_t)dice_below(&d, 8) << 60 | dice_below(&d, 4);
                c.b[slot] = (uint64_t)dice_below(&d, 4) << 31 | (dice_roll(&d) & 0xff00);
            }
            for (uint32_t round = 0; round < 12; round++) {
                uint64_t mask_a = UINT64_C(0xE000000000000003);
                uint64_t want_a = (uint64_t)dice_below(&d, 8) << 60 | dice_below(&d, 4);
                uint64_t mask_b = UINT64_C(3) << 31;
                uint64_t want_b = (uint64_t)dice_below(&d, 4) << 31;
                uint32_t to = round == 0 ? length : dice_below(&d, length + 1);
                uint32_t from = round < 2 ? 0 : dice_below(&d, length + 70);
                compare(&c, mask_a, want_a & mask_a, mask_b, want_b, from, to);
                compare(&c, 1, 1, 0, 0, from, to);
                compare(&c, 0, 0, 0, 0, from, to);
                /* Wanted outside of the mask: nobody can fit. */
                compare(&c, 0, 1, mask_b, want_b, from, to);
            }
            for (int k = 0; k < 3; k++)
                free(blocks[k]);
        }
    }
}

/* One slot alone fits, and it is the only one, or all but the last are decoys that are not live. */
static void one_slot_among_many(void)
{
    enum { SLOTS = WORDS * 64 };
    uint64_t live[WORDS], a[SLOTS], b[SLOTS];
    for (uint32_t slot = 0; slot < SLOTS; slot++) {
        memset(live, 0xff, sizeof live);
        memset(a, 0, sizeof a);
        memset(b, 0, sizeof b);
        a[slot] = UINT64_C(1) << (slot % 64);
        b[slot] = UINT64_C(1) << 63;
        CHECK(hg_first_match(live, a, a[slot], a[slot], 0, SLOTS) == slot);
        CHECK(hg_first_match(live, a, a[slot], a[slot], slot, SLOTS) == slot);
        CHECK(hg_first_match(live, a, a[slot], a[slot], slot + 1, SLOTS) == SLOTS);
        CHECK(hg_first_match(live, a, a[slot], a[slot], 0, slot) == slot);
        CHECK(hg_first_match_two(live, a, a[slot], a[slot], b, b[slot], b[slot], 0, SLOTS) == slot);
        live[slot / 64] &= ~(UINT64_C(1) << (slot % 64));
        CHECK(hg_first_match(live, a, a[slot], a[slot], 0, SLOTS) == SLOTS);
        CHECK(hg_first_match_two(live, a, a[slot], a[slot], b, b[slot], b[slot], 0, SLOTS) == SLOTS);
    }
}

static void names(void)
{
    CHECK(strcmp(hg_kernels_name(0), "scalar") == 0);
    uint32_t count = 0;
    while (hg_kernels_name(count) != NULL)
        count++;
    CHECK(hg_kernels_use(NULL));
    CHECK(strcmp(hg_kernels_in_use(), hg_kernels_name(count - 1)) == 0);
    CHECK(!hg_kernels_use("sca"));
    CHECK(!hg_kernels_use(""));
    CHECK(strcmp(hg_kernels_in_use(), hg_kernels_name(count - 1)) == 0);
}

int main(void)
{
    /* Before anything was said: the best, chosen by the first search. */
    uint64_t live = 6, signature[3] = {1, 0, 1};
    CHECK(hg_first_match(&live, signature, 1, 1, 0, 3) == 2);
    names();
    for (uint32_t k = 0; hg_kernels_name(k) != NULL; k++) {
        CHECK(hg_kernels_use(hg_kernels_name(k)));
        CHECK(strcmp(hg_kernels_in_use(), hg_kernels_name(k)) == 0);
        printf("%s\n", hg_kernels_in_use());
        every_length_and_alignment();
        one_slot_among_many();
    }
    return 0;
}
