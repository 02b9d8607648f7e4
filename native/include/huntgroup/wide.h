/* Exact arithmetic on ratios of 64-bit numbers: no division, no rounding.
 *
 *     a        x
 *     -   <    -      is asked as      a * y < x * b,      both products 128 bits wide
 *     b        y
 */
#ifndef HUNTGROUP_WIDE_H
#define HUNTGROUP_WIDE_H

#include "huntgroup/hg_base.h"

typedef struct hg_wide {
    uint64_t high, low;
} hg_wide;

/* a * b, exactly, by halves of 32 bits: no compiler's own type is needed. */
static inline hg_wide hg_wide_product(uint64_t a, uint64_t b)
{
    const uint64_t mask = 0xFFFFFFFFu;
    const uint64_t low = (a & mask) * (b & mask);
    const uint64_t left = (a >> 32) * (b & mask);
    const uint64_t right = (a & mask) * (b >> 32);
    const uint64_t carry = ((low >> 32) + (left & mask) + (right & mask)) >> 32;
    return (hg_wide){(a >> 32) * (b >> 32) + (left >> 32) + (right >> 32) + carry, a * b};
}

/* Whether a * b < x * y. */
static inline int hg_wide_less(uint64_t a, uint64_t b, uint64_t x, uint64_t y)
{
    const hg_wide p = hg_wide_product(a, b), q = hg_wide_product(x, y);
    return p.high != q.high ? p.high < q.high : p.low < q.low;
}

/* The greatest common divisor; of 0 and b it is b. O(log). */
static inline uint32_t hg_gcd(uint32_t a, uint32_t b)
{
    while (b) {
        const uint32_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

#endif
