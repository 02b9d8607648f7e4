/* The k-th of numbers that lie close together, by counting bits: nothing is compared and nothing is moved.
 */
#ifndef HUNTGROUP_BIT_ORDER_H
#define HUNTGROUP_BIT_ORDER_H

#include "huntgroup/bitset.h"

/* How many words hg_bit_order_find needs for these numbers, and the lowest of them; count > 0. O(count). */
static inline uint32_t hg_bit_order_words(const uint32_t *numbers, uint32_t count, uint32_t *lowest)
{
    uint32_t low = numbers[0], high = numbers[0];
    for (uint32_t i = 1; i < count; i++) {
        low = numbers[i] < low ? numbers[i] : low;
        high = numbers[i] > high ? numbers[i] : high;
    }
    *lowest = low;
    return (high - low) / 64 + 1;
}

/* The place in the list of the number that is the k-th, from 0, in ascending order. The numbers are distinct;
 * k < count. `bits`: so many words, zeroed, as hg_bit_order_words said. O(count + words). */
static inline uint32_t hg_bit_order_find(const uint32_t *numbers, uint32_t count, uint32_t k, uint32_t lowest,
                                         uint64_t *bits)
{
    HG_ASSERT(k < count);
    for (uint32_t i = 0; i < count; i++)
        hg_bitset_set(bits, numbers[i] - lowest);
    uint32_t word = 0;
    for (uint32_t here; (here = hg_popcount(bits[word])) <= k; word++)
        k -= here;
    uint64_t rest = bits[word];
    for (; k != 0; k--)
        rest &= rest - 1;
    uint32_t found = lowest + word * 64 + hg_lowest_bit(rest);
    uint32_t at = 0;
    while (numbers[at] != found)
        at++;
    return at;
}

#endif
