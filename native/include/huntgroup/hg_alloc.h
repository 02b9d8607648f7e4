/* The only place where the native core takes memory from the system.
 *
 * Blocks are 64-byte aligned (one cache line) and zeroed. Allocation happens in init, reserve and copy
 * functions only, so that no command can run out of memory half-way. Tests make it fail on purpose.
 */
#ifndef HUNTGROUP_HG_ALLOC_H
#define HUNTGROUP_HG_ALLOC_H

#include "huntgroup/hg_base.h"

#define HG_ALLOC_ALWAYS UINT64_MAX

/* A zeroed block of at least `bytes` bytes, or NULL when there is no memory. 0 bytes give a block, too.
 * The caller owns it and gives it back with hg_free. */
void *hg_calloc_aligned64(size_t bytes);

/* Gives a block back. NULL is allowed. */
void hg_free(void *block);

/* For tests: this thread's next `successes` allocations succeed, all later ones fail, until called again;
 * HG_ALLOC_ALWAYS ends it. The count is per thread, so engines in other threads are not disturbed. */
void hg_alloc_fail_after(uint64_t successes);

#endif
