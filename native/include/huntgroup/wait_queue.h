/* The waiting interactions of a queue, in the order (key, queued_at_ns, id), ascending.
 *
 * A treap whose links live in the caller's own rows: nothing is ever allocated.
 *
 *     nodes, stride -> | ... hg_wait_node ... | ... hg_wait_node ... |   row 0, row 1, ...
 *     root, left, right, parent: rows, or HG_NONE      size: nodes of the subtree, itself included
 *
 * A node's place in the heap is splitmix64(id): the shape depends on the set alone, not on its history, and
 * is O(log n) deep in expectation as ids are handed out by the engine. Where `log` is said below, that is
 * meant. `nodes` points at the node within row 0; `stride` is the size of a row in bytes. A row is in one set
 * at most. An empty set is a root of HG_NONE. Copying the rows and the root copies the set.
 */
#ifndef HUNTGROUP_WAIT_QUEUE_H
#define HUNTGROUP_WAIT_QUEUE_H

#include "huntgroup/hg_base.h"

typedef struct hg_wait_node {
    int64_t key;          /* queued_at - priority * seconds_per_priority: fixed, as all age at one pace */
    int64_t queued_at_ns; /* first tie-break */
    int64_t id;           /* second tie-break, unique */
    uint32_t left, right, parent;
    uint32_t size;
} hg_wait_node;

_Static_assert(sizeof(hg_wait_node) == 40, "rows of waiting interactions are sized by this");

static inline const hg_wait_node *hg_wait_at(const void *nodes, size_t stride, uint32_t row)
{
    return (const hg_wait_node *)hg_at_const(nodes, stride, row);
}

/* Whether row a comes before row b. */
static inline int hg_wait_less(const void *nodes, size_t stride, uint32_t a, uint32_t b)
{
    const hg_wait_node *x = hg_wait_at(nodes, stride, a);
    const hg_wait_node *y = hg_wait_at(nodes, stride, b);
    if (x->key != y->key)
        return x->key < y->key;
    if (x->queued_at_ns != y->queued_at_ns)
        return x->queued_at_ns < y->queued_at_ns;
    return x->id < y->id;
}

/* Puts the row in; its key, queued_at_ns and id are written and stay so while it is in. O(log). */
void hg_wait_insert(uint32_t *root, void *nodes, size_t stride, uint32_t row);

/* Takes the row, which must be in the set, out. O(log). */
void hg_wait_remove(uint32_t *root, void *nodes, size_t stride, uint32_t row);

/* The first row in the order, or HG_NONE. O(log). */
static inline uint32_t hg_wait_first(uint32_t root, const void *nodes, size_t stride)
{
    if (root == HG_NONE)
        return HG_NONE;
    for (uint32_t left; (left = hg_wait_at(nodes, stride, root)->left) != HG_NONE;)
        root = left;
    return root;
}

/* The row after this one, or HG_NONE at the end. O(log), O(1) amortised over a walk. */
uint32_t hg_wait_next(const void *nodes, size_t stride, uint32_t row);

/* How many rows come before this one. O(log). */
uint32_t hg_wait_rank(const void *nodes, size_t stride, uint32_t row);

/* How many rows there are. O(1). */
static inline uint32_t hg_wait_count(uint32_t root, const void *nodes, size_t stride)
{
    return root == HG_NONE ? 0 : hg_wait_at(nodes, stride, root)->size;
}

/* True, or false with *reason naming what does not hold. O(n). */
bool hg_wait_validate(uint32_t root, const void *nodes, size_t stride, const char **reason);

#endif
