/* Searches over the slots of a ring that look at many slots at once, by what the machine can do.
 *
 * The same search exists as plain C and for the vector units of some processors. All give the same answer;
 * the best one that this machine has is chosen at the first call, by asking the processor and not the
 * compiler, so one build runs everywhere.
 *
 *     slot         0    1    2    3    4    5 ...     to
 *     live         0    1    1    0    1    1         a bit a slot, as in bitset.h
 *     signature    .   a1   a2    .   a4   a5         a word a slot: the facts known about its member
 *                                 from             the first live slot here with (signature & mask) == want
 *
 * Bits of live from `to` on may be anything; no word of a signature from `to` on is read, none of live after
 * the one that holds bit to - 1. Slots before `from` may be read, so the columns start at slot 0.
 */
#ifndef HUNTGROUP_KERNELS_H
#define HUNTGROUP_KERNELS_H

#include "huntgroup/hg_base.h"

/* The first live slot in [from, to) whose (signature & mask) == want, or `to` if there is none (also when
 * from >= to). O(slots passed over); 64 that are not live cost one comparison. */
uint32_t hg_first_match(const uint64_t *live, const uint64_t *signature, uint64_t mask, uint64_t want,
                        uint32_t from, uint32_t to);

/* The same where two words have to fit: (a & mask_a) == want_a and (b & mask_b) == want_b. */
uint32_t hg_first_match_two(const uint64_t *live, const uint64_t *a, uint64_t mask_a, uint64_t want_a,
                            const uint64_t *b, uint64_t mask_b, uint64_t want_b, uint32_t from, uint32_t to);

/* ---- Which one: for tests and reports ---- */

/* The k-th variant that this machine has, NULL from their number on. 0 is "scalar", the last the best. */
const char *hg_kernels_name(uint32_t k);

/* The variant in use. */
const char *hg_kernels_in_use(void);

/* Uses the variant of this name from now on, in every thread; NULL: the best again. False if this machine has
 * none of that name, nothing changed. A search under way in another thread ends with what it started with. */
bool hg_kernels_use(const char *name);

#endif
