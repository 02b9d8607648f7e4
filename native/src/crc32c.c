#include "huntgroup/crc32c.h"

#include <string.h>

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))

#include <immintrin.h>

/* An instruction takes three cycles, and one can begin in each: three streams of so many bytes run beside
 * each other. What a stream comes to is then shifted by the bytes behind it, which is one multiplication by
 * x^(8 * bytes - 33) modulo the polynomial, reflected; the instruction itself gives the other 33 powers. */
enum { STREAM = 512 };

#define BEHIND_ONE 0xDD7E3B0Cu
#define BEHIND_TWO 0x170076FAu

bool hg_crc32c_is_here(void)
{
    return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul");
}

static inline uint64_t word_at(const uint8_t *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

/* What is to be taken in by another instruction to have the stream's checksum behind so many bytes more. */
__attribute__((target("sse4.2,pclmul"))) static inline uint64_t moved(uint64_t crc, uint32_t by)
{
    const __m128i product =
        _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)crc), _mm_cvtsi32_si128((int)by), 0);
    return (uint64_t)_mm_cvtsi128_si64(product);
}

__attribute__((target("sse4.2,pclmul"))) uint32_t hg_crc32c(const void *bytes, size_t n, uint32_t before)
{
    const uint8_t *at = bytes;
    uint64_t crc = ~before;
    for (; n >= 3 * STREAM; n -= 3 * STREAM, at += 3 * STREAM) {
        uint64_t second = 0, third = 0;
        for (size_t k = 0; k < STREAM; k += 8) {
            crc = _mm_crc32_u64(crc, word_at(at + k));
            second = _mm_crc32_u64(second, word_at(at + STREAM + k));
            third = _mm_crc32_u64(third, word_at(at + 2 * STREAM + k));
        }
        crc = _mm_crc32_u64(0, moved(crc, BEHIND_TWO) ^ moved(second, BEHIND_ONE)) ^ third;
    }
    for (; n >= 8; n -= 8, at += 8)
        crc = _mm_crc32_u64(crc, word_at(at));
    for (; n; n--, at++)
        crc = _mm_crc32_u8((uint32_t)crc, *at);
    return ~(uint32_t)crc;
}

#else

bool hg_crc32c_is_here(void)
{
    return false;
}

uint32_t hg_crc32c(const void *bytes, size_t n, uint32_t before)
{
    (void)bytes;
    (void)n;
    HG_ASSERT(!"called where it is not");
    return before;
}

#endif
