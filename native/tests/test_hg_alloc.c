#include "huntgroup/hg_alloc.h"

#include "check.h"

static void blocks_are_aligned_and_zeroed(void)
{
    for (size_t bytes = 0; bytes < 1000; bytes++) {
        unsigned char *block = hg_calloc_aligned64(bytes);
        CHECK(block != NULL);
        CHECK((uintptr_t)block % 64 == 0);
        for (size_t i = 0; i < bytes; i++) {
            CHECK(block[i] == 0);
            block[i] = 0xa5; /* so that the next block, likely the same memory, shows whether it is cleared */
        }
        hg_free(block);
    }
    hg_free(NULL);
}

static void sizes_that_cannot_be_had_give_null(void)
{
    CHECK(hg_calloc_aligned64(SIZE_MAX) == NULL);
    CHECK(hg_calloc_aligned64(SIZE_MAX - 63) == NULL);
}

static void allocations_fail_on_request(void)
{
    hg_alloc_fail_after(2);
    void *first = hg_calloc_aligned64(1);
    void *second = hg_calloc_aligned64(1);
    CHECK(first != NULL && second != NULL);
    CHECK(hg_calloc_aligned64(1) == NULL);
    CHECK(hg_calloc_aligned64(1) == NULL);
    hg_alloc_fail_after(HG_ALLOC_ALWAYS);
    void *third = hg_calloc_aligned64(1);
    CHECK(third != NULL);
    hg_free(first);
    hg_free(second);
    hg_free(third);
}

int main(void)
{
    blocks_are_aligned_and_zeroed();
    sizes_that_cannot_be_had_give_null();
    allocations_fail_on_request();
    return 0;
}
