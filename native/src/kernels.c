/* Which variant runs. The table of variants is constant; one pointer says which of them is in use. */
#include "kernels.h"

#include <string.h>

static hg_match_one choose_one;
static hg_match_two choose_two;

/* In use until the first search, which chooses. So nothing need be called when the library is loaded. */
static const hg_kernels undecided = {"", choose_one, choose_two};

static const hg_kernels variants[] = {
    {"scalar", hg_match_one_scalar, hg_match_two_scalar},
#ifdef HG_KERNELS_X86
    {"avx2", hg_match_one_avx2, hg_match_two_avx2},
    {"avx512", hg_match_one_avx512, hg_match_two_avx512},
#endif
#ifdef HG_KERNELS_NEON
    {"neon", hg_match_one_neon, hg_match_two_neon},
#endif
};

enum { VARIANTS = sizeof variants / sizeof *variants };

static const hg_kernels *in_use = &undecided;

/* Whether this processor, and the system's way of saving its registers, have what the variant needs. */
static bool runs_here(const hg_kernels *variant)
{
#ifdef HG_KERNELS_X86
    bool bits = __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
    if (variant->one == hg_match_one_avx2)
        return bits && __builtin_cpu_supports("avx2");
    if (variant->one == hg_match_one_avx512)
        return bits && __builtin_cpu_supports("avx512f");
#endif
    return variant->one != NULL;
}

static const hg_kernels *nth_here(uint32_t n)
{
    for (uint32_t k = 0; k < VARIANTS; k++)
        if (runs_here(&variants[k]) && n-- == 0)
            return &variants[k];
    return NULL;
}

static const hg_kernels *best_here(void)
{
    const hg_kernels *best = &variants[0];
    for (uint32_t k = 1; k < VARIANTS; k++)
        if (runs_here(&variants[k]))
            best = &variants[k];
    return best;
}

/* The pointer is one word and what it points at is constant: no order of memory is needed with it. */
static const hg_kernels *decided(void)
{
    const hg_kernels *now = __atomic_load_n(&in_use, __ATOMIC_RELAXED);
    if (now != &undecided)
        return now;
    /* Threads that meet here choose the same; whoever said hg_kernels_use meanwhile is not overruled. */
    const hg_kernels *best = best_here();
    if (__atomic_compare_exchange_n(&in_use, &now, best, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        return best;
    return now;
}

static uint32_t choose_one(const uint64_t *live, const uint64_t *signature, uint64_t mask, uint64_t want,
                           uint32_t from, uint32_t to)
{
    return decided()->one(live, signature, mask, want, from, to);
}

static uint32_t choose_two(const uint64_t *live, const uint64_t *a, uint64_t mask_a, uint64_t want_a,
                           const uint64_t *b, uint64_t mask_b, uint64_t want_b, uint32_t from, uint32_t to)
{
    return decided()->two(live, a, mask_a, want_a, b, mask_b, want_b, from, to);
}

uint32_t hg_first_match(const uint64_t *live, const uint64_t *signature, uint64_t mask, uint64_t want,
                        uint32_t from, uint32_t to)
{
    return __atomic_load_n(&in_use, __ATOMIC_RELAXED)->one(live, signature, mask, want, from, to);
}

uint32_t hg_first_match_two(const uint64_t *live, const uint64_t *a, uint64_t mask_a, uint64_t want_a,
                            const uint64_t *b, uint64_t mask_b, uint64_t want_b, uint32_t from, uint32_t to)
{
    return __atomic_load_n(&in_use, __ATOMIC_RELAXED)
        ->two(live, a, mask_a, want_a, b, mask_b, want_b, from, to);
}

const char *hg_kernels_name(uint32_t k)
{
    const hg_kernels *variant = nth_here(k);
    return variant == NULL ? NULL : variant->name;
}

const char *hg_kernels_in_use(void)
{
    return decided()->name;
}

bool hg_kernels_use(const char *name)
{
    const hg_kernels *chosen = name == NULL ? best_here() : NULL;
    for (uint32_t k = 0; k < VARIANTS && name != NULL; k++)
        if (strcmp(variants[k].name, name) == 0 && runs_here(&variants[k]))
            chosen = &variants[k];
    if (chosen == NULL)
        return false;
    __atomic_store_n(&in_use, chosen, __ATOMIC_RELAXED);
    return true;
}
