/* Order in a list of rows: the k-th by a number that each row carries, or the whole list by a rule.
 *
 *     list: | 7 | 2 | 9 | 4 |       rows, each once; reordered in place
 *     keys, stride -> the number of row 0; row r has its own r strides further on
 */
#ifndef HUNTGROUP_ORDER_H
#define HUNTGROUP_ORDER_H

#include "huntgroup/hg_base.h"

/* The row at place k, from 0, of the list in ascending order of the keys, which are distinct; k < count.
 * Quickselect with the middle as pivot, so that a list in order is the best case. Expected O(count). */
uint32_t hg_order_select(uint32_t *list, uint32_t count, uint32_t k, const void *keys, size_t stride);

/* Below 0: row x comes first; above 0: row y does. */
typedef int hg_order_rule(void *context, uint32_t x, uint32_t y);

/* Heapsort, ascending by the rule. Rows that the rule calls equal end in no promised order. O(n log n),
 * no memory. */
void hg_order_sort(uint32_t *list, uint32_t count, hg_order_rule *rule, void *context);

#endif
