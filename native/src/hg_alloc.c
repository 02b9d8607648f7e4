#include "huntgroup/hg_alloc.h"

#include <stdlib.h>
#include <string.h>

#ifdef _WIN32
#include <malloc.h>
#endif

enum { CACHE_LINE = 64 };

/* The library's only state outside its structs; it exists for tests and decides nothing but failure. */
static _Thread_local uint64_t successes_left = HG_ALLOC_ALWAYS;

void hg_alloc_fail_after(uint64_t successes)
{
    successes_left = successes;
}

static bool must_fail(void)
{
    if (successes_left == HG_ALLOC_ALWAYS)
        return false;
    if (successes_left == 0)
        return true;
    successes_left--;
    return false;
}

void *hg_calloc_aligned64(size_t bytes)
{
    if (must_fail() || bytes > SIZE_MAX - CACHE_LINE)
        return NULL;
    /* aligned_alloc wants a multiple of the alignment; 0 becomes one line so that NULL only means "no
     * memory". */
    size_t rounded = bytes == 0 ? CACHE_LINE : (bytes + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
#ifdef _WIN32
    void *block = _aligned_malloc(rounded, CACHE_LINE);
#else
    void *block = aligned_alloc(CACHE_LINE, rounded);
#endif
    if (block != NULL)
        memset(block, 0, rounded);
    return block;
}

void hg_free(void *block)
{
#ifdef _WIN32
    _aligned_free(block);
#else
    free(block);
#endif
}
