/* Plain bitsets: arrays of 64-bit words, owned by the caller.
 *
 * Bit i is bit i % 64 of word i / 64. Bits beyond the caller's count must be zero, so no scan has a tail
 * case.
 */
#ifndef HUNTGROUP_BITSET_H
#define HUNTGROUP_BITSET_H

#include "huntgroup/hg_base.h"

static inline void hg_bitset_set(uint64_t *words, uint32_t i)
{
    words[i >> 6] |= UINT64_C(1) << (i & 63);
}

static inline void hg_bitset_clear(uint64_t *words, uint32_t i)
{
    words[i >> 6] &= ~(UINT64_C(1) << (i & 63));
}

static inline bool hg_bitset_test(const uint64_t *words, uint32_t i)
{
    return (words[i >> 6] >> (i & 63)) & 1;
}

/* The first set bit at or after `from`, or HG_NONE; `from` may lie beyond the end. O(words passed over). */
static inline uint32_t hg_bitset_next(const uint64_t *words, uint32_t word_count, uint32_t from)
{
    uint32_t word = from >> 6;
    if (word >= word_count)
        return HG_NONE;
    uint64_t bits = words[word] >> (from & 63) << (from & 63);
    while (bits == 0) {
        if (++word == word_count)
            return HG_NONE;
        bits = words[word];
    }
    return word * 64 + hg_lowest_bit(bits);
}

/* How many bits are set in the first `word_count` words. */
static inline uint32_t hg_bitset_count(const uint64_t *words, uint32_t word_count)
{
    uint32_t count = 0;
    for (uint32_t word = 0; word < word_count; word++)
        count += hg_popcount(words[word]);
    return count;
}

#endif
