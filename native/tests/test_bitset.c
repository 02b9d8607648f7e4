#include "huntgroup/bitset.h"

#include <string.h>

#include "check.h"

enum { WORDS = 7, BITS = WORDS * 64 };

static uint32_t naive_next(const bool *bits, uint32_t from)
{
    for (uint32_t i = from; i < BITS; i++)
        if (bits[i])
            return i;
    return HG_NONE;
}

static void operations_agree_with_an_array_of_flags(void)
{
    dice d = {1};
    bool bits[BITS] = {false};
    uint64_t words[WORDS] = {0};
    uint32_t count = 0;
    for (int step = 0; step < 300000; step++) {
        uint32_t i = dice_below(&d, BITS);
        /* Sparse and dense phases by turns. */
        bool on = dice_below(&d, 100) < ((step / 10000) % 2 ? 3u : 90u);
        count += on - bits[i];
        bits[i] = on;
        if (on)
            hg_bitset_set(words, i);
        else
            hg_bitset_clear(words, i);
        uint32_t from = dice_below(&d, BITS + 200);
        CHECK(hg_bitset_test(words, i) == on);
        CHECK(hg_bitset_test(words, from % BITS) == bits[from % BITS]);
        CHECK(hg_bitset_next(words, WORDS, from) == naive_next(bits, from));
        CHECK(hg_bitset_count(words, WORDS) == count);
    }
}

static void edges(void)
{
    uint64_t words[WORDS];
    memset(words, 0, sizeof words);
    CHECK(hg_bitset_next(words, WORDS, 0) == HG_NONE);
    CHECK(hg_bitset_next(words, 0, 0) == HG_NONE);
    CHECK(hg_bitset_next(words, WORDS, HG_NONE) == HG_NONE);
    CHECK(hg_bitset_count(words, 0) == 0);
    hg_bitset_set(words, 63);
    hg_bitset_set(words, BITS - 1);
    CHECK(hg_bitset_next(words, WORDS, 63) == 63);
    CHECK(hg_bitset_next(words, WORDS, 64) == BITS - 1);
    CHECK(hg_bitset_next(words, WORDS - 1, 64) == HG_NONE);
    memset(words, 0xff, sizeof words);
    CHECK(hg_bitset_count(words, WORDS) == BITS);
    for (uint32_t i = 0; i < BITS; i++)
        CHECK(hg_bitset_next(words, WORDS, i) == i);
}

int main(void)
{
    operations_agree_with_an_array_of_flags();
    edges();
    return 0;
}
