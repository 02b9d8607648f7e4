/* What every native test uses: checks that hold in Release builds as well, and a seeded generator. */
#ifndef HUNTGROUP_TESTS_CHECK_H
#define HUNTGROUP_TESTS_CHECK_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "huntgroup/splitmix.h"

#define CHECK(condition)                                                                                     \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);                   \
            exit(1);                                                                                         \
        }                                                                                                    \
    } while (0)

/* For the validate functions, which say what is wrong. */
#define CHECK_VALID(call, reason)                                                                            \
    do {                                                                                                     \
        if (!(call)) {                                                                                       \
            fprintf(stderr, "%s:%d: not valid: %s\n", __FILE__, __LINE__, reason);                           \
            exit(1);                                                                                         \
        }                                                                                                    \
    } while (0)

typedef struct dice {
    uint64_t state;
} dice;

static inline uint64_t dice_roll(dice *d)
{
    d->state += 0x9E3779B97F4A7C15u;
    return hg_splitmix64(d->state);
}

/* A number below n; n > 0. */
static inline uint32_t dice_below(dice *d, uint32_t n)
{
    return (uint32_t)(dice_roll(d) % n);
}

#endif
