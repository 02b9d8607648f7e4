/* The searches in plain C: from one live slot to the next. */
#include "kernels.h"

uint32_t hg_match_one_scalar(const uint64_t *live, const uint64_t *signature, uint64_t mask, uint64_t want,
                             uint32_t from, uint32_t to)
{
    if (from >= to)
        return to;
    for (uint32_t word = from >> 6; word <= (to - 1) >> 6; word++) {
        const uint64_t *here = signature + (size_t)word * 64;
        for (uint64_t bits = hg_live_between(live, word, from, to); bits != 0; bits &= bits - 1) {
            uint32_t k = hg_lowest_bit(bits);
            if ((here[k] & mask) == want)
                return word * 64 + k;
        }
    }
    return to;
}

uint32_t hg_match_two_scalar(const uint64_t *live, const uint64_t *a, uint64_t mask_a, uint64_t want_a,
                             const uint64_t *b, uint64_t mask_b, uint64_t want_b, uint32_t from, uint32_t to)
{
    if (from >= to)
        return to;
    for (uint32_t word = from >> 6; word <= (to - 1) >> 6; word++) {
        size_t first = (size_t)word * 64;
        for (uint64_t bits = hg_live_between(live, word, from, to); bits != 0; bits &= bits - 1) {
            uint32_t k = hg_lowest_bit(bits);
            if ((a[first + k] & mask_a) == want_a && (b[first + k] & mask_b) == want_b)
                return word * 64 + k;
        }
    }
    return to;
}
