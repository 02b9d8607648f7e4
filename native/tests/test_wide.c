#include "huntgroup/wide.h"

#include "check.h"

static void products_of_powers_of_two_are_one_bit(void)
{
    for (int a = 0; a < 64; a++)
        for (int b = 0; b < 64; b++) {
            const hg_wide p = hg_wide_product((uint64_t)1 << a, (uint64_t)1 << b);
            CHECK(p.low == (a + b < 64 ? (uint64_t)1 << (a + b) : 0));
            CHECK(p.high == (a + b < 64 ? 0 : (uint64_t)1 << (a + b - 64)));
        }
}

static void the_largest_product_is_known(void)
{
    /* (2^64 - 1)^2 = 2^128 - 2^65 + 1 */
    const hg_wide p = hg_wide_product(UINT64_MAX, UINT64_MAX);
    CHECK(p.high == UINT64_MAX - 1 && p.low == 1);
}

/* (a + 1) * b = a * b + b: each product follows from the one before it, with a carry counted by hand. */
static void products_follow_from_their_neighbours(void)
{
    dice d = {1};
    for (int round = 0; round < 100000; round++) {
        const uint64_t a = dice_roll(&d) >> dice_below(&d, 64), b = dice_roll(&d) >> dice_below(&d, 64);
        if (a == UINT64_MAX)
            continue;
        hg_wide p = hg_wide_product(a, b);
        const hg_wide q = hg_wide_product(a + 1, b);
        p.low += b;
        p.high += p.low < b;
        CHECK(p.high == q.high && p.low == q.low);
    }
}

static void ratios_compare_by_both_words(void)
{
    const uint64_t most = UINT64_MAX;
    CHECK(hg_wide_less(most, most - 1, most, most));
    CHECK(!hg_wide_less(most, most, most, most));
    CHECK(!hg_wide_less(most, most, most, most - 1));
    CHECK(hg_wide_less(0, most, 1, 1));
    CHECK(!hg_wide_less(0, most, 0, 1));
    CHECK(hg_wide_less(3, 5, 4, 4));
}

static void a_divisor_divides_both_and_nothing_greater_does(void)
{
    for (uint32_t a = 0; a < 120; a++)
        for (uint32_t b = 0; b < 120; b++) {
            uint32_t most = a > b ? a : b;
            if (a && b)
                for (most = a < b ? a : b; a % most || b % most; most--)
                    ;
            CHECK(hg_gcd(a, b) == most);
        }
    CHECK(hg_gcd(UINT32_MAX, UINT32_MAX) == UINT32_MAX);
    CHECK(hg_gcd(UINT32_MAX, UINT32_MAX - 1) == 1);
}

int main(void)
{
    products_of_powers_of_two_are_one_bit();
    the_largest_product_is_known();
    products_follow_from_their_neighbours();
    ratios_compare_by_both_words();
    a_divisor_divides_both_and_nothing_greater_does();
    return 0;
}
