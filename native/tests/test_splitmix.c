#include "huntgroup/splitmix.h"

#include "check.h"

/* The first outputs of the published generator from seed 0 and from seed 1234567: its state goes up by the
 * golden gamma before each output, as x does within hg_splitmix64. */
static void published_outputs_are_met(void)
{
    const uint64_t gamma = UINT64_C(0x9E3779B97F4A7C15);
    CHECK(hg_splitmix64(0) == UINT64_C(0xE220A8397B1DCDAF));
    CHECK(hg_splitmix64(gamma) == UINT64_C(0x6E789E6AA1B965F4));
    CHECK(hg_splitmix64(1234567) == UINT64_C(6457827717110365317));
    CHECK(hg_splitmix64(1234567 + gamma) == UINT64_C(3203168211198807973));
}

/* Undoes x ^= x >> shift. */
static uint64_t unshift(uint64_t x, int shift)
{
    uint64_t y = x;
    for (int bits = shift; bits < 64; bits += shift)
        y = x ^ (y >> shift);
    return y;
}

/* The inverse of an odd number modulo 2^64, by Newton's iteration. */
static uint64_t inverse(uint64_t odd)
{
    uint64_t guess = odd;
    for (int round = 0; round < 6; round++)
        guess *= 2 - odd * guess;
    return guess;
}

static void every_output_leads_back_to_its_input(void)
{
    uint64_t x = 1;
    for (int round = 0; round < 100000; round++, x = x * 6364136223846793005u + 1) {
        uint64_t z = unshift(hg_splitmix64(x), 31);
        z = unshift(z * inverse(UINT64_C(0x94D049BB133111EB)), 27);
        z = unshift(z * inverse(UINT64_C(0xBF58476D1CE4E5B9)), 30);
        CHECK(z - UINT64_C(0x9E3779B97F4A7C15) == x);
    }
}

int main(void)
{
    published_outputs_are_met();
    every_output_leads_back_to_its_input();
    return 0;
}
