/* A doubly linked list whose links live in the caller's own rows: nothing is ever allocated.
 *
 *     head -> | row 4 | <-> | row 0 | <-> | row 9 |      prev of the first, next of the last: HG_NONE
 *
 * A row has one pair of links for each list that it can be in. `links` points at the pair within row 0;
 * `stride` is the size of a row in bytes. New rows come first, so the order is that of the calls, reversed.
 */
#ifndef HUNTGROUP_LINKS_H
#define HUNTGROUP_LINKS_H

#include "huntgroup/hg_base.h"

typedef struct hg_links {
    uint32_t next, prev;
} hg_links;

static inline hg_links *hg_links_at(void *links, size_t stride, uint32_t row)
{
    return (hg_links *)hg_at(links, stride, row);
}

/* Puts the row, which is in no list of these links, first. O(1). */
static inline void hg_links_push(uint32_t *head, void *links, size_t stride, uint32_t row)
{
    *hg_links_at(links, stride, row) = (hg_links){*head, HG_NONE};
    if (*head != HG_NONE)
        hg_links_at(links, stride, *head)->prev = row;
    *head = row;
}

/* Takes the row, which is in the list of this head, out. Its own links stay as they were. O(1). */
static inline void hg_links_remove(uint32_t *head, void *links, size_t stride, uint32_t row)
{
    const hg_links *pair = hg_links_at(links, stride, row);
    if (pair->prev != HG_NONE)
        hg_links_at(links, stride, pair->prev)->next = pair->next;
    else
        *head = pair->next;
    if (pair->next != HG_NONE)
        hg_links_at(links, stride, pair->next)->prev = pair->prev;
}

#endif
