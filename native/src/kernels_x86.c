/* The searches with AVX2, four slots at a time, and AVX-512, eight. The functions are compiled for those
 * units one by one; the rest of the library is not. */
#include "kernels.h"

#ifdef HG_KERNELS_X86

#include <immintrin.h>

/* Up to so many live slots in a word of 64 are looked at one by one. */
enum { FEW_AVX2 = 8, FEW_AVX512 = 4 };

/* ---- AVX2 ---- */

/* All ones in the lanes whose slots fit. */
__attribute__((target("avx2,bmi,popcnt"))) static inline __m256i equal_avx2(const uint64_t *here,
                                                                            __m256i mask, __m256i want)
{
    __m256i words = _mm256_loadu_si256((const __m256i *)here);
    return _mm256_cmpeq_epi64(_mm256_and_si256(words, mask), want);
}

/* The bits of those among 16 slots that fit, 0 if none does, which is what mostly comes out and costs least.
 */
__attribute__((target("avx2,bmi,popcnt"))) static inline uint32_t sixteen_avx2(const uint64_t *here,
                                                                               __m256i mask, __m256i want)
{
    __m256i p = equal_avx2(here, mask, want);
    __m256i q = equal_avx2(here + 4, mask, want);
    __m256i r = equal_avx2(here + 8, mask, want);
    __m256i s = equal_avx2(here + 12, mask, want);
    __m256i any = _mm256_or_si256(_mm256_or_si256(p, q), _mm256_or_si256(r, s));
    if (_mm256_testz_si256(any, any))
        return 0;
    return (uint32_t)_mm256_movemask_pd(_mm256_castsi256_pd(p)) |
           (uint32_t)_mm256_movemask_pd(_mm256_castsi256_pd(q)) << 4 |
           (uint32_t)_mm256_movemask_pd(_mm256_castsi256_pd(r)) << 8 |
           (uint32_t)_mm256_movemask_pd(_mm256_castsi256_pd(s)) << 12;
}

/* Which of the slots here whose bits are set fit. Groups of 16 that reach beyond `room` are not loaded. */
__attribute__((target("avx2,bmi,popcnt"))) static inline uint64_t
fitting_avx2(const uint64_t *here, uint64_t mask, uint64_t want, uint64_t bits, uint32_t room)
{
    if (hg_popcount(bits) <= FEW_AVX2)
        return hg_fitting_few(here, mask, want, bits);
    __m256i masks = _mm256_set1_epi64x((long long)mask);
    __m256i wants = _mm256_set1_epi64x((long long)want);
    uint64_t found = 0;
    uint32_t k = 0;
    for (; k + 16 <= room; k += 16)
        found |= (uint64_t)sixteen_avx2(here + k, masks, wants) << k;
    found &= bits;
    return k == 64 ? found : found | hg_fitting_few(here, mask, want, bits >> k << k);
}

__attribute__((target("avx2,bmi,popcnt"))) uint32_t hg_match_one_avx2(const uint64_t *live,
                                                                      const uint64_t *signature,
                                                                      uint64_t mask, uint64_t want,
                                                                      uint32_t from, uint32_t to)
{
    return hg_first_fitting(fitting_avx2, live, signature, mask, want, NULL, 0, 0, from, to);
}

__attribute__((target("avx2,bmi,popcnt"))) uint32_t hg_match_two_avx2(const uint64_t *live, const uint64_t *a,
                                                                      uint64_t mask_a, uint64_t want_a,
                                                                      const uint64_t *b, uint64_t mask_b,
                                                                      uint64_t want_b, uint32_t from,
                                                                      uint32_t to)
{
    return hg_first_fitting(fitting_avx2, live, a, mask_a, want_a, b, mask_b, want_b, from, to);
}

/* ---- AVX-512 ---- */

__attribute__((target("avx512f,bmi,popcnt"))) static inline __mmask8 equal_avx512(const uint64_t *here,
                                                                                  __m512i mask, __m512i want)
{
    return _mm512_cmpeq_epi64_mask(_mm512_and_si512(_mm512_loadu_si512(here), mask), want);
}

/* The bits of those among 16 slots that fit. */
__attribute__((target("avx512f,bmi,popcnt"))) static inline uint64_t
sixteen_avx512(const uint64_t *here, __m512i mask, __m512i want)
{
    __mmask16 low = equal_avx512(here, mask, want);
    __mmask16 high = equal_avx512(here + 8, mask, want);
    return _mm512_kunpackb(high, low);
}

/* Which of the slots here whose bits are set fit. At the end, where not all 64 may be loaded, only slots
 * whose bits are set are. */
__attribute__((target("avx512f,bmi,popcnt"))) static inline uint64_t
fitting_avx512(const uint64_t *here, uint64_t mask, uint64_t want, uint64_t bits, uint32_t room)
{
    if (hg_popcount(bits) <= FEW_AVX512)
        return hg_fitting_few(here, mask, want, bits);
    __m512i masks = _mm512_set1_epi64((long long)mask);
    __m512i wants = _mm512_set1_epi64((long long)want);
    if (room == 64)
        return bits & (sixteen_avx512(here, masks, wants) | sixteen_avx512(here + 16, masks, wants) << 16 |
                       sixteen_avx512(here + 32, masks, wants) << 32 |
                       sixteen_avx512(here + 48, masks, wants) << 48);
    uint64_t found = 0;
    for (uint32_t k = 0; k < room; k += 8) {
        __mmask8 these = (__mmask8)(bits >> k);
        __m512i words = _mm512_maskz_loadu_epi64(these, here + k);
        __mmask8 equal = _mm512_mask_cmpeq_epi64_mask(these, _mm512_and_si512(words, masks), wants);
        found |= (uint64_t)equal << k;
    }
    return found;
}

__attribute__((target("avx512f,bmi,popcnt"))) uint32_t hg_match_one_avx512(const uint64_t *live,
                                                                           const uint64_t *signature,
                                                                           uint64_t mask, uint64_t want,
                                                                           uint32_t from, uint32_t to)
{
    return hg_first_fitting(fitting_avx512, live, signature, mask, want, NULL, 0, 0, from, to);
}

__attribute__((target("avx512f,bmi,popcnt"))) uint32_t hg_match_two_avx512(const uint64_t *live,
                                                                           const uint64_t *a, uint64_t mask_a,
                                                                           uint64_t want_a, const uint64_t *b,
                                                                           uint64_t mask_b, uint64_t want_b,
                                                                           uint32_t from, uint32_t to)
{
    return hg_first_fitting(fitting_avx512, live, a, mask_a, want_a, b, mask_b, want_b, from, to);
}

#else

/* ISO C wants something in every file. */
typedef int hg_kernels_x86_not_here;

#endif
