#include "huntgroup/order.h"

static uint32_t key_of(uint32_t row, const void *keys, size_t stride)
{
    return *(const uint32_t *)hg_at_const(keys, stride, row);
}

uint32_t hg_order_select(uint32_t *list, uint32_t count, uint32_t k, const void *keys, size_t stride)
{
    HG_ASSERT(k < count);
    uint32_t low = 0, high = count - 1;
    while (low < high) {
        const uint32_t pivot = key_of(list[low + (high - low) / 2], keys, stride);
        uint32_t left = low, right = high;
        for (;;) {
            while (key_of(list[left], keys, stride) < pivot)
                left++;
            while (key_of(list[right], keys, stride) > pivot)
                right--;
            if (left >= right)
                break;
            const uint32_t swap = list[left];
            list[left++] = list[right];
            list[right--] = swap;
        }
        /* Keys are distinct: up to `right` none is above the pivot, and behind it none is below. */
        if (k <= right)
            high = right;
        else
            low = right + 1;
    }
    return list[k];
}

void hg_order_sort(uint32_t *list, uint32_t count, hg_order_rule *rule, void *context)
{
    uint32_t start = count / 2, end = count;
    while (end > 1) {
        uint32_t row;
        if (start) {
            row = list[--start]; /* the heap is being built */
        } else {
            row = list[--end]; /* its greatest goes to the end */
            list[end] = list[0];
        }
        uint32_t at = start;
        for (uint32_t down; (down = 2 * at + 1) < end; at = down) {
            if (down + 1 < end && rule(context, list[down + 1], list[down]) > 0)
                down++;
            if (rule(context, list[down], row) < 0)
                break;
            list[at] = list[down];
        }
        list[at] = row;
    }
}
