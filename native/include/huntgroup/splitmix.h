/* splitmix64: the one mixing function of the engine, fixed by docs/SEMANTICS.md. A bijection on 64 bits. */
#ifndef HUNTGROUP_SPLITMIX_H
#define HUNTGROUP_SPLITMIX_H

#include <stdint.h>

static inline uint64_t hg_splitmix64(uint64_t x)
{
    uint64_t z = x + UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

#endif
