/* What every header of the library shares: the absent index, assertions and bit instructions.
 *
 * A precondition that a function states is the caller's duty. Checked builds (no NDEBUG) assert it; a Release
 * build neither checks nor assumes it to optimise.
 */
#ifndef HUNTGROUP_HG_BASE_H
#define HUNTGROUP_HG_BASE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#error "the native core is C11"
#endif

/* No row, no slot, no bit: the one index that nothing can have. */
#define HG_NONE UINT32_MAX

#define HG_ASSERT(condition) assert(condition)

/* Sizes are computed in size_t from 32-bit counts; that cannot overflow where size_t has 64 bits. */
_Static_assert(sizeof(size_t) == 8, "a 64-bit platform is needed");

/* Index of the lowest set bit; bits must not be 0. */
static inline uint32_t hg_lowest_bit(uint64_t bits)
{
    return (uint32_t)__builtin_ctzll(bits);
}

/* Index of the highest set bit; bits must not be 0. */
static inline uint32_t hg_highest_bit(uint64_t bits)
{
    return 63u - (uint32_t)__builtin_clzll(bits);
}

static inline uint32_t hg_popcount(uint64_t bits)
{
    return (uint32_t)__builtin_popcountll(bits);
}

/* The value, as far as the compiler knows another one: what is computed of it in a branch is then computed
 * there, not once for all before it, where it would be in the way. */
static inline uint64_t hg_apart(uint64_t value)
{
#if defined(__GNUC__) || defined(__clang__)
    __asm__("" : "+r"(value));
#endif
    return value;
}

/* The pointer, as far as the compiler knows another one: what a branch reads through it is read there, not
 * kept in a register for it, where it would be in the way. */
static inline void *hg_same(void *pointer)
{
#if defined(__GNUC__) || defined(__clang__)
    __asm__("" : "+r"(pointer));
#endif
    return pointer;
}

/* A word in which only bit i % 64 is not set. A rotation: one instruction where there is one. */
static inline uint64_t hg_all_but(uint32_t i)
{
    uint64_t word = ~UINT64_C(1);
    return word << (i & 63) | word >> (-i & 63);
}

/* The row's struct inside an array of larger rows: how intrusive containers reach their nodes. */
static inline void *hg_at(void *rows, size_t stride, uint32_t row)
{
    return (char *)rows + (size_t)row * stride;
}

static inline const void *hg_at_const(const void *rows, size_t stride, uint32_t row)
{
    return (const char *)rows + (size_t)row * stride;
}

#endif
