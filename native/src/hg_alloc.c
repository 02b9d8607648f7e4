#ifdef __linux__
#define _DEFAULT_SOURCE /* madvise */
#include <sys/mman.h>
#endif

#include "huntgroup/hg_alloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CACHE_LINE = 64, HUGE_PAGE = 1 << 21 };

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

/* A table of a million rows is read here and there: with pages of 4 KiB nearly every access would look for
 * its page first. Only a hint, so it cannot fail; fresh memory is not there yet, and comes in large pages
 * then. */
static void want_huge_pages(char *block, size_t bytes)
{
#ifdef __linux__
    size_t skipped = (HUGE_PAGE - (uintptr_t)block % HUGE_PAGE) % HUGE_PAGE;
    if (bytes >= skipped + HUGE_PAGE)
        madvise(block + skipped, bytes - skipped, MADV_HUGEPAGE);
#else
    (void)block;
    (void)bytes;
#endif
}

void *hg_calloc_aligned64(size_t bytes)
{
    if (must_fail() || bytes > SIZE_MAX - CACHE_LINE)
        return NULL;
    /* calloc knows which pages are fresh from the system and zeroed already. It aligns to a few bytes only,
     * so the block begins at the next line, and what calloc gave stands just before it. 0 bytes become one
     * line: NULL only means "no memory". */
    size_t room = (bytes == 0 ? 1 : bytes) + CACHE_LINE;
    char *given = calloc(1, room);
    if (given == NULL)
        return NULL;
    char *block = given + CACHE_LINE - (uintptr_t)given % CACHE_LINE;
    memcpy(block - sizeof given, &given, sizeof given);
    if (bytes >= 2 * HUGE_PAGE)
        want_huge_pages(block, bytes);
    return block;
}

void hg_free(void *block)
{
    if (block == NULL)
        return;
    char *given;
    memcpy(&given, (char *)block - sizeof given, sizeof given);
    free(given);
}
