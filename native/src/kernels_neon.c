/* The searches with NEON, two slots at a time, four pairs a step. Every 64-bit ARM processor has it. */
#include "kernels.h"

#ifdef HG_KERNELS_NEON

#include <arm_neon.h>

/* Up to so many live slots in a word of 64 are looked at one by one. */
enum { FEW = 8 };

/* Which of the slots here whose bits are set fit. Groups of eight that reach beyond `room` are not loaded. */
static inline uint64_t fitting_neon(const uint64_t *here, uint64_t mask, uint64_t want, uint64_t bits,
                                    uint32_t room)
{
    if (hg_popcount(bits) <= FEW)
        return hg_fitting_few(here, mask, want, bits);
    uint64x2_t masks = vdupq_n_u64(mask);
    uint64x2_t wants = vdupq_n_u64(want);
    uint64_t found = 0;
    uint32_t k = 0;
    for (; k + 8 <= room; k += 8) {
        uint64x2_t p = vceqq_u64(vandq_u64(vld1q_u64(here + k), masks), wants);
        uint64x2_t q = vceqq_u64(vandq_u64(vld1q_u64(here + k + 2), masks), wants);
        uint64x2_t r = vceqq_u64(vandq_u64(vld1q_u64(here + k + 4), masks), wants);
        uint64x2_t s = vceqq_u64(vandq_u64(vld1q_u64(here + k + 6), masks), wants);
        uint64x2_t any = vorrq_u64(vorrq_u64(p, q), vorrq_u64(r, s));
        /* Seldom does one of the eight fit; which, is then asked one by one. */
        if ((vgetq_lane_u64(any, 0) | vgetq_lane_u64(any, 1)) != 0)
            found |= hg_fitting_few(here, mask, want, bits & (UINT64_C(0xff) << k));
    }
    return k == 64 ? found : found | hg_fitting_few(here, mask, want, bits >> k << k);
}

uint32_t hg_match_one_neon(const uint64_t *live, const uint64_t *signature, uint64_t mask, uint64_t want,
                           uint32_t from, uint32_t to)
{
    return hg_first_fitting(fitting_neon, live, signature, mask, want, NULL, 0, 0, from, to);
}

uint32_t hg_match_two_neon(const uint64_t *live, const uint64_t *a, uint64_t mask_a, uint64_t want_a,
                           const uint64_t *b, uint64_t mask_b, uint64_t want_b, uint32_t from, uint32_t to)
{
    return hg_first_fitting(fitting_neon, live, a, mask_a, want_a, b, mask_b, want_b, from, to);
}

#else

/* ISO C wants something in every file. */
typedef int hg_kernels_neon_not_here;

#endif
