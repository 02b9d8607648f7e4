/* What the variants of the searches in huntgroup/kernels.h have in common. Not for users of the library. */
#ifndef HUNTGROUP_SRC_KERNELS_H
#define HUNTGROUP_SRC_KERNELS_H

#include "huntgroup/kernels.h"

#if defined(__x86_64__)
#define HG_KERNELS_X86 1
#elif defined(__aarch64__) && defined(__ARM_NEON)
#define HG_KERNELS_NEON 1
#endif

typedef uint32_t hg_match_one(const uint64_t *live, const uint64_t *signature, uint64_t mask, uint64_t want,
                              uint32_t from, uint32_t to);
typedef uint32_t hg_match_two(const uint64_t *live, const uint64_t *a, uint64_t mask_a, uint64_t want_a,
                              const uint64_t *b, uint64_t mask_b, uint64_t want_b, uint32_t from,
                              uint32_t to);

typedef struct hg_kernels {
    const char *name;
    hg_match_one *one;
    hg_match_two *two;
} hg_kernels;

/* The live bits of word `word` that lie in [from, to). from / 64 <= word and word * 64 < to. */
static inline uint64_t hg_live_between(const uint64_t *live, uint32_t word, uint32_t from, uint32_t to)
{
    uint64_t bits = live[word];
    if (word == from >> 6)
        bits = bits >> (from & 63) << (from & 63);
    if (to - word * 64 < 64)
        bits &= (UINT64_C(1) << (to & 63)) - 1;
    return bits;
}

/* How many slots of word `word` lie below `to`. word * 64 < to. */
static inline uint32_t hg_room_in(uint32_t word, uint32_t to)
{
    return to - word * 64 < 64 ? to - word * 64 : 64;
}

/* Which of the slots here whose bits are set fit, one after the other: what takes least time for a few. */
static inline uint64_t hg_fitting_few(const uint64_t *here, uint64_t mask, uint64_t want, uint64_t bits)
{
    uint64_t found = 0;
    for (; bits != 0; bits &= bits - 1)
        if ((here[hg_lowest_bit(bits)] & mask) == want)
            found |= bits & -bits;
    return found;
}

/* Which of the slots here whose bits are set fit: (here[k] & mask) == want. `room` of them may be loaded. */
typedef uint64_t hg_fitting(const uint64_t *here, uint64_t mask, uint64_t want, uint64_t bits, uint32_t room);

/* The searches of a variant that tests a word of slots at once: both are this walk over the words, `b` NULL
 * where one column is all. Inlined into each, so that `fitting` and the test of `b` are constants there. */
__attribute__((always_inline)) static inline uint32_t
hg_first_fitting(hg_fitting *fitting, const uint64_t *live, const uint64_t *a, uint64_t mask_a,
                 uint64_t want_a, const uint64_t *b, uint64_t mask_b, uint64_t want_b, uint32_t from,
                 uint32_t to)
{
    if (from >= to)
        return to;
    for (uint32_t word = from >> 6; word <= (to - 1) >> 6; word++) {
        uint64_t bits = hg_live_between(live, word, from, to);
        if (bits == 0)
            continue;
        uint32_t room = hg_room_in(word, to);
        bits = fitting(a + (size_t)word * 64, mask_a, want_a, bits, room);
        if (b != NULL && bits != 0)
            bits = fitting(b + (size_t)word * 64, mask_b, want_b, bits, room);
        if (bits != 0)
            return word * 64 + hg_lowest_bit(bits);
    }
    return to;
}

hg_match_one hg_match_one_scalar;
hg_match_two hg_match_two_scalar;
#ifdef HG_KERNELS_X86
hg_match_one hg_match_one_avx2;
hg_match_two hg_match_two_avx2;
hg_match_one hg_match_one_avx512;
hg_match_two hg_match_two_avx512;
#endif
#ifdef HG_KERNELS_NEON
hg_match_one hg_match_one_neon;
hg_match_two hg_match_two_neon;
#endif

#endif
